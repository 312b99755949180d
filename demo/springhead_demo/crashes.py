"""Notices within seconds that a deployed function cannot work, and says why: what it should write never comes."""

from __future__ import annotations

import json
import re
import time

from springhead_runner.stores.aws import Aws

__all__ = ["Crashes"]

#: Seconds for which the stream's function must fail before it counts: one failed batch may be delivered again.
STUCK = 3.0
ENRICHER = "post-processor"


class Crashes:
    """Watches the functions of a deployed stack.

    Args:
        aws: The clients.
    """

    def __init__(self, aws: Aws) -> None:
        self._queue = aws.settings.dead_letter_queue
        self._sqs = aws.sqs
        self._lambda = aws.client("lambda")
        self._logs = aws.client("logs")
        self._failing_since: float | None = None

    def look(self) -> str | None:
        """Say which function has failed for good and why; None while all is well."""
        return self._scraper() or self._enricher()

    def _scraper(self) -> str | None:
        # Lambda puts an event here whose retries are used up. Each message is seen once; ours stay where they are.
        request = {"QueueUrl": self._queue, "MaxNumberOfMessages": 10, "VisibilityTimeout": 3600}
        for message in self._sqs.receive_message(**request).get("Messages", ()):
            body = json.loads(message["Body"])
            if "requestContext" in body:
                name = body["requestContext"]["functionArn"].rpartition(":")[2]
                return f"{name} failed: {body.get('responsePayload', {}).get('errorMessage', 'no reason given')}"
        return None

    def _enricher(self) -> str | None:
        mappings = self._lambda.list_event_source_mappings(FunctionName=ENRICHER)["EventSourceMappings"]
        if not any(mapping.get("LastProcessingResult") == "FAILED" for mapping in mappings):
            self._failing_since = None
            return None
        self._failing_since = self._failing_since or time.monotonic()
        if time.monotonic() - self._failing_since < STUCK:
            return None
        events = self._logs.filter_log_events(logGroupName=f"/aws/lambda/{ENRICHER}")["events"]
        lines = [line for event in events for line in event["message"].splitlines() if line[:1].isalpha()]
        said = [line for line in lines if "Error" in line.partition(":")[0]]
        # Without the module of the exception's class.
        why = re.sub(r"^[\w.]+\.(?=\w+:)", "", said[-1]) if said else "no reason given"
        return f"{ENRICHER} failed: {why}"
