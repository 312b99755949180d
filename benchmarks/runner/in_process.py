"""A run without network and without AWS: planner, engine, checks and backup, and how much memory they take.

Everything is the real thing but its ends: answers come from memory (recorded from the simulator once; all subjects have
the same name and differ in their ids), and what would go to DynamoDB and S3 is encoded, counted and dropped.
"""

from __future__ import annotations

import asyncio
import cProfile
import json
import os
import pstats
import resource
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from springhead.engine import Tally
from springhead.entries import Run
from springhead.http.messages import RawResponse, Request, Transport
from springhead.local import live_engine
from springhead.outcome import Outcome, Stored
from springhead.plugins import load_source
from springhead.settings import load_settings
from springhead.subject import Subject
from springhead_demo.simulator import Simulator, generate_people
from springhead_runner.scrape.plan import cut, plan_run
from springhead_runner.scrape.report import build_report
from springhead_runner.stores.backup import Backup
from springhead_runner.stores.values import encode_item, size_of

__all__ = ["SOURCE", "plan_in_memory", "profile_in_memory", "run_in_memory"]

SOURCE, TIME = "tmdb", "2025-11-09T02:00:00Z"
#: The rate is not what is measured, and nothing is to be asked.
_OPTIONS: dict[str, Any] = {"upstream": "http://127.0.0.1:9", "rate_scale": 1e6}
#: Function (file, name) → stage; a frame belongs to the first of these that is found above it.
_STAGES = {
    ("_validate.py", "validate"): "validating",
    ("entries.py", "build_entry"): "building",
    ("in_process.py", "store"): "encoding for DynamoDB",
    ("backup.py", "add"): "backup (CSV)",
    ("client.py", "exchange"): "asking (client, limits, redirects)",
    ("springhead_tmdb.py", "collect"): "reading and matching, asking included",
}


class Canned:
    """A transport that knows one answer per path.

    Args:
        answers: Path → answer.
        inner: Where answers are recorded from, if nothing is known.
    """

    def __init__(self, answers: dict[str, RawResponse], inner: Transport | None = None) -> None:
        self._answers, self._inner = answers, inner

    async def send(self, request: Request, *, max_bytes: int, timeout: float) -> RawResponse:
        """Answer from memory, or record."""
        path = request.url.partition("?")[0]
        if self._inner is not None:
            self._answers[path] = await self._inner.send(request, max_bytes=max_bytes, timeout=timeout)
        return self._answers[path]

    def has_key(self, host: str) -> bool:
        """Always."""
        return True


class Dropped:
    """Objects that are counted and dropped."""

    def __init__(self) -> None:
        self.count = self.bytes = 0

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Count it."""
        self.count, self.bytes = self.count + 1, self.bytes + len(body)

    def url(self, key: str) -> str:
        """Where it would be."""
        return f"s3://nowhere/{key}"


class CountingSink:
    """Encodes and backs up as the real sink does, and keeps nothing.

    Args:
        run: The run.
        at: Subjects after which memory is looked at.
    """

    def __init__(self, run: Run, at: frozenset[int] = frozenset()) -> None:
        self.objects = Dropped()
        self.backup = Backup(self.objects, run)  # type: ignore[arg-type]
        self.entry_bytes = self.ended_count = 0
        self.memory: dict[int, float] = {}
        self._at = at

    async def store(self, outcome: Outcome) -> Stored:
        """Encode and measure."""
        assert outcome.record is not None
        encode_item(outcome.record)
        self.entry_bytes += size_of(outcome.record)
        return "written"

    async def recall(self, outcome: Outcome) -> bool:
        """There is nothing."""
        return False

    async def dead_letter(self, outcome: Outcome) -> None:
        """Nothing is to fail here."""
        raise AssertionError(outcome.error)

    defer = dead_letter

    async def ended(self, outcome: Outcome, kind: str) -> None:
        """Add the backup's row; look at memory now and then."""
        self.backup.add(int(outcome.subject.id.rpartition("_")[2]), outcome.record)
        self.ended_count += 1
        if self.ended_count in self._at:
            self.memory[self.ended_count] = rss_mb()


