"""Probe runs: the deployed functions asked as the schedule would ask them, at a T of the gate's own."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from springhead.errors import SpringheadError
from springhead_contracts import keys

from springhead_runner.cli.run import problems
from springhead_runner.golive.gate import Failed, Ticket
from springhead_runner.golive.stack import Stack, Unit
from springhead_runner.letters.calls import Calls
from springhead_runner.letters.view import Filter, View
from springhead_runner.stores.aws import retrying
from springhead_runner.stores.reports import Reports

__all__ = ["Probe", "ask_one", "check_reports", "check_starts", "start_all", "wait_for_reports"]

#: Milliseconds that the starts may lie apart (seed 2).
SPREAD_MS = 1000
#: Seconds that CloudWatch Logs may take to show a line.
_LOG_DELAY = 60.0
_DURATION = re.compile(r"\tDuration: ([0-9.]+) ms")


@dataclass
class Probe:
    """One probe: who was asked about whom, and what came of it.

    Args:
        time: Its T.
        units: The functions.
        subjects: Whom the runs are to visit: the active ones.
        requests: Function → id of its invocation.
        started: Wall time before the first invocation.
        reports: Source → run report.
    """

    time: str
    units: Sequence[Unit]
    subjects: list[str]
    requests: dict[str, str] = field(default_factory=dict)
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def sources(self) -> list[str]:
        """Names of all sources."""
        return [source.name for unit in self.units for source in unit.sources]


def ask_one(stack: Stack, probe: Probe) -> None:
    """Invoke all functions at once and wait for each: what is wrong with one is told in its own words.

    Raises:
        Failed: A function failed.
    """
    calls = Calls(stack.aws)
    payloads = {u.function: {"source": u.name, "time": probe.time, "subjects": probe.subjects} for u in probe.units}

    def ask(function: str) -> SpringheadError | None:
        try:
            calls.wait_for(function, payloads[function])
        except SpringheadError as error:
            return error
        return None

    with ThreadPoolExecutor(len(payloads)) as pool:
        errors = dict(zip(payloads, pool.map(ask, payloads), strict=True))
    for function, error in errors.items():
        if error is not None:
            raise Failed(error.message, f"read the log /aws/lambda/{function}, put it right, and begin again", 3)


def start_all(stack: Stack, probe: Probe, payload: Callable[[Unit], Any]) -> None:
    """Start all functions as EventBridge does: at once, and without waiting."""
    calls = Calls(stack.aws)
    probe.started = datetime.now(UTC)
    with ThreadPoolExecutor(len(probe.units)) as pool:
        ids = list(pool.map(lambda unit: calls.start(unit.function, payload(unit)), probe.units))
    probe.requests = {unit.function: own for unit, own in zip(probe.units, ids, strict=True)}


def wait_for_reports(stack: Stack, probe: Probe, patience: float, step: Callable[[str], None]) -> None:
    """Wait until every source has told how its run ended.

    Raises:
        Failed: One did not in time; with the reason that Lambda left, where there is one.
    """
    store, until = Reports(stack.aws), time.monotonic() + patience
    while True:
        for source in probe.sources:
            if source not in probe.reports:
                report = store.get(keys.run_id(source, probe.time))
                if report is not None and report["status"] != "in_progress":
                    probe.reports[source] = report
        missing = [source for source in probe.sources if source not in probe.reports]
        step(f"{len(probe.reports)} of {len(probe.sources)} reports")
        if not missing:
            return
        if time.monotonic() > until:
            functions = [u.function for u in probe.units if any(source.name in missing for source in u.sources)]
            raise Failed(
                f"no run report of {', '.join(missing)} within {patience:.0f} s{_why(stack, probe)}",
                f"read the log of {', '.join(functions)}, put it right, and begin again",
            )
        time.sleep(0.2 if stack.embedded else 2)


def _why(stack: Stack, probe: Probe) -> str:
    with View(stack.aws, Filter(kind="schedule")) as view:
        told = [one.body["error"]["message"] for one in view.letters() if one.body.get("time") == probe.time]
    return f": {told[0]}" if told else ""


def check_reports(ticket: Ticket, probe: Probe, *, strict: bool = True) -> None:
    """One line per source with its counts.

    Args:
        ticket: Where to write.
        probe: The probe.
        strict: True fails for a source with failures and no entry; about one celebrity that says little.

    Raises:
        Failed: A source cannot be used, or a subject is accounted for nowhere.
    """
    for source, report in probe.reports.items():
        asked, told = report["subjects"], problems(report, limit=3)
        counts = ", ".join(
            f"{report.get(name, 0)} {words}"
            for name, words in (
                ("items_stored", "stored"), ("not_found", "not found"), ("deferred", "deferred"),
                ("dead_lettered", "dead letters"),
            )
        )  # fmt: skip
        barren = strict and report["dead_lettered"] and not report["items_stored"]
        if (report.get("health") == "unhealthy" or barren) and not report.get("deferred"):
            raise Failed(
                f"{source} gives nothing that can be used ({counts}): {'; '.join(told) or 'no reason given'}",
                f"springhead run {source} --subjects {probe.subjects[0]} tells more; put it right, and begin again", 3,
            )  # fmt: skip
        ended = report["items_stored"] + report["not_found"] + report.get("deferred", 0) + report["dead_lettered"]
        if report["lost"] or ended < asked:
            raise Failed(
                f"{source}: {asked} subjects asked about, {ended} accounted for, {report['lost']} lost",
                "a fault of ours: keep the report and the log of the function, and open an issue",
            )
        ticket.ok(f"{source}: {asked} asked, {counts}, {report['metrics']['request_count']} requests")
        for line in told:
            ticket.note(f"{source}: {line}")


def check_starts(ticket: Ticket, stack: Stack, probe: Probe) -> None:
    """All functions started within one second of each other, by the START lines of their logs."""
    starts = _start_lines(stack, probe)
    unknown = [unit.function for unit in probe.units if unit.function not in starts]
    if unknown:
        raise Failed(
            f"no START line of {', '.join(unknown)} in CloudWatch Logs",
            "check that the functions may write to their log groups, and begin again",
        )
    first = min(starts.values())
    spread = max(starts.values()) - first
    listed = ", ".join(f"{name} +{at - first}" for name, at in sorted(starts.items(), key=lambda item: item[1]))
    ticket.require(
        spread <= SPREAD_MS, f"all started within {spread} ms of each other: {listed} (START lines of CloudWatch Logs)",
        f"the functions started {spread} ms apart: {listed} (START lines of CloudWatch Logs)",
        "look at reserved concurrency and throttles (alarm on throttles), and at cold starts; begin again",
    )  # fmt: skip


def _start_lines(stack: Stack, probe: Probe) -> dict[str, int]:
    """Function → time of its START line in ms since 1970."""
    logs, found, until = stack.aws.client("logs"), dict[str, int](), time.monotonic() + _LOG_DELAY
    since = int(probe.started.timestamp() * 1000) - 1000
    while True:
        for unit in probe.units:
            if unit.function not in found:
                ids = {probe.requests.get(unit.function, "")}
                ids |= {probe.reports[source.name]["attempt_id"] for source in unit.sources}
                # Embedded AWS stamps all lines with the end; its REPORT line says how long it was since the beginning.
                word = "REPORT" if stack.embedded else "START"
                request = {"logGroupName": f"/aws/lambda/{unit.function}", "startTime": since, "filterPattern": word}
                events = _events(logs, request)
                at = [_began(e) for e in events if any(f"RequestId: {own}" in e["message"] for own in ids if own)]
                if at:
                    found[unit.function] = min(at)
        if len(found) == len(probe.units) or time.monotonic() > until:
            return found
        time.sleep(0.2 if stack.embedded else 3)


def _began(event: dict[str, Any]) -> int:
    """When an invocation began, in ms since 1970, by a START line or a REPORT line."""
    lasted = _DURATION.search(event["message"])
    return int(event["timestamp"]) - (round(float(lasted[1])) if lasted else 0)


def _events(logs: Any, request: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    where = request["logGroupName"]
    while True:
        answer = retrying(partial(logs.filter_log_events, **request), f"read {where}")
        found += answer["events"]
        if not answer.get("nextToken"):
            return found
        request = {**request, "nextToken": answer["nextToken"]}
