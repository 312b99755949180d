"""Time and chance, owned by the engine: sources and stores ask a clock, so that replay and tests can hold it still."""

from __future__ import annotations

import asyncio
import heapq
import random
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

__all__ = ["Clock", "FrozenClock", "SystemClock"]

#: Turns of the event loop that a frozen clock gives to others before it moves.
_SETTLE = 8


class Clock(Protocol):
    """What the engine needs to know of time."""

    def now(self) -> datetime:
        """Wall time, in UTC."""

    def monotonic(self) -> float:
        """Seconds that never run backwards."""

    def random(self) -> float:
        """A number in [0, 1), for jitter."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The real clock."""

    def now(self) -> datetime:
        """Wall time, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return time.monotonic()

    def random(self) -> float:
        """A number in [0, 1), for jitter."""
        return random.random()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class FrozenClock:
    """A clock that moves only when somebody sleeps; it never really waits.

    Of several sleepers the one whose time comes first wakes first, as on a real clock.

    Args:
        now: Where it stands at first.
        chance: What ``random`` answers, always.
    """

    def __init__(self, now: datetime, chance: float = 0.5) -> None:
        self._now = now.astimezone(UTC)
        self._elapsed = 0.0
        self._chance = chance
        self._wakings: list[tuple[float, int]] = []
        self.slept: list[float] = []

    def now(self) -> datetime:
        """Wall time, in UTC."""
        return self._now + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        """Seconds slept so far."""
        return self._elapsed

    def random(self) -> float:
        """The chance given at the start."""
        return self._chance

    async def sleep(self, seconds: float) -> None:
        """Let other tasks run, then move the clock to the end of the sleep."""
        me = (self._elapsed + max(0.0, seconds), len(self.slept))
        self.slept.append(seconds)
        heapq.heappush(self._wakings, me)
        try:
            # Time moves once nobody has gone to sleep or woken up for some turns: others may be about to.
            quiet, sleepers = 0, list(self._wakings)
            while quiet < _SETTLE or self._wakings[0] != me:
                await asyncio.sleep(0)
                quiet, sleepers = (quiet + 1, sleepers) if sleepers == self._wakings else (0, list(self._wakings))
            self._elapsed = max(self._elapsed, me[0])
        finally:
            self._wakings.remove(me)
            heapq.heapify(self._wakings)
