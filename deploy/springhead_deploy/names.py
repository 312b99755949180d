"""Names and references. The seeds' names in stage ``prod``, with the stage as suffix in every other one.

All functions return the CDK's tokens: strings that become CloudFormation's functions in the template, also inside a
longer string.
"""

from __future__ import annotations

import re
from typing import Any

import aws_cdk as cdk

__all__ = [
    "att",
    "either",
    "logical_id",
    "named",
    "number_if",
    "only",
    "ref",
    "sub",
    "unique_named",
]

_SUFFIX = {"Fn::If": ["IsProd", "", {"Fn::Sub": "-${Stage}"}]}


def _token(value: Any) -> str:
    return str(cdk.Token.as_string(value))


def ref(name: str) -> str:
    """A parameter's value, or a resource's main identifier."""
    return _token({"Ref": name})


def att(name: str, attribute: str = "Arn") -> str:
    """An attribute of a resource."""
    return _token({"Fn::GetAtt": [name, attribute]})


def sub(text: str) -> str:
    """A text with ``${…}`` filled in; ``${Suffix}`` is the stage's suffix."""
    return _token({"Fn::Sub": [text, {"Suffix": _SUFFIX}]} if "${Suffix}" in text else {"Fn::Sub": text})


def either(condition: str, then: str, otherwise: str) -> str:
    """One text where a condition holds, another one where it does not."""
    return _token({"Fn::If": [condition, then, otherwise]})


def only(condition: str, value: str) -> str:
    """A text where a condition holds; the property or the member of a list is left out where it does not."""
    return either(condition, value, ref("AWS::NoValue"))


def number_if(condition: str, value: int) -> float:
    """A number where a condition holds; the property is left out where it does not."""
    return cdk.Token.as_number({"Fn::If": [condition, value, {"Ref": "AWS::NoValue"}]})


def named(name: str) -> str:
    """A name that is unique within account and region."""
    return sub(f"{name}${{Suffix}}")


def unique_named(name: str) -> str:
    """A name that is unique in the world, as buckets need."""
    return sub(f"{name}-${{AWS::AccountId}}-${{AWS::Region}}${{Suffix}}")


def logical_id(*parts: str) -> str:
    """Join parts to a logical id: ``("scraper-google_search", "role")`` → ``ScraperGoogleSearchRole``."""
    return "".join(word[:1].upper() + word[1:] for part in parts for word in re.split(r"[^A-Za-z0-9]+", part))
