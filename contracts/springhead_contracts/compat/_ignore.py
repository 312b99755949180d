"""The file of accepted breaks: one line each, with the day it expires and the reason."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from springhead_contracts.compat._change import Change, change
from springhead_contracts.compat._checks import CHECKS

_LINE = re.compile(r"(\d{4}-\d{2}-\d{2})\s+(\S+)\s+(\S+)\s+(.+)")

HOW = "write one change per line: YYYY-MM-DD CHECK-ID PLACE reason; the day is the last on which the line counts"


@dataclass(frozen=True, slots=True)
class Accepted:
    """One line of the file."""

    number: int
    until: date
    check_id: str
    place: str
    reason: str


def read_ignore(path: Path) -> list[Accepted]:
    """Returns the lines of an ignore file; blank lines and those that begin with ``#`` are left out.

    Args:
        path: The file; one that does not exist has no lines.

    Raises:
        ValueError: A line has another form; the message names it.
    """
    if not path.is_file():
        return []
    lines = []
    for number, text in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if text.strip() and not text.strip().startswith("#"):
            lines.append(_line(path, number, text.strip()))
    return lines


def _line(path: Path, number: int, text: str) -> Accepted:
    found = _LINE.fullmatch(text)
    if not found:
        raise ValueError(f"{path}:{number}: {text!r} is no accepted change; {HOW}")
    day, check_id, place, reason = found.groups()
    try:
        until = date.fromisoformat(day)
    except ValueError:
        raise ValueError(f"{path}:{number}: {day} is no date; {HOW}") from None
    if check_id not in CHECKS:
        raise ValueError(f"{path}:{number}: there is no check {check_id!r}; see `contract checks`")
    return Accepted(number, until, check_id, place, reason)


def accept(changes: Sequence[Change], accepted: Sequence[Accepted], today: date, name: str) -> list[Change]:
    """Returns the changes with those marked that the file accepts, and one for each line that is expired or unused.

    Args:
        changes: What was found against everything that was compared.
        accepted: The lines of the file.
        today: The day against which the lines are held.
        name: Name of the file, for the places of its lines.
    """
    valid = {(one.check_id, one.place): one.reason for one in accepted if one.until >= today}
    marked = [dataclasses.replace(one, ignored=valid.get((one.check_id, one.place), "")) for one in changes]
    seen = {(one.check_id, one.place) for one in changes}
    for line in accepted:
        place = f"{name}:{line.number}"
        if (line.check_id, line.place) not in seen:
            marked.append(change("ignore-unused", place, f"nothing is {line.check_id} at {line.place}"))
        elif line.until < today:
            marked.append(
                change("ignore-expired", place, f"{line.check_id} at {line.place} was accepted until {line.until}")
            )
    return marked
