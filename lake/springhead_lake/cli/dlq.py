"""What could not be loaded: files, and rows of files. In AWS this is `springhead dlq list --source lake`.

Correct the file and load it again under a name of its own, or as a new version.

Example::

    springhead lake dlq
    springhead lake dlq --json
"""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from springhead_lake.settings import LakeSettings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="letters as JSON lines")


def run(args: argparse.Namespace) -> int:
    """Show them."""
    from springhead.cli.output import cell, print_json, print_line, table

    from springhead_lake.cli.target import open_target

    with open_target(args) as target:
        if target.aws is not None:
            return _of_the_stack(args)
        letters = _letters(target.settings)
    if args.json:
        for letter, _ in letters:
            print_json(letter)
        return 0
    if not letters:
        print_line("no dead letters")
        return 0
    rows = [[letter["id"][:8], letter["error"]["name"], cell(letter["subject"]["key"])] for letter, _ in letters]
    print_line(table(rows, ["id", "error", "file"]))
    for letter, kept in letters:
        print_line(f"  {letter['id'][:8]}: {cell(letter['error']['message'], 1000)}")
        print_line(f"  {' ' * 8}  kept in {kept}")
    return 0


def _of_the_stack(args: argparse.Namespace) -> int:
    """What the verb ``dlq`` shows of the lake, with its own defaults for everything else."""
    from springhead_runner.cli import dlq

    parser = argparse.ArgumentParser()
    dlq.add_arguments(parser)
    return dlq.run(parser.parse_args(["list", "--source", "lake"], argparse.Namespace(**vars(args))))


def _letters(settings: LakeSettings) -> list[tuple[dict[str, Any], str]]:
    """Letters of a lake on a laptop, each with the path of what is kept."""
    suffix = ".letter.json"
    paths = sorted((settings.folder / settings.lake_dlq_prefix).glob(f"*{suffix}"))
    return [(json.loads(path.read_text()), str(path).removesuffix(suffix)) for path in paths]
