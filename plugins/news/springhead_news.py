"""News: what is written about a person, from Google News without a key, from NewsAPI with one (``NEWSAPI_KEY``).

One question per person, for the name in quotes. News by name are news about a name: a namesake's are among them, and
nothing in a feed tells them apart. So nobody is certain here: an article counts where its title or summary has the
whole name, the confidence is 0.5 to 0.8 by their share, and a name without such an article is ``NotFound``.
NewsAPI is documented at https://newsapi.org/docs/endpoints/everything; Google's feed is not, and obeys robots.txt.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, ClassVar, Protocol

from springhead import (
    AuthFailed,
    BadResponse,
    Entry,
    Http,
    InvalidRequest,
    LayoutChanged,
    Match,
    NotFound,
    Quota,
    QuotaExceeded,
    Rate,
    RateLimited,
    Response,
    Secret,
    Source,
    SpringheadError,
    Subject,
    Terms,
    Unavailable,
    hookimpl,
    judge_status,
    resolve,
    said,
    script,
)
from springhead.feeds import FeedEntry, parse, parse_date, plain, unique
from springhead.matching.mentions import mentions
from springhead.walls import refuse

#: Script of a name → language, country and edition of Google News.
EDITIONS = {
    "arabic": ("ar", "EG", "EG:ar"),
    "cyrillic": ("ru", "RU", "RU:ru"),
    "devanagari": ("hi", "IN", "IN:hi"),
    "greek": ("el", "GR", "GR:el"),
    "han": ("zh-TW", "TW", "TW:zh-Hant"),
    "hangul": ("ko", "KR", "KR:ko"),
    "hebrew": ("he", "IL", "IL:he"),
    "kana": ("ja", "JP", "JP:ja"),
    "thai": ("th", "TH", "TH:th"),
}
#: NewsAPI's error codes (https://newsapi.org/docs/errors).
CODES: dict[str, type[SpringheadError]] = {
    **dict.fromkeys(
        ("apiKeyDisabled", "apiKeyInvalid", "apiKeyMissing", "upgradeRequired", "corsNotAllowed"), AuthFailed
    ),
    **dict.fromkeys(("maximumResultsReached", "parameterInvalid", "parametersMissing"), InvalidRequest),
    "apiKeyExhausted": QuotaExceeded,
    "rateLimited": RateLimited,
    "unexpectedError": Unavailable,
}
#: How NewsAPI says that it is the day's requests that are used up, and not the minute's.
PER_DAY = re.compile(r"\b\d+ ?hours?\b|\bper day\b|\bdaily\b", re.IGNORECASE)
REMOVED = "[Removed]"
#: What both services can say of an article, and completeness counts.
MEMBERS = ("title", "link", "published", "source", "summary")


class Service(Protocol):
    """What the two services offer."""

    url: str

    def params(self, subject: Subject) -> dict[str, object]:
        """The question about a subject."""

    def read(self, raw: bytes | str, content_type: str = "", url: str = "") -> tuple[list[FeedEntry], tuple[str, ...]]:
        """The articles of an answer, and what was wrong with it."""

    def judge(self, response: Response) -> None:
        """Raise the error that an answer means; return if it is good."""


class GoogleNews:
    """The feed of a search in Google News: at most 100 articles."""

    url = "https://news.google.com/rss/search"

    def params(self, subject: Subject) -> dict[str, object]:
        """The name in quotes, in the edition of its script."""
        language, country, edition = EDITIONS.get(script(subject.name), ("en-US", "US", "US:en"))
        return {"q": _quoted(subject.name), "hl": language, "gl": country, "ceid": edition}

    def read(self, raw: bytes | str, content_type: str = "", url: str = "") -> tuple[list[FeedEntry], tuple[str, ...]]:
        """A title ends in the publisher's name, and the summary repeats both."""
        feed = parse(raw, content_type, url)
        articles = []
        for entry in feed.entries:
            title = entry.title.removesuffix(f" - {entry.source}") if entry.source else entry.title
            summary = "" if entry.summary == f"{title} {entry.source}".strip() else entry.summary
            articles.append(replace(entry, title=title, summary=summary))
        return articles, feed.problems

    def judge(self, response: Response) -> None:
        """Google sends those whom it takes for robots, and those who agreed to nothing, to pages of their own."""
        refuse(response)
        _judge_status(response)


