"""Drives real handlers as AWS's event source mapping for DynamoDB streams does (decision 28).

Embedded AWS ignores most settings of a mapping, so this reads them from the committed template and does what the
Lambda Developer Guide says of them ("Using Lambda with DynamoDB", "Event filtering", "Partial batch responses",
"Retain discarded records"):

- *Filter*: a record that matches no pattern is passed over and never seen by the function.
- *Batch*: up to ``BatchSize`` records, 6 MB of payload, or what arrives within ``MaximumBatchingWindowInSeconds``.
- *Error of the function* (it raises, times out, or answers what is no JSON): the batch is split in two where
  ``BisectBatchOnFunctionError`` says so, which costs no retry; a batch that cannot be split is retried
  ``MaximumRetryAttempts`` times and then discarded.
- *Partial failure*, with ``ReportBatchItemFailures``: the lowest sequence number is where Lambda begins again. No
  failures, a null list and an empty or null answer are success; an empty, null or unknown identifier is the failure
  of the whole batch.
- *Age*: records older than ``MaximumRecordAgeInSeconds`` are discarded before they are delivered.
- *Order*: with ``ParallelizationFactor`` n there are n lanes; records of one key stay in one lane, in order.
- *Discarded* batches are told to the on-failure destination as pointers into the stream, never with their records.

AWS does not say whether a partial failure that begins at the batch's first record splits it. Here it does not, and it
costs a retry: what a handler survives under this reading, it survives under the other one.
"""

from __future__ import annotations

import base64
import json
import time
import uuid
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from event_filter import matches  # tests/runner is no package: conftest.py loads both

#: Bytes of an event of a synchronous invocation.
MAX_PAYLOAD = 6 * 1024 * 1024
Handler = Callable[[Any, Any], Any]


class VirtualClock:
    """Time that passes when somebody waits, so that hours take none."""

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now or datetime.now(UTC)

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


class Context:
    """What Lambda hands a handler beside the event; its time is the real one."""

    def __init__(self, name: str, timeout: float) -> None:
        self.function_name, self.aws_request_id = name, str(uuid.uuid4())
        self._ends = time.monotonic() + timeout

    def get_remaining_time_in_millis(self) -> int:
        """Until Lambda ends the function."""
        return max(0, int((self._ends - time.monotonic()) * 1000))


@dataclass
class Function:
    """A handler as Lambda runs it.

    Args:
        handler: The real one.
        name: Its function's name.
        timeout: Seconds; an answer that comes later is lost, and the invocation has failed.
    """

    handler: Handler
    name: str
    timeout: float

    def call(self, event: Any) -> tuple[Any, str | None, str]:
        """Invoke it; returns its answer, its error if it failed, and the request's id."""
        context = Context(self.name, self.timeout)
        try:
            answer = json.loads(json.dumps(self.handler(json.loads(json.dumps(event, default=_binary)), context)))
        except (Exception, SystemExit) as error:  # a handler that exits has failed
            return None, f"{type(error).__name__}: {error}", context.aws_request_id
        if context.get_remaining_time_in_millis() == 0:
            return None, f"Task timed out after {self.timeout:.2f} seconds", context.aws_request_id
        return answer, None, context.aws_request_id


def resolve(template: dict[str, Any], value: Any, parameters: dict[str, Any] | None = None) -> Any:
    """A property's value: parameters by their default, resources by their logical id, conditions as for creation."""
    if isinstance(value, dict) and len(value) == 1:
        ((function, argument),) = value.items()
        if function == "Ref" and argument in template.get("Parameters", {}):
            return (parameters or {}).get(argument, template["Parameters"][argument].get("Default"))
        if function in {"Ref", "Fn::GetAtt"}:
            return argument if function == "Ref" else argument[0]
        if function == "Fn::If":
            return resolve(template, argument[1], parameters)
    return value


