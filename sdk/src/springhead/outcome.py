"""What the engine hands on: the outcome of one subject, the tally of a run, and the port that takes them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from springhead.errors import SpringheadError
from springhead.http import Response
from springhead.subject import Subject

__all__ = ["Outcome", "Sink", "Stored", "Tally"]

#: What a sink did with a record: new, replaced by other content, or there already with the same content.
Stored = Literal["written", "changed", "unchanged"]


@dataclass(slots=True)
class Outcome:
    """What came of one subject.

    Args:
        subject: Whom it is about.
        record: The entry, or None.
        rows: The records of a source that emits another contract type, in order.
        identities: Ids elsewhere that became known.
        responses: Good answers, in order.
        refused: The answer that was judged an error, or None.
        error: Why it failed, or None.
        content: The object of the primary response that the source declares as its content.
    """

    subject: Subject
    record: dict[str, Any] | None = None
    rows: list[dict[str, Any]] = field(default_factory=list)
    identities: dict[str, str] = field(default_factory=dict)
    responses: list[Response] = field(default_factory=list)
    refused: Response | None = None
    error: SpringheadError | None = None
    content: Any = None

    @property
    def answers(self) -> list[Response]:
        """Every answer that there was, the refused one last."""
        return self.responses if self.refused is None else [*self.responses, self.refused]


class Sink(Protocol):
    """Where outcomes go."""

    async def store(self, outcome: Outcome) -> Stored:
        """Keep the record (and identities, and raw answers) of a good outcome."""

    async def recall(self, outcome: Outcome) -> bool:
        """Put the record that an earlier attempt of this run has stored into a failed outcome; False if there is none.

        A second delivery that meets a source in trouble must not undo what the first one has done.
        """

    async def dead_letter(self, outcome: Outcome) -> None:
        """Keep a failed outcome so that nothing is lost and it can be replayed."""

    async def defer(self, outcome: Outcome) -> None:
        """Keep a subject that the quota did not reach, so that it can run when the quota resets."""

    async def ended(self, outcome: Outcome, kind: str) -> None:
        """Told of every outcome and how it ended.

        Args:
            outcome: What came of the subject.
            kind: A ``Stored``, ``not_found``, ``deferred``, ``dead_letter`` or ``lost``.
        """


@dataclass(slots=True)
class Tally:
    """Counts of a run.

    ``deferred`` runs when the quota resets; ``lost`` is what could not even be kept as a dead letter.
    """

    subjects: int = 0
    skipped_inactive: int = 0
    written: int = 0
    changed: int = 0
    unchanged: int = 0
    not_found: int = 0
    deferred: int = 0
    dead_lettered: int = 0
    lost: int = 0
    errors: list[tuple[Subject, SpringheadError]] = field(default_factory=list)
    halted_by: SpringheadError | None = None
    filled: Counter[str] = field(default_factory=Counter)

    @property
    def stored(self) -> int:
        """Records that are in the store now."""
        return self.written + self.changed + self.unchanged

    @property
    def coverage(self) -> dict[str, float]:
        """Share of stored records in which each content field holds something, 0..1."""
        return (
            {name: round(count / self.stored, 4) for name, count in sorted(self.filled.items())} if self.stored else {}
        )
