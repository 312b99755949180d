"""The promises of the first slice: nothing twice, nothing lost, no enrichment reset, whatever fails."""

from __future__ import annotations

import argparse
import asyncio
import copy
import csv
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest
from springhead.entries import Run
from springhead.errors import Unavailable
from springhead_contracts import keys
from springhead_runner.cli import dlq
from springhead_runner.scrape.run import run_on_aws
from springhead_runner.stores.dead_letters import DeadLetters
from springhead_runner.stores.entries import EntryStore
from springhead_runner.stores.objects import Objects
from springhead_runner.stores.reports import Reports

pytestmark = pytest.mark.embedded

SPRINGHEAD = str(Path(sys.executable).with_name("springhead"))


def replaying() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    dlq.add_arguments(parser)
    return parser.parse_args(["replay"])


def comparable(items: dict[Any, Any]) -> dict[Any, Any]:
    """Items without what another attempt may change: its id, and the clock."""
    plain = json.loads(json.dumps([[list(key), item] for key, item in items.items()]))
    for _, item in plain:
        metadata = item["metadata"]["M"]
        for name in ("attempt_id", "last_updated", "fetched_at", "enriched_at"):
            metadata.pop(name, None)
        for response in metadata["responses"]["L"]:
            # Buckets are named per bench; keys are by content.
            response["M"].pop("fetched_at"), response["M"].pop("bucket")
    return {tuple(key): item for key, item in plain}


def weights(items: dict[Any, Any]) -> dict[Any, Any]:
    return {key: (item["weight"], item["sentiment"]) for key, item in items.items()}


def environment(one: Any, home: Path, token: str) -> dict[str, str]:
    settings = one.aws.settings
    return {
        "PATH": os.environ["PATH"],
        "SPRINGHEAD_HOME": str(home),
        "AWS_ENDPOINT_URL": settings.endpoint,
        "DYNAMODB_TABLE": settings.table,
        "SPRINGHEAD_OPERATIONS_TABLE": settings.operations_table,
        "SPRINGHEAD_RAW_BUCKET": settings.raw_bucket,
        "SPRINGHEAD_BACKUP_BUCKET": settings.backup_bucket,
        "SPRINGHEAD_DEAD_LETTER_BUCKET": settings.dead_letter_bucket,
        "SPRINGHEAD_DEAD_LETTER_QUEUE": settings.dead_letter_queue,
        "SPRINGHEAD_UPSTREAM": one.simulator.url,
        "SPRINGHEAD_RATE_SCALE": "1000",
        "TMDB_TOKEN": token,
    }


def backup_rows(one: Any, report: dict[str, Any]) -> list[str]:
    """Ids in the parts that the manifest names."""
    store = Objects(one.aws, one.aws.settings.backup_bucket, "")
    manifest = json.loads(store.get(report["backup"]["manifest"].split("/", 3)[3]))
    parts = [csv.DictReader(io.StringIO(store.get(part["key"]).decode(), newline="")) for part in manifest["parts"]]
    return sorted(row["celebrity_id"] for part in parts for row in part)


def elsewhere(one: Any, upstream: str) -> Any:
    """The same tables and buckets, but another upstream."""
    other = copy.copy(one)
    other.aws = type(one.aws)(one.aws.settings.model_copy(update={"upstream": upstream}))
    return other


@pytest.mark.parametrize("faults", [{"malformed": 0.5}, {"server_error": 1.0}, {"not_found": 1.0}])
def test_a_second_delivery_that_meets_trouble_undoes_nothing(
    bench: Callable[..., Any], simulate: Callable[..., Any], people: Any, faults: dict[str, float]
) -> None:
    one = bench(12)
    first = one.scrape()
    one.enrich()
    before, rows = one.raw(), backup_rows(one, first)
    second = elsewhere(one, simulate(people(12), **faults).url).scrape()
    assert one.raw() == before
    assert backup_rows(one, second) == rows == sorted(person["celebrity_id"] for person in one.people)
    assert (second["unchanged"], second["dead_lettered"], second["not_found"], second["lost"]) == (12, 0, 0, 0)
    assert list(DeadLetters(one.aws).all()) == []
    if "not_found" not in faults:
        assert second["error_count"] > 0


