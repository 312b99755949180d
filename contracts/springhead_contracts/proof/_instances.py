"""Writes records that a schema allows, with a liking for its bounds."""

from __future__ import annotations

import functools
import random
from collections.abc import Mapping
from typing import Any

from springhead_contracts.generate._ir import target
from springhead_contracts.proof._regex import Sampler, sampler

Files = Mapping[str, Mapping[str, Any]]

_WORDS = ["", "a", "ab", "Łódź", "周潤發", "a b", "<&>", 'q"\\', "0", "null", "2025-11-07", "x" * 12, "😀"]
_LIMIT = 10**6


class Writer:
    """Writes records of a contract.

    Args:
        files: The schema files by name.
        rng: Where chance comes from.
    """

    def __init__(self, files: Files, rng: random.Random) -> None:
        self.files = files
        self.rng = rng

    def record(self, record_type: str) -> dict[str, Any]:
        """Returns a record that keeps the closed schema of its type."""
        return self._object(record_type, self.files[record_type])

    def _object(self, file: str, schema: Mapping[str, Any]) -> dict[str, Any]:
        required = schema.get("required", ())
        often = self.rng.choice((0.1, 0.5, 0.9))
        record = {}
        for name, member in schema["properties"].items():
            if name in required or self.rng.random() < often:
                record[name] = self.value(file, member)
        return record

    def value(self, file: str, schema: Mapping[str, Any]) -> Any:
        """Returns a value that a schema allows."""
        if "$ref" in schema:
            home, _, definition = target(file, schema["$ref"], self.files)
            return self.value(home, definition)
        if "enum" in schema:
            return self.rng.choice(schema["enum"])
        kind = schema["type"]
        if isinstance(kind, list):
            if self.rng.random() < 0.3:
                return None
            kind = next(t for t in kind if t != "null")
        if kind == "object":
            return self._map_or_object(file, schema)
        if kind == "array":
            low = schema.get("minItems", 0)
            return [self.value(file, schema["items"]) for _ in range(self.rng.randint(low, low + 2))]
        if kind == "boolean":
            return self.rng.random() < 0.5
        if kind == "string":
            return self._text(schema)
        return self._number(schema, whole=kind == "integer")

    def _map_or_object(self, file: str, schema: Mapping[str, Any]) -> dict[str, Any]:
        if "properties" in schema:
            return self._object(file, schema)
        names = self.rng.sample(["a", "b/c", "~", "é", "long name"], self.rng.randint(0, 2))
        if schema["additionalProperties"] is True:
            return {name: self.rng.choice([1, 0.5, "x", True, None, [1, None], {"z": ""}]) for name in names}
        return {name: self.value(file, schema["additionalProperties"]) for name in names}

    def _text(self, schema: Mapping[str, Any]) -> str:
        rng = self.rng
        if schema.get("format") == "date":
            return f"{rng.randint(1900, 2099)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        if schema.get("format") == "date-time":
            day = f"{rng.randint(1900, 2099)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
            fraction = rng.choice(["", "", ".5", ".192920"])
            return f"{day}T{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}{fraction}Z"
        low, high = schema.get("minLength", 0), schema.get("maxLength")
        for _ in range(200):
            text = _sampler(schema["pattern"])(rng) if "pattern" in schema else self._word(low, high)
            if len(text) >= low and (high is None or len(text) <= high):
                return text
        raise ValueError(f"no text of {low} to {high} characters matches {schema.get('pattern')}")

    def _word(self, low: int, high: int | None) -> str:
        text = self.rng.choice(_WORDS)
        size = self.rng.choice([low, high if high is not None else low + 3, len(text)])
        return (text * (size + 1))[:size] if text else "é" * size

    def _number(self, schema: Mapping[str, Any], *, whole: bool) -> int | float:
        low = schema.get("minimum", schema.get("maximum", 0) - _LIMIT)
        high = schema.get("maximum", low + 2 * _LIMIT)
        edge = self.rng.choice([low, high, None])
        if whole:
            return int(edge) if edge is not None else self.rng.randint(int(low), int(high))
        value = edge if edge is not None else round(self.rng.uniform(low, high), 3)
        return int(value) if float(value).is_integer() else float(value)


@functools.cache
def _sampler(pattern: str) -> Sampler:
    return sampler(pattern)
