"""A run that is split into batches ends like one in one piece, in whatever order its messages come."""

from __future__ import annotations

import asyncio
import csv
import importlib.util
import io
import json
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest
from springhead_contracts import keys, validate
from springhead_runner.scrape import fanout, merge, messages
from springhead_runner.scrape import handler as handler_module
from springhead_runner.scrape.fanout import run_in_process
from springhead_runner.scrape.plan import Batch
from springhead_runner.stores.reports import Reports
from springhead_runner.stores.values import encode_item

_spec = importlib.util.spec_from_file_location("fanout_bench", Path(__file__).with_name("fanout_bench.py"))
assert _spec is not None and _spec.loader is not None
helpers = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(helpers)

pytestmark = pytest.mark.embedded
accounted = helpers.accounted

#: What of an entry depends on who wrote it and when.
PASSING = ("attempt_id", "last_updated", "fetched_at")


def table(one: Any) -> dict[Any, Any]:
    """All entries, without what another attempt may change."""
    plain = json.loads(json.dumps([[list(key), item] for key, item in one.raw().items()]))
    for _, item in plain:
        metadata = item["metadata"]["M"]
        for name in PASSING:
            metadata.pop(name)
        for response in metadata["responses"]["L"]:
            response["M"].pop("fetched_at"), response["M"].pop("bucket")
    return {tuple(key): item for key, item in plain}


def ids(one: Any) -> list[str]:
    return sorted(person["celebrity_id"] for person in one.people)


def rows(spread: Any) -> list[str]:
    """Ids in the parts that the manifest names; every part in the bucket is named, with its hash."""
    import hashlib

    parts, manifest = spread.parts(), spread.manifest()
    assert [part["key"] for part in manifest["parts"]] == sorted(parts, key=lambda key: key.removesuffix(".csv"))
    found = []
    for part in manifest["parts"]:
        body = parts[part["key"]]
        assert (len(body), hashlib.sha256(body).hexdigest()) == (part["bytes"], part["sha256"])
        listed = [row["celebrity_id"] for row in csv.DictReader(io.StringIO(body.decode(), newline=""))]
        assert len(listed) == part["rows"]
        found += listed
    return found


@pytest.fixture
def spread(bench: Callable[..., Any], kit: SimpleNamespace) -> Callable[..., Any]:
    def make(count: int = 20, source: str = "tmdb", **faults: Any) -> Any:
        return helpers.Spread(bench(count, **faults), kit.T, source)

    return make


def test_a_split_run_ends_like_one_in_one_piece(
    spread: Callable[..., Any], bench: Callable[..., Any], kit: SimpleNamespace
) -> None:
    one = spread(20, not_found=0.2, malformed=0.1)
    whole = bench(20, one.bench.simulator)
    inline = whole.scrape()
    begun = one.start()
    assert validate("run_report", begun) == []
    assert (begun["status"], begun["batches"], begun["subjects"]) == ("in_progress", 4, 20)
    assert "health" not in begun and "completed_at" not in begun and "backup" not in begun
    assert begun == one.report() and one.bench.raw() == {}
    assert one.drain() == 4
    report = one.report()
    assert validate("run_report", report) == []
    changing = {"attempt_id", "started_at", "completed_at", "duration", "attempts", "backup", "batches", "metrics",
                "errors", "warnings"}  # fmt: skip
    assert {k: v for k, v in report.items() if k not in changing} == {
        k: v for k, v in inline.items() if k not in changing
    }
    assert report["batches"] == 4 and accounted(report) == report["subjects"] == 20
    assert report["not_found"] >= 2 and report["dead_lettered"] >= 1
    for name in ("request_count", "failed_requests", "retried_requests", "total_bytes"):
        assert report["metrics"][name] == inline["metrics"][name]
    told = Counter((e["code"], e["context"]["subject_id"]) for e in report["errors"])
    assert told == Counter((e["code"], e["context"]["subject_id"]) for e in inline["errors"])
    assert table(one.bench) == table(whole)
    assert sorted(letter["subject_id"] for letter in one.letters()) == sorted(name for _, name in told)
    assert rows(one) == sorted(name for name, _ in one.bench.raw())
    backup = report["backup"]
    assert (backup["parts"], backup["rows"]) == (4, report["written"]) and backup["rows"] == inline["backup"]["rows"]
    assert [a["attempt_id"] for a in report["attempts"]] == [report["attempt_id"]] == [begun["attempt_id"]]


