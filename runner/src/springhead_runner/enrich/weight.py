"""The weight of an entry: how complete it is, and how far its source is to be believed (decision 10).

``weight = round(0.5 × completeness + 0.5 × reliability, 4)``, both 0..1. The vectors in
``contracts/v1/vectors/weight.json`` are shared with Go.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from springhead.errors import ConfigError, SpringheadError
from springhead.pointer import is_filled, resolve
from springhead.source import Source

__all__ = ["completeness", "configured", "reliability", "weight"]

#: Completeness of an answer that cannot be read, or in which the content object is missing.
OPAQUE: Final = 0.3
#: By host, for hosts that belong to one source.
HOSTS: Final = {
    "api.themoviedb.org": 0.95,
    "news.google.com": 0.87,
    "newsapi.org": 0.85,
    "wikipedia.org": 0.90,
}
#: By source type, for hosts that serve several (www.googleapis.com).
SOURCE_TYPES: Final = {
    "google_search": 0.80,
    "instagram": 0.75,
    "threads": 0.75,
    "tmdb": 0.95,
    "wikipedia": 0.90,
    "youtube": 0.85,
}
UNKNOWN: Final = 0.5


def completeness(raw_text: str, content: str = "", document_of: Callable[[str], Any] = Source.document) -> float:
    """Share of non-empty members of the content object, 0..1.

    Empty are ``""``, null, ``[]`` and ``{}``; 0 and false say something.

    Args:
        raw_text: The entry's raw text.
        content: JSON pointer of the object whose members count; ``""`` is the whole answer.
        document_of: Reads the raw text as the source does; JSON, where the source does not say otherwise.
    """
    try:
        document = document_of(raw_text)
    except SpringheadError:
        return OPAQUE
    members = resolve(document, content, None)
    if not isinstance(members, dict):
        return OPAQUE
    if not members:
        return 0.0
    filled = sum(map(is_filled, members.values()))
    return float(filled / len(members))


def reliability(source: str, source_type: str, declared: float | None = None) -> float:
    """How far a source is to be believed, 0..1: by host, then by source type, then as its plugin declares.

    ``SPRINGHEAD_RELIABILITY`` (a JSON object, host or source type → number) goes first.
    """
    try:
        host = urlsplit(source).hostname or ""
    except ValueError:  # "http://[", in an entry of an older writer
        host = ""
    names = [host[i:] for i in range(len(host)) if i == 0 or host[i - 1] == "."]
    for table in (configured(), {**HOSTS, **SOURCE_TYPES}):
        for name in (*names, source_type):
            if name in table:
                return table[name]
    return UNKNOWN if declared is None else declared


def configured() -> dict[str, float]:
    """What ``SPRINGHEAD_RELIABILITY`` says.

    Raises:
        ConfigError: It is no JSON object of numbers from 0 to 1.
    """
    return _settings(os.environ.get("SPRINGHEAD_RELIABILITY", ""))


@lru_cache(maxsize=4)
def _settings(text: str) -> dict[str, float]:
    if not text:
        return {}
    try:
        table: Any = json.loads(text)
        numbers = {str(name): float(value) for name, value in table.items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise ConfigError(f"SPRINGHEAD_RELIABILITY: {error}", hint='write {"tmdb": 0.9}') from error
    wrong = [name for name, value in numbers.items() if not 0 <= value <= 1]
    if wrong:
        raise ConfigError(f"SPRINGHEAD_RELIABILITY: {wrong[0]} is not in 0..1", hint="give numbers from 0 to 1")
    return numbers


def weight(complete: float, reliable: float) -> float:
    """Combine completeness and reliability, clamped to 0..1 and rounded to four places."""
    return round(min(1.0, max(0.0, 0.5 * complete + 0.5 * reliable)), 4)
