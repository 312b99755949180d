"""``contract checks``: the rules of ``diff``, in one line each or one in full."""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from springhead_contracts.compat import Check

_SEVERITIES = """\
ERR   stops the gate; WARN needs a look; INFO is compatible"""
_TERMS = """\
WIRE   is about data, SOURCE about code that uses the generated Go and Python
         backward                             forward
  WIRE   new readers read old data            old readers read new data
  SOURCE old code compiles with new module    new code compiles with old module
ok       nothing breaks
breaks   a reader refuses the data, or code does not compile
loses    it is read, but a value is dropped or taken for another
newer    code that uses the addition needs the newer module, as ever
example  a change of a small contract on which the rule fires: place: before -> after
near miss  a similar change on which it stays silent"""


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the subcommand."""
    checks = subparsers.add_parser(
        "checks",
        help="list the rules of diff; with a name, one with its example",
        epilog=f"{_SEVERITIES}\n\n{_TERMS}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    checks.add_argument("check", metavar="CHECK", nargs="?", help="show this rule in full, with an example")
    checks.add_argument("--json", action="store_true", help="print the rules in full as JSON")
    checks.set_defaults(contract_run=_checks)


def _checks(args: argparse.Namespace) -> int:
    from springhead_contracts.compat import CHECKS
    from springhead_contracts.compat._cases import CASES, described

    if args.check and args.check not in CHECKS:
        near = difflib.get_close_matches(args.check, CHECKS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else "`contract checks` lists them"
        print(f"UsageError: there is no check {args.check!r} ({hint})", file=sys.stderr)
        return 2
    chosen = [check for check in CHECKS.values() if args.check in (None, check.id)]
    examples = {check.id: described(CASES[check.id]) if check.id in CASES else {} for check in chosen}
    if args.json:
        print(json.dumps([_row(one, examples[one.id]) for one in chosen], ensure_ascii=False, indent=2))
    elif args.check:
        print(_in_full(chosen[0], examples[args.check]))
    else:
        width = max(len(check.id) for check in chosen)
        for check in chosen:
            print(f"{check.severity:4} {check.id:{width}}  {check.who}")
        print(f"\n{_SEVERITIES}")
        print("`contract checks CHECK` shows a rule in full: its verdicts, what to do instead, and an example")
    return 0


def _row(check: Check, example: dict[str, str]) -> dict[str, object]:
    return {
        "check": check.id,
        "severity": check.severity,
        "wire": dict(zip(("backward", "forward"), check.wire, strict=True)),
        "source": dict(zip(("backward", "forward"), check.source, strict=True)),
        "who": check.who,
        "instead": check.instead,
        **example,
    }


def _in_full(check: Check, example: dict[str, str]) -> str:
    lines = [
        f"{check.severity} {check.id}",
        f"  who breaks: {check.who}",
        f"  instead:    {check.instead}",
        f"  WIRE        backward {check.wire[0]}, forward {check.wire[1]}",
        f"  SOURCE      backward {check.source[0]}, forward {check.source[1]}",
        *(f"  {word.replace('_', ' ')}: {text}" for word, text in example.items()),
    ]
    return "\n".join([*lines, "", *_SEVERITIES.splitlines(), *_TERMS.splitlines()])
