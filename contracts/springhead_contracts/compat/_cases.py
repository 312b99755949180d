"""An example of each rule, and a near miss: what ``contract checks`` shows and what the tests run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from springhead_contracts.compat._small import GONE, NUMBER, SMALL, TEXT, Edits, edited, schema_file


@dataclass(frozen=True, slots=True)
class Case:
    """An example of a rule.

    Attributes:
        before: Edits that make the old contract.
        after: Edits of the old contract that the rule must name.
        near: Edits of the old contract on which the rule must stay silent.
    """

    before: Edits
    after: Edits
    near: Edits


P = "files/thing/properties"
R = "files/thing/required"
D = "files/common/$defs"
CSV = "files/row/x-csv"
T = "tables/tables/things"
_REQUIRED = SMALL["files"]["thing"]["required"]
_NEW_TABLE = {**SMALL["tables"]["tables"]["things"], "records": ["row"], "partition_key": "a", "indexes": {}}
_SUNSET = {f"{P}/note/deprecated": True, f"{P}/note/x-sunset": "2025-12-31"}
_ANNOUNCED = {f"{P}/note/deprecated": True, f"{P}/note/x-sunset": "2027-12-31"}
_SOON_ENOUGH = {f"{P}/note/deprecated": True, f"{P}/note/x-sunset": "2026-04-01"}
_OTHER_TYPE = schema_file("other", type="object", additionalProperties=False, properties={"x": TEXT})

_TREE = schema_file(
    "tree",
    type="object",
    additionalProperties=False,
    properties={"root": {"description": "Root.", "$ref": "#/$defs/Node"}},
    **{
        "$defs": {
            "Node": {
                "description": "Node.",
                "type": "object",
                "additionalProperties": False,
                "properties": {"n": NUMBER, "next": {"description": "Next.", "$ref": "#/$defs/Node"}},
            }
        }
    },
)

CASES: dict[str, Case] = {
    "record-type-added": Case({}, {"files/other": _OTHER_TYPE}, {f"{P}/extra": TEXT}),
    "record-type-removed": Case(
        {"files/other": _OTHER_TYPE}, {"files/other": GONE}, {"files/other/description": "Other."}
    ),
    "optional-member-added": Case({}, {f"{P}/extra": TEXT}, {f"{P}/extra": TEXT, R: [*_REQUIRED, "extra"]}),
    "required-member-added": Case({}, {f"{P}/extra": TEXT, R: [*_REQUIRED, "extra"]}, {f"{P}/extra": TEXT}),
    "optional-member-removed": Case({}, {f"{P}/note": GONE}, {f"{P}/note/description": "Another text."}),
    "deprecated-member-removed": Case(_SUNSET, {f"{P}/note": GONE}, {f"{P}/code": GONE}),
    "required-member-removed": Case({}, {f"{P}/weight": GONE, R: _REQUIRED[:-1]}, {f"{P}/note": GONE}),
    "member-renamed": Case({}, {f"{P}/note": GONE, f"{P}/remark": TEXT}, {f"{P}/note": GONE, f"{P}/remark": NUMBER}),
    "member-became-required": Case({}, {R: [*_REQUIRED, "note"]}, {R: list(reversed(_REQUIRED))}),
    "member-became-optional": Case({}, {R: ["PK", "mood", "weight"]}, {R: list(reversed(_REQUIRED))}),
    "type-changed": Case({}, {f"{P}/note": NUMBER}, {f"{P}/count/type": "number"}),
    "integer-became-number": Case({}, {f"{P}/count/type": "number"}, {f"{P}/count/minimum": 1}),
    "number-became-integer": Case({}, {f"{P}/share/type": "integer"}, {f"{P}/share/minimum": 1}),
    "null-allowed": Case(
        {f"{P}/weight/type": "number"}, {f"{P}/weight/type": ["number", "null"]}, {f"{P}/weight/minimum": 1}
    ),
    "null-forbidden": Case({}, {f"{P}/weight/type": "number"}, {f"{P}/weight/type": ["null", "number"]}),
    "format-changed": Case({}, {f"{P}/day/format": GONE}, {f"{P}/day/pattern": "^2[0-9]{3}-[0-9]{2}-[0-9]{2}$"}),
    "enum-value-added": Case(
        {}, {f"{D}/Size/enum": ["small", "large", "huge"]}, {f"{D}/Size/enum": ["large", "small"]}
    ),
    "enum-value-removed": Case({}, {f"{D}/Size/enum": ["small"]}, {f"{D}/Size/enum": ["large", "small"]}),
    "enum-imposed": Case(
        {f"{D}/Size": TEXT},
        {f"{D}/Size": SMALL["files"]["common"]["$defs"]["Size"]},
        {f"{D}/Size/description": "Texts."},
    ),
    "enum-lifted": Case({}, {f"{D}/Size": TEXT}, {f"{D}/Size/enum": ["large", "small"]}),
    "bound-tightened": Case({}, {f"{P}/name/maxLength": 8}, {f"{P}/name/maxLength": 10}),
    "bound-loosened": Case({}, {f"{P}/name/maxLength": GONE}, {f"{P}/name/maxLength": 8}),
    "pattern-changed": Case({}, {f"{P}/code/pattern": "^[a-z0-9]+$"}, {f"{P}/code/pattern": GONE}),
    "pattern-added": Case({}, {f"{P}/note/pattern": "^[a-z]*$"}, {f"{P}/note/minLength": 1}),
    "pattern-removed": Case({}, {f"{P}/code/pattern": GONE}, {f"{P}/code/pattern": "^[a-z]*$"}),
    "key-pattern-changed": Case({}, {f"{P}/PK/pattern": "^ITEM#.+$"}, {f"{P}/code/pattern": "^[a-z]*$"}),
    "unit-changed": Case({}, {f"{P}/share/x-unit": "s"}, {f"{P}/share/description": "Milliseconds."}),
    "definition-added": Case({}, {f"{D}/Lid": {**TEXT, "description": "Lid."}}, {f"{D}/Box/description": "A box."}),
    "definition-removed": Case(
        {f"{D}/Lid": {**TEXT, "minLength": 7}}, {f"{D}/Lid": GONE}, {f"{D}/Lid/description": "Lid."}
    ),
    "definition-renamed": Case(
        {},
        {
            f"{D}/Box": GONE,
            f"{D}/Crate": SMALL["files"]["common"]["$defs"]["Box"],
            f"{P}/box/$ref": "common.schema.json#/$defs/Crate",
        },
        {f"{D}/Crate": SMALL["files"]["common"]["$defs"]["Box"]},
    ),
    "definition-moved": Case(
        {},
        {
            f"{D}/Box": GONE,
            "files/thing/$defs": {"Box": SMALL["files"]["common"]["$defs"]["Box"]},
            f"{P}/box/$ref": "#/$defs/Box",
        },
        {"files/thing/$defs": {"Crate": SMALL["files"]["common"]["$defs"]["Box"]}},
    ),
    # A release remembers what was generated then, so a generator that renames is caught as well.
    "source-name-removed": Case(
        {"surface": {"go:Old": "struct"}}, {"surface": {}}, {"surface": {"go:Old": "struct", "go:New": "struct"}}
    ),
    "source-type-changed": Case(
        {f"{D}/Crate": SMALL["files"]["common"]["$defs"]["Box"]},
        {f"{P}/box/$ref": "common.schema.json#/$defs/Crate"},
        {f"{P}/box/description": "Crate."},
    ),
    "deprecation-added": Case({}, _ANNOUNCED, {f"{P}/note/description": "Old."}),
    "deprecation-withdrawn": Case(
        _ANNOUNCED,
        {f"{P}/note/deprecated": GONE, f"{P}/note/x-sunset": GONE},
        {f"{P}/note/x-sunset": "2028-01-31"},
    ),
    "sunset-too-soon": Case({}, {**_ANNOUNCED, f"{P}/note/x-sunset": "2026-03-31"}, _SOON_ENOUGH),
    "sunset-brought-forward": Case(
        _ANNOUNCED, {f"{P}/note/x-sunset": "2027-06-30"}, {f"{P}/note/x-sunset": "2028-01-31"}
    ),
    "description-changed": Case({}, {f"{P}/note/description": "Another text."}, {f"{P}/note/x-note": "seen"}),
    "csv-added": Case({CSV: GONE}, {CSV: SMALL["files"]["row"]["x-csv"]}, {"files/row/description": "Rows."}),
    "csv-removed": Case({}, {CSV: GONE}, {"files/row/description": "Rows."}),
    "csv-column-added": Case(
        {}, {CSV + "/columns": ["a", "b", "c"], "files/row/properties/c": TEXT}, {CSV + "/columns": ["b", "a"]}
    ),
    "csv-column-removed": Case(
        {},
        {CSV + "/columns": ["a"], "files/row/properties/b": GONE, CSV + "/aliases": {}, CSV + "/written": {}},
        {CSV + "/columns": ["b", "a"]},
    ),
    "csv-order-changed": Case(
        {},
        {CSV + "/columns": ["a", "c", "b"], "files/row/properties/c": TEXT},
        {CSV + "/columns": ["a", "b", "c"], "files/row/properties/c": TEXT},
    ),
    "csv-alias-added": Case({}, {CSV + "/aliases": {"B": "b", "bee": "b"}}, {CSV + "/aliases": {"B": "b"}}),
    "csv-alias-removed": Case(
        {}, {CSV + "/aliases": {}, CSV + "/written": {}}, {CSV + "/aliases": {"B": "b", "bee": "b"}}
    ),
    "csv-header-changed": Case({}, {CSV + "/written": {}}, {CSV + "/aliases": {"B": "b", "bee": "b"}}),
    "csv-file-changed": Case({}, {CSV + "/file": "^row[.]csv$"}, {CSV + "/aliases": {"B": "b", "bee": "b"}}),
    "key-normalisation-changed": Case(
        {}, {"files/row/x-key/members": [{"member": "a", "form": "name"}]}, {"files/row/properties/a/description": "A."}
    ),
    "table-added": Case({}, {"tables/tables/rows": _NEW_TABLE}, {f"{T}/description": "All things."}),
    "table-removed": Case(
        {"tables/tables/rows": _NEW_TABLE}, {"tables/tables/rows": GONE}, {f"{T}/description": "All things."}
    ),
    "table-key-changed": Case({}, {f"{T}/partition_key": "name"}, {f"{T}/description": "All things."}),
    "table-record-removed": Case(
        {"tables/tables/rows": {**_NEW_TABLE, "records": ["row", "thing"], "partition_key": "x"}},
        {"tables/tables/rows/records": ["row"]},
        {"tables/tables/rows/records": ["thing", "row"]},
    ),
    "table-record-added": Case(
        {"tables/tables/rows": {**_NEW_TABLE, "partition_key": "x"}},
        {"tables/tables/rows/records": ["row", "thing"]},
        {"tables/tables/rows/description": "All rows."},
    ),
    "row-key-added": Case(
        {"files/row/x-key": GONE},
        {"files/row/x-key": SMALL["files"]["row"]["x-key"]},
        {"files/row/description": "Rows."},
    ),
    "ttl-changed": Case({}, {f"{T}/ttl": "count"}, {f"{T}/description": "All things."}),
    "index-added": Case({}, {f"{T}/indexes/by-code": {"partition_key": "code"}}, {f"{T}/description": "All things."}),
    "index-removed": Case({}, {f"{T}/indexes": {}}, {f"{T}/indexes/by-code": {"partition_key": "code"}}),
    "index-key-changed": Case(
        {}, {f"{T}/indexes/by-name/partition_key": "code"}, {f"{T}/indexes/by-code": {"partition_key": "code"}}
    ),
    "key-added": Case(
        {},
        {"keys/keys/other_key": {"description": "K.", "form": "O#{id}", "parts": {"id": "id"}}},
        {"keys/keys/thing_key/description": "Its key."},
    ),
    "key-removed": Case({}, {"keys/keys/thing_key": GONE}, {"keys/keys/thing_key/description": "Its key."}),
    "key-form-changed": Case(
        {}, {"keys/keys/thing_key/form": "ITEM#{id}"}, {"keys/keys/thing_key/description": "Its key."}
    ),
    "example-changed": Case(
        {}, {"examples/valid/thing/one.json": "1" * 64}, {"examples/valid/thing/two.json": "1" * 64}
    ),
    "invalid-example-changed": Case(
        {"examples/invalid/thing/bad.json": "0" * 64},
        {"examples/invalid/thing/bad.json": GONE},
        {"examples/invalid/thing/worse.json": "1" * 64},
    ),
    "vector-changed": Case(
        {},
        {"vectors/keys.json/thing_key/good": []},
        {"vectors/keys.json/thing_key/good": [{"in": ["1"], "key": "THING#1"}, {"in": ["2"], "key": "THING#2"}]},
    ),
    "unproven": Case(
        {"files/tree": _TREE},
        {"files/tree/$defs/Node/properties/extra": TEXT},
        {f"{D}/Box/properties/extra": TEXT},
    ),
}
"""The cases by the id of their rule; ``ignore-expired`` and ``ignore-unused`` are about the ignore file."""


def described(case: Case) -> dict[str, str]:
    """Returns example and near miss in words."""
    before = edited(case.before)
    return {"example": _words(before, case.after), "near_miss": _words(before, case.near)}


def _words(before: Mapping[str, Any], edits: Edits) -> str:
    words = []
    for path, value in edits.items():
        old = _at(before, path)
        now = "gone" if value is GONE else json.dumps(value, ensure_ascii=False)
        words.append(f"{path}: {'absent' if old is GONE else json.dumps(old, ensure_ascii=False)} -> {now}")
    return "; ".join(words)


def _at(contract: Mapping[str, Any], path: str) -> Any:
    area, _, rest = path.partition("/")
    owner: Any = contract
    for step in [area, rest] if area == "examples" else path.split("/"):
        if not isinstance(owner, Mapping) or step not in owner:
            return GONE
        owner = owner[step]
    return owner
