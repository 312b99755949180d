"""End to end: the deployed functions on embedded AWS, through the command line as people use it."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from springhead.cli import main
from springhead.clock import SystemClock
from springhead_demo import crashes, pipeline
from springhead_demo.pipeline import Demo
from springhead_demo.simulator import Faults, Simulator, generate_people
from springhead_runner import local
from springhead_runner.stores import aws as aws_module
from springhead_runner.stores.values import decode_item

pytestmark = pytest.mark.embedded

SPRINGHEAD = str(Path(sys.executable).with_name("springhead"))
SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "celebrities.json"
T = "2025-11-09T02:00:00Z"
#: Whom the weekly rule's four functions ask.
SOURCES = {"tmdb", "wikipedia", "news", "instagram", "threads"}


class Shell:
    """Runs commands in a home of their own, without anything of the host's environment."""

    def __init__(self, home: Path, **variables: str) -> None:
        self.home = home
        self.environment = {"PATH": os.environ["PATH"], "SPRINGHEAD_HOME": str(home), "LANG": "C.UTF-8", **variables}

    def __call__(self, *arguments: str, code: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in {**self.environment, **variables}.items() if v}
        done = subprocess.run([SPRINGHEAD, *arguments], capture_output=True, text=True, env=environment, timeout=300)
        assert done.returncode == code, (arguments, done.returncode, done.stdout[-800:], done.stderr[-2000:])
        assert "Traceback" not in done.stderr
        return done

    def inside(self, *arguments: str, code: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        """The same in this process: a second for each start of Python adds up."""
        environment = {k: v for k, v in {**self.environment, **variables}.items() if v}
        out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
        with mock.patch.dict(os.environ, environment, clear=True), redirect_stdout(out), redirect_stderr(err):
            try:
                ended = main(list(arguments))
            except SystemExit as error:
                ended = int(error.code or 0)
        out.flush()
        done = subprocess.CompletedProcess(arguments, ended, out.buffer.getvalue().decode(), err.getvalue())  # type: ignore[attr-defined]
        assert ended == code, (arguments, done)
        return done

    def json(self, *arguments: str, code: int = 0, **variables: str) -> Any:
        """The one object, or the last, on stdout."""
        return json.loads(self.inside(*arguments, "--json", code=code, **variables).stdout.splitlines()[-1])

    def lines(self, *arguments: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.inside(*arguments, "--json").stdout.splitlines()]


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    return Shell(tmp_path_factory.mktemp("home"), TMDB_TOKEN="token-of-the-tests")


@pytest.fixture(scope="module")
def people() -> list[dict[str, Any]]:
    return list(generate_people(10, seed=5))


@pytest.fixture(scope="module")
def upstream(people: list[dict[str, Any]]) -> Iterator[Simulator]:
    with Simulator(people, seed=1, faults=Faults(server_error=0.05)) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def up(shell: Shell, upstream: Simulator, people: list[dict[str, Any]]) -> Iterator[str]:
    """Embedded AWS with seeded subjects and both sources run; its address."""
    shell.environment |= {"SPRINGHEAD_UPSTREAM": upstream.url, "SPRINGHEAD_RATE_SCALE": "1000"}
    endpoint = shell.json("up")["endpoint"]
    try:
        path = shell.home / "list.json"
        path.write_text(json.dumps(people))
        assert shell.json("seed", str(path)) == {"written": 10, "there_already": 0, "refused": []}
        report = shell.json("run", "tmdb", "wikipedia", "--time", T)
        assert set(report["sources"]) == {"tmdb", "wikipedia"}
        yield endpoint
    finally:
        shell("down")


# The demo.


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home for all demos of this file: the second finds the built zip, as it does for people."""
    return tmp_path_factory.mktemp("demos")


def test_the_demo_ends_with_its_object(warm: Path) -> None:
    shell = Shell(warm)
    done = shell("demo", "--subjects", "12", "--json")
    result = json.loads(done.stdout.splitlines()[-1])
    assert (result["subjects"], result["lost"], result["duplicates"]) == (12, 0, 0)
    assert result["seconds"] > 0 and set(result["sources"]) == SOURCES
    of_all = result["sources"].values()
    assert result["expected"] == 5 * 12 - sum(of["not_found"] for of in of_all)
    assert result["expected"] == sum(of["written"] + of["dead_letters"] for of in of_all)
    for source, of in result["sources"].items():
        assert of["written"] + of["not_found"] + of["dead_letters"] == 12
        assert of["enriched"] == of["written"] >= (2 if source in {"instagram", "threads"} else 6)
        assert of["requests"] >= of["written"] and of["bytes"] > 1_000 * of["written"]
        # The Graph APIs were asked, not the pages: each profile took its unit.
        assert source not in {"instagram", "threads"} or of["written"] <= of["units"] <= of["requests"]
        assert of["csv"].startswith("s3://") and f"/celebrity/{source}/" in of["csv"] and of["csv_files"] == 1
    assert "simulated on this machine" in done.stderr and "\r" not in done.stderr  # no progress: no terminal
    assert local.find(warm / "embedded") is None  # it has ended what it started
    assert not (warm / "instance.json").exists()


@pytest.fixture
def demo(tmp_path: Path, warm: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Demo]:
    monkeypatch.setenv("SPRINGHEAD_HOME", str(warm))
    monkeypatch.setattr(pipeline, "FAULTS", Faults())
    with Demo(tmp_path / "demo", 4, live=False, say=lambda line: None) as running:
        yield running


@pytest.fixture(autouse=True)
def demo_folder(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()


def test_what_the_demo_shows_is_in_the_table(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    from springhead_demo.summary import show_summary

    result = demo.run(progress=True)
    assert (result["lost"], result["duplicates"]) == (0, 0)
    assert "5 of 5 sources done" in capsys.readouterr().err
    for source, of in result["sources"].items():
        bucket, _, prefix = of["csv"].removeprefix("s3://").partition("/")
        found = demo.aws.s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]
        assert [item["Key"].rpartition("/")[2] for item in found] == ["manifest.json", "part-00000.csv"], source
    samples = demo.samples()
    assert len(samples) == 3 and len({item["celebrity_id"] for item in samples}) >= 2
    for item in samples:
        assert 0 <= item["weight"] <= 1 and item["sentiment"] in {"positive", "negative", "neutral"}
        assert item["metadata"]["processed"] is True
    show_summary(result, samples)
    shown = capsys.readouterr().out
    heads = next(line for line in shown.splitlines() if line.startswith("source"))
    assert all(head in heads for head in ("written", "not found", "dead letters", "requests", "units", "bytes"))
    assert f"4 celebrities × 5 sources − {20 - result['expected']} not found = " in shown and "0 lost" in shown
    threads = result["sources"]["threads"]
    assert f"{threads['units']} of 1,000" in shown and f"{threads['bytes']:,}" in shown
    assert all(item["name"] in shown for item in samples)
    # The functions got the keys from the parameter store; nothing of them is in any log.
    log = (demo._home / "embedded-aws.log").read_text()
    assert "celeb_" in log and not any(secret in log for secret in pipeline.SIMULATED.values())
    told = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    told = [line for line in told if "_aws" not in line]  # figures for CloudWatch have a form of their own
    assert len(told) > 20 and all({"time", "level", "logger", "message"} <= line.keys() for line in told)


@pytest.mark.parametrize(
    ("function", "variable", "value", "said"),
    [
        ("scraper-tmdb", "DYNAMODB_TABLE", "absent", r"scraper-tmdb failed: .*absent: it does not exist"),
        (
            "post-processor",
            "SPRINGHEAD_RELIABILITY",
            "{",
            r"post-processor failed: ConfigError: SPRINGHEAD_RELIABILITY",
        ),
    ],
)
def test_a_function_that_cannot_work_is_named_with_its_reason(
    demo: Demo, monkeypatch: pytest.MonkeyPatch, function: str, variable: str, value: str, said: str
) -> None:
    from springhead.errors import PluginError

    functions = demo.aws.client("lambda")
    known = functions.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
    functions.update_function_configuration(
        FunctionName=function, Environment={"Variables": {**known, variable: value}}
    )
    monkeypatch.setattr(crashes, "STUCK", 1.0)
    with pytest.raises(PluginError, match=said) as caught:
        demo.run(progress=False)
    log = Path((caught.value.hint or "").rpartition(" ")[2])
    assert log.name == "demo.log" and "Traceback" in log.read_text()


def test_live_leaves_out_whom_robots_txt_forbids_to_ask(
    tmp_path: Path, warm: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is asked here: what would start is all that is looked at."""
    monkeypatch.setenv("SPRINGHEAD_HOME", str(warm))
    for name in pipeline.SECRETS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TMDB_TOKEN", "t")
    said: list[str] = []
    with Demo(tmp_path / "demo", 1, live=True, say=said.append) as running:
        assert set(running._targets()) == {"scraper-tmdb", "scraper-wikipedia", "scraper-news"}
    left_out = "INSTAGRAM_ACCESS_TOKEN, INSTAGRAM_USER_ID, THREADS_ACCESS_TOKEN is not set: scraper-social."
    assert f"Left out, since {left_out}" in said


# The verbs, on one embedded AWS.


def test_up_again_keeps_the_data_and_the_upstream(shell: Shell, up: str, upstream: Simulator) -> None:
    # Without the variables this time: what is not said stays as it was.
    again = shell.json("up", SPRINGHEAD_UPSTREAM="", SPRINGHEAD_RATE_SCALE="")
    assert again["endpoint"] == up
    functions = local.client("lambda", up)
    variables = functions.get_function_configuration(FunctionName="scraper-tmdb")["Environment"]["Variables"]
    assert variables["SPRINGHEAD_UPSTREAM"] == upstream.url and float(variables["SPRINGHEAD_RATE_SCALE"]) == 1000
    status = shell.json("status")
    assert (status["running"], status["endpoint"]) == (True, up)
    assert status["items"]["metadata"]["entries"] == 10
    assert "embedded AWS is running" in shell.inside("status").stdout
    assert "another port" not in shell.inside("up", "--port", "1", code=2).stderr


def test_the_stream_enriches_what_run_has_written(shell: Shell, up: str) -> None:
    import time

    deadline = time.monotonic() + 60
    while True:
        counts = shell.json("count")
        entries = [count for name, count in counts.items() if name != "metadata"]
        if all(count["enriched"] == count["entries"] for count in entries):
            break
        assert time.monotonic() < deadline, counts
    assert counts["tmdb"]["entries"] + counts["wikipedia"]["entries"] >= 12
    assert "tmdb" in shell.inside("count").stdout


def rows(up: str, operation: str, **request: Any) -> list[dict[str, Any]]:
    answer = getattr(local.client("dynamodb", up), operation)(TableName="celebrity-database", **request)
    return [decode_item(item) for item in answer["Items"]]


KEY = {"#pk": "celebrity_id", "#sk": "source_type#timestamp"}


def test_seed_1s_six_query_patterns_answer_like_our_verbs(shell: Shell, up: str, people: list[dict[str, Any]]) -> None:
    """The names aliased, as DynamoDB wants it; the verbs give the same items."""
    first = next(p["celebrity_id"] for p in people if len(shell.lines("show", p["celebrity_id"])) == 3)
    everything = shell.lines("show", first)
    # 1. The metadata record.
    values = {":id": {"S": first}, ":key": {"S": "metadata#2025-01-01T00:00:00Z"}}
    condition = "#pk = :id AND #sk = :key"
    found = rows(
        up,
        "query",
        KeyConditionExpression=condition,
        ExpressionAttributeNames=KEY,
        ExpressionAttributeValues=values,
    )
    assert found == shell.lines("show", first, "--source", "metadata") == [everything[0]]
    # 2. The entry as it was written: seed 1's fields, and what enrichment has put into two of them (6).
    entry = everything[1]
    assert {"id", "name", "raw_text", "source", "timestamp", "metadata"} <= entry.keys()
    assert 0 <= entry["weight"] <= 1 and entry["sentiment"] in {"positive", "negative", "neutral"}
    # 3. The records of one source.
    found = rows(
        up,
        "query",
        KeyConditionExpression="#pk = :id AND begins_with(#sk, :prefix)",
        ExpressionAttributeNames=KEY,
        ExpressionAttributeValues={":id": {"S": first}, ":prefix": {"S": "tmdb#"}},
    )
    assert found == shell.lines("show", first, "--source", "tmdb") == [entry]
    # 4. Everything about a celebrity.
    found = rows(
        up,
        "query",
        KeyConditionExpression="#pk = :id",
        ExpressionAttributeNames={"#pk": "celebrity_id"},
        ExpressionAttributeValues={":id": {"S": first}},
    )
    assert found == everything and [item["source_type#timestamp"].partition("#")[0] for item in found] == [
        "metadata",
        "tmdb",
        "wikipedia",
    ]
    # 5. By name.
    found = rows(
        up,
        "query",
        IndexName="name-index",
        KeyConditionExpression="#n = :name",
        ExpressionAttributeNames={"#n": "name"},
        ExpressionAttributeValues={":name": {"S": entry["name"]}},
    )
    by_key = sorted(found, key=lambda item: (item["celebrity_id"], item["source_type#timestamp"]))
    assert by_key == shell.lines("find", entry["name"]) and entry["id"] in {item.get("id") for item in found}
    # 6. (Seed 1, monitoring) the count by source.
    answer = local.client("dynamodb", up).scan(
        TableName="celebrity-database",
        FilterExpression="begins_with(#sk, :source)",
        ExpressionAttributeNames={"#sk": KEY["#sk"]},
        ExpressionAttributeValues={":source": {"S": "tmdb#"}},
        Select="COUNT",
    )
    assert answer["Count"] == shell.json("count")["tmdb"]["entries"]
    # For people: the same, in tables.
    assert first in shell.inside("show", first).stdout and entry["sentiment"] in shell.inside("show", first).stdout
    assert first in shell.inside("find", entry["name"]).stdout


def test_running_again_changes_nothing_and_dir_writes_files(shell: Shell, up: str, tmp_path: Path) -> None:
    before = shell.json("count")
    subject = shell.lines("show", "celeb_000001")[1]
    report = shell.json("run", "tmdb", "--time", T, "--subjects", "celeb_000001")["sources"]["tmdb"]
    assert (report["unchanged"], report["written"], report["changed"]) == (1, 0, 0)
    assert shell.json("count") == before and shell.lines("show", "celeb_000001")[1] == subject
    out = tmp_path / "out"
    done = shell(
        "run", "tmdb", "--time", T, "--sink", f"dir:{out}", "--subjects", f"@{shell.home / 'list.json'}", code=0
    )
    assert "tmdb" in done.stdout and f"T = {T}" in done.stderr
    folder = out / "tmdb" / T.replace(":", "")
    assert {path.name for path in folder.iterdir()} >= {"entries.jsonl", "entries.csv", "report.json", "raw"}
    entries = [json.loads(line) for line in (folder / "entries.jsonl").read_text().splitlines()]
    assert len(entries) >= 8 and all((folder / "raw" / e["metadata"]["raw_sha256"]).exists() for e in entries)


def test_dead_letters_are_listed_shown_and_replayed(shell: Shell, up: str, people: list[dict[str, Any]]) -> None:
    other = "2025-11-16T02:00:00Z"
    with Simulator(people, seed=9, faults=Faults(malformed=0.4, retry_after=0)) as broken:
        report = shell.json("run", "tmdb", "--time", other, code=1, SPRINGHEAD_UPSTREAM=broken.url)["sources"]["tmdb"]
    failed = report["dead_lettered"]
    assert failed >= 1
    letters = [letter for letter in shell.lines("dlq", "list") if letter["time"] == other]
    assert len(letters) == failed
    assert letters[0]["id"][:8] in shell.inside("dlq", "list").stdout
    assert json.loads(shell.inside("dlq", "show", letters[0]["id"][:12]).stdout) == letters[0]
    replayed = shell.json("dlq", "replay", "--source", "tmdb")
    assert (replayed["stored"], replayed["still_failing"]) == (replayed["replayed"] - replayed["not_found"], 0)
    assert shell.lines("dlq", "list", "--source", "tmdb") == []
    assert "no dead letter abc" in shell.inside("dlq", "show", "abc", code=1).stderr


def test_the_shared_list_is_seeded_as_far_as_it_is_right(shell: Shell, up: str) -> None:
    known = [SHARED] if SHARED.exists() else []
    for path in known:
        done = shell.inside("--stage", "prod", "seed", str(path), "--json", code=1 if refused(path) else 0)
        summary = json.loads(done.stdout)
        assert summary["written"] + summary["there_already"] + len(summary["refused"]) == len(
            json.loads(path.read_text())
        )


def refused(path: Path) -> bool:
    from datetime import UTC, datetime

    from springhead_runner.seeds import read_list

    return bool(read_list(path, datetime.now(UTC))[1])


# Bad input.


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line for line in done.stderr.splitlines() if not line.startswith("embedded AWS at ")]
    assert len(lines) == 1, done.stderr
    return lines[0]


