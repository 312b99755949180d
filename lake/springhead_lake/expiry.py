"""Expiry: snapshots that nobody needs any more, and files that no snapshot names.

A snapshot is kept for so long after *another took its place*, not after it was made: who began to read it as the newest
has that time to finish, even if the table had not changed for a year. Files go when no snapshot names them and they are
older than a safety age, for a commit in progress has files that nobody names yet.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from pyiceberg.exceptions import CommitFailedException
from pyiceberg.table import Table
from pyiceberg.table.refs import MAIN_BRANCH
from pyiceberg.table.update import AssertRefSnapshotId, RemoveSnapshotsUpdate, TableRequirement
from springhead.errors import ConfigError, SpringheadError
from springhead_runner.stores.aws import Aws

from springhead_lake.commit import redo
from springhead_lake.ingest import Lake
from springhead_lake.merge import plan
from springhead_lake.references import referenced
from springhead_lake.storage import StoredFile, plain_path, remove_files, stored_files
from springhead_lake.tables import load_table

__all__ = ["LEAST_AGE", "Expiry", "drop_abandoned_branches", "expire", "expired", "orphans"]

log = logging.getLogger("springhead.lake")

LEAST_AGE = timedelta(hours=1)
"""No query and no commit takes longer; nothing younger is touched, whatever an operator asks for."""
#: A rebuild works on a branch, and gives it a name with this beginning. One that is as old as this has died.
_REBUILD, _ABANDONED = "rebuild-", timedelta(days=7)


@dataclass
class Expiry:
    """What became of a table.

    Attributes:
        table: Its name.
        snapshots: Ids of the snapshots that are gone.
        files: Files that are gone, or would be.
        kept_snapshots: Number of those that stay.
    """

    table: str
    snapshots: list[int]
    files: list[StoredFile]
    kept_snapshots: int

    @property
    def bytes(self) -> int:
        """Size of the files."""
        return sum(file.size for file in self.files)


def expire(
    lake: Lake,
    aws: Aws | None,
    name: str,
    older_than: timedelta,
    orphan_age: timedelta,
    *,
    now: datetime | None = None,
    dry_run: bool = False,
) -> Expiry:
    """Forget old snapshots of a table, and delete the files that none names.

    Args:
        lake: The lake.
        aws: Clients, where the lake lies in AWS.
        name: The table.
        older_than: Time for which a snapshot stays after another took its place.
        orphan_age: Age of a file from which on it may be deleted.
        now: The time; that of the clock where None.
        dry_run: Tell what would be done. Files of snapshots that would go are not among those told.

    Raises:
        ConfigError: There is no such table, or an age is below :data:`LEAST_AGE`.
        Unavailable: Other writers were faster each time, or the storage does not answer.
    """
    for age in (older_than, orphan_age):
        if age < LEAST_AGE:
            raise ConfigError(
                f"an age of {age} is too small: a query or a commit in progress would lose its files",
                hint=f"one hour is the least ({LEAST_AGE})",
            )
    now = now or datetime.now(UTC)
    gone: list[int] = []
    if dry_run:
        gone = expired(load_table(lake.catalog, lake.settings, name), now - older_than)
    else:
        drop_abandoned_branches(lake, name, now)
        redo(partial(_expire, lake, name, now - older_than, gone), f"expire snapshots of {name}", sleep=lake.sleep)
    files = redo(partial(orphans, lake, aws, name, now - orphan_age), f"list files of {name}", sleep=lake.sleep)
    if not dry_run:
        remove_files(aws, files)
        for file in files:
            log.info(
                "deleted %s", file.path, extra={"fields": {"size": file.size, "modified": file.modified.isoformat()}}
            )
    kept = len(load_table(lake.catalog, lake.settings, name).metadata.snapshots)
    return Expiry(name, gone, files, kept - len(gone) if dry_run else kept)


def expired(table: Table, before: datetime) -> list[int]:
    """Snapshots whose place another took before a time; never the newest of a branch, nor one with a tag."""
    metadata = table.metadata
    heads = {ref.snapshot_id for ref in metadata.refs.values()}
    replaced: dict[int, int] = {}
    for snapshot in metadata.snapshots:
        # Of a branch, there is no log: the next snapshot of it tells.
        if snapshot.parent_snapshot_id is not None:
            known = replaced.get(snapshot.parent_snapshot_id, 0)
            replaced[snapshot.parent_snapshot_id] = max(known, snapshot.timestamp_ms)
    for entry, following in zip(metadata.snapshot_log, metadata.snapshot_log[1:], strict=False):
        replaced[entry.snapshot_id] = max(replaced.get(entry.snapshot_id, 0), following.timestamp_ms)
    limit = before.timestamp() * 1000
    return [
        snapshot.snapshot_id
        for snapshot in metadata.snapshots
        if snapshot.snapshot_id not in heads
        and max(snapshot.timestamp_ms, replaced.get(snapshot.snapshot_id, 0)) < limit
    ]


def _expire(lake: Lake, name: str, before: datetime, gone: list[int]) -> None:
    table = load_table(lake.catalog, lake.settings, name)
    found = expired(table, before)
    if found:
        # Pyiceberg's own expiry has no such condition: it would remove a branch that came to a snapshot meanwhile.
        unchanged: tuple[TableRequirement, ...] = tuple(
            AssertRefSnapshotId(ref=ref, snapshot_id=head.snapshot_id)  # type: ignore[call-arg]
            for ref, head in table.metadata.refs.items()
        )
        removal = RemoveSnapshotsUpdate(snapshot_ids=found)  # type: ignore[call-arg]
        try:
            with table.transaction() as change:
                change._stage((removal,), unchanged)
        except ValueError as error:
            raise CommitFailedException(f"another process has expired snapshots of {name}: {error}") from error
        gone += found


def drop_abandoned_branches(lake: Lake, name: str, now: datetime) -> list[str]:
    """Remove the branches of rebuilds that were ended by force long ago; they keep files alive.

    Returns:
        The names of the branches.
    """
    limit = (now - _ABANDONED).timestamp() * 1000
    dropped: list[str] = []

    def drop() -> None:
        table = load_table(lake.catalog, lake.settings, name)
        for branch, head in table.metadata.refs.items():
            snapshot = table.metadata.snapshot_by_id(head.snapshot_id)
            if branch.startswith(_REBUILD) and snapshot is not None and snapshot.timestamp_ms < limit:
                with table.manage_snapshots() as change:
                    change.remove_branch(branch)
                dropped.append(branch)

    redo(drop, f"remove branches of {name}", sleep=lake.sleep)
    return dropped


def orphans(lake: Lake, aws: Aws | None, name: str, before: datetime) -> list[StoredFile]:
    """Files of a table that no snapshot names, and that were written before a time.

    The files are listed first and the table is loaded then: what was committed in between is named by the table.

    Raises:
        SpringheadError: The table names data files that are not in the listing: they lie elsewhere, or under names of
            another form, and all would look like orphans.
    """
    table = load_table(lake.catalog, lake.settings, name)
    wanted = {plain_path(task.file.file_path) for task in plan(table, MAIN_BRANCH)}
    listed = stored_files(aws, table.location())
    if missing := wanted - {file.path for file in listed}:
        raise SpringheadError(
            f"{name}: {len(missing)} of its {len(wanted)} data files are not below {table.location()}, "
            f"the first is {min(missing)}",
            hint="nothing was deleted; if files are lost, make the tables from the backups: springhead lake rebuild",
        )
    named = referenced(load_table(lake.catalog, lake.settings, name))
    return [file for file in listed if file.path not in named and file.modified < before]
