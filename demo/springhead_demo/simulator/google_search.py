"""Google's Custom Search JSON API.

A search without results has no `items`; totals are estimates, as strings, that exceed what the pages give; the last
page has no `queries.nextPage`; a misspelt name is corrected in `spelling`; `pagemap` holds what the page itself
declares and may be absent. Documented at https://developers.google.com/custom-search/v1/reference/rest/v1/cse/list
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any

from springhead_demo.simulator.allowance import Allowances, Ledger
from springhead_demo.simulator.google_errors import error_info, google_error, google_response, help_link, key_fault
from springhead_demo.simulator.messages import Request, Response
from springhead_demo.simulator.search_results import Hit, Results

SERVICE = "customsearch.googleapis.com"

_LAST = 100
_QUOTED = re.compile(r'"([^"]+)"')
_OPERATOR = re.compile(r"(-?\w+):(\S+)")
_PARAMETERS = (
    "q={searchTerms}&num={count?}&start={startIndex?}&lr={language?}&safe={safe?}&cx={cx?}&sort={sort?}&gl={gl?}&cr={cr?}"
    "&hl={hl?}&siteSearch={siteSearch?}&exactTerms={exactTerms?}&searchType={searchType}&alt=json"
)


class GoogleSearch:
    """The path `/customsearch/v1` of `www.googleapis.com`.

    Args:
        results: What there is to find.
        ledger: Where queries are counted.
        allowances: How many there are per day.
    """

    def __init__(self, results: Results, ledger: Ledger, allowances: Allowances) -> None:
        self._results = results
        self._ledger = ledger
        self._allowed = allowances.google_search

    def handle(self, _path: str, request: Request) -> Response:
        """Answer one request."""
        query = request.query
        key = query.get("key", "") or request.headers.get("x-goog-api-key", "")
        if fault := key_fault(key, SERVICE):
            return fault
        size, start = _number(query, "num", 10), _number(query, "start", 1)
        valid = 1 <= size <= 10 and start >= 1 and start + size - 1 <= _LAST
        if not (query.get("cx") and query.get("q", "").strip() and valid):
            return google_error(400, "badRequest", "Request contains an invalid argument.")
        if not self._ledger.spend("google_search", key, 1, self._allowed):
            # Both forms are seen today: the older one for keys of old projects.
            return daily_limit("old" if self._results.dice.chance(0.5, "quota layout", key) else "new", self._allowed)
        return google_response(self._search(query, size, start))

    def _search(self, query: dict[str, str], size: int, start: int) -> dict[str, Any]:
        text, site = _read(query)
        hits, corrected = self._find(text)
        if site:
            hits = [hit for hit in hits if hit.host == site or hit.host.endswith(f".{site}")]
        shown = hits[start - 1 : start - 1 + size]
        # An estimate of the index, not a count of what the pages will show.
        total = len(hits) * 3_571 if len(hits) > 10 else len(hits)
        dice = self._results.dice
        took = 0.15 + dice.unit("took", query["q"], start) / 2
        asked = _request(query, total, min(size, len(shown)) or size, start)
        queries: dict[str, Any] = {}
        if start > 1:
            queries["previousPage"] = [_request(query, total, size, max(1, start - size))]
        queries["request"] = [asked]
        if start - 1 + size < len(hits) and start + size <= _LAST:
            queries["nextPage"] = [_request(query, total, size, start + size)]
        body: dict[str, Any] = {
            "kind": "customsearch#search",
            "url": {
                "type": "application/json",
                "template": f"https://www.googleapis.com/customsearch/v1?{_PARAMETERS}",
            },
            "queries": queries,
            "searchInformation": {
                "searchTime": round(took, 6),
                "formattedSearchTime": f"{took:.2f}",
                "totalResults": str(total),
                "formattedTotalResults": f"{total:,}",
            },
        }
        if corrected:
            body["spelling"] = {"correctedQuery": corrected, "htmlCorrectedQuery": f"<b><i>{escape(corrected)}</i></b>"}
        if shown:
            body["context"] = {"title": "Springhead simulator"}
            body["items"] = [_item(hit, text) for hit in shown]
        return body

    def _find(self, text: str) -> tuple[list[Hit], str | None]:
        for name in _names(text):
            if hits := self._results.of(name):
                return hits, None
        near = self._results.near(text)
        return [], near if near and near.casefold() != text.casefold() else None


def daily_limit(layout: str, limit: int = 100) -> Response:
    """Answer that today's queries are used up: 403 `dailyLimitExceeded` (`old`) or 429 with details of google.rpc."""
    if layout == "old":
        message = (
            "Daily Limit Exceeded. The quota will be reset at midnight Pacific Time (PT). You may monitor your quota "
            "usage and adjust limits in the API Console."
        )
        extra = {"extendedHelp": "https://console.developers.google.com/apis/api/customsearch.googleapis.com/quotas"}
        return google_error(403, "dailyLimitExceeded", message, domain="usageLimits", layout="old", extra=extra)
    message = (
        f"Quota exceeded for quota metric 'Queries' and limit 'Queries per day' of service '{SERVICE}' "
        "for consumer 'project_number:123456789012'."
    )
    details = [
        error_info(
            "RATE_LIMIT_EXCEEDED",
            SERVICE,
            quota_location="global",
            consumer="projects/123456789012",
            quota_limit_value=str(limit),
            quota_metric=f"{SERVICE}/requests",
            quota_limit="DefaultPerDayPerProject",
        ),
        help_link("Request a higher quota limit.", "https://cloud.google.com/docs/quota#requesting_higher_quota"),
    ]
    return google_error(429, "rateLimitExceeded", message, details=details)


