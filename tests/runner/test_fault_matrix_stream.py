"""The fault matrix, stream side: the real post-processor under the real settings of the committed template.

``docs/faults.md`` lists each fault with its test. In all of them: nothing lost, nothing twice.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from springhead.clock import FrozenClock, SystemClock
from springhead.engine import Outcome
from springhead.entries import Run
from springhead.subject import Subject
from springhead_contracts import keys
from springhead_runner.enrich import handler as module
from springhead_runner.enrich.enricher import Enricher
from springhead_runner.enrich.isolated import IsolatedJudge
from springhead_runner.enrich.judgement import judge
from springhead_runner.enrich.sweep import sweep
from springhead_runner.scrape.sink import AwsSink
from springhead_runner.stores import aws as aws_module
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.dead_letters import DeadLetters
from springhead_runner.stores.entries import ENTRY_LIMIT, EntryStore
from springhead_runner.stores.objects import read_raw_text
from springhead_runner.stores.subjects import SubjectStore
from springhead_runner.stores.values import encode_item, size_of

pytestmark = pytest.mark.embedded

GOOD = '{"biography": "A great actor, he won many awards.", "birthday": null}'
BAD = '{"biography": "A terrible scandal."}'


class Stream:
    """A table, and its stream as the template's mapping feeds it to the real handler."""

    def __init__(self, aws: Aws, kit: SimpleNamespace, template: dict[str, Any], patch: pytest.MonkeyPatch) -> None:
        self.aws, self.kit, self.template, self._patch = aws, kit, template, patch
        self.number = 0
        self.entries, self.letters = EntryStore(aws), DeadLetters(aws)
        patch.setattr(aws_module, "BASE", 0.0)
        patch.setattr("springhead_runner.logs.set_up_logs", lambda: None)  # it takes pytest's own handlers away
        self.use()

    def use(self, judging: Any = None, *, aws: Aws | None = None, **options: Any) -> None:
        """Begin anew, with an enricher of the test."""
        enricher = Enricher(aws or self.aws, judging or judge)
        self._patch.setattr(module, "_enricher", lambda: enricher)
        self.mapping = self.kit.stream.StreamMapping.of(self.template, "PostProcessorStream", module.handler, **options)

    def put(self, number: int, kind: str = "INSERT", **more: Any) -> dict[str, Any]:
        """Write an entry; return its stream record."""
        entry = self.kit.entry(celebrity_id=f"celeb_{number:03}", **{"raw_text": GOOD, **more})
        item: dict[str, Any] = encode_item(entry)
        self.aws.dynamodb.put_item(TableName=self.aws.settings.table, Item=item)
        return self.record(item, kind)

    def record(self, item: dict[str, Any], kind: str = "INSERT") -> dict[str, Any]:
        self.number += 1
        return dict(self.kit.stream_record(item, self.number, kind))

    def get(self, number: int) -> dict[str, Any]:
        found = self.entries.get(f"celeb_{number:03}", f"tmdb#{self.kit.T}")
        assert found is not None
        return found

    def enriched(self, count: int) -> list[int]:
        """Which of the first entries are enriched."""
        return [number for number in range(1, count + 1) if self.get(number)["weight"] is not None]

    def left(self) -> list[str]:
        """Subjects that ended as a dead letter."""
        return sorted(letter["subject_id"] for letter in self.letters.all())

    def batches(self) -> list[list[int]]:
        return [[int(number) for number in batch] for batch in self.mapping.invocations]

    def seed(self, *numbers: int) -> None:
        """Write the metadata records of these subjects, so that a sweep finds them."""
        for number in numbers:
            SubjectStore(self.aws).add(
                {
                    "celebrity_id": f"celeb_{number:03}",
                    "source_type#timestamp": keys.METADATA_SORT_KEY,
                    "name": "A",
                    "is_active": True,
                }
            )


