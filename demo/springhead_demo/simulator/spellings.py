"""The name that a subject has upstream, where that is not quite the name in the list."""

from __future__ import annotations

from dataclasses import replace

from springhead_demo.simulator.dice import Dice
from springhead_demo.simulator.names import Names, home_of, spell
from springhead_demo.simulator.people import Subject, draw_name
from springhead_demo.simulator.traits import Traits


def names_of(dice: Dice, traits: Traits, subject: Subject) -> tuple[Names, Names]:
    """Return the listed name and the name that the counterpart has upstream (mostly the same)."""
    listed = spell(subject["name"], home_of(subject["name"], subject["nationality"]))
    if traits.alias_only:
        return listed, _stage_name(dice, listed, subject)
    if traits.misspelt:
        return listed, _meant(dice, listed, subject)
    if traits.other_script:
        # The same spellings, but the person is at home in another of them.
        return (
            listed,
            replace(listed, home="zh", native=listed.zh)
            if listed.home == "latin"
            else replace(listed, home="latin", native=listed.latin),
        )
    return listed, listed


def _stage_name(dice: Dice, listed: Names, subject: Subject) -> Names:
    subject_id = subject["celebrity_id"]
    other = draw_name(dice, listed.home, "upstream", subject_id)
    if listed.home == "latin":
        # A stage name mostly keeps the given name; the surname on file is another one.
        other = f"{subject['name'].split(' ')[0]} {other.rpartition(' ')[2]}"
    if other == subject["name"]:
        other += " Jr." if listed.home == "latin" else "子"
    return spell(other, listed.home)


def _meant(dice: Dice, listed: Names, subject: Subject) -> Names:
    """Return the right spelling of a misspelt name: it has one letter less or more, or another last character."""
    name, subject_id = subject["name"], subject["celebrity_id"]
    if listed.home == "latin":
        place = dice.between(1, max(1, len(name) - 2), "letter", subject_id)
        letter = name[place] if name[place].isalpha() else "e"
        return spell(name[:place] + letter + name[place:], "latin")
    other = draw_name(dice, listed.home, "meant", subject_id)[-1]
    return spell(name[:-1] + (other if other != name[-1] else f"{other}兒"), listed.home)
