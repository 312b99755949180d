"""The dead letter of a stream record that could not be enriched."""

from __future__ import annotations

import json
from typing import Any

from springhead.errors import SpringheadError
from springhead_contracts import keys, validate

from springhead_runner.stores.entries import PARTITION_KEY, SORT_KEY

__all__ = ["stream_letter"]


def stream_letter(record: Any, entry: dict[str, Any], error: SpringheadError, now: str) -> dict[str, Any]:
    """Build the letter (contract type ``dead_letter``), whatever the record looks like.

    Args:
        record: The stream record.
        entry: Its new image, decoded; empty where that was impossible.
        error: Why it failed.
        now: Wall time.
    """
    found = entry.get("metadata")
    metadata = found if isinstance(found, dict) else {}
    event = record if isinstance(record, dict) else {}
    image = event.get("dynamodb")
    keys_of = image.get("Keys", {}) if isinstance(image, dict) else {}
    # Its key tells the record; a record without one is told by its place in the stream.
    place = str(event.get("eventID") or "unknown")
    subject = _line(entry.get(PARTITION_KEY) or place)
    run = _line(metadata.get("run_id") or entry.get(SORT_KEY) or place)
    letter: dict[str, Any] = {
        "id": keys.dead_letter_id(run, "stream", subject),
        "kind": "stream",
        "source": metadata.get("source_type"),
        "run_id": metadata.get("run_id"),
        "time": entry.get("timestamp"),
        "subject_id": subject,
        "error": error.to_info(),
        "attempts": 1,
        "created_at": now,
        # The stream's own form holds types (binary, sets) that JSON does not: text keeps what cannot be kept better.
        "event": json.loads(json.dumps({"keys": keys_of}, default=repr)),
    }
    # Older writers had other ideas of times and names. The letter must be valid all the same: it is all that is left.
    wrong = {violation.pointer.split("/")[1] for violation in validate("dead_letter", letter) if violation.pointer}
    for name in wrong & {"run_id", "time", "source"}:
        del letter[name]
    return {"source": "unknown", **letter}


def _line(value: Any) -> str:
    text = str(value).encode("utf-8", "replace").decode().replace("\n", " ")
    return text or "unknown"