def test_a_few_subjects_or_no_queue_are_one_piece(spread: Callable[..., Any]) -> None:
    one = spread(12)
    one.set_pace(latency_ms=300)
    report = one.start()
    assert (report["status"], report["written"], one.receive()) == ("completed", 12, [])
    assert "batches" not in report
    # What it took is what the next run is planned by: two requests a subject.
    pace = one.aws.dynamodb.get_item(
        TableName=one.aws.settings.operations_table, Key=encode_item({"PK": "SOURCE#tmdb", "SK": "PACE"})
    )["Item"]
    assert pace["requests_per_1000"]["N"] == str(1000 * report["metrics"]["request_count"] // 12)
    one.set_pace()
    one.aws = type(one.aws)(one.aws.settings.model_copy(update={"work_queue": None}))
    assert one.start()["unchanged"] == 12


def test_the_handler_plans_and_works(
    spread: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, kit: SimpleNamespace
) -> None:
    one = spread(13)
    monkeypatch.setattr(handler_module, "_aws", lambda: one.aws)
    context = SimpleNamespace(aws_request_id="request-1", get_remaining_time_in_millis=lambda: 300_000)
    report = handler_module.handler({"source": "tmdb", "time": kit.T}, context)
    assert (report["status"], report["attempt_id"], report["batches"]) == ("in_progress", "request-1", 3)
    records = one.receive()
    assert [json.loads(record["body"])["batch"] for record in records] == [0, 1, 2]
    assert handler_module.handler({"Records": records}, context) == {"batchItemFailures": []}
    one.settle(records, [])
    assert (one.report()["status"], one.report()["written"], len(one.bench.raw())) == ("completed", 13, 13)


@pytest.mark.parametrize("seed", range(3))
def test_messages_twice_and_in_any_order_change_nothing(spread: Callable[..., Any], seed: int) -> None:
    one = spread(20)
    one.start()
    records = one.receive()
    order = [*records, *records]
    random.Random(seed).shuffle(order)
    asked = []
    for record in order:
        assert one.work([record]) == []
        asked.append(one.bench.simulator.stats()["requests"])
    report = one.report()
    assert (report["status"], report["written"], accounted(report)) == ("completed", 20, 20)
    # The second time nobody is asked.
    assert asked[-1] == report["metrics"]["request_count"]
    assert rows(one) == ids(one.bench) and len(report["attempts"]) == 1
    before = one.bench.raw()
    for record in order:
        assert one.work([record]) == []
    assert one.bench.raw() == before and one.report() == report


def test_the_same_event_twice_is_one_run(spread: Callable[..., Any]) -> None:
    one = spread(20)
    first, second = one.start(), one.start()
    records = one.receive()
    assert first == second and len(records) == 4
    one.settle(records, one.work(records))
    assert one.report()["written"] == 20
    # After the end the same order is another attempt, as it is for a run in one piece.
    one.set_pace()
    assert one.start()["status"] == "in_progress"
    one.drain()
    report = one.report()
    assert (report["written"], report["unchanged"], len(report["attempts"])) == (0, 20, 2)
    assert accounted(report) == 20 and rows(one) == ids(one.bench)


def test_workers_at_once_and_the_last_two_end_together(
    spread: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = spread(12)
    one.start()
    first, last = one.receive()
    barrier, merges = Barrier(2), []
    real = merge.whole_report

    def together(*args: Any) -> Any:
        merges.append(1)
        barrier.wait(timeout=60)  # both have seen that all batches have ended, and neither has stored a report
        return real(*args)

    ended = Barrier(2)
    real_merge = messages.merge_if_complete

    def after_both(*args: Any) -> Any:
        ended.wait(timeout=60)
        return real_merge(*args)

    monkeypatch.setattr(merge, "whole_report", together)
    monkeypatch.setattr(messages, "merge_if_complete", after_both)
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda record: one.work([record]), [first, last])) == [[], []]
    report = one.report()
    assert len(merges) == 2 and len(report["attempts"]) == 1
    assert (report["status"], report["written"], accounted(report)) == ("completed", 12, 12)
    assert rows(one) == ids(one.bench)


