"""The small contract that the examples of the rules edit.

A path leads to a member of the snapshot; the value `GONE` removes it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from springhead_contracts.compat._snapshot import Snapshot

GONE = object()

TODAY = date(2026, 1, 1)
"""The day on which the cases are judged."""

Edits = Mapping[str, Any]

_BASE = "https://springhead.dev/contracts/v1/"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
TEXT = {"description": "A text.", "type": "string"}
NUMBER = {"description": "A number.", "type": "integer", "x-unit": "count"}


def schema_file(name: str, **body: Any) -> dict[str, Any]:
    return {"$schema": _DIALECT, "$id": f"{_BASE}{name}.schema.json", "description": name, **body}


SMALL: dict[str, Any] = {
    "files": {
        "common": schema_file(
            "common",
            **{
                "$defs": {
                    "Size": {"description": "Size.", "type": "string", "enum": ["small", "large"]},
                    "Mood": {"description": "Mood.", "type": ["string", "null"], "enum": ["good", "bad", None]},
                    "Box": {
                        "description": "Box.",
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["width"],
                        "properties": {"width": NUMBER, "label": TEXT},
                    },
                }
            },
        ),
        "thing": schema_file(
            "thing",
            type="object",
            additionalProperties=False,
            required=["PK", "name", "mood", "weight"],
            properties={
                "PK": {**TEXT, "pattern": "^THING#.+$"},
                "name": {**TEXT, "minLength": 1, "maxLength": 9},
                "code": {**TEXT, "pattern": "^[a-z]+$"},
                "note": TEXT,
                "count": {**NUMBER, "minimum": 0},
                "share": {**NUMBER, "type": "number", "x-unit": "ms"},
                "weight": {**NUMBER, "type": ["number", "null"]},
                "mood": {"description": "Mood.", "$ref": "common.schema.json#/$defs/Mood"},
                "size": {"description": "Size.", "$ref": "common.schema.json#/$defs/Size"},
                "box": {"description": "Box.", "$ref": "common.schema.json#/$defs/Box"},
                "day": {**TEXT, "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
                "tags": {"description": "Tags.", "type": "array", "items": {"type": "string"}},
            },
        ),
        "row": schema_file(
            "row",
            type="object",
            additionalProperties=False,
            required=["a"],
            properties={"a": TEXT, "b": TEXT},
            **{
                "x-csv": {
                    "columns": ["a", "b"],
                    "aliases": {"B": "b"},
                    "written": {"b": "B"},
                    "file": "^rows[.]csv$",
                },
                "x-key": {"members": [{"member": "a", "form": "text"}]},
            },
        ),
    },
    "keys": {"keys": {"thing_key": {"description": "Key.", "form": "THING#{id}", "parts": {"id": "id"}}}},
    "tables": {
        "tables": {
            "things": {
                "description": "Things.",
                "partition_key": "PK",
                "records": ["thing"],
                "indexes": {"by-name": {"partition_key": "name"}},
            }
        }
    },
    "examples": {"valid/thing/one.json": "0" * 64},
    "vectors": {"keys.json": {"thing_key": {"good": [{"in": ["1"], "key": "THING#1"}]}}},
}


def edited(edits: Edits, contract: Mapping[str, Any] = SMALL) -> dict[str, Any]:
    """Returns the small contract after edits."""
    # By text, because a deep copy would keep parts that are one object in common.
    changed: dict[str, Any] = json.loads(json.dumps(contract))
    for path, value in edits.items():
        # Paths of examples have slashes themselves.
        area, _, rest = path.partition("/")
        *steps, last = [area, rest] if area == "examples" else path.split("/")
        owner: Any = changed
        for step in steps:
            owner = owner[step]
        if value is GONE:
            del owner[last]
        else:
            owner[last] = copy.deepcopy(value)
    return changed


def snapshot(contract: Mapping[str, Any], name: str = "case") -> Snapshot:
    """Returns the contract of a case."""
    return Snapshot(name, **contract)
