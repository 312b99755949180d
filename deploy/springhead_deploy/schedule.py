"""EventBridge rules: what declares the same rule shares it, and what a quota cut off goes on after its reset."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from springhead.errors import ConfigError

from springhead_deploy import fargate
from springhead_deploy.functions import SWEEP
from springhead_deploy.names import att, logical_id, named, ref
from springhead_deploy.queues import letters_arn
from springhead_deploy.units import Unit

__all__ = ["DELIVERY", "MAX_TARGETS", "add_rule", "add_rules", "permit", "resume_cron", "rule_id"]

#: AWS's limit; more are refused when the rule is made.
MAX_TARGETS = 5
#: Minutes between the reset of a quota and the run that goes on: clocks differ.
_AFTER_RESET = 15
_DAY = 24 * 60

Target = dict[str, Any]

#: Seed 2's: delivery is tried again for five minutes, three times at most, and then the event is kept.
DELIVERY: Target = {
    "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 300},
    "DeadLetterConfig": {"Arn": letters_arn()},
}


def rule_id(name: str) -> str:
    """Logical id of a rule."""
    return logical_id("rule", name)


def add_rules(stack: cdk.Stack, units: Sequence[Unit]) -> list[str]:
    """Add all rules, those of the sources disabled until somebody goes live, and the permissions to invoke.

    Returns:
        The rules' names, sorted.

    Raises:
        ConfigError: A rule has too many targets, its sources declare different times, or are of different kinds.
    """
    shared: dict[str, list[Unit]] = {}
    for unit in units:
        shared.setdefault(unit.rule, []).append(unit)
    for name, members in sorted(shared.items()):
        _check(name, members)
        started = ", ".join(unit.name for unit in members)
        targets = [_target(stack, unit, logical_id(unit.function, "permission"), name) for unit in members]
        add_rule(stack, name, f"Starts {started}", members[0].cron, targets)
    names = list(shared)
    for unit in units:
        names += _add_resume_rules(stack, unit)
    return [*sorted(names), _add_sweep_rule(stack)]


def resume_cron(zone: str) -> str:
    """Each day at a time when a day has begun in a zone, in summer and in winter.

    >>> resume_cron("America/Los_Angeles")
    'cron(15 8 * * ? *)'
    """
    offsets = [datetime(2026, month, 1, tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset() for month in (1, 7)]
    midnight = max(-int(offset.total_seconds()) // 60 for offset in offsets if offset is not None)
    hour, minute = divmod((midnight + _AFTER_RESET) % _DAY, 60)
    return f"cron({minute} {hour} * * ? *)"


def _check(name: str, members: Sequence[Unit]) -> None:
    listed = ", ".join(unit.name for unit in members)
    if len(members) > MAX_TARGETS:
        raise ConfigError(
            f"rule {name} has {len(members)} sources ({listed}); a rule takes {MAX_TARGETS} targets",
            hint="give some of them a Schedule with another rule",
        )
    times = sorted({unit.cron for unit in members})
    if len(times) > 1:
        raise ConfigError(
            f"rule {name} cannot run at {' and at '.join(times)}: its sources ({listed}) disagree",
            hint="give sources that run at another time a Schedule with another rule",
        )
    others = {source.name: source.emits for unit in members for source in unit.members}
    others = {source: emits for source, emits in others.items() if emits != "scraper_entry"}
    if others and (name.startswith("celebrity-") or len(others) < sum(len(unit.members) for unit in members)):
        told = ", ".join(f"{source} emits {emits}" for source, emits in others.items())
        raise ConfigError(
            f"rule {name} is for sources of celebrities, but {told}",
            hint="give them a Schedule with a rule of their own",
        )


def _target(stack: cdk.Stack, unit: Unit, permission: str, rule: str) -> Target:
    # The scheduled time is the identity of the run, however late or often the event is delivered.
    if unit.on_fargate:
        order = json.dumps(fargate.order(["--time", "<time>"])).replace('"<time>"', "<time>")
    else:
        order = f'{{"source": "{unit.name}", "time": <time>}}'
        permit(stack, permission, unit.function, rule)
    return {**_receiver(unit), "InputTransformer": {"InputPathsMap": {"time": "$.time"}, "InputTemplate": order}}


def _add_resume_rules(stack: cdk.Stack, unit: Unit) -> list[str]:
    """One rule for each source with a quota: whom it did not reach is asked when the next day's begins."""
    names = []
    for source, quota in unit.quotas.items():
        name = f"scraper-{source.replace('.', '-')}-resume"
        names.append(name)
        given = {"source": source, "resume": True}
        if unit.on_fargate:
            order = fargate.order([json.dumps(given)])
        else:
            order = given
            permit(stack, logical_id(name, "permission"), unit.function, name)
        what = f"Goes on with {source} after its quota's reset"
        target = {**_receiver(unit), "Input": json.dumps(order)}
        add_rule(stack, name, what, resume_cron(quota.resets), [target])
    return names


def _add_sweep_rule(stack: cdk.Stack) -> str:
    """Not one of the schedules that golive switches on: it only repeats what the stream should have done."""
    permit(stack, logical_id(SWEEP, "permission"), SWEEP, SWEEP)
    target = {"Id": SWEEP, "Arn": att(logical_id(SWEEP)), **DELIVERY}
    add_rule(stack, SWEEP, "Starts the sweep for unenriched entries", "rate(1 hour)", [target], state="ENABLED")
    return SWEEP


def _receiver(unit: Unit) -> Target:
    own: Target = fargate.target() if unit.on_fargate else {"Arn": att(logical_id(unit.function))}
    if unit.on_fargate:
        own["EcsParameters"] = fargate.parameters(unit)
    return {"Id": unit.function, **own, **DELIVERY}


def permit(stack: cdk.Stack, own: str, function: str, rule: str) -> lambda_.CfnPermission:
    """Let a rule invoke a function; both by their names."""
    return lambda_.CfnPermission(
        stack,
        own,
        action="lambda:InvokeFunction",
        function_name=ref(logical_id(function)),
        principal="events.amazonaws.com",
        source_arn=att(rule_id(rule)),
    )


def add_rule(
    stack: cdk.Stack, name: str, description: str, cron: str, targets: list[Target], state: str | None = None
) -> events.CfnRule:
    """Add one rule; without a state of its own it is switched on when the stage goes live."""
    rule = events.CfnRule(
        stack,
        rule_id(name),
        name=named(name),
        description=description[:512],
        schedule_expression=cron,
        state=state or ref("ScheduleState"),
    )
    # In CloudFormation's own words: targets of functions and of tasks have little in common.
    rule.add_property_override("Targets", targets)
    return rule
