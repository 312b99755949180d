"""Wikipedia: the article on a person, and through Wikidata the person's identities elsewhere.

The MediaWiki action API is asked for everything in one response; the wiki's language follows the script of the name.
A title that leads to no person (a disambiguation page, a word, a film) leads to the titles that carry the name, and
Wikidata tells which of them is a person and when they were born.
Documented at https://www.mediawiki.org/wiki/API:Query and https://www.wikidata.org/wiki/Wikidata:Data_access
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable
from typing import Any

from springhead import (
    AuthFailed,
    Blocked,
    Candidate,
    Entry,
    Http,
    Identities,
    InvalidRequest,
    LayoutChanged,
    Match,
    NotFound,
    Rate,
    RateLimited,
    Response,
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

WIKIPEDIA = "https://{}.wikipedia.org/w/api.php"
WIKIDATA = "https://www.wikidata.org/w/api.php"
LANGUAGES = {
    "han": "zh", "kana": "ja", "hangul": "ko", "cyrillic": "ru", "arabic": "ar", "hebrew": "he", "greek": "el",
    "thai": "th", "devanagari": "hi",
}  # fmt: skip
#: ``maxlag`` asks the wiki to refuse us while its replicas lag: we are never in a hurry.
QUERY = {
    "action": "query", "format": "json", "formatversion": 2, "redirects": 1, "converttitles": 1, "maxlag": 5,
}  # fmt: skip
ARTICLE = {
    **QUERY,
    "prop": "extracts|pageprops|info|description|pageimages|categories", "exintro": 1, "explaintext": 1,
    "inprop": "url", "piprop": "original", "cllimit": "max", "clshow": "!hidden",
}  # fmt: skip
#: Wikidata property of each identity that other sources look for.
IDENTITIES = {
    "imdb": "P345", "instagram": "P2003", "threads": "P11892", "tmdb": "P4985", "youtube": "P2397",
}  # fmt: skip
IS_A, HUMAN, BORN, ENDED = "P31", "Q5", "P569", "P582"
MAX_CANDIDATES = 20


class Wikipedia(Source):
    """Wikipedia and Wikidata."""

    name = "wikipedia"
    title = "Wikipedia: the article on a person, and the person's ids elsewhere from Wikidata"
    endpoint = "https://en.wikipedia.org/w/api.php"
    # Wikimedia asks for serial requests: https://www.mediawiki.org/wiki/API:Etiquette
    rate = Rate(per_second=5, concurrency=1)
    content = "/query/pages/*"
    text = ("/query/pages/*/extract",)
    reliability = 0.90
    terms = Terms(
        url="https://foundation.wikimedia.org/wiki/Policy:Terms_of_Use",
        attribution="Text from Wikipedia and its contributors, CC BY-SA 4.0; the article's URL names them.",
        license="CC-BY-SA-4.0",
    )

    async def collect(self, subject: Subject, http: Http) -> AsyncIterator[Entry | Identities]:
        """Yield the article's response and the person's identities."""
        if set(subject.name) & set("#<>[]|{}"):
            raise InvalidRequest(f"{subject.name!r} cannot be the title of an article")
        language = LANGUAGES.get(script(subject.name), "en")
        wiki = WIKIPEDIA.format(language)
        answer = await http.get(wiki, params={**ARTICLE, "titles": subject.name})
        item = _item(_page(answer))
        entity = (await self._entities([item], language, http)).get(item) if item else None
        person = _candidate(entity, [_page(answer)["title"]], *_way(answer)) if entity and _is_person(entity) else None
        if entity and person and (not subject.birth_date or person.birth_date in {None, subject.birth_date}):
            match = explain(subject, person)
        else:
            title, entity, match = await self._namesake(
                subject, wiki, language, answer, entity if person else None, http
            )
            if title != _page(answer)["title"]:
                answer = await http.get(wiki, params={**ARTICLE, "titles": title})
        yield Entry(name=_page(answer)["title"], response=answer, match=match, source=wiki)
        yield Identities(_identities(entity))

    async def _namesake(
        self, subject: Subject, wiki: str, language: str, first: Response, own: dict[str, Any] | None, http: Http
    ) -> tuple[str, dict[str, Any], Match]:
        """Find the one person among the titles that carry the name; ``own`` is the item of the first page."""
        page = _page(first)
        answer = await http.get(wiki, params={**QUERY, "prop": "pageprops", **_generator(subject.name, page)})
        found = sorted(_pages(answer), key=lambda p: p.get("index", 0))
        named = [p for p in found if normalise(_plain(p["title"])) == normalise(subject.name)]
        titles = {item: p["title"] for p in (named or found)[:MAX_CANDIDATES] if (item := _item(p))}
        people = {i: e for i, e in (await self._entities(titles, language, http)).items() if i in titles}
        if own:
            titles[own["id"]], people[own["id"]] = page["title"], own
        chosen, match = choose(
            subject,
            [
                _candidate({**e, "id": i}, [_plain(titles[i]), titles[i]], *(_way(first) if e is own else ()))
                for i, e in people.items()
                if _is_person(e)
            ],
        )
        return titles[chosen.id], people[chosen.id], match

    async def _entities(self, items: Iterable[str], language: str, http: Http) -> dict[str, dict[str, Any]]:
        ids = "|".join(items)
        if not ids:
            return {}
        languages = f"{language}|en" + ("|zh-hant|zh-hans|zh-tw|zh-hk|zh-cn" if language == "zh" else "")
        answer = await http.get(
            WIKIDATA,
            params={
                "action": "wbgetentities", "format": "json", "formatversion": 2, "maxlag": 5, "ids": ids,
                "props": "labels|aliases|claims", "languages": languages,
            },
        )  # fmt: skip
        entities = answer.at("/entities")
        # An item that was merged answers under its new id: keep the id that was asked for.
        return {e.get("redirects", {}).get("from", i): e for i, e in entities.items() if "missing" not in e}

    def judge(self, response: Response) -> None:
        """MediaWiki says 200 and puts the error into the body."""
        judge_status(response)
        body = response.json
        code = resolve(body, "/error/code", None) or resolve(body, "/errors/0/code", None)
        if code is None:
            return
        raise response.failure(_kind(str(code)), f"{code}: {said(response)}")


def _kind(code: str) -> type[SpringheadError]:
    """What MediaWiki's error codes mean."""
    if code == "ratelimited":
        return RateLimited
    if code in {"maxlag", "readonly"} or code.startswith(("internal_api_error", "DBQuery", "cirrussearch")):
        return Unavailable
    if code in {"missingtitle", "invalidtitle", "no-such-entity", "nosuchpageid"}:
        return NotFound
    if "blocked" in code:
        return Blocked
    return AuthFailed if code in {"readapidenied", "permissiondenied", "mustbeloggedin"} else InvalidRequest


