"""Keeps the schemas to the subset that is clean in Go. Each finding names rule, place, reason and fix."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from springhead_contracts._registry import COMMON, SUFFIX
from springhead_contracts.generate._ir import BOUNDS, read_files, target
from springhead_contracts.generate._keys_ir import KEYS_FILE, TABLES_FILE, read_json
from springhead_contracts.generate._lint_extras import (
    csv_findings,
    key_findings,
    schema_findings,
    sunset_findings,
    table_findings,
    unit_findings,
)
from springhead_contracts.generate._lint_names import name_findings
from springhead_contracts.generate._lint_rules import (
    Finding,
    bound_findings,
    member_name_findings,
    text_findings,
    type_name_findings,
)
from springhead_contracts.generate._lint_shape import cycle_findings, shape_findings, ttl_findings
from springhead_contracts.generate._names import go_name

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ID_BASE = "https://springhead.dev/contracts/v1/"

_SCALARS = frozenset({"string", "integer", "number", "boolean"})
_FILE_KEYWORDS = frozenset({"$schema", "$id", "$defs"})
_KEYWORDS = frozenset(
    {"description", "type", "format", "enum", "items", "properties", "required", "additionalProperties", "deprecated"}
    | set(BOUNDS)
)
_REF = re.compile(r"(?:common\.schema\.json)?#/\$defs/[A-Z][A-Za-z0-9]*")
Files = Mapping[str, Mapping[str, Any]]


def lint(folder: Path) -> list[Finding]:
    """Returns every finding in the schemas of a folder, sorted by place.

    Args:
        folder: A folder with ``*.schema.json``.

    Raises:
        SchemaFileError: A file is no JSON object.
    """
    return lint_files(read_files(folder), read_json(folder / KEYS_FILE), read_json(folder / TABLES_FILE))


def lint_files(files: Files, keys: Mapping[str, Any], tables: Mapping[str, Any]) -> list[Finding]:
    """Returns every finding in schemas that are in memory, sorted by place.

    Args:
        files: The schema files by name.
        keys: Content of ``keys.json``.
        tables: Content of ``tables.json``.
    """
    malformed = [finding for name, schema in files.items() for finding in schema_findings(name, schema)]
    malformed += shape_findings(keys, tables)
    if malformed:
        return malformed
    findings = [finding for name, schema in files.items() for finding in _file(name, schema, files)]
    findings.extend(type_name_findings(files))
    findings.extend(key_findings(keys, files))
    findings.extend(table_findings(tables, files))
    findings.extend(ttl_findings(tables, files))
    findings.extend(cycle_findings(files))
    findings.extend(name_findings(files, keys, tables))
    return sorted(findings, key=lambda finding: (finding.place, finding.rule))


def _file(name: str, schema: Mapping[str, Any], files: Files) -> Iterator[Finding]:
    place = f"{name}{SUFFIX}#"
    if schema.get("$schema") != DIALECT or schema.get("$id") != f"{ID_BASE}{name}{SUFFIX}":
        yield Finding(
            "header",
            place,
            "validators could not find the file by its $id",
            f"set $schema {DIALECT} and $id {ID_BASE}{name}{SUFFIX}",
        )
    body = {k: v for k, v in schema.items() if k not in _FILE_KEYWORDS}
    if name == COMMON:
        yield from _described(body, place)
    elif schema.get("type") != "object" or "properties" not in schema:
        yield Finding(
            "record-root", place, "a record type is an object with members", "give type object and properties"
        )
    else:
        yield from _record(name, body, place, files)
        yield from csv_findings(schema, place)
    for def_name, definition in schema.get("$defs", {}).items():
        yield from _definition(name, def_name, definition, f"{place}/$defs/{def_name}", files)


def _definition(file: str, name: str, schema: Any, place: str, files: Files) -> Iterator[Finding]:
    if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name):
        yield Finding("def-name", place, "it becomes a type in Python and Go", "name it in CamelCase")
    if not isinstance(schema, Mapping):
        yield _boolean_schema(place)
    elif "$ref" in schema:
        yield Finding("def-alias", place, "an alias has no type of its own in Go", "refer to the target directly")
    elif "properties" in schema:
        yield from _record(file, schema, place, files)
    elif "enum" in schema:
        yield from _enum(schema, place)
    else:
        yield from _described(schema, place)
        yield from _inline(file, schema, place, files, required=True)


def _record(file: str, schema: Mapping[str, Any], place: str, files: Files) -> Iterator[Finding]:
    yield from _described(schema, place)
    yield from _keywords(schema, place, {"description", "type", "properties", "required", "additionalProperties"})
    if schema.get("type") != "object":
        yield Finding("type", place, "members belong to objects", "give type object")
    if schema.get("additionalProperties") is not False:
        yield Finding(
            "closed-record", place, "a misspelt member would be written unseen", "set additionalProperties to false"
        )
    properties = schema["properties"]
    required = schema.get("required", [])
    for name in required:
        if name not in properties:
            yield Finding("required-undeclared", f"{place}/required", f"{name!r} is no member", "declare it or drop it")
    yield from member_name_findings(properties, place)
    for name, member in properties.items():
        at = f"{place}/properties/{name.replace('~', '~0').replace('/', '~1')}"
        if not isinstance(member, Mapping):
            yield _boolean_schema(at)
            continue
        yield from _described(member, at)
        yield from sunset_findings(member, at)
        yield from _value(file, member, at, files, required=name in required)
        if name in required and _is_collection(member):
            yield Finding(
                "optional-collection", at, "a nil list or map of Go would be written as null", "take it out of required"
            )


def _value(file: str, schema: Any, place: str, files: Files, *, required: bool) -> Iterator[Finding]:
    if not isinstance(schema, Mapping):
        yield _boolean_schema(place)
    elif "$ref" in schema:
        yield from _reference(file, schema, place, files, required)
    elif "enum" in schema:
        yield Finding(
            "named-enum", place, "its Go type would have no stable name", "move the enum to $defs and refer to it"
        )
    elif "properties" in schema:
        yield Finding(
            "named-record", place, "its Go type would have no stable name", "move the object to $defs and refer to it"
        )
    else:
        yield from _inline(file, schema, place, files, required=required)


def _reference(file: str, schema: Mapping[str, Any], place: str, files: Files, required: bool) -> Iterator[Finding]:
    extra = sorted(k for k in set(schema) - {"$ref", "description", "deprecated"} if not k.startswith("x-"))
    if extra:
        yield Finding(
            "ref-sibling", place, f"{', '.join(extra)} beside $ref is read by few generators", "move it to the target"
        )
    ref = schema["$ref"]
    if not isinstance(ref, str) or not _REF.fullmatch(ref):
        yield Finding(
            "ref-form",
            place,
            f"{ref!r} is neither of this file nor of the common one",
            "use #/$defs/Name or common.schema.json#/$defs/Name",
        )
        return
    try:
        _, _, definition = target(file, ref, files)
    except KeyError:
        yield Finding("ref-target", place, f"{ref} leads nowhere", "correct the name or add the definition")
        return
    if isinstance(definition, Mapping) and _nullable(definition) and not required:
        yield _null_optional(place)


def _inline(file: str, schema: Mapping[str, Any], place: str, files: Files, *, required: bool) -> Iterator[Finding]:
    yield from _keywords(schema, place, _KEYWORDS - {"enum", "properties", "required"})
    kind = schema.get("type")
    if isinstance(kind, list):
        if len(kind) != 2 or "null" not in kind or not set(kind) - {"null"} <= _SCALARS:
            yield Finding("union", place, f"{kind} has no type in Go", 'use one type, or ["T", "null"] with a scalar T')
            return
        if not required:
            yield _null_optional(place)
        kind = next(t for t in kind if t != "null")
    if kind == "array":
        yield from _items(file, schema, place, files)
    elif kind == "object":
        yield from _map(file, schema, place, files)
    elif kind not in _SCALARS:
        yield Finding(
            "type",
            place,
            f"{kind!r} is not a type of the subset",
            f"use one of {', '.join(sorted(_SCALARS))}, array, object",
        )
    yield from text_findings(schema, place)
    yield from bound_findings(schema, place)
    yield from unit_findings(schema, place)


def _items(file: str, schema: Mapping[str, Any], place: str, files: Files) -> Iterator[Finding]:
    if "items" not in schema:
        yield Finding("items", place, "the element type would be unknown in Go", "give items")
        return
    items = schema["items"]
    yield from _value(file, items, f"{place}/items", files, required=False)
    if isinstance(items, Mapping) and _is_collection(items) and items.get("additionalProperties") is not True:
        yield Finding(
            "nested-list", f"{place}/items", "a list of lists has no name for its rows", "make the element a record"
        )


def _map(file: str, schema: Mapping[str, Any], place: str, files: Files) -> Iterator[Finding]:
    values = schema.get("additionalProperties")
    if values is True:
        return
    if not isinstance(values, Mapping):
        yield Finding(
            "map-values",
            place,
            "neither a typed map nor an open object",
            "set additionalProperties to a schema, or to true for an open object",
        )
        return
    yield from _value(file, values, f"{place}/additionalProperties", files, required=False)


def _enum(schema: Mapping[str, Any], place: str) -> Iterator[Finding]:
    yield from _described(schema, place)
    yield from _keywords(schema, place, {"description", "type", "enum"})
    values = schema["enum"]
    strings = [value for value in values if isinstance(value, str)]
    nullable = schema.get("type") == ["string", "null"]
    if not (schema.get("type") == "string" or nullable) or len(values) != len(strings) + nullable or not strings:
        yield Finding(
            "enum-strings",
            place,
            "constants in Go are strings",
            'list strings with type string, or add null with type ["string", "null"]',
        )
    if nullable and None not in values:
        yield Finding("enum-strings", place, "null is a type but no value of the enum", "add null to the enum")
    names = [go_name(value) for value in strings]
    if len(set(names)) != len(names) or not all(names):
        yield Finding("name-collision", place, "two values become one Go constant", "rename a value")


def _described(schema: Mapping[str, Any], place: str) -> Iterator[Finding]:
    description = schema.get("description")
    if not isinstance(description, str) or not description.strip():
        yield Finding("description", place, "readers would guess meaning and unit", "add a description with the unit")
    elif not description.isprintable():
        yield Finding(
            "description-line", place, "a line break or control character would end a comment", "write it on one line"
        )


def _keywords(schema: Mapping[str, Any], place: str, allowed: set[str] | frozenset[str]) -> Iterator[Finding]:
    for name in schema:
        if name not in allowed and name not in _FILE_KEYWORDS and not name.startswith("x-"):
            yield Finding(
                "keyword", f"{place}/{name}", f"{name} has no clean counterpart in Go here", "say it with the subset"
            )


def _nullable(schema: Mapping[str, Any]) -> bool:
    return isinstance(schema.get("type"), list) and "null" in schema["type"]


def _is_collection(schema: Mapping[str, Any]) -> bool:
    return schema.get("type") in ("array", "object") and "properties" not in schema


def _null_optional(place: str) -> Finding:
    return Finding(
        "null-required", place, "an optional member is absent, never null", "make the member required, or drop null"
    )


def _boolean_schema(place: str) -> Finding:
    return Finding("boolean-schema", place, "it has no type in Go", "write an object schema")
