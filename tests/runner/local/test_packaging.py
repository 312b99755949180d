from __future__ import annotations

import json
import os
import py_compile
import re
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from springhead.errors import ConfigError, Unavailable
from springhead.plugins import load_source
from springhead.source import Resources
from springhead_runner import packaging
from springhead_runner._packaging_closure import require, select
from springhead_runner._packaging_files import distribution_files, requirements_of
from springhead_runner._packaging_wheels import checked_tags, lock_path, locked
from springhead_runner.packaging import Platform, ZipInfo, build_lambda_zip


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
    allowed = sorted(require(["boto3"]))
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
    plain = [entry.filename for entry in entries if not entry.filename.endswith(".pyc")]
    assert plain == sorted(plain) and len({entry.filename for entry in entries}) == len(entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644, 0o100755}


def test_a_second_build_comes_from_the_cache(
    built: ZipInfo, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise AssertionError("built again")

    monkeypatch.setattr(packaging, "write_zip", refuse)
    again = build_lambda_zip(tmp_path / "again.zip", cache=cache)
    assert (again.sha256, again.distributions) == (built.sha256, built.distributions)
    assert (again.bytes_zipped, again.bytes_unzipped) == (built.bytes_zipped, built.bytes_unzipped)
    assert (again.sizes, again.left_out, again.tags) == (built.sizes, built.left_out, built.tags)
    assert again.path == tmp_path / "again.zip" and again.path.read_bytes() == built.path.read_bytes()


def test_a_spoilt_cache_is_not_used(built: ZipInfo, cache: Path, tmp_path: Path) -> None:
    for kept in cache.glob("lambda-*.zip"):
        kept.write_bytes(b"spoilt")
    again = build_lambda_zip(tmp_path / "again.zip", cache=cache)
    assert again.sha256 == built.sha256 and again.path.read_bytes() == built.path.read_bytes()


def test_a_change_is_noticed_and_old_zips_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changing = tmp_path / "module.py"
    monkeypatch.setattr(packaging, "require", lambda *roots, **more: {"x": metadata.distribution("springhead")})
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
    assert set(require(["boto3"])) == runtime
    heavy = {"pyarrow", "duckdb", "pyiceberg", "numpy", "springhead-lake", "springhead-demo", "awslambdaric"}
    assert not present & (
        runtime | heavy | {"pytest", "mypy", "ruff", "pip", "setuptools", "hypothesis", "springhead-deploy"}
    )
    assert "springhead_contracts/v1/scraper_entry.schema.json" in names
    left_out = re.compile(r"^/|\.\.|(^|/)(fixtures|tests|bin)/|\.(pth|pyi|har)$|/RECORD$")
    assert not [name for name in names if left_out.search(name)]
    assert {"springhead_wikidata.py", "springhead_mediawiki.py", "springhead_instagram/people/__init__.py"} < set(names)
    assert built.bytes_zipped < packaging.MAX_ZIPPED and built.bytes_unzipped < packaging.MAX_UNZIPPED
    assert sum(1 for name in names if name.endswith(".dist-info/METADATA")) == len(built.distributions)
    assert {size.name for size in built.sizes} == present and built.left_out == ()
    assert sum(size.unzipped for size in built.sizes) == built.bytes_unzipped
    # What the archive adds are its headers: two for each member.
    overhead = built.bytes_zipped - sum(size.zipped for size in built.sizes)
    assert 2 * 30 * len(names) < overhead < 2 * 200 * len(names)


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
    from_zip = {"S3Bucket": {"Ref": "CodeBucket"}, "S3Key": {"Ref": "CodeKey"}}
    handlers = {
        resource["Properties"]["Handler"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Lambda::Function" and resource["Properties"]["Code"] == from_zip
    }
    assert {"springhead_runner.enrich.handler.handler", "springhead_runner.scrape.handler.handler"} < handlers
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
        require(["no-such-thing"])


def test_a_zip_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packaging, "MAX_UNZIPPED", 1_000_000)
    largest = r"the largest: jsonschema-rs \d+\.\d MB, (\S+ \d+\.\d MB(, )?){4} \(unzipped\)"
    with pytest.raises(ConfigError, match=rf"MB unzipped, Lambda takes 1 MB; {largest}"):
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


# Byte code


def test_modules_are_compiled_and_python_takes_that_for_good(built: ZipInfo, names: list[str], unpacked: Path) -> None:
    modules = {name for name in names if name.endswith(".py")}
    compiled = [name for name in names if name.endswith(".pyc")]
    tag = sys.implementation.cache_tag
    assert len(compiled) == len(set(compiled)) > 0.98 * len(modules)
    for name in compiled:
        folder, _, file = name.rpartition("__pycache__/")
        assert f"{folder}{file.removesuffix(f'.{tag}.pyc')}.py" in modules
    # The source is not looked at again: another one beside the byte code changes nothing.
    own = unpacked / "springhead_tmdb.py"
    source = own.read_bytes()
    own.write_text("raise SystemExit('compiled again')")
    try:
        program = "import springhead_tmdb; print(springhead_tmdb.__spec__.cached.rpartition('/')[2])"
        assert in_lambda(unpacked, program) == f"springhead_tmdb.{tag}.pyc\n"
    finally:
        own.write_bytes(source)


def test_byte_code_does_not_depend_on_hash_seeds(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib\n"
        "from springhead_runner._packaging_zip import write_zip, sha256_of\n"
        "files = {'handler.py': pathlib.Path(write_zip.__code__.co_filename)}\n"
        "write_zip(pathlib.Path(sys.argv[1]), files, bytecode=True)\n"
        "print(sha256_of(pathlib.Path(sys.argv[1])))\n"
    )
    found = set()
    for seed in ("0", "1", "2"):
        command = [sys.executable, "-c", program, str(tmp_path / f"{seed}.zip")]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        found.add(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)
    assert len(found) == 1


def test_what_does_not_compile_goes_in_as_it_is(tmp_path: Path) -> None:
    template = tmp_path / "template.py"
    template.write_text("class {{ name }}: pass\n")
    with pytest.raises(py_compile.PyCompileError):
        py_compile.compile(str(template), doraise=True)
    sizes = packaging.write_zip(tmp_path / "x.zip", {"template.py": template}, bytecode=True)
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        assert archive.namelist() == ["template.py"] == list(sizes)


# Which plugins


def test_a_plugin_that_runs_on_fargate_only_stays_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_source("youtube"), "resources", Resources(memory_mb=4096, runtime="fargate"))
    info = build_lambda_zip(tmp_path / "out.zip")
    present = {line.partition("==")[0] for line in info.distributions}
    assert info.left_out == ("youtube",)
    assert "springhead-youtube" not in present and "springhead-tmdb" in present
    assert "springhead-youtube" in select(on_lambda=False).roots
    # One of several in a distribution takes nothing away from the others.
    monkeypatch.setattr(load_source("instagram_posts"), "resources", Resources(runtime="fargate"))
    assert "springhead-instagram" in select().roots and select().left_out == ("youtube",)


