"""Emits the key builders and parsers, the tables and the list of record types of the Go module."""

from __future__ import annotations

import json
import re

from springhead_contracts._registry import COMMON
from springhead_contracts.generate._ir import Contract
from springhead_contracts.generate._keys_ir import Key, KeyPart
from springhead_contracts.generate._names import go_name, type_name

HEADER = "// Code generated from contracts/v1 by springhead_contracts.generate; DO NOT EDIT."

_KINDS = {
    "id": "partID",
    "place": "partPlace",
    "date": "partDate",
    "time": "partTime",
    "slot5": "partSlot",
    "instance_time": "partInstanceTime",
    "flag": "partFlag",
    "enum": "partEnum",
}
_TYPES = {"date": "Date", "time": "time.Time", "slot5": "time.Time", "flag": "bool"}
_WRITTEN = {"date": "string({})", "time": "FormatTime({})", "slot5": "FormatTime(NextRunSlot({}))", "flag": "flag({})"}
_READ = {"date": "Date({})", "time": "Timestamp({})", "slot5": "Timestamp({})", "flag": '{} == "true"'}


def keys_file(keys: tuple[Key, ...]) -> str:
    """Returns the text of ``keys_gen.go``."""
    uses_time = any(part.kind in ("time", "slot5") for key in keys for part in key.parts)
    lines = [HEADER, "// Source: keys.json", "", "package contracts", ""]
    lines += ['import "time"', ""] if uses_time else []
    for key in keys:
        lines += _functions(key)
    return "\n".join(lines).rstrip("\n") + "\n"


def keys_test_file(keys: tuple[Key, ...]) -> str:
    """Returns the text of ``keys_gen_test.go``: every builder and parser behind arguments of text."""
    lines = [HEADER, "// Source: keys.json", "", "package contracts", ""]
    lines += ["var tableKeys = map[string]keyFunctions{"]
    for key in keys:
        name = go_name(key.name)
        arguments = ", ".join(_from_text(part, f"in[{i}]") for i, part in enumerate(key.parts))
        values = [f"v{i}" for i in range(len(key.parts))]
        shown = ", ".join(_to_text(part, value) for part, value in zip(key.parts, values, strict=True))
        lines += [
            f"\t{json.dumps(key.name)}: {{",
            "\t\tbuild: func(in []string) (string, error) {",
            f"\t\t\treturn {name}({arguments})",
            "\t\t},",
            "\t\tparse: func(key string) ([]string, error) {",
            f"\t\t\t{', '.join(values)}, err := Parse{name}(key)",
            f"\t\t\treturn []string{{{shown}}}, err",
            "\t\t},",
            "\t},",
        ]
    return "\n".join([*lines, "}"]) + "\n"


def fixed_sort_keys(contract: Contract) -> list[str]:
    """Returns the sort keys of the tables that have no parts, for example ``METADATA``."""
    records = {record.name: record for file in contract.files for record in file.records}
    patterns = [
        str(dict(member.type.bounds).get("pattern", ""))
        for table in contract.tables.values()
        for name in table["records"]
        if type_name(name) in records
        for member in records[type_name(name)].members
        if member.name == table.get("sort_key")
    ]
    return sorted({literal for pattern in patterns for literal in literals(pattern)})


def literals(pattern: str) -> list[str]:
    """Returns the alternatives of a pattern that are words in capitals: ``^(METADATA|AGE#.+)$`` has ``METADATA``."""
    body = pattern.removeprefix("^").removesuffix("$")
    if body.startswith("(") and body.endswith(")"):
        body = body[1:-1]
    parts, depth = [""], 0
    for mark in body:
        depth += (mark == "(") - (mark == ")")
        if mark == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += mark
    return [part for part in parts if re.fullmatch("[A-Z][A-Z_]*", part)]


def tables_file(contract: Contract) -> str:
    """Returns the text of ``tables_gen.go``."""
    tables = contract.tables
    lines = [HEADER, "// Source: tables.json", "", "package contracts", ""]
    for name, table in tables.items():
        constant = f"Table{go_name(name)}"
        rows = [(constant, name)]
        rows += [(f"{constant}{what}", table[key]) for key, what in ATTRIBUTES if key in table]
        indexes = []
        for index, key in table["indexes"].items():
            own = f"Index{go_name(index)}"
            indexes += [(own, index), *((f"{own}{what}", key[word]) for word, what in ATTRIBUTES if word in key)]
        lines += [f"// {name}: {_lower(table['description'])}", *_constants(rows + indexes)]
    if fixed := fixed_sort_keys(contract):
        lines += ["// Sort keys without parts.", *_constants([(f"SortKey{go_name(one)}", one) for one in fixed])]
    return "\n".join(lines).rstrip("\n") + "\n"


