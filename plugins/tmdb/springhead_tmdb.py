"""TMDb: a person's biography, ids and combined credits (API v3).

A known id is asked for directly; otherwise the name is searched, and the details of those who may be meant are compared
with our list: who is taken, and who is not, is the rule of ``springhead.matching``.
Documented at https://developer.themoviedb.org/reference/person-details
"""

from __future__ import annotations

import re
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
    LayoutChanged,
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
#: Not every full stop is one: William H. Macy, Feb. 17.
SENTENCE_END = re.compile(r"[。！？\n]|(?<=\w\w)[.!?]\s+(?=[A-Z])")
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
        if not (known.isascii() and known.isdecimal()):
            return None
        try:
            page = await self._details(int(known), subject, http)
        except NotFound:  # TMDb merges and deletes people: the name still finds them
            return None
        return page, explain(subject, _candidate(page, f"TMDb id {known} from the subject's identities"))

    async def _search(self, subject: Subject, http: Http) -> tuple[Response, Match]:
        hits: dict[int, tuple[str, ...]] = {}
        details: dict[int, Response] = {}
        wanted = normalise(subject.name)
        for number in range(1, MAX_PAGES + 1):
            params = {"query": subject.name, "page": number, "include_adult": "false", "language": _language(subject)}
            page = await http.get(f"{API}/search/person", params=params)
            for place, hit in enumerate(page.at("/results", kind=list)):
                # A hit without an id is no hit: say so.
                hits[page.at(f"/results/{place}/id", kind=int)] = _names(hit)
            last = number == MAX_PAGES or number >= page.at("/total_pages", kind=int)
            named = [person for person, names in hits.items() if wanted in map(normalise, names)]
            if not named and not last:
                continue
            # The name may also be an alias of somebody that the search found by it: looked at where the birth date
            # does not settle it among those of that name.
            for group in (named, list(hits)):
                await self._read(group[:MAX_DETAILS], details, subject, http)
                try:
                    found, match = choose(subject, map(_candidate, details.values()))
                    settled = found.birth_date == subject.birth_date
                    if len(named) > MAX_DETAILS and not settled:
                        raise Ambiguous(
                            f"TMDb knows {len(named)} people named {subject.name}, too many to read them all"
                        )
                except (Ambiguous, NotFound):
                    if last and group is not named:
                        raise
                else:
                    if settled or (last and group is not named):
                        return details[int(found.id)], match
        raise NotFound(f"TMDb knows nobody named {subject.name}")

    async def _read(self, people: list[int], details: dict[int, Response], subject: Subject, http: Http) -> None:
        for person in people:
            if person not in details:
                with suppress(NotFound):  # deleted since the search index was made
                    details[person] = await self._details(person, subject, http)

    async def _details(self, person: int, subject: Subject, http: Http) -> Response:
        params = {"append_to_response": "combined_credits,external_ids", "language": _language(subject)}
        page = await http.get(f"{API}/person/{person}", params=params)
        if page.at("/id", kind=int) != person:
            raise page.failure(LayoutChanged, f"/id is {page.at('/id')} where {person} was asked for")
        page.at("/name", kind=str)
        return page

    def judge(self, response: Response) -> None:
        """Go by TMDb's own code where the answer has one, else by status."""
        try:
            code = resolve(response.json, "/status_code", None)
        except BadResponse:
            if response.status in {200, 404, 410}:  # a proxy's page must not pass for "no such person"
                raise
            code = None
        if isinstance(code, str) and code.isascii() and code.isdecimal():
            code = int(code)
        if isinstance(code, int) and code in CODES and (response.status < 300 or response.status in {403, 404}):
            raise response.failure(CODES[code], f"{said(response)} (code {code})")
        if response.status in {404, 410}:
            raise response.failure(BadResponse, f"answered {response.status} without a code of TMDb: {said(response)}")
        judge_status(response)
        if code is not None or resolve(response.json, "/success", None) is False:
            raise response.failure(InvalidRequest, said(response) or "the answer says success: false")


def _language(subject: Subject) -> str:
    return LANGUAGES.get(script(subject.name), "en-US")


def _texts(*values: Any) -> tuple[str, ...]:
    """What is text among members of which each may be absent, null or something else."""
    return tuple(value for value in values if isinstance(value, str) and value)


def _names(person: Any) -> tuple[str, ...]:
    others = resolve(person, "/also_known_as", None)
    names = (resolve(person, "/name", None), resolve(person, "/original_name", None))
    return _texts(*names, *(others if isinstance(others, list) else ()))


def _candidate(page: Response, *evidence: str) -> Candidate:
    fields = ("birthday", "deathday", "known_for_department", "place_of_birth", "biography")
    born, died, department, place, life = (_texts(page.at(f"/{field}", default=None)) for field in fields)
    # A department holds many trades; the first sentence of a biography says which it is.
    sentence = [SENTENCE_END.split(text, maxsplit=1)[0] for text in life]
    return Candidate(
        id=str(page.at("/id", kind=int)),
        names=_names(page.json),
        birth_date=born[0] if born else None,
        evidence=evidence,
        death_date=died[0] if died else None,
        occupations=(*department, *sentence),
        places=place,
    )


@hookimpl
def register_sources() -> list[type[Source]]:
    """Register the source."""
    return [TMDb]