@pytest.fixture
def stream(aws: Aws, kit: SimpleNamespace, template: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Stream:
    return Stream(aws, kit, template, monkeypatch)


@pytest.fixture
def proxied(stream: Stream) -> Iterator[Any]:
    """The same table through a proxy that can fail."""
    with stream.kit.proxy.proxied(stream.aws.settings.endpoint) as proxy:
        proxy.aws = Aws(stream.aws.settings.model_copy(update={"endpoint": proxy.url}))
        yield proxy


def sweep_of(stream: Stream, **options: Any) -> dict[str, Any]:
    since = datetime(2025, 11, 1, tzinfo=UTC)
    return sweep(stream.aws, Enricher(stream.aws, judge), since=since, **options).to_dict()


def of_subject(call: Any, number: int) -> bool:
    key = call.body.get("Key", {}).get("celebrity_id", {})
    return bool(key.get("S") == f"celeb_{number:03}")


def test_poison_among_good_records(stream: Stream) -> None:
    records = [stream.put(number) for number in range(1, 11)]
    records[2]["dynamodb"]["NewImage"]["celebrity_id"] = {"X": "?"}
    records[5]["dynamodb"]["NewImage"] = {"metadata": records[5]["dynamodb"]["NewImage"]["metadata"]}
    del records[7]["dynamodb"]["NewImage"]["source"]
    stream.mapping.deliver(records)
    assert stream.batches() == [list(range(1, 11))]  # once, whole, and nothing was given up by Lambda
    assert (stream.mapping.discarded, stream.mapping.errors) == ([], [])
    assert stream.enriched(10) == [1, 2, 4, 5, 7, 9, 10]
    assert stream.left() == ["celeb_008", "event3", "event6"]


def test_redelivery_and_out_of_order(stream: Stream) -> None:
    records = [stream.put(number) for number in range(1, 31)]
    stream.mapping.deliver(records)
    before = [stream.get(number) for number in range(1, 31)]
    again = records * 3
    random.Random(1).shuffle(again)
    stream.mapping.deliver(again)
    assert len(stream.batches()) == 2 and stream.mapping.discarded == []
    assert [stream.get(number) for number in range(1, 31)] == before
    assert all(entry["metadata"]["retry_count"] == 0 for entry in before) and stream.left() == []


def test_only_new_content_wakes_it(stream: Stream) -> None:
    """Its own write passes the filter no more: the loop that a trigger on its own table could be."""
    record = stream.put(1)
    stream.mapping.deliver([record])
    table = stream.aws.settings.table
    key = {"celebrity_id": {"S": "celeb_001"}, "source_type#timestamp": {"S": f"tmdb#{stream.kit.T}"}}
    after = stream.aws.dynamodb.get_item(TableName=table, Key=key)["Item"]
    removed = stream.record(after, "REMOVE")
    stream.mapping.deliver([stream.record(after, "MODIFY"), removed])
    assert stream.batches() == [[1]] and len(stream.mapping.filtered) == 2


def test_a_record_that_dynamodb_throttles_for_ever(stream: Stream, proxied: Any) -> None:
    """Partial batch: the good ones are done once, the rest comes back, Lambda gives up, the sweep finishes."""
    records = [stream.put(number) for number in range(1, 6)]
    stream.seed(1, 2, 3, 4, 5)
    proxied.fault = lambda call: (
        stream.kit.proxy.dynamodb_error("ProvisionedThroughputExceededException")
        if call.operation == "DynamoDB.UpdateItem" and of_subject(call, 2)
        else None
    )
    stream.use(aws=proxied.aws)
    stream.mapping.deliver(records)
    rest = [2, 3, 4, 5]
    assert stream.batches() == [[1, *rest], rest, rest, rest, rest]
    (pointer,) = stream.mapping.discarded
    assert pointer["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert stream.mapping.destination == "StreamFailureQueue"
    assert stream.enriched(5) == [1, 3, 4, 5] and stream.left() == []
    assert stream.get(2)["metadata"]["error"] is None  # not its fault
    # The first try and five more, in each of five deliveries.
    assert sum(of_subject(call, 2) and "Update" in call.operation for call in proxied.calls) == 30
    before = [stream.get(number) for number in (1, 3, 4, 5)]
    report = sweep_of(stream)
    assert (report["found"], report["outcomes"], report["finished"]) == (1, {"enriched": 1}, True)
    assert stream.enriched(5) == [1, 2, 3, 4, 5]
    assert [stream.get(number) for number in (1, 3, 4, 5)] == before


@pytest.mark.parametrize(
    "error", ["ProvisionedThroughputExceededException", "ThrottlingException", "InternalServerError", "refused"]
)
def test_throttling_that_passes_is_not_even_seen_by_lambda(stream: Stream, proxied: Any, error: str) -> None:
    records = [stream.put(number) for number in range(1, 4)]
    tries: dict[str, int] = {}

    def fault(call: Any) -> Any:
        if call.operation != "DynamoDB.UpdateItem":
            return None
        subject = call.body["Key"]["celebrity_id"]["S"]
        tries[subject] = tries.get(subject, 0) + 1
        if tries[subject] > 5:
            return None
        return stream.kit.proxy.REFUSED if error == "refused" else stream.kit.proxy.dynamodb_error(error)

    proxied.fault = fault
    stream.use(aws=proxied.aws)
    stream.mapping.deliver(records)
    assert stream.batches() == [[1, 2, 3]] and stream.enriched(3) == [1, 2, 3]
    assert set(tries.values()) == {6}


def test_an_update_whose_answer_is_lost_is_made_once(stream: Stream, proxied: Any) -> None:
    record = stream.put(1)
    lost = iter([stream.kit.proxy.LOST_ANSWER])
    proxied.fault = lambda call: next(lost, None) if call.operation == "DynamoDB.UpdateItem" else None
    stream.use(aws=proxied.aws)
    stream.mapping.deliver([record])
    assert proxied.count("DynamoDB.UpdateItem") == 2  # the second finds it done
    assert stream.batches() == [[1]] and stream.enriched(1) == [1] and stream.left() == []


def test_nothing_uses_calls_that_can_leave_items_unprocessed(stream: Stream, proxied: Any) -> None:
    """BatchWriteItem and BatchGetItem may do half of it and say so in a 200; enrichment and sweep have no such call."""
    stream.seed(1, 2)
    records = [stream.put(1), stream.put(2, raw_text="x", metadata={"processed": False, "error": None})]
    stream.use(aws=proxied.aws)
    stream.mapping.deliver(records[:1])
    sweep(proxied.aws, Enricher(proxied.aws, judge), since=datetime(2025, 11, 1, tzinfo=UTC))
    used = {call.operation for call in proxied.calls}
    assert used == {"DynamoDB.GetItem", "DynamoDB.Query", "DynamoDB.UpdateItem"}
    assert stream.enriched(2) == [1, 2]


def test_a_record_that_has_become_too_old(stream: Stream) -> None:
    stream.seed(1, 2)
    old = stream.put(1)
    old["dynamodb"]["ApproximateCreationDateTime"] = (stream.mapping.clock.now - timedelta(seconds=3601)).timestamp()
    stream.mapping.deliver([old, stream.put(2)])
    (pointer,) = stream.mapping.discarded
    assert pointer["requestContext"]["condition"] == "RecordAgeExceeded"
    assert stream.enriched(2) == [2]
    assert sweep_of(stream)["outcomes"] == {"enriched": 1} and stream.enriched(2) == [1, 2]


MOODY = """
import os, time
from springhead import hookimpl

@hookimpl
def analyse_sentiment(text):
    if "hang" in text:
        time.sleep(3600)
    if "crash" in text:
        os.abort()
    return "positive"
"""


@pytest.fixture
def isolated(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[IsolatedJudge]:
    (tmp_path / "springhead_moody.py").write_text(MOODY)
    info = tmp_path / "springhead_moody-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: springhead-moody\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[springhead]\nmoody = springhead_moody\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("SPRINGHEAD_PLUGINS", "moody")
    made = IsolatedJudge(seconds=0.5)
    yield made
    made.close()


def test_an_analyser_that_hangs_or_crashes(stream: Stream, isolated: IsolatedJudge) -> None:
    texts = {2: "It may hang", 4: "It may crash"}
    records = [
        stream.put(number, **({"raw_text": json.dumps({"t": texts[number]})} if number in texts else {}))
        for number in range(1, 7)
    ]
    stream.use(isolated)
    stream.mapping.deliver(records)
    assert stream.batches() == [[1, 2, 3, 4, 5, 6]] and stream.mapping.errors == []
    assert stream.enriched(6) == [1, 3, 5, 6] and stream.left() == ["celeb_002", "celeb_004"]
    assert "no judgement after 0.5 s" in stream.get(2)["metadata"]["error"]
    assert "process ended" in stream.get(4)["metadata"]["error"]
    # Once the plugin is mended, the letters' replay finishes them.
    healthy = Enricher(stream.aws, judge)
    for number in (2, 4):
        key = {"celebrity_id": f"celeb_{number:03}", "source_type#timestamp": f"tmdb#{stream.kit.T}"}
        assert healthy.replay(key) == "enriched"
    assert stream.enriched(6) == [1, 2, 3, 4, 5, 6]


def test_a_batch_of_hanging_texts_ends_before_lambda_ends_it(stream: Stream, isolated: IsolatedJudge) -> None:
    records = [stream.put(number, raw_text='{"t": "they all hang"}') for number in range(1, 5)]
    # 10 s are kept in reserve, and one text may take 0.5 s: there is time for few of them.
    stream.use(isolated, timeout=12.0)
    stream.mapping.deliver(records)
    assert stream.mapping.errors == [] and stream.mapping.discarded == []
    batches = stream.batches()
    assert len(batches) >= 2 and batches[0] == [1, 2, 3, 4]
    assert [batch[0] for batch in batches] == sorted({batch[0] for batch in batches})  # each makes progress
    assert stream.left() == ["celeb_001", "celeb_002", "celeb_003", "celeb_004"] and stream.enriched(4) == []
    assert all(stream.get(number)["metadata"]["retry_count"] == 1 for number in range(1, 5))


def test_the_templates_time_suffices_for_one_text_that_hangs(template: dict[str, Any]) -> None:
    from springhead_runner.enrich.enricher import RESERVE
    from springhead_runner.enrich.isolated import ENTRY_SECONDS, START_SECONDS

    for function in ("PostProcessor", "PostProcessorSweep"):
        assert template["Resources"][function]["Properties"]["Timeout"] > START_SECONDS + ENTRY_SECONDS + RESERVE


def test_the_function_dies_in_the_middle_of_a_batch(stream: Stream) -> None:
    """Out of memory, or a kill: no answer at all. Bisecting leaves the culprit alone; all others are done once."""

    def deadly(raw_text: str, source_type: str) -> Any:
        if "deadly" in raw_text:
            raise SystemExit(137)
        return judge(raw_text, source_type)

    records = [
        stream.put(number, **({"raw_text": '{"t": "deadly text"}'} if number == 3 else {})) for number in range(1, 9)
    ]
    stream.seed(*range(1, 9))
    stream.use(deadly)
    stream.mapping.deliver(records)
    assert stream.batches() == [
        [1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4], [1, 2], [3, 4], [3], [3], [3], [3], [4], [5, 6, 7, 8]
    ]  # fmt: skip
    (pointer,) = stream.mapping.discarded
    assert pointer["DDBStreamBatchInfo"]["batchSize"] == 1
    assert stream.enriched(8) == [1, 2, 4, 5, 6, 7, 8]
    assert sweep_of(stream)["outcomes"] == {"enriched": 1} and stream.enriched(8) == list(range(1, 9))


def test_newer_content_arrives_while_older_is_being_enriched(stream: Stream) -> None:
    newer: list[dict[str, Any]] = []

    def slow(raw_text: str, source_type: str) -> Any:
        if not newer:  # the scraper writes while we think
            newer.append(stream.put(1, kind="MODIFY", raw_text=BAD, sha="b"))
        return judge(raw_text, source_type)

    stream.use(slow)
    stream.mapping.deliver([stream.put(1, sha="a")])
    found = stream.get(1)
    assert (found["weight"], found["sentiment"], found["metadata"]["processed"]) == (None, None, False)
    stream.mapping.deliver(newer)
    assert stream.get(1)["sentiment"] == "negative" and stream.get(1)["metadata"]["raw_sha256"] == "b" * 64
    assert stream.left() == []


def test_newer_content_arrives_while_older_is_failing(stream: Stream) -> None:
    newer: list[dict[str, Any]] = []

    def failing(text: str) -> tuple[str, str]:
        if not newer:
            newer.append(stream.put(1, kind="MODIFY", sha="b"))
            raise ValueError("no")
        return "positive", "test/1"

    stream.use(partial(judge, analyser=failing))
    stream.mapping.deliver([stream.put(1, sha="a")])
    assert stream.get(1)["metadata"]["error"] is None and stream.left() == []  # nobody's failure any more
    stream.mapping.deliver(newer)
    assert stream.get(1)["sentiment"] == "positive" and stream.left() == []


def test_s3_is_unwell_while_a_large_text_is_read(stream: Stream, proxied: Any) -> None:
    body = GOOD.encode()
    bucket, key = stream.aws.settings.raw_bucket, "raw/large"
    stream.aws.s3.put_object(Bucket=bucket, Key=key, Body=body)
    reference = {"bucket": bucket, "key": key, "sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body)}
    metadata = {**stream.kit.entry()["metadata"], "raw_ref": reference}
    records = [stream.put(1, raw_text="", metadata=metadata), stream.put(2)]
    down = iter([True] * 8)  # one delivery, and two tries of the next one
    proxied.fault = lambda call: (
        stream.kit.proxy.s3_error("ServiceUnavailable") if call.operation == f"GET {bucket}" and next(down, 0) else None
    )
    stream.use(aws=proxied.aws)
    stream.mapping.deliver(records)
    assert stream.batches() == [[1, 2], [1, 2]] and stream.enriched(2) == [1, 2]
    assert stream.left() == [] and stream.mapping.discarded == []


def test_the_letter_cannot_be_kept_and_then_can(stream: Stream, proxied: Any) -> None:
    """An entry is never noted as failed without its letter: then neither the stream nor the sweep would come back."""
    bucket = stream.aws.settings.dead_letter_bucket
    down = [True]
    proxied.fault = lambda call: (
        stream.kit.proxy.s3_error("SlowDown") if down[0] and call.operation == f"PUT {bucket}" else None
    )

    def never(text: str) -> tuple[str, str]:
        raise ValueError("no")

    stream.use(partial(judge, analyser=never), aws=proxied.aws)
    record = stream.put(1)
    stream.mapping.deliver([record])
    assert stream.batches() == [[1]] * 4 and len(stream.mapping.discarded) == 1
    assert stream.get(1)["metadata"]["error"] is None and stream.left() == []
    down[0] = False
    stream.mapping.deliver([record])
    assert stream.left() == ["celeb_001"] and "ValueError" in stream.get(1)["metadata"]["error"]


def test_the_note_cannot_be_made_after_the_letter(stream: Stream, proxied: Any) -> None:
    throttled = [True]
    proxied.fault = lambda call: (
        stream.kit.proxy.dynamodb_error("ThrottlingException")
        if throttled[0] and call.operation == "DynamoDB.UpdateItem"
        else None
    )

    def never(text: str) -> tuple[str, str]:
        raise ValueError("no")

    stream.use(partial(judge, analyser=never), aws=proxied.aws)
    record = stream.put(1)
    stream.mapping.deliver([record])
    assert stream.left() == ["celeb_001"]  # four deliveries, one letter
    throttled[0] = False
    stream.mapping.deliver([record])
    assert stream.left() == ["celeb_001"] and stream.get(1)["metadata"]["retry_count"] == 1


@pytest.mark.parametrize("stamp", ["2031-01-01T00:00:00Z", "1999-01-01T00:00:00Z", "yesterday", None])
def test_clocks_that_disagree_decide_nothing(stream: Stream, stamp: str | None) -> None:
    """Neither who wins nor whether it is done hangs on a time: content is told by its hash, runs by their T."""
    metadata = {**stream.kit.entry()["metadata"], "last_updated": stamp}
    record = stream.put(1, metadata=metadata)
    enricher = Enricher(stream.aws, judge, FrozenClock(datetime(2020, 1, 1, tzinfo=UTC)))
    assert enricher.batch([record]) == {"batchItemFailures": []}
    assert stream.get(1)["metadata"]["enriched_at"] == "2020-01-01T00:00:00Z"
    before = stream.get(1)
    stream.mapping.deliver([record])
    assert stream.get(1) == before


SIZES = [
    (399_000, False),
    (400_000, False),
    (400_001, True),
    (399 * 1024, True),
    (401_000, True),
    (401 * 1024, True),
    (5_000_000, True),
    (5 * 1024 * 1024, True),
]


def large(kit: SimpleNamespace, number: int, size: int) -> dict[str, Any]:
    """An entry of that many bytes, as DynamoDB counts them."""
    record = dict(kit.entry(celebrity_id=f"celeb_{number:03}", raw_text=""))
    record["metadata"] = {**record["metadata"], "responses": []}
    text = json.dumps({"biography": "周潤發 was a great actor. ", "rest": ""}, ensure_ascii=False)
    padding = size - size_of(record) - len(text.encode())
    record["raw_text"] = text[:-2] + "x" * padding + text[-2:]
    assert size_of(record) == size
    return record


@pytest.mark.parametrize(("size", "moved"), SIZES)
def test_a_large_entry_goes_in_through_the_stream_and_out(
    fresh: Callable[..., Aws], kit: SimpleNamespace, template: dict[str, Any], monkeypatch: pytest.MonkeyPatch,
    judge: str, size: int, moved: bool,
) -> None:  # fmt: skip
    stream = Stream(fresh(judge), kit, template, monkeypatch)
    record = large(kit, 1, size)
    run = Run.at("tmdb", kit.T)

    async def store() -> str:
        sink = AwsSink(stream.aws, run, SystemClock())
        return await sink.store(Outcome(Subject("celeb_001", "A"), record=json.loads(json.dumps(record)), responses=[]))

    assert asyncio.run(store()) == "written"
    assert asyncio.run(store()) == "unchanged"
    stored = stream.get(1)
    assert (stored["raw_text"] == "", "raw_ref" in stored["metadata"]) == (moved, moved)
    assert read_raw_text(stream.aws, stored) == record["raw_text"]
    item = encode_item(stored)
    stream.mapping.deliver([stream.record(item)])
    after = stream.get(1)
    assert (after["weight"], after["sentiment"]) == (0.975, "positive")
    assert read_raw_text(stream.aws, after) == record["raw_text"] and after["raw_text"] == stored["raw_text"]
    assert stream.left() == []


def test_large_entries_with_both_images_are_batched_below_six_megabytes(stream: Stream) -> None:
    records = []
    for number in range(1, 17):
        item = encode_item(large(stream.kit, number, ENTRY_LIMIT))
        stream.aws.dynamodb.put_item(TableName=stream.aws.settings.table, Item=item)
        record = stream.record(item, "MODIFY")
        record["dynamodb"]["OldImage"] = item
        records.append(record)
    stream.mapping.deliver(records)
    assert [len(batch) for batch in stream.batches()] == [7, 7, 2]
    assert stream.enriched(16) == list(range(1, 17)) and stream.left() == []
