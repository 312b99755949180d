"""Time and chance, owned by the engine: sources and stores ask a clock, so that replay and tests can hold it still."""

from __future__ import annotations

import asyncio
import random
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

__all__ = ["Clock", "FrozenClock", "SystemClock"]


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

    Args:
        now: Where it stands at first.
        chance: What ``random`` answers, always.
    """

    def __init__(self, now: datetime, chance: float = 0.5) -> None:
        self._now = now.astimezone(UTC)
        self._elapsed = 0.0
        self._chance = chance
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
        """Move the clock and let other tasks run."""
        self.slept.append(seconds)
        self._elapsed += max(0.0, seconds)
        await asyncio.sleep(0)
