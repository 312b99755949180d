"""Run reports in the operations table: ``EXECUTION#{run_id}`` / ``RESULT`` (decision 16)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError
from springhead_contracts import keys

from springhead_runner.stores.aws import Aws, retrying
from springhead_runner.stores.values import decode_item, encode, encode_item

__all__ = ["Reports"]

#: What the list of attempts keeps of each.
_ATTEMPT = (
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


class Reports:
    """Run reports.

    Args:
        aws: The clients.
    """

    def __init__(self, aws: Aws) -> None:
        self._client = aws.dynamodb
        self._table = aws.settings.operations_table

    def begin_of(self, report: dict[str, Any]) -> dict[str, Any]:
        """The update that says that a run is in progress, for a transaction: an earlier attempt's figures go."""
        ended = ("completed_at", "duration", "health", "backup", "coverage", "errors", "warnings")
        update = self._update(report)
        gone = {f"#e{i}": name for i, name in enumerate(ended) if name not in report}
        update["UpdateExpression"] += f" REMOVE {', '.join(gone)}"
        update["ExpressionAttributeNames"] |= gone
        return update

    def update_of(self, report: dict[str, Any]) -> dict[str, Any]:
        """The update that stores a report, for a transaction: its figures replace others, ``attempts`` grows by it."""
        update = self._update(report)
        # One atomic update: two attempts that end together both stay in the list.
        update["UpdateExpression"] += ", #a = list_append(if_not_exists(#a, :none), :attempt)"
        update["ExpressionAttributeNames"] |= {"#a": "attempts"}
        update["ExpressionAttributeValues"] |= _listed(report)
        return update

    def save(self, report: dict[str, Any], *, partial: bool = False) -> dict[str, Any]:
        """Store a report: its figures replace an earlier attempt's, and ``attempts`` grows by it.

        Args:
            report: What this attempt did.
            partial: True where it asked about some subjects only: then the figures of the whole run stay.

        Returns:
            The report of this attempt, with all attempts.
        """
        answer = None
        if partial:
            with suppress(ClientError):
                answer = retrying(
                    lambda: self._client.update_item(
                        TableName=self._table,
                        Key=_key(report),
                        UpdateExpression="SET #a = list_append(if_not_exists(#a, :none), :attempt)",
                        ConditionExpression="attribute_exists(#pk)",
                        ExpressionAttributeNames={"#a": "attempts", "#pk": "PK"},
                        ExpressionAttributeValues=_listed(report),
                        ReturnValues="ALL_NEW",
                    ),
                    self._what(report),
                    expected=frozenset({"ConditionalCheckFailedException"}),
                )
        if answer is None:
            update = self.update_of(report)
            answer = retrying(lambda: self._client.update_item(**update, ReturnValues="ALL_NEW"), self._what(report))
        return {**report, "attempts": decode_item(answer["Attributes"])["attempts"]}

    def _what(self, report: dict[str, Any]) -> str:
        return f"store the report of {report['run_id']} in {self._table}"

    def _update(self, report: dict[str, Any]) -> dict[str, Any]:
        fields = {name: value for name, value in report.items() if name not in {"PK", "SK", "attempts"}}
        return {
            "TableName": self._table,
            "Key": _key(report),
            "UpdateExpression": f"SET {', '.join(f'#f{i} = :f{i}' for i in range(len(fields)))}",
            "ExpressionAttributeNames": {f"#f{i}": name for i, name in enumerate(fields)},
            "ExpressionAttributeValues": {f":f{i}": encode(value) for i, value in enumerate(fields.values())},
        }

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


def _key(report: dict[str, Any]) -> dict[str, Any]:
    return encode_item({"PK": report["PK"], "SK": report["SK"]})


def _listed(report: dict[str, Any]) -> dict[str, Any]:
    """What the list of attempts keeps of a report, as the values of its update."""
    attempt = {name: report[name] for name in _ATTEMPT}
    return {":none": encode([]), ":attempt": encode([attempt])}
