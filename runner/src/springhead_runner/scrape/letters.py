"""The dead letter of a subject that could not be scraped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from springhead.engine import Outcome
from springhead.entries import Run, stored_response
from springhead.http import Response
from springhead_contracts import keys

__all__ = ["scrape_letter"]


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
        "id": keys.dead_letter_id(run.run_id, "scrape", outcome.subject.id),
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
    answers = [*outcome.responses, *([outcome.refused] if outcome.refused else [])]
    if answers:
        letter["raw"] = [
            {**stored_response(response, primary=response is outcome.refused), **keep(response)} for response in answers
        ]
    return letter
