"""Tables and indexes of the contract: attributes of keys, and the record types that each table holds.

Example:
    >>> table("celebrity-database").sort_key
    'source_type#timestamp'
    >>> [index.name for index in table("seattle-source-management").indexes]
    ['status-priority-index']
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass

from springhead_contracts._registry import schema_dir

__all__ = ["Index", "Table", "table", "tables"]


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index.

    Attributes:
        name: Name of the index.
        partition_key: Attribute of its partition key.
        sort_key: Attribute of its sort key; None where it has none.
    """

    name: str
    partition_key: str
    sort_key: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        name: Its name in the stage ``prod``.
        description: What it holds.
        partition_key: Attribute of its partition key.
        sort_key: Attribute of its sort key; None where it has none.
        ttl: Attribute with the moment of expiry in epoch seconds; None where nothing expires.
        records: Record types that it holds.
        indexes: Its indexes.
    """

    name: str
    description: str
    partition_key: str
    sort_key: str | None
    ttl: str | None
    records: tuple[str, ...]
    indexes: tuple[Index, ...]


@functools.cache
def tables() -> tuple[Table, ...]:
    """Returns every table of the contract."""
    declared = json.loads((schema_dir() / "tables.json").read_bytes())["tables"]
    return tuple(
        Table(
            name,
            one["description"],
            one["partition_key"],
            one.get("sort_key"),
            one.get("ttl"),
            tuple(one["records"]),
            tuple(Index(n, i["partition_key"], i.get("sort_key")) for n, i in one["indexes"].items()),
        )
        for name, one in declared.items()
    )


def table(name: str) -> Table:
    """Returns a table.

    Args:
        name: Its name, for example ``celebrity-database``.

    Raises:
        KeyError: There is no such table.
    """
    for one in tables():
        if one.name == name:
            return one
    raise KeyError(f"no table {name!r}; tables: {', '.join(t.name for t in tables())}")