def test_a_letter_of_an_overlapping_attempt_goes_when_its_subject_is_there(
    bench: Callable[..., Any], simulate: Callable[..., Any], people: Any
) -> None:
    one = bench(6)
    slow = threading.Event()
    letters = DeadLetters(one.aws)

    def meanwhile(outcome: Any, kind: str) -> None:
        # Another attempt of the same run leaves a letter after this one has listed them.
        if not slow.is_set():
            slow.set()
            person = outcome.subject.id
            letters.keep(
                {
                    "id": keys.dead_letter_id(f"tmdb@{outcome.record['timestamp']}", "scrape", person),
                    "kind": "scrape",
                    "source": "tmdb",
                    "time": outcome.record["timestamp"],
                    "subject_id": person,
                    "error": {"name": "Unavailable", "message": "down", "retryable": True},
                    "attempts": 1,
                    "created_at": "2025-11-09T02:00:00Z",
                }
            )

    report = one.scrape(on_outcome=meanwhile)
    assert slow.is_set() and report["written"] == 6
    assert list(letters.all()) == []


def test_a_source_that_cannot_run_stops_no_replay_of_another(
    bench: Callable[..., Any], simulate: Callable[..., Any], people: Any, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip

    one = bench(10, malformed=0.5)
    one.scrape("tmdb"), one.scrape("wikipedia")
    sources = {letter["source"] for letter in DeadLetters(one.aws).all()}
    assert sources == {"tmdb", "wikipedia"}
    monkeypatch.delenv("TMDB_TOKEN")
    monkeypatch.setattr(dlq, "open_aws", lambda args: elsewhere(one, simulate(people(10)).url).aws)
    assert dlq.run(replaying()) == 1
    assert {letter["source"] for letter in DeadLetters(one.aws).all()} == {"tmdb"}
    assert "TMDB_TOKEN" in capsys.readouterr().err


@pytest.mark.parametrize("source", ["tmdb", "wikipedia"])
def test_the_same_run_twice_changes_nothing(bench: Callable[..., Any], source: str) -> None:
    one = bench(8)
    first = one.scrape(source)
    one.enrich()
    before = one.raw()
    # The second delivery comes 37 s later: the same minute, so the same T.
    second = one.scrape(source, time="2025-11-09T02:00:37Z")
    assert one.raw() == before  # every byte, enrichment included
    count = len(before)
    assert count >= 7 and count + first["not_found"] == 8
    assert (first["written"], second["written"], second["unchanged"], second["changed"]) == (count, 0, count, 0)
    assert all(value["N"] for value, _ in weights(before).values())
    stored = Reports(one.aws).get(first["run_id"])
    assert stored is not None and [a["unchanged"] for a in stored["attempts"]] == [0, count]
    assert first["backup"]["prefix"] == second["backup"]["prefix"] and second["backup"]["rows"] == count


def test_another_t_is_another_entry(bench: Callable[..., Any]) -> None:
    one = bench(2)
    one.scrape()
    one.scrape(time="2025-11-16T02:00:00Z")
    assert len(one.raw()) == 4


def test_two_deliveries_at_the_same_moment(bench: Callable[..., Any], kit: SimpleNamespace) -> None:
    """Two workers, each with clients of its own, let loose together: each entry is written by one of them."""
    one = bench(12, latency=0.005)
    start = Barrier(2)

    def work(_: int) -> dict[str, Any]:
        aws = type(one.aws)(one.aws.settings)
        start.wait()
        return asyncio.run(run_on_aws(aws, Run.at("tmdb", kit.T), clock=kit.QuickClock()))

    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(work, range(2)))
    stored = one.raw()
    assert Counter(celebrity_id for celebrity_id, _ in stored) == Counter(p["celebrity_id"] for p in one.people)
    assert sum(report["written"] for report in reports) == 12
    assert sum(report["unchanged"] for report in reports) == 12
    assert all(report["changed"] == report["lost"] == report["dead_lettered"] == 0 for report in reports)
    report = Reports(one.aws).get(f"tmdb@{kit.T}")
    assert report is not None
    assert {a["attempt_id"] for a in report["attempts"]} == {report["attempt_id"] for report in reports}


