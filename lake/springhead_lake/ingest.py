"""Loading a file: exactly once, in any order, however often it is begun.

A file changes two tables, and Iceberg commits one at a time. Each commit stands for itself: the table is loaded, the
file is compared with it, and what is missing is committed on condition that the table is still the one that was
loaded. Done again, it finds its own rows and commits nothing. So whoever is stopped at any point, or does not know
whether a commit landed, begins again: rows first, then metrics.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import numpy as np
import pyarrow as pa
from pyiceberg.catalog import Catalog
from pyiceberg.expressions import And, EqualTo, Reference
from pyiceberg.table import Table
from pyiceberg.table.refs import MAIN_BRANCH
from springhead.errors import ConfigError

from springhead_lake.backups import Source
from springhead_lake.commit import commit, landed, redo, write_files
from springhead_lake.hashing import Index, hash_rows, join_hashes
from springhead_lake.loading import Loaded, Progress, load
from springhead_lake.merge import arrow_of, compare, conform, plan, scan, survivors
from springhead_lake.names import classify
from springhead_lake.report import FileReport
from springhead_lake.settings import LakeSettings
from springhead_lake.tables import METRICS, TABLES, arrow_schema, ensure_table, ensure_tables

__all__ = ["Lake", "ingest", "metric_rows"]

log = logging.getLogger("springhead.lake")


@dataclass
class Lake:
    """Where files are loaded to.

    Attributes:
        settings: The names.
        catalog: The catalog, open.
        branch: Branch of the tables.
        sleep: How to wait before a commit is tried again.
        progress: Told of long work, see :data:`springhead_lake.loading.Progress`.
    """

    settings: LakeSettings
    catalog: Catalog
    branch: str = MAIN_BRANCH
    sleep: Callable[[float], None] = time.sleep
    progress: Progress | None = None
    _ready: bool = field(default=False, repr=False)

    def ensure(self) -> None:
        """Create database and tables where there are none; once, so that all can be queried from the first file on."""
        if not self._ready:
            redo(lambda: ensure_tables(self.catalog, self.settings), "make the tables", sleep=self.sleep)
            self._ready = True


def ingest(lake: Lake, source: Source, keep: Callable[[Loaded], tuple[str, str]] | None = None) -> FileReport:
    """Load a file into its two tables.

    Args:
        lake: Where to.
        source: The file; its name must be one of the lake's.
        keep: Keeps the rejected rows, where there are any; returns where they lie and where they are announced.

    Returns:
        The report.

    Raises:
        BadFile: No row of it can be loaded; the tables are as they were.
        NotFound: It does not exist any more.
        ConfigError: Its name is none of the lake's, or a table is not what it must be.
        Unavailable: It could not be read, or not committed; load it again.
    """
    name = classify(source.key)
    if name is None:
        raise ConfigError(
            f"{source.url} is no backup by its name",
            hint="backups are named post_results_*.csv and instagram_results_*.csv",
        )
    lake.ensure()
    with load(source, name, lake.progress) as loaded:
        report = _begun(loaded)
        for table, work in ((name.kind, _load_rows), (METRICS[name.kind], _load_metrics)):
            what = f"load {source.url} into {table}"
            redo(partial(_once, lake, table, work, loaded, report, []), what, sleep=lake.sleep)
        report.balance()
        if loaded.rejected_count and keep is not None:
            report.rejected_to, report.dead_letter = keep(loaded)
    log.info("loaded %s", source.url, extra={"fields": {"report": report.to_dict()}})
    return report


def _begun(loaded: Loaded) -> FileReport:
    source = loaded.source
    return FileReport(
        outcome="loaded",
        bucket=source.bucket,
        key=source.key,
        version=source.version,
        etag=source.etag,
        sha256=loaded.origin.sha256,
        table=loaded.name.kind,
        rows_read=loaded.rows_read,
        rejected=loaded.rejected_count,
        duplicate=loaded.good - len(loaded.index),
        cells=loaded.counters,
        unknown_columns=loaded.header.unknown,
        absent_columns=loaded.header.absent,
    )


def _once(
    lake: Lake,
    name: str,
    work: Callable[[Lake, Table, Loaded, FileReport, list[int]], None],
    loaded: Loaded,
    report: FileReport,
    tried: list[int],
) -> None:
    """One try of a table, unless the try before has landed without anybody telling us."""
    table = ensure_table(lake.catalog, lake.settings, name)
    snapshot = landed(table, tried)
    if snapshot is None:
        work(lake, table, loaded, report, tried)
    else:
        report.snapshots[name] = snapshot


def _load_rows(lake: Lake, table: Table, loaded: Loaded, report: FileReport, tried: list[int]) -> None:
    found = compare(table, lake.branch, loaded)
    report.inserted, report.updated, report.unchanged = found.inserted, found.updated, found.unchanged
    report.superseded = found.superseded
    if not len(found.rows) and not found.touched:
        return

    def rows() -> Iterator[pa.Table]:
        yield from survivors(table, found.touched)
        for piece in loaded.pick(found.rows):
            yield conform(_with_origin(piece, loaded), arrow_of(table))

    total = len(found.rows) + sum(int(np.count_nonzero(keep)) for _, keep in found.touched)
    files = write_files(table, _counted(lake, rows(), total))
    report.snapshots[loaded.name.kind] = commit(
        table,
        add=files,
        remove=[task.file for task, _ in found.touched],
        about=_about(loaded),
        branch=lake.branch,
        tried=tried,
    )


def _load_metrics(lake: Lake, table: Table, loaded: Loaded, report: FileReport, tried: list[int]) -> None:
    """Add the file's observations that the table does not have. Rows are compared whole: a set has no order."""
    name = METRICS[loaded.name.kind]
    same_file = And(_equal("source_file", loaded.origin.source_file), _equal("observed_at", loaded.origin.file_time))
    # The two that are equal anyway are not compared.
    columns = [column for column in TABLES[name].columns if column not in ("source_file", "observed_at")]
    known = Index(
        join_hashes(
            [
                hash_rows([batch.column(column) for column in columns])
                for task in plan(table, lake.branch, same_file)
                for batch in scan(table, task, columns, same_file)
            ]
        )
    )
    added = 0

    def rows() -> Iterator[pa.Table]:
        nonlocal added
        for piece in loaded.pick(np.sort(loaded.index.first)):
            found = metric_rows(piece, loaded)
            if len(known):
                new = known.find(hash_rows([found.column(column) for column in columns])) < 0
                found = found.filter(pa.array(new))
            added += len(found)
            yield conform(found, arrow_of(table))

    files = write_files(table, _counted(lake, rows(), len(loaded.index)))
    report.observations = added
    if files:
        report.snapshots[name] = commit(table, add=files, about=_about(loaded), branch=lake.branch, tried=tried)


