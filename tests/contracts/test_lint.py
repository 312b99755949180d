"""The lint: each rule fires, and a near miss passes."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from springhead_contracts.generate import _lint, _lint_extras, _lint_names, _lint_rules, _lint_shape, lint
from springhead_contracts.generate._lint import lint_files

COMMON: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://springhead.dev/contracts/v1/common.schema.json",
    "description": "Shared.",
    "$defs": {
        "Code": {"description": "A code.", "type": "string", "pattern": "^[a-z]+$"},
        "Mood": {"description": "A mood.", "type": ["string", "null"], "enum": ["good", "bad", None]},
        "Size": {"description": "A size.", "type": "string", "enum": ["s", "m"]},
    },
}
THING: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://springhead.dev/contracts/v1/thing.schema.json",
    "description": "A thing.",
    "type": "object",
    "additionalProperties": False,
    "required": ["id", "mood"],
    "properties": {
        "id": {"description": "Id.", "type": "string", "minLength": 1},
        "mood": {"description": "Mood.", "$ref": "common.schema.json#/$defs/Mood"},
        "size": {"description": "Size.", "$ref": "common.schema.json#/$defs/Size"},
        "part": {"description": "Part.", "$ref": "#/$defs/Part"},
        "labels": {"description": "Labels.", "type": "object", "additionalProperties": {"type": "string"}},
        "raw": {"description": "Anything.", "type": "object", "additionalProperties": True},
        "codes": {"description": "Codes.", "type": "array", "items": {"$ref": "common.schema.json#/$defs/Code"}},
    },
    "$defs": {
        "Part": {"description": "A part.", "type": "object", "additionalProperties": False,
                 "properties": {"n": {"description": "Number.", "type": "integer", "minimum": 0, "x-unit": "count"}}},
    },
}  # fmt: skip

MODULES = (_lint, _lint_names, _lint_rules, _lint_extras, _lint_shape)
MODULES = (_lint, _lint_extras, _lint_names, _lint_rules, _lint_shape)
S = {"description": "A text.", "type": "string"}


def _run(folder: Path, *changes: tuple[str, Any], common: tuple[tuple[str, Any], ...] = ()) -> list[str]:
    for name, schema, edits in (("common", COMMON, common), ("thing", THING, changes)):
        edited = copy.deepcopy(schema)
        for place, value in edits:
            *path, last = place.split("/")
            owner = edited
            for step in path:
                owner = owner[step]
            if value is None:
                del owner[last]
            else:
                owner[last] = value
        (folder / f"{name}.schema.json").write_text(json.dumps(edited))
    findings = lint(folder)
    for one in findings:
        assert one.place and one.reason and one.fix
    return [one.rule for one in findings]


FIRES = [
    ("header", ("$id", "https://elsewhere/thing.schema.json")),
    ("header", ("$schema", None)),
    ("record-root", ("type", "array")),
    ("description", ("properties/id/description", None)),
    ("description", ("properties/id/description", "  ")),
    ("closed-record", ("additionalProperties", None)),
    ("closed-record", ("$defs/Part/additionalProperties", {"type": "string"})),
    ("required-undeclared", ("required", ["id", "mood", "colour"])),
    ("keyword", ("properties/id/default", "x")),
    ("keyword", ("properties/id/const", "x")),
    ("keyword", ("properties/codes/uniqueItems", True)),
    ("keyword", ("properties/labels/patternProperties", {})),
    ("keyword", ("if", {})),
    ("type", ("properties/extra", {"description": "Anything.", "oneOf": [S, S]})),
    ("type", ("properties/extra", {"description": "Nothing.", "type": "null"})),
    ("union", ("properties/id/type", ["string", "integer"])),
    ("union", ("properties/id/type", ["object", "null"])),
    ("null-required", ("required", ["id"])),
    ("null-required", ("properties/size", {"description": "Size.", "type": ["integer", "null"]})),
    ("null-required", ("properties/codes/items", {"type": ["string", "null"]})),
    ("named-enum", ("properties/size", {"description": "Size.", "type": "string", "enum": ["s"]})),
    ("named-record", ("properties/part", {"description": "Part.", "type": "object", "properties": {}})),
    ("named-record", ("properties/codes/items", {"type": "object", "properties": {}})),
    ("enum-strings", ("$defs/Level", {"description": "Level.", "type": "integer", "enum": [1, 2]})),
    ("enum-strings", ("$defs/Level", {"description": "Level.", "type": ["string", "null"], "enum": ["a"]})),
    ("enum-strings", ("$defs/Level", {"description": "Level.", "type": "string", "enum": ["a", None]})),
    ("ref-form", ("properties/part/$ref", "https://springhead.dev/contracts/v1/other.schema.json#/$defs/Part")),
    ("ref-form", ("properties/part/$ref", "#/$defs/Part/properties/n")),
    ("ref-target", ("properties/part/$ref", "#/$defs/Prat")),
    ("ref-target", ("properties/part/$ref", "common.schema.json#/$defs/Part")),
    ("ref-sibling", ("properties/part/minLength", 1)),
    ("def-alias", ("$defs/Alias", {"description": "Alias.", "$ref": "#/$defs/Part"})),
    ("def-name", ("$defs/part", {"description": "A text.", "type": "string"})),
    ("boolean-schema", ("properties/extra", True)),
    ("boolean-schema", ("properties/codes/items", True)),
    ("boolean-schema", ("$defs/Any", True)),
    ("items", ("properties/codes/items", None)),
    ("nested-list", ("properties/codes/items", {"type": "array", "items": {"type": "string"}})),
    ("map-values", ("properties/labels/additionalProperties", None)),
    ("map-values", ("properties/raw/additionalProperties", False)),
    ("optional-collection", ("required", ["id", "mood", "codes"])),
    ("optional-collection", ("required", ["id", "mood", "raw"])),
    ("pattern-portable", ("properties/id/pattern", r"^\d+$")),
    ("pattern-portable", ("properties/id/pattern", "^(?!x)a$")),
    ("pattern-invalid", ("properties/id/pattern", "^(a$")),
    ("pattern-invalid", ("properties/id/pattern", "^[a-z]{1,2000}$")),
    ("pattern-invalid", ("properties/id/pattern", "^([a-z]{100}){11}$")),
    ("pattern-invalid", ("$defs/Slug", {**S, "pattern": "^a{2000}$"})),
    ("pattern-invalid", ("properties/codes/items", {"type": "string", "pattern": "^(a$"})),
    ("pattern-invalid", ("properties/id/pattern", "^a++$")),
    ("pattern-invalid", ("properties/id/pattern", "^a{,3}$")),
    ("pattern-invalid", ("properties/id/pattern", "^[[:alpha:]]+$")),
    ("pattern-invalid", ("properties/id/pattern", "^[a-z&&x]$")),
    ("pattern-invalid", ("properties/id/pattern", r"^\u0041$")),
    ("pattern-invalid", ("properties/id/pattern", "^`$")),
    ("bound", ("properties/id/maxLength", 10**30)),
    ("bound", ("properties/id/maxLength", 2**53)),
    ("bound", ("properties/id/maxLength", 2.0)),
    ("bound", ("properties/n", {"description": "N.", "type": "integer", "minimum": -(2**53), "x-unit": "count"})),
    ("bound", ("properties/codes/minItems", 10**30)),
    ("recursive", ("$defs/Part/properties/part", {"description": "Part.", "$ref": "#/$defs/Part"})),
    ("recursive", ("$defs/Part/properties/parts",
                   {"description": "Parts.", "type": "array", "items": {"$ref": "#/$defs/Part"}})),
    ("description-line", ("properties/id/description", "Id\nof it.")),
    ("name-collision", ("$defs/SizeS", {"description": "V.", "type": "string", "enum": ["a"]})),
    ("name-collision", ("$defs/Violations", {"description": "V.", "type": "string", "enum": ["a"]})),
    ("name-collision", ("$defs/Any", {"description": "V.", "type": "string", "enum": ["a"]})),
    ("name-collision", ("$defs/None", {"description": "V.", "type": "string", "enum": ["a"]})),
    ("pattern-anchored", ("properties/id/pattern", "[a-z]+")),
    ("format", ("properties/id/format", "uri")),
    ("format-pattern", ("properties/id/format", "date-time")),
    ("timestamp-utc", ("properties/id", {**S, "format": "date-time", "pattern": "^[0-9T:+-]+$"})),
    ("name-collision", ("properties/i-d", S)),
    ("name-collision", ("$defs/Size", {"description": "Size.", "type": "string", "enum": ["s"]})),
    ("name-collision", ("$defs/Thing", {"description": "Size.", "type": "string"})),
    ("name-collision", ("$defs/Level", {"description": "Level.", "type": "string", "enum": ["a-b", "a_b"]})),
    ("name-unusable", ("properties/class", S)),
    ("name-unusable", ("properties/model_config", S)),
    ("name-unusable", ("properties/validate", S)),
    ("name-unusable", ("properties/#", S)),
    ("name-unusable", ("properties/3d", S)),
]  # fmt: skip

CSV = {"columns": ["a"], "aliases": {"A": "a"}, "written": {"a": "A"}, "file": "^a[.]csv$"}
ROW = {"x-csv": CSV, "x-key": {"members": [{"member": "a", "form": "text"}]}, "required": ["a"], "properties": {"a": S}}
KEY = {"description": "A key.", "form": "T#{id}", "parts": {"id": "id"}}
TABLE = {"description": "Things.", "partition_key": "id", "records": ["thing"],
         "indexes": {"by-size": {"partition_key": "size"}}}  # fmt: skip

EPOCH = {"description": "Seconds.", "type": "integer", "x-unit": "s since 1970"}
GONE_AT = {"description": "End.", "$ref": "common.schema.json#/$defs/EpochSeconds"}

EXTRA_FIRES = [
    ("unit", {"thing": {"properties/extra": {"description": "N.", "type": "integer"}}}),
    ("unit", {"thing": {"properties/labels/additionalProperties": {"type": "number"}}}),
    ("sunset", {"thing": {"properties/id/deprecated": True}}),
    ("sunset", {"thing": {"properties/id/x-sunset": "2027-01-01"}}),
    ("sunset", {"thing": {"properties/id/deprecated": True, "properties/id/x-sunset": "soon"}}),
    ("csv", {"row": {"x-csv/columns": ["a", "b"]}}),
    ("csv", {"row": {"x-csv/columns": []}}),
    ("csv", {"row": {"x-csv/extra": 1}}),
    ("csv", {"row": {"x-csv": []}}),
    ("csv", {"row": {"properties/a/type": "boolean"}}),
    ("csv", {"row": {"x-csv/aliases": {"A": "b"}}}),
    ("csv", {"row": {"x-csv/aliases": {"a": "a", "A": "a"}}}),
    ("csv", {"row": {"x-csv/written": {"a": "B"}}}),
    ("csv", {"row": {"x-csv/file": "a.csv"}}),
    ("csv", {"row": {"x-csv/file": "^($"}}),
    ("row-key", {"row": {"x-key": {"members": []}}}),
    ("row-key", {"row": {"x-key/members": [{"member": "b", "form": "text"}]}}),
    ("row-key", {"row": {"x-key/members": [{"member": "a", "form": "upper"}]}}),
    ("keys-shape", {"keys": {"keys/k": {"form": 1}}}),
    ("keys", {"keys": {"keys/k/form": "T#{other}"}}),
    ("keys-shape", {"keys": {"keys/k/description": ""}}),
    ("keys", {"keys": {"keys/k/parts": {"id": "Colour"}}}),
    ("keys", {"keys": {"keys/size": KEY}}),
    ("tables", {"tables": {"tables/t/records": ["nothing"]}}),
    ("tables", {"tables": {"tables/t/partition_key": "nothing"}}),
    ("tables", {"tables": {"tables/t/indexes/by-size/partition_key": "nothing"}}),
    ("keys-shape", {"keys": {"keys": []}}),
    ("keys-shape", {"keys": {"keys/k": []}}),
    ("keys-shape", {"keys": {"keys/k/extra": 1}}),
    ("keys-shape", {"keys": {"extra": 1}}),
    ("keys-shape", {"keys": {"keys/K-x": KEY}}),
    ("keys-shape", {"keys": {"keys/k/parts": {}}}),
    ("keys-shape", {"keys": {"keys/k/parts": {"id": {"kind": "id", "strip": "X#"}}}}),
    ("keys-shape", {"keys": {"keys/k/parts": {"id": {"kind": "id", "extra": 1}}}}),
    ("keys-shape", {"keys": {"keys/k": {**KEY, "form": "T#{type}", "parts": {"type": "id"}}}}),
    ("keys", {"keys": {"keys/k/description": "A\nkey."}}),
    ("tables-shape", {"tables": {"tables": []}}),
    ("tables-shape", {"tables": {"tables/t": []}}),
    ("tables-shape", {"tables": {"tables/t/extra": 1}}),
    ("tables-shape", {"tables": {"tables/t": {"description": "T.", "partition_key": "id", "records": ["thing"]}}}),
    ("tables-shape", {"tables": {"tables/t/indexes/by-size/projection": "ALL"}}),
    ("tables-shape", {"tables": {"tables/t/description": ""}}),
    ("tables", {"tables": {"tables/t/description": "A\ntable."}}),
    ("ttl", {"tables": {"tables/t/ttl": "size"}}),
    ("ttl", {"tables": {"tables/t/ttl": "nothing"}}),
    ("name-collision", {"tables": {"tables/u": TABLE}}),
    ("name-collision", {"tables": {"tables/t_": {**TABLE, "indexes": {}}}}),
    ("name-collision", {"common": {"$defs/TableT": {"description": "V.", "type": "string", "enum": ["a"]}}}),
    ("name-collision", {"common": {"$defs/ParseK": {"description": "V.", "type": "string", "enum": ["a"]}}}),
    ("name-collision", {"row": {"properties/row_key": S, "x-csv/columns": ["a", "row_key"]}}),
    ("name-collision", {"keys": {"keys/parse_k": KEY}}),
    ("name-collision", {"keys": {"keys/slot": KEY}}),
    ("schema", {"thing": {"properties": []}}),
    ("schema", {"thing": {"properties/id/minLength": -1}}),
    ("schema", {"common": {"$defs": []}}),
]

EXTRA_PASSES = [
    {"thing": {"properties/extra": {"description": "N.", "type": "integer", "x-unit": "ms"}}},
    {"thing": {"properties/id/deprecated": True, "properties/id/x-sunset": "2027-01-01"}},
    {"thing": {"properties/size/deprecated": True, "properties/size/x-sunset": "2027-01-01"}},
    {"row": {"x-csv/aliases": {"A": "a", "B": "a"}}},
    {"row": {"x-key/members": [{"member": "a", "form": "name", "aliases": {"x": "y"}}]}},
    {"keys": {"keys/k/parts": {"id": "Size"}}},
    {"tables": {"tables/t/sort_key": "mood"}},
    {"tables": {"tables/u": {**TABLE, "indexes": {"by-mood": {"partition_key": "mood"}}}}},
    {"common": {"$defs/EpochSeconds": EPOCH}, "thing": {"properties/end": GONE_AT}, "tables": {"tables/t/ttl": "end"}},
    {"common": {"$defs/TableX": {"description": "V.", "type": "string", "enum": ["a"]}}},
    {"keys": {"description": "Keys.", "keys/k/parts": {"id": {"kind": "id", "strip": ["T#"]}}}},
    {
        "thing": {
            "properties/raws": {
                "description": "R.",
                "type": "array",
                "items": {"type": "object", "additionalProperties": True},
            }
        }
    },
]

PASSES = [
    ("properties/id/pattern", "^[a-z]{1,1000}$"),
    ("properties/id/pattern", "^([a-z]{100}){10}$"),
    ("properties/id/pattern", "^[({]{3}[)]$"),
    ("properties/id/pattern", '^"+$'),
    ("properties/id/maxLength", 2**53 - 1),
    ("properties/id/description", 'Says """hello""".'),
    ("properties/parts", {"description": "Parts.", "type": "array", "items": {"$ref": "#/$defs/Part"}}),
    ("$defs/SizeX", {"description": "V.", "type": "string", "enum": ["a"]}),
    ("properties/id/x-note", "kept for readers"),
    ("properties/id/pattern", r"^[0-9]{3}[^\x00-\x20]$"),
    ("properties/extra", {**S, "format": "date-time", "pattern": "^[0-9T:-]+Z$"}),
    ("properties/extra", {"description": "Share.", "type": "number", "minimum": 0, "maximum": 1, "x-unit": "0..1"}),
    ("properties/classes", S),
    ("properties/labels/additionalProperties", {"$ref": "#/$defs/Part"}),
    ("required", ["id", "mood", "part"]),
    ("$defs/Level", {"description": "Level.", "type": "string", "enum": ["a-b", "a_c"]}),
    ("$defs/Part/required", ["n"]),
]


def test_the_fixture_passes(tmp_path):
    assert _run(tmp_path) == []


@pytest.mark.parametrize(("rule", "change"), FIRES)
def test_rule_fires(tmp_path, rule, change):
    assert rule in _run(tmp_path, change)


@pytest.mark.parametrize("change", PASSES)
def test_near_miss_passes(tmp_path, change):
    assert _run(tmp_path, change) == []


def _run_files(edits: dict[str, dict[str, Any]]) -> list[str]:
    row = {"$schema": COMMON["$schema"], "$id": "https://springhead.dev/contracts/v1/row.schema.json",
           "description": "A row.", "type": "object", "additionalProperties": False, **ROW}  # fmt: skip
    files = {
        "common": COMMON,
        "row": row,
        "thing": THING,
        "keys": {"keys": {"k": KEY}},
        "tables": {"tables": {"t": TABLE}},
    }
    edited = json.loads(json.dumps(files))
    for name, changes in edits.items():
        for place, value in changes.items():
            *path, last = place.split("/")
            owner = edited[name]
            for step in path:
                owner = owner[step]
            owner[last] = value
    keys, tables = edited.pop("keys"), edited.pop("tables")
    return [one.rule for one in lint_files(edited, keys, tables)]


@pytest.mark.parametrize(("rule", "edits"), EXTRA_FIRES)
def test_rule_beyond_json_schema_fires(rule, edits):
    assert rule in _run_files(edits)


@pytest.mark.parametrize("edits", [{}, *EXTRA_PASSES])
def test_near_miss_beyond_json_schema_passes(edits):
    assert _run_files(edits) == []


def test_every_rule_has_a_case():
    sources = "".join(Path(module.__file__).read_text() for module in MODULES)
    rules = set(re.findall(r'(?:Finding|_bad)\(\s*"([a-z-]+)"|rule = "([a-z-]+)"', sources))
    rules = {one or other for one, other in rules}
    assert rules == {rule for rule, _ in [*FIRES, *EXTRA_FIRES]}


def test_nullable_scalar_needs_required(tmp_path):
    weight = {"description": "Weight.", "type": ["number", "null"], "minimum": 0, "x-unit": "0..1"}
    needed = ("required", ["id", "mood", "weight"])
    assert _run(tmp_path, ("properties/weight", weight), needed) == []
    assert _run(tmp_path, ("properties/weight", weight)) == ["null-required"]


def test_common_needs_no_root(tmp_path):
    assert _run(tmp_path, common=(("type", "object"),)) == []


def test_text_that_is_no_schema_is_named(tmp_path):
    _run(tmp_path)
    (tmp_path / "other.schema.json").write_text("{")
    with pytest.raises(ValueError, match=r"other\.schema\.json is not JSON"):
        lint(tmp_path)
    (tmp_path / "other.schema.json").write_text("[]")
    with pytest.raises(ValueError, match="not a JSON object"):
        lint(tmp_path)


def test_our_schemas_pass(contracts_dir):
    assert lint(contracts_dir / "v1") == []


def test_the_names_written_by_hand_in_go_are_known(contracts_dir):
    files = [one for one in (contracts_dir / "go").glob("*.go") if "_gen" not in one.name and "_test" not in one.name]
    text = "\n".join(one.read_text() for one in files)
    declared = set(re.findall(r"^(?:func|type|const|var) ([A-Z]\w*)", text, re.MULTILINE))
    assert declared - {"Violation"} <= _lint_names.WRITTEN_IN_GO
    assert _lint_names.WRITTEN_IN_GO - declared == {"New", "RecordTypes"}
