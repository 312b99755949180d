"""Run what a schedule missed: the slots of a source's schedule between two days that have no completed run.

Without `--yes` it only says which. The runs are made one after the other, the oldest first, each under its own T; what
is there already stays as it is. A source tells what is true today, not what was true at T: entries are dated T and
hold today's content.

Example::

    springhead backfill wikipedia --from 2026-10-01 --to 2026-11-15
    springhead backfill wikipedia --from 2026-10-01 --to 2026-11-15 --yes
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from datetime import UTC, datetime, time, timedelta
from typing import Any

from springhead.cli.output import plural, print_json, print_line, table
from springhead.entries import Run
from springhead.errors import ConfigError
from springhead.plugins import load_sources
from springhead.source import Source
from springhead_contracts import keys

from springhead_runner.cli.target import open_aws
from springhead_runner.cron import slots
from springhead_runner.scrape.report import exit_code
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.reports import Reports

_WARNING = "these sources tell what is true now: entries will be dated T and hold today's content"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", help="source, or group of sources")
    parser.add_argument("--from", dest="first", required=True, metavar="DAY", help="first day (UTC): 2026-10-01")
    parser.add_argument("--to", dest="last", required=True, metavar="DAY", help="last day; the future is left out")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--dry-run", action="store_true", help="only say which runs are missing (the default)")
    how.add_argument("--yes", action="store_true", help="make the runs")
    parser.add_argument("--json", action="store_true", help="one object at the end")


def run(args: argparse.Namespace) -> int:
    """Find the gaps, and fill them."""
    first, last = _day("--from", args.first), _day("--to", args.last) + timedelta(days=1, minutes=-1)
    if first > last:
        raise ConfigError(f"--from {args.first} is after --to {args.last}", hint="give the earlier day first")
    sources = load_sources(args.name)
    aws, now = open_aws(args), datetime.now(UTC)
    wanted = [(source, slot) for source in sources for slot in slots(source.schedule.cron, first, min(last, now))]
    found = [(source, keys.format_time(slot), _state(aws, source, slot)) for source, slot in wanted]
    missing = [(source, at) for source, at, state in found if state != "completed"]
    missing.sort(key=lambda gap: gap[1])
    if not args.yes:
        _plan(args, found, missing)
        return 0
    if missing and not args.quiet and not args.json:
        print(f"warning: {_WARNING}", file=sys.stderr)
    reports = [_fill(args, aws, source, at) for source, at in missing]
    if args.json:
        print_json({"slots": len(found), "missing": len(missing), "warning": _WARNING, "runs": reports})
    elif not reports:
        print_line(f"nothing is missing: {plural(len(found), 'slot')}")
    return max((exit_code(report) for report in reports), default=0)


def _day(option: str, text: str) -> datetime:
    try:
        return datetime.combine(datetime.strptime(text, "%Y-%m-%d").date(), time(), UTC)
    except ValueError as error:
        raise ConfigError(f"{option}: {text!r} is no day", hint="write 2026-10-01") from error


def _state(aws: Aws, source: type[Source], slot: datetime) -> str:
    report = Reports(aws).get(keys.run_id(source.name, slot))
    return "missing" if report is None else str(report["status"])


def _plan(
    args: argparse.Namespace, found: list[tuple[type[Source], str, str]], missing: list[tuple[type[Source], str]]
) -> None:
    if args.json:
        gaps = [{"source": source.name, "time": at} for source, at in missing]
        print_json({"slots": len(found), "missing": len(missing), "warning": _WARNING, "gaps": gaps})
        return
    if not missing:
        print_line(f"nothing is missing: {plural(len(found), 'slot')}")
        return
    print_line(table([[source.name, at, state] for source, at, state in found], ["source", "T", "run"]))
    print_line(f"{plural(len(missing), 'run')} missing; nothing was run: say --yes")
    print_line(f"warning: {_WARNING}")


def _fill(args: argparse.Namespace, aws: Aws, source: type[Source], at: str) -> dict[str, Any]:
    from springhead_runner.cli.run import problems
    from springhead_runner.scrape.run import run_on_aws

    settings = aws.settings
    listed = settings.subject_list or f"s3://{settings.backup_bucket}/subjects/{source.name}.csv"
    report = asyncio.run(
        run_on_aws(aws, Run.at(source.name, at), subject_list=None if source.subjects is None else listed)
    )
    if not args.json:
        counts = (
            f"{report['items_stored']} stored, {report['not_found']} not found, {report['dead_lettered']} dead letters"
        )
        print_line(f"{report['run_id']}: {report['status']}, {counts}")
        for line in problems(report, limit=3):
            print_line(f"  {line}")
    return report
