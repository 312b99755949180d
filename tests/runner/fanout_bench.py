"""A run that is spread over a work queue: the queue is SQS of embedded AWS, the test is what Lambda does around it."""

from __future__ import annotations

import asyncio
import json
import math
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from springhead.clock import SystemClock
from springhead.entries import Run
from springhead.errors import SpringheadError
from springhead_runner.scrape.fanout import run_or_split
from springhead_runner.scrape.ledger import Ledger
from springhead_runner.scrape.messages import work_on
from springhead_runner.stores.dead_letters import DeadLetters
from springhead_runner.stores.objects import Objects
from springhead_runner.stores.reports import Reports
from springhead_runner.stores.values import encode_item

COUNTS = ("written", "changed", "unchanged", "not_found", "deferred", "dead_lettered", "lost")


class LaterClock(SystemClock):
    """The real time and then some; what would be slept is added to what is measured, and nobody waits."""

    def __init__(self, later: float = 0.0) -> None:
        self._later = timedelta(seconds=later)
        self._slept = 0.0

    def now(self) -> datetime:
        return super().now() + self._later

    def monotonic(self) -> float:
        return super().monotonic() + self._slept

    async def sleep(self, seconds: float) -> None:
        self._slept += max(0.0, seconds)
        await asyncio.sleep(0)


class Spread:
    """One bench whose source is so slow, by its pace, that a run of it is split into batches of six."""

    def __init__(self, bench: Any, time: str, source: str = "tmdb", **settings: Any) -> None:
        self.bench, self.time, self.source = bench, time, source
        sqs = bench.aws.sqs
        self.url = sqs.create_queue(QueueName=f"work-{uuid.uuid4().hex[:12]}")["QueueUrl"]
        self.aws = type(bench.aws)(bench.aws.settings.model_copy(update={"work_queue": self.url, **settings}))
        clients = ("dynamodb", "s3", "sqs", "ssm")
        self.aws.__dict__.update({name: getattr(bench.aws, name) for name in clients})
        self.set_pace()

    @property
    def run(self) -> Run:
        return Run.at(self.source, self.time)

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.aws, SystemClock())

    def set_pace(self, requests: int = 3000, latency_ms: int = 31_000) -> None:
        item = {"PK": f"SOURCE#{self.source}", "SK": "PACE", "requests_per_1000": requests, "latency_ms": latency_ms}
        self.aws.dynamodb.put_item(TableName=self.aws.settings.operations_table, Item=encode_item(item))

    def start(self, **options: Any) -> dict[str, Any]:
        """What the scheduled invocation does."""
        return asyncio.run(run_or_split(self.aws, self.run, clock=options.pop("clock", LaterClock()), **options))

    def receive(self) -> list[dict[str, Any]]:
        """All messages that are in the queue, as Lambda hands them over."""
        found: list[dict[str, Any]] = []
        while True:
            answer = self.aws.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10, AttributeNames=["All"])
            if not answer.get("Messages"):
                return found
            for message in answer["Messages"]:
                found.append(
                    {
                        "messageId": message["MessageId"],
                        "receiptHandle": message["ReceiptHandle"],
                        "body": message["Body"],
                        "attributes": {"ApproximateReceiveCount": message["Attributes"]["ApproximateReceiveCount"]},
                        "messageAttributes": {},
                        "eventSource": "aws:sqs",
                        "awsRegion": "us-east-1",
                    }
                )

    def work(
        self,
        records: list[dict[str, Any]],
        *,
        time_left: Callable[[], float] = lambda: math.inf,
        clock: Any = None,
        aws: Any = None,
    ) -> list[str]:
        """One invocation; returns the ids of the messages that come again."""
        attempt = uuid.uuid4().hex[:12]
        answer = asyncio.run(work_on(aws or self.aws, records, attempt, time_left, clock or LaterClock()))
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def settle(self, records: list[dict[str, Any]], failed: list[str]) -> None:
        """What Lambda does with the answer: delete what is done, and let the rest come again at once."""
        for record in records:
            handle = {"QueueUrl": self.url, "ReceiptHandle": record["receiptHandle"]}
            if record["messageId"] in failed:
                self.aws.sqs.change_message_visibility(**handle, VisibilityTimeout=0)
            else:
                self.aws.sqs.delete_message(**handle)

    def drain(self, workers: int = 1, *, rounds: int = 50, **options: Any) -> int:
        """Work until the queue is empty, one message an invocation; returns how many invocations that took."""
        invocations = 0
        with ThreadPoolExecutor(workers) as pool:
            for _ in range(rounds):
                records = self.receive()
                if not records:
                    return invocations
                invocations += len(records)

                def one(record: dict[str, Any]) -> None:
                    self.settle([record], self.work([record], **options))

                list(pool.map(one, records))
        raise AssertionError(f"the queue is not empty after {rounds} rounds")

    def report(self) -> dict[str, Any]:
        found = Reports(self.aws).get(self.run.run_id)
        assert found is not None
        return found

    def letters(self) -> list[dict[str, Any]]:
        return list(DeadLetters(self.aws).all())

    def parts(self) -> dict[str, bytes]:
        """Every part in the bucket, by key."""
        store = Objects(self.aws, self.aws.settings.backup_bucket, "")
        return {key: store.get(key) for key in store.keys("") if key.endswith(".csv")}

    def manifest(self) -> dict[str, Any]:
        store = Objects(self.aws, self.aws.settings.backup_bucket, "")
        found: dict[str, Any] = json.loads(store.get(self.report()["backup"]["manifest"].split("/", 3)[3]))
        return found


def accounted(report: dict[str, Any]) -> int:
    """How many subjects a report says something about."""
    return sum(report[name] for name in COUNTS)


class Dying:
    """A client that does what it is told a number of times, and then fails for good, as if the process had ended."""

    def __init__(self, client: Any, dies: Callable[[str, dict[str, Any]], bool]) -> None:
        self._client, self._dies = client, dies

    def __getattr__(self, name: str) -> Any:
        original = getattr(self._client, name)

        def call(**request: Any) -> Any:
            if self._dies(name, request):
                raise SpringheadError("injected: the process is gone")
            return original(**request)

        return call
