"""Answers damaged in every way, and answers of another kind: a record about the right person, or a named error.

What is damaged are the recorded cases, and real answers where they lie beside the repository.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from springhead.cases import engine_for, fixtures_folder, load_case
from springhead.clock import FrozenClock
from springhead.engine import Outcome
from springhead.entries import Run
from springhead.errors import PluginError, SpringheadError
from springhead.http import Client, RawResponse, Request
from springhead.plugins import load_resolver, load_source
from springhead.subject import Subject

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
NOW = datetime(2026, 11, 8, 2, tzinfo=UTC)
PERSON = Subject("celeb_001", "沈若溪", "1971-04-09", occupation=("演員",))
TMDB_ID, ITEM = 9000101, "Q9000101"
JSON = {"content-type": "application/json;charset=utf-8"}
#: Which question an answer belongs to, by what its address holds.
ROLES = {
    "tmdb": ("/search/person", "/person/9000101"),
    "wikipedia": ("extracts", "generator", "wbsearchentities", "wbgetentities"),
    "wikidata": ("wbsearchentities", "wbgetentities"),
}


def recorded(source: str, case: str) -> dict[str, bytes]:
    """The first answer of a case to each question."""
    exchanges = load_case(fixtures_folder(load_source(source)) / case).exchanges()
    return {
        role: exchange.response.body
        for role in ROLES[source]
        for exchange in reversed(exchanges)
        if role in exchange.request.url
    }


GOOD = {
    "tmdb": recorded("tmdb", "by-name"),
    "wikipedia": recorded("wikipedia", "alias-beside-a-namesake") | recorded("wikipedia", "article-zh"),
}
HIT = {"id": ITEM, "label": PERSON.name, "match": {"type": "label", "language": "zh", "text": PERSON.name}}
GOOD["wikidata"] = {
    "wbgetentities": GOOD["wikipedia"]["wbgetentities"],
    "wbsearchentities": json.dumps({"search": [HIT], "success": 1}).encode(),
}


class Answers:
    """Answers each question with one body, whoever asks; what nobody has an answer for is a 404 of the service."""

    def __init__(self, bodies: dict[str, bytes], headers: dict[str, str] | None = None) -> None:
        self._bodies = bodies
        self._headers = headers or JSON

    async def send(self, request: Request, *, max_bytes: int, timeout: float) -> RawResponse:
        for role, body in self._bodies.items():
            if role in request.url:
                return RawResponse(200, self._headers, body)
        return RawResponse(404, JSON, b'{"success":false,"status_code":34,"status_message":"Not found."}')


def ask(
    source: str, bodies: dict[str, bytes], headers: dict[str, str] | None = None, subject: Subject = PERSON
) -> Outcome:
    """Ask a source, or the resolver, about the subject."""
    transport, clock = Answers(bodies, headers), FrozenClock(NOW)
    if source != "wikidata":
        return asyncio.run(engine_for(load_source(source), transport, clock, Run.at(source, NOW)).ask(subject))
    return asyncio.run(_resolve(Client(_resolver(), transport, clock=clock), subject))


def _resolver() -> Any:
    resolver = load_resolver()
    assert resolver is not None
    return resolver()


async def _resolve(client: Client, subject: Subject) -> Outcome:
    outcome = Outcome(subject)
    try:
        async for item in client.source.collect(subject, client.session()):
            outcome.identities.update(item.ids)  # type: ignore[union-attr]
    except SpringheadError as error:
        outcome.error = error
    return outcome


def check(source: str, outcome: Outcome) -> None:
    """The right person's record, or an error with a name of its own."""
    if outcome.error is not None:
        assert not isinstance(outcome.error, PluginError), outcome.error
        return
    if source == "wikidata":
        assert outcome.identities["wikidata"] == ITEM
        return
    assert outcome.record is not None
    answer = json.loads(outcome.record["raw_text"].removeprefix("\ufeff"))
    if source == "tmdb":
        assert answer["id"] == TMDB_ID
    else:
        pages = answer["query"]["pages"]
        page = next(iter(pages.values())) if isinstance(pages, dict) else pages[0]
        assert page["pageprops"]["wikibase_item"] == ITEM
    assert outcome.record["name"].strip()


@pytest.mark.parametrize("source", ROLES)
def test_undamaged_it_is_a_record(source: str) -> None:
    outcome = ask(source, GOOD[source])
    assert outcome.error is None
    check(source, outcome)