def test_whoever_drags_the_lake_in_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="springhead-lake does not go into the Lambda zip"):
        require(["springhead-lake"], refuse=True)
    with pytest.raises(ConfigError, match="numpy is not installed, but pyarrow requires it"):
        require(["acme"], find=fake(acme=["pyarrow[fast]"], pyarrow=["numpy ; extra == 'fast'"]))
    with pytest.raises(ConfigError, match="springhead-demo does not go into the Lambda zip, but acme requires it"):
        require(["acme"], refuse=True, find=fake(acme=["springhead_demo>=1"]))


def test_markers_are_those_of_the_platform() -> None:
    acme = ["only-arm ; platform_machine == 'aarch64'", "only-new ; python_version >= '3.12'", "x ; os_name == 'nt'"]
    find = fake(acme=acme, **{"only-arm": [], "only-new": []})
    assert set(require(["acme"], find=find, markers=Platform("3.12", "arm64").markers)) == {
        "acme", "only-arm", "only-new",
    }  # fmt: skip
    assert set(require(["acme"], find=find, markers=Platform("3.11", "x86_64").markers)) == {"acme"}


def fake(**requires: list[str]) -> Any:
    class Made(metadata.Distribution):
        def __init__(self, name: str) -> None:
            if name not in requires:
                raise metadata.PackageNotFoundError(name)
            self._lines = requires[name]

        def read_text(self, filename: str) -> str | None:
            if filename != "METADATA":
                return None
            return "Metadata-Version: 2.1\nName: x\nVersion: 1\n" + "".join(
                f"Requires-Dist: {line}\n" for line in self._lines
            )

        def locate_file(self, path: Any) -> Path:
            return Path(path)

    return Made


def test_a_project_says_itself_what_it_requires(tmp_path: Path) -> None:
    info = tmp_path / "acme-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1\nRequires-Dist: old\n")
    assert requirements_of(metadata.PathDistribution(info)) == ["old"]
    (info / "direct_url.json").write_text(json.dumps({"url": tmp_path.as_uri(), "dir_info": {"editable": True}}))
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "acme"\ndependencies = ["new>=1"]\n')
    assert requirements_of(metadata.PathDistribution(info)) == ["new>=1"]


# Wheels of another machine


