"""What a quota left over is done later: by the function's own event and by the command, at its T, and nothing twice."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from springhead.cli import main
from springhead.entries import Run
from springhead_demo.simulator import Allowances, Faults, Simulator, generate_people
from springhead_runner.scrape import handler as handler_module
from springhead_runner.scrape.run import run_on_aws
from springhead_runner.stores.dead_letters import DeadLetters
from springhead_runner.stores.values import encode_item

pytestmark = pytest.mark.embedded
EARLIER, COUNT, UNITS = "2025-11-02T02:00:00Z", 24, 350
EVENT = {"source": "youtube", "resume": True}


class Scene:
    """People, a service with few units a day, and days that can be chosen."""

    def __init__(self, bench: Any, clock: Any, simulator: Simulator) -> None:
        self.bench, self.clock, self.simulator, self.aws = bench, clock, simulator, bench.aws
        self.letters = DeadLetters(self.aws)

    def run(self, time: str, day: int) -> dict[str, Any]:
        """A run of all, so many days ago."""
        self.clock.ago = timedelta(days=day)
        try:
            return asyncio.run(run_on_aws(self.aws, Run.at("youtube", time), clock=self.clock))
        finally:
            self.clock.ago = timedelta()

    def asked(self) -> int:
        """Requests to the service so far."""
        return int(self.simulator.stats()["hosts"].get("www.googleapis.com", {"requests": 0})["requests"])

    def deferred(self) -> dict[str, set[str]]:
        return {time: set(ids) for time, ids in self.letters.deferred("youtube").items()}


@pytest.fixture
def scene(
    fresh: Any, kit: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Scene]]:
    monkeypatch.setenv("YOUTUBE_API_KEY", "key-of-the-tests")
    monkeypatch.setenv("SPRINGHEAD_HOME", str(tmp_path / "home"))
    started: list[Simulator] = []

    class Clock(kit.QuickClock):  # type: ignore[misc, name-defined]
        ago = timedelta()

        def now(self) -> Any:
            return super().now() - self.ago

    def make(count: int = COUNT, ours: int = UNITS, theirs: int = UNITS) -> Scene:
        people, clock = generate_people(count, seed=8), Clock()
        faults, allowances = Faults(retry_after=0), Allowances(youtube=theirs)
        simulator = Simulator(people, seed=2, faults=faults, clock=clock.now, allowances=allowances).__enter__()
        started.append(simulator)
        aws = fresh(upstream=simulator.url, rate_scale=1000.0, quotas={"youtube": ours})
        for name, value in {
            "AWS_ENDPOINT_URL": aws.settings.endpoint,
            "DYNAMODB_TABLE": aws.settings.table,
            "SPRINGHEAD_OPERATIONS_TABLE": aws.settings.operations_table,
            "SPRINGHEAD_RAW_BUCKET": aws.settings.raw_bucket,
            "SPRINGHEAD_BACKUP_BUCKET": aws.settings.backup_bucket,
            "SPRINGHEAD_DEAD_LETTER_BUCKET": aws.settings.dead_letter_bucket,
            "SPRINGHEAD_DEAD_LETTER_QUEUE": aws.settings.dead_letter_queue,
            "SPRINGHEAD_UPSTREAM": simulator.url,
            "SPRINGHEAD_RATE_SCALE": "1000",
            "SPRINGHEAD_QUOTAS": json.dumps({"youtube": ours}),
        }.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("springhead_runner.logs.set_up_logs", lambda: None)  # it takes pytest's own handlers away
        monkeypatch.setattr(handler_module, "_aws", lambda: aws)
        return Scene(kit.Bench(aws, people, tmp_path), clock, simulator)

    yield make
    for simulator in started:
        simulator.__exit__(None, None, None)


def by_event(scene: Scene, capsys: pytest.CaptureFixture[str]) -> tuple[list[dict[str, Any]], int]:
    reports: list[dict[str, Any]] = handler_module.handler(EVENT, None)["resumed"]
    return reports, any(report["deferred"] for report in reports)


def by_command(scene: Scene, capsys: pytest.CaptureFixture[str]) -> tuple[list[dict[str, Any]], int]:
    capsys.readouterr()
    code = main(["run", "youtube", "--resume", "--json"])
    reports: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["sources"]
    return reports, code


Way = Callable[[Scene, Any], tuple[list[dict[str, Any]], int]]


@pytest.fixture(params=[by_event, by_command])
def way(request: pytest.FixtureRequest) -> Way:
    found: Way = request.param
    return found


def test_the_rest_runs_later_at_its_own_time_and_nobody_twice(
    scene: Callable[..., Scene], way: Way, kit: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    one = scene()
    first = one.run(kit.T, day=2)
    before, left, letters = one.bench.raw(), one.deferred(), list(one.letters.all())
    assert first["deferred"] == len(left[kit.T]) >= 5 and first["written"] == len(before) >= 2
    reached = {person["celebrity_id"] for person in one.bench.people} - left[kit.T]
    (report,), _ = way(one, capsys)
    after = one.bench.raw()
    # Nothing of what was there is touched, and nobody who was reached is asked again.
    assert {key: after[key] for key in before} == before
    new = {celebrity_id for celebrity_id, _ in set(after) - set(before)}
    assert new <= left[kit.T] and not new & reached and report["written"] == len(new) > 0
    assert {sort_key for _, sort_key in after} == {f"youtube#{kit.T}"}
    assert (report["time"], report["subjects"], report["lost"]) == (kit.T, first["deferred"], 0)
    assert report["metrics"]["quota_units"] <= UNITS
    # It is used up again: those stay, and the letters of the others are gone.
    still = one.deferred().get(kit.T, set())
    assert len(still) == report["deferred"] > 0 and still < left[kit.T]
    kept = {letter["subject_id"] for letter in one.letters.all()} - still
    assert kept == {letter["subject_id"] for letter in letters if letter["error"]["name"] == "Ambiguous"} | {
        error["context"]["subject_id"] for error in report["errors"]
    }


def test_on_the_same_day_no_more_is_spent_than_there_is_and_nobody_is_lost(
    scene: Callable[..., Scene], way: Way, kit: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    """A search that does not fit any more ends a run; who costs less may still be reached."""
    one = scene()
    first = one.run(kit.T, day=0)
    spent, left = first["metrics"]["quota_units"], first["deferred"]
    for _ in range(2):
        entries = one.bench.raw()
        (report,), code = way(one, capsys)
        assert left == sum(report[k] for k in ("written", "not_found", "dead_lettered", "deferred")) and code
        assert one.bench.raw().items() >= entries.items()
        spent, left = spent + report["metrics"]["quota_units"], report["deferred"]
        assert len(one.deferred()[kit.T]) == left > 0
    assert spent == one.simulator.stats()["units"]["youtube"] == report["metrics"]["quota_spent"] <= UNITS


def test_the_last_day_leaves_nothing_and_says_so(
    scene: Callable[..., Scene], way: Way, kit: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    one = scene(count=10, ours=250, theirs=250)
    counts = Counter[str]()
    first = one.run(kit.T, day=1)
    assert first["deferred"] > 0
    (report,), code = way(one, capsys)
    for ended in (first, report):
        counts += Counter({k: ended[k] for k in ("written", "not_found", "dead_lettered")})
    assert report["deferred"] == 0 and code == (1 if way is by_command and report["dead_lettered"] else code)
    assert counts.total() == 10 and counts["written"] == len(one.bench.raw()) and one.deferred() == {}
    asked = one.asked()
    assert way(one, capsys) == ([], 0) and one.asked() == asked
    if way is by_command:
        assert main(["run", "youtube", "--resume"]) == 0
        assert capsys.readouterr().out == "nothing was left over\n"


def test_of_two_runs_the_latest_comes_first_and_both_keep_their_time(
    scene: Callable[..., Scene], way: Way, kit: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    one = scene()
    assert one.run(EARLIER, day=3)["deferred"] and one.run(kit.T, day=2)["deferred"]
    before = one.deferred()
    assert list(one.letters.deferred("youtube")) == [kit.T, EARLIER]
    reports, _ = way(one, capsys)
    assert reports[0]["time"] == kit.T
    after = one.deferred()
    if reports[0]["deferred"]:  # the units were for the latest; the earlier run waits as it was
        assert len(reports) == 1 and after[EARLIER] == before[EARLIER] and after[kit.T] < before[kit.T]
    else:
        assert [report["time"] for report in reports] == [kit.T, EARLIER] and kit.T not in after
    for _, sort_key in one.bench.raw():
        assert sort_key in {f"youtube#{kit.T}", f"youtube#{EARLIER}"}


def test_when_the_service_says_that_it_is_enough_our_own_count_is_not_asked(
    scene: Callable[..., Scene], way: Way, kit: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody else spends of the same key: the service's word counts, for the rest of its day and for all runs."""
    one = scene(ours=10_000, theirs=500)
    first = one.run(kit.T, day=0)
    assert first["status"] == "completed" and first["deferred"] >= 10
    assert one.simulator.stats()["units"]["youtube"] <= 500 < first["metrics"]["quota_spent"] + 9_501
    asked = one.asked()
    (report,), _ = way(one, capsys)
    assert report["deferred"] >= 10 and one.asked() == asked


