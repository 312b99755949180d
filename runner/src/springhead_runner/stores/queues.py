"""Reading a queue of dead letters without losing any: look, decide, then delete or put back.

SQS hides what it hands out for a while. Nothing is deleted until :meth:`Queue.delete`, and what is put back can be seen
at once; were we killed in between, it comes back by itself. While one person holds a message, a second one does not see
it: the same work is not done by both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from springhead.settings import is_loopback

from springhead_runner.stores.aws import Aws, retrying

__all__ = ["Message", "Queue"]

#: Seconds for which a look hides messages, and work on them.
LOOK, WORK = 60, 1800
#: SQS hands out ten at a time, and keeps 120,000 hidden at most.
_BATCH, MOST = 10, 100_000
_GONE = frozenset({"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"})
_NOT_HELD = frozenset({"InvalidParameterValue", "MessageNotInflight", "ReceiptHandleIsInvalid", *_GONE})


@dataclass(frozen=True, slots=True)
class Message:
    """One message that is held.

    Args:
        queue: Address of its queue.
        id: SQS's own id of it.
        receipt: What it is deleted or put back by.
        body: Its text.
        attributes: Message attributes by name, as text: what EventBridge tells of a failed delivery.
        system: SQS's attributes: ``SentTimestamp`` (ms since 1970), ``DeadLetterQueueSourceArn`` …
    """

    queue: str
    id: str
    receipt: str
    body: str
    attributes: dict[str, str]
    system: dict[str, str]


class Queue:
    """One queue.

    Args:
        aws: The clients.
        url: Its address.
    """

    def __init__(self, aws: Aws, url: str) -> None:
        self._sqs, self.url = aws.sqs, url
        # Without a wait AWS asks a sample of its servers only, and may find nothing where something is.
        endpoint = aws.settings.endpoint
        self._wait = 0 if endpoint is not None and is_loopback(endpoint) else 1

    def take(self, seconds: int = LOOK) -> list[Message]:
        """Hold all messages that nobody else holds, the oldest first; a queue that does not exist has none.

        Args:
            seconds: How long; they come back by themselves after that.
        """
        found: dict[str, Message] = {}
        try:
            while len(found) < MOST and (batch := self._receive(seconds)):
                found.update((message.id, message) for message in batch)
        except ClientError:
            return []
        return sorted(found.values(), key=lambda message: (int(message.system.get("SentTimestamp", 0)), message.id))

    def _receive(self, seconds: int) -> list[Message]:
        request = {
            "QueueUrl": self.url,
            "MaxNumberOfMessages": _BATCH,
            "VisibilityTimeout": seconds,
            "WaitTimeSeconds": self._wait,
            "MessageAttributeNames": ["All"],
            "AttributeNames": ["All"],
        }
        answer = retrying(lambda: self._sqs.receive_message(**request), f"read {self.url}", expected=_GONE)
        return [
            Message(
                self.url,
                message["MessageId"],
                message["ReceiptHandle"],
                message["Body"],
                {k: str(v.get("StringValue", "")) for k, v in message.get("MessageAttributes", {}).items()},
                dict(message.get("Attributes", {})),
            )
            for message in answer.get("Messages", ())
        ]

    def put_back(self, messages: Sequence[Message]) -> None:
        """Let others see the messages again at once."""
        self.hold(messages, 0)

    def hold(self, messages: Sequence[Message], seconds: int = WORK) -> None:
        """Go on holding messages for so many seconds from now; what is no longer ours is left alone."""
        for start in range(0, len(messages), _BATCH):
            entries = [
                {"Id": str(n), "ReceiptHandle": message.receipt, "VisibilityTimeout": seconds}
                for n, message in enumerate(messages[start : start + _BATCH])
            ]
            self._batch("change_message_visibility_batch", entries, f"hold messages of {self.url}")

    def delete(self, messages: Sequence[Message]) -> None:
        """Delete messages; one that is gone already is fine."""
        for start in range(0, len(messages), _BATCH):
            entries = [
                {"Id": str(n), "ReceiptHandle": message.receipt}
                for n, message in enumerate(messages[start : start + _BATCH])
            ]
            self._batch("delete_message_batch", entries, f"delete messages of {self.url}")

    def _batch(self, operation: str, entries: list[dict[str, Any]], what: str) -> None:
        # A receipt that has lapsed is told per message, not as an error: that message is visible again anyway.
        try:
            retrying(
                lambda: getattr(self._sqs, operation)(QueueUrl=self.url, Entries=entries), what, expected=_NOT_HELD
            )
        except ClientError:
            return

    def send(self, body: str) -> None:
        """Put a message on the queue."""
        retrying(lambda: self._sqs.send_message(QueueUrl=self.url, MessageBody=body), f"write to {self.url}")
