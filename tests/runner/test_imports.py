"""What a handler imports is its cold start, and what the zip must hold."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import metadata

import pytest
from springhead import plugins

PROGRAM = """
import json, sys
import {module}
{then}
print(json.dumps(sorted(sys.modules)))
"""
_SETTINGS = {"pydantic", "pydantic_core", "pydantic_settings", "annotated_types", "typing_inspection", "dotenv",
             "typing_extensions", "platformdirs"}  # fmt: skip
_AWS = {"boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six"}
_COMMON = {*_SETTINGS, *_AWS, "springhead", "springhead_contracts", "springhead_runner", "orjson"}
#: For httpx: what it takes along where it happens to be installed. None of it is in the zip.
_HTTPX = {"httpx", "httpcore", "h11", "anyio", "idna", "certifi"}
_HTTPX_OPTIONAL = {
    "click",
    "rich",
    "pygments",
    "markdown_it",
    "mdurl",
    "zstandard",
    "sniffio",
    "brotli",
    "h2",
    "socksio",
}
#: urllib3 and dateutil look for these.
_OPTIONAL = {"certifi", "zstandard", "brotli"}
_PLUGINS = {"pluggy", "protego"}
_ICEBERG = {"pyiceberg", "pyarrow", "numpy", "cachetools", "mmh3", "pyparsing", "pyroaring", "strictyaml", "zstandard",
            "cython_runtime", "sqlalchemy", "rich", "click", "tenacity", "fsspec", "requests"}  # fmt: skip
#: Handler → all that it may import.
HANDLERS = {
    "springhead_runner.scrape.handler": _COMMON | _HTTPX | _HTTPX_OPTIONAL | _PLUGINS,
    "springhead_runner.task": _COMMON | _HTTPX | _HTTPX_OPTIONAL | _PLUGINS,
    "springhead_runner.enrich.handler": _COMMON | _PLUGINS | _OPTIONAL,
    "springhead_runner.enrich.sweep": _COMMON | _PLUGINS | _OPTIONAL,
    "springhead_lake.handler": _COMMON | _ICEBERG | _OPTIONAL | {"springhead_lake"},
    "springhead_lake.maintenance": _COMMON | _ICEBERG | _OPTIONAL | {"springhead_lake"},
}
#: Parts of our own that no handler needs.
UNWANTED = {
    "springhead.cases",
    "springhead.checks",
    "springhead.cli",
    "springhead.har",
    "springhead.mutate",
    "springhead_contracts.cli",
    "springhead_demo",
    "springhead_deploy",
    "springhead_runner.cli",
    "springhead_runner.golive",
    "springhead_runner.image",
    "springhead_runner.local",
    "springhead_runner.packaging",
    "springhead_runner.seeds",
}
#: Loaded with the first text, page or file that needs them; or for tools and other sources only.
NEVER = {"hypothesis", "pytest", "vaderSentiment", "opencc", "ministack", "packaging", "charset_normalizer",
         "playwright", "scrapy", "twisted", "selectolax", "lxml", "bs4", "pandas", "jsonschema", "aws_cdk"}  # fmt: skip


def imported(module: str, then: str = "") -> set[str]:
    command = [sys.executable, "-c", PROGRAM.format(module=module, then=then)]
    environment = {"PATH": os.environ["PATH"]}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def roots(modules: set[str]) -> set[str]:
    found = {name.partition(".")[0] for name in modules} - set(sys.stdlib_module_names)
    return {name for name in found if not name.startswith("_")}


def parts(modules: set[str], parents: set[str]) -> set[str]:
    return {name for name in modules for parent in parents if f"{name}.".startswith(f"{parent}.")}


def plugin_modules() -> set[str]:
    groups = ("springhead", "springhead.resolvers")
    points = {point.module.partition(".")[0] for group in groups for point in metadata.entry_points(group=group)}
    return points | {"springhead_mediawiki"}


@pytest.mark.parametrize("module", HANDLERS)
def test_a_handler_imports_what_it_needs_and_no_more(module: str) -> None:
    modules = imported(module)
    at_start = imported("json")  # what .pth files of this environment bring along
    found = roots(modules - at_start)
    assert found <= HANDLERS[module]
    assert not found & NEVER
    assert not parts(modules, UNWANTED)
    # Plugins are loaded by name, when their source is asked for.
    assert {"springhead_wikidata", "springhead_tmdb", "springhead_instagram"} < plugin_modules()
    assert not found & plugin_modules()


def test_the_lake_stays_out_of_all_other_handlers() -> None:
    for module in HANDLERS:
        assert ("pyarrow" in imported(module)) == module.startswith("springhead_lake.")


@pytest.mark.parametrize("source", [source.name for plugin in plugins.catalogue() for source in plugin.sources])
def test_a_source_brings_its_own_plugin_only(source: str) -> None:
    scrape = "springhead_runner.scrape.handler"
    modules = imported(scrape, f"{scrape}.load_sources({source!r})")
    point = next(p for p in metadata.entry_points(group="springhead") if p.name == source.partition(".")[0])
    assert point.dist is not None
    own = {name for name, dists in metadata.packages_distributions().items() if point.dist.name in dists}
    assert point.module in modules
    assert roots(modules) & plugin_modules() <= {point.module.partition(".")[0], *own, *siblings(point)}
    assert not roots(modules) & NEVER
    assert not parts(modules, UNWANTED)


def siblings(point: metadata.EntryPoint) -> set[str]:
    """The modules of the same distribution that are found beside it."""
    return {"springhead_mediawiki", "springhead_wikidata"} if point.name == "wikipedia" else set()


def test_the_enricher_asks_nobody_on_the_network() -> None:
    for module in ("springhead_runner.enrich.handler", "springhead_runner.enrich.sweep"):
        modules = imported(module)
        assert not {name for name in modules if name.partition(".")[0] in {"httpx", "httpcore", "anyio", "h11"}}
        assert not modules & {"springhead.http.live", "springhead.engine", "springhead.local"}


def test_the_state_table_needs_nothing_but_python() -> None:
    found = {name.partition(".")[0] for name in imported("springhead_runner.state") - imported("json")}
    assert found - set(sys.stdlib_module_names) == {"springhead_runner"}
