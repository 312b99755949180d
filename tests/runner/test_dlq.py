"""Dead letters of every origin through the command line, on embedded AWS."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from springhead.cli import main
from springhead_contracts import keys, validate
from springhead_runner.letters.view import View
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.dead_letters import DeadLetters
from springhead_runner.stores.queues import Queue
from springhead_runner.stores.values import encode_item

pytestmark = pytest.mark.embedded

T = "2025-11-09T02:00:00Z"
RULE = "arn:aws:events:us-east-1:000000000000:rule/celebrity-weekly-scrape"
GONE = "arn:aws:dynamodb:us-east-1:000000000000:table/gone"


def scheduled_event(time: str = "2025-11-09T02:00:07Z") -> dict[str, Any]:
    """A scheduled event, as EventBridge documents it."""
    return {
        "version": "0", "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa", "detail-type": "Scheduled Event",
        "source": "aws.events", "account": "000000000000", "time": time, "region": "us-east-1", "resources": [RULE],
        "detail": {},
    }  # fmt: skip


def failed_invocation(function: str, payload: Any, **answer: Any) -> dict[str, Any]:
    """What Lambda sends to an on-failure destination of an asynchronous invocation."""
    return {
        "version": "1.0", "timestamp": "2025-11-09T02:07:25.651Z",
        "requestContext": {
            "requestId": "c2a6f2ae-7dbb-4d22-8782-d0485c9877e2",
            "functionArn": f"arn:aws:lambda:us-east-1:000000000000:function:{function}:$LATEST",
            "condition": "RetriesExhausted", "approximateInvokeCount": 3,
        },
        "requestPayload": payload,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": {"errorMessage": "TMDB_TOKEN is not set", "errorType": "ConfigError", **answer},
    }  # fmt: skip


def failed_batch(stream: str, shard: str, first: str, last: str, **more: Any) -> dict[str, Any]:
    """What Lambda sends to an on-failure destination of a stream's mapping."""
    return {
        "requestContext": {
            "requestId": "316aa6d0-8154-xmpl-9af7-85d5f4a6bc81",
            "functionArn": "arn:aws:lambda:us-east-1:000000000000:function:post-processor",
            "condition": "RetryAttemptsExhausted", "approximateInvokeCount": 4,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "version": "1.0", "timestamp": "2025-11-09T02:13:49.717Z",
        "DDBStreamBatchInfo": {
            "shardId": shard, "startSequenceNumber": first, "endSequenceNumber": last,
            "approximateArrivalOfFirstRecord": "2025-11-09T02:13:19Z",
            "approximateArrivalOfLastRecord": "2025-11-09T02:13:19Z", "batchSize": 2, "streamArn": stream, **more,
        },
    }  # fmt: skip


class Desk:
    """Queues, letters and the command line of one test."""

    def __init__(self, aws: Aws, capture: pytest.CaptureFixture[bytes]) -> None:
        self.aws, self._capture = aws, capture
        self.dlq, self.stream_dlq = aws.settings.dead_letter_queue or "", aws.settings.stream_failure_queue or ""

    def put(self, body: Any, url: str | None = None, **attributes: str) -> None:
        told = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        text = body if isinstance(body, str) else json.dumps(body)
        self.aws.sqs.send_message(QueueUrl=url or self.dlq, MessageBody=text, MessageAttributes=told)

    def undelivered(self, event: dict[str, Any], function: str, rule: str = RULE) -> None:
        self.put(
            event, RULE_ARN=rule, TARGET_ARN=f"arn:aws:lambda:us-east-1:000000000000:function:{function}",
            ERROR_CODE="NO_PERMISSIONS", ERROR_MESSAGE="not authorized", RETRY_ATTEMPTS="3",
            EXHAUSTED_RETRY_CONDITION="MaximumRetryAttempts",
        )  # fmt: skip

    def count(self, url: str | None = None) -> int:
        """Messages that anybody can see now."""
        queue = Queue(self.aws, url or self.dlq)
        found = queue.take()
        queue.put_back(found)
        return len(found)

    def __call__(self, *arguments: str, code: int = 0) -> tuple[str, str]:
        self._capture.readouterr()
        try:
            ended = main(["--endpoint", self.aws.settings.endpoint or "", "dlq", *arguments])
        except SystemExit as error:
            ended = int(error.code or 0)
        out, err = (text.decode() for text in self._capture.readouterr())
        assert ended == code, (ended, out, err)
        return out, err

    def letters(self, *arguments: str) -> list[dict[str, Any]]:
        found = [json.loads(line) for line in self("list", *arguments, "--json")[0].split("\n") if line]
        for letter in found:
            assert validate("dead_letter", letter) == []
        return found

    def replay(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        total: dict[str, Any] = json.loads(self("replay", *arguments, "--json", code=code)[0])
        return {name: count for name, count in total.items() if count}


@pytest.fixture
def desk_of(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Callable[[Aws], Desk]:
    def make(aws: Aws) -> Desk:
        url = aws.sqs.create_queue(QueueName=f"post-processor-dlq-{uuid.uuid4().hex[:8]}")["QueueUrl"]
        settings = aws.settings.model_copy(update={"stream_failure_queue": url})
        known = Aws(settings)
        known.__dict__.update({name: getattr(aws, name) for name in ("dynamodb", "s3", "sqs", "ssm")})
        for name in ("table_name", "operations_table_name", "raw_bucket", "backup_bucket", "dead_letter_bucket",
                     "dead_letter_queue", "stream_failure_queue", "upstream", "rate_scale"):  # fmt: skip
            alias = type(settings).model_fields[name].validation_alias
            monkeypatch.setenv(str(alias), str(getattr(settings, name) or ""))
        return Desk(known, capfdbinary)

    return make


@pytest.fixture
def desk(aws: Aws, desk_of: Callable[[Aws], Desk]) -> Desk:
    return desk_of(aws)


@pytest.fixture
def function(aws: Aws) -> Callable[..., str]:
    """Deploy a function that keeps what it is given in the backup bucket, or fails with a message."""
    functions = aws.client("lambda")

    def deploy(name: str, fails: str = "", bucket: str = aws.settings.backup_bucket or "") -> str:
        code = f"""
import json, uuid, boto3
def handler(event, context):
    if {fails!r}:
        raise RuntimeError({fails!r})
    boto3.client("s3").put_object(
        Bucket={bucket!r}, Key="calls/" + uuid.uuid4().hex, Body=json.dumps(event).encode())
    return {{"status": "completed"}}
"""
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr("module.py", code)
        made = name if name[-1].isdigit() else f"{name}-{uuid.uuid4().hex[:6]}"
        functions.create_function(
            FunctionName=made, Runtime="python3.11", Handler="module.handler", Timeout=30,
            Role="arn:aws:iam::000000000000:role/any", Code={"ZipFile": archive.getvalue()},
        )  # fmt: skip
        return made

    return deploy


def calls(aws: Aws) -> list[Any]:
    listed = aws.s3.list_objects_v2(Bucket=aws.settings.backup_bucket, Prefix="calls/").get("Contents", [])
    return [json.load(aws.s3.get_object(Bucket=aws.settings.backup_bucket, Key=one["Key"])["Body"]) for one in listed]


def scrape_letter(subject: str = "celeb_001", source: str = "tmdb", time: str = T, **more: Any) -> dict[str, Any]:
    run = keys.run_id(source, time)
    error = {"name": more.pop("error", "BadResponse"), "message": "no JSON", "retryable": False}
    return {
        "id": keys.dead_letter_id(run, "scrape", subject), "kind": "scrape", "source": source, "run_id": run,
        "time": time, "subject_id": subject, "error": error, "attempts": 1, "created_at": time, **more,
    }  # fmt: skip


WORK = {
    "run_id": f"tmdb@{T}", "source": "tmdb", "time": T, "attempt_id": "plan", "batch": 3, "batches": 10, "first": 18,
    "piece": 0, "subjects": ["celeb_001"],
}  # fmt: skip


def test_all_origins_in_one_view_in_the_contracts_form(desk: Desk) -> None:
    DeadLetters(desk.aws).keep(scrape_letter())
    desk.undelivered(scheduled_event(), "scraper-wikipedia")
    desk.put(failed_invocation("scraper-social", {"source": "social", "time": T}))
    desk.put(
        failed_batch("arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/x", "shard-1", "5", "6"), desk.stream_dlq
    )
    desk.put(WORK)
    desk.put("no \x85 JSON at all")
    desk.put(failed_invocation("instagram-ingest-data", {"Records": []}))
    found = desk.letters()
    assert [(one["kind"], one["source"], one["error"]["name"]) for one in found] == [
        ("lake", "lake", "ConfigError"),
        ("schedule", "social", "ConfigError"),
        ("schedule", "tmdb", "Unavailable"),
        ("schedule", "unknown", "BadResponse"),
        ("schedule", "wikipedia", "AuthFailed"),
        ("scrape", "tmdb", "BadResponse"),
        ("stream", "unknown", "Unavailable"),
    ]
    by_source = {(one["kind"], one["source"]): one for one in found}
    delivery = by_source["schedule", "wikipedia"]
    assert (delivery["time"], delivery["run_id"], delivery["attempts"]) == (T, f"wikipedia@{T}", 4)
    assert delivery["event"] == {"function": "scraper-wikipedia", "rule": RULE, "payload": scheduled_event()}
    assert delivery["error"]["message"].startswith("EventBridge could not start scraper-wikipedia: NO_PERMISSIONS")
    called = by_source["schedule", "social"]
    assert (called["attempts"], called["created_at"]) == (3, "2025-11-09T02:07:25Z")
    assert called["event"]["payload"] == {"source": "social", "time": T}
    assert called["error"]["message"] == "scraper-social failed (RetriesExhausted): TMDB_TOKEN is not set"
    assert by_source["schedule", "tmdb"]["event"]["work"] == WORK


def test_looking_loses_nothing_and_hides_nothing(desk: Desk) -> None:
    for number in range(25):
        desk.put(failed_invocation("scraper-tmdb", {"source": "tmdb", "time": f"2025-11-{number + 1:02}T02:00:00Z"}))
    first = desk.letters()
    assert len(first) == 25
    assert desk.letters() == first and desk.count() == 25
    out, _ = desk("list")
    assert "25 letters: 25 schedule" in out
    shown = json.loads(desk("show", first[0]["id"])[0])
    assert shown == first[0]


def test_an_announced_letter_is_there_once_and_a_stale_notice_not_at_all(desk: Desk) -> None:
    letters = DeadLetters(desk.aws)
    letters.keep(scrape_letter())
    letters.keep(scrape_letter("celeb_002"))
    letters.remove(f"scrape/tmdb/{T}/{scrape_letter('celeb_002')['id']}.json")
    assert desk.count() == 2
    assert [one["subject_id"] for one in desk.letters()] == ["celeb_001"]
    # Nor does a filter make a stranger of the notice of a letter that it leaves out.
    assert desk.letters("--source", "wikipedia") == [] and desk.letters("--kind", "schedule") == []


def test_the_same_failed_call_twice_is_one_letter(desk: Desk) -> None:
    for _ in range(2):
        desk.put(failed_invocation("scraper-tmdb", {"source": "tmdb", "time": T}))
    (only,) = desk.letters()
    with View(desk.aws) as view:
        (held,) = view.letters()
        assert held.body == only and len(held.messages) == 2
    assert json.loads(desk("purge", "--yes", "--json")[0]) == {"purged": 1, "deferred": 0}
    assert desk.count() == 0


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--error", "BadResponse"], {"celeb_001", "celeb_003"}),
        (["--source", "wikipedia"], {"celeb_003"}),
        (["--older-than", "2d"], {"celeb_001", "celeb_003"}),
        (["--newer-than", "2d"], {"celeb_002"}),
        (["--newer-than", "3w", "--older-than", "2d"], {"celeb_003"}),
        (["--kind", "stream"], set()),
    ],
)
def test_filters(desk: Desk, arguments: list[str], expected: set[str]) -> None:
    now = datetime.now(UTC)
    letters = DeadLetters(desk.aws)
    letters.keep(scrape_letter(created_at=keys.format_time(now - timedelta(days=30))))
    letters.keep(scrape_letter("celeb_002", error="Ambiguous", created_at=keys.format_time(now - timedelta(hours=3))))
    letters.keep(scrape_letter("celeb_003", "wikipedia", created_at=keys.format_time(now - timedelta(days=10))))
    assert {one["subject_id"] for one in desk.letters(*arguments)} == expected


@pytest.mark.parametrize(
    "arguments", [["list", "--older-than", "soon"], ["list", "--kind", "other"], ["show"], ["nothing"]]
)
def test_usage_errors(desk: Desk, arguments: list[str]) -> None:
    _, err = desk(*arguments, code=2)
    assert err.startswith("ConfigError: ") and err.count("\n") == 1


def test_deferred_subjects_are_shown_as_such(desk: Desk) -> None:
    DeadLetters(desk.aws).keep(scrape_letter(error="QuotaExceeded"), announce=False)
    out, _ = desk("list")
    assert "QuotaExceeded (deferred)" in out and "1 deferred: they run when the quota resets" in out
    assert "1 of them deferred: nobody asks for these any more" in desk("purge", "--yes")[0]


def test_purge_says_first_and_keeps_what_the_filter_leaves(desk: Desk) -> None:
    DeadLetters(desk.aws).keep(scrape_letter())
    desk.put(failed_invocation("scraper-news", {"source": "news", "time": T}))
    out, _ = desk("purge", "--source", "tmdb")
    assert "nothing is purged yet: say --yes" in out and len(desk.letters()) == 2
    desk("purge", "--source", "tmdb", "--yes")
    assert [one["source"] for one in desk.letters()] == ["news"]
    assert desk.count() == 1  # with the letter went its notice


def test_an_undelivered_event_is_put_to_its_function_as_the_rule_would(
    desk: Desk, function: Callable[..., str]
) -> None:
    scraper = function("scraper-tmdb")
    events = desk.aws.client("events")
    rule = f"rule-{uuid.uuid4().hex[:6]}"
    events.put_rule(Name=rule, ScheduleExpression="cron(0 2 ? * SUN *)", State="DISABLED")
    arn = desk.aws.client("lambda").get_function(FunctionName=scraper)["Configuration"]["FunctionArn"]
    template = '{"source": "tmdb", "time": <time>}'
    transformer = {"InputPathsMap": {"time": "$.time"}, "InputTemplate": template}
    events.put_targets(Rule=rule, Targets=[{"Id": "one", "Arn": arn, "InputTransformer": transformer}])
    desk.undelivered(scheduled_event(), scraper, RULE.replace("celebrity-weekly-scrape", rule))
    assert desk.replay() == {"replayed": 1, "invoked": 1}
    assert calls(desk.aws) == [{"source": "tmdb", "time": "2025-11-09T02:00:07Z"}]
    assert desk.letters() == [] and desk.replay() == {} and len(calls(desk.aws)) == 1


def test_a_resume_rules_event_resumes_and_does_not_run_everything(desk: Desk, function: Callable[..., str]) -> None:
    scraper = function("scraper-youtube")
    events = desk.aws.client("events")
    rule = f"rule-{uuid.uuid4().hex[:6]}"
    events.put_rule(Name=rule, ScheduleExpression="cron(15 8 * * ? *)", State="DISABLED")
    arn = desk.aws.client("lambda").get_function(FunctionName=scraper)["Configuration"]["FunctionArn"]
    order = {"source": "youtube", "resume": True}
    events.put_targets(Rule=rule, Targets=[{"Id": "one", "Arn": arn, "Input": json.dumps(order)}])
    desk.undelivered(scheduled_event(), scraper, RULE.replace("celebrity-weekly-scrape", rule))
    assert desk.replay() == {"replayed": 1, "invoked": 1}
    assert calls(desk.aws) == [order]


def test_an_event_whose_rule_is_gone_stays(desk: Desk, function: Callable[..., str]) -> None:
    desk.undelivered(scheduled_event(), function("scraper-tmdb"), f"{RULE}-gone")
    assert desk.replay(code=1) == {"replayed": 1, "still_failing": 1}
    assert len(desk.letters()) == 1 and calls(desk.aws) == []


def test_a_failed_call_is_made_again_with_the_same_t(desk: Desk, function: Callable[..., str]) -> None:
    good, bad = function("scraper-tmdb"), function("scraper-news", fails="no key for news")
    desk.put(failed_invocation(good, {"source": "tmdb", "time": T}))
    desk.put(failed_invocation(bad, {"source": "news", "time": T}))
    desk.put(failed_invocation("scraper-of-nobody", {"source": "gone", "time": T}))
    out, err = desk("replay", "--json", code=1)
    assert {k: v for k, v in json.loads(out).items() if v} == {"replayed": 3, "invoked": 1, "still_failing": 2}
    assert "news: PluginError: " in err and "no key for news" in err
    assert "gone: ConfigError: there is no function scraper-of-nobody" in err
    assert calls(desk.aws) == [{"source": "tmdb", "time": T}]
    assert [one["source"] for one in desk.letters()] == ["gone", "news"]


def test_what_one_operator_works_on_the_other_does_not_see(desk: Desk, function: Callable[..., str]) -> None:
    desk.put(failed_invocation(function("scraper-tmdb"), {"source": "tmdb", "time": T}))
    with View(desk.aws) as first:
        assert len(first.letters()) == 1
        assert desk.replay() == {} and calls(desk.aws) == []
    assert desk.replay() == {"replayed": 1, "invoked": 1}


def test_work_that_was_redriven_goes_back_to_its_queue(desk: Desk) -> None:
    mark = uuid.uuid4().hex[:8]
    arn = desk.aws.sqs.get_queue_attributes(QueueUrl=desk.dlq, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
    attributes = {"RedrivePolicy": redrive, "VisibilityTimeout": "0"}
    work = desk.aws.sqs.create_queue(QueueName=f"scraper-tmdb-work-{mark}", Attributes=attributes)["QueueUrl"]
    desk.put(WORK, work)
    assert desk.aws.sqs.receive_message(QueueUrl=work)["Messages"]
    assert not desk.aws.sqs.receive_message(QueueUrl=work).get("Messages")  # this receive finds it redriven
    (letter,) = desk.letters()
    assert (letter["kind"], letter["run_id"], letter["event"]["work"]) == ("schedule", f"tmdb@{T}", WORK)
    assert letter["event"]["queue"].endswith(f":scraper-tmdb-work-{mark}")
    assert desk.replay() == {"replayed": 1, "requeued": 1}
    assert desk.letters() == []
    (again,) = desk.aws.sqs.receive_message(QueueUrl=work)["Messages"]
    assert json.loads(again["Body"]) == WORK


def put_entries(aws: Aws, kit: Any, *ids: str, **more: Any) -> None:
    for celebrity_id in ids:
        entry = kit.entry(celebrity_id, raw_text='{"name": "A", "text": "good"}', **more)
        aws.dynamodb.put_item(TableName=aws.settings.table, Item=encode_item(entry))


def weights(aws: Aws) -> dict[str, Any]:
    items = aws.dynamodb.scan(TableName=aws.settings.table)["Items"]
    return {item["celebrity_id"]["S"]: item["weight"] for item in items if "weight" in item}


def test_a_stream_batch_is_enriched_from_the_stream(desk: Desk, kit: Any) -> None:
    aws = desk.aws
    put_entries(aws, kit, "celeb_001", "celeb_002", "celeb_003")
    stream = aws.dynamodb.describe_table(TableName=aws.settings.table)["Table"]["LatestStreamArn"]
    streams = aws.client("dynamodbstreams")
    shard = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = streams.get_shard_iterator(StreamArn=stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    records = streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
    assert len(numbers) == 3
    desk.put(failed_batch(stream, shard, numbers[0], numbers[1]), desk.stream_dlq)
    assert desk.replay("--kind", "stream") == {"replayed": 1, "enriched": 2}
    found = weights(aws)
    # The third record is not of the batch.
    assert [next(iter(found[f"celeb_00{n}"])) for n in (1, 2, 3)] == ["N", "N", "NULL"]
    assert desk.count(desk.stream_dlq) == 0


def test_a_batch_beyond_the_streams_reach_is_enriched_by_key(desk: Desk, kit: Any) -> None:
    aws = desk.aws
    for celebrity_id in ("celeb_001", "celeb_002"):
        metadata = {"celebrity_id": celebrity_id, "source_type#timestamp": keys.METADATA_SORT_KEY, "name": "A"}
        aws.dynamodb.put_item(TableName=aws.settings.table, Item=encode_item({**metadata, "subject_type": "celebrity"}))
    written = {**kit.entry()["metadata"], "last_updated": "2025-11-09T02:13:10Z"}
    put_entries(aws, kit, "celeb_001", metadata=written)
    put_entries(aws, kit, "celeb_002", metadata={**written, "last_updated": "2025-11-09T09:00:00Z"})
    arn = "arn:aws:dynamodb:us-east-1:000000000000:table/gone/stream/2025-11-09T00:04:06.388"
    desk.put(failed_batch(arn, "shardId-1", "800000000003126276362", "800000000003126276363"), desk.stream_dlq)
    assert desk.replay() == {"replayed": 1, "enriched": 1}
    found = weights(aws)
    assert "N" in found["celeb_001"] and "NULL" in found["celeb_002"]  # of another hour: not of this batch


def test_a_message_of_no_known_form_is_never_lost(desk: Desk) -> None:
    desk.put("\x85 what is this")
    assert desk.replay(code=1) == {"replayed": 1, "still_failing": 1}
    (letter,) = desk.letters()
    assert letter["event"]["body"] == "\x85 what is this"
    desk("purge", letter["id"], "--yes")
    assert desk.count() == 0


def test_a_subjects_letter_is_asked_again_in_its_run_and_its_notice_goes(
    bench: Callable[..., Any], desk_of: Callable[[Aws], Desk], tmp_path: Path
) -> None:
    made = bench(4)
    desk = desk_of(made.aws)
    for person in made.people[:2]:
        DeadLetters(made.aws).keep(scrape_letter(person["celebrity_id"]))
    desk.put(failed_invocation("scraper-news", {"source": "news", "time": T}))
    first = made.people[0]["celebrity_id"]
    one = scrape_letter(first)["id"]
    assert desk.replay(one) == {"replayed": 1, "stored": 1}
    assert set(made.raw()) == {(first, f"tmdb#{T}")}
    assert desk.replay("--kind", "scrape", "--source", "tmdb") == {"replayed": 1, "stored": 1}
    assert len(made.raw()) == 2
    assert [letter["source"] for letter in desk.letters()] == ["news"] and desk.count() == 1


def test_a_subject_without_record_stays_a_letter(bench: Callable[..., Any], desk_of: Callable[[Aws], Desk]) -> None:
    made = bench(2)
    desk = desk_of(made.aws)
    DeadLetters(made.aws).keep(scrape_letter("celeb_999999"))
    out, err = desk("replay", "--json", code=1)
    assert json.loads(out)["still_failing"] == 1 and "without metadata record: celeb_999999" in err
    assert len(desk.letters()) == 1


def test_a_file_of_the_lake_is_put_to_its_function_again(
    fresh: Callable[..., Aws],
    desk_of: Callable[[Aws], Desk],
    function: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = f"s{uuid.uuid4().hex[:8]}0"
    aws = fresh(stage=stage)
    monkeypatch.setenv("SPRINGHEAD_STAGE", stage)
    desk = desk_of(aws)
    lake = {
        "id": keys.dead_letter_id("files/a.csv", "lake", "file"), "kind": "lake", "source": "lake",
        "subject_id": "files/in/a%2Bb.csv", "subject": {"bucket": "files", "key": "in/a+b.csv", "etag": "e", "size": 7},
        "error": {"name": "BadFile", "message": "no header", "retryable": False}, "attempts": 1, "created_at": T,
    }  # fmt: skip
    DeadLetters(desk.aws).keep(lake)
    assert desk.replay("--source", "lake", code=1) == {"replayed": 1, "still_failing": 1}  # there is no function
    function(f"instagram-ingest-data-{stage}", bucket=aws.settings.backup_bucket or "")
    assert desk.replay("--source", "lake") == {"replayed": 1, "invoked": 1}
    (event,) = calls(aws)
    assert event["Records"][0]["s3"] == {
        "bucket": {"name": "files"}, "object": {"key": "in/a%2Bb.csv", "size": 7, "eTag": "e"},
    }  # fmt: skip
    assert desk.letters() == [] and desk.count() == 0
