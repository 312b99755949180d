"""Rate per host and concurrency: shared by everything in one process that asks the same host."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from springhead.clock import Clock
from springhead.source import Rate

__all__ = ["HostLimits"]


class _Host:
    __slots__ = ("next_at", "paused_until", "under_way")

    def __init__(self, concurrency: int) -> None:
        self.next_at = 0.0
        self.paused_until = 0.0
        self.under_way = asyncio.Semaphore(concurrency)


class HostLimits:
    """Spaces requests evenly per host, with no burst, and holds a host back when it says so.

    Args:
        clock: The engine's clock.
        scale: Factor on the declared rates (above 1 only against a test upstream).
    """

    def __init__(self, clock: Clock, scale: float = 1.0) -> None:
        self._clock = clock
        self._scale = scale
        self._hosts: dict[str, _Host] = {}
        self._min_interval: dict[str, float] = {}
        self._closed_until: dict[str, float] = {}

    def slow_down(self, host: str, seconds: float) -> None:
        """Ask a host no more often than every so many seconds (robots.txt Crawl-delay)."""
        self._min_interval[host] = max(seconds, self._min_interval.get(host, 0.0))

    def pause(self, host: str, seconds: float) -> None:
        """Let nobody ask a host for some seconds (Retry-After)."""
        state = self._hosts.get(host)
        if state is not None:
            state.paused_until = max(state.paused_until, self._clock.monotonic() + seconds)

    def close(self, host: str, seconds: float) -> None:
        """Ask a host no more for longer than anybody waits here; :meth:`closed_for` tells those who want to."""
        self._closed_until[host] = self._clock.monotonic() + seconds

    def closed_for(self, host: str) -> float:
        """Seconds for which a host does not want to be asked; 0 where it may be."""
        return max(0.0, self._closed_until.get(host, 0.0) - self._clock.monotonic())

    @asynccontextmanager
    async def turn(self, host: str, rate: Rate) -> AsyncIterator[None]:
        """Wait for our turn at a host, and hold one of its places meanwhile."""
        state = self._hosts.setdefault(host, _Host(rate.concurrency))
        interval = max(1.0 / (rate.per_second * self._scale), self._min_interval.get(host, 0.0))
        async with state.under_way:
            asked = self._clock.monotonic()
            # Asked again after each sleep: a pause may have begun meanwhile, and somebody else may have gone first.
            while (ready := max(state.next_at, state.paused_until)) > (now := self._clock.monotonic()):
                await self._clock.sleep(ready - now)
            # Counted from when the turn came, so that late wake-ups do not add up; no more than one turn is made up.
            state.next_at = max(ready, asked, now - interval) + interval
            yield
