"""The image's tree: built, read as Docker would read it, and run as Lambda and Fargate would run it, without Docker."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from springhead.errors import ConfigError
from springhead.source import Resources
from springhead_runner import image
from springhead_runner.image import ImageInfo, build_image_tree
from springhead_runner.stores.aws import Aws

_spec = importlib.util.spec_from_file_location("runtime_api", Path(__file__).with_name("runtime_api.py"))
assert _spec is not None and _spec.loader is not None
runtime_api = importlib.util.module_from_spec(_spec)
sys.modules["runtime_api"] = runtime_api  # dataclasses look themselves up
_spec.loader.exec_module(runtime_api)

SCRAPE, ENRICH = "springhead_runner.scrape.handler.handler", "springhead_runner.enrich.handler.handler"
SWEEP, INGEST = "springhead_runner.enrich.sweep.handler", "springhead_lake.handler.handler"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> ImageInfo:
    return build_image_tree(tmp_path_factory.mktemp("image") / "tree")


@pytest.fixture(scope="module")
def tree(built: ImageInfo) -> Path:
    return built.path


@pytest.fixture(scope="module")
def instructions(tree: Path) -> list[tuple[str, str]]:
    """The Dockerfile's instructions, in order."""
    text = re.sub(r"^\s*#.*\n", "", (tree / "Dockerfile").read_text(), flags=re.M).replace("\\\n", " ")
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]
    return [(name, " ".join(rest.split())) for name, rest in lines]


def last_stage(instructions: list[tuple[str, str]]) -> list[tuple[str, str]]:
    start = max(i for i, (name, _) in enumerate(instructions) if name == "FROM")
    return instructions[start:]


# What the tree is


def test_the_same_inputs_give_the_same_tree(built: ImageInfo, tmp_path: Path) -> None:
    again = build_image_tree(tmp_path / "again")
    assert (again.sha256, again.bytes_app, again.requirements) == (built.sha256, built.bytes_app, built.requirements)
    built_again = build_image_tree(tmp_path / "again")
    assert built_again.sha256 == built.sha256 and sorted(p.name for p in tmp_path.iterdir()) == ["again"]


def test_our_own_are_files_and_all_others_have_hashes(built: ImageInfo, tree: Path) -> None:
    ours = {line.partition("==")[0] for line in built.distributions}
    plugins = {point.dist.name for point in metadata.entry_points(group="springhead") if point.dist}
    assert {"springhead", "springhead-contracts", "springhead-lake", "springhead-runner"} | plugins == ours
    assert {"awslambdaric", "boto3", "pyarrow", "pyiceberg", "duckdb", "pydantic"} <= set(built.requirements)
    assert not {"pytest", "mypy", "hypothesis", "aws-cdk-lib", "pip"} & set(built.requirements)
    listed = re.split(r"(?<!\\)\n", (tree / "requirements.txt").read_text().strip())
    assert [line.partition("==")[0] for line in listed] == list(built.requirements)
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", line) and "://" not in line for line in listed)
    files = [path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file()]
    assert {"app/springhead_lake/handler.py", "app/springhead_runner/task.py", "app/springhead_wikidata.py"} < set(
        files
    )
    left = re.compile(r"/(fixtures|tests|__pycache__)/|\.(pyc|pyi|pth|har)$")
    assert not [name for name in files if left.search(name)]
    assert {path.stat().st_mode & 0o777 for path in (tree / "app").rglob("*") if path.is_file()} == {0o644}
    assert {path.stat().st_mode & 0o777 for path in (tree / "bin").iterdir()} == {0o755}


