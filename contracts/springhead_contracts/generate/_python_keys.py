"""Emits the key builders and parsers of Python: the module ``table_keys``."""

from __future__ import annotations

import json

from springhead_contracts.generate._keys_ir import Key, KeyPart

HEADER = "# Generated from contracts/v1 by springhead_contracts.generate; do not edit."
_LINE = 120

_TYPES = {"time": "datetime | str", "slot5": "datetime | str", "flag": "bool"}


def table_keys(keys: tuple[Key, ...]) -> str:
    """Returns the text of ``table_keys.py``."""
    names = sorted([key.name for key in keys] + [f"parse_{key.name}" for key in keys])
    lines = [HEADER, '"""Builders and parsers of the composite keys of ``keys.json``."""', ""]
    uses_time = any(part.kind in ("time", "slot5") for key in keys for part in key.parts)
    lines += ["from datetime import datetime", ""] if uses_time else []
    lines += ["from springhead_contracts._key_forms import Form, Part", ""]
    lines += ["__all__ = [", *(f'    "{name}",' for name in names), "]"]
    for key in keys:
        lines += ["", "", *_functions(key)]
    return "\n".join(lines) + "\n"


def _functions(key: Key) -> list[str]:
    constant = f"_{key.name.upper()}"
    head = f"{constant} = Form("
    parts = [json.dumps(_title(key)), json.dumps(key.form), *(_part(part) for part in key.parts)]
    line = f"{head}{', '.join(parts)})"
    form = [line] if len(line) <= _LINE and "\n" not in line else [head, *(f"    {part}," for part in parts), ")"]
    arguments = ", ".join(f"{part.name}: {_TYPES.get(part.kind, 'str')}" for part in key.parts)
    values = ", ".join(part.name for part in key.parts)
    kinds = ["bool" if part.kind == "flag" else "str" for part in key.parts]
    single = len(key.parts) == 1
    returned = kinds[0] if single else f"tuple[{', '.join(kinds)}]"
    what = key.parts[0].name if single else ", ".join(part.name for part in key.parts)
    assign = "(value,)" if single else f"({', '.join(f'v{i}' for i in range(len(kinds)))})"
    result = f"{kinds[0]}(value)" if single else ", ".join(f"v{i}" for i in range(len(kinds)))
    return [
        *form,
        "",
        "",
        f"def {key.name}({arguments}) -> str:",
        f'    """Returns the key ``{key.form}``.',
        "",
        "    " + key.description.replace("\\", "\\\\").replace('"""', '\\"\\"\\"'),
        "",
        "    Raises:",
        "        KeyFormatError: A part does not fit.",
        '    """',
        f"    return {constant}.build({values})",
        "",
        "",
        f"def parse_{key.name}(key: str) -> {returned}:",
        f'    """Returns {what} of a key ``{key.form}``.',
        "",
        "    Raises:",
        "        KeyFormatError: The key has another form.",
        '    """',
        f"    {assign} = {constant}.parse(key)",
        f"    return {result}",
    ]


def _title(key: Key) -> str:
    return key.name.replace("_", " ")


def _part(part: KeyPart) -> str:
    if part.values:
        # One value to a line, as the formatter lays out what does not fit.
        values = "".join(f"            {json.dumps(value)},\n" for value in part.values)
        return f'Part(\n        "{part.name}",\n        "enum",\n        values=(\n{values}        ),\n    )'
    strip = f", strip=({', '.join(map(json.dumps, part.strip))}{',' if len(part.strip) == 1 else ''})"
    return f'Part("{part.name}", "{part.kind}"{strip if part.strip else ""})'
