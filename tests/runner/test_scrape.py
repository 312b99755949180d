"""A run into AWS: what is stored, what is reported, and what ends as a dead letter."""

from __future__ import annotations

import hashlib
import json
import re
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from springhead.errors import ConfigError
from springhead.http.cache import DirCache
from springhead_contracts import keys, validate
from springhead_runner.scrape import handler as handler_module
from springhead_runner.stores.dead_letters import DeadLetters
from springhead_runner.stores.objects import Objects
from springhead_runner.stores.reports import Reports
from springhead_runner.stores.values import decode_item, encode_item

pytestmark = pytest.mark.embedded

KINDS = {
    "celebrity_id": "S",
    "source_type#timestamp": "S",
    "id": "S",
    "name": "S",
    "raw_text": "S",
    "source": "S",
    "timestamp": "S",
    "weight": "NULL",
    "sentiment": "NULL",
    "metadata": "M",
}


@pytest.mark.parametrize("source", ["tmdb", "wikipedia"])
def test_every_entry_has_its_fields_with_their_types(
    bench: Callable[..., Any], kit: SimpleNamespace, source: str
) -> None:
    one = bench(8, namesakes=0.3, alias_only=0.2)
    report = one.scrape(source)
    stored = one.raw()
    assert (report["written"], report["lost"], report["dead_lettered"]) == (len(stored), 0, 0)
    assert report["written"] + report["not_found"] == 8 and len(stored) >= 6
    for (celebrity_id, sort_key), item in stored.items():
        assert {name: next(iter(value)) for name, value in item.items()} == KINDS
        entry = decode_item(item)
        assert validate("scraper_entry", entry) == []
        assert sort_key == f"{source}#{kit.T}"
        assert entry["id"] == keys.entry_id(celebrity_id, sort_key)
        assert entry["timestamp"] == kit.T
        metadata = item["metadata"]["M"]
        assert metadata["error"] == {"NULL": True} and metadata["processed"] == {"BOOL": False}
        assert metadata["scraper_name"] == {"S": f"scraper-{source}"} and metadata["source_type"] == {"S": source}
        assert "?" not in entry["source"]
        # Verbatim: what the same address answers now, byte for byte, is what lies in the item and in S3.
        primary = next(r for r in entry["metadata"]["responses"] if r["primary"])
        sent = ask(one.simulator.url, primary["url"])
        assert entry["raw_text"].encode() == sent
        assert hashlib.sha256(sent).hexdigest() == entry["metadata"]["raw_sha256"] == primary["sha256"]
        for response in entry["metadata"]["responses"]:
            body = Objects(one.aws, response["bucket"], "").get(response["key"])
            assert (len(body), hashlib.sha256(body).hexdigest()) == (response["bytes"], response["sha256"])


