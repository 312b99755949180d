"""The rate of a host holds over all workers, be they tasks, threads or processes."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from springhead.clock import FrozenClock
from springhead.errors import Blocked, RateLimited, SpringheadError
from springhead.http import SharedLimits
from springhead.shared import FAR, FileState, MemoryState, SharedState, Turns
from springhead.source import Rate
from springhead_runner.stores.shared_state import AwsState

NOW = 1_800_000_000.0
HOST = "api.example.org"


@pytest.fixture(params=["memory", "file", "embedded", "strict_judge"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> SharedState:
    if request.param == "memory":
        return MemoryState()
    if request.param == "file":
        return FileState(tmp_path / "shared.json")
    return AwsState(request.getfixturevalue("fresh")(request.getfixturevalue(request.param)))


def test_turns_follow_each_other_and_an_idle_queue_begins_now(state: SharedState) -> None:
    assert state.turns(HOST, 3, 0.5, NOW) == Turns(NOW, 0)
    assert state.turns(HOST, 1, 0.5, NOW + 0.1) == Turns(NOW + 1.5, 0)
    assert state.turns(HOST, 2, 0.25, NOW + 1.0) == Turns(NOW + 2.0, 0)
    assert state.turns(HOST, 1, 0.5, NOW + 9.0) == Turns(NOW + 9.0, 0)
    assert state.turns("other.example.org", 1, 0.5, NOW) == Turns(NOW, 0)


def test_a_pause_holds_for_every_later_lease_and_never_shortens(state: SharedState) -> None:
    state.pause(HOST, NOW + 30)
    assert state.turns(HOST, 1, 1.0, NOW) == Turns(NOW + 30, NOW + 30)
    state.pause(HOST, NOW + 10)
    assert state.turns(HOST, 1, 1.0, NOW) == Turns(NOW + 31, NOW + 30)
    state.pause(HOST, NOW + 31.5)  # the queue is at 32 already; that it is paused is said all the same
    assert state.turns(HOST, 1, 1.0, NOW) == Turns(NOW + 32, NOW + 31.5)


def test_a_queue_that_a_wrong_clock_has_moved_far_away_begins_anew(state: SharedState) -> None:
    state.turns(HOST, 1, 1.0, NOW + 10 * FAR)
    assert state.turns(HOST, 1, 1.0, NOW) == Turns(NOW, 0)
    assert state.turns(HOST, 1, 1.0, NOW) == Turns(NOW + 1, 0)


def test_threads_at_once_never_get_the_same_turn(state: SharedState) -> None:
    counts = [1, 2, 3, 5] * 10
    with ThreadPoolExecutor(8) as pool:
        starts = list(pool.map(lambda count: state.turns(HOST, count, 0.1, NOW).start, counts))
    taken = sorted(
        round((start - NOW) * 10 + n) for start, count in zip(starts, counts, strict=True) for n in range(count)
    )
    assert taken == list(range(sum(counts)))


LEASING = """
import sys, time
from springhead.settings import load_settings
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.shared_state import AwsState
state = AwsState(Aws(load_settings()))
print("ready", flush=True)
sys.stdin.readline()
for count in [1, 2, 3, 1] * 8:
    start = state.turns("api.example.org", count, 0.05, time.time()).start
    for n in range(count):
        print(f"{start + n * 0.05:.6f}", flush=True)
