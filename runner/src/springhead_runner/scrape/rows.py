"""Sinks for sources that emit rows: one CSV file per run, named as seed 5 names it.

``post_results_20260114_121001.csv`` holds what a run found; the stamp is T. An attempt that repeats or completes a run
takes over the rows of those subjects that it did not ask about, or asked in vain, so no delivery undoes another.
"""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import logging
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any

import orjson
from springhead.clock import Clock
from springhead.engine import Outcome, Stored
from springhead.entries import Run
from springhead.errors import NotFound, SpringheadError
from springhead.http import Response
from springhead.source import Source
from springhead.subject import Subject
from springhead_contracts import keys, load_schema

from springhead_runner.scrape.letters import letter_id, refuse, scrape_letter
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.dead_letters import DeadLetters
from springhead_runner.stores.history import History
from springhead_runner.stores.objects import Objects, raw_key
from springhead_runner.stores.reports import Reports
from springhead_runner.stores.subjects import Unreadable

__all__ = ["RowSink", "file_name", "rows_to_csv"]

log = logging.getLogger("springhead.sink")


def file_name(source: type[Source], run: Run) -> str:
    """Name of a run's file: ``{prefix}_{YYYYMMDD}_{HHMMSS}.csv``, in UTC."""
    return f"{source.file_prefix or source.name}_{keys.parse_time(run.time):%Y%m%d_%H%M%S}.csv"


def rows_to_csv(emits: str, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Encode rows (RFC 4180, UTF-8), columns in the contract's order, values verbatim."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    columns = list(load_schema(emits)["properties"])
    writer.writerow(columns)
    writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return text.getvalue().encode()


class RowSink:
    """Writes the rows of a run into its file in the backup bucket, and what failed into dead letters.

    Args:
        aws: The clients.
        source: The source; its ``emits`` names the columns.
        run: The run.
        clock: The engine's clock.
        partial: True where only some subjects are asked about.
    """

    def __init__(self, aws: Aws, source: type[Source], run: Run, clock: Clock, *, partial: bool = False) -> None:
        self._source, self._run, self._clock = source, run, clock
        self._raw = Objects(aws, aws.settings.raw_bucket, "raw answers")
        self._files = Objects(aws, aws.settings.backup_bucket, "backups")
        self._letters = DeadLetters(aws)
        self._reports = Reports(aws)
        self._history = History(aws)
        self._key = file_name(source, run)
        self._earlier: list[dict[str, str]] = []
        self._earlier_letters: dict[str, str] = {}
        self._rows: dict[str, list[dict[str, Any]]] = {}
        self._order: list[Subject] = []
        self.partial = partial
        self.large: list[tuple[Subject, int]] = []
        self.unreadable: list[tuple[Subject, SpringheadError, bool]] = []

    async def track(self, subjects: Iterable[Subject | Unreadable]) -> AsyncIterator[Subject]:
        """Pass the subjects on, in order; what an earlier attempt has left is read first."""
        await asyncio.to_thread(self._recollect)
        for subject in subjects:
            if isinstance(subject, Unreadable):
                await refuse(self, subject)
                continue
            self._order.append(subject)
            yield subject

    async def store(self, outcome: Outcome) -> Stored:
        """Keep the answers and the rows."""
        await asyncio.to_thread(lambda: [self._keep(response) for response in outcome.responses])
        before = [row for row in self._earlier if _is_about(row, outcome.subject)]
        self._rows[outcome.subject.id] = outcome.rows
        if not before:
            return "written"
        return "unchanged" if before == [_as_text(row, self._source.emits) for row in outcome.rows] else "changed"

    async def recall(self, outcome: Outcome) -> bool:
        """Take over the rows that an earlier attempt has stored; False where there are none."""
        outcome.rows = [dict(row) for row in self._earlier if _is_about(row, outcome.subject)]
        return bool(outcome.rows)

    async def dead_letter(self, outcome: Outcome) -> None:
        """Keep a failed outcome."""
        await asyncio.to_thread(self._letter, outcome)

    async def defer(self, outcome: Outcome) -> None:
        """Keep a subject that the quota did not reach; nobody needs to be told."""
        await asyncio.to_thread(self._letter, outcome, announce=False)

    async def ended(self, outcome: Outcome, kind: str) -> None:
        """Drop the letter of an earlier attempt whose subject has ended well."""
        earlier = self._earlier_letters.get(letter_id(self._run, outcome.subject))
        if earlier is not None and kind in {"written", "changed", "unchanged", "not_found"}:
            try:
                await asyncio.to_thread(self._letters.remove, earlier)
            except SpringheadError as error:
                log.warning("after %s: %s", outcome.subject.id, error.message)

    async def close(self) -> dict[str, Any] | None:
        """Write the file and its manifest; return the report's ``backup``, or None where there is no row."""
        return await asyncio.to_thread(self._write)

    async def save(self, report: dict[str, Any]) -> dict[str, Any]:
        """Store the report."""
        saved = await asyncio.to_thread(self._reports.save, report, partial=self.partial)
        await asyncio.to_thread(self._history.note, report["run_id"])
        return saved

    def _recollect(self) -> None:
        self._earlier_letters = self._letters.ids_of_run("scrape", self._run.source, self._run.time)
        try:
            text = self._files.get(self._key).decode()
        except NotFound:
            return
        self._earlier = list(csv.DictReader(io.StringIO(text, newline="")))

    def _write(self) -> dict[str, Any] | None:
        stored = [subject for subject in self._order if subject.id in self._rows]
        kept = [row for row in self._earlier if not any(_is_about(row, subject) for subject in stored)]
        rows = [*kept, *(row for subject in stored for row in self._rows[subject.id])]
        if not rows:
            return None
        body = rows_to_csv(self._source.emits, rows)
        manifest = {
            "run_id": self._run.run_id,
            "time": self._run.time,
            "attempt_id": self._run.attempt_id,
            "contract": self._source.emits,
            "columns": list(load_schema(self._source.emits)["properties"]),
            "parts": [
                {"key": self._key, "rows": len(rows), "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
            ],
        }
        manifest_key = f"{self._key.removesuffix('.csv')}.manifest.json"
        self._files.put(self._key, body, "text/csv; charset=utf-8")
        self._files.put(manifest_key, orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n", "application/json")
        return {
            "prefix": self._files.url(self._key),
            "manifest": self._files.url(manifest_key),
            "parts": 1,
            "rows": len(rows),
            "bytes": len(body),
        }

    def _letter(self, outcome: Outcome, *, announce: bool = True) -> None:
        now = keys.format_time(self._clock.now())
        self._letters.keep(scrape_letter(outcome, self._run, now, self._keep), announce=announce)

    def _keep(self, response: Response) -> dict[str, Any]:
        key = raw_key(response.sha256)
        self._raw.put(key, response.body, response.headers.get("content-type") or "application/octet-stream")
        return {"bucket": self._raw.bucket, "key": key}


def _is_about(row: Mapping[str, str], subject: Subject) -> bool:
    """True where a row carries every field of the subject that rows have at all."""
    shared = [name for name in subject.fields if name in row]
    return bool(shared) and all(row[name] == subject.fields[name] for name in shared)


def _as_text(row: Mapping[str, Any], emits: str) -> dict[str, str]:
    return {name: str(row.get(name, "")) for name in load_schema(emits)["properties"]}
