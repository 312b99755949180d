"""The error of a file that cannot be loaded at all; a bad row is no error, see `springhead_lake.tokens.Rejected`."""

from __future__ import annotations

from typing import Any

from springhead.errors import SpringheadError

__all__ = ["BadFile"]


class BadFile(SpringheadError):
    """A file of which no row can be loaded; nothing of it reaches a table.

    Args:
        reason: What is wrong with the file, in one sentence without the file's name.
        line: Line of the file that shows it, counted from 1; None where no line does.
        hint: What to do about it.
        file: Name of the file, for the message.
    """

    default_hint = "correct the file and upload it again; its source keeps the original"

    def __init__(
        self, reason: str, *, line: int | None = None, hint: str | None = None, file: str | None = None, **kwargs: Any
    ) -> None:
        place = ":".join([file or "the file", *([str(line)] if line is not None else [])])
        super().__init__(f"{place}: {reason}", hint=hint, **kwargs)
        self.reason = reason
        self.line = line
        self.file = file

    def named(self, file: str) -> BadFile:
        """Returns the same error with the file's name in its message."""
        return BadFile(self.reason, line=self.line, hint=self.hint, file=file)
