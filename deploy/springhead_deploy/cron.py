"""How long a schedule pauses, for the alarm on a source that missed it."""

from __future__ import annotations

import re

__all__ = ["longest_gap_hours"]

_DAY, _WEEK = 24, 7 * 24
#: Added to the pause of a schedule that is shorter than a week: the run itself takes its time.
_GRACE = 2
_UNITS = {"minute": 1 / 60, "hour": 1.0, "day": 24.0}


def longest_gap_hours(expression: str) -> int:
    """Hours without a run after which one was missed, for an EventBridge expression.

    What runs on several days of the week, or less often than weekly, is taken for weekly: never too early.

    >>> longest_gap_hours("cron(0 2 ? * SUN *)"), longest_gap_hours("cron(30 4 * * ? *)")
    (168, 26)
    """
    if rate := re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression):
        return min(_WEEK, int(int(rate[1]) * _UNITS[rate[2]]) + _GRACE)
    fields = expression.removeprefix("cron(").removesuffix(")").split()
    if len(fields) != 6 or any(field not in ("*", "?") for field in fields[2:]):
        return _WEEK
    return (_DAY if fields[1] != "*" else 1) + _GRACE
