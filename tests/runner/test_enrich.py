from __future__ import annotations

import json
import math
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from springhead.errors import ConfigError, Unavailable
from springhead_contracts import validate
from springhead_runner.enrich import handler as module
from springhead_runner.enrich.enricher import Enricher
from springhead_runner.enrich.judgement import judge
from springhead_runner.enrich.text import human_text
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.dead_letters import DeadLetters
from springhead_runner.stores.entries import EntryStore
from springhead_runner.stores.values import decode_item, encode_item

pytestmark = pytest.mark.embedded

ROOT = Path(__file__).resolve().parents[2]
GOOD = '{"biography": "A great actor, he won many awards.", "birthday": null}'


class Table:
    """Entries in a real table, and the enricher."""

    def __init__(self, aws: Aws, kit: SimpleNamespace) -> None:
        self.aws, self.kit, self.store = aws, kit, EntryStore(aws)

    def put(self, number: int = 1, **more: Any) -> dict[str, Any]:
        """Put an entry and return its stream record."""
        entry = self.kit.entry(celebrity_id=f"celeb_{number:03}", **{"raw_text": GOOD, **more})
        item: dict[str, Any] = encode_item(entry)
        self.aws.dynamodb.put_item(TableName=self.aws.settings.table, Item=item)
        return self.kit.stream_record(item, number)  # type: ignore[no-any-return]

    def get(self, number: int = 1) -> dict[str, Any]:
        found = self.store.get(f"celeb_{number:03}", f"tmdb#{self.kit.T}")
        assert found is not None
        return found

    def batch(self, *records: Any, analyser: Any = None, time_left: Any = lambda: math.inf) -> list[str]:
        judging = partial(judge, analyser=analyser) if analyser else None
        answer = Enricher(self.aws, judging).batch(list(records), time_left)
        assert answer.keys() == {"batchItemFailures"}
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def letters(self) -> list[dict[str, Any]]:
        found = list(DeadLetters(self.aws).all())
        for letter in found:
            assert validate("dead_letter", {k: v for k, v in letter.items() if k != "_key"}) == []
        return found


@pytest.fixture
def table(aws: Aws, kit: SimpleNamespace) -> Table:
    return Table(aws, kit)


def sequence(number: int) -> str:
    return f"{number:021}"


def test_an_entry_gets_weight_sentiment_and_who_gave_them(table: Table) -> None:
    assert table.batch(table.put()) == []
    found = table.get()
    assert (found["weight"], found["sentiment"]) == (0.725, "positive")
    metadata = found["metadata"]
    assert (metadata["processed"], metadata["error"], metadata["analyser"]) == (True, None, "springhead-lexicon/1")
    assert metadata["enriched_at"].endswith("Z") and found["raw_text"] == GOOD


def test_seed_1s_own_example_is_enriched(table: Table) -> None:
    """An entry of an older writer: no hash, an odd id, a raw text that is no JSON."""
    example = json.loads((ROOT / "contracts/v1/examples/valid/scraper_entry/seed.json").read_text())
    item = encode_item(example)
    table.aws.dynamodb.put_item(TableName=table.aws.settings.table, Item=item)
    assert table.batch(table.kit.stream_record(item)) == []
    found = table.store.get("celeb_001", "tmdb#2025-11-07T17:20:00Z")
    assert found is not None
    assert (found["weight"], found["sentiment"]) == (0.625, "neutral")  # 0.5 × 0.3 + 0.5 × 0.95
    assert found["id"] == "scraper_entry_001_tmdb_2025_11_07" and found["metadata"]["processed"] is True


def test_what_is_nobodys_to_enrich_is_left_alone(table: Table, kit: SimpleNamespace) -> None:
    record = table.put()
    before = table.get()
    metadata = {**kit.item(), "source_type#timestamp": {"S": "metadata#2025-01-01T00:00:00Z"}}
    done = table.put(2, metadata={**kit.entry()["metadata"], "processed": True})
    older = table.put(3, metadata={"source_type": "tmdb"})  # says nothing of processing
    odd = table.put(4, metadata="nonsense")
    removed = kit.stream_record(record["dynamodb"]["NewImage"], 5, "REMOVE")
    records = [kit.stream_record(metadata), done, older, odd, removed, kit.stream_record(None, 6)]
    assert table.batch(*records) == []
    assert table.get() == before and table.get(2)["weight"] is None and table.letters() == []
    assert table.batch() == []


def test_redelivery_and_any_order_change_nothing(table: Table) -> None:
    records = [table.put(number) for number in range(1, 4)]
    assert table.batch(*records) == []
    before = [table.get(number) for number in range(1, 4)]
    assert table.batch(*reversed(records), *records) == []
    assert [table.get(number) for number in range(1, 4)] == before


