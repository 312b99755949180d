"""Logs of the deployed functions: one JSON object a line, so that nothing from outside can forge a line."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

import orjson

__all__ = ["JsonFormatter", "set_up_logs"]


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON; ``extra={"fields": {…}}`` adds members."""

    def format(self, record: logging.LogRecord) -> str:
        """Format one record."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        try:
            return orjson.dumps(line, default=str).decode()
        except TypeError:  # half a surrogate pair, a number of 20 digits
            return json.dumps(line, default=str)


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
