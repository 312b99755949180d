"""What runs cost: requests, quota units, writes, stream reads, compute and storage, per run and per month.

Figures of sources that have run come from their last whole run; the others are assumed, and all assumptions are
printed. `--seeds` works the seeds' cost tables through and says where they err. It needs no AWS.

Example::

    springhead cost --subjects 100
    springhead cost --subjects 10000 --weeks 104 --json
    springhead cost --subjects 100 --seeds
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from typing import Any

from springhead.cli.output import cell, print_json, print_line, table
from springhead.errors import ConfigError, SpringheadError
from springhead.plugins import catalogue

from springhead_runner.cli.target import open_aws
from springhead_runner.costs import PRICES, PRICES_AS_OF, REGION, Assumptions, Load, estimate, seed_tables
from springhead_runner.stores.history import History
from springhead_runner.stores.reports import Reports


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--subjects", type=int, required=True, metavar="N", help="how many subjects each source visits")
    parser.add_argument("--weeks", type=int, default=52, metavar="W", help="weeks of data that are kept (default 52)")
    parser.add_argument("--seeds", action="store_true", help="the seeds' cost tables, and where they err")
    parser.add_argument("--json", action="store_true", help="one object")


def run(args: argparse.Namespace) -> int:
    """Estimate."""
    if args.subjects < 1 or args.weeks < 1:
        raise ConfigError("--subjects and --weeks are counts", hint="give at least 1")
    given = Assumptions()
    result = estimate(args.subjects, _loads(args, given), given, args.weeks)
    priced = {"region": REGION, "as_of": PRICES_AS_OF, "usd": PRICES}
    if args.json:
        seeds = [asdict(row) for row in seed_tables()]
        print_json({**result, "assumptions": asdict(given), "prices": priced, "seeds": seeds})
        return 0
    _show(result, given)
    if args.seeds:
        _show_seeds()
    else:
        print_line("\nThe seeds' cost tables, and where they err: --seeds")
    return 0


def _loads(args: argparse.Namespace, given: Assumptions) -> list[Load]:
    sources = [s for plugin in catalogue() for s in plugin.sources if s.emits == "scraper_entry"]
    quotas = {source.name: source.quota for source in sources}
    try:
        aws = open_aws(args)
        history, reports = History(aws), Reports(aws)
        measured = {name: _measured(history, reports, name) for name in quotas}
    except SpringheadError as error:
        measured = {}
        if not args.quiet and not args.json:
            print(f"nothing is measured: {error.message}", file=sys.stderr)
    loads = []
    for name, quota in quotas.items():
        grant, costs = (quota.per_day, quota.costs) if quota else (None, None)
        report = measured.get(name)
        loads.append(Load.of_report(report, given, grant) if report else Load.assumed(name, given, grant, costs))
    return loads


def _measured(history: History, reports: Reports, source: str) -> dict[str, Any] | None:
    """The report of the last completed run that asked about somebody."""
    for noted in history.of(source, 10):
        report = reports.get(noted["run_id"])
        if report and report["status"] == "completed" and report["subjects"]:
            return report
    return None


def _show(result: dict[str, Any], given: Assumptions) -> None:
    rows = [
        [
            name, f"{of['requests']:,.0f}", f"{of.get('quota_units', 0):,}" if "days" in of else "–",
            str(of.get("days", "–")), f"{of['write_units']:,}", f"{of['gb_seconds']:,.0f}", cell(of["from"], 40),
        ]
        for name, of in result["sources"].items()
    ]  # fmt: skip
    head = ["source", "requests", "quota units", "days of quota", "write units", "GB-s", "from"]
    print_line(f"One run, {result['subjects']:,} subjects")
    print_line(table(rows, head))
    run = result["run"]
    print_line(
        f"together: {run['requests']:,.0f} requests, {run['write_units']:,.0f} write units, "
        f"{run['stream_records']:,.0f} stream records, {run['s3_puts']:,.0f} objects, {run['gb_seconds']:,.0f} GB-s"
    )
    priced = f"USD, list prices of {REGION} on {PRICES_AS_OF}, no free tier"
    print_line(f"\nA month of weekly runs, {result['weeks']} weeks of data kept ({priced})")
    print_line(table([[name, f"{usd:.4f}"] for name, usd in result["usd_per_month"].items()]))
    print_line(f"total {result['usd_per_month_total']:.2f}")
    print_line("\nAssumed where nothing is measured, and for what no report says:")
    print_line(table([[name.replace("_", " "), str(value)] for name, value in asdict(given).items()], indent="  "))
    print_line("  an entry is written twice (scraped, enriched), each time with two indexes; a unit is one KB begun")


def _show_seeds() -> None:
    print_line("\nThe seeds' tables (USD a month, 100 celebrities, 4 sources)")
    for row in seed_tables():
        print_line(f"  {row.table}, {row.row}: says {row.says:.2f} ({row.reproduced}); it is {row.right:.4f}")
        print_line(f"      {row.errs}")