def ask(base: str, url: str) -> bytes:
    address = f"{base}/{url.removeprefix('https://')}"
    request = urllib.request.Request(address, headers={"User-Agent": "t", "Authorization": "Bearer t"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        body: bytes = answer.read()
        return body


def test_the_report_is_stored_returned_and_valid(bench: Callable[..., Any], kit: SimpleNamespace) -> None:
    one = bench(12, not_found=0.4, server_error=0.1)
    report = one.scrape()
    assert validate("run_report", report) == []
    assert (report["PK"], report["SK"]) == (f"EXECUTION#tmdb@{kit.T}", "RESULT")
    assert report["subjects"] == 12 == report["written"] + report["not_found"] + report["dead_lettered"]
    assert report["not_found"] >= 1 and report["lost"] == 0
    assert report["metrics"]["request_count"] >= 6 and report["metrics"]["total_bytes"] > 1000
    assert report["metrics"]["retried_requests"] >= 1
    assert 0 < report["coverage"]["biography"] <= 1
    assert [a["attempt_id"] for a in report["attempts"]] == [report["attempt_id"]]
    stored = Reports(one.aws).get(f"tmdb@{kit.T}")
    assert stored == report
    backup = Objects(one.aws, one.aws.settings.backup_bucket, "")
    assert backup.keys("") == [f"celebrity/tmdb/20251109T020000Z/{n}" for n in ("manifest.json", "part-00000.csv")]
    assert report["backup"]["rows"] == report["written"]


def test_identities_are_remembered_for_later_sources(bench: Callable[..., Any]) -> None:
    one = bench(5)
    one.scrape("wikipedia")
    found = {subject.id: subject.identities for subject in one.subjects.all()}
    assert all(identities.get("wikidata", "").startswith("Q") for identities in found.values())
    truth = {person["celebrity_id"]: one.simulator.truth(person["celebrity_id"]) for person in one.people}
    assert any("tmdb" in identities for identities in found.values())
    for celebrity_id, identities in found.items():
        assert identities["wikidata"] == truth[celebrity_id]["item"]


def test_inactive_subjects_are_counted_and_not_asked(bench: Callable[..., Any]) -> None:
    one = bench(4)
    for person in one.people:
        one.aws.dynamodb.update_item(
            TableName=one.aws.settings.table,
            Key=encode_item({"celebrity_id": person["celebrity_id"], "source_type#timestamp": keys.METADATA_SORT_KEY}),
            UpdateExpression="SET is_active = :no",
            ExpressionAttributeValues={":no": {"BOOL": False}},
        )
    report = one.scrape()
    assert (report["subjects"], report["skipped_inactive"], report["written"]) == (0, 4, 0)
    assert (report["health"], report["status"], report["backup"]["rows"]) == ("healthy", "completed", 0)
    assert one.simulator.stats()["requests"] == 0 and one.raw() == {}


def test_a_run_over_some_subjects_is_not_judged_as_the_whole(bench: Callable[..., Any]) -> None:
    one = bench(12, not_found=0.4)
    unknown = next(p["celebrity_id"] for p in one.people if one.simulator.truth(p["celebrity_id"])["not_found"])
    report = one.scrape(ids=[unknown])
    assert (report["subjects"], report["not_found"], report["health"], report["status"]) == (
        1,
        1,
        "healthy",
        "completed",
    )


def test_a_missing_secret_is_said_before_any_request(
    bench: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = bench(2)
    monkeypatch.delenv("TMDB_TOKEN")
    with pytest.raises(ConfigError, match=r"tmdb needs TMDB_TOKEN for api\.themoviedb\.org"):
        one.scrape()
    assert one.simulator.stats()["requests"] == 0 and one.raw() == {}


def test_a_secret_is_read_from_the_parameter_store_and_stays_there(
    bench: Callable[..., Any], kit: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "springhead")
    one = bench(3, rate_limited=0.2)
    monkeypatch.delenv("TMDB_TOKEN")
    name = "/springhead/prod/TMDB_TOKEN"
    one.aws.ssm.put_parameter(Name=name, Value=kit.TOKEN, Type="SecureString", Overwrite=True)
    try:
        report = one.scrape()
    finally:
        one.aws.ssm.delete_parameter(Name=name)
    assert report["written"] >= 2
    buckets = (one.aws.settings.raw_bucket, one.aws.settings.backup_bucket, one.aws.settings.dead_letter_bucket)
    everything = [json.dumps(report), json.dumps(list(one.raw().values())), caplog.text]
    everything += [
        objects.get(key).decode("latin-1")
        for objects in (Objects(one.aws, bucket, "") for bucket in buckets)
        for key in objects.keys("")
    ]
    assert len(everything) > 8 and not any(kit.TOKEN in text for text in everything)


def test_what_the_deadline_leaves_over_is_kept_for_a_replay(bench: Callable[..., Any]) -> None:
    one = bench(10)
    asked: list[int] = []

    def time_left() -> float:
        asked.append(1)
        return 60.0 if len(asked) <= 4 else 0.0

    report = one.scrape(time_left=time_left)
    letters = list(DeadLetters(one.aws).all())
    assert (report["written"], report["dead_lettered"], report["lost"]) == (4, 6, 0)
    assert {letter["error"]["name"] for letter in letters} == {"BudgetExceeded"}
    stored = {celebrity_id for celebrity_id, _ in one.raw()}
    assert stored | {letter["subject_id"] for letter in letters} == {person["celebrity_id"] for person in one.people}
    again = one.scrape(ids=[letter["subject_id"] for letter in letters])
    assert again["written"] == 6 and list(DeadLetters(one.aws).all()) == []


class Context:
    aws_request_id = "request-1"

    def __init__(self, remaining: int) -> None:
        self.remaining = remaining

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining


@pytest.mark.parametrize(("remaining", "written"), [(300_000, 3), (19_999, 0)])
def test_the_handler_watches_lambdas_clock(
    bench: Callable[..., Any], kit: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, remaining: int, written: int
) -> None:
    one = bench(3)
    monkeypatch.setattr("springhead_runner.logs.set_up_logs", lambda: None)  # it takes pytest's own handlers away
    monkeypatch.setattr(handler_module, "_aws", lambda: one.aws)
    report = handler_module.handler({"source": "tmdb", "time": "2025-11-09T02:00:37Z"}, Context(remaining))
    assert (report["written"], report["dead_lettered"], report["lost"]) == (written, 3 - written, 0)
    assert (report["attempt_id"], report["time"]) == ("request-1", kit.T)
    json.dumps(report)  # what Lambda does with it


def test_a_metadata_record_that_cannot_be_read_stops_nobody_else(bench: Callable[..., Any]) -> None:
    one = bench(3)
    broken = {"celebrity_id": "celeb_000", "source_type#timestamp": keys.METADATA_SORT_KEY, "subject_type": "celebrity"}
    one.aws.dynamodb.put_item(TableName=one.aws.settings.table, Item=encode_item(broken))
    report = one.scrape()
    assert (report["subjects"], report["written"], report["dead_lettered"], report["lost"]) == (4, 3, 1, 0)
    (letter,) = DeadLetters(one.aws).all()
    assert (letter["subject_id"], letter["error"]["name"]) == ("celeb_000", "ConfigError")
    assert "/name is missing" in letter["error"]["message"]
    assert re.search("celeb_000.*name is missing", json.dumps(report["errors"]))


def test_a_record_that_dynamodb_cannot_hold_is_a_dead_letter(
    bench: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from springhead_runner.scrape import sink

    one = bench(3)
    original = sink.AwsSink._store

    def spoilt(self: Any, outcome: Any) -> Any:
        if outcome.subject.id == one.people[0]["celebrity_id"]:
            outcome.record["metadata"]["match"]["confidence"] = float("nan")
        return original(self, outcome)

    monkeypatch.setattr(sink.AwsSink, "_store", spoilt)
    report = one.scrape()
    assert (report["written"], report["dead_lettered"], report["lost"]) == (2, 1, 0)
    (letter,) = DeadLetters(one.aws).all()
    assert letter["error"]["name"] == "PluginError" and "NaN" in letter["error"]["message"]


def test_an_unknown_source_and_an_unknown_subject(bench: Callable[..., Any]) -> None:
    one = bench(1)
    with pytest.raises(ConfigError, match="unknown source 'tmbd'"):
        one.scrape("tmbd")
    with pytest.raises(ConfigError, match="no metadata record of celeb_999"):
        one.scrape(ids=["celeb_999"])
    assert one.raw() == {}


def test_answers_that_have_not_changed_are_not_sent_again(bench: Callable[..., Any], tmp_path: Path) -> None:
    one = bench(6)
    first = one.scrape(cache=DirCache(tmp_path / "cache"))
    before = one.raw()
    second = one.scrape(cache=DirCache(tmp_path / "cache"))
    assert (first["metrics"]["cached_responses"], second["unchanged"]) == (0, 6)
    assert second["metrics"]["cached_responses"] >= 6
    assert second["metrics"]["total_bytes"] < first["metrics"]["total_bytes"] / 2
    assert one.raw() == before
