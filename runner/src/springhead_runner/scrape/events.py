"""What wakes the scrape function (decision 1): our own event, the raw scheduled event, or nothing at all.

The rule's target passes ``{"source": …, "time": <event.time>}`` by an input transformer. The raw scheduled event and
``{}`` are accepted too: the source is then the function's setting, and T the event's time or the clock's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from springhead.entries import Run
from springhead.errors import ConfigError
from springhead_contracts import validate

__all__ = ["ScrapeOrder", "read_event"]


@dataclass(frozen=True, slots=True)
class ScrapeOrder:
    """What an event asks for: a run, and only these subjects (None is all)."""

    run: Run
    subject_ids: tuple[str, ...] | None = None


def read_event(event: Any, *, default_source: str | None, now: datetime, attempt_id: str | None = None) -> ScrapeOrder:
    """Read an event.

    Args:
        event: What Lambda was given.
        default_source: The function's own source.
        now: The clock, for events without a time.
        attempt_id: Id of this invocation.

    Raises:
        ConfigError: The event is neither of the three forms; every fault is named.
    """
    if not isinstance(event, dict):
        raise ConfigError(f"the event is a {type(event).__name__}, not an object", hint="see the contract scrape_event")
    if "detail-type" in event:
        event = {"time": event["time"]} if isinstance(event.get("time"), str) else {}
    violations = validate("scrape_event", event)
    if violations:
        faults = "; ".join(f"{v.pointer}: {v.message}" for v in violations)
        raise ConfigError(
            f"the scrape event is not valid: {faults}", hint="see `springhead contract show scrape_event`"
        )
    source = event.get("source") or default_source
    if not source:
        raise ConfigError("the event names no source", hint='send {"source": "tmdb"}, or set SPRINGHEAD_SOURCE')
    subjects = event.get("subjects")
    run = Run.at(source, event.get("time") or now, attempt_id)
    return ScrapeOrder(run, tuple(subjects) if subjects else None)
