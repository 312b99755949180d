"""The lint of what the contract says beyond JSON Schema: units, deprecations, CSV, row keys, keys and tables."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from springhead_contracts._registry import COMMON, SUFFIX
from springhead_contracts.generate._keys_ir import KEYS_FILE, KINDS, TABLES_FILE
from springhead_contracts.generate._lint_rules import Finding
from springhead_contracts.generate._names import go_name

if TYPE_CHECKING:
    import jsonschema_rs

ROW_KEY_FORMS = frozenset({"text", "handle", "tag", "name", "phone"})

_CSV_KEYWORDS = {"columns", "aliases", "written", "file"}
_NUMBERS = ("integer", "number")


def schema_findings(name: str, schema: Mapping[str, Any]) -> Iterator[Finding]:
    """Yields what makes a file no JSON Schema at all; the other rules rely on its shape."""
    error = next(_metaschema().iter_errors(dict(schema)), None)
    if error is not None:
        place = "/".join(["", *map(str, error.instance_path)])
        yield Finding("schema", f"{name}{SUFFIX}#{place}", f"it is no JSON Schema: {error.message}", "correct it")


@functools.cache
def _metaschema() -> jsonschema_rs.Draft202012Validator:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator({"$ref": "https://json-schema.org/draft/2020-12/schema"})


def unit_findings(schema: Mapping[str, Any], place: str) -> Iterator[Finding]:
    """Yields a number without a unit."""
    kind = schema.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    if any(k in _NUMBERS for k in kinds) and not isinstance(schema.get("x-unit"), str):
        yield Finding("unit", place, "a reader would guess the unit", 'add x-unit, for example "ms", "count" or "0..1"')


def sunset_findings(schema: Mapping[str, Any], place: str) -> Iterator[Finding]:
    """Yields a deprecation without a date, and a date without a deprecation."""
    sunset = schema.get("x-sunset")
    if "deprecated" not in schema and sunset is None:
        return
    if schema.get("deprecated") is not True or not _is_date(sunset):
        yield Finding(
            "sunset",
            place,
            "readers must know until when a deprecated member is written",
            'set "deprecated": true and "x-sunset": "YYYY-MM-DD" together',
        )


def csv_findings(schema: Mapping[str, Any], place: str) -> Iterator[Finding]:
    """Yields what is wrong with ``x-csv`` and ``x-key`` of a record type."""
    members = schema.get("properties", {})
    if (csv := schema.get("x-csv")) is not None:
        yield from _csv(csv, members, f"{place}/x-csv")
    if (key := schema.get("x-key")) is not None:
        yield from _row_key(key, members, f"{place}/x-key")


def _csv(csv: Any, members: Mapping[str, Any], place: str) -> Iterator[Finding]:
    if not isinstance(csv, Mapping) or not set(csv) <= _CSV_KEYWORDS:
        yield _bad("csv", place, f"x-csv has {', '.join(sorted(_CSV_KEYWORDS))} and nothing else", "correct it")
        return
    columns = csv.get("columns")
    if not isinstance(columns, list) or sorted(map(str, columns)) != sorted(members):
        yield _bad(
            "csv",
            place,
            "its columns are not the members of the record, each once",
            "list all members in column order",
        )
    for name, member in members.items():
        if isinstance(member, Mapping) and member.get("type", "string") != "string":
            yield _bad("csv", f"{place}/columns", f"{name} is no string, and a CSV value is text", "make it a string")
    for word in ("aliases", "written"):
        table = csv.get(word, {})
        names = table.values() if word == "aliases" and isinstance(table, Mapping) else table
        if not isinstance(table, Mapping) or any(name not in members for name in names):
            yield _bad("csv", f"{place}/{word}", "it names a column that is no member", "correct the name")
    aliases, written = csv.get("aliases", {}), csv.get("written", {})
    if isinstance(aliases, Mapping) and isinstance(written, Mapping):
        for name, header in written.items():
            if aliases.get(header) != name:
                yield _bad("csv", f"{place}/written", f"our own reader would not know {header!r}", "add it to aliases")
        for header in aliases:
            if header in members:
                yield _bad("csv", f"{place}/aliases", f"{header!r} is a column itself", "remove the alias")
    pattern = csv.get("file")
    if pattern is not None and not _compiles(pattern):
        yield _bad("csv", f"{place}/file", "it is no regular expression from ^ to $", "correct it")


def _row_key(key: Any, members: Mapping[str, Any], place: str) -> Iterator[Finding]:
    parts = key.get("members") if isinstance(key, Mapping) else None
    if not isinstance(parts, list) or not parts:
        yield _bad("row-key", place, "a row needs a key", 'give {"members": [{"member": …, "form": …}]}')
        return
    for index, part in enumerate(parts):
        known = isinstance(part, Mapping) and part.get("member") in members and part.get("form") in ROW_KEY_FORMS
        if not known or not set(part) <= {"member", "form", "aliases"}:
            yield _bad(
                "row-key",
                f"{place}/members/{index}",
                f"it is no member with a form of {', '.join(sorted(ROW_KEY_FORMS))}",
                "correct it",
            )


def key_findings(keys: Mapping[str, Any], files: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    """Yields what is wrong with ``keys.json``."""
    definitions = files.get(COMMON, {}).get("$defs", {})
    enums = {
        name
        for name, one in definitions.items()
        if isinstance(one, Mapping) and one.get("type") == "string" and "enum" in one
    }
    types = {go_name(name) for schema in files.values() for name in (*schema.get("$defs", {}), schema.get("$id", ""))}
    for name, key in keys.get("keys", {}).items():
        place = f"{KEYS_FILE}#/keys/{name}"
        form, parts = (key.get("form"), key.get("parts")) if isinstance(key, Mapping) else (None, None)
        if not isinstance(form, str) or not isinstance(parts, Mapping):
            yield _bad("keys", place, "a key has description, form and parts", "complete it")
            continue
        if re.findall(r"\{([a-z_]+)\}", form) != list(parts) or not key.get("description"):
            yield _bad("keys", place, "form and parts differ, or it has no description", "bring them in line")
        if not f"{form}{key.get('description')}".isprintable() or '"' in form or "\\" in form:
            yield _bad("keys", place, "form or description would end a line or a text of the code", "write plain text")
        if go_name(name) in types - _scalars(definitions):
            yield _bad("keys", place, f"{go_name(name)} is a type in Go already", "rename the key")
        for part, declared in parts.items():
            kind = declared.get("kind") if isinstance(declared, Mapping) else declared
            if kind not in KINDS and kind not in enums:
                reason = f"{kind!r} is neither a kind of part nor an enum"
                yield _bad("keys", f"{place}/parts/{part}", reason, "correct it")


def _scalars(definitions: Mapping[str, Any]) -> set[str]:
    return {
        name
        for name, one in definitions.items()
        if isinstance(one, Mapping) and "properties" not in one and "enum" not in one
    }


def table_findings(tables: Mapping[str, Any], files: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    """Yields what is wrong with ``tables.json``."""
    for name, table in tables.get("tables", {}).items():
        place = f"{TABLES_FILE}#/tables/{name}"
        records = table.get("records", []) if isinstance(table, Mapping) else []
        if not records or any(record not in files for record in records):
            yield _bad("tables", place, "it holds a record type that does not exist, or none", "correct its records")
            continue
        if not str(table.get("description", "")).isprintable():
            yield _bad("tables", place, "the description would end a comment", "write it on one line")
        members = {record: set(files[record].get("properties", {})) for record in records}
        own = {table.get("partition_key"), table.get("sort_key"), table.get("ttl")} - {None}
        for record, known in members.items():
            if missing := (own - {table.get("ttl")}) - known:
                yield _bad("tables", place, f"{record} has no {', '.join(sorted(missing))}", "correct the key")
        everything = set().union(*members.values())
        for index, key in table.get("indexes", {}).items():
            if missing := ({key.get("partition_key"), key.get("sort_key")} - {None}) - everything:
                yield _bad(
                    "tables", f"{place}/indexes/{index}", f"no record has {', '.join(sorted(missing))}", "correct it"
                )


def _bad(rule: str, place: str, reason: str, fix: str) -> Finding:
    return Finding(rule, place, reason, fix)


def _is_date(text: Any) -> bool:
    try:
        return isinstance(text, str) and len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _compiles(pattern: Any) -> bool:
    if not isinstance(pattern, str) or not (pattern.startswith("^") and pattern.endswith("$")):
        return False
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True
