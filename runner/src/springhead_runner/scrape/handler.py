"""Lambda handler of every ``scraper-{source}`` function.

A schedule, or a person, wakes it with an order: it does the whole run or, where that is too large, sends its batches to
the work queue. The queue wakes it with batches.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Coroutine
from functools import cache
from typing import Any, TypeVar

from springhead.clock import SystemClock
from springhead.http import HostLimits
from springhead.plugins import load_sources
from springhead.settings import load_settings

from springhead_runner.logs import invocation, told
from springhead_runner.metrics import run_ended
from springhead_runner.scrape.events import ScrapeOrder, read_event
from springhead_runner.scrape.fanout import run_or_split
from springhead_runner.scrape.messages import work_on
from springhead_runner.scrape.plan import RESERVE_S
from springhead_runner.scrape.run import resume_on_aws, run_on_aws
from springhead_runner.stores.aws import Aws

__all__ = ["handler"]

T = TypeVar("T")


@cache
def _aws() -> Aws:
    # Kept between invocations: opening the clients is most of a cold start.
    return Aws(load_settings())


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Run the function's source once, or every source of its group; return the run report, or one per source.

    Of an event of the work queue it does the batches, and returns those that are to come again
    (``batchItemFailures``).

    Raises:
        SpringheadError: Nothing could be done for a source; Lambda retries and then keeps the event in the dead letter
            queue. The other sources of the group have run by then, and a second time changes nothing for them.
    """
    with invocation(context):
        return _handle(event, context)


def _handle(event: Any, context: Any) -> dict[str, Any]:
    aws = _aws()

    def time_left() -> float:
        # Some of it is kept in reserve to write the backup and the report before Lambda ends us.
        remaining = getattr(context, "get_remaining_time_in_millis", None)
        return math.inf if remaining is None else remaining() / 1000 - RESERVE_S

    attempt_id = getattr(context, "aws_request_id", None)
    if isinstance(event, dict) and "Records" in event:
        return asyncio.run(work_on(aws, event["Records"], attempt_id, time_left))
    order = read_event(
        event,
        default_source=aws.settings.source,
        now=SystemClock().now(),
        attempt_id=attempt_id,
    )
    return asyncio.run(_run(aws, order, time_left))


async def _run(aws: Aws, order: ScrapeOrder, time_left: Callable[[], float]) -> dict[str, Any]:
    names = [source.name for source in load_sources(order.name)]
    options: dict[str, Any] = {
        "time_left": time_left,
        "limits": HostLimits(SystemClock(), aws.settings.rate_scale),  # the sources of a group may ask the same host
    }
    if order.resume:
        ends = await _all(order, {name: resume_on_aws(aws, name, order.attempt_id, **options) for name in names})
        resumed = [report for reports in ends for report in reports]
        for report in resumed:
            run_ended(report, aws.settings, whole=False)
        return {"resumed": resumed}
    whole = order.subject_ids is None
    if whole:
        reports = await _all(order, {name: run_or_split(aws, order.run_of(name), **options) for name in names})
    else:
        options["subject_ids"] = order.subject_ids
        reports = await _all(order, {name: run_on_aws(aws, order.run_of(name), **options) for name in names})
    for report in reports:
        run_ended(report, aws.settings, whole=whole)
    return reports[0] if order.name == names[0] else {"sources": dict(zip(names, reports, strict=True))}


async def _all(order: ScrapeOrder, work: dict[str, Coroutine[Any, Any, T]]) -> list[T]:
    """Wait for the work on all sources to end, then raise the first failure, if there is one."""
    ends = await asyncio.gather(
        *(told(own, **order.log_fields(name)) for name, own in work.items()), return_exceptions=True
    )
    for end in ends:
        if isinstance(end, BaseException):
            raise end
    return [end for end in ends if not isinstance(end, BaseException)]
