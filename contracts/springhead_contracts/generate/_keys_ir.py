"""Keys and tables as the emitters see them, from ``keys.json`` and ``tables.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KEYS_FILE = "keys.json"
TABLES_FILE = "tables.json"

KINDS = frozenset({"id", "place", "date", "time", "slot5", "instance_time", "flag"})


@dataclass(frozen=True, slots=True)
class KeyPart:
    """One part of a key; ``enum`` names its enum when it has one."""

    name: str
    kind: str
    strip: tuple[str, ...] = ()
    enum: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Key:
    """A composite key with its parts in the order of its form."""

    name: str
    description: str
    form: str
    parts: tuple[KeyPart, ...]


def read_json(path: Path) -> dict[str, Any]:
    """Returns a JSON object; ``{}`` where there is no such file.

    Raises:
        ValueError: The file is no JSON object.
    """
    if not path.is_file():
        return {}
    try:
        value = json.loads(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path.name} is not JSON: {error}; correct it") from None
    if not isinstance(value, dict):
        raise ValueError(f"{path.name} is not a JSON object; write one")
    return value


def read_keys(declared: Mapping[str, Any], enums: Mapping[str, Mapping[str, Any]]) -> tuple[Key, ...]:
    """Returns the keys of a ``keys.json`` that the lint has passed.

    Args:
        declared: Content of the file.
        enums: ``$defs`` of the common file.
    """
    return tuple(
        Key(name, key["description"], key["form"], tuple(_part(n, p, enums) for n, p in key["parts"].items()))
        for name, key in declared.get("keys", {}).items()
    )


def _part(name: str, declared: Any, enums: Mapping[str, Mapping[str, Any]]) -> KeyPart:
    part = declared if isinstance(declared, dict) else {"kind": declared}
    kind = part["kind"]
    if kind in KINDS:
        return KeyPart(name, kind, tuple(part.get("strip", ())))
    return KeyPart(name, "enum", (), kind, tuple(enums[kind]["enum"]))
