"""Google search: what the web says under a person's name.

The source talks to a port, :class:`SearchEngine`. The one adapter is customsearch/v1, which is closed to new customers
and ends on 1 January 2027; another engine is a class of twenty lines, and ``GoogleSearch`` does not change.
Documented at https://developers.google.com/custom-search/v1/reference/rest/v1/cse/list
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import ClassVar, Protocol

from springhead import (
    AuthFailed,
    BadResponse,
    Discontinued,
    Entry,
    Http,
    InvalidRequest,
    LayoutChanged,
    Match,
    NotFound,
    Quota,
    Rate,
    Response,
    Schedule,
    Secret,
    Source,
    Subject,
    Sunset,
    Terms,
    hookimpl,
    judge_google,
)
from springhead.matching.candidates import Candidate, Decision, Judged, record
from springhead.matching.mentions import mentions

#: Pages that are asked for while no result names the subject; each costs a query of the day's hundred.
MAX_PAGES = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """One result: its title, its address and the words around the match (empty where there are none)."""

    title: str
    link: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Results:
    """One page of results.

    Args:
        hits: The results, best first.
        response: The answer that they come from.
        suggestion: Another spelling that the engine proposes.
        next_start: Number of the first result of the next page (counted from 1), None on the last one.
    """

    hits: tuple[Hit, ...]
    response: Response
    suggestion: str | None = None
    next_start: int | None = None


class SearchEngine(Protocol):
    """What a search engine's adapter offers."""

    async def search(self, query: str, start: int, http: Http) -> Results:
        """Ask for the page that begins with result number ``start`` (1 is the first)."""

    def judge(self, response: Response) -> None:
        """Raise the error that an answer means; return if it is good."""


class CustomSearch:
    """The Custom Search JSON API, customsearch/v1."""

    url = "https://www.googleapis.com/customsearch/v1"
    secrets: ClassVar = {
        "www.googleapis.com": (Secret("GOOGLE_API_KEY", query="key"), Secret("GOOGLE_CSE_ID", query="cx"))
    }
    #: The free tier.
    quota = Quota(per_day=100, unit="queries", resets="America/Los_Angeles")
    sunset = Sunset(
        "2027-01-01", "the Custom Search JSON API ends, and takes no new customers: give it a new SearchEngine"
    )
    #: It gives ten results a page, and a hundred in all.
    page_size, last_start = 10, 91

    async def search(self, query: str, start: int, http: Http) -> Results:
        """Ask for a page; one without results has no ``items``."""
        page = await http.get(self.url, params={"q": query, "num": self.page_size, "start": start})
        if page.at("/kind", kind=str) != "customsearch#search":
            raise page.failure(LayoutChanged, f"/kind is {page.at('/kind')!r}")
        hits = tuple(
            Hit(
                page.at(f"/items/{n}/title", kind=str),
                page.at(f"/items/{n}/link", kind=str),
                page.at(f"/items/{n}/snippet", default="", kind=str),  # an image has none
            )
            for n in range(len(page.at("/items", default=[], kind=list)))
        )
        following = page.at("/queries/nextPage/0/startIndex", default=None, kind=(int, type(None)))
        return Results(
            hits,
            page,
            page.at("/spelling/correctedQuery", default=None, kind=(str, type(None))),
            following if following and start < following <= self.last_start else None,
        )

    def judge(self, response: Response) -> None:
        """As all of Google's APIs; what says that the service itself is over has a name of its own."""
        try:
            judge_google(response)
        except (AuthFailed, BadResponse, InvalidRequest, NotFound) as error:
            closed = "does not have the access to Custom Search" in error.message  # it takes no new customers
            over = response.fetched_at.date().isoformat() >= self.sunset.day
            # The API, while it is there, says with 404 that there is no such engine.
            missing = response.status == 404 and isinstance(error, NotFound)
            gone = response.status in {404, 410} and response.request.host in self.secrets and not missing
            said = error.message.removeprefix(f"{response.request.host}: ")
            if closed or over or gone:
                raise response.failure(Discontinued, f"{self.sunset.what} ({said})") from error
            if isinstance(error, (InvalidRequest, NotFound)):
                refused = response.failure(InvalidRequest, said)
                refused.hint = "check GOOGLE_CSE_ID, then the subject's name"
                raise refused from error
            raise


class GoogleSearch(Source):
    """Web search results about people."""

    engine: ClassVar[SearchEngine] = CustomSearch()

    name = "google_search"
    title = "Google search: what the web says under a person's name"
    endpoint = CustomSearch.url
    rate = Rate(per_second=1)
    secrets = CustomSearch.secrets
    quota = CustomSearch.quota
    sunset = CustomSearch.sunset
    # After midnight in California, so that the whole day's budget is there.
    schedule = Schedule("cron(0 9 ? * SUN *)", "celebrity-google-search-weekly")
    text = tuple(f"/items/{n}/snippet" for n in range(CustomSearch.page_size))
    reliability = 0.8
    terms = Terms(
        url="https://developers.google.com/custom-search/terms",
        attribution="Search results by Google",
    )

    async def collect(self, subject: Subject, http: Http) -> AsyncIterator[Entry]:
        """Yield the first page of results, where results name the subject."""
        pages: list[Results] = []
        hits: list[Hit] = []
        about: list[Hit] = []
        start: int | None = 1
        while start is not None and not about and len(pages) < MAX_PAGES:
            pages.append(await self.engine.search(subject.name, start, http))
            hits += pages[-1].hits
            about = [hit for hit in hits if any(mentions(subject.name, text) for text in (hit.title, hit.snippet))]
            start = pages[-1].next_start
        # Said, never followed: what is spelt otherwise may be somebody else.
        suggestion = f"Google suggests the spelling {pages[0].suggestion}" if pages[0].suggestion else None
        why = f"{len(about)} of {len(hits)} results name {subject.name}" if hits else f"no results for {subject.name}"
        _explain(why, hits, about)
        if not about:
            raise NotFound(f"{why}; {suggestion}" if suggestion else why)
        yield Entry(subject.name, pages[0].response, _match(subject, hits, about, suggestion))

    def judge(self, response: Response) -> None:
        """Ask the engine's adapter."""
        self.engine.judge(response)


def _explain(why: str, hits: list[Hit], about: list[Hit]) -> None:
    """Show in ``preview --explain`` which results count."""
    judged = [
        Judged(Candidate(hit.link, (hit.title,)), "taken" if hit in about else "another name", ()) for hit in hits
    ]
    record(Decision("match" if about else "NotFound", why, tuple(judged)))


def _match(subject: Subject, hits: list[Hit], about: list[Hit], suggestion: str | None) -> Match:
    """Results are about a name: how many bear it, and whether one knows the year of birth, is all that can be said."""
    titled = sum(mentions(subject.name, hit.title) for hit in about)
    evidence = [f"{len(about)} of {len(hits)} results name {subject.name}, {titled} of them in the title"]
    confidence = 0.5 + 0.3 * len(about) / len(hits)
    year = (subject.birth_date or "")[:4]
    if year and any(re.search(rf"(?<!\d){year}(?!\d)", f"{hit.title} {hit.snippet}") for hit in about):
        confidence += 0.1
        evidence.append(f"a result that names {subject.name} has the year of birth, {year}")
    return Match(round(confidence, 2), (*evidence, *([suggestion] if suggestion else ())))


@hookimpl
def register_sources() -> list[type[Source]]:
    """Register the source."""
    return [GoogleSearch]
