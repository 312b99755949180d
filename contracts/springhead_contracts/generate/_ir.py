"""The schemas as the emitters see them: files, records, enums and scalars, in schema order."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from springhead_contracts._registry import COMMON, SUFFIX
from springhead_contracts.generate._keys_ir import KEYS_FILE, TABLES_FILE, Key, read_json, read_keys
from springhead_contracts.generate._names import type_name

Kind = Literal["string", "timestamp", "date", "integer", "number", "boolean", "list", "map", "open", "record", "enum"]

# Keywords that bound a value; they are kept as they stand.
BOUNDS = ("pattern", "minLength", "maxLength", "minimum", "maximum", "minItems")

_FORMATS: dict[str, Kind] = {"date-time": "timestamp", "date": "date"}


@dataclass(frozen=True, slots=True)
class Type:
    """The type of a member.

    Attributes:
        kind: What it is.
        name: Name of the record or enum; for a scalar, the `$defs` name when it has one.
        item: Type of the items of a list or a typed map.
        nullable: True when null means "not yet".
        bounds: Keyword and value of each bound, in the order of `BOUNDS`.
    """

    kind: Kind
    name: str = ""
    item: Type | None = None
    nullable: bool = False
    bounds: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a record; ``sunset`` is the day until which a deprecated one is written."""

    name: str
    type: Type
    required: bool
    description: str
    sunset: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """An object with declared members."""

    name: str
    description: str
    members: tuple[Member, ...]
    csv: Mapping[str, Any] = field(default_factory=dict)
    row_key: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Enum:
    """A closed set of strings."""

    name: str
    description: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scalar:
    """A named string with bounds."""

    name: str
    description: str
    type: Type


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """What one schema file declares; `$defs` come first, the record type last."""

    name: str
    description: str
    scalars: tuple[Scalar, ...]
    enums: tuple[Enum, ...]
    records: tuple[Record, ...]

    def names(self) -> set[str]:
        """Returns the names of the file's types."""
        return {d.name for d in self.scalars} | {d.name for d in self.enums} | {d.name for d in self.records}


@dataclass(frozen=True, slots=True)
class Contract:
    """All schema files: the common one, then the record types by name."""

    files: tuple[SchemaFile, ...]
    keys: tuple[Key, ...] = ()
    tables: Mapping[str, Any] = field(default_factory=dict)

    def home(self) -> dict[str, str]:
        """Returns the file of each type, by the type's name."""
        return {name: file.name for file in self.files for name in file.names()}


class SchemaFileError(ValueError):
    """A schema file cannot be read; the message says which and why."""


def read_files(folder: Path) -> dict[str, dict[str, Any]]:
    """Returns the schema files of a folder by name, the common one first.

    Args:
        folder: A folder with ``*.schema.json``.

    Raises:
        SchemaFileError: A file is no JSON object.
    """
    paths = sorted(folder.glob(f"*{SUFFIX}"), key=lambda p: (p.name != f"{COMMON}{SUFFIX}", p.name))
    files = {}
    for path in paths:
        try:
            schema = json.loads(path.read_bytes())
        except ValueError as error:
            raise SchemaFileError(f"{path.name} is not JSON: {error}; correct it") from None
        if not isinstance(schema, dict):
            raise SchemaFileError(f"{path.name} is not a JSON object; write one schema per file")
        files[path.name.removesuffix(SUFFIX)] = schema
    return files


def load_contract(folder: Path) -> Contract:
    """Returns the contract of a folder of schemas that the lint has passed.

    Args:
        folder: A folder with ``*.schema.json``.
    """
    return build_contract(
        read_files(folder), read_json(folder / KEYS_FILE), read_json(folder / TABLES_FILE).get("tables", {})
    )


def build_contract(
    files: Mapping[str, Mapping[str, Any]], keys: Mapping[str, Any], tables: Mapping[str, Any]
) -> Contract:
    """Returns the contract of schemas that the lint has passed.

    Args:
        files: The schema files by name, the common one first.
        keys: Content of ``keys.json``.
        tables: The tables of ``tables.json``.
    """
    return Contract(
        tuple(_file(name, schema, files) for name, schema in files.items()),
        read_keys(keys, files.get(COMMON, {}).get("$defs", {})),
        tables,
    )


def target(file: str, ref: str, files: Mapping[str, Mapping[str, Any]]) -> tuple[str, str, Mapping[str, Any]]:
    """Returns file, name and schema that a reference leads to.

    Raises:
        KeyError: It leads nowhere.
    """
    path, _, name = ref.partition("#/$defs/")
    home = path.removesuffix(SUFFIX) or file
    return home, name, files[home]["$defs"][name]


def _file(name: str, schema: Mapping[str, Any], files: Mapping[str, Mapping[str, Any]]) -> SchemaFile:
    scalars, enums, records = [], [], []
    for def_name, definition in schema.get("$defs", {}).items():
        description = definition["description"]
        if "properties" in definition:
            records.append(_record(name, def_name, definition, files))
        elif "enum" in definition:
            values = tuple(value for value in definition["enum"] if value is not None)
            enums.append(Enum(def_name, description, values))
        else:
            scalars.append(Scalar(def_name, description, _inline(name, definition, files)))
    if "properties" in schema:
        records.append(_record(name, type_name(name), schema, files))
    return SchemaFile(name, schema["description"], tuple(scalars), tuple(enums), tuple(records))


def _record(file: str, name: str, schema: Mapping[str, Any], files: Mapping[str, Mapping[str, Any]]) -> Record:
    required = schema.get("required", ())
    members = (
        Member(
            member,
            _type(file, definition, files),
            member in required,
            definition["description"],
            definition["x-sunset"] if definition.get("deprecated") else "",
        )
        for member, definition in schema["properties"].items()
    )
    row_key = tuple(schema.get("x-key", {}).get("members", ()))
    return Record(name, schema["description"], tuple(members), schema.get("x-csv", {}), row_key)


def _type(file: str, schema: Mapping[str, Any], files: Mapping[str, Mapping[str, Any]]) -> Type:
    if "$ref" not in schema:
        return _inline(file, schema, files)
    home, name, definition = target(file, schema["$ref"], files)
    if "properties" in definition:
        return Type("record", name)
    if "enum" in definition:
        return Type("enum", name, nullable="null" in definition["type"])
    found = _inline(home, definition, files)
    return Type(found.kind, name, nullable=found.nullable, bounds=found.bounds)


def _inline(file: str, schema: Mapping[str, Any], files: Mapping[str, Mapping[str, Any]]) -> Type:
    declared = schema["type"]
    nullable = isinstance(declared, list)
    kind = next(t for t in declared if t != "null") if nullable else declared
    bounds = tuple((keyword, schema[keyword]) for keyword in BOUNDS if keyword in schema)
    if kind == "array":
        return Type("list", item=_type(file, schema["items"], files), bounds=bounds)
    if kind == "object":
        values = schema["additionalProperties"]
        return Type("open") if values is True else Type("map", item=_type(file, values, files))
    return Type(_FORMATS.get(schema.get("format", ""), kind), nullable=nullable, bounds=bounds)
