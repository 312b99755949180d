"""From what its batches did to the report of a whole run: sums, weighted shares, and one verdict over everything."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from springhead import errors as error_tree
from springhead.engine import Tally
from springhead.entries import Run
from springhead.errors import SpringheadError, Unavailable
from springhead.http import Meter
from springhead.plugins import load_source
from springhead.source import Source
from springhead.subject import Subject
from springhead_contracts import keys

from springhead_runner.scrape.ledger import Ledger
from springhead_runner.scrape.report import MAX_LISTED, build_report, list_errors
from springhead_runner.scrape.run import Asked, check_report
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.backup import finish_backup
from springhead_runner.stores.history import History
from springhead_runner.stores.objects import Objects
from springhead_runner.stores.paces import Paces
from springhead_runner.stores.reports import Reports

__all__ = ["batch_result", "in_progress", "merge_if_complete", "whole_report"]

log = logging.getLogger("springhead.merge")

_COUNTS = (
    "subjects",
    "skipped_inactive",
    "written",
    "changed",
    "unchanged",
    "not_found",
    "deferred",
    "dead_lettered",
    "lost",
)
#: Members of a meter that are readings.
_READINGS = frozenset({"spent_today", "quota"})
#: Errors and large entries that a batch lists one by one; the rest is counted.
_LISTED = 20


def batch_result(
    run: Run, asked: Asked, *, completed: datetime, parts: list[dict[str, Any]], large: list[tuple[Subject, int]]
) -> dict[str, Any]:
    """What the ledger keeps of a batch that has ended."""
    tally = asked.tally
    now = keys.format_time(completed)
    return {
        "attempt_id": run.attempt_id,
        "started_at": keys.format_time(asked.started),
        "completed_at": now,
        "counts": {name: getattr(tally, name) for name in _COUNTS},
        "meter": {name: value for name, value in asdict(asked.meter).items() if value is not None},
        "filled": dict(tally.filled),
        "error_names": dict(Counter(error.name for _, error in tally.errors)),
        "errors": list_errors(tally, now, _LISTED),
        "large": [[subject.id, size] for subject, size in large[:_LISTED]],
        "parts": parts,
        **({"halted_by": tally.halted_by.to_info()} if tally.halted_by is not None else {}),
    }


def in_progress(source: type[Source], run: Run, started: str, batches: int = 0, subjects: int = 0) -> dict[str, Any]:
    """The report of a run whose batches are on their way."""
    begun = keys.parse_time(started)
    report = build_report(source, run, Tally(), Meter(), started=begun, completed=begun, backup=None, large=())
    ended = ("completed_at", "duration", "health", "coverage", "errors", "warnings")
    report = {name: value for name, value in report.items() if name not in ended}
    report |= {"status": "in_progress", "warning_count": 0, "subjects": subjects}
    return report | ({"batches": batches} if batches else {})


def merge_if_complete(aws: Aws, ledger: Ledger, run: Run) -> dict[str, Any] | None:
    """Merge a run whose last batch has ended: write the manifest and the report, once.

    Whoever ends a batch calls this. Of several at the same moment one stores the report; the manifest is the same
    whoever writes it.

    Returns:
        The report, or None where the run is not complete, or somebody else has merged it.
    """
    plan = ledger.get(run)
    if plan is None or "merged_at" in plan or "batches" not in plan or plan["ended"] < plan["batches"]:
        return None
    planned = Run.at(run.source, run.time, plan["attempt_id"])
    report, parts = whole_report(load_source(run.source), planned, plan, ledger.ended(run, plan["plan"]))
    report["backup"] = finish_backup(Objects(aws, aws.settings.backup_bucket, "backups"), planned, parts)
    check_report(report)
    reports = Reports(aws)
    if not ledger.merged(run, plan["plan"], reports.update_of(report)):
        return None
    log.info("%s is complete: %s batches", run.run_id, plan["batches"], extra={"fields": {"run_id": run.run_id}})
    Paces(aws).keep(report)
    History(aws).note(run.run_id)
    return reports.get(run.run_id)


def whole_report(
    source: type[Source], run: Run, plan: Mapping[str, Any], batches: Iterable[Mapping[str, Any]]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Sum up; returns the report without its backup, and the parts of the backup.

    Args:
        source: The source.
        run: The run, with the attempt that planned it.
        plan: The plan, when all is sent.
        batches: Every piece of every batch, as it ended.
    """
    tally, meter, names = Tally(), Meter(), Counter[str]()
    parts: list[dict[str, Any]] = []
    listed: list[dict[str, Any]] = []
    large: list[tuple[Subject, int]] = []
    halted: Counter[str] = Counter()
    causes: dict[str, SpringheadError] = {}
    completed, asked = str(plan["started_at"]), 0
    for batch in batches:
        _add(tally, meter, batch)
        names.update({name: int(count) for name, count in batch["error_names"].items()})
        parts += batch["parts"]
        listed += batch["errors"][: MAX_LISTED - len(listed)]
        large += [(Subject(subject, ""), int(size)) for subject, size in batch["large"]][: MAX_LISTED - len(large)]
        completed = max(completed, str(batch["completed_at"]))
        asked += bool(batch["counts"]["subjects"])
        if "halted_by" in batch:
            cause = _error(batch["halted_by"])
            halted[cause.name] += 1
            causes.setdefault(cause.name, cause)
    tally.skipped_inactive += int(plan["skipped"])
    tally.halted_by, notes = _verdict(halted, causes, asked)
    report = build_report(
        source,
        run,
        tally,
        meter,
        started=keys.parse_time(str(plan["started_at"])),
        completed=keys.parse_time(completed),
        backup=None,
        large=large,
        layout_changed=names["LayoutChanged"],
        notes=notes,
    )
    report |= {"errors": listed, "error_count": names.total()}
    return report | ({"batches": plan["batches"]} if plan["batches"] else {}), sorted(parts, key=_place)


def _place(part: Mapping[str, Any]) -> str:
    # A batch comes before its own later pieces.
    return str(part["key"]).removesuffix(".csv")


def _add(tally: Tally, meter: Meter, batch: Mapping[str, Any]) -> None:
    for name in _COUNTS:
        setattr(tally, name, getattr(tally, name) + int(batch["counts"][name]))
    for name, value in batch["meter"].items():
        # What the day has seen of the quota, and what it grants, are readings, not costs.
        known = getattr(meter, name)
        setattr(meter, name, max(value, known or 0) if name in _READINGS else known + value)
    tally.filled.update({name: int(count) for name, count in batch["filled"].items()})


def _verdict(
    halted: Counter[str], causes: Mapping[str, SpringheadError], asked: int
) -> tuple[SpringheadError | None, list[str]]:
    """What stopped the run, if anything did, and what stopped only some of its batches."""
    for cause in causes.values():
        if cause.halts_source:
            return cause, []
    if asked and halted.total() >= asked:
        return next(iter(causes.values())), []
    return None, [
        f"{count} of {asked} batches stopped by {name}: {causes[name].message}" for name, count in halted.items()
    ]


def _error(info: Mapping[str, Any]) -> SpringheadError:
    """An error as the ledger keeps it."""
    kind = getattr(error_tree, info["name"], Unavailable)
    error: SpringheadError = kind(info["message"])
    return error