BAD = [
    (("run", "tmbd"), 2, "ConfigError: unknown source 'tmbd' (did you mean tmdb?)"),
    (("run", "tmdb", "--time", "noon"), 2, "ConfigError: --time: "),
    (("run", "tmdb", "--time", T, "--subjects", ","), 2, "ConfigError: --subjects names nobody"),
    (("-q", "run", "tmdb", "--time", T, "--subjects", "celeb_999"), 2, "no metadata record of celeb_999"),
    (("-q", "run", "tmdb", "--sink", "ftp:x"), 2, "ConfigError: --sink 'ftp:x' is unknown"),
    (("show", "celeb_999"), 1, "NotFound: celebrity-database has no celeb_999"),
    (("show", "celeb_000001", "--source", "x"), 1, "has no x entry of celeb_000001"),
    (("find", "Nobody\x1b[31m"), 1, "NotFound: "),
    (("seed", "/no/such/file"), 2, "ConfigError: /no/such/file: No such file"),
    (("--endpoint", "foo", "count"), 2, "ConfigError: the endpoint 'foo' is no address"),
    (("--endpoint", "http://127.0.0.1:9", "count"), 3, "Unavailable: "),
    (("--stage", "dev", "count"), 2, "celebrity-database-dev: it does not exist"),
    (("--stage", "Dev!", "count"), 2, "ConfigError: stage: "),
    (("demo", "--subjects", "0"), 2, "ConfigError: --subjects is 0"),
    (("demo", "--live"), 2, "ConfigError: --live needs TMDB_TOKEN"),
]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    BAD,
    ids=lambda value: (
        " ".join(value)[:40].encode("ascii", "replace").decode().replace("\x1b", "") if isinstance(value, tuple) else ""
    ),
)
def test_bad_input_is_one_line_and_its_exit_code(
    shell: Shell, up: str, monkeypatch: pytest.MonkeyPatch, arguments: Any, code: int, said: str
) -> None:
    variables = {"TMDB_TOKEN": ""} if arguments[0] == "demo" else {}
    quiet = ("-q", *arguments) if arguments[0] == "run" else arguments
    run = shell if arguments[0] in {"run", "find"} else shell.inside
    monkeypatch.setattr(aws_module, "BASE", 0.0)
    done = run(*quiet, code=code, **variables)
    assert said in one_line(done) and "\x1b" not in done.stderr
    if "demo" not in arguments:
        assert done.stdout == ""
    error = json.loads(one_line(shell.inside(*quiet, "--json", code=code, **variables)))
    assert {"error", "message", "retryable"} <= error.keys() and "\x1b" not in error["message"]


