"""A scrape as a task of its own (Fargate, or any container): the same orders as the function's, the whole plan in here.

``python -m springhead_runner.task '{"source": "tmdb", "time": "2026-11-22T02:00:00Z"}'``

The order is the argument, else SPRINGHEAD_EVENT, else ``{}``: then the source is SPRINGHEAD_SOURCE, and T the clock's.
``--time T`` orders that source's run at T: EventBridge puts a T into an argument, but cannot quote one within JSON.
The exit code is that of `springhead run`. On SIGTERM nobody new is begun; what is left becomes one dead letter that
starts the rest.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import sys
from collections.abc import Callable
from typing import Any

import orjson
from springhead.clock import SystemClock
from springhead.errors import ConfigError, SpringheadError
from springhead.http import HostLimits
from springhead.plugins import load_sources
from springhead.settings import load_settings

from springhead_runner.logs import set_up_logs, told
from springhead_runner.metrics import run_ended
from springhead_runner.scrape.events import ScrapeOrder, read_event
from springhead_runner.scrape.fanout import run_in_process
from springhead_runner.scrape.report import exit_code
from springhead_runner.scrape.run import resume_on_aws, run_on_aws
from springhead_runner.stores.aws import Aws

__all__ = ["main"]

#: Batches at a time. The rate of a source is the same with any number; more of them only bridge slow answers.
WORKERS = 4


def main(arguments: list[str]) -> int:
    """Carry out one order; return the exit code."""
    set_up_logs()
    try:
        reports = asyncio.run(_run(_order(arguments)))
    except SpringheadError as error:
        from springhead.cli import one_line  # a task that starts has no need of the command line

        print(one_line(error), file=sys.stderr)
        return error.exit_code
    for report in reports:
        print(orjson.dumps(report).decode())
    return max((exit_code(report) for report in reports), default=0)


def _order(arguments: list[str]) -> Any:
    if len(arguments) == 2 and arguments[0] == "--time":
        return {"time": arguments[1]}
    if len(arguments) > 1:
        raise ConfigError("the order is one argument, or --time T", hint="give JSON as one quoted word")
    text = (arguments[0] if arguments else None) or os.environ.get("SPRINGHEAD_EVENT") or "{}"
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ConfigError(f"the order is no JSON: {error}", hint="give the argument as one quoted word") from error


async def _run(event: Any) -> list[dict[str, Any]]:
    aws = Aws(load_settings())
    clock = SystemClock()
    order = read_event(
        event, default_source=aws.settings.source, now=clock.now(), attempt_id=f"task-{secrets.token_hex(6)}"
    )
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    limits = HostLimits(clock, aws.settings.rate_scale)  # the sources of a group may ask the same host
    names = [source.name for source in load_sources(order.name)]
    ends = await asyncio.gather(
        *(
            told(_one(aws, order, name, stop.is_set, limits=limits, clock=clock), **order.log_fields(name))
            for name in names
        ),
        return_exceptions=True,
    )
    for end in ends:
        if isinstance(end, BaseException):
            raise end
    return [report for end in ends if not isinstance(end, BaseException) for report in end]


async def _one(
    aws: Aws, order: ScrapeOrder, name: str, stopping: Callable[[], bool], **options: Any
) -> list[dict[str, Any]]:
    def time_left() -> float:
        return 0.0 if stopping() else float("inf")

    whole = False
    if order.resume:
        reports = await resume_on_aws(aws, name, order.attempt_id, time_left=time_left, **options)
    elif order.subject_ids is not None:
        run = order.run_of(name)
        reports = [await run_on_aws(aws, run, subject_ids=order.subject_ids, time_left=time_left, **options)]
    else:
        whole = True
        reports = [await run_in_process(aws, order.run_of(name), workers=WORKERS, stopping=stopping, **options)]
    for report in reports:
        run_ended(report, aws.settings, whole=whole)
    return reports


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
