"""The people (and look-alikes) that the simulated sources know."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from springhead_demo.simulator.dice import Dice
from springhead_demo.simulator.faults import Faults
from springhead_demo.simulator.names import Family, Names, home_of, spell
from springhead_demo.simulator.people import Subject, draw_name, random_date
from springhead_demo.simulator.vocabulary import (
    OCCUPATIONS,
    THING_KINDS,
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
class Traits:
    """What is special about a subject upstream."""

    not_found: bool
    namesakes: int
    wrong_birth_date: bool
    alias_only: bool
    not_a_person: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """Someone upstream: a subject's own counterpart (`rank` 0) or a namesake of it.

    Attributes:
        slot: The number that all identifiers derive from.
        rank: 0 for the counterpart, 1 and 2 for namesakes.
        names: The name that the sources give first.
        listed: The name under which the subject list has it, when that is only an alias.
        thing: Index into `THING_KINDS` where the wikis mean no human by this name.
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


def traits_of(dice: Dice, faults: Faults, subject_id: str) -> Traits:
    """Draw the traits of a subject."""
    namesakes = (
        dice.between(1, 2, "how many", subject_id) if dice.chance(faults.namesakes, "namesakes", subject_id) else 0
    )
    return Traits(
        not_found=dice.chance(faults.not_found, "not_found", subject_id),
        namesakes=namesakes,
        wrong_birth_date=dice.chance(faults.wrong_birth_date, "wrong_birth_date", subject_id),
        alias_only=dice.chance(faults.alias_only, "alias_only", subject_id),
        not_a_person=dice.chance(faults.not_a_person, "not_a_person", subject_id),
    )


def names_of(dice: Dice, traits: Traits, subject: Subject) -> tuple[Names, Names]:
    """Return the listed name and the name that the counterpart has upstream (mostly the same)."""
    listed = spell(subject["name"], home_of(subject["name"], subject["nationality"]))
    if not traits.alias_only:
        return listed, listed
    subject_id = subject["celebrity_id"]
    other = draw_name(dice, listed.home, "upstream", subject_id)
    if listed.home == "latin":
        # A stage name mostly keeps the given name; the surname on file is another one.
        other = f"{subject['name'].split(' ')[0]} {other.rpartition(' ')[2]}"
    if other == subject["name"]:
        other += " Jr." if listed.home == "latin" else "子"
    return listed, spell(other, listed.home)


def build_figure(dice: Dice, traits: Traits, subject: Subject, index: int, rank: int) -> Figure:
    """Derive everything about one figure from the seed and the subject's list entry."""
    key = (subject["celebrity_id"], rank)
    listed, upstream = names_of(dice, traits, subject)
    names = upstream if rank == 0 else listed
    family = names.home
    occupations = occupations_of(subject["occupation"])
    country = country_of(subject["nationality"], family)
    if rank:
        # Namesakes with the same first occupation would need a birth year in every title; most real ones do not.
        others = [trade for trade in OCCUPATIONS if trade not in occupations]
        occupations = (others[(dice.number("trade", subject["celebrity_id"]) + rank) % len(others)],)
    birthday = _birthday(dice, subject, key, shifted=rank == 0 and traits.wrong_birth_date)
    deathday = None
    if dice.chance(0.08, "died", *key):
        deathday = min(birthday + timedelta(days=dice.between(14_600, 32_000, "lived", *key)), date(2024, 11, 30))
    home = _HOME_WIKI[family]
    wikis = [
        language
        for language in WIKIS
        if language == home
        or dice.chance(_WIKI_RATES.get(language, _OTHER_WIKI_RATE) / (1 + rank), "wiki", language, *key)
    ]
    return Figure(
        slot=index * SLOTS + rank,
        rank=rank,
        names=names,
        listed=listed if rank == 0 and names is not listed else None,
        thing=dice.number("thing", *key) % len(THING_KINDS) if rank == 0 and traits.not_a_person else None,
        birthday=birthday,
        deathday=deathday,
        gender=dice.between(1, 2, "gender", *key),
        occupations=occupations,
        country=country,
        birth_place=dice.pick(country.places, "place", *key),
        wikis=tuple(wikis),
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
