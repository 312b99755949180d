"""Wikipedia pages: which titles exist in a wiki and what they are about."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal
from urllib.parse import quote

from springhead_demo.simulator.figures import DISAMBIGUATION, SLOTS, WIKIS, Figure, family_of, item_id
from springhead_demo.simulator.names import fold
from springhead_demo.simulator.variants import to_simplified
from springhead_demo.simulator.vocabulary import THING_KINDS
from springhead_demo.simulator.world import World

_QUALIFIED = re.compile(r"^(.+) \(([^()]+)\)$")
_BORN = {"zh": "{}年出生", "ja": "{}年生", "ko": "{}년"}
_DISAMBIGUATION_WORD = {
    "zh": "消歧義",
    "ja": "曖昧さ回避",
    "ko": "동음이의",
    "de": "Begriffsklärung",
    "fr": "homonymie",
}
_SIMPLIFIED_SHARE = 0.25
_PRIMARY_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Page:
    """A page of one wiki.

    Attributes:
        kind: What the page is; a `thing` is a film, an album or a band.
        number: The page id.
        members: The figure it is about, or the figures that a disambiguation page lists.
        target: The title that a redirect leads to.
        item: The Wikidata item, empty for a redirect.
    """

    language: str
    title: str
    kind: Literal["person", "thing", "disambiguation", "redirect"]
    number: int
    members: tuple[Figure, ...] = ()
    target: str = ""
    item: str = ""

    @property
    def url(self) -> str:
        """The address that readers see."""
        return f"https://{self.language}.wikipedia.org/wiki/{quote(self.title.replace(' ', '_'), safe='/:(),!*~')}"


class Library:
    """All pages of all wikis, worked out per name.

    Args:
        world: The figures that have pages.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self._group = lru_cache(maxsize=8192)(self._build_group)

    def page(self, language: str, title: str) -> Page | None:
        """Return the page with exactly this title."""
        pages = self._group(language, fold(_base(title)))
        return pages.get(title) or self._group(language, fold(title)).get(title)

    def page_in_variant(self, language: str, title: str) -> Page | None:
        """Return the page whose title is this one in the other script of Chinese."""
        if language != "zh":
            return None
        wanted = to_simplified(title)
        for name in (_base(title), title):
            for other, page in self._group(language, fold(name)).items():
                if to_simplified(other) == wanted:
                    return page
        return None

    def page_of(self, figure: Figure, language: str) -> Page | None:
        """Return the page about a figure in a wiki."""
        if language not in figure.wikis:
            return None
        for page in self._group(language, fold(figure.names.of(family_of(language)))).values():
            if page.kind in ("person", "thing") and page.members[0].slot == figure.slot:
                return page
        return None

    def pages_of(self, figure: Figure) -> list[Page]:
        """Return the figure's pages in all wikis, in the order of the language list."""
        return [page for language in figure.wikis if (page := self.page_of(figure, language))]

    def disambiguations(self, slot: int) -> list[Page]:
        """Return the disambiguation pages, one per wiki at most, that share the item of this slot."""
        first = slot - DISAMBIGUATION
        figures = [figure for rank in range(DISAMBIGUATION) if (figure := self.world.figure(first + rank))]
        found: dict[str, Page] = {}
        for language in WIKIS:
            for figure in figures:
                for name in {figure.names, figure.listed or figure.names}:
                    for page in self._group(language, fold(name.of(family_of(language)))).values():
                        if page.item == item_id(slot):
                            found.setdefault(language, page)
        return list(found.values())

    def group(self, language: str, name: str) -> list[Page]:
        """Return the pages of a name: people, disambiguation page and redirects."""
        return list(self._group(language, fold(name)).values())

    def _build_group(self, language: str, key: str) -> dict[str, Page]:
        family, world = family_of(language), self.world
        named = [
            figure
            for slot in world.labelled(family, key)
            if (figure := world.figure(slot)) and language in figure.wikis
        ]
        nicknamed = [
            figure
            for slot in world.nicknamed(family, key)
            if (figure := world.figure(slot)) and language in figure.wikis
        ]
        if not named and not nicknamed:
            return {}
        base = named[0].names.of(family) if named else _alias_text(nicknamed[0], key)
        simplified = language == "zh" and world.dice.chance(_SIMPLIFIED_SHARE, "simplified titles", key)
        pages: list[Page] = []
        alone = len(named) + len(nicknamed) == 1
        primary = len(named) > 1 and not nicknamed and world.dice.chance(_PRIMARY_SHARE, "primary topic", language, key)
        titles = self._titles(language, base, named, alone=alone, primary=primary)
        pages += [self._about(language, title, figure) for title, figure in zip(titles, named, strict=True)]
        if alone and nicknamed:
            target = self.page_of(nicknamed[0], language)
            if target and target.title != base:
                pages.append(
                    Page(language, base, "redirect", _loose_number(world, language, base), target=target.title)
                )
        elif not alone:
            title = f"{base} ({_DISAMBIGUATION_WORD.get(language, 'disambiguation')})" if primary else base
            members = (*named, *nicknamed)
            slot = members[0].slot // SLOTS * SLOTS + DISAMBIGUATION
            pages.append(Page(language, title, "disambiguation", _number(language, slot), members, item=item_id(slot)))
        return {page.title: page for page in (map(_simplify, pages) if simplified else pages)}

    def _titles(self, language: str, base: str, figures: list[Figure], *, alone: bool, primary: bool) -> list[str]:
        if alone:
            return [base] * len(figures)
        words = [_qualifier(figure, language) for figure in figures]
        repeated = {word for word, count in Counter(words).items() if count > 1}
        titles: list[str] = []
        for place, (figure, word) in enumerate(zip(figures, words, strict=True)):
            title = f"{base} ({word})"
            if word in repeated and figure.dated:
                born = _BORN.get(language)
                year = figure.birthday.year
                title = f"{base} ({born.format(year)})" if born else f"{base} ({word}, born {year})"
            if place == 0 and primary:
                title = base
            elif title in titles:
                title = title.removesuffix(")") + f" {figure.slot})"
            titles.append(title)
        return titles

    def _about(self, language: str, title: str, figure: Figure) -> Page:
        kind: Literal["person", "thing"] = "person" if figure.thing is None else "thing"
        return Page(language, title, kind, _number(language, figure.slot), (figure,), item=figure.item)


def _base(title: str) -> str:
    match = _QUALIFIED.match(title)
    return match[1] if match else title


def _alias_text(figure: Figure, key: str) -> str:
    for names in (figure.listed, figure.names):
        if names and fold(names.native) == key:
            return names.native
    return key


def _qualifier(figure: Figure, language: str) -> str:
    if figure.thing is not None:
        _, en, zh, ja, ko = THING_KINDS[figure.thing]
        return {"zh": zh, "ja": ja, "ko": ko}.get(language, en)
    return figure.occupations[0].label(language)


def _simplify(page: Page) -> Page:
    # A redirect's target belongs to another name, whose pages may be in the other script.
    return replace(page, title=to_simplified(page.title))


def _number(language: str, slot: int) -> int:
    # Ids must not coincide between wikis, or a test could not tell that the right one was asked.
    return 70_003 + 23 * slot + WIKIS.index(language)


def _loose_number(world: World, language: str, title: str) -> int:
    return 90_000_000 + world.dice.number("page", language, title) % 9_000_000
