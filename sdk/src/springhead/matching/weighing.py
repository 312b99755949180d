"""What speaks for and against one candidate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from springhead.http.messages import excerpt
from springhead.matching import births, trades
from springhead.matching.births import Birth
from springhead.matching.candidates import Candidate
from springhead.matching.names import distance, is_misspelling, normalise
from springhead.matching.places import share_country
from springhead.matching.trades import Trade
from springhead.source import Match
from springhead.subject import Subject

__all__ = ["Name", "Weighed", "nearest", "weigh"]

#: Longer texts are no names; comparing them letter by letter would cost.
_LONGEST = 80


class Name(Enum):
    """How a candidate comes to our name; the value is what the name alone is worth."""

    SAME = 0.9
    ALIAS = 0.8
    LED = 0.7
    NEAR = 0.6
    NONE = 0.65


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate beside our subject.

    Args:
        candidate: The candidate.
        name: How it comes to our name.
        birth: How the birth dates stand.
        trade: How the occupations stand.
        country: True where both have a country in common; that they differ says nothing.
        out: Why it cannot be our subject, or None.
        evidence: One line per fact.
    """

    candidate: Candidate
    name: Name
    birth: Birth
    trade: Trade
    country: bool
    out: str | None
    evidence: tuple[str, ...]

    @property
    def match(self) -> Match:
        """The confidence that it is our subject, with the evidence."""
        confidence = self.name.value
        if self.birth is Birth.SAME:
            confidence += 0.1
        elif self.birth is Birth.SLIP:
            confidence -= 0.3
        elif self.birth in {Birth.CLOSE, Birth.APART}:
            confidence -= 0.4
        if self.trade is Trade.OTHER:
            confidence -= 0.1
        return Match(round(confidence, 2), self.evidence)


def weigh(subject: Subject, candidate: Candidate) -> Weighed:
    """Compare a candidate with our subject, fact by fact."""
    name = _name(subject.name, candidate)
    birth = births.compare(subject.birth_date, candidate.birth_date)
    trade = trades.compare(subject.occupation, candidate.occupations)
    country = share_country([subject.nationality or ""], candidate.places)
    out = _ruled_out(subject, candidate, birth, trade)
    evidence = [*candidate.evidence, _said_of_name(subject, candidate, name)]
    evidence += _said_of_birth(subject, candidate, birth)
    evidence += _said_of_trade(subject, candidate, trade)
    if country:
        evidence.append(f"{excerpt(subject.nationality or '', 40)}, as in our list")
    return Weighed(candidate, name, birth, trade, country, out, tuple(evidence))


def nearest(subject: Subject, candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates, those with a name most like ours first."""
    wanted = normalise(subject.name)[:_LONGEST]
    return sorted(
        candidates,
        key=lambda c: min((distance(wanted, normalise(name)[:_LONGEST]) for name in c.names), default=_LONGEST),
    )


def _name(wanted: str, candidate: Candidate) -> Name:
    folded = [normalise(name) for name in candidate.names]
    if normalise(wanted) in folded:
        return Name.SAME if normalise(wanted) == folded[0] else Name.ALIAS
    if normalise(wanted) in {normalise(name) for name in candidate.led_by}:
        return Name.LED
    short = len(wanted) <= _LONGEST
    near = short and any(len(name) <= _LONGEST and is_misspelling(wanted, name) for name in candidate.names)
    return Name.NEAR if near else Name.NONE


def _ruled_out(subject: Subject, candidate: Candidate, birth: Birth, trade: Trade) -> str | None:
    if not candidate.is_person:
        return "is no person"
    born, died = subject.birth_date, candidate.death_date
    if born and died and births.is_before(died, born):
        return f"died {excerpt(died, 10)}, before our subject was born"
    if birth is Birth.APART and trade is Trade.OTHER:
        return "was born on another day and does something else"
    return None


def _said_of_name(subject: Subject, candidate: Candidate, name: Name) -> str:
    if name is Name.SAME:
        return "the name is the same"
    there = excerpt(candidate.name, 60)
    if name is Name.ALIAS:
        return f"{subject.name} is another name of {there}"
    if name is Name.LED:
        return f"the source leads from {subject.name} to {there}"
    slip = ", ours looks misspelt" if name is Name.NEAR else ""
    return f"the source spells the name {there}{slip}"


def _said_of_birth(subject: Subject, candidate: Candidate, birth: Birth) -> list[str]:
    there = excerpt(candidate.birth_date or "", 10)
    if birth is Birth.UNKNOWN:
        return ["no birth date to compare"] if subject.birth_date else []
    if birth is Birth.SAME:
        return [f"born {there}, as in our list"]
    if birth is Birth.YEAR:
        return [f"born {there} there, which fits {subject.birth_date} in our list"]
    slip = ", which looks like a slip of the pen" if birth is Birth.SLIP else ""
    return [f"born {there} there, {subject.birth_date} in our list{slip}"]


def _said_of_trade(subject: Subject, candidate: Candidate, trade: Trade) -> list[str]:
    if trade is Trade.UNKNOWN:
        return []
    theirs = trades.trades_of(candidate.occupations)
    if trade is Trade.SAME:
        common = sorted(theirs & trades.trades_of(subject.occupation))
        return [f"{' and '.join(common)}, as in our list"]
    kind = "of another kind than ours" if trade is Trade.OTHER else "which decides nothing"
    return [f"occupation there: {', '.join(sorted(theirs))}, {kind}"]
