"""Show everything that is known of a celebrity: the metadata record, then the entries, oldest first.

Example::

    springhead show celeb_001
    springhead show celeb_001 --source tmdb --json
"""

from __future__ import annotations

import argparse
from typing import Any

from springhead.cli.output import cell, print_json, print_line, table
from springhead.errors import ConfigError, NotFound

from springhead_runner.cli.target import open_aws
from springhead_runner.stores.entries import SORT_KEY, EntryStore
from springhead_runner.stores.objects import read_raw_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("id", help="celebrity_id")
    parser.add_argument("--source", metavar="TYPE", help="only the entries of this source type")
    parser.add_argument("--json", action="store_true", help="items as JSON lines, raw_text complete")


def run(args: argparse.Namespace) -> int:
    """Show."""
    if not args.id.strip():
        raise ConfigError("the id is empty", hint="write celeb_001")
    aws = open_aws(args)
    items = list(EntryStore(aws).of_celebrity(args.id, args.source))
    if not items:
        what = f"no {args.source} entry of {args.id}" if args.source else f"no {args.id}"
        raise NotFound(f"{aws.settings.table} has {what}", hint="see `springhead count`, or seed and run first")
    for stored in items:
        # What was too large for the item is read from S3, as if it lay in the item.
        item = {**stored, "raw_text": read_raw_text(aws, stored)} if "raw_text" in stored else stored
        if args.json:
            print_json(item)
        else:
            print_line(item[SORT_KEY])
            print_line(table(describe(item), indent="  "))
    return 0


def describe(item: dict[str, Any]) -> list[list[str]]:
    """An item as rows of a table, the large parts shortened."""
    rows = []
    for name, value in item.items():
        if name == SORT_KEY:
            continue
        if name == "metadata" and isinstance(value, dict):
            wanted = ("processed", "error", "match", "url", "run_id", "attribution")
            rows += [[f"metadata.{key}", cell(value[key], 100)] for key in wanted if key in value]
        elif name == "raw_text":
            rows.append([name, f"{len(value):,} characters: {cell(value, 70)}"])
        else:
            rows.append([name, cell(value, 100)])
    return rows
