"""Removing exactly what the probes left: their T, which nobody else has, tells.

Two things stay. Raw answers lie under their hash, and an entry of a real run may refer to the same bytes. And what a
run has learned about a celebrity's identities is as true as before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from springhead_contracts import keys

from springhead_runner.golive.stack import Stack
from springhead_runner.letters.view import View
from springhead_runner.stores.aws import retrying
from springhead_runner.stores.entries import PARTITION_KEY, SORT_KEY
from springhead_runner.stores.history import History
from springhead_runner.stores.objects import Objects
from springhead_runner.stores.values import encode_item

__all__ = ["clean_up"]

_BATCH = 25


def clean_up(stack: Stack, subjects: Sequence[str], sources: Sequence[str], times: Sequence[str]) -> dict[str, int]:
    """Remove entries, reports, backups and dead letters of the probes.

    Args:
        stack: The stack.
        subjects: Everybody whom a probe may have visited.
        sources: All sources that a probe has run.
        times: T of the probes.

    Returns:
        How much was removed, by kind.
    """
    aws, runs = stack.aws, [(source, time) for source in sources for time in times]
    table, operations = aws.settings.table, aws.settings.operations_table
    there = (
        {PARTITION_KEY: subject, SORT_KEY: keys.entry_key(source, time)}
        for source, time in runs
        for subject in subjects
    )
    removed = {"entries": _delete(stack, table, _existing(stack, table, there))}
    reports = 0
    for source, time in runs:
        own, _ = keys.execution_key(keys.run_id(source, time))
        reports += _delete(stack, operations, _partition(stack, operations, own))
        History(aws).remove(source, time)
    removed["reports"] = reports
    backups = Objects(aws, aws.settings.backup_bucket, "backups")
    stored = [
        key
        for source, time in runs
        for key in backups.keys(f"celebrity/{source}/{time.replace('-', '').replace(':', '')}/")
    ]
    for key in stored:
        backups.delete(key)
    removed["backup files"] = len(stored)
    with View(aws) as view:
        mine = [letter for letter in view.letters() if letter.body.get("time") in times]
        for letter in mine:
            view.done(letter)
    removed["dead letters"] = len(mine)
    return removed


def _existing(stack: Stack, table: str, wanted: Iterable[dict[str, str]]) -> Iterable[dict[str, Any]]:
    """Keys of the items that are there."""
    names, wanted, client = {"#pk": PARTITION_KEY, "#sk": SORT_KEY}, iter(wanted), stack.aws.dynamodb
    while batch := [encode_item(key) for key in islice(wanted, 100)]:
        projected = {"ProjectionExpression": "#pk, #sk", "ExpressionAttributeNames": names, "ConsistentRead": True}
        pending: dict[str, Any] = {table: {"Keys": batch, **projected}}
        while pending:
            answer = retrying(lambda: client.batch_get_item(RequestItems=pending), f"look for probes in {table}")  # noqa: B023
            yield from answer["Responses"].get(table, ())
            pending = answer.get("UnprocessedKeys") or {}


def _partition(stack: Stack, table: str, key: str) -> Iterable[dict[str, Any]]:
    request: dict[str, Any] = {
        "TableName": table,
        "KeyConditionExpression": "#pk = :pk",
        "ExpressionAttributeNames": {"#pk": "PK"},
        "ExpressionAttributeValues": encode_item({":pk": key}),
    }
    while True:
        answer = retrying(lambda: stack.aws.dynamodb.query(**request), f"read {key} in {table}")
        yield from ({name: item[name] for name in ("PK", "SK")} for item in answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _delete(stack: Stack, table: str, items: Iterable[dict[str, Any]]) -> int:
    count, items = 0, iter(items)
    while batch := list(islice(items, _BATCH)):
        pending: dict[str, Any] = {table: [{"DeleteRequest": {"Key": key}} for key in batch]}
        while pending:
            answer = retrying(
                lambda: stack.aws.dynamodb.batch_write_item(RequestItems=pending),  # noqa: B023
                f"remove probes from {table}",
            )
            pending = answer.get("UnprocessedItems") or {}
        count += len(batch)
    return count
