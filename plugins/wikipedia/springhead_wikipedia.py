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
    Ambiguous,
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
    contradicts,
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
        person = _candidate(entity, _page(answer)["title"], *_way(answer)) if entity and _is_person(entity) else None
        if entity and person and (not subject.birth_date or person.birth_date in {None, subject.birth_date}):
            match = explain(subject, person)
        else:
            title, entity, match = await self._namesake(
                subject, wiki, language, answer, entity if person else None, http
            )
            if title != _page(answer)["title"]:
                answer = await http.get(wiki, params={**ARTICLE, "titles": title})
        yield Entry(name=_plain(_page(answer)["title"]), response=answer, match=match, source=wiki)
        if not contradicts(subject, _candidate(entity, None)):
            # Ids are believed by every later source: those of somebody who may be a namesake are not handed on.
            yield Identities(_identities(entity))

    async def _namesake(
        self, subject: Subject, wiki: str, language: str, first: Response, own: dict[str, Any] | None, http: Http
    ) -> tuple[str, dict[str, Any], Match]:
        """Find the one person among the titles that carry the name; ``own`` is the item of the first page.

        Where the birth date fits none of them, Wikidata is asked who else is known by that name.
        """
        page = _page(first)
        spelled = first.at("/query/converted/0/to", default=subject.name, kind=str)
        answer = await http.get(wiki, params={**QUERY, "prop": "pageprops", **_generator(spelled, page)})
        found = sorted(_pages(answer), key=lambda p: p.get("index") or 0)
        named = [p for p in found if normalise(_plain(p["title"])) in {normalise(subject.name), normalise(spelled)}]
        titles = {item: p["title"] for p in (named or found)[:MAX_CANDIDATES] if (item := _item(p))}
        people = await self._entities(titles, language, http)
        if own:
            titles[own["id"]], people[own["id"]] = page["title"], own
        for asked in (False, True):
            if asked:
                people |= await self._known_as(subject.name, people, language, http)
            for item in people.keys() - titles.keys():
                titles[item] = resolve(people[item], f"/sitelinks/{language}wiki/title", None)
            candidates = [
                _candidate({**e, "id": i}, titles[i], *(_way(first) if e is own else ()))
                for i, e in people.items()
                if _is_person(e)
            ]
            try:
                chosen, match = choose(subject, candidates)
            except (Ambiguous, NotFound):
                if asked or not subject.birth_date:
                    raise
                continue
            if not contradicts(subject, chosen):
                break
        title = titles[chosen.id]
        if not isinstance(title, str):
            raise NotFound(f"{subject.name} ({chosen.id}) has no article in the {language} Wikipedia")
        return title, people[chosen.id], match

    async def _known_as(self, name: str, known: Iterable[str], language: str, http: Http) -> dict[str, dict[str, Any]]:
        """Items that have the name as label or alias, without those that are known already."""
        params = {
            "action": "wbsearchentities", "format": "json", "formatversion": 2, "maxlag": 5, "search": name,
            "language": language, "type": "item", "limit": MAX_CANDIDATES,
        }  # fmt: skip
        answer = await http.get(WIKIDATA, params=params)
        ids = [answer.at(f"/search/{n}/id", kind=str) for n in range(len(answer.at("/search", kind=list)))]
        return await self._entities([item for item in ids if item not in set(known)], language, http)

    async def _entities(self, items: Iterable[str], language: str, http: Http) -> dict[str, dict[str, Any]]:
        ids = "|".join(items)
        if not ids:
            return {}
        variants = ("zh-hant", "zh-hans", "zh-tw", "zh-hk", "zh-cn") if language == "zh" else ()
        languages = "|".join(dict.fromkeys((language, "en", *variants)))
        answer = await http.get(
            WIKIDATA,
            params={
                "action": "wbgetentities", "format": "json", "formatversion": 2, "maxlag": 5, "ids": ids,
                "props": "labels|aliases|claims|sitelinks", "languages": languages, "sitefilter": f"{language}wiki",
            },
        )  # fmt: skip
        # An item that was merged answers under its new id: keep the id that was asked for.
        found = {resolve(e, "/redirects/from", i): e for i, e in answer.at("/entities", kind=dict).items()}
        for item in ids.split("|"):
            if not isinstance(found.get(item), dict) or not ("missing" in found[item] or "id" in found[item]):
                raise answer.failure(LayoutChanged, f"/entities does not answer for {item}")
        return {item: entity for item, entity in found.items() if "missing" not in entity}

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
    """The pages of a query, in either format version; a search without results has no query, but is complete."""
    if resolve(answer.json, "/batchcomplete", None) is None:
        answer.at("/query", kind=dict)
    pages = answer.at("/query/pages", default=[], kind=(list, dict))
    found: list[dict[str, Any]] = list(pages.values()) if isinstance(pages, dict) else pages
    if not all(isinstance(resolve(page, "/title", None), str) for page in found):
        raise answer.failure(LayoutChanged, "a page has no title")
    return found


