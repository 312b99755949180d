"""Printing for people: tables that count the width of a CJK character as two, and nothing that a terminal obeys."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from springhead.http.messages import excerpt

__all__ = ["cell", "plural", "print_json", "print_line", "size", "table", "width"]


def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def cell(value: Any, limit: int = 60) -> str:
    """A value as one short, harmless piece of text."""
    if isinstance(value, str):
        text = excerpt(value, limit)
    elif value is None:
        text = "–"
    else:
        text = excerpt(orjson.dumps(value).decode(), limit)
    while width(text) > limit:
        text = text[:-2] + "…"
    return text


def plural(count: int, noun: str) -> str:
    """A count with its noun: ``1 case``, ``2 cases``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def table(rows: Iterable[Sequence[str]], head: Sequence[str] | None = None, indent: str = "") -> str:
    """Lay rows out in columns; numbers go to the right."""
    body = [list(row) for row in rows]
    lines = [list(head), *body] if head else body
    if not lines:
        return ""
    widths = [max(width(row[i]) for row in lines) for i in range(len(lines[0]))]
    numeric = [bool(body) and all(_is_number(row[i]) for row in body) for i in range(len(widths))]
    shown = []
    for row in lines:
        cells = [
            " " * (w - width(text)) + text if right else text + " " * (w - width(text))
            for text, w, right in zip(row, widths, numeric, strict=True)
        ]
        shown.append((indent + "  ".join(cells)).rstrip())
    if head:
        shown.insert(1, indent + "  ".join("─" * w for w in widths))
    return "\n".join(shown)


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "", 1).replace("–", "0").strip("%s ").isdigit()


def size(count: float) -> str:
    """Bytes in a few characters."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def print_json(value: Any, *, pretty: bool = False) -> None:
    """Print one JSON value on one line (or indented), in UTF-8 whatever the locale says."""
    option = orjson.OPT_INDENT_2 if pretty else 0
    sys.stdout.flush()
    sys.stdout.buffer.write(orjson.dumps(value, option=option) + b"\n")
    sys.stdout.buffer.flush()


def print_line(text: str = "") -> None:
    """Print a line; what the terminal cannot show is replaced rather than raised."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), flush=True)
