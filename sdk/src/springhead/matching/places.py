"""Countries in several languages. Lists are often wrong about them, so they only ever speak for somebody."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

__all__ = ["countries_of", "share_country"]


def countries_of(texts: Iterable[str]) -> frozenset[str]:
    """The countries (of those in ``places.json``) that nationalities, birth places or Wikidata items name."""
    found: set[str] = set()
    for text in texts:
        folded = unicodedata.normalize("NFKC", text).casefold()
        alone = frozenset(re.findall(r"\w+", folded))
        for country, words in _countries().items():
            if text in words or any(_names(word, folded, alone) for word in words):
                found.add(country)
    return frozenset(found)


def share_country(listed: Iterable[str], given: Iterable[str]) -> bool:
    """True where both name a country in common."""
    return bool(countries_of(listed) & countries_of(given))


def _names(word: str, text: str, alone: frozenset[str]) -> bool:
    # A word of a script with spaces stands alone: Indiana is not India.
    return word in alone or (word in text and (not word.isascii() or " " in word))


@cache
def _countries() -> dict[str, list[str]]:
    document: dict[str, list[str]] = json.loads(Path(__file__).with_name("places.json").read_text(encoding="utf-8"))
    return document
