"""Writes texts that match a pattern of the contract's subset."""

from __future__ import annotations

import random
from collections.abc import Callable

Sampler = Callable[[random.Random], str]

# What a class that excludes characters may draw from; letters of several scripts, and what often goes wrong.
_ANY = [chr(c) for c in range(0x20, 0x7F)] + list("äßñ演員週٣é😀")
_MORE = 4


def sampler(pattern: str) -> Sampler:
    """Returns a function that writes texts which match.

    Args:
        pattern: A pattern from ``^`` to ``$`` with literals, classes, groups, alternatives and repetitions.

    Raises:
        ValueError: The pattern uses something else.
    """
    parser = _Parser(pattern.removeprefix("^").removesuffix("$"))
    found = parser.alternatives()
    if parser.at < len(parser.text):
        raise ValueError(f"{pattern} is beyond this sampler at {parser.at}")
    return found


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def alternatives(self) -> Sampler:
        options = [self._sequence()]
        while self._take("|"):
            options.append(self._sequence())
        return lambda rng: rng.choice(options)(rng)

    def _sequence(self) -> Sampler:
        parts: list[Sampler] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            parts.append(self._repeated(self._atom()))
        return lambda rng: "".join(part(rng) for part in parts)

    def _repeated(self, part: Sampler) -> Sampler:
        low, high = 1, 1
        if self._take("*"):
            low, high = 0, _MORE
        elif self._take("+"):
            low, high = 1, _MORE
        elif self._take("?"):
            low, high = 0, 1
        elif self._take("{"):
            inside, _, rest = self.text[self.at :].partition("}")
            self.at = len(self.text) - len(rest)
            first, comma, last = inside.partition(",")
            low = int(first)
            high = int(last) if last else low + _MORE if comma else low
        return lambda rng: "".join(part(rng) for _ in range(rng.randint(low, high)))

    def _atom(self) -> Sampler:
        if self._take("("):
            inner = self.alternatives()
            if not self._take(")"):
                raise ValueError(f"{self.text}: a group does not end")
            return inner
        if self._take("["):
            return self._class()
        if self._take("."):
            return lambda rng: rng.choice(_ANY)
        character = self._character()
        return lambda _: character

    def _class(self) -> Sampler:
        excluded = self._take("^")
        ranges: list[tuple[str, str]] = []
        while not self._take("]"):
            first = last = self._character()
            if self.text[self.at : self.at + 1] == "-" and self.text[self.at + 1] != "]":
                self.at += 1
                last = self._character()
            ranges.append((first, last))
        if excluded:
            allowed = [c for c in _ANY if not any(a <= c <= b for a, b in ranges)]
        else:
            allowed = [chr(c) for a, b in ranges for c in range(ord(a), ord(b) + 1)]
        return lambda rng: rng.choice(allowed)

    def _character(self) -> str:
        character = self.text[self.at]
        self.at += 1
        if character != "\\":
            return character
        escaped = self.text[self.at]
        self.at += 1
        if escaped == "x":
            self.at += 2
            return chr(int(self.text[self.at - 2 : self.at], 16))
        return escaped

    def _take(self, character: str) -> bool:
        taken = self.text[self.at : self.at + 1] == character
        self.at += taken
        return taken