def test_newer_content_wins_whatever_arrives_first(table: Table) -> None:
    old = table.put(1, sha="a")
    new = table.put(1, sha="b", raw_text='{"biography": "A terrible scandal."}')
    assert table.batch(old) == []
    assert table.get()["weight"] is None
    assert table.batch(new, old) == []
    assert (table.get()["sentiment"], table.letters()) == ("negative", [])


@pytest.mark.parametrize(
    "poison",
    [
        {"raw_text": 7},
        {"source": None},
        {"metadata": {"processed": False, "error": None, "source_type": ["tmdb"]}},
        {"metadata": {"processed": False, "error": None, "source_type": "TMDb (old)", "run_id": "?"}, "source": None},
    ],
    ids=str,
)
def test_a_poisoned_record_harms_nobody_else(table: Table, poison: dict[str, Any]) -> None:
    entry = {**table.kit.entry(celebrity_id="celeb_002"), **poison}
    if poison.get("source", 1) is None:
        del entry["source"]
    item = encode_item(entry)
    table.aws.dynamodb.put_item(TableName=table.aws.settings.table, Item=item)
    assert table.batch(table.put(1), table.kit.stream_record(item, 2), table.put(3)) == []
    assert table.get(1)["weight"] == table.get(3)["weight"] == 0.725
    # Either way it has ended: enriched, or with a letter.
    assert (table.get(2)["weight"] is None) == (len(table.letters()) == 1)


@pytest.mark.parametrize("image", [{"celebrity_id": {"X": "?"}}, {"celebrity_id": "celeb_002"}, [], "text", 7], ids=str)
def test_an_image_that_is_none_is_kept_as_a_letter(table: Table, image: Any) -> None:
    record = {"eventID": "event-2", "dynamodb": {"SequenceNumber": sequence(2), "NewImage": image, "Keys": {"k": b"x"}}}
    assert table.batch(table.put(1), record, table.put(3)) == []
    assert table.get(1)["weight"] == table.get(3)["weight"] == 0.725
    (letter,) = table.letters()
    assert (letter["kind"], letter["source"], letter["subject_id"]) == ("stream", "unknown", "event-2")


def test_an_analyser_that_raises_is_noted_kept_and_can_be_replayed(table: Table) -> None:
    def moody(text: str) -> tuple[str, str]:
        if "bad day" in text:
            raise ZeroDivisionError("no mood")
        return "neutral", "moody/1"

    records = [table.put(1), table.put(2, raw_text='{"biography": "It was a bad day"}'), table.put(3)]
    assert table.batch(*records, analyser=moody) == []
    assert [table.get(n)["sentiment"] for n in (1, 2, 3)] == ["neutral", None, "neutral"]
    failed = table.get(2)["metadata"]
    assert failed["processed"] is False and failed["retry_count"] == 1
    assert failed["error"] == "PluginError: enrichment failed: ZeroDivisionError: no mood"
    (letter,) = table.letters()
    assert (letter["kind"], letter["source"], letter["subject_id"]) == ("stream", "tmdb", "celeb_002")
    assert letter["run_id"] == f"tmdb@{table.kit.T}"
    key = decode_item(letter["event"]["keys"])
    assert Enricher(table.aws).replay(key) == "enriched"
    assert table.get(2)["sentiment"] == "negative" and table.get(2)["metadata"]["error"] is None
    assert Enricher(table.aws).replay(key) == "skipped"
    assert Enricher(table.aws).replay({**key, "celebrity_id": "celeb_404"}) == "gone"


def test_a_raw_text_that_is_gone_from_s3_is_a_letter(table: Table, kit: SimpleNamespace) -> None:
    reference = {"bucket": table.aws.settings.raw_bucket, "key": "raw/gone", "sha256": "0" * 64, "bytes": 9}
    gone = table.put(1, raw_text="", metadata={**kit.entry()["metadata"], "raw_ref": reference})
    assert table.batch(gone, table.put(2)) == []
    assert table.get(1)["metadata"]["error"].startswith("NotFound: s3://")
    assert table.get(2)["weight"] == 0.725 and len(table.letters()) == 1


