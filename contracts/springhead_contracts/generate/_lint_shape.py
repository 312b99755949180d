"""The lint of shapes: what the other rules and the generators rely on, in old contracts as in new ones."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping
from typing import Any

from springhead_contracts._registry import COMMON, SUFFIX
from springhead_contracts.generate._ir import target
from springhead_contracts.generate._keys_ir import KEYS_FILE, TABLES_FILE
from springhead_contracts.generate._lint_rules import Finding

Files = Mapping[str, Mapping[str, Any]]

_PART = {"kind", "strip"}
# Words that a part cannot be named: its name is that of an argument in both languages.
_NO_ARGUMENT = frozenset(
    {"break", "case", "chan", "const", "default", "defer", "err", "fallthrough", "func", "go", "goto", "interface",
     "key", "map", "package", "range", "select", "struct", "switch", "type", "values", "var", *keyword.kwlist}
)  # fmt: skip


def shape_findings(keys: Mapping[str, Any], tables: Mapping[str, Any]) -> list[Finding]:
    """Returns what makes ``keys.json`` or ``tables.json`` unreadable, and what in them has no meaning."""
    return [*_keys(keys), *_tables(tables)]


def _keys(keys: Mapping[str, Any]) -> Iterator[Finding]:
    rule = "keys-shape"
    yield from _object(rule, f"{KEYS_FILE}#", keys, {"description": str, "keys": dict}, set())
    for name, key in _members(keys.get("keys", {})):
        place = f"{KEYS_FILE}#/keys/{name}"
        wanted = {"description": str, "form": str, "parts": dict}
        yield from _object(rule, place, key, wanted, set(wanted))
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            yield Finding(rule, place, "it becomes a function in Python and Go", "name it in snake_case")
        parts = key.get("parts") if isinstance(key, Mapping) else None
        if isinstance(parts, Mapping) and not parts:
            yield Finding(rule, f"{place}/parts", "a key without parts is a constant", "give it parts")
        for part, declared in _members(parts):
            at = f"{place}/parts/{part}"
            if part in _NO_ARGUMENT:
                yield Finding(rule, at, f"{part} is a word of Python or Go", "rename the part")
            strip = declared.get("strip", []) if isinstance(declared, Mapping) else []
            texts = isinstance(strip, list) and all(isinstance(one, str) for one in strip)
            if isinstance(declared, Mapping):
                texts = texts and isinstance(declared.get("kind"), str) and set(declared) <= _PART
            if not (isinstance(declared, str | Mapping) and texts):
                yield Finding(rule, at, "a part is a kind, or an object of kind and strip", "correct it")


def _tables(tables: Mapping[str, Any]) -> Iterator[Finding]:
    rule = "tables-shape"
    yield from _object(rule, f"{TABLES_FILE}#", tables, {"description": str, "tables": dict}, set())
    texts = {"description": str, "partition_key": str, "sort_key": str, "ttl": str}
    for name, table in _members(tables.get("tables", {})):
        place = f"{TABLES_FILE}#/tables/{name}"
        needed = {"description", "partition_key", "records", "indexes"}
        yield from _object(rule, place, table, {**texts, "records": list, "indexes": dict}, needed)
        for index, key in _members(table.get("indexes") if isinstance(table, Mapping) else None):
            wanted = {"partition_key": str, "sort_key": str}
            yield from _object(rule, f"{place}/indexes/{index}", key, wanted, {"partition_key"})


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        yield from value.items()


def _object(rule: str, place: str, value: Any, wanted: Mapping[str, type], needed: set[str]) -> Iterator[Finding]:
    if not isinstance(value, Mapping):
        yield Finding(rule, place, "it is no object", f"write an object with {', '.join(wanted)}")
        return
    for name in value:
        if name not in wanted:
            yield Finding(rule, f"{place}/{name}", "nothing reads it", f"use {', '.join(wanted)} only")
        elif not isinstance(value[name], wanted[name]) or value[name] == "":
            kind = {"str": "text", "dict": "object", "list": "list"}[wanted[name].__name__]
            yield Finding(rule, f"{place}/{name}", f"it is no {kind}, or empty", "correct it")
    for name in sorted(needed - set(value)):
        yield Finding(rule, place, f"it has no {name}", f"give {name}, empty where there is none")


def cycle_findings(files: Files) -> Iterator[Finding]:
    """Yields definitions that reach themselves: neither the models nor a proof could take them."""
    edges = {
        (file, name): set(_references(file, definition, files))
        for file, schema in files.items()
        for name, definition in schema.get("$defs", {}).items()
    }
    for file, name in edges:
        reached: set[tuple[str, str]] = set()
        waiting = list(edges[file, name])
        while waiting:
            one = waiting.pop()
            if one not in reached:
                reached.add(one)
                waiting += edges.get(one, ())
        if (file, name) in reached:
            yield Finding(
                "recursive",
                f"{file}{SUFFIX}#/$defs/{name}",
                "it contains itself: no depth bounds it, and no proof of compatibility ends",
                "keep a flat list whose records name their parent by an id",
            )


def _references(file: str, node: Any, files: Files) -> Iterator[tuple[str, str]]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, Mapping):
            waiting += one.values()
            if isinstance(ref := one.get("$ref"), str):
                try:
                    home, name, _ = target(file, ref, files)
                except KeyError:
                    continue
                yield home, name


def ttl_findings(tables: Mapping[str, Any], files: Files) -> Iterator[Finding]:
    """Yields a table whose moment of expiry is no ``EpochSeconds``: DynamoDB takes milliseconds for the far future."""
    for name, table in tables.get("tables", {}).items():
        ttl = table.get("ttl")
        held = [files[record].get("properties", {}) for record in table["records"] if record in files]
        members = [one[ttl] for one in held if ttl in one]
        wanted = f"{COMMON}{SUFFIX}#/$defs/EpochSeconds"
        if ttl is not None and (
            not members or any(not isinstance(one, Mapping) or one.get("$ref") != wanted for one in members)
        ):
            yield Finding(
                "ttl",
                f"{TABLES_FILE}#/tables/{name}/ttl",
                f"{ttl} is not EpochSeconds in every record",
                f"use {wanted}",
            )
