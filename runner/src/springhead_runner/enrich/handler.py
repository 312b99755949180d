"""Lambda handler ``post-processor``: DynamoDB stream records in, weight and sentiment out.

Every record is on its own. What can succeed later (DynamoDB throttles, S3 is unwell) is reported as a partial batch
failure, so Lambda delivers it again; what never can (a record that cannot be read, an analyser that fails on it) is
noted on the entry, kept as a dead letter and counted as done, so it does not hold up the shard behind it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from springhead.clock import SystemClock
from springhead.errors import PluginError, SpringheadError
from springhead.plugins import hooks, load_source, plugin_names
from springhead.settings import load_settings
from springhead_contracts import keys

from springhead_runner.enrich.letters import stream_letter
from springhead_runner.enrich.sentiment import analyse
from springhead_runner.enrich.text import human_text
from springhead_runner.enrich.weight import completeness, configured, reliability, weight
from springhead_runner.logs import set_up_logs
from springhead_runner.state import Result
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.dead_letters import DeadLetters
from springhead_runner.stores.entries import PARTITION_KEY, SORT_KEY, EntryStore
from springhead_runner.stores.objects import read_raw_text
from springhead_runner.stores.values import decode_item

__all__ = ["Enricher", "handler"]

log = logging.getLogger("springhead.enrich")

#: Metadata records share the table; they are nobody's to enrich.
METADATA_PREFIX = "metadata#"


@cache
def _enricher() -> Enricher:
    return Enricher(Aws(load_settings()))


def handler(event: dict[str, Any], context: Any = None) -> dict[str, Any]:
    """Enrich a batch; return the records to deliver again (``ReportBatchItemFailures``)."""
    set_up_logs()
    return _enricher().batch(event.get("Records", []))


class Enricher:
    """Enriches entries.

    Args:
        aws: The clients.
        analyser: Text → sentiment and the analyser's name.

    Raises:
        ConfigError: A setting is wrong: said before any entry is touched, so that none is marked as failed for it.
    """

    def __init__(self, aws: Aws, analyser: Callable[[str], tuple[str, str]] | None = None) -> None:
        configured()
        self._aws = aws
        self._letters = DeadLetters(aws)
        self._entries = EntryStore(aws)
        self._analyse = analyser or (lambda text: analyse(text, _hook()))
        self._clock = SystemClock()

    def batch(self, records: list[dict[str, Any]]) -> dict[str, Any]:
        """Enrich stream records, each for itself."""
        failures = []
        counts: dict[str, int] = {}
        for record in records:
            outcome = self._one(record)
            counts[outcome] = counts.get(outcome, 0) + 1
            if outcome == "again":
                failures.append({"itemIdentifier": str(record["dynamodb"].get("SequenceNumber", ""))})
        log.info("batch done", extra={"fields": {"records": len(records), **counts}})
        return {"batchItemFailures": failures}

    def replay(self, key: Mapping[str, str]) -> str:
        """Enrich an entry as it is in the table now, for a dead letter; as :meth:`enrich` otherwise."""
        entry = self._entries.get(key[PARTITION_KEY], key[SORT_KEY])
        return Result.GONE.value if entry is None else self.enrich(entry)

    def _one(self, record: dict[str, Any]) -> str:
        entry: dict[str, Any] = {}
        try:
            image = record["dynamodb"].get("NewImage")
            if image is None:
                return "removed"
            entry = decode_item(image)
            return self.enrich(entry)
        except SpringheadError as error:
            if error.retryable:
                log.warning("again: %s", error.message, extra={"fields": _about(entry)})
                return "again"
            return self._give_up(record, entry, error)
        except Exception as error:
            # Poison must not stop the shard: whatever this record does to us, the next one is innocent.
            log.exception("poison", extra={"fields": _about(entry)})
            return self._give_up(record, entry, PluginError(f"enrichment failed: {type(error).__name__}: {error}"))

    def enrich(self, entry: dict[str, Any]) -> str:
        """Enrich one entry as the stream showed it.

        Returns:
            ``skipped`` for what is no unenriched scraper entry, else a :class:`~springhead_runner.state.Result`.

        Raises:
            SpringheadError: It cannot be enriched, now or ever (``retryable`` tells).
        """
        metadata = _metadata(entry)
        if str(entry.get(SORT_KEY, "")).startswith(METADATA_PREFIX) or metadata.get("processed") is not False:
            return "skipped"
        source_type = str(metadata.get("source_type") or entry[SORT_KEY].partition("#")[0])
        content, pointers, declared = _declared(source_type)
        raw_text = read_raw_text(self._aws, entry)
        sentiment, analyser = self._analyse(human_text(raw_text, pointers))
        result = self._entries.enrich(
            {PARTITION_KEY: entry[PARTITION_KEY], SORT_KEY: entry[SORT_KEY]},
            metadata.get("raw_sha256"),
            weight=weight(completeness(raw_text, content), reliability(str(entry["source"]), source_type, declared)),
            sentiment=sentiment,
            analyser=analyser,
            now=keys.format_time(self._clock.now()),
        )
        log.info("%s", result, extra={"fields": {**_about(entry), "outcome": result.value}})
        return result.value

    def _give_up(self, record: dict[str, Any], entry: dict[str, Any], error: SpringheadError) -> str:
        """Note the failure on the entry and keep a dead letter; deliver again if even that cannot be done."""
        try:
            if self._note(entry, error) not in {None, Result.FAILED}:
                return "superseded"  # newer content has its own stream record
            self._letters.keep(stream_letter(record, entry, error, keys.format_time(self._clock.now())))
        except SpringheadError as failure:
            log.error("dead letter: %s", failure.message, extra={"fields": _about(entry)})
            return "again"
        return "dead_letter"

    def _note(self, entry: dict[str, Any], error: SpringheadError) -> Result | None:
        key = {name: entry[name] for name in (PARTITION_KEY, SORT_KEY) if isinstance(entry.get(name), str)}
        if len(key) < 2:
            return None
        try:
            return self._entries.fail(key, _metadata(entry).get("raw_sha256"), f"{error.name}: {error.message}")
        except SpringheadError as failure:
            if failure.retryable:
                raise
            log.error("not noted: %s", failure.message, extra={"fields": _about(entry)})
            return None  # DynamoDB refuses the note for ever; the letter can be kept all the same


def _metadata(entry: dict[str, Any]) -> dict[str, Any]:
    found = entry.get("metadata")
    return found if isinstance(found, dict) else {}


def _about(entry: dict[str, Any]) -> dict[str, Any]:
    metadata = _metadata(entry)
    return {
        "subject": entry.get(PARTITION_KEY),
        "entry": entry.get(SORT_KEY),
        "run_id": metadata.get("run_id"),
        "attempt_id": metadata.get("attempt_id"),
    }


@cache
def _declared(source_type: str) -> tuple[str, tuple[str, ...], float | None]:
    """What the source's plugin says of its responses; a source that is not installed here is read as a whole."""
    try:
        source = load_source(source_type)
    except SpringheadError:
        return "", (), None
    return source.content, source.text, source.reliability


@cache
def _hook() -> Any:
    """The analysers of all plugins that load; a broken one is somebody else's analyser, not ours."""
    manager = hooks()
    for name in plugin_names():
        try:
            manager.register(hooks([name]).get_plugin(name), name=name)
        except PluginError as error:
            log.warning("%s", error.message)
    return manager.hook.analyse_sentiment
