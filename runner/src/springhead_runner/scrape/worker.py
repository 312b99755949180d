"""Doing one batch of a run: the same in a function that a queue wakes, in a task and on a laptop."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from springhead.clock import Clock
from springhead.engine import Outcome, Tally
from springhead.entries import Run
from springhead.errors import BudgetExceeded, SpringheadError, Unavailable
from springhead.http import HostLimits
from springhead.http.cache import ResponseCache
from springhead.shared import SharedState
from springhead.subject import Subject

from springhead_runner.scrape.ledger import Ledger
from springhead_runner.scrape.letters import letter_id
from springhead_runner.scrape.merge import batch_result
from springhead_runner.scrape.plan import Batch
from springhead_runner.scrape.run import ask_all, secret_resolver
from springhead_runner.scrape.sink import AwsSink
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.backup import Backup
from springhead_runner.stores.objects import Objects
from springhead_runner.stores.subjects import Unreadable

__all__ = ["BatchSink", "Worker"]

#: Seconds for which a host that does not answer is left alone by all workers.
DOWN = 300.0
#: Seconds for which a claim holds at most: as long as a function may run.
CLAIM = 900.0
#: Seconds that a claim holds beyond the worker's time, for what it writes at the end.
CLAIM_MORE = 60.0


class BatchSink(AwsSink):
    """Writes what comes of one batch: its part of the backup is its own, and there is no report yet.

    Args:
        aws: The clients.
        batch: The batch.
        run: Its run, with this worker's attempt.
        clock: The engine's clock.
        taking: False once no more subjects are to be begun.
        time_left: Seconds until the worker must end; who was begun and is not done by then is handed on.
    """

    def __init__(
        self,
        aws: Aws,
        batch: Batch,
        run: Run,
        clock: Clock,
        *,
        taking: Callable[[], bool],
        time_left: Callable[[], float],
    ) -> None:
        super().__init__(aws, run, clock, partial=True)
        self._backup = Backup(Objects(aws, aws.settings.backup_bucket, "backups"), run, batch=batch.label)
        self._batch = batch
        self._taking = taking
        self._time_left = time_left
        self._begun: set[str] = set()
        self._late: set[str] = set()

    def subjects(self) -> Iterator[Subject | Unreadable]:
        """The batch's subjects, as they are in the table now, until it is time to end."""
        for celebrity_id in self._batch.subjects:
            if not self._taking():
                return
            self._begun.add(celebrity_id)
            # Somebody who was taken out of the table since the batch was cut must not stop the others.
            yield self._subjects.get(celebrity_id) or Unreadable(celebrity_id, self._subjects.gone(celebrity_id))

    @property
    def rest(self) -> list[str]:
        """Who is left, in order."""
        return [name for name in self._batch.subjects if name not in self._begun or name in self._late]

    def account(self, tally: Tally) -> None:
        """Take those out of the tally who are handed on: the next piece counts them."""
        tally.subjects -= len(self._late)
        tally.dead_lettered -= len(self._late)
        tally.errors = [(subject, error) for subject, error in tally.errors if subject.id not in self._late]

    async def dead_letter(self, outcome: Outcome) -> None:
        """Keep a failed outcome; one that ran out of the worker's time is handed on instead."""
        if isinstance(outcome.error, BudgetExceeded) and self._time_left() <= 0:
            self._late.add(outcome.subject.id)
        else:
            await super().dead_letter(outcome)

    async def parts(self) -> list[dict[str, Any]]:
        """Write the batch's part; return what the manifest is to say of it."""
        await asyncio.to_thread(self._settle)
        return await asyncio.to_thread(self._backup.flush)

    def _settle(self) -> None:
        """As for a whole run, but for letters of this batch only: others look after theirs."""
        mine = {letter_id(self._run, Subject(name, "")): name for name in self._begun}
        found = self._letters.ids_of_run("scrape", self._run.source, self._run.time)
        for own_id in found.keys() & mine.keys() - self._own_letters:
            if self._stored(mine[own_id]) is not None:
                self._letters.remove(found[own_id])


@dataclass(frozen=True, kw_only=True)
class Worker:
    """Does batches.

    Args:
        aws: The clients.
        ledger: Plans and batches.
        limits: Rates, shared with the other workers.
        shared: Quotas and circuits of all runs.
        clock: The engine's clock.
        attempt_id: Id of this invocation.
        time_left: Seconds until this worker must end.
        taking: False once no more subjects are to be begun.
        alone: True where nobody else can be at the plan's batches: a claim that somebody has left is void.
        cache: Where answers are kept for conditional requests.
        on_outcome: Told of each outcome, for progress.
    """

    aws: Aws
    ledger: Ledger
    limits: HostLimits
    shared: SharedState
    clock: Clock
    attempt_id: str
    time_left: Callable[[], float] = lambda: math.inf
    taking: Callable[[], bool] = lambda: True
    alone: bool = False
    cache: ResponseCache | None = None
    on_outcome: Callable[[Outcome, str], None] = lambda outcome, kind: None

    async def do(self, batch: Batch) -> dict[str, Any]:
        """Do a batch, or find that it is done; return the ledger's item.

        The item's ``rest``, if there is one, is to be handed on as :meth:`Batch.rest`. The ledger has it, so whoever
        meets the same message again hands on the same subjects.

        Raises:
            Busy: Somebody else is at it.
            Superseded: Its plan was replaced.
            SpringheadError: It cannot be done now. It may be done again: it writes the same keys.
        """
        held = 0.0 if self.alone else min(CLAIM, max(0.0, self.time_left()) + CLAIM_MORE)
        until = int(self.clock.now().timestamp() + held)
        ended, mark = await asyncio.to_thread(self.ledger.claim, batch, until)
        if ended is not None:
            return ended
        try:
            result = await self._ask(batch)
        except Exception:
            await asyncio.to_thread(self.ledger.release, batch, mark)
            raise
        return await asyncio.to_thread(self.ledger.end, batch, mark, result)

    async def _ask(self, batch: Batch) -> dict[str, Any]:
        run = Run.at(batch.source, batch.time, self.attempt_id)
        sink = BatchSink(self.aws, batch, run, self.clock, taking=self.taking, time_left=self.time_left)
        asked = await ask_all(
            run,
            sink.subjects(),
            sink,
            settings=self.aws.settings,
            resolvers=(secret_resolver(self.aws),),
            on_outcome=self.on_outcome,
            time_left=self.time_left,
            limits=self.limits,
            cache=self.cache,
            shared=self.shared,
            clock=self.clock,
        )
        sink.account(asked.tally)
        self._tell_of_silence(asked.tally.halted_by)
        rest = sink.rest
        if len(rest) == len(batch.subjects):
            raise Unavailable(f"batch {batch.label} of {run.run_id}: the time was over before anybody was asked")
        if asked.tally.lost and not self.alone:
            raise Unavailable(f"batch {batch.label} of {run.run_id}: {asked.tally.lost} dead letters cannot be kept")
        parts = await sink.parts()
        result = batch_result(run, asked, completed=self.clock.now(), parts=parts, large=sink.large)
        return result | {"first": batch.first} | ({"rest": rest} if rest else {})

    def _tell_of_silence(self, cause: SpringheadError | None) -> None:
        """A host that has stopped answering is left alone for a while, by all workers."""
        if cause is not None and not cause.halts_source and cause.url:
            host = urlsplit(cause.url).hostname
            if host and not self.limits.closed_for(host):
                self.limits.close(host, DOWN)