def test_what_can_succeed_later_is_delivered_again(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    original = EntryStore.enrich

    def throttled(self: Any, key: dict[str, str], *args: Any, **kwargs: Any) -> Any:
        if key["celebrity_id"] == "celeb_002":
            raise Unavailable("DynamoDB throttles")
        return original(self, key, *args, **kwargs)

    records = [table.put(number) for number in (1, 2, 3)]
    with monkeypatch.context() as patch:
        patch.setattr(EntryStore, "enrich", throttled)
        assert table.batch(*records) == [sequence(2)]
    assert [table.get(n)["weight"] for n in (1, 2, 3)] == [0.725, None, 0.725]
    assert table.get(2)["metadata"]["error"] is None and table.letters() == []
    # Lambda delivers from the first failure on: 3 comes again, too.
    assert table.batch(*records[1:]) == []
    assert table.get(2)["weight"] == 0.725


def test_a_letter_that_cannot_be_kept_is_delivered_again(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Any, letter: Any) -> str:
        raise Unavailable("S3 is unwell")

    def analyser(text: str) -> tuple[str, str]:
        raise ValueError("no")

    monkeypatch.setattr(DeadLetters, "keep", broken)
    assert table.batch(table.put(1), analyser=analyser) == [sequence(1)]


def test_a_wrong_setting_fails_the_function_and_marks_no_entry(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    record = table.put(1)
    monkeypatch.setenv("SPRINGHEAD_RELIABILITY", "{'tmdb': 1}")
    with pytest.raises(ConfigError, match="SPRINGHEAD_RELIABILITY"):
        table.batch(record)
    assert table.get(1)["metadata"]["error"] is None


def test_the_handler_takes_lambdas_event(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("springhead_runner.logs.set_up_logs", lambda: None)  # it takes pytest's own handlers away
    monkeypatch.setattr(module, "_enricher", lambda: Enricher(table.aws))
    assert module.handler({"Records": [table.put(1)]}) == {"batchItemFailures": []}
    assert module.handler({}) == {"batchItemFailures": []}
    assert table.get(1)["weight"] == 0.725


def test_a_hook_is_asked_first_and_nonsense_is_not_taken(table: Table) -> None:
    from springhead_runner.enrich.sentiment import analyse

    assert analyse("A great success", lambda text: "negative") == ("negative", "plugin")
    assert analyse("A great success", lambda text: "delighted") == ("positive", "springhead-lexicon/1")
    assert analyse("A great success", lambda text: None) == ("positive", "springhead-lexicon/1")
    assert analyse(" ", lambda text: "negative")[0] == "neutral"


@pytest.mark.parametrize(
    ("raw", "pointers", "wanted"),
    [
        ('{"biography": "Life", "x": "other words"}', ("/biography",), "Life"),
        ('{"biography": null}', ("/biography", "/none"), ""),
        ('{"id": "abc123", "b": ["two words", {"c": "周潤發"}], "url": "https://x"}', (), "two words\n周潤發"),
        ('\ufeff{"a": "b c"}', (), "b c"),
        ("<p>Hello world</p>", ("/biography",), "<p>Hello world</p>"),
        ("", (), ""),
        ('"just text"', (), "just text"),
        ("[" * 400 + '"deep text"' + "]" * 400, (), "deep text"),
        ("[" * 100_000, (), "[" * 100_000),
    ],
    ids=lambda value: str(value)[:20],
)
def test_human_text(raw: str, pointers: tuple[str, ...], wanted: str) -> None:
    assert human_text(raw, pointers) == wanted


def test_a_huge_response_is_not_read_to_its_end() -> None:
    from springhead_runner.enrich.sentiment import MAX_CHARS

    raw = json.dumps([f"word number {n}" for n in range(100_000)])
    assert MAX_CHARS <= len(human_text(raw)) < 2 * MAX_CHARS


def test_dlq_replay_enriches_what_the_stream_gave_up(
    table: Table, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import argparse

    from springhead_runner.cli import dlq

    def analyser(text: str) -> tuple[str, str]:
        raise ValueError("no")

    assert table.batch(table.put(1), table.put(2), analyser=analyser) == []
    monkeypatch.setattr(dlq, "open_aws", lambda args: table.aws)
    parser = argparse.ArgumentParser()
    dlq.add_arguments(parser)
    assert dlq.run(parser.parse_args(["replay", "--json"])) == 0
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (report["replayed"], report["enriched"], report["still_failing"]) == (2, 2, 0)
    assert table.get(1)["weight"] == table.get(2)["weight"] == 0.725 and table.letters() == []


def test_records_without_time_left_come_again(table: Table) -> None:
    """The first is tried in any case: a batch that makes no progress would come back for ever."""
    records = [table.put(number) for number in (1, 2, 3)]
    assert table.batch(*records, time_left=lambda: 0.0) == [sequence(2), sequence(3)]
    assert [table.get(n)["weight"] for n in (1, 2, 3)] == [0.725, None, None]
    assert table.batch(*records[1:], time_left=lambda: 60.0) == []
    assert [table.get(n)["weight"] for n in (1, 2, 3)] == [0.725, 0.725, 0.725]


@pytest.mark.parametrize("record", [None, 7, {}, {"dynamodb": None}, {"dynamodb": {"NewImage": 7}}], ids=str)
def test_what_is_no_record_at_all_is_a_letter(table: Table, record: Any) -> None:
    assert table.batch(record, table.put(1)) == []
    assert table.get(1)["weight"] == 0.725
    (letter,) = table.letters()
    assert (letter["subject_id"], letter["error"]["name"]) == ("unknown", "PluginError")
