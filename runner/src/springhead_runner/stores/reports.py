"""Run reports in the operations table: ``EXECUTION#{run_id}`` / ``RESULT`` (decision 16)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError
from springhead_contracts import keys

from springhead_runner.stores.aws import Aws, retrying
from springhead_runner.stores.values import decode_item, encode, encode_item

__all__ = ["Reports"]


class Reports:
    """Run reports.

    Args:
        aws: The clients.
    """

    def __init__(self, aws: Aws) -> None:
        self._client = aws.dynamodb
        self._table = aws.settings.operations_table

    def save(self, report: dict[str, Any], *, partial: bool = False) -> dict[str, Any]:
        """Store a report: its figures replace an earlier attempt's, and ``attempts`` grows by it.

        Args:
            report: What this attempt did.
            partial: True where it asked about some subjects only: then the figures of the whole run stay.

        Returns:
            The report of this attempt, with all attempts.
        """
        attempt = {
            name: report[name]
            for name in (
                "attempt_id",
                "started_at",
                "completed_at",
                "status",
                "written",
                "changed",
                "unchanged",
                "not_found",
                "dead_lettered",
            )
        }
        fields = {name: value for name, value in report.items() if name not in {"PK", "SK", "attempts"}}
        names = {f"#f{i}": name for i, name in enumerate(fields)}
        values = {f":f{i}": encode(value) for i, value in enumerate(fields.values())}
        sets = [f"#f{i} = :f{i}" for i in range(len(fields))]
        # One atomic update: two attempts that end together both stay in the list.
        append = "#a = list_append(if_not_exists(#a, :none), :attempt)"
        base = {
            "TableName": self._table,
            "Key": encode_item({"PK": report["PK"], "SK": report["SK"]}),
            "ReturnValues": "ALL_NEW",
        }
        listed = {":none": encode([]), ":attempt": encode([attempt])}
        what = f"store the report of {report['run_id']} in {self._table}"
        answer = None
        if partial:
            with suppress(ClientError):
                answer = retrying(
                    lambda: self._client.update_item(
                        **base,
                        UpdateExpression=f"SET {append}",
                        ConditionExpression="attribute_exists(#pk)",
                        ExpressionAttributeNames={"#a": "attempts", "#pk": "PK"},
                        ExpressionAttributeValues=listed,
                    ),
                    what,
                    expected=frozenset({"ConditionalCheckFailedException"}),
                )
        if answer is None:
            answer = retrying(
                lambda: self._client.update_item(
                    **base,
                    UpdateExpression=f"SET {', '.join([*sets, append])}",
                    ExpressionAttributeNames={**names, "#a": "attempts"},
                    ExpressionAttributeValues={**values, **listed},
                ),
                what,
            )
        return {**report, "attempts": decode_item(answer["Attributes"])["attempts"]}

    def get(self, run_id: str) -> dict[str, Any] | None:
        """The report of a run."""
        partition_key, sort_key = keys.execution_key(run_id)
        answer = retrying(
            lambda: self._client.get_item(
                TableName=self._table, Key=encode_item({"PK": partition_key, "SK": sort_key}), ConsistentRead=True
            ),
            f"read the report of {run_id} from {self._table}",
        )
        return decode_item(answer["Item"]) if "Item" in answer else None
