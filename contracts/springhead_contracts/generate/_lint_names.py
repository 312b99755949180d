"""The lint's registry of names: whatever the generators emit for Go exists once, and nothing hides what is written."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping
from typing import Any

from springhead_contracts._registry import COMMON, SUFFIX
from springhead_contracts.generate._go_keys import ATTRIBUTES, literals
from springhead_contracts.generate._keys_ir import KEYS_FILE, TABLES_FILE
from springhead_contracts.generate._lint_rules import Finding
from springhead_contracts.generate._names import go_name, type_name

Files = Mapping[str, Mapping[str, Any]]

# Exported names of the files of contracts/go that are written by hand; a test holds the list against them.
WRITTEN_IN_GO = frozenset(
    {"Date", "DeadLetterID", "EntryID", "EntryKey", "FormatTime", "MetadataSortKey", "Namespace", "New", "NewDate",
     "NewEntryKey", "NewRunKey", "NewTimestamp", "NextRunSlot", "NormalHandle", "NormalName", "NormalPhone",
     "NormalTag", "NormalText", "ParseEntryKey", "ParseRunID", "ParseTime", "Record", "RecordTypes", "RunKey", "Slot",
     "Timestamp", "Violations"}
)  # fmt: skip
_WRITTEN_IN_PYTHON = frozenset({"Annotated", "Any", "Field", "Literal", "Model", "SafeInteger"})
_PYTHON_KEYS = frozenset(
    {"dead_letter_id", "entry_id", "entry_key", "execution_key", "format_time", "parse_entry_key", "parse_run_id",
     "parse_time", "run_id", "slot"}
)  # fmt: skip


def name_findings(files: Files, keys: Mapping[str, Any], tables: Mapping[str, Any]) -> list[Finding]:
    """Returns names of generated code that exist twice, or that are those of code that is written by hand.

    Args:
        files: The schema files by name.
        keys: Content of ``keys.json``.
        tables: Content of ``tables.json``.
    """
    seen = dict.fromkeys(WRITTEN_IN_GO, "code that is written by hand")
    found = []
    for name, place in (*_types(files), *_keys(keys), *_tables(tables), *_sort_keys(files, tables)):
        if name in seen:
            reason = f"{name} is a name in Go of {seen[name]} already"
            found.append(Finding("name-collision", place, reason, "rename one"))
        seen.setdefault(name, place)
    return [*found, *_python(files, keys)]


def _types(files: Files) -> Iterator[tuple[str, str]]:
    for file, schema in files.items():
        for name, definition in schema.get("$defs", {}).items():
            if isinstance(definition, Mapping):
                yield from _type(name, definition, f"{file}{SUFFIX}#/$defs/{name}")
        if file != COMMON:
            yield from _type(type_name(file), schema, f"{file}{SUFFIX}#")


def _type(name: str, schema: Mapping[str, Any], place: str) -> Iterator[tuple[str, str]]:
    if "properties" in schema:
        yield name, place
        yield f"members{name}", place
        for member, one in schema["properties"].items():
            at = f"{place}/properties/{member}"
            kinds = (one, one.get("items"), one.get("additionalProperties")) if isinstance(one, Mapping) else ()
            if any(isinstance(kind, Mapping) and "pattern" in kind for kind in kinds):
                yield f"pattern{name}{go_name(member)}", at
            if "x-key" in schema:
                yield f"{name}.{go_name(member)}", at
        if "x-csv" in schema:
            yield f"{name}Header", f"{place}/x-csv"
            yield f"{name}Column", f"{place}/x-csv"
        if "x-key" in schema:
            yield f"{name}.RowKey", f"{place}/x-key"
    elif "enum" in schema:
        yield name, place
        yield from ((name + go_name(value), f"{place}/enum") for value in schema["enum"] if isinstance(value, str))
    elif "pattern" in schema:
        yield f"pattern{name}", place


def _keys(keys: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in keys.get("keys", {}):
        place = f"{KEYS_FILE}#/keys/{key}"
        yield from ((f"{word}{go_name(key)}", place) for word in ("", "Parse", "form"))


def _tables(tables: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for table, declared in tables.get("tables", {}).items():
        place = f"{TABLES_FILE}#/tables/{table}"
        name = f"Table{go_name(table)}"
        yield name, place
        yield from ((f"{name}{word}", f"{place}/{key}") for key, word in ATTRIBUTES if key in declared)
        for index, key in declared["indexes"].items():
            at = f"{place}/indexes/{index}"
            yield f"Index{go_name(index)}", at
            yield from ((f"Index{go_name(index)}{word}", at) for name, word in ATTRIBUTES if name in key)


def _sort_keys(files: Files, tables: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    fixed: dict[str, str] = {}
    for table in tables.get("tables", {}).values():
        for record in table["records"]:
            member = files.get(record, {}).get("properties", {}).get(table.get("sort_key"), {})
            pattern = member.get("pattern", "") if isinstance(member, Mapping) else ""
            fixed |= {f"SortKey{go_name(one)}": f"{record}{SUFFIX}#" for one in literals(pattern)}
    yield from fixed.items()


def _python(files: Files, keys: Mapping[str, Any]) -> Iterator[Finding]:
    for file, schema in files.items():
        for name in (*schema.get("$defs", {}), *([] if file == COMMON else [type_name(file)])):
            if name in _WRITTEN_IN_PYTHON or keyword.iskeyword(name):
                reason = f"{name} is taken in the Python models"
                yield Finding("name-collision", f"{file}{SUFFIX}#/$defs/{name}", reason, "rename it")
    for key in keys.get("keys", {}):
        if key in _PYTHON_KEYS or keyword.iskeyword(key):
            yield Finding("name-collision", f"{KEYS_FILE}#/keys/{key}", f"{key} is taken in Python", "rename it")
