"""Accounts at Instagram and Threads: those of figures, of fans who took over a given-up name, and of places.

A figure's handle ends in its number, so that an account is found without an index over all people.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from springhead_demo.simulator.figures import Figure
from springhead_demo.simulator.identities import Identities, identities_of
from springhead_demo.simulator.names import fold
from springhead_demo.simulator.prose import describe
from springhead_demo.simulator.world import World

State = Literal["business", "creator", "personal", "private", "gone"]
"""What kind of account it is: only the first two can be found through the Graph API; a gone one is nowhere."""

_NUMBERED = re.compile(r"(?:real_)?.+_([0-9a-f]{1,8})(?:\.official)?")
_HANDLE = re.compile(r"[a-z0-9._]{1,30}")
_NOT_HANDLE = re.compile(r"[^a-z0-9]+")
_STATES: tuple[State, ...] = ("business",) * 9 + ("creator",) * 6 + ("personal",) * 2 + ("private",) * 2 + ("gone",)


@dataclass(frozen=True, slots=True)
class Account:
    """One account.

    Attributes:
        owner: Whose it is: the slot of a figure, `fan` or `place`.
        language: The language of its texts: `en`, `zh`, `ja` or `ko`.
        threads: Whether it is also on Threads.
    """

    handle: str
    number: int
    owner: int | Literal["fan", "place"]
    name: str
    biography: str
    website: str | None
    followers: int
    following: int
    posts: int
    state: State
    verified: bool
    language: str
    threads: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A restaurant of a list, and its account if it has one."""

    name: str
    city: str
    account: Account | None


class Directory:
    """All accounts.

    Args:
        world: The figures.
        places: Rows with `restaurant_name` and, if known, `city`.
    """

    def __init__(self, world: World, places: Sequence[Mapping[str, str]] = ()) -> None:
        self._world = world
        self._dice = world.dice
        self.places = [self._place(row) for row in places]
        self._by_handle = {place.account.handle: place for place in self.places if place.account}

    def instagram(self, handle: str) -> Account | None:
        """Return the account of a handle at Instagram; capitals do not count."""
        handle = handle.casefold()
        if not _HANDLE.fullmatch(handle):
            return None
        if place := self._by_handle.get(handle):
            return place.account
        match = _NUMBERED.fullmatch(handle)
        figure = self._world.figure(int(match[1], 16)) if match else None
        if figure is None or not figure.has_accounts:
            return None
        known = identities_of(self._dice, figure)
        if handle in (known.instagram, known.instagram_other):
            return self._of_figure(figure, known, handle)
        if handle == known.instagram_before and self._dice.chance(0.5, "taken over", figure.slot):
            return self._of_fan(figure, handle)
        return None

    def threads(self, handle: str) -> Account | None:
        """Return the account of a handle at Threads."""
        account = self.instagram(handle)
        return account if account and account.threads else None

    def number(self, handle: str) -> int:
        """Return the number that Instagram has for a handle."""
        return self._dice.between(10_000_000, 60_000_000_000, "account", handle)

    def places_named(self, name: str) -> list[Place]:
        """Return the places of the list with this name, in all cities."""
        return [place for place in self.places if fold(place.name) == fold(name)]

    def _of_figure(self, figure: Figure, known: Identities, handle: str) -> Account:
        dice, first = self._dice, handle == known.instagram
        language = "en" if figure.names.home == "latin" else figure.names.home
        state = dice.pick(_STATES, "state", handle)
        fame = dice.unit("fame", handle) ** 2
        link = f"https://people.example/{figure.slot}" if dice.chance(0.4, "link", handle) else None
        return Account(
            handle=handle,
            number=self.number(handle),
            owner=figure.slot,
            name=figure.names.native if dice.chance(0.7, "own script", handle) else figure.names.latin,
            biography=f'{describe(figure, language)}\n📍 {figure.birth_place} ✨ "{handle}" & <co>',
            website=link,
            followers=int(1_200 + fame * (30_000_000 if first and not figure.rank else 40_000)),
            following=dice.between(0, 900, "following", handle),
            posts=0 if dice.chance(0.06, "no posts", handle) else dice.between(3, 2_400, "posts", handle),
            state=state,
            verified=first and figure.rank == 0 and dice.chance(0.8, "verified", handle),
            language=language,
            threads=known.threads == handle,
        )

    def _of_fan(self, figure: Figure, handle: str) -> Account:
        posts = self._dice.between(2, 90, "posts", handle)
        text = f"Fan account. Not {figure.names.latin}."
        return Account(
            handle,
            self.number(handle),
            "fan",
            "someone else",
            text,
            None,
            240,
            800,
            posts,
            "creator",
            False,
            "en",
            False,
        )

    def _place(self, row: Mapping[str, str]) -> Place:
        name, city = row["restaurant_name"], row.get("city", "")
        dice, key = self._dice, (name, city)
        draw = dice.unit("place", *key)
        if draw < 0.35:
            return Place(name, city, None)
        stem = _NOT_HANDLE.sub("", fold(name))[:20] or f"place{dice.number('stem', *key) % 10**8}"
        handle = stem + ("" if dice.chance(0.6, "plain handle", *key) else "_" + _NOT_HANDLE.sub("", fold(city))[:8])
        empty = draw < 0.45
        account = Account(
            handle=handle,
            number=self.number(handle),
            owner="place",
            name=name.title(),
            biography="" if empty else f"Open daily in {city.title() or 'town'} 🍜\nOrder online",
            website=None if empty or not dice.chance(0.7, "site", *key) else f"https://{stem}.example/menu",
            followers=1 if empty else dice.between(150, 130_000, "followers", *key),
            following=3,
            posts=0 if empty else dice.between(5, 4_400, "posts", *key),
            state="business",
            verified=False,
            language="en",
            threads=False,
        )
        return Place(name, city, account)
