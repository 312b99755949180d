"""The scheduled sweep for entries that the stream has left behind."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from springhead.clock import FrozenClock
from springhead.errors import ConfigError
from springhead_contracts import keys
from springhead_runner.enrich import sweep as module
from springhead_runner.enrich.enricher import Enricher
from springhead_runner.enrich.judgement import judge
from springhead_runner.enrich.sweep import sweep
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.dead_letters import DeadLetters
from springhead_runner.stores.entries import EntryStore
from springhead_runner.stores.subjects import SubjectStore
from springhead_runner.stores.values import encode_item

pytestmark = pytest.mark.embedded

NOW = datetime(2025, 11, 9, 6, 0, tzinfo=UTC)
GOOD = '{"biography": "A great actor, he won many awards.", "birthday": null}'


class Left:
    """A table with entries, some of which nobody enriched."""

    def __init__(self, aws: Aws, kit: SimpleNamespace) -> None:
        self.aws, self.kit, self.entries = aws, kit, EntryStore(aws)

    def seed(self, number: int) -> str:
        celebrity_id = f"celeb_{number:03}"
        SubjectStore(self.aws).add(
            {"celebrity_id": celebrity_id, "source_type#timestamp": keys.METADATA_SORT_KEY, "name": "A"}
        )
        return celebrity_id

    def put(
        self, number: int, source: str = "tmdb", time: str = "2025-11-09T02:00:00Z", seed: bool = True, **metadata: Any
    ) -> tuple[str, str]:
        celebrity_id = self.seed(number) if seed else f"celeb_{number:03}"
        entry = self.kit.entry(celebrity_id=celebrity_id, raw_text=GOOD)
        entry |= {"source_type#timestamp": f"{source}#{time}", "timestamp": time}
        entry["source"] = f"https://{source}.example/@{number}"  # differs by subject, as Instagram's does
        entry["metadata"] |= {"source_type": source, "last_updated": "2025-11-09T02:00:05Z", **metadata}
        self.aws.dynamodb.put_item(TableName=self.aws.settings.table, Item=encode_item(entry))
        return celebrity_id, f"{source}#{time}"

    def enriched(self, *places: tuple[str, str]) -> list[bool]:
        found = [self.entries.get(*place) for place in places]
        return [entry is not None and entry["weight"] is not None for entry in found]

    def sweep(self, **options: Any) -> dict[str, Any]:
        options = {"clock": FrozenClock(NOW), "enricher": Enricher(self.aws, judge)} | options
        report = sweep(self.aws, **options)
        report.emit(self.aws.settings)  # as the handler does; a command keeps its stdout for itself
        return report.to_dict()


@pytest.fixture
def left(aws: Aws, kit: SimpleNamespace) -> Left:
    return Left(aws, kit)


def emitted(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [{k: v for k, v in line.items() if k != "_aws"} for line in lines if "Unenriched" in line]


def test_it_enriches_what_was_left_and_nothing_else(left: Left, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = [left.put(1), left.put(1, "wikipedia"), left.put(2, "instagram"), left.put(2, time="2025-11-01T02:00:00Z")]
    done = left.put(3, processed=True)
    failed = left.put(4, error="PluginError: no")
    young = left.put(5, last_updated="2025-11-09T05:30:00Z")
    long_ago = left.put(6, time="2025-09-07T02:00:00Z")
    foreign = left.put(7, "nosuchsource")
    assert left.sweep() == {"subjects": 7, "found": 4, "finished": True, "outcomes": {"enriched": 4}}
    assert left.enriched(*wanted) == [True] * 4
    assert left.enriched(done, failed, young, long_ago, foreign) == [False] * 5
    zero, *told = emitted(capsys)
    assert zero == {"Unenriched": 0.0}
    assert {line["Source"]: line["Unenriched"] for line in told} == {"tmdb": 2.0, "wikipedia": 1.0, "instagram": 1.0}
    assert left.sweep() == {"subjects": 7, "found": 0, "finished": True, "outcomes": {}}
    assert emitted(capsys) == [{"Unenriched": 0.0}]


def test_a_range_of_its_own_reaches_further_back(left: Left) -> None:
    old = left.put(1, time="2025-09-07T02:00:00Z")
    assert left.sweep()["found"] == 0
    assert left.sweep(since=datetime(2025, 9, 1, tzinfo=UTC))["outcomes"] == {"enriched": 1}
    assert left.enriched(old) == [True]


@pytest.mark.parametrize("stamp", ["2030-01-01T00:00:00Z", "soon", 7, None])
def test_a_stamp_that_cannot_be_right_does_not_hide_an_entry(left: Left, stamp: Any) -> None:
    assert left.sweep() == {"subjects": 0, "found": 0, "finished": True, "outcomes": {}}
    place = left.put(1, last_updated=stamp)
    assert left.sweep()["outcomes"] == {"enriched": 1} and left.enriched(place) == [True]


def test_what_cannot_be_enriched_becomes_a_letter_once(left: Left) -> None:
    def moody(raw_text: str, source_type: str) -> Any:
        if source_type == "wikipedia":
            raise ValueError("no")
        return judge(raw_text, source_type)

    left.put(1, "wikipedia")
    good = left.put(2)
    report = left.sweep(enricher=Enricher(left.aws, moody))
    assert report["outcomes"] == {"dead_letter": 1, "enriched": 1} and left.enriched(good) == [True]
    (letter,) = DeadLetters(left.aws).all()
    assert (letter["kind"], letter["source"], letter["subject_id"]) == ("stream", "wikipedia", "celeb_001")
    assert letter["event"]["keys"] == encode_item(
        {"celebrity_id": "celeb_001", "source_type#timestamp": "wikipedia#2025-11-09T02:00:00Z"}
    )
    assert left.sweep()["found"] == 0  # it is a person's now


def test_where_time_ends_the_next_sweep_goes_on(left: Left) -> None:
    places = [left.put(number) for number in range(1, 7)]
    slices = []
    for _ in range(10):
        left_over = iter([100.0, 100.0] * 2 + [100.0])  # a subject and its entry, twice, and one more subject
        report = left.sweep(time_left=lambda left_over=left_over: next(left_over, 0.0))
        slices.append((report["subjects"], report["found"], report["finished"]))
        if report["finished"]:
            break
    assert slices == [(2, 2, False), (2, 2, False), (2, 2, True)]
    assert left.enriched(*places) == [True] * 6
    assert left.sweep()["subjects"] == 6  # from the beginning again


def test_a_sweep_with_no_time_at_all_does_nothing_and_loses_no_place(left: Left) -> None:
    left.put(1)
    assert left.sweep(time_left=lambda: 0.0) == {"subjects": 0, "found": 0, "finished": False, "outcomes": {}}
    assert left.sweep()["outcomes"] == {"enriched": 1}


def test_what_the_stream_does_meanwhile_is_not_done_twice(left: Left) -> None:
    place = left.put(1)
    item = left.aws.dynamodb.get_item(
        TableName=left.aws.settings.table,
        Key=encode_item({"celebrity_id": place[0], "source_type#timestamp": place[1]}),
    )["Item"]

    def meanwhile(raw_text: str, source_type: str) -> Any:
        assert Enricher(left.aws, judge).batch([left.kit.stream_record(item)]) == {"batchItemFailures": []}
        return judge(raw_text, source_type)

    assert left.sweep(enricher=Enricher(left.aws, meanwhile))["outcomes"] == {"already": 1}
    assert left.enriched(place) == [True]


def test_the_handler_takes_the_schedules_event_and_a_range(left: Left, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("springhead_runner.logs.set_up_logs", lambda: None)  # it takes pytest's own handlers away
    monkeypatch.setattr(module, "_enricher", lambda: (left.aws, Enricher(left.aws, judge)))
    left.put(1)
    context = left.kit.stream.Context("post-processor-sweep", 300.0)
    scheduled = {"source": "aws.events", "time": "2026-11-20T03:00:00Z", "detail": {}}
    assert module.handler(scheduled, context)["found"] == 0  # its T is a year ago
    assert module.handler({"since": "2025-11-01T00:00:00Z"}, context)["outcomes"] == {"enriched": 1}
    assert module.handler({"since": "2025-11-01T00:00:00Z"})["found"] == 0
    for wrong in ("yesterday", 7, ""):
        with pytest.raises(ConfigError, match="since"):
            module.handler({"since": wrong}, context)


def test_the_template_schedules_the_handler(template: dict[str, Any]) -> None:
    function = template["Resources"]["PostProcessorSweep"]["Properties"]
    assert function["Handler"] == f"{module.__name__}.{module.handler.__name__}"
    rule = template["Resources"]["RulePostProcessorSweep"]["Properties"]
    assert (rule["ScheduleExpression"], rule["State"]) == ("rate(1 hour)", "ENABLED")


def test_the_role_allows_what_it_calls(left: Left, template: dict[str, Any]) -> None:
    with left.kit.proxy.proxied(left.aws.settings.endpoint) as proxy:
        aws = Aws(left.aws.settings.model_copy(update={"endpoint": proxy.url}))
        left.put(1)
        left.put(2)
        report = sweep(aws, Enricher(aws, judge), clock=FrozenClock(NOW))
        assert report.outcomes == {"enriched": 2}
    operations = aws.settings.operations_table
    called = {
        (call.operation.replace("DynamoDB.", "dynamodb:"), call.body["TableName"] == operations)
        for call in proxy.calls
        if call.operation.startswith("DynamoDB.")
    }
    allowed = set()
    for policy in template["Resources"]["PostProcessorSweepRole"]["Properties"]["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            on_operations = "OperationsTable" in json.dumps(statement["Resource"])
            allowed |= {(action, on_operations) for action in actions}
    assert called <= allowed, f"the role lacks {called - allowed}"