"""


@pytest.mark.embedded
def test_processes_at_once_never_get_the_same_turn(judge: str, fresh: Callable[..., Any]) -> None:
    aws = fresh(judge)
    variables = {
        "PATH": os.environ["PATH"],
        "AWS_ENDPOINT_URL": judge,
        "SPRINGHEAD_OPERATIONS_TABLE": aws.settings.operations_table,
    }
    command = [sys.executable, "-c", LEASING]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    workers = [subprocess.Popen(command, env=variables, **pipes) for _ in range(4)]
    try:
        assert [worker.stdout.readline() for worker in workers] == ["ready\n"] * 4
        for worker in workers:
            worker.stdin.write("go\n")
            worker.stdin.flush()
        turns = sorted(float(line) for worker in workers for line in worker.communicate()[0].split())
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    assert len(turns) == 4 * 56
    assert min(after - before for before, after in pairwise(turns)) >= 0.05 - 2e-6


class Watched:
    """Shared state that counts its calls."""

    def __init__(self) -> None:
        self.inner, self.leases, self.looks = MemoryState(), 0, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def turns(self, *args: Any) -> Turns:
        self.leases += 1
        return self.inner.turns(*args)

    def circuit(self, *args: Any) -> Any:
        self.looks += 1
        return self.inner.circuit(*args)


def start(clock: FrozenClock, limits: list[SharedLimits], rate: Rate, each: int, hold: float = 0.0) -> list[float]:
    """Let workers take turns, each as fast as it may; returns when they came, seconds from the beginning."""
    began, taken = clock.now().timestamp(), []

    async def work(own: SharedLimits, count: int) -> None:
        for _ in range(count):
            async with own.turn(HOST, rate):
                taken.append(clock.now().timestamp() - began)
                if hold:
                    await clock.sleep(hold)

    async def all_of_them() -> None:
        async with asyncio.TaskGroup() as group:
            for own in limits:
                for _ in range(rate.concurrency):
                    group.create_task(work(own, each // rate.concurrency))

    asyncio.run(all_of_them())
    return sorted(taken)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FrozenClock:
    # A frozen clock moves when nobody runs; threads would run behind its back.
    async def here(function: Any, *args: Any) -> Any:
        return function(*args)

    monkeypatch.setattr(asyncio, "to_thread", here)
    return FrozenClock(datetime(2026, 11, 20, 10, tzinfo=UTC))


@pytest.mark.parametrize(("workers", "concurrency", "hold"), [(1, 1, 0.0), (4, 1, 0.0), (4, 2, 0.3), (3, 4, 2.0)])
def test_all_workers_together_keep_the_rate(clock: FrozenClock, workers: int, concurrency: int, hold: float) -> None:
    shared, rate = Watched(), Rate(per_second=10, concurrency=concurrency)
    taken = start(clock, [SharedLimits(clock, shared) for _ in range(workers)], rate, 40, hold)
    assert len(taken) == 40 * workers
    for first in taken:
        within = sum(first <= at < first + 1.0 for at in taken)
        assert within <= 11  # ten a second, and one for the edge
    if not hold:
        # Nobody loses turns where everybody is quick, and a lease lasts about a second.
        assert taken[-1] <= 40 * workers / 10 + 2  # what is left of the last leases
        assert shared.leases <= workers * (taken[-1] + 3)
        assert shared.looks <= workers * (taken[-1] + 1)


def test_slow_workers_do_not_keep_turns_from_each_other(clock: FrozenClock) -> None:
    shared, rate = Watched(), Rate(per_second=10, concurrency=1)
    taken = start(clock, [SharedLimits(clock, shared) for _ in range(5)], rate, 20, hold=0.5)
    # Each can do two a second, so the five of them fill the rate; few turns are lost.
    assert taken[-1] <= 100 / 10 * 1.6


def test_a_pause_in_one_worker_reaches_the_others(clock: FrozenClock) -> None:
    shared, rate = MemoryState(), Rate(per_second=10)
    one, other = SharedLimits(clock, shared), SharedLimits(clock, shared)
    seen: list[float] = []

    async def story() -> None:
        began = clock.monotonic()
        async with one.turn(HOST, rate):
            one.pause(HOST, 20.0)
        await asyncio.gather(*one._telling)  # it is told in a thread
        async with other.turn(HOST, rate):
            seen.append(clock.monotonic() - began)

    asyncio.run(story())
    assert 20.0 <= seen[0] <= 20.2


def test_a_host_that_is_closed_is_asked_by_nobody(clock: FrozenClock) -> None:
    shared, rate = MemoryState(), Rate(per_second=10)
    shared.pause(HOST, clock.now().timestamp() + 600)
    limits = SharedLimits(clock, shared)

    async def story() -> None:
        with pytest.raises(RateLimited, match="left alone for 600 s"):
            async with limits.turn(HOST, rate):
                raise AssertionError("asked")

    asyncio.run(story())
    assert limits.closed_for(HOST) == 600


def test_a_circuit_that_another_worker_opens_is_seen_within_a_second(clock: FrozenClock) -> None:
    shared, rate = MemoryState(), Rate(per_second=10)
    limits = SharedLimits(clock, shared)

    async def story() -> int:
        for count in range(100):
            if count == 5:
                shared.open_circuit(HOST, clock.now() + timedelta(hours=24), "a login wall")
            async with limits.turn(HOST, rate):
                pass
        return 100

    with pytest.raises(Blocked, match="a login wall"):
        asyncio.run(story())
    assert clock.monotonic() <= 2.0


def test_where_the_queue_cannot_be_read_nobody_goes_without_it(clock: FrozenClock) -> None:
    class Gone(MemoryState):
        def turns(self, *args: Any) -> Turns:
            raise SpringheadError("the table is gone")

    async def story() -> None:
        async with SharedLimits(clock, Gone()).turn(HOST, Rate()):
            raise AssertionError("asked")

    with pytest.raises(SpringheadError, match="the table is gone"):
        asyncio.run(story())


def test_crawl_delay_counts_for_shared_turns_too(clock: FrozenClock) -> None:
    shared, rate = MemoryState(), Rate(per_second=10)
    limits = [SharedLimits(clock, shared) for _ in range(2)]
    for own in limits:
        own.slow_down(HOST, 3.0)
    taken = start(clock, limits, rate, 4)
    assert taken == pytest.approx([3.0 * n for n in range(8)])


@pytest.mark.embedded
def test_the_file_has_one_queue_for_all_processes_and_keeps_what_else_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "shared.json"
    path.write_text(json.dumps({"quotas": {"s 2026-11-20": 3}, "circuits": {}}))  # of a version without queues
    assert FileState(path).turns(HOST, 1, 1.0, NOW) == Turns(NOW, 0)
    assert FileState(path).turns(HOST, 1, 1.0, NOW) == Turns(NOW + 1, 0)
    assert FileState(path).reserve("s", "2026-11-20", 1, 4) == 4
