"""Count items by source type, and how many of them are enriched (as in seed 1, this reads the whole table).

Example::

    springhead count --json
"""

from __future__ import annotations

import argparse

from springhead.cli.output import print_json, print_line, table

from springhead_runner.cli.target import open_aws
from springhead_runner.stores.entries import EntryStore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="one object")


def run(args: argparse.Namespace) -> int:
    """Count."""
    counts = EntryStore(open_aws(args)).counts()
    if args.json:
        print_json(counts)
        return 0
    rows = [[name, *map(str, count.values())] for name, count in counts.items()]
    print_line(table(rows, ["source type", "items", "enriched", "failed"]) if rows else "the table is empty")
    return 0
