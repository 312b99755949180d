"""Shows changes: for a terminal, a program, a pull request, and as annotations of GitHub."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from springhead_contracts._registry import SUFFIX
from springhead_contracts.compat._change import Change
from springhead_contracts.compat._lines import Lines

_AXES = ("BACKWARD", "FORWARD")
_LEVELS = {"ERR": "error", "WARN": "warning", "INFO": "notice"}


def as_text(changes: Sequence[Change], against: Sequence[str], folder: Path | None = None) -> str:
    """Returns the changes as lines; what is compatible is counted, the rest is explained."""
    lines = []
    for one in changes:
        if one.severity == "INFO":
            lines.append(f"INFO {one.check_id} {one.place}: {one.detail}{_against(one)}")
            continue
        mark = "accepted" if one.ignored else one.severity
        lines += [
            f"{mark} {one.check_id} {one.place}: {one.detail}{_against(one)}",
            f"  WIRE   {_verdicts(one.wire)}   SOURCE   {_verdicts(one.check.source)}",
            *([f"  concerns {', '.join(one.records)}"] if one.records else []),
            f"  {one.check.who}",
            f"  Instead: {one.check.instead}",
            *([f"  accepted: {one.ignored}"] if one.ignored else []),
        ]
    return "\n".join([*lines, summary(changes, against)])


def _against(one: Change) -> str:
    return f" (against {one.against})" if one.against else ""


def summary(changes: Sequence[Change], against: Sequence[str]) -> str:
    """Returns the last line of a report."""
    counts = Counter("accepted" if one.ignored else one.severity for one in changes)
    found = ", ".join(f"{counts[level]} {level}" for level in ("ERR", "WARN", "INFO", "accepted") if counts[level])
    return f"compared with {', '.join(against) or 'nothing: there is no release yet'}: {found or 'no change'}"


def as_json(changes: Sequence[Change], against: Sequence[str], folder: Path | None = None) -> str:
    """Returns the changes as one JSON object."""
    return json.dumps({"against": list(against), "changes": [_row(c) for c in changes]}, ensure_ascii=False, indent=2)


def _row(one: Change) -> dict[str, Any]:
    return {
        "check": one.check_id,
        "severity": one.severity,
        "place": one.place,
        "detail": one.detail,
        "records": list(one.records),
        "wire": dict(zip(("backward", "forward"), one.wire, strict=True)),
        "source": dict(zip(("backward", "forward"), one.check.source, strict=True)),
        "who": one.check.who,
        "instead": one.check.instead,
        "against": one.against,
        **({"ignored": one.ignored} if one.ignored else {}),
    }


def as_markdown(changes: Sequence[Change], against: Sequence[str], folder: Path | None = None) -> str:
    """Returns the changes as a comment of a pull request."""
    lines = ["### Contract", "", summary(changes, against), ""]
    if changes:
        lines += [
            "| | check | place | WIRE back / forward | SOURCE back / forward | who, and what instead |",
            "|-|-|-|-|-|-|",
        ]
    for one in changes:
        mark = "accepted" if one.ignored else one.severity
        cells = [
            mark,
            f"`{one.check_id}`",
            f"`{one.place}`<br>{one.detail}",
            " / ".join(one.wire),
            " / ".join(one.check.source),
            f"{one.check.who} {one.check.instead}" + (f" Accepted: {one.ignored}" if one.ignored else ""),
        ]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines).rstrip()


def as_github(changes: Sequence[Change], against: Sequence[str], folder: Path | None = None) -> str:
    """Returns the changes as workflow commands, which GitHub shows beside the lines of a pull request.

    Args:
        changes: The changes.
        against: What was compared with.
        folder: The folder of the new schemas, to find the lines; what was removed is shown at its owner.
    """
    lines_of = Lines(folder)
    lines = []
    for one in changes:
        level = "notice" if one.ignored else _LEVELS[one.severity]
        file, _, pointer = one.place.partition("#")
        where = " "
        if file.endswith((SUFFIX, "keys.json", "tables.json")):
            line = lines_of(file, pointer)
            where = f" file={_property(lines_of.path(file))}," + (f"line={line}," if line else "")
        title = f"title={_property(f'{one.check_id} {pointer}'.strip())}"
        text = f"{one.detail}. {one.check.who} Instead: {one.check.instead}"
        lines.append(f"::{level}{where}{title}::{_data(text)}")
    return "\n".join([*lines, summary(changes, against)])


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _verdicts(verdicts: Sequence[str]) -> str:
    return "  ".join(f"{axis} {verdict}" for axis, verdict in zip(_AXES, verdicts, strict=True))


FORMATS: dict[str, Callable[[Sequence[Change], Sequence[str], Path | None], str]] = {
    "text": as_text,
    "json": as_json,
    "markdown": as_markdown,
    "github": as_github,
}
