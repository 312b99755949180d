from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from springhead.errors import ConfigError
from springhead_runner import packaging
from springhead_runner._packaging_files import distribution_files
from springhead_runner.packaging import ZipInfo, build_lambda_zip


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> ZipInfo:
    return build_lambda_zip(tmp_path_factory.mktemp("zip") / "lambda.zip", cache=cache)


@pytest.fixture(scope="module")
def names(built: ZipInfo) -> list[str]:
    with zipfile.ZipFile(built.path) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def unpacked(built: ZipInfo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(built.path) as archive:
        archive.extractall(folder)
    return folder


def in_lambda(unpacked: Path, program: str) -> str:
    """Run a program with the zip, the standard library, and what Lambda's runtime has; nothing else of this machine."""
    runtime = {Path(str(metadata.distribution(name).locate_file(""))) for name in ("boto3", "botocore")}
    assert len(runtime) == 1
    allowed = sorted(packaging._require(["boto3"], skip=frozenset()))
    prologue = f"""
import sys, importlib.machinery
sys.path[:] = [{str(unpacked)!r}, *[p for p in sys.path if "site-packages" not in p]]
class Runtime:
    @staticmethod
    def find_spec(name, path=None, target=None):
        top = name.partition(".")[0]
        if top in {{n.replace("python-dateutil", "dateutil") for n in {allowed!r}}}:
            return importlib.machinery.PathFinder.find_spec(name, path or [{str(runtime.pop())!r}])
sys.meta_path.append(Runtime)
"""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", prologue + program],
        capture_output=True,
        text=True,
        env={"PATH": os.defpath, "AWS_DEFAULT_REGION": "us-east-1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_same_inputs_give_the_same_bytes(built: ZipInfo, tmp_path: Path) -> None:
    again = build_lambda_zip(tmp_path / "again.zip")
    assert again.sha256 == built.sha256 and again.path.read_bytes() == built.path.read_bytes()
    with zipfile.ZipFile(again.path) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644, 0o100755}


def test_a_second_build_comes_from_the_cache(
    built: ZipInfo, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> int:
        raise AssertionError("built again")

    monkeypatch.setattr(packaging, "_write", refuse)
    again = build_lambda_zip(tmp_path / "again.zip", cache=cache)
    assert (again.sha256, again.distributions) == (built.sha256, built.distributions)
    assert (again.bytes_zipped, again.bytes_unzipped) == (built.bytes_zipped, built.bytes_unzipped)
    assert again.path == tmp_path / "again.zip" and again.path.read_bytes() == built.path.read_bytes()


def test_a_spoilt_cache_is_not_used(built: ZipInfo, cache: Path, tmp_path: Path) -> None:
    for kept in cache.glob("lambda-*.zip"):
        kept.write_bytes(b"spoilt")
    again = build_lambda_zip(tmp_path / "again.zip", cache=cache)
    assert again.sha256 == built.sha256 and again.path.read_bytes() == built.path.read_bytes()


def test_a_change_is_noticed_and_old_zips_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changing = tmp_path / "module.py"
    monkeypatch.setattr(packaging, "_closure", lambda roots: {"x": metadata.distribution("springhead")})
    monkeypatch.setattr(packaging, "distribution_files", lambda distribution: {"module.py": changing})
    hashes = set()
    for number in range(6):
        changing.write_text(f"number = {number}\n")
        os.utime(changing, ns=(number, number))
        hashes.add(build_lambda_zip(tmp_path / "out.zip", cache=tmp_path / "cache").sha256)
    assert len(hashes) == 6
    assert len(list((tmp_path / "cache").glob("*.zip"))) == len(list((tmp_path / "cache").glob("*.json"))) == 4


def test_what_is_in_and_what_is_not(built: ZipInfo, names: list[str]) -> None:
    present = {line.partition("==")[0] for line in built.distributions}
    assert {"springhead", "springhead-contracts", "springhead-runner"} <= present
    assert {point.dist.name for point in metadata.entry_points(group="springhead") if point.dist} <= present
    assert {"pydantic", "pydantic-core", "orjson", "httpx", "jsonschema-rs"} <= present
    runtime = {"boto3", "botocore", "s3transfer", "jmespath", "urllib3", "python-dateutil", "six"}
    assert set(packaging._require(["boto3"], skip=frozenset())) == runtime
    assert not present & (runtime | {"pytest", "mypy", "ruff", "pip", "setuptools", "hypothesis", "springhead-deploy"})
    assert "springhead_contracts/v1/scraper_entry.schema.json" in names
    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".pth", "/RECORD"))]
    assert not [name for name in names if name.startswith(("/", "..")) or "/tests/" in name or "/bin/" in name]
    assert built.bytes_zipped < packaging.MAX_ZIPPED and built.bytes_unzipped < packaging.MAX_UNZIPPED
    assert sum(1 for name in names if name.endswith(".dist-info/METADATA")) == len(built.distributions)


