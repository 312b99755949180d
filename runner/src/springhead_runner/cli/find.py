"""Find celebrities and their entries by name, from `name-index`.

Example::

    springhead find 周潤發
"""

from __future__ import annotations

import argparse

from springhead.cli.output import cell, print_json, print_line, table
from springhead.errors import ConfigError, NotFound

from springhead_runner.cli.target import open_aws
from springhead_runner.stores.entries import SORT_KEY, EntryStore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", help="the name, exactly as it is stored")
    parser.add_argument("--json", action="store_true", help="items as JSON lines (the index holds no raw_text)")


def run(args: argparse.Namespace) -> int:
    """Find."""
    if not args.name.strip():
        raise ConfigError("the name is empty", hint="write the name as it is stored")
    aws = open_aws(args)
    items = sorted(EntryStore(aws).by_name(args.name), key=lambda item: (item["celebrity_id"], item[SORT_KEY]))
    if not items:
        raise NotFound(f"{aws.settings.table} has nobody named {cell(args.name)}", hint="names are matched exactly")
    if args.json:
        for item in items:
            print_json(item)
        return 0
    rows = [
        [item["celebrity_id"], item[SORT_KEY], cell(item.get("weight")), cell(item.get("sentiment"))] for item in items
    ]
    print_line(table(rows, ["celebrity", "item", "weight", "sentiment"]))
    return 0
