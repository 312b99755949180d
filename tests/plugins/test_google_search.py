"""Google search: the port, the adapter's reading and judging, and a run under the day's budget."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import springhead_google_search as google
from hypothesis import given, settings
from hypothesis import strategies as st
from springhead.clock import FrozenClock
from springhead.engine import Engine, Outcome
from springhead.entries import Run
from springhead.errors import (
    AuthFailed,
    BadResponse,
    Discontinued,
    InvalidRequest,
    LayoutChanged,
    NotFound,
    PluginError,
    QuotaExceeded,
    SpringheadError,
)
from springhead.http import Client, Http, RawResponse, Request, Response
from springhead.http.live import LiveTransport
from springhead.http.secrets import Secrets
from springhead.matching.candidates import watch
from springhead.matching.mentions import mentions
from springhead.source import Source
from springhead.subject import Subject
from springhead_demo.simulator import Simulator, generate_people

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "google_cse"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ANN = Subject("celeb_001", "Ann O'Quill", birth_date="1980-02-17")


class Answers:
    """A transport that answers from a function of the query, and remembers what it was asked."""

    def __init__(self, answer: Callable[[dict[str, str]], Any]) -> None:
        self._answer = answer
        self.asked: list[dict[str, str]] = []

    def has_key(self, host: str) -> bool:
        return True

    async def send(self, request: Request, *, max_bytes: int, timeout: float) -> RawResponse:
        self.asked.append(dict(parse_qsl(urlsplit(request.url).query)))
        body = self._answer(self.asked[-1])
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return RawResponse(200, {"content-type": "application/json; charset=UTF-8"}, data, True)


def ask(answers: Answers, subject: Subject = ANN, source: type[Source] = google.GoogleSearch) -> Outcome:
    client = Client(source(), answers, clock=FrozenClock(NOW))
    engine = Engine(source, client, Run.at(source.name, "2026-11-22T09:00:00Z"), "tests/0")
    return asyncio.run(engine.ask(subject))


def page(*titles: str, next_start: Any = None, spelling: str | None = None) -> dict[str, Any]:
    items = [{"title": title, "link": f"https://x.example/{n}", "snippet": "..."} for n, title in enumerate(titles)]
    queries = {"request": [{"startIndex": 1}], **({"nextPage": [{"startIndex": next_start}]} if next_start else {})}
    return {
        "kind": "customsearch#search",
        "queries": queries,
        **({"spelling": {"correctedQuery": spelling}} if spelling else {}),
        **({"items": items} if items else {}),
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Ann O'Quill", "ANN O’QUILL's new album"),
        ("Robert Downey Jr.", "Robert Downey Jr - Wikipedia"),
        ("Ann Lee-Ito", "by Ann Lee Ito"),
        ("Zoë Kravitz", "Zoe\u0308 Kravitz | news"),
        ("Zoë Kravitz", "Zoe Kravitz"),
        ("Rihanna", "“Rihanna”: a life"),
        ("周潤發", "香港演員周潤發出席"),
        ("이영애", "배우 이영애는"),
        ("新垣結衣", "新垣 結衣（女優）"),
        ("Ａｎｎ Lee", "Ann Lee"),
        ("גל גדות", "פרס לגל גדות"),
        ("عادل إمام", "وعادل إمام يفوز"),
    ],
)
def test_a_name_is_found_however_it_is_set(name: str, text: str) -> None:
    assert mentions(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Ann Lee", "Joann Lee"),
        ("Ann Lee", "Ann Leeds"),
        ("Ann Lee", "Lee, Ann"),
        ("Ann Lee", "Ann and Lee"),
        ("宋宋慧喬", "宋慧喬"),
        ("גל גדות", "לגל לגדות"),
        ("גל", "לגל"),
        ("Rihanna", ""),
        ("?", "who?"),
        ("Ann Lee", ""),
    ],
)
def test_a_part_of_a_name_or_a_longer_word_is_another_name(name: str, text: str) -> None:
    assert not mentions(name, text)


def test_the_next_page_is_asked_for_only_while_nothing_is_about_the_person() -> None:
    found = Answers(lambda query: page("Ann O'Quill", "Something else", next_start=11))
    assert ask(found).error is None
    assert [query["start"] for query in found.asked] == ["1"]

    later = Answers(lambda query: page("Ann O'Quill") if query["start"] == "11" else page("Other", next_start=11))
    outcome = ask(later)
    assert outcome.record is not None
    assert [query["start"] for query in later.asked] == ["1", "11"]
    # The first page is what is kept as raw_text, the other beside it.
    assert [answer["primary"] for answer in outcome.record["metadata"]["responses"]] == [True, False]

    never = Answers(lambda query: page("Other", next_start=int(query["start"]) + 10))
    assert isinstance(ask(never).error, NotFound)
    assert [query["start"] for query in never.asked] == ["1", "11"]


@pytest.mark.parametrize("following", [None, 1, 0, -9, 92, 101])
def test_a_page_that_google_does_not_give_is_not_asked_for(following: int | None) -> None:
    answers = Answers(lambda query: page("Other", next_start=following))
    assert isinstance(ask(answers).error, NotFound)
    assert len(answers.asked) == 1


def test_another_spelling_is_said_and_never_followed() -> None:
    misspelt = Answers(lambda query: page(spelling="Ann Quill"))
    error = ask(misspelt).error
    assert isinstance(error, NotFound)
    assert error.message == "no results for Ann O'Quill; Google suggests the spelling Ann Quill"
    # Results for the other spelling are somebody else's, however many there are.
    other = Answers(lambda query: page("Ann Quill", "Ann Quill - News", spelling="Ann Quill"))
    error = ask(other).error
    assert isinstance(error, NotFound)
    assert error.message == "0 of 2 results name Ann O'Quill; Google suggests the spelling Ann Quill"
    assert {query["q"] for query in [*misspelt.asked, *other.asked]} == {"Ann O'Quill"}

    named = ask(Answers(lambda query: page("Ann O'Quill", spelling="Ann Quill"))).record
    assert named is not None
    assert "Google suggests the spelling Ann Quill" in named["metadata"]["match"]["evidence"]


def test_a_name_does_not_reach_from_the_title_into_the_snippet() -> None:
    body = page("By Ann")
    body["items"][0]["snippet"] = "O'Quill & Sons, ink makers"
    assert isinstance(ask(Answers(lambda query: body)).error, NotFound)


def test_confidence_is_the_share_of_results_that_bear_the_name() -> None:
    def match(*titles: str) -> dict[str, Any]:
        record = ask(Answers(lambda query: page(*titles))).record
        assert record is not None
        found: dict[str, Any] = record["metadata"]["match"]
        return found

    assert match("Ann O'Quill", "Other") == {
        "confidence": 0.65,
        "evidence": ["1 of 2 results name Ann O'Quill, 1 of them in the title"],
    }
    assert match("Ann O'Quill, born 1980")["confidence"] == 0.9
    assert match("Ann O'Quill", "born 1980")["confidence"] == 0.65
    assert match("Ann O'Quill 19800")["confidence"] == 0.8


def test_explain_shows_which_results_count() -> None:
    with watch() as decisions:
        ask(Answers(lambda query: page("Ann O'Quill", "Somebody else")))
    [decision] = decisions
    assert (decision.outcome, decision.reason) == ("match", "1 of 2 results name Ann O'Quill")
    assert [(one.candidate.id, one.verdict) for one in decision.candidates] == [
        ("https://x.example/0", "taken"),
        ("https://x.example/1", "another name"),
    ]


class Other:
    """Another engine, of another shape, behind the same port."""

    async def search(self, query: str, start: int, http: Http) -> google.Results:
        page = await http.get("https://search.example/find", params={"words": query})
        hits = [google.Hit(row["t"], row["u"], "") for row in page.at("/rows", kind=list)]
        return google.Results(tuple(hits), page)

    def judge(self, response: Response) -> None:
        if response.json.get("closed"):
            raise response.failure(QuotaExceeded, "closed for today")


class OtherSearch(google.GoogleSearch):
    engine = Other()
    endpoint = "https://search.example/find"
    secrets = {}
    quota = None


def test_another_engine_takes_its_place_behind_the_port() -> None:
    answers = Answers(lambda query: {"rows": [{"t": "Ann O'Quill", "u": "https://x.example/"}]})
    record = ask(answers, source=OtherSearch).record
    assert record is not None
    assert record["source"] == "https://search.example/find"
    assert answers.asked == [{"words": "Ann O'Quill"}]
    assert isinstance(ask(Answers(lambda query: {"closed": True}), source=OtherSearch).error, QuotaExceeded)


def answer(body: Any, status: int, day: datetime = NOW) -> Response:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = Request.build("GET", google.CustomSearch.url)
    return Response(request, status, {"content-type": "application/json"}, data, day, authenticated=True)


def judged(response: Response) -> type[SpringheadError] | None:
    try:
        google.GoogleSearch().judge(response)
    except SpringheadError as error:
        assert "\n" not in error.message
        return type(error)
    return None


AFTER = datetime(2027, 1, 1, tzinfo=UTC)
CLOSED = {"error": {"code": 403, "message": "This project does not have the access to Custom Search JSON API."}}
FORBIDDEN = {"error": {"code": 403, "message": "The caller does not have permission", "status": "PERMISSION_DENIED"}}
GONE = {"error": {"code": 410, "message": "The API is gone."}}
ENGINE = {"error": {"code": 404, "message": "Requested entity was not found.", "status": "NOT_FOUND"}}
METHOD = {"error": {"code": 404, "message": "Method not found.", "status": "NOT_FOUND"}}


@pytest.mark.parametrize(
    ("body", "status", "before", "after"),
    [
        (CLOSED, 403, Discontinued, Discontinued),
        (FORBIDDEN, 403, AuthFailed, Discontinued),
        (GONE, 410, Discontinued, Discontinued),
        (METHOD, 404, Discontinued, Discontinued),
        (ENGINE, 404, InvalidRequest, Discontinued),
        (b"<html>404</html>", 404, Discontinued, Discontinued),
        (b"<html>The API has moved on</html>", 200, BadResponse, Discontinued),
        ({"error": {"code": 400, "message": "Invalid"}}, 400, InvalidRequest, Discontinued),
        (page("Ann"), 200, None, None),
        ({"error": {"code": 403, "errors": [{"reason": "dailyLimitExceeded"}]}}, 403, QuotaExceeded, QuotaExceeded),
    ],
)
def test_the_end_of_the_service_has_a_name_of_its_own(body: Any, status: int, before: Any, after: Any) -> None:
    assert judged(answer(body, status)) is before
    assert judged(answer(body, status, AFTER)) is after


def test_the_end_of_the_service_halts_the_source_and_says_what_to_do() -> None:
    with pytest.raises(Discontinued, match="ends, and takes no new customers") as caught:
        google.GoogleSearch().judge(answer(CLOSED, 403))
    assert caught.value.halts_source
    assert not caught.value.retryable
    assert caught.value.hint
    assert google.GoogleSearch.sunset.day == "2027-01-01"


def files() -> list[Path]:
    return sorted(path for path in CORPUS.glob("*.json") if not path.name.endswith(".meta.json"))


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_every_real_answer_is_read_or_named(path: Path) -> None:
    meta = path.with_name(path.name + ".meta.json")
    status = json.loads(meta.read_text())["status"] if meta.exists() else 200
    expected = {
        "error_400_badRequest.json": InvalidRequest,
        "error_429_rateLimitExceeded_details.json": QuotaExceeded,
    }
    assert judged(answer(path.read_bytes(), status)) is expected.get(path.name)
    if path.name in expected:
        return
    body = path.read_bytes()
    words = json.loads(body)["queries"]["request"][0]["searchTerms"]
    outcome = ask(Answers(lambda query: body), Subject("celeb_001", words))
    if path.name.startswith("empty"):
        assert isinstance(outcome.error, NotFound)
        assert outcome.error.message.endswith("Google suggests the spelling therearenoresults zzz")
    else:
        assert outcome.record is not None
        assert outcome.record["raw_text"] == body.decode()
        evidence = outcome.record["metadata"]["match"]["evidence"]
        assert evidence == ["7 of 10 results name hello, 6 of them in the title"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
MEMBERS = ("kind", "queries", "searchInformation", "spelling", "items", "error", "context")


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(MEMBERS), JSON), st.booleans())
def test_no_shape_of_answer_breaks_the_plugin(changes: dict[str, Any], keep: bool) -> None:
    body = {**(page("Ann O'Quill", next_start=11) if keep else {}), **changes}
    outcome = ask(Answers(lambda query: body))
    assert not isinstance(outcome.error, PluginError)
    if outcome.record is not None:
        assert body["kind"] == "customsearch#search"
        assert body.get("error") is None
        assert any("O'Quill" in str(item) for item in body["items"])


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "youtube#searchListResponse", "items": [{"title": "Ann O'Quill", "link": "x"}]},
        {"items": [{"title": "Ann O'Quill", "link": "https://x.example/"}]},
        {"kind": "customsearch#search", "items": [{"title": "Ann O'Quill"}]},
        {"kind": "customsearch#search", "items": {"0": "Ann O'Quill"}},
        [],
    ],
)
def test_another_shape_is_said_to_be_one(body: Any) -> None:
    assert isinstance(ask(Answers(lambda query: body)).error, LayoutChanged)


class Sink:
    def __init__(self) -> None:
        self.ended_as: Counter[str] = Counter()
        self.records: list[Any] = []

    async def store(self, outcome: Outcome) -> Any:
        self.records.append(outcome.record)
        return "written"

    async def recall(self, outcome: Outcome) -> bool:
        return False

    async def dead_letter(self, outcome: Outcome) -> None:
        raise AssertionError(outcome.error)

    async def defer(self, outcome: Outcome) -> None:
        pass

    async def ended(self, outcome: Outcome, kind: str) -> None:
        self.ended_as[kind] += 1


def test_a_run_of_100_people_takes_the_days_budget_and_the_101st_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GOOGLE_API_KEY", "GOOGLE_CSE_ID"):
        monkeypatch.setenv(name, f"{name}-not-a-real-one")
    people: list[Any] = list(generate_people(103, seed=5))
    with Simulator(people, seed=5, clock=lambda: NOW) as simulator:

        async def run() -> tuple[Sink, Client]:
            transport = LiveTransport(Secrets(google.GoogleSearch.secrets), simulator.url)
            client = Client(google.GoogleSearch(), transport, clock=FrozenClock(NOW))
            engine = Engine(google.GoogleSearch, client, Run.at("google_search", NOW), "tests/0")
            sink = Sink()
            await engine.run([Subject.from_record(person) for person in people], sink)
            await transport.close()
            return sink, client

        sink, client = asyncio.run(run())
        assert sink.ended_as == {"written": 100, "deferred": 3}
        assert (client.meter.units, client.meter.requests) == (100, 100)
        # Google answers with the search engine's id; neither it nor the key is kept.
        assert "not-a-real-one" not in json.dumps(sink.records)
        assert '"cx": "REDACTED"' in sink.records[0]["raw_text"]
        # What our own count refuses is never sent.
        assert simulator.stats()["hosts"]["www.googleapis.com"]["statuses"] == {"200": 100}
