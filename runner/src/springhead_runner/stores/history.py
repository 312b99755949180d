"""The history of a source: ``SOURCE#{source}`` / ``RUN#{T}`` in the operations table (contract ``scraping_run``).

A run report lies in a partition of its own, and no index leads there from its source. So each report leaves this short
item beside it, and the history of a source is one query. Written with the report; a lost one costs a line of history.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from springhead.errors import SpringheadError
from springhead_contracts import keys, validate

from springhead_runner.stores.aws import Aws, retrying
from springhead_runner.stores.reports import Reports
from springhead_runner.stores.values import decode_item, encode, encode_item

__all__ = ["History"]

log = logging.getLogger("springhead.history")

#: As long as the Go services keep theirs.
_KEPT = timedelta(days=400)


class History:
    """Runs by source.

    Args:
        aws: The clients.
    """

    def __init__(self, aws: Aws) -> None:
        self._aws, self._client = aws, aws.dynamodb
        self._table = aws.settings.operations_table

    def note(self, run_id: str) -> None:
        """Note a run as its stored report tells it. It never raises for AWS's sake: the report is the record."""
        try:
            report = Reports(self._aws).get(run_id)
        except SpringheadError as error:
            log.warning("no history of %s: %s", run_id, error.message)
            return
        if report is not None:
            self.add(report)

    def add(self, report: dict[str, Any]) -> None:
        """Note a run by its report; a later attempt's note replaces an earlier one's. Never raises for AWS's sake."""
        item = _item(report)
        violations = validate("scraping_run", item)
        if violations:
            log.error("no history of %s: %s", report["run_id"], violations[0].message)
            return
        try:
            retrying(
                lambda: self._client.put_item(TableName=self._table, Item=encode_item(item)),
                f"note {report['run_id']} in {self._table}",
            )
        except SpringheadError as error:
            log.warning("no history of %s: %s", report["run_id"], error.message)

    def of(self, source: str, limit: int | None = None) -> list[dict[str, Any]]:
        """Runs of a source, the latest T first."""
        return list(islice(self._query(source), limit))

    def _query(self, source: str) -> Iterator[dict[str, Any]]:
        request: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "#pk = :pk AND begins_with(#sk, :run)",
            "ExpressionAttributeNames": {"#pk": "PK", "#sk": "SK"},
            "ExpressionAttributeValues": {":pk": encode(keys.source_key(source)), ":run": encode("RUN#")},
            "ScanIndexForward": False,
        }
        while True:
            answer = retrying(lambda: self._client.query(**request), f"list the runs of {source} in {self._table}")
            for item in answer["Items"]:
                yield decode_item(item)
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def remove(self, source: str, time: str) -> None:
        """Forget a run."""
        key = encode_item({"PK": keys.source_key(source), "SK": keys.run_sort_key(time)})
        retrying(
            lambda: self._client.delete_item(TableName=self._table, Key=key), f"forget {source}@{time} in {self._table}"
        )


def _item(report: dict[str, Any]) -> dict[str, Any]:
    metrics = report["metrics"]
    item = {
        "PK": keys.source_key(report["source_id"]),
        "SK": keys.run_sort_key(report["time"]),
        "run_id": report["run_id"],
        "source_id": report["source_id"],
        "execution_id": report["execution_id"],
        "timestamp": report["time"],
        "status": report["status"],
        "items_found": report["items_extracted"],
        "items_processed": report["items_processed"],
        "items_stored": report["items_stored"],
        "new_items": report["written"],
        "updated_items": report["changed"],
        "duplicate_items": report["unchanged"],
        "error_items": report["dead_lettered"] + report.get("deferred", 0),
        "request_count": metrics["request_count"],
        "bytes_downloaded": metrics["total_bytes"],
        "TTL": int((keys.parse_time(report.get("completed_at", report["started_at"])) + _KEPT).timestamp()),
    }
    if "duration" in report:
        item["duration"] = report["duration"]
    return item
