"""Enriching entries, one by one: each ends enriched, superseded, or as a dead letter, or is to be delivered again."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping
from typing import Any

from springhead.clock import Clock, SystemClock
from springhead.errors import PluginError, SpringheadError
from springhead_contracts import keys

from springhead_runner import state
from springhead_runner.enrich.figures import Figures
from springhead_runner.enrich.isolated import shared_judge
from springhead_runner.enrich.judgement import Judge
from springhead_runner.enrich.letters import stream_letter
from springhead_runner.enrich.weight import configured, reliability, weight
from springhead_runner.state import Result
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.dead_letters import DeadLetters
from springhead_runner.stores.entries import PARTITION_KEY, SORT_KEY, EntryStore
from springhead_runner.stores.objects import read_raw_text
from springhead_runner.stores.values import decode_item

__all__ = ["AGAIN", "RESERVE", "Enricher"]

log = logging.getLogger("springhead.enrich")

#: Metadata records share the table; they are nobody's to enrich.
METADATA_PREFIX = "metadata#"
#: The outcome of what Lambda is to deliver again.
AGAIN = "again"
#: Seconds kept, beside an analyser's, for what one entry needs of DynamoDB and S3 with all their retries.
RESERVE = 10.0


class Enricher:
    """Enriches entries.

    Args:
        aws: The clients.
        judge: Judges responses; None is the child process that all enrichers of this process share.
        clock: The clock; None is the real one.

    Raises:
        ConfigError: A setting is wrong: said before any entry is touched, so that none is marked as failed for it.
    """

    def __init__(self, aws: Aws, judge: Judge | None = None, clock: Clock | None = None) -> None:
        configured()
        self._aws = aws
        self._letters = DeadLetters(aws)
        self._entries = EntryStore(aws)
        self._judge = judge or shared_judge()
        self._clock = clock or SystemClock()

    def batch(self, records: list[Any], time_left: Callable[[], float] = lambda: math.inf) -> dict[str, Any]:
        """Enrich stream records, each for itself.

        Args:
            records: The records of an event.
            time_left: Seconds until Lambda ends the function.

        Returns:
            Lambda's ``ReportBatchItemFailures``.
        """
        failures = []
        figures = Figures(self._clock)
        for place, record in enumerate(records):
            # The first is tried in any case: a batch that makes no progress would come back for ever.
            late = place > 0 and not self.has_time(time_left)
            outcome, entry = (AGAIN, {}) if late else self._one(record)
            figures.add(outcome, entry)
            if outcome == AGAIN:
                failures.append({"itemIdentifier": _sequence_number(record)})
        log.info("batch done", extra={"fields": {"records": len(records), **figures.outcomes}})
        figures.emit(self._aws.settings)
        return {"batchItemFailures": failures}

    def has_time(self, time_left: Callable[[], float]) -> bool:
        """True where another entry can be brought to its end, even if its analyser hangs."""
        return time_left() > getattr(self._judge, "seconds", 0.0) + RESERVE

    def replay(self, key: Mapping[str, str]) -> str:
        """Enrich an entry as it is in the table now, for a dead letter; as :meth:`enrich` otherwise."""
        entry = self._entries.get(key[PARTITION_KEY], key[SORT_KEY])
        return Result.GONE.value if entry is None else self.enrich(entry)

    def settle(self, entry: dict[str, Any], record: Any) -> str:
        """Enrich an entry, or keep a dead letter of it.

        Args:
            entry: The entry as the stream showed it, or as it is in the table.
            record: What the letter is to show as the event.

        Returns:
            As :meth:`enrich`; or ``dead_letter``, ``superseded`` or :data:`AGAIN`.
        """
        try:
            return self.enrich(entry)
        except SpringheadError as error:
            if error.retryable:
                log.warning("again: %s", error.message, extra={"fields": _about(entry)})
                return AGAIN
            return self._give_up(record, entry, error)
        except Exception as error:
            # Poison must not stop the shard: whatever this record does to us, the next one is innocent.
            log.exception("poison", extra={"fields": _about(entry)})
            return self._give_up(record, entry, PluginError(f"enrichment failed: {type(error).__name__}: {error}"))

    def enrich(self, entry: dict[str, Any]) -> str:
        """Enrich one entry.

        Returns:
            ``skipped`` for what is no unenriched scraper entry, else a :class:`~springhead_runner.state.Result`.

        Raises:
            SpringheadError: It cannot be enriched, now or ever (``retryable`` tells).
        """
        metadata = _metadata(entry)
        if str(entry.get(SORT_KEY, "")).startswith(METADATA_PREFIX) or metadata.get("processed") is not False:
            return "skipped"
        source_type = str(metadata.get("source_type") or entry[SORT_KEY].partition("#")[0])
        judgement = self._judge(read_raw_text(self._aws, entry), source_type)
        result = self._entries.enrich(
            {PARTITION_KEY: entry[PARTITION_KEY], SORT_KEY: entry[SORT_KEY]},
            metadata.get("raw_sha256"),
            weight=weight(
                judgement.completeness, reliability(str(entry["source"]), source_type, judgement.reliability)
            ),
            sentiment=judgement.sentiment,
            analyser=judgement.analyser,
            now=keys.format_time(self._clock.now()),
        )
        log.info("%s", result, extra={"fields": {**_about(entry), "outcome": result.value}})
        return result.value

    def _one(self, record: Any) -> tuple[str, dict[str, Any]]:
        try:
            image = record["dynamodb"].get("NewImage")
            if image is None:
                return "removed", {}
            entry = decode_item(image)
        except Exception as error:
            log.exception("poison", extra={"fields": {"event_id": _event_id(record)}})
            failure = PluginError(f"enrichment failed: {type(error).__name__}: {error}")
            return self._give_up(record, {}, failure), {}
        return self.settle(entry, record), entry

    def _give_up(self, record: Any, entry: dict[str, Any], error: SpringheadError) -> str:
        """Keep a dead letter and note the failure on the entry; deliver again if that cannot be done.

        The letter comes first: an entry that is noted as failed has one, whatever breaks off in between.
        """
        key = {name: entry[name] for name in (PARTITION_KEY, SORT_KEY) if isinstance(entry.get(name), str)}
        sha256 = _metadata(entry).get("raw_sha256")
        try:
            if len(key) == 2 and self._superseded(key, sha256):
                return "superseded"  # newer content has its own stream record
            self._letters.keep(stream_letter(record, entry, error, keys.format_time(self._clock.now())))
            if len(key) == 2:
                self._note(key, sha256, error)
        except SpringheadError as failure:
            log.error("dead letter: %s", failure.message, extra={"fields": _about(entry)})
            return AGAIN
        log.warning("dead letter: %s", error.message, extra={"fields": {**_about(entry), "error": error.name}})
        return "dead_letter"

    def _superseded(self, key: dict[str, str], sha256: Any) -> bool:
        try:
            stored = state.state_of(self._entries.get(key[PARTITION_KEY], key[SORT_KEY]))
        except SpringheadError as failure:
            if failure.retryable:
                raise
            return False  # no key of the table: the letter is all that can be kept
        return state.enrich(stored, sha256, failed=True)[1] is not Result.FAILED

    def _note(self, key: dict[str, str], sha256: Any, error: SpringheadError) -> None:
        try:
            self._entries.fail(key, sha256, f"{error.name}: {error.message}")
        except SpringheadError as failure:
            if failure.retryable:
                raise
            log.error("not noted: %s", failure.message, extra={"fields": {"subject": key[PARTITION_KEY]}})


def _metadata(entry: dict[str, Any]) -> dict[str, Any]:
    found = entry.get("metadata")
    return found if isinstance(found, dict) else {}


def _about(entry: dict[str, Any]) -> dict[str, Any]:
    metadata = _metadata(entry)
    return {
        "subject": entry.get(PARTITION_KEY),
        "entry": entry.get(SORT_KEY),
        "source": metadata.get("source_type"),
        "run_id": metadata.get("run_id"),
        "attempt_id": metadata.get("attempt_id"),
    }


def _sequence_number(record: Any) -> str:
    """Where Lambda begins again; what cannot be told is the whole batch to it."""
    found = record.get("dynamodb") if isinstance(record, dict) else None
    return str(found.get("SequenceNumber", "")) if isinstance(found, dict) else ""


def _event_id(record: Any) -> Any:
    return record.get("eventID") if isinstance(record, dict) else None
