"""The ticket that a gate writes, and how a step fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from springhead.errors import SpringheadError
from springhead_contracts import keys

__all__ = ["YEARS", "Failed", "Ticket", "probe_time"]

#: Which probe → the year of its T.
YEARS = {"one": 2000, "five": 2004, "cycle": 2008}


def probe_time(which: str, started: datetime) -> str:
    """T of a probe: the minute at which the gate started, in the probe's year."""
    return keys.format_time(keys.slot(started.replace(year=YEARS[which])))


class Failed(Exception):
    """A step has failed.

    Args:
        cause: What is wrong, in one line.
        remedy: What to do about it.
        exit_code: 1, or 3 where a source is unhealthy.
    """

    def __init__(self, cause: str, remedy: str, exit_code: int = 1) -> None:
        super().__init__(cause)
        self.cause, self.remedy, self.exit_code = cause, remedy, exit_code

    @classmethod
    def by(cls, error: SpringheadError, remedy: str) -> Failed:
        """A failure that an error tells."""
        return cls(f"{error.name}: {error.message}", error.hint or remedy, 3 if error.exit_code == 3 else 1)


@dataclass
class Ticket:
    """What was found, line by line; plain text for people, a list for machines.

    Args:
        say: Takes each line as it comes.
    """

    say: Callable[[str], None]
    lines: list[dict[str, Any]] = field(default_factory=list)
    step: str = ""

    def begin(self, step: str) -> None:
        """Begin a step."""
        self.step = step
        self.say(f"\n{step}")

    def ok(self, text: str) -> None:
        """What is as it must be."""
        self._line("ok", text)

    def note(self, text: str) -> None:
        """What whoever goes live should know, and nothing fails for."""
        self._line("note", text)

    def unchecked(self, text: str) -> None:
        """What cannot be told here."""
        self._line("not checked here", text)

    def fail(self, failure: Failed) -> None:
        """The end of the gate."""
        self._line("FAILED", failure.cause, remedy=failure.remedy)
        self.say(f"{'':20}remedy: {failure.remedy}")

    def require(self, holds: bool, text: str, cause: str, remedy: str) -> None:
        """Note what holds; fail where it does not."""
        if not holds:
            raise Failed(cause, remedy)
        self.ok(text)

    def _line(self, state: str, text: str, **more: str) -> None:
        plain = "".join(char if char.isprintable() else " " for char in text)
        self.lines.append({"step": self.step, "state": state, "text": plain, **more})
        self.say(f"  {state:<16}  {plain}")
