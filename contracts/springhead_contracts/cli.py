"""The verb ``contract``: keep, generate, ask, compare, release and explain the contract.

`add_arguments` and `run` are what the ``springhead`` command mounts; ``python -m springhead_contracts`` enters by
`main`. Exit codes: 0 done, 1 records, schemas or the gate failed, 2 usage.

Example::

  springhead contract validate scraper_entry entries.jsonl
  springhead contract diff --against origin/main
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from springhead_contracts import _cli_checks, _cli_diff, _cli_release, _cli_schema, _cli_validate
from springhead_contracts._words import one_line

DONE, FAILED, USAGE = 0, 1, 2

_SUBCOMMANDS = (_cli_schema, _cli_validate, _cli_diff, _cli_checks, _cli_release)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the subcommands of ``contract`` to its parser.

    Args:
        parser: The parser of the verb.
    """
    subparsers = parser.add_subparsers(dest="contract_command", required=True, metavar="COMMAND")
    for module in _SUBCOMMANDS:
        module.add(subparsers)


def run(args: argparse.Namespace) -> int:
    """Runs the chosen subcommand.

    Args:
        args: What a parser that `add_arguments` prepared has parsed.

    Returns:
        The exit code.
    """
    try:
        code: int = args.contract_run(args)
    except (OSError, ValueError) as error:
        print(one_line(error), file=sys.stderr)
        return USAGE
    except RecursionError:
        print("SchemaFileError: a file is nested too deeply (no schema and no record needs that)", file=sys.stderr)
        return USAGE
    return code


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the verb by itself.

    Args:
        argv: Arguments without the program's name; those of the process when None.
    """
    parser = argparse.ArgumentParser(prog="contract", description="Keep, generate, ask and explain the contract.")
    add_arguments(parser)
    return run(parser.parse_args(argv))
