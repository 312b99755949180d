"""Run sources now, the way the schedule runs them: same events, same keys, same report.

Without `--time` a run starts in the current minute and prints its T; with `--time` it resumes or repeats that run.

Example::

    springhead run tmdb wikipedia
    springhead run tmdb --subjects celeb_001,celeb_002 --time 2025-11-07T17:20:00Z
    springhead run wikipedia --sink dir:out --subjects @celebrities.json
    springhead run instagram_restaurants --from restaurants.csv
    springhead run youtube --resume
    springhead run tmdb --workers 4
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from springhead.cli.output import print_json, print_line, size, table
from springhead.clock import SystemClock
from springhead.entries import Run
from springhead.errors import ConfigError
from springhead.http import HostLimits
from springhead.http.cache import DirCache
from springhead.plugins import load_source, load_sources
from springhead.settings import load_settings
from springhead.subject import Subject
from springhead_contracts import keys

from springhead_runner.cli.target import open_aws
from springhead_runner.scrape.fanout import run_in_process
from springhead_runner.scrape.folder import DirSink
from springhead_runner.scrape.report import exit_code
from springhead_runner.scrape.run import resume_on_aws, run_on_aws, run_source
from springhead_runner.scrape.subject_list import ListedSubjects
from springhead_runner.seeds import read_list


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("names", nargs="+", metavar="NAME", help="sources, or groups of sources")
    parser.add_argument(
        "--subjects", metavar="IDS", help="only these celebrities, comma-separated; @FILE is a seed list"
    )
    parser.add_argument(
        "--from", dest="subject_list", metavar="LIST", help="subject list (CSV file or s3://bucket/key)"
    )
    parser.add_argument("--resume", action="store_true", help="what the quota did not reach in the last runs")
    parser.add_argument(
        "--workers", type=int, metavar="N", help="split the run into batches, and do N at a time in this process"
    )
    parser.add_argument("--time", metavar="T", help="scheduled time, such as 2025-11-07T17:20:00Z")
    parser.add_argument("--sink", default="aws", help="aws (default), or dir:PATH to write files instead")
    parser.add_argument("--json", action="store_true", help="one object at the end")


def run(args: argparse.Namespace) -> int:
    """Run."""
    # An unknown name is said before anything runs.
    names = list(dict.fromkeys(source.name for name in args.names for source in load_sources(name)))
    try:
        time = keys.slot(args.time) if args.time else keys.slot(datetime.now(UTC))
    except ValueError as error:
        raise ConfigError(f"--time: {error}", hint="write 2025-11-07T17:20:00Z") from error
    if args.resume and (args.subjects or args.time or args.sink != "aws"):
        raise ConfigError(
            "--resume takes no --subjects, --time and --sink", hint="leave them out: each run has its own"
        )
    if args.workers is not None and args.workers < 1:
        raise ConfigError(f"--workers is {args.workers}", hint="give 1 or more")
    if args.workers and (args.resume or args.subjects or args.subject_list or args.sink != "aws"):
        raise ConfigError(
            "--workers takes no --resume, --subjects, --from and --sink", hint="it runs over all active subjects"
        )
    if (
        not args.quiet and not args.json and not args.resume
    ):  # with --json stderr is for one object, should anything fail
        print(f"T = {keys.format_time(time)}", file=sys.stderr)
    runs = [Run.at(name, time) for name in names]
    reports, failure = asyncio.run(_all(args, runs))
    if args.json:
        listed: Any = reports if args.resume else {report["source_id"]: report for report in reports}
        print_json({"time": keys.format_time(time), "sources": listed})
    elif reports:
        _show(reports)
    elif args.resume and failure is None:
        print_line("nothing was left over")
    if failure is not None:
        raise failure
    return max((exit_code(report) for report in reports), default=0)


async def _all(args: argparse.Namespace, runs: list[Run]) -> tuple[list[dict[str, Any]], BaseException | None]:
    """The reports of the sources that ran, and the first failure of one that could not."""
    clock = SystemClock()
    progress = Progress(enabled=sys.stderr.isatty() and not args.quiet)
    chosen = _subjects(args.subjects)
    options: dict[str, Any] = {"clock": clock}
    if args.sink == "aws":
        aws = open_aws(args)
        if chosen and not isinstance(chosen[0], str):
            raise ConfigError(
                "--subjects @FILE needs --sink dir:PATH", hint="`springhead seed FILE` puts them into the table"
            )

        async def one(run: Run) -> list[dict[str, Any]]:
            told = progress.of(run.source)
            if args.workers:
                return [await run_in_process(aws, run, workers=args.workers, on_outcome=told, **options)]
            if args.resume:
                return await resume_on_aws(aws, run.source, subject_list=args.subject_list, on_outcome=told, **options)
            return [
                await run_on_aws(
                    aws, run, subject_ids=chosen, subject_list=args.subject_list, on_outcome=told, **options
                )
            ]

        settings = aws.settings
    elif args.sink.startswith("dir:"):
        settings = load_settings(stage=args.stage)
        if isinstance((chosen or [""])[0], str) and any(load_source(run.source).subjects is None for run in runs):
            raise ConfigError(
                "--sink dir: reads no table", hint="name the subjects with --subjects @FILE (a seed list)"
            )

        async def one(run: Run) -> list[dict[str, Any]]:
            source = load_source(run.source)
            sink = DirSink(Path(args.sink.removeprefix("dir:")), source, run, clock)
            subjects: Iterable[Any] = chosen or []
            if source.subjects is not None:
                subjects = ListedSubjects(source, args.subject_list or settings.subject_list).all()
            told = progress.of(run.source)
            return [await run_source(run, subjects, sink, settings=settings, on_outcome=told, **options)]
    else:
        raise ConfigError(f"--sink {args.sink!r} is unknown", hint="use aws, or dir:PATH")
    options["limits"] = HostLimits(clock, settings.rate_scale)
    # Lambda has no disk that outlives it; a laptop has.
    options["cache"] = DirCache(settings.home / "http-cache")
    try:
        # One source that cannot run must not take the others' work away: all end, then the first failure is said.
        ended = await asyncio.gather(*(one(run) for run in runs), return_exceptions=True)
    finally:
        progress.end()
    reports = [report for result in ended if not isinstance(result, BaseException) for report in result]
    return reports, next((result for result in ended if isinstance(result, BaseException)), None)


def _subjects(text: str | None) -> list[Any] | None:
    """``--subjects``: ids, or the subjects of a seed list (``@FILE``); None is everybody in the table."""
    if text is None:
        return None
    if text.startswith("@"):
        accepted, refused = read_list(Path(text[1:]), datetime.now(UTC))
        if refused:
            raise ConfigError(f"{text[1:]}: {refused[0]}", hint="correct the list; `springhead seed` shows all faults")
        return [Subject.from_record(record) for record in accepted]
    ids = [part.strip() for part in text.split(",") if part.strip()]
    if not ids:
        raise ConfigError("--subjects names nobody", hint="write --subjects celeb_001,celeb_002")
    return ids


class Progress:
    """One live line with a count per source, on a terminal only."""

    def __init__(self, *, enabled: bool) -> None:
        self._enabled = enabled
        self._counts: dict[str, int] = {}

    def of(self, source: str) -> Any:
        """A callback that counts the outcomes of one source."""
        self._counts[source] = 0

        def told(outcome: object, kind: str) -> None:
            self._counts[source] += 1
            if self._enabled:
                line = "  ".join(f"{name} {count}" for name, count in self._counts.items())
                print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)

        return told

    def end(self) -> None:
        """Leave the live line."""
        if self._enabled:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def _show(reports: list[dict[str, Any]]) -> None:
    always = {"subjects", "written", "not_found", "dead_lettered"}
    counts = (
        "subjects", "written", "changed", "unchanged", "not_found", "deferred", "dead_lettered", "lost",
        "skipped_inactive",
    )  # fmt: skip
    # A column of nothing but zeros says nothing, and the table should fit a terminal.
    shown = [name for name in counts if name in always or any(report[name] for report in reports)]
    quotas = any("quota_limit" in report["metrics"] for report in reports)
    rows = [
        [
            report["source_id"],
            report["health"],
            *(str(report[name]) for name in shown),
            str(report["metrics"]["request_count"]),
            str(report["metrics"]["retried_requests"]),
            *([_units(report["metrics"])] if quotas else []),
            size(report["metrics"]["total_bytes"]),
            f"{report['duration'] / 1000:.1f}",
        ]
        for report in reports
    ]
    words = {"dead_lettered": "dead letters", "not_found": "not found", "skipped_inactive": "inactive"}
    head = ["source", "health", *(words.get(name, name) for name in shown)]
    print_line(table(rows, [*head, "requests", "retried", *(["quota"] if quotas else []), "bytes", "seconds"]))
    for report in reports:
        for line in problems(report):
            print_line(f"  {report['source_id']}: {line}")
        if "backup" in report:
            print_line(
                f"  {report['source_id']}: backup of {report['backup']['rows']} rows: {report['backup']['prefix']}"
            )


def _units(metrics: dict[str, Any]) -> str:
    """Units of the quota: spent by this run, of what the day grants."""
    return f"{metrics['quota_units']:,} of {metrics['quota_limit']:,}" if "quota_limit" in metrics else "–"


def problems(report: dict[str, Any], limit: int = 10) -> list[str]:
    """What went wrong in a run, one line each; what happened several times is said once, with its count."""
    found = Counter(f"{problem['code']}: {problem['message']}" for problem in report.get("errors", []))
    found.update(problem["message"] for problem in report.get("warnings", []))
    lines = [line if count == 1 else f"{line} ({count} times)" for line, count in found.most_common(limit)]
    more = len(found) - limit
    return [*lines, f"and {more} more: see `springhead dlq list`"] if more > 0 else lines
