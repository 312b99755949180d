"""Finds what JSON, DynamoDB or Go cannot carry, which JSON Schema does not see.

A schema says nothing of NaN, of integers past 2^53 or of half a surrogate pair; each would be changed or refused on its
way to a Go reader. `1.0` is an integer to JSON Schema and an error to Go's decoder.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from springhead_contracts._registry import schema_at
from springhead_contracts._violation import Violation, excerpt, json_pointer

Path = tuple[str | int, ...]

MAX_SAFE_INTEGER = 2**53 - 1
# DynamoDB nests 32 levels at most.
MAX_DEPTH = 32

_RULE = "json"


def portability(record_type: str, record: object) -> tuple[list[Violation], bool]:
    """Returns what cannot be carried, and whether jsonschema-rs can take the record at all."""
    found: list[Violation] = []
    convertible = True
    for path, value, message, fatal in _faults((), record):
        if message:
            found.append(Violation(json_pointer(path), _RULE, message, excerpt(value)))
            convertible = convertible and not fatal
        elif schema_at(record_type, path).get("type") == "integer":
            found.append(
                Violation(
                    json_pointer(path),
                    "type",
                    "must be of type integer: written with a fraction, Go's decoder refuses it",
                    excerpt(value),
                )
            )
    return found, convertible


def is_plain(record: object, *, names: bool) -> bool:
    """Tells quickly that nothing is wrong; False means only that a closer look is due.

    It walks level by level and builds no paths. Whether a text is ASCII is known without looking at its characters.

    Args:
        record: The record.
        names: True to look at the names of members, too; in vain where the schema knows all of them.
    """
    level: list[Any] = [(record,)]
    for _ in range(MAX_DEPTH + 1):
        below: list[Any] = []
        for values in level:
            for value in values:
                kind = type(value)
                if kind is str:
                    if value.isascii() or _encodable(value):
                        continue
                    return False
                if kind is dict:
                    if names and not _are_names(value):
                        return False
                    below.append(value.values())
                elif kind is int:
                    if not -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:
                        return False
                elif kind is list:
                    below.append(value)
                elif kind is float:
                    # The remainder of NaN and of both infinities is NaN, so it is unequal to itself.
                    rest = value % 1.0
                    if rest == 0.0 or rest != rest:
                        return False
                elif kind is not bool and value is not None:
                    return False
        if not below:
            return True
        level = below
    return False


def _are_names(members: dict[Any, Any]) -> bool:
    return all(type(name) is str and name and _encodable(name) for name in members)


def _faults(path: Path, value: Any) -> Iterator[tuple[Path, Any, str, bool]]:
    """Yields path, value, message and whether the fault stops conversion; no message for a float without fraction."""
    kind = type(value)
    if kind is str:
        if not _encodable(value):
            yield path, value, "has half a surrogate pair, which UTF-8 cannot carry; decode the text again", True
    elif kind is bool or value is None:
        return
    elif kind is int:
        if abs(value) > MAX_SAFE_INTEGER:
            yield path, value, "is beyond ±(2^53-1), which JSON readers round; write it as a string", False
    elif kind is float:
        if not math.isfinite(value):
            yield path, value, "is not a finite number, which JSON cannot carry; leave the member out", False
        elif value.is_integer():
            yield path, value, "", False
    elif kind is Decimal:
        if not value.is_finite():
            yield path, value, "is not a finite number, which JSON cannot carry; leave the member out", True
    elif kind is dict or kind is list:
        if len(path) >= MAX_DEPTH:
            yield path, value, f"is nested deeper than {MAX_DEPTH} levels, which DynamoDB refuses", True
        elif kind is list:
            for index, item in enumerate(value):
                yield from _faults((*path, index), item)
        else:
            yield from _object_faults(path, value)
    else:
        yield path, value, f"is a {kind.__name__}, which is no JSON type; convert it first", True


def _object_faults(path: Path, members: dict[Any, Any]) -> Iterator[tuple[Path, Any, str, bool]]:
    for name, item in members.items():
        if type(name) is not str:
            yield (*path, excerpt(name)), name, "is a member whose name is no string", True
        elif not _encodable(name):
            yield (*path, name), name, "is a member whose name has half a surrogate pair", True
        elif not name:
            yield (
                (*path, name),
                item,
                "is a member without a name, which DynamoDB refuses; name it or leave it out",
                False,
            )
        else:
            yield from _faults((*path, name), item)


def _encodable(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
