"""What a batch or a sweep did, counted for its log line and its metrics."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Any

from springhead.clock import Clock
from springhead.plugins import plugin_names
from springhead.settings import Settings
from springhead_contracts import keys

from springhead_runner import metrics
from springhead_runner.state import Result

__all__ = ["Figures"]

UNKNOWN = "unknown"
_NAME = re.compile(r"[a-z][a-z0-9_.]{0,63}")
_METRICS = {Result.ENRICHED.value: ("Enriched",), "dead_letter": ("EnrichFailed", "DeadLetters")}


class Figures:
    """Counts outcomes.

    Args:
        clock: Tells how long an entry has waited.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.outcomes: Counter[str] = Counter()
        self._values: dict[str, Counter[str]] = {}
        self._latencies: dict[str, list[float]] = {}

    def add(self, outcome: str, entry: dict[str, Any]) -> None:
        """Count the outcome of an entry."""
        self.outcomes[outcome] += 1
        source = _source(entry)
        for name in _METRICS.get(outcome, ()):
            self._values.setdefault(source, Counter())[name] += 1
        if outcome == Result.ENRICHED.value and (waited := self._waited(entry)) is not None:
            self._latencies.setdefault(source, []).append(waited)

    def emit(self, settings: Settings) -> None:
        """Emit the metrics, by source."""
        for source, values in self._values.items():
            counted = {name: float(count) for name, count in values.items()}
            latencies = self._latencies.get(source, [])
            first, rest = latencies[: metrics.MAX_VALUES], latencies[metrics.MAX_VALUES :]
            metrics.emit({**counted, "Latency": first}, settings, source=source, clock=self._clock)
            for start in range(0, len(rest), metrics.MAX_VALUES):
                part = rest[start : start + metrics.MAX_VALUES]
                metrics.emit({"Latency": part}, settings, source=source, clock=self._clock)

    def _waited(self, entry: dict[str, Any]) -> float | None:
        """Milliseconds since the entry was written; writers' clocks may be ahead of ours."""
        try:
            written = keys.parse_time(entry["metadata"]["last_updated"])
            return max(0.0, round((self._clock.now() - written).total_seconds() * 1000))
        except (KeyError, TypeError, ValueError, AttributeError):
            return None


def _source(entry: dict[str, Any]) -> str:
    """The entry's source, if it is one that is installed: what is in the table must not become a dimension."""
    metadata = entry.get("metadata")
    name = metadata.get("source_type") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) and _NAME.fullmatch(name) and name.partition(".")[0] in _known() else UNKNOWN


@cache
def _known() -> frozenset[str]:
    return frozenset(plugin_names())
