"""TMDb: a person's biography, ids and combined credits (API v3).

A known id is asked for directly; otherwise the name is searched, and namesakes are told apart by birth date.
Documented at https://developer.themoviedb.org/reference/person-details
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from springhead import (
    Ambiguous,
    AuthFailed,
    BadResponse,
    Candidate,
    Entry,
    Http,
    InvalidRequest,
    Match,
    NotFound,
    Rate,
    RateLimited,
    Response,
    Secret,
    Source,
    SpringheadError,
    Subject,
    Terms,
    Unavailable,
    choose,
    contradicts,
    explain,
    hookimpl,
    judge_status,
    normalise,
    resolve,
    said,
    script,
)

API = "https://api.themoviedb.org/3"
LANGUAGES = {"han": "zh-TW", "kana": "ja-JP", "hangul": "ko-KR"}
#: Search results are fuzzy and sorted by popularity: look this many pages far for the right namesake.
MAX_PAGES = 3
#: Candidates whose details are read to compare birth dates and aliases.
MAX_DETAILS = 8
#: TMDb's own error codes (https://developer.themoviedb.org/docs/errors), where a status says too little.
CODES: dict[int, type[SpringheadError]] = {
    **dict.fromkeys((3, 7, 10, 14, 16, 17, 30, 31, 32, 33, 35, 36, 38, 39, 45), AuthFailed),
    **dict.fromkeys((6, 34, 37), NotFound),
    **dict.fromkeys((9, 11, 15, 24, 43, 44, 46), Unavailable),
    25: RateLimited,
}


class TMDb(Source):
    """The Movie Database."""

    name = "tmdb"
    title = "The Movie Database: biography, ids and combined credits"
    # Spelled as in seed 1, so that its rows and ours share one partition of source-index.
    endpoint = "https://api.themoviedb.org/3/person/search"
    rate = Rate(per_second=20, concurrency=4)
    secrets = {"api.themoviedb.org": Secret("TMDB_TOKEN", header="Authorization", prefix="Bearer ")}
    conditional = True  # details carry an ETag
    text = ("/biography",)
    reliability = 0.95
    terms = Terms(
        url="https://www.themoviedb.org/api-terms-of-use",
        attribution="This product uses the TMDB API but is not endorsed or certified by TMDB.",
    )

    async def collect(self, subject: Subject, http: Http) -> AsyncIterator[Entry]:
        """Yield the person's details."""
        page, match = await self._known(subject, http) or await self._search(subject, http)
        yield Entry(name=page.at("/name", kind=str), response=page, match=match)

    async def _known(self, subject: Subject, http: Http) -> tuple[Response, Match] | None:
        known = subject.identities.get("tmdb", "")
        if not known.isdecimal():
            return None
        try:
            page = await self._details(known, subject, http)
        except NotFound:  # TMDb merges and deletes people: the name still finds them
            return None
        return page, explain(subject, _candidate(page.json, f"TMDb id {known} from the subject's identities"))

    async def _search(self, subject: Subject, http: Http) -> tuple[Response, Match]:
        hits: list[dict[str, Any]] = []
        details: dict[int, Response] = {}
        for number in range(1, MAX_PAGES + 1):
            params = {"query": subject.name, "page": number, "include_adult": "false", "language": _language(subject)}
            page = await http.get(f"{API}/search/person", params=params)
            for place, hit in enumerate(page.at("/results", kind=list)):
                page.at(f"/results/{place}/id", kind=int)  # a hit without an id is no hit: say so
                hits.append(hit)
            last = number == MAX_PAGES or number >= page.at("/total_pages", kind=int)
            wanted = normalise(subject.name)
            named = [hit for hit in hits if wanted in {normalise(name) for name in _names(hit)}]
            if not named and not last:
                continue
            # The name may also be an alias of somebody that the search found by it: looked at where nobody fits better.
            for group in (named, hits):
                await self._read(group[:MAX_DETAILS], details, subject, http)
                try:
                    found, match = choose(subject, [_candidate(page.json) for page in details.values()])
                except (Ambiguous, NotFound):
                    if last and group is hits:
                        raise
                    continue
                if not contradicts(subject, found) or (last and group is hits):
                    return next(page for page in details.values() if str(page.at("/id")) == found.id), match
        raise NotFound(f"TMDb knows nobody named {subject.name}")

    async def _read(
        self, hits: list[dict[str, Any]], details: dict[int, Response], subject: Subject, http: Http
    ) -> None:
        for hit in hits:
            if hit["id"] not in details:
                with suppress(NotFound):  # deleted since the search index was made
                    details[hit["id"]] = await self._details(hit["id"], subject, http)

    async def _details(self, person_id: int | str, subject: Subject, http: Http) -> Response:
        params = {"append_to_response": "combined_credits,external_ids", "language": _language(subject)}
        page = await http.get(f"{API}/person/{person_id}", params=params)
        page.at("/id", kind=int), page.at("/name", kind=str)
        return page

    def judge(self, response: Response) -> None:
        """Go by TMDb's own code where the answer has one, else by status."""
        try:
            code = resolve(response.json, "/status_code", None)
        except BadResponse:
            if response.status in {200, 404}:  # a proxy's page must not pass for "no such person"
                raise
            code = None
        if isinstance(code, int) and code in CODES and (response.status < 300 or response.status in {403, 404}):
            raise response.failure(CODES[code], f"{said(response)} (code {code})")
        judge_status(response)
        if code is not None or resolve(response.json, "/success", None) is False:
            raise response.failure(InvalidRequest, said(response) or "the answer says success: false")


def _language(subject: Subject) -> str:
    return LANGUAGES.get(script(subject.name), "en-US")


def _names(person: dict[str, Any]) -> tuple[str, ...]:
    names = (person.get("name"), person.get("original_name"), *(person.get("also_known_as") or ()))
    return tuple(name for name in names if isinstance(name, str) and name)


def _candidate(person: dict[str, Any], *evidence: str) -> Candidate:
    return Candidate(str(person["id"]), _names(person), person.get("birthday") or None, evidence)


@hookimpl
def register_sources() -> list[type[Source]]:
    """Register the source."""
    return [TMDb]
