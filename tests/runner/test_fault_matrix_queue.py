"""The fault matrix, queue side: real workers behind the template's queue, rule and asynchronous invocation."""

from __future__ import annotations

import asyncio
import importlib.util
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from springhead_runner.scrape import handler as handler_module
from springhead_runner.scrape.messages import work_on
from springhead_runner.stores import aws as aws_module
from springhead_runner.stores.dead_letters import DeadLetters
from springhead_runner.stores.reports import Reports

_spec = importlib.util.spec_from_file_location("fanout_bench", Path(__file__).with_name("fanout_bench.py"))
assert _spec is not None and _spec.loader is not None
helpers = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(helpers)

pytestmark = pytest.mark.embedded


class Killed(BaseException):
    """The process ends here; no handler of ours may catch it."""


class Queue:
    """A run that is split into messages, and the template's mapping that delivers them to real workers."""

    def __init__(self, spread: Any, kit: SimpleNamespace, template: dict[str, Any]) -> None:
        self.spread, self.bodies = spread, []
        self.before: Callable[[str, int], None] = lambda body, received: None
        self.mapping = kit.queue.QueueMapping.of(template, "ScraperTmdbWorker", self._work)

    def _work(self, event: dict[str, Any], context: Any) -> Any:
        for record in event["Records"]:
            self.before(record["body"], int(record["attributes"]["ApproximateReceiveCount"]))
        mapping = self.mapping

        class Clock(helpers.LaterClock):  # type: ignore[misc, name-defined]
            """The driver's time: that of the visibility, which the workers' claims are measured by."""

            def now(self) -> datetime:
                now: datetime = mapping.clock.now
                return now + timedelta(seconds=self._slept)

        remaining = lambda: context.get_remaining_time_in_millis() / 1000 - 20  # noqa: E731
        try:
            return asyncio.run(work_on(self.spread.aws, event["Records"], context.aws_request_id, remaining, Clock()))
        except (Killed, BaseExceptionGroup) as gone:
            raise SystemExit(137) from gone

    def run(self) -> None:
        """Plan, and deliver until nothing is left on the queue."""
        self.spread.start()
        self.deliver()

    def deliver(self) -> None:
        while records := self.spread.receive():
            for record in records:
                self.bodies.append(self.mapping.send(record["body"]))
            self.spread.settle(records, [])
            self.mapping.run()

    def received(self) -> list[int]:
        return [message.received for message in self.bodies]

    def accounted(self) -> tuple[str, int, int]:
        """The run's status, how many are accounted for, and how many entries there are."""
        report = self.spread.report()
        return report["status"], helpers.accounted(report), len(self.spread.bench.raw())


@pytest.fixture
def queue(
    bench: Callable[..., Any], kit: SimpleNamespace, template: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Queue]:
    monkeypatch.setattr(aws_module, "BASE", 0.0)
    return lambda count=18, **faults: Queue(helpers.Spread(bench(count, **faults), kit.T), kit, template)


def test_every_message_is_done_once(queue: Callable[..., Queue]) -> None:
    one = queue()
    one.run()
    assert one.received() == [1, 1, 1] and one.mapping.dead == []
    assert one.accounted() == ("completed", 18, 18)


def test_a_killed_worker_gives_its_message_back(queue: Callable[..., Queue]) -> None:
    one = queue()
    entries = one.spread.bench.entries
    healthy = one.spread.aws.dynamodb

    def dies(call: str, request: dict[str, Any]) -> bool:
        if call == "put_item" and "celebrity_id" in request["Item"] and len(one.mapping.invocations) == 2:
            raise Killed
        return False

    one.spread.aws.__dict__["dynamodb"] = helpers.Dying(healthy, dies)
    one.run()
    one.spread.aws.__dict__["dynamodb"] = healthy
    assert sorted(one.received()) == [1, 1, 2] and one.mapping.dead == []
    assert one.accounted() == ("completed", 18, 18)
    assert entries is one.spread.bench.entries and list(DeadLetters(one.spread.aws).all()) == []


