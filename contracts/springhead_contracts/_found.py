"""What is found in a file: a record, or the fault in its stead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from springhead_contracts._violation import Violation

MAX_BYTES = 16 * 2**20
"""Longest text of one record that is parsed; no store takes such a record, and the cause is a missing line break."""


@dataclass(frozen=True, slots=True)
class Found:
    """A record, or the fault in its stead.

    Attributes:
        place: File and line, for messages.
        record: The record.
        fault: Why there is no record.
        counted: False for a fault of a header or a whole file, which is no record.
        lines: First and last line of a CSV row; 0 elsewhere.
    """

    place: str
    record: Any = None
    fault: Violation | None = None
    counted: bool = True
    lines: tuple[int, int] = (0, 0)


def not_utf8(byte: int, value: int, line: int) -> str:
    """Returns the message for bytes that are no UTF-8.

    Args:
        byte: Position of the first bad byte in its file or line, from 0.
        value: That byte.
        line: Its line, from 1.
    """
    return f"is not UTF-8 at byte {byte} ({value:#04x}), line {line}; save the file as UTF-8"
