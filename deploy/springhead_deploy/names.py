"""Names: the seeds' in stage ``prod``, with the stage as suffix in every other one."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["TAGS", "att", "logical_id", "log_group_name", "named", "ref", "sub", "unique_named"]

Value = dict[str, Any]

_SUFFIX: Value = {"Fn::If": ["IsProd", "", {"Fn::Sub": "-${Stage}"}]}

TAGS = [{"Key": "project", "Value": "springhead"}, {"Key": "stage", "Value": {"Ref": "Stage"}}]


def ref(name: str) -> Value:
    """A parameter's value, or a resource's main identifier."""
    return {"Ref": name}


def att(name: str, attribute: str = "Arn") -> Value:
    """An attribute of a resource."""
    return {"Fn::GetAtt": [name, attribute]}


def sub(text: str) -> Value:
    """A text with ``${…}`` filled in; ``${Suffix}`` is the stage's suffix."""
    return {"Fn::Sub": [text, {"Suffix": _SUFFIX}]} if "${Suffix}" in text else {"Fn::Sub": text}


def named(name: str) -> Value:
    """A name that is unique within account and region."""
    return sub(f"{name}${{Suffix}}")


def unique_named(name: str) -> Value:
    """A name that is unique in the world, as buckets need."""
    return sub(f"{name}-${{AWS::AccountId}}-${{AWS::Region}}${{Suffix}}")


def log_group_name(function: str) -> Value:
    """Name of the log group that Lambda writes a function's log to."""
    return named(f"/aws/lambda/{function}")


def logical_id(*parts: str) -> str:
    """Join parts to a logical id: ``("scraper-google_search", "role")`` → ``ScraperGoogleSearchRole``."""
    return "".join(word[:1].upper() + word[1:] for part in parts for word in re.split(r"[^A-Za-z0-9]+", part))
