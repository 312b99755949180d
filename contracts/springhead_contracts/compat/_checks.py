"""The rules of ``contract diff``: stable ids, verdicts on both axes and in both directions, who breaks, what to do.

WIRE is about data, SOURCE about code that uses the generated Go and Python. BACKWARD is the new reader with old data,
or old code with the new module; FORWARD is the old reader with new data, or new code with the old module.
Readers are open (unknown members are ignored) and validate what they know; writers are closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from springhead_contracts.compat._rules import ROWS
from springhead_contracts.compat._rules_extras import Severity

Verdict = Literal["ok", "breaks", "loses", "newer"]

SEVERITIES: tuple[Severity, ...] = ("INFO", "WARN", "ERR")


@dataclass(frozen=True, slots=True)
class Check:
    """A rule.

    Attributes:
        id: Stable name.
        severity: ERR stops the gate; WARN needs a look; INFO is compatible.
        wire: Verdicts BACKWARD and FORWARD on data.
        source: Verdicts BACKWARD and FORWARD on code. ``newer`` means that code which uses the addition needs the newer
            module, as ever.
        who: Who breaks, in one sentence.
        instead: What to do instead.
    """

    id: str
    severity: Severity
    wire: tuple[Verdict, Verdict]
    source: tuple[Verdict, Verdict]
    who: str
    instead: str


def _check(row: tuple[str, Severity, str, str, str]) -> Check:
    check_id, severity, verdicts, who, instead = row
    a, b, c, d = (v for v in verdicts.split())
    return Check(check_id, severity, (_verdict(a), _verdict(b)), (_verdict(c), _verdict(d)), who, instead)


def _verdict(text: str) -> Verdict:
    match text:
        case "ok" | "breaks" | "loses" | "newer":
            return text
    raise AssertionError(text)


CHECKS: dict[str, Check] = {row[0]: _check(row) for row in ROWS}
"""Every rule by its id."""
