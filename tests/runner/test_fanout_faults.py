"""Whatever happens to a worker: nobody is lost, nobody is there twice, and the run ends as if nothing had happened."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from springhead.clock import SystemClock
from springhead_demo.simulator import Simulator
from springhead_runner.scrape.fanout import run_or_split

pytestmark = pytest.mark.embedded


def load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


helpers, basic = load("fanout_bench"), load("test_fanout")
accounted, ids, rows, table = helpers.accounted, basic.ids, basic.rows, basic.table
WORKER = str(Path(__file__).with_name("fanout_worker.py"))
#: So long after a worker's death its claim has run out, and the queue gives its message out again.
LATER = 2000.0


@pytest.fixture
def spread(bench: Callable[..., Any], kit: SimpleNamespace) -> Callable[..., Any]:
    def make(count: int = 12, source: str = "tmdb", simulator: Simulator | None = None, **faults: Any) -> Any:
        return helpers.Spread(bench(count, simulator, **faults), kit.T, source)

    return make


def environment(one: Any, **more: str) -> dict[str, str]:
    settings = one.aws.settings
    return {
        "PATH": os.environ["PATH"],
        "AWS_ENDPOINT_URL": settings.endpoint,
        "DYNAMODB_TABLE": settings.table,
        "SPRINGHEAD_OPERATIONS_TABLE": settings.operations_table,
        "SPRINGHEAD_RAW_BUCKET": settings.raw_bucket,
        "SPRINGHEAD_BACKUP_BUCKET": settings.backup_bucket,
        "SPRINGHEAD_DEAD_LETTER_BUCKET": settings.dead_letter_bucket,
        "SPRINGHEAD_DEAD_LETTER_QUEUE": settings.dead_letter_queue,
        "SPRINGHEAD_WORK_QUEUE": one.url,
        "SPRINGHEAD_UPSTREAM": one.bench.simulator.url,
        "SPRINGHEAD_RATE_SCALE": str(settings.rate_scale),
        "TMDB_TOKEN": "token-of-the-tests",
        **more,
    }


class Process:
    """A worker in a process of its own; it waits for ``go``."""

    def __init__(self, one: Any, records: list[dict[str, Any]], **more: str) -> None:
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.process = subprocess.Popen([sys.executable, WORKER], env=environment(one, **more), text=True, **pipes)
        self._say(json.dumps({"Records": records}))
        line = self.process.stderr.readline()  # type: ignore[union-attr]
        assert line == "ready\n", line + self.process.stderr.read()  # type: ignore[union-attr]

    def go(self) -> None:
        self._say("go")

    def _say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def end(self) -> tuple[int, str]:
        out, err = self.process.communicate(timeout=120)
        return self.process.returncode, out + err


def killed(one: Any, records: list[dict[str, Any]], point: str) -> None:
    worker = Process(one, records, SPRINGHEAD_TEST_KILL=point)
    worker.go()
    code, said = worker.end()
    assert code == -signal.SIGKILL, said


POINTS = [
    "before the first request",
    "after the raw answers",
    "after the entry",
    "before the batch report",
    "after the batch report",
    "before the acknowledgement",
]


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_any_point(spread: Callable[..., Any], bench: Callable[..., Any], point: str) -> None:
    one = spread(12)
    whole = bench(12, one.bench.simulator)
    assert whole.scrape()["written"] == 12
    one.start()
    first, last = one.receive()
    assert one.work([first]) == []
    killed(one, [last], point)
    survived = one.bench.raw()
    assert len(survived) == {"before the first request": 6, "after the raw answers": 8}.get(
        point, len(survived) if point == "after the entry" else 12
    )
    merged = point == "before the acknowledgement"
    assert (one.report()["status"] == "completed") == merged
    if point in POINTS[:4]:
        # Its claim is alive: whoever comes too early is sent away, and the message comes again.
        assert one.work([last]) == [last["messageId"]]
    asked = one.bench.simulator.stats()["requests"]
    assert one.work([last], clock=helpers.LaterClock(LATER)) == []
    assert (one.bench.simulator.stats()["requests"] > asked) == (point in POINTS[:4])
    report = one.report()
    assert (report["status"], accounted(report), report["lost"], report["dead_lettered"]) == ("completed", 12, 0, 0)
    assert report["written"] + report["unchanged"] == 12
    assert report["unchanged"] == (len(survived) - 6 if point in POINTS[:4] else 0)
    after = one.bench.raw()
    assert {key: after[key] for key in survived} == survived  # not a byte of what was there
    assert table(one.bench) == table(whole)
    assert rows(one) == ids(one.bench) and one.letters() == []
    assert len(report["attempts"]) == 1
    assert one.work([first, last], clock=helpers.LaterClock(2 * LATER)) == []
    assert one.report() == report and one.bench.raw() == after


class Deadline:
    """Time that runs out by requests: after so many, the invocation is at its end."""

    def __init__(self, simulator: Simulator, requests: int) -> None:
        self._simulator, self._requests = simulator, requests
        self._begun = simulator.stats()["requests"]

    def __call__(self) -> float:
        return 300.0 * max(0.05, 1 - (self._simulator.stats()["requests"] - self._begun) / self._requests)


def test_an_invocation_near_its_deadline_hands_the_rest_on(
    spread: Callable[..., Any], bench: Callable[..., Any]
) -> None:
    one = spread(24, not_found=0.2)
    whole = bench(24, one.bench.simulator)
    inline = whole.scrape()
    one.set_pace(latency_ms=12_000)  # batches of 15
    assert one.start()["batches"] == 2
    pieces = 0
    while records := one.receive():
        for record in records:
            pieces += 1
            message = json.loads(record["body"])
            failed = one.work([record], time_left=Deadline(one.bench.simulator, 4))
            assert failed == [] and validate_message(message)
            one.settle([record], failed)
    report = one.report()
    assert pieces >= 4  # of two batches
    assert (report["status"], report["batches"], accounted(report)) == ("completed", 2, 24)
    assert (report["written"], report["not_found"]) == (inline["written"], inline["not_found"])
    assert table(one.bench) == table(whole) and one.letters() == []
    assert sorted(rows(one)) == sorted(name for name, _ in one.bench.raw())
    assert report["backup"]["parts"] == pieces


def validate_message(message: dict[str, Any]) -> bool:
    from springhead_contracts import validate

    return validate("work_batch", message) == []


@pytest.mark.parametrize("point", ["after the batch report", "after the rest is sent"])
def test_a_worker_killed_while_it_hands_on_leaves_duplicates_and_never_losses(
    spread: Callable[..., Any], point: str
) -> None:
    one = spread(14)
    one.set_pace(latency_ms=15_500)  # batches of twelve
    one.start()
    record, small = one.receive()
    assert one.work([small]) == []
    before = set(one.bench.raw())
    # At its end as soon as it begins: what it has begun by then it ends, the rest it hands on.
    started = Deadline(one.bench.simulator, 8)
    if point == "after the batch report":
        one.aws.__dict__["sqs"] = helpers.Dying(one.aws.sqs, lambda call, request: call == "send_message_batch")
        assert one.work([record], time_left=started) == [record["messageId"]]
        one.aws.__dict__["sqs"] = one.bench.aws.sqs
        assert one.receive() == []  # nothing was sent, but the ledger knows who is left
    else:
        assert one.work([record], time_left=started) == []
    stored, asked = one.bench.raw(), one.bench.simulator.stats()["requests"]
    assert 1 <= len(stored) - len(before) < 12 and one.report()["status"] == "in_progress"
    assert one.work([record]) == []  # the old message once more: nobody is asked, the same rest is sent
    assert one.bench.simulator.stats()["requests"] == asked
    sent = one.receive()
    assert len(sent) == (1 if point == "after the batch report" else 2)
    bodies = [json.loads(message["body"]) for message in sent]
    assert all(body == bodies[0] for body in bodies) and bodies[0]["piece"] == 1
    assert len(bodies[0]["subjects"]) == 14 - len(stored)
    assert one.work(sent) == []
    report = one.report()
    assert (report["status"], report["written"], accounted(report)) == ("completed", 14, 14)
    assert sorted(rows(one)) == ids(one.bench) and one.letters() == []


def test_subjects_that_the_deadline_cuts_off_are_handed_on_not_dead_lettered(spread: Callable[..., Any]) -> None:
    one = spread(14, latency=0.2)
    one.set_pace(latency_ms=15_500)
    assert one.start()["batches"] == 2
    for _ in range(200):
        records = one.receive()
        if not records:
            break
        end = time.monotonic() + 1.0
        failed = one.work(records, time_left=lambda end=end: end - time.monotonic(), clock=SystemClock())
        one.settle(records, failed)
    report = one.report()
    assert (report["status"], report["written"] + report["unchanged"], accounted(report)) == ("completed", 14, 14)
    assert one.letters() == [] and sorted(rows(one)) == ids(one.bench)


def test_no_time_at_all_is_no_progress_and_the_message_comes_again(spread: Callable[..., Any]) -> None:
    one = spread(6)
    one.set_pace(latency_ms=60_000)
    one.start()
    records = one.receive()
    assert one.work(records, time_left=lambda: 0.0) == [record["messageId"] for record in records]
    assert one.bench.simulator.stats()["requests"] == 0 and one.letters() == []
    assert one.work(records) == []
    assert one.report()["written"] == 6


def test_a_host_that_goes_down_is_left_alone_by_all_workers(
    spread: Callable[..., Any], simulate: Callable[..., Any], people: Any
) -> None:
    one = spread(60)
    one.set_pace(latency_ms=10_000)  # batches of 18
    one.start()
    first, *others = one.receive()
    assert len(others) == 3 and one.work([first]) == []
    down = simulate(people(60), server_error=1.0)
    broken = one.aws.settings.model_copy(update={"upstream": down.url})
    one.aws = type(one.aws)(broken)
    assert one.work([others[0]]) == []
    asked = down.stats()["requests"]
    assert asked >= 10
    assert one.work(others[1:]) == []
    assert down.stats()["requests"] == asked  # the others did not ask at all
    report = one.report()
    assert (report["written"], report["dead_lettered"], accounted(report)) == (18, 42, 60)
    assert len(one.letters()) == 42 and {letter["error"]["retryable"] for letter in one.letters()} == {True}
    assert report["health"] == "degraded" and "stopped by" in report["warnings"][0]["message"]


def test_a_block_stops_the_workers_that_are_at_it_too(
    spread: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from springhead_runner.stores.shared_state import AwsState

    one = spread(40)
    one.set_pace(latency_ms=10_000)
    # Slow enough that the others are at it when the block comes: forty requests a second, in real time.
    one.aws = type(one.aws)(one.aws.settings.model_copy(update={"rate_scale": 2.0}))
    one.set_pace(latency_ms=10_000)
    one.start()
    records = one.receive()
    clock = SystemClock()

    def blocked() -> None:
        while one.bench.simulator.stats()["requests"] < 8:
            time.sleep(0.005)
        AwsState(one.aws).open_circuit("api.themoviedb.org", clock.now() + timedelta(hours=24), "a challenge")

    with ThreadPoolExecutor(4) as pool:
        opened = pool.submit(blocked)
        done = [pool.submit(one.work, [record], clock=SystemClock()) for record in records]
        opened.result()
        assert [future.result() for future in done] == [[]] * len(records)
    report = one.report()
    assert (report["status"], report["health"], accounted(report), report["lost"]) == ("failed", "unhealthy", 40, 0)
    assert 1 <= report["written"] < 40 and report["dead_lettered"] == 40 - report["written"]
    assert "stopped by Blocked" in report["warnings"][0]["message"]
    assert {letter["error"]["name"] for letter in one.letters()} == {"Blocked"}
    assert one.bench.simulator.stats()["requests"] < 80


def test_a_quota_that_is_used_up_in_the_middle_defers_the_rest(
    spread: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_API_KEY", "key-of-the-tests")
    monkeypatch.setenv("GOOGLE_CSE_ID", "engine-of-the-tests")
    one = spread(40, source="google_search")
    one.aws = type(one.aws)(one.aws.settings.model_copy(update={"quotas": {"google_search": 13}}))
    one.set_pace(requests=1000, latency_ms=14_000)
    begun = one.start()
    assert begun["batches"] == 4
    one.drain(workers=4)
    report = one.report()
    assert one.bench.simulator.stats()["requests"] == 13 == report["metrics"]["quota_units"]
    assert report["metrics"]["quota_spent"] == 13
    assert accounted(report) == report["subjects"] == 40 and report["dead_lettered"] == report["lost"] == 0
    assert report["deferred"] == 40 - report["written"] - report["not_found"] >= 27
    assert (report["status"], report["health"]) == ("completed", "unhealthy")
    assert "QuotaExceeded" in report["warnings"][0]["message"]
    assert len(one.letters()) == report["deferred"]


def test_the_rate_holds_over_processes_as_the_source_sees_it(
    spread: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = spread(60)
    rate = 40.0  # twice what the source declares
    one.aws = type(one.aws)(one.aws.settings.model_copy(update={"rate_scale": 2.0}))
    one.set_pace(latency_ms=12_000)
    one.start()
    records = one.receive()
    assert len(records) == 4
    seen: list[float] = []
    real = one.bench.simulator._app.handle

    async def handle(request: Any) -> Any:
        if not request.path.startswith("/_sim"):
            seen.append(time.monotonic())
        return await real(request)

    monkeypatch.setattr(one.bench.simulator._app, "handle", handle)
    workers = [Process(one, [record]) for record in records]
    for worker in workers:
        worker.go()
    for worker in workers:
        code, said = worker.end()
        assert code == 0 and '"batchItemFailures": []' in said, said
    report = one.report()
    assert (report["status"], report["written"], accounted(report)) == ("completed", 60, 60)
    assert len(seen) == report["metrics"]["request_count"] >= 120
    # On the way here some are late and bunch up: that is what the eight are for. Four workers that count for
    # themselves would send 160 in a second.
    assert max(sum(first <= at < first + 1.0 for at in seen) for first in seen) <= rate + 8
    assert seen[-1] - seen[0] >= (len(seen) - 1) / rate - 0.5


def test_dynamodb_that_throttles_every_other_call_costs_time_and_nothing_else(
    spread: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.exceptions import ClientError
    from springhead_runner.stores import aws as module

    monkeypatch.setattr(module, "BASE", 0.0)
    one = spread(12)
    calls: list[str] = []

    def throttled(name: str, request: dict[str, Any]) -> bool:
        calls.append(name)
        if len(calls) % 2:
            raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, name)  # type: ignore[arg-type]
        return False

    one.aws.__dict__["dynamodb"] = helpers.Dying(one.aws.dynamodb, throttled)
    asyncio.run(run_or_split(one.aws, one.run, clock=helpers.LaterClock()))
    one.drain()
    report = one.report()
    assert (report["status"], report["written"], accounted(report)) == ("completed", 12, 12)
    assert {"transact_write_items", "put_item", "update_item", "get_item", "query"} <= set(calls)
    assert rows(one) == ids(one.bench)