def test_a_worker_killed_in_the_middle_and_started_again(
    bench: Callable[..., Any], simulate: Callable[..., Any], people: Any, kit: SimpleNamespace, tmp_path: Path
) -> None:
    # Slow enough that the kill comes in the middle, on any machine: a request takes at least 25 ms.
    simulator = simulate(people(30), latency=0.05)
    undisturbed, one = bench(30, simulator), bench(30, simulator)
    assert undisturbed.scrape()["written"] == 30
    command = [SPRINGHEAD, "run", "tmdb", "--time", kit.T, "--json"]
    variables = environment(one, tmp_path, kit.TOKEN)
    worker = subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        while len(one.raw()) < 5:
            assert worker.poll() is None, worker.communicate()[1].decode()
            time.sleep(0.01)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.communicate()
    assert worker.returncode == -signal.SIGKILL
    survived = one.raw()
    assert 5 <= len(survived) < 30
    assert Reports(one.aws).get(f"tmdb@{kit.T}") is None
    one.enrich()  # the stream goes on meanwhile
    enriched = one.raw()
    done = subprocess.run(command, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)["sources"]["tmdb"]
    assert (report["unchanged"], report["written"]) == (len(survived), 30 - len(survived))
    assert (report["changed"], report["lost"], report["dead_lettered"]) == (0, 0, 0)
    after = one.raw()
    assert {key: after[key] for key in enriched} == enriched  # not a byte: no enrichment was reset
    one.enrich([item for key, item in after.items() if key not in enriched])
    undisturbed.enrich()
    assert comparable(one.raw()) == comparable(undisturbed.raw())
    assert report["backup"]["rows"] == 30


def test_every_subject_is_accounted_for_under_faults(bench: Callable[..., Any]) -> None:
    """10 % 429, 5 % 5xx, 2 % malformed, 2 % truncated, and people whom nobody knows."""
    one = bench(60, rate_limited=0.10, server_error=0.05, malformed=0.02, truncated=0.02, not_found=0.05, namesakes=0.1)
    everybody = {person["celebrity_id"] for person in one.people}
    seen_errors: set[str] = set()
    for source in ("tmdb", "wikipedia"):
        ended: dict[str, str] = {}
        report = one.scrape(
            source, on_outcome=lambda outcome, kind, ended=ended: ended.update({outcome.subject.id: kind})
        )
        stored = {celebrity_id for celebrity_id, _ in one.raw(source)}
        letters = {letter["subject_id"]: letter for letter in DeadLetters(one.aws).all(source)}
        assert ended.keys() == everybody
        assert {name for name, kind in ended.items() if kind == "written"} == stored
        assert {name for name, kind in ended.items() if kind == "dead_letter"} == letters.keys()
        unknown = {name for name, kind in ended.items() if kind == "not_found"}
        assert stored | letters.keys() | unknown == everybody
        figures = (report["written"], report["dead_lettered"], report["not_found"], report["lost"])
        assert figures == (len(stored), len(letters), len(unknown), 0)
        assert report["metrics"]["retried_requests"] > 5
        assert unknown <= {n for n in everybody if one.simulator.truth(n)["not_found"] or source == "wikipedia"}
        for letter in letters.values():
            seen_errors.add(letter["error"]["name"])
            if letter["error"]["name"] == "BadResponse":
                raw = next(answer for answer in letter["raw"] if answer["primary"])
                body = Objects(one.aws, raw["bucket"], "").get(raw["key"])
                assert len(body) == raw["bytes"] > 0
                with pytest.raises(ValueError):
                    json.loads(body)  # this is what was refused, as it came
    assert "BadResponse" in seen_errors


