"""Emits the pydantic models: one module per schema file, formatted as ruff would."""

from __future__ import annotations

import json
import re

from springhead_contracts._registry import COMMON, SUFFIX
from springhead_contracts.generate._ir import Contract, Enum, Member, Record, Scalar, SchemaFile, Type
from springhead_contracts.generate._names import python_name
from springhead_contracts.generate._python_keys import HEADER

_PLAIN = {
    "string": "str",
    "timestamp": "str",
    "date": "str",
    "integer": "SafeInteger",
    "number": "float",
    "boolean": "bool",
    "open": "dict[str, Any]",
}
_BOUNDS = {
    "pattern": "pattern",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minimum": "ge",
    "maximum": "le",
    "minItems": "min_length",
}
_MARKS = {"timestamp": "EXISTING_TIME", "date": "EXISTING_DATE"}
_LINE = 120


def python_files(contract: Contract) -> dict[str, str]:
    """Returns the text of each module of ``models/``, by file name."""
    home = contract.home()
    modules = {f"{file.name}.py": _module(file, home) for file in contract.files}
    return {"__init__.py": _package(contract), **modules}


def _package(contract: Contract) -> str:
    exported = sorted((name, file.name) for file in contract.files for name in file.names())
    lines = [HEADER, '"""The record types as pydantic models."""', ""]
    for file in sorted(contract.files, key=lambda f: f.name):
        lines += _import(f"springhead_contracts.models.{file.name}", file.names())
    lines += ["", "__all__ = [", *(f'    "{name}",' for name in sorted((n for n, _ in exported), key=_isort)), "]"]
    return "\n".join(lines) + "\n"


def _module(file: SchemaFile, home: dict[str, str]) -> str:
    # The last blank line of a scalar or an enum is one of the two before a class.
    body: list[str] = []
    for scalar in file.scalars:
        body += _scalar(scalar)
    for enum in file.enums:
        body += _enum(enum)
    for record in _ordered(file.records):
        body += _record(record)
    text = "\n".join(body)
    head = [HEADER, f'"""{_quoted(file.description.rstrip())} From ``{file.name}{SUFFIX}``."""', ""]
    if len(head[1]) > _LINE:
        head[1] = f'"""Models of ``{file.name}{SUFFIX}``."""'
    typing = [name for name in ("Annotated", "Any", "Literal") if f"{name}[" in text or f"{name}]" in text]
    if typing:
        head += [f"from typing import {', '.join(typing)}", ""]
    if "Field(" in text:
        head += ["from pydantic import Field", ""]
    base = {n for n in ("EXISTING_DATE", "EXISTING_TIME", "NOT_NULL", "Model", "SafeInteger") if _uses(text, n)}
    head += _import("springhead_contracts._model", base)
    shared = {name for name, where in home.items() if where == COMMON and file.name != COMMON and _uses(text, name)}
    head += _import(f"springhead_contracts.models.{COMMON}", shared)
    if not head[-1]:
        head.pop()
    return "\n".join([*head, "", *body]).rstrip() + "\n"


def _scalar(scalar: Scalar) -> list[str]:
    marks = [_MARKS[scalar.type.kind]] if scalar.type.kind in _MARKS else []
    parts = [_PLAIN[scalar.type.kind], _field(scalar.type.bounds), *marks]
    return [*_wrapped(f"{scalar.name} = Annotated[", parts, "]"), _docstring(scalar.description, ""), ""]


def _wrapped(head: str, parts: list[str], tail: str, indent: str = "") -> list[str]:
    """Lays a bracketed list out on one line, on a line of its own, or one part to a line, as it fits."""
    line = f"{indent}{head}{', '.join(parts)}{tail}"
    if len(line) <= _LINE:
        return [line]
    inner = f"{indent}    {', '.join(parts)}"
    body = [inner] if len(inner) <= _LINE else [f"{indent}    {part}," for part in parts]
    return [f"{indent}{head}", *body, f"{indent}{tail}"]


def _enum(enum: Enum) -> list[str]:
    values = ", ".join(json.dumps(value) for value in enum.values)
    return [f"{enum.name} = Literal[{values}]", _docstring(enum.description, ""), ""]


def _record(record: Record) -> list[str]:
    lines = ["", f"class {record.name}(Model):", _docstring(record.description, "    "), ""]
    for member in record.members:
        text = f"Deprecated, written until {member.sunset}. " if member.sunset else ""
        lines += [_member(member), _docstring(text + member.description, "    "), ""]
    return lines


def _member(member: Member) -> str:
    name = python_name(member.name)
    annotation = _annotation(member.type)
    alias = f'validation_alias="{member.name}", serialization_alias="{member.name}"' if name != member.name else ""
    if member.required:
        default = f" = Field({alias})" if alias else ""
    else:
        annotation = f"Annotated[{annotation} | None, NOT_NULL]"
        default = f" = Field(default=None, {alias})" if alias else " = None"
    line = f"    {name}: {annotation}{default}"
    if len(line) <= _LINE or not alias:
        return line
    arguments = default.removeprefix(" = Field(").removesuffix(")").split(", ")
    return "\n".join(_wrapped(f"{name}: {annotation} = Field(", arguments, ")", "    "))


def _annotation(kind: Type) -> str:
    if kind.name:
        text = kind.name
    elif kind.item:
        text = f"list[{_annotation(kind.item)}]" if kind.kind == "list" else f"dict[str, {_annotation(kind.item)}]"
        text = f"Annotated[{text}, {_field(kind.bounds)}]" if kind.bounds else text
    else:
        text = _PLAIN[kind.kind]
        text = f"Annotated[{text}, {_field(kind.bounds)}]" if kind.bounds else text
    return f"{text} | None" if kind.nullable else text


def _field(bounds: tuple[tuple[str, object], ...]) -> str:
    arguments = (f"{_BOUNDS[keyword]}={_literal(value)}" for keyword, value in bounds)
    return f"Field({', '.join(arguments)})"


def _literal(value: object) -> str:
    if not isinstance(value, str):
        return repr(value)
    return f'r"{value}"' if '"' not in value else json.dumps(value, ensure_ascii=False)


def _quoted(text: str) -> str:
    """Escapes what would end a docstring early."""
    text = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'{text[:-1]}\\"' if text.endswith('"') else text


def _docstring(text: str, indent: str) -> str:
    quoted = _quoted(text)
    line = f'{indent}"""{quoted}"""'
    if len(line) <= _LINE:
        return line
    head, _, rest = quoted.partition(". ")
    return f'{indent}"""{head}.\n\n{indent}{rest}\n{indent}"""'


def _ordered(records: tuple[Record, ...]) -> list[Record]:
    """Returns the records so that each comes after those it refers to."""
    waiting = {record.name: record for record in records}
    done: list[Record] = []

    def place(record: Record) -> None:
        if waiting.pop(record.name, None):
            for member in record.members:
                kind = member.type.item or member.type
                if kind.name in waiting:
                    place(waiting[kind.name])
            done.append(record)

    for record in records:
        place(record)
    return done


def _import(module: str, names: set[str]) -> list[str]:
    if not names:
        return []
    ordered = sorted(names, key=_isort)
    line = f"from {module} import {', '.join(ordered)}"
    return [line] if len(line) <= _LINE else [f"from {module} import (", *(f"    {name}," for name in ordered), ")"]


def _isort(name: str) -> tuple[int, str]:
    """Sorts constants, then classes, as ruff does."""
    return (0 if name.isupper() and len(name) > 1 else 1, name)


def _uses(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w\"]){name}\b", text) is not None
