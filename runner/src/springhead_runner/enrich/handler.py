"""Lambda handler ``post-processor``: DynamoDB stream records in, weight and sentiment out.

Every record is on its own. What can succeed later (DynamoDB throttles, S3 is unwell) is reported as a partial batch
failure, so Lambda delivers it again; what never can (a record that cannot be read, an analyser that fails on it) is
kept as a dead letter, noted on the entry and counted as done, so it does not hold up the shard behind it. Records for
which there is no time left are reported as failures, too, before Lambda ends the function in the middle of one.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from springhead.settings import load_settings

from springhead_runner.enrich.enricher import Enricher
from springhead_runner.enrich.isolated import shared_judge
from springhead_runner.logs import invocation
from springhead_runner.stores.aws import Aws

__all__ = ["Enricher", "handler"]


@cache
def _enricher() -> Enricher:
    shared_judge().start()  # it imports the plugins while we open the clients
    return Enricher(Aws(load_settings()))


def handler(event: dict[str, Any], context: Any = None) -> dict[str, Any]:
    """Enrich a batch; return the records to deliver again (``ReportBatchItemFailures``)."""
    with invocation(context):
        remaining = getattr(context, "get_remaining_time_in_millis", None)
        return _enricher().batch(
            event.get("Records", []), lambda: math.inf if remaining is None else remaining() / 1000
        )