def test_many_workers_at_once(spread: Callable[..., Any]) -> None:
    one = spread(60, rate_limited=0.05, server_error=0.05, not_found=0.1)
    one.start()
    assert one.drain(workers=4) >= 10
    report = one.report()
    assert (report["status"], report["batches"], accounted(report), report["lost"]) == ("completed", 10, 60, 0)
    assert rows(one) == sorted(name for name, _ in one.bench.raw())
    assert len(one.bench.raw()) == report["written"] == 60 - report["not_found"] - report["dead_lettered"]


def test_a_message_that_fails_takes_no_other_along(spread: Callable[..., Any]) -> None:
    one = spread(18)
    one.start()
    records = one.receive()
    backup = one.aws.settings.backup_bucket
    healthy = one.aws.s3
    one.aws.__dict__["s3"] = helpers.Dying(
        healthy, lambda call, request: request.get("Bucket") == backup and "00001" in request.get("Key", "")
    )
    failed = one.work(records)
    assert failed == [records[1]["messageId"]]
    one.settle(records, failed)
    assert (one.report()["status"], len(one.bench.raw())) == ("in_progress", 18)
    one.aws.__dict__["s3"] = healthy
    assert one.drain() == 1
    report = one.report()
    assert (report["status"], report["written"], report["unchanged"]) == ("completed", 12, 6)
    assert accounted(report) == 18 and rows(one) == ids(one.bench)


@pytest.mark.parametrize("body", ["not JSON", "{}", '{"run_id": "tmdb@2025-11-09T02:00:00Z"}'])
def test_a_poison_message_becomes_a_dead_letter_with_its_reason(spread: Callable[..., Any], body: str) -> None:
    one = spread(12)
    one.start()
    one.aws.sqs.send_message(QueueUrl=one.url, MessageBody=body)
    records = one.receive()
    assert one.work(records) == []
    assert one.work(records) == []  # again: the same letter
    (letter,) = one.letters()
    assert letter["kind"] == "schedule" and letter["event"] == {"body": body}
    assert letter["error"]["name"] == "ConfigError" and "message is no" in letter["error"]["message"]
    assert validate("dead_letter", {k: v for k, v in letter.items() if k != "_key"}) == []
    assert one.report()["written"] == 12


def test_a_batch_that_fails_for_good_is_kept_whole_and_finishes_the_run_when_it_is_sent_again(
    spread: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, kit: SimpleNamespace
) -> None:
    one = spread(12)
    one.start()
    monkeypatch.delenv("TMDB_TOKEN")
    for delivery in range(1, messages.RECEIVES + 1):
        records = one.receive()
        assert [int(record["attributes"]["ApproximateReceiveCount"]) for record in records] == [delivery] * 2
        failed = one.work(records)
        assert len(failed) == (2 if delivery < messages.RECEIVES else 0)
        one.settle(records, failed)
    assert one.receive() == [] and one.report()["status"] == "in_progress"
    letters = one.letters()
    assert [letter["error"]["name"] for letter in letters] == ["ConfigError"] * 2
    assert all("TMDB_TOKEN" in letter["error"]["message"] for letter in letters)
    monkeypatch.setenv("TMDB_TOKEN", kit.TOKEN)
    for letter in letters:
        assert Batch.from_body(letter["event"]["work"]).run.run_id == one.run.run_id
        one.aws.sqs.send_message(QueueUrl=one.url, MessageBody=json.dumps(letter["event"]["work"]))
    one.drain()
    assert (one.report()["status"], one.report()["written"]) == ("completed", 12)


