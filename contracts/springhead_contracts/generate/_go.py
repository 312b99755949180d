"""Emits the Go structs: one file per schema file, gofmt-clean without gofmt."""

from __future__ import annotations

import json
import textwrap

from springhead_contracts._registry import SUFFIX
from springhead_contracts.generate._go_check import checks, compiled_patterns
from springhead_contracts.generate._go_keys import HEADER, keys_file, keys_test_file, registry_file, tables_file
from springhead_contracts.generate._go_rows import row_lines
from springhead_contracts.generate._ir import Contract, Enum, Member, Record, SchemaFile, Type
from springhead_contracts.generate._names import go_name

_PLAIN = {
    "string": "string",
    "timestamp": "Timestamp",
    "date": "Date",
    "integer": "int64",
    "number": "float64",
    "boolean": "bool",
    "open": "map[string]any",
}
_COLLECTIONS = ("list", "map", "open")


def go_files(contract: Contract) -> dict[str, str]:
    """Returns the text of each generated file of the Go module, by file name."""
    files = {f"{file.name}_gen.go": _file(file) for file in contract.files}
    files["registry_gen.go"] = registry_file(contract)
    if contract.keys:
        files |= {"keys_gen.go": keys_file(contract.keys), "keys_gen_test.go": keys_test_file(contract.keys)}
    if contract.tables:
        files["tables_gen.go"] = tables_file(contract)
    return files


def _file(file: SchemaFile) -> str:
    body: list[str] = []
    for enum in file.enums:
        body += _enum(enum)
    for record in file.records:
        body += _record(record)
    patterns = compiled_patterns(file)
    head = [HEADER, f"// Source: {file.name}{SUFFIX}", "", "package contracts", ""]
    return "\n".join([*head, *_imports("\n".join([*patterns, *body])), *patterns, *body]).rstrip("\n") + "\n"


def _imports(text: str) -> list[str]:
    standard = [path for path in ("regexp", "strconv") if f"{path}." in text]
    others = ["github.com/aws/aws-sdk-go-v2/service/dynamodb/types"] if "types.AttributeValue" in text else []
    gap = [""] if standard and others else []
    lines = (f'\t"{path}"' if path else "" for path in (*standard, *gap, *others))
    return ["import (", *lines, ")", ""] if standard or others else []


def _enum(enum: Enum) -> list[str]:
    constants = [(enum.name + go_name(value), json.dumps(value)) for value in enum.values]
    names = ", ".join(name for name, _ in constants)
    return [
        *_comment(f"{enum.name}: {_lower(enum.description)}"),
        f"type {enum.name} string",
        "",
        f"// Values of {enum.name}. A reader keeps a value that it does not know; Validate reports it.",
        # One statement each: in a block, gofmt would move every line when a longer name is added.
        *(f"const {name} {enum.name} = {value}" for name, value in constants),
        "",
        "// Known tells whether the contract lists the value.",
        f"func (v {enum.name}) Known() bool {{",
        "\tswitch v {",
        f"\tcase {names}:",
        "\t\treturn true",
        "\t}",
        "\treturn false",
        "}",
        "",
        f"func (v {enum.name}) expected() string {{",
        f"\treturn {json.dumps(', '.join(enum.values))}",
        "}",
        "",
    ]


def _record(record: Record) -> list[str]:
    name = record.name
    lines = [*_comment(f"{name}: {_lower(record.description)}"), f"type {name} struct {{"]
    for member in record.members:
        lines += [*_comment(member.description, "\t"), *_deprecated(member), _struct_field(member), ""]
    lines += ["\tabsent absent", "}", ""]
    required = [f"\t{{{json.dumps(m.name)}, {_flag(m.type.nullable)}}}," for m in record.members if m.required]
    declared = [f"var members{name} = []member{{", *required, "}"] if required else [f"var members{name} []member"]
    lines += [*declared, ""]
    lines += [
        "// UnmarshalJSON decodes the record and notes which required members are absent.",
        f"func (r *{name}) UnmarshalJSON(data []byte) error {{",
        f"\ttype plain {name}",
        f"\t*r = {name}{{}}",
        f"\tgone, err := decodeJSON(data, (*plain)(r), members{name})",
        "\tr.absent = gone",
        *_normalise(record),
        "\treturn err",
        "}",
        "",
        "// UnmarshalDynamoDBAttributeValue decodes the item and notes which required members are absent.",
        f"func (r *{name}) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {{",
        f"\ttype plain {name}",
        f"\t*r = {name}{{}}",
        f"\tgone, err := decodeItem(av, (*plain)(r), members{name})",
        "\tr.absent = gone",
        *_normalise(record),
        "\treturn err",
        "}",
        "",
        "// Validate returns every departure of the record from its contract, by pointer.",
        f"func (r *{name}) Validate() Violations {{",
        "\tvar c checker",
        '\tr.check(&c, "")',
        "\treturn c.sorted()",
        "}",
        "",
        f"func (r *{name}) check(c *checker, at string) {{",
        *checks(record),
        "}",
        "",
    ]
    return lines + row_lines(record)


def _deprecated(member: Member) -> list[str]:
    # The form that Go's tools recognise.
    return ["\t//", f"\t// Deprecated: it is written until {member.sunset}."] if member.sunset else []


def _normalise(record: Record) -> list[str]:
    """Emits what decision 17 asks of readers: the empty string and the year 1 of an optional member mean absence."""
    lines = []
    for member in record.members:
        if not member.required and member.type.kind in ("string", "timestamp", "date", "enum"):
            lines.append(f"\tr.{go_name(member.name)} = given(r.{go_name(member.name)})")
    return lines


def _struct_field(member: Member) -> str:
    omit = "" if member.required else ",omitempty"
    tags = f'`json:"{member.name}{omit}" dynamodbav:"{member.name}{omit}"`'
    return f"\t{go_name(member.name)} {member_type(member)} {tags}"


def member_type(member: Member) -> str:
    """Returns the Go type of a member."""
    plain = _go_type(member.type)
    if member.type.kind in _COLLECTIONS:
        return plain
    return f"*{plain}" if member.type.nullable or not member.required else plain


def _go_type(kind: Type) -> str:
    if kind.kind in ("record", "enum"):
        return kind.name
    if kind.item:
        return ("[]" if kind.kind == "list" else "map[string]") + _go_type(kind.item)
    return _PLAIN[kind.kind]


def _comment(text: str, indent: str = "") -> list[str]:
    return [f"{indent}// {line}" for line in textwrap.wrap(text, 110, break_long_words=False, break_on_hyphens=False)]


def _lower(text: str) -> str:
    """Lowers the first letter, unless the first word is an abbreviation."""
    return text if text[:2].isupper() else text[0].lower() + text[1:]


def _flag(value: bool) -> str:
    return "true" if value else "false"
