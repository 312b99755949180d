"""Does a text name somebody."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from springhead.matching.names import normalise, script

__all__ = ["mentions"]

#: Letters that Arabic and Hebrew write together with the word after them: and, in, to, from, the.
PREFIXES: Final = {"arabic": "وفبلك", "hebrew": "והבכלמש"}
#: Scripts without spaces between words, or with endings that grow on names: there, a name may stand anywhere in a text.
UNSPACED: Final = ("han", "kana", "hangul", "thai")


def mentions(name: str, text: str) -> bool:
    """True where a text has the whole name: for scripts with spaces, as words of their own."""
    if script(name) in UNSPACED:
        return normalise(name) in normalise(text)
    wanted, words = _words(name), _words(text)
    if not wanted:
        return False
    first, *rest = wanted
    starts = {first, *(letter + first for letter in PREFIXES.get(script(name), "") if rest)}
    return any(word in starts and words[n : n + len(rest)] == rest for n, word in enumerate(words, start=1))


def _words(text: str) -> list[str]:
    plain = re.sub(r"['’]s\b", "", unicodedata.normalize("NFKC", text))
    return [normalise(part) for part in re.findall(r"[^\W_]+(?:['’][^\W_]+)*", plain)]