ATTRIBUTES = (("partition_key", "PartitionKey"), ("sort_key", "SortKey"), ("ttl", "TTL"))


def registry_file(contract: Contract) -> str:
    """Returns the text of ``registry_gen.go``."""
    names = [file.name for file in contract.files if file.name != COMMON]
    lines = [HEADER, "// Source: the names of the schema files", "", "package contracts", ""]
    lines += ["// RecordTypes returns the names of the record types, sorted.", "func RecordTypes() []string {"]
    lines += ["\treturn []string{", *(f"\t\t{json.dumps(name)}," for name in names), "\t}", "}", ""]
    lines += ["// New returns an empty record of a type, for example scraper_entry; nil where there is no such type."]
    lines += ["func New(recordType string) Record {", "\tswitch recordType {"]
    for name in names:
        lines += [f"\tcase {json.dumps(name)}:", f"\t\treturn new({type_name(name)})"]
    return "\n".join([*lines, "\t}", "\treturn nil", "}"]) + "\n"


def _functions(key: Key) -> list[str]:
    name = go_name(key.name)
    variable = f"form{name}"
    typed = [(part, _argument(part)) for part in key.parts]
    arguments = ", ".join(f"{argument} {_type(part)}" for part, argument in typed)
    written = ", ".join(_WRITTEN.get(part.kind, _as_text(part)).format(argument) for part, argument in typed)
    results = ", ".join(f"{argument} {_parsed_type(part)}" for part, argument in typed)
    read = [_READ.get(part.kind, _as_enum(part)).format(f"values[{i}]") for i, (part, _) in enumerate(typed)]
    return [
        f"var {variable} = newKeyForm({json.dumps(key.name.replace('_', ' '))}, {json.dumps(key.form)},",
        *(f"\t{_part(part)}," for part in key.parts[:-1]),
        f"\t{_part(key.parts[-1])})",
        "",
        f"// {name} returns the key {key.form}.",
        "//",
        f"// {key.description}",
        f"func {name}({arguments}) (string, error) {{",
        f"\treturn {variable}.build({written})",
        "}",
        "",
        f"// Parse{name} takes a key {key.form} apart.",
        f"func Parse{name}(key string) ({results}, err error) {{",
        f"\tvalues, err := {variable}.parse(key)",
        "\tif err != nil {",
        "\t\treturn",
        "\t}",
        f"\treturn {', '.join(read)}, nil",
        "}",
        "",
    ]


def _part(part: KeyPart) -> str:
    fields = [f"name: {json.dumps(part.name)}", f"kind: {_KINDS[part.kind]}"]
    if part.strip:
        fields.append(f"strip: []string{{{', '.join(map(json.dumps, part.strip))}}}")
    if part.values:
        fields.append(f"values: []string{{{', '.join(map(json.dumps, part.values))}}}")
    return f"keyPart{{{', '.join(fields)}}}"


def _argument(part: KeyPart) -> str:
    name = go_name(part.name)
    return {"Time": "at", "Date": "on"}.get(name, name[0].lower() + name[1:])


def _type(part: KeyPart) -> str:
    return part.enum or _TYPES.get(part.kind, "string")


def _parsed_type(part: KeyPart) -> str:
    return "Timestamp" if part.kind in ("time", "slot5") else _type(part)


def _as_text(part: KeyPart) -> str:
    return "string({})" if part.enum else "{}"


def _as_enum(part: KeyPart) -> str:
    return f"{part.enum}({{}})" if part.enum else "{}"


def _from_text(part: KeyPart, text: str) -> str:
    if part.kind in ("time", "slot5"):
        return f"mustTime({text})"
    return f'{text} == "true"' if part.kind == "flag" else f"{_type(part)}({text})" if _type(part) != "string" else text


def _to_text(part: KeyPart, value: str) -> str:
    kind = _parsed_type(part)
    return f"flag({value})" if kind == "bool" else value if kind == "string" else f"string({value})"


def _constants(rows: list[tuple[str, str]]) -> list[str]:
    return [*(f"const {name} = {json.dumps(value)}" for name, value in rows), ""]


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]
