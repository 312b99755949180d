"""What is special about a subject upstream."""

from __future__ import annotations

from dataclasses import dataclass

from springhead_demo.simulator.dice import Dice
from springhead_demo.simulator.faults import Faults


@dataclass(frozen=True, slots=True)
class Traits:
    """What is special about a subject upstream; see `Faults` for what each means."""

    not_found: bool = False
    namesakes: int = 0
    wrong_birth_date: bool = False
    alias_only: bool = False
    not_a_person: bool = False
    no_person: bool = False
    undated: bool = False
    undated_namesakes: bool = False
    misspelt: bool = False
    other_script: bool = False
    deceased: bool = False


def traits_of(dice: Dice, faults: Faults, subject_id: str) -> Traits:
    """Draw the traits of a subject."""

    def drawn(trait: str) -> bool:
        return dice.chance(getattr(faults, trait), trait, subject_id)

    only_namesakes, undated_namesakes = drawn("only_namesakes"), drawn("undated_namesakes")
    namesakes = drawn("namesakes") or only_namesakes or undated_namesakes
    return Traits(
        not_found=drawn("not_found") or only_namesakes,
        namesakes=dice.between(1, 2, "how many", subject_id) if namesakes else 0,
        wrong_birth_date=drawn("wrong_birth_date"),
        alias_only=drawn("alias_only"),
        not_a_person=drawn("not_a_person"),
        no_person=drawn("no_person"),
        undated=drawn("undated"),
        undated_namesakes=undated_namesakes,
        misspelt=drawn("misspelt"),
        other_script=drawn("other_script"),
        deceased=drawn("deceased"),
    )