def rss_mb() -> float:
    """Resident memory now; where the system does not tell, the most so far."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def _record() -> tuple[Subject, dict[str, RawResponse]]:
    os.environ.setdefault("TMDB_TOKEN", "benchmark")
    answers: dict[str, RawResponse] = {}
    people = generate_people(1, seed=1)
    subject = Subject.from_record(people[0], where="the benchmark")
    with Simulator(people, seed=1) as simulator:
        settings = load_settings(**{**_OPTIONS, "upstream": simulator.url})

        async def ask() -> None:
            run = Run.at(SOURCE, TIME)
            async with live_engine(
                load_source(SOURCE), run=run, settings=settings, wrap=lambda inner: Canned(answers, inner)
            ) as engine:
                outcome = await engine.ask(subject)
                assert outcome.error is None, outcome.error

        asyncio.run(ask())
    return subject, answers


async def _run(subject: Subject, answers: dict[str, RawResponse], count: int, sink: CountingSink) -> dict[str, Any]:
    run = Run.at(SOURCE, TIME, "benchmark")

    async def everybody() -> AsyncIterator[Subject]:
        for number in range(count):
            yield replace(subject, id=f"celeb_{number:09}")

    async with live_engine(
        load_source(SOURCE), run=run, settings=load_settings(**_OPTIONS), wrap=lambda inner: Canned(answers)
    ) as engine:
        started = engine._client.clock.now()
        tally: Tally = await engine.run(everybody(), sink)
        backup = sink.backup.close()
        now = engine._client.clock.now()
        return build_report(
            load_source(SOURCE), run, tally, engine.meter, started=started, completed=now, backup=backup, large=()
        )


def run_in_memory(count: int, at: tuple[int, ...]) -> dict[str, Any]:
    """One run over so many subjects; throughput, and resident memory after some of them."""
    subject, answers = _record()
    sink = CountingSink(Run.at(SOURCE, TIME), frozenset({*at, count}))
    before, wall, cpu = rss_mb(), time.monotonic(), time.process_time()
    report = asyncio.run(_run(subject, answers, count, sink))
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    assert report["written"] == count and report["backup"]["rows"] == count
    return {
        "subjects": count, "seconds": round(wall, 1), "cpu_seconds": round(cpu, 1),
        "subjects_per_cpu_second": round(count / cpu), "rss_mb_before": round(before, 1),
        "rss_mb": {n: round(mb, 1) for n, mb in sorted(sink.memory.items())},
        "entry_bytes": round(sink.entry_bytes / count), "backup_parts": report["backup"]["parts"],
    }  # fmt: skip


def profile_in_memory(count: int) -> dict[str, float]:
    """Milliseconds of processor per subject and stage, from the profiler: it doubles them; what counts is the share."""
    subject, answers = _record()
    sink = CountingSink(Run.at(SOURCE, TIME))
    profiler = cProfile.Profile()
    profiler.enable()
    asyncio.run(_run(subject, answers, count, sink))
    profiler.disable()
    found: dict[str, float] = dict.fromkeys(_STAGES.values(), 0.0)
    stats: Any = pstats.Stats(profiler)
    for (file, _, name), (_, _, _, cumulative, _) in stats.stats.items():
        stage = _STAGES.get((Path(file).name, name))
        if stage is not None:
            found[stage] += 1000 * cumulative / count
    found["everything"] = 1000 * stats.total_tt / count
    return {stage: round(milliseconds, 3) for stage, milliseconds in found.items()}


def plan_in_memory(count: int) -> dict[str, Any]:
    """Cut so many ids into batches and write their messages, as the planner does with a listing."""
    source, run = load_source(SOURCE), Run.at(SOURCE, TIME)
    plan = plan_run(source, count)
    before, cpu = rss_mb(), time.process_time()
    largest = batches = 0
    ids: Iterator[str] = (f"celeb_{number:09}" for number in range(count))
    for batch in cut(run, "plan", ids, plan.size, plan.batches):
        largest = max(largest, len(json.dumps(batch.to_message(), separators=(",", ":"))))
        batches += 1
    return {
        "subjects": count, "batch_size": plan.size, "batches": batches, "largest_message_bytes": largest,
        "cpu_seconds": round(time.process_time() - cpu, 2), "rss_mb_grown": round(rss_mb() - before, 1),
    }  # fmt: skip
