"""Subject lists: reading the seed format and making lists of any length."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict

from springhead_demo.simulator.dice import Dice
from springhead_demo.simulator.tables import characters, words
from springhead_demo.simulator.vocabulary import OCCUPATIONS


class Subject(TypedDict):
    """One entry of a subject list, as the seed data spells it."""

    celebrity_id: str
    name: str
    birth_date: str
    nationality: str
    occupation: list[str]


_SURNAMES_ZH = characters("surnames_zh")
_GIVEN_ZH = characters("given_zh")
_SURNAMES_JA = words("surnames_ja")
_GIVEN_JA = words("given_ja")
_SURNAMES_KO = characters("surnames_ko")
_GIVEN_KO = characters("given_ko")
_SURNAMES_LATIN = words("surnames_latin")
_GIVEN_LATIN = words("given_latin")

_SCRIPTS = ("zh",) * 10 + ("latin",) * 5 + ("ja",) * 3 + ("ko",) * 2
_NATIONALITIES = {
    "zh": ("台灣", "台灣", "香港", "中國", "馬來西亞", "新加坡"),
    "ja": ("日本",),
    "ko": ("韓國",),
    "latin": ("United States", "United States", "United Kingdom", "Canada", "Australia", "France", "Spain"),
}
_DUPLICATES = 0.01
_UNIQUE_TRIES = 6


def generate_people(n: int, seed: int = 1) -> list[Subject]:
    """Make a subject list: ids `celeb_000001` upwards, names in four scripts, about one in a hundred a repeated name.

    Args:
        n: How many subjects.
        seed: The list depends on nothing else; a longer list starts with the shorter one.
    """
    dice = Dice(seed)
    people: list[Subject] = []
    taken: set[str] = set()
    for number in range(1, n + 1):
        script = dice.pick(_SCRIPTS, "script", number)
        nationality = dice.pick(_NATIONALITIES[script], "nation", number)
        if people and dice.chance(_DUPLICATES, "again", number):
            earlier = dice.pick(people, "whom", number)
            name, nationality, script = (
                earlier["name"],
                earlier["nationality"],
                "latin" if earlier["name"][0] < "\u0250" else "zh",
            )
        else:
            name = _new_name(dice, script, number, taken)
        taken.add(name)
        trades = {dice.pick(OCCUPATIONS, "trade", number, i) for i in range(dice.between(1, 3, "trades", number))}
        language = "en" if script == "latin" else "zh"
        people.append(
            {
                "celebrity_id": f"celeb_{number:06d}",
                "name": name,
                "birth_date": random_date(dice, 1940, 2004, "born", number),
                "nationality": nationality,
                "occupation": sorted(trade.label(language) for trade in trades),
            }
        )
    return people


def random_date(dice: Dice, first: int, last: int, *parts: object) -> str:
    """Draw an ISO date between two years; days stop at 28 so that every month has them."""
    year = dice.between(first, last, *parts, "year")
    return f"{year:04d}-{dice.between(1, 12, *parts, 'month'):02d}-{dice.between(1, 28, *parts, 'day'):02d}"


def _new_name(dice: Dice, script: str, number: int, taken: set[str]) -> str:
    for attempt in range(_UNIQUE_TRIES):
        name = draw_name(dice, script, number, attempt)
        if name not in taken:
            return name
    # The tables are finite, so a long list runs out of pairs: a middle part keeps its names apart.
    stem, number_part = draw_name(dice, script, number, 0), number
    letters = ""
    while number_part:
        number_part, digit = divmod(number_part, 26)
        letters += chr(ord("a") + digit)
    given, _, rest = stem.partition(" ")
    return (
        f"{given} {letters.capitalize()} {rest}"
        if script == "latin"
        else stem + "".join(_GIVEN_ZH[ord(c) - 97] for c in letters)
    )


def draw_name(dice: Dice, script: str, *parts: object) -> str:
    """Draw a name in a script (`zh`, `ja`, `ko` or `latin`)."""
    if script == "latin":
        return f"{dice.pick(_GIVEN_LATIN, 'given', *parts)} {dice.pick(_SURNAMES_LATIN, 'surname', *parts)}"
    if script == "ja":
        return dice.pick(_SURNAMES_JA, "surname", *parts) + dice.pick(_GIVEN_JA, "given", *parts)
    surnames, given = (_SURNAMES_KO, _GIVEN_KO) if script == "ko" else (_SURNAMES_ZH, _GIVEN_ZH)
    length = 1 if script == "zh" and dice.chance(0.12, "short", *parts) else 2
    return dice.pick(surnames, "surname", *parts) + "".join(dice.pick(given, "given", i, *parts) for i in range(length))


def load_people(path: Path) -> list[Subject]:
    """Read a subject list from a JSON file.

    Raises:
        ValueError: The file holds no list of subjects.
    """
    return check_people(json.loads(path.read_text(encoding="utf-8")))


def check_people(entries: Sequence[Mapping[str, Any]]) -> list[Subject]:
    """Take a list of mappings as subjects; only the id and the name are necessary.

    Raises:
        ValueError: An entry has no id or name, or an id is repeated.
    """
    if not isinstance(entries, (list, tuple)):
        raise ValueError("a subject list is a JSON array")
    seen: set[str] = set()
    people: list[Subject] = []
    for entry in entries:
        if not isinstance(entry, Mapping) or not entry.get("celebrity_id") or not entry.get("name"):
            raise ValueError(f"a subject needs celebrity_id and name: {entry!r}")
        if entry["celebrity_id"] in seen:
            raise ValueError(f"celebrity_id is repeated: {entry['celebrity_id']}")
        seen.add(entry["celebrity_id"])
        people.append(
            {
                "celebrity_id": str(entry["celebrity_id"]),
                "name": str(entry["name"]),
                "birth_date": str(entry.get("birth_date") or ""),
                "nationality": str(entry.get("nationality") or ""),
                "occupation": [str(word) for word in entry.get("occupation") or []],
            }
        )
    return people
