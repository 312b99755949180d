"""Forget old snapshots, and delete files that no snapshot names.

A snapshot goes that long after another took its place. A file goes when nothing names it and it is older than the
safety age, for a load in progress has files that nothing names yet. No age may be below one hour.

Example::

    springhead lake expire --older-than 30d --dry-run
    springhead lake expire --older-than 7d
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from springhead_lake.storage import StoredFile


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("table", nargs="?", metavar="TABLE", help="only this table")
    parser.add_argument("--older-than", metavar="AGE", help="12h, 30d, 4w (default: SPRINGHEAD_LAKE_KEEP_DAYS, 30d)")
    parser.add_argument(
        "--orphans-older-than", metavar="AGE", help="the safety age (default: SPRINGHEAD_LAKE_ORPHAN_DAYS, 3d)"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would go; change nothing")
    parser.add_argument("--json", action="store_true", help="JSON lines")


def run(args: argparse.Namespace) -> int:
    """Do it."""
    from datetime import timedelta

    from springhead.cli.output import plural, print_json, print_line, size
    from springhead_runner.letters.view import age

    from springhead_lake.cli.target import open_target
    from springhead_lake.expiry import expire
    from springhead_lake.history import existing

    # What is wrong with the arguments is said before anything is done.
    older = age(args.older_than) if args.older_than else None
    orphans = age(args.orphans_older_than) if args.orphans_older_than else None
    with open_target(args) as target:
        if older is None:
            older = timedelta(days=target.settings.lake_keep_days)
        if orphans is None:
            orphans = timedelta(days=target.settings.lake_orphan_days)
        for name in existing(target.lake.catalog, target.settings, args.table):
            found = expire(target.lake, target.aws, name, older, orphans, dry_run=args.dry_run)
            if args.json:
                print_json({
                    "table": name, "dry_run": args.dry_run, "snapshots": found.snapshots,
                    "kept_snapshots": found.kept_snapshots, "bytes": found.bytes,
                    "files": [
                        {"path": file.path, "size": file.size, "modified": _time(file)} for file in found.files
                    ],
                })  # fmt: skip
                continue
            would = "would forget" if args.dry_run else "forgot"
            delete = "would delete" if args.dry_run else "deleted"
            print_line(
                f"{name}: {would} {plural(len(found.snapshots), 'snapshot')}, keeps {found.kept_snapshots:,}; "
                f"{delete} {plural(len(found.files), 'file')} ({size(found.bytes)})"
            )
            for file in found.files:
                print_line(f"  {_time(file)}  {size(file.size):>9}  {file.path}")
    return 0


def _time(file: StoredFile) -> str:
    return f"{file.modified:%Y-%m-%dT%H:%M:%SZ}"
