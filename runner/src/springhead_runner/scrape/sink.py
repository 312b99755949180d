"""The sink of a scheduled run: DynamoDB, S3, dead letters."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

from springhead.clock import Clock
from springhead.engine import Outcome, Stored
from springhead.entries import Run
from springhead.errors import PluginError, SpringheadError
from springhead.http import Response
from springhead.subject import Subject
from springhead_contracts import keys

from springhead_runner.scrape.letters import letter_id, refuse, scrape_letter
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.backup import Backup
from springhead_runner.stores.dead_letters import DeadLetters
from springhead_runner.stores.entries import ENTRY_LIMIT, EntryStore
from springhead_runner.stores.history import History
from springhead_runner.stores.objects import Objects, raw_key, read_raw_text
from springhead_runner.stores.reports import Reports
from springhead_runner.stores.subjects import SubjectStore, Unreadable
from springhead_runner.stores.values import size_of

__all__ = ["AwsSink"]

log = logging.getLogger("springhead.sink")

#: Bytes; seed 1 wants a warning beyond this.
LARGE_ENTRY = 100_000


class AwsSink:
    """Writes outcomes to AWS. The order makes a crash harmless: raw answers first, then the entry, then the backup.

    Args:
        aws: The clients.
        run: The run.
        clock: The engine's clock.
        partial: True where only some subjects are asked: backup and report of the whole run must then stay.
    """

    def __init__(self, aws: Aws, run: Run, clock: Clock, *, partial: bool = False) -> None:
        self._aws = aws
        self._run = run
        self._clock = clock
        self._entries = EntryStore(aws)
        self._subjects = SubjectStore(aws)
        self._raw = Objects(aws, aws.settings.raw_bucket, "raw answers")
        self._letters = DeadLetters(aws)
        self._backup = Backup(Objects(aws, aws.settings.backup_bucket, "backups"), run, partial=partial)
        self._reports = Reports(aws)
        self._history = History(aws)
        self.partial = partial
        self.unreadable: list[tuple[Subject, SpringheadError, bool]] = []
        self._ordinals: dict[str, int] = {}
        self._earlier_letters: dict[str, str] = {}
        self._own_letters: set[str] = set()
        self.large: list[tuple[Subject, int]] = []

    async def track(self, subjects: Iterable[Subject | Unreadable]) -> AsyncIterator[Subject]:
        """Pass the subjects on and remember the place of each, which decides where its backup row goes."""
        iterator: Iterator[Subject | Unreadable] = iter(subjects)
        source, time = self._run.source, self._run.time
        self._earlier_letters = await asyncio.to_thread(self._letters.ids_of_run, "scrape", source, time)
        ordinal = 0
        while (subject := await asyncio.to_thread(_next, iterator)) is not None:
            if isinstance(subject, Unreadable):
                await refuse(self, subject)
                continue
            if subject.is_active:
                self._ordinals[subject.id] = ordinal
                ordinal += 1
            yield subject

    async def store(self, outcome: Outcome) -> Stored:
        """Keep the answers, put the entry."""
        try:
            return await asyncio.to_thread(self._store, outcome)
        except (ValueError, TypeError) as error:
            # What the contract allows and DynamoDB does not: NaN, a number of 40 digits.
            raise PluginError(f"the record of {outcome.subject.id} cannot be stored: {error}") from error

    async def recall(self, outcome: Outcome) -> bool:
        """Take the entry that an earlier attempt stored at this T; False where there is none, or none can be read."""
        try:
            entry = await asyncio.to_thread(self._entry, outcome.subject.id)
        except SpringheadError as error:
            log.warning("entry of %s: %s", outcome.subject.id, error.message)
            return False
        outcome.record = entry or outcome.record
        return entry is not None

    async def dead_letter(self, outcome: Outcome) -> None:
        """Keep a failed outcome."""
        await asyncio.to_thread(self._dead_letter, outcome)

    async def defer(self, outcome: Outcome) -> None:
        """Keep a subject that the quota did not reach; nobody needs to be told."""
        await asyncio.to_thread(self._dead_letter, outcome, announce=False)

    async def ended(self, outcome: Outcome, kind: str) -> None:
        """Take the outcome into the backup, drop the letter of an earlier attempt, remember the identities."""
        stored = kind in {"written", "changed", "unchanged"}
        await asyncio.to_thread(self._ended, outcome, stored or kind == "not_found", outcome.record if stored else None)

    async def close(self) -> dict[str, Any]:
        """Finish the backup; return the report's ``backup``."""
        await asyncio.to_thread(self._settle)
        return await asyncio.to_thread(self._backup.close)

    async def save(self, report: dict[str, Any]) -> dict[str, Any]:
        """Store the report."""
        saved = await asyncio.to_thread(self._reports.save, report, partial=self.partial)
        await asyncio.to_thread(self._history.note, report["run_id"])
        return saved

    def _store(self, outcome: Outcome) -> Stored:
        record = outcome.record
        assert record is not None
        record["metadata"]["responses"] = [
            {**described, **self._keep(response)}
            for described, response in zip(record["metadata"]["responses"], outcome.responses, strict=True)
        ]
        return self._entries.put(self._fitting(record, outcome.subject))

    def _fitting(self, record: dict[str, Any], subject: Subject) -> dict[str, Any]:
        """The record as the item: its text moves to S3 where it would pass DynamoDB's limit."""
        size = size_of(record)
        if size > LARGE_ENTRY:
            self.large.append((subject, size))
        if size <= ENTRY_LIMIT:
            return record
        body = record["raw_text"].encode()
        reference = self._put_raw(body, hashlib.sha256(body).hexdigest(), "text/plain; charset=utf-8")
        return {**record, "raw_text": "", "metadata": {**record["metadata"], "raw_ref": reference}}

    def _stored(self, celebrity_id: str) -> dict[str, Any] | None:
        return self._entries.get(celebrity_id, keys.entry_key(self._run.source, self._run.time))

    def _entry(self, celebrity_id: str) -> dict[str, Any] | None:
        entry = self._stored(celebrity_id)
        return entry and {**entry, "raw_text": read_raw_text(self._aws, entry)}

    def _settle(self) -> None:
        """Drop the letters that another attempt has left meanwhile for somebody whose entry is there after all."""
        try:
            for own_id, key in self._letters.ids_of_run("scrape", self._run.source, self._run.time).items():
                if own_id not in self._own_letters and self._stored(self._letters.get(key)["subject_id"]) is not None:
                    self._letters.remove(key)
        except SpringheadError as error:
            log.warning("letters of %s: %s", self._run.run_id, error.message)

    def _dead_letter(self, outcome: Outcome, *, announce: bool = True) -> None:
        self._own_letters.add(letter_id(self._run, outcome.subject))
        now = keys.format_time(self._clock.now())
        self._letters.keep(scrape_letter(outcome, self._run, now, self._keep), announce=announce)

    def _ended(self, outcome: Outcome, good: bool, record: dict[str, Any] | None) -> None:
        # The outcome is safe by now. What fails here must not stop the others: the backup tries again when it is
        # closed, and a letter that stays is harmless to replay.
        try:
            self._backup.add(self._ordinals.pop(outcome.subject.id), record)
            earlier = self._earlier_letters.get(letter_id(self._run, outcome.subject))
            if good and earlier is not None:
                self._letters.remove(earlier)
            if outcome.identities:
                # Known even where the source itself failed: the next run spares the question.
                self._subjects.remember(outcome.subject, outcome.identities, keys.format_time(self._clock.now()))
        except SpringheadError as error:
            log.warning("after %s: %s", outcome.subject.id, error.message)

    def _keep(self, response: Response) -> dict[str, Any]:
        content_type = response.headers.get("content-type") or "application/octet-stream"
        reference = self._put_raw(response.body, response.sha256, content_type)
        return {"bucket": reference["bucket"], "key": reference["key"]}

    def _put_raw(self, body: bytes, sha256: str, content_type: str) -> dict[str, Any]:
        self._raw.put(raw_key(sha256), body, content_type)
        return {"bucket": self._raw.bucket, "key": raw_key(sha256), "sha256": sha256, "bytes": len(body)}


def _next(iterator: Iterator[Subject | Unreadable]) -> Subject | Unreadable | None:
    return next(iterator, None)
