"""Load backups. What is loaded already stays as it is, so that any file can be given again.

Example::

    springhead lake ingest backups/
    springhead lake ingest post_results_20260113_175319.csv
    springhead lake ingest s3://instagram-post-scraper-backups-kishore/ --endpoint aws
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from springhead_lake.rebuild import Backup
    from springhead_lake.report import FileReport


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("paths", nargs="+", metavar="PATH_OR_S3", help="files, folders, s3://bucket/key-or-prefix")
    parser.add_argument("--json", action="store_true", help="a report per file as JSON lines, the sums last")


def run(args: argparse.Namespace) -> int:
    """Load, in the order that writes least. Exit code 1 where a file or a row was rejected."""
    from springhead.cli.output import print_json

    from springhead_lake.cli.places import find_backups
    from springhead_lake.cli.progress import LiveLine
    from springhead_lake.cli.target import open_target
    from springhead_lake.cli.words import print_reports
    from springhead_lake.delivery import deliver
    from springhead_lake.letters import FolderLetters, ObjectLetters
    from springhead_lake.report import total

    line = LiveLine(args)
    with open_target(args, line) as target:
        backups, named = find_backups(args, target, args.paths)
        letters = FolderLetters(target.settings) if target.aws is None else ObjectLetters(target.aws, target.settings)
        reports = []
        try:
            for number, backup in enumerate(sorted(backups, key=_order), start=1):
                line.what = f"{number}/{len(backups)} {backup.key}"
                report = deliver(target.lake, letters, backup.bucket, backup.key, backup.find)
                reports.append(report)
                if args.json:
                    print_json(report.to_dict())
        finally:
            line.end()
    if args.json:
        print_json(total(reports))
    else:
        print_reports(reports)
    return int(any(_faulty(report, named) for report in reports))


def _order(backup: Backup) -> tuple[int, float, str]:
    return backup.order


def _faulty(report: FileReport, named: Iterable[str]) -> bool:
    """Whether somebody should look. In a folder there may be other files; who names one wants it loaded."""
    unwanted = report.outcome == "unknown" and report.key not in named
    return not unwanted and (report.outcome != "loaded" or report.rejected > 0)
