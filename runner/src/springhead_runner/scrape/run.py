"""One run of one source, the same in Lambda, on embedded AWS and on a laptop."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError
from springhead.clock import Clock, SystemClock
from springhead.engine import Outcome, Sink, Tally
from springhead.entries import Run
from springhead.errors import SpringheadError
from springhead.http import HostLimits, Meter
from springhead.http.cache import ResponseCache
from springhead.local import live_engine
from springhead.plugins import load_source
from springhead.settings import Settings
from springhead.shared import SharedState
from springhead.subject import Subject
from springhead_contracts import validate

from springhead_runner.scrape.report import build_report
from springhead_runner.scrape.rows import RowSink
from springhead_runner.scrape.sink import AwsSink
from springhead_runner.scrape.subject_list import ListedSubjects
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.dead_letters import DeadLetters
from springhead_runner.stores.paces import Paces
from springhead_runner.stores.shared_state import AwsState
from springhead_runner.stores.subjects import SubjectStore, Unreadable

__all__ = [
    "Asked",
    "RunSink",
    "ask_all",
    "check_report",
    "resume_on_aws",
    "run_on_aws",
    "run_source",
    "secret_resolver",
]

log = logging.getLogger("springhead.run")


def secret_resolver(aws: Aws) -> Callable[[str], str | None]:
    """Look a secret up in SSM, under ``/springhead/{stage}/``."""

    def resolve(name: str) -> str | None:
        try:
            answer = aws.ssm.get_parameter(Name=f"/springhead/{aws.settings.stage}/{name}", WithDecryption=True)
        except (ClientError, BotoCoreError) as error:
            # Not there, or not ours to read: then the secret is missing, and that is said with its name.
            log.debug("parameter %s: %s", name, type(error).__name__)
            return None
        return str(answer["Parameter"]["Value"])

    return resolve


class RunSink(Sink, Protocol):
    """A sink that a whole run goes into.

    Attributes:
        partial: True where only some subjects are asked about.
        large: Subjects whose entry is large, with its bytes.
        unreadable: Subjects whose metadata record cannot be read, and whether a dead letter could be kept of each.
    """

    partial: bool
    large: list[tuple[Subject, int]]
    unreadable: list[tuple[Subject, SpringheadError, bool]]

    def track(self, subjects: Iterable[Subject | Unreadable]) -> AsyncIterator[Subject]:
        """Pass the subjects on to the engine."""

    async def close(self) -> dict[str, Any] | None:
        """Finish; return the report's ``backup``."""

    async def save(self, report: dict[str, Any]) -> dict[str, Any]:
        """Store the report and return it."""


async def run_on_aws(
    aws: Aws,
    run: Run,
    *,
    subject_ids: Sequence[str] | None = None,
    subject_list: str | None = None,
    strict: bool = True,
    **options: Any,
) -> dict[str, Any]:
    """Run a source over all active subjects of the table (or of its list, or some) into AWS.

    Args:
        aws: The clients; their settings name tables and buckets.
        run: Source and time.
        subject_ids: Only these subjects.
        subject_list: Where a source with subjects of its own reads them; None is the setting.
        strict: False where a named subject that is no longer listed becomes a dead letter, and the others go on.
        options: As for :func:`run_source`.
    """
    source = load_source(run.source)
    clock, partial = options.get("clock") or SystemClock(), subject_ids is not None
    store: SubjectStore | ListedSubjects
    sink: RunSink
    if source.subjects is None:
        store, sink = SubjectStore(aws), AwsSink(aws, run, clock, partial=partial)
    else:
        store = ListedSubjects(source, subject_list or aws.settings.subject_list, aws)
        sink = RowSink(aws, source, run, clock, partial=partial)
    subjects = store.all() if subject_ids is None else list(store.some(subject_ids, strict=strict))
    options.setdefault("shared", AwsState(aws))
    report = await run_source(run, subjects, sink, settings=aws.settings, resolvers=(secret_resolver(aws),), **options)
    if not partial:
        await asyncio.to_thread(Paces(aws).keep, report)
    return report


async def resume_on_aws(aws: Aws, name: str, attempt_id: str | None = None, **options: Any) -> list[dict[str, Any]]:
    """Run the subjects that the quota did not reach, each at the T of its own run, the latest T first.

    Args:
        aws: The clients.
        name: The source.
        attempt_id: Id of this attempt.
        options: As for :func:`run_source`.

    Returns:
        The reports; none where nothing was left over.
    """
    reports = []
    for time, ids in DeadLetters(aws).deferred(name).items():
        report = await run_on_aws(aws, Run.at(name, time, attempt_id), subject_ids=ids, strict=False, **options)
        reports.append(report)
        if report["deferred"]:
            break  # used up again: the rest waits for another day
    return reports


