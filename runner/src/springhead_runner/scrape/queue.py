"""Work queues: batches on their way to workers."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterable, Iterator
from typing import Any

from springhead.errors import Unavailable

from springhead_runner.scrape.plan import Batch
from springhead_runner.stores.aws import TRIES, Aws, retrying

__all__ = ["WorkQueue"]

#: Messages and bytes of one request to SQS; it takes 10 and 262,144.
_MESSAGES, _BYTES = 10, 250_000


class WorkQueue:
    """The queue of one function.

    Args:
        aws: The clients.
        url: Its address.
    """

    def __init__(self, aws: Aws, url: str) -> None:
        self._client = aws.sqs
        self._url = url

    def send(self, batches: Iterable[Batch]) -> int:
        """Send batches, ten at a time; those that SQS does not take are sent again.

        A batch may arrive twice. That changes nothing: it is known by its number.

        Returns:
            How many there were.

        Raises:
            Unavailable: Some were refused again and again.
        """
        count = 0
        for group in _groups(batches):
            count += len(group)
            self._send(group)
        return count

    def _send(self, group: list[tuple[str, str]]) -> None:
        left = [{"Id": label, "MessageBody": body} for label, body in group]
        for attempt in range(TRIES):
            entries = left
            answer: dict[str, Any] = retrying(
                lambda entries=entries: self._client.send_message_batch(QueueUrl=self._url, Entries=entries),  # type: ignore[misc]
                f"send {len(left)} batches to {self._url}",
            )
            refused = {failed["Id"]: failed for failed in answer.get("Failed", ())}
            left = [entry for entry in left if entry["Id"] in refused]
            if not left:
                return
            time.sleep(random.random() * 0.05 * 2**attempt)
        why = refused[left[0]["Id"]]
        raise Unavailable(f"{self._url} refuses batch {left[0]['Id']}: {why.get('Code')}: {why.get('Message', '')}")


def _groups(batches: Iterable[Batch]) -> Iterator[list[tuple[str, str]]]:
    group: list[tuple[str, str]] = []
    size = 0
    for batch in batches:
        # ASCII: SQS refuses some characters that JSON may hold.
        body = json.dumps(batch.to_message(), separators=(",", ":"))
        if group and (len(group) == _MESSAGES or size + len(body) > _BYTES):
            yield group
            group, size = [], 0
        group.append((batch.label, body))
        size += len(body)
    if group:
        yield group
