"""NewsAPI.org: `/v2/everything`.

A page holds up to a hundred articles; the developer plan gives only the first hundred and a month back. Articles that
were withdrawn stay in the list as `[Removed]`. Documented at https://newsapi.org/docs/endpoints/everything and
https://newsapi.org/docs/errors
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from springhead_demo.simulator.allowance import Allowances, Ledger
from springhead_demo.simulator.articles import PUBLISHERS, Article, Newsroom
from springhead_demo.simulator.messages import Request, Response, json_response
from springhead_demo.simulator.moment import EPOCH

_SORTS = ("relevancy", "popularity", "publishedAt")
_LANGUAGES = ["ar", "de", "en", "es", "fr", "he", "it", "nl", "no", "pt", "ru", "sv", "ud", "zh"]
_FIRST = 100
_KEY = "Your API key"
_BACK = timedelta(days=30)


class NewsApi:
    """The host `newsapi.org`.

    Args:
        newsroom: The articles.
        ledger: Where requests are counted.
        allowances: How many there are per day.
    """

    def __init__(self, newsroom: Newsroom, ledger: Ledger, allowances: Allowances) -> None:
        self._newsroom = newsroom
        self._ledger = ledger
        self._allowed = allowances.newsapi

    def handle(self, path: str, request: Request) -> Response:
        """Answer one request."""
        query, headers = request.query, request.headers
        bearer = headers.get("authorization", "").removeprefix("Bearer ").strip()
        key = headers.get("x-api-key", "") or query.get("apiKey", "") or bearer
        if not key:
            return news_error(401, "apiKeyMissing", f"{_KEY} is missing. Append this to the URL with the apiKey param.")
        if key.startswith("invalid"):
            return news_error(401, "apiKeyInvalid", f"{_KEY} is invalid or incorrect. Check your key.")
        if key.startswith(("disabled", "exhausted")):
            code = "apiKeyDisabled" if key.startswith("disabled") else "apiKeyExhausted"
            return news_error(401, code, f"{_KEY} has been disabled.")
        if path != "/v2/everything":
            return news_error(404, "endpointNotFound", "The requested endpoint was not found.")
        if not self._ledger.spend("newsapi", key, 1, self._allowed):
            return rate_limited(self._allowed)
        return self._everything(query)

    def _everything(self, query: dict[str, str]) -> Response:
        words = query.get("q", "").strip()
        if not any(query.get(name) for name in ("q", "sources", "domains")):
            message = (
                "Required parameters are missing, the scope of your search is too broad. Please set any of the "
                "following required parameters and try again: q, qInTitle, sources, domains."
            )
            return news_error(400, "parametersMissing", message)
        size, page = _number(query, "pageSize", _FIRST), _number(query, "page", 1)
        if not 1 <= size <= 100 or page < 1 or query.get("sortBy", "publishedAt") not in _SORTS:
            return news_error(400, "parameterInvalid", "The parameter has an invalid value.")
        if query.get("language", "en") not in _LANGUAGES:
            return news_error(400, "parameterInvalid", f"The language parameter is invalid: {query['language']}.")
        since = _day(query["from"]) if query.get("from") else None
        if since and since < EPOCH - _BACK:
            message = (
                "You are trying to request results too far in the past. Your plan permits you to request articles as "
                f"far back as {EPOCH - _BACK:%Y-%m-%d}, but you have requested {since:%Y-%m-%d}."
            )
            return news_error(426, "parameterInvalid", message)
        if (page - 1) * size >= _FIRST:
            message = (
                "You have requested too many results. Developer accounts are limited to a max of 100 results. "
                f"You are trying to request results {(page - 1) * size} to {page * size}."
            )
            return news_error(426, "maximumResultsReached", message)
        found = [a for a in self._newsroom.about(words.strip('"+ ')) if since is None or a.at >= since]
        shown = found[(page - 1) * size : page * size]
        body = {"status": "ok", "totalResults": len(found), "articles": [self._article(article) for article in shown]}
        return json_response(body)

    def _article(self, article: Article) -> dict[str, Any]:
        dice = self._newsroom.dice
        if dice.chance(0.05, "removed", article.number):
            gone = "[Removed]"
            return {
                "source": {"id": None, "name": gone},
                "author": None,
                "title": gone,
                "description": gone,
                "url": "https://removed.com",
                "urlToImage": None,
                "publishedAt": "1970-01-01T00:00:00Z",
                "content": gone,
            }
        _, publisher, number = PUBLISHERS[article.publisher]
        image = f"{article.url}.jpg" if dice.chance(0.8, "picture", article.number) else None
        return {
            "source": {"id": number, "name": publisher},
            "author": article.author,
            "title": article.title,
            "description": article.lead if dice.chance(0.9, "lead", article.number) else None,
            "url": article.link(article.number % 5),
            "urlToImage": image,
            "publishedAt": article.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "content": f"{article.lead}\r\n{article.title[:40]}… [+{article.number % 4000} chars]",
        }


def news_error(status: int, code: str, message: str) -> Response:
    """Answer with NewsAPI's error object."""
    return json_response({"status": "error", "code": code, "message": message}, status)


def rate_limited(limit: int = 100) -> Response:
    """Answer that the day's requests are used up."""
    message = (
        f"You have made too many requests recently. Developer accounts are limited to {limit} requests over a 24 hour "
        f"period ({limit // 2} requests available every 12 hours). Please upgrade to a paid plan if you need more."
    )
    return news_error(429, "rateLimited", message)


def _number(query: dict[str, str], name: str, usual: int) -> int:
    raw = query.get(name, str(usual))
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 7 else 0


def _day(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
