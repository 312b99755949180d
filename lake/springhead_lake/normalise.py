"""Values of cells as the tables have them, and keys in the form that they are compared in.

Keys have the normal forms of the contract (`springhead_contracts.rows.normalise`), which Go shares. Whole columns are
done at once where a cell is plain; each distinct other cell goes through the contract's function.

Dates: `November 24, 2025`, in English whatever the machine's language is, in any case; all other texts are NULL.
Counts: digits, or digits in groups of three (`5,207`); all other texts are NULL. Why a cell is NULL is counted:

    blank        nothing but blanks
    unknown      a word for it, such as `N/A` or `un`
    not_exact    a rounded number such as `1.2K`: no digits are made up
    too_large    a number over what the column holds
    unreadable   anything else
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from springhead_contracts import rows

from springhead_lake.columns import KeyPart

__all__ = ["REASONS", "convert", "key_column", "parse_count", "parse_date"]

REASONS = ("blank", "unknown", "not_exact", "too_large", "unreadable")
"""Why a cell is NULL."""

_UNKNOWN = frozenset({"UN", "UNKNOWN", "N/A", "NA", "NONE"})
_MONTHS = (
    *("JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE"),
    *("JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"),
)
_DATE = re.compile(r"([A-Z]{3,9}) ([0-9]{1,2}), ([0-9]{4})")
_LONGEST_DATE = 40
_COUNT = re.compile(r"[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+")
_ROUNDED = re.compile(r"[0-9][0-9.,]*[KMB]?")
_BLANKS_WITHIN = "  |[\t\r\n]"
_LARGEST = {pa.int32(): 2**31 - 1, pa.int64(): 2**63 - 1}

Parsed = tuple[Any, str]
"""A value and an empty reason, or None and the reason."""


def convert(column: pa.StringArray, kind: pa.DataType) -> tuple[pa.Array, dict[str, int]]:
    """Returns a column as the table has it.

    Args:
        column: Cells as the file has them.
        kind: Type of the table's column.

    Returns:
        The values, and the number of cells that are NULL by reason.
    """
    if pa.types.is_string(kind):
        return column, {}
    if pa.types.is_date(kind):
        return _parse(column, kind, lambda text: _known_date(text) if len(text) <= _LONGEST_DATE else parse_date(text))
    largest = _LARGEST[kind]
    plain = pc.and_(pc.ascii_is_decimal(column), pc.less_equal(pc.binary_length(column), len(str(largest)) - 1))
    values = pc.if_else(plain, column, pa.scalar(None, pa.string())).cast(kind)
    other = pc.invert(plain)
    rest, reasons = _parse(column.filter(other), kind, lambda text: parse_count(text, largest))
    return (pc.replace_with_mask(values, other, rest) if len(rest) else values), reasons


def key_column(column: pa.StringArray | None, part: KeyPart, length: int) -> pa.StringArray:
    """Returns a part of the keys of rows in its normal form, never NULL.

    Args:
        column: Cells as the file has them; None where the file lacks the column: the part is then empty.
        part: Which part it is.
        length: Number of rows.
    """
    if column is None:
        return pa.repeat(pa.scalar("", pa.string()), length)

    def slow(text: str) -> str:
        return rows.normalise(part.form, text, part.aliases)

    if part.form not in ("text", "handle", "name") or part.aliases:
        return _map_distinct(column, slow, pa.string())
    plain = pc.and_(pc.string_is_ascii(column), pc.equal(column, pc.ascii_trim_whitespace(column)))
    fast = column
    if part.form == "handle":
        plain = pc.and_not(plain, pc.starts_with(column, "@"))
        fast = pc.ascii_lower(column)
    elif part.form == "name":
        plain = pc.and_not(plain, pc.match_substring_regex(column, _BLANKS_WITHIN))
        fast = pc.ascii_upper(column)
    if pc.all(plain, min_count=0).as_py():
        return fast
    other = pc.invert(plain)
    return pc.replace_with_mask(fast, other, _map_distinct(column.filter(other), slow, pa.string()))


def parse_date(text: str) -> Parsed:
    """Returns a date, or None and why."""
    spelt = rows.normalise("name", text)
    found = _DATE.fullmatch(spelt)
    if found and found[1] in _MONTHS:
        try:
            return date(int(found[3]), _MONTHS.index(found[1]) + 1, int(found[2])), ""
        except ValueError:
            return None, "unreadable"
    return None, _no_value(spelt)


def parse_count(text: str, largest: int) -> Parsed:
    """Returns a count, or None and why.

    Args:
        text: The cell.
        largest: The largest count that the column holds.
    """
    spelt = rows.normalise("name", text)
    if not _COUNT.fullmatch(spelt):
        return None, "not_exact" if _ROUNDED.fullmatch(spelt) else _no_value(spelt)
    digits = spelt.replace(",", "").lstrip("0")
    # Python refuses to read thousands of digits.
    if len(digits) > len(str(largest)) or int(digits or "0") > largest:
        return None, "too_large"
    return int(digits or "0"), ""


# The same few dates come in every block; texts that are none must not fill memory.
_known_date = lru_cache(maxsize=10_000)(parse_date)


def _no_value(spelt: str) -> str:
    if not spelt:
        return "blank"
    return "unknown" if spelt in _UNKNOWN else "unreadable"


def _parse(
    column: pa.StringArray, kind: pa.DataType, parse: Callable[[str], Parsed]
) -> tuple[pa.Array, dict[str, int]]:
    distinct = column.dictionary_encode()
    parsed = [parse(text) for text in distinct.dictionary.to_pylist()]
    reasons: Counter[str] = Counter()
    if any(reason for _, reason in parsed):
        for found in distinct.indices.value_counts().to_pylist():
            reasons[parsed[found["values"]][1]] += found["counts"]
        reasons.pop("", None)
    return pa.array([value for value, _ in parsed], kind).take(distinct.indices), dict(reasons)


def _map_distinct(column: pa.StringArray, function: Callable[[str], str], kind: pa.DataType) -> pa.Array:
    distinct = column.dictionary_encode()
    return pa.array([function(text) for text in distinct.dictionary.to_pylist()], kind).take(distinct.indices)
