"""Rate per host and concurrency: shared by everything in one process that asks the same host, or by several workers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from springhead.clock import Clock
from springhead.errors import RateLimited, SpringheadError
from springhead.shared import FAR, SharedState, refusal
from springhead.source import Rate

__all__ = ["HostLimits", "SharedLimits"]

log = logging.getLogger("springhead.limits")

#: Seconds. A host that is paused for longer is not waited for.
MAX_PAUSE = 60.0
#: Turns of the largest lease.
MAX_BLOCK = 64
#: Seconds by which a turn may come late and still be taken; a slow event loop is no reason to let it pass.
LATE = 0.02
#: Seconds between two looks at a host's circuit.
LOOK = 1.0


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
        interval = self._interval(host, rate)
        async with state.under_way:
            asked = self._clock.monotonic()
            # Asked again after each sleep: a pause may have begun meanwhile, and somebody else may have gone first.
            while (ready := max(state.next_at, state.paused_until)) > (now := self._clock.monotonic()):
                await self._clock.sleep(ready - now)
            # Counted from when the turn came, so that late wake-ups do not add up; no more than one turn is made up.
            state.next_at = max(ready, asked, now - interval) + interval
            yield

    def _interval(self, host: str, rate: Rate) -> float:
        """Seconds from one turn at a host to the next."""
        return max(1.0 / (rate.per_second * self._scale), self._min_interval.get(host, 0.0))


@dataclass(slots=True)
class _Block:
    """Leased turns that are not taken yet: when the next one comes, how many there are, and how far apart.

    ``size`` turns are leased at once. It doubles where a lease is used up within a second, and halves where turns went
    by untaken: a worker that is slower than the host's rate must not keep turns from the others.
    """

    next_at: float = 0.0
    left: int = 0
    interval: float = 0.0
    size: int = 1
    leased_at: float = 0.0
    wasted: bool = False
    looked_at: float = 0.0


class SharedLimits(HostLimits):
    """Limits that several workers keep together: each leases its turns from one queue per host.

    A turn is taken at its time or up to one interval later, else it is given up, so in any time span all workers send
    at most one request per interval, and one more for each edge of the span. What a host says of pauses, and a circuit
    that another worker has opened, reach all workers with their next lease, which is about a second away.

    The rate is kept by all workers together; ``Rate.concurrency`` counts in each of them. Their clocks should agree: a
    worker whose clock is wrong by a second may take its turns a second beside them.

    Args:
        clock: The engine's clock.
        shared: Where the queues are.
        scale: Factor on the declared rates (above 1 only against a test upstream).
    """

    def __init__(self, clock: Clock, shared: SharedState, scale: float = 1.0) -> None:
        super().__init__(clock, scale)
        self._shared = shared
        self._blocks: dict[str, _Block] = {}
        self._leasing: dict[str, asyncio.Lock] = {}
        self._telling: set[asyncio.Future[None]] = set()

    def pause(self, host: str, seconds: float) -> None:
        """Let nobody ask a host for some seconds, in any worker."""
        super().pause(host, seconds)
        self._tell(host, seconds)

    def close(self, host: str, seconds: float) -> None:
        """Ask a host no more for longer than anybody waits here, in any worker."""
        super().close(host, seconds)
        self._tell(host, seconds)

    @asynccontextmanager
    async def turn(self, host: str, rate: Rate) -> AsyncIterator[None]:
        """Wait for our turn at a host, and hold one of this worker's places meanwhile.

        Raises:
            RateLimited: The host wants to be left alone for longer than anybody waits.
            Blocked: Another worker has met a block.
        """
        state = self._hosts.setdefault(host, _Host(rate.concurrency))
        async with state.under_way:
            async with self._leasing.setdefault(host, asyncio.Lock()):
                wait = await self._slot(host, self._interval(host, rate)) - self._clock.now().timestamp()
            if wait > 0:
                await self._clock.sleep(wait)
            while (left := state.paused_until - self._clock.monotonic()) > 0:
                await self._clock.sleep(left)
            yield

    async def _slot(self, host: str, interval: float) -> float:
        """When our next turn is, in seconds since 1970."""
        block = self._blocks.setdefault(host, _Block())
        if block.interval != interval:
            block.left, block.interval = 0, interval
        now = self._clock.now().timestamp()
        while block.left:
            at, block.next_at, block.left = block.next_at, block.next_at + interval, block.left - 1
            if now - at <= max(interval, LATE):
                return at
            block.wasted = True
        await self._lease(host, block, now)
        # The first turn of a lease is taken however long the lease took: otherwise a slow store would stop us.
        at, block.next_at, block.left = block.next_at, block.next_at + interval, block.left - 1
        return at

    async def _lease(self, host: str, block: _Block, now: float) -> None:
        if now - block.looked_at >= LOOK:
            block.looked_at = now
            found = await asyncio.to_thread(self._shared.circuit, host, datetime.fromtimestamp(now, UTC))
            if found is not None:
                raise refusal(host, found)
        if block.wasted:
            block.size = max(1, block.size // 2)
        elif now - block.leased_at < 1.0 and block.size * block.interval < 1.0:
            block.size = min(MAX_BLOCK, block.size * 2)
        block.leased_at, block.wasted = now, False
        leased = await asyncio.to_thread(self._shared.turns, host, block.size, block.interval, now)
        if (closed := leased.paused_until - now) > MAX_PAUSE:
            self._closed_until[host] = self._clock.monotonic() + closed
            raise RateLimited(f"{host} wants to be left alone for {closed:.0f} s", retry_after=closed)
        block.next_at, block.left = leased.start, block.size

    def _tell(self, host: str, seconds: float) -> None:
        """Tell the other workers of a pause, without waiting for it."""
        until = self._clock.now().timestamp() + min(seconds, FAR)
        told = asyncio.get_running_loop().run_in_executor(None, self._try, self._shared.pause, host, until)
        self._telling.add(told)
        told.add_done_callback(self._telling.discard)

    @staticmethod
    def _try(pause: Callable[[str, float], None], host: str, until: float) -> None:
        try:
            pause(host, until)
        except SpringheadError as error:
            # This worker keeps the pause anyway; the others will be told by the host.
            log.warning("pause of %s is not shared: %s", host, error.message)
