from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from springhead.errors import ConfigError
from springhead_runner import logs
from springhead_runner.logs import MAX_LINE, JsonFormatter, invocation, log_context, set_up_logs, told


class Log:
    """A logger of its own whose lines are read back."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        handler = logging.StreamHandler(self.stream)
        handler.setFormatter(JsonFormatter())
        self.logger = logging.Logger("springhead.test")
        self.logger.addHandler(handler)

    def lines(self) -> list[dict[str, Any]]:
        """What was written, one object a line; anything else fails."""
        text = self.stream.getvalue()
        lines = text.splitlines()  # at all that Unicode calls the end of a line
        assert text.count("\n") == len(lines)
        return [json.loads(line) for line in lines]

    def one(self) -> dict[str, Any]:
        (line,) = self.lines()
        return line


@pytest.fixture
def log() -> Log:
    return Log()


def test_a_line_says_what_where_and_whose(log: Log) -> None:
    fields = {"run_id": "tmdb@2025-11-09T02:00:00Z", "attempt_id": "a1", "source": "tmdb", "subject": "celeb_001"}
    with log_context(request_id="r1", nothing=None):
        log.logger.info("%s written", "celeb_001", extra={"fields": fields | {"count": 3, "share": 0.5, "ok": True}})
    line = log.one()
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "INFO", "logger": "springhead.test", "message": "celeb_001 written", "request_id": "r1",
        **fields, "count": 3, "share": 0.5, "ok": True,
    }  # fmt: skip


def test_what_people_read_stays_readable(log: Log) -> None:
    log.logger.info("周潤發 äöü 🎬")
    assert "周潤發 äöü 🎬" in log.stream.getvalue()


@given(st.text(), st.text(), st.dictionaries(st.text(), st.text() | st.floats() | st.integers() | st.none()))
def test_nothing_from_outside_breaks_a_line(message: str, value: str, more: dict[str, Any]) -> None:
    log = Log()
    log.logger.warning("%s", message, extra={"fields": {**more, "value": value}})
    assert log.one()["level"] == "WARNING"


@pytest.mark.parametrize(
    "hostile",
    [
        'x\n{"level": "INFO", "message": "forged"}',
        "x\r\nEND RequestId",
        "x\u2028forged\u2029x\x85x\x0bx\x0c\x1c",
        "\x1b[31mred\x9b31m",
        "\u202egnp.exe\u2066",
        "\x00\x07",
    ],
    ids=ascii,
)
def test_hostile_texts_are_one_line_and_come_back_as_they_were(log: Log, hostile: str) -> None:
    log.logger.error("%s", hostile, extra={"fields": {"name": hostile, hostile: 1}})
    raw = log.stream.getvalue()
    assert not [c for c in raw[:-1] if ord(c) < 32 or 0x7F <= ord(c) <= 0x9F or c in "\u2028\u2029\u202e\u2066"]
    line = log.one()
    assert line["message"] == line["name"] == hostile and line[hostile] == 1


def test_fields_cannot_pose_as_the_lines_own_members(log: Log) -> None:
    log.logger.info("true", extra={"fields": {"level": "DEBUG", "message": "forged", "time": "never", "logger": "x"}})
    line = log.one()
    assert (line["level"], line["message"], line["logger"]) == ("INFO", "true", "springhead.test")
    assert line["time"].startswith("20")


def test_huge_values_are_bounded(log: Log) -> None:
    log.logger.info(
        "start %s end", "x" * 5_000_000, extra={"fields": {"list": ["y" * 9_000] * 9_000, "number": 10**10_000}}
    )
    line = log.one()
    assert line["message"].startswith("start ")
    assert len(line["message"]) < 5_000 and len(log.stream.getvalue().encode()) <= MAX_LINE + 1
    assert line.get("cut") is True
    deep: Any = "bottom"
    for _ in range(5_000):
        deep = [deep]
    again = Log()
    again.logger.info("deep", extra={"fields": {"deep": deep, "many": {str(n): n for n in range(1_000)}}})
    assert len(again.one()["many"]) == 50


def test_an_exception_is_one_line_with_its_stack(log: Log) -> None:
    try:
        try:
            raise KeyError("inner\nline")
        except KeyError as error:
            raise ValueError("outer") from error
    except ValueError:
        log.logger.exception("failed")
    line = log.one()
    assert (line["message"], line["error"]) == ("failed", "ValueError")
    assert line["stack"].startswith("Traceback") and line["stack"].endswith("ValueError: outer")
    assert "KeyError" in line["stack"] and __file__ in line["stack"]


def test_a_stack_without_end_is_cut_in_its_middle(log: Log) -> None:
    def dive(depth: int) -> None:
        if not depth:
            raise ValueError("bottom " + "x" * 100_000 + " end")
        dive(depth - 1)

    try:
        dive(50)
    except ValueError:
        log.logger.exception("failed")
    stack = log.one()["stack"]
    assert len(stack) < 20_000 and stack.startswith("Traceback")


@pytest.mark.parametrize(
    "text",
    [
        "GET https://www.googleapis.com/x?key=AIzaSyD-hidden1&q=a",
        "https://api.themoviedb.org/3?api_key=hidden1&x=1",
        "?access_token=hidden1",
        "Authorization: Bearer hidden1.abc",
        "{'authorization': 'Bearer hidden1'}",
        '{"client_secret": "hidden1"}',
        "AWS_SECRET_ACCESS_KEY=hidden1/x+y",
        "x-amz-security-token: hidden1",
        "cookie sessionid=hidden1; path=/",
        "X-Amz-Signature=hidden1",
    ],
)
def test_what_looks_like_a_key_is_taken_out(log: Log, text: str) -> None:
    log.logger.warning("asked %s", text, extra={"fields": {"url": text, "deep": [{"a": text}]}})
    try:
        raise ValueError(text)
    except ValueError:
        log.logger.exception("failed")
    assert "hidden1" not in log.stream.getvalue() and "***" in log.stream.getvalue()


def test_ordinary_words_are_left_alone(log: Log) -> None:
    texts = ["the key word here", "partition key: celebrity_id", "tokens=3", "a secret garden", "monkey=banana-split"]
    for text in texts:
        log.logger.info("%s", text)
    assert [line["message"] for line in log.lines()] == texts


def test_a_message_that_cannot_be_built_is_logged_all_the_same(log: Log) -> None:
    class Broken:
        def __str__(self) -> str:
            raise RuntimeError("no")

        __repr__ = __str__

    log.logger.info("%d apples", "no")
    log.logger.info("fine", extra={"fields": {"value": Broken(), "nan": float("nan"), "bytes": b"\xff"}})
    first, second = log.lines()
    assert first["message"] == "%d apples ('no',)"
    assert (second["value"], second["nan"], second["bytes"]) == ("<Broken: RuntimeError>", "nan", "b'\\xff'")


def test_the_context_follows_tasks_and_ends(log: Log) -> None:
    async def work(source: str) -> None:
        with log_context(source=source):
            await asyncio.sleep(0)
            await asyncio.to_thread(log.logger.info, "in a thread")

    async def both() -> None:
        with log_context(run_id="r"):
            await asyncio.gather(work("tmdb"), work("news"))
        log.logger.info("after")

    asyncio.run(both())
    *inside, after = log.lines()
    assert sorted((line["run_id"], line["source"]) for line in inside) == [("r", "news"), ("r", "tmdb")]
    assert "run_id" not in after and "source" not in after


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, put back as it was."""
    found = logging.getLogger()
    before, level = found.handlers[:], found.level
    yield found
    found.handlers[:] = before
    found.setLevel(level)
    logging.getLogger("springhead").setLevel(logging.NOTSET)


