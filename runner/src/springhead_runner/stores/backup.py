"""CSV backup of a run: parts and a manifest under one prefix (decision 21).

A row stands for one entry, its columns are the contract's, its values are verbatim. Which rows a part holds depends
only on the order of the subjects, not on which answer came first, so a repeated run overwrites part by part what it
wrote before and no row is ever there twice. Of a run that is split into batches, each batch has a part of its own.
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

__all__ = ["ROWS_PER_PART", "Backup", "columns", "finish_backup", "to_csv"]

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
        batch: Name of the one part that a batch of at most ``ROWS_PER_PART`` subjects has.
    """

    def __init__(self, objects: Objects, run: Run, *, partial: bool = False, batch: str | None = None) -> None:
        self._name = f"subset-{run.attempt_id}" if partial else "part"
        self._batch = batch
        self._objects = objects
        self._run = run
        self._prefix = _prefix(run)
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
        name = "manifest" if self._name == "part" else self._name
        return finish_backup(self._objects, self._run, self.flush(), name)

    def flush(self) -> list[dict[str, Any]]:
        """Write what is left; return what the manifest says of each part."""
        with self._turn:
            for part in sorted(self._pending):
                self._write(part)
        return sorted(self._parts, key=lambda part: str(part["key"]))

    def _write(self, part: int) -> None:
        rows = self._pending[part]
        records = [record for _, record in sorted(rows.items()) if record is not None]
        body = to_csv(records)
        key = f"{self._prefix}{self._name}-{self._batch or format(part, '05')}.csv"
        self._objects.put(key, body, "text/csv; charset=utf-8")
        del self._pending[part]
        digest = hashlib.sha256(body).hexdigest()
        self._parts.append({"key": key, "rows": len(records), "bytes": len(body), "sha256": digest})


def finish_backup(objects: Objects, run: Run, parts: list[dict[str, Any]], name: str = "manifest") -> dict[str, Any]:
    """Write the manifest over all parts; return the report's ``backup``.

    Args:
        objects: The backup bucket.
        run: The run.
        parts: What :meth:`Backup.flush` told of each part, in order.
        name: Name of the manifest.
    """
    manifest = {
        "run_id": run.run_id,
        "time": run.time,
        "attempt_id": run.attempt_id,
        "contract": CONTRACT,
        "columns": columns(),
        "parts": parts,
    }
    key = f"{_prefix(run)}{name}.json"
    objects.put(key, orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n", "application/json")
    return {
        "prefix": objects.url(_prefix(run)),
        "manifest": objects.url(key),
        "parts": len(parts),
        "rows": sum(part["rows"] for part in parts),
        "bytes": sum(part["bytes"] for part in parts),
    }


def _prefix(run: Run) -> str:
    """Where the backup of a run lies."""
    return f"celebrity/{run.source}/{run.time.replace('-', '').replace(':', '')}/"
