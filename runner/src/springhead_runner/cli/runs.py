"""History of runs from the operations table, the latest T first: one query per source, nothing is scanned.

Example::

    springhead runs tmdb --limit 5
    springhead runs --json
"""

from __future__ import annotations

import argparse
from typing import Any

from springhead.cli.output import cell, print_json, print_line, table
from springhead.errors import ConfigError
from springhead.plugins import catalogue, load_sources

from springhead_runner.cli.target import open_aws
from springhead_runner.stores.history import History


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("source", nargs="?", help="source, or group of sources (default: all that are installed)")
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="runs per source (default 20)")
    parser.add_argument("--json", action="store_true", help="runs as JSON lines (contract type scraping_run)")


def run(args: argparse.Namespace) -> int:
    """Show."""
    if args.limit < 1:
        raise ConfigError(f"--limit is {args.limit}", hint="give at least 1")
    if args.source:
        names = [source.name for source in load_sources(args.source)]
    else:
        names = [source.name for plugin in catalogue() for source in plugin.sources]
    history = History(open_aws(args))
    runs = [found for name in names for found in history.of(name, args.limit)]
    if args.json:
        for found in runs:
            print_json(found)
        return 0
    head = ["source", "T", "status", "stored", "new", "changed", "unchanged", "failed", "requests", "seconds"]
    print_line(table([_row(found) for found in runs], head) if runs else "no runs yet")
    return 0


def _row(found: dict[str, Any]) -> list[str]:
    counts = ("items_stored", "new_items", "updated_items", "duplicate_items", "error_items", "request_count")
    seconds = f"{found['duration'] / 1000:.1f}" if "duration" in found else "–"
    told = [str(found.get(name, "–")) for name in counts]
    return [cell(found["source_id"]), cell(found["timestamp"]), cell(found["status"]), *told, seconds]
