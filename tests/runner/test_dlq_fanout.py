"""Dead letters that a run in batches leaves, through the command line: redriven batches, a stopped process, poison."""

from __future__ import annotations

import asyncio
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from springhead.cli import main
from springhead_deploy import queues
from springhead_runner.scrape import messages
from springhead_runner.scrape.fanout import run_in_process
from springhead_runner.scrape.plan import Batch
from springhead_runner.stores.dead_letters import DeadLetters

_spec = importlib.util.spec_from_file_location("fanout_bench", Path(__file__).with_name("fanout_bench.py"))
assert _spec is not None and _spec.loader is not None
helpers: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(helpers)

pytestmark = pytest.mark.embedded


class Desk:
    """A run in batches on queues as the template has them, and `springhead dlq` beside it."""

    def __init__(self, spread: Any, dlq: str, capture: pytest.CaptureFixture[str]) -> None:
        self.spread, self.dlq, self._capture = spread, dlq, capture

    def __call__(self, *arguments: str, code: int = 0) -> tuple[str, str]:
        self._capture.readouterr()
        assert main(["--endpoint", str(self.spread.aws.settings.endpoint), "dlq", *arguments]) == code
        return self._capture.readouterr()

    def letters(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self("list", "--json")[0].splitlines()]

    def replay(self, *arguments: str, code: int = 0) -> dict[str, int]:
        total = json.loads(self("replay", *arguments, "--json", code=code)[0])
        return {name: count for name, count in total.items() if count}

    def redrive(self) -> None:
        """Receive without an answer until SQS gives the messages up."""
        self.set_queue(receives=1, visibility=0)
        assert self.spread.receive()
        assert self.spread.receive() == []
        self.set_queue(receives=5, visibility=30)

    def set_queue(self, receives: int, visibility: int) -> None:
        sqs = self.spread.aws.sqs
        arn = sqs.get_queue_attributes(QueueUrl=self.dlq, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": receives})
        attributes = {"RedrivePolicy": redrive, "VisibilityTimeout": str(visibility)}
        sqs.set_queue_attributes(QueueUrl=self.spread.url, Attributes=attributes)


@pytest.fixture
def desk(
    bench: Callable[..., Any],
    kit: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., Desk]:
    def make(count: int) -> Desk:
        one = helpers.Spread(bench(count), kit.T)
        sqs, settings = one.aws.sqs, one.aws.settings
        # As the template names it: a letter of ours says nothing of its queue.
        one.url = sqs.create_queue(QueueName=f"scraper-tmdb-work-{settings.table[-12:]}")["QueueUrl"]
        known = settings.model_copy(update={"work_queue": one.url})
        clients = {name: getattr(one.aws, name) for name in ("dynamodb", "s3", "sqs", "ssm")}
        one.aws = type(one.aws)(known)
        one.aws.__dict__.update(clients)
        for name in ("table_name", "operations_table_name", "raw_bucket", "backup_bucket", "dead_letter_bucket",
                     "dead_letter_queue", "upstream", "rate_scale"):  # fmt: skip
            monkeypatch.setenv(str(type(known).model_fields[name].validation_alias), str(getattr(known, name)))
        return Desk(one, str(settings.dead_letter_queue), capsys)

    return make


def test_workers_and_queue_agree_when_a_message_is_given_up() -> None:
    # A worker that counted further would never keep its letter, one that counted less would forgo deliveries.
    assert messages.RECEIVES == queues._RECEIVES


def test_a_batch_is_one_letter_whoever_gives_it_up(
    desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch, kit: SimpleNamespace
) -> None:
    told = desk(12)
    one = told.spread
    one.start()
    # Workers die without a word: SQS moves the messages.
    told.redrive()
    redriven = told.letters()
    assert [(letter["kind"], letter["event"]["work"]["batch"]) for letter in redriven] == [
        ("schedule", 0),
        ("schedule", 1),
    ]
    assert all(letter["event"]["queue"].endswith(one.url.rpartition("/")[2]) for letter in redriven)
    # And a worker that lives keeps the same batches, with the reason.
    monkeypatch.delenv("TMDB_TOKEN")
    for letter in redriven:
        record = {
            "messageId": "again", "body": json.dumps(letter["event"]["work"]),
            "attributes": {"ApproximateReceiveCount": str(messages.RECEIVES)},
        }  # fmt: skip
        assert one.work([record]) == []
    both = told.letters()
    assert [letter["id"] for letter in both] == sorted(letter["id"] for letter in redriven)
    assert {letter["error"]["name"] for letter in both} == {"ConfigError"}
    # Replaying takes all of them away: the letter, its notice and the message of SQS.
    monkeypatch.setenv("TMDB_TOKEN", kit.TOKEN)
    monkeypatch.setattr("springhead_runner.letters.replay.Replay._work_queue", lambda self, event, source: one.url)
    assert told.replay() == {"replayed": 2, "requeued": 2}
    assert told.letters() == [] and told.replay() == {}
    one.drain()
    assert (one.report()["status"], one.report()["written"]) == ("completed", 12)


def test_a_batch_that_is_replayed_after_its_run_has_ended_changes_nothing(desk: Callable[..., Desk]) -> None:
    told = desk(12)
    one = told.spread
    one.start()
    records = one.receive()
    one.settle(records, one.work(records))
    report, stored, asked = one.report(), one.bench.raw(), one.bench.simulator.stats()["requests"]
    assert report["status"] == "completed"
    one.aws.sqs.send_message(QueueUrl=one.url, MessageBody=records[0]["body"])
    told.redrive()
    (letter,) = told.letters()
    assert letter["id"] == Batch.from_body(records[0]["body"]).letter_id
    assert told.replay() == {"replayed": 1, "requeued": 1}
    one.drain()
    assert one.report() == report and one.bench.raw() == stored
    assert one.bench.simulator.stats()["requests"] == asked and told.letters() == []


def test_the_rest_of_a_process_that_was_told_to_stop_is_done_by_a_replay(desk: Callable[..., Desk]) -> None:
    told = desk(40)
    one = told.spread
    ended: list[str] = []
    options: dict[str, Any] = {"clock": helpers.LaterClock(), "on_outcome": lambda o, kind: ended.append(o.subject.id)}
    asyncio.run(run_in_process(one.aws, one.run, workers=4, stopping=lambda: len(ended) >= 9, **options))
    stored, before = one.bench.raw(), len(ended)
    assert 9 <= before < 40
    (letter,) = told.letters()
    assert letter["event"] == {"source": "tmdb", "time": one.run.time}
    assert told.replay() == {"replayed": 1, "stored": 40}
    after = one.bench.raw()
    assert len(after) == 40 and {key: after[key] for key in stored} == stored
    # Cut alike, so what had ended was not asked again.
    assert one.report()["metrics"]["request_count"] == one.bench.simulator.stats()["requests"]
    assert one.report()["status"] == "completed" and told.letters() == [] and told.replay() == {}


def test_a_run_that_cannot_go_on_keeps_its_letter(desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch) -> None:
    told = desk(12)
    one = told.spread
    asyncio.run(run_in_process(one.aws, one.run, workers=4, stopping=lambda: True, clock=helpers.LaterClock()))
    monkeypatch.delenv("TMDB_TOKEN")
    out, err = told("replay", code=1)
    assert "1 still failing" in out and "tmdb: ConfigError: " in err and "TMDB_TOKEN" in err
    assert len(told.letters()) == 1 and one.bench.raw() == {}


def test_poison_can_be_purged_only_and_that_is_said(desk: Callable[..., Desk]) -> None:
    told = desk(12)
    one = told.spread
    record = {"messageId": "one", "body": "no batch at all", "attributes": {"ApproximateReceiveCount": "1"}}
    assert one.work([record]) == []
    (letter,) = told.letters()
    out, err = told("replay", code=1)
    assert "1 still failing" in out
    assert "means nothing to a worker: it cannot be replayed" in err and "dlq purge` it" in err
    assert told.letters() == [letter]
    told("purge", letter["id"], "--yes")
    assert told.letters() == []


def test_the_queue_of_a_letter_is_that_of_its_sources_function(desk: Callable[..., Desk]) -> None:
    told = desk(12)
    batch = Batch("threads", told.spread.run.time, "plan", 0, 1, 0, ("celeb_001",))
    error = {"name": "Unavailable", "message": "down", "retryable": True}
    letter = {
        "id": batch.letter_id, "kind": "schedule", "source": "threads", "error": error, "attempts": 5,
        "event": {"work": batch.to_message()}, "created_at": batch.time,
    }  # fmt: skip
    DeadLetters(told.spread.aws).keep(letter)
    _, err = told("replay", code=1)
    # Nothing is deployed here, so the name that it looked for is told: threads runs in the function of its group.
    assert "there is no queue scraper-social-work" in err and told.letters() == [letter]


def test_a_run_whose_messages_sqs_has_dropped_is_finished_by_a_process(desk: Callable[..., Desk]) -> None:
    """After four days SQS deletes a message without a word; the run would wait for ever."""
    told = desk(40)
    one = told.spread
    one.start()
    first, *dropped = one.receive()
    one.settle([first], one.work([first]))
    one.settle(dropped, [])
    assert one.receive() == [] and one.report()["status"] == "in_progress" and len(one.bench.raw()) == 6
    # The event once more waits for the batches, as it must while they may be on their way.
    assert one.start()["status"] == "in_progress" and one.receive() == []
    command = ["--endpoint", str(one.aws.settings.endpoint), "-q", "run", "tmdb", "--time", one.time, "--workers", "4"]
    assert main(command) == 0
    assert one.report()["status"] == "completed" and len(one.bench.raw()) == 40
    assert helpers.accounted(one.report()) == 40 and told.letters() == []
