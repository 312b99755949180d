"""Lambda handler ``post-processor``: DynamoDB stream records in, weight and sentiment out.

Every record is on its own. What can succeed later (DynamoDB throttles, S3 is unwell) is reported as a partial batch
failure, so Lambda delivers it again; what never can (a record that cannot be read, an analyser that fails on it) is
noted on the entry, kept as a dead letter and counted as done, so it does not hold up the shard behind it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from typing import Any

import orjson
from springhead.clock import SystemClock
from springhead.errors import PluginError, SpringheadError
from springhead.plugins import hooks, load_source, plugin_names
from springhead.pointer import resolve
from springhead.settings import load_settings
from springhead_contracts import keys

from springhead_runner.enrich.sentiment import analyse
from springhead_runner.enrich.weight import completeness, reliability, weight
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
    """

    def __init__(self, aws: Aws, analyser: Callable[[str], tuple[str, str]] | None = None) -> None:
        self._aws = aws
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
                failures.append({"itemIdentifier": record["dynamodb"]["SequenceNumber"]})
        log.info("batch done", extra={"fields": {"records": len(records), **counts}})
        return {"batchItemFailures": failures}

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
        metadata = entry.get("metadata") or {}
        if str(entry.get(SORT_KEY, "")).startswith(METADATA_PREFIX) or metadata.get("processed") is not False:
            return "skipped"
        source_type = str(metadata.get("source_type") or entry[SORT_KEY].partition("#")[0])
        content, pointers, declared = _declared(source_type)
        raw_text = read_raw_text(self._aws, entry)
        sentiment, analyser = self._analyse(_human_text(raw_text, pointers))
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
        metadata = entry.get("metadata") or {}
        keyed = isinstance(entry.get(PARTITION_KEY), str) and isinstance(entry.get(SORT_KEY), str)
        try:
            if keyed:
                key = {name: entry[name] for name in (PARTITION_KEY, SORT_KEY)}
                if (
                    self._entries.fail(key, metadata.get("raw_sha256"), f"{error.name}: {error.message}")
                    is not Result.FAILED
                ):
                    return "superseded"  # newer content has its own stream record
            DeadLetters(self._aws).keep(_letter(record, entry, error, keys.format_time(self._clock.now())))
        except SpringheadError as failure:
            log.error("dead letter: %s", failure.message, extra={"fields": _about(entry)})
            return "again"
        return "dead_letter"


def _letter(record: dict[str, Any], entry: dict[str, Any], error: SpringheadError, now: str) -> dict[str, Any]:
    metadata = entry.get("metadata") or {}
    source = str(metadata.get("source_type") or "unknown")
    # Its key tells the record; a record without one is told by its place in the stream.
    subject = str(entry.get(PARTITION_KEY) or record.get("eventID") or "unknown")
    run = str(metadata.get("run_id") or entry.get(SORT_KEY) or record.get("eventID") or "unknown")
    letter: dict[str, Any] = {
        "id": keys.dead_letter_id(run, "stream", subject),
        "kind": "stream",
        "source": source,
        "subject_id": subject,
        "error": error.to_info(),
        "attempts": 1,
        "created_at": now,
        # The stream's own form holds types (binary, sets) that JSON does not: text keeps what cannot be kept better.
        "event": orjson.loads(orjson.dumps({"keys": record.get("dynamodb", {}).get("Keys", {})}, default=repr)),
    }
    if "run_id" in metadata:
        letter |= {"run_id": metadata["run_id"], "time": entry["timestamp"]}
    return letter


def _about(entry: dict[str, Any]) -> dict[str, Any]:
    metadata = entry.get("metadata") or {}
    return {
        "subject": entry.get(PARTITION_KEY),
        "entry": entry.get(SORT_KEY),
        "run_id": metadata.get("run_id"),
        "attempt_id": metadata.get("attempt_id"),
    }


def _human_text(raw_text: str, pointers: tuple[str, ...]) -> str:
    """The text in a response that people wrote: where the source says, else every long string, else all of it."""
    try:
        document = orjson.loads(raw_text.removeprefix("\ufeff"))
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return raw_text
    if pointers:
        found = (resolve(document, pointer, None) for pointer in pointers)
        return "\n".join(text for text in found if isinstance(text, str))
    return "\n".join(_strings(document))


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        # An id, a code or an address has no spaces; CJK text has none either, but is no ASCII.
        return [value] if " " in value.strip() or not value.isascii() else []
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for item in items for text in _strings(item)]


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
