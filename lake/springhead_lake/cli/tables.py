"""The tables of the lake.

Example::

    springhead lake tables
    springhead lake tables posts        # its columns
    springhead lake tables --json
"""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("table", nargs="?", metavar="TABLE", help="only this one, with its columns")
    parser.add_argument("--json", action="store_true", help="JSON lines")


def run(args: argparse.Namespace) -> int:
    """Show them."""
    from springhead.cli.output import print_json, print_line, size, table

    from springhead_lake.cli.target import open_target
    from springhead_lake.history import states
    from springhead_lake.tables import TABLES

    with open_target(args) as target:
        found = states(target.lake.catalog, target.settings, args.table)
    if args.json:
        for state in found:
            print_json(state.to_dict())
        return 0
    rows = [
        [
            state.table,
            f"{state.rows:,}",
            f"{state.files:,}",
            size(state.bytes),
            f"{state.snapshots:,}",
            state.last_commit or "never",
            str(len(state.columns)),
        ]
        for state in found
    ]
    print_line(table(rows, ["table", "rows", "files", "size", "snapshots", "last commit", "columns"]))
    if args.table:
        (state,) = found
        print_line(f"\n{TABLES[state.table].doc}\n{state.location}\n")
        print_line(table([[column.name, column.type] for column in state.columns], ["column", "type"]))
    return 0
