"""Metadata records: who is scraped, and what we know of their ids elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from botocore.exceptions import ClientError
from springhead.errors import ConfigError
from springhead.subject import Subject
from springhead_contracts import keys

from springhead_runner.stores.aws import Aws, retrying
from springhead_runner.stores.entries import PARTITION_KEY, SORT_KEY
from springhead_runner.stores.values import decode_item, encode, encode_item

__all__ = ["SUBJECT_TYPE", "SubjectStore", "Unreadable"]

#: Partition of ``subject-index`` that holds all celebrities.
SUBJECT_TYPE = "celebrity"
#: An assignment, its condition, and their names and values.
_Try = tuple[str, str, dict[str, str], dict[str, Any]]
_CONDITION_FAILED = "ConditionalCheckFailedException"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A metadata record that is no subject, and why."""

    id: str
    error: ConfigError


class SubjectStore:
    """Metadata records of the celebrity table.

    Args:
        aws: The clients.
    """

    def __init__(self, aws: Aws) -> None:
        self._client = aws.dynamodb
        self._table = aws.settings.table

    def all(self) -> Iterator[Subject | Unreadable]:
        """Every celebrity, by id, from the sparse ``subject-index``; nothing is scanned.

        A record that is no subject (no name, a list where a text belongs) comes as :class:`Unreadable`: it must not
        keep the others from being scraped.
        """
        for answer in self._pages(self._listing()):
            for item in answer["Items"]:
                yield self._read(item)

    def _listing(self) -> dict[str, Any]:
        return {
            "TableName": self._table,
            "IndexName": "subject-index",
            "KeyConditionExpression": "#type = :type",
            "ExpressionAttributeNames": {"#type": "subject_type"},
            "ExpressionAttributeValues": {":type": encode(SUBJECT_TYPE)},
        }

    def _pages(self, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        while True:
            answer = retrying(lambda: self._client.query(**request), f"list the subjects of {self._table}")
            yield answer
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def some(self, ids: Iterable[str], *, strict: bool = True) -> Iterator[Subject | Unreadable]:
        """The named celebrities, in the order given; otherwise as :meth:`all`.

        Args:
            ids: Who.
            strict: False where one without metadata record comes as :class:`Unreadable`, so that the others go on.

        Raises:
            ConfigError: One of them has no metadata record.
        """
        for celebrity_id in dict.fromkeys(ids):
            found = self.get(celebrity_id)
            if found is None and strict:
                raise self.gone(celebrity_id)
            yield found or Unreadable(celebrity_id, self.gone(celebrity_id))

    def get(self, celebrity_id: str) -> Subject | Unreadable | None:
        """The named celebrity, or None where it has no metadata record."""
        key = {PARTITION_KEY: celebrity_id, SORT_KEY: keys.METADATA_SORT_KEY}
        request = {"TableName": self._table, "Key": encode_item(key), "ConsistentRead": True}
        answer = retrying(partial(self._client.get_item, **request), f"read {celebrity_id} from {self._table}")
        return self._read(answer["Item"]) if "Item" in answer else None

    def gone(self, celebrity_id: str) -> ConfigError:
        """The error for a celebrity without metadata record."""
        return ConfigError(
            f"{self._table} has no metadata record of {celebrity_id}",
            hint="write it with `springhead seed FILE`, or check --subjects",
        )

    def count_active(self) -> int:
        """How many celebrities a run would ask about; counted by DynamoDB, no record is read here."""
        request = self._listing()
        request |= {"Select": "COUNT", "FilterExpression": "attribute_not_exists(#active) OR #active <> :no"}
        request["ExpressionAttributeNames"]["#active"] = "is_active"
        request["ExpressionAttributeValues"][":no"] = {"BOOL": False}
        return sum(answer["Count"] for answer in self._pages(request))

    def _read(self, item: dict[str, Any]) -> Subject | Unreadable:
        celebrity_id = item[PARTITION_KEY]["S"]
        try:
            return Subject.from_record(decode_item(item), where=f"{self._table}: {celebrity_id}")
        except ConfigError as error:
            return Unreadable(celebrity_id, error)

    def add(self, record: dict[str, Any]) -> bool:
        """Write a metadata record if there is none; True if it was written.

        A record of an older writer that lacks ``subject_type`` gets it, so that it can be enumerated; nothing else of
        an existing record is touched.
        """
        what = f"write {record[PARTITION_KEY]} to {self._table}"
        try:
            retrying(
                lambda: self._client.put_item(
                    TableName=self._table,
                    Item=encode_item({**record, "subject_type": SUBJECT_TYPE}),
                    ConditionExpression="attribute_not_exists(#pk)",
                    ExpressionAttributeNames={"#pk": PARTITION_KEY},
                ),
                what,
                expected=frozenset({_CONDITION_FAILED}),
            )
        except ClientError:
            self._complete(record, what)
            return False
        return True

    def _complete(self, record: dict[str, Any], what: str) -> None:
        with suppress(ClientError):  # the condition: it has its type, or is gone again
            retrying(
                lambda: self._client.update_item(
                    TableName=self._table,
                    Key=encode_item({k: record[k] for k in (PARTITION_KEY, SORT_KEY)}),
                    UpdateExpression="SET #type = :type",
                    ConditionExpression="attribute_exists(#pk) AND attribute_not_exists(#type)",
                    ExpressionAttributeNames={"#type": "subject_type", "#pk": PARTITION_KEY},
                    ExpressionAttributeValues={":type": encode(SUBJECT_TYPE)},
                ),
                what,
                expected=frozenset({_CONDITION_FAILED}),
            )

    def remember(self, subject: Subject, identities: Mapping[str, str], now: str) -> bool:
        """Add or renew ids on the metadata record; True if that changed anything.

        Each id is set by itself, so two sources that learn different ids at the same time both keep theirs.
        """
        new = {name: value for name, value in identities.items() if subject.identities.get(name) != value}
        if not new:
            return False
        each = {f"#k{i}": name for i, name in enumerate(new)}
        one_by_one = ", ".join(f"#ids.#k{i} = :v{i}" for i in range(len(new)))
        values = {f":v{i}": value for i, value in enumerate(new.values())}
        one: _Try = (one_by_one, "attribute_exists(#ids)", each, values)
        whole: _Try = ("#ids = :ids", "attribute_not_exists(#ids)", {}, {":ids": dict(new)})
        # The likelier try first; the third is for a map that somebody made or removed between the two.
        for attempt in (one, whole, one) if subject.identities else (whole, one, whole):
            if self._remember(subject, attempt, now):
                return True
        raise ConfigError(
            f"{self._table} has no metadata record of {subject.id}", hint="write it with `springhead seed`"
        )

    def _remember(self, subject: Subject, attempt: _Try, now: str) -> bool:
        assignment, condition, names, values = attempt
        try:
            retrying(
                lambda: self._client.update_item(
                    TableName=self._table,
                    Key=encode_item({PARTITION_KEY: subject.id, SORT_KEY: keys.METADATA_SORT_KEY}),
                    UpdateExpression=f"SET {assignment}, #at = :now",
                    ConditionExpression=f"attribute_exists(#pk) AND {condition}",
                    ExpressionAttributeNames={"#ids": "identities", "#at": "updated_at", "#pk": PARTITION_KEY, **names},
                    ExpressionAttributeValues=encode_item({**values, ":now": now}),
                ),
                f"remember the identities of {subject.id} in {self._table}",
                expected=frozenset({_CONDITION_FAILED}),
            )
        except ClientError:
            return False
        return True
