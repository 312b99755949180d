"""EventBridge rules: sources that declare the same rule share it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from springhead.errors import ConfigError
from springhead.source import Source

from springhead_deploy.functions import function_name
from springhead_deploy.names import att, logical_id, named, ref

__all__ = ["MAX_TARGETS", "rules"]

Resource = dict[str, Any]

#: AWS's limit; more are refused when the rule is made.
MAX_TARGETS = 5


def rules(sources: Sequence[type[Source]]) -> dict[str, Resource]:
    """One rule per declared name, disabled until somebody goes live, and the permissions to invoke its targets.

    Raises:
        ConfigError: A rule has too many targets, or its sources declare different times.
    """
    shared: dict[str, list[type[Source]]] = {}
    for source in sources:
        shared.setdefault(source.schedule.rule, []).append(source)
    resources: dict[str, Resource] = {}
    for name, members in sorted(shared.items()):
        resources[logical_id("rule", name)] = _rule(name, members)
        for source in members:
            function = logical_id(function_name(source.name))
            resources[f"{function}Permission"] = {
                "Type": "AWS::Lambda::Permission",
                "Properties": {
                    "Action": "lambda:InvokeFunction",
                    "FunctionName": ref(function),
                    "Principal": "events.amazonaws.com",
                    "SourceArn": att(logical_id("rule", name)),
                },
            }
    return resources


def _rule(name: str, members: Sequence[type[Source]]) -> Resource:
    listed = ", ".join(source.name for source in members)
    if len(members) > MAX_TARGETS:
        raise ConfigError(
            f"rule {name} has {len(members)} sources ({listed}); a rule takes {MAX_TARGETS} targets",
            hint="give some of them a Schedule with another rule",
        )
    times = sorted({source.schedule.cron for source in members})
    if len(times) > 1:
        raise ConfigError(
            f"rule {name} cannot run at {' and at '.join(times)}: its sources ({listed}) disagree",
            hint="give sources that run at another time a Schedule with another rule",
        )
    return {
        "Type": "AWS::Events::Rule",
        "Properties": {
            "Name": named(name),
            "Description": f"Starts {listed}",
            "ScheduleExpression": times[0],
            "State": "DISABLED",
            "Targets": [_target(source.name) for source in members],
        },
    }


def _target(source: str) -> Resource:
    return {
        "Id": function_name(source),
        "Arn": att(logical_id(function_name(source))),
        # The scheduled time is the identity of the run, however late or often the event is delivered.
        "InputTransformer": {
            "InputPathsMap": {"time": "$.time"},
            "InputTemplate": f'{{"source": "{source}", "time": <time>}}',
        },
        "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 300},
        "DeadLetterConfig": {"Arn": att("DeadLetterQueue")},
    }