def test_of_a_batch_of_messages_only_the_failed_one_comes_back(queue: Callable[..., Queue]) -> None:
    one = queue()
    one.mapping.settings["BatchSize"] = 10
    backup, healthy = one.spread.aws.settings.backup_bucket, one.spread.aws.s3
    one.spread.aws.__dict__["s3"] = helpers.Dying(
        healthy,
        lambda call, request: (
            len(one.mapping.invocations) == 1 and request.get("Bucket") == backup and "00001" in request.get("Key", "")
        ),
    )
    one.run()
    assert sorted(one.received()) == [1, 1, 2]
    assert [len(batch) for batch in one.mapping.invocations] == [3, 1]
    assert one.accounted() == ("completed", 18, 18)


def test_a_message_that_always_fails_is_kept_whole_and_finishes_the_run_later(
    queue: Callable[..., Queue], template: dict[str, Any]
) -> None:
    one = queue()
    receives = template["Resources"]["ScraperTmdbWork"]["Properties"]["RedrivePolicy"]["maxReceiveCount"]
    one.spread.start()
    poison = one.spread.receive()
    victim = poison[1]["body"]

    def before(body: str, received: int) -> None:
        if body == victim:
            raise MemoryError

    one.before = before
    one.bodies = [one.mapping.send(record["body"]) for record in poison]
    one.spread.settle(poison, [])
    one.mapping.run()
    (dead,) = one.mapping.dead
    assert (dead.body, dead.received, one.mapping.dead_letter_queue) == (victim, receives, "DeadLetterQueue")
    assert one.spread.report()["status"] == "in_progress" and len(one.spread.bench.raw()) == 12
    one.before = lambda body, received: None  # mended, and sent again
    one.mapping.send(dead.body)
    one.mapping.run()
    assert one.accounted() == ("completed", 18, 18)


def test_sqs_delivers_a_done_message_again(queue: Callable[..., Queue]) -> None:
    one = queue()
    one.run()
    before, report = one.spread.bench.raw(), one.spread.report()
    for message in one.bodies:
        one.mapping.send(message.body)
    one.mapping.run()
    assert one.spread.bench.raw() == before
    assert {name: one.spread.report()[name] for name in helpers.COUNTS} == {n: report[n] for n in helpers.COUNTS}


def test_the_schedule_fires_and_the_function_fails_twice(
    bench: Callable[..., Any], kit: SimpleNamespace, template: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule, transformer, asynchronous invocation, retries: three attempts at one T, and each entry once."""
    one = bench(5)
    backup, healthy = one.aws.settings.backup_bucket, one.aws.s3
    down = [True, True]
    one.aws.__dict__["s3"] = helpers.Dying(
        healthy, lambda call, request: bool(down) and request.get("Bucket") == backup
    )
    monkeypatch.setattr(handler_module, "_aws", lambda: one.aws)
    monkeypatch.setattr("springhead_runner.logs.set_up_logs", lambda: None)

    def handle(event: Any, context: Any) -> Any:
        try:
            return handler_module.handler(event, context)
        finally:
            if down:
                down.pop()

    invoked = kit.queue.AsyncInvoke.of(template, "ScraperTmdb", handle)
    target = kit.queue.RuleTarget.of(template, "RuleCelebrityWeeklyScrape", "scraper-tmdb")
    scheduled = {"time": kit.T, "source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}
    report = target.deliver(scheduled, invoked, refused=1)
    assert (invoked.invocations, target.tries, invoked.failures, target.dead) == (3, 2, [], [])
    assert (report["status"], report["unchanged"], report["written"]) == ("completed", 5, 0)
    assert {sort_key for _, sort_key in one.raw()} == {f"tmdb#{kit.T}"} and len(one.raw()) == 5
    stored = Reports(one.aws).get(f"tmdb@{kit.T}")
    assert stored is not None and [attempt["status"] for attempt in stored["attempts"]][-1] == "completed"
    # And where it fails for good, what is left is enough to do it again.
    down[:] = [True] * 9
    assert invoked.invoke({"source": "tmdb", "time": kit.T}) is None
    (failure,) = invoked.failures
    assert failure["requestPayload"] == {"source": "tmdb", "time": kit.T} and invoked.destination == "DeadLetterQueue"
    down[:] = []
    again = handle(json.loads(json.dumps(failure["requestPayload"])), kit.stream.Context("scraper-tmdb", 300.0))
    assert (again["status"], again["unchanged"], len(one.raw())) == ("completed", 5, 5)
