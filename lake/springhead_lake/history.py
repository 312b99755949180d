"""What the tables are and how they came to be."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import NoSuchTableError
from pyiceberg.table import Table
from pyiceberg.table.snapshots import Snapshot
from springhead.errors import ConfigError

from springhead_lake.settings import LakeSettings
from springhead_lake.tables import TABLES

__all__ = ["Column", "Moment", "TableState", "existing", "history", "stamp", "states"]


@dataclass(frozen=True)
class Column:
    """A column: its name, and its type as Iceberg spells it."""

    name: str
    type: str


@dataclass(frozen=True)
class TableState:
    """A table as it is now.

    Attributes:
        table: Its name.
        rows: Rows that a query sees.
        files: Data files.
        bytes: Their size, as stored.
        snapshots: Snapshots that can still be asked for.
        last_commit: Time of the newest one, ISO 8601; None where nothing was ever loaded.
        snapshot: Its id.
        location: Where the table lies.
        columns: Its columns.
    """

    table: str
    rows: int
    files: int
    bytes: int
    snapshots: int
    last_commit: str | None
    snapshot: int | None
    location: str
    columns: tuple[Column, ...]

    def to_dict(self) -> dict[str, Any]:
        """The state as JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Moment:
    """One snapshot of a table.

    Attributes:
        table: The table.
        snapshot: Its id, for ``--at``.
        time: When it was made, ISO 8601.
        current: Whether it is what a query sees.
        operation: ``append``, ``overwrite`` or ``delete``, as Iceberg calls it.
        source: The file that was loaded; ``compact`` or ``rebuild`` for these.
        added: Rows in the files that it added. Where rows of a file were replaced, the others of it count, too.
        removed: Rows in the files that it removed.
        rows: Rows of the table after it.
    """

    table: str
    snapshot: int
    time: str
    current: bool
    operation: str
    source: str | None
    added: int
    removed: int
    rows: int | None

    def to_dict(self) -> dict[str, Any]:
        """The snapshot as JSON, absent members left out."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def existing(catalog: Catalog, settings: LakeSettings, name: str | None = None) -> dict[str, Table]:
    """The tables that there are, by name.

    Args:
        catalog: The catalog, open.
        settings: The names.
        name: Only this one.

    Raises:
        ConfigError: The lake has no such table, or none yet.
    """
    if name is not None and name not in TABLES:
        raise ConfigError(f"the lake has no table {name!r}", hint=f"tables: {', '.join(TABLES)}")
    found = {}
    for one in [name] if name else TABLES:
        try:
            found[one] = catalog.load_table((settings.database, one))
        except NoSuchTableError:
            continue
    if not found:
        raise ConfigError(
            f"the lake {settings.warehouse} is empty",
            hint="load backups first: springhead lake ingest FOLDER (post_results_*.csv, instagram_results_*.csv)",
        )
    return found


def states(catalog: Catalog, settings: LakeSettings, name: str | None = None) -> list[TableState]:
    """The tables as they are; see :func:`existing`."""
    return [_state(one, table) for one, table in existing(catalog, settings, name).items()]


def _state(name: str, table: Table) -> TableState:
    current = table.current_snapshot()
    tasks = list(table.scan().plan_files())
    deleted = any(task.delete_files for task in tasks)
    return TableState(
        table=name,
        rows=table.scan().count() if deleted else sum(task.file.record_count for task in tasks),
        files=len(tasks),
        bytes=sum(task.file.file_size_in_bytes for task in tasks),
        snapshots=len(table.metadata.snapshots),
        last_commit=stamp(current.timestamp_ms) if current else None,
        snapshot=current.snapshot_id if current else None,
        location=table.location(),
        columns=tuple(Column(field.name, str(field.field_type)) for field in table.schema().fields),
    )


def history(catalog: Catalog, settings: LakeSettings, name: str | None = None) -> list[Moment]:
    """The snapshots of the tables, the newest first; see :func:`existing`."""
    found = [
        (snapshot.timestamp_ms, _moment(one, table, snapshot))
        for one, table in existing(catalog, settings, name).items()
        for snapshot in table.metadata.snapshots
    ]
    return [moment for _, moment in sorted(found, key=lambda pair: pair[0], reverse=True)]


def _moment(name: str, table: Table, snapshot: Snapshot) -> Moment:
    summary = snapshot.summary
    said = {} if summary is None else dict(summary.additional_properties)
    total = said.get("total-records")
    return Moment(
        table=name,
        snapshot=snapshot.snapshot_id,
        time=stamp(snapshot.timestamp_ms),
        current=snapshot.snapshot_id == table.metadata.current_snapshot_id,
        operation=summary.operation.value if summary else "unknown",
        source=said.get("springhead.source"),
        added=int(said.get("added-records", 0)),
        removed=int(said.get("deleted-records", 0)),
        rows=int(total) if total is not None else None,
    )


def stamp(milliseconds: int) -> str:
    """A time of Iceberg's as ISO 8601 in UTC."""
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
