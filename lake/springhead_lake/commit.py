"""Writing a table: data files, then one snapshot; and the rule for doing it again when somebody else was faster."""

from __future__ import annotations

import errno
import itertools
import logging
import random
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import pyarrow as pa
from botocore.exceptions import BotoCoreError, ClientError
from pyiceberg.exceptions import CommitFailedException, CommitStateUnknownException
from pyiceberg.expressions import AlwaysTrue
from pyiceberg.io.pyarrow import _dataframe_to_data_files
from pyiceberg.manifest import DataFile
from pyiceberg.table import Table
from pyiceberg.table.refs import MAIN_BRANCH
from springhead.errors import SpringheadError, Unavailable
from springhead_runner.stores.aws import translate
from sqlalchemy.exc import OperationalError

from springhead_lake.tables import TARGET_BYTES

__all__ = ["commit", "landed", "redo", "write_files"]

log = logging.getLogger("springhead.lake")

T = TypeVar("T")

#: Tries of one commit. All files of a run land within seconds, so two dozen writers may want one table.
TRIES = 30
BASE, CAP = 0.1, 8.0
#: Tries where a file is missing: another process may have deleted it since the table was loaded, but not each time.
_TRIES_MISSING = 5
#: Of the errors of a file system, those that another try does not mend.
_LASTING = {errno.ENOSPC, errno.EACCES, errno.EPERM, errno.EROFS, errno.EDQUOT}
#: Files that are written at once; each holds its rows until it is done.
_WRITERS = 2


def redo(work: Callable[[], T], what: str, *, sleep: Callable[[float], None] = time.sleep) -> T:
    """Do work that ends in a commit, again from its beginning where the commit did not go through.

    The work loads the table itself and decides by what it finds. So it may also be done again when nobody knows
    whether the commit landed: what did land is found.

    Args:
        work: What to do.
        what: Said in the error.
        sleep: How to wait.

    Raises:
        Unavailable: All tries were in vain.
        SpringheadError: Another try cannot help.
    """
    attempt = 0
    while True:
        try:
            return work()
        except (CommitFailedException, CommitStateUnknownException, OperationalError, OSError) as error:
            if isinstance(error, OSError) and error.errno in _LASTING:
                raise
            failed: Exception = error
            hint = "other writers were faster each time, or the storage is unwell; load the file again"
            if isinstance(error, FileNotFoundError) and attempt + 1 >= _TRIES_MISSING:
                hint = "files of the table are lost: make it from the backups, springhead lake rebuild"
                raise Unavailable(f"{what}: {failed}", hint=hint) from failed
        except (ClientError, BotoCoreError) as error:
            found = translate(error, what)
            if not found.retryable:
                raise found from error
            failed, hint = found, "AWS throttles or is unwell; load the file again"
        except SpringheadError as error:
            if not error.retryable:
                raise
            failed, hint = error, error.hint or ""
        attempt += 1
        if attempt == TRIES:
            raise Unavailable(f"{what}: {TRIES} tries, the last: {failed}", hint=hint) from failed
        log.info("%s: once more (%s)", what, type(failed).__name__)
        sleep(random.random() * min(CAP, BASE * 2 ** min(attempt, 10)))


def write_files(table: Table, rows: Iterable[pa.Table]) -> list[DataFile]:
    """Write rows as data files of the size that the table is set to, a few at a time; nobody sees them yet.

    Args:
        table: The table; rows have its columns in its order.
        rows: Pieces of any size.

    Returns:
        What to commit, in the order of the rows.
    """
    name, counter = uuid.uuid4(), itertools.count()

    def write(piece: pa.Table) -> list[DataFile]:
        return list(_dataframe_to_data_files(table.metadata, piece, table.io, name, counter))

    target = int(table.properties.get("write.target-file-size-bytes", TARGET_BYTES))
    written: list[DataFile] = []
    waiting: list[Future[list[DataFile]]] = []
    with ThreadPoolExecutor(_WRITERS, "lake-write") as pool:
        for piece in _pieces(rows, target):
            if len(waiting) == _WRITERS:
                written += waiting.pop(0).result()
            waiting.append(pool.submit(write, piece))
        for last in waiting:
            written += last.result()
    return written


def _pieces(rows: Iterable[pa.Table], target: int) -> Iterator[pa.Table]:
    """Pieces of at most the target size, where the rows come in such."""
    held: list[pa.Table] = []
    size = 0
    for piece in rows:
        if not len(piece):
            continue
        if held and size + piece.nbytes > target:
            yield pa.concat_tables(held)
            held, size = [], 0
        held.append(piece)
        size += piece.nbytes
    if held:
        yield pa.concat_tables(held)


def commit(
    table: Table,
    *,
    add: list[DataFile],
    remove: Iterable[DataFile] = (),
    about: Mapping[str, str] | None = None,
    branch: str = MAIN_BRANCH,
    tried: list[int] | None = None,
) -> int:
    """Make one snapshot: files added, files removed, all or nothing.

    Args:
        table: As it was loaded; where it has changed since, the commit fails.
        add: Files to add.
        remove: Files to remove.
        about: Kept with the snapshot, for people.
        branch: Branch to commit to; one that does not exist begins empty.
        tried: Gets the id of the snapshot before anybody can see it: where the outcome is unknown, a later look at the
            table tells (:func:`landed`).

    Returns:
        Id of the snapshot.

    Raises:
        CommitFailedException: Somebody else changed the table; nothing of ours is in it.
    """
    gone = list(remove)
    with table.transaction() as change:
        update = change.update_snapshot(dict(about or {}), branch=branch)
        producer = update.overwrite() if gone else update.merge_append()
        if tried is not None:
            tried.append(producer.snapshot_id)
        with producer:
            if gone:
                # Which manifests are searched for the files: all. Pyiceberg would search none without partitions.
                producer.delete_by_predicate(AlwaysTrue())
            for file in gone:
                producer.delete_data_file(file)
            for file in add:
                producer.append_data_file(file)
    return producer.snapshot_id


def landed(table: Table, tried: list[int]) -> int | None:
    """The one of the snapshots that were tried which is in the table after all."""
    return next((number for number in tried if table.metadata.snapshot_by_id(number) is not None), None)
