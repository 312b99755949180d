"""What a handler imports is its cold start, and what the zip must hold."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

PROGRAM = """
import json, sys
import {module}
names = sorted(sys.modules)
print(json.dumps(names))
"""


def imported(module: str) -> set[str]:
    command = [sys.executable, "-c", PROGRAM.format(module=module)]
    environment = {"PATH": os.environ["PATH"]}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("function", ["enrich", "scrape"])
def test_a_handler_imports_what_it_needs_and_no_more(function: str) -> None:
    modules = imported(f"springhead_runner.{function}.handler")
    ours = {name for name in modules if name.startswith("springhead")}
    unwanted = {
        "springhead.cli",
        "springhead.har",
        "springhead_demo",
        "springhead_deploy",
        "springhead_runner.cli",
        "springhead_runner.local",
        "springhead_runner.packaging",
        # Plugins are loaded by name, when their source is asked for.
        "springhead_tmdb",
        "springhead_wikipedia",
    }
    assert not {name for name in ours for parent in unwanted if f"{name}.".startswith(f"{parent}.")}
    roots = {name.partition(".")[0] for name in modules}
    # The analysers are loaded with the first text that needs them.
    assert roots & {"hypothesis", "pytest", "vaderSentiment", "opencc", "ministack", "packaging"} == set()


def test_the_enricher_asks_nobody_on_the_network() -> None:
    modules = imported("springhead_runner.enrich.handler")
    assert not {name for name in modules if name.partition(".")[0] in {"httpx", "httpcore", "anyio", "h11"}}
    assert not modules & {"springhead.http.live", "springhead.engine", "springhead.local"}


def test_the_state_table_needs_nothing_but_python() -> None:
    found = {name.partition(".")[0] for name in imported("springhead_runner.state") - imported("json")}
    assert found - set(sys.stdlib_module_names) == {"springhead_runner"}
