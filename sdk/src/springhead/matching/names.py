"""Names: folding, scripts, and what can pass for a slip of the pen."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["distance", "is_misspelling", "normalise", "script"]

_VOWELS = frozenset("aeiouy")
#: A changed word of fewer letters may well be another name: Jon and Joan, Ann and Anna.
_SHORTEST_WORD = 6


def normalise(name: str) -> str:
    """Fold a name for comparison: width, case, accents, spaces and the points and hyphens between its parts."""
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    folded = "".join(char for char in decomposed if unicodedata.category(char)[0] in "LN" or _joins(char))
    # A name of nothing but symbols stays itself: two of those must not become equal by vanishing.
    return unicodedata.normalize("NFC", folded) or name.strip()


def _joins(char: str) -> bool:
    # Kana voicing marks and Hangul or Indic vowel signs are part of the letter; Latin accents are not.
    return unicodedata.category(char) == "Mc" or char in "\u3099\u309a"


def script(name: str) -> str:
    """The script of a name: hangul, kana, han, cyrillic, arabic, hebrew, greek, thai, devanagari or latin.

    The first letter of a script that decides wins; kana decides over Han, since Japanese names mix both.
    """
    found = set()
    for char in name:
        label = unicodedata.name(char, "").split(" ")[0]
        found.add({"CJK": "han", "HIRAGANA": "kana", "KATAKANA": "kana"}.get(label, label.lower()))
    for candidate in ("hangul", "kana", "han", "cyrillic", "arabic", "hebrew", "greek", "thai", "devanagari"):
        if candidate in found:
            return candidate
    return "latin"


def distance(one: str, other: str) -> int:
    """Edits between two texts: a letter added, lost or replaced, or two neighbours swapped, count one each."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, char in enumerate(one, start=1):
        row = [i]
        for j, match in enumerate(other, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (char != match))
            if i > 1 and j > 1 and char == other[j - 2] and one[i - 2] == match:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def is_misspelling(listed: str, given: str) -> bool:
    """True where one name is the other with a slip of the pen; deliberately narrow.

    One letter that was replaced makes another name as often as a misspelt one (twins: Marian and Marion, 白緯芬 and
    白緯玲), so: one edit per word, in words of six letters and more that keep their first and last letter, and never
    a vowel for a vowel. In scripts without spaces a letter may only be doubled, lost or swapped with its neighbour.
    """
    if script(listed) != script(given):
        return False
    if script(listed) != "latin":
        return _is_slip(normalise(listed), normalise(given))
    words = [[normalise(word) for word in re.split(r"[\s-]+", name.strip())] for name in (listed, given)]
    if len(words[0]) != len(words[1]):
        return False
    changed = [(one, other) for one, other in zip(*words, strict=True) if one != other]
    return bool(changed) and all(_is_typo(one, other) for one, other in changed)


def _is_slip(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= 3 and distance(one, other) == 1 and (len(short) != len(long) or sorted(one) == sorted(other))


def _is_typo(one: str, other: str) -> bool:
    if min(len(one), len(other)) < _SHORTEST_WORD or distance(one, other) != 1:
        return False
    if one[0] != other[0] or one[-1] != other[-1]:
        return False
    replaced = {char for pair in zip(one, other, strict=False) if pair[0] != pair[1] for char in pair}
    return len(one) != len(other) or sorted(one) == sorted(other) or not replaced <= _VOWELS
