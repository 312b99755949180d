"""Reads records for ``contract validate``: JSON, JSON lines, CSV. What cannot be read is reported with its line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from springhead_contracts._found import MAX_BYTES, Found, not_utf8
from springhead_contracts._registry import schema_file
from springhead_contracts._sources_csv import read_csv
from springhead_contracts._violation import Violation, excerpt

_LINES = (".jsonl", ".ndjson")


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
        yield from read_csv(record_type, name, data)
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
        return None, _fault(not_utf8(error.start, data[error.start], data.count(b"\n", 0, error.start) + 1))
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
