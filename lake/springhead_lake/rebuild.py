"""The tables from the backups alone.

The files are loaded into a branch of each table that begins empty, and then the branch becomes the table: readers see
the old rows until then, and the new ones after. Where a file lands meanwhile and changes a table, the listing is read
once more, what is new is loaded into the branch, and the table is exchanged then.
"""

from __future__ import annotations

import itertools
import logging
import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import NoSuchTableError
from pyiceberg.table import Table
from pyiceberg.table.refs import MAIN_BRANCH
from springhead.errors import ConfigError, SpringheadError, Unavailable
from springhead_runner.stores.aws import Aws, retrying

from springhead_lake.backups import LocalSource, Source, find_object, spelt
from springhead_lake.catalog import ensure_database
from springhead_lake.commit import commit, redo
from springhead_lake.delivery import deliver
from springhead_lake.ingest import Lake
from springhead_lake.loading import Progress
from springhead_lake.merge import plan
from springhead_lake.names import classify
from springhead_lake.report import FileReport
from springhead_lake.settings import LakeSettings
from springhead_lake.tables import TABLES, ensure_table

__all__ = ["Backup", "folder_backups", "local_backup", "object_backups", "rebuild"]

log = logging.getLogger("springhead.lake")

#: Exchanges that are tried while files go on landing.
ROUNDS = 10


@dataclass(frozen=True)
class Backup:
    """A file to load: where it is, what tells it from others, and how it is found."""

    bucket: str
    key: str
    identity: str
    find: Callable[[], Source]

    @property
    def order(self) -> tuple[int, float, str]:
        """Order that writes least: posts from the earliest on, restaurants from the latest."""
        name = classify(self.key)
        if name is None:
            return (2, 0, self.identity)
        stamp = name.stamp.timestamp() if name.stamp else 0
        return (0, stamp, self.identity) if name.kind == "posts" else (1, -stamp, self.identity)


def folder_backups(folder: Path) -> list[Backup]:
    """All CSV files of a folder and the folders in it, also those that cannot be read: they are told of when loaded.

    Raises:
        ConfigError: There is no such folder, or one in it cannot be listed.
    """
    if not folder.is_dir():
        raise ConfigError(f"{folder} is no folder", hint="give the folder with the backups")
    return [local_backup(path) for path in sorted(_files(folder)) if path.suffix.lower() == ".csv"]


def local_backup(path: Path) -> Backup:
    """A file of this machine; it need not be there yet."""
    return Backup(spelt(str(path.parent)), spelt(path.name), spelt(str(path)), partial(LocalSource, path))


def _files(folder: Path) -> Iterator[Path]:
    # Path.rglob would pass over a folder that it may not read, and say nothing.
    for inner, _, names in os.walk(folder, onerror=_not_listed):
        yield from (Path(inner, name) for name in names)


def _not_listed(error: OSError) -> None:
    raise ConfigError(
        f"{spelt(str(error.filename))} cannot be listed: {error.strerror}", hint="check the right to read it"
    ) from error


def object_backups(aws: Aws, buckets: Iterable[str], *, versions: bool = True, prefix: str = "") -> list[Backup]:
    """All CSV objects of some buckets.

    Args:
        aws: The clients.
        buckets: The buckets.
        versions: All versions of each object, also of deleted ones; else only what lies there now.
        prefix: What their keys begin with.
    """
    return [found for bucket in buckets for found in _object_backups(aws, bucket, versions, prefix)]


def _object_backups(aws: Aws, bucket: str, versions: bool, prefix: str) -> Iterator[Backup]:
    request: dict[str, Any] = {"Bucket": bucket, "Prefix": prefix}
    while True:
        answer = retrying(lambda: aws.s3.list_object_versions(**request), f"list s3://{bucket}")
        for found in answer.get("Versions", []):
            if found["Key"].endswith(".csv") and (versions or found["IsLatest"]):
                version = None if found["VersionId"] == "null" else found["VersionId"]
                # Without versions, new content has another ETag.
                identity = f"{bucket}/{found['Key']}?{version or found['ETag']}"
                yield Backup(bucket, found["Key"], identity, partial(find_object, aws, bucket, found["Key"], version))
        if not answer.get("IsTruncated"):
            return
        request.update(KeyMarker=answer["NextKeyMarker"], VersionIdMarker=answer["NextVersionIdMarker"])


class _Moved(Exception):
    """A table has changed since the listing was read."""


