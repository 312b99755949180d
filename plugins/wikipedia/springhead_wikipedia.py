"""Wikipedia: the article on a person, and through Wikidata the person's identities elsewhere.

The MediaWiki action API is asked for everything in one response; the wiki's language follows the script of the name.
A title that does not lead to our person (a namesake, a disambiguation page, a word, a film) leads to the titles that
carry the name, and Wikidata tells which of them is a person, when they were born and what they do.
Documented at https://www.mediawiki.org/wiki/API:Query
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from typing import Any

from springhead import (
    Candidate,
    Entry,
    Http,
    Identities,
    InvalidRequest,
    LayoutChanged,
    Match,
    NotFound,
    Response,
    Source,
    Subject,
    Terms,
    choose,
    contradicts,
    explain,
    hookimpl,
    normalise,
    resolve,
)
from springhead_mediawiki import JSON, MediaWiki, language_of
from springhead_wikidata import candidate, entities, identities, is_item, is_settled, known_as, known_item, plain

WIKIPEDIA = "https://{}.wikipedia.org/w/api.php"
QUERY = {"action": "query", **JSON, "redirects": 1, "converttitles": 1}
ARTICLE = {
    **QUERY,
    "prop": "extracts|pageprops|info|description|pageimages|categories", "exintro": 1, "explaintext": 1,
    "inprop": "url", "piprop": "original", "cllimit": "max", "clshow": "!hidden",
}  # fmt: skip
Entity = dict[str, Any]


class Wikipedia(MediaWiki):
    """Wikipedia and Wikidata."""

    name = "wikipedia"
    title = "Wikipedia: the article on a person, and the person's ids elsewhere from Wikidata"
    endpoint = "https://en.wikipedia.org/w/api.php"
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
        language = language_of(subject.name)
        wiki = WIKIPEDIA.format(language)
        article = None
        if item := known_item(subject):
            title, entity, match = await _by_item(subject, item, language, http)
        else:
            article = await http.get(wiki, params={**ARTICLE, "titles": subject.name})
            title, entity, match = await _by_name(subject, article, language, http)
        if article is None or title != _page(article)["title"]:
            article = await http.get(wiki, params={**ARTICLE, "titles": title})
            if _item(_page(article)) not in {entity["id"], resolve(entity, "/redirects/from", None)}:
                raise NotFound(f"{title} in the {language} Wikipedia is no article on {subject.name} ({entity['id']})")
        yield Entry(name=plain(_page(article)["title"]), response=article, match=match, source=wiki)
        # Ids are believed by every later source: those of somebody whose birth date differs are not handed on.
        if item or not contradicts(subject, candidate(entity, subject.birth_date)):
            yield Identities(identities(entity))


async def _by_item(subject: Subject, item: str, language: str, http: Http) -> tuple[str, Entity, Match]:
    entity = (await entities([item], language, http)).get(item)
    if entity is None:
        raise NotFound(f"Wikidata has no {item}, which the identities of {subject.name} name")
    match = explain(subject, candidate(entity, subject.birth_date, evidence=[f"{item} from the subject's identities"]))
    return _article_of(entity, subject, language), entity, match


async def _by_name(subject: Subject, first: Response, language: str, http: Http) -> tuple[str, Entity, Match]:
    """Take whom the title leads to if the birth date settles it; else compare all who carry the name.

    Where no title leads to somebody who was born on that day, Wikidata is asked who else is known by that name.
    """
    page = _page(first)
    people: dict[str, Candidate] = {}
    items: dict[str, Entity] = {}
    titles: dict[str, str] = {}

    async def read(more: dict[str, str]) -> None:
        for item, entity in (await entities(more, language, http)).items():
            ways = _ways(first) if more[item] == page["title"] else ()
            people[entity["id"]] = _candidate(subject, entity, more[item], ways)
            items[entity["id"]], titles[entity["id"]] = entity, more[item]

    if item := _item(page):
        await read({item: page["title"]})
    if not is_settled(subject, people.values()):
        spelled = first.at("/query/converted/0/to", default=subject.name, kind=str)
        wiki = WIKIPEDIA.format(language)
        answer = await http.get(wiki, params={**QUERY, "prop": "pageprops", **_generator(spelled, page)})
        found = _titles({subject.name, spelled}, answer)
        await read({item: title for item, title in found.items() if item not in people})
    if not is_settled(subject, people.values()):
        for entity in (await known_as(subject.name, people, language, language, http)).values():
            people.setdefault(entity["id"], candidate(entity, subject.birth_date))
            items.setdefault(entity["id"], entity)
    chosen, match = choose(subject, people.values())
    entity = items[chosen.id]
    return titles.get(chosen.id) or _article_of(entity, subject, language), entity, match


def _article_of(entity: Entity, subject: Subject, language: str) -> str:
    title = resolve(entity, f"/sitelinks/{language}wiki/title", None)
    if not isinstance(title, str):
        raise NotFound(f"{subject.name} ({entity['id']}) has no article in the {language} Wikipedia")
    return title


def _candidate(subject: Subject, entity: Entity, title: str, ways: Iterable[tuple[str, str, str]]) -> Candidate:
    """The person of a page, with the names that led to it: a redirect may lead to a relative, a conversion does not."""
    led = [start for kind, start, end in ways if kind == "redirects" or end != title]
    spelled = [start for kind, start, end in ways if kind == "converted" and end == title]
    evidence = [f"Wikipedia leads from {start} to {end}" for _, start, end in ways]
    found = candidate(entity, subject.birth_date, title=title, evidence=evidence, led_by=led)
    return replace(found, names=(*found.names, *spelled))


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
    page = _pages(answer)[0]
    if "invalid" in page:
        raise answer.failure(InvalidRequest, f"{page['title']!r} cannot be the title of an article")
    return page


def _item(page: dict[str, Any]) -> str | None:
    """The Wikidata item of an article; a disambiguation page is none."""
    item = resolve(page, "/pageprops/wikibase_item", None)
    is_list = resolve(page, "/pageprops/disambiguation", None) is not None
    return item if is_item(item) and not is_list else None


def _titles(names: set[str], answer: Response) -> dict[str, str]:
    """Item → title of the pages that carry the name, else of all; in the order of the wiki."""
    found = sorted(_pages(answer), key=lambda page: i if isinstance(i := page.get("index"), int) else 0)
    wanted = {normalise(name) for name in names}
    named = [page for page in found if normalise(plain(page["title"])) in wanted]
    return {item: page["title"] for page in (named or found) if (item := _item(page))}


def _generator(name: str, page: dict[str, Any]) -> dict[str, Any]:
    """How to find more titles: a disambiguation page lists them; else search, or the qualified forms of a word."""
    if resolve(page, "/pageprops/disambiguation", None) is not None:
        return {"titles": page["title"], "generator": "links", "gpllimit": "max", "gplnamespace": 0}
    if "missing" in page:
        return {"generator": "search", "gsrsearch": name, "gsrlimit": 10, "gsrnamespace": 0}
    return {"generator": "prefixsearch", "gpssearch": f"{name} (", "gpslimit": 20, "gpsnamespace": 0}


def _ways(answer: Response) -> list[tuple[str, str, str]]:
    """Conversions and redirects that led to the page: kind, from, to."""
    steps = [(kind, s) for kind in ("redirects", "converted") for s in answer.at(f"/query/{kind}", [], kind=list)]
    ways = [(kind, resolve(step, "/from", None), resolve(step, "/to", None)) for kind, step in steps]
    return [(kind, start, end) for kind, start, end in ways if isinstance(start, str) and isinstance(end, str)]


@hookimpl
def register_sources() -> list[type[Source]]:
    """Register the source."""
    return [Wikipedia]
