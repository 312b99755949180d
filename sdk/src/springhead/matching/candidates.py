"""Candidates, and what became of each: kept for ``preview --explain`` and for the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from springhead.http.messages import excerpt

__all__ = ["Candidate", "Decision", "Judged", "in_words", "record", "watch"]

_watching: ContextVar[list[Decision] | None] = ContextVar("springhead_decisions", default=None)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom a source knows. What a source does not say stays empty: it then speaks for and against nobody.

    Args:
        id: The source's id or title.
        names: All names it gives, the first is how it spells the person.
        birth_date: ``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``, as far as the source knows it, or None.
        evidence: Facts that are already known to speak for this candidate.
        death_date: Likewise.
        occupations: Words of any language, TMDb departments or Wikidata items.
        places: Nationality, citizenship or birth place, likewise.
        is_person: False for a film, a band, a word.
        description: What the source says this is, in a few words.
        led_by: Names that only lead here (a redirect): less than an alias.
    """

    id: str
    names: tuple[str, ...]
    birth_date: str | None = None
    evidence: tuple[str, ...] = ()
    death_date: str | None = None
    occupations: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    is_person: bool = True
    description: str = ""
    led_by: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How the source spells the name, else the id."""
        return self.names[0] if self.names else self.id

    @property
    def is_bare(self) -> bool:
        """True where the source says nothing but the name."""
        return not (self.birth_date or self.death_date or self.occupations or self.places or self.description)

    def __str__(self) -> str:
        """One short line for messages."""
        born = f", born {excerpt(str(self.birth_date), 10)}" if self.birth_date else ""
        return f"{excerpt(self.name, 40)} ({excerpt(self.id, 40)}{born})"


@dataclass(frozen=True, slots=True)
class Judged:
    """One candidate of a decision: how it ended (``taken``, ``possible``, ``ruled out``, ``another name``), and why."""

    candidate: Candidate
    verdict: str
    evidence: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return what there is to say as JSON; what the source does not say is left out."""
        candidate = self.candidate
        facts = {
            "birth_date": candidate.birth_date,
            "death_date": candidate.death_date,
            "occupations": list(candidate.occupations),
            "places": list(candidate.places),
            "description": candidate.description,
        }
        return {
            "id": candidate.id,
            "name": candidate.name,
            "verdict": self.verdict,
            "evidence": list(self.evidence),
            **{key: value for key, value in facts.items() if value},
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided between candidates: ``match``, ``NotFound`` or ``Ambiguous``, and why, in one line."""

    outcome: str
    reason: str
    candidates: tuple[Judged, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON."""
        judged = [one.to_dict() for one in self.candidates]
        return {"outcome": self.outcome, "reason": self.reason, "candidates": judged}


@contextmanager
def watch() -> Iterator[list[Decision]]:
    """Collect every decision that is made within, also by sources that go on after one."""
    decisions: list[Decision] = []
    token = _watching.set(decisions)
    try:
        yield decisions
    finally:
        _watching.reset(token)


def record(decision: Decision) -> None:
    """Hand a decision to whoever watches."""
    decisions = _watching.get()
    if decisions is not None:
        decisions.append(decision)


def in_words(candidates: list[Candidate]) -> str:
    """Name up to five candidates in one line."""
    more = f" and {len(candidates) - 5} more" if len(candidates) > 5 else ""
    return ", ".join(map(str, candidates[:5])) + more
