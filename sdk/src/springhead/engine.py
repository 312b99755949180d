"""The engine: asks a source about subjects, checks what comes, and hands every outcome to a sink.

Every subject ends in exactly one way: stored (written, changed or unchanged), not found, or a dead letter with its raw
answers. A failure of one subject never touches another, except where going on is pointless (the key is refused, the
quota is used up, the site blocks us or is down): then the rest is not asked at all, and kept for a replay.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress

from springhead_contracts import validate

from springhead.entries import Run, build_entry
from springhead.errors import (
    BudgetExceeded,
    ContractViolation,
    NotFound,
    PluginError,
    QuotaExceeded,
    RateLimited,
    SpringheadError,
    Unavailable,
)
from springhead.http import Client, Http, Meter, Response
from springhead.http.messages import excerpt
from springhead.outcome import Outcome, Sink, Stored, Tally
from springhead.pointer import is_filled, resolve
from springhead.resolving import Resolver
from springhead.source import Entry, Identities, Record, Source
from springhead.subject import Subject

__all__ = ["Engine", "Outcome", "Sink", "Stored", "Tally"]

log = logging.getLogger("springhead.engine")

#: So many subjects in a row without an answer mean that the source is down: the rest is not asked.
SILENCE = 10


class Engine:
    """Runs one source.

    Args:
        source: The source class.
        client: Its HTTP client; carries the clock.
        run: Which run this is.
        plugin: Distribution of the source, for provenance.
        resolver: The source that finds the identities which the source needs; None where there is none.
    """

    def __init__(
        self,
        source: type[Source],
        client: Client,
        run: Run,
        plugin: str,
        resolver: type[Source] | None = None,
    ) -> None:
        self._source_type = source
        self._source = client.source
        self._client = client
        self._run = run
        self._plugin = plugin
        self._resolver = Resolver(source, client.sibling(resolver()) if resolver is not None else None)

    @property
    def meter(self) -> Meter:
        """What the run has cost so far."""
        return self._client.meter

    async def ask(self, subject: Subject, seconds: float = math.inf) -> Outcome:
        """Ask about one subject; every failure is in the outcome, none is raised.

        Args:
            subject: Whom to ask about.
            seconds: When to give up because the run itself must end.
        """
        outcome = Outcome(subject)
        http = self._client.session()
        time_limit = asyncio.timeout(None if math.isinf(seconds) else seconds)
        try:
            async with time_limit:
                subject = await self._resolver.complete(subject, outcome)
                entry = await self._collect(subject, http, outcome)
            if entry is not None:
                self._finish(outcome, entry, http.responses)
        except SpringheadError as error:
            outcome.error = error
        except TimeoutError as error:
            if time_limit.expired():
                outcome.error = _out_of_time()
            else:
                outcome.error = PluginError(f"{self._source.name} failed on {subject.id}: {excerpt(repr(error))}")
        except (Exception, SystemExit) as error:
            log.debug("plugin failed", exc_info=error)
            what = excerpt(f"{type(error).__name__}: {error}")
            outcome.error = PluginError(f"{self._source.name} failed on {subject.id}: {what}")
        outcome.responses += http.responses
        outcome.refused = (http.refused or outcome.refused) if outcome.error else None
        return outcome

    async def _collect(self, subject: Subject, http: Http, outcome: Outcome) -> Entry | None:
        """Take what the source yields into the outcome; return the entry of a source that emits entries."""
        entry: Entry | None = None
        emits_entries = self._source.emits == "scraper_entry"
        async for item in self._source.collect(subject, http):
            if isinstance(item, Identities):
                outcome.identities.update(item.ids)
            elif isinstance(item, Entry) and emits_entries and entry is None:
                entry = item
            elif isinstance(item, Record) and not emits_entries:
                outcome.rows.append(self._valid(dict(item.fields), item.response.url))
            else:
                again = "a second entry" if isinstance(item, Entry) and emits_entries else f"a {type(item).__name__}"
                raise PluginError(f"{self._source.name} yielded {again} for {subject.id}")
        if entry is None and not outcome.rows:
            raise PluginError(f"{self._source.name} yielded nothing for {subject.id} and raised nothing")
        return entry

    def _valid(self, record: dict[str, object], url: str) -> dict[str, object]:
        violations = validate(self._source.emits, record)
        if violations:
            first = violations[0]
            raise ContractViolation(
                f"{self._source.name}: {first.pointer}: {first.message}"
                + (f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""),
                violations=violations,
                url=url,
            )
        return record

    def _finish(self, outcome: Outcome, entry: Entry, responses: list[Response]) -> None:
        responses = [*outcome.responses, *responses]
        now = self._client.clock.now()
        outcome.record = record = build_entry(
            self._source_type, entry, outcome.subject, self._run, now=now, plugin=self._plugin, responses=responses
        )
        self._valid(record, entry.response.url)
        with suppress(SpringheadError):
            outcome.content = resolve(self._source.document(entry.response.text), self._source.content, None)

    async def run(
        self,
        subjects: Iterable[Subject] | AsyncIterator[Subject],
        sink: Sink,
        *,
        on_outcome: Callable[[Outcome, str], None] = lambda outcome, kind: None,
        time_left: Callable[[], float] = lambda: math.inf,
    ) -> Tally:
        """Ask about all subjects, a few at a time, and hand each outcome to the sink.

        Args:
            subjects: Whom to ask about.
            sink: Where outcomes go.
            on_outcome: Told of each outcome and how it ended, for progress and logs.
            time_left: Seconds until the run must end. Subjects that cannot be asked by then become dead letters.
        """
        tally = Tally()
        silent = 0
        source = _aiter(subjects)
        turn = asyncio.Lock()

        async def work() -> None:
            nonlocal silent
            while True:
                async with turn:  # an async generator cannot be asked twice at once
                    subject = await anext(source, None)
                if subject is None:
                    return
                if not subject.is_active:
                    tally.skipped_inactive += 1
                    continue
                tally.subjects += 1
                left = time_left()
                if tally.halted_by is not None or left <= 0:
                    outcome = Outcome(subject, error=_not_asked(tally.halted_by or _out_of_time()))
                else:
                    outcome = await self.ask(subject, left)
                    silent = silent + 1 if isinstance(outcome.error, (Unavailable, RateLimited)) else 0
                    if outcome.error is not None and (outcome.error.halts_source or silent == SILENCE):
                        tally.halted_by = tally.halted_by or outcome.error
                kind = await self._keep(outcome, sink, tally)
                await sink.ended(outcome, kind)
                on_outcome(outcome, kind)

        try:
            async with asyncio.TaskGroup() as group:
                # Hosts have their own limit; a few more workers keep one slow host from idling the others.
                for _ in range(min(8, self._source.rate.concurrency + 3)):
                    group.create_task(work())
        except BaseExceptionGroup as errors:
            # The list of subjects broke off, or a listener failed: one plain error, as if there were one worker.
            raise errors.exceptions[0] from None
        return tally

    async def _keep(self, outcome: Outcome, sink: Sink, tally: Tally) -> str:
        if outcome.error is None:
            try:
                stored = await sink.store(outcome)
            except SpringheadError as error:
                outcome.error = error
            except Exception as error:  # one record that the store chokes on must not take the others along
                log.exception("record of %s cannot be stored", outcome.subject.id)
                outcome.error = Unavailable(f"the store failed: {excerpt(f'{type(error).__name__}: {error}')}")
            else:
                setattr(tally, stored, getattr(tally, stored) + 1)
                if isinstance(outcome.content, dict):
                    tally.filled.update(k for k, v in outcome.content.items() if is_filled(v))
                return stored
        if await sink.recall(outcome):
            tally.unchanged += 1
            tally.errors.append((outcome.subject, outcome.error))
            return "unchanged"
        if isinstance(outcome.error, NotFound):
            tally.not_found += 1
            return "not_found"
        deferred = isinstance(outcome.error, QuotaExceeded)
        if not deferred:
            tally.errors.append((outcome.subject, outcome.error))
        try:
            await (sink.defer(outcome) if deferred else sink.dead_letter(outcome))
        except Exception as error:
            log.error("dead letter of %s cannot be kept: %s", outcome.subject.id, error)
            tally.lost += 1
            return "lost"
        if deferred:
            tally.deferred += 1
            return "deferred"
        tally.dead_lettered += 1
        return "dead_letter"


def _out_of_time() -> BudgetExceeded:
    return BudgetExceeded("the run's time is over", hint="replay the dead letter")


def _not_asked(cause: SpringheadError) -> SpringheadError:
    """The same kind of error, for a subject that was never asked about."""
    error = type(cause)(f"not asked: {cause.message}")
    error.hint = cause.hint
    return error


async def _aiter(subjects: Iterable[Subject] | AsyncIterator[Subject]) -> AsyncIterator[Subject]:
    if isinstance(subjects, AsyncIterator):
        async for subject in subjects:
            yield subject
    else:
        for subject in subjects:
            yield subject
