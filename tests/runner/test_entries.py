"""The celebrity table's items: what DynamoDB takes, what goes to S3, and how it comes back."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from springhead.errors import ConfigError, NotFound
from springhead_runner.enrich.handler import Enricher
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.entries import ENTRY_LIMIT, EntryStore
from springhead_runner.stores.objects import Objects, read_raw_text
from springhead_runner.stores.reports import Reports
from springhead_runner.stores.values import encode_item, size_of

pytestmark = pytest.mark.embedded

DONE = {"weight": 0.85, "sentiment": "positive", "analyser": "a/1", "now": "2025-11-09T02:00:09Z"}


def key_of(entry: dict[str, Any]) -> dict[str, str]:
    return {name: entry[name] for name in ("celebrity_id", "source_type#timestamp")}


def of_size(kit: SimpleNamespace, size: int, letter: str = "x") -> dict[str, Any]:
    entry: dict[str, Any] = kit.entry(raw_text="")
    entry["raw_text"] = letter * ((size - size_of(entry)) // len(letter.encode()))
    return entry


@pytest.fixture
def judged(judge: str, fresh: Callable[..., Aws]) -> Aws:
    return fresh(judge)


def test_an_item_at_our_limit_is_taken_and_has_room_for_its_enrichment(judged: Aws, kit: SimpleNamespace) -> None:
    store = EntryStore(judged)
    for letter in "x€界😀":
        entry = of_size(kit, ENTRY_LIMIT, letter) | {"celebrity_id": f"celeb_{ord(letter)}"}
        assert ENTRY_LIMIT - 30 < size_of(entry) <= ENTRY_LIMIT + 10
        assert store.put(entry) == "written"
        assert store.fail(key_of(entry), "a" * 64, "界" * 2000) == "failed"
        assert store.enrich(key_of(entry), "a" * 64, **DONE) == "enriched"
        found = store.get(*key_of(entry).values())
        assert found is not None and found["raw_text"] == entry["raw_text"]


def test_dynamodb_refuses_what_is_above_its_own_limit(judged: Aws, kit: SimpleNamespace) -> None:
    """Our limit lies below DynamoDB's 409,600; this is what the difference is kept from."""
    with pytest.raises(ConfigError, match="ValidationException"):
        EntryStore(judged).put(of_size(kit, 409_700))


def test_null_stays_null_and_empty_stays_empty(judged: Aws, kit: SimpleNamespace) -> None:
    entry = kit.entry(raw_text="")
    EntryStore(judged).put(entry)
    item = judged.dynamodb.get_item(TableName=judged.settings.table, Key=encode_item(key_of(entry)))["Item"]
    assert item["weight"] == item["sentiment"] == item["metadata"]["M"]["error"] == {"NULL": True}
    assert item["raw_text"] == {"S": ""}
    assert "raw_ref" not in item["metadata"]["M"]
    assert EntryStore(judged).get(*key_of(entry).values()) == entry


def test_text_comes_back_as_it_went(judged: Aws, kit: SimpleNamespace) -> None:
    text = 'a\r\nb\t"c", \u0000 \ufeff 周潤發 👩‍👩‍👧 \u2028 \\u0000 é e\u0301'
    entry = kit.entry(raw_text=text)
    EntryStore(judged).put(entry)
    found = EntryStore(judged).get(*key_of(entry).values())
    assert found is not None and found["raw_text"] == text


@pytest.mark.parametrize("expression", ["source_type#timestamp = :v", "#pk = :v AND name = :v"])
def test_names_that_need_an_alias_are_refused_without(judged: Aws, kit: SimpleNamespace, expression: str) -> None:
    """Why every name is an alias in our expressions: on a table with data nobody gets away without."""
    EntryStore(judged).put(kit.entry())
    with pytest.raises(ClientError, match="ValidationException"):
        judged.dynamodb.query(
            TableName=judged.settings.table,
            KeyConditionExpression=expression,
            **({"ExpressionAttributeNames": {"#pk": "celebrity_id"}} if "#pk" in expression else {}),
            ExpressionAttributeValues={":v": {"S": "a"}},
        )


def test_reading_by_celebrity_source_name_and_counting(judged: Aws, kit: SimpleNamespace) -> None:
    store = EntryStore(judged)
    for celebrity in ("celeb_001", "celeb_002"):
        for source in ("tmdb", "tmdb_extra", "wikipedia"):
            for time in ("2025-11-16T02:00:00Z", "2025-11-09T02:00:00Z"):
                entry = kit.entry(celebrity_id=celebrity)
                store.put(entry | {"source_type#timestamp": f"{source}#{time}", "timestamp": time})
    mine = [item["source_type#timestamp"] for item in store.of_celebrity("celeb_001")]
    assert mine == sorted(mine) and len(mine) == 6
    # `tmdb#`, not `tmdb`: another source's name may begin with it.
    assert [i["timestamp"][8:10] for i in store.of_celebrity("celeb_001", "tmdb")] == ["09", "16"]
    assert list(store.of_celebrity("nobody")) == []
    named = list(store.by_name("周潤發"))
    assert len(named) == 12 and not any("raw_text" in item for item in named)
    store.enrich({"celebrity_id": "celeb_001", "source_type#timestamp": mine[0]}, "a" * 64, **DONE)
    store.fail({"celebrity_id": "celeb_001", "source_type#timestamp": mine[1]}, "a" * 64, "no")
    assert store.counts() == {
        "tmdb": {"entries": 4, "enriched": 1, "failed": 1},
        "tmdb_extra": {"entries": 4, "enriched": 0, "failed": 0},
        "wikipedia": {"entries": 4, "enriched": 0, "failed": 0},
    }


