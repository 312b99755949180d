"""Proves that old data fits new readers and new data fits old ones; what cannot be proved is a change of its own.

A writer keeps to the closed schema, a reader accepts the open one. ``covers`` of jsonschema-rs says YES only where it
can prove that every value of the one is a value of the other.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from springhead_contracts._registry import COMMON, SUFFIX
from springhead_contracts.compat._change import Change, change
from springhead_contracts.compat._checks import Verdict

if TYPE_CHECKING:
    import jsonschema_rs

Files = Mapping[str, Mapping[str, Any]]

_JUDGED = frozenset(
    {"$schema", "$id", "$ref", "type", "format", "enum", "items", "required", "additionalProperties", "pattern",
     "minLength", "maxLength", "minimum", "maximum", "minItems", "properties", "$defs"}
)  # fmt: skip


def unproven(old: Files, new: Files, found: Sequence[Change]) -> list[Change]:
    """Returns one change for each record type and direction that can neither be proved nor is explained by a rule.

    Args:
        old: Files of the old contract.
        new: Files of the new one.
        found: What the named rules have found. A rule that stops the gate explains its direction; one that only warns
            is undone in the reader first, so that it hides nothing else.
    """
    before, after = _Side(old, found), _Side(new, found)
    same_common = old.get(COMMON) == new.get(COMMON)
    missing = []
    for name in old:
        if name == COMMON or name not in new or (same_common and old[name] == new[name]):
            continue
        if before.tree(name) == after.tree(name):
            continue
        own = [one for one in found if name in one.records]
        for direction, (reader, writer) in enumerate(((after, before), (before, after))):
            if any(one.severity == "ERR" and one.wire[direction] != "ok" for one in own):
                continue
            if not _covers(reader, writer, name, direction):
                what = "old data in new readers" if direction == 0 else "new data in old readers"
                wire: tuple[Verdict, Verdict] = ("breaks", "ok") if direction == 0 else ("ok", "breaks")
                missing.append(change("unproven", f"{name}{SUFFIX}#", f"cannot prove {what}", (name,), wire=wire))
    return missing


def _covers(reader: _Side, writer: _Side, name: str, direction: int) -> bool:
    try:
        verdict = reader.canonical(name, "open", direction).covers(writer.canonical(name, "closed", direction))
    except (ValueError, TypeError):
        # A schema that the library cannot take is one that nothing is proved about.
        return False
    return str(verdict).lower() == "yes"


class _Side:
    """One contract, stripped to what is judged."""

    def __init__(self, files: Files, found: Sequence[Change]) -> None:
        self._files: dict[str, Any] = {name: _stripped(schema) for name, schema in files.items()}
        self._found = found
        self._resolved: dict[tuple[str, int], Any] = {}

    def tree(self, name: str) -> str:
        """Returns the type with all references inlined, as text to compare."""
        return json.dumps(self._inlined(name, 0, relax=False), sort_keys=True)

    def canonical(self, name: str, role: str, direction: int) -> jsonschema_rs.CanonicalSchema:
        """Returns the canonical form of a type as its readers (open) or its writers (closed) see it."""
        import jsonschema_rs

        schema = self._inlined(name, direction, relax=role == "open")
        if role == "open":
            schema = _opened(schema)
        return jsonschema_rs.canonicalize(schema, validate_formats=True)

    def _inlined(self, name: str, direction: int, *, relax: bool) -> Any:
        key = (name, direction if relax else 2)
        if key not in self._resolved:
            import jsonschema_rs

            files: dict[str, Any] = self._relaxed(direction) if relax else self._files
            registry = jsonschema_rs.Registry([(schema["$id"], schema) for schema in files.values()])
            inlined = jsonschema_rs.dereference(files[name], registry=registry)
            self._resolved[key] = {k: v for k, v in inlined.items() if k not in ("$id", "$defs")}
        return self._resolved[key]

    def _relaxed(self, direction: int) -> dict[str, Any]:
        """Takes out of a reader the bounds whose loosening is a warning already."""
        warned = [c for c in self._found if c.severity == "WARN" and c.keyword and c.wire[direction] != "ok"]
        if not warned:
            return self._files
        files = copy.deepcopy(self._files)
        for one in warned:
            file, _, pointer = one.place.partition(f"{SUFFIX}#")
            owner: Any = files.get(file, {})
            for step in pointer.split("/")[1:]:
                owner = owner.get(step.replace("~1", "/").replace("~0", "~"), {})
            owner.pop(one.keyword, None)
        return files


def _stripped(schema: Any) -> Any:
    """Drops what says nothing about values; names of members are not keywords."""
    if not isinstance(schema, Mapping):
        return schema
    kept: dict[str, Any] = {}
    for key, value in schema.items():
        if key in ("properties", "$defs"):
            kept[key] = {name: _stripped(one) for name, one in value.items()}
        elif key in ("items", "additionalProperties"):
            kept[key] = _stripped(value)
        elif key == "required":
            kept[key] = sorted(value)
        elif key in _JUDGED:
            kept[key] = value
    return kept


def _opened(schema: Any) -> Any:
    if not isinstance(schema, Mapping):
        return schema
    kept = {}
    for key, value in schema.items():
        if key == "additionalProperties" and value is False:
            continue
        if key == "properties":
            kept[key] = {name: _opened(one) for name, one in value.items()}
        elif key in ("items", "additionalProperties"):
            kept[key] = _opened(value)
        else:
            kept[key] = value
    return kept
