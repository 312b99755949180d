"""All sources for a hundred people against the simulator, under the services' quotas: what a run costs, exactly."""

from __future__ import annotations

import asyncio
import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from springhead.entries import Run
from springhead.plugins import load_source, plugin_names
from springhead_contracts import load_schema, validate
from springhead_demo.simulator import Allowances, Faults, Simulator, generate_people
from springhead_runner.scrape import handler as handler_module
from springhead_runner.scrape.run import resume_on_aws, run_on_aws
from springhead_runner.stores.dead_letters import DeadLetters
from springhead_runner.stores.reports import Reports
from springhead_runner.stores.values import decode_item

pytestmark = pytest.mark.embedded

SOURCES = ("tmdb", "wikipedia", "google_search", "youtube", "news", "instagram", "threads")
NEXT_WEEK = "2025-11-16T02:00:00Z"
KEYS = ("TMDB_TOKEN", "GOOGLE_API_KEY", "GOOGLE_CSE_ID", "YOUTUBE_API_KEY", "NEWSAPI_KEY", "INSTAGRAM_ACCESS_TOKEN",
        "THREADS_ACCESS_TOKEN")  # fmt: skip
#: Source → the service whose ledger the simulator keeps, and the host whose requests take units.
METERED = {"google_search": "google_search", "youtube": "youtube", "news": "newsapi"}
ADDRESSES = {
    "instagram": ("instagram", "handle"),
    "threads": ("threads", "handle"),
    "youtube": ("youtube", "channel"),
}


@dataclass
class Cost:
    """One run: its report, and what the simulator counted meanwhile."""

    report: dict[str, Any]
    requests: Counter[str]
    units: dict[str, int] = field(default_factory=dict)


class Week:
    """A seeded table, a simulator that counts, and one clock for both."""

    def __init__(self, bench: Any, clock: Any) -> None:
        self.bench, self.clock, self.aws, self.simulator = bench, clock, bench.aws, bench.simulator

    def measured(self, work: Callable[[], Any]) -> tuple[Any, Counter[str], dict[str, int]]:
        before = self.simulator.stats()
        ended = work()
        after = self.simulator.stats()
        counts = [Counter({host: of["requests"] for host, of in s["hosts"].items()}) for s in (after, before)]
        units = {name: after["units"][name] - before["units"][name] for name in after["units"]}
        return ended, counts[0] - counts[1], units

    def run(self, source: str, time: str, **options: Any) -> Cost:
        order = Run.at(source, time)
        work = run_on_aws(self.aws, order, clock=self.clock, **options)
        return Cost(*self.measured(lambda: asyncio.run(work)))

    def resume(self, source: str) -> tuple[list[dict[str, Any]], Counter[str], dict[str, int]]:
        return self.measured(lambda: asyncio.run(resume_on_aws(self.aws, source, clock=self.clock)))

    def entries(self, source: str, time: str) -> dict[str, dict[str, Any]]:
        raw = self.bench.raw(f"{source}#{time}")
        return {celebrity_id: decode_item(item) for (celebrity_id, _), item in raw.items()}