def function_of(template: dict[str, Any], logical_id: str, handler: Handler, timeout: float | None = None) -> Function:
    """The function of that id, run by a handler."""
    properties = template["Resources"][logical_id]["Properties"]
    return Function(handler, logical_id, float(properties["Timeout"]) if timeout is None else timeout)


@dataclass
class _Batch:
    records: list[dict[str, Any]]
    retries: int = 0
    invocations: int = 0


@dataclass
class StreamMapping:
    """An event source mapping of a stream; use :meth:`of`.

    Args:
        function: What it invokes.
        settings: ``Properties`` of the ``AWS::Lambda::EventSourceMapping``, resolved.
        clock: For ages, windows and waiting.
    """

    function: Function
    settings: dict[str, Any]
    clock: VirtualClock = field(default_factory=VirtualClock)
    #: Sequence numbers of each invocation, in order.
    invocations: list[list[str]] = field(default_factory=list)
    #: Errors of the invocations that failed.
    errors: list[str] = field(default_factory=list)
    #: Documents at the on-failure destination.
    discarded: list[dict[str, Any]] = field(default_factory=list)
    #: Sequence numbers of records that no pattern matched.
    filtered: list[str] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        template: dict[str, Any],
        logical_id: str,
        handler: Handler,
        *,
        timeout: float | None = None,
        parameters: dict[str, Any] | None = None,
        **settings: Any,
    ) -> StreamMapping:
        """The mapping of the template with that id; ``settings`` replace its properties."""
        resource = template["Resources"][logical_id]
        assert resource["Type"] == "AWS::Lambda::EventSourceMapping"
        found = {k: resolve(template, v, parameters) for k, v in resource["Properties"].items()} | settings
        return cls(function_of(template, found["FunctionName"], handler, timeout), found)

    @property
    def destination(self) -> str | None:
        """Logical id of the on-failure destination."""
        on_failure = self.settings.get("DestinationConfig", {}).get("OnFailure")
        return resolve({}, on_failure["Destination"]) if on_failure else None

    def deliver(self, records: Iterable[dict[str, Any]]) -> None:
        """Deliver what stands in a shard until every record is done or discarded.

        Args:
            records: In the shard's order. ``ApproximateCreationDateTime`` tells when they arrive; now where absent.
        """
        lanes: list[list[dict[str, Any]]] = [[] for _ in range(self.settings.get("ParallelizationFactor", 1))]
        for record in records:
            if not self._wanted(record):
                self.filtered.append(_sequence(record))
                continue
            key = json.dumps(record["dynamodb"].get("Keys"), sort_keys=True, default=_binary).encode()
            lanes[zlib.crc32(key) % len(lanes)].append(record)
        while any(lanes):
            for lane in lanes:
                if lane:
                    self._handle(_Batch(self._take(lane)))

    def _wanted(self, record: dict[str, Any]) -> bool:
        filters = self.settings.get("FilterCriteria", {}).get("Filters", [])
        return not filters or any(matches(json.loads(each["Pattern"]), record) for each in filters)

    def _take(self, lane: list[dict[str, Any]]) -> list[dict[str, Any]]:
        window = self.settings.get("MaximumBatchingWindowInSeconds", 0)
        self.clock.now = max(self.clock.now, self._arrival(lane[0]))
        closes = self.clock.now + timedelta(seconds=window)
        size = len('{"Records": []}')
        batch: list[dict[str, Any]] = []
        while lane and len(batch) < self.settings["BatchSize"] and self._arrival(lane[0]) <= closes:
            size += len(json.dumps(lane[0], default=_binary)) + 2
            if batch and size > MAX_PAYLOAD:
                return batch
            batch.append(lane.pop(0))
            self.clock.now = max(self.clock.now, self._arrival(batch[-1]))
        if len(batch) < self.settings["BatchSize"]:
            self.clock.now = closes
        return batch

    def _handle(self, batch: _Batch) -> None:
        """Deliver a batch, and what becomes of it, to the end."""
        todo = [batch]
        while todo:
            batch = self._young(todo.pop(0))
            if not batch.records:
                continue
            batch.invocations += 1
            self.invocations.append([_sequence(record) for record in batch.records])
            answer, error, request = self.function.call({"Records": batch.records})
            place = self._first_failed(answer, batch.records) if error is None else 0
            if error is not None:
                self.errors.append(error)
            if place is None:
                continue
            whole = error is not None or place < 0
            rest = batch.records[max(place, 0) :]
            if len(rest) < len(batch.records):
                todo.insert(0, _Batch(rest, batch.retries, batch.invocations))
            elif whole and len(rest) > 1 and self.settings.get("BisectBatchOnFunctionError"):
                middle = len(rest) // 2
                halves = rest[:middle], rest[middle:]
                todo[:0] = [_Batch(half, batch.retries, batch.invocations) for half in halves]
            elif batch.retries == self.settings.get("MaximumRetryAttempts", -1):
                self._discard(batch, rest, "RetryAttemptsExhausted", error, request)
            else:
                self.clock.advance(min(60, 2**batch.retries))
                todo.insert(0, _Batch(rest, batch.retries + 1, batch.invocations))

    def _first_failed(self, answer: Any, records: list[dict[str, Any]]) -> int | None:
        """Where to begin again; None where all is done, -1 where the whole batch has failed."""
        if "ReportBatchItemFailures" not in self.settings.get("FunctionResponseTypes", []) or not answer:
            return None
        if not isinstance(answer, dict):
            return -1
        if not answer.get("batchItemFailures"):
            return None
        places = {_sequence(record): place for place, record in enumerate(records)}
        failed = [places.get(str(failure.get("itemIdentifier")), -1) for failure in answer["batchItemFailures"]]
        return min(failed)

    def _young(self, batch: _Batch) -> _Batch:
        limit = self.settings.get("MaximumRecordAgeInSeconds", -1)
        if limit is None or int(limit) < 0:
            return batch
        oldest = self.clock.now - timedelta(seconds=int(limit))
        old = [record for record in batch.records if self._arrival(record) < oldest]
        if old:
            self._discard(batch, old, "RecordAgeExceeded", None, str(uuid.uuid4()))
        return _Batch([r for r in batch.records if self._arrival(r) >= oldest], batch.retries, batch.invocations)

    def _discard(
        self, batch: _Batch, records: list[dict[str, Any]], condition: str, error: str | None, request: str
    ) -> None:
        context = {
            "requestId": request,
            "functionArn": f"arn:aws:lambda:us-east-1:000000000000:function:{self.function.name}",
            "condition": condition,
            "approximateInvokeCount": batch.invocations,
        }
        response = {"statusCode": 200, "executedVersion": "$LATEST"}
        self.discarded.append(
            {
                "requestContext": context,
                **({"responseContext": response | ({"functionError": "Unhandled"} if error else {})}),
                "version": "1.0",
                "timestamp": stamp(self.clock.now),
                "DDBStreamBatchInfo": {
                    "shardId": "shardId-00000000000000000001-00000001",
                    "startSequenceNumber": _sequence(records[0]),
                    "endSequenceNumber": _sequence(records[-1]),
                    "approximateArrivalOfFirstRecord": stamp(self._arrival(records[0])),
                    "approximateArrivalOfLastRecord": stamp(self._arrival(records[-1])),
                    "batchSize": len(records),
                    "streamArn": "arn:aws:dynamodb:us-east-1:000000000000:table/celebrity-database/stream/2025-11-09",
                },
            }
        )

    def _arrival(self, record: dict[str, Any]) -> datetime:
        stamp = record["dynamodb"].get("ApproximateCreationDateTime")
        if stamp is None:
            record["dynamodb"]["ApproximateCreationDateTime"] = stamp = self.clock.now.timestamp()
        return datetime.fromtimestamp(stamp, UTC)


def _sequence(record: dict[str, Any]) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


def stamp(moment: datetime) -> str:
    """A moment as AWS writes it."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _binary(value: Any) -> Any:
    """Binary attributes are base64 in an event."""
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