def test_a_missing_key_is_said_before_anything_is_asked(shell: Shell, up: str, upstream: Simulator) -> None:
    asked = upstream.stats()["requests"]
    done = shell.inside("-q", "run", "tmdb", code=2, TMDB_TOKEN="")
    assert one_line(done).startswith("ConfigError: tmdb needs TMDB_TOKEN for api.themoviedb.org, and it is not set")
    assert upstream.stats()["requests"] == asked


def test_no_network_leaves_dead_letters_and_their_reasons(
    shell: Shell, up: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def at_once(self: Any, seconds: float) -> None:
        """Nobody waits between the retries."""

    monkeypatch.setattr(SystemClock, "sleep", at_once)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}"
        command = ("-q", "run", "tmdb", "--subjects", "celeb_000002", "--time", "2025-11-23T02:00:00Z")
        report = shell.json(*command, code=1, SPRINGHEAD_UPSTREAM=nobody)["sources"]["tmdb"]
        assert (report["dead_lettered"], report["lost"]) == (1, 0)
        assert report["errors"][0]["code"] == "Unavailable"
        done = shell.inside(*command, code=1, SPRINGHEAD_UPSTREAM=nobody)
    assert "tmdb: Unavailable: " in done.stdout and done.stderr == ""


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"celebrity_id": "celeb_000001", "name": "A"}, "celeb_000001 is the id of entry 1 already"),
        ({"celebrity_id": "celeb_002", "name": "A", "birth_date": "1955-02-30"}, "/birth_date: "),
        ({"celebrity_id": "celeb_002", "name": None}, "/name: "),
    ],
)
def test_a_list_with_a_fault_says_where(shell: Shell, up: str, tmp_path: Path, entry: Any, said: str) -> None:
    path = tmp_path / "faulty.json"
    path.write_text(json.dumps([{"celebrity_id": "celeb_000001", "name": "A"}, entry]))
    done = shell.inside("seed", str(path), code=1)
    line = one_line(done)
    assert line.startswith(f"ContractViolation: {path}: entry 2 ") and said in line
    assert done.stdout == "0 written, 1 there already, 1 refused\n"
    done = shell.inside("seed", str(path), "--json", code=1)
    assert json.loads(one_line(done))["error"] == "ContractViolation"
    assert len(json.loads(done.stdout)["refused"]) == 1