def _number(query: dict[str, str], name: str, usual: int) -> int:
    raw = query.get(name, str(usual))
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 5 else -1


def _read(query: dict[str, str]) -> tuple[str, str]:
    """Return the words of a query and the site that it is restricted to."""
    text, site = query["q"], query.get("siteSearch", "") if query.get("siteSearchFilter", "i") == "i" else ""
    for name, value in _OPERATOR.findall(text):
        if name.casefold() == "site":
            site = value
    words = _OPERATOR.sub(" ", text)
    return " ".join(f"{words} {query.get('exactTerms', '')}".split()), site.removeprefix("www.").rstrip("/").casefold()


def _names(text: str) -> Iterator[str]:
    """Yield what may be a name in a query: what is in quotes, then the whole, then less and less of it."""
    yield from _QUOTED.findall(text)
    words = text.replace('"', " ").split()
    for length in range(len(words), 0, -1):
        yield " ".join(words[:length])


def _request(query: dict[str, str], total: int, count: int, start: int) -> dict[str, Any]:
    found = {"totalResults": str(total)} if total else {}
    words = query["q"]
    return {
        "title": f"Google Custom Search - {words}",
        **found,
        "searchTerms": words,
        "count": count,
        "startIndex": start,
        "inputEncoding": "utf8",
        "outputEncoding": "utf8",
        "safe": query.get("safe", "off"),
        "cx": query["cx"],
    }


def _item(hit: Hit, text: str) -> dict[str, Any]:
    def marked(plain: str) -> str:
        return escape(plain, quote=False).replace(escape(text, quote=False), f"<b>{escape(text, quote=False)}</b>")

    item: dict[str, Any] = {
        "kind": "customsearch#result",
        "title": hit.title,
        "htmlTitle": marked(hit.title),
        "link": hit.link,
        "displayLink": hit.shown_host,
        "snippet": hit.snippet,
        "htmlSnippet": marked(hit.snippet).replace("\n", "<br>\n"),
        "formattedUrl": hit.link if len(hit.link) < 70 else f"{hit.link[:40]}...{hit.link[-20:]}",
        "htmlFormattedUrl": escape(hit.link),
    }
    if hit.pagemap:
        item["pagemap"] = hit.pagemap
    if hit.link.endswith(".pdf"):
        item |= {"mime": "application/pdf", "fileFormat": "PDF/Adobe Acrobat"}
    return item
