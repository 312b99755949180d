"""What wakes the scrape function (decision 1): our own event, the raw scheduled event, or nothing at all.

The rule's target passes ``{"source": …, "time": <event.time>}`` by an input transformer. The raw scheduled event and
``{}`` are accepted too: the source is then the function's setting, and T the event's time or the clock's.
``{"resume": true}`` asks for what a quota left over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from springhead.entries import Run
from springhead.errors import ConfigError
from springhead_contracts import keys, validate

__all__ = ["ScrapeOrder", "read_event"]


@dataclass(frozen=True, slots=True)
class ScrapeOrder:
    """What an event asks for.

    Args:
        name: A source, or a group of sources.
        time: T, floored to its minute.
        attempt_id: Id of this invocation, or None.
        subject_ids: Only these subjects; None is all.
        resume: True for those that the quota did not reach in earlier runs, at the T of those runs.
    """

    name: str
    time: str
    attempt_id: str | None = None
    subject_ids: tuple[str, ...] | None = None
    resume: bool = False

    def run_of(self, source: str, time: str | None = None) -> Run:
        """The run of one source."""
        return Run.at(source, time or self.time, self.attempt_id)

    def log_fields(self, source: str) -> dict[str, str | None]:
        """What every log line about one source has; what is resumed is of other runs, whose lines name them."""
        run_id = None if self.resume else self.run_of(source).run_id
        return {"run_id": run_id, "attempt_id": self.attempt_id, "source": source}


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
    return ScrapeOrder(
        source,
        keys.format_time(keys.slot(event.get("time") or now)),
        attempt_id,
        tuple(subjects) if subjects else None,
        bool(event.get("resume")),
    )
