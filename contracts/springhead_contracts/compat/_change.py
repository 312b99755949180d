"""One change of the contract."""

from __future__ import annotations

from dataclasses import dataclass, field

from springhead_contracts.compat._checks import CHECKS, Check, Verdict
from springhead_contracts.compat._rules_extras import Severity


@dataclass(frozen=True, slots=True)
class Change:
    """What changed, where, and for which record types.

    Attributes:
        check_id: Id of the rule.
        place: File and JSON pointer, for example ``scraper_entry.schema.json#/properties/weight``.
        detail: What changed, in a few words.
        records: Record types that are affected.
        wire: Verdicts on data; those of the rule, unless only one direction is concerned.
        against: What the contract was compared with.
        ignored: Reason of the line in the ignore file that accepts the change; empty when there is none.
        keyword: Keyword that changed, for changes of a bound.
    """

    check_id: str
    place: str
    detail: str
    records: tuple[str, ...] = ()
    wire: tuple[Verdict, Verdict] = ("ok", "ok")
    against: str = ""
    ignored: str = ""
    keyword: str = field(default="", compare=False)

    @property
    def check(self) -> Check:
        """The rule."""
        return CHECKS[self.check_id]

    @property
    def severity(self) -> Severity:
        """ERR, WARN or INFO."""
        return self.check.severity


def change(
    check_id: str,
    place: str,
    detail: str,
    records: tuple[str, ...] = (),
    *,
    keyword: str = "",
    wire: tuple[Verdict, Verdict] | None = None,
) -> Change:
    """Returns a change with the verdicts of its rule."""
    return Change(check_id, place, detail, records, wire or CHECKS[check_id].wire, keyword=keyword)
