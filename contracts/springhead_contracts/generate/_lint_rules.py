"""The lint's findings, and its rules on texts and names, which need no view of the whole schema."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from springhead_contracts._registry import COMMON, SUFFIX
from springhead_contracts.generate._names import go_name, python_name, type_name

_FORMATS = frozenset({"date-time", "date"})
# What Python, Rust and Go read differently or not at all: look-around, back references, Unicode-dependent classes.
_UNPORTABLE = re.compile(r"\(\?|\\[1-9dDsSwWbBpPkAzZ]")
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