PAGE = "<!DOCTYPE html><html><head><title>登入</title></head><body><pre>{}</pre></body></html>"
WHOLE: dict[str, Callable[[bytes], tuple[bytes, dict[str, str]]]] = {
    "empty": lambda body: (b"", JSON),
    "blank": lambda body: (b" \n", JSON),
    "cut": lambda body: (body[: len(body) // 2], JSON),
    "in HTML": lambda body: (PAGE.format(body.decode()).encode(), {"content-type": "text/html; charset=utf-8"}),
    "HTML under a JSON header": lambda body: (PAGE.format("").encode(), JSON),
    "twice": lambda body: (body + body, JSON),
    "JSONP": lambda body: (b"callback(" + body + b")", JSON),
    "another charset": lambda body: (body.decode().encode("utf-16"), JSON),
    "a charset that nobody knows": lambda body: (body, {"content-type": "application/json; charset=klingon"}),
    "Latin-1 said of UTF-8": lambda body: (body, {"content-type": "application/json; charset=latin-1"}),
    "a byte that is no UTF-8": lambda body: (body[:-1] + b"\xff}", JSON),
    "in a list": lambda body: (b"[" + body + b"]", JSON),
    "in an object": lambda body: (b'{"data":' + body + b"}", JSON),
    "null": lambda body: (b"null", JSON),
    "a number": lambda body: (b"42", JSON),
    "a string": lambda body: (b'"error"', JSON),
    "an error of a gateway": lambda body: (b'{"message":"upstream timed out","code":"E504"}', JSON),
    "an error of MediaWiki": lambda body: (b'{"error":{"code":"internal_api_error_DBQueryError","info":"x"}}', JSON),
    "errors of MediaWiki": lambda body: (b'{"errors":[{"code":"maxlag","text":"x"}]}', JSON),
    "an error of REST": lambda body: (b'{"httpCode":404,"httpReason":"Not Found","errorKey":"rest-no-match"}', JSON),
    "an error of TMDb": lambda body: (b'{"status_code":"7","status_message":"Invalid API key","success":false}', JSON),
    "no success": lambda body: (b'{"success":false}', JSON),
    "with a byte order mark": lambda body: (b"\xef\xbb\xbf" + body, JSON),
}
HARMLESS = {"with a byte order mark", "a charset that nobody knows", "Latin-1 said of UTF-8"}


@pytest.mark.parametrize("damage", WHOLE)
@pytest.mark.parametrize(("source", "role"), [(source, role) for source, roles in ROLES.items() for role in roles])
def test_an_answer_that_is_none_is_named(source: str, role: str, damage: str) -> None:
    body, headers = WHOLE[damage](GOOD[source][role])
    outcome = ask(source, {**GOOD[source], role: body}, headers)
    check(source, outcome)
    if damage not in HARMLESS and role in {"/search/person", "/person/9000101", "extracts", "wbgetentities"}:
        assert outcome.error is not None
        assert "\n" not in outcome.error.message


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 10**20),
    st.floats(allow_nan=False),
    st.sampled_from(["", "0", "9000101", "1971", "Q5", "x" * 3000, "\u0000", "🎬"]),
    st.sampled_from([[], {}, [None], [[]], {"": None}, ["a", 1]]),
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        for key, member in value.items():
            found += _places(member, (*path, key))
    elif isinstance(value, list):
        for place, member in enumerate(value):
            found += _places(member, (*path, place))
    return found


@st.composite
def damaged(draw: st.DrawFn, source: str) -> dict[str, bytes]:
    """The good answers with one to three members dropped, replaced, wrapped or said as text."""
    bodies = dict(GOOD[source])
    for _ in range(draw(st.integers(1, 3))):
        role = draw(st.sampled_from(ROLES[source]))
        document = json.loads(bodies[role])
        path = draw(st.sampled_from(_places(document)))
        holder = document
        for step in path[:-1]:
            holder = holder[step]
        what = draw(st.sampled_from(["drop", "odd", "list", "object", "text", "again"]))
        value = holder[path[-1]]
        if what == "drop":
            del holder[path[-1]]
        elif what == "again" and isinstance(holder, list):
            holder.append(deepcopy(value))
        else:
            texts = {"list": [value], "object": {"value": value}, "text": json.dumps(value)}
            holder[path[-1]] = texts[what] if what in texts else draw(ODD)
        if not _places(document):
            return bodies
        bodies[role] = json.dumps(document).encode()
    return bodies


@pytest.mark.parametrize("source", ROLES)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_damaged_members_end_in_the_right_record_or_a_named_error(source: str, data: st.DataObject) -> None:
    check(source, ask(source, data.draw(damaged(source))))


def bodies_of(name: str) -> list[Path]:
    kept = (".meta.json", ".cassette.json")
    return sorted(path for path in (CORPUS / name).glob("*.json") if not path.name.endswith(kept))


REAL = [
    pytest.param(source, role, path, id=f"{source}-{role.strip('/')}-{path.name}")
    for source, roles in ROLES.items()
    for role in roles
    for path in bodies_of("tmdb" if source == "tmdb" else "wikipedia")
]


@pytest.mark.parametrize(("source", "role", "path"), REAL)
def test_a_real_answer_in_any_place_is_never_about_another_person(source: str, role: str, path: Path) -> None:
    """None of them is about our subject: nothing that they are given for makes them so."""
    outcome = ask(source, {**GOOD[source], role: path.read_bytes()})
    check(source, outcome)
    assert outcome.error is not None or role in {"generator", "wbsearchentities"}