def _equal(column: str, value: str | datetime) -> EqualTo:
    wanted = value.isoformat() if isinstance(value, datetime) else value
    # Pydantic's plugin for mypy, which we do without, would know these arguments.
    return EqualTo(Reference(column), wanted)  # type: ignore[call-arg,arg-type]


def _with_origin(piece: pa.Table, loaded: Loaded) -> pa.Table:
    """Rows with the columns that say where they are from. A phone is NULL only where the file has no such column."""
    origin, length = loaded.origin, len(piece)
    added = {
        "ingested_at": pa.scalar(origin.arrived, pa.timestamp("us")),
        "file_time": pa.scalar(origin.file_time, pa.timestamp("us")),
        "source_file": pa.scalar(origin.source_file, pa.string()),
        "source_sha256": pa.scalar(origin.sha256, pa.string()),
    }
    for column, value in added.items():
        piece = piece.append_column(column, pa.repeat(value, length))
    return piece


def metric_rows(piece: pa.Table, loaded: Loaded) -> pa.Table:
    """The observations that rows of a file are."""
    length = len(piece)
    piece = piece.append_column(
        "observed_at", pa.repeat(pa.scalar(loaded.origin.file_time, pa.timestamp("us")), length)
    ).append_column("source_file", pa.repeat(pa.scalar(loaded.origin.source_file, pa.string()), length))
    return conform(piece, arrow_schema(TABLES[METRICS[loaded.name.kind]]))


def _counted(lake: Lake, pieces: Iterator[pa.Table], total: int) -> Iterator[pa.Table]:
    done = 0
    for piece in pieces:
        yield piece
        done += len(piece)
        if lake.progress is not None:
            lake.progress("write", done, total)


def _about(loaded: Loaded) -> dict[str, str]:
    source = loaded.source
    found = {
        "springhead.source": source.url,
        "springhead.etag": source.etag or "",
        "springhead.sha256": loaded.origin.sha256,
    }
    return {key: value for key, value in found.items() if value}