def test_plugins_are_found_through_their_entry_points_in_lambda(unpacked: Path) -> None:
    program = """
import json
from springhead import plugins
from springhead_contracts import validate
assert validate("scraper_entry", {})
found = plugins.catalogue()
print(json.dumps({p.name: [p.quarantine, [s.name for s in p.sources]] for p in found}))
"""
    installed = {point.name for point in metadata.entry_points(group="springhead")}
    found = json.loads(in_lambda(unpacked, program))
    assert found.keys() == installed
    assert all(quarantine is None for quarantine, _ in found.values())


def test_the_handlers_of_the_template_can_be_imported(unpacked: Path) -> None:
    template = json.loads((unpacked / "springhead_runner" / "local" / "template.json").read_text())
    handlers = {
        resource["Properties"]["Handler"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Lambda::Function"
    }
    assert len(handlers) == 2
    program = f"""
import importlib
for path in {sorted(handlers)!r}:
    module, _, name = path.rpartition(".")
    assert callable(getattr(importlib.import_module(module), name)), path
print("ok")
"""
    assert in_lambda(unpacked, program) == "ok\n"


def test_one_plugin_alone_and_an_unknown_one(tmp_path: Path) -> None:
    info = build_lambda_zip(tmp_path / "one.zip", ["tmdb"])
    present = {line.partition("==")[0] for line in info.distributions}
    assert "springhead-tmdb" in present and "springhead-wikipedia" not in present
    with pytest.raises(ConfigError, match="'nothing' is not installed") as caught:
        build_lambda_zip(tmp_path / "none.zip", ["nothing"])
    assert "tmdb" in (caught.value.hint or "")
    assert not (tmp_path / "none.zip").exists()


def test_a_missing_requirement_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="no-such-thing is not installed"):
        packaging._require(["no-such-thing"], skip=frozenset())


def test_a_zip_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packaging, "MAX_UNZIPPED", 1_000_000)
    with pytest.raises(ConfigError, match="MB unzipped, Lambda takes 1 MB"):
        build_lambda_zip(tmp_path / "big.zip", ["tmdb"])
    assert list(tmp_path.iterdir()) == []


def test_a_wheel_and_a_development_install_give_the_same_files(tmp_path: Path) -> None:
    """A small distribution, once from its RECORD and once through its .pth file."""
    project = tmp_path / "project"
    (project / "src" / "acme_source" / "tests").mkdir(parents=True)
    (project / "data").mkdir()
    for name, text in {
        "src/acme_source/__init__.py": "",
        "src/acme_source/part.py": "x = 1\n",
        "src/acme_source/tests/test_x.py": "",
        "src/conftest.py": "",
        "data/table.json": "{}",
        "pyproject.toml": '[tool.hatch.build.targets.wheel.force-include]\n"data" = "acme_source/data"\n',
    }.items():
        (project / name).write_text(text)
    site = tmp_path / "site"
    info = site / "acme_source-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-source\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[springhead]\nacme = acme_source\n")
    (info / "direct_url.json").write_text(json.dumps({"url": project.as_uri(), "dir_info": {"editable": True}}))
    (site / "acme.pth").write_text(f"{project}/src\n")
    (info / "RECORD").write_text(
        "acme.pth,,\nacme_source-1.dist-info/METADATA,,\nacme_source-1.dist-info/entry_points.txt,,\n"
        "acme_source-1.dist-info/RECORD,,\n../../bin/acme,,\nacme_source/data/table.json,,\n"
    )
    sys.path.insert(0, f"{project}/src")
    try:
        files = distribution_files(metadata.PathDistribution(info))
    finally:
        sys.path.remove(f"{project}/src")
    assert {name: path.is_relative_to(project) for name, path in sorted(files.items())} == {
        "acme_source-1.dist-info/METADATA": False,
        "acme_source-1.dist-info/entry_points.txt": False,
        "acme_source/__init__.py": True,
        "acme_source/data/table.json": True,
        "acme_source/part.py": True,
    }
    (info / "direct_url.json").unlink()
    (info / "RECORD").write_text(
        "acme_source/__init__.py,,\nacme_source/part.py,,\nacme_source/data/table.json,,\n../../bin/acme,,\n"
        "acme_source/__pycache__/part.pyc,,\nacme_source/tests/test_x.py,,\nacme_source-1.dist-info/METADATA,,\n"
        "acme_source-1.dist-info/entry_points.txt,,\nacme_source-1.dist-info/RECORD,,\n"
    )
    assert sorted(distribution_files(metadata.PathDistribution(info))) == sorted(files)
