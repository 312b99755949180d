"""The ledger of runs that are split up: plans and batches, as items of the operations table beside the run's report.

``EXECUTION#{run_id}`` / ``PLAN`` says how the run is cut, and counts the batches that have ended. Beside it,
``BATCH#{n}`` is one batch: first a claim (somebody is at it), then what came of it. A piece that was handed on is an
item of its own, ``BATCH#{n}-{piece}``.

Every step is one conditional write, so a worker may die or be started twice anywhere:

- A batch ends in one transaction with the count, so it is counted once.
- A run is merged in one transaction with its report, so it is merged once.
- A planner that died before it had sent everything is followed by one with a new plan. Batches of the old plan are no
  longer asked for; those that have ended and hold the same subjects are taken over.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError
from springhead.clock import Clock
from springhead.entries import Run
from springhead.errors import Unavailable
from springhead_contracts import keys

from springhead_runner.scrape.plan import Batch
from springhead_runner.stores.aws import Aws, error_code, retrying
from springhead_runner.stores.values import decode_item, encode_item

__all__ = ["Busy", "Ledger", "Superseded"]

_CONDITION_FAILED = "ConditionalCheckFailedException"
_CANCELED = "TransactionCanceledException"
#: How long plans and batches are kept.
_KEPT = timedelta(days=30)
#: A transaction that meets another one on the same item is tried again.
_TRIES = 40


class Busy(Unavailable):
    """Somebody else is at this batch, or was faster."""


class Superseded(Unavailable):
    """The plan that this batch belongs to has been replaced by another one, which has all of its subjects."""


class Ledger:
    """Plans and batches.

    Args:
        aws: The clients.
        clock: For what is kept how long.
    """

    def __init__(self, aws: Aws, clock: Clock) -> None:
        self._client = aws.dynamodb
        self._table = aws.settings.operations_table
        self._clock = clock

    def get(self, run: Run) -> dict[str, Any] | None:
        """The plan of a run."""
        return self._get(run, "PLAN")

    def begin(
        self, run: Run, *, size: int, seen: Mapping[str, Any] | None, report: Callable[[str], dict[str, Any]]
    ) -> dict[str, Any]:
        """Begin a plan, in place of the one that was seen.

        Args:
            run: The run, with the attempt that plans.
            size: Subjects of a batch.
            seen: The plan that is there; one that was never merged hands its batches over.
            report: From the time at which the run began to the update of its report that says so.

        Raises:
            Busy: Another planner was faster.
        """
        unfinished = seen is not None and "merged_at" not in seen
        own = secrets.token_hex(6)
        started = str(seen["started_at"]) if seen is not None and unfinished else self._now()
        plan: dict[str, Any] = {
            **self._key(run, "PLAN"),
            "plan": own,
            # Batches that ended under one of these still count.
            "plans": [*(seen["plans"] if seen is not None and unfinished else []), own],
            "attempt_id": run.attempt_id,
            "started_at": started,
            "size": size,
            "ended": 0,
            "TTL": self._expires(),
        }
        unchanged = _if_seen("plan", None if seen is None else seen["plan"])
        put = {"TableName": self._table, "Item": encode_item(plan), **unchanged}
        steps = [{"Put": put}, {"Update": report(started)}]
        if self._transact(steps, f"begin {run.run_id}") is not None:
            raise Busy(f"{run.run_id} is being planned by somebody else", hint="wait for it to end")
        return plan

    def sent(self, run: Run, plan: str, *, batches: int, subjects: int, skipped: int, report: dict[str, Any]) -> bool:
        """Say in plan and report that all batches are on their way; False where the plan was superseded."""
        members = {"batches": batches, "subjects": subjects, "skipped": skipped, "plan": plan}
        update = {
            "TableName": self._table,
            "Key": encode_item(self._key(run, "PLAN")),
            "UpdateExpression": "SET #batches = :batches, #subjects = :subjects, #skipped = :skipped",
            "ConditionExpression": "#plan = :plan",
            "ExpressionAttributeNames": {f"#{name}": name for name in members},
            "ExpressionAttributeValues": encode_item({f":{name}": value for name, value in members.items()}),
        }
        return self._transact([{"Update": update}, {"Update": report}], f"plan {run.run_id}") is None

    def claim(self, batch: Batch, until: int) -> tuple[dict[str, Any] | None, str]:
        """Take a batch, unless it has ended already or somebody is at it.

        Args:
            batch: The batch.
            until: When we are surely done or dead, in seconds since 1970.

        Returns:
            The batch as it ended, or None and the mark of our claim.

        Raises:
            Superseded: Its plan is not the run's any more.
            Busy: Somebody is at it.
        """
        plan = self.get(batch.run)
        if plan is None or plan["plan"] != batch.plan:
            raise Superseded(f"batch {batch.label} of {batch.run.run_id} belongs to a plan that was replaced")
        found = self._get(batch.run, f"BATCH#{batch.label}")
        known = found is not None and found["plan"] in plan["plans"]
        if found is not None and known and "ended_at" in found and found["digest"] == batch.digest:
            return self._adopted(batch, found), ""
        if found is not None and known and found.get("claimed_until", 0) > self._clock.now().timestamp():
            raise Busy(f"batch {batch.label} of {batch.run.run_id} is being done", hint="it comes again later")
        mark = secrets.token_hex(6)
        item = {**self._batch(batch, mark), "claimed_until": until}
        if not self._put(item, "mark", None if found is None else found["mark"]):
            raise Busy(f"batch {batch.label} of {batch.run.run_id} was taken by somebody else")
        return None, mark

    def release(self, batch: Batch, mark: str) -> None:
        """Give a claim back, for whoever comes next."""
        self._put({**self._batch(batch, mark), "claimed_until": 0}, "mark", mark)

    def end(self, batch: Batch, mark: str, result: Mapping[str, Any]) -> dict[str, Any]:
        """Store what came of a batch and, where nothing of it was handed on, count it: both or neither.

        Raises:
            Busy: Our claim had run out, and somebody else took it.
            Superseded: Its plan is not the run's any more.
        """
        ended = {**self._batch(batch, secrets.token_hex(6)), **result, "ended_at": self._now()}
        put = {
            "TableName": self._table,
            "Item": encode_item(ended),
            **_if_seen("mark", mark),
        }
        self._count(batch, {"Put": put}, whole="rest" not in ended)
        return ended

    def ended(self, run: Run, plan: str) -> Iterator[dict[str, Any]]:
        """The batches of a plan that have ended, by number and piece."""
        request: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "PK = :pk AND begins_with(SK, :batch)",
            "ExpressionAttributeValues": encode_item({":pk": self._key(run, "")["PK"], ":batch": "BATCH#"}),
            "ConsistentRead": True,
        }
        while True:
            answer = retrying(lambda: self._client.query(**request), f"list the batches of {run.run_id}")
            found = (decode_item(item) for item in answer["Items"])
            yield from (item for item in found if item["plan"] == plan and "ended_at" in item)
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def merged(self, run: Run, plan: str, report: dict[str, Any]) -> bool:
        """Store the report of the whole run; False where somebody else has done so.

        Args:
            run: The run.
            plan: The plan whose batches it sums up.
            report: An update of the run's report (see :meth:`Reports.update_of`).
        """
        mark = {
            "TableName": self._table,
            "Key": encode_item(self._key(run, "PLAN")),
            "UpdateExpression": "SET #merged = :now",
            "ConditionExpression": "#plan = :plan AND attribute_not_exists(#merged)",
            "ExpressionAttributeNames": {"#merged": "merged_at", "#plan": "plan"},
            "ExpressionAttributeValues": encode_item({":now": self._now(), ":plan": plan}),
        }
        failed = self._transact([{"Update": mark}, {"Update": report}], f"store the report of {run.run_id}")
        return failed is None

    def _adopted(self, batch: Batch, found: dict[str, Any]) -> dict[str, Any]:
        """Take over a batch that ended under an earlier plan, and count it under ours."""
        if found["plan"] == batch.plan:
            return found
        update = {
            "TableName": self._table,
            "Key": encode_item(self._key(batch.run, f"BATCH#{batch.label}")),
            "UpdateExpression": "SET #plan = :plan",
            "ConditionExpression": "#plan = :old AND #mark = :mark",
            "ExpressionAttributeNames": {"#plan": "plan", "#mark": "mark"},
            "ExpressionAttributeValues": encode_item(
                {":plan": batch.plan, ":old": found["plan"], ":mark": found["mark"]}
            ),
        }
        self._count(batch, {"Update": update}, whole="rest" not in found)
        return {**found, "plan": batch.plan}

    def _count(self, batch: Batch, step: dict[str, Any], *, whole: bool) -> None:
        """Carry out a step on a batch, as long as its plan is the run's; count the batch where it ended with that."""
        plan = {
            "TableName": self._table,
            "Key": encode_item(self._key(batch.run, "PLAN")),
            "UpdateExpression": "ADD #ended :one",
            "ConditionExpression": "#plan = :plan",
            "ExpressionAttributeNames": {"#plan": "plan", "#ended": "ended"},
            "ExpressionAttributeValues": encode_item({":plan": batch.plan, ":one": 1 if whole else 0}),
        }
        failed = self._transact([step, {"Update": plan}], f"end batch {batch.label} of {batch.run.run_id}")
        if failed == 0:
            raise Busy(f"batch {batch.label} of {batch.run.run_id} was done by somebody else meanwhile")
        if failed == 1:
            raise Superseded(f"batch {batch.label} of {batch.run.run_id} belongs to a plan that was replaced")

    def _transact(self, steps: list[dict[str, Any]], what: str) -> int | None:
        """Write all or nothing; return which condition failed, or None."""
        for attempt in range(_TRIES):
            try:
                retrying(
                    lambda: self._client.transact_write_items(TransactItems=steps),
                    what,
                    expected=frozenset({_CANCELED}),
                )
            except ClientError as error:
                reasons = [reason.get("Code") for reason in error.response.get("CancellationReasons", [])]
                if "ConditionalCheckFailed" in reasons:
                    return reasons.index("ConditionalCheckFailed")
                if attempt + 1 < _TRIES and {"TransactionConflict", "ThrottlingError"} & set(reasons):
                    time.sleep(self._clock.random() * min(1.0, 0.01 * 2**attempt))
                    continue
                raise Unavailable(f"{what}: {error_code(error)}: {reasons}", hint="run it again") from error
            return None
        raise Unavailable(f"{what}: in conflict with others {_TRIES} times", hint="run it again")

    def _put(self, item: dict[str, Any], member: str, seen: str | None) -> bool:
        """Put an item if what was seen of it is still there; False if not."""
        condition = _if_seen(member, seen)
        try:
            retrying(
                lambda: self._client.put_item(TableName=self._table, Item=encode_item(item), **condition),
                f"write {item['PK']} / {item['SK']} to {self._table}",
                expected=frozenset({_CONDITION_FAILED}),
            )
        except ClientError:
            return False
        return True

    def _get(self, run: Run, sort_key: str) -> dict[str, Any] | None:
        return self._read(self._key(run, sort_key))

    def _read(self, key: dict[str, str]) -> dict[str, Any] | None:
        answer = retrying(
            lambda: self._client.get_item(TableName=self._table, Key=encode_item(dict(key)), ConsistentRead=True),
            f"read {key['PK']} / {key['SK']} from {self._table}",
        )
        return decode_item(answer["Item"]) if "Item" in answer else None

    def _batch(self, batch: Batch, mark: str) -> dict[str, Any]:
        key = self._key(batch.run, f"BATCH#{batch.label}")
        return {**key, "plan": batch.plan, "mark": mark, "digest": batch.digest, "TTL": self._expires()}

    @staticmethod
    def _key(run: Run, sort_key: str) -> dict[str, str]:
        return {"PK": keys.execution_key(run.run_id)[0], "SK": sort_key}

    def _now(self) -> str:
        return keys.format_time(self._clock.now())

    def _expires(self) -> int:
        return int((self._clock.now() + _KEPT).timestamp())


def _if_seen(member: str, seen: str | None) -> dict[str, Any]:
    """The condition that an item is still as it was seen; None is absent."""
    if seen is None:
        return {"ConditionExpression": "attribute_not_exists(PK)"}
    return {
        "ConditionExpression": "#member = :seen",
        "ExpressionAttributeNames": {"#member": member},
        "ExpressionAttributeValues": encode_item({":seen": seen}),
    }
