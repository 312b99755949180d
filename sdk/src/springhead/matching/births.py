"""Birth dates: equal, equal as far as a source knows, apart by a slip of the pen, close, or apart."""

from __future__ import annotations

import re
from datetime import date
from enum import Enum

__all__ = ["Birth", "compare", "is_before"]

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?!\d)")
#: A year that is further off is another person's rather than a slip.
_NEAR_YEARS = 10


class Birth(Enum):
    """How a source's birth date stands to ours."""

    SAME = "the same day"
    YEAR = "the same year or month; the source does not know the day"
    SLIP = "another day, but one that a slip of the pen makes of ours"
    CLOSE = "another day of the same year, or the same day of another year"
    APART = "another day"
    UNKNOWN = "one of both is not known"


def compare(listed: str | None, given: str | None) -> Birth:
    """Compare our date with a source's; ``YYYY`` and ``YYYY-MM`` stand for a date that is known so far only."""
    one, other = _parts(listed), _parts(given)
    known = min(len(one), len(other))
    if known == 0:
        return Birth.UNKNOWN
    if one[:known] == other[:known]:
        return Birth.SAME if known == 3 else Birth.YEAR
    if known < 3:
        return Birth.APART
    if _is_slip(one, other):
        return Birth.SLIP
    return Birth.CLOSE if one[0] == other[0] or one[1:] == other[1:] else Birth.APART


def is_before(one: str, other: str) -> bool:
    """True where the first date lies before the second, as far as both are known; False where one is no date."""
    first, second = _parts(one), _parts(other)
    known = min(len(first), len(second))
    return known > 0 and first[:known] < second[:known]


def _parts(text: str | None) -> tuple[int, ...]:
    found = _DATE.match(text or "")
    parts: list[int] = []
    for part in found.groups() if found else ():
        if part is None or int(part) == 0:  # 1971-00-00 is a year
            break
        parts.append(int(part))
    return tuple(parts)


def _is_slip(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    digits = ["{:04d}{:02d}{:02d}".format(*parts) for parts in (one, other)]
    wrong = [place for place in range(8) if digits[0][place] != digits[1][place]]
    if len(wrong) == 1:
        return True
    swapped = len(wrong) == 2 and wrong[1] == wrong[0] + 1 and sorted(digits[0]) == sorted(digits[1])
    if swapped or (one[0], one[1], one[2]) == (other[0], other[2], other[1]):
        return True
    if abs(one[0] - other[0]) <= _NEAR_YEARS and sum(a == b for a, b in zip(one, other, strict=True)) == 2:
        return True
    try:
        return abs((date(*one) - date(*other)).days) == 1  # born towards midnight, in another time zone
    except ValueError:
        return False
