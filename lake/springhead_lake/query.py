"""SQL over the lake: DuckDB reads the tables through pyiceberg, and can reach nothing else."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb
import pyarrow as pa
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import NoSuchTableError
from pyiceberg.table import Table
from pyiceberg.table.snapshots import Snapshot
from springhead.errors import ConfigError, NotFound, Unavailable

from springhead_lake.dataset import TableAtSnapshot
from springhead_lake.history import stamp
from springhead_lake.settings import LakeSettings
from springhead_lake.tables import TABLES, load_table

__all__ = ["Result", "query"]

#: Rows that are fetched at once.
_BATCH = 10_000
#: A snapshot's id is a number of up to 19 digits; no time looks like one of more than eight.
_LEAST_DIGITS = 9
_READ_AGAIN = "ask again; if files of the table are lost, make it from the backups: springhead lake rebuild"
_REACHES_NOTHING = {
    # A name in SQL is a table, never a variable of this program.
    "python_enable_replacements": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_unsigned_extensions": False,
}


@dataclass
class Result:
    """The answer to a query, read as it is made.

    Attributes:
        columns: Names of the columns; the same one may be there twice.
    """

    columns: list[str]
    _reader: pa.RecordBatchReader
    _tables: Mapping[str, TableAtSnapshot]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The rows, once.

        Raises:
            ConfigError: The query fails on a row.
            Unavailable: A file of the table cannot be read.
        """
        with _in_one_line(self._tables):
            for batch in self._reader:
                yield from zip(*(_values(column) for column in batch.columns), strict=True)


def _values(column: pa.Array) -> list[Any]:
    try:
        found: list[Any] = column.to_pylist()
    except (ValueError, OverflowError, pa.ArrowException):
        # Python's times are not as fine and do not reach as far as SQL's.
        found = column.cast(pa.string()).to_pylist()
    return found


@contextmanager
def query(catalog: Catalog, settings: LakeSettings, sql: str, at: str | None = None) -> Iterator[Result]:
    """Ask the tables of the lake one question.

    Only the tables that the SQL names are read, of these only its columns, and of the data files only those that may
    have its rows. The answer is not kept in memory; what sorting needs beyond memory goes to a temporary folder.

    Args:
        catalog: The catalog, open.
        settings: The names.
        sql: One SELECT in DuckDB's SQL (also WITH, FROM, VALUES, DESCRIBE, SUMMARIZE, SHOW).
        at: See the tables as they were: a snapshot's id, or a time in ISO 8601 (UTC where it has no zone).

    Raises:
        ConfigError: The SQL is wrong, or wants more than to read tables; or there is no such table or time.
    """
    # What a query leaves there goes with the folder; the folder is all of the disk that DuckDB may touch.
    with (
        tempfile.TemporaryDirectory(prefix="springhead-query-") as spill,
        closing(duckdb.connect(config={**_REACHES_NOTHING, "temp_directory": spill})) as connection,
    ):
        tables: dict[str, TableAtSnapshot] = {}
        with _in_one_line(tables):
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            named = _named(connection, sql)
            tables.update(_open(catalog, settings, named, at))
            for name, table in tables.items():
                connection.register(name, table)
            relation = connection.sql(sql)
            result = Result(list(relation.columns), relation.to_arrow_reader(_BATCH), tables)
        yield result


def _named(connection: duckdb.DuckDBPyConnection, sql: str) -> set[str]:
    """Tables of the lake that a statement names, at least; none where it does not, for then it may ask which there are.

    By its text: DuckDB's own answer needs the tables to exist for some statements.
    """
    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        kinds = ", ".join(statement.type.name for statement in statements) or "nothing"
        raise ConfigError(
            f"a query is one SELECT; this is {kinds}", hint="the lake is only changed by `springhead lake ingest`"
        )
    return {name for name in TABLES if re.search(rf"\b{name}\b", sql, re.IGNORECASE)}


def _open(
    catalog: Catalog, settings: LakeSettings, named: set[str], at: str | None
) -> Iterator[tuple[str, TableAtSnapshot]]:
    exact, time = _moment(catalog, settings, at) if at else (None, None)
    for name in sorted(named or TABLES):
        try:
            table = load_table(catalog, settings, name)
        except ConfigError:
            if named:
                raise
            continue
        snapshot = table.current_snapshot()
        if exact is not None and (found := table.snapshot_by_id(exact)) is not None:
            snapshot = found
        elif time is not None:
            snapshot = _as_of(table, name, time, required=bool(named))
        yield name, TableAtSnapshot(table, snapshot)


def _moment(catalog: Catalog, settings: LakeSettings, at: str) -> tuple[int | None, int]:
    """A snapshot's id, or none, and the time in milliseconds for all other tables."""
    if at.isdigit() and len(at) >= _LEAST_DIGITS:
        for name in TABLES:
            try:
                found = catalog.load_table((settings.database, name)).snapshot_by_id(int(at))
            except NoSuchTableError:
                continue
            if found is not None:
                return int(at), found.timestamp_ms
        raise NotFound(f"there is no snapshot {at}", hint="see `springhead lake history`; old snapshots expire")
    try:
        time = datetime.fromisoformat(at)
    except ValueError as error:
        raise ConfigError(
            f"--at {at!r} is neither a snapshot's id nor a time", hint="write 2026-01-14 or 2026-01-14T12:30:00Z"
        ) from error
    return None, int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp() * 1000)


def _as_of(table: Table, name: str, time: int, *, required: bool) -> Snapshot | None:
    found = table.snapshot_as_of_timestamp(time)
    if found is None and required:
        kept = table.history()
        oldest = stamp(kept[0].timestamp_ms) if kept else "nothing"
        raise NotFound(
            f"{name}: nothing is known of {stamp(time)}, the oldest state kept is of {oldest}",
            hint="see `springhead lake history`",
        )
    return found


@contextmanager
def _in_one_line(tables: Mapping[str, TableAtSnapshot]) -> Iterator[None]:
    """Turn what DuckDB says into one error of ours."""
    try:
        yield
    except duckdb.Error as error:
        for name, table in tables.items():
            if table.failure is not None:
                raise Unavailable(f"{name} cannot be read: {table.failure}", hint=_READ_AGAIN) from error
        if isinstance(error, duckdb.PermissionException):
            raise ConfigError(
                "a query reads the lake's tables only, no file and no address",
                hint="load files with `springhead lake ingest`",
            ) from error
        # What follows the blank line shows the place with lines of carets.
        said = " ".join(str(error).partition("\n\n")[0].split())
        if isinstance(error, duckdb.CatalogException):
            # It would mean tables of its own, such as pg_enum.
            said = said.partition(" Did you mean")[0]
        raise ConfigError(
            said, hint=f"tables: {', '.join(TABLES)}; `springhead lake tables NAME` has columns"
        ) from error
