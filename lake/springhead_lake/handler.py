"""Lambda handler of ``instagram-ingest-data``: loads every backup that lands in S3."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any
from urllib.parse import unquote_plus

from springhead.errors import ConfigError, Unavailable
from springhead_runner.logs import invocation
from springhead_runner.stores.aws import Aws

from springhead_lake.backups import find_object, shown
from springhead_lake.catalog import open_catalog
from springhead_lake.delivery import deliver
from springhead_lake.ingest import Lake
from springhead_lake.letters import ObjectLetters
from springhead_lake.report import total
from springhead_lake.settings import LakeSettings, load_lake_settings

__all__ = ["Arrival", "arrivals", "handle", "handler"]

log = logging.getLogger("springhead.lake")


@dataclass(frozen=True)
class Arrival:
    """An object that has landed. ``version`` is None where the bucket has none."""

    bucket: str
    key: str
    version: str | None


@cache
def _aws() -> Aws:
    # Kept between invocations: opening the clients is most of a cold start.
    return Aws(load_lake_settings())


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Load all files that an event tells of; see :func:`handle`."""
    with invocation(context):
        return handle(_aws(), load_lake_settings(), event)


def handle(aws: Aws, settings: LakeSettings, event: Any) -> dict[str, Any]:
    """Load all files that an event tells of, each for itself.

    Args:
        aws: Clients.
        settings: Names of the lake.
        event: What S3 sends (``Records``), its test event, or what EventBridge makes of it.

    Returns:
        Totals, and under ``reports`` what became of each file.

    Raises:
        Unavailable: A file could not be loaded for no fault of its own. All other files are done; that Lambda hands
            us the event again does them no harm.
        ConfigError: The event is none of S3.
    """
    found = list(arrivals(event))
    reports = []
    if found:
        with open_catalog(settings, aws) as catalog:
            lake = Lake(settings, catalog)
            letters = ObjectLetters(aws, settings)
            for arrival in found:
                where = (arrival.bucket, arrival.key)
                find = partial(find_object, aws, *where, arrival.version)
                reports.append(deliver(lake, letters, *where, find))
    result = {**total(reports), "reports": [report.to_dict() for report in reports]}
    log.info("event done", extra={"fields": {"totals": total(reports)}})
    failed = [report for report in reports if report.outcome == "failed"]
    if failed:
        first = failed[0]
        address = shown(f"s3://{first.bucket}/{first.key}")
        why = first.error["message"] if first.error else "no reason"
        raise Unavailable(
            f"{len(failed)} of {len(reports)} files not loaded, the first is {address}: {why}",
            hint="Lambda hands us the event again; what is loaded already stays as it is",
        )
    return result


def arrivals(event: Any) -> Iterator[Arrival]:
    """The objects that an event tells of; what is no arrival of an object is said in the log and left.

    Raises:
        ConfigError: The event has no form that we know.
    """
    if not isinstance(event, Mapping):
        raise ConfigError(f"the event is no object but {type(event).__name__}", hint="S3 must send it")
    if event.get("Event") == "s3:TestEvent":
        log.info("test event of S3: the notification is set up")
    elif isinstance(event.get("Records"), list):
        for record in event["Records"]:
            yield from _of_record(record)
    elif event.get("source") == "aws.s3" and isinstance(event.get("detail"), Mapping):
        if event.get("detail-type") == "Object Created":
            # EventBridge has keys as they are.
            yield from _of_object(event["detail"], "version-id", decode=False)
        else:
            log.warning("left alone: event %r", event.get("detail-type"))
    else:
        raise ConfigError("the event is none of S3: it has no Records", hint="connect the function to a bucket")


def _of_record(record: Any) -> Iterator[Arrival]:
    if not isinstance(record, Mapping):
        log.warning("left alone: a record that is no object but %s", type(record).__name__)
        return
    # Who calls the function by hand may leave the name out; S3 never does.
    name = record.get("eventName", "ObjectCreated:")
    if not isinstance(name, str) or not name.removeprefix("s3:").startswith("ObjectCreated:"):
        log.warning("left alone: event %r", name)
        return
    yield from _of_object(record.get("s3"), "versionId", decode=True)


def _of_object(found: Any, version: str, *, decode: bool) -> Iterator[Arrival]:
    try:
        bucket, key = found["bucket"]["name"], found["object"]["key"]
        known = found["object"].get(version)
    except (TypeError, KeyError, AttributeError):
        bucket = key = known = None
    if not isinstance(bucket, str) or not isinstance(key, str):
        log.error("left alone: an event without bucket and key")
        return
    yield Arrival(bucket, unquote_plus(key) if decode else key, None if known in (None, "", "null") else known)
