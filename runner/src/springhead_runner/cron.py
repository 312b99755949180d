"""EventBridge's schedule expressions: which minutes they name, in UTC.

``cron(minute hour day-of-month month day-of-week year)``, with ``*``, ``?``, lists, ranges, steps, names, and the
wildcards ``L`` (last), ``W`` (nearest weekday) and ``#`` (n-th weekday of the month). Sunday is 1. See "Cron
expressions" in Amazon EventBridge's user guide.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from springhead.errors import ConfigError

__all__ = ["Cron", "slots"]

_MONTHS = {name.upper(): n for n, name in enumerate(calendar.month_abbr) if name}
_DAYS = {name: n for n, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)}
_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day of month", 1, 31), ("month", 1, 12), ("day of week", 1, 7),
           ("year", 1970, 2199))  # fmt: skip
_DAY = timedelta(days=1)


class Cron:
    """One expression.

    Args:
        text: Such as ``cron(0 2 ? * SUN *)``. ``rate(…)`` counts from the moment at which the rule is made, which the
            expression does not say, so it names no minutes.

    Raises:
        ConfigError: It is no cron expression that EventBridge takes.

    >>> Cron("cron(0 2 ? * SUN *)").next(datetime(2026, 11, 20, tzinfo=UTC)).isoformat()
    '2026-11-22T02:00:00+00:00'
    """

    def __init__(self, text: str) -> None:
        self._text = text
        found = re.fullmatch(r"cron\(([^()]*)\)", text.strip())
        fields = found[1].split() if found else []
        if len(fields) != 6:
            raise self._wrong("give cron(minute hour day-of-month month day-of-week year)")
        if (fields[2] == "?") == (fields[4] == "?"):
            raise self._wrong("one of day of month and day of week, and only one, must be ?")
        self._minutes, self._hours, self._months, self._years = (self._numbers(fields[n], n) for n in (0, 1, 3, 5))
        self._on = self._month_days(fields[2]) if fields[4] == "?" else self._week_days(fields[4])

    def _wrong(self, why: str) -> ConfigError:
        return ConfigError(f"{self._text!r} is no schedule: {why}", hint="see EventBridge's cron expressions")

    def _numbers(self, text: str, field: int) -> frozenset[int]:
        name, low, high = _FIELDS[field]
        found: set[int] = set()
        for part in text.split(","):
            span, slash, step = part.partition("/")
            first, dash, last = span.partition("-")
            start = low if span == "*" else self._number(first, field)
            end = self._number(last, field) if dash else (high if span == "*" or slash else start)
            by = int(step) if slash and step.isascii() and step.isdigit() else 0 if slash else 1
            if not (low <= start <= high and low <= end <= high and by >= 1):
                raise self._wrong(f"{part!r} is no {name}")
            # A range may go over the end: FRI-MON.
            whole = range(start, end + 1) if start <= end else [*range(start, high + 1), *range(low, end + 1)]
            found.update(whole[::by])
        return frozenset(found)

    def _number(self, text: str, field: int) -> int:
        names = {3: _MONTHS, 4: _DAYS}.get(field, {})
        if text.upper() in names:
            return names[text.upper()]
        return int(text) if text.isascii() and text.isdigit() else -1

    def _month_days(self, text: str) -> Callable[[datetime], bool]:
        if text == "L":
            return lambda day: day.day == _length(day)
        if before := re.fullmatch(r"L-([0-9]{1,2})", text):
            return lambda day: day.day == _length(day) - int(before[1])
        if near := re.fullmatch(r"([0-9]{1,2}|L)W", text):
            if near[1] != "L" and not 1 <= int(near[1]) <= 31:
                raise self._wrong(f"{text!r} is no day of month")
            return lambda day: day.day == _weekday_near(day, _length(day) if near[1] == "L" else int(near[1]))
        days = self._numbers(text, 2)
        return lambda day: day.day in days

    def _week_days(self, text: str) -> Callable[[datetime], bool]:
        if last := re.fullmatch(r"([1-7]|[A-Za-z]{3})L", text):
            wanted = self._numbers(last[1], 4)
            return lambda day: _weekday(day) in wanted and day.day + 7 > _length(day)
        if nth := re.fullmatch(r"([1-7]|[A-Za-z]{3})#([1-5])", text):
            wanted = self._numbers(nth[1], 4)
            return lambda day: _weekday(day) in wanted and (day.day - 1) // 7 + 1 == int(nth[2])
        days = self._numbers("SAT" if text == "L" else text, 4)
        return lambda day: _weekday(day) in days

    def _days(self, start: datetime) -> Iterator[datetime]:
        day = start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        last = max(self._years, default=0)
        while day.year <= last:
            if day.year in self._years and day.month in self._months and self._on(day):
                yield day
            day += _DAY

    def after(self, moment: datetime) -> Iterator[datetime]:
        """The minutes after a moment, in order."""
        for day in self._days(moment):
            for hour in sorted(self._hours):
                for minute in sorted(self._minutes):
                    at = day.replace(hour=hour, minute=minute)
                    if at > moment:
                        yield at

    def next(self, moment: datetime) -> datetime | None:
        """The first minute after a moment; None where there is none any more."""
        return next(self.after(moment), None)


def slots(expression: str, first: datetime, last: datetime) -> list[datetime]:
    """All minutes of an expression from one moment to another, both included.

    Raises:
        ConfigError: As for :class:`Cron`.
    """
    found = []
    for at in Cron(expression).after(first - timedelta(seconds=1)):
        if at > last:
            break
        found.append(at)
    return found


def _weekday(day: datetime) -> int:
    return day.isoweekday() % 7 + 1


def _length(day: datetime) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _weekday_near(day: datetime, number: int) -> int:
    """The weekday nearest to a day of this month, in the month; 0 where the month has no such day."""
    if number > _length(day):
        return 0
    weekday = day.replace(day=number).isoweekday()
    if weekday == 6:
        return number - 1 if number > 1 else number + 2
    if weekday == 7:
        return number + 1 if number < _length(day) else number - 2
    return number
