"""The `prop` modules of `action=query`: what can be asked about a page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote

from springhead_demo.simulator.figures import DISAMBIGUATION, SLOTS, slot_of_item
from springhead_demo.simulator.identities import identities_of
from springhead_demo.simulator.pages import Library, Page
from springhead_demo.simulator.prose import describe, extract
from springhead_demo.simulator.vocabulary import DISAMBIGUATION_TEXTS
from springhead_demo.simulator.wikiparams import ApiError, limit_of, multi

_CATEGORY = {"zh": "Category", "ja": "Category", "ko": "분류", "fr": "Catégorie", "de": "Kategorie", "es": "Categoría"}
_BIRTHS = {"zh": "{}年出生", "ja": "{}年生", "ko": "{}년 출생"}
_NAME_PAGES = {"zh": "人名消歧义页面", "ja": "人名の曖昧さ回避", "ko": "동명이인"}
_SENTENCE = re.compile(r".+?(?:[。！？]|[.!?](?=\s|$)|$)", re.DOTALL)
_EXTRACTS_INTRO, _EXTRACTS_WHOLE = 20, 1


@dataclass(frozen=True, slots=True)
class Query:
    """What the prop modules need to know of a request."""

    library: Library
    language: str
    params: dict[str, str]


Continue = dict[str, str | int]


def revision_of(query: Query, page: Page) -> dict[str, Any]:
    """Return a page's last revision; its time is a fact of the seed, not of the clock."""
    dice, key = query.library.world.dice, ("revision", page.language, page.title)
    number = dice.between(40_000_000, 1_200_000_000, *key)
    day = f"2025-{dice.between(1, 9, 'month', *key):02d}-{dice.between(1, 28, 'day', *key):02d}"
    time = f"{day}T{dice.between(0, 23, 'hour', *key):02d}:{dice.between(0, 59, 'minute', *key):02d}:07Z"
    return {"revid": number, "parentid": number - 1_003, "timestamp": time}


def size_of(query: Query, page: Page) -> int:
    """Return a page's length in bytes of wikitext."""
    return 900 + query.library.world.dice.number("length", page.language, page.title) % 60_000


def info(query: Query, title: str, page: Page | None) -> dict[str, Any]:
    """Return `prop=info`, which missing pages have too."""
    host = f"https://{query.language}.wikipedia.org"
    slug = quote(title.replace(" ", "_"), safe="/:(),!*~")
    found: dict[str, Any] = {
        "contentmodel": "wikitext",
        "pagelanguage": query.language,
        "pagelanguagehtmlcode": query.language,
        "pagelanguagedir": "ltr",
    }
    if page:
        last = revision_of(query, page)
        found |= {"touched": last["timestamp"], "lastrevid": last["revid"], "length": size_of(query, page)}
        if page.kind == "redirect":
            found["redirect"] = True
    if "url" in multi(query.params.get("inprop")):
        edit = f"{host}/w/index.php?title={slug}&action=edit"
        found |= {"fullurl": f"{host}/wiki/{slug}", "editurl": edit, "canonicalurl": f"{host}/wiki/{slug}"}
    return found


def _pageprops(query: Query, page: Page) -> dict[str, Any]:
    props: dict[str, str] = {}
    if page.kind == "disambiguation":
        props["disambiguation"] = ""
    if file := _image(query, page):
        props["page_image_free"] = file
    if page.item:
        props["wikibase_item"] = page.item
    if wanted := multi(query.params.get("ppprop")):
        props = {name: value for name, value in props.items() if name in wanted}
    return {"pageprops": props} if props else {}


def _image(query: Query, page: Page) -> str | None:
    if page.kind != "person":
        return None
    file = identities_of(query.library.world.dice, page.members[0]).image
    return file.replace(" ", "_") if file else None


