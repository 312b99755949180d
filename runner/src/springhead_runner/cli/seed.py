"""Write metadata records from a list of celebrities, and say what is refused.

The list is JSON in seed 1's format: objects with `celebrity_id` and `name`, and optionally `birth_date`, `nationality`
and `occupation`. A record that exists already is left as it is.

Example::

    springhead seed demo/springhead_demo/celebrities.json
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from springhead.cli.output import print_json, print_line
from springhead.errors import ContractViolation

from springhead_runner.cli.target import open_aws
from springhead_runner.seeds import read_list
from springhead_runner.stores.subjects import SubjectStore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "file",
        type=Path,
        help="a JSON list of {celebrity_id, name} with birth_date, nationality, occupation where known",
    )
    parser.add_argument("--json", action="store_true", help="one object at the end")


def run(args: argparse.Namespace) -> int:
    """Seed."""
    accepted, refused = read_list(args.file, datetime.now(UTC))
    store = SubjectStore(open_aws(args))
    written = sum(store.add(record) for record in accepted)
    there = len(accepted) - written
    if args.json:
        print_json({"written": written, "there_already": there, "refused": [str(refusal) for refusal in refused]})
    else:
        print_line(f"{written} written, {there} there already, {len(refused)} refused")
    hint = "correct the list and seed it again: what is there already stays"
    if refused and args.json:
        violations = [violation for refusal in refused for violation in refusal.violations]
        what = f"{args.file}: {len(refused)} refused, first {refused[0]}"
        raise ContractViolation(what, violations=violations, hint=hint)
    for refusal in refused:
        print(f"ContractViolation: {args.file}: {refusal} ({hint})", file=sys.stderr)
    return 1 if refused else 0