class NewsApi:
    """The endpoint ``everything``, newest first: a plan without payment gives 100 articles of the last month."""

    url = "https://newsapi.org/v2/everything"

    def params(self, subject: Subject) -> dict[str, object]:
        """The name in quotes."""
        return {"q": _quoted(subject.name), "searchIn": "title,description", "sortBy": "publishedAt", "pageSize": 100}

    def read(self, raw: bytes | str, content_type: str = "", url: str = "") -> tuple[list[FeedEntry], tuple[str, ...]]:
        """Articles that were withdrawn stay in the list under a title that says so."""
        try:
            found = json.loads(raw)["articles"]
            if not isinstance(found, list):
                raise TypeError(f"it is {type(found).__name__}")
            articles = [_article(article) for article in found if _text(article, "title") != REMOVED]
        except (ValueError, RecursionError) as error:
            raise BadResponse(f"no JSON: {error}", url=url or None) from error
        except (KeyError, TypeError, AttributeError) as error:
            raise LayoutChanged(f"/articles is no list of articles: {error!r}", url=url or None) from error
        return articles, ()

    def judge(self, response: Response) -> None:
        """Go by NewsAPI's own code where the answer has one, else by status."""
        try:
            code = resolve(response.json, "/code", None)
        except BadResponse:
            refuse(response)
            _judge_status(response)
            raise
        kind = CODES.get(code) if isinstance(code, str) else None
        if kind is RateLimited and PER_DAY.search(said(response)):
            kind = QuotaExceeded
        if kind is None and response.status == 426:
            kind = AuthFailed
        if kind is not None:
            raise response.failure(kind, f"{said(response)} ({code})")
        _judge_status(response)
        if resolve(response.json, "/status", None) != "ok":
            raise response.failure(BadResponse, f"the status is not ok: {said(response)} ({code})")


class News(Source):
    """News articles that name a person."""

    google: ClassVar[Service] = GoogleNews()
    newsapi: ClassVar[Service] = NewsApi()

    name = "news"
    title = "News: articles that name a person, from Google News or NewsAPI"
    endpoint = GoogleNews.url
    rate = Rate(per_second=1)
    robots = ("news.google.com",)
    secrets = {"newsapi.org": Secret("NEWSAPI_KEY", header="X-Api-Key", optional=True)}
    quota = Quota(per_day=100, unit="requests")  # of NewsAPI's plan without payment
    content = "/articles/0"
    text = ("/text",)
    reliability = 0.85
    terms = Terms(
        url="https://newsapi.org/terms",
        attribution="Headlines from Google News, or powered by NewsAPI.org; each article belongs to its publisher.",
    )

    async def collect(self, subject: Subject, http: Http) -> AsyncIterator[Entry]:
        """Yield the list of articles, where some of them name the subject."""
        service = self.newsapi if http.has_key("newsapi.org") else self.google
        page = await http.get(service.url, params=service.params(subject))
        listed, problems = service.read(page.body, page.headers.get("content-type", ""), page.url)
        articles = unique(listed)
        named = [a for a in articles if mentions(subject.name, a.title) or mentions(subject.name, a.summary)]
        if not named:
            raise NotFound(
                f"none of {len(articles)} articles names {subject.name}"
                if articles
                else f"no news about {subject.name}"
            )
        evidence = [f"{len(named)} of {len(articles)} articles name {subject.name} in title or summary"]
        if len(listed) > len(articles):
            evidence.append(f"repetitions left out: {len(listed) - len(articles)}")
        evidence += [f"the feed is faulty: {problem}" for problem in problems]
        confidence = round(0.5 + 0.3 * len(named) / len(articles), 2)
        yield Entry(subject.name, page, Match(confidence, tuple(evidence)), source=service.url)

    def judge(self, response: Response) -> None:
        """Each service has its own way to say no."""
        (self.newsapi if response.request.host == "newsapi.org" else self.google).judge(response)

    @classmethod
    def document(cls, raw_text: str) -> Any:
        """The articles, each once, in one form for both services; ``text`` is what people wrote."""
        service = cls.newsapi if raw_text.lstrip("\ufeff \r\n\t").startswith("{") else cls.google
        articles = unique(service.read(raw_text)[0])
        lines = [line for article in articles for line in (article.title, article.summary) if line]
        documents = [{k: v for k, v in article.document().items() if k in MEMBERS} for article in articles]
        return {"articles": documents, "text": "\n".join(lines)}


def _quoted(name: str) -> str:
    return '"' + " ".join(name.replace('"', " ").split()) + '"'


def _article(article: dict[str, Any]) -> FeedEntry:
    return FeedEntry(
        title=plain(_text(article, "title")),
        link=_text(article, "url"),
        published=parse_date(_text(article, "publishedAt")),
        summary=plain(_text(article, "description")),
        source=_text(article.get("source") or {}, "name"),
        author=_text(article, "author"),
    )


def _text(members: dict[str, Any], name: str) -> str:
    value = members.get(name)
    if value is not None and not isinstance(value, str):
        raise TypeError(f"{name} is {type(value).__name__}")
    return value or ""


def _judge_status(response: Response) -> None:
    """By status; but an address that is gone says nothing about the person."""
    if response.status in {404, 410}:
        raise response.failure(InvalidRequest, f"answered {response.status}: {said(response) or 'the address is gone'}")
    judge_status(response)


@hookimpl
def register_sources() -> list[type[Source]]:
    """Register the source."""
    return [News]
