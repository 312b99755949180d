"""Join small data files into files of the wanted size. Loading and asking go on meanwhile.

Example::

    springhead lake compact
    springhead lake compact post_metrics
"""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("table", nargs="?", metavar="TABLE", help="only this table")
    parser.add_argument("--json", action="store_true", help="JSON lines")


def run(args: argparse.Namespace) -> int:
    """Do it."""
    from dataclasses import asdict

    from springhead.cli.output import print_json, print_line, table

    from springhead_lake.cli.progress import LiveLine
    from springhead_lake.cli.target import open_target
    from springhead_lake.compaction import compact
    from springhead_lake.history import existing

    line = LiveLine(args)
    with open_target(args, line) as target:
        found = []
        try:
            for name in existing(target.lake.catalog, target.settings, args.table):
                found.append(compact(target.lake, name))
        finally:
            line.end()
    if args.json:
        for one in found:
            print_json(asdict(one))
        return 0
    rows = [
        [one.table, f"{one.files_before:,}", f"{one.files_after:,}", f"{one.rewritten:,}", f"{one.rows:,}"]
        for one in found
    ]
    print_line(table(rows, ["table", "files before", "files now", "files joined", "rows in them"]))
    if any(one.rewritten for one in found):
        print_line("the old files go with their snapshots: springhead lake expire")
    return 0
