"""Lambda handler ``post-processor-sweep``: on a schedule, enriches the entries that the stream has left behind.

The stream gives up on a record when it has been delivered often enough or has become too old, and an event source
mapping can be switched off. The sweep looks at the entries themselves: those of the last days that are neither
enriched nor noted as failed (these have a dead letter), and that nobody can be working on any more.

Nothing is scanned. Subjects come from the sparse ``subject-index``; of each, one query per installed source reads the
entries of the time range, by their key. (``source-index`` cannot be asked: the address that is its partition differs
by handle, language and service.) Where the time does not suffice, the next sweep goes on behind the last subject.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from springhead.clock import Clock, SystemClock
from springhead.errors import ConfigError
from springhead.plugins import catalogue
from springhead.settings import Settings, load_settings
from springhead_contracts import keys

from springhead_runner import metrics
from springhead_runner.enrich.enricher import Enricher
from springhead_runner.enrich.figures import Figures
from springhead_runner.enrich.isolated import shared_judge
from springhead_runner.logs import invocation
from springhead_runner.state import Result
from springhead_runner.stores.aws import Aws, retrying
from springhead_runner.stores.entries import PARTITION_KEY, SORT_KEY
from springhead_runner.stores.subjects import SUBJECT_TYPE
from springhead_runner.stores.values import decode_item, encode, encode_item

__all__ = ["DAYS", "GRACE", "SweepReport", "handler", "sweep"]

log = logging.getLogger("springhead.sweep")

#: How far back T may lie, in days: a weekly run, and what its quota has put off.
DAYS = 15
#: Seconds that the stream is given first: its own limit is the record age of the event source mapping.
GRACE = 3600.0
#: Days that a cursor of a sweep with a range of its own is kept.
_CURSOR_DAYS = 30


@dataclass
class SweepReport:
    """What a sweep did.

    Args:
        subjects: Subjects looked at.
        found: Entries that nobody had enriched.
        finished: False where the next sweep goes on.
        left: How many were found, by source.
        figures: What became of them.
    """

    figures: Figures
    subjects: int = 0
    found: int = 0
    finished: bool = True
    left: dict[str, int] = field(default_factory=dict)

    @property
    def outcomes(self) -> dict[str, int]:
        """What became of them, by outcome of the enricher."""
        return dict(self.figures.outcomes)

    def to_dict(self) -> dict[str, Any]:
        """As the function returns it."""
        return {"subjects": self.subjects, "found": self.found, "finished": self.finished, "outcomes": self.outcomes}

    def emit(self, settings: Settings) -> None:
        """Emit the metrics; a zero is a figure, too: it tells that somebody has looked."""
        self.figures.emit(settings)
        metrics.emit({"Unenriched": 0.0}, settings)
        for source, count in self.left.items():
            metrics.emit({"Unenriched": float(count)}, settings, source=source)


@cache
def _enricher() -> tuple[Aws, Enricher]:
    shared_judge().start()
    aws = Aws(load_settings())
    return aws, Enricher(aws)


def handler(event: Any, context: Any = None) -> dict[str, Any]:
    """Sweep once; ``{"since": "2025-11-01T00:00:00Z"}`` looks further back than usual.

    Raises:
        SpringheadError: The table cannot be read. What has been done stays done.
    """
    with invocation(context):
        aws, enricher = _enricher()
        remaining = getattr(context, "get_remaining_time_in_millis", None)
        since = event.get("since") if isinstance(event, dict) else None
        report = sweep(
            aws,
            enricher,
            since=_since(since) if since is not None else None,
            time_left=lambda: math.inf if remaining is None else remaining() / 1000,
        )
        report.emit(aws.settings)
        return report.to_dict()


def sweep(
    aws: Aws,
    enricher: Enricher | None = None,
    *,
    since: datetime | None = None,
    grace: float = GRACE,
    time_left: Callable[[], float] = lambda: math.inf,
    clock: Clock | None = None,
) -> SweepReport:
    """Enrich what nobody has enriched.

    Args:
        aws: The clients.
        enricher: Does it.
        since: The earliest T that is looked at; None is :data:`DAYS` days ago.
        grace: Seconds that an entry is left to the stream after it was written.
        time_left: Seconds until it must end.
        clock: The clock; None is the real one.
    """
    clock = clock or SystemClock()
    enricher = enricher or Enricher(aws)
    now = clock.now()
    search = _Search(aws, since, now - timedelta(seconds=grace), now)
    report = SweepReport(Figures(clock))
    for subject in search.subjects(after=search.cursor()):
        if not enricher.has_time(time_left):
            report.finished = False
            break
        for key, source in search.unenriched(subject):
            if not enricher.has_time(time_left):
                report.finished = False
                break
            report.found += 1
            report.left[source] = report.left.get(source, 0) + 1
            outcome, entry = _settle(enricher, search, key)
            report.figures.add(outcome, entry)
        if not report.finished:
            break
        report.subjects += 1
        search.last = subject
    search.remember(None if report.finished else search.last)
    log.info("sweep done", extra={"fields": report.to_dict()})
    return report


def _settle(enricher: Enricher, search: _Search, key: dict[str, str]) -> tuple[str, dict[str, Any]]:
    # Read once more and whole: the stream may have been there meanwhile.
    entry = search.entry(key)
    if entry is None:
        return Result.GONE.value, {}
    event = {"eventID": "sweep", "dynamodb": {"Keys": encode_item(key)}}
    return enricher.settle(entry, event), entry


class _Search:
    def __init__(self, aws: Aws, since: datetime | None, before: datetime, now: datetime) -> None:
        self._client = aws.dynamodb
        self._table, self._operations = aws.settings.table, aws.settings.operations_table
        self._since, self._before, self._now = keys.format_time(since or now - timedelta(days=DAYS)), before, now
        # A sweep over a range of its own has a place of its own, too.
        place = "CURSOR" if since is None else f"CURSOR#{self._since}"
        self._cursor = {"PK": "SWEEP#post-processor", "SK": place}
        self._sources = [s.name for p in catalogue() for s in p.sources if s.emits == "scraper_entry"]
        self.last: str | None = None

    def subjects(self, after: str | None) -> Iterator[str]:
        """Ids of the subjects behind that one."""
        self.last = after
        condition, values = "#type = :type", {":type": encode(SUBJECT_TYPE)}
        names = {"#type": "subject_type", "#pk": PARTITION_KEY}
        if after is not None:
            condition, values = f"{condition} AND #pk > :after", {**values, ":after": encode(after)}
        for item in self._query(
            IndexName="subject-index",
            KeyConditionExpression=condition,
            ProjectionExpression="#pk",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values,
        ):
            yield item[PARTITION_KEY]

    def unenriched(self, subject: str) -> Iterator[tuple[dict[str, str], str]]:
        """Keys of a subject's entries that nobody has enriched, with their source."""
        for source in self._sources:
            for item in self._query(
                ConsistentRead=True,
                KeyConditionExpression="#pk = :id AND #sk BETWEEN :from AND :to",
                FilterExpression="#m.#processed = :false AND NOT attribute_type(#m.#error, :string)",
                ProjectionExpression="#pk, #sk, #m.#updated",
                ExpressionAttributeNames={
                    "#pk": PARTITION_KEY,
                    "#sk": SORT_KEY,
                    "#m": "metadata",
                    "#processed": "processed",
                    "#error": "error",
                    "#updated": "last_updated",
                },
                ExpressionAttributeValues={
                    ":id": encode(subject),
                    ":from": encode(f"{source}#{self._since}"),
                    ":to": encode(f"{source}#~"),
                    ":false": encode(False),
                    ":string": encode("S"),
                },
            ):
                if self._due(item):
                    yield {PARTITION_KEY: item[PARTITION_KEY], SORT_KEY: item[SORT_KEY]}, source

    def entry(self, key: dict[str, str]) -> dict[str, Any] | None:
        answer = retrying(
            lambda: self._client.get_item(TableName=self._table, Key=encode_item(key), ConsistentRead=True),
            f"read {key[PARTITION_KEY]} {key[SORT_KEY]} from {self._table}",
        )
        return decode_item(answer["Item"]) if "Item" in answer else None

    def cursor(self) -> str | None:
        """The subject behind which the last sweep ended; None where it came to the end."""
        answer = retrying(
            lambda: self._client.get_item(TableName=self._operations, Key=encode_item(self._cursor)),
            f"read where the last sweep ended from {self._operations}",
        )
        return decode_item(answer["Item"]).get("subject") if "Item" in answer else None

    def remember(self, subject: str | None) -> None:
        """Keep where the next sweep goes on; None lets it begin again."""
        ttl = int((self._now + timedelta(days=_CURSOR_DAYS)).timestamp())
        retrying(
            lambda: self._client.update_item(
                TableName=self._operations,
                Key=encode_item(self._cursor),
                UpdateExpression="SET #subject = :subject, #at = :at, #ttl = :ttl",
                ExpressionAttributeNames={"#subject": "subject", "#at": "updated_at", "#ttl": "TTL"},
                ExpressionAttributeValues=encode_item(
                    {":subject": subject, ":at": keys.format_time(self._now), ":ttl": ttl}
                ),
            ),
            f"keep where the sweep ended in {self._operations}",
        )

    def _due(self, item: dict[str, Any]) -> bool:
        """Old enough. A stamp from the future tells of a wrong clock; enriching twice is harmless, never is not."""
        try:
            written = keys.parse_time((item.get("metadata") or {})["last_updated"])
        except (KeyError, TypeError, ValueError):
            return True
        return written <= self._before or written > self._now

    def _query(self, **request: Any) -> Iterator[dict[str, Any]]:
        request["TableName"] = self._table
        while True:
            answer = retrying(lambda: self._client.query(**request), f"sweep {self._table}")
            for item in answer["Items"]:
                yield decode_item(item)
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _since(value: Any) -> datetime:
    try:
        return keys.parse_time(value)
    except ValueError as error:
        raise ConfigError(f"since: {error}", hint='send {"since": "2025-11-01T00:00:00Z"}') from error
