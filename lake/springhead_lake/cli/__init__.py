"""The lake: CSV backups as Iceberg tables; load them, ask them, look after them.

Without AWS it is a folder below SPRINGHEAD_HOME. With --endpoint, or while embedded AWS runs (`springhead up`), it is
Glue and S3; --catalog says which one in any case.

Example::

    springhead lake ingest backups/                       # a folder, files, s3://bucket/prefix/
    springhead lake tables
    springhead lake query "SELECT creator, sum(likes) FROM posts GROUP BY 1 ORDER BY 2 DESC LIMIT 5"
    springhead lake query "FROM restaurants" --csv > restaurants.csv
    springhead lake history posts
    springhead lake compact
    springhead lake expire --older-than 30d --dry-run
    springhead lake rebuild backups/
    springhead lake dlq
"""

from __future__ import annotations

import argparse
import importlib
import logging

from springhead.cli import add_global_options

__all__ = ["add_arguments", "run"]

_COMMANDS = {
    "ingest": "load backups: files, folders, s3://bucket/prefix",
    "tables": "the tables: rows, files, size, snapshots; of one also its columns",
    "query": "one SELECT over the tables, as a table, JSON lines or CSV",
    "history": "the snapshots: when, from which file, rows added and removed",
    "compact": "join small data files",
    "expire": "forget old snapshots, delete files that nothing names",
    "rebuild": "make the tables from the backups alone",
    "dlq": "what could not be loaded (dlq list --source lake)",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the subcommands; none of them imports pyiceberg before it runs."""
    parser.description = _about(__doc__)
    parsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in _COMMANDS.items():
        module = importlib.import_module(f"{__name__}.{name}")
        example = (module.__doc__ or "").partition("Example::")[2].strip("\n")
        one = parsers.add_parser(name, help=text, description=_about(module.__doc__), epilog=f"example:\n{example}")
        module.add_arguments(one)
        one.add_argument("--catalog", choices=["sql", "glue"], help="a folder of this machine, or Glue and S3")
        one.set_defaults(lake_run=module.run)
        add_global_options(one, hidden=True)


def _about(doc: str | None) -> str:
    """What a module's docstring says before its example."""
    return (doc or "").partition("Example::")[0].strip()


def run(args: argparse.Namespace) -> int:
    """Run the subcommand."""
    # What is logged of a file stands in its report, which is printed; with --verbose the log is, too.
    logging.getLogger("springhead.lake").addHandler(logging.NullHandler())
    code: int = args.lake_run(args)
    return code
