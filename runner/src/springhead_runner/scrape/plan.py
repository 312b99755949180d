"""How a run is cut: in one piece, or into batches that one invocation can surely do. Nothing here asks or stores.

The arithmetic, for a source that needs ``q`` requests per subject, may be asked ``r`` times a second with ``c``
requests under way at once, and answers after ``l`` seconds:

- One worker alone needs ``q * max(1/r, l/c)`` seconds per subject: it waits for its turns, or for the answers.
- ``w`` workers share the rate, so each of them needs ``q * max(w/r, l/c)`` seconds per subject.
- An invocation of ``t`` seconds has ``(t - RESERVE_S) / MARGIN`` seconds for it: the reserve is for backup and report,
  the margin for retries and slow answers.

A run is done in one piece where the first figure says that all subjects fit. Otherwise a batch has as many subjects as
fit by the second figure, at least one and at most ``ROWS_PER_PART``: so a batch writes one part of the backup, all of
it, and nobody else writes that part. What takes longer than planned is handed on by the worker; nothing depends on the
plan being right.

``q`` and ``l`` are measured by each whole run (:mod:`springhead_runner.stores.paces`), and assumed before the first.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from springhead.entries import Run
from springhead.errors import ConfigError
from springhead.source import Source
from springhead_contracts import keys, validate

from springhead_runner.stores.backup import ROWS_PER_PART
from springhead_runner.stores.paces import Pace

__all__ = ["Batch", "Plan", "can_be_split", "cut", "plan_run", "workers_of"]

#: Seconds of an invocation that are kept for backup and report.
RESERVE_S = 20.0
#: The time that a subject is given, as a multiple of the time that it should take.
MARGIN = 2.0
#: Bytes of ids in a batch. A message of SQS takes 262,144 in all.
MAX_BYTES = 200_000


@dataclass(frozen=True, slots=True)
class Plan:
    """How a run is cut.

    Args:
        size: Subjects of a batch; 0 is one piece.
        batches: How many batches that makes.
    """

    size: int = 0
    batches: int = 1

    @property
    def inline(self) -> bool:
        """True where the run goes in one piece."""
        return self.size == 0


def workers_of(source: type[Source]) -> int:
    """Workers that the deployment lets loose on the source's queue at once: one place is the schedule's own."""
    reserved = source.resources.reserved_concurrency
    return 2 if reserved is None else max(2, reserved - 1)


def can_be_split(source: type[Source]) -> bool:
    """False for a source whose rows go into one file, which only one writer at a time may touch."""
    return source.emits == "scraper_entry" and source.subjects is None


def plan_run(
    source: type[Source], subjects: int, *, pace: Pace | None = None, workers: int | None = None, scale: float = 1.0
) -> Plan:
    """Decide how a run of so many active subjects is cut (see the module for the arithmetic).

    Args:
        source: Its rate, resources and what it emits decide.
        subjects: How many active subjects there are.
        pace: What the source needs; None assumes it.
        workers: How many workers share the rate; None is what the deployment gives the source.
        scale: Factor on the source's rate.
    """
    if not can_be_split(source):
        return Plan()
    pace, workers = pace or Pace(), workers or workers_of(source)
    usable = max(0.0, source.resources.timeout_s - RESERVE_S) / MARGIN
    answer, turn = pace.latency / source.rate.concurrency, 1.0 / (source.rate.per_second * scale)
    if subjects * pace.requests * max(turn, answer) <= usable:
        return Plan()
    each = pace.requests * max(workers * turn, answer)
    size = max(1, min(ROWS_PER_PART, math.floor(usable / each)))
    return Plan(size, math.ceil(subjects / size))


@dataclass(frozen=True, slots=True)
class Batch:
    """Subjects of a run that one worker visits: contract type ``work_batch``.

    Args:
        source: Name of the source.
        time: T.
        plan: Id of the plan that cut it; on the wire ``attempt_id``.
        number: Number of the batch, from 0.
        batches: How many there are, as far as was known when it was cut.
        first: Place of its first subject in the run, from 0.
        subjects: Ids of the subjects, in the run's order.
        piece: 0, or how often its subjects have been handed on.
    """

    source: str
    time: str
    plan: str
    number: int
    batches: int
    first: int
    subjects: tuple[str, ...]
    piece: int = 0

    @property
    def run(self) -> Run:
        """The run that it belongs to."""
        return Run.at(self.source, self.time, self.plan)

    @property
    def label(self) -> str:
        """What its part of the backup is called, and its item: the same whoever does it."""
        return f"{self.number:05}" + (f"-{self.piece:03}" if self.piece else "")

    @property
    def letter_id(self) -> str:
        """Id of its dead letter, be it kept by a worker or left on a queue by SQS."""
        return keys.dead_letter_id(self.run.run_id, "schedule", self.label)

    @property
    def digest(self) -> str:
        """SHA-256 of whom it is about: another cut may give the same number to other subjects."""
        return hashlib.sha256("\n".join(self.subjects).encode()).hexdigest()

    def rest(self, subjects: Iterable[str]) -> Batch:
        """The next piece of this batch: those of its subjects that are left."""
        left = frozenset(subjects)
        ordered = tuple(subject for subject in self.subjects if subject in left)
        first = self.first + (self.subjects.index(ordered[0]) if ordered else len(self.subjects))
        return replace(self, subjects=ordered, first=first, piece=self.piece + 1)

    def to_message(self) -> dict[str, Any]:
        """The message of the work queue."""
        return {
            "run_id": self.run.run_id,
            "source": self.source,
            "time": self.time,
            "attempt_id": self.plan,
            "batch": self.number,
            "batches": max(self.batches, self.number + 1),
            "first": self.first,
            "piece": self.piece,
            "subjects": list(self.subjects),
        }

    @classmethod
    def from_body(cls, body: object) -> Batch:
        """Read a message's body.

        Raises:
            ConfigError: It is no work batch; every fault is named.
        """
        try:
            message: Any = json.loads(body) if isinstance(body, str) else body
        except ValueError as error:
            raise ConfigError(f"the message is no JSON: {error}", hint="see `contract show work_batch`") from error
        faults = [f"{v.pointer}: {v.message}" for v in validate("work_batch", message)]
        if not faults:
            faults = [f"/{name}: is missing" for name in ("attempt_id", "subjects") if name not in message]
        if not faults and Run.at(message["source"], message["time"]).run_id != message["run_id"]:
            faults = ["/run_id: is not that of source and time"]
        if faults:
            raise ConfigError(
                f"the message is no work batch: {'; '.join(faults)}", hint="see `contract show work_batch`"
            )
        return cls(
            message["source"],
            message["time"],
            message["attempt_id"],
            message["batch"],
            message["batches"],
            message.get("first", 0),
            tuple(message["subjects"]),
            message.get("piece", 0),
        )


def cut(run: Run, plan: str, ids: Iterable[str], size: int, batches: int) -> Iterator[Batch]:
    """Cut a stream of subjects into batches; no more than one batch is held.

    Args:
        run: The run.
        plan: Id of the plan.
        ids: Ids of the subjects, in order.
        size: Subjects of a batch, at most ``ROWS_PER_PART``; fewer where their ids are long.
        batches: How many batches there should be.
    """
    if not 1 <= size <= ROWS_PER_PART:
        raise ValueError(f"a batch has 1 to {ROWS_PER_PART} subjects, not {size}")
    held: list[str] = []
    number = first = taken = 0

    def batch() -> Batch:
        return Batch(run.source, run.time, plan, number, batches, first, tuple(held))

    for subject in ids:
        # As JSON in ASCII a character takes up to twelve bytes, and quotes and a comma come on top.
        length = len(json.dumps(subject)) + 2
        if held and (len(held) == size or taken + length > MAX_BYTES):
            yield batch()
            number, first, taken = number + 1, first + len(held), 0
            held.clear()
        held.append(subject)
        taken += length
    if held:
        yield batch()
