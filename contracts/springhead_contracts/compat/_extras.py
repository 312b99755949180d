"""Compares what the contract says beyond JSON Schema: CSV, row keys, tables, keys, released examples and vectors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from springhead_contracts._registry import COMMON, SUFFIX
from springhead_contracts.compat._change import Change, change
from springhead_contracts.compat._snapshot import EXAMPLES, VECTORS, Snapshot
from springhead_contracts.generate._keys_ir import KEYS_FILE, TABLES_FILE

Json = Mapping[str, Any]


def extra_changes(old: Snapshot, new: Snapshot) -> list[Change]:
    """Returns the changes beyond JSON Schema between two contracts."""
    found: list[Change] = []
    for name, before in old.files.items():
        if name != COMMON and name in new.files:
            found += _csv(name, before.get("x-csv"), new.files[name].get("x-csv"))
            found += _row_key(name, before.get("x-key"), new.files[name].get("x-key"))
    found += _tables(old.tables.get("tables", {}), new.tables.get("tables", {}))
    found += _keys(old, new)
    found += _promises(old, new)
    return found


def _csv(name: str, old: Json | None, new: Json | None) -> Iterator[Change]:
    place, records = f"{name}{SUFFIX}#/x-csv", (name,)
    if old is None or new is None:
        if old != new:
            yield change(
                "csv-removed" if new is None else "csv-added", place, "x-csv is " + ("gone" if old else "new"), records
            )
        return
    before, after = old["columns"], new["columns"]
    for column in before:
        if column not in after:
            yield change("csv-column-removed", f"{place}/columns", f"{column!r} is gone", records)
    for column in after:
        if column not in before:
            yield change("csv-column-added", f"{place}/columns", f"{column!r} is new", records)
    kept = [c for c in before if c in after]
    if [c for c in after if c in before] != kept:
        yield change("csv-order-changed", f"{place}/columns", "the columns are in another order", records)
    elif after[: len(kept)] != kept:
        yield change("csv-order-changed", f"{place}/columns", "a new column is not at the end", records)
    aliases = old.get("aliases", {}), new.get("aliases", {})
    for header, column in aliases[0].items():
        if aliases[1].get(header) != column:
            yield change("csv-alias-removed", f"{place}/aliases", f"{header!r} no longer means {column!r}", records)
    for header in aliases[1]:
        if header not in aliases[0]:
            yield change("csv-alias-added", f"{place}/aliases", f"{header!r} is new", records)
    if old.get("written", {}) != new.get("written", {}):
        yield change("csv-header-changed", f"{place}/written", "files carry another header", records)
    if old.get("file") != new.get("file"):
        yield change("csv-file-changed", f"{place}/file", f"{old.get('file')} is now {new.get('file')}", records)


def _row_key(name: str, old: Json | None, new: Json | None) -> Iterator[Change]:
    if old is None and new is not None:
        yield change("row-key-added", f"{name}{SUFFIX}#/x-key", "x-key is new", (name,))
    elif old != new:
        yield change("key-normalisation-changed", f"{name}{SUFFIX}#/x-key", "the key of a row changed", (name,))


def _tables(old: Json, new: Json) -> Iterator[Change]:
    for name, before in old.items():
        place, records = f"{TABLES_FILE}#/tables/{name}", tuple(before["records"])
        after = new.get(name)
        if after is None:
            yield change("table-removed", place, f"{name} is gone", records)
            continue
        if _key(before) != _key(after):
            yield change("table-key-changed", place, f"{_shown(before)} is now {_shown(after)}", records)
        if before.get("ttl") != after.get("ttl"):
            yield change("ttl-changed", place, f"{before.get('ttl')} is now {after.get('ttl')}", records)
        for record in records:
            if record not in after["records"]:
                yield change("table-record-removed", place, f"{record} is no longer there", (record,))
        for record in after["records"]:
            if record not in records:
                yield change("table-record-added", place, f"{record} is new there", (record,))
        yield from _indexes(before["indexes"], after["indexes"], place, records)
    for name, table in new.items():
        if name not in old:
            yield change("table-added", f"{TABLES_FILE}#/tables/{name}", f"{name} is new", tuple(table["records"]))


def _indexes(old: Json, new: Json, place: str, records: tuple[str, ...]) -> Iterator[Change]:
    for name, before in old.items():
        at = f"{place}/indexes/{name}"
        if name not in new:
            yield change("index-removed", at, f"{name} is gone", records)
        elif _key(before) != _key(new[name]):
            yield change("index-key-changed", at, f"{_shown(before)} is now {_shown(new[name])}", records)
    for name in new:
        if name not in old:
            yield change("index-added", f"{place}/indexes/{name}", f"{name} is new", records)


def _keys(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    before, after = old.keys.get("keys", {}), new.keys.get("keys", {})
    for name, key in before.items():
        place = f"{KEYS_FILE}#/keys/{name}"
        if name not in after:
            yield change("key-removed", place, f"{name} is gone")
        elif (key["form"], key["parts"]) != (after[name]["form"], after[name]["parts"]):
            yield change("key-form-changed", place, f"{key['form']} is now {after[name]['form']}, or a part changed")
    for name in after:
        if name not in before:
            yield change("key-added", f"{KEYS_FILE}#/keys/{name}", f"{name} is new")


def _promises(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    for path, digest in old.examples.items():
        if new.examples.get(path) != digest:
            # An invalid example may become valid by a change that is judged elsewhere; a valid one stays as it is.
            check_id = "example-changed" if path.startswith("valid/") else "invalid-example-changed"
            what = "changed" if path in new.examples else "is gone"
            yield change(check_id, f"{EXAMPLES}{path}", f"the released example {what}", (path.split("/")[1],))
    for file, functions in old.vectors.items():
        for name, cases in functions.items():
            for place, value in _entries(cases):
                now = new.vectors.get(file, {}).get(name)
                if value not in [one for at, one in _entries(now) if at == place]:
                    yield change("vector-changed", f"{VECTORS}{file}#/{name}", f"a released vector of {name} is gone")
                    break


def _entries(cases: Any) -> Iterator[tuple[str, Any]]:
    """Yields each vector; texts that describe are none."""
    if isinstance(cases, Mapping):
        for name, rows in cases.items():
            yield from ((name, row) for row in (rows if isinstance(rows, list) else [rows]))


def _key(owner: Json) -> tuple[Any, Any]:
    return owner.get("partition_key"), owner.get("sort_key")


def _shown(owner: Json) -> str:
    return " and ".join(str(key) for key in _key(owner) if key)
