"""Writes random record types of the subset."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

ID_BASE = "https://springhead.dev/contracts/v1/"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

PATTERNS = [
    "^[a-z]+$",
    "^[a-z0-9]+$",
    "^[A-Z][a-z]*$",
    "^x-[0-9]{2,4}$",
    "^(on|off)$",
    "^[^#\\x00-\\x20]+$",
    "^https?://.+$",
]
WORDS = ["red", "green", "blue", "in-progress", "done", "N/A"]
COMMON_REFS = ["Timestamp", "Date", "SHA256", "LocalTime", "Priority", "Coordinates"]
_NAMES = ["alpha", "beta", "gamma", "delta", "fooBar", "source_id", "a#b", "PK", "url", "when", "total", "note"]
_UNIT = {"x-unit": "count"}


class Author:
    """Writes record types; a definition's name begins with that of its file, since names are unique in Go.

    Args:
        rng: Where chance comes from.
        name: Name of the file, for example ``t0001``.
    """

    def __init__(self, rng: random.Random, name: str) -> None:
        self.rng = rng
        self.name = name
        self.definitions: dict[str, Any] = {}

    def file(self) -> dict[str, Any]:
        """Returns a schema file."""
        body = self.record(depth=0)
        schema = {"$schema": DIALECT, "$id": f"{ID_BASE}{self.name}.schema.json", **body}
        return {**schema, "$defs": self.definitions} if self.definitions else schema

    def record(self, depth: int) -> dict[str, Any]:
        """Returns a record."""
        names = self.rng.sample(_NAMES, self.rng.randint(1, 5 if depth else 7))
        properties: dict[str, Any] = {}
        required = []
        for name in names:
            needed = self.rng.random() < 0.45
            properties[name] = {"description": f"{name}.", **self.value(depth, required=needed)}
            if needed and not is_collection(properties[name]):
                required.append(name)
        record = {"description": "A record.", "type": "object", "additionalProperties": False}
        return {**record, **({"required": required} if required else {}), "properties": properties}

    def value(self, depth: int, *, required: bool = False) -> dict[str, Any]:
        """Returns the schema of a value."""
        makers: list[Callable[[int], dict[str, Any]]] = [
            self.text,
            self.number,
            self.number,
            self._boolean,
            self._enum,
            self._common,
        ]
        makers += [self._list, self._map, self._open] if depth < 2 else []
        makers += [self._record] if depth < 2 else []
        if required and self.rng.random() < 0.15:
            return self._nullable()
        return self.rng.choice(makers)(depth)

    def text(self, depth: int = 0) -> dict[str, Any]:
        """Returns the schema of a text."""
        rng, schema = self.rng, {"type": "string"}
        choice = rng.random()
        if choice < 0.3:
            return {**schema, "pattern": rng.choice(PATTERNS)}
        bounds: dict[str, Any] = {}
        if choice < 0.6:
            bounds["minLength"] = rng.randint(0, 3)
        if 0.5 < choice < 0.8:
            bounds["maxLength"] = rng.randint(3, 9)
        return {**schema, **bounds}

    def number(self, depth: int = 0) -> dict[str, Any]:
        """Returns the schema of a number."""
        rng = self.rng
        bounds: dict[str, Any] = {}
        if rng.random() < 0.6:
            bounds["minimum"] = rng.randint(-5, 5)
        if rng.random() < 0.4:
            bounds["maximum"] = rng.randint(6, 20)
        return {"type": rng.choice(["integer", "number"]), **bounds, **_UNIT}

    def define(self, stem: str, schema: dict[str, Any]) -> dict[str, Any]:
        """Adds a definition and returns a reference to it."""
        # Without digits after a letter's change of case: the name must survive as a Go identifier.
        name = f"{self.name.upper()}{stem}{chr(ord('A') + len(self.definitions))}"
        self.definitions[name] = schema
        return {"$ref": f"#/$defs/{name}"}

    def enum(self) -> dict[str, Any]:
        """Returns the schema of an enum."""
        values = self.rng.sample(WORDS, self.rng.randint(1, 4))
        return {"description": "Values.", "type": "string", "enum": values}

    def _boolean(self, depth: int) -> dict[str, Any]:
        return {"type": "boolean"}

    def _nullable(self) -> dict[str, Any]:
        if self.rng.random() < 0.4:
            values = self.enum()
            return self.define("Maybe", {**values, "type": ["string", "null"], "enum": [*values["enum"], None]})
        kind: dict[str, Any] = self.rng.choice(
            [{"type": ["string", "null"]}, {"type": ["number", "null"], **_UNIT}, {"type": ["boolean", "null"]}]
        )
        return kind

    def _enum(self, depth: int) -> dict[str, Any]:
        return self.define("Enum", self.enum())

    def _common(self, depth: int) -> dict[str, Any]:
        return {"$ref": f"common.schema.json#/$defs/{self.rng.choice(COMMON_REFS)}"}

    def _list(self, depth: int) -> dict[str, Any]:
        items = self.rng.choice([self.text, self.number, self._enum, self._record, self._open])(depth + 1)
        bounds = {"minItems": self.rng.randint(1, 2)} if self.rng.random() < 0.3 else {}
        return {"type": "array", **bounds, "items": items}

    def _map(self, depth: int) -> dict[str, Any]:
        values = self.rng.choice([self.text, self.number, self._enum, self._record])(depth + 1)
        return {"type": "object", "additionalProperties": values}

    def _open(self, depth: int) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": True}

    def _record(self, depth: int) -> dict[str, Any]:
        return self.define("Part", self.record(depth + 1))


def is_collection(schema: dict[str, Any]) -> bool:
    """Tells whether a value is a list, a map or an open object, which are never required."""
    return schema.get("type") in ("array", "object")
