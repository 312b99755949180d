"""Make all tables from the backups alone. Queries see the old rows until the new ones are complete.

The lake of a laptop needs to be told where the backups are; that of AWS knows its buckets and reads all versions of
the files in them.

Example::

    springhead lake rebuild backups/
    springhead lake rebuild --endpoint aws
"""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("paths", nargs="*", metavar="PATH_OR_S3", help="where the backups are (default: the buckets)")
    parser.add_argument("--json", action="store_true", help="a report per file as JSON lines, the sums last")


def run(args: argparse.Namespace) -> int:
    """Do it. Exit code 1 where a file or a row was rejected."""
    from springhead.cli.output import print_json, print_line
    from springhead.errors import ConfigError

    from springhead_lake.cli.places import find_backups
    from springhead_lake.cli.progress import LiveLine
    from springhead_lake.cli.target import open_target
    from springhead_lake.cli.words import print_reports
    from springhead_lake.rebuild import Backup, rebuild
    from springhead_lake.report import total

    line = LiveLine(args)
    with open_target(args, line) as target:
        if target.aws is None and not args.paths:
            raise ConfigError("where are the backups?", hint="springhead lake rebuild FOLDER")
        places = args.paths or [f"s3://{bucket}/" for bucket in target.settings.source_buckets]

        def listed() -> list[Backup]:
            return find_backups(args, target, places, versions=True)[0]

        listed()  # says what is wrong with the places before anything is touched
        try:
            reports = rebuild(target.settings, target.lake.catalog, listed, line)
        finally:
            line.end()
    if args.json:
        for report in reports:
            print_json(report.to_dict())
        print_json(total(reports))
    else:
        print_reports(reports, all_files=False)
        print_line("the tables are made from these files; what they held before expires with its snapshots")
    return int(any(report.outcome not in ("loaded", "unknown") or report.rejected for report in reports))
