"""Logs of the deployed functions: one JSON object a line, so that nothing from outside can forge, break or flood it.

A line has ``time``, ``level``, ``logger``, ``message``, and what is known of ``run_id``, ``attempt_id``, ``source``,
``subject`` and ``request_id``; an exception adds ``error`` and ``stack``. Texts are bounded, control characters are
escaped, and what looks like a key is taken out.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Awaitable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, TypeVar

__all__ = ["MAX_LINE", "JsonFormatter", "invocation", "log_context", "set_up_logs", "told"]

log = logging.getLogger("springhead.run")
T = TypeVar("T")

#: Characters of one text, of a traceback, and bytes of a line; CloudWatch cuts events of 256 KB.
MAX_TEXT, MAX_STACK, MAX_LINE = 4_000, 16_000, 200_000
#: Members and levels that are shown of a field which is no plain value.
_MAX_ITEMS, _MAX_DEPTH = 50, 4

_context: ContextVar[Mapping[str, Any]] = ContextVar("log_context", default=MappingProxyType({}))

#: Harmless in JSON, but they end a line, or turn its direction or colour, in what people read logs with.
_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
#: The engine lets no key out; this is for what other libraries put into their messages.
_KEYS = re.compile(
    r"(?i)(\bauthorization[\"']?\s*[:=]\s*[\"']?(?:bearer\s+|basic\s+)?|\bbearer\s+|\b(?:key|token|sig)="
    r"|\b[\w-]*(?:api[_-]?key|access[_-]?token|client[_-]?secret|password|secret[_-]?access[_-]?key"
    r"|security-token|signature|sessionid)[\"']?\s*[=:]\s*[\"']?)[^\s&\"',;]{6,}"
)


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON; ``extra={"fields": {…}}`` adds members."""

    def format(self, record: logging.LogRecord) -> str:
        """Format one record."""
        line: dict[str, Any] = {
            **_context.get(),
            **getattr(record, "fields", {}),
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        shown = {_text(name): _plain(value) for name, value in line.items() if value is not None}
        if record.exc_info and record.exc_info[0] is not None:
            shown["error"] = record.exc_info[0].__name__
            shown["stack"] = _text(self.formatException(record.exc_info), MAX_STACK)
        text = _dumps(shown)
        if len(text.encode()) > MAX_LINE:
            # The fields are what is long; the rest is bounded by itself.
            kept = ("time", "level", "logger", "message", "error", "stack", "request_id", "run_id")
            text = _dumps({name: shown[name] for name in kept if name in shown} | {"cut": True})
        return text


@contextmanager
def log_context(**fields: Any) -> Iterator[None]:
    """Add members to every line that is logged meanwhile, by this task and those that it starts."""
    token = _context.set({**_context.get(), **{name: value for name, value in fields.items() if value is not None}})
    try:
        yield
    finally:
        _context.reset(token)


async def told(work: Awaitable[T], **fields: Any) -> T:
    """Wait for a run with members added to its lines; its failure is a line before it is raised on."""
    with log_context(**fields):
        try:
            return await work
        except Exception:
            log.exception("the run failed")
            raise


@contextmanager
def invocation(context: Any) -> Iterator[None]:
    """Set the logs up and name Lambda's request in every line.

    Args:
        context: Lambda's context object; None outside of Lambda.
    """
    set_up_logs()
    with log_context(request_id=getattr(context, "aws_request_id", None)):
        yield


def set_up_logs() -> None:
    """Send our logs to stdout as JSON, once; Lambda's own handler would print them a second time."""
    root = logging.getLogger()
    if any(isinstance(handler.formatter, JsonFormatter) for handler in root.handlers):
        return
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("springhead").setLevel(logging.INFO)


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):  # arguments that do not fit the text: the event is worth more than its form
        return f"{record.msg} {record.args!r}"


def _plain(value: Any, depth: int = 0) -> Any:
    if value is None or isinstance(value, bool | int):
        # Nobody reads a number of 10,000 digits.
        return value if not isinstance(value, int) or abs(value) < 1 << 63 else _text(hex(value))
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    if isinstance(value, Mapping) and depth < _MAX_DEPTH:
        return {_text(name): _plain(item, depth + 1) for name, item in list(value.items())[:_MAX_ITEMS]}
    if isinstance(value, list | tuple | set | frozenset) and depth < _MAX_DEPTH:
        return [_plain(item, depth + 1) for item in list(value)[:_MAX_ITEMS]]
    try:
        return _text(value)
    except Exception as error:  # its own repr fails
        return f"<{type(value).__name__}: {type(error).__name__}>"


def _text(value: Any, limit: int = MAX_TEXT) -> str:
    # A name as a key is told by its neighbours only in the whole text, so it is taken out before the text is cut.
    text = _KEYS.sub(r"\1***", str(value)[: 4 * limit])
    if len(text) <= limit:
        return text
    # Of a traceback and of a message the end says as much as the beginning.
    half = limit // 2
    return f"{text[:half]} … {text[-half:]}"


def _dumps(line: dict[str, Any]) -> str:
    # Half surrogate pairs have no UTF-8; everything else people can read.
    text = json.dumps(line, ensure_ascii=False).encode("utf-8", "replace").decode()
    return _UNSEEN.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
