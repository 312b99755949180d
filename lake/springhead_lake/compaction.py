"""Compaction: many small data files become few of the size that the table is set to.

A few files at a time are read, written anew as one and exchanged in a snapshot of its own, on condition that the table
is still the one that was loaded. Data files never change, so where somebody else was faster, what was written is still
right as long as its sources are in the table with the same delete files, and only the exchange is done again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

import pyarrow as pa
from pyiceberg.manifest import DataFile
from pyiceberg.table import FileScanTask, Table
from pyiceberg.table.refs import MAIN_BRANCH

from springhead_lake.commit import commit, landed, redo, write_files
from springhead_lake.ingest import Lake
from springhead_lake.merge import arrow_of, conform, plan, scan
from springhead_lake.tables import TARGET_BYTES, load_table

__all__ = ["Compaction", "compact"]

log = logging.getLogger("springhead.lake")

#: A file of at least this share of the wanted size stays as it is.
_FULL = 0.75


@dataclass
class Compaction:
    """What became of a table.

    Attributes:
        table: Its name.
        files_before: Data files before.
        files_after: Data files after; other writers may have added some meanwhile.
        rewritten: Data files that were replaced.
        written: Data files that replace them.
        rows: Rows in these.
        snapshots: Snapshots that were made.
    """

    table: str
    files_before: int
    files_after: int = 0
    rewritten: int = 0
    written: int = 0
    rows: int = 0
    snapshots: list[int] = field(default_factory=list)


@dataclass
class _Bin:
    """Some files that become one.

    Attributes:
        paths: Each file with the delete files that count for it.
        files: What was written of them.
        tried: Snapshots that may have landed.
    """

    paths: dict[str, frozenset[str]]
    files: list[DataFile] | None = None
    tried: list[int] = field(default_factory=list)


def compact(lake: Lake, name: str) -> Compaction:
    """Join the small data files of a table. Readers and writers go on meanwhile.

    Memory depends on the wanted size of a file, not on the table.

    Args:
        lake: The lake.
        name: The table.

    Raises:
        ConfigError: There is no such table.
        Unavailable: Other writers were faster each time; what is done stays done.
    """
    table = load_table(lake.catalog, lake.settings, name)
    tasks = plan(table, MAIN_BRANCH)
    found = Compaction(name, files_before=len(tasks))
    bins = _bins(table, tasks)
    for number, one in enumerate(bins, start=1):
        redo(partial(_exchange, lake, name, one, found), f"compact {name}", sleep=lake.sleep)
        if lake.progress is not None:
            lake.progress(f"compact {name}", number, len(bins))
    found.files_after = len(plan(load_table(lake.catalog, lake.settings, name), MAIN_BRANCH))
    return found


def _bins(table: Table, tasks: list[FileScanTask]) -> list[_Bin]:
    """Groups of small files that fit into one, and each file on its own that has deleted rows."""
    target = int(table.properties.get("write.target-file-size-bytes", TARGET_BYTES))
    width = _bytes_per_row(table, tasks)
    groups: list[list[FileScanTask]] = []
    room = 0.0
    for task in tasks:
        size = task.file.record_count * width
        if size >= _FULL * target and not task.delete_files:
            continue
        if size > room:
            groups.append([])
            room = float(target)
        groups[-1].append(task)
        room -= size
    return [
        _Bin({task.file.file_path: _deletes(task) for task in group})
        for group in groups
        if len(group) > 1 or group[0].delete_files
    ]


def _bytes_per_row(table: Table, tasks: list[FileScanTask]) -> float:
    """Bytes of a row in memory, by the first rows that there are. On disk it takes a third of that, or a tenth."""
    for task in tasks:
        for batch in scan(table, task):
            if len(batch):
                return float(batch.nbytes / len(batch))
    return 1.0


def _deletes(task: FileScanTask) -> frozenset[str]:
    return frozenset(file.file_path for file in task.delete_files)


def _exchange(lake: Lake, name: str, one: _Bin, found: Compaction) -> None:
    """One try of one group."""
    table = load_table(lake.catalog, lake.settings, name)
    snapshot = landed(table, one.tried)
    if snapshot is None:
        live = {task.file.file_path: task for task in plan(table, MAIN_BRANCH)}
        if any(path not in live or _deletes(live[path]) != deletes for path, deletes in one.paths.items()):
            log.info("%s: another writer has replaced what was to be compacted", name)
            _discard(table, one)
            return
        tasks = [live[path] for path in one.paths]
        if one.files is None:
            one.files = write_files(table, _rows(table, tasks))
        if len(one.files) >= len(tasks) and not any(one.paths.values()):
            _discard(table, one)  # as many files as before: nothing gained
            return
        snapshot = commit(
            table,
            add=one.files,
            remove=[task.file for task in tasks],
            about={"springhead.source": "compact"},
            tried=one.tried,
        )
    found.snapshots.append(snapshot)
    found.rewritten += len(one.paths)
    found.written += len(one.files or [])
    found.rows += sum(file.record_count for file in one.files or [])


def _rows(table: Table, tasks: list[FileScanTask]) -> Iterator[pa.Table]:
    schema = arrow_of(table)
    for task in tasks:
        for batch in scan(table, task):
            yield conform(pa.Table.from_batches([batch]), schema)


def _discard(table: Table, one: _Bin) -> None:
    """Delete what no snapshot will name."""
    if one.tried:
        return  # a try of unknown outcome may name it yet: the search for orphans decides
    for file in one.files or []:
        table.io.delete(file.file_path)
