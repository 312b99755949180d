"""Doing a function's work again: what it was asked, put to it once more and waited for."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError
from springhead.errors import ConfigError, PluginError, Unavailable

from springhead_runner.stores.aws import Aws, retrying

__all__ = ["Calls", "as_rule_would"]

#: Seconds; no function may run for longer.
_LONGEST = 910
_NOBODY = frozenset({"ResourceNotFoundException"})


class Calls:
    """Invokes functions and waits for them.

    Args:
        aws: The clients.
    """

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    @cached_property
    def _lambda(self) -> Any:
        return self._aws.client("lambda", read_timeout=_LONGEST)

    def wait_for(self, function: str, payload: Any) -> Any:
        """Invoke a function and return what it answers.

        Raises:
            PluginError: It failed; the message is its own.
            ConfigError: There is no such function.
            Unavailable: Lambda does not answer.
        """
        request = {"FunctionName": function, "Payload": json.dumps(payload).encode()}
        try:
            answer = retrying(lambda: self._lambda.invoke(**request), f"invoke {function}", expected=_NOBODY)
        except ClientError as error:
            raise ConfigError(f"there is no function {function}", hint="deploy it, or purge the letter") from error
        text = answer["Payload"].read()
        try:
            told = json.loads(text or b"null")
        except ValueError as error:
            raise Unavailable(f"{function} answered no JSON") from error
        if "FunctionError" in answer:
            why = told.get("errorMessage") if isinstance(told, dict) else None
            raise PluginError(f"{function} failed: {why or 'no reason given'}", hint=f"read /aws/lambda/{function}")
        return told

    def start(self, function: str, payload: Any) -> str:
        """Invoke a function as EventBridge does, without waiting; return the id of the request."""
        request = {"FunctionName": function, "InvocationType": "Event", "Payload": json.dumps(payload).encode()}
        answer = retrying(lambda: self._lambda.invoke(**request), f"invoke {function}")
        return str(answer.get("ResponseMetadata", {}).get("RequestId", ""))

    def payload_of(self, event: dict[str, Any]) -> Any:
        """What a letter's function was to be given: the event itself, or what its rule makes of it.

        Raises:
            ConfigError: The rule is gone, so nobody can tell.
        """
        payload = event["payload"]
        if "detail-type" not in payload or not event.get("rule"):
            return payload
        rule = str(event["rule"]).rpartition("/")[2]
        events = self._aws.client("events")
        try:
            targets = retrying(
                lambda: events.list_targets_by_rule(Rule=rule)["Targets"], f"read rule {rule}", expected=_NOBODY
            )
        except ClientError:
            targets = []
        for target in targets:
            if target["Arn"].split(":function:")[-1] == event["function"]:
                return as_rule_would(target, payload)
        raise ConfigError(
            f"rule {rule} no longer starts {event['function']}", hint="purge the letter, or `springhead run`"
        )


def as_rule_would(target: dict[str, Any], event: dict[str, Any]) -> Any:
    """What a target of a rule is given for an event: its constant input, the filled-in template, or the event."""
    if "Input" in target:
        return json.loads(target["Input"])
    transformer = target.get("InputTransformer")
    if transformer is None:
        return event
    text: str = transformer["InputTemplate"]
    for name, path in transformer.get("InputPathsMap", {}).items():
        value: Any = event
        for step in path.removeprefix("$").strip(".").split("."):
            value = value.get(step) if isinstance(value, dict) else None
        text = text.replace(f"<{name}>", json.dumps(value))
    return json.loads(text)
