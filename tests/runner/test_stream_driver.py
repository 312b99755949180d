"""The drivers of decision 28, held against the sequences that AWS documents; their handlers are trivial."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from event_filter import matches

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def records(*numbers: int, **more: Any) -> list[dict[str, Any]]:
    return [
        {
            "eventID": f"event-{number}",
            "eventName": "INSERT",
            "dynamodb": {
                "SequenceNumber": str(number),
                "Keys": {"id": {"S": f"k{number}"}},
                "ApproximateCreationDateTime": NOW.timestamp(),
                **more,
            },
        }
        for number in numbers
    ]


class Shard:
    """A mapping with settings of the test, and a handler that fails as it is told."""

    def __init__(self, kit: SimpleNamespace, handler: Any, **settings: Any) -> None:
        function = kit.stream.Function(handler, "f", 5.0)
        base = {"BatchSize": 100, "MaximumRetryAttempts": 2, "BisectBatchOnFunctionError": False}
        report = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
        self.mapping = kit.stream.StreamMapping(function, base | report | settings, kit.stream.VirtualClock(NOW))

    def run(self, given: list[dict[str, Any]]) -> list[str]:
        """What the function was given: the numbers of each invocation, in a word."""
        self.mapping.deliver(given)
        return ["".join(batch) for batch in self.mapping.invocations]


def failing(*poison: str) -> Any:
    """A handler that raises where one of them is in the batch."""

    def handle(event: Any, context: Any) -> None:
        if set(poison) & {record["dynamodb"]["SequenceNumber"] for record in event["Records"]}:
            raise ValueError("poison")

    return handle


def reporting(*failures: Any) -> Any:
    """A handler that answers these failures."""
    return lambda event, context: {"batchItemFailures": list(failures)}


def test_a_healthy_function_gets_everything_once_in_order(kit: SimpleNamespace) -> None:
    shard = Shard(kit, failing(), BatchSize=2)
    assert shard.run(records(1, 2, 3, 4, 5)) == ["12", "34", "5"]
    assert shard.mapping.discarded == []


def test_without_bisect_the_whole_batch_is_retried_and_then_discarded(kit: SimpleNamespace) -> None:
    shard = Shard(kit, failing("2"), BatchSize=3)
    assert shard.run(records(1, 2, 3, 4)) == ["123", "123", "123", "4"]
    (letter,) = shard.mapping.discarded
    assert letter["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert letter["requestContext"]["approximateInvokeCount"] == 3
    assert letter["responseContext"] == {
        "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"
    }  # fmt: skip
    info = letter["DDBStreamBatchInfo"]
    assert (info["startSequenceNumber"], info["endSequenceNumber"], info["batchSize"]) == ("1", "3", 3)
    assert info["approximateArrivalOfFirstRecord"] == "2026-11-20T12:00:00.000Z"
    assert letter.keys() == {"requestContext", "responseContext", "version", "timestamp", "DDBStreamBatchInfo"}


def test_bisecting_isolates_the_poison_and_costs_no_retry(kit: SimpleNamespace) -> None:
    shard = Shard(kit, failing("3"), BisectBatchOnFunctionError=True)
    assert shard.run(records(1, 2, 3, 4)) == ["1234", "12", "34", "3", "3", "3", "4"]
    (letter,) = shard.mapping.discarded
    assert letter["DDBStreamBatchInfo"]["startSequenceNumber"] == "3"
    assert letter["DDBStreamBatchInfo"]["batchSize"] == 1


def test_a_partial_failure_goes_on_at_the_lowest_number(kit: SimpleNamespace) -> None:
    answers = iter([{"batchItemFailures": [{"itemIdentifier": "4"}, {"itemIdentifier": "2"}]}, {}])
    shard = Shard(kit, lambda event, context: next(answers), BisectBatchOnFunctionError=True)
    assert shard.run(records(1, 2, 3, 4)) == ["1234", "234"]
    assert shard.mapping.discarded == []


def test_a_partial_failure_that_makes_no_progress_is_given_up(kit: SimpleNamespace) -> None:
    shard = Shard(kit, reporting({"itemIdentifier": "2"}), BisectBatchOnFunctionError=True)
    assert shard.run(records(1, 2, 3)) == ["123", "23", "23", "23"]
    (letter,) = shard.mapping.discarded
    assert "functionError" not in letter["responseContext"]  # the function answered
    assert (letter["DDBStreamBatchInfo"]["startSequenceNumber"], letter["requestContext"]["condition"]) == (
        "2",
        "RetryAttemptsExhausted",
    )


@pytest.mark.parametrize("answer", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}], ids=str)
def test_answers_that_are_complete_success(kit: SimpleNamespace, answer: Any) -> None:
    assert Shard(kit, lambda event, context: answer).run(records(1, 2)) == ["12"]


@pytest.mark.parametrize(
    "failure",
    [{"itemIdentifier": ""}, {"itemIdentifier": None}, {"item": "1"}, {"itemIdentifier": "99"}],
    ids=str,
)
def test_answers_that_are_complete_failure(kit: SimpleNamespace, failure: Any) -> None:
    shard = Shard(kit, reporting({"itemIdentifier": "2"}, failure))
    assert shard.run(records(1, 2)) == ["12", "12", "12"]
    assert shard.mapping.discarded[0]["DDBStreamBatchInfo"]["batchSize"] == 2


def test_failures_are_not_read_where_the_mapping_does_not_say_so(kit: SimpleNamespace) -> None:
    shard = Shard(kit, reporting({"itemIdentifier": "1"}), FunctionResponseTypes=[])
    assert shard.run(records(1, 2)) == ["12"]


def test_an_answer_that_is_no_json_and_one_that_comes_too_late_are_errors(kit: SimpleNamespace) -> None:
    shard = Shard(kit, lambda event, context: {1, 2}, MaximumRetryAttempts=0)
    assert shard.run(records(1)) == ["1"] and "TypeError" in shard.mapping.errors[0]
    late = Shard(kit, lambda event, context: None, MaximumRetryAttempts=0)
    late.mapping.function.timeout = 0.0
    assert late.run(records(1)) == ["1"] and "timed out" in late.mapping.errors[0]
    leaving = Shard(kit, lambda event, context: exit(3), MaximumRetryAttempts=0)
    assert leaving.run(records(1)) == ["1"] and leaving.mapping.errors == ["SystemExit: 3"]


def test_old_records_are_discarded_before_they_are_delivered(kit: SimpleNamespace) -> None:
    shard = Shard(kit, failing(), MaximumRecordAgeInSeconds=60)
    shard.mapping.clock.advance(61)
    young = records(2, ApproximateCreationDateTime=(NOW + timedelta(seconds=30)).timestamp())
    assert shard.run(records(1) + young) == ["2"]
    (letter,) = shard.mapping.discarded
    assert letter["requestContext"]["condition"] == "RecordAgeExceeded"
    assert letter["requestContext"]["approximateInvokeCount"] == 0
    assert (
        letter["DDBStreamBatchInfo"]["startSequenceNumber"] == letter["DDBStreamBatchInfo"]["endSequenceNumber"] == "1"
    )


def test_retries_end_with_the_age_where_they_have_no_number(kit: SimpleNamespace) -> None:
    shard = Shard(kit, failing("1"), MaximumRetryAttempts=-1, MaximumRecordAgeInSeconds=60)
    assert set(shard.run(records(1))) == {"1"}
    assert shard.mapping.discarded[0]["requestContext"]["condition"] == "RecordAgeExceeded"


def test_the_window_gathers_what_arrives_within_it(kit: SimpleNamespace) -> None:
    def at(number: int, seconds: float) -> list[dict[str, Any]]:
        return records(number, ApproximateCreationDateTime=(NOW + timedelta(seconds=seconds)).timestamp())

    given = at(1, 0) + at(2, 4) + at(3, 6) + at(4, 20)
    assert Shard(kit, failing(), MaximumBatchingWindowInSeconds=5).run(given) == ["12", "3", "4"]
    assert Shard(kit, failing(), MaximumBatchingWindowInSeconds=0).run(given) == ["1", "2", "3", "4"]


def test_a_batch_holds_six_megabytes(kit: SimpleNamespace) -> None:
    seen = []
    shard = Shard(kit, lambda event, context: seen.append(len(json.dumps(event))))
    assert shard.run(records(*range(10), NewImage={"text": {"S": "x" * 1_000_000}})) == ["012345", "6789"]
    assert max(seen) <= 6 * 1024 * 1024


def test_lanes_keep_the_order_of_a_key(kit: SimpleNamespace) -> None:
    given = [
        {"eventName": "MODIFY", "dynamodb": {"SequenceNumber": str(n), "Keys": {"id": {"S": f"k{n % 3}"}}}}
        for n in range(30)
    ]
    shard = Shard(kit, failing(), BatchSize=4, ParallelizationFactor=4)
    shard.run(given)
    seen = [number for batch in shard.mapping.invocations for number in batch]
    assert sorted(seen, key=int) == [str(n) for n in range(30)] and len(shard.mapping.invocations) > 8
    for key in range(3):
        own = [int(number) for number in seen if int(number) % 3 == key]
        assert own == sorted(own)


def test_binary_attributes_are_base64_as_lambda_hands_them_on(kit: SimpleNamespace) -> None:
    seen = []
    shard = Shard(kit, lambda event, context: seen.append(event["Records"][0]["dynamodb"]["NewImage"]))
    shard.run(records(1, NewImage={"b": {"B": b"\x00\xff"}}))
    assert seen == [{"b": {"B": "AP8="}}]


@pytest.mark.parametrize(
    ("pattern", "value", "wanted"),
    [
        ({"a": ["x", "y"]}, {"a": "y"}, True),
        ({"a": ["x"]}, {"b": "x"}, False),
        ({"a": [False]}, {"a": False}, True),
        ({"a": [False]}, {"a": 0}, False),
        ({"a": [None]}, {"a": None}, True),
        ({"a": [None]}, {}, False),
        ({"a": {"b": ["x"]}}, {"a": {"b": "x", "c": 1}}, True),
        ({"a": {"b": ["x"]}}, {"a": "x"}, False),
        ({"a": [{"exists": True}]}, {"a": 1}, True),
        ({"a": [{"exists": False}]}, {}, True),
        ({"a": [{"exists": True}]}, {"a": {"b": 1}}, False),  # leaves only
        ({"a": [{"prefix": "ab"}]}, {"a": "abc"}, True),
        ({"a": [{"suffix": "bc"}]}, {"a": "abc"}, True),
        ({"a": [{"anything-but": ["x"]}]}, {"a": "y"}, True),
        ({"a": [{"anything-but": "x"}]}, {"a": "x"}, False),
        ({"a": [{"numeric": [">", 1, "<=", 3]}]}, {"a": 3}, True),
        ({"a": [{"numeric": [">", 1]}]}, {"a": 1}, False),
        ({"$or": [{"a": ["x"]}, {"b": ["y"]}], "c": ["z"]}, {"b": "y", "c": "z"}, True),
        ({"$or": [{"a": ["x"]}, {"b": ["y"]}]}, {"b": "x"}, False),
    ],
    ids=str,
)
def test_patterns(pattern: Any, value: Any, wanted: bool) -> None:
    assert matches(pattern, value) is wanted


class Queue:
    """A work queue as the template has it, with a function of the test."""

    def __init__(self, kit: SimpleNamespace, template: dict[str, Any], handler: Any, **settings: Any) -> None:
        self.mapping = kit.queue.QueueMapping.of(template, "ScraperTmdbWorker", handler)
        self.mapping.settings |= settings

    def run(self, *bodies: Any) -> list[int]:
        """How often each message was received."""
        sent = [self.mapping.send(body) for body in bodies]
        self.mapping.run()
        return [message.received for message in sent]


def test_done_messages_go_and_failed_ones_come_back_until_they_are_dead(
    kit: SimpleNamespace, template: dict[str, Any]
) -> None:
    def handle(event: Any, context: Any) -> Any:
        bad = [record["messageId"] for record in event["Records"] if record["body"] == "bad"]
        return {"batchItemFailures": [{"itemIdentifier": each} for each in bad]}

    queue = Queue(kit, template, handle, BatchSize=10)
    receives = template["Resources"]["ScraperTmdbWork"]["Properties"]["RedrivePolicy"]["maxReceiveCount"]
    before = queue.mapping.clock.now
    assert queue.run("good", "bad", "good") == [1, receives, 1]
    assert [message.body for message in queue.mapping.dead] == ["bad"]
    assert queue.mapping.dead_letter_queue == "DeadLetterQueue"
    visibility = template["Resources"]["ScraperTmdbWork"]["Properties"]["VisibilityTimeout"]
    assert (queue.mapping.clock.now - before).total_seconds() == pytest.approx(visibility * receives)


@pytest.mark.parametrize("answer", ["raise", {"batchItemFailures": [{"itemIdentifier": "nobody"}]}], ids=str)
def test_an_error_and_an_unknown_id_fail_the_whole_sqs_batch(
    kit: SimpleNamespace, template: dict[str, Any], answer: Any
) -> None:
    answers = iter([answer, None])

    def handle(event: Any, context: Any) -> Any:
        found = next(answers)
        if found == "raise":
            raise ValueError("no")
        return found

    queue = Queue(kit, template, handle, BatchSize=10)
    assert queue.run("a", "b") == [2, 2]
    assert queue.mapping.dead == []


def test_asynchronous_invocations_are_retried_after_one_and_two_minutes(
    kit: SimpleNamespace, template: dict[str, Any]
) -> None:
    times = []

    def handle(event: Any, context: Any) -> Any:
        times.append(driver.clock.now)
        if len(times) < wanted:
            raise ValueError("no")
        return "done"

    wanted = 3
    driver = kit.queue.AsyncInvoke.of(template, "ScraperTmdb", handle)
    assert driver.invoke({"source": "tmdb"}) == "done"
    assert [(time - times[0]).total_seconds() for time in times] == [0, 60, 180] and driver.failures == []
    wanted, times[:] = 9, []
    assert driver.invoke({"source": "tmdb"}) is None
    (failure,) = driver.failures
    assert (failure["requestContext"]["condition"], failure["requestContext"]["approximateInvokeCount"]) == (
        "RetriesExhausted",
        3,
    )
    assert failure["requestPayload"] == {"source": "tmdb"} and driver.destination == "DeadLetterQueue"
    assert failure["responsePayload"] == {"errorMessage": "ValueError: no"}
    driver.settings = driver.settings | {"MaximumEventAgeInSeconds": 60}
    times[:] = []
    assert driver.invoke({}) is None
    assert driver.failures[-1]["requestContext"]["condition"] == "EventAgeExceeded" and len(times) == 2


def test_a_rule_hands_the_time_on_and_retries_delivery_only(kit: SimpleNamespace, template: dict[str, Any]) -> None:
    seen = []
    driver = kit.queue.AsyncInvoke.of(template, "ScraperTmdb", lambda event, context: seen.append(event))
    target = kit.queue.RuleTarget.of(template, "RuleCelebrityWeeklyScrape", "scraper-tmdb")
    scheduled = {"time": "2026-11-22T02:00:00Z", "source": "aws.events", "detail": {}}
    target.deliver(scheduled, driver, refused=3)
    assert seen == [{"source": "tmdb", "time": "2026-11-22T02:00:00Z"}] and (target.tries, target.dead) == (4, [])
    again = kit.queue.RuleTarget.of(template, "RuleCelebrityWeeklyScrape", "scraper-tmdb")
    again.deliver(scheduled, driver, refused=4)
    ((event, attributes),) = again.dead
    assert event == seen[0] and attributes["RETRY_ATTEMPTS"] == "3" and len(seen) == 1


def test_the_settings_are_those_of_the_committed_template(kit: SimpleNamespace, template: dict[str, Any]) -> None:
    mapping = kit.stream.StreamMapping.of(template, "PostProcessorStream", failing())
    wanted = {
        "BatchSize": 100, "MaximumBatchingWindowInSeconds": 5, "BisectBatchOnFunctionError": True,
        "MaximumRetryAttempts": 3, "MaximumRecordAgeInSeconds": 3600,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
    }  # fmt: skip
    assert {name: mapping.settings[name] for name in wanted} == wanted
    assert (mapping.destination, mapping.function.name) == ("StreamFailureQueue", "PostProcessor")
    assert kit.stream.StreamMapping.of(
        template, "PostProcessorStream", failing(), parameters={"StreamMaxAgeSeconds": 60}
    ).settings["MaximumRecordAgeInSeconds"] == 60  # fmt: skip
