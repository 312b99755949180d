"""Emits the body of each struct's ``check``: one line per bound of the schema."""

from __future__ import annotations

import json
from collections.abc import Iterator

from springhead_contracts.generate._ir import Member, Record, SchemaFile, Type
from springhead_contracts.generate._names import go_name

_CALLS = {
    "minLength": "minLength",
    "maxLength": "maxLength",
    "minimum": "atLeast",
    "maximum": "atMost",
    "minItems": "minItems",
}
# Bounds of a number are compared as float64, which holds every integer of the contract exactly.
_AS_FLOAT = ("minimum", "maximum")


def compiled_patterns(file: SchemaFile) -> list[str]:
    """Returns the declarations of the file's patterns."""
    found = {f"pattern{scalar.name}": dict(scalar.type.bounds).get("pattern") for scalar in file.scalars}
    for record in file.records:
        for member in record.members:
            for kind in filter(None, (member.type, member.type.item)):
                if not kind.name and (pattern := dict(kind.bounds).get("pattern")):
                    found[_own_pattern(record, member)] = pattern
    declared = {name: pattern for name, pattern in found.items() if pattern}
    if not declared:
        return []
    # One statement each: in a block, gofmt would move every line when a longer name is added.
    return [*(f"var {name} = regexp.MustCompile(`{pattern}`)" for name, pattern in declared.items()), ""]


def checks(record: Record) -> Iterator[str]:
    """Yields the lines of a record's ``check``."""
    for member in record.members:
        field = f"r.{go_name(member.name)}"
        kind = member.type
        if kind.kind in ("list", "map"):
            yield from _collection(record, member, field)
            continue
        if kind.kind == "open":
            yield f"\tc.open(child(at, {json.dumps(member.name)}), {field})"
            continue
        optional = kind.nullable or not member.required
        is_record = kind.kind == "record"
        value = f"*{field}" if optional and not is_record else field
        lines = list(_scalar(record, member, kind, value, "at", json.dumps(member.name)))
        if member.required:
            yield f"\tif !c.missing(r.absent, at, {json.dumps(member.name)}, {field})" + _guarded(
                [f"\tif {field} != nil {{", *_indent(lines), "\t}"] if optional and lines else lines
            )
        elif lines:
            yield f"\tif {field} != nil" + _guarded(lines)


def _guarded(lines: list[str]) -> str:
    return "\n".join([" {", *_indent(lines), "\t}"])


def _collection(record: Record, member: Member, field: str) -> Iterator[str]:
    name = json.dumps(member.name)
    for keyword, bound in member.type.bounds:
        # A list that was given empty breaks the bound; taken for absent, "none" could be read as "all".
        yield f"\tif {field} != nil {{\n\t\tc.{_CALLS[keyword]}(at, {name}, len({field}), {bound})\n\t}}"
    item = member.type.item
    assert item is not None
    if not item.nullable:
        yield f"\tc.nulls(r.absent, at, {name}, {field})"
    if member.type.kind == "map":
        yield f"\tcheckNames(c, child(at, {name}), {field})"
    if item.kind == "record":
        # A map's values have no address; a copy serves lists as well.
        place = f"child(child(at, {name}), {_key(member)})"
        yield from _each(field, [f"\tvalue := {field}[key]", f"\tvalue.check(c, {place})"])
    else:
        lines = list(_scalar(record, member, item, f"{field}[key]", f"child(at, {name})", _key(member)))
        if lines:
            yield from _each(field, lines)


def _each(field: str, lines: list[str]) -> Iterator[str]:
    yield f"\tfor key := range {field} {{"
    yield from _indent(lines)
    yield "\t}"


def _key(member: Member) -> str:
    return "strconv.Itoa(key)" if member.type.kind == "list" else "key"


def _scalar(record: Record, member: Member, kind: Type, value: str, at: str, name: str) -> Iterator[str]:
    where = f"{at}, {name}, "
    if kind.kind == "open":
        yield f"\tc.open(child({at}, {name}), {value})"
    elif kind.kind == "record":
        yield f"\t{value}.check(c, child({at}, {name}))"
    elif kind.kind == "enum":
        yield f"\tif v := {value}; !v.Known() {{\n\t\tc.enum({where}string(v), v.expected())\n\t}}"
    elif kind.kind in ("timestamp", "date"):
        yield f"\tc.{kind.kind}({where}{value})"
    elif kind.kind == "number":
        yield f"\tc.finite({where}{value})"
    elif kind.kind == "integer":
        yield f"\tc.safe({where}{value})"
    for keyword, bound in kind.bounds:
        if keyword == "pattern":
            if kind.kind == "string":
                pattern = f"pattern{kind.name}" if kind.name else _own_pattern(record, member)
                yield f"\tc.pattern({where}{value}, {pattern})"
        elif keyword in _AS_FLOAT:
            yield f"\tc.{_CALLS[keyword]}({where}float64({value}), {bound})"
        else:
            yield f"\tc.{_CALLS[keyword]}({where}{value}, {bound})"


def _own_pattern(record: Record, member: Member) -> str:
    return f"pattern{record.name}{go_name(member.name)}"


def _indent(lines: list[str]) -> list[str]:
    return [f"\t{part}" for line in lines for part in line.split("\n")]
