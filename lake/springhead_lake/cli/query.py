"""One SELECT over the tables `posts`, `restaurants`, `post_metrics` and `restaurant_metrics`, in DuckDB's SQL.

Only the tables can be read: no file, no address, and nothing can be changed. A table shows the first rows, --json and
--csv write all. CSV is for people and their spreadsheets: a text that begins like a formula gets a `'` before it; with
--raw all stays as it is.

Example::

    springhead lake query "SELECT creator, date_trunc('month', posted_date) AS month, sum(likes) AS likes
        FROM posts GROUP BY ALL ORDER BY likes DESC LIMIT 10"
    springhead lake query "FROM restaurants WHERE city = 'NEW YORK'" --json
    springhead lake query "FROM posts" --csv > posts.csv
    springhead lake query "SELECT count(*) FROM posts" --at 2026-01-14
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from springhead_lake.query import Result


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("sql", metavar="SQL", help="one SELECT")
    parser.add_argument("--at", metavar="SNAPSHOT_OR_TIME", help="the tables as they were (`springhead lake history`)")
    parser.add_argument("-n", "--rows", type=int, default=100, help="rows of the table (default: 100; 0 for all)")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="all rows as JSON lines")
    form.add_argument("--csv", action="store_true", help="all rows as CSV")
    parser.add_argument(
        "--raw", action="store_true", help="with --csv: leave texts that look like formulas as they are"
    )


def run(args: argparse.Namespace) -> int:
    """Ask."""
    from springhead.errors import ConfigError

    from springhead_lake.cli.rows import write_csv, write_json
    from springhead_lake.cli.target import open_target
    from springhead_lake.query import query

    if args.raw and not args.csv:
        raise ConfigError("--raw goes with --csv", hint="the other forms change no value")
    # Which lake it is would be in the way of an answer that a program reads.
    args.quiet = args.quiet or args.csv
    with open_target(args) as target, query(target.lake.catalog, target.settings, args.sql, args.at) as result:
        if args.json:
            write_json(result)
        elif args.csv:
            write_csv(result, raw=args.raw)
        else:
            _show(result, args.rows)
    return 0


def _show(result: Result, limit: int) -> None:
    from itertools import islice

    from springhead.cli.output import cell, plural, print_line, table

    from springhead_lake.cli.rows import readable

    rows = result.rows()
    shown = list(rows if limit <= 0 else islice(rows, limit))
    print_line(
        table([[cell(readable(value)) for value in row] for row in shown], [cell(name) for name in result.columns])
    )
    if next(rows, None) is not None:
        print_line(f"the first {plural(len(shown), 'row')}; there are more: --rows 0, --json or --csv")
    else:
        print_line(plural(len(shown), "row"))
