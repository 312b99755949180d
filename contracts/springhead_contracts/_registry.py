"""Finds, loads and resolves the schemas."""

from __future__ import annotations

import contextlib
import difflib
import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

Schema = dict[str, Any]

COMMON = "common"
SUFFIX = ".schema.json"


class UnknownRecordType(ValueError):
    """There is no record type of that name.

    Attributes:
        name: The name that was asked for.
        known: The names that exist, sorted.
    """

    def __init__(self, name: object, known: Sequence[str]) -> None:
        self.name = name
        self.known = tuple(known)
        near = difflib.get_close_matches(str(name), known, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        super().__init__(f"unknown record type {name!r} ({hint}known types: {', '.join(known)})")


# Folder that stands in for the installed schemas; see `using`.
_instead: list[Path] = []


@functools.cache
def schema_dir() -> Path:
    """Returns the folder of the v1 schemas: inside the package, or beside it in an editable install.

    Raises:
        FileNotFoundError: Neither folder exists, so the installation is broken.
    """
    if _instead:
        return _instead[-1]
    package = Path(__file__).resolve().parent
    for folder in (package / "v1", package.parent / "v1"):
        if (folder / f"{COMMON}{SUFFIX}").is_file():
            return folder
    raise FileNotFoundError(
        f"the contract schemas are neither in {package / 'v1'} nor beside the package; reinstall springhead-contracts"
    )


@functools.cache
def record_types() -> tuple[str, ...]:
    """Returns the names of the record types, sorted."""
    names = (path.name.removesuffix(SUFFIX) for path in schema_dir().glob(f"*{SUFFIX}"))
    return tuple(sorted(name for name in names if name != COMMON))


@functools.cache
def schema_file(name: str) -> Schema:
    """Returns a schema file by its name without suffix (shared object: do not change it)."""
    text = (schema_dir() / f"{name}{SUFFIX}").read_bytes()
    schema: Schema = json.loads(text)
    return schema


@contextlib.contextmanager
def using(folder: Path) -> Iterator[None]:
    """Reads and validates by the schemas of another folder, for a while and in this process only.

    For proofs and tests that compare two contracts; it is no way to configure a program.

    Args:
        folder: A folder with ``*.schema.json``.
    """
    from springhead_contracts._validate import validator

    caches = (schema_dir, record_types, schema_file, validator)
    _instead.append(folder)
    for cached in caches:
        cached.cache_clear()
    try:
        yield
    finally:
        _instead.pop()
        for cached in caches:
            cached.cache_clear()


def check_type(record_type: str) -> str:
    """Returns the name of a record type, or raises `UnknownRecordType`."""
    known = record_types()
    if record_type not in known:
        raise UnknownRecordType(record_type, known)
    return record_type


def load_schema(record_type: str) -> Schema:
    """Returns a copy of a record type's schema, as in its file (references unresolved).

    Args:
        record_type: A name from `record_types`, for example ``scraper_entry``.

    Raises:
        UnknownRecordType: There is no such type.
    """
    schema: Schema = json.loads(json.dumps(schema_file(check_type(record_type))))
    return schema


def resolve(file: str, schema: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Follows `$ref` until a schema without one; a description beside the reference wins.

    Args:
        file: Name of the file that the schema stands in.
        schema: The schema.

    Returns:
        The file and the schema that the reference leads to.
    """
    while (ref := schema.get("$ref")) is not None:
        target_file, _, pointer = ref.partition("#/$defs/")
        file = target_file.removesuffix(SUFFIX) or file
        described = {"description": schema["description"]} if "description" in schema else {}
        schema = {**schema_file(file)["$defs"][pointer], **described}
    return file, schema


def schema_at(record_type: str, path: Sequence[str | int]) -> Mapping[str, Any]:
    """Returns the resolved schema of the member at a path; ``{}`` inside open objects and at unknown members."""
    file, schema = resolve(record_type, schema_file(record_type))
    for step in path:
        file, schema = resolve(file, _child(schema, step))
    return schema


def _child(schema: Mapping[str, Any], step: str | int) -> Mapping[str, Any]:
    if isinstance(step, int):
        child = schema.get("items")
    else:
        child = schema.get("properties", {}).get(step, schema.get("additionalProperties"))
    return child if isinstance(child, Mapping) else {}
