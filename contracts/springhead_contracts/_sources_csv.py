"""Reads rows of CSV for ``contract validate``. A row that cannot be read costs that row only."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from springhead_contracts._found import MAX_BYTES, Found, not_utf8
from springhead_contracts._registry import schema_file
from springhead_contracts._violation import Violation, excerpt
from springhead_contracts._words import count
from springhead_contracts.rows import declaration

_BREAK = re.compile(rb"\r\n|\r|\n")


class _BadBytes:
    """Says where in a file the first byte of a row is that is no UTF-8."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._starts: list[int] = []

    def message(self, first: int, last: int) -> str:
        """Returns the message for the rows of some lines, one of which is no UTF-8."""
        if not self._starts:
            self._starts = [0, *(found.end() for found in _BREAK.finditer(self._data))]
        for line in range(first, min(last, len(self._starts)) + 1):
            start = self._starts[line - 1]
            end = self._starts[line] if line < len(self._starts) else len(self._data)
            try:
                self._data[start:end].decode()
            except UnicodeDecodeError as error:
                byte = start + error.start
                return not_utf8(byte, self._data[byte], line)
        return f"is not UTF-8 in lines {first} to {last}; save the file as UTF-8"


def read_csv(record_type: str, name: str, data: bytes) -> Iterator[Found]:
    """Yields every row of a CSV file as a record, and every fault of its header and its rows.

    Args:
        record_type: A type with a CSV form.
        name: Name of the file.
        data: Its content, without a byte order mark.

    Raises:
        ValueError: The type has no CSV form.
    """
    declaration(record_type)
    # Bytes that are no UTF-8 become lone surrogates, so that only their rows are lost.
    text = io.StringIO(data.decode(errors="surrogateescape"), newline="")
    bad = _BadBytes(data)
    # Field sizes are bounded for the process; ours is restored below.
    before = csv.field_size_limit(MAX_BYTES)
    try:
        rows = _rows(name, csv.reader(text, strict=True))
        first = next(rows, None)
        if first is None:
            message = "is empty; write at least the header"
            yield Found(f"{name}:1:", None, Violation("", "csv", message), counted=False)
            return
        columns = list(_header(record_type, first, bad))
        faults = [one for one in columns if isinstance(one, Violation)]
        for fault in faults:
            yield Found(f"{name}:1:", None, fault, counted=False)
        names = [one for one in columns if not isinstance(one, Violation)]
        if not names or any(fault.rule == "required" for fault in faults):
            left = count(sum(1 for _ in rows), "row")
            message = f"{left} {'is' if left == '1 row' else 'are'} not judged, for want of a header"
            yield Found(f"{name}:", None, Violation("", "csv", message), counted=False)
            return
        for row in rows:
            yield _row(row, names, bad)
    finally:
        csv.field_size_limit(before)


def _rows(name: str, reader: Any) -> Iterator[Found]:
    """Yields the fields of each row; a row that cannot be read is a fault that names the lines it took."""
    while True:
        start = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            lines = f"{start}" if reader.line_num <= start else f"{start}-{reader.line_num}"
            yield Found(f"{name}:{lines}:", None, Violation("", "csv", f"is no row: {error}; correct the quotes"))
            continue
        if fields:
            yield Found(f"{name}:{start}:", fields, lines=(start, reader.line_num))


def _header(record_type: str, first: Found, bad: _BadBytes) -> Iterator[str | Violation]:
    """Yields the column of each header name, and what is wrong with the header."""
    if first.fault:
        yield first.fault
        return
    if any("\udc80" <= character <= "\udcff" for column in first.record for character in column):
        yield Violation("", "csv", bad.message(*first.lines))
        return
    declared = declaration(record_type)
    aliases = declared.get("aliases", {})
    names = [name.strip() for name in first.record]
    columns = [aliases.get(name, name) for name in names]
    if not set(columns) & set(declared["columns"]):
        # One sentence for what would be a fault for each column.
        separator = next((mark for mark in ";\t|" if mark in ",".join(names)), "")
        question = f"is `{repr(separator)[1:-1]}` the separator? " if separator else ""
        message = f"no column is recognised: {question}is the header missing?"
        yield Violation("", "csv", message, excerpt(",".join(names)))
        return
    yield from columns
    for column in sorted({c for c in columns if columns.count(c) > 1}):
        yield Violation(f"/{column}", "csv", "is a column twice; remove one")
    for column in schema_file(record_type).get("required", ()):
        if column not in columns:
            yield Violation(f"/{column}", "required", "is a column that every file has, and this one has not")
    known = [column for column in columns if column in declared["columns"]]
    for column in columns:
        if column not in declared["columns"]:
            yield Violation(f"/{excerpt(column)}", "additionalProperties", "is no column of this type; remove it")
    if known != [column for column in declared["columns"] if column in known]:
        order = ", ".join(column for column in declared["columns"] if column in known)
        yield Violation("", "csv", f"has its columns in another order; the contract's is {order}")


def _row(row: Found, columns: list[str], bad: _BadBytes) -> Found:
    if row.fault:
        return row
    fields: list[str] = row.record
    if len(fields) != len(columns):
        message = f"has {count(len(fields), 'field')}, the header {len(columns)}; look for a missing quote or comma"
        return Found(row.place, None, Violation("", "csv", message))
    for column, value in zip(columns, fields, strict=True):
        if not value.isascii() and any("\udc80" <= character <= "\udcff" for character in value):
            return Found(row.place, None, Violation(f"/{column}", "csv", bad.message(*row.lines)))
    return Found(row.place, dict(zip(columns, fields, strict=True)))