async def run_source(
    run: Run,
    subjects: Iterable[Subject | Unreadable],
    sink: RunSink,
    *,
    settings: Settings,
    resolvers: tuple[Callable[[str], str | None], ...] = (),
    on_outcome: Callable[[Outcome, str], None] = lambda outcome, kind: None,
    time_left: Callable[[], float] = lambda: math.inf,
    limits: HostLimits | None = None,
    cache: ResponseCache | None = None,
    shared: SharedState | None = None,
    clock: Clock | None = None,
) -> dict[str, Any]:
    """Run a source over subjects into a sink, and store and return the run report.

    Args:
        run: Source and time.
        subjects: Whom to ask about.
        sink: Where everything goes.
        settings: Upstream, rate and contact.
        resolvers: Where secrets are looked for after the environment.
        on_outcome: Told of each outcome, for progress.
        time_left: Seconds until the run must end; who is not asked by then becomes a dead letter.
        cache: Where answers are kept for conditional requests (sources that declare ``conditional``).
        limits: Rates shared with other runs in this process.
        shared: Quotas and circuits shared with all runs; None keeps them on this machine.
        clock: The clock; None is the real one.

    Raises:
        ConfigError: The source is unknown, or a secret is missing. Nothing has been asked then.
        SpringheadError: The subjects could not be listed, or the backup not be written (the report says so, too). The
            same run may be started again: it writes the same keys.
    """
    clock = clock or SystemClock()
    asked = await ask_all(
        run,
        subjects,
        sink,
        settings=settings,
        resolvers=resolvers,
        on_outcome=on_outcome,
        time_left=time_left,
        limits=limits,
        cache=cache,
        shared=shared,
        clock=clock,
    )
    backup, failure = None, None
    try:
        backup = await sink.close()
    except SpringheadError as error:
        failure = error
    report = build_report(
        load_source(run.source),
        run,
        asked.tally,
        asked.meter,
        started=asked.started,
        completed=clock.now(),
        backup=backup,
        large=sink.large,
        partial=sink.partial,
        failure=failure,
    )
    check_report(report)
    saved = await sink.save(report)
    if failure is not None:
        raise failure
    return saved


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking: the engine's counts, what it cost, and when it began."""

    tally: Tally
    meter: Meter
    started: datetime


async def ask_all(
    run: Run,
    subjects: Iterable[Subject | Unreadable],
    sink: RunSink,
    *,
    settings: Settings,
    resolvers: tuple[Callable[[str], str | None], ...],
    on_outcome: Callable[[Outcome, str], None],
    time_left: Callable[[], float],
    limits: HostLimits | None,
    cache: ResponseCache | None,
    shared: SharedState | None,
    clock: Clock,
) -> Asked:
    """Ask a source about subjects into a sink, which is not closed; the arguments are those of :func:`run_source`."""
    source = load_source(run.source)
    started = clock.now()

    def told(outcome: Outcome, kind: str) -> None:
        detail = {"subject": outcome.subject.id, "outcome": kind, "source": run.source, "run_id": run.run_id}
        if outcome.error is not None:
            detail["error"] = outcome.error.name
        log.info("%s %s", outcome.subject.id, kind, extra={"fields": detail | {"attempt_id": run.attempt_id}})
        on_outcome(outcome, kind)

    async with live_engine(
        source,
        run=run,
        settings=settings,
        resolvers=resolvers,
        limits=limits,
        clock=clock,
        cache=cache,
        shared=shared,
    ) as engine:
        tally = await engine.run(sink.track(subjects), sink, on_outcome=told, time_left=time_left)
    for subject, error, kept in sink.unreadable:
        tally.subjects += 1
        tally.errors.append((subject, error))
        tally.dead_lettered += kept
        tally.lost += not kept
    return Asked(tally, engine.meter, started)


def check_report(report: dict[str, Any]) -> None:
    """Log what of a report breaks its contract: a fault of ours, and no reason not to store it."""
    violations = validate("run_report", report)
    if violations:
        log.error("the run report breaks its contract: %s", [f"{v.pointer}: {v.message}" for v in violations])