def test_dead_letters_are_replayed_once_the_fault_is_gone(
    bench: Callable[..., Any], simulate: Callable[..., Any], people: Any, kit: SimpleNamespace, tmp_path: Path
) -> None:
    one = bench(20, malformed=0.2)
    report = one.scrape()
    failed = report["dead_lettered"]
    assert failed >= 2 and report["written"] == 20 - failed
    one.enrich()
    before = one.raw()
    one.simulator = simulate(people(20))
    variables = environment(one, tmp_path, kit.TOKEN)

    def replay() -> dict[str, int]:
        done = subprocess.run([SPRINGHEAD, "dlq", "replay", "--json"], env=variables, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
        found: dict[str, int] = json.loads(done.stdout)
        return found

    nothing = dict.fromkeys(("not_found", "enriched", "invoked", "requeued", "still_failing"), 0)
    assert replay() == {"replayed": failed, "stored": failed, **nothing}
    after = one.raw()
    assert len(after) == 20 and {key: after[key] for key in before} == before
    assert {sort_key for _, sort_key in after} == {f"tmdb#{kit.T}"}  # in the run that they belong to
    assert list(DeadLetters(one.aws).all()) == []
    assert set(replay().values()) == {0}
    assert one.raw() == after
    stored = Reports(one.aws).get(f"tmdb@{kit.T}")
    assert stored is not None and stored["written"] == 20 - failed and len(stored["attempts"]) == 2


def test_a_letter_that_nobody_can_replay_stops_no_other(
    bench: Callable[..., Any], simulate: Callable[..., Any], people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from springhead_runner.stores.values import encode_item

    one = bench(12, malformed=0.4)
    report = one.scrape()
    failed = sorted(letter["subject_id"] for letter in DeadLetters(one.aws).all())
    assert len(failed) == report["dead_lettered"] >= 3
    for celebrity_id, change in ((failed[0], None), (failed[1], "SET #n = :n")):
        key = encode_item({"celebrity_id": celebrity_id, "source_type#timestamp": "metadata#2025-01-01T00:00:00Z"})
        request = {"TableName": one.aws.settings.table, "Key": key}
        if change is None:
            one.aws.dynamodb.delete_item(**request)
        else:  # a number where a text belongs
            names, values = {"#n": "birth_date"}, {":n": {"N": "7"}}
            one.aws.dynamodb.update_item(
                **request, UpdateExpression=change, ExpressionAttributeNames=names, ExpressionAttributeValues=values
            )
    healthy = one.aws.settings.model_copy(update={"upstream": simulate(people(12)).url})
    monkeypatch.setattr(dlq, "open_aws", lambda args: type(one.aws)(healthy))
    assert dlq.run(replaying()) == 1
    left = sorted(letter["subject_id"] for letter in DeadLetters(one.aws).all())
    assert left == failed[:2]
    assert {celebrity_id for celebrity_id, _ in one.raw()} == {p["celebrity_id"] for p in one.people} - set(left)


def test_a_whole_run_clears_the_letters_of_an_earlier_attempt(
    bench: Callable[..., Any], simulate: Any, people: Any
) -> None:
    one = bench(12, malformed=0.3)
    assert one.scrape()["dead_lettered"] >= 2
    healthy = bench(12, simulate(people(12)))
    healthy.aws = type(one.aws)(one.aws.settings.model_copy(update={"upstream": healthy.simulator.url}))
    report = healthy.scrape()
    assert report["written"] + report["unchanged"] == 12
    assert list(DeadLetters(one.aws).all()) == []


class Breaking:
    """A client some of whose calls fail."""

    def __init__(self, client: Any, fails: Callable[[str, dict[str, Any]], bool]) -> None:
        self._client, self._fails = client, fails

    def __getattr__(self, name: str) -> Any:
        original = getattr(self._client, name)

        def call(**request: Any) -> Any:
            if self._fails(name, request):
                from botocore.exceptions import ClientError

                error = {"Error": {"Code": "AccessDenied", "Message": "injected"}, "ResponseMetadata": {}}
                raise ClientError(error, name)  # type: ignore[arg-type]
            return original(**request)

        return call


def test_the_backup_fails_after_the_entries_are_stored(bench: Callable[..., Any], kit: SimpleNamespace) -> None:
    one = bench(5)
    backup = one.aws.settings.backup_bucket
    healthy = one.aws.s3
    one.aws.__dict__["s3"] = Breaking(healthy, lambda call, request: request.get("Bucket") == backup)
    with pytest.raises(Exception, match="injected"):
        one.scrape()
    before = one.raw()
    assert len(before) == 5
    report = Reports(one.aws).get(f"tmdb@{kit.T}")
    assert report is not None and (report["status"], report["written"], report["lost"]) == ("failed", 5, 0)
    assert "not finished" in report["warnings"][0]["message"]
    one.aws.__dict__["s3"] = healthy  # Lambda delivers the event again
    report = one.scrape()
    assert (report["unchanged"], report["backup"]["rows"], report["status"]) == (5, 5, "completed")
    assert one.raw() == before


def test_what_not_even_a_letter_can_be_kept_of_is_counted_as_lost_and_comes_back(bench: Callable[..., Any]) -> None:
    one = bench(4)
    raw = one.aws.settings.raw_bucket
    letters = one.aws.settings.dead_letter_bucket
    healthy = one.aws.s3
    one.aws.__dict__["s3"] = Breaking(
        healthy, lambda call, request: call == "put_object" and request["Bucket"] in {raw, letters}
    )
    report = one.scrape()
    assert (report["lost"], report["written"], report["status"]) == (4, 0, "failed")
    one.aws.__dict__["s3"] = healthy
    assert one.scrape()["written"] == 4


def test_subjects_that_cannot_be_listed_are_one_error(bench: Callable[..., Any]) -> None:
    one = bench(4)
    one.aws.__dict__["dynamodb"] = Breaking(one.aws.dynamodb, lambda call, request: call == "query")
    with pytest.raises(Exception, match=r"list the subjects of .*injected") as caught:
        one.scrape()
    assert not isinstance(caught.value, BaseExceptionGroup)


def test_changed_content_in_the_same_run_is_enriched_again_and_late_enrichment_is_stale(
    bench: Callable[..., Any], simulate: Callable[..., Any], people: Any
) -> None:
    one = bench(4)
    one.scrape()
    old = one.raw()
    one.enrich()
    # Another world answers otherwise under the same T.
    other = bench(4, simulate(people(4), seed=2))
    other.aws = type(one.aws)(one.aws.settings.model_copy(update={"upstream": other.simulator.url}))
    other.entries = EntryStore(other.aws)
    report = other.scrape()
    changed = report["changed"]
    assert changed >= 1 and changed + report["unchanged"] == 4
    after = other.raw()
    reset = {key for key in after if after[key]["weight"] == {"NULL": True}}
    assert len(reset) == changed and all(after[key]["raw_text"] != old[key]["raw_text"] for key in reset)
    # The stream delivers the old images late: nothing happens.
    one.enrich(list(old.values()))
    assert other.raw() == after
    other.enrich([after[key] for key in reset])
    assert all(weight["N"] for weight, _ in weights(other.raw()).values())


def test_unavailable_is_what_a_dead_store_gives(bench: Callable[..., Any]) -> None:
    one = bench(1)
    one.aws.__dict__.pop("dynamodb", None)
    aws = type(one.aws)(one.aws.settings.model_copy(update={"endpoint": "http://127.0.0.1:9"}))
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:9"):
        asyncio.run(run_on_aws(aws, Run.at("tmdb", "2025-11-09T02:00:00Z")))