def test_subjects_that_change_between_plan_and_work(spread: Callable[..., Any]) -> None:
    one = spread(12)
    gone, idle, broken = ids(one.bench)[2], ids(one.bench)[4], ids(one.bench)[8]
    resting = ids(one.bench)[9]

    def update(name: str, member: str, value: dict[str, Any]) -> None:
        one.aws.dynamodb.update_item(
            TableName=one.aws.settings.table,
            Key=encode_item({"celebrity_id": name, "source_type#timestamp": keys.METADATA_SORT_KEY}),
            UpdateExpression="SET #n = :v",
            ExpressionAttributeNames={"#n": member},
            ExpressionAttributeValues={":v": value},
        )

    update(resting, "is_active", {"BOOL": False})
    begun = one.start()
    assert begun["subjects"] == 11
    update(idle, "is_active", {"BOOL": False})
    update(broken, "birth_date", {"N": "7"})  # a number where a text belongs
    one.aws.dynamodb.delete_item(
        TableName=one.aws.settings.table,
        Key=encode_item({"celebrity_id": gone, "source_type#timestamp": keys.METADATA_SORT_KEY}),
    )
    one.drain()
    report = one.report()
    assert (report["written"], report["dead_lettered"], report["skipped_inactive"]) == (8, 2, 2)
    assert accounted(report) == report["subjects"] == 10
    assert accounted(report) + report["skipped_inactive"] == 12
    assert sorted(letter["subject_id"] for letter in one.letters()) == [gone, broken]


