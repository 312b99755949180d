"""The run report: what ran, what is new, what changed, what failed and why (decision 16)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from springhead.engine import Tally
from springhead.entries import Run
from springhead.errors import SpringheadError
from springhead.http import Meter
from springhead.source import Source
from springhead.subject import Subject
from springhead_contracts import keys

__all__ = ["build_report", "exit_code", "health"]

#: Failures listed one by one; the rest is counted, and every one has its dead letter.
MAX_LISTED = 100


def health(source: type[Source], tally: Tally, *, partial: bool = False) -> tuple[str, list[str]]:
    """Judge a run against what its source expects; of a few subjects nothing can be expected.

    Returns:
        ``healthy``, ``degraded`` (some expectation failed) or ``unhealthy`` (the source cannot be used), and why.
    """
    reasons = []
    if tally.halted_by is not None:
        return "unhealthy", [f"stopped by {tally.halted_by.name}: {tally.halted_by.message}"]
    asked = tally.subjects
    if not asked and not tally.skipped_inactive:
        return "degraded", ["there was nobody to ask: write subjects with `springhead seed LIST`"]
    if asked and not partial and tally.stored < source.expect.min_records:
        return "unhealthy", [f"{tally.stored} records stored of {asked} subjects: the source gives nothing"]
    if sum(error.name == "LayoutChanged" for _, error in tally.errors) * 10 > asked > 0:
        return "unhealthy", ["LayoutChanged for more than a tenth of the subjects"]
    if asked and not partial and tally.stored / asked < source.expect.found:
        reasons.append(f"{tally.stored} of {asked} subjects found, expected {source.expect.found:.0%}")
    if tally.lost:
        reasons.append(f"{tally.lost} subjects lost: their dead letters could not be kept")
    return ("degraded" if reasons else "healthy"), reasons


def exit_code(report: dict[str, Any]) -> int:
    """Exit code of a command that ran a source: 3 unhealthy, 1 something failed, 0 all well."""
    if report["health"] == "unhealthy":
        return 3
    return 1 if report["dead_lettered"] or report["lost"] or report["health"] == "degraded" else 0


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
    """
    state, reasons = health(source, tally, partial=partial)
    if failure is not None:
        state, reasons = "unhealthy", [*reasons, f"not finished: {failure.message}"]
    now = keys.format_time(completed)
    partition_key, sort_key = keys.execution_key(run.run_id)
    errors = []
    for subject, error in tally.errors[:MAX_LISTED]:
        listed = {
            "type": "scrape",
            "code": error.name,
            "message": error.message,
            "timestamp": now,
            "recoverable": error.retryable,
            "context": {"subject_id": subject.id, "name": subject.name},
        }
        errors.append(listed | ({"url": error.url} if error.url else {}))
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
        "status": "failed" if state == "unhealthy" else "completed",
        "health": state,
        "subjects": tally.subjects,
        "skipped_inactive": tally.skipped_inactive,
        "written": tally.written,
        "changed": tally.changed,
        "unchanged": tally.unchanged,
        "not_found": tally.not_found,
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
    if backup is not None:
        report["backup"] = backup
    return report


def _warning(kind: str, code: str, message: str, now: str) -> dict[str, Any]:
    return {"type": kind, "code": code, "message": message, "timestamp": now, "recoverable": True, "context": {}}