def _page(answer: Response) -> dict[str, Any]:
    answer.at("/query/pages/*", kind=dict)
    return _pages(answer)[0]


def _item(page: dict[str, Any]) -> str | None:
    is_list = resolve(page, "/pageprops/disambiguation", None) is not None
    return None if is_list else resolve(page, "/pageprops/wikibase_item", None)


def _generator(name: str, page: dict[str, Any]) -> dict[str, Any]:
    """How to find more titles: a disambiguation page lists them; else search, or the qualified forms of a word."""
    if resolve(page, "/pageprops/disambiguation", None) is not None:
        return {"titles": page["title"], "generator": "links", "gpllimit": "max", "gplnamespace": 0}
    if "missing" in page:
        return {"generator": "search", "gsrsearch": name, "gsrlimit": 10, "gsrnamespace": 0}
    return {"generator": "prefixsearch", "gpssearch": f"{name} (", "gpslimit": 20, "gpsnamespace": 0}


def _way(answer: Response) -> list[str]:
    """Redirects and conversions that led to the page, as evidence."""
    steps = [s for kind in ("redirects", "converted") for s in answer.at(f"/query/{kind}", default=[], kind=list)]
    ways = [(resolve(step, "/from", None), resolve(step, "/to", None)) for step in steps]
    return [f"Wikipedia leads from {start} to {end}" for start, end in ways if start and end]


def _plain(title: str) -> str:
    """A title without its qualifier: 黎明 (歌手) is 黎明."""
    return re.sub(r"\s*[（(][^()（）]*[)）]$", "", title)


def _best(entity: dict[str, Any], prop: str) -> list[Any]:
    """Values of a property that hold now: preferred before normal, never deprecated, not ended."""
    statements = [
        s
        for s in resolve(entity, f"/claims/{prop}", None) or []
        if resolve(s, "/rank", "deprecated") != "deprecated" and resolve(s, "/mainsnak/snaktype", "") == "value"
        and resolve(s, f"/qualifiers/{ENDED}", None) is None
    ]  # fmt: skip
    statements.sort(key=lambda s: resolve(s, "/rank", "") != "preferred")
    return [resolve(s, "/mainsnak/datavalue/value", None) for s in statements]


def _is_person(entity: dict[str, Any]) -> bool:
    return any(resolve(value, "/id", None) == HUMAN for value in _best(entity, IS_A))


def _candidate(entity: dict[str, Any], title: str | None, *evidence: str) -> Candidate:
    labels, aliases = entity.get("labels"), entity.get("aliases")
    texts = [*labels.values()] if isinstance(labels, dict) else []
    texts += [text for some in aliases.values() for text in some or []] if isinstance(aliases, dict) else []
    names = [name for text in texts if isinstance(name := resolve(text, "/value", None), str)]
    # Precision 11 is a day; a year alone would be given as its first of January.
    days = [resolve(v, "/time", None) for v in _best(entity, BORN) if resolve(v, "/precision", None) == 11]
    births = [day[1:11] for day in days if isinstance(day, str) and day.startswith("+")]
    titles = (_plain(title), title) if isinstance(title, str) else ()
    return Candidate(entity["id"], (*titles, *names), births[0] if births else None, evidence)


def _identities(entity: dict[str, Any]) -> dict[str, str]:
    found = {name: _best(entity, prop) for name, prop in IDENTITIES.items()}
    return {"wikidata": entity["id"]} | {n: v[0] for n, v in found.items() if v and isinstance(v[0], str)}


@hookimpl
def register_sources() -> list[type[Source]]:
    """Register the source."""
    return [Wikipedia]