def _pages(answer: Response) -> list[dict[str, Any]]:
    """The pages of a query, in either format version; a search without results has none."""
    pages = answer.at("/query/pages", default=[])
    return list(pages.values()) if isinstance(pages, dict) else pages


def _page(answer: Response) -> dict[str, Any]:
    page: dict[str, Any] = answer.at("/query/pages/*")
    if "title" not in page:
        raise answer.failure(LayoutChanged, "/query/pages/*/title is missing")
    return page


def _item(page: dict[str, Any]) -> str | None:
    props = page.get("pageprops") or {}
    return None if "disambiguation" in props else props.get("wikibase_item")


def _generator(name: str, page: dict[str, Any]) -> dict[str, Any]:
    """How to find more titles: a disambiguation page lists them; else search, or the qualified forms of a word."""
    if "disambiguation" in (page.get("pageprops") or {}):
        return {"titles": page["title"], "generator": "links", "gpllimit": "max", "gplnamespace": 0}
    if "missing" in page:
        return {"generator": "search", "gsrsearch": name, "gsrlimit": 10, "gsrnamespace": 0}
    return {"generator": "prefixsearch", "gpssearch": f"{name} (", "gpslimit": 20, "gpsnamespace": 0}


def _way(answer: Response) -> list[str]:
    """Redirects and conversions that led to the page, as evidence."""
    steps = [*answer.at("/query/redirects", default=[]), *answer.at("/query/converted", default=[])]
    return [f"Wikipedia leads from {step['from']} to {step['to']}" for step in steps if "from" in step and "to" in step]


def _plain(title: str) -> str:
    """A title without its qualifier: 黎明 (歌手) is 黎明."""
    return re.sub(r"\s*[（(][^()（）]*[)）]$", "", title)


def _best(entity: dict[str, Any], prop: str) -> list[Any]:
    """Values of a property that hold now: preferred before normal, never deprecated, not ended."""
    claims = entity.get("claims")
    statements = [
        s
        for s in (claims.get(prop) or [] if isinstance(claims, dict) else [])
        if s.get("rank") != "deprecated" and resolve(s, "/mainsnak/snaktype", "") == "value"
        and ENDED not in (s.get("qualifiers") or {})
    ]  # fmt: skip
    statements.sort(key=lambda s: s.get("rank") != "preferred")
    return [resolve(s, "/mainsnak/datavalue/value", None) for s in statements]


def _is_person(entity: dict[str, Any]) -> bool:
    return any(resolve(value, "/id", None) == HUMAN for value in _best(entity, IS_A))


def _candidate(entity: dict[str, Any], titles: list[str], *evidence: str) -> Candidate:
    labels, aliases = entity.get("labels") or {}, entity.get("aliases") or {}
    names = [text["value"] for text in labels.values()] if isinstance(labels, dict) else []
    if isinstance(aliases, dict):
        names += [text["value"] for texts in aliases.values() for text in texts]
    births = [v["time"][1:11] for v in _best(entity, BORN) if isinstance(v, dict) and v.get("precision", 0) >= 11]
    return Candidate(entity["id"], (*titles, *names), births[0] if births else None, evidence)


def _identities(entity: dict[str, Any]) -> dict[str, str]:
    found = {name: _best(entity, prop) for name, prop in IDENTITIES.items()}
    return {"wikidata": entity["id"]} | {n: v[0] for n, v in found.items() if v and isinstance(v[0], str)}


@hookimpl
def register_sources() -> list[type[Source]]:
    """Register the source."""
    return [Wikipedia]
