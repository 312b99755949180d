"""Stream batches that Lambda gave up: their records while the stream has them, and their entries when it has not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError
from springhead_contracts import keys

from springhead_runner.stores.aws import Aws, retrying
from springhead_runner.stores.entries import PARTITION_KEY, SORT_KEY, EntryStore
from springhead_runner.stores.subjects import SubjectStore
from springhead_runner.stores.values import decode_item, encode_item

__all__ = ["enrich_batch"]

#: The record has left the stream (24 hours), or the stream was replaced.
_BEYOND_REACH = frozenset({"TrimmedDataAccessException", "ResourceNotFoundException", "ExpiredIteratorException"})
#: Clocks of writers differ, and the stream takes a moment.
_SLACK = timedelta(minutes=5)


def enrich_batch(aws: Aws, batch: dict[str, Any]) -> tuple[int, int]:
    """Enrich what a batch was about, each record for itself; what can never be enriched gets a letter of its own.

    Args:
        aws: The clients.
        batch: Lambda's ``DDBStreamBatchInfo``.

    Returns:
        How many records were dealt with, and how many must be tried again.
    """
    from springhead_runner.enrich.enricher import AGAIN, Enricher

    try:
        records = list(_records(aws, batch))
    except ClientError:
        records = [_as_record(entry) for entry in _left_behind(aws, batch)]
    enricher, failed = Enricher(aws), 0
    for record in records:
        # A record without an image is a deletion: nothing is left to enrich.
        if (image := record["dynamodb"].get("NewImage")) is not None:
            failed += enricher.settle(decode_item(image), record) == AGAIN
    return len(records) - failed, failed


def _records(aws: Aws, batch: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The records of a batch, from the stream itself.

    Raises:
        ClientError: They are beyond its reach.
    """
    streams, last = aws.client("dynamodbstreams"), int(batch["endSequenceNumber"])
    start = {
        "StreamArn": batch["streamArn"],
        "ShardId": batch["shardId"],
        "ShardIteratorType": "AT_SEQUENCE_NUMBER",
        "SequenceNumber": batch["startSequenceNumber"],
    }
    what = f"read a batch of {batch['streamArn']}"
    iterator = retrying(lambda: streams.get_shard_iterator(**start), what, expected=_BEYOND_REACH)["ShardIterator"]
    while iterator:
        answer = retrying(
            lambda: streams.get_records(ShardIterator=iterator, Limit=1000),  # noqa: B023 - called at once
            what,
            expected=_BEYOND_REACH,
        )
        found = answer["Records"]
        for record in found:
            if int(record["dynamodb"]["SequenceNumber"]) > last:
                return
            yield record
        if not found or int(found[-1]["dynamodb"]["SequenceNumber"]) >= last:
            return
        iterator = answer.get("NextShardIterator")


def _left_behind(aws: Aws, batch: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Entries written about when the batch came, and enriched by nobody since."""
    first, last = (
        keys.parse_time(str(batch[name])) + sign * _SLACK
        for name, sign in (("approximateArrivalOfFirstRecord", -1), ("approximateArrivalOfLastRecord", 1))
    )
    entries = EntryStore(aws)
    for subject in SubjectStore(aws).all():
        for entry in entries.of_celebrity(subject.id):
            metadata = entry.get("metadata")
            if entry[SORT_KEY].startswith("metadata#") or not isinstance(metadata, dict):
                continue
            if metadata.get("processed") is not False or metadata.get("error") is not None:
                continue
            try:
                written = keys.parse_time(metadata["last_updated"])
            except (KeyError, ValueError):
                written = first  # of an older writer: looked at in any case
            if first <= written <= last:
                yield entry


def _as_record(entry: dict[str, Any]) -> dict[str, Any]:
    item = encode_item(entry)
    place = {name: item[name] for name in (PARTITION_KEY, SORT_KEY)}
    return {"eventName": "MODIFY", "dynamodb": {"Keys": place, "NewImage": item, "SequenceNumber": "0"}}
