"""What a gate found, kept as ``GOLIVE#{stage}`` / its start in the operations table: `schedule enable` asks for it."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError
from springhead.errors import ConfigError

from springhead_runner.stores.aws import Aws, retrying
from springhead_runner.stores.values import decode_item, encode, encode_item

__all__ = ["Records"]


class Records:
    """The gates of a stage.

    Args:
        aws: The clients.
    """

    def __init__(self, aws: Aws) -> None:
        self._client, self._table = aws.dynamodb, aws.settings.operations_table
        self._partition = f"GOLIVE#{aws.settings.stage}"

    def begin(self, started: str, times: list[str]) -> None:
        """Note a gate that begins.

        Raises:
            ConfigError: Another one began in the same minute and goes on; their probes would have the same T.
        """
        item = {"PK": self._partition, "SK": started, "status": "in_progress", "green": False, "times": times}
        try:
            retrying(
                lambda: self._client.put_item(
                    TableName=self._table,
                    Item=encode_item(item),
                    ConditionExpression="attribute_not_exists(#pk) OR #status <> :running",
                    ExpressionAttributeNames={"#pk": "PK", "#status": "status"},
                    ExpressionAttributeValues={":running": encode("in_progress")},
                ),
                f"note the gate in {self._table}",
                expected=frozenset({"ConditionalCheckFailedException"}),
            )
        except ClientError as error:
            raise ConfigError("another golive of this stage began this minute", hint="wait for it to end") from error

    def end(self, started: str, result: dict[str, Any]) -> None:
        """Note how it ended."""
        item = {"PK": self._partition, "SK": started, **result}
        retrying(
            lambda: self._client.put_item(TableName=self._table, Item=encode_item(item)),
            f"note the gate in {self._table}",
        )

    def latest(self, limit: int = 10) -> list[dict[str, Any]]:
        """The last gates, the latest first."""
        answer = retrying(
            lambda: self._client.query(
                TableName=self._table,
                KeyConditionExpression="#pk = :pk",
                ExpressionAttributeNames={"#pk": "PK"},
                ExpressionAttributeValues={":pk": encode(self._partition)},
                ScanIndexForward=False,
                Limit=limit,
            ),
            f"read the gates in {self._table}",
        )
        return [decode_item(item) for item in answer["Items"]]
