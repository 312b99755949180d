"""The dead letter of a subject that could not be scraped."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Protocol

from springhead.engine import Outcome
from springhead.entries import Run, stored_response
from springhead.errors import SpringheadError
from springhead.http import Response
from springhead.subject import Subject
from springhead_contracts import keys

from springhead_runner.stores.subjects import Unreadable

__all__ = ["letter_id", "refuse", "scrape_letter"]

log = logging.getLogger("springhead.sink")


class _Refusing(Protocol):
    unreadable: list[tuple[Subject, SpringheadError, bool]]

    async def dead_letter(self, outcome: Outcome) -> None: ...


def letter_id(run: Run, subject: Subject) -> str:
    """Id of the letter of a subject in a run, whichever attempt leaves it."""
    return keys.dead_letter_id(run.run_id, "scrape", subject.id)


def scrape_letter(outcome: Outcome, run: Run, now: str, keep: Callable[[Response], dict[str, Any]]) -> dict[str, Any]:
    """Build the dead letter of a failed outcome (contract type ``dead_letter``).

    Args:
        outcome: What failed; its ``error`` is set.
        run: The run.
        now: Wall time.
        keep: Stores the bytes of an answer and returns where they lie.
    """
    assert outcome.error is not None
    letter: dict[str, Any] = {
        "id": letter_id(run, outcome.subject),
        "kind": "scrape",
        "source": run.source,
        "run_id": run.run_id,
        "attempt_id": run.attempt_id,
        "time": run.time,
        "subject_id": outcome.subject.id,
        "subject": {"celebrity_id": outcome.subject.id, "name": outcome.subject.name},
        "error": outcome.error.to_info(),
        "attempts": 1,
        "created_at": now,
    }
    if outcome.record is not None:
        letter["record"] = outcome.record
    if outcome.answers:
        letter["raw"] = [
            {**stored_response(response, primary=response is outcome.refused), **keep(response)}
            for response in outcome.answers
        ]
    return letter


async def refuse(sink: _Refusing, unreadable: Unreadable) -> None:
    """Keep a dead letter for a subject whose record cannot be read; the engine never sees it.

    Args:
        sink: Its ``unreadable`` takes the subject, and whether the letter could be kept.
        unreadable: The subject, and why.
    """
    outcome = Outcome(Subject(unreadable.id, ""), error=unreadable.error)
    try:
        await sink.dead_letter(outcome)
    except SpringheadError as error:
        log.error("dead letter of %s cannot be kept: %s", unreadable.id, error.message)
        sink.unreadable.append((outcome.subject, unreadable.error, False))
    else:
        sink.unreadable.append((outcome.subject, unreadable.error, True))
