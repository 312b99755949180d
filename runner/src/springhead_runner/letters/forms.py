"""From what AWS leaves on a dead-letter queue to the contract's ``dead_letter``.

AWS's own forms, as its documentation gives them:

- EventBridge, a delivery that failed: the event, with message attributes ``RULE_ARN``, ``TARGET_ARN``, ``ERROR_CODE``,
  ``ERROR_MESSAGE``, ``EXHAUSTED_RETRY_CONDITION``, ``RETRY_ATTEMPTS``;
- Lambda, an asynchronous invocation that failed: ``requestContext``, ``requestPayload``, ``responsePayload``;
- Lambda, a stream batch that failed: ``requestContext`` and ``DDBStreamBatchInfo``, a pointer into the stream;
- SQS, work that was delivered too often: the message as it was, with its queue as ``DeadLetterQueueSourceArn``.

What is none of these is kept as it is, to be seen and purged.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from springhead.errors import ConfigError
from springhead_contracts import keys, validate

from springhead_runner.scrape.plan import Batch
from springhead_runner.stores.queues import Message

__all__ = ["function_of", "read_notice", "translate"]

_SOURCE = re.compile(r"[a-z][a-z0-9_]*")
#: Kind → the source's name where none can be told.
_UNKNOWN = "unknown"
INGEST = "instagram-ingest-data"


def read_notice(message: Message) -> str | None:
    """Address of the letter that a message announces; None where it announces none."""
    body = _object(message.body)
    reference = body.get("ref")
    return reference if isinstance(reference, str) and reference.startswith("s3://") and "kind" in body else None


def translate(message: Message, suffix: str = "") -> dict[str, Any]:
    """The message as a dead letter that its contract accepts, whatever the message is.

    Args:
        message: From one of the dead-letter queues.
        suffix: The stage's suffix of function names.
    """
    body = _object(message.body)
    if "TARGET_ARN" in message.attributes:
        letter = _delivery(message, body, suffix)
    elif "DDBStreamBatchInfo" in body:
        letter = _stream_batch(message, body)
    elif "requestContext" in body and "requestPayload" in body:
        letter = _invocation(message, body, suffix)
    elif _is_work(body):
        letter = _work(message, body)
    else:
        letter = _stranger(message, body)
    letter.setdefault("created_at", _sent(message))
    return letter if not validate("dead_letter", letter) else _stranger(message, body)


def function_of(arn: str) -> str:
    """Name of a function, from its ARN with or without a qualifier."""
    return arn.split(":function:")[-1].split(":")[0]


def _delivery(message: Message, event: dict[str, Any], suffix: str) -> dict[str, Any]:
    told = message.attributes
    function = function_of(told["TARGET_ARN"])
    code, why = told.get("ERROR_CODE", "unknown"), told.get("ERROR_MESSAGE", "no reason given")
    tries = told.get("RETRY_ATTEMPTS", "")
    letter = _scheduled(message, event, function, suffix)
    name = "AuthFailed" if code == "NO_PERMISSIONS" else "Unavailable"
    return letter | {
        "error": {
            "name": name,
            "message": f"EventBridge could not start {function}: {code}: {why}",
            "retryable": True,
            "hint": f"put {told.get('RULE_ARN', 'the rule')} right, then `springhead dlq replay`",
        },
        "attempts": int(tries) + 1 if tries.isdigit() else 1,
        "event": {"function": function, "rule": told.get("RULE_ARN", ""), "payload": event},
    }


def _invocation(message: Message, body: dict[str, Any], suffix: str) -> dict[str, Any]:
    context = body["requestContext"]
    function = function_of(str(context.get("functionArn", _UNKNOWN)))
    answer = body.get("responsePayload")
    answer = answer if isinstance(answer, dict) else {}
    condition = context.get("condition", "unknown")
    known = re.fullmatch(r"[A-Z][A-Za-z]+", str(answer.get("errorType", "")).rpartition(".")[2])
    name = known[0] if known and known[0] != "HandlerError" else "Unavailable"
    payload = body["requestPayload"]
    letter = _scheduled(message, payload if isinstance(payload, dict) else {}, function, suffix)
    count = context.get("approximateInvokeCount")
    return letter | {
        "error": {
            "name": name,
            "message": f"{function} failed ({condition}): {answer.get('errorMessage') or 'no reason given'}",
            "retryable": True,
            "hint": "read its log, put it right, then `springhead dlq replay`",
        },
        "attempts": count if isinstance(count, int) and count >= 0 else 1,
        "created_at": _time(body.get("timestamp")) or _sent(message),
        "event": {
            "function": function,
            "request_id": str(context.get("requestId", "")),
            "payload": payload if isinstance(payload, dict) else {"value": payload},
        },
    }


def _scheduled(message: Message, payload: dict[str, Any], function: str, suffix: str) -> dict[str, Any]:
    """What letters about a whole run have in common."""
    unit = function.removesuffix(suffix) if suffix else function
    own = unit.removeprefix("scraper-")
    asked = payload.get("source") if "detail-type" not in payload else None
    source = str(asked or own).replace("-", "_")
    source = source if _SOURCE.fullmatch(source) else _UNKNOWN
    letter: dict[str, Any] = {"kind": "schedule", "source": source}
    if unit == INGEST:
        letter = {"kind": "lake", "source": "lake"}
    time = _time(payload.get("time"), floor=True)
    if time is not None and letter["kind"] == "schedule":
        letter |= {"time": time, "run_id": keys.run_id(source, time)}
    # The same call of the same run is one letter however often it fails; without a T each call is its own.
    asks = "resume" if payload.get("resume") else ",".join(map(str, payload.get("subjects") or ["all"]))
    identity = letter.get("run_id", message.id)
    return letter | {"id": keys.dead_letter_id(identity, letter["kind"], f"{function} {asks}".replace("\n", " "))}


def _stream_batch(message: Message, body: dict[str, Any]) -> dict[str, Any]:
    batch, context = body["DDBStreamBatchInfo"], body.get("requestContext") or {}
    place = f"{batch.get('shardId')} {batch.get('startSequenceNumber')}"
    count, size = context.get("approximateInvokeCount"), batch.get("batchSize")
    return {
        "id": keys.dead_letter_id(str(batch.get("streamArn")), "stream", place),
        "kind": "stream",
        "source": _UNKNOWN,
        "error": {
            "name": "Unavailable",
            "message": f"a batch of {size} stream records was given up: {context.get('condition', 'unknown')}",
            "retryable": True,
            "hint": "`springhead dlq replay` enriches their entries by key",
        },
        "attempts": count if isinstance(count, int) and count >= 0 else 1,
        "created_at": _time(body.get("timestamp")) or _sent(message),
        "event": {"function": function_of(str(context.get("functionArn", ""))), "batch": batch},
    }


def _work(message: Message, work: dict[str, Any]) -> dict[str, Any]:
    """As a worker itself would have kept it: whoever gives up first, it is one letter."""
    batch = Batch.from_body(work)
    tries = message.system.get("ApproximateReceiveCount", "")
    return {
        "id": batch.letter_id,
        "kind": "schedule",
        "source": batch.source,
        "run_id": batch.run.run_id,
        "time": batch.run.time,
        "error": {
            "name": "Unavailable",
            "message": f"batch {batch.label} of {batch.run.run_id} ({len(batch.subjects)} subjects) was given to "
            "workers again and again and never finished",
            "retryable": True,
            "hint": "read the worker's log, then `springhead dlq replay` puts it back on its queue",
        },
        "attempts": int(tries) if tries.isdigit() else 1,
        "event": {"queue": message.system.get("DeadLetterQueueSourceArn", ""), "work": batch.to_message()},
    }


def _is_work(body: dict[str, Any]) -> bool:
    try:
        Batch.from_body(body)
    except ConfigError:
        return False
    return True


def _stranger(message: Message, body: dict[str, Any]) -> dict[str, Any]:
    kind = "stream" if "post-processor" in message.queue else "schedule"
    return {
        "id": keys.dead_letter_id(message.id, kind, "message"),
        "kind": kind,
        "source": _UNKNOWN,
        "error": {
            "name": "BadResponse",
            "message": f"a message of no form that we know lies on {message.queue.rpartition('/')[2]}",
            "retryable": False,
            "hint": "look at it with `springhead dlq show`, then purge it",
        },
        "attempts": 0,
        "created_at": _sent(message),
        "event": {"message_id": message.id, "body": message.body.encode("utf-8", "replace").decode()},
    }


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _time(value: Any, *, floor: bool = False) -> str | None:
    try:
        return keys.format_time(keys.slot(value) if floor else value)
    except ValueError:
        return None


def _sent(message: Message) -> str:
    stamp = message.system.get("SentTimestamp", "")
    return keys.format_time(datetime.fromtimestamp(int(stamp) / 1000 if stamp.isdigit() else 0, UTC))
