"""The run report: what ran, what is new, what changed, what failed and why (decision 16)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from springhead.engine import Tally
from springhead.entries import Run
from springhead.errors import QuotaExceeded, SpringheadError
from springhead.http import Meter
from springhead.source import Source
from springhead.subject import Subject
from springhead_contracts import keys

__all__ = ["MAX_LISTED", "build_report", "exit_code", "health", "list_errors"]

#: Failures listed one by one; the rest is counted, and every one has its dead letter.
MAX_LISTED = 100


def health(
    source: type[Source],
    tally: Tally,
    *,
    partial: bool = False,
    layout_changed: int | None = None,
    notes: Sequence[str] = (),
) -> tuple[str, list[str]]:
    """Judge a run against what its source expects; of a few subjects nothing can be expected.

    Args:
        source: The source.
        tally: What the engine counted.
        partial: True where only some subjects were asked about.
        layout_changed: Subjects that ended in ``LayoutChanged``; None counts them in the tally's errors.
        notes: What else degrades the run.

    Returns:
        ``healthy``, ``degraded`` (some expectation failed) or ``unhealthy`` (the source cannot be used), and why.
    """
    reasons = list(notes)
    if tally.halted_by is not None:
        reasons.append(f"stopped by {tally.halted_by.name}: {tally.halted_by.message}")
        if tally.deferred:
            reasons.append(f"{tally.deferred} subjects were not reached; they run when the quota resets")
        return "unhealthy", reasons
    asked = tally.subjects
    if not asked and not tally.skipped_inactive:
        return "degraded", ["there was nobody to ask: write subjects with `springhead seed LIST`"]
    if asked and not partial and tally.stored < source.expect.min_records:
        return "unhealthy", [f"{tally.stored} records stored of {asked} subjects: the source gives nothing"]
    if layout_changed is None:
        layout_changed = sum(error.name == "LayoutChanged" for _, error in tally.errors)
    if layout_changed * 10 > asked > 0:
        return "unhealthy", ["LayoutChanged for more than a tenth of the subjects"]
    if asked and not partial and tally.stored / asked < source.expect.found:
        reasons.append(f"{tally.stored} of {asked} subjects found, expected {source.expect.found:.0%}")
    if tally.lost:
        reasons.append(f"{tally.lost} subjects lost: their dead letters could not be kept")
    return ("degraded" if reasons else "healthy"), reasons


def exit_code(report: dict[str, Any]) -> int:
    """Exit code of a command that ran a source: 3 unhealthy, 1 something failed or is not done yet, 0 all well."""
    if report["status"] == "in_progress":
        return 1
    if report["health"] == "unhealthy":
        return 3
    return 1 if report["dead_lettered"] or report["deferred"] or report["lost"] or report["health"] == "degraded" else 0


def build_report(
    source: type[Source],
    run: Run,
    tally: Tally,
    meter: Meter,
    *,
    started: datetime,
    completed: datetime,
    backup: dict[str, Any] | None,
    large: Sequence[tuple[Subject, int]],
    partial: bool = False,
    failure: SpringheadError | None = None,
    layout_changed: int | None = None,
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    """Build the report of one attempt (contract type ``run_report``).

    Args:
        source: The source.
        run: The run.
        tally: What the engine counted.
        meter: What it cost.
        started: Wall time.
        completed: Wall time.
        backup: Where the CSV files are, if there are any.
        large: Subjects whose entry is large, with its bytes.
        partial: True where only some subjects were asked about.
        failure: Why the run could not be finished (its entries are stored, its backup is not).
        layout_changed: As for :func:`health`.
        notes: As for :func:`health`.
    """
    state, reasons = health(source, tally, partial=partial, layout_changed=layout_changed, notes=notes)
    if failure is not None:
        state, reasons = "unhealthy", [*reasons, f"not finished: {failure.message}"]
    now = keys.format_time(completed)
    partition_key, sort_key = keys.execution_key(run.run_id)
    errors = list_errors(tally, now)
    warnings = [_warning("expectation", "Expectation", reason, now) for reason in reasons]
    warnings += [
        _warning("size", "LargeEntry", f"{subject.id} takes {size:,} bytes", now)
        for subject, size in large[:MAX_LISTED]
    ]
    report: dict[str, Any] = {
        "PK": partition_key,
        "SK": sort_key,
        "run_id": run.run_id,
        "execution_id": run.run_id,
        "task_id": run.run_id,
        "source_id": source.name,
        "attempt_id": run.attempt_id,
        "time": run.time,
        "started_at": keys.format_time(started),
        "completed_at": now,
        "duration": int((completed - started).total_seconds() * 1000),
        # A quota that is used up ends a run cleanly: what it did not reach is kept and runs the next day.
        "status": "failed" if state == "unhealthy" and not isinstance(tally.halted_by, QuotaExceeded) else "completed",
        "health": state,
        "subjects": tally.subjects,
        "skipped_inactive": tally.skipped_inactive,
        "written": tally.written,
        "changed": tally.changed,
        "unchanged": tally.unchanged,
        "not_found": tally.not_found,
        "deferred": tally.deferred,
        "dead_lettered": tally.dead_lettered,
        "lost": tally.lost,
        "items_extracted": tally.stored,
        "items_processed": tally.subjects,
        "items_stored": tally.stored,
        "error_count": len(tally.errors),
        "warning_count": len(warnings),
        "metrics": {
            "request_count": meter.requests,
            "successful_requests": meter.requests - meter.failed,
            "failed_requests": meter.failed,
            "retried_requests": meter.retried,
            "cached_responses": meter.cached,
            "total_bytes": meter.bytes,
            "average_response_time": int(1000 * meter.seconds / meter.requests) if meter.requests else 0,
        },
        "errors": errors,
        "warnings": warnings,
        "coverage": tally.coverage,
    }
    if source.quota is not None:
        report["metrics"] |= {
            "quota_units": meter.units,
            "quota_limit": meter.quota or source.quota.per_day,
            **({"quota_spent": meter.spent_today} if meter.spent_today is not None else {}),
        }
    if backup is not None:
        report["backup"] = backup
    return report


def list_errors(tally: Tally, now: str, limit: int = MAX_LISTED) -> list[dict[str, Any]]:
    """The first errors of a run, as the report lists them."""
    errors = []
    for subject, error in tally.errors[:limit]:
        listed = {
            "type": "scrape",
            "code": error.name,
            "message": error.message,
            "timestamp": now,
            "recoverable": error.retryable,
            "context": {"subject_id": subject.id, "name": subject.name},
        }
        errors.append(listed | ({"url": error.url} if error.url else {}))
    return errors


def _warning(kind: str, code: str, message: str, now: str) -> dict[str, Any]:
    return {"type": kind, "code": code, "message": message, "timestamp": now, "recoverable": True, "context": {}}
