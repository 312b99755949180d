"""What is deployed: the stack's rules with their targets, and its functions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError
from springhead.errors import ConfigError, SpringheadError
from springhead.plugins import load_sources
from springhead.settings import is_loopback
from springhead.source import Source

from springhead_runner.letters.forms import function_of
from springhead_runner.stores.aws import Aws, retrying

__all__ = ["Rule", "Stack", "Unit"]

_ABSENT = frozenset({"ResourceNotFoundException", "ValidationError"})


@dataclass(frozen=True)
class Rule:
    """One rule of the stack.

    Args:
        name: Its name.
        state: ``ENABLED`` or ``DISABLED``; ``GONE`` where somebody has deleted it.
        schedule: Its expression.
        targets: As EventBridge lists them.
    """

    name: str
    state: str
    schedule: str = ""
    targets: list[dict[str, Any]] = field(default_factory=list)

    @property
    def functions(self) -> dict[str, dict[str, Any]]:
        """The functions among its targets, by name."""
        return {function_of(t["Arn"]): t for t in self.targets if ":function:" in t["Arn"]}

    @property
    def starts_runs(self) -> bool:
        """True where it starts whole runs, and is neither a resume nor the sweep."""
        return any(name.startswith("scraper-") and "Input" not in target for name, target in self.functions.items())


@dataclass(frozen=True)
class Unit:
    """A scraper function, and what it scrapes.

    Args:
        function: Its name.
        name: The source, or the group.
        sources: Its sources; none where its plugin is not installed here.
        target: The target of the rule that starts it.
    """

    function: str
    name: str
    sources: list[type[Source]]
    target: dict[str, Any]

    @property
    def has_list(self) -> bool:
        """True where its subjects come from a list of its own."""
        return any(source.subjects is not None for source in self.sources)


class Stack:
    """The deployed stack of a stage.

    Args:
        aws: The clients.
    """

    def __init__(self, aws: Aws) -> None:
        self.aws = aws
        self.suffix, self.name = aws.settings.suffix, aws.settings.stack
        endpoint = aws.settings.endpoint
        #: True on embedded AWS.
        self.embedded = endpoint is not None and is_loopback(endpoint)
        self.events, self.functions_client = aws.client("events"), aws.client("lambda")

    @cached_property
    def resources(self) -> dict[str, list[str]]:
        """Names of what the stack made, by type.

        Raises:
            ConfigError: There is no such stack.
        """
        client, found = self.aws.client("cloudformation"), dict[str, list[str]]()
        request: dict[str, Any] = {"StackName": self.name}
        while True:
            try:
                answer = retrying(
                    lambda: client.list_stack_resources(**request), f"read stack {self.name}", expected=_ABSENT
                )
            except ClientError as error:
                raise ConfigError(
                    f"there is no stack {self.name}", hint="deploy it: springhead up, or deploy up; or check --stage"
                ) from error
            for resource in answer["StackResourceSummaries"]:
                found.setdefault(resource["ResourceType"], []).append(resource.get("PhysicalResourceId", ""))
            if not answer.get("NextToken"):
                return {kind: sorted(names) for kind, names in found.items()}
            request["NextToken"] = answer["NextToken"]

    @property
    def rule_names(self) -> list[str]:
        """Names of the stack's rules."""
        # On another bus than the default one, AWS puts the bus before the name.
        return [name.rpartition("|")[2] for name in self.resources.get("AWS::Events::Rule", [])]

    @property
    def function_names(self) -> list[str]:
        """Names of the stack's functions."""
        return self.resources.get("AWS::Lambda::Function", [])

    def rule(self, name: str) -> Rule:
        """A rule as it is now."""
        try:
            found = retrying(lambda: self.events.describe_rule(Name=name), f"read rule {name}", expected=_ABSENT)
        except ClientError:
            return Rule(name, "GONE")
        return Rule(name, found["State"], found.get("ScheduleExpression", ""), list(self._targets(name)))

    def rules(self) -> list[Rule]:
        """All rules of the stack."""
        return [self.rule(name) for name in self.rule_names]

    def _targets(self, rule: str) -> Iterator[dict[str, Any]]:
        request = {"Rule": rule}
        while True:
            answer = retrying(lambda: self.events.list_targets_by_rule(**request), f"read the targets of {rule}")
            yield from answer["Targets"]
            if not answer.get("NextToken"):
                return
            request["NextToken"] = answer["NextToken"]

    def switch(self, rule: str, *, on: bool) -> None:
        """Enable or disable a rule, and what alarms do that tell when its runs did not come."""
        word = "enable" if on else "disable"
        call = self.events.enable_rule if on else self.events.disable_rule
        retrying(lambda: call(Name=rule), f"{word} rule {rule}")
        if alarms := self._missed_alarms(rule):
            cloudwatch = self.aws.client("cloudwatch")
            tell = cloudwatch.enable_alarm_actions if on else cloudwatch.disable_alarm_actions
            retrying(lambda: tell(AlarmNames=alarms), f"{word} the actions of {', '.join(alarms)}")

    def _missed_alarms(self, rule: str) -> list[str]:
        """Names of the stack's alarms on the runs that a rule starts; a rule that resumes runs has none."""
        sources: list[type[Source]] = []
        for target in self._targets(rule):
            if "InputTransformer" in target:  # with the rule's T, so these are runs of its schedule
                with suppress(SpringheadError):  # its plugin is not installed here
                    sources += load_sources(target["Id"].removeprefix("scraper-"))
        known = self.resources.get("AWS::CloudWatch::Alarm", [])
        return [
            name for name in (f"springhead-missed-{source.name}{self.suffix}" for source in sources) if name in known
        ]

    def function(self, name: str) -> dict[str, Any] | None:
        """A function's configuration; None where there is no such function."""
        try:
            found: dict[str, Any] = retrying(
                lambda: self.functions_client.get_function_configuration(FunctionName=name),
                f"read function {name}",
                expected=_ABSENT,
            )
        except ClientError:
            return None
        return found

    def unit(self, function: str, target: dict[str, Any]) -> Unit:
        """What a function scrapes.

        Raises:
            ConfigError: Its sources are not installed here.
        """
        variables = ((self.function(function) or {}).get("Environment") or {}).get("Variables", {})
        own = function.removesuffix(self.suffix) if self.suffix else function
        name = variables.get("SPRINGHEAD_SOURCE") or own.removeprefix("scraper-")
        return Unit(function, name, load_sources(name), target)
