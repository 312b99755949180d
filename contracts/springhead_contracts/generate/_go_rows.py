"""Emits what rows of CSV files have beside their members: the header and the normalised key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from springhead_contracts.generate._ir import Record
from springhead_contracts.generate._names import go_name


def row_lines(record: Record) -> list[str]:
    """Returns the functions of a record that is a row; none for another."""
    lines = []
    if record.csv:
        written = record.csv.get("written", {})
        columns = [written.get(column, column) for column in record.csv["columns"]]
        aliases = dict(record.csv.get("aliases", {}))
        lines += [
            f"// {record.name}Header returns the columns of the CSV files in order, under the names that files use.",
            f"func {record.name}Header() []string {{",
            f"\treturn []string{{{', '.join(map(json.dumps, columns))}}}",
            "}",
            "",
            f"// {record.name}Column returns the member that a name in the header of a CSV file stands for.",
            f"func {record.name}Column(header string) string {{",
            *([f"\treturn alias({_map(aliases)}, header)"] if aliases else ["\treturn header"]),
            "}",
            "",
        ]
    if record.row_key:
        lines += [
            "// RowKey returns the key of the row, each part in its normal form; an absent part is empty.",
            f"func (r *{record.name}) RowKey() []string {{",
            "\treturn []string{",
            *(f"\t\t{_part(record, part)}," for part in record.row_key),
            "\t}",
            "}",
            "",
        ]
    return lines


def _part(record: Record, part: Mapping[str, Any]) -> str:
    (member,) = (one for one in record.members if one.name == part["member"])
    field = f"r.{go_name(member.name)}"
    call = f"Normal{go_name(part['form'])}({field if member.required else f'text({field})'})"
    return f"alias({_map(part['aliases'])}, {call})" if part.get("aliases") else call


def _map(values: Mapping[str, str]) -> str:
    pairs = ", ".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in values.items())
    return f"map[string]string{{{pairs}}}"