def rebuild(
    settings: LakeSettings,
    catalog: Catalog,
    backups: Callable[[], list[Backup]],
    progress: Progress | None = None,
) -> list[FileReport]:
    """Make all tables from backups; what they held before stays in their snapshots until those expire.

    Args:
        settings: The names.
        catalog: The catalog, open.
        backups: Lists the backups; asked again where files land meanwhile.
        progress: Told of long work.

    Returns:
        What became of each file. Bad files are named there, and leave no second letter.

    Raises:
        Unavailable: A file could not be loaded, or files go on landing; the tables are as they were, or complete.
        SpringheadError: AWS refuses, or another process has removed what was loaded; so, too.
    """
    lake = Lake(settings, catalog, branch=f"rebuild-{uuid.uuid4().hex[:12]}", progress=progress)
    redo(partial(ensure_database, catalog, settings), "create the database")
    reports: dict[str, FileReport] = {}
    exchanged: set[str] = set()
    try:
        for _ in range(ROUNDS):
            before = {name: _main(redo(partial(_usable, lake, name), f"open {name}")) for name in TABLES}
            _load(lake, backups(), reports)
            for name in TABLES.keys() - exchanged:
                try:
                    made = [report.snapshots[name] for report in reports.values() if name in report.snapshots]
                    redo(partial(_exchange, lake, name, before[name], made), f"exchange {name}")
                    exchanged.add(name)
                except _Moved:
                    log.info("%s has changed meanwhile", name)
            if len(exchanged) == len(TABLES):
                return list(reports.values())
    finally:
        for name in TABLES:
            _drop_branch(lake, name)
    raise Unavailable(
        f"files landed during {ROUNDS} rounds of the rebuild; exchanged: {', '.join(sorted(exchanged)) or 'no table'}",
        hint="rebuild again when fewer files land",
    )


def _load(lake: Lake, backups: list[Backup], reports: dict[str, FileReport]) -> None:
    new = sorted((backup for backup in backups if backup.identity not in reports), key=lambda backup: backup.order)
    for number, backup in enumerate(new, start=1):
        report = deliver(lake, None, backup.bucket, backup.key, backup.find)
        if report.outcome == "failed":
            why = report.error["message"] if report.error else "no reason"
            raise Unavailable(f"{backup.identity}: {why}", hint="nothing is exchanged; rebuild again")
        reports[backup.identity] = report
        if lake.progress is not None:
            lake.progress("files", number, len(new))


def _usable(lake: Lake, name: str) -> Table:
    """A table that can have a branch; one that is beyond repair is made anew."""
    try:
        table = ensure_table(lake.catalog, lake.settings, name)
    except (ConfigError, FileNotFoundError) as error:
        log.warning("%s is made anew: %s", name, error)
        lake.catalog.drop_table((lake.settings.database, name))
        table = ensure_table(lake.catalog, lake.settings, name)
    if not table.metadata.snapshots:
        # Iceberg lets nobody write to a branch before the table has its first snapshot.
        commit(table, add=[], about={"springhead.source": "rebuild"})
    return table


def _main(table: Table) -> int | None:
    snapshot = table.metadata.snapshot_by_name(MAIN_BRANCH)
    return snapshot.snapshot_id if snapshot else None


def _exchange(lake: Lake, name: str, before: int | None, made: list[int]) -> None:
    """Let the branch be the table, if the table is still the one that was seen before the listing."""
    try:
        table = lake.catalog.load_table((lake.settings.database, name))
    except NoSuchTableError as error:
        raise _lost(lake, name) from error
    head = table.metadata.snapshot_by_name(lake.branch)
    if head is not None and _main(table) == head.snapshot_id:
        return  # a try before this one has landed
    if not _whole(table, lake.branch, made):
        raise _lost(lake, name)
    if _main(table) != before:
        raise _Moved
    if head is not None:
        with table.manage_snapshots() as change:
            change.set_current_snapshot(ref_name=lake.branch)
    elif files := [task.file for task in plan(table, MAIN_BRANCH)]:
        commit(table, add=[], remove=files, about={"springhead.source": "rebuild"})


def _whole(table: Table, branch: str, made: list[int]) -> bool:
    """Whether a branch has all that was loaded into it. Nobody else writes it; removed, it begins again."""
    head = table.metadata.snapshot_by_name(branch)
    if (head.snapshot_id if head else None) != (made[-1] if made else None):
        return False
    later = ((table.metadata.snapshot_by_id(number), parent) for parent, number in itertools.pairwise(made))
    # One that has expired had a place in the branch then.
    return all(snapshot is None or snapshot.parent_snapshot_id == parent for snapshot, parent in later)


def _lost(lake: Lake, name: str) -> SpringheadError:
    return SpringheadError(
        f"{name}: rows of the rebuild are lost, for another process has removed its branch {lake.branch} or the table",
        hint="this table is not exchanged; rebuild again while nobody drops tables or branches",
    )


def _drop_branch(lake: Lake, name: str) -> None:
    def drop() -> None:
        try:
            table = lake.catalog.load_table((lake.settings.database, name))
        except (NoSuchTableError, FileNotFoundError):
            return
        if lake.branch in table.metadata.refs:
            with table.manage_snapshots() as change:
                change.remove_branch(lake.branch)

    redo(drop, f"remove the branch of {name}")
