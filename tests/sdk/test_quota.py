from __future__ import annotations

import asyncio
import json
import multiprocessing
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from springhead.engine import Engine
from springhead.entries import Run
from springhead.errors import Blocked, ConfigError, QuotaExceeded
from springhead.http import Http
from springhead.shared import CIRCUIT, FileState, MemoryState
from springhead.source import Entry, Quota, Secret
from springhead.subject import Subject

PACIFIC = Quota(per_day=105, unit="units", resets="America/Los_Angeles", costs={"/v1/search": 100, "/v1/free": 0})
KEY = {"api.example.org": Secret("EXAMPLE_KEY", query="key")}


def test_the_longest_prefix_decides_the_cost() -> None:
    quota = Quota(per_day=9, costs={"/v1": 2, "/v1/search": 5})
    assert [quota.cost(path) for path in ("/v1/search/x", "/v1/list", "/v2")] == [5, 2, 1]


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 11, 20, 7, 59, tzinfo=UTC), "2026-11-19"),
        (datetime(2026, 11, 20, 8, 0, tzinfo=UTC), "2026-11-20"),
        (datetime(2026, 7, 20, 6, 59, tzinfo=UTC), "2026-07-19"),  # summer time: an hour earlier
        (datetime(2026, 7, 20, 7, 0, tzinfo=UTC), "2026-07-20"),
    ],
)
def test_the_day_begins_at_midnight_of_the_services_zone(now: datetime, day: str) -> None:
    assert PACIFIC.day(now) == day


@pytest.mark.parametrize(
    "wrong", [{"per_day": 0}, {"per_day": 9, "costs": {"/": -1}}, {"per_day": 9, "resets": "Mars"}]
)
def test_a_quota_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Quota"):
        Quota(**wrong)


def searching(kit: Any, transport: Any, shared: Any, quota: Quota = PACIFIC) -> tuple[Engine, Any]:
    async def collect(self: Any, subject: Subject, http: Http) -> AsyncIterator[Any]:
        await http.get("https://api.example.org/v1/search", params={"q": subject.name})
        page = await http.get("https://api.example.org/v1/person", params={"q": subject.name})
        yield Entry(subject.name, page)

    made = kit.source(collect=collect, quota=quota, secrets=KEY)
    client = kit.client(transport, made, shared=shared)
    return Engine(made, client, Run.at("plain", kit.clock.now()), "test/0"), client


class Sink:
    def __init__(self) -> None:
        self.endings: dict[str, str] = {}
        self.errors: dict[str, str] = {}

    async def store(self, outcome: Any) -> Any:
        return "written"

    async def recall(self, outcome: Any) -> bool:
        return False

    async def defer(self, outcome: Any) -> None:
        self.errors[outcome.subject.id] = outcome.error.message

    async def dead_letter(self, outcome: Any) -> None:
        raise AssertionError(f"{outcome.subject.id} is no dead letter: {outcome.error}")

    async def ended(self, outcome: Any, kind: str) -> None:
        self.endings[outcome.subject.id] = kind


def test_a_quota_ends_the_run_before_a_request_too_many_is_sent(kit: Any) -> None:
    transport, sink = kit.Scripted(lambda request: kit.reply(200, b"{}")), Sink()
    engine, client = searching(kit, transport, MemoryState())
    tally = asyncio.run(engine.run([Subject(f"celeb_{n:03d}", f"P{n}") for n in range(4)], sink))
    assert sorted(sink.endings.values()) == ["deferred", "deferred", "deferred", "written"]
    assert (tally.written, tally.deferred, tally.dead_lettered) == (1, 3, 0)
    assert isinstance(tally.halted_by, QuotaExceeded)
    assert (client.meter.units, client.meter.spent_today, len(transport.requests)) == (101, 101, 2)
    assert "2026-11-20" in tally.halted_by.message and tally.errors == []


def test_two_runs_share_one_quota_and_the_next_day_has_a_new_one(kit: Any) -> None:
    shared = MemoryState()
    for expected in ("written", "deferred"):
        sink = Sink()
        engine, _ = searching(kit, kit.Scripted(lambda request: kit.reply(200, b"{}")), shared)
        asyncio.run(engine.run([kit.subject], sink))
        assert list(sink.endings.values()) == [expected]
    asyncio.run(kit.clock.sleep(24 * 3600))
    sink = Sink()
    engine, _ = searching(kit, kit.Scripted(lambda request: kit.reply(200, b"{}")), shared)
    asyncio.run(engine.run([kit.subject], sink))
    assert list(sink.endings.values()) == ["written"]


def test_an_operator_may_have_more_units_than_declared(kit: Any) -> None:
    made = kit.source(quota=PACIFIC, secrets=KEY)
    client = kit.client(kit.Scripted(lambda request: kit.reply(200, b'{"name": "A"}')), made, quota=106)
    client.shared.reserve("plain", "2026-11-20", 105, 106)
    outcomes = [
        asyncio.run(Engine(made, client, Run.at("plain", kit.clock.now()), "t/0").ask(kit.subject)) for _ in range(2)
    ]
    assert outcomes[0].error is None and isinstance(outcomes[1].error, QuotaExceeded)
    assert (client.meter.quota, client.meter.spent_today) == (106, 106)
    assert "the 106 units" in outcomes[1].error.message


