"""`check` must find what is wrong: each test breaks a case or a plugin in one way."""

from __future__ import annotations

import random
import shutil
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path
from types import ModuleType
from typing import Any

import orjson
import pytest
from springhead.cases import load_case
from springhead.checks import check_case, check_mutations, check_source
from springhead.cli.record import write_case
from springhead.har import Exchange
from springhead.http import RawResponse, Request
from springhead.mutate import mutations
from springhead.source import Entry, Match, Source
from springhead.subject import Subject

BODY = b'{"name": "Ann Lee", "bio": "an actor", "films": [{"title": "A"}, {"title": "B"}]}'
URL = "https://api.example.org/v1"


class Ours(Source):
    name = "ours"
    endpoint = URL

    async def collect(self, subject: Subject, http: Any) -> AsyncIterator[Any]:
        page = await http.get(self.endpoint)
        yield Entry(page.at("/name", kind=str), page)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Any) -> tuple[type[Source], Path]:
    """A source with one good case in a folder of its own."""
    module = ModuleType("made_for_checks")
    module.__file__ = str(tmp_path / "made.py")
    monkeypatch.setitem(__import__("sys").modules, "made_for_checks", module)
    source: type[Source] = type("Made", (Ours,), {"__module__": "made_for_checks"})
    exchange = Exchange(Request.build("GET", URL), RawResponse(200, {"content-type": "application/json"}, BODY))
    folder = tmp_path / "fixtures" / "one"
    write_case(source, folder, Subject("celeb_001", "Ann Lee"), [exchange], clock.now())
    return source, folder


def reading(read: Any) -> Any:
    async def collect(self: Any, subject: Subject, http: Any) -> AsyncIterator[Any]:
        yield read(await http.get(URL))

    return collect


def test_a_good_case_has_no_findings(made: Any) -> None:
    assert check_source(made[0], mutate=True) == {"one": []}


def test_a_source_without_a_case_has_a_finding(made: Any) -> None:
    shutil.rmtree(made[1])
    [[finding]] = check_source(made[0]).values()
    assert "no fixture case" in finding


def test_a_case_that_is_just_being_recorded_is_not_seen(made: Any) -> None:
    source, folder = made
    shutil.copytree(folder, folder.with_name(".recording-x"))
    assert list(check_source(source)) == ["one"]


def test_every_field_that_differs_is_named(made: Any) -> None:
    source, folder = made
    path = folder / "expected.jsonl"
    record = orjson.loads(path.read_bytes())
    record["name"] = "Ann Li"
    record["metadata"]["raw_bytes"] += 1
    del record["timestamp"]
    record["extra"] = 1
    path.write_bytes(orjson.dumps(record))
    [findings] = check_source(source).values()
    assert [finding.split(":")[0] for finding in findings] == [
        "line 1 /extra", "line 1 /metadata/raw_bytes", "line 1 /name", "line 1 /timestamp",
    ]  # fmt: skip
    path.write_bytes(b"")
    assert check_source(source)["one"] == ["expected 0 lines, found 1"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("expected.jsonl", None, "expected.jsonl"),
        ("expected.jsonl", "{", "expected.jsonl"),
        ("traffic.har", None, "traffic.har"),
        ("traffic.har", "{}", "traffic.har is no HAR file"),
        ("case.json", "{", "case.json"),
        ("case.json", "[]", "case.json"),
        ("case.json", '{"subject": {"name": "x"}, "frozen_time": "2026-11-20T10:00:00Z"}', "/celebrity_id is missing"),
        ("case.json", '{"subject": {"celebrity_id": "x", "name": "x"}, "frozen_time": "noon"}', "case.json"),
    ],
)
def test_a_damaged_case_is_a_finding_and_stops_no_other(made: Any, name: str, text: Any, words: str) -> None:
    source, folder = made
    shutil.copytree(folder, folder.with_name("two"))
    if text is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(text)
    results = check_source(source, mutate=True)
    assert words in results["one"][0]
    assert results["two"] == []