@pytest.fixture(scope="module")
def open_week(fresh: Any, kit: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    class Clock(kit.QuickClock):  # type: ignore[misc, name-defined]
        later = timedelta()

        def now(self) -> Any:
            return super().now() + self.later

    started: list[Simulator] = []
    with pytest.MonkeyPatch.context() as patch:
        for name in KEYS:
            patch.setenv(name, "key-of-the-tests")
        patch.setenv("INSTAGRAM_USER_ID", "17841400000000001")

        def make(count: int, *, settings: dict[str, Any] | None = None, **options: Any) -> Week:
            known, clock = generate_people(count, seed=5), Clock()
            faults = Faults(namesakes=0.1, not_found=0.03, alias_only=0.05, retry_after=0)
            simulator = Simulator(known, seed=1, faults=faults, clock=clock.now, **options).__enter__()
            started.append(simulator)
            aws = fresh(upstream=simulator.url, rate_scale=1000.0, **(settings or {}))
            bench = kit.Bench(aws, known, tmp_path_factory.mktemp("people"))
            bench.simulator = simulator
            return Week(bench, clock)

        try:
            yield make
        finally:
            for simulator in started:
                simulator.__exit__(None, None, None)


@pytest.fixture(scope="module")
def week(open_week: Any, kit: SimpleNamespace) -> tuple[Week, dict[str, Cost]]:
    """One run of each source for a hundred people, under the quotas that the services grant."""
    week = open_week(100)
    return week, {source: week.run(source, kit.T) for source in SOURCES}


def test_every_source_of_people_is_run() -> None:
    assert {name for name in plugin_names() if load_source(name).subjects is None} == set(SOURCES)


@pytest.mark.parametrize("source", SOURCES)
def test_a_report_counts_what_the_simulator_counted(
    week: tuple[Week, dict[str, Cost]], kit: SimpleNamespace, source: str
) -> None:
    cost = week[1][source]
    report, metrics = cost.report, cost.report["metrics"]
    assert validate("run_report", report) == [] and Reports(week[0].aws).get(f"{source}@{kit.T}") == report
    assert report["subjects"] == 100 == sum(report[k] for k in ("written", "not_found", "deferred", "dead_lettered"))
    assert (report["lost"], report["deferred"], report["health"]) == (0, 0, "healthy")
    assert metrics["request_count"] == cost.requests.total() > 0 and metrics["retried_requests"] == 0
    assert metrics["total_bytes"] > 1_000 * report["written"] > 0
    service = METERED.get(source)
    assert cost.units == {name: metrics["quota_units"] if name == service else 0 for name in cost.units}
    quota = load_source(source).quota
    assert ("quota_units" in metrics) == (quota is not None)
    if quota is not None:
        assert 0 < metrics["quota_units"] == metrics["quota_spent"] <= metrics["quota_limit"] == quota.per_day


def test_only_ambiguous_people_end_as_dead_letters(week: tuple[Week, dict[str, Cost]]) -> None:
    errors = [error for cost in week[1].values() for error in cost.report["errors"]]
    assert {error["code"] for error in errors} <= {"Ambiguous"}
    letters = list(DeadLetters(week[0].aws).all())
    assert len(letters) == len(errors) == sum(cost.report["dead_lettered"] for cost in week[1].values())


@pytest.mark.parametrize("source", SOURCES)
def test_all_entries_are_valid_and_about_the_right_people(
    week: tuple[Week, dict[str, Cost]], kit: SimpleNamespace, source: str
) -> None:
    found = week[0].entries(source, kit.T)
    assert len(found) == week[1][source].report["written"]
    for celebrity_id, entry in found.items():
        assert validate("scraper_entry", entry) == [], celebrity_id
        truth = week[0].simulator.truth(celebrity_id)
        if source in ADDRESSES:
            service, member = ADDRESSES[source]
            assert truth[service][member] in entry["raw_text"], celebrity_id
        if source == "tmdb":
            assert f'"id":{truth["tmdb_id"]}' in entry["raw_text"]


def test_what_one_source_finds_out_spares_the_others_a_search(week: tuple[Week, dict[str, Cost]]) -> None:
    known = {subject.id: subject.identities for subject in week[0].bench.subjects.all()}
    assert sum("wikidata" in ids for ids in known.values()) >= 90
    # Each of those who have a channel, and is found, has it remembered.
    channels = {person for person, ids in known.items() if ids.get("youtube", "").startswith("UC")}
    assert channels >= {e["celebrity_id"] for e in week[0].entries("youtube", "").values()}


def test_the_second_week_of_youtube_stays_far_below_the_quota(
    week: tuple[Week, dict[str, Cost]], kit: SimpleNamespace
) -> None:
    first = week[1]["youtube"].report["metrics"]
    week[0].clock.later += timedelta(days=7)
    second = week[0].run("youtube", NEXT_WEEK)
    assert second.report["written"] >= week[1]["youtube"].report["written"] and second.report["lost"] == 0
    units = second.report["metrics"]["quota_units"]
    assert units == second.units["youtube"] < 1_000 < first["quota_units"] < 10_000
    assert set(week[0].entries("youtube", NEXT_WEEK)) >= set(week[0].entries("youtube", kit.T))
    again = week[0].run("tmdb", NEXT_WEEK)
    assert again.requests.total() < week[1]["tmdb"].requests.total()


TIGHT = {"youtube": 2_000, "google_search": 25, "news": 25, "instagram": 20, "threads": 20}


@pytest.fixture(scope="module")
def tight(open_week: Any) -> Week:
    """Sixty people, and quotas that are used up in the middle."""
    allowances = Allowances(youtube=TIGHT["youtube"], google_search=TIGHT["google_search"], newsapi=TIGHT["news"])
    week: Week = open_week(60, settings={"quotas": TIGHT}, allowances=allowances)
    return week


@pytest.mark.parametrize("source", TIGHT)
def test_what_the_quota_does_not_reach_runs_the_next_days_at_the_same_time(
    tight: Week, kit: SimpleNamespace, source: str
) -> None:
    first = tight.run(source, kit.T)
    total = Counter({k: first.report[k] for k in ("written", "not_found", "dead_lettered")})
    deferred = first.report["deferred"]
    assert deferred > 0 and first.report["status"] == "completed" and first.report["lost"] == 0
    assert any("they run when the quota resets" in w["message"] for w in first.report["warnings"])
    spent, days = [first.report["metrics"]["quota_units"]], 1
    while deferred:
        assert total.total() + deferred == 60 and days < 10
        assert set(DeadLetters(tight.aws).deferred(source)) == {kit.T}
        # The same day: whoever takes a unit stays.
        (report,), _, units = tight.resume(source)
        assert (report["written"], report["metrics"]["quota_units"]) == (0, 0) and not any(units.values())
        assert report["not_found"] + report["deferred"] == deferred
        total["not_found"] += report["not_found"]
        deferred = report["deferred"]
        tight.clock.later += timedelta(days=1)
        (report,), requests, units = tight.resume(source)
        days += 1
        assert (report["time"], report["lost"]) == (kit.T, 0) and report["subjects"] == deferred
        metrics = report["metrics"]
        assert metrics["request_count"] == requests.total()
        assert units.get(METERED.get(source, ""), metrics["quota_units"]) == metrics["quota_units"] <= TIGHT[source]
        total += Counter({k: report[k] for k in ("written", "not_found", "dead_lettered")})
        deferred = report["deferred"]
        spent.append(metrics["quota_units"])
    assert total.total() == 60 and days > 1 and all(units <= TIGHT[source] for units in spent)
    assert DeadLetters(tight.aws).deferred(source) == {} and tight.resume(source)[0] == []
    found = tight.entries(source, "")
    assert len(found) == total["written"] and {entry["timestamp"] for entry in found.values()} == {kit.T}


def wake(monkeypatch: pytest.MonkeyPatch, aws: Any, event: dict[str, Any]) -> dict[str, Any]:
    monkeypatch.setattr("springhead_runner.logs.set_up_logs", lambda: None)  # it takes pytest's own handlers away
    monkeypatch.setattr(handler_module, "_aws", lambda: aws)
    return handler_module.handler(event, None)


def test_one_event_runs_both_sources_of_the_group(
    open_week: Any, monkeypatch: pytest.MonkeyPatch, kit: SimpleNamespace
) -> None:
    week = open_week(20)
    answer, requests, _ = week.measured(lambda: wake(monkeypatch, week.aws, {"source": "social", "time": kit.T}))
    reports = answer["sources"]
    assert set(reports) == {"instagram", "threads"}
    assert sum(report["metrics"]["request_count"] for report in reports.values()) == requests.total()
    for source, report in reports.items():
        assert report == Reports(week.aws).get(f"{source}@{kit.T}") and report["time"] == kit.T
        assert report["written"] == len(week.entries(source, kit.T)) >= 5
        assert report["written"] + report["not_found"] == 20


@pytest.mark.parametrize(
    ("blocked", "host", "switch", "name"),
    [
        ("threads", "graph.threads.net", "meta.blocked", "Blocked"),
        ("instagram", "graph.facebook.com", "meta.expired", "AuthFailed"),
    ],
)
def test_one_that_is_blocked_does_not_stop_the_other(
    open_week: Any,
    monkeypatch: pytest.MonkeyPatch,
    kit: SimpleNamespace,
    blocked: str,
    host: str,
    switch: str,
    name: str,
) -> None:
    week = open_week(20)
    week.simulator.switch(host, switch)
    answer, requests, _ = week.measured(lambda: wake(monkeypatch, week.aws, {"source": "social", "time": kit.T}))
    (other,) = {"instagram", "threads"} - {blocked}
    ended, well = answer["sources"][blocked], answer["sources"][other]
    assert (well["health"], well["dead_lettered"], well["lost"]) == ("healthy", 0, 0) and well["written"] >= 5
    assert (ended["status"], ended["written"], ended["lost"]) == ("failed", 0, 0)
    assert ended["dead_lettered"] + ended["not_found"] == 20
    assert {error["code"] for error in ended["errors"]} == {name}
    # It is reported and not fought: those who were under way are all that was asked.
    assert requests[host] <= 4
    if name == "Blocked":
        week.simulator.switch(host, None)
        again, requests, _ = week.measured(lambda: wake(monkeypatch, week.aws, {"source": "social", "time": NEXT_WEEK}))
        assert requests[host] == 0 and again["sources"][blocked]["written"] == 0
        assert again["sources"][other]["written"] == well["written"]
        assert all("is left alone until" in error["message"] for error in again["sources"][blocked]["errors"])


# Seed 5's lists.

PLACES = [
    {"restaurant_name": name, "city": city, "zip_code": "", "phone": ""}
    for name in (
        "BLUE HERON",
        "NOODLE HOUSE",
        "LUCKY PEACH INC",
        "GOLDEN WOK",
        "LITTLE OWL THE",
        "TACO STAND",
        "沈家麵",
    )
    for city in ("NEW YORK", "SEATTLE")
]
TAGS = ("#noodles", "#brunch", "love", "no hashtag", "#食物")


def listed(rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def test_restaurants_and_posts_from_lists_end_in_files_named_as_in_the_seed(
    open_week: Any, kit: SimpleNamespace, tmp_path: Path
) -> None:
    exempt = [{"host": "www.instagram.com", "until": "2999-12-31", "reason": "loopback"}]
    week = open_week(1, settings={"robots_exemptions": exempt}, places=PLACES)
    path = tmp_path / "restaurants.csv"
    path.write_text(listed(PLACES))
    cost = week.run("instagram_restaurants", kit.T, subject_list=str(path))
    found = rows_of(week, "instagram_results_20251109_020000.csv")
    assert [(row["restaurant_name"], row["city"]) for row in found] == [
        (place["restaurant_name"], place["city"]) for place in PLACES if place["restaurant_name"] != "沈家麵"
    ]
    statuses = Counter(row["status"] for row in found)
    assert set(statuses) <= {"FOUND", "NOT_FOUND", "EMPTY_PROFILE", "WRONG_PROFILE"} and statuses["FOUND"] >= 2
    assert statuses["NOT_FOUND"] >= 2
    report = cost.report
    assert (report["written"], report["not_found"], report["lost"]) == (12, 2, 0)  # no handle is made of 沈家麵
    assert report["metrics"]["request_count"] == cost.requests.total() == report["metrics"]["quota_units"]
    assert set(cost.requests) == {"graph.facebook.com"}
    assert all(validate("instagram_restaurant", row) == [] for row in found)

    body = listed([{"search_term": tag} for tag in TAGS]).encode()
    week.aws.s3.put_object(Bucket=week.aws.settings.raw_bucket, Key="lists/tags.csv", Body=body)
    cost = week.run("instagram_posts", kit.T, subject_list=f"s3://{week.aws.settings.raw_bucket}/lists/tags.csv")
    found = rows_of(week, "post_results_20251109_020000.csv")
    assert [error["code"] for error in cost.report["errors"]] == ["InvalidRequest"]
    assert cost.report["written"] + cost.report["not_found"] == 4 and cost.report["written"] >= 3
    assert (
        cost.report["metrics"]["quota_units"] == 4 and cost.report["metrics"]["request_count"] == cost.requests.total()
    )
    assert set(cost.requests) == {"graph.facebook.com", "www.instagram.com"}
    per_tag = Counter(row["search_term"] for row in found)
    assert set(per_tag) <= {"#noodles", "#brunch", "#love", "#食物"} and max(per_tag.values()) <= 10
    assert all(row["status"] == "SCRAPED" and row["creator"] and row["post_id"] for row in found)
    assert len({row["post_id"] for row in found}) == len(found) >= 15
    assert all(validate("instagram_post", row) == [] for row in found)


def rows_of(week: Week, name: str) -> list[dict[str, str]]:
    body = week.aws.s3.get_object(Bucket=week.aws.settings.backup_bucket, Key=name)["Body"].read().decode()
    rows = list(csv.DictReader(io.StringIO(body, newline="")))
    kind = "instagram_post" if name.startswith("post") else "instagram_restaurant"
    assert list(rows[0]) == list(load_schema(kind)["properties"])
    return rows


def test_without_an_exemption_no_page_of_a_post_is_asked_for(
    open_week: Any, kit: SimpleNamespace, tmp_path: Path
) -> None:
    week = open_week(1)
    path = tmp_path / "tags.csv"
    path.write_text("search_term\r\n#noodles\r\n")
    cost = week.run("instagram_posts", kit.T, subject_list=str(path))
    assert [error["code"] for error in cost.report["errors"]] == ["RobotsDenied"]
    assert cost.requests == Counter({"graph.facebook.com": 2, "www.instagram.com": 1})  # robots.txt
    assert cost.report["metrics"]["request_count"] == 3
