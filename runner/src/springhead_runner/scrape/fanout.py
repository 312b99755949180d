"""Starting a run: in one piece where that fits, else split into batches, for a queue or for this process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from springhead.clock import Clock, SystemClock
from springhead.entries import Run
from springhead.errors import SpringheadError, Unavailable
from springhead.http import HostLimits
from springhead.http.secrets import Secrets
from springhead.plugins import load_source
from springhead_contracts import keys

from springhead_runner.scrape.ledger import Busy, Ledger
from springhead_runner.scrape.merge import in_progress, merge_if_complete
from springhead_runner.scrape.plan import Batch, can_be_split, cut, plan_run
from springhead_runner.scrape.queue import WorkQueue
from springhead_runner.scrape.run import run_on_aws, secret_resolver
from springhead_runner.scrape.worker import Worker
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.backup import ROWS_PER_PART
from springhead_runner.stores.dead_letters import DeadLetters
from springhead_runner.stores.paces import Paces
from springhead_runner.stores.reports import Reports
from springhead_runner.stores.shared_state import AwsState
from springhead_runner.stores.subjects import SubjectStore, Unreadable

__all__ = ["run_in_process", "run_or_split"]

log = logging.getLogger("springhead.fanout")

#: Seconds that subjects under way are given when a process is told to end.
GRACE = 20.0


async def run_or_split(aws: Aws, run: Run, **options: Any) -> dict[str, Any]:
    """Run a source over all active subjects: here, or in batches of the work queue.

    Args:
        aws: The clients; their settings name the work queue.
        run: Source and time.
        options: As for :func:`run_source`.

    Returns:
        The run's report; it is in progress where batches are on their way.
    """
    source, queue = load_source(run.source), aws.settings.work_queue
    clock = options.get("clock") or SystemClock()
    ledger = Ledger(aws, clock)
    if not queue or not can_be_split(source):
        return await run_on_aws(aws, run, **options)
    seen = await asyncio.to_thread(ledger.get, run)
    if seen is not None and "batches" in seen and "merged_at" not in seen:
        # The same event once more: its batches are on their way already.
        log.info("%s is in progress already", run.run_id, extra={"fields": {"run_id": run.run_id}})
        return await asyncio.to_thread(_report, aws, ledger, run)

    def decide() -> int:
        count = SubjectStore(aws).count_active()
        return plan_run(source, count, pace=Paces(aws).get(source.name), scale=aws.settings.rate_scale).size

    size = await asyncio.to_thread(decide)
    if not size:
        return await run_on_aws(aws, run, **options)
    # What would stop every worker is said here, before anything is sent.
    Secrets(source.secrets, secret_resolver(aws)).require(source.name)

    def split() -> dict[str, Any]:
        plan = _begin(aws, ledger, run, size, seen)
        roll = Roll(aws)
        batches = WorkQueue(aws, queue).send(cut(run, plan["plan"], roll.ids(), size, 0))
        _sent(aws, ledger, run, plan, batches, roll)
        return _report(aws, ledger, run)

    return await asyncio.to_thread(split)


async def run_in_process(
    aws: Aws, run: Run, *, workers: int, stopping: Callable[[], bool] = lambda: False, **options: Any
) -> dict[str, Any]:
    """Run a source over all active subjects in batches, several at a time, in this process.

    What an earlier process has ended of the same run, and not finished, is taken over: a task that was killed goes on
    where it was. Told to stop, it ends the subjects under way, and leaves one dead letter that starts the rest.

    Args:
        aws: The clients.
        run: Source and time.
        workers: Batches at a time.
        stopping: True once the process is to end.
        options: As for :func:`run_source`.

    Returns:
        The run's report; it is in progress where the process was told to stop.
    """
    source = load_source(run.source)
    if not can_be_split(source):
        left = options.setdefault("time_left", lambda: 0.0 if stopping() else float("inf"))
        return await run_on_aws(aws, run, **options | {"time_left": left})
    clock: Clock = options.get("clock") or SystemClock()
    ledger, roll = Ledger(aws, clock), Roll(aws)
    Secrets(source.secrets, secret_resolver(aws)).require(source.name)
    active = await asyncio.to_thread(SubjectStore(aws).count_active)
    size = max(1, min(ROWS_PER_PART, -(-active // workers)))
    seen = await asyncio.to_thread(ledger.get, run)
    plan = await asyncio.to_thread(_begin, aws, ledger, run, size, seen)
    worker = Worker(
        aws=aws,
        ledger=ledger,
        limits=options.get("limits") or HostLimits(clock, aws.settings.rate_scale),
        shared=options.get("shared") or AwsState(aws),
        clock=clock,
        attempt_id=run.attempt_id,
        taking=lambda: not stopping(),
        alone=True,
        **{name: options[name] for name in ("cache", "on_outcome") if options.get(name) is not None},
    )
    done = await _all(worker, cut(run, plan["plan"], roll.ids(), size, -(-active // size)), workers, stopping)
    if done is None:
        await asyncio.to_thread(_leave_letter, aws, run, clock)
        return await asyncio.to_thread(_stored_report, aws, run)
    await asyncio.to_thread(_sent, aws, ledger, run, plan, done, roll)
    report = await asyncio.to_thread(_report, aws, ledger, run)
    with suppress(SpringheadError):
        await asyncio.to_thread(DeadLetters(aws).remove, _letter_key(run))
    return report


class Roll:
    """The calling of the roll: every active subject once, by id; the others are counted.

    Args:
        aws: The clients.
    """

    def __init__(self, aws: Aws) -> None:
        self._store = SubjectStore(aws)
        self.active = self.skipped = 0

    def ids(self) -> Iterator[str]:
        """Ids of the active subjects; also of those whose record nobody can read: their worker says so."""
        for subject in self._store.all():
            if isinstance(subject, Unreadable) or subject.is_active:
                self.active += 1
                yield subject.id
            else:
                self.skipped += 1


async def _all(worker: Worker, batches: Iterator[Batch], workers: int, stopping: Callable[[], bool]) -> int | None:
    """Do all batches, so many at a time; returns how many there were, or None where it was told to stop."""
    free = asyncio.Semaphore(workers)
    count = 0
    unfinished = False

    async def chain(batch: Batch) -> None:
        nonlocal unfinished
        try:
            ended = await worker.do(batch)
            while "rest" in ended and not stopping():
                batch = batch.rest(ended["rest"])
                ended = await worker.do(batch)
            unfinished |= "rest" in ended
        except Unavailable:
            if not stopping():
                raise
            unfinished = True
        finally:
            free.release()

    async def produce() -> None:
        nonlocal count
        async with asyncio.TaskGroup() as group:
            while not stopping():
                await free.acquire()  # before the next batch is cut, so that none is held that nobody does
                batch = await asyncio.to_thread(next, batches, None)
                if batch is None:
                    return
                count += 1
                group.create_task(chain(batch))

    work = asyncio.ensure_future(produce())
    try:
        while not work.done() and not stopping():
            await asyncio.wait({work}, timeout=0.2)
        if stopping():
            await asyncio.wait({work}, timeout=GRACE)
            if not work.done():
                work.cancel()  # what is under way has not ended, so whoever goes on does it again
                await asyncio.wait({work})
                return None
        await work
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    finally:
        work.cancel()
    return None if stopping() or unfinished else count


def _begin(aws: Aws, ledger: Ledger, run: Run, size: int, seen: dict[str, Any] | None) -> dict[str, Any]:
    source = load_source(run.source)

    def report(started: str) -> dict[str, Any]:
        return Reports(aws).begin_of(in_progress(source, run, started))

    return ledger.begin(run, size=size, seen=seen, report=report)


def _sent(aws: Aws, ledger: Ledger, run: Run, plan: dict[str, Any], batches: int, roll: Roll) -> None:
    report = in_progress(load_source(run.source), run, plan["started_at"], batches, roll.active)
    known = ledger.sent(
        run,
        plan["plan"],
        batches=batches,
        subjects=roll.active,
        skipped=roll.skipped,
        report=Reports(aws).begin_of(report),
    )
    if not known:
        raise Busy(f"{run.run_id} was planned anew by somebody else meanwhile", hint="wait for it to end")


def _report(aws: Aws, ledger: Ledger, run: Run) -> dict[str, Any]:
    """Merge if the last batch has ended meanwhile; return the report as it stands."""
    return merge_if_complete(aws, ledger, run) or _stored_report(aws, run)


def _stored_report(aws: Aws, run: Run) -> dict[str, Any]:
    report = Reports(aws).get(run.run_id)
    if report is None:
        raise Unavailable(f"the report of {run.run_id} is gone", hint="was the operations table emptied?")
    return report


def _letter_id(run: Run) -> str:
    return keys.dead_letter_id(run.run_id, "schedule", run.source)


def _letter_key(run: Run) -> str:
    return f"schedule/{run.source}/{run.time}/{_letter_id(run)}.json"


def _leave_letter(aws: Aws, run: Run, clock: Clock) -> None:
    """The order itself as a dead letter: carried out again, it goes on where the process was told to stop."""
    error = Unavailable("the process was told to stop before the run had ended", hint="replay: what is done stays done")
    DeadLetters(aws).keep(
        {
            "id": _letter_id(run),
            "kind": "schedule",
            "source": run.source,
            "run_id": run.run_id,
            "attempt_id": run.attempt_id,
            "time": run.time,
            "error": error.to_info(),
            "event": {"source": run.source, "time": run.time},
            "attempts": 1,
            "created_at": keys.format_time(clock.now()),
        }
    )