def test_the_lock_has_all_that_the_zip_needs_on_both_processors() -> None:
    for platform in (Platform("3.11", "x86_64"), Platform("3.12", "arm64")):
        chosen = require(select().roots, require(["boto3"]).keys(), refuse=True, markers=platform.markers)
        others = [name for name in chosen if not name.startswith("springhead")]
        lines = locked(lock_path(), others, platform)
        assert [line.partition("==")[0] for line in re.split(r"(?<!\\)\n", lines.strip())] == sorted(others)


def test_lambdas_c_library_is_that_of_its_linux() -> None:
    old, new = Platform("3.11", "x86_64"), Platform("3.12", "arm64")
    assert (old.glibc, new.glibc) == (26, 34)
    assert "manylinux_2_26_x86_64" in old.tags and "manylinux_2_27_x86_64" not in old.tags
    assert {"manylinux_2_34_aarch64", "manylinux2014_aarch64"} < set(new.tags)
    for python, architecture in (("3.11", "riscv"), ("3", "arm64"), ("2.7", "x86_64")):
        with pytest.raises(ConfigError, match=f"no Lambda runtime has Python {python} on {architecture}"):
            Platform(python, architecture)


@pytest.mark.parametrize(
    ("tag", "library", "said"),
    [
        ("cp311-cp311-manylinux_2_17_x86_64", None, ["cp311-cp311-manylinux_2_17_x86_64"]),
        ("py3-none-any", None, []),
        ("cp311-abi3-manylinux2014_x86_64", (0x3E, "2.26"), ["cp311-abi3-manylinux2014_x86_64"]),
        ("cp311-cp311-manylinux_2_17_aarch64", None, "has cp311-cp311-manylinux_2_17_aarch64"),
        ("cp312-cp312-manylinux_2_17_x86_64", None, "has cp312-cp312-manylinux_2_17_x86_64"),
        ("cp311-cp311-manylinux_2_28_x86_64", None, "has cp311-cp311-manylinux_2_28_x86_64"),
        ("cp311-cp311-macosx_11_0_arm64", None, "has cp311-cp311-macosx_11_0_arm64"),
        ("cp311-cp311-manylinux_2_17_x86_64", (0xB7, "2.17"), "fast.so is not for its processor"),
        ("cp311-cp311-manylinux_2_17_x86_64", (0x3E, "2.28"), "fast.so needs glibc 2.28"),
        ("", None, "has no tag"),
    ],
)
def test_wheels_are_held_against_their_platform(
    tmp_path: Path, tag: str, library: tuple[int, str] | None, said: Any
) -> None:
    info = tmp_path / "acme-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1\n")
    (info / "WHEEL").write_text(f"Wheel-Version: 1.0\n{f'Tag: {tag}' if tag else ''}\n")
    (info / "RECORD").write_text("acme/fast.so,,\n" if library else "")
    if library:
        machine, glibc = library
        (tmp_path / "acme").mkdir()
        head = b"\x7fELF\x02\x01\x01" + bytes(11) + machine.to_bytes(2, "little")
        (tmp_path / "acme" / "fast.so").write_bytes(head + b"\0GLIBC_2.5\0GLIBC_" + glibc.encode() + b"\0")
    found = [metadata.PathDistribution(info)]
    if isinstance(said, list):
        assert list(checked_tags(found, Platform("3.11", "x86_64"))) == said
    else:
        with pytest.raises(ConfigError, match=re.escape(said)):
            checked_tags(found, Platform("3.11", "x86_64"))


def test_what_is_installed_here_passes_for_this_machine() -> None:
    """The reader of ELF files against real ones: those of pydantic-core and orjson, as installed from their wheels."""
    machine = {"x86_64": "x86_64", "aarch64": "arm64"}[os.uname().machine]
    own = Platform(f"3.{max(sys.version_info[1], 12)}", machine)
    found = [metadata.distribution(name) for name in ("pydantic-core", "orjson")]
    if own.version == sys.version_info[:2]:
        assert checked_tags(found, own)
    other = Platform(own.python, "arm64" if machine == "x86_64" else "x86_64")
    with pytest.raises(ConfigError, match=r"pydantic.core does not run in Lambda's"):
        checked_tags(found, other)


def test_without_an_index_the_zip_of_a_platform_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "INDEX_URL": "http://127.0.0.1:9/",
        "RETRIES": "0",
        "FIND_LINKS": "",
        "NO_CACHE_DIR": "1",
    }.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    with pytest.raises(Unavailable, match="the package index does not answer"):
        build_lambda_zip(tmp_path / "out.zip", platform=Platform("3.12", "arm64"), cache=tmp_path / "cache")
    assert list(tmp_path.iterdir()) == [tmp_path / "cache"] and list((tmp_path / "cache").iterdir()) == []