def test_a_taken_port(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = Shell(tmp_path)("-q", "up", "--port", str(port), code=2)
    assert one_line(done).startswith(f"ConfigError: port {port} on 127.0.0.1 is taken")


CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "x"}


@pytest.mark.parametrize("variables", [{}, CREDENTIALS], ids=["no credentials", "credentials"])
def test_without_embedded_aws_the_real_one_is_never_meant(tmp_path: Path, variables: dict[str, str]) -> None:
    shell = Shell(tmp_path, **variables)
    line = one_line(shell("count", code=2))
    assert line.startswith("ConfigError: embedded AWS is not running") and "--endpoint aws" in line
    assert shell.json("status") == {"running": False}
    assert "not running" in shell("down").stdout


def test_the_real_aws_without_credentials(tmp_path: Path) -> None:
    shell = Shell(
        tmp_path,
        AWS_EC2_METADATA_DISABLED="true",
        AWS_SHARED_CREDENTIALS_FILE=str(tmp_path / "none"),
        AWS_CONFIG_FILE=str(tmp_path / "none"),
    )
    line = one_line(shell("--endpoint", "aws", "count", code=2))
    assert line.startswith("ConfigError: ") and "credentials" in line
    line = one_line(shell("--endpoint", "aws", "count", code=2, AWS_PROFILE="nobody"))
    assert "nobody" in line


def test_down_ends_it(shell: Shell, up: str) -> None:
    """Last in this file: nothing of it stays."""
    assert "stopped" in shell("down").stdout
    assert shell.json("status") == {"running": False}
