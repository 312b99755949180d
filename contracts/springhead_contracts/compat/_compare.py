"""Compares two contracts: named rules first, then the proof, which may add what no rule has named."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from springhead_contracts._registry import COMMON, SUFFIX
from springhead_contracts.compat._change import Change, change
from springhead_contracts.compat._extras import extra_changes
from springhead_contracts.compat._members import Comparison
from springhead_contracts.compat._proof import unproven
from springhead_contracts.compat._snapshot import Snapshot
from springhead_contracts.compat._surface import surface_changes

_ORDER = {"ERR": 0, "WARN": 1, "INFO": 2}


def compare(
    old: Snapshot, new: Snapshot, *, today: date | None = None, announced: Sequence[Snapshot] = ()
) -> list[Change]:
    """Returns every change between two contracts, the gravest first.

    Args:
        old: The contract that readers and stored data have.
        new: The contract that is proposed.
        today: The day against which sunsets are held; today in UTC when None.
        announced: What was released, oldest first: the newest that has a member says until when it is written, also
            for comparisons with older ones. Without any, the old contract says it.
    """
    day = today or datetime.now(UTC).date()
    if _content(old) == _content(new):
        return []
    keyed = _key_members(old) | _key_members(new)
    comparison = Comparison(old.files, new.files, day, lambda file, name: (file, name) in keyed, _files(announced))
    found = list(_types(old, new)) + list(_definitions(comparison)) + list(_records(comparison))
    users = _Users(old.files, new.files)
    found = [dataclasses.replace(one, records=one.records or users(one.place)) for one in found]
    found += unproven(old.files, new.files, found)
    found += extra_changes(old, new)
    found += surface_changes(old, new, found)
    found = [dataclasses.replace(one, against=old.name) for one in found]
    return sorted(found, key=lambda c: (_ORDER[c.severity], c.place, c.check_id, c.detail))


def _files(announced: Sequence[Snapshot]) -> list[Mapping[str, Mapping[str, Any]]]:
    return [one.files for one in announced]


def _content(one: Snapshot) -> tuple[Any, ...]:
    # Without the surface: a bundle has one, a folder has none, and equal schemas could still be generated otherwise.
    return (one.files, one.keys, one.tables, one.examples, one.vectors) if one.surface is None else (object(),)


def _key_members(one: Snapshot) -> set[tuple[str, str]]:
    found = set()
    for table in one.tables.get("tables", {}).values():
        indexes = table.get("indexes", {}).values()
        names = {owner.get(key) for owner in (table, *indexes) for key in ("partition_key", "sort_key")}
        found |= {(record, name) for record in table["records"] for name in names if name}
    return found


def _types(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    for name in old.record_types():
        if name not in new.files:
            places = ", ".join(one.place for one in new.dangling if one.record == name)
            detail = f"{name} is gone" + (f", and {places} still names it" if places else "")
            yield change("record-type-removed", f"{name}{SUFFIX}#", detail, (name,))
    for name in new.record_types():
        if name not in old.files:
            yield change("record-type-added", f"{name}{SUFFIX}#", f"{name} is new", (name,))


def _definitions(comparison: Comparison) -> Iterator[Change]:
    """Yields changes of definitions, and notes which were renamed or moved for the comparison of references."""
    before, after = _all_definitions(comparison.old), _all_definitions(comparison.new)
    gone = [one for one in before if one not in after]
    come = [one for one in after if one not in before]
    for one in list(gone):
        file, name = one
        place = f"{file}{SUFFIX}#/$defs/{name}"
        moved = next((c for c in come if c[1] == name), None)
        twin = moved or next((c for c in come if before[one] == after[c]), None)
        if twin is None:
            yield change("definition-removed", place, f"{name} is gone")
            continue
        comparison.renamed[one] = twin
        come.remove(twin)
        if moved:
            yield change("definition-moved", place, f"{name} moved to {twin[0]}{SUFFIX}")
        else:
            yield change("definition-renamed", place, f"{name} is now {twin[1]}")
    for file, name in come:
        yield change("definition-added", f"{file}{SUFFIX}#/$defs/{name}", f"{name} is new")
    for (file, name), definition in before.items():
        twin = comparison.renamed.get((file, name), (file, name))
        if twin in after:
            place = f"{file}{SUFFIX}#/$defs/{name}"
            # Neither side is a reference (the lint sees to it), so this compares the definitions themselves.
            yield from comparison.value(file, definition, twin[0], after[twin], place)
            if definition.get("description") != after[twin].get("description"):
                yield change("description-changed", place, "the description changed")


def _all_definitions(files: Mapping[str, Mapping[str, Any]]) -> dict[tuple[str, str], Mapping[str, Any]]:
    return {(file, name): one for file, schema in files.items() for name, one in schema.get("$defs", {}).items()}


def _records(comparison: Comparison) -> Iterator[Change]:
    for name, old in comparison.old.items():
        new = comparison.new.get(name)
        if name != COMMON and new is not None:
            place = f"{name}{SUFFIX}#"
            yield from comparison.members(name, old, name, new, place)
            if old.get("description") != new.get("description"):
                yield change("description-changed", place, "the description changed")


class _Users:
    """Tells which record types a place concerns: its own file's, or all that reach its definition."""

    def __init__(self, *contracts: Mapping[str, Mapping[str, Any]]) -> None:
        self._reached: dict[tuple[str, str], set[str]] = {}
        for files in contracts:
            for name in files:
                if name != COMMON:
                    body = {key: value for key, value in files[name].items() if key != "$defs"}
                    self._walk(files, name, body, name)

    def __call__(self, place: str) -> tuple[str, ...]:
        file, _, pointer = place.partition(f"{SUFFIX}#")
        if not pointer.startswith("/$defs/"):
            return (file,)
        return tuple(sorted(self._reached.get((file, pointer.split("/")[2]), set())))

    def _walk(self, files: Mapping[str, Mapping[str, Any]], file: str, node: Any, user: str) -> None:
        if isinstance(node, list):
            for item in node:
                self._walk(files, file, item, user)
        elif isinstance(node, dict):
            ref = node.get("$ref")
            if isinstance(ref, str):
                path, _, name = ref.partition("#/$defs/")
                home = path.removesuffix(SUFFIX) or file
                reached = self._reached.setdefault((home, name), set())
                if user not in reached:
                    reached.add(user)
                    self._walk(files, home, files[home]["$defs"][name], user)
            for value in node.values():
                self._walk(files, file, value, user)
