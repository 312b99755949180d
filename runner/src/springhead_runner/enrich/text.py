"""The text in a response that people wrote."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from springhead.errors import SpringheadError
from springhead.pointer import resolve
from springhead.source import Source

from springhead_runner.enrich.sentiment import MAX_CHARS

__all__ = ["human_text"]


def human_text(
    raw_text: str, pointers: tuple[str, ...] = (), document_of: Callable[[str], Any] = Source.document
) -> str:
    """Find it: where the source says, else every string with words in it, else the response as it is.

    Args:
        raw_text: The response.
        pointers: JSON pointers that the source declares.
        document_of: Reads the response as the source does.

    Returns:
        The text, of which more than the analyser reads is not looked for.
    """
    try:
        document = document_of(raw_text)
    except SpringheadError:
        return raw_text
    if pointers:
        found = (resolve(document, pointer, None) for pointer in pointers)
        return "\n".join(text for text in found if isinstance(text, str))
    return "\n".join(_strings(document))


def _strings(document: Any) -> list[str]:
    """Strings in the order of the document. Without recursion: a response may be nested deeper than Python calls."""
    found: list[str] = []
    size = 0
    todo = [document]
    while todo and size < MAX_CHARS:
        value = todo.pop()
        if isinstance(value, dict):
            todo.extend(reversed(value.values()))
        elif isinstance(value, list):
            todo.extend(reversed(value))
        # An id, a code or an address has no spaces; CJK text has none either, but is no ASCII.
        elif isinstance(value, str) and (" " in value.strip() or not value.isascii()):
            found.append(value)
            size += len(value)
    return found
