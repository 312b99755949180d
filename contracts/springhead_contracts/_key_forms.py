"""Builds and parses the composite keys of ``v1/keys.json``; `springhead_contracts.table_keys` is generated from it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from springhead_contracts._key_base import KeyFormatError, format_time, shown, utc

SLOT = timedelta(minutes=5)
"""Length of a slot of ``NEXT_RUN#``."""

_ID = r"[^#\x00-\x20]+"
_PATTERNS = {
    "id": _ID,
    "place": r"[^#\x00-\x1f]+",
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "time": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z",
    "slot5": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z",
    "instance_time": r"(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9])?",
    "flag": "true|false",
}
_WANTED = {
    "id": "a text without # and blanks",
    "place": "a text without # and line breaks",
    "date": "an existing date YYYY-MM-DD",
    "time": "a time",
    "slot5": "a time",
    "instance_time": "HH:MM, or empty",
    "flag": "a boolean",
}


class Part:
    """One part of a key.

    Args:
        name: Name of the part.
        kind: A kind of ``v1/keys.json``; ``enum`` with values.
        strip: Prefixes that a value may carry and the key does not repeat.
        values: Values of an enum.
    """

    def __init__(
        self, name: str, kind: str, *, strip: tuple[str, ...] = (), values: tuple[str, ...] | None = None
    ) -> None:
        self.name = name
        self.kind = kind
        self.strip = strip
        self.values = values
        self.pattern = "|".join(map(re.escape, values)) if values else _PATTERNS[kind]

    def written(self, value: Any, beside: tuple[Any, ...] = ()) -> str:
        """Returns the part's text in a key.

        Args:
            value: The value.
            beside: Values of the other parts. Where one of them says the kind, a value may carry the prefix of that
                kind only: any other contradicts it, and its mark does not fit.

        Raises:
            KeyFormatError: The value does not fit.
        """
        if self.kind in ("time", "slot5"):
            return self._moment(value)
        if self.kind == "flag":
            if not isinstance(value, bool):
                raise self._refused(value)
            return "true" if value else "false"
        if not isinstance(value, str):
            raise self._refused(value)
        own = tuple(f"{one}#" for one in beside if isinstance(one, str) and f"{one}#" in self.strip)
        text = next((value[len(prefix) :] for prefix in own or self.strip if value.startswith(prefix)), value)
        if self.kind == "instance_time" and text:
            text = f"T{text}"
        if not re.fullmatch(self.pattern, text) or (self.kind == "date" and not _exists(text)):
            raise self._refused(value)
        return text

    def read(self, text: str) -> Any:
        """Returns the part's value from its text in a key.

        Raises:
            KeyFormatError: There is no such date or time.
        """
        if self.kind == "flag":
            return text == "true"
        if self.kind == "instance_time":
            return text.removeprefix("T")
        if self.kind == "date" and not _exists(text):
            raise self._refused(text)
        return self._moment(text) if self.kind == "time" else format_time(text) if self.kind == "slot5" else text

    def _moment(self, value: datetime | str) -> str:
        if self.kind == "time":
            return format_time(value)
        moment = utc(value)
        return format_time(moment - (moment - moment.replace(hour=0, minute=0, second=0, microsecond=0)) % SLOT)

    def _refused(self, value: object) -> KeyFormatError:
        wanted = f"one of {', '.join(self.values)}" if self.values else _WANTED[self.kind]
        return KeyFormatError(f"{self.name} {shown(value)} must be {wanted}")


class Form:
    """A composite key.

    Args:
        name: Name of the key, for messages.
        form: The key with its parts in braces.
        parts: The parts, in the order of the form.
    """

    def __init__(self, name: str, form: str, *parts: Part) -> None:
        self.name = name
        self.form = form
        self.parts = parts
        pattern = re.escape(form)
        for part in parts:
            pattern = pattern.replace(re.escape(f"{{{part.name}}}"), f"({part.pattern})")
        self._match: Callable[[str], re.Match[str] | None] = re.compile(pattern).fullmatch

    def build(self, *values: Any) -> str:
        """Returns the key.

        Raises:
            KeyFormatError: A value does not fit; the message names it.
        """
        try:
            # Only an enum says a kind: an id may be called EVENT.
            kinds = tuple(value for part, value in zip(self.parts, values, strict=True) if part.values)
            written = {part.name: part.written(value, kinds) for part, value in zip(self.parts, values, strict=True)}
        except KeyFormatError as error:
            raise KeyFormatError(f"cannot build the {self.name} {self.form}: {error}") from None
        return self.form.format_map(written)

    def parse(self, key: str) -> list[Any]:
        """Returns the values of a key's parts.

        Raises:
            KeyFormatError: The key has another form.
        """
        match = self._match(key) if isinstance(key, str) else None
        if match is None:
            raise KeyFormatError(f"{self.name} {shown(key)} is not of the form {self.form}")
        try:
            return [part.read(text) for part, text in zip(self.parts, match.groups(), strict=True)]
        except KeyFormatError as error:
            raise KeyFormatError(f"{self.name} {shown(key)} is not of the form {self.form}: {error}") from None


def _exists(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
