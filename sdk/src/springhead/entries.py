"""From what a source yields to a contract record: keys, time, provenance."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from springhead_contracts import keys

from springhead.http.messages import Response
from springhead.source import Entry, Source
from springhead.subject import Subject

__all__ = ["CONTRACT", "Run", "build_entry", "stored_response"]

#: Contract type and version that new entries follow.
CONTRACT = "scraper_entry/1.0"


@dataclass(frozen=True, slots=True)
class Run:
    """One scheduled run of one source (decisions 1-3).

    Args:
        source: Name of the source.
        time: T, the scheduled time, floored to its minute, as ``YYYY-MM-DDTHH:MM:SSZ``.
        attempt_id: Tells the deliveries and restarts of one run apart, in logs and in the report.
    """

    source: str
    time: str
    attempt_id: str = field(default_factory=lambda: secrets.token_hex(6))

    @classmethod
    def at(cls, source: str, time: datetime | str, attempt_id: str | None = None) -> Run:
        """Make the run of the slot that a time falls into."""
        slot = keys.format_time(keys.slot(time))
        return cls(source, slot, attempt_id) if attempt_id else cls(source, slot)

    @property
    def run_id(self) -> str:
        """``{source}@{T}``."""
        return keys.run_id(self.source, self.time)


def stored_response(response: Response, *, primary: bool) -> dict[str, Any]:
    """Describe an answer for ``metadata.responses``; the store adds where its bytes lie."""
    described: dict[str, Any] = {
        "url": response.url,
        "status": response.status,
        "sha256": response.sha256,
        "bytes": len(response.body),
        "fetched_at": keys.format_time(response.fetched_at),
        "primary": primary,
    }
    if response.content_type:
        described["content_type"] = response.content_type
    return described


def build_entry(
    source: type[Source],
    entry: Entry,
    subject: Subject,
    run: Run,
    *,
    now: datetime,
    plugin: str,
    responses: Sequence[Response],
) -> dict[str, Any]:
    """Build a ``scraper_entry`` record.

    Args:
        source: The source that yielded the entry.
        entry: What it yielded.
        subject: Whom it is about.
        run: The run that it belongs to; its T is the record's time.
        now: Wall time of the write.
        plugin: Distribution of the source, such as ``springhead-tmdb/0.1.0``.
        responses: All good answers about the subject.

    Raises:
        BadResponse: The primary response is not valid text in its charset.
    """
    primary = entry.response
    sort_key = keys.entry_key(source.name, run.time)
    metadata: dict[str, Any] = {
        "scraper_name": f"scraper-{source.name}",
        "source_type": source.name,
        "processed": False,
        "error": None,
        "retry_count": 0,
        "last_updated": keys.format_time(now),
        "raw_sha256": primary.sha256,
        "raw_bytes": len(primary.body),
        "run_id": run.run_id,
        "attempt_id": run.attempt_id,
        "subject_name": subject.name,
        "url": primary.url,
        "fetched_at": keys.format_time(primary.fetched_at),
        "responses": [stored_response(r, primary=r is primary) for r in responses],
        "plugin": plugin,
        "contract": CONTRACT,
    }
    if entry.match is not None:
        metadata["match"] = {"confidence": entry.match.confidence, "evidence": list(entry.match.evidence)}
    if source.terms is not None:
        metadata["attribution"] = source.terms.attribution
    return {
        "celebrity_id": subject.id,
        "source_type#timestamp": sort_key,
        "id": keys.entry_id(subject.id, sort_key),
        "name": entry.name,
        "raw_text": primary.text,
        "source": entry.source or source.endpoint,
        "timestamp": run.time,
        "weight": None,
        "sentiment": None,
        "metadata": metadata,
    }
