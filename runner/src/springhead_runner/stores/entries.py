"""The celebrity table: put, enrich, read (seed 1's query patterns)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from springhead_contracts import keys

from springhead_runner import state
from springhead_runner.state import Put, Result
from springhead_runner.stores.aws import Aws, retrying
from springhead_runner.stores.values import decode_item, encode, encode_item

if TYPE_CHECKING:  # the engine brings the HTTP client along, which enrichment does without
    from springhead.engine import Stored

__all__ = ["ENTRY_LIMIT", "PARTITION_KEY", "SORT_KEY", "EntryStore"]

PARTITION_KEY = "celebrity_id"
SORT_KEY = "source_type#timestamp"
#: Bytes; DynamoDB refuses items above 400 KB (409,600). What comes near goes to S3.
ENTRY_LIMIT = 400_000
_CONDITION_FAILED = "ConditionalCheckFailedException"
# Every name is an alias: `#` in the sort key, and `name`, `source`, `timestamp` being reserved words.
_NAMES = {"#pk": PARTITION_KEY, "#m": "metadata", "#sha": "raw_sha256"}


class EntryStore:
    """Scraper entries and metadata records.

    Args:
        aws: The clients.
    """

    def __init__(self, aws: Aws) -> None:
        self._client = aws.dynamodb
        self._table = aws.settings.table

    def put(self, record: dict[str, Any]) -> Stored:
        """Put an entry, unless the same content is there already (see :mod:`springhead_runner.state`)."""
        try:
            answer = retrying(
                lambda: self._client.put_item(
                    TableName=self._table,
                    Item=encode_item(record),
                    ConditionExpression=state.PUT_CONDITION,
                    ExpressionAttributeNames=_NAMES,
                    ExpressionAttributeValues={":sha": {"S": record["metadata"]["raw_sha256"]}},
                    ReturnValues="ALL_OLD",
                ),
                f"write {record[PARTITION_KEY]} to {self._table}",
                expected=frozenset({_CONDITION_FAILED}),
            )
        except ClientError:
            return Put.UNCHANGED.value
        return Put.CHANGED.value if answer.get("Attributes") else Put.WRITTEN.value

    def enrich(
        self, key: dict[str, str], sha256: str | None, *, weight: float, sentiment: str, analyser: str, now: str
    ) -> Result:
        """Set weight and sentiment, if the content is still the one that was read."""
        return self._update(
            key,
            sha256,
            "SET #w = :weight, #s = :sentiment, #m.#processed = :true, #m.#error = :null, "
            "#m.#at = :now, #m.#by = :analyser",
            {"#w": "weight", "#s": "sentiment", "#error": "error", "#at": "enriched_at", "#by": "analyser"},
            {
                ":weight": weight,
                ":sentiment": sentiment,
                ":true": True,
                ":null": None,
                ":now": now,
                ":analyser": analyser,
            },
            Result.ENRICHED,
        )

    def fail(self, key: dict[str, str], sha256: str | None, error: str) -> Result:
        """Note why the content cannot be enriched, if it is still the one that was read."""
        return self._update(
            key,
            sha256,
            "SET #m.#error = :error, #m.#count = if_not_exists(#m.#count, :zero) + :one",
            {"#error": "error", "#count": "retry_count"},
            {":error": error[:1000], ":zero": 0, ":one": 1},
            Result.FAILED,
        )

    def _update(
        self,
        key: dict[str, str],
        sha256: str | None,
        expression: str,
        names: dict[str, str],
        values: dict[str, Any],
        done: Result,
    ) -> Result:
        known = {":sha": sha256} if sha256 is not None else {}
        try:
            retrying(
                lambda: self._client.update_item(
                    TableName=self._table,
                    Key=encode_item(key),
                    UpdateExpression=expression,
                    ConditionExpression=state.ENRICH_CONDITION if sha256 is not None else state.LEGACY_CONDITION,
                    ExpressionAttributeNames={**_NAMES, "#processed": "processed", **names},
                    ExpressionAttributeValues={k: encode(v) for k, v in {**values, **known, ":false": False}.items()},
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                ),
                f"enrich {key[PARTITION_KEY]} {key[SORT_KEY]} in {self._table}",
                expected=frozenset({_CONDITION_FAILED}),
            )
        except ClientError as error:
            old: Any = error.response.get("Item")
            stored = state.state_of(decode_item(old) if old else None)
            return state.enrich(stored, sha256, failed=done is Result.FAILED)[1]
        return done

    def get(self, celebrity_id: str, sort_key: str = keys.METADATA_SORT_KEY) -> dict[str, Any] | None:
        """One item by its key; the metadata record by default."""
        answer = retrying(
            lambda: self._client.get_item(
                TableName=self._table,
                Key=encode_item({PARTITION_KEY: celebrity_id, SORT_KEY: sort_key}),
                ConsistentRead=True,
            ),
            f"read {celebrity_id} from {self._table}",
        )
        return decode_item(answer["Item"]) if "Item" in answer else None

    def of_celebrity(self, celebrity_id: str, source_type: str | None = None) -> Iterator[dict[str, Any]]:
        """Everything about a celebrity, oldest first, or only the entries of one source type."""
        condition, names = "#pk = :id", {"#pk": PARTITION_KEY}
        values = {":id": encode(celebrity_id)}
        if source_type is not None:
            condition += " AND begins_with(#sk, :prefix)"
            names["#sk"] = SORT_KEY
            values[":prefix"] = encode(f"{source_type}#")
        return self._query(
            KeyConditionExpression=condition, ExpressionAttributeNames=names, ExpressionAttributeValues=values
        )

    def by_name(self, name: str) -> Iterator[dict[str, Any]]:
        """Items with a name, from ``name-index`` (without ``raw_text``)."""
        return self._query(
            IndexName="name-index",
            KeyConditionExpression="#n = :name",
            ExpressionAttributeNames={"#n": "name"},
            ExpressionAttributeValues={":name": encode(name)},
        )

    def counts(self) -> dict[str, dict[str, int]]:
        """Count items by source type, how many of them are enriched, and for how many that failed.

        As in seed 1 this reads the whole table (two small attributes of each item); nothing that runs on a schedule
        calls it.
        """
        found: dict[str, dict[str, int]] = {}
        request: dict[str, Any] = {
            "TableName": self._table,
            "ProjectionExpression": "#sk, #w, #m.#e",
            "ExpressionAttributeNames": {"#sk": SORT_KEY, "#w": "weight", "#m": "metadata", "#e": "error"},
        }
        while True:
            answer = retrying(lambda: self._client.scan(**request), f"count {self._table}")
            for item in answer["Items"]:
                source_type = item[SORT_KEY]["S"].partition("#")[0]
                count = found.setdefault(source_type, {"entries": 0, "enriched": 0, "failed": 0})
                count["entries"] += 1
                # attribute_exists would be true for NULL: the type is what tells.
                count["enriched"] += "N" in item.get("weight", {})
                count["failed"] += "S" in item.get("metadata", {}).get("M", {}).get("error", {})
            if "LastEvaluatedKey" not in answer:
                return dict(sorted(found.items()))
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _query(self, **request: Any) -> Iterator[dict[str, Any]]:
        request["TableName"] = self._table
        while True:
            answer = retrying(lambda: self._client.query(**request), f"query {self._table}")
            for item in answer["Items"]:
                yield decode_item(item)
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
