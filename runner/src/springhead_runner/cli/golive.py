"""Seed 2's testing protocol as a gate before the schedules are switched on; stops at the first step that fails.

It looks at table, rules, functions and stream; invokes each scraper with one celebrity, then with five, then all as the
rules would; and sees that they start within one second, that entries appear and that they are enriched, NULL judged by
its type. Its probes have a T in 2000, 2004 and 2008, which no run has, and are removed at the end. Their requests count
against the quotas of the sources. Only when all is green, and with `--enable`, the proved schedules are enabled.

What you need yourself (IAM): cloudformation:DescribeStacks, ListStackResources; events:DescribeRule, ListTargetsByRule,
EnableRule; lambda:InvokeFunction, GetFunctionConfiguration, GetFunctionEventInvokeConfig, GetPolicy,
ListEventSourceMappings; logs:FilterLogEvents, DescribeLogGroups; cloudwatch:DescribeAlarms, EnableAlarmActions;
dynamodb:DescribeTable, DescribeContinuousBackups, Query, GetItem, BatchGetItem, BatchWriteItem on the celebrity table,
Query, GetItem, PutItem, DeleteItem, BatchWriteItem on the operations table; s3:ListBucket, GetObject, DeleteObject on
the buckets of backups and dead letters; sqs:ReceiveMessage, DeleteMessage, ChangeMessageVisibility, GetQueueAttributes
on the dead letter queues.

Example::

    springhead golive                             # exit code 0: all is green
    springhead golive --enable                    # … and the schedules are on
    springhead golive --endpoint aws --stage dev --subjects 20 > ticket.txt
    springhead golive --table celebrity-database-test    # in a table of its own, without the functions
    springhead golive --clean                     # remove what a gate that was killed has left
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from datetime import UTC, datetime

from springhead.cli.output import print_json, print_line
from springhead.errors import ConfigError
from springhead_contracts import keys

from springhead_runner.cli.target import open_aws
from springhead_runner.golive.gate import Ticket
from springhead_runner.golive.run import Gate
from springhead_runner.golive.stack import Stack


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description = __doc__.partition("Example::")[0]  # who runs it must know what it does, and with which rights
    parser.add_argument("--enable", action="store_true", help="when all is green, enable the schedules")
    parser.add_argument("--table", help="probe sources, stores and enrichment in this process, in a table of its own")
    parser.add_argument("--subjects", type=int, default=100, metavar="N", help="metadata records there must be (100)")
    parser.add_argument("--within", type=float, default=300, metavar="S", help="seconds for the enrichment (300)")
    parser.add_argument("--patience", type=float, default=1800, metavar="S", help="seconds for a whole cycle (1800)")
    parser.add_argument("--keep", action="store_true", help="leave the probes where they are")
    parser.add_argument("--clean", action="store_true", help="only remove what earlier gates have left")
    parser.add_argument("--json", action="store_true", help="one object at the end")


def run(args: argparse.Namespace) -> int:
    """Go through the gate."""
    if args.enable and args.table:
        raise ConfigError(
            "--table proves sources, stores and enrichment, but not the deployed functions: these may write to the "
            "deployed table only",
            hint="go live without --table; the probes are removed",
        )
    if args.subjects < 1 or not 0 < args.within < math.inf or not 0 < args.patience < math.inf:
        raise ConfigError("--subjects is a count, --within and --patience are seconds", hint="give more than 0")
    if args.table is not None and not re.fullmatch(r"[A-Za-z0-9_.-]{3,255}", args.table):
        raise ConfigError(f"--table: {args.table!r} cannot name a table", hint="3 to 255 letters, digits, _ . or -")
    stack, started = Stack(open_aws(args)), datetime.now(UTC)

    def say(text: str) -> None:
        if not args.json:
            print_line(text)

    def step(text: str) -> None:
        if sys.stderr.isatty() and not args.quiet:
            print(f"\r\033[K  {text}", end="\r", file=sys.stderr, flush=True)

    ticket = Ticket(say)
    where = stack.aws.settings.endpoint or f"AWS, {stack.aws.settings.region}"
    say(
        f"springhead golive: stage {stack.aws.settings.stage}, stack {stack.name}, {where}, {keys.format_time(started)}"
    )
    gate = Gate(stack, ticket, started, args.subjects, args.within, args.patience, keep=args.keep, step=step)
    if args.clean:
        count = gate.clean_earlier()
        if args.json:
            print_json({"cleaned": count})
        return 0
    if args.table:
        from springhead_runner.golive.rehearsal import rehearse

        result = rehearse(gate, args.table)
    else:
        result = gate.run()
    result["enabled"] = []
    if result["green"] and not args.table:
        _go_live(args, stack, ticket, result)
    if args.json:
        shown = {k: v for k, v in result.items() if k != "exit_code"}
        print_json({"started_at": keys.format_time(started), "stack": stack.name, **shown, "steps": ticket.lines})
    else:
        print_line(f"\n{'GREEN' if result['green'] else 'NOT GREEN: stopped in step ' + result['failed'].strip()}")
    return int(result["exit_code"])


def _go_live(args: argparse.Namespace, stack: Stack, ticket: Ticket, result: dict[str, object]) -> None:
    """Enable the rules that were proved, or say how to."""
    rules = [str(rule) for rule in result["rules"]]  # type: ignore[attr-defined]
    ticket.begin("9 Schedules (4D)")
    if not args.enable:
        ticket.note(f"all green; `springhead schedule enable` enables {', '.join(rules)}")
        return
    for rule in rules:
        stack.switch(rule, on=True)
        ticket.require(
            stack.rule(rule).state == "ENABLED", f"{rule} is ENABLED", f"{rule} is not", "springhead schedule enable"
        )
    result["enabled"] = rules
    ticket.note("a deployment sets the schedules to its parameter ScheduleState: give ENABLED from now on")
