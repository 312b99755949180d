"""CSV backup of a run: parts and a manifest under one prefix (decision 21).

A row stands for one entry, its columns are the contract's, its values are verbatim. Which rows a part holds depends
only on the order of the subjects, not on which answer came first, so a repeated run overwrites part by part what it
wrote before and no row is ever there twice.
"""

from __future__ import annotations

import csv
import hashlib
import io
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from springhead.entries import CONTRACT, Run
from springhead_contracts import load_schema

from springhead_runner.stores.objects import Objects

__all__ = ["ROWS_PER_PART", "Backup", "columns", "to_csv"]

ROWS_PER_PART = 500


def columns() -> list[str]:
    """Columns of the backup: the contract's members, in its order."""
    return list(load_schema("scraper_entry")["properties"])


def to_csv(records: Sequence[Mapping[str, Any]]) -> bytes:
    """Encode entries as CSV (RFC 4180, UTF-8). Null is empty; an object is JSON in one field."""
    names = columns()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    for record in records:
        writer.writerow([_field(record.get(name)) for name in names])
    return text.getvalue().encode("utf-8", "surrogatepass")


def _field(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return orjson.dumps(value).decode()


class Backup:
    """Collects the rows of a run and writes each part when its last subject has ended.

    A part that cannot be written is kept, and tried again at the end.

    Args:
        objects: The backup bucket.
        run: The run.
        partial: True for a run over some subjects only: its parts lie beside those of the whole run.
    """

    def __init__(self, objects: Objects, run: Run, *, partial: bool = False) -> None:
        self._name = f"subset-{run.attempt_id}" if partial else "part"
        stamp = run.time.replace("-", "").replace(":", "")
        self._objects = objects
        self._run = run
        self._prefix = f"celebrity/{run.source}/{stamp}/"
        self._turn = threading.Lock()
        self._pending: dict[int, dict[int, Mapping[str, Any] | None]] = {}
        self._parts: list[dict[str, Any]] = []

    def add(self, ordinal: int, record: Mapping[str, Any] | None) -> None:
        """Add what came of one subject; None where it has no entry.

        Args:
            ordinal: Place of the subject in the run, from 0.
            record: The entry with its complete ``raw_text``.
        """
        part, place = divmod(ordinal, ROWS_PER_PART)
        with self._turn:  # subjects end in several threads
            rows = self._pending.setdefault(part, {})
            rows[place] = record
            if len(rows) == ROWS_PER_PART:
                self._write(part)

    def close(self) -> dict[str, Any]:
        """Write what is left and the manifest; return the report's ``backup``."""
        with self._turn:
            for part in sorted(self._pending):
                self._write(part)
        parts = sorted(self._parts, key=lambda part: str(part["key"]))
        manifest = {
            "run_id": self._run.run_id,
            "time": self._run.time,
            "attempt_id": self._run.attempt_id,
            "contract": CONTRACT,
            "columns": columns(),
            "parts": parts,
        }
        key = f"{self._prefix}manifest.json" if self._name == "part" else f"{self._prefix}{self._name}.json"
        self._objects.put(key, orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n", "application/json")
        return {
            "prefix": self._objects.url(self._prefix),
            "manifest": self._objects.url(key),
            "parts": len(parts),
            "rows": sum(part["rows"] for part in parts),
            "bytes": sum(part["bytes"] for part in parts),
        }

    def _write(self, part: int) -> None:
        rows = self._pending[part]
        records = [record for _, record in sorted(rows.items()) if record is not None]
        body = to_csv(records)
        key = f"{self._prefix}{self._name}-{part:05}.csv"
        self._objects.put(key, body, "text/csv; charset=utf-8")
        del self._pending[part]
        digest = hashlib.sha256(body).hexdigest()
        self._parts.append({"key": key, "rows": len(records), "bytes": len(body), "sha256": digest})
