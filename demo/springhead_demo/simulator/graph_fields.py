"""The `fields` parameter of Meta's Graph API: nested names with modifiers, as in `media.limit(3){id,caption}`.

Documented at https://developers.facebook.com/docs/graph-api/guides/field-expansion
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"[A-Za-z0-9_]+|[.,{}]|\([^()]*\)")
_DEPTH = 8


class FieldSyntaxError(ValueError):
    """The parameter is not of the documented form."""


@dataclass(frozen=True, slots=True)
class Field:
    """One wanted field: its modifiers, and what is wanted of it where it is an object or an edge."""

    name: str
    modifiers: dict[str, str]
    fields: tuple[Field, ...]

    def find(self, name: str) -> Field | None:
        """Return one of the fields inside."""
        return next((field for field in self.fields if field.name == name), None)


def parse_fields(text: str) -> tuple[Field, ...]:
    """Parse a field expansion.

    Raises:
        FieldSyntaxError: The text is not of the documented form.
    """
    squeezed = "".join(text.split())
    tokens = _TOKEN.findall(squeezed)
    if "".join(tokens) != squeezed:
        raise FieldSyntaxError(text)
    reader = _Reader(tokens)
    fields = reader.fields(0) if tokens else ()
    if reader.place != len(tokens):
        raise FieldSyntaxError(text)
    return fields


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self.place = 0
        self._tokens = tokens

    def _next(self) -> str:
        return self._tokens[self.place] if self.place < len(self._tokens) else ""

    def _take(self) -> str:
        self.place += 1
        return self._tokens[self.place - 1] if self.place <= len(self._tokens) else ""

    def _word(self) -> str:
        word = self._take()
        if not word or not (word[0].isalnum() or word[0] == "_"):
            raise FieldSyntaxError(word)
        return word

    def fields(self, depth: int) -> tuple[Field, ...]:
        if depth > _DEPTH:
            raise FieldSyntaxError("too deep")
        found = [self._field(depth)]
        while self._next() == ",":
            self._take()
            found.append(self._field(depth))
        return tuple(found)

    def _field(self, depth: int) -> Field:
        name, modifiers = self._word(), {}
        while self._next() == ".":
            self._take()
            modifier, argument = self._word(), self._take()
            if not argument.startswith("("):
                raise FieldSyntaxError(name)
            modifiers[modifier] = argument[1:-1]
        inside: tuple[Field, ...] = ()
        if self._next() == "{":
            self._take()
            inside = self.fields(depth + 1)
            if self._take() != "}":
                raise FieldSyntaxError(name)
        return Field(name, modifiers, inside)
