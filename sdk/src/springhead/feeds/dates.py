"""Dates of feeds: ISO 8601 in full or in part, RFC 822 and what passes for it, asctime, Unix time, and CJK forms."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

__all__ = ["parse_date"]

#: Month names by their first letters, enough of them to tell, in the languages of Europe that write them in dates.
MONTHS: Final = {
    prefix: number
    for number, prefixes in enumerate(
        (
            "jan gen ene янв",
            "feb fév fev фев",
            "mar mär maa мар",
            "apr avr abr апр",
            "may mai maj mei mag май мая",
            "jun juin giu июн",
            "jul juil lug июл",
            "aug aoû aou ago авг",
            "sep set сен",
            "oct okt out ott oka окт",
            "nov ноя",
            "dec déc dez dic des дек",
        ),
        start=1,
    )
    for prefix in prefixes.split()
}
#: Zone → hours east of Greenwich. A name that several zones share (IST, CST) has its most common meaning in feeds.
ZONES: Final = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "mez": 1, "cest": 2, "mesz": 2,
    "eet": 2, "eest": 3, "msk": 3, "ist": 5.5, "hkt": 8, "sgt": 8, "jst": 9, "kst": 9, "acst": 9.5, "aest": 10,
    "aedt": 11, "nzst": 12, "nzdt": 13, "ast": -4, "adt": -3, "edt": -4, "est": -5, "et": -5, "cdt": -5, "cst": -6,
    "mdt": -6, "mst": -7, "pdt": -7, "pst": -8, "pt": -8, "akdt": -8, "akst": -9, "hst": -10,
}  # fmt: skip
LONGEST: Final = 100

YEAR_FIRST: Final = re.compile(r"(?<!\d)(\d{4})(?:\s*[-./年년]\s*(\d{1,2})(?:\s*[-./月월]\s*(\d{1,2}))?)?(?!\d)")
COMPACT: Final = re.compile(r"(?<!\d)(\d{4})(\d\d)(\d\d)(?=T|\b)")
DAY_FIRST: Final = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|\.|º)?[\s\-]*(?:de\s+)?([^\W\d]{3,})\.?[\s,\-]*(?:de\s+)?(\d{4}|\d\d)(?!\d|:)"
)
MONTH_FIRST: Final = re.compile(
    r"([^\W\d]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,\s*|\s+)(?:[\d:]+\s+(?:[A-Z]{1,5}\s+)?)?(\d{4})(?!\d)"
)
TIME: Final = re.compile(r"(?<!\d)(\d{1,2})\s*[:時시点點]\s*(\d\d?)(?:\s*[:分분]\s*(\d\d?))?(?:[.,](\d+))?")
COMPACT_TIME: Final = re.compile(r"T(\d\d)(\d\d)(\d\d)?")
OFFSET: Final = re.compile(r"(?:GMT|UTC)?\s*([+\-−])(\d{1,2}):?(\d\d)?$", re.IGNORECASE)
AFTERNOON: Final = re.compile(r"\bp\.?m\b|下午|午後|오후|晚上", re.IGNORECASE)
MORNING: Final = re.compile(r"\ba\.?m\b|上午|午前|오전|凌晨", re.IGNORECASE)


def parse_date(text: str) -> datetime | None:
    """Read a date.

    Args:
        text: As the feed has it. Without a zone it is taken for UTC, without a time for midnight.

    Returns:
        An aware time in the feed's own zone; None where the text is no date that exists.
    """
    text = " ".join(text.split())
    if not text or len(text) > LONGEST:
        return None
    try:
        return _unix(text) or _composed(text)
    except (ValueError, OverflowError):  # 31 February, hour 25, year 0
        return None


def _unix(text: str) -> datetime | None:
    if not (text.isascii() and text.isdigit() and len(text) in {10, 13}):
        return None
    return datetime.fromtimestamp(int(text) / (1 if len(text) == 10 else 1000), UTC)


def _composed(text: str) -> datetime | None:
    day = _day(text)
    if day is None:
        return None
    year, month, number, rest = day
    hour = minute = second = micro = 0
    zone = timedelta()
    if found := TIME.search(rest):
        hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
        micro = int((found[4] or "0")[:6].ljust(6, "0"))
    elif found := COMPACT_TIME.search(rest):
        hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found:
        zone = _zone(rest[found.end() :])
        if AFTERNOON.search(rest) and hour < 12:
            hour += 12
        elif MORNING.search(rest) and hour == 12:
            hour = 0
    # A leap second is written as 60, the end of a day as 24:00.
    extra = timedelta(days=1) if (hour, minute, second) == (24, 0, 0) else timedelta()
    hour = 0 if extra else hour
    moment = datetime(year, month, number, hour, minute, min(second, 59 if second == 60 else second), micro)
    return (moment + extra).replace(tzinfo=timezone(zone) if zone else UTC)


def _day(text: str) -> tuple[int, int, int, str] | None:
    """Year, month, day, and the text without them."""
    if found := COMPACT.match(text):
        return int(found[1]), int(found[2]), int(found[3]), text[found.end() :]
    for pattern, year, month, day in ((DAY_FIRST, 3, 2, 1), (MONTH_FIRST, 3, 1, 2)):
        for found in pattern.finditer(text):
            number = _month(found[month])
            if number:
                rest = (
                    text[: found.start(1)] + " " + text[found.end() :] if pattern is DAY_FIRST else text[found.end(2) :]
                )
                return _full_year(found[year]), number, int(found[day]), rest
    if found := YEAR_FIRST.search(text):
        return int(found[1]), int(found[2] or 1), int(found[3] or 1), text[found.end() :]
    return None


def _full_year(text: str) -> int:
    year = int(text)
    # As RFC 2822 has it for years of two digits.
    return year if len(text) == 4 else year + (2000 if year < 50 else 1900)


def _month(name: str) -> int | None:
    name = name.lower()
    # "mar" is March, and Tuesday in French and Spanish: a day's name never stands between day and year.
    return MONTHS.get(name[:4]) or MONTHS.get(name[:3])


def _zone(rest: str) -> timedelta:
    rest = AFTERNOON.sub("", MORNING.sub("", rest)).strip(" .")
    rest = re.sub(r"\s*\([^()]*\)$", "", rest)
    rest = re.sub(r"\s+\d{4}$", "", rest)  # asctime ends in the year
    if found := OFFSET.search(rest):
        offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return -offset if found[1] in "-−" else offset
    words = rest.split()
    return timedelta(hours=ZONES.get(words[0].lower(), 0)) if words else timedelta()