def test_the_wrong_ending_is_a_finding(made: Any) -> None:
    source, folder = made
    document = orjson.loads((folder / "case.json").read_bytes())
    (folder / "case.json").write_bytes(orjson.dumps({**document, "error": "NotFound"}))
    assert check_source(source)["one"] == ["expected NotFound, ended in a record"]
    broken = type("Broken", (source,), {"collect": reading(lambda page: page.at("/nothing"))})
    (folder / "case.json").write_bytes(orjson.dumps(document))
    [finding] = check_case(broken, load_case(folder))
    assert finding.startswith("LayoutChanged: api.example.org: /nothing is missing")


@pytest.mark.parametrize("impure", [time.perf_counter_ns, random.random], ids=["clock", "chance"])
def test_a_plugin_that_is_not_pure_is_found(made: Any, impure: Any) -> None:
    source, folder = made
    bad = type("Bad", (source,), {"collect": reading(lambda page: Entry(f"Ann {impure()}", page))})
    assert "two replays differ" in check_case(bad, load_case(folder))[0]


def connect() -> None:
    with socket.socket() as ours:
        ours.connect(("127.0.0.1", 9))


@pytest.mark.parametrize(
    "reach",
    [
        lambda: socket.create_connection(("127.0.0.1", 9)),
        connect,
        lambda: socket.getaddrinfo("example.org", 443),
    ],
)
def test_a_plugin_that_opens_a_socket_is_found_and_sockets_work_again(made: Any, reach: Any, server: Any) -> None:
    source, _ = made

    def read(page: Any) -> Any:
        reach()

    bad = type("Bad", (source,), {"collect": reading(read), "__module__": source.__module__})
    [[finding]] = check_source(bad).values()
    assert "opens a socket itself" in finding
    socket.create_connection(("127.0.0.1", server.port)).close()


def test_a_record_of_something_that_was_never_answered_is_found(made: Any) -> None:
    from dataclasses import replace

    source, folder = made
    bad = type("Bad", (source,), {"collect": reading(lambda page: Entry("Ann Lee", replace(page, body=b"{}")))})
    assert "/raw_text is no answer that the plugin was given" in check_case(bad, load_case(folder))


def test_a_case_that_is_too_large_is_found(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("springhead.checks.MAX_CASE_BYTES", 10)
    assert "keep a case below 10" in check_source(made[0])["one"][0]


@pytest.mark.parametrize(
    ("read", "words"),
    [
        (lambda page: Entry(page.json["name"], page), "without /name"),
        (lambda page: Entry(page.at("/name", kind=str), page, Match(0.5, (page.json["films"][0]["title"],))), "/films emptied"),  # noqa: E501
        (lambda page: Entry(page.at("/name", kind=str) + page.json["bio"], page), "/bio is null"),
        (lambda page: Entry("Ann Lee", page), "a login page: a record came out of it"),
        (lambda page: Entry("Ann Lee", page), "cut in the middle: a record came out of it"),
        (lambda page: Entry("Ann Lee", page), "empty: a record came out of it"),
    ],
)  # fmt: skip
def test_a_fragile_plugin_is_found_by_mutation(made: Any, read: Any, words: str) -> None:
    source, folder = made
    fragile = type("Fragile", (source,), {"collect": reading(read)})
    findings = check_mutations(fragile, load_case(folder))
    assert any(words in finding for finding in findings), findings


def test_mutations_reach_every_member_once() -> None:
    ok = RawResponse(200, {}, BODY)
    exchanges = [
        Exchange(Request.build("GET", URL), RawResponse(429, {}, b"")),
        Exchange(Request.build("GET", URL), ok),
    ]
    found = [mutation.what for mutation in mutations(exchanges)]
    assert len(found) == len(set(found))
    assert all(what.startswith("answer 2: ") for what in found)
    for what in (
        "/films/0/title is null",
        "without /films/0/title",
        "/films emptied",
        "/films/0 is null",
        "without /name",
    ):
        assert f"answer 2: {what}" in found
