"""What a web search finds about a name: pages of the person, of namesakes, and about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from springhead_demo.simulator.accounts import Directory, Place
from springhead_demo.simulator.figures import Figure
from springhead_demo.simulator.identities import identities_of
from springhead_demo.simulator.pages import Library
from springhead_demo.simulator.prose import describe, introduce

_FILLERS = 34


@dataclass(frozen=True, slots=True)
class Hit:
    """One result; `owner` is the slot that the page is about, None for a page about something else."""

    link: str
    title: str
    snippet: str
    owner: int | None
    pagemap: dict[str, Any] = field(default_factory=dict)

    @property
    def shown_host(self) -> str:
        """The host as results show it."""
        return urlsplit(self.link).hostname or ""

    @property
    def host(self) -> str:
        """The host without `www`."""
        return self.shown_host.removeprefix("www.")


class Results:
    """Everything that there is to find.

    Args:
        library: The wikis' pages, and through them the figures.
        directory: The accounts and places.
    """

    def __init__(self, library: Library, directory: Directory) -> None:
        self._library = library
        self._directory = directory
        self.dice = library.world.dice

    def of(self, name: str) -> list[Hit]:
        """Return the results for a name, best first; none where nobody and nothing is called so."""
        figures = [f for slot in sorted(self._library.world.exact(name)) if (f := self._library.world.figure(slot))]
        if not figures:
            return [hit for place in self._directory.places_named(name) for hit in self._about_place(place)]
        groups = [self._about(figure) for figure in figures]
        # The pages of namesakes stand between each other, as no search engine knows whom we mean.
        hits = [group[row] for row in range(max(map(len, groups))) for group in groups if row < len(group)]
        return hits + self._fillers(name, figures[0])

    def near(self, text: str) -> str | None:
        """Return a known name that is much like the text."""
        slots = self._library.world.search(text)[:1]
        figure = self._library.world.figure(slots[0]) if slots else None
        return figure.names.native if figure else None

    def _about(self, figure: Figure) -> list[Hit]:
        dice, slot, name = self.dice, figure.slot, figure.names.native
        language = "en" if figure.names.home == "latin" else figure.names.home
        told = describe(figure, language)
        hits = [
            Hit(
                page.url,
                f"{page.title} - Wikipedia",
                introduce(figure, language) if figure.thing is None else told,
                slot,
                self._pagemap(figure, page.title),
            )
            for page in self._library.pages_of(figure)[:2]
        ]
        known = identities_of(dice, figure)
        account = self._directory.instagram(known.instagram) if known.instagram else None
        if account and account.state != "gone":
            link = f"https://www.instagram.com/{account.handle}/"
            title = f"{account.name} (@{account.handle}) • Instagram photos and videos"
            hits.append(Hit(link, title, f"{account.followers:,} Followers ... {told}", slot))
        if known.imdb and figure.thing is None:
            hits.append(
                Hit(f"https://www.imdb.com/name/{known.imdb}/", f"{name} - IMDb", f"{name}. {told}\u00a0...", slot)
            )
        if figure.thing is None and dice.chance(0.3, "own site", slot):
            hits.append(Hit(f"https://people.example/{slot}", f"{name} | Official", "© All rights reserved.", slot))
        return hits

    def _pagemap(self, figure: Figure, title: str) -> dict[str, Any]:
        if not self.dice.chance(0.8, "pagemap", figure.slot):
            return {}
        tags = {"referrer": "origin", "og:title": title, "og:type": "website", "og:site_name": "Wikipedia"}
        found: dict[str, Any] = {"metatags": [tags]}
        if figure.thing is None and figure.dated and self.dice.chance(0.5, "hcard", figure.slot):
            found["hcard"] = [{"fn": figure.names.native, "bday": figure.birthday.isoformat()}]
        if self.dice.chance(0.6, "thumbnail", figure.slot):
            source = "https://encrypted-tbn0.gstatic.com/images?q=tbn:" + self.dice.hex(32, "thumbnail", figure.slot)
            found["cse_thumbnail"] = [{"src": source, "width": "204", "height": "247"}]
        return found

    def _fillers(self, name: str, figure: Figure) -> list[Hit]:
        count = self.dice.between(0, _FILLERS, "fillers", figure.slot)
        found = []
        for row in range(count):
            owner = figure.slot if row % 3 else None
            link = f"https://news{row % 5}.example/{quote(name)}/{row}" + (".pdf" if row % 11 == 10 else "")
            snippet = f'Nov {1 + row % 28}, 2026 ... {name}\u00a0... "{row}" & more'
            found.append(Hit(link, f"{name}: <story> no. {row}", snippet, owner))
        return found

    def _about_place(self, place: Place) -> list[Hit]:
        hits = []
        if account := place.account:
            title = f"{account.name} (@{account.handle}) • Instagram photos and videos"
            snippet = f"{account.followers:,} Followers, {account.posts:,} Posts ... {place.city.title()}"
            hits.append(Hit(f"https://www.instagram.com/{account.handle}/?hl=en", title, snippet, None))
            tagged = f"https://www.instagram.com/explore/locations/{account.number}/{quote(place.name.lower())}/"
            hits.append(Hit(tagged, f"{place.name} - Instagram", "Photos taken here", None))
        link = f"https://www.yelp.example/biz/{quote(place.name.lower())}"
        return [*hits, Hit(link, f"{place.name} - {place.city}", "12 reviews", None)]
