"""The snapshots of the tables, the newest first. The one that a query sees has a `*`.

Example::

    springhead lake history posts
    springhead lake query "SELECT count(*) FROM posts" --at 2026-01-14T12:00:00Z
"""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("table", nargs="?", metavar="TABLE", help="only of this table")
    parser.add_argument("-n", "--limit", type=int, default=50, help="at most so many (default: 50; 0 for all)")
    parser.add_argument("--json", action="store_true", help="JSON lines")


def run(args: argparse.Namespace) -> int:
    """Show them."""
    from springhead.cli.output import cell, print_json, print_line, table

    from springhead_lake.cli.target import open_target
    from springhead_lake.history import history

    with open_target(args) as target:
        found = history(target.lake.catalog, target.settings, args.table)
    shown = found[: args.limit] if args.limit > 0 else found
    if args.json:
        for moment in shown:
            print_json(moment.to_dict())
        return 0
    rows = [
        [
            moment.time,
            moment.table,
            f"{moment.snapshot}{'*' if moment.current else ''}",
            moment.operation,
            f"{moment.added:,}",
            f"{moment.removed:,}",
            "–" if moment.rows is None else f"{moment.rows:,}",
            cell((moment.source or "–").rpartition("/")[2]),
        ]
        for moment in shown
    ]
    head = ["time", "table", "snapshot", "operation", "added", "removed", "rows", "source"]
    print_line(table(rows, head) if rows else "no snapshots: the tables are there, but nothing was loaded")
    if len(shown) < len(found):
        print_line(f"and {len(found) - len(shown):,} older ones: --limit 0 shows all")
    return 0
