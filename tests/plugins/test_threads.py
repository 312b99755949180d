"""Threads: whose profile is taken, and what every answer of the corpus comes to."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from springhead.clock import FrozenClock
from springhead.engine import Engine, Outcome
from springhead.entries import Run
from springhead.errors import BadResponse, LayoutChanged, NotFound, RobotsDenied
from springhead.http import Client, RawResponse, Request
from springhead.plugins import load_source
from springhead.subject import Subject

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "threads"
THREADS = load_source("threads")


class Answers:
    """A transport that answers a profile look-up with one body and everything else with no posts."""

    def __init__(self, body: bytes, *, key: bool = True, status: int = 200, robots: bytes = b"") -> None:
        self.body, self.key, self.status, self.robots = body, key, status, robots
        self.urls: list[str] = []

    def has_key(self, host: str) -> bool:
        return self.key

    async def send(self, request: Request, *, max_bytes: int, timeout: float) -> RawResponse:
        self.urls.append(request.url)
        if request.url.endswith("/robots.txt"):
            return RawResponse(200, {"content-type": "text/plain"}, self.robots)
        body = b'{"data":[]}' if "profile_posts" in request.url else self.body
        return RawResponse(self.status, {"content-type": "application/json"}, body)


def ask(transport: Answers, name: str = "Mark Zuckerberg", **identities: str) -> Outcome:
    client = Client(THREADS(), transport, clock=FrozenClock(datetime(2026, 11, 22, 2, tzinfo=UTC)))
    engine = Engine(THREADS, client, Run.at("threads", "2026-11-22T02:00:00Z"), "tests/0")
    return asyncio.run(engine.ask(Subject("celeb_001", name, identities=identities)))


OUTCOMES = {
    "error_thapi_100_33_placeholder.json": ("zuck", NotFound),
    "graph_me_profile_docs.json": ("threadsapitestuser", None),
    "graph_me_threads_docs.json": ("threadsapitestuser", LayoutChanged),
    "public_thread_zuck.as_printed.txt": ("zuck", BadResponse),
    "public_thread_zuck.json": ("zuck", LayoutChanged),
    "public_user_zuck.json": ("zuck", None),
}
FILES = [path for path in sorted(CORPUS.glob("*")) if not path.name.endswith(".meta.json")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_of_the_corpus_is_the_right_record_or_the_right_error(path: Path) -> None:
    handle, error = OUTCOMES[path.name]
    outcome = ask(Answers(path.read_bytes()), threads=handle)
    if error is not None:
        assert type(outcome.error) is error
        assert outcome.record is None
        return
    assert outcome.error is None
    assert outcome.record is not None
    assert outcome.record["raw_text"] == path.read_text(encoding="utf-8")
    assert outcome.record["source"] == f"https://www.threads.net/@{handle}"
    assert outcome.identities == {"threads": handle}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_file_is_ever_somebody_elses_record(path: Path) -> None:
    outcome = ask(Answers(path.read_bytes()), threads="somebody.else")
    assert outcome.record is None
    assert isinstance(outcome.error, (NotFound, BadResponse, LayoutChanged))


ANN = json.dumps({"username": "ann.lee", "name": "Ann Lee", "follower_count": 100}).encode()


def test_an_instagram_handle_is_taken_where_the_profile_bears_the_name() -> None:
    transport = Answers(ANN)
    outcome = ask(transport, "Ann  LEE", instagram="ann.lee")
    assert outcome.error is None
    assert outcome.record is not None
    assert outcome.record["name"] == "Ann Lee"
    assert outcome.record["metadata"]["match"]["evidence"] == [
        "Instagram handle @ann.lee from the subject's identities", "the name is the same",
    ]  # fmt: skip
    assert outcome.identities == {"threads": "ann.lee"}
    assert [url.split("?")[0] for url in transport.urls] == [
        "https://graph.threads.net/v1.0/profile_lookup",
        "https://graph.threads.net/v1.0/profile_posts",
    ]


def test_an_instagram_handle_of_somebody_else_there_is_not_taken() -> None:
    transport = Answers(ANN)
    outcome = ask(transport, "Bob Stone", instagram="ann.lee")
    assert isinstance(outcome.error, NotFound)
    assert outcome.identities == {}
    assert len(transport.urls) == 1


def test_a_threads_handle_is_an_identity_whatever_the_profile_calls_itself() -> None:
    outcome = ask(Answers(ANN), "李安", threads="ann.lee", instagram="other")
    assert outcome.error is None
    assert outcome.record is not None
    match = outcome.record["metadata"]["match"]
    assert match["evidence"][0] == "Threads handle @ann.lee from the subject's identities"
    assert match["confidence"] < 0.9


def test_without_any_handle_nobody_is_asked() -> None:
    transport = Answers(ANN)
    outcome = ask(transport, "Ann Lee")
    assert isinstance(outcome.error, NotFound)
    assert transport.urls == []


def test_without_a_token_robots_txt_decides() -> None:
    transport = Answers(ANN, key=False, robots=b"User-agent: *\nDisallow: /")
    assert isinstance(ask(transport, threads="ann.lee").error, RobotsDenied)
    assert transport.urls == ["https://www.threads.net/robots.txt"]


def test_the_token_is_sent_in_a_header() -> None:
    secret = THREADS.secrets["graph.threads.net"]
    assert (secret.env, secret.header, secret.prefix) == ("THREADS_ACCESS_TOKEN", "Authorization", "Bearer ")
