from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from springhead.engine import Engine
from springhead.entries import Run
from springhead.errors import Ambiguous, NotFound, PluginError, Unavailable
from springhead.http import Http
from springhead.source import Entry, Identities, Source
from springhead.subject import Subject


def resolver(answer: Any) -> type[Source]:
    class Known(Source):
        name = "known"
        title = "The directory"
        endpoint = "https://directory.example.org/"

        async def collect(self, subject: Subject, http: Http) -> AsyncIterator[Any]:
            await http.get(self.endpoint, params={"q": subject.name})
            if isinstance(answer, Exception):
                raise answer
            yield answer

    return Known


def ask(kit: Any, answer: Any, identities: dict[str, str] | None = None, **traits: Any) -> tuple[Any, Any]:
    async def collect(self: Any, subject: Subject, http: Http) -> AsyncIterator[Any]:
        handle = subject.identities.get("handle", "nobody")
        page = await http.get("https://api.example.org/v1/" + handle)
        yield Identities({"own": "7"})
        yield Entry(handle, page)

    made = kit.source(collect=collect, **traits)
    transport = kit.Scripted(lambda request: kit.reply(200, b"{}"))
    found = resolver(answer) if answer is not None else None
    engine = Engine(made, kit.client(transport, made), Run.at("plain", kit.clock.now()), "t/0", found)
    subject = Subject("celeb_001", "Ann Lee", identities=identities or {})
    return asyncio.run(engine.ask(subject)), transport


def test_what_the_source_needs_is_resolved_first_and_remembered(kit: Any) -> None:
    outcome, transport = ask(kit, Identities({"handle": "annlee", "wikidata": "Q1"}), needs=("handle",))
    assert outcome.error is None
    assert transport.urls == ["https://directory.example.org/?q=Ann+Lee", "https://api.example.org/v1/annlee"]
    assert outcome.identities == {"handle": "annlee", "wikidata": "Q1", "own": "7"}
    described = outcome.record["metadata"]["responses"]
    assert [response["primary"] for response in described] == [False, True]
    assert [response.url for response in outcome.responses] == transport.urls


def test_what_the_record_says_is_not_asked_again(kit: Any) -> None:
    outcome, transport = ask(kit, Identities({"handle": "other"}), {"handle": "annlee"}, needs=("handle",))
    assert transport.urls == ["https://api.example.org/v1/annlee"]
    assert outcome.identities == {"own": "7"}


def test_our_record_wins_over_the_directory(kit: Any) -> None:
    answer = Identities({"handle": "other", "more": "x"})
    _, transport = ask(kit, answer, {"handle": "annlee"}, needs=("handle",), wants=("more",))
    assert transport.urls[-1] == "https://api.example.org/v1/annlee"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Identities({"wikidata": "Q1"}), "The directory has none"),
        (NotFound("nobody is named so"), "nobody is named so"),
        (Ambiguous("two are"), "two are"),
        (None, "no resolver is installed"),
    ],
)
def test_what_nobody_knows_is_not_found(kit: Any, answer: Any, why: str) -> None:
    outcome, transport = ask(kit, answer, needs=("handle",))
    assert isinstance(outcome.error, NotFound)
    assert outcome.error.message == f"no handle identity of Ann Lee is known: {why}"
    assert not any("api.example.org" in url for url in transport.urls)


@pytest.mark.parametrize("answer", [Identities({}), NotFound("nobody"), None])
def test_what_it_only_wants_it_can_do_without(kit: Any, answer: Any) -> None:
    outcome, transport = ask(kit, answer, wants=("handle",))
    assert outcome.error is None
    assert transport.urls[-1] == "https://api.example.org/v1/nobody"


def test_a_directory_in_trouble_is_no_not_found(kit: Any) -> None:
    outcome, transport = ask(kit, Unavailable("down"), needs=("handle",))
    assert isinstance(outcome.error, Unavailable)
    assert len(transport.urls) == 1


def test_a_resolver_yields_nothing_but_identities(kit: Any) -> None:
    outcome, _ = ask(kit, Entry("x", None), needs=("handle",))  # type: ignore[arg-type]
    assert isinstance(outcome.error, PluginError)
    assert "known yielded a Entry" in outcome.error.message


def test_what_became_known_stays_known_when_the_source_fails(kit: Any) -> None:
    async def collect(self: Any, subject: Subject, http: Http) -> AsyncIterator[Any]:
        yield Identities({"own": "7"})
        raise Unavailable("down")

    made = kit.source(collect=collect, needs=("handle",))
    transport = kit.Scripted(lambda request: kit.reply(200, b"{}"))
    found = resolver(Identities({"handle": "annlee"}))
    engine = Engine(made, kit.client(transport, made), Run.at("plain", kit.clock.now()), "t/0", found)
    outcome = asyncio.run(engine.ask(Subject("celeb_001", "Ann Lee")))
    assert isinstance(outcome.error, Unavailable)
    assert outcome.identities == {"handle": "annlee", "own": "7"}
