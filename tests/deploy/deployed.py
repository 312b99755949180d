"""A template as CloudFormation would see it with given parameters."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TEMPLATE = Path(__file__).parents[2] / "deploy" / "template.json"
_PSEUDO = {"AWS::AccountId": "1234", "AWS::Region": "us-east-1", "AWS::Partition": "aws"}
_GONE = object()


def committed() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(TEMPLATE.read_text(encoding="utf-8"))
    return loaded


def walk(value: Any) -> Iterator[Any]:
    yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(child)


class Deployed:
    """Functions and conditions filled in; what only a deployment knows becomes ``<Name>`` or ``<Name.Attribute>``."""

    def __init__(self, template: dict[str, Any], **parameters: str) -> None:
        self.template, self.given = template, parameters
        self.parameters = {k: parameters.get(k, v.get("Default")) for k, v in template["Parameters"].items()}
        self.resources: dict[str, dict[str, Any]] = {
            name: self._resolve(resource)
            for name, resource in template["Resources"].items()
            if self._holds(resource.get("Condition"))
        }
        self.outputs = {
            name: self._resolve(output["Value"])
            for name, output in template["Outputs"].items()
            if self._holds(output.get("Condition"))
        }

    def with_parameters(self, **parameters: str) -> Deployed:
        return Deployed(self.template, **{**self.given, **parameters})

    def properties(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.resources[name]["Properties"]
        return found

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        return {name: r["Properties"] for name, r in self.resources.items() if r["Type"] == kind}

    def statements(self, role: str) -> dict[str, dict[str, Any]]:
        """A role's statements by their sid, actions and resources as lists."""
        (policy,) = self.properties(role)["Policies"]
        found = {}
        for statement in policy["PolicyDocument"]["Statement"]:
            lists = {k: v if isinstance(v, list) else [v] for k, v in statement.items() if k in ("Action", "Resource")}
            found[statement["Sid"]] = {**statement, **lists}
        return found

    def _holds(self, condition: str | None) -> bool:
        return condition is None or bool(self._resolve(self.template["Conditions"][condition]))

    def _resolve(self, value: Any) -> Any:
        if isinstance(value, list):
            return [found for item in value if (found := self._resolve(item)) is not _GONE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((function, argument),) = value.items()
            method = getattr(self, "_" + function.replace("::", "_").lower(), None)
            if method is not None:
                return method(argument)
        resolved = {key: self._resolve(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not _GONE}

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return _GONE
        if self.parameters.get(name) is not None:
            return self.parameters[name]
        return _PSEUDO.get(name, f"<{name}>")

    def _fn_getatt(self, argument: list[str]) -> str:
        return f"<{'.'.join(argument)}>"

    def _fn_if(self, argument: list[Any]) -> Any:
        condition, then, otherwise = argument
        return self._resolve(then if self._holds(condition) else otherwise)

    def _fn_equals(self, argument: list[Any]) -> bool:
        return bool(self._resolve(argument[0]) == self._resolve(argument[1]))

    def _fn_not(self, argument: list[Any]) -> bool:
        return not self._resolve(argument[0])

    def _fn_and(self, argument: list[Any]) -> bool:
        return all(self._resolve(item) for item in argument)

    def _fn_or(self, argument: list[Any]) -> bool:
        return any(self._resolve(item) for item in argument)

    def _condition(self, name: str) -> bool:
        return self._holds(name)

    def _fn_select(self, argument: list[Any]) -> Any:
        return self._resolve(argument[1])[int(argument[0])]

    def _fn_join(self, argument: list[Any]) -> str:
        return str(argument[0].join(self._resolve(argument[1])))

    def _fn_sub(self, argument: Any) -> str:
        text, more = argument if isinstance(argument, list) else (argument, {})
        known = {name: self._resolve(inner) for name, inner in more.items()}
        return re.sub(r"\$\{([^}]+)}", lambda match: str(known.get(match[1]) or self._named(match[1], known)), text)

    def _named(self, name: str, known: dict[str, Any]) -> Any:
        return known[name] if name in known else self._ref(name)
