"""A person's name in the scripts that the sources use.

Real transliteration needs dictionaries; here each character has one fixed reading, so that a name always gets the same
(plausible, rarely correct) form in another script.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from zlib import crc32

from springhead_demo.simulator.tables import characters, words
from springhead_demo.simulator.variants import to_simplified

Family = Literal["latin", "zh", "ja", "ko"]
"""A group of wikis that share the spelling of a name."""

_HAN = re.compile(r"[\u3400-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_CHUNK = re.compile(r"[^aeiouy]*[aeiouy]+(?:[nr](?![aeiouy]))?|[^aeiouy]+")
_WORD = re.compile(r"\w+")

_READINGS = dict(pair.split(":") for pair in words("mandarin_readings"))
_MANDARIN = words("mandarin_syllables")
_JAPANESE = words("japanese_syllables")
_HAN_SOUNDS = characters("han_sounds")
_KANA_SOUNDS = characters("kana_sounds")
_HANGUL_SOUNDS = characters("hangul_sounds")
_INITIALS = words("hangul_initials", "|")
_VOWELS = words("hangul_vowels", "|")
_FINALS = words("hangul_finals", "|")


@dataclass(frozen=True, slots=True)
class Names:
    """One name as it was given (`native`), the family it belongs to, and its spelling in the wikis of each family."""

    home: Family
    native: str
    latin: str
    zh: str
    ja: str
    ko: str

    def of(self, family: Family) -> str:
        """Return the spelling of one family; `zh` is in the script of the list."""
        return {"latin": self.latin, "zh": self.zh, "ja": self.ja, "ko": self.ko}[family]


def home_of(name: str, nationality: str) -> Family:
    """Tell which family a listed name belongs to; nationality decides for names in Chinese characters."""
    if _KANA.search(name):
        return "ja"
    if _HANGUL.search(name):
        return "ko"
    if not _HAN.search(name):
        return "latin"
    if "日本" in nationality and "混血" not in nationality:
        return "ja"
    return "ko" if any(word in nationality for word in ("韓國", "韩国", "南韓", "한국")) else "zh"


def _sound(char: str, sounds: str | list[str]) -> str:
    return sounds[crc32(char.encode("utf-8", "surrogatepass")) % len(sounds)]


def _chunks(text: str) -> list[str]:
    return [chunk for word in _WORD.findall(fold(text)) for chunk in _CHUNK.findall(word)]


def _in_sounds(latin: str, sounds: str, joint: str) -> str:
    words = latin.replace("-", " ").split()
    return joint.join("".join(_sound(chunk, sounds) for chunk in _chunks(word)[:4]) for word in words)


def _hangul_to_latin(char: str) -> str:
    index = ord(char) - 0xAC00
    return _INITIALS[index // 588] + _VOWELS[index % 588 // 28] + _FINALS[index % 28]


def _split(name: str) -> tuple[str, str]:
    """Split an East Asian name into family and given name."""
    if " " in name:
        family, _, given = name.partition(" ")
        return family, given
    cut = 2 if len(name) >= 4 else 1
    return name[:cut], name[cut:]


def _latin_of(name: str, home: Family) -> str:
    family, given = _split(name)
    if home == "ja":
        parts = ["".join(_sound(char, _JAPANESE) for char in part).capitalize() for part in (given, family) if part]
        return " ".join(parts)
    if home == "ko":
        read = [
            [_hangul_to_latin(c) if _HANGUL.match(c) else _sound(c, _MANDARIN) for c in part]
            for part in (family, given)
        ]
        return " ".join("-".join(part).capitalize() for part in read if part)
    read = [[_READINGS.get(c) or _sound(c, _MANDARIN) for c in part if not c.isspace()] for part in (family, given)]
    return " ".join("".join(part).capitalize() for part in read if part)


@lru_cache(maxsize=65536)
def spell(name: str, home: Family) -> Names:
    """Spell a name in every family."""
    if home == "latin":
        zh = _in_sounds(name, _HAN_SOUNDS, "·")
        ja, ko = _in_sounds(name, _KANA_SOUNDS, "・"), _in_sounds(name, _HANGUL_SOUNDS, " ")
        return Names("latin", name, name, zh or name, ja or name, ko or name)
    latin = _latin_of(name, home)
    han = "".join(c if _HAN.match(c) else _sound(c, _HAN_SOUNDS) for c in name if not c.isspace())
    hangul = "".join(c if _HANGUL.match(c) else _sound(c, _HANGUL_SOUNDS) for c in name if not c.isspace())
    return Names(home, name, latin, han, han if home == "ko" else name, hangul)


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Return the form under which names are compared: no case, accents, variants or separators between Han parts."""
    if text.isascii():
        return " ".join(text.casefold().split())
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not 0x300 <= ord(c) < 0x370)
    joined = unicodedata.normalize("NFC", plain).replace("·", "").replace("・", "")
    return " ".join(to_simplified(joined).casefold().split())


def tokens(text: str) -> set[str]:
    """Return what a search index keeps of a name: words, or pairs of characters where a script has no spaces."""
    found: set[str] = set()
    for word in _WORD.findall(fold(text)):
        if word.isascii() or not (_HAN.search(word) or _KANA.search(word) or _HANGUL.search(word)):
            found.add(word)
        else:
            found.update(word[i : i + 2] for i in range(max(1, len(word) - 1)))
    return found