def test_reading_pages_of_more_than_a_megabyte(judged: Aws, kit: SimpleNamespace) -> None:
    store = EntryStore(judged)
    for day in range(1, 8):
        entry = kit.entry(raw_text="x" * 300_000)
        store.put(entry | {"source_type#timestamp": f"tmdb#2025-11-{day:02}T02:00:00Z"})
    assert [item["source_type#timestamp"][13:15] for item in store.of_celebrity("celeb_001")] == [
        f"{day:02}" for day in range(1, 8)
    ]
    assert store.counts() == {"tmdb": {"entries": 7, "enriched": 0, "failed": 0}}


# What is too large for an item, as the scrape function writes it.


@pytest.mark.parametrize("size", [10, 397_000, 399_000, 401_000, 5_000_000])
def test_a_text_of_any_size_is_written_read_shown_and_enriched(
    bench: Callable[..., Any], kit: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """The source's answer is replaced by a large one on its way into the record; all else is the real run."""
    from springhead_runner.scrape import sink

    one = bench(1)
    text = json.dumps({"biography": "He won a great award. " + "x" * size, "empty": None}, ensure_ascii=False)
    original = sink.AwsSink._store

    def enlarged(self: Any, outcome: Any) -> Any:
        outcome.record["raw_text"] = text
        return original(self, outcome)

    monkeypatch.setattr(sink.AwsSink, "_store", enlarged)
    report = one.scrape()
    assert (report["written"], report["lost"]) == (1, 0)
    assert [warning["code"] for warning in report["warnings"]] == (["LargeEntry"] if size > 100_000 else [])
    (item,) = one.raw().values()
    moved = size > 398_000  # with what else is in the item
    assert (item["raw_text"] == {"S": ""}) == moved == ("raw_ref" in item["metadata"]["M"])
    (entry,) = one.entries.of_celebrity(one.people[0]["celebrity_id"], "tmdb")
    assert read_raw_text(one.aws, entry) == text
    csv = Objects(one.aws, one.aws.settings.backup_bucket, "").get("celebrity/tmdb/20251109T020000Z/part-00000.csv")
    assert text.replace('"', '""').encode() in csv  # the backup is whole in any case
    assert one.enrich() == {"batchItemFailures": []}
    (entry,) = one.entries.of_celebrity(one.people[0]["celebrity_id"], "tmdb")
    assert (entry["weight"], entry["sentiment"]) == (0.725, "positive")  # one of two members, 0.95


def test_a_text_in_s3_that_is_gone_or_another_is_said(aws: Aws, kit: SimpleNamespace) -> None:
    bucket = Objects(aws, aws.settings.raw_bucket, "raw answers")
    entry = kit.entry(raw_text="")
    entry["metadata"]["raw_ref"] = {"bucket": bucket.bucket, "key": "raw/x", "sha256": "0" * 64, "bytes": 1}
    with pytest.raises(NotFound, match="raw/x does not exist"):
        read_raw_text(aws, entry)
    bucket.put("raw/x", b"forged")
    with pytest.raises(ConfigError, match="is not what entry-celeb_001 refers to"):
        read_raw_text(aws, entry)
    del entry["metadata"]["raw_ref"]
    assert read_raw_text(aws, entry) == ""
    assert Enricher(aws).enrich(entry) == "gone"


# Run reports.


def report_of(attempt: str, **figures: Any) -> dict[str, Any]:
    base = {
        "PK": "EXECUTION#tmdb@2025-11-09T02:00:00Z",
        "SK": "RESULT",
        "run_id": "tmdb@2025-11-09T02:00:00Z",
        "attempt_id": attempt,
        "started_at": "2025-11-09T02:00:01Z",
        "completed_at": "2025-11-09T02:00:09Z",
        "status": "completed",
        "written": 0,
        "changed": 0,
        "unchanged": 0,
        "not_found": 0,
        "dead_lettered": 0,
    }
    return base | figures


def test_reports_list_all_attempts_and_show_the_last_whole_one(judged: Aws) -> None:
    reports = Reports(judged)
    assert reports.get("tmdb@2025-11-09T02:00:00Z") is None
    reports.save(report_of("first", written=9, coverage={"a": 0.5}))
    reports.save(report_of("second", unchanged=9, coverage={}))
    answer = reports.save(report_of("replay", written=1), partial=True)
    assert [attempt["attempt_id"] for attempt in answer["attempts"]] == ["first", "second", "replay"]
    assert (answer["attempt_id"], answer["written"]) == ("replay", 1)
    stored = reports.get("tmdb@2025-11-09T02:00:00Z")
    assert stored is not None
    assert (stored["attempt_id"], stored["unchanged"], stored["written"]) == ("second", 9, 0)
    assert [attempt["written"] for attempt in stored["attempts"]] == [9, 0, 1]


def test_a_partial_run_is_the_report_where_there_is_no_other(judged: Aws) -> None:
    Reports(judged).save(report_of("only", written=1), partial=True)
    stored = Reports(judged).get("tmdb@2025-11-09T02:00:00Z")
    assert stored is not None and stored["written"] == 1 and len(stored["attempts"]) == 1
