"""The lint's findings, and its rules on texts and names, which need no view of the whole schema."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from springhead_contracts._registry import COMMON, SUFFIX
from springhead_contracts.generate._names import go_name, python_name, type_name

_FORMATS = frozenset({"date-time", "date"})
# What Python, Rust and Go read differently or not at all: look-around, back references, Unicode-dependent classes.
_UNPORTABLE = re.compile(r"\(\?|\\[1-9dDsSwWbBpPkAzZ]")
# Escapes that mean the same everywhere.
_ESCAPES = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|[nrt]|[^0-9A-Za-z_])")
_CLASS = re.compile(r"\[\^?\]?[^\]]*\]")
# Possessive repeats, repeats without a lower bound, operators and brackets inside classes, and what ends Go's raw text.
_AMBIGUOUS = re.compile(r"[*+?}][+]|[{],|&&|--|~~|\[[^\]]*\[|\[\^?\]|`")
_MAX_REPEAT = 1000
_SAFE = 2**53 - 1
# Attributes of every pydantic model that a member of the same name would hide.
_TAKEN = frozenset({"copy", "json", "schema", "dict", "validate", "construct", "from_record", "to_record"})
_GO_TAKEN = frozenset({"Validate", "UnmarshalJSON", "UnmarshalDynamoDBAttributeValue"})


@dataclass(frozen=True, slots=True)
class Finding:
    """A place where a schema leaves the subset.

    Attributes:
        rule: Stable name of the rule.
        place: File and JSON pointer.
        reason: What goes wrong otherwise.
        fix: What to do.
    """

    rule: str
    place: str
    reason: str
    fix: str

    def __str__(self) -> str:
        return f"{self.place}: {self.rule}: {self.reason}; {self.fix}"


def text_findings(schema: Mapping[str, Any], place: str) -> Iterator[Finding]:
    """Yields what is wrong with pattern and format of a string."""
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and _UNPORTABLE.search(pattern):
        yield Finding(
            "pattern-portable",
            place,
            f"{pattern} means different things in Python, Rust and Go",
            "use plain classes such as [0-9], without look-around",
        )
    elif isinstance(pattern, str) and (fault := pattern_fault(pattern)):
        yield Finding("pattern-invalid", place, f"{pattern} {fault}", "correct it, or say it with maxLength")
    elif isinstance(pattern, str) and not (pattern.startswith("^") and pattern.endswith("$")):
        yield Finding(
            "pattern-anchored", place, "an unanchored pattern accepts any surroundings", "begin with ^ and end with $"
        )
    form = schema.get("format")
    if form is not None and form not in _FORMATS:
        yield Finding(
            "format", place, f"format {form} is checked differently everywhere", "use date-time, date, or a pattern"
        )
    if form in _FORMATS and pattern is None:
        yield Finding(
            "format-pattern",
            place,
            "the format alone admits other spellings of one moment",
            "refer to Timestamp or Date of the common file",
        )
    if form == "date-time" and isinstance(pattern, str) and not pattern.endswith("Z$"):
        yield Finding("timestamp-utc", place, "times of several zones do not sort", "let the pattern require Z")


def bound_findings(schema: Mapping[str, Any], place: str) -> Iterator[Finding]:
    """Yields bounds that not every language holds exactly."""
    for name in ("minLength", "maxLength", "minItems", "minimum", "maximum"):
        bound = schema.get(name)
        # Written so that NaN is out of bounds as well.
        if bound is not None and not abs(bound) <= _SAFE:
            yield Finding("bound", f"{place}/{name}", "it is beyond 2^53-1, which Go cannot hold here", "lower it")
        elif name.endswith(("Length", "Items")) and isinstance(bound, float):
            yield Finding("bound", f"{place}/{name}", "a count has no fraction", "write an integer")


def pattern_fault(pattern: str) -> str:
    """Returns why Python, Rust or Go would not compile a pattern or read it alike; empty where all would."""
    plain = _without_escapes(pattern)
    if not pattern.isprintable() or _AMBIGUOUS.search(plain) or "\\" in plain.removesuffix("\\"):
        return "has what Python, Rust and Go do not all know, or not alike"
    try:
        re.compile(pattern)
        jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions())
    except (re.error, OverflowError, RecursionError, ValueError) as error:
        return f"does not compile: {str(error).splitlines()[0]}"
    if _repeats(pattern) > _MAX_REPEAT:
        return f"repeats more than {_MAX_REPEAT} times, which Go refuses"
    return ""


def _without_escapes(pattern: str) -> str:
    return _ESCAPES.sub("x", pattern)


def _repeats(pattern: str) -> int:
    """Returns the highest count of a repeat, those around it multiplied, as RE2 counts them."""
    plain = _CLASS.sub("x", _without_escapes(pattern))
    highest, atom = [1], 1
    for mark in re.findall(r"[{][0-9]+(?:,[0-9]*)?[}]|.", plain):
        if mark == "(":
            highest.append(1)
            atom = 1
        elif mark == ")":
            atom = highest.pop()
        elif len(mark) > 1:
            atom *= max(1, *(int(one) for one in mark[1:-1].split(",") if one))
        elif mark not in "*+?":
            atom = 1
        highest[-1] = max(highest[-1], atom)
    return highest[0]


def member_name_findings(properties: Mapping[str, Any], place: str) -> Iterator[Finding]:
    """Yields names of members that collide or are unusable in Go or Python."""
    for language, rename, taken in (("Go", go_name, _GO_TAKEN), ("Python", python_name, _TAKEN)):
        seen: dict[str, str] = {}
        for name in properties:
            new = rename(name)
            other = seen.setdefault(new, name)
            unusable = not new.isidentifier() or keyword.iskeyword(new) or new in taken or new.startswith("model_")
            if other != name:
                yield Finding(
                    "name-collision",
                    f"{place}/properties",
                    f"{other!r} and {name!r} are both {new} in {language}",
                    "rename one",
                )
            elif unusable:
                yield Finding(
                    "name-unusable",
                    f"{place}/properties",
                    f"{name!r} is {new!r} in {language}, which is taken or no name",
                    "rename it",
                )


def type_name_findings(files: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    """Yields names of types that exist twice."""
    seen: dict[str, str] = {}
    for file, schema in files.items():
        root = [] if file == COMMON else [type_name(file)]
        for name in (*schema.get("$defs", {}), *root):
            other = seen.setdefault(go_name(name), file)
            if other != file or (name in root and name in schema.get("$defs", {})):
                yield Finding(
                    "name-collision", f"{file}{SUFFIX}#", f"type {name} exists in {other}{SUFFIX} too", "rename one"
                )
