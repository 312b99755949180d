"""Instagram's people: what the source asks, and what every answer of the corpus comes to."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from springhead.cases import cases_of, replay
from springhead.clock import FrozenClock
from springhead.engine import Engine, Outcome
from springhead.entries import Run
from springhead.errors import (
    AuthFailed,
    BadResponse,
    Blocked,
    InvalidRequest,
    LayoutChanged,
    NotFound,
    PluginError,
    RateLimited,
    RobotsDenied,
    SpringheadError,
    Unavailable,
)
from springhead.har import Exchange
from springhead.http import Client, RawResponse, Request
from springhead.mutate import LOGIN
from springhead.plugins import load_source, load_sources
from springhead.subject import Subject

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
INSTAGRAM = load_source("instagram")
NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)


class Answers:
    """A transport with one answer for everything but robots.txt."""

    def __init__(self, raw: RawResponse, *, key: bool, robots: bytes = b"") -> None:
        self.raw, self.key, self.robots = raw, key, robots
        self.urls: list[str] = []

    def has_key(self, host: str) -> bool:
        return self.key

    async def send(self, request: Request, *, max_bytes: int, timeout: float) -> RawResponse:
        self.urls.append(request.url)
        if request.url.endswith("/robots.txt"):
            return RawResponse(200, {"content-type": "text/plain"}, self.robots)
        return self.raw


def ask(transport: Answers, handle: str, exempt: tuple[str, ...] = ()) -> Outcome:
    client = Client(INSTAGRAM(), transport, clock=FrozenClock(NOW), exempt=exempt)
    subject = Subject("celeb_001", "Robert Downey Jr.", identities={"instagram": handle})
    engine = Engine(INSTAGRAM, client, Run.at("instagram", "2026-11-22T02:00:00Z"), "tests/0")
    return asyncio.run(engine.ask(subject))


def raw(body: bytes | str, status: int = 200, media: str = "application/json") -> RawResponse:
    return RawResponse(status, {"content-type": media}, body.encode() if isinstance(body, str) else body)


def corpus(folder: str) -> list[Path]:
    return [path for path in sorted((CORPUS / folder).glob("*")) if not path.name.endswith(".meta.json")]


def status_of(path: Path) -> int:
    meta = path.with_name(path.name + ".meta.json")
    return (json.loads(meta.read_text())["status"] if meta.exists() else None) or 200


def outcome_of(path: Path, handle: str, *, key: bool) -> Outcome:
    media = "text/html; charset=utf-8" if path.suffix == ".html" else "application/json"
    return ask(Answers(raw(path.read_bytes(), status_of(path), media), key=key), handle)


#: Answers that the API gives, and what they are where the API was asked (handles: of the page that was recorded).
BY_API = {
    "business_discovery_notfound_nb.json": ("zuck2", NotFound),
    "graph_error.json": ("x", AuthFailed),
    "graph_instagram_apidata_discovery_medias_p1.json": ("facebookfordevelopers", LayoutChanged),
    "graph_instagram_apidata_discovery_medias_p2.json": ("facebookfordevelopers", LayoutChanged),
    "graph_instagram_apidata_discovery_user_fields.json": ("facebookfordevelopers", None),
    "graph_instagram_apidata_users_user_fields.json": ("facebookfordevelopers", None),
    "oembed_2026_docs_shape.json": ("x", LayoutChanged),
}
BY_PAGE = {
    "igfeed_checkpoint_challenge.json": ("robertdowneyjr", Blocked),
    "igfeed_location-medias.json": ("robertdowneyjr", LayoutChanged),
    "igfeed_login-error.json": ("robertdowneyjr", Blocked),
    "igfeed_media.json": ("jlo", LayoutChanged),
    "igfeed_medias.json": ("robertdowneyjr", LayoutChanged),
    "igfeed_profile-additional-data.html": ("robertdowneyjr", None),
    "igfeed_profile.json": ("robertdowneyjr", None),
    "wait_few_minutes_401.json": ("robertdowneyjr", RateLimited),
    "cloudflare_502_partial.html": ("robertdowneyjr", Unavailable),
}
NAMES = {
    "graph_instagram_apidata_discovery_user_fields.json": "Facebook for Developers",
    "graph_instagram_apidata_users_user_fields.json": "Facebook for Developers",
    "igfeed_profile-additional-data.html": "Robert Downey Jr. Official",
    "igfeed_profile.json": "Robert Downey Jr. Official",
}
FILES = [*corpus("instagram"), *(path for path in corpus("robots_http") if path.suffix == ".html")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_of_the_corpus_is_the_right_record_or_the_right_error(path: Path) -> None:
    handle, error = {**BY_API, **BY_PAGE}[path.name]
    outcome = outcome_of(path, handle, key=path.name in BY_API)
    if error is not None:
        assert type(outcome.error) is error
        assert outcome.record is None
        return
    assert outcome.error is None
    assert outcome.record is not None
    assert outcome.record["raw_text"] == path.read_text(encoding="utf-8")
    assert outcome.record["name"] == NAMES[path.name]
    assert outcome.record["source"] == f"https://www.instagram.com/{handle}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
@pytest.mark.parametrize("key", [True, False])
def test_no_file_is_ever_somebody_elses_record(path: Path, key: bool) -> None:
    outcome = outcome_of(path, "somebody.else", key=key)
    assert outcome.record is None
    assert outcome.error is not None
    assert not isinstance(outcome.error, PluginError)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
def test_no_error_status_lets_a_record_through(path: Path, status: int) -> None:
    outcome = ask(Answers(raw(path.read_bytes(), status), key=False), "robertdowneyjr")
    assert outcome.record is None
    assert isinstance(outcome.error, (Blocked, RateLimited, NotFound, Unavailable))


def test_the_token_stays_out_of_the_address_and_the_account_in_a_placeholder() -> None:
    body = {"business_discovery": {"username": "ann.lee", "followers_count": 1}}
    transport = Answers(raw(json.dumps(body)), key=True)
    assert ask(transport, "@ann.lee").error is None
    [url] = transport.urls
    assert url.startswith(
        "https://graph.facebook.com/v24.0/{ig-user-id}?fields=business_discovery.username%28ann.lee%29"
    )
    secrets = {secret.env: (secret.header, secret.path) for secret in INSTAGRAM.secrets["graph.facebook.com"]}
    assert secrets == {
        "INSTAGRAM_ACCESS_TOKEN": ("Authorization", None),
        "INSTAGRAM_USER_ID": (None, "{ig-user-id}"),
    }


def test_without_a_token_robots_txt_decides_and_an_exemption_sets_it_aside() -> None:
    page = raw('<meta property="og:title" content="Ann (@ann.lee) • Instagram">', media="text/html")
    transport = Answers(page, key=False, robots=b"User-agent: *\nDisallow: /")
    denied = ask(transport, "ann.lee")
    assert isinstance(denied.error, RobotsDenied)
    assert transport.urls == ["https://www.instagram.com/robots.txt"]
    exempted = ask(transport, "ann.lee", exempt=("www.instagram.com",))
    assert exempted.error is None
    assert transport.urls[1:] == ["https://www.instagram.com/ann.lee/"]


@pytest.mark.parametrize("identity", ["x)%7Bid%7D", "a/../b", "https://www.instagram.com/ann", "a b"])
def test_what_is_no_handle_is_never_asked_for(identity: str) -> None:
    transport = Answers(raw("{}"), key=True)
    assert isinstance(ask(transport, identity).error, InvalidRequest)
    assert transport.urls == []


def test_instagram_and_threads_are_one_group() -> None:
    assert [source.name for source in load_sources("social")] == ["instagram", "threads"]


NAMED = sorted(
    (source.name, case.name)
    for source in (load_source(name) for name in ("instagram", "instagram_restaurants", "instagram_posts", "threads"))
    for case in cases_of(source)
    if case.error is None
)
BODIES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [LOGIN, b"", b"{}", b"[]", b"null", b'"x"', b"\xff\xfe", b"<html>", b"for (;;);{}", b'{"error":{}}']
    ),
    st.text(max_size=60).map(str.encode),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize(("name", "case_name"), NAMED)
def test_any_damage_to_any_answer_is_a_named_error(name: str, case_name: str, data: Any) -> None:
    source = load_source(name)
    case = next(case for case in cases_of(source) if case.name == case_name)
    exchanges = case.exchanges()
    asked = [n for n, exchange in enumerate(exchanges) if not exchange.request.url.endswith("/robots.txt")]
    place = data.draw(st.sampled_from(asked))
    body, status = data.draw(BODIES), data.draw(st.sampled_from([200, 200, 400, 404, 500]))
    old = exchanges[place]
    exchanges[place] = Exchange(old.request, RawResponse(status, old.response.headers, body))
    outcome = asyncio.run(replay(source, case, exchanges))
    assert not isinstance(outcome.error, PluginError), outcome.error
    if source.emits == "scraper_entry" and place == asked[0]:
        assert isinstance(outcome.error, SpringheadError)
        assert outcome.record is None


@pytest.mark.parametrize(("name", "case_name"), NAMED)
def test_half_an_answer_is_never_a_page_of_nobody(name: str, case_name: str) -> None:
    source = load_source(name)
    case = next(case for case in cases_of(source) if case.name == case_name)
    for place, old in enumerate(case.exchanges()):
        for share in (0.1, 0.3, 0.6, 0.9):
            exchanges = case.exchanges()
            half = old.response.body[: int(len(old.response.body) * share)]
            exchanges[place] = Exchange(old.request, RawResponse(old.response.status, old.response.headers, half))
            error = asyncio.run(replay(source, case, exchanges)).error
            assert error is None or isinstance(error, (BadResponse, LayoutChanged, NotFound)), (place, share, error)