def test_an_invocation_sets_the_logs_up_once_and_names_its_request(
    root: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    root.handlers[:] = [logging.StreamHandler(io.StringIO())]  # as Lambda's runtime has its own
    for number in ("1", "2"):
        with invocation(SimpleNamespace(aws_request_id=f"request-{number}")):
            logging.getLogger("springhead.x").info("hello")
            logging.getLogger("botocore").info("chatter")
    set_up_logs()
    assert len(root.handlers) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["message"], line["request_id"]) for line in lines] == [("hello", "request-1"), ("hello", "request-2")]


def test_what_a_run_logs_says_whose_it_is_and_its_failure_is_a_line(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "log", log.logger)

    async def fail() -> None:
        log.logger.info("retried")
        raise ConfigError("tmdb needs TMDB_TOKEN")

    with pytest.raises(ConfigError):
        asyncio.run(told(fail(), run_id="tmdb@2025-11-09T02:00:00Z", attempt_id="a1", source="tmdb"))
    retried, failed = log.lines()
    for line in (retried, failed):
        assert (line["run_id"], line["attempt_id"], line["source"]) == ("tmdb@2025-11-09T02:00:00Z", "a1", "tmdb")
    assert (failed["level"], failed["message"], failed["error"]) == ("ERROR", "the run failed", "ConfigError")
    assert "tmdb needs TMDB_TOKEN" in failed["stack"]
