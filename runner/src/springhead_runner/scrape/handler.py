"""Lambda handler of every ``scraper-{source}`` function."""

from __future__ import annotations

import asyncio
import math
from functools import cache
from typing import Any

from springhead.clock import SystemClock
from springhead.settings import load_settings

from springhead_runner.logs import set_up_logs
from springhead_runner.scrape.events import read_event
from springhead_runner.scrape.run import run_on_aws
from springhead_runner.stores.aws import Aws

__all__ = ["handler"]

#: Milliseconds kept in reserve to write the backup and the report before Lambda ends us.
RESERVE_MS = 20_000


@cache
def _aws() -> Aws:
    # Kept between invocations: opening the clients is most of a cold start.
    return Aws(load_settings())


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Run the function's source once; return the run report.

    Raises:
        SpringheadError: Nothing could be done; Lambda retries and then keeps the event in the dead letter queue.
    """
    set_up_logs()
    aws = _aws()
    order = read_event(
        event,
        default_source=aws.settings.source,
        now=SystemClock().now(),
        attempt_id=getattr(context, "aws_request_id", None),
    )

    def time_left() -> float:
        remaining = getattr(context, "get_remaining_time_in_millis", None)
        return math.inf if remaining is None else (remaining() - RESERVE_MS) / 1000

    return asyncio.run(run_on_aws(aws, order.run, subject_ids=order.subject_ids, time_left=time_left))
