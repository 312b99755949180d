"""What a run has cost, and what one subject may still cost."""

from __future__ import annotations

from dataclasses import dataclass, field

from springhead.clock import Clock
from springhead.declarations import Budget
from springhead.errors import BudgetExceeded
from springhead.http.messages import Request

__all__ = ["Meter", "SubjectBudget"]


@dataclass(slots=True)
class Meter:
    """What a run cost: counts, bytes (decompressed), seconds spent waiting for answers, units of the quota.

    ``spent_today`` is what the quota's day has seen of units, all runs together, and ``quota`` what it grants; both are
    None where there is no quota or nothing was asked.
    """

    requests: int = 0
    failed: int = 0
    retried: int = 0
    cached: int = 0
    bytes: int = 0
    seconds: float = 0.0
    units: int = 0
    spent_today: int | None = None
    quota: int | None = None


@dataclass(slots=True)
class SubjectBudget:
    """What one subject has spent."""

    limits: Budget
    clock: Clock
    requests: int = 0
    bytes: int = 0
    started: float = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.clock.monotonic()

    def start_request(self, request: Request) -> None:
        """Count a request that is about to be sent.

        Raises:
            BudgetExceeded: The subject may cost no more.
        """
        allowed = self.limits.requests
        if self.requests >= allowed:
            raise BudgetExceeded(f"more than {allowed} requests for one subject", url=request.url)
        if self.seconds_left() <= 0:
            raise BudgetExceeded(f"more than {self.limits.seconds:g} seconds for one subject", url=request.url)
        self.requests += 1

    def waited(self, seconds: float) -> None:
        """Leave out of the time what was spent waiting for a turn."""
        # Waiting for a turn is our own politeness, not the source's slowness.
        self.started += seconds

    def seconds_left(self) -> float:
        """Seconds that the subject may still take."""
        return self.limits.seconds - (self.clock.monotonic() - self.started)

    def bytes_left(self) -> int:
        """Bytes that its answers may still have."""
        return max(0, self.limits.total_bytes - self.bytes)

    def add_bytes(self, count: int) -> None:
        """Count the bytes of an answer."""
        self.bytes += count