def test_a_missing_key_is_said_before_anything_is_sent(
    spread: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = spread(12)
    monkeypatch.delenv("TMDB_TOKEN")
    with pytest.raises(Exception, match="tmdb needs TMDB_TOKEN"):
        one.start()
    assert one.receive() == [] and Reports(one.aws).get(one.run.run_id) is None


class Refusing:
    """SQS that takes only some messages of each request."""

    def __init__(self, client: Any, takes: int) -> None:
        self._client, self._takes = client, takes
        self.requests = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        self.requests += 1
        taken, refused = Entries[: self._takes], Entries[self._takes :]
        answer = self._client.send_message_batch(QueueUrl=QueueUrl, Entries=taken) if taken else {}
        failed = [{"Id": entry["Id"], "Code": "InternalError", "SenderFault": False} for entry in refused]
        return {**answer, "Failed": failed}


def test_messages_that_the_queue_refuses_are_sent_again(spread: Callable[..., Any]) -> None:
    one = spread(30)
    one.aws.__dict__["sqs"] = refusing = Refusing(one.aws.sqs, 2)
    one.start()
    assert refusing.requests == 3  # of five: two, two, one
    assert [json.loads(record["body"])["batch"] for record in one.receive()] == list(range(5))


def test_a_planner_that_dies_is_followed_by_one_that_takes_over_what_has_ended(spread: Callable[..., Any]) -> None:
    one = spread(80)
    healthy = one.aws.sqs
    one.aws.__dict__["sqs"] = Refusing(healthy, 0)
    with pytest.raises(Exception, match="refuses batch"):
        one.start()
    assert one.report()["status"] == "in_progress"  # visible, and nothing is on its way
    sent: list[int] = []

    class Once(Refusing):
        def send_message_batch(self, **request: Any) -> dict[str, Any]:
            if sent:
                return super().send_message_batch(**request)
            sent.append(1)
            answer: dict[str, Any] = healthy.send_message_batch(**request)
            return answer

    one.aws.__dict__["sqs"] = Once(healthy, 0)
    with pytest.raises(Exception, match="refuses batch"):
        one.start()
    one.aws.__dict__["sqs"] = healthy
    assert one.drain() == 10  # ten batches of fourteen are done, under a plan that nobody will finish
    asked, stored = one.bench.simulator.stats()["requests"], one.bench.raw()
    assert len(stored) == 60 and one.report()["status"] == "in_progress"
    assert one.start()["batches"] == 14
    assert one.drain() == 14
    report = one.report()
    assert (report["status"], report["written"], accounted(report)) == ("completed", 80, 80)
    # Those sixty were not asked again.
    assert report["metrics"]["request_count"] == one.bench.simulator.stats()["requests"] > asked
    after = one.bench.raw()
    assert {key: after[key] for key in stored} == stored and rows(one) == ids(one.bench)


def test_somebody_who_is_added_between_two_plans_is_asked_and_nobody_is_left_out(spread: Callable[..., Any]) -> None:
    one = spread(20)
    newcomer = one.bench.people[0]["celebrity_id"]
    key = {"celebrity_id": newcomer, "source_type#timestamp": keys.METADATA_SORT_KEY}
    table_name = one.aws.settings.table
    item = one.aws.dynamodb.get_item(TableName=table_name, Key=encode_item(key))["Item"]
    one.aws.dynamodb.delete_item(TableName=table_name, Key=encode_item(key))
    real = fanout._sent
    fanout_sent = pytest.MonkeyPatch()
    fanout_sent.setattr(fanout, "_sent", lambda *args: (_ for _ in ()).throw(RuntimeError("died")))
    try:
        with pytest.raises(RuntimeError, match="died"):
            one.start()
    finally:
        fanout_sent.undo()
    assert fanout._sent is real
    old = one.receive()
    assert one.work(old[:2]) == []  # two batches end under the first plan
    one.aws.dynamodb.put_item(TableName=table_name, Item=item)
    one.start()
    new = one.receive()
    # The old messages come late; they belong to nobody any more, and the new ones have everybody.
    assert one.work(old) == []
    assert one.work(new) == []
    report = one.report()
    assert accounted(report) == report["subjects"] == 20
    assert {name for name, _ in one.bench.raw()} == set(ids(one.bench)) and rows(one) == ids(one.bench)


def test_the_whole_plan_in_one_process(spread: Callable[..., Any], kit: SimpleNamespace) -> None:
    one = spread(30, not_found=0.1)
    report = asyncio.run(run_in_process(one.aws, one.run, workers=4, clock=helpers.LaterClock()))
    assert (report["status"], report["batches"], accounted(report)) == ("completed", 4, 30)
    assert rows(one) == sorted(name for name, _ in one.bench.raw()) and one.receive() == []
    again = asyncio.run(run_in_process(one.aws, one.run, workers=2, clock=helpers.LaterClock()))
    assert (again["batches"], again["written"], again["unchanged"]) == (2, 0, report["written"])


def test_a_process_that_is_told_to_stop_leaves_one_letter_and_the_next_goes_on(
    spread: Callable[..., Any], kit: SimpleNamespace
) -> None:
    one = spread(40)
    ended: list[str] = []

    def told(outcome: Any, kind: str) -> None:
        ended.append(outcome.subject.id)

    options = {"workers": 4, "clock": helpers.LaterClock(), "on_outcome": told}
    report = asyncio.run(run_in_process(one.aws, one.run, stopping=lambda: len(ended) >= 9, **options))
    assert report["status"] == "in_progress" and 9 <= len(one.bench.raw()) < 40
    (letter,) = one.letters()
    assert (letter["kind"], letter["event"]) == ("schedule", {"source": "tmdb", "time": kit.T})
    assert letter["error"]["retryable"] is True
    assert validate("dead_letter", {k: v for k, v in letter.items() if k != "_key"}) == []
    stored, done = one.bench.raw(), set(ended)
    ended.clear()
    report = asyncio.run(run_in_process(one.aws, one.run, **options))
    assert (report["status"], report["written"], accounted(report)) == ("completed", 40, 40)
    assert not done & set(ended) and done | set(ended) == set(ids(one.bench))  # nobody is asked again
    after = one.bench.raw()
    assert {key: after[key] for key in stored} == stored
    assert one.letters() == [] and sorted(rows(one)) == ids(one.bench)
    assert report["metrics"]["request_count"] == one.bench.simulator.stats()["requests"]
