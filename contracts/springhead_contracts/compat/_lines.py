"""Finds the line of a JSON pointer in the text of a schema file."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path

_BLANK = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


class Lines:
    """Tells file and line of a place, as an annotation needs them."""

    def __init__(self, folder: Path | None) -> None:
        """Remembers the folder.

        Args:
            folder: The folder of the schemas; None for the usual one, of which no lines are known.
        """
        self._folder = folder.resolve() if folder else None
        self._of_file = functools.cache(self._read)

    def path(self, file: str) -> str:
        """Returns the path of a file below its repository, as GitHub wants it."""
        if self._folder is None:
            return f"contracts/v1/{file}"
        for root in self._folder.parents:
            if (root / ".git").exists():
                return (self._folder / file).relative_to(root).as_posix()
        return (self._folder / file).as_posix()

    def __call__(self, file: str, pointer: str) -> int | None:
        """Returns the line of a member, of its nearest owner when it is gone; None when there is no such file."""
        lines = self._of_file(file)
        while pointer and pointer not in lines:
            pointer = pointer.rpartition("/")[0]
        return lines.get(pointer)

    def _read(self, file: str) -> dict[str, int]:
        path = self._folder / file if self._folder else None
        if path is None or not path.is_file():
            return {}
        return pointer_lines(path.read_text(encoding="utf-8"))


def pointer_lines(text: str) -> dict[str, int]:
    """Returns the line of each JSON pointer, from 1: that of a member's name or of an element.

    Args:
        text: Valid JSON; it has been parsed before.
    """
    found: dict[str, int] = {}
    counted, line = 0, 1

    def note(pointer: str, at: int) -> None:
        nonlocal counted, line
        line += text.count("\n", counted, at)
        counted = at
        found[pointer] = line

    def skip(at: int) -> int:
        match = _BLANK.match(text, at)
        return match.end() if match else at

    def value(at: int, pointer: str) -> int:
        opening = text[at]
        if opening not in "{[":
            return _DECODER.raw_decode(text, at)[1]
        at, index = skip(at + 1), 0
        while text[at] not in "}]":
            if text[at] == ",":
                at = skip(at + 1)
                continue
            start, step = at, str(index)
            if opening == "{":
                name, end = _DECODER.raw_decode(text, at)
                step = name.replace("~", "~0").replace("/", "~1")
                at = skip(skip(end) + 1)
            note(f"{pointer}/{step}", start)
            at, index = skip(value(at, f"{pointer}/{step}")), index + 1
        return at + 1

    note("", skip(0))
    value(skip(0), "")
    return found
