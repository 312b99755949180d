"""The gate itself: the steps in their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from springhead.errors import SpringheadError
from springhead.subject import Subject
from springhead_contracts import keys

from springhead_runner.golive.checklist import check_functions, check_rules, check_stream, check_table
from springhead_runner.golive.cleanup import clean_up
from springhead_runner.golive.gate import YEARS, Failed, Ticket, probe_time
from springhead_runner.golive.probes import (
    Probe,
    ask_one,
    check_reports,
    check_starts,
    start_all,
    wait_for_reports,
)
from springhead_runner.golive.quality import check_enriched, check_entries, check_patterns
from springhead_runner.golive.record import Records
from springhead_runner.golive.stack import Rule, Stack, Unit
from springhead_runner.letters.calls import as_rule_would
from springhead_runner.stores.subjects import SubjectStore

__all__ = ["Gate"]

_FIVE = 5


@dataclass
class Gate:
    """One passage through the gate.

    Args:
        stack: What is deployed.
        ticket: Where every finding goes.
        started: Wall time.
        wanted: Metadata records that there must be at least.
        within: Seconds that enrichment may take after the scrapers' end.
        patience: Seconds that a run may take.
        keep: True leaves the probes where they are.
        step: Told of progress.
    """

    stack: Stack
    ticket: Ticket
    started: datetime
    wanted: int
    within: float
    patience: float
    keep: bool = False
    step: Callable[[str], None] = lambda text: None

    def __post_init__(self) -> None:
        self._subjects: list[Subject] = []
        self._units: list[Unit] = []
        self._records = Records(self.stack.aws)
        self._probing = False

    def run(self) -> dict[str, Any]:
        """Go through all steps, clean up, and note the result.

        Returns:
            ``green``, ``failed`` (the step), ``cause``, ``remedy``, ``exit_code``, ``rules`` that are proved.
        """
        began = keys.format_time(self.started.replace(second=0))
        times = [probe_time(which, self.started) for which in YEARS]
        self._records.begin(began, times)
        result: dict[str, Any] = {"green": False, "status": "failed", "times": times, "exit_code": 1, "rules": []}
        try:
            rules = self._steps()
            result |= {"green": True, "status": "completed", "exit_code": 0, "rules": rules}
        except Failed as failure:
            result |= self.failed(failure)
        except SpringheadError as error:
            result |= self.failed(Failed.by(error, "put it right, and begin again"))
        finally:
            result["cleaned"] = self._clean(times)
            self._records.end(began, {k: v for k, v in result.items() if k != "exit_code"})
        return result

    def failed(self, failure: Failed) -> dict[str, Any]:
        """Write a failure down; what the result says of it."""
        self.ticket.fail(failure)
        told = {"failed": self.ticket.step, "cause": failure.cause, "remedy": failure.remedy}
        return {**told, "exit_code": failure.exit_code}

    def _steps(self) -> list[str]:
        stack, ticket = self.stack, self.ticket
        found = list(SubjectStore(stack.aws).all())
        self._subjects = [subject for subject in found if isinstance(subject, Subject) and subject.is_active]
        ticket.begin("1 Table (seed 1: integration checklist)")
        if not self._subjects:
            raise Failed(f"{stack.aws.settings.table} has no active celebrity", "springhead seed LIST")
        check_table(ticket, stack, found, self.wanted)
        ticket.begin("2 Rules and targets (seed 2: 4A, step 1)")
        rules = check_rules(ticket, stack)
        ticket.begin("3 Functions, dead letter queue, alarm")
        check_functions(ticket, stack)
        ticket.begin("4 Stream and mapping (4B, steps 1 and 2)")
        check_stream(ticket, stack)
        self._units, proved = self._what_to_probe(rules)
        self._probing = True
        ticket.begin("5 Each scraper with one celebrity (4A, step 2)")
        self._ask_one()
        ticket.begin("6 Each scraper with five celebrities, started together (4A, step 3)")
        self._ask_five()
        ticket.begin("7 The whole cycle (4C)")
        self._cycle()
        return proved

    def _what_to_probe(self, rules: list[Rule]) -> tuple[list[Unit], list[str]]:
        """The scrapers of celebrities, and the rules that are proved once these are."""
        units: dict[str, Unit] = {}
        left_out: set[str] = set()
        for rule in (rule for rule in rules if rule.starts_runs):
            for function, target in rule.functions.items():
                unit = self.stack.unit(function, target)
                if unit.has_list:
                    left_out.add(function)
                    self.ticket.unchecked(f"{function}: it reads a list of its own; try `springhead run {unit.name}`")
                else:
                    units[function] = unit
        proved = [rule.name for rule in rules if rule.functions and rule.functions.keys() <= units.keys()]
        return list(units.values()), proved

    def _probe(self, which: str, subjects: list[str]) -> Probe:
        return Probe(probe_time(which, self.started), self._units, subjects)

    def _ask_one(self) -> None:
        probe = self._probe("one", [self._subjects[0].id])
        ask_one(self.stack, probe)
        wait_for_reports(self.stack, probe, self.patience, self.step)
        check_reports(self.ticket, probe, strict=False)

    def _ask_five(self) -> None:
        probe = self._probe("five", [subject.id for subject in self._subjects[:_FIVE]])
        asked = {"time": probe.time, "subjects": probe.subjects}
        start_all(self.stack, probe, lambda unit: {"source": unit.name, **asked})
        wait_for_reports(self.stack, probe, self.patience, self.step)
        check_starts(self.ticket, self.stack, probe)
        check_reports(self.ticket, probe)
        check_entries(self.ticket, self.stack, probe)
        self.ticket.begin("   The post-processor enriches (4B, step 4)")
        check_enriched(self.ticket, self.stack, probe, self.within, self.step)
        check_patterns(self.ticket, self.stack, probe)

    def _cycle(self) -> None:
        probe = self._probe("cycle", [subject.id for subject in self._subjects])
        event = {"time": probe.time, "detail-type": "Scheduled Event", "source": "aws.events"}
        start_all(self.stack, probe, lambda unit: as_rule_would(unit.target, event))
        self.ticket.unchecked(
            "that EventBridge fires: its targets were started with what its rules make of an event "
            "(seed 2's put-events starts no scheduled rule)"
        )
        wait_for_reports(self.stack, probe, self.patience, self.step)
        check_starts(self.ticket, self.stack, probe)
        check_reports(self.ticket, probe)
        types, people = len(probe.sources), len(probe.subjects)
        less = {name: sum(r.get(name, 0) for r in probe.reports.values()) for name in ("not_found", "deferred")}
        expected = people * types - sum(less.values())
        stored = sum(report["items_stored"] for report in probe.reports.values())
        self.ticket.ok(
            f"{people} active celebrities × {types} source types − {less['not_found']} not found − {less['deferred']} "
            f"deferred = {expected} expected, {stored} stored, {expected - stored} dead letters for a person to decide"
        )
        check_entries(self.ticket, self.stack, probe)
        check_enriched(self.ticket, self.stack, probe, self.within, self.step, judge=True)

    def clean_earlier(self) -> int:
        """Remove what earlier gates have left; returns how many of them."""
        stack, count = self.stack, 0
        found = [subject for subject in SubjectStore(stack.aws).all() if isinstance(subject, Subject)]
        self._subjects, self._probing = found, True
        self._units, _ = self._what_to_probe(stack.rules())
        for record in self._records.latest(1000):
            if not record.get("cleaned"):
                done = self._clean(record["times"])
                self._records.end(record["SK"], {**{k: v for k, v in record.items() if k != "PK"}, "cleaned": done})
                count += done
        return count

    def _clean(self, times: list[str]) -> bool:
        if not self._probing:
            return True
        self.ticket.begin("8 Clean-up")
        if self.keep:
            self.ticket.note(f"the probes stay (--keep); their T: {', '.join(times)}")
            return False
        sources = [source.name for unit in self._units for source in unit.sources]
        try:
            removed = clean_up(self.stack, [subject.id for subject in self._subjects], sources, times)
        except SpringheadError as error:
            self.ticket.note(f"not cleaned up: {error.message}; `springhead golive --clean` does it later")
            return False
        self.ticket.ok(f"removed {', '.join(f'{count} {what}' for what, count in removed.items())}")
        self.ticket.note("raw answers stay under their hashes, and identities on the metadata records")
        return True
