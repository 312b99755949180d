"""Emits a reference page per record type: fields, meaning, unit, example, and which table holds it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from springhead_contracts._registry import COMMON, SUFFIX
from springhead_contracts.generate._ir import target
from springhead_contracts.generate._names import type_name

HEADER = "<!-- Generated from contracts/v1 by springhead_contracts.generate; do not edit. -->"
_EXCERPT = 60

Files = Mapping[str, Mapping[str, Any]]
_BOUNDS = {
    "minimum": "≥ {}",
    "maximum": "≤ {}",
    "minLength": "{}+ characters",
    "maxLength": "at most {} characters",
    "minItems": "{}+ items",
}


def reference_files(files: Files, tables: Mapping[str, Any], examples: Path) -> dict[str, str]:
    """Returns the text of each page by its file name.

    Args:
        files: The schema files by name.
        tables: The tables of ``tables.json``.
        examples: Folder with the valid examples, one folder per record type.
    """
    types = [name for name in files if name != COMMON]
    pages = {f"{name}.md": "\n".join(_page(name, files, tables, _records(examples / name))) + "\n" for name in types}
    rows = [
        f"| [`{name}`]({name}.md) | {files[name]['description']} | {_held(name, tables) or '–'} |" for name in types
    ]
    head = [HEADER, "# Record types", "", "| type | what it is | table |", "|-|-|-|"]
    return {"README.md": "\n".join([*head, *rows]) + "\n", **pages}


def _records(folder: Path) -> list[tuple[str, Any]]:
    """Returns the examples, the seed's own first, then the fullest."""
    found = [(path.stem, json.loads(path.read_bytes())) for path in sorted(folder.glob("*.json"))]
    return sorted(found, key=lambda one: (one[0] != "seed", -len(json.dumps(one[1]))))


def _page(name: str, files: Files, tables: Mapping[str, Any], examples: list[tuple[str, Any]]) -> Iterator[str]:
    schema = files[name]
    yield from (HEADER, f"# {name}", "", schema["description"], "")
    yield f"Go `contracts.{type_name(name)}`, Python `springhead_contracts.models.{type_name(name)}`, schema"
    yield f"[`{name}{SUFFIX}`](../v1/{name}{SUFFIX})."
    yield from _table(name, tables)
    yield from _csv(schema)
    yield from ("", "## Fields", "")
    yield from _fields(name, schema, files, [record for _, record in examples])
    for home, inner, definition, found in _inner(name, schema, files, [record for _, record in examples]):
        yield from ("", f"## {inner}", "", definition["description"], "")
        if "properties" in definition:
            yield from _fields(home, definition, files, found)
        else:
            yield "Values: " + ", ".join(f"`{value}`" for value in definition["enum"] if value is not None) + "."
    if examples:
        title, record = examples[0]
        yield from ("", f"## Example: {title.replace('_', ' ')}", "", "```json")
        yield json.dumps(record, ensure_ascii=False, indent=2)
        yield "```"


def _held(name: str, tables: Mapping[str, Any]) -> str:
    return ", ".join(f"`{table}`" for table, one in tables.items() if name in one["records"])


def _table(name: str, tables: Mapping[str, Any]) -> Iterator[str]:
    for table, one in tables.items():
        if name in one["records"]:
            keys = f"partition key `{one['partition_key']}`"
            keys += f", sort key `{one['sort_key']}`" if "sort_key" in one else ""
            keys += f", expires by `{one['ttl']}`" if "ttl" in one else ""
            yield from ("", f"Table `{table}`: {keys}.")
            for index, key in one["indexes"].items():
                sort = f" → `{key['sort_key']}`" if "sort_key" in key else ""
                yield f"- index `{index}`: `{key['partition_key']}`{sort}"


def _csv(schema: Mapping[str, Any]) -> Iterator[str]:
    csv = schema.get("x-csv")
    if csv:
        written = csv.get("written", {})
        columns = ", ".join(f"`{written.get(column, column)}`" for column in csv["columns"])
        yield from ("", f"CSV columns, in order: {columns}.")
        for header, column in csv.get("aliases", {}).items():
            yield f"The header `{header}` means `{column}`."
        optional = [column for column in csv["columns"] if column not in schema.get("required", ())]
        if optional:
            yield f"Files may lack {', '.join(f'`{column}`' for column in optional)}."
    key = schema.get("x-key")
    if key:
        parts = ", ".join(f"`{part['member']}` ({part['form']})" for part in key["members"])
        yield from ("", f"Key of a row, normalised: {parts}.")


def _fields(file: str, schema: Mapping[str, Any], files: Files, records: list[Any]) -> Iterator[str]:
    yield "| field | type | | unit | meaning | example |"
    yield "|-|-|-|-|-|-|"
    for name, member in schema["properties"].items():
        _, resolved = _resolved(file, member, files)
        needed = "required" if name in schema.get("required", ()) else ""
        null = isinstance(resolved.get("type"), list)
        meaning = member["description"]
        if member.get("deprecated"):
            meaning = f"**Deprecated, until {member['x-sunset']}.** {meaning}"
        example = next((record[name] for record in records if isinstance(record, dict) and record.get(name)), None)
        cells = [
            f"`{name}`",
            _kind(file, member, files),
            f"{needed}{', may be null' if null else ''}",
            resolved.get("x-unit", ""),
            meaning,
            _excerpt(example),
        ]
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _inner(
    name: str, schema: Mapping[str, Any], files: Files, records: list[Any]
) -> Iterator[tuple[str, str, Mapping[str, Any], list[Any]]]:
    """Yields the records and enums that a type is made of, each once, with values of the examples."""
    waiting = [(name, schema, records)]
    seen: set[tuple[str, str]] = set()
    while waiting:
        file, one, found = waiting.pop(0)
        for member_name, member in one.get("properties", {}).items():
            values = [record[member_name] for record in found if isinstance(record, dict) and member_name in record]
            item = member.get("items") or member.get("additionalProperties")
            inner = item if isinstance(item, dict) else member
            values = [v for value in values for v in (value if isinstance(value, list) else [value])]
            if "$ref" not in inner:
                continue
            home, ref, definition = target(file, inner["$ref"], files)
            if (home, ref) not in seen and ("properties" in definition or "enum" in definition):
                seen.add((home, ref))
                waiting.append((home, definition, values))
                yield home, ref, definition, values


def _resolved(file: str, schema: Mapping[str, Any], files: Files) -> tuple[str, Mapping[str, Any]]:
    if "$ref" not in schema:
        return file, schema
    home, _, definition = target(file, schema["$ref"], files)
    return home, definition


def _kind(file: str, schema: Mapping[str, Any], files: Files) -> str:
    if "$ref" in schema:
        _, name, definition = target(file, schema["$ref"], files)
        if "properties" in definition or "enum" in definition:
            return f"[{name}](#{name.lower()})"
        return name
    declared = schema["type"]
    kind = next(t for t in declared if t != "null") if isinstance(declared, list) else declared
    if kind == "array":
        kind = f"list of {_kind(file, schema['items'], files)}"
    elif kind == "object":
        values = schema["additionalProperties"]
        kind = "open object" if values is True else f"map of {_kind(file, values, files)}"
    kind = f"`{schema['pattern']}`" if "pattern" in schema else kind
    return ", ".join([kind, *(text.format(schema[word]) for word, text in _BOUNDS.items() if word in schema)])


def _excerpt(value: Any) -> str:
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=False)
    return f"`{text if len(text) <= _EXCERPT else text[: _EXCERPT - 1] + '…'}`"
