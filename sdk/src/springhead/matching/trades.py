"""Occupations in many languages, folded to a few trades that can be compared.

A list says 演員, TMDb says Acting, Wikidata says Q33999. What is not in the vocabulary says nothing, so an unknown
word never speaks for or against anybody.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from enum import Enum
from functools import cache
from pathlib import Path

__all__ = ["Trade", "compare", "trades_of"]

#: Trades between which people of the stage and screen move: another one of these is no contradiction.
_SHOW = frozenset(
    {"acting", "comedy", "singing", "songwriting", "music", "directing", "producing", "screenwriting", "writing"}
    | {"modelling", "dancing", "hosting", "film crew", "film work"}
)
#: Trades that lists give to half of everybody: they say something only where a list gives no other.
_COMMON = frozenset({"producing", "business"})
#: TMDb's departments: singers, hosts and athletes are under Acting as well, so they speak neither for nor against.
_COARSE = frozenset({"film work"})
_ITEM = re.compile(r"Q\d+")


class Trade(Enum):
    """How a source's occupations stand to ours."""

    SAME = "a trade in common"
    NEAR = "other trades of stage and screen, or too coarse to tell"
    OTHER = "a trade of another world"
    UNKNOWN = "one of both is not known"


def compare(listed: Iterable[str], given: Iterable[str]) -> Trade:
    """Compare our list's occupations with a source's."""
    ours, theirs = trades_of(listed), trades_of(given)
    if not ours or not theirs:
        return Trade.UNKNOWN
    if theirs <= _COARSE:
        return Trade.NEAR
    if (ours - _COMMON or ours) & theirs:
        return Trade.SAME
    if ours & theirs or (ours & _SHOW and theirs & _SHOW):
        return Trade.NEAR
    return Trade.OTHER


def trades_of(texts: Iterable[str]) -> frozenset[str]:
    """The trades that words, sentences, TMDb departments or Wikidata items name."""
    exact, words, pattern = _index()
    found: set[str] = set()
    for text in texts:
        folded = _fold(text)
        if folded in exact:
            found.add(exact[folded])
        else:
            # The longest word wins: 詞曲作家 writes songs and is no 作家.
            found |= {words[match[0]] for match in pattern.finditer(folded)}
    return frozenset(found)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


@cache
def _index() -> tuple[dict[str, str], dict[str, str], re.Pattern[str]]:
    vocabulary: dict[str, list[str]] = json.loads(Path(__file__).with_name("trades.json").read_text(encoding="utf-8"))
    exact: dict[str, str] = {}
    words: dict[str, str] = {}
    for trade, names in vocabulary.items():
        for name in names:
            # Items and departments (Art, Sound, Writing) stand alone; other words may stand in a sentence.
            (exact if trade in _COARSE or _ITEM.fullmatch(name) else words)[_fold(name)] = trade
    longest = sorted(words, key=len, reverse=True)
    # A word of a script with spaces must stand alone (factor is no actor); the others have no such rim.
    spaced = [re.escape(word) for word in longest if not _is_unspaced(word)]
    unspaced = [re.escape(word) for word in longest if _is_unspaced(word)]
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})(?=s?(?!\w))|{'|'.join(unspaced)}")
    return exact, words, pattern


def _is_unspaced(word: str) -> bool:
    return any("\u2e80" <= char <= "\ud7ff" or "\u0e00" <= char <= "\u0e7f" for char in word)
