"""Say whether embedded AWS is running, and what lies in its table.

Example::

    springhead status --json
"""

from __future__ import annotations

import argparse
from typing import Any

from springhead.cli.output import print_json, print_line, table
from springhead.settings import load_settings

from springhead_runner.cli.target import embedded_home, open_aws
from springhead_runner.local import find
from springhead_runner.stores.entries import EntryStore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="one object")


def run(args: argparse.Namespace) -> int:
    """Say."""
    settings = load_settings(stage=args.stage)
    instance = find(embedded_home(settings))
    if instance is None:
        if args.json:
            print_json({"running": False})
        else:
            print_line("embedded AWS is not running (start it with `springhead up`)")
        return 0
    args.endpoint, args.quiet = instance.endpoint, True
    counts = EntryStore(open_aws(args)).counts()
    found: dict[str, Any] = {"running": True, "endpoint": instance.endpoint, "pid": instance.pid, "items": counts}
    if args.json:
        print_json(found)
        return 0
    print_line(f"embedded AWS is running at {instance.endpoint} (pid {instance.pid})")
    rows = [[name, *map(str, count.values())] for name, count in counts.items()]
    if rows:
        print_line(table(rows, ["source type", "items", "enriched", "failed"], indent="  "))
    return 0