def test_what_failed_for_another_reason_is_no_matter_of_quotas(
    scene: Callable[..., Scene], way: Way, kit: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    one = scene(count=10, ours=10_000, theirs=10_000)
    one.simulator.switch("www.googleapis.com", "youtube.per_minute")
    report = one.run(kit.T, day=1)
    one.simulator.switch("www.googleapis.com", None)
    assert report["dead_lettered"] >= 8 and report["deferred"] == 0
    letters = {letter["subject_id"] for letter in one.letters.all()}
    asked = one.asked()
    assert way(one, capsys) == ([], 0)
    assert one.asked() == asked and {letter["subject_id"] for letter in one.letters.all()} == letters


def test_somebody_who_is_no_longer_listed_holds_up_nobody(
    scene: Callable[..., Scene], way: Way, kit: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    one = scene()
    one.run(kit.T, day=2)
    gone = sorted(one.deferred()[kit.T])[0]
    key = encode_item({"celebrity_id": gone, "source_type#timestamp": "metadata#2025-01-01T00:00:00Z"})
    one.aws.dynamodb.delete_item(TableName=one.aws.settings.table, Key=key)
    (report,), _ = way(one, capsys)
    assert report["written"] >= 1
    # It has a letter of its own, which a person reads, and is no longer among those who wait.
    (letter,) = [letter for letter in one.letters.all() if letter["subject_id"] == gone]
    assert (letter["error"]["name"], gone in one.deferred().get(kit.T, ())) == ("ConfigError", False)
