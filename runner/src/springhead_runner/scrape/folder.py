"""A sink that writes a run into a folder: no AWS, for a look at everything that a run would store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import orjson
from springhead.clock import Clock
from springhead.engine import Outcome, Stored
from springhead.entries import Run
from springhead.errors import ConfigError, SpringheadError
from springhead.source import Source
from springhead.subject import Subject
from springhead_contracts import keys

from springhead_runner.scrape.letters import scrape_letter
from springhead_runner.scrape.rows import file_name, rows_to_csv
from springhead_runner.stores.backup import to_csv
from springhead_runner.stores.subjects import Unreadable

__all__ = ["DirSink"]


class DirSink:
    """Writes ``{folder}/{source}/{T}/``: ``entries.jsonl``, ``entries.csv``, ``identities.jsonl``,
    ``dead_letters.jsonl``, ``report.json`` and the raw answers under ``raw/`` by hash.

    Args:
        folder: Where to.
        source: The source; one that emits rows gets its own CSV file instead of ``entries.csv``.
        run: The run; its folder is written anew.
        clock: The engine's clock.
    """  # noqa: D205

    def __init__(self, folder: Path, source: type[Source], run: Run, clock: Clock) -> None:
        self._source = source
        self._folder = folder / run.source / run.time.replace(":", "")
        self._run = run
        self._clock = clock
        self._entries: list[dict[str, Any]] = []
        self._identities: list[dict[str, Any]] = []
        self._letters: list[dict[str, Any]] = []
        self._rows: list[dict[str, Any]] = []
        self.partial = True
        self.large: list[tuple[Subject, int]] = []
        self.unreadable: list[tuple[Subject, SpringheadError, bool]] = []
        try:
            (self._folder / "raw").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(
                f"--sink dir:{folder}: {error.strerror or error}", hint="give a writable folder"
            ) from error

    async def track(self, subjects: Iterable[Subject | Unreadable]) -> AsyncIterator[Subject]:
        """Pass the subjects on; a list that was read is readable."""
        for subject in subjects:
            if isinstance(subject, Subject):
                yield subject

    async def store(self, outcome: Outcome) -> Stored:
        """Keep the answers and the entry."""
        self._keep(outcome)
        if outcome.record is not None:
            self._entries.append(outcome.record)
        self._rows += outcome.rows
        if outcome.identities:
            self._identities.append({"celebrity_id": outcome.subject.id, "identities": outcome.identities})
        return "written"

    async def recall(self, outcome: Outcome) -> bool:
        """A folder is written anew by each attempt."""
        return False

    async def dead_letter(self, outcome: Outcome) -> None:
        """Keep a failed outcome."""
        self._keep(outcome)
        now = keys.format_time(self._clock.now())
        self._letters.append(scrape_letter(outcome, self._run, now, lambda response: {}))

    async def defer(self, outcome: Outcome) -> None:
        """Keep a subject that the quota did not reach."""
        await self.dead_letter(outcome)

    async def ended(self, outcome: Outcome, kind: str) -> None:
        """Nothing more to do for one outcome."""

    async def close(self) -> None:
        """Write the files."""
        rows = sorted(self._entries, key=lambda record: str(record["celebrity_id"]))
        for name, lines in (("entries", rows), ("identities", self._identities), ("dead_letters", self._letters)):
            (self._folder / f"{name}.jsonl").write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
        if self._source.emits == "scraper_entry":
            (self._folder / "entries.csv").write_bytes(to_csv(rows))
        else:
            body = rows_to_csv(self._source.emits, self._rows)
            (self._folder / file_name(self._source, self._run)).write_bytes(body)

    async def save(self, report: dict[str, Any]) -> dict[str, Any]:
        """Write the report."""
        (self._folder / "report.json").write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2) + b"\n")
        return report

    def _keep(self, outcome: Outcome) -> None:
        for response in outcome.answers:
            (self._folder / "raw" / response.sha256).write_bytes(response.body)
