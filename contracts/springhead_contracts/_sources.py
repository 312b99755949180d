"""Reads records for ``contract validate``: JSON, JSON lines and CSV. What cannot be read is reported with its line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from springhead_contracts._registry import schema_file
from springhead_contracts._violation import Violation, excerpt
from springhead_contracts.rows import declaration

MAX_BYTES = 16 * 2**20
"""Longest text of one record that is parsed; no store takes such a record, and the cause is a missing line break."""

_LINES = (".jsonl", ".ndjson")


@dataclass(frozen=True, slots=True)
class Found:
    """A record, or the fault in its stead.

    Attributes:
        place: File and line, for messages.
        record: The record.
        fault: Why there is no record.
    """

    place: str
    record: Any = None
    fault: Violation | None = None


def read_source(record_type: str, name: str, data: bytes) -> Iterator[Found]:
    """Yields every record of a file, and every fault.

    Args:
        record_type: The record type; it tells how to read CSV.
        name: Name of the file; its suffix tells the form where the content does not.
        data: Content of the file.

    Raises:
        ValueError: The file is CSV and the type has no CSV form.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    start = data[:512].lstrip()[:1]
    is_json = start in (b"{", b"[", b"")
    if name.endswith(".csv") or (not is_json and not name.endswith((".json", *_LINES)) and _has_csv(record_type)):
        yield from _csv(record_type, name, data)
    elif name.endswith(_LINES) or _is_lines(data):
        yield from _json_lines(name, data)
    else:
        yield from _json(name, data)


def _has_csv(record_type: str) -> bool:
    return "x-csv" in schema_file(record_type)


def _is_lines(data: bytes) -> bool:
    """Tells JSON lines from one document: two lines begin with a brace, and one of the first is a record by itself."""
    starts = [line for line in data.split(b"\n")[:1000] if line[:1] == b"{"]
    return len(starts) > 1 and any(isinstance(_try(line), dict) for line in starts[:50])


def _try(line: bytes) -> Any:
    try:
        return json.loads(line) if len(line) <= MAX_BYTES else None
    except (ValueError, RecursionError):
        return None


def _json_lines(name: str, data: bytes) -> Iterator[Found]:
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.strip():
            record, fault = _parse(line)
            yield Found(f"{name}:{number}:", record, fault)


def _json(name: str, data: bytes) -> Iterator[Found]:
    whole, fault = _parse(data, limit=False)
    if isinstance(whole, list) and fault is None:
        for index, record in enumerate(whole):
            yield Found(f"{name}[{index}]:", record)
    elif fault is None and len(data) > MAX_BYTES:
        yield Found(f"{name}:", None, _too_long(len(data)))
    else:
        yield Found(f"{name}:", whole, fault)


def _parse(data: bytes, *, limit: bool = True) -> tuple[Any, Violation | None]:
    if limit and len(data) > MAX_BYTES:
        return None, _too_long(len(data))
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        where = f"byte {error.start} ({data[error.start]:#04x}), line {line}"
        return None, _fault(f"is not UTF-8 at {where}; save the file as UTF-8")
    try:
        return json.loads(text, object_pairs_hook=_members), None
    except json.JSONDecodeError as error:
        at_end = error.pos >= len(text.rstrip())
        hint = "; the text ends too early" if at_end and text.strip() else ""
        return None, _fault(f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}{hint}")
    except RecursionError:
        return None, _fault("is not JSON that can be read: it is nested too deeply; 32 levels are allowed")
    except ValueError as error:
        return None, _fault(f"is not JSON that can be read: {error}")


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"member {excerpt(twice)} is given twice, and readers would keep either; remove one")
    return members


def _too_long(size: int) -> Violation:
    limit = f"no store takes a record of more than {MAX_BYTES:,} bytes"
    return _fault(f"is {size:,} bytes long; {limit}: look for a missing line break")


def _fault(message: str) -> Violation:
    return Violation("", "json", message)


def _csv(record_type: str, name: str, data: bytes) -> Iterator[Found]:
    # Bytes that are no UTF-8 become lone surrogates, so that only their rows are lost.
    text = io.StringIO(data.decode(errors="surrogateescape"), newline="")
    # Field sizes are bounded for the process; ours is restored below.
    before = csv.field_size_limit(MAX_BYTES)
    try:
        rows = _rows(name, csv.reader(text, strict=True))
        first = next(rows, None)
        if first is None:
            yield Found(f"{name}:1:", None, Violation("", "csv", "is empty; write at least the header"))
            return
        columns = list(_header(record_type, first))
        faults = [one for one in columns if isinstance(one, Violation)]
        for fault in faults:
            yield Found(f"{name}:1:", None, fault)
        if any(fault.rule == "required" for fault in faults) or first.fault:
            left = sum(1 for _ in rows)
            yield Found(f"{name}:", None, Violation("", "csv", f"{left} row(s) are not judged, for want of a header"))
            return
        names = [one for one in columns if not isinstance(one, Violation)]
        for row in rows:
            yield _row(row, names)
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
            yield Found(f"{name}:{start}:", fields)


def _header(record_type: str, first: Found) -> Iterator[str | Violation]:
    """Yields the column of each header name, and what is wrong with the header."""
    if first.fault:
        yield first.fault
        return
    declared = declaration(record_type)
    aliases = declared.get("aliases", {})
    names = [name.strip() for name in first.record]
    columns = [aliases.get(name, name) for name in names]
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


def _row(row: Found, columns: list[str]) -> Found:
    if row.fault:
        return row
    fields: list[str] = row.record
    if len(fields) != len(columns):
        message = f"has {len(fields)} field(s), the header {len(columns)}; look for a missing quote or comma"
        return Found(row.place, None, Violation("", "csv", message))
    for column, value in zip(columns, fields, strict=True):
        if any("\udc80" <= character <= "\udcff" for character in value):
            return Found(row.place, None, Violation(f"/{column}", "csv", "is not UTF-8; save the file as UTF-8"))
    return Found(row.place, dict(zip(columns, fields, strict=True)))
