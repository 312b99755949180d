"""Rows of an answer as text: JSON lines, and CSV."""

from __future__ import annotations

import base64
import csv
import io
import json
import math
import sys
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, BinaryIO

from springhead_lake.query import Result

__all__ = ["neutralised", "plain", "readable", "write_csv", "write_json"]

#: What spreadsheets take for the beginning of a formula; the wide forms, too, which some of them fold.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: Bytes that are written at once.
_BUFFER = 1024 * 1024


def plain(value: Any) -> Any:
    """A value of SQL as JSON has it: times in ISO 8601, bytes in base64, no number that JSON does not know."""
    if isinstance(value, Decimal):
        # Sums of whole numbers come as decimals; JSON's numbers have no limit.
        return int(value) if value == value.to_integral_value() and value.as_tuple().exponent == 0 else float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple) and type(value) is not tuple:
        return str(value)  # an interval
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if value is None or isinstance(value, str | int):
        return value
    return str(value)


def readable(value: Any) -> str | None:
    """A value of SQL for people: text, or None."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    found = plain(value)
    return json.dumps(found, ensure_ascii=False) if isinstance(found, dict | list) else str(found)


def write_json(result: Result) -> None:
    """Write all rows as JSON lines in UTF-8. Where two columns have one name, the second gets a number."""
    names = _distinct(result.columns)

    def line(row: tuple[Any, ...]) -> str:
        found = {name: plain(value) for name, value in zip(names, row, strict=True)}
        return json.dumps(found, ensure_ascii=False, allow_nan=False) + "\n"

    _write(result, line)


def _distinct(columns: list[str]) -> list[str]:
    found: list[str] = []
    for name in columns:
        number, one = 1, name
        while one in found or (number > 1 and one in columns):
            number += 1
            one = f"{name}_{number}"
        found.append(one)
    return found


def write_csv(result: Result, *, raw: bool = False) -> None:
    """Write all rows as CSV (RFC 4180: CRLF, quotes where needed), NULL as an empty field.

    Args:
        result: The answer.
        raw: Leave texts as they are; else those that a spreadsheet would compute are neutralised.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")

    def line(row: tuple[Any, ...]) -> str:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([_csv_value(value, raw) for value in row])
        return buffer.getvalue()

    _write(result, line, head=line(tuple(result.columns)))


def _csv_value(value: Any, raw: bool) -> str | None:
    if isinstance(value, datetime):
        found: str | None = value.isoformat(" ").replace("+00:00", "Z")
    else:
        found = readable(value)
    return found if raw or isinstance(value, int | float | Decimal) or found is None else neutralised(found)


def neutralised(text: str) -> str:
    """A text that no spreadsheet computes."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _write(result: Result, line: Callable[[tuple[Any, ...]], str], head: str = "") -> None:
    sys.stdout.flush()
    out: BinaryIO = sys.stdout.buffer
    held, size = [head], 0
    for row in result.rows():
        held.append(line(row))
        size += len(held[-1])
        if size >= _BUFFER:
            out.write("".join(held).encode("utf-8", "replace"))
            held, size = [], 0
    out.write("".join(held).encode("utf-8", "replace"))
    out.flush()
