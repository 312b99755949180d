"""Time in the simulator: what "now" is for quotas, and the fixed moment that all published dates lie before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Tells the time in UTC; quotas and usage windows follow it."""

EPOCH = datetime(2026, 11, 16, tzinfo=UTC)
"""The newest moment in any body. Were bodies dated by the clock, the same seed would not give the same bytes."""

_PACIFIC = ZoneInfo("America/Los_Angeles")


def system_clock() -> datetime:
    """Return the time of this machine."""
    return datetime.now(UTC)


def pacific_day(moment: datetime) -> str:
    """Return the calendar day in California, where Google's daily quotas end at midnight."""
    return moment.astimezone(_PACIFIC).date().isoformat()
