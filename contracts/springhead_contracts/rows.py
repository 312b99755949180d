"""Rows of CSV files: columns, header aliases, and keys in their normal form. Go normalises by the same vectors.

Example:
    >>> header("instagram_restaurant")[:4]
    ['restaurant_name', 'city', 'zip_code', 'phone']
    >>> row_key("instagram_restaurant", {"restaurant_name": "Luke's  Lobster", "city": "Ny", "phone": "un"})
    ("LUKE'S LOBSTER", 'NEW YORK', '')
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from springhead_contracts._registry import check_type, record_types, schema_file

__all__ = ["csv_types", "file_matches", "header", "normalise", "row_key"]

_BLANKS = " \t\r\n\u00a0\u3000"
_RUNS = re.compile(f"[{_BLANKS}]+")
_UNKNOWN = frozenset({"", "un", "unknown", "n/a", "na", "none"})

# Letters whose upper case is one letter, and the same in every version of Unicode that Python and Go may know.
_UPPER = {
    code: chr(code).upper()
    for first, last in ((0x61, 0x7A), (0xE0, 0x17F), (0x3AC, 0x3CE), (0x430, 0x45F))
    for code in range(first, last + 1)
    if len(chr(code).upper()) == 1
}
_LOWER = {code: chr(code + 32) for code in range(0x41, 0x5B)}


def csv_types() -> tuple[str, ...]:
    """Returns the record types that have a CSV form."""
    return tuple(name for name in record_types() if "x-csv" in schema_file(name))


def header(record_type: str) -> list[str]:
    """Returns the header that a file of the type carries: the columns in order, under the names that files use.

    Args:
        record_type: A type of `csv_types`.

    Raises:
        UnknownRecordType: There is no such type.
        ValueError: The type has no CSV form.
    """
    csv = declaration(record_type)
    written = csv.get("written", {})
    return [written.get(column, column) for column in csv["columns"]]


def file_matches(record_type: str, name: str) -> bool:
    """Tells whether a file is named as the files of a type are; only such files reach the lake.

    Args:
        record_type: A type of `csv_types`.
        name: Name of the file without folders.
    """
    pattern = declaration(record_type).get("file")
    return pattern is not None and re.fullmatch(pattern.removesuffix("$"), name) is not None


def row_key(record_type: str, record: Mapping[str, Any]) -> tuple[str, ...]:
    """Returns the key of a row, each part in its normal form; an absent part is the empty string.

    Args:
        record_type: A type of `csv_types`.
        record: The row.

    Raises:
        UnknownRecordType: There is no such type.
        ValueError: Rows of the type have no key.
    """
    key = schema_file(check_type(record_type)).get("x-key")
    if key is None:
        raise ValueError(f"rows of {record_type} have no key; add x-key to its schema")
    return tuple(
        normalise(part["form"], str(record.get(part["member"]) or ""), part.get("aliases")) for part in key["members"]
    )


def normalise(form: str, text: str, aliases: Mapping[str, str] | None = None) -> str:
    """Returns a text in its normal form.

    Args:
        form: ``text`` (trimmed), ``handle`` (without ``@``, lower case), ``tag`` (without ``#``, lower case), ``name``
            (blanks collapsed, upper case) or ``phone`` (digits with country code; empty where it is unknown).
        text: The text.
        aliases: Other spellings by their normal form.

    Raises:
        ValueError: There is no such form.
    """
    trimmed = _RUNS.sub(" ", text).strip(" ") if form == "name" else text.strip(_BLANKS)
    if form == "text":
        found = trimmed
    elif form in ("handle", "tag"):
        found = trimmed.removeprefix("@" if form == "handle" else "#").translate(_LOWER)
    elif form == "name":
        found = trimmed.translate(_UPPER)
    elif form == "phone":
        found = _phone(trimmed)
    else:
        raise ValueError(f"there is no normal form {form!r}; use text, handle, tag, name or phone")
    return (aliases or {}).get(found, found)


def _phone(text: str) -> str:
    if text.translate(_LOWER) in _UNKNOWN:
        return ""
    digits = re.sub(r"[^0-9]", "", text)
    # The lists are of cities in the United States; a number without country code is one of theirs.
    return f"1{digits}" if len(digits) == 10 else digits


def declaration(record_type: str) -> Mapping[str, Any]:
    """Returns ``x-csv`` of a record type.

    Raises:
        UnknownRecordType: There is no such type.
        ValueError: The type has no CSV form.
    """
    csv: Mapping[str, Any] | None = schema_file(check_type(record_type)).get("x-csv")
    if csv is None:
        raise ValueError(f"{record_type} has no CSV form; those that have are {', '.join(csv_types())}")
    return csv
