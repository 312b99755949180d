"""The schedules of the stack: what starts when, and switching them on and off.

Only rules of the stack are touched. Without a name, `enable` and `disable` mean all that start or resume sources;
`enable` wants `springhead golive` to have been green for a rule, or `--force`.

Example::

    springhead schedule show
    springhead schedule enable
    springhead schedule disable celebrity-youtube-weekly
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from springhead.cli.output import print_json, print_line, table
from springhead.errors import ConfigError, NotFound, SpringheadError
from springhead_contracts import keys

from springhead_runner.cli.target import open_aws
from springhead_runner.cron import Cron
from springhead_runner.golive.record import Records
from springhead_runner.golive.stack import Rule, Stack
from springhead_runner.stores.history import History

_NEXT = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("what", choices=["show", "enable", "disable"], help="show, enable or disable")
    parser.add_argument("rules", nargs="*", metavar="RULE", help="rules of the stack (default: all that start sources)")
    parser.add_argument("--force", action="store_true", help="enable although golive has not been green")
    parser.add_argument("--json", action="store_true", help="rules as JSON lines; for enable and disable, one object")


def run(args: argparse.Namespace) -> int:
    """Do it."""
    stack = Stack(open_aws(args))
    unknown = [name for name in args.rules if name not in stack.rule_names]
    if unknown:
        raise NotFound(f"{stack.name} has no rule {', '.join(unknown)}", hint=f"it has {', '.join(stack.rule_names)}")
    if args.what == "show":
        return _show(args, stack)
    rules = [stack.rule(name) for name in args.rules or stack.rule_names]
    chosen = [rule for rule in rules if args.rules or _is_schedule(rule)]
    gone = [rule.name for rule in chosen if rule.state == "GONE"]
    if gone:
        raise NotFound(f"{', '.join(gone)} was deleted behind the stack's back", hint="deploy the stack again")
    if args.what == "enable" and not args.force:
        chosen = _proved(args, stack, chosen)
    for rule in chosen:
        stack.switch(rule.name, on=args.what == "enable")
    state = "ENABLED" if args.what == "enable" else "DISABLED"
    if args.json:
        print_json({"state": state, "rules": [rule.name for rule in chosen]})
        return 0
    for rule in chosen:
        print_line(f"{rule.name} is {state}")
    print_line(f"a deployment sets the schedules to its parameter ScheduleState: give {state} from now on")
    return 0


def _is_schedule(rule: Rule) -> bool:
    """True for a rule that starts or resumes sources; the sweep is none: it mends what the stream left."""
    return any(name.startswith("scraper-") for name in rule.functions) or (
        bool(rule.targets) and not rule.functions
    )  # a task on Fargate


def _proved(args: argparse.Namespace, stack: Stack, rules: list[Rule]) -> list[Rule]:
    """The rules that the last green gate proved; named ones must all be."""
    proved = {name for record in Records(stack.aws).latest() if record.get("green") for name in record["rules"]}
    missing = [rule.name for rule in rules if rule.name not in proved]
    if missing and (args.rules or not proved):
        raise ConfigError(
            f"golive has not been green for {', '.join(missing)}", hint="run `springhead golive`, or say --force"
        )
    if missing and not args.json:
        print_line(f"left as they are, since golive has not proved them: {', '.join(missing)}")
    return [rule for rule in rules if rule.name in proved]


def _show(args: argparse.Namespace, stack: Stack) -> int:
    now, history = datetime.now(UTC), History(stack.aws)
    found = [_facts(stack, stack.rule(name), history, now) for name in args.rules or stack.rule_names]
    if args.json:
        for facts in found:
            print_json(facts)
        return 0
    rows = []
    for facts in found:
        first, *rest = facts["next"] or ["–"]
        last = facts.get("last_run", "–")
        rows.append([facts["rule"], facts["state"], facts["schedule"], ", ".join(facts["targets"]), last])
        rows.append(["", "", f"next {first}", _local(first), ""])
        rows += [["", "", f"     {at}", _local(at), ""] for at in rest]
    print_line(
        table(rows, ["rule", "state", "schedule (UTC)", "targets / local time", "last run"]) if rows else "no rules"
    )
    return 0


def _facts(stack: Stack, rule: Rule, history: History, now: datetime) -> dict[str, Any]:
    try:
        coming = [keys.format_time(at) for at in islice(Cron(rule.schedule).after(now), _NEXT)]
    except SpringheadError:
        coming = []  # rate(…) counts from a moment that EventBridge does not tell
    runs: list[dict[str, Any]] = []
    for function, target in rule.functions.items():
        try:
            sources = stack.unit(function, target).sources
        except SpringheadError:
            continue  # not a scraper, or its plugin is not installed here
        runs += [run for source in sources for run in history.of(source.name, 1)]
    last = max(runs, key=lambda run: str(run["timestamp"]), default=None)
    return {
        "rule": rule.name,
        "state": rule.state,
        "schedule": rule.schedule,
        "next": coming if rule.state != "GONE" else [],
        "targets": sorted(rule.functions) or [target["Id"] for target in rule.targets],
        **({"last_run": f"{last['run_id']} {last['status']}"} if last else {}),
    }


def _local(text: str) -> str:
    return "" if text == "–" else f"{keys.parse_time(text).astimezone():%a %Y-%m-%d %H:%M %Z}"
