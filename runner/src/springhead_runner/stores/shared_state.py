"""Quotas, circuits and turns of all runs, as items of the operations table.

``QUOTA#{source}`` / ``YYYY-MM-DD`` holds the units spent on a day, ``CIRCUIT#{host}`` / ``STATE`` a host that blocked
us, ``RATE#{host}`` / ``STATE`` the queue of turns at a host (microseconds since 1970).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError
from springhead.errors import Unavailable
from springhead.shared import FAR, Turns
from springhead_contracts import keys

from springhead_runner.stores.aws import Aws, retrying
from springhead_runner.stores.values import decode_item, encode_item

__all__ = ["AwsState"]

_CONDITION_FAILED = frozenset({"ConditionalCheckFailedException"})
#: Figures of a day are of use to nobody a month later.
_KEPT = timedelta(days=30)
#: Microseconds: DynamoDB's numbers are decimal, and adding fractions of a second would not end exactly.
_SECOND = 1_000_000
#: Each update that fails has let somebody else's through.
_TRIES = 50


class AwsState:
    """See :class:`springhead.shared.SharedState`.

    Args:
        aws: The clients.
    """

    def __init__(self, aws: Aws) -> None:
        self._client = aws.dynamodb
        self._table = aws.settings.operations_table

    def reserve(self, source: str, day: str, units: int, limit: int) -> int | None:
        """One conditional update: two workers can never take the same unit."""
        if units > limit:
            return None  # where nothing is spent yet, there is nothing to compare with
        try:
            answer = retrying(
                lambda: self._client.update_item(
                    TableName=self._table,
                    Key=encode_item({"PK": f"QUOTA#{source}", "SK": day}),
                    UpdateExpression="SET #ttl = :ttl ADD #spent :units",
                    ConditionExpression="attribute_not_exists(#spent) OR #spent <= :most",
                    ExpressionAttributeNames={"#spent": "spent", "#ttl": "TTL"},
                    ExpressionAttributeValues=encode_item(
                        {":units": units, ":most": limit - units, ":ttl": _expires(day)}
                    ),
                    ReturnValues="UPDATED_NEW",
                ),
                f"reserve {units} of {source}'s quota in {self._table}",
                expected=_CONDITION_FAILED,
            )
        except ClientError:
            return None
        return int(decode_item(answer["Attributes"])["spent"])

    def exhaust(self, source: str, day: str, limit: int) -> None:
        """Raise what is spent to the limit."""
        try:
            retrying(
                lambda: self._client.update_item(
                    TableName=self._table,
                    Key=encode_item({"PK": f"QUOTA#{source}", "SK": day}),
                    UpdateExpression="SET #spent = :limit, #ttl = :ttl",
                    ConditionExpression="attribute_not_exists(#spent) OR #spent < :limit",
                    ExpressionAttributeNames={"#spent": "spent", "#ttl": "TTL"},
                    ExpressionAttributeValues=encode_item({":limit": limit, ":ttl": _expires(day)}),
                ),
                f"mark {source}'s quota as used up in {self._table}",
                expected=_CONDITION_FAILED,
            )
        except ClientError:
            return  # it is there already

    def open_circuit(self, host: str, until: datetime, why: str) -> None:
        """Leave a host alone until then."""
        ttl = int(until.timestamp())
        item = {"PK": f"CIRCUIT#{host}", "SK": "STATE", "until": keys.format_time(until), "why": why, "TTL": ttl}
        retrying(
            lambda: self._client.put_item(TableName=self._table, Item=encode_item(item)),
            f"open the circuit of {host} in {self._table}",
        )

    def circuit(self, host: str, now: datetime) -> tuple[datetime, str] | None:
        """Until when a host is to be left alone, and why."""
        answer = retrying(
            lambda: self._client.get_item(
                TableName=self._table, Key=encode_item({"PK": f"CIRCUIT#{host}", "SK": "STATE"}), ConsistentRead=True
            ),
            f"read the circuit of {host} in {self._table}",
        )
        if "Item" not in answer:
            return None
        item = decode_item(answer["Item"])
        until = keys.parse_time(item["until"])
        return (until, str(item["why"])) if until > now else None

    def turns(self, host: str, count: int, interval: float, now: float) -> Turns:
        """One conditional update: the queue moves on by as many turns, from where it stands or from now."""
        begin, step = round(now * _SECOND), max(1, round(interval * _SECOND)) * count
        far = begin + round(FAR * _SECOND)
        ttl = int(now + 2 * FAR)
        waiting = "#next >= :now AND #next <= :far", "SET #next = #next + :step, #ttl = :ttl"
        idle = (
            "attribute_not_exists(#next) OR #next < :now OR #next > :far",
            "SET #next = :after, #ttl = :ttl",
        )
        both = {":now": begin, ":far": far, ":ttl": ttl}
        for _ in range(_TRIES):
            found = self._move(host, *waiting, {**both, ":step": step})
            found = found or self._move(host, *idle, {**both, ":after": begin + step})
            if found is not None:
                return Turns((int(found["next_at"]) - step) / _SECOND, int(found.get("paused_until", 0)) / _SECOND)
        raise Unavailable(f"no turn at {host} could be leased from {self._table} in {_TRIES} tries")

    def pause(self, host: str, until: float) -> None:
        """Move the queue's end, and say why it stands there."""
        values = {":until": round(until * _SECOND), ":ttl": int(until + FAR)}
        later = "attribute_not_exists({0}) OR {0} < :until"
        # Where the queue is further ahead already, its end stays; the pause is said in any case.
        self._move(host, later.format("#next"), "SET #next = :until, #ttl = :ttl", values)
        self._move(host, later.format("#paused"), "SET #paused = :until, #ttl = :ttl", values)

    def _move(self, host: str, condition: str, update: str, values: dict[str, int]) -> dict[str, Any] | None:
        """Update a host's queue and return it, or None where the condition does not hold."""
        names = {"#next": "next_at", "#paused": "paused_until", "#ttl": "TTL"}
        try:
            answer = retrying(
                lambda: self._client.update_item(
                    TableName=self._table,
                    Key=encode_item({"PK": f"RATE#{host}", "SK": "STATE"}),
                    UpdateExpression=update,
                    ConditionExpression=condition,
                    ExpressionAttributeNames={k: v for k, v in names.items() if k in update or k in condition},
                    ExpressionAttributeValues=encode_item(dict(values)),
                    ReturnValues="ALL_NEW",
                ),
                f"move the queue of {host} in {self._table}",
                expected=_CONDITION_FAILED,
            )
        except ClientError:
            return None
        return decode_item(answer["Attributes"])


def _expires(day: str) -> int:
    return int((datetime.fromisoformat(day).replace(tzinfo=UTC) + _KEPT).timestamp())
