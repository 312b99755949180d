"""Names and types of the generated code: what Go and Python code can refer to."""

from __future__ import annotations

from collections.abc import Sequence

from springhead_contracts._registry import COMMON, SUFFIX
from springhead_contracts.compat._change import Change, change
from springhead_contracts.compat._snapshot import Snapshot
from springhead_contracts.generate._go import member_type as go_member_type
from springhead_contracts.generate._go_keys import ATTRIBUTES, fixed_sort_keys
from springhead_contracts.generate._ir import Contract, Type, build_contract
from springhead_contracts.generate._names import go_name, python_name


def surface(one: Snapshot) -> dict[str, str]:
    """Returns the names that generated code offers, each with its type.

    Args:
        one: The contract. A released one remembers what was generated then.
    """
    if one.surface is not None:
        return dict(one.surface)
    # A removed type may be mentioned still; it has no names any more.
    tables = {
        name: {**table, "records": [record for record in table["records"] if record in one.files]}
        for name, table in one.tables.get("tables", {}).items()
    }
    contract = build_contract(one.files, one.keys, tables)
    return {**_go(contract), **_python(contract)}


def surface_changes(old: Snapshot, new: Snapshot, found: Sequence[Change]) -> list[Change]:
    """Returns names that vanished or changed their type, unless a named rule has said so already.

    Args:
        old: The old contract.
        new: The new one.
        found: What other rules have found.
    """
    before, after = surface(old), surface(new)
    lost = [name for name in before if after.get(name) != before[name]]
    if not lost:
        return []
    explained = _explained(old, found)
    changes = []
    for name in lost:
        owner = name.split(".")[0]
        if name in explained or owner in explained:
            continue
        if name in after:
            changes.append(change("source-type-changed", name, f"{before[name]} is now {after[name]}"))
        else:
            changes.append(change("source-name-removed", name, f"{name} is gone"))
    return changes


def _go(contract: Contract) -> dict[str, str]:
    names: dict[str, str] = {}
    for file in contract.files:
        for enum in file.enums:
            names[f"go:{enum.name}"] = "string"
            names |= {f"go:{enum.name}{go_name(value)}": enum.name for value in enum.values}
        for record in file.records:
            names[f"go:{record.name}"] = "struct"
            for member in record.members:
                names[f"go:{record.name}.{go_name(member.name)}"] = go_member_type(member)
    for key in contract.keys:
        kinds = ", ".join(part.enum or part.kind for part in key.parts)
        names[f"go:{go_name(key.name)}"] = f"func({kinds})"
    names |= {f"go:SortKey{go_name(key)}": "const" for key in fixed_sort_keys(contract)}
    for table, declared in contract.tables.items():
        owners = {f"go:Table{go_name(table)}": declared}
        owners |= {f"go:Index{go_name(index)}": key for index, key in declared["indexes"].items()}
        for owner, one in owners.items():
            names[owner] = "const"
            names |= {f"{owner}{word}": "const" for name, word in ATTRIBUTES if name in one}
    return names


def _python(contract: Contract) -> dict[str, str]:
    names: dict[str, str] = {}
    for file in contract.files:
        names |= {f"python:{enum.name}": "Literal" for enum in file.enums}
        names |= {f"python:{scalar.name}": "str" for scalar in file.scalars}
        for record in file.records:
            names[f"python:{record.name}"] = "Model"
            for member in record.members:
                optional = " | None" if not member.required or member.type.nullable else ""
                names[f"python:{record.name}.{python_name(member.name)}"] = _python_type(member.type) + optional
    return names


def _python_type(kind: Type) -> str:
    if kind.item:
        inner = _python_type(kind.item)
        return f"list[{inner}]" if kind.kind == "list" else f"dict[str, {inner}]"
    return kind.name if kind.kind in ("record", "enum") else kind.kind


def _explained(old: Snapshot, found: Sequence[Change]) -> set[str]:
    """Returns the names that changes with a verdict on SOURCE account for."""
    names: set[str] = set()
    for one in found:
        # A move leaves every name where it was: Go has one package, and Python offers the names in one, too.
        if one.check.source[0] == "ok" or one.check_id == "definition-moved":
            continue
        file, _, pointer = one.place.partition(f"{SUFFIX}#")
        steps = pointer.split("/")[1:]
        owner = go_name(file)
        if steps[:1] == ["$defs"]:
            owner, steps = steps[1], steps[2:]
        if steps[:1] == ["properties"] and len(steps) > 1:
            member = steps[1].replace("~1", "/").replace("~0", "~")
            names |= {f"go:{owner}.{go_name(member)}", f"python:{owner}.{python_name(member)}"}
        elif one.check_id.startswith("enum-value"):
            value = one.detail.split("'")[1]
            names |= {f"go:{owner}{go_name(value)}"}
        elif not steps:
            names |= {f"go:{owner}", f"python:{owner}"}
            definition = old.files.get(file, {}).get("$defs", {}).get(owner, {})
            names |= {f"go:{owner}{go_name(value)}" for value in definition.get("enum", ()) if value}
            # A type that left in whole took the types of its own file along.
            if one.check_id == "record-type-removed" and file != COMMON:
                for name, inner in old.files[file].get("$defs", {}).items():
                    names |= {f"go:{name}", f"python:{name}"}
                    names |= {f"go:{name}{go_name(value)}" for value in inner.get("enum", ()) if value}
        if one.check_id in ("key-removed", "key-form-changed"):
            names.add(f"go:{go_name(one.place.rsplit('/', 1)[1])}")
        if one.check_id in ("table-removed", "index-removed"):
            word = "Table" if one.check_id == "table-removed" else "Index"
            gone = one.place.rsplit("/", 1)[1]
            indexes = old.tables["tables"][gone]["indexes"] if word == "Table" else ()
            owners = [f"go:{word}{go_name(gone)}", *(f"go:Index{go_name(index)}" for index in indexes)]
            names |= {f"{owner}{end}" for owner in owners for end in ("", *(word for _, word in ATTRIBUTES))}
    return names
