"""The life of one scraper entry (decisions 1-5), as one table.

An entry is found by its key, which carries the scheduled time; its content is told by ``metadata.raw_sha256``.

=========  =================  ====================  ==================  ====================
state      put, same content  put, other content    enrich, same        enrich, other content
=========  =================  ====================  ==================  ====================
absent     written → raw      written → raw         gone                gone
raw        unchanged          changed → raw         enriched            stale
failed     unchanged          changed → raw         enriched            stale
enriched   unchanged          changed → raw         already             stale
=========  =================  ====================  ==================  ====================

A *repeat* (a second delivery, a restart after a kill) and a *replay* (from a dead letter) are puts like any other: the
same content changes nothing, so neither resets ``weight`` and ``sentiment`` nor wakes the stream. A failed enrichment
follows the columns of enrich, with ``failed`` in place of ``enriched``. *Late* enrichment, of content that has been
replaced meanwhile, is stale: it finds another hash and does nothing; the newer content has its own stream record.

:func:`put` and :func:`enrich` are the table as code; the DynamoDB conditions below make the same decisions where they
must be made, in one atomic write. ``tests/runner/test_state.py`` holds both against each other on real DynamoDB.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

__all__ = [
    "ENRICH_CONDITION",
    "LEGACY_CONDITION",
    "PUT_CONDITION",
    "Put",
    "Result",
    "State",
    "enrich",
    "put",
    "state_of",
]


class State(StrEnum):
    """What is stored under a key."""

    ABSENT = "absent"
    RAW = "raw"
    FAILED = "failed"
    ENRICHED = "enriched"


class Put(StrEnum):
    """What a put did."""

    WRITTEN = "written"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class Result(StrEnum):
    """What an enrichment did."""

    ENRICHED = "enriched"
    FAILED = "failed"
    ALREADY = "already"
    STALE = "stale"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Stored:
    """A state and the content that it belongs to."""

    state: State
    sha256: str | None = None


def put(stored: Stored, sha256: str) -> tuple[Stored, Put]:
    """Put content under the key."""
    if stored.state is State.ABSENT:
        return Stored(State.RAW, sha256), Put.WRITTEN
    if stored.sha256 == sha256:
        return stored, Put.UNCHANGED
    return Stored(State.RAW, sha256), Put.CHANGED


def enrich(stored: Stored, sha256: str | None, *, failed: bool = False) -> tuple[Stored, Result]:
    """Enrich the content with that hash, or note that it cannot be enriched; older writers' content has none."""
    if stored.state is State.ABSENT:
        return stored, Result.GONE
    if stored.sha256 != sha256:
        return stored, Result.STALE
    if stored.state is State.ENRICHED:
        return stored, Result.ALREADY
    if failed:
        return Stored(State.FAILED, sha256), Result.FAILED
    return Stored(State.ENRICHED, sha256), Result.ENRICHED


def state_of(item: dict[str, Any] | None) -> Stored:
    """Tell the state of a stored entry."""
    if item is None:
        return Stored(State.ABSENT)
    metadata = item.get("metadata")
    if not isinstance(metadata, dict):
        metadata = {}  # somebody else's item: it is enriched, or fails, like one that says nothing of itself
    sha256 = metadata.get("raw_sha256")
    if metadata.get("processed"):
        return Stored(State.ENRICHED, sha256)
    return Stored(State.FAILED if metadata.get("error") is not None else State.RAW, sha256)


#: Entries of older writers have no hash: a put replaces them, since nobody can tell whether they are the same.
PUT_CONDITION = "attribute_not_exists(#pk) OR attribute_not_exists(#m.#sha) OR #m.#sha <> :sha"
ENRICH_CONDITION = "attribute_exists(#pk) AND #m.#sha = :sha AND #m.#processed = :false"
#: For entries of older writers: they are enriched as long as no newer writer has touched them.
LEGACY_CONDITION = "attribute_exists(#pk) AND attribute_not_exists(#m.#sha) AND #m.#processed = :false"
