"""What all runs share, whichever process they are in: units of a quota, turns at a host, hosts that have blocked us.

A run reserves before it asks, so that two runs at once cannot spend the same unit twice. A host that blocked one run is
left alone by all others until its circuit closes again: asking on would be fighting the block. Where a run is spread
over several workers, they lease their turns at a host from one queue, so that all of them together keep its rate.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from springhead_contracts import keys

from springhead.errors import Blocked, ConfigError

__all__ = ["CIRCUIT", "FAR", "FileState", "MemoryState", "SharedState", "Turns", "refusal"]

#: How long a host that blocked us is left alone.
CIRCUIT = timedelta(hours=24)
#: Seconds. No pause is longer, and a queue that is further ahead is nonsense: a clock was wrong, and it begins anew.
FAR = 86_400.0


class Turns(NamedTuple):
    """Turns at a host that one worker has leased.

    Args:
        start: When the first comes, in seconds since 1970; the next ones follow at the interval that was asked for.
        paused_until: Until when the host wants to be left alone, in seconds since 1970; 0 where it never said so.
    """

    start: float
    paused_until: float


def refusal(host: str, found: tuple[datetime, str], url: str | None = None) -> Blocked:
    """The error for a host whose circuit is open."""
    until, why = found
    return Blocked(
        f"{host} is left alone until {until:%Y-%m-%d %H:%M} UTC: {why}",
        hint="wait, and find out why it blocked us; nothing was asked",
        url=url,
    )


class SharedState(Protocol):
    """Where the shared figures lie. All methods may block; the client calls them in a thread."""

    def reserve(self, source: str, day: str, units: int, limit: int) -> int | None:
        """Take units of a source's quota.

        Args:
            source: Whose quota.
            day: The quota's day, ``YYYY-MM-DD``.
            units: How many.
            limit: Units per day.

        Returns:
            Units of the day that are spent now, or None where there are not so many left: then nothing is taken.
        """

    def exhaust(self, source: str, day: str, limit: int) -> None:
        """The source says that its quota is used up, whatever our count is."""

    def open_circuit(self, host: str, until: datetime, why: str) -> None:
        """Leave a host alone until then."""

    def circuit(self, host: str, now: datetime) -> tuple[datetime, str] | None:
        """Until when a host is to be left alone, and why; None where it may be asked."""

    def turns(self, host: str, count: int, interval: float, now: float) -> Turns:
        """Lease the next turns at a host: nobody else gets a turn among them.

        Args:
            host: Which host.
            count: How many turns, from 1.
            interval: Seconds from one turn to the next.
            now: The time, in seconds since 1970; no turn lies before it.
        """

    def pause(self, host: str, until: float) -> None:
        """Let no turn at a host that is leased from now on come before a time, in seconds since 1970."""


def _lease(found: tuple[float, float], count: int, interval: float, now: float) -> tuple[Turns, float]:
    """Turns from a queue that stands at (next turn, paused until); and where it stands then."""
    next_at, paused_until = found
    start = max(next_at if next_at <= now + FAR else now, now)
    return Turns(start, paused_until), start + count * interval


@dataclass(slots=True)
class MemoryState:
    """The figures of one process: for replays and tests, and where the upstream is a simulator."""

    spent: dict[tuple[str, str], int] = field(default_factory=dict)
    circuits: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    queues: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def reserve(self, source: str, day: str, units: int, limit: int) -> int | None:
        """See :class:`SharedState`."""
        spent = self.spent.get((source, day), 0) + units
        if spent > limit:
            return None
        self.spent[source, day] = spent
        return spent

    def exhaust(self, source: str, day: str, limit: int) -> None:
        """See :class:`SharedState`."""
        self.spent[source, day] = max(limit, self.spent.get((source, day), 0))

    def open_circuit(self, host: str, until: datetime, why: str) -> None:
        """See :class:`SharedState`."""
        self.circuits[host] = (until, why)

    def circuit(self, host: str, now: datetime) -> tuple[datetime, str] | None:
        """See :class:`SharedState`."""
        found = self.circuits.get(host)
        return found if found is not None and found[0] > now else None

    def turns(self, host: str, count: int, interval: float, now: float) -> Turns:
        """See :class:`SharedState`."""
        with self._lock:
            leased, next_at = _lease(self.queues.get(host, (0.0, 0.0)), count, interval, now)
            self.queues[host] = next_at, leased.paused_until
        return leased

    def pause(self, host: str, until: float) -> None:
        """See :class:`SharedState`."""
        with self._lock:
            next_at, paused_until = self.queues.get(host, (0.0, 0.0))
            self.queues[host] = max(next_at, until), max(paused_until, until)


class FileState:
    """The figures of one machine, in a JSON file that is locked while it is read and written.

    Args:
        path: The file; its folder is made.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def reserve(self, source: str, day: str, units: int, limit: int) -> int | None:
        """See :class:`SharedState`."""
        with self._document() as document:
            spent = int(document["quotas"].get(f"{source} {day}", 0)) + units
            if spent > limit:
                return None
            # Yesterday's figures are of no use to anybody.
            document["quotas"] = {k: v for k, v in document["quotas"].items() if k.split(" ")[0] != source}
            document["quotas"][f"{source} {day}"] = spent
            return spent

    def exhaust(self, source: str, day: str, limit: int) -> None:
        """See :class:`SharedState`."""
        with self._document() as document:
            known = int(document["quotas"].get(f"{source} {day}", 0))
            document["quotas"][f"{source} {day}"] = max(known, limit)

    def open_circuit(self, host: str, until: datetime, why: str) -> None:
        """See :class:`SharedState`."""
        with self._document() as document:
            document["circuits"][host] = {"until": keys.format_time(until), "why": why}

    def circuit(self, host: str, now: datetime) -> tuple[datetime, str] | None:
        """See :class:`SharedState`."""
        with self._document() as document:
            found = document["circuits"].get(host)
        until = keys.parse_time(found["until"]) if found else None
        return (until, str(found["why"])) if until is not None and until > now else None

    def turns(self, host: str, count: int, interval: float, now: float) -> Turns:
        """See :class:`SharedState`."""
        with self._document() as document:
            next_at, paused_until = document["queues"].get(host, (0.0, 0.0))
            leased, next_at = _lease((float(next_at), float(paused_until)), count, interval, now)
            document["queues"][host] = [next_at, leased.paused_until]
        return leased

    def pause(self, host: str, until: float) -> None:
        """See :class:`SharedState`."""
        with self._document() as document:
            next_at, paused_until = document["queues"].get(host, (0.0, 0.0))
            document["queues"][host] = [max(float(next_at), until), max(float(paused_until), until)]

    @contextmanager
    def _document(self) -> Iterator[dict[str, Any]]:
        """The file's document; what the block changes in it is written back."""
        import fcntl

        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a+", encoding="utf-8") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                file.seek(0)
                text = file.read()
                document = {"quotas": {}, "circuits": {}, "queues": {}} | (json.loads(text) if text else {})
                yield document
                file.seek(0)
                file.truncate()
                json.dump(document, file)
        except (OSError, ValueError) as error:
            raise ConfigError(
                f"{self._path}: {type(error).__name__}: {error}", hint="delete the file; quotas then count from 0"
            ) from error