def test_nothing_secret_and_nothing_of_this_machine_goes_in(tree: Path) -> None:
    home = str(Path(image.__file__).parents[3])
    for path in tree.rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            assert home not in text, path
            assert not re.search(r"AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY", text), path


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(ConfigError, match="holds something else"):
        build_image_tree(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    with pytest.raises(ConfigError, match="holds something else"):
        build_image_tree(tmp_path / "letter.txt")


def test_what_no_lock_vouches_for_is_refused(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(
        "boto3==1.44.5 \\\n    --hash=sha256:00\nhttpx==0.28.1 ; sys_platform == 'win32' --hash=sha256:00\n"
    )
    with pytest.raises(ConfigError, match=r"\bhttpx\b.*not in requirements.lock, so there is no hash to trust"):
        build_image_tree(tmp_path / "tree", lock=lock)
    assert not (tmp_path / "tree").exists()


def test_a_source_that_renders_is_in_the_image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from springhead.plugins import load_source

    monkeypatch.setattr(load_source("tmdb"), "resources", Resources(memory_mb=4096, runtime="fargate"))
    assert "springhead-tmdb==0.1.0" in build_image_tree(tmp_path / "tree").distributions


# What Docker would make of it


def test_the_dockerfile_copies_what_is_there(tree: Path, instructions: list[tuple[str, str]]) -> None:
    copied = [rest.split() for name, rest in instructions if name == "COPY" and not rest.startswith("--from")]
    assert {source for *sources, _ in copied for source in sources} == {"requirements.txt", "app/", "bin/"}
    for *sources, _ in copied:
        for source in sources:
            assert (tree / source).exists() and (tree / source).is_dir() == source.endswith("/")
    ignored = (tree / ".dockerignore").read_text().splitlines()
    assert ignored == ["*", "!Dockerfile", "!app", "!bin", "!requirements.txt"]
    stages = {rest.partition(" AS ")[2] for name, rest in instructions if name == "FROM"} - {""}
    assert {rest.split()[0] for _, rest in instructions if rest.startswith("--from")} == {"--from=build"}
    assert stages == {"build"}
    known = {"FROM", "COPY", "RUN", "ENV", "WORKDIR", "USER", "ENTRYPOINT", "CMD"}
    assert {name for name, _ in instructions} == known


def test_the_base_is_pinned_and_of_the_python_that_the_tree_is_for(instructions: list[tuple[str, str]]) -> None:
    bases = {rest.partition(" AS ")[0] for name, rest in instructions if name == "FROM"}
    (base,) = bases
    assert re.fullmatch(rf"python:{re.escape(image.PYTHON)}\.\d+-slim-[a-z]+", base)


def test_the_install_trusts_hashes_only(instructions: list[tuple[str, str]]) -> None:
    (install,) = [rest for name, rest in instructions if name == "RUN" and " pip install " in rest]
    assert {"--require-hashes", "--no-deps", "--only-binary=:all:"} <= set(install.split())
    assert not re.search(r"https?:|--index|--trusted|apt-get|curl|wget", " ".join(rest for _, rest in instructions))


def test_it_runs_as_nobody_special_and_knows_no_secret(instructions: list[tuple[str, str]]) -> None:
    final = last_stage(instructions)
    (user,) = [rest for name, rest in final if name == "USER"]
    assert user.isdigit() and int(user) > 0
    made = next(rest for name, rest in final if name == "RUN")
    assert f"--uid {user} " in made
    # After it nothing is made that root would own.
    assert [name for name, _ in final[final.index(("USER", user)) :]] == ["USER", "ENTRYPOINT", "CMD"]
    (variables,) = [rest for name, rest in final if name == "ENV"]
    assert {pair.partition("=")[0] for pair in variables.split()} == {
        "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "HOME",
    }  # fmt: skip


def test_the_entry_point_is_in_the_tree(tree: Path, instructions: list[tuple[str, str]]) -> None:
    final = dict(last_stage(instructions))
    (entry,) = json.loads(final["ENTRYPOINT"])
    assert entry == "/usr/local/bin/springhead-entry" and (tree / "bin" / Path(entry).name).is_file()
    command = json.loads(final["CMD"])
    assert command[:2] == ["python", "-m"]
    assert (tree / "app" / f"{command[2].replace('.', '/')}.py").is_file()
    assert ("COPY", "bin/ /usr/local/bin/") in last_stage(instructions)


# What Lambda and Fargate would make of it


@pytest.fixture(scope="module")
def installed(tree: Path, built: ImageInfo) -> Path:
    """``site/`` as pip fills it: links to the installed files of what requirements.txt names, and to nothing else."""
    site = tree / image.SITE
    for name in built.requirements:
        distribution = metadata.distribution(name)
        for top in {file.parts[0] for file in distribution.files or () if file.parts[0] not in ("..", "__pycache__")}:
            (site / top).parent.mkdir(exist_ok=True)
            if not (site / top).exists():
                (site / top).symlink_to(Path(str(distribution.locate_file(top))).resolve())
    return site


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the one ``python`` of the container: without site-packages."""
    folder = tmp_path_factory.mktemp("bin")
    (folder / "python").write_text(
        f'#!/bin/sh\nexec {sys.executable} -S -W error::DeprecationWarning:springhead "$@"\n'
    )
    (folder / "python").chmod(0o755)
    return folder


@pytest.fixture
def container(tree: Path, installed: Path, python: Path) -> Callable[..., dict[str, str]]:
    """Environment of a container with these settings."""

    def make(aws: Aws, **more: str) -> dict[str, str]:
        settings = aws.settings
        return runtime_api.bare_environment(
            python,
            tree / "app",
            installed,
            AWS_REGION=settings.region,
            AWS_ENDPOINT_URL=str(settings.endpoint),
            DYNAMODB_TABLE=settings.table,
            SPRINGHEAD_OPERATIONS_TABLE=settings.operations_table,
            SPRINGHEAD_RAW_BUCKET=str(settings.raw_bucket),
            SPRINGHEAD_BACKUP_BUCKET=str(settings.backup_bucket),
            SPRINGHEAD_DEAD_LETTER_BUCKET=str(settings.dead_letter_bucket),
            SPRINGHEAD_DEAD_LETTER_QUEUE=str(settings.dead_letter_queue),
            SPRINGHEAD_UPSTREAM=str(settings.upstream or ""),
            SPRINGHEAD_RATE_SCALE=str(settings.rate_scale),
            TMDB_TOKEN="token-of-the-tests",
            **more,
        )

    return make


@pytest.fixture
def start(tree: Path, tmp_path: Path) -> Callable[..., AbstractContextManager[Any]]:
    """Start the image's entry point with a handler's name, as Lambda does."""
    return lambda handler, environment: runtime_api.function(
        ["sh", str(tree / "bin" / "springhead-entry"), handler], tree / "app", environment, tmp_path / "log"
    )


@pytest.mark.embedded
def test_scrape_and_enrich_through_the_runtime_api(
    bench: Callable[..., Any], container: Callable[..., dict[str, str]], start: Callable[..., Any], kit: Any
) -> None:
    made = bench(5)
    with start(SCRAPE, container(made.aws, SPRINGHEAD_SOURCE="tmdb")) as scrape:
        answer = scrape.invoke({"time": kit.T})
        assert answer.kind == "response", scrape.log
        assert validated("run_report", answer.body)["subjects"] == 5
        stored = made.raw("tmdb#")
        assert len(stored) == answer.body["written"] > 0
        # The same process, warm: everything is there already.
        again = scrape.invoke({"source": "tmdb", "time": kit.T})
        assert again.kind == "response" and (again.body["written"], again.body["unchanged"]) == (0, len(stored))
        # The handler's own error is the invocation's, and the process goes on.
        wrong = scrape.invoke({"source": "no_such_source"})
        assert (wrong.kind, wrong.body["errorType"]) == ("error", "ConfigError")
        assert "no_such_source" in wrong.body["errorMessage"]
        assert scrape.invoke({"time": kit.T}).kind == "response"
        assert scrape.process.poll() is None
        assert made.aws.settings.upstream in container(made.aws)["SPRINGHEAD_UPSTREAM"]
        assert "token-of-the-tests" not in scrape.log
    with start(ENRICH, container(made.aws)) as enrich:
        records = [kit.stream_record(item, number) for number, item in enumerate(stored.values(), 1)]
        answer = enrich.invoke({"Records": records})
        assert (answer.kind, answer.body) == ("response", {"batchItemFailures": []}), enrich.log
    enriched = made.raw("tmdb#").values()
    assert len(enriched) == len(stored) and all("N" in item["weight"] for item in enriched)
    assert all(item["sentiment"]["S"] in {"positive", "neutral", "negative"} for item in enriched)


@pytest.mark.embedded
def test_the_sweep_through_the_runtime_api(
    bench: Callable[..., Any], container: Callable[..., dict[str, str]], start: Callable[..., Any], kit: Any
) -> None:
    made = bench(3)
    made.scrape()
    stored = made.raw("tmdb#")
    assert stored and not any("N" in item["weight"] for item in stored.values())
    for item in stored.values():  # written long ago
        metadata = {**item["metadata"]["M"], "last_updated": {"S": kit.T}}
        made.aws.dynamodb.put_item(TableName=made.aws.settings.table, Item={**item, "metadata": {"M": metadata}})
    with start(SWEEP, container(made.aws)) as swept:
        answer = swept.invoke({"since": "2025-11-01T00:00:00Z"})
        assert answer.kind == "response", swept.log
        assert (answer.body["found"], answer.body["finished"]) == (len(stored), True)
    assert all("N" in item["weight"] for item in made.raw("tmdb#").values())


@pytest.mark.embedded
def test_ingest_through_the_runtime_api(
    aws: Aws, container: Callable[..., dict[str, str]], start: Callable[..., Any]
) -> None:
    mark = uuid.uuid4().hex[:10]
    buckets = {"SPRINGHEAD_LAKE_BUCKET": f"lake-{mark}", "SPRINGHEAD_POST_BACKUPS": f"posts-{mark}",
               "SPRINGHEAD_RESTAURANT_BACKUPS": f"restaurants-{mark}"}  # fmt: skip
    for bucket in buckets.values():
        aws.s3.create_bucket(Bucket=bucket)
    header = "search_term,post_id,creator,posted_date,likes,comments,hashtags,caption,image_description,post_url,status"
    row = (
        '#food,A1,someone,"November 24, 2025",5207,,#food,"Fries, please",Fries,https://www.instagram.com/p/A1/,SCRAPED'
    )
    name = "post_results_20260113_175319.csv"
    aws.s3.put_object(Bucket=f"posts-{mark}", Key=name, Body=f"{header}\r\n{row}\r\n".encode())
    landed = {"bucket": {"name": f"posts-{mark}"}, "object": {"key": name, "size": 1}}
    event = {"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": landed}]}
    settings = container(aws, **buckets, SPRINGHEAD_LAKE_DATABASE=f"lake_{mark}")
    with start(INGEST, settings) as ingest:
        answer = ingest.invoke(event)
        assert answer.kind == "response", ingest.log
        assert {key: answer.body[key] for key in ("files", "loaded", "inserted", "bad")} == {
            "files": 1, "loaded": 1, "inserted": 1, "bad": 0,
        }  # fmt: skip
        again = ingest.invoke(event)
        assert (again.kind, again.body["inserted"], again.body["unchanged"]) == ("response", 0, 1)


def test_a_handler_that_cannot_be_imported_is_an_init_error(
    tree: Path, installed: Path, python: Path, start: Callable[..., Any]
) -> None:
    environment = runtime_api.bare_environment(python, tree / "app", installed)
    with start("springhead_runner.scrape.absent.handler", environment) as absent:
        answer = absent.answer()
        assert (answer.kind, answer.body["errorType"]) == ("init", "Runtime.ImportModuleError")
        assert absent.process.wait(30) == 1


def test_a_wrong_setting_fails_the_invocation_by_name(
    tree: Path, installed: Path, python: Path, start: Callable[..., Any]
) -> None:
    environment = runtime_api.bare_environment(
        python, tree / "app", installed, AWS_REGION="us-east-1", SPRINGHEAD_SOURCE="tmdb", SPRINGHEAD_STAGE="Not Ours"
    )
    with start(SCRAPE, environment) as scrape:
        answer = scrape.invoke({})
        assert (answer.kind, answer.body["errorType"]) == ("error", "ConfigError")
        assert "SPRINGHEAD_STAGE" in answer.body["errorMessage"]


@pytest.mark.embedded
def test_the_task_does_what_its_event_says(
    bench: Callable[..., Any], container: Callable[..., dict[str, str]], tree: Path, kit: Any
) -> None:
    made = bench(4)
    command = ["sh", str(tree / "bin" / "springhead-entry"), "python", "-m", "springhead_runner.task"]
    order = json.dumps({"source": "tmdb", "time": kit.T})
    done = run_in(tree, command, container(made.aws, SPRINGHEAD_EVENT=order))
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    assert (report["run_id"], report["subjects"]) == (f"tmdb@{kit.T}", 4)
    assert len(made.raw("tmdb#")) == report["written"] > 0
    assert "token-of-the-tests" not in done.stdout + done.stderr
    wrong = run_in(tree, command, container(made.aws, SPRINGHEAD_EVENT='{"source": 7}'))
    assert wrong.returncode == 2 and "/source" in wrong.stderr


@pytest.mark.embedded
def test_the_command_line_is_in_the_image(
    bench: Callable[..., Any], container: Callable[..., dict[str, str]], tree: Path, python: Path, kit: Any
) -> None:
    made = bench(3)
    environment = container(made.aws)
    environment["PATH"] = f"{tree / 'bin'}:{environment['PATH']}"
    command = ["sh", str(tree / "bin" / "springhead-entry"), "springhead", "run", "tmdb", "--time", kit.T, "--json"]
    done = run_in(tree, command, environment)
    assert done.returncode == 0, done.stderr
    assert "token-of-the-tests" not in done.stdout + done.stderr
    assert len(made.raw("tmdb#")) > 0


def run_in(tree: Path, command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=tree / "app", env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def validated(kind: str, record: dict[str, Any]) -> dict[str, Any]:
    from springhead_contracts import validate

    assert validate(kind, record) == []
    return record
