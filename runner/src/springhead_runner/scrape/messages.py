"""Messages of the work queue: each is one batch, done by itself, and acknowledged only when it is safe."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from springhead.clock import Clock, SystemClock
from springhead.errors import ConfigError, PluginError, SpringheadError
from springhead.http import SharedLimits
from springhead_contracts import keys

from springhead_runner.logs import log_context
from springhead_runner.metrics import run_ended
from springhead_runner.scrape.ledger import Busy, Ledger, Superseded
from springhead_runner.scrape.merge import merge_if_complete
from springhead_runner.scrape.plan import Batch
from springhead_runner.scrape.queue import WorkQueue
from springhead_runner.scrape.worker import Worker
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.dead_letters import DeadLetters
from springhead_runner.stores.shared_state import AwsState

__all__ = ["RECEIVES", "work_on"]

log = logging.getLogger("springhead.worker")

#: Deliveries of a message after which it becomes a dead letter; the queue's own redrive has the same number.
RECEIVES = 5
#: Share of an invocation, and seconds at most, in which nobody new is begun, so that those under way can end.
_LAST, _LAST_S = 0.1, 30.0


async def work_on(
    aws: Aws,
    records: list[dict[str, Any]],
    attempt_id: str | None,
    time_left: Callable[[], float],
    clock: Clock | None = None,
) -> dict[str, Any]:
    """Do the batches of an event of the work queue.

    Args:
        aws: The clients.
        records: The messages, as Lambda has them.
        attempt_id: Id of this invocation.
        time_left: Seconds until it must end.
        clock: The clock; None is the real one.

    Returns:
        Lambda's partial batch response: who is named in it comes again, everybody else is done.
    """
    clock = clock or SystemClock()
    margin = min(_LAST_S, _LAST * time_left())
    shared = AwsState(aws)
    worker = Worker(
        aws=aws,
        ledger=Ledger(aws, clock),
        limits=SharedLimits(clock, shared, aws.settings.rate_scale),
        shared=shared,
        clock=clock,
        attempt_id=attempt_id or secrets.token_hex(6),
        time_left=time_left,
        taking=lambda: time_left() > margin,
    )
    failures = []
    for record in records:
        with log_context(**_log_fields(worker, record)):
            try:
                await _message(worker, record)
            except Exception as error:  # one message must not take the others back into the queue
                told = error.message if isinstance(error, SpringheadError) else repr(error)
                log.warning("message %s comes again: %s", record["messageId"], told)
                failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def _log_fields(worker: Worker, record: dict[str, Any]) -> dict[str, str]:
    """What every log line about a message has; of one that cannot be read, nobody knows whose it is."""
    known = {"attempt_id": worker.attempt_id}
    with suppress(ConfigError):
        run = Batch.from_body(record["body"]).run
        known |= {"run_id": run.run_id, "source": run.source}
    return known


async def _message(worker: Worker, record: dict[str, Any]) -> None:
    try:
        batch = Batch.from_body(record["body"])
    except ConfigError as error:
        # However often it comes, it stays what it is.
        await asyncio.to_thread(_keep, worker, record, error, None)
        return
    try:
        await _do(worker, batch)
    except Superseded as error:
        log.info("%s", error.message)
    except Busy:
        raise
    except Exception as error:
        if int(record.get("attributes", {}).get("ApproximateReceiveCount", 1)) < RECEIVES:
            raise
        known = error if isinstance(error, SpringheadError) else PluginError(f"a fault of ours: {error!r}")
        await asyncio.to_thread(_keep, worker, record, known, batch)


async def _do(worker: Worker, batch: Batch) -> None:
    ended = await worker.do(batch)
    if "rest" in ended:
        queue = worker.aws.settings.work_queue
        if not queue:
            raise ConfigError("there is no work queue to hand the rest on to", hint="set SPRINGHEAD_WORK_QUEUE")
        # Sent before this message is acknowledged: a crash in between leaves it twice, which changes nothing.
        await asyncio.to_thread(WorkQueue(worker.aws, queue).send, [batch.rest(ended["rest"])])
    report = await asyncio.to_thread(merge_if_complete, worker.aws, worker.ledger, batch.run)
    if report is not None:
        run_ended(report, worker.aws.settings, whole=True)


def _keep(worker: Worker, record: dict[str, Any], error: SpringheadError, batch: Batch | None) -> None:
    """The message as a dead letter, with its reason. Sent to the queue again, it is done like the first time."""
    source = batch.source if batch is not None else worker.aws.settings.source or "unknown"
    run_id = batch.run.run_id if batch is not None else f"{source}@untimed"
    letter: dict[str, Any] = {
        "id": batch.letter_id if batch is not None else keys.dead_letter_id(run_id, "schedule", record["messageId"]),
        "kind": "schedule",
        "source": source,
        "attempt_id": worker.attempt_id,
        "error": error.to_info(),
        "event": {"work": batch.to_message()} if batch is not None else {"body": str(record["body"])},
        "attempts": int(record.get("attributes", {}).get("ApproximateReceiveCount", 1)),
        "created_at": keys.format_time(worker.clock.now()),
    }
    if batch is not None:
        letter |= {"run_id": run_id, "time": batch.time}
    DeadLetters(worker.aws).keep(letter)
    log.error("message %s is a dead letter now: %s", record["messageId"], error.message)
