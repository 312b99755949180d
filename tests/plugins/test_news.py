"""News: both services, what they say and how they say no, and a run against the simulator with and without a key."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import springhead_news as news
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
    QuotaExceeded,
    RateLimited,
    RobotsDenied,
    SpringheadError,
    Unavailable,
)
from springhead.http import Client, RawResponse, Request, Response
from springhead.http.live import LiveTransport
from springhead.http.secrets import Secrets
from springhead.pointer import resolve
from springhead.subject import Subject
from springhead_demo.simulator import Simulator, generate_people
from springhead_runner.enrich.text import human_text
from springhead_runner.enrich.weight import OPAQUE, completeness, reliability

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "news"
NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
ANN = Subject("celeb_001", 'Ann "Ace" O\'Quill')
KEY = "a-key-that-nobody-may-see"


class Answers:
    """A transport with one answer, which remembers what it was asked; robots.txt allows everything but `robots`."""

    def __init__(
        self, body: bytes | str, *, key: bool = False, kind: str = "", status: int = 200, robots: str = ""
    ) -> None:
        self._answer = RawResponse(
            status, {"content-type": kind}, body.encode() if isinstance(body, str) else body, key
        )
        self._key, self._robots = key, robots
        self.asked: list[str] = []

    def has_key(self, host: str) -> bool:
        return self._key and host == "newsapi.org"

    async def send(self, request: Request, *, max_bytes: int, timeout: float) -> RawResponse:
        if request.url.endswith("/robots.txt"):
            return RawResponse(200, {}, f"User-agent: *\nDisallow: {self._robots}".encode())
        self.asked.append(request.url)
        return self._answer


def ask(answers: Answers, subject: Subject = ANN) -> Outcome:
    client = Client(news.News(), answers, clock=FrozenClock(NOW))
    return asyncio.run(Engine(news.News, client, Run.at("news", NOW), "tests/0").ask(subject))


def query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def feed(*titles: str) -> str:
    items = (f"<item><title>{t}</title><link>https://x.example/{n}</link></item>" for n, t in enumerate(titles))
    return f'<rss version="2.0"><channel><title>T</title>{"".join(items)}</channel></rss>'


def articles(*listed: Any) -> str:
    return json.dumps({"status": "ok", "totalResults": len(listed), "articles": listed})


@pytest.mark.parametrize(
    ("name", "edition"),
    [
        ("周潤發", ("zh-TW", "TW", "TW:zh-Hant")),
        ("新垣ゆい", ("ja", "JP", "JP:ja")),
        ("이영애", ("ko", "KR", "KR:ko")),
        ("Анна Нет", ("ru", "RU", "RU:ru")),
        ("Ann Lee", ("en-US", "US", "US:en")),
    ],
)
def test_google_is_asked_for_the_name_in_the_edition_of_its_script(name: str, edition: tuple[str, str, str]) -> None:
    answers = Answers(feed(f"{name} & more"))
    outcome = ask(answers, Subject("celeb_001", name))
    assert outcome.error is None and outcome.record is not None
    [url] = answers.asked
    assert url.startswith("https://news.google.com/rss/search?")
    assert query(url) == {"q": f'"{name}"', "hl": edition[0], "gl": edition[1], "ceid": edition[2]}
    assert outcome.record["source"] == "https://news.google.com/rss/search"


def test_newsapi_is_asked_with_a_key_and_quotes_in_a_name_end_no_phrase() -> None:
    answers = Answers(articles({"title": "Ann 'Ace' O'Quill", "url": "https://x.example/1"}), key=True)
    outcome = ask(answers, Subject("celeb_001", 'Ann "Ace" O\'Quill'))
    assert [query(url)["q"] for url in answers.asked] == ['"Ann Ace O\'Quill"']
    assert answers.asked[0].startswith("https://newsapi.org/v2/everything?")
    assert outcome.record is not None and outcome.record["source"] == "https://newsapi.org/v2/everything"


def test_confidence_goes_by_how_many_articles_name_the_person() -> None:
    body = feed("Ann Lee wins", "ANN LEE&#8217;s tour", "Joann Leeds", "The weather", "Ann Leeson")
    outcome = ask(Answers(body), Subject("celeb_001", "Ann Lee"))
    assert outcome.record is not None
    assert outcome.record["raw_text"] == body
    assert outcome.record["metadata"]["match"] == {
        "confidence": 0.62,
        "evidence": ["2 of 5 articles name Ann Lee in title or summary"],
    }


@pytest.mark.parametrize(
    ("titles", "message"),
    [((), "no news about Ann Lee"), (("Joann Leeds", "Lee Ann"), "none of 2 articles names Ann Lee")],
)
def test_nobody_writes_about_them(titles: tuple[str, ...], message: str) -> None:
    outcome = ask(Answers(feed(*titles)), Subject("celeb_001", "Ann Lee"))
    assert type(outcome.error) is NotFound and outcome.record is None
    assert outcome.error.message == message


def test_robots_are_obeyed_at_google_and_not_asked_at_newsapi() -> None:
    denied = Answers(feed("x"), robots="/rss")
    assert type(ask(denied).error) is RobotsDenied
    assert denied.asked == []
    allowed = Answers(articles({"title": "Ann Ace O'Quill", "url": "https://x.example/1"}), key=True, robots="/")
    assert ask(allowed).record is not None


def judged(answers: Answers) -> tuple[type[SpringheadError] | None, str]:
    outcome = ask(answers)
    return (type(outcome.error), outcome.error.message) if outcome.error else (None, "")


NEWSAPI = [
    (401, "apiKeyMissing", "Your API key is missing.", AuthFailed),
    (401, "apiKeyInvalid", "Your API key is invalid or incorrect.", AuthFailed),
    (401, "apiKeyDisabled", "Your API key has been disabled.", AuthFailed),
    (401, "apiKeyExhausted", "Your API key has no more requests available.", QuotaExceeded),
    (429, "apiKeyExhausted", "Your API key has no more requests available.", QuotaExceeded),
    (
        429,
        "rateLimited",
        "limited to 100 requests over a 24 hour period",
        QuotaExceeded,
    ),
    (429, "rateLimited", "You have been rate limited. Back off for a while.", RateLimited),
    (426, "maximumResultsReached", "You have requested too many results.", InvalidRequest),
    (426, "parameterInvalid", "You are trying to request results too far in the past.", InvalidRequest),
    (426, "upgradeRequired", "Upgrade.", AuthFailed),
    (426, "somethingNew", "Upgrade.", AuthFailed),
    (400, "parametersMissing", "Required parameters are missing.", InvalidRequest),
    (400, "somethingNew", "No.", InvalidRequest),
    (404, "endpointNotFound", "The requested endpoint was not found.", InvalidRequest),
    (500, "unexpectedError", "This should not happen.", Unavailable),
    (200, "apiKeyInvalid", "Your API key is invalid.", AuthFailed),
    (200, "somethingNew", "No.", BadResponse),
    (200, None, None, BadResponse),
]


@pytest.mark.parametrize(("status", "code", "message", "error"), NEWSAPI)
def test_newsapi_says_no(status: int, code: Any, message: Any, error: type[SpringheadError]) -> None:
    body = json.dumps({"status": "error", "code": code, "message": message})
    found, said = judged(Answers(body, key=True, kind="application/json", status=status))
    assert found is error
    assert str(message or "") in said and "\n" not in said


CAPTCHA = '<html><body><form id="captcha-form" action="index"></form></body></html>'


@pytest.mark.parametrize(
    ("status", "body", "key", "error"),
    [
        (200, "<!DOCTYPE html><html><body>Log in</body></html>", True, BadResponse),
        (200, "", True, BadResponse),
        (502, "<html><body>Bad gateway</body></html>", True, Unavailable),
        (404, "<html><body>Not here</body></html>", True, InvalidRequest),
        (200, "<!DOCTYPE html><html><body>" + "News. " * 500 + "</body></html>", False, BadResponse),
        (200, '{"status": "ok", "articles": []}', False, BadResponse),
        (200, "", False, BadResponse),
        (404, "<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>", False, InvalidRequest),
        (403, "<!DOCTYPE html><title>Un instant…</title><script>window._cf_chl_opt={}</script>", True, Blocked),
        (403, "<!DOCTYPE html><title>403 Forbidden</title>", True, Blocked),
        (429, CAPTCHA, False, Blocked),
        (503, CAPTCHA, False, Blocked),
        (429, "", False, RateLimited),
        (503, "", False, Unavailable),
        (200, feed("<a>" * 300), False, BadResponse),
        (
            200,
            '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><title>&x;</title></rss>',
            False,
            BadResponse,
        ),
    ],
)
def test_no_page_of_another_kind_becomes_a_record(
    status: int, body: str, key: bool, error: type[SpringheadError]
) -> None:
    assert judged(Answers(body, key=key, kind="text/html", status=status))[0] is error


@pytest.mark.parametrize(
    "listed",
    ["[null]", "[7]", '[{"title": 7, "url": "https://x.example"}]', '[{"title": "x", "url": []}]', "{}", "null", '"x"',
     '[{"title": "x", "url": "https://x.example", "source": "Paper"}]'],
)  # fmt: skip
def test_articles_of_another_shape_are_told(listed: str) -> None:
    body = f'{{"status": "ok", "articles": {listed}}}'
    assert judged(Answers(body, key=True))[0] is LayoutChanged


def test_a_feed_is_read_for_weight_and_sentiment() -> None:
    body = feed("A brilliant success - The Paper", "A brilliant success - The Paper").replace(
        "</item>",
        '<source url="https://p.example">The Paper</source><description>a &lt;b&gt;joy&lt;/b&gt;</description></item>',
    )
    document = news.News.document(body)
    assert [one["title"] for one in document["articles"]] == ["A brilliant success"] * 2
    assert human_text(body, news.News.text, news.News.document) == "\n".join(["A brilliant success", "a joy"] * 2)
    assert document["articles"][0].keys() == {"title", "link", "published", "source", "summary"}
    assert completeness(body, news.News.content, news.News.document) == 0.8  # no date
    assert completeness("<html>", news.News.content, news.News.document) == OPAQUE
    assert completeness(feed(), news.News.content, news.News.document) == OPAQUE
    assert human_text("<html>x", news.News.text, news.News.document) == "<html>x"
    assert reliability("https://news.google.com/rss/search", "news", news.News.reliability) == 0.87
    assert reliability("https://newsapi.org/v2/everything", "news", news.News.reliability) == 0.85


REAL = [path for path in [CORPUS / "newsapi_top_headlines_2022.json"] if path.exists()]


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_real_headlines(path: Path) -> None:
    outcome = ask(Answers(path.read_bytes(), key=True), Subject("celeb_001", "Bassam Tariq"))
    assert outcome.error is None and outcome.record is not None
    count = len(json.loads(path.read_bytes())["articles"])
    assert outcome.record["metadata"]["match"]["evidence"][0].startswith(f"1 of {count} articles name Bassam Tariq")
    document = news.News.document(outcome.record["raw_text"])
    assert resolve(document, "/articles/1/source") == "Hollywood Reporter"
    assert resolve(document, "/articles/1/published") == "2022-09-28T03:17:24+00:00"


@pytest.mark.parametrize(
    "path", [path for path in [CORPUS / "newsapi_429_rateLimited.json"] if path.exists()], ids=lambda path: path.name
)
def test_a_real_day_used_up(path: Path) -> None:
    answers = Answers(path.read_bytes(), key=True, status=429)
    assert judged(answers)[0] is QuotaExceeded
    assert len(answers.asked) == 1  # not retried


@pytest.mark.parametrize("path", [path for path in [CORPUS / "google_news_rss_search_2items.xml"] if path.exists()])
def test_a_real_google_feed(path: Path) -> None:
    outcome = ask(
        Answers(path.read_bytes(), kind="application/xml; charset=utf-8"), Subject("x", "Ketanji Brown Jackson")
    )
    assert outcome.record is not None
    assert outcome.record["metadata"]["match"]["evidence"] == [
        "1 of 2 articles name Ketanji Brown Jackson in title or summary"
    ]
    text = news.News.document(outcome.record["raw_text"])["text"]
    assert text.splitlines() == [
        "Fall Related Emergency Visits for Older Adults Continue to Climb",
        "Ketanji Brown Jackson criticizes supreme court’s handling of emergency docket",
    ]


@pytest.fixture(scope="module")
def simulator() -> Iterator[tuple[Simulator, list[Subject]]]:
    people: list[Any] = list(generate_people(40, seed=5))
    with Simulator(people, seed=5) as simulator:
        yield simulator, [Subject.from_record(person) for person in people]


async def _all(url: str, subjects: list[Subject]) -> list[Outcome]:
    transport = LiveTransport(Secrets(news.News.secrets), url)
    client = Client(news.News(), transport, clock=FrozenClock(NOW))
    engine = Engine(news.News, client, Run.at("news", NOW), "tests/0")
    try:
        return [await engine.ask(subject) for subject in subjects]
    finally:
        await transport.close()


@pytest.mark.parametrize("key", [None, KEY])
def test_everybody_in_the_simulator_has_articles_that_name_them_or_none(
    simulator: tuple[Simulator, list[Subject]], key: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NEWSAPI_KEY", raising=False)
    if key:
        monkeypatch.setenv("NEWSAPI_KEY", key)
    outcomes = asyncio.run(_all(simulator[0].url, simulator[1]))
    endings = {type(outcome.error).__name__ for outcome in outcomes}
    assert endings <= {"NoneType", "NotFound"}
    found = [outcome for outcome in outcomes if outcome.record is not None]
    assert len(found) >= 20
    for outcome in found:
        assert outcome.record is not None
        text = human_text(outcome.record["raw_text"], news.News.text, news.News.document)
        assert outcome.subject.name in text
        assert KEY not in json.dumps(outcome.record)
        assert outcome.record["source"] == (news.NewsApi.url if key else news.GoogleNews.url)
        assert completeness(outcome.record["raw_text"], news.News.content, news.News.document) >= 0.8


def test_the_key_goes_to_newsapi_in_a_header_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSAPI_KEY", KEY)
    secrets = Secrets(news.News.secrets)
    sent, added = secrets.inject(Request.build("GET", news.NewsApi.url, {"q": "x"}))
    assert added and sent.headers["x-api-key"] == KEY and KEY not in sent.url
    google = Request.build("GET", news.GoogleNews.url, {"q": "x"})
    assert secrets.inject(google) == (google, False)


def test_a_response_is_judged_by_the_service_that_gave_it() -> None:
    page = Response(Request.build("GET", news.NewsApi.url), 200, {}, b'{"status": "ok", "articles": []}', NOW)
    news.News().judge(page)
