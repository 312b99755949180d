"""Drives real handlers as AWS does behind queues, rules and asynchronous invocations (decision 28).

Settings are those of the committed template. What is done with them is what AWS documents:

- *SQS mapping* ("Using Lambda with Amazon SQS"): batches of ``BatchSize`` visible messages; done messages are deleted;
  failed ones are received again once ``VisibilityTimeout`` has passed. With ``ReportBatchItemFailures`` only the named
  ones fail; an empty, null or unknown identifier fails the whole batch. A message that has been received
  ``maxReceiveCount`` times moves, body and id unchanged, to the dead-letter queue.
- *Asynchronous invocation*: after an error again after one minute and after two, ``MaximumRetryAttempts`` times and
  no longer than ``MaximumEventAgeInSeconds``; then one document goes to the on-failure destination.
- *Rule target* ("Event retry policy and using dead-letter queues"): the input transformer makes the event; only what
  cannot be delivered is retried by the rule and goes to its queue. What fails in the function does not.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from stream_driver import Function, Handler, VirtualClock, function_of, resolve, stamp


@dataclass
class Message:
    """A message on a queue.

    Args:
        body: Its text.
        visible_at: When it can be received, in the clock's epoch seconds.
    """

    body: str
    visible_at: float
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    received: int = 0
    sent_at: float = 0.0

    def record(self, region: str = "us-east-1") -> dict[str, Any]:
        """As a handler gets it."""
        return {
            "messageId": self.id,
            "receiptHandle": f"{self.id}-{self.received}",
            "body": self.body,
            "attributes": {
                "ApproximateReceiveCount": str(self.received),
                "SentTimestamp": str(int(self.sent_at * 1000)),
                "SenderId": "AIDAIENQZJOLO23YVJ4VO",
                "ApproximateFirstReceiveTimestamp": str(int(self.sent_at * 1000)),
            },
            "messageAttributes": {},
            "md5OfBody": hashlib.md5(self.body.encode(), usedforsecurity=False).hexdigest(),
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:{region}:000000000000:work",
            "awsRegion": region,
        }


@dataclass
class QueueMapping:
    """A queue, its mapping, its dead-letter queue, and the function; use :meth:`of`.

    Args:
        function: What it invokes.
        settings: ``Properties`` of the mapping, resolved.
        queue: ``Properties`` of the queue, resolved.
        clock: For visibility.
    """

    function: Function
    settings: dict[str, Any]
    queue: dict[str, Any]
    clock: VirtualClock = field(default_factory=VirtualClock)
    messages: list[Message] = field(default_factory=list)
    #: Messages at the dead-letter queue.
    dead: list[Message] = field(default_factory=list)
    #: Message ids of each invocation, in order.
    invocations: list[list[str]] = field(default_factory=list)

    @classmethod
    def of(
        cls, template: dict[str, Any], logical_id: str, handler: Handler, *, timeout: float | None = None
    ) -> QueueMapping:
        """The mapping of the template with that id."""
        resource = template["Resources"][logical_id]
        assert resource["Type"] == "AWS::Lambda::EventSourceMapping"
        settings = {name: resolve(template, value) for name, value in resource["Properties"].items()}
        queue = template["Resources"][settings["EventSourceArn"]]
        assert queue["Type"] == "AWS::SQS::Queue"
        return cls(function_of(template, settings["FunctionName"], handler, timeout), settings, queue["Properties"])

    @property
    def dead_letter_queue(self) -> str:
        """Logical id of the dead-letter queue."""
        return str(resolve({}, self.queue["RedrivePolicy"]["deadLetterTargetArn"]))

    def send(self, body: Any) -> Message:
        """Put a message on the queue."""
        now = self.clock.now.timestamp()
        self.messages.append(Message(body if isinstance(body, str) else json.dumps(body), now, sent_at=now))
        return self.messages[-1]

    def run(self) -> None:
        """Deliver until the queue is empty."""
        while self.messages:
            now = self.clock.now.timestamp()
            seen = [message for message in self.messages if message.visible_at <= now]
            if not seen:
                self.clock.advance(min(message.visible_at for message in self.messages) - now)
                continue
            self.deliver(seen[: self.settings.get("BatchSize", 10)])

    def deliver(self, batch: list[Message]) -> None:
        """Receive these messages and hand them to the function; at-least-once delivery may do so twice."""
        for message in list(batch):
            if message.received >= self.queue["RedrivePolicy"]["maxReceiveCount"]:
                batch.remove(message)
                self.messages.remove(message)
                self.dead.append(message)
            else:
                message.received += 1
                message.visible_at = self.clock.now.timestamp() + self.queue["VisibilityTimeout"]
        if not batch:
            return
        self.invocations.append([message.id for message in batch])
        answer, error, _ = self.function.call({"Records": [message.record() for message in batch]})
        failed = {message.id for message in batch} if error is not None else self._failed(answer, batch)
        self.messages = [message for message in self.messages if message not in batch or message.id in failed]

    def _failed(self, answer: Any, batch: list[Message]) -> set[str]:
        if "ReportBatchItemFailures" not in self.settings.get("FunctionResponseTypes", []) or not answer:
            return set()
        known = {message.id for message in batch}
        if not isinstance(answer, dict):
            return known
        failed = {failure.get("itemIdentifier") for failure in answer.get("batchItemFailures") or []}
        return failed if failed <= known else known


@dataclass
class AsyncInvoke:
    """Asynchronous invocation of a function; use :meth:`of`.

    Args:
        function: What is invoked.
        settings: ``Properties`` of its ``AWS::Lambda::EventInvokeConfig``.
        clock: For waiting.
    """

    function: Function
    settings: dict[str, Any]
    clock: VirtualClock = field(default_factory=VirtualClock)
    #: Documents at the on-failure destination.
    failures: list[dict[str, Any]] = field(default_factory=list)
    invocations: int = 0

    @classmethod
    def of(
        cls, template: dict[str, Any], function_id: str, handler: Handler, *, timeout: float | None = None
    ) -> AsyncInvoke:
        """The function of the template with that id, and its settings."""
        (settings,) = (
            resource["Properties"]
            for resource in template["Resources"].values()
            if resource["Type"] == "AWS::Lambda::EventInvokeConfig"
            and resolve(template, resource["Properties"]["FunctionName"]) == function_id
        )
        return cls(function_of(template, function_id, handler, timeout), settings)

    @property
    def destination(self) -> str:
        """Logical id of the on-failure destination."""
        return str(resolve({}, self.settings["DestinationConfig"]["OnFailure"]["Destination"]))

    def invoke(self, event: Any) -> Any:
        """Invoke until it succeeds; returns its answer, or None where it was given up."""
        began, error, request = self.clock.now, None, ""
        for attempt in range(self.settings["MaximumRetryAttempts"] + 1):
            if attempt:
                self.clock.advance(60 * attempt)
                if (self.clock.now - began).total_seconds() > self.settings["MaximumEventAgeInSeconds"]:
                    return self._give_up(event, "EventAgeExceeded", attempt, error, request)
            self.invocations += 1
            answer, error, request = self.function.call(event)
            if error is None:
                return answer
        return self._give_up(event, "RetriesExhausted", attempt + 1, error, request)

    def _give_up(self, event: Any, condition: str, tries: int, error: str | None, request: str) -> None:
        arn = f"arn:aws:lambda:us-east-1:000000000000:function:{self.function.name}:$LATEST"
        self.failures.append(
            {
                "version": "1.0",
                "timestamp": stamp(self.clock.now),
                "requestContext": {
                    "requestId": request,
                    "functionArn": arn,
                    "condition": condition,
                    "approximateInvokeCount": tries,
                },
                "requestPayload": event,
                "responseContext": {
                    "statusCode": 200,
                    "executedVersion": "$LATEST",
                    "functionError": "Unhandled",
                },
                "responsePayload": {"errorMessage": error},
            }
        )


@dataclass
class RuleTarget:
    """A rule's target; use :meth:`of`.

    Args:
        target: The target as the template has it.
        clock: For waiting.
    """

    target: dict[str, Any]
    clock: VirtualClock = field(default_factory=VirtualClock)
    #: What lies on its dead-letter queue: the event and the message's attributes.
    dead: list[tuple[Any, dict[str, str]]] = field(default_factory=list)
    tries: int = 0

    @classmethod
    def of(cls, template: dict[str, Any], rule_id: str, target_id: str) -> RuleTarget:
        """The target with that ``Id`` of the template's rule."""
        targets = template["Resources"][rule_id]["Properties"]["Targets"]
        return cls(next(target for target in targets if target["Id"] == target_id))

    def event(self, scheduled: dict[str, Any]) -> Any:
        """What the target gets of a scheduled event."""
        transformer = self.target.get("InputTransformer")
        if transformer is None:
            return json.loads(self.target["Input"]) if "Input" in self.target else scheduled
        text = transformer["InputTemplate"]
        for name, path in transformer.get("InputPathsMap", {}).items():
            value: Any = scheduled
            for step in path.removeprefix("$.").split("."):
                value = value[step]
            # A text stands for itself within quotes, and brings its own where there are none.
            text = text.replace(f'"<{name}>"', json.dumps(value)).replace(f"<{name}>", json.dumps(value))
        return json.loads(text)

    def deliver(self, scheduled: dict[str, Any], to: AsyncInvoke, *, refused: int = 0) -> Any:
        """Deliver an event.

        Args:
            scheduled: The event of the schedule.
            to: Who takes it.
            refused: How many deliveries fail (throttling, a missing permission) before one succeeds.
        """
        policy = self.target["RetryPolicy"]
        began, event = self.clock.now, self.event(scheduled)
        for attempt in range(policy["MaximumRetryAttempts"] + 1):
            if attempt:
                self.clock.advance(2 ** (attempt - 1))
            if (self.clock.now - began).total_seconds() > policy["MaximumEventAgeInSeconds"]:
                break
            self.tries += 1
            if self.tries > refused:
                return to.invoke(event)
        attributes = {
            "RULE_ARN": "arn:aws:events:us-east-1:000000000000:rule/rule",
            "TARGET_ARN": f"arn:aws:lambda:us-east-1:000000000000:function:{to.function.name}",
            "ERROR_CODE": "THROTTLING",
            "ERROR_MESSAGE": "Rate Exceeded.",
            "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
            "RETRY_ATTEMPTS": str(self.tries - 1),
        }
        self.dead.append((event, attributes))
        return None
