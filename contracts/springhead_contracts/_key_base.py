"""What all keys have in common: times as records carry them, and the error of a key that is none."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])",
    re.ASCII,
)


class KeyFormatError(ValueError):
    """A key, an id or a time has not the form that it must have; the message says which, where and how."""


def parse_time(text: str) -> datetime:
    """Returns a time in UTC.

    Args:
        text: An RFC 3339 time, ``YYYY-MM-DDTHH:MM:SS``, with a fraction or not, ending in ``Z`` or an offset. Digits
            beyond microseconds are cut off.

    Raises:
        KeyFormatError: The text is no such time, or the date does not exist.
    """
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        raise KeyFormatError(f"time {shown(text)} is not of the form YYYY-MM-DDTHH:MM:SSZ; write it in UTC, with the Z")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise KeyFormatError(f"time {shown(text)} does not exist: {error}; correct the date or the hour") from None


def format_time(time: datetime | str) -> str:
    """Returns a time as records carry it: ``YYYY-MM-DDTHH:MM:SSZ``, in UTC, fractions cut off.

    Args:
        time: An aware datetime, or a text that `parse_time` takes.

    Raises:
        KeyFormatError: The datetime is naive, or the text is no time.
    """
    # strftime pads no years on some systems.
    return utc(time).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def slot(time: datetime | str) -> datetime:
    """Returns T for a time: floored to the minute, in UTC.

    Args:
        time: An aware datetime, or a text that `parse_time` takes.

    Raises:
        KeyFormatError: The datetime is naive, or the text is no time.
    """
    return utc(time).replace(second=0, microsecond=0)


def utc(time: datetime | str) -> datetime:
    """Returns a moment in UTC, or raises `KeyFormatError`."""
    if isinstance(time, str):
        return parse_time(time)
    if not isinstance(time, datetime):
        raise KeyFormatError(f"time {shown(time)} is neither a datetime nor a text; pass an aware datetime")
    if time.utcoffset() is None:
        raise KeyFormatError(
            f"time {shown(time)} has no time zone; pass an aware datetime, for example datetime.now(UTC)"
        )
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise KeyFormatError(f"time {shown(time)} is outside the years 1 to 9999 in UTC; correct the year") from None


def shown(value: object) -> str:
    """Returns a value as error messages show it."""
    # ASCII, so that the message fits any log; other types by name, as they may print at any length or not at all.
    text = ascii(value) if isinstance(value, str | datetime) else f"of type {type(value).__name__}"
    return text if len(text) <= 80 else text[:77] + "..."