def _pageimages(query: Query, page: Page) -> dict[str, Any]:
    file = _image(query, page)
    if not file:
        return {}
    wanted = multi(query.params.get("piprop")) or ["thumbnail", "name"]
    width = limit_of(query.params, "pithumbsize", 50, 2000)
    path, name = "upload.wikimedia.org/wikipedia/commons", quote(file)
    found: dict[str, Any] = {}
    if "thumbnail" in wanted:
        source = f"https://{path}/thumb/a/ab/{name}/{width}px-{name}"
        found["thumbnail"] = {"source": source, "width": width, "height": width * 4 // 3}
    if "original" in wanted:
        found["original"] = {"source": f"https://{path}/a/ab/{name}", "width": 1200, "height": 1600}
    if "name" in wanted:
        found["pageimage"] = file
    return found


def _description(query: Query, page: Page) -> dict[str, Any]:
    if page.kind == "redirect":
        return {}
    if page.kind == "disambiguation":
        told = DISAMBIGUATION_TEXTS.get(page.language, DISAMBIGUATION_TEXTS["en"])
        return {"description": told, "descriptionsource": "central"}
    return {"description": describe(page.members[0], query.language), "descriptionsource": "central"}


def _revisions(query: Query, page: Page) -> dict[str, Any]:
    last = revision_of(query, page)
    wanted = multi(query.params.get("rvprop")) or ["ids", "timestamp"]
    names = (["revid", "parentid"] if "ids" in wanted else []) + (["timestamp"] if "timestamp" in wanted else [])
    return {"revisions": [{name: last[name] for name in names}]}


SIMPLE: dict[str, Callable[[Query, Page], dict[str, Any]]] = {
    "pageprops": _pageprops,
    "pageimages": _pageimages,
    "description": _description,
    "revisions": _revisions,
}
"""Modules that add a fixed number of facts to each page."""


def _categories(query: Query, page: Page) -> list[tuple[str, dict[str, Any]]]:
    prefix = _CATEGORY.get(page.language, "Category")
    if page.kind == "disambiguation":
        names = [_NAME_PAGES.get(page.language, "Human name disambiguation pages")]
    elif page.kind == "person":
        figure = page.members[0]
        births = _BIRTHS.get(page.language, "{} births").format(figure.birthday.year)
        country, spoken = figure.country.label(page.language), page.language in _BIRTHS
        trades = [occupation.label(page.language) for occupation in figure.occupations]
        names = [
            *([births] if figure.dated else []),
            *(f"{country}{trade}" if spoken else f"{figure.country.adjective} {trade}s" for trade in trades),
        ]
        names += [] if spoken else ["Living people"] if figure.deathday is None else []
    else:
        names = []
    return [(name.replace(" ", "_"), {"ns": 14, "title": f"{prefix}:{name}"}) for name in sorted(names)]


def _langlinks(query: Query, page: Page) -> list[tuple[str, dict[str, Any]]]:
    if page.kind == "redirect":
        return []
    slot = slot_of_item(page.item)
    if slot is None:
        return []
    library = query.library
    others = library.disambiguations(slot) if slot % SLOTS == DISAMBIGUATION else library.pages_of(page.members[0])
    with_url = "url" in multi(query.params.get("llprop"))
    wanted = query.params.get("lllang")
    return [
        (other.language, {"lang": other.language, **({"url": other.url} if with_url else {}), "title": other.title})
        for other in sorted(others, key=lambda other: other.language)
        if other.language != page.language and wanted in (None, other.language)
    ]


def links_of(library: Library, page: Page) -> list[Page]:
    """Return the pages that a page links to: for a disambiguation page the candidates, in order of title."""
    if page.kind == "redirect":
        target = library.page(page.language, page.target)
        return [target] if target else []
    if page.kind != "disambiguation":
        return []
    return sorted(
        (other for member in page.members if (other := library.page_of(member, page.language))), key=lambda p: p.title
    )


def _links(query: Query, page: Page) -> list[tuple[str, dict[str, Any]]]:
    namespaces = multi(query.params.get("plnamespace"))
    if namespaces and "0" not in namespaces:
        return []
    return [
        (f"0|{other.title.replace(' ', '_')}", {"ns": 0, "title": other.title})
        for other in links_of(query.library, page)
    ]


_LISTS: dict[str, tuple[str, Callable[[Query, Page], list[tuple[str, dict[str, Any]]]]]] = {
    "categories": ("cl", _categories),
    "langlinks": ("ll", _langlinks),
    "links": ("pl", _links),
}

NAMES = frozenset((*SIMPLE, *_LISTS, "info", "extracts"))
"""The modules that exist."""


def add_lists(query: Query, name: str, pages: list[tuple[Page, dict[str, Any]]]) -> Continue:
    """Add a list module's items to the pages, up to its limit over all of them; return where to go on."""
    prefix, items_of = _LISTS[name]
    limit = limit_of(query.params, f"{prefix}limit", 10, 500)
    start, given = query.params.get(f"{prefix}continue"), 0
    for page, entry in pages:
        for key, item in items_of(query, page):
            place = f"{page.number}|{key}"
            if start is not None:
                if place != start:
                    continue
                start = None
            if given == limit:
                return {f"{prefix}continue": place}
            entry.setdefault(name, []).append(item)
            given += 1
    if start is not None:
        raise ApiError(
            "badcontinue", "Invalid continue param. You should pass the original value returned by the previous query."
        )
    return {}


def add_extracts(query: Query, pages: list[tuple[Page, dict[str, Any]]]) -> Continue:
    """Add extracts, of which one answer carries twenty leads or one whole text; return where to go on."""
    params = query.params
    intro, plain = "exintro" in params, "explaintext" in params
    most = _EXTRACTS_INTRO if intro else _EXTRACTS_WHOLE
    limit = limit_of(params, "exlimit", most, most)
    start = limit_of(params, "excontinue", 0, 10_000)
    readable = [(page, entry) for page, entry in pages if page.kind != "redirect"]
    for page, entry in readable[start : start + limit]:
        text = extract(query.library, page, intro=intro)
        if sentences := limit_of(params, "exsentences", 0, 10):
            text = "".join(_SENTENCE.findall(text)[:sentences]).strip()
        if cut := limit_of(params, "exchars", 0, 1200):
            text = text if len(text) <= cut else text[:cut] + "..."
        entry["extract"] = (
            text if plain else "".join(f"<p>{escape(line)}</p>\n" for line in text.split("\n") if line).strip()
        )
    return {"excontinue": start + limit} if start + limit < len(readable) else {}
