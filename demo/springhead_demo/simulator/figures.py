"""The people (and look-alikes) that the simulated sources know."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from springhead_demo.simulator.dice import Dice
from springhead_demo.simulator.names import Family, Names
from springhead_demo.simulator.people import Subject, random_date
from springhead_demo.simulator.spellings import names_of
from springhead_demo.simulator.traits import Traits
from springhead_demo.simulator.vocabulary import (
    BAND,
    NAMED_AFTER_KINDS,
    NO_PERSON_KINDS,
    OCCUPATIONS,
    Country,
    Occupation,
    country_of,
    occupations_of,
)

SLOTS = 4
"""Numbers reserved per subject: the person, two namesakes and a disambiguation page."""

DISAMBIGUATION = 3
"""The slot of a subject's disambiguation page."""

WIKIS = ("en", "zh", "ja", "ko", "fr", "de", "es", "it", "pt", "id", "vi", "sv", "nl", "pl")
"""Languages of the simulated Wikipedias."""

_HOME_WIKI: dict[Family, str] = {"latin": "en", "zh": "zh", "ja": "ja", "ko": "ko"}
_WIKI_RATES = {"en": 0.7, "zh": 0.7, "ja": 0.4, "ko": 0.35}
_OTHER_WIKI_RATE = 0.25
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Figure:
    """Someone upstream: a subject's own counterpart (`rank` 0) or a namesake of it.

    Attributes:
        slot: The number that all identifiers derive from.
        rank: 0 for the counterpart, 1 and 2 for namesakes.
        names: The name that the sources give first.
        listed: The name under which the subject list has it, when that is only an alias.
        thing: Index into `THING_KINDS` where the wikis mean no human by this name.
        person: Whether TMDb, which lists people, has an entry.
        dated: Whether the sources tell a birth date.
        also: A spelling in another script that the sources have as well.
        wikis: Languages whose Wikipedia has a page.
    """

    slot: int
    rank: int
    names: Names
    listed: Names | None
    thing: int | None
    birthday: date
    deathday: date | None
    gender: int
    occupations: tuple[Occupation, ...]
    country: Country
    birth_place: str
    wikis: tuple[str, ...]
    person: bool = True
    dated: bool = True
    also: str = ""

    @property
    def has_accounts(self) -> bool:
        """Whether this is somebody, or a band, who can have accounts elsewhere; a place or a word has none."""
        return self.person or self.thing == BAND

    @property
    def tmdb_id(self) -> int:
        """The person's id at TMDb."""
        return tmdb_id(self.slot)

    @property
    def item(self) -> str:
        """The Wikidata item of the name's page."""
        return item_id(self.slot)


def tmdb_id(slot: int) -> int:
    """Return the TMDb person id of a slot."""
    return 1_020_011 + 37 * slot


def item_id(slot: int) -> str:
    """Return the Wikidata item of a slot."""
    return f"Q{61_000_007 + 41 * slot}"


def slot_of_tmdb(number: int) -> int | None:
    """Return the slot behind a TMDb id, None where the id belongs to nobody."""
    slot, rest = divmod(number - 1_020_011, 37)
    return slot if slot >= 0 and rest == 0 else None


def slot_of_item(item: str) -> int | None:
    """Return the slot behind a Wikidata item, None where it belongs to none."""
    slot, rest = divmod(int(item[1:]) - 61_000_007, 41)
    return slot if slot >= 0 and rest == 0 else None


def family_of(language: str) -> Family:
    """Return the family whose spelling a wiki uses."""
    return language if language in ("zh", "ja", "ko") else "latin"  # type: ignore[return-value]


def build_figure(dice: Dice, traits: Traits, subject: Subject, index: int, rank: int) -> Figure:
    """Derive everything about one figure from the seed and the subject's list entry."""
    key = (subject["celebrity_id"], rank)
    listed, upstream = names_of(dice, traits, subject)
    # Namesakes bear the listed name; where that is misspelt, they bear the name that was meant.
    names = upstream if rank == 0 or traits.misspelt else listed
    family = names.home
    occupations = occupations_of(subject["occupation"])
    country = country_of(subject["nationality"], family)
    if rank:
        # Namesakes with the same first occupation would need a birth year in every title; most real ones do not.
        others = [trade for trade in OCCUPATIONS if trade not in occupations]
        occupations = (others[(dice.number("trade", subject["celebrity_id"]) + rank) % len(others)],)
    birthday = _birthday(dice, subject, key, shifted=rank == 0 and traits.wrong_birth_date)
    deathday = None
    if dice.chance(0.08, "died", *key) or (rank == 0 and traits.deceased):
        deathday = min(birthday + timedelta(days=dice.between(14_600, 32_000, "lived", *key)), date(2024, 11, 30))
    home = _HOME_WIKI[family]
    wikis = [
        language
        for language in WIKIS
        if language == home
        or dice.chance(_WIKI_RATES.get(language, _OTHER_WIKI_RATE) / (1 + rank), "wiki", language, *key)
    ]
    thing = None
    if rank == 0 and (traits.not_a_person or traits.no_person):
        kinds = NO_PERSON_KINDS if traits.no_person else NAMED_AFTER_KINDS
        thing = kinds[dice.number("thing", *key) % len(kinds)]
    return Figure(
        slot=index * SLOTS + rank,
        rank=rank,
        names=names,
        listed=listed if rank == 0 and traits.alias_only else None,
        thing=thing,
        birthday=birthday,
        deathday=deathday,
        gender=dice.between(1, 2, "gender", *key),
        occupations=occupations,
        country=country,
        birth_place=dice.pick(country.places, "place", *key),
        wikis=tuple(wikis),
        person=not (rank == 0 and traits.no_person),
        dated=not (traits.undated_namesakes if rank else traits.undated),
        also=subject["name"] if traits.other_script else "",
    )


def _birthday(dice: Dice, subject: Subject, key: tuple[str, int], *, shifted: bool) -> date:
    listed = subject["birth_date"]
    try:
        born = date.fromisoformat(listed) if _ISO_DATE.fullmatch(listed) else None
    except ValueError:
        born = None
    if key[1] == 0:
        if born is None:
            born = date.fromisoformat(random_date(dice, 1940, 2004, "unlisted", *key))
        return born + timedelta(days=dice.between(1, 900, "shift", *key)) if shifted else born
    other = date.fromisoformat(random_date(dice, 1930, 2005, "namesake", *key))
    return other if other != born else other + timedelta(days=1)