def test_a_retry_is_counted_too(kit: Any) -> None:
    transport = kit.Scripted([kit.reply(200, b"{}"), kit.reply(503), kit.reply(200, b"{}")])
    engine, client = searching(kit, transport, MemoryState())
    outcome = asyncio.run(engine.ask(kit.subject))
    assert outcome.error is None
    assert client.meter.units == 102


def test_what_the_service_says_of_its_quota_holds_for_all_runs(kit: Any) -> None:
    shared = MemoryState()
    made = kit.source(quota=PACIFIC, secrets=KEY)

    def judge(self: Any, response: Any) -> None:
        raise response.failure(QuotaExceeded, "used up")

    made.judge = judge
    client = kit.client(kit.Scripted(lambda request: kit.reply(403)), made, shared=shared)
    outcome = asyncio.run(Engine(made, client, Run.at("plain", kit.clock.now()), "t/0").ask(kit.subject))
    assert isinstance(outcome.error, QuotaExceeded)
    assert shared.reserve("plain", "2026-11-20", 1, PACIFIC.per_day) is None


def test_other_hosts_cost_nothing(kit: Any) -> None:
    async def collect(self: Any, subject: Subject, http: Http) -> AsyncIterator[Any]:
        yield Entry(subject.name, await http.get("https://www.example.org/feed"))

    made = kit.source(collect=collect, quota=PACIFIC, secrets=KEY)
    client = kit.client(kit.Scripted(lambda request: kit.reply(200, b"{}")), made)
    asyncio.run(Engine(made, client, Run.at("plain", kit.clock.now()), "t/0").ask(kit.subject))
    assert (client.meter.requests, client.meter.units) == (1, 0)


def blocking(kit: Any, answers: Any, shared: Any) -> tuple[Any, Any]:
    transport = kit.Scripted(answers)
    made = kit.source()
    client = kit.client(transport, made, shared=shared)
    engine = Engine(made, client, Run.at("plain", kit.clock.now()), "t/0")
    return asyncio.run(engine.ask(kit.subject)), transport


def test_a_block_keeps_every_run_away_from_the_host_for_a_day(kit: Any) -> None:
    shared = MemoryState()
    first, _ = blocking(kit, [kit.reply(403, b"{}")], shared)
    assert isinstance(first.error, Blocked)
    second, transport = blocking(kit, [], shared)
    assert isinstance(second.error, Blocked)
    assert transport.requests == []
    assert "left alone until 2026-11-21 10:00 UTC" in second.error.message
    asyncio.run(kit.clock.sleep(CIRCUIT.total_seconds()))
    third, _ = blocking(kit, [kit.reply(200, b'{"name": "Ann Lee"}')], shared)
    assert third.error is None


def test_the_files_figures_outlive_the_process(tmp_path: Path) -> None:
    path = tmp_path / "new" / "shared.json"
    assert FileState(path).reserve("s", "2026-11-20", 60, 100) == 60
    assert FileState(path).reserve("s", "2026-11-20", 41, 100) is None
    assert FileState(path).reserve("s", "2026-11-20", 40, 100) == 100
    assert FileState(path).reserve("other", "2026-11-20", 1, 100) == 1
    FileState(path).exhaust("other", "2026-11-20", 100)
    assert FileState(path).reserve("other", "2026-11-20", 1, 100) is None
    now = datetime(2026, 11, 20, tzinfo=UTC)
    FileState(path).open_circuit("h.example", now + timedelta(hours=1), "a wall")
    assert FileState(path).circuit("h.example", now) == (now + timedelta(hours=1), "a wall")
    assert FileState(path).circuit("h.example", now + timedelta(hours=1)) is None
    assert FileState(path).circuit("i.example", now) is None
    assert FileState(path).reserve("s", "2026-11-21", 1, 100) == 1
    assert set(json.loads(path.read_text())["quotas"]) == {"s 2026-11-21", "other 2026-11-20"}


def test_a_spoilt_file_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "shared.json"
    path.write_text("{")
    with pytest.raises(ConfigError, match=r"shared\.json") as caught:
        FileState(path).reserve("s", "2026-11-20", 1, 9)
    assert "delete" in str(caught.value.hint)
    assert path.read_text() == "{"


def _spend(path: Path, times: int, queue: Any) -> None:
    state = FileState(path)
    queue.put(sum(state.reserve("s", "2026-11-20", 1, 100) is not None for _ in range(times)))


def test_processes_never_spend_a_unit_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parents[2])  # where the new processes find this module
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    workers = [context.Process(target=_spend, args=(tmp_path / "shared.json", 60, queue)) for _ in range(3)]
    for worker in workers:
        worker.start()
    granted = [queue.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join()
    assert sum(granted) == 100


@given(st.lists(st.integers(0, 40)), st.integers(1, 100))
def test_what_is_granted_never_passes_the_limit(wishes: list[int], limit: int) -> None:
    state, spent = MemoryState(), 0
    for units in wishes:
        total = state.reserve("s", "d", units, limit)
        assert (total is None) == (spent + units > limit)
        spent = total if total is not None else spent
    assert spent <= limit
