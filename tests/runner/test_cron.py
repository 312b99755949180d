from __future__ import annotations

import calendar
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st
from springhead.errors import ConfigError
from springhead.plugins import catalogue
from springhead_runner.cron import Cron, slots

NOW = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)  # a Friday


def following(expression: str, count: int = 3, now: datetime = NOW) -> list[str]:
    return [f"{at:%Y-%m-%d %H:%M}" for at in islice(Cron(expression).after(now), count)]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cron(0 2 ? * SUN *)", ["2026-11-22 02:00", "2026-11-29 02:00", "2026-12-06 02:00"]),
        ("cron(0 2 ? * 1 *)", ["2026-11-22 02:00", "2026-11-29 02:00", "2026-12-06 02:00"]),
        ("cron(0/30 14 * * ? *)", ["2026-11-20 14:00", "2026-11-20 14:30", "2026-11-21 14:00"]),
        ("cron(15 10 ? * MON-FRI *)", ["2026-11-23 10:15", "2026-11-24 10:15", "2026-11-25 10:15"]),
        ("cron(0 8 1 * ? *)", ["2026-12-01 08:00", "2027-01-01 08:00", "2027-02-01 08:00"]),
        ("cron(0 9 L * ? *)", ["2026-11-30 09:00", "2026-12-31 09:00", "2027-01-31 09:00"]),
        ("cron(0 9 L-2 * ? *)", ["2026-11-28 09:00", "2026-12-29 09:00", "2027-01-29 09:00"]),
        ("cron(0 9 ? * 2#1 *)", ["2026-12-07 09:00", "2027-01-04 09:00", "2027-02-01 09:00"]),
        ("cron(0 9 ? * 6L *)", ["2026-11-27 09:00", "2026-12-25 09:00", "2027-01-29 09:00"]),
        ("cron(0 9 1W * ? *)", ["2026-12-01 09:00", "2027-01-01 09:00", "2027-02-01 09:00"]),
        ("cron(0 9 15W * ? *)", ["2026-12-15 09:00", "2027-01-15 09:00", "2027-02-15 09:00"]),
        ("cron(5,10 0 29 2 ? *)", ["2028-02-29 00:05", "2028-02-29 00:10", "2032-02-29 00:05"]),
        ("cron(0 0 1 JAN,jul ? 2027-2028)", ["2027-01-01 00:00", "2027-07-01 00:00", "2028-01-01 00:00"]),
        ("cron(0 0 ? * FRI-MON *)", ["2026-11-21 00:00", "2026-11-22 00:00", "2026-11-23 00:00"]),
    ],
)
def test_the_minutes_that_an_expression_names(expression: str, expected: list[str]) -> None:
    assert following(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0 2 * * SUN *)", "cron(0 2 ? * ? *)", "cron(61 3 ? * SUN *)", "cron(0 24 * * ? *)", "cron(0 2 ? * SUN)",
        "cron(0 2 0 * ? *)", "cron(0 2 ? * 8 *)", "cron(0/0 2 * * ? *)", "cron(a 2 * * ? *)", "rate(1 hour)", "",
        "cron(0 2 40W * ? *)", "cron(0 2 ? * SUN 1900)", "cron(0 2 ? * 2#6 *)",
    ],
)  # fmt: skip
def test_what_is_no_expression_is_refused(expression: str) -> None:
    with pytest.raises(ConfigError, match="is no schedule"):
        Cron(expression)


def test_a_weekday_near_a_day_stays_in_its_month() -> None:
    # 1 August 2026 is a Saturday: the nearest weekday in August is Monday the third. 31 May 2026 is a Sunday.
    assert following("cron(0 0 1W 8 ? 2026)", 1, datetime(2026, 1, 1, tzinfo=UTC)) == ["2026-08-03 00:00"]
    assert following("cron(0 0 31W 5 ? 2026)", 1, datetime(2026, 1, 1, tzinfo=UTC)) == ["2026-05-29 00:00"]
    assert following("cron(0 0 LW 5 ? 2026)", 1, datetime(2026, 1, 1, tzinfo=UTC)) == ["2026-05-29 00:00"]


def test_slots_are_from_one_moment_to_another_both_included() -> None:
    first, last = datetime(2026, 11, 1, 2, tzinfo=UTC), datetime(2026, 11, 15, 2, tzinfo=UTC)
    assert [at.day for at in slots("cron(0 2 ? * SUN *)", first, last)] == [1, 8, 15]
    assert slots("cron(0 2 ? * SUN *)", first + timedelta(minutes=1), last - timedelta(minutes=1)) == [
        datetime(2026, 11, 8, 2, tzinfo=UTC)
    ]
    assert Cron("cron(0 0 1 1 ? 1999)").next(first) is None


@given(
    minute=st.integers(0, 59), hour=st.integers(0, 23), day=st.integers(1, 31), month=st.integers(1, 12),
    start=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
)  # fmt: skip
def test_a_date_of_the_year_comes_in_the_next_year_that_has_it(
    minute: int, hour: int, day: int, month: int, start: datetime
) -> None:
    found = Cron(f"cron({minute} {hour} {day} {month} ? *)").next(start)
    longest = 29 if month == 2 else calendar.monthrange(2026, month)[1]
    if day > longest:
        assert found is None
        return
    assert found is not None and found > start
    assert (found.minute, found.hour, found.day, found.month) == (minute, hour, day, month)
    years = [y for y in range(start.year, start.year + 10) if day <= calendar.monthrange(y, month)[1]]
    assert found == next(at for y in years if (at := datetime(y, month, day, hour, minute, tzinfo=UTC)) > start)


def test_every_source_declares_a_schedule_that_is_one() -> None:
    sources = [source for plugin in catalogue() for source in plugin.sources]
    assert len(sources) >= 9
    for source in sources:
        assert Cron(source.schedule.cron).next(NOW) is not None
