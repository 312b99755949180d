"""CloudWatch metrics as lines on stdout, in the Embedded Metric Format: Lambda's log is all they need.

Namespace ``Springhead`` (with the stage as suffix, as all names have it outside of ``prod``). Each metric stands under
the dimension ``Source`` and, summed up, under none; nothing else is a dimension, since every value of one is paid for.

=============  ============  ==========================================================================
metric         unit          what
=============  ============  ==========================================================================
RunCompleted   Count         1 for a run that ended well, 0 for one that failed
Coverage       None          share of the subjects asked about and not unknown whose record is stored, 0..1
Subjects       Count         subjects asked about
Written        Count         entries written, or replaced by other content
NotFound       Count         subjects that the source does not know
Deferred       Count         subjects that the quota did not reach
DeadLetters    Count         subjects and entries that ended as dead letters
LargeEntries   Count         entries above 100 KB
Requests       Count         requests to the source
QuotaUnits     Count         units of its quota
Enriched       Count         entries that got weight and sentiment
EnrichFailed   Count         entries that could not be enriched
Unenriched     Count         entries that the sweep found left behind
Latency        Milliseconds  from the writing of an entry to its enrichment
=============  ============  ==========================================================================
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from springhead.clock import Clock, SystemClock
from springhead.settings import Settings

__all__ = ["MAX_VALUES", "NAMESPACE", "UNITS", "emit", "run_attempted", "run_completed", "run_ended"]

log = logging.getLogger("springhead.metrics")

NAMESPACE = "Springhead"
#: Values of one metric in one line; CloudWatch takes no more.
MAX_VALUES = 100
UNITS = {
    **dict.fromkeys(
        (
            "DeadLetters", "Deferred", "EnrichFailed", "Enriched", "LargeEntries", "NotFound", "QuotaUnits",
            "Requests", "RunCompleted", "Subjects", "Unenriched", "Written",
        ),
        "Count",
    ),
    "Coverage": "None",
    "Latency": "Milliseconds",
}  # fmt: skip


def emit(
    values: Mapping[str, float | Sequence[float]],
    settings: Settings,
    *,
    source: str | None = None,
    clock: Clock | None = None,
    **fields: str,
) -> None:
    """Print metrics as one line.

    Args:
        values: Metric → value, or up to :data:`MAX_VALUES` values; those of an empty list are left out.
        settings: Their stage is part of the namespace.
        source: The dimension; without it they stand under none.
        clock: Gives the time; None is the real one.
        fields: Further members of the line, to find it by; they are neither metrics nor dimensions.
    """
    known = {name: value for name, value in values.items() if not isinstance(value, Sequence) or value}
    if not known:
        return
    members = {
        name: list(value)[:MAX_VALUES] if isinstance(value, Sequence) else value for name, value in known.items()
    }
    directive = {
        "Namespace": f"{NAMESPACE}{settings.suffix}",
        "Dimensions": [["Source"], []] if source is not None else [[]],
        "Metrics": [{"Name": name, "Unit": UNITS[name]} for name in members],
    }
    now = int((clock or SystemClock()).now().timestamp() * 1000)
    line: dict[str, Any] = {"_aws": {"Timestamp": now, "CloudWatchMetrics": [directive]}, **fields, **members}
    if source is not None:
        line["Source"] = source
    # Not through logging: what surrounds the object would make it a log line like any other.
    print(json.dumps(line, allow_nan=False), file=sys.stdout, flush=True)


def run_attempted(report: Mapping[str, Any], settings: Settings, clock: Clock | None = None) -> None:
    """Emit what one attempt did: of a whole run, of some of its subjects, or of a batch of it.

    Args:
        report: Its run report.
        settings: The stage.
        clock: The clock.
    """
    counted = report.get("metrics", {})
    values = {
        "Subjects": report["subjects"],
        "Written": report["written"] + report["changed"],
        "NotFound": report["not_found"],
        "Deferred": report.get("deferred", 0),
        "DeadLetters": report["dead_lettered"] + report["lost"],
        "LargeEntries": sum(warning["code"] == "LargeEntry" for warning in report.get("warnings", ())),
        "Requests": counted.get("request_count", 0),
    }
    if "quota_units" in counted:
        values["QuotaUnits"] = counted["quota_units"]
    counts = {name: float(value) for name, value in values.items()}
    emit(counts, settings, source=report["source_id"], clock=clock, **_whose(report))


def run_completed(report: Mapping[str, Any], settings: Settings, clock: Clock | None = None) -> None:
    """Emit that a whole run is over; a failed one does not count as completed.

    Args:
        report: Its final run report, over all its subjects.
        settings: The stage.
        clock: The clock.
    """
    values = {"RunCompleted": 1.0 if report["status"] == "completed" else 0.0}
    # Nobody to find is nothing to cover; but where everybody is unknown, the source gives nothing, which is a drop.
    asked = report["subjects"] - report.get("deferred", 0)
    expected = asked - report["not_found"]
    if asked > 0:
        values["Coverage"] = round(report["items_stored"] / expected, 4) if expected > 0 else 0.0
    emit(values, settings, source=report["source_id"], clock=clock, **_whose(report))


def _whose(report: Mapping[str, Any]) -> dict[str, str]:
    return {name: report[name] for name in ("run_id", "attempt_id") if name in report}


def run_ended(report: Mapping[str, Any], settings: Settings, *, whole: bool) -> None:
    """Emit everything about a report that a handler is done with; nothing for a run that workers go on with.

    Args:
        report: The run report.
        settings: The stage.
        whole: True where it is about all subjects of the run.
    """
    if report["status"] == "in_progress":
        return
    run_attempted(report, settings)
    if whole:
        run_completed(report, settings)
