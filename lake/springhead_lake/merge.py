"""Comparing a file with a table: which of its rows the table lacks, and which of the table's rows give way.

One file has one place in the order of files, so each row of the table is compared with it, not row with row. What a
table holds is the best row of each key over all files seen, whatever their order (decision 22):

- ``posts``: the row of the earliest file. ``restaurants``: that of the latest.
- Within a file, the first row of a key.
- A restaurant without a phone (NULL: its file had no such column) stands for its name and city only, and only as long
  as no row with a phone, be it an empty one, has both.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.expressions import AlwaysTrue, BooleanExpression
from pyiceberg.io.pyarrow import ArrowScan, schema_to_pyarrow
from pyiceberg.schema import Schema
from pyiceberg.table import FileScanTask, Table

from springhead_lake.backups import Origin
from springhead_lake.columns import KeyPart
from springhead_lake.hashing import hash_rows
from springhead_lake.loading import Loaded
from springhead_lake.normalise import key_column

__all__ = ["Difference", "arrow_of", "compare", "conform", "plan", "scan", "survivors"]

Mask = npt.NDArray[np.bool_]

_NEW, _REPLACES, _KNOWN = 0, 1, 2
_TIMES = ("file_time", "ingested_at")
_CONTENT = ("source_file", "source_sha256")
#: Data files that are read at once; only the columns of keys and origin are.
_READERS = 4
_ALL = AlwaysTrue()
_EPOCH = datetime(1970, 1, 1)
# Said for each data file: that what is read as a dictionary is text in Iceberg, which is meant.
logging.getLogger("pyiceberg.io.pyarrow").addFilter(lambda record: "have a dictionary type" not in str(record.msg))


@dataclass
class Difference:
    """What a file changes in a table.

    Attributes:
        rows: Numbers of the rows to write, ascending.
        inserted: How many of them have a new key.
        updated: How many take the place of a row.
        unchanged: Rows of the file that are not written, for the table has a better one or the same.
        superseded: Rows of the table that go because the restaurant came with a phone.
        touched: Data files that lose rows, each with the rows that it keeps.
    """

    rows: npt.NDArray[np.int64]
    inserted: int
    updated: int
    unchanged: int
    superseded: int
    touched: list[tuple[FileScanTask, Mask]]


@dataclass
class _Found:
    """What rows of the table have of the keys of a file."""

    beaten: npt.NDArray[np.int64]
    standing: npt.NDArray[np.int64]
    superseded: int
    keep: Mask


def plan(table: Table, branch: str, where: BooleanExpression = _ALL) -> list[FileScanTask]:
    """The data files of a branch that may hold what is looked for; none where the branch does not exist."""
    snapshot = table.metadata.snapshot_by_name(branch)
    if snapshot is None:
        return []
    return list(table.scan(where, snapshot_id=snapshot.snapshot_id).plan_files())


def scan(
    table: Table,
    task: FileScanTask,
    columns: Iterable[str] | None = None,
    where: BooleanExpression = _ALL,
    encoded: tuple[str, ...] = (),
) -> Iterator[pa.RecordBatch]:
    """Rows of one data file, in its order.

    Args:
        table: The table.
        task: The data file.
        columns: Columns to read; all where None.
        where: Which rows.
        encoded: Columns of texts that repeat, to be read as dictionaries.
    """
    schema = table.schema() if columns is None else table.schema().select(*columns)
    found = ArrowScan(table.metadata, table.io, schema, where, dictionary_columns=encoded)
    yield from found.to_record_batches([task])


def compare(table: Table, branch: str, loaded: Loaded) -> Difference:
    """Compare a file with what a branch of its table holds."""
    status = np.full(len(loaded.index), _NEW, dtype=np.uint8)
    touched, superseded = [], 0
    tasks = plan(table, branch)
    with ThreadPoolExecutor(_READERS, "lake-compare") as pool:
        for task, found in zip(tasks, pool.map(lambda task: _compare_file(table, task, loaded), tasks), strict=True):
            status[found.beaten] = np.maximum(status[found.beaten], _REPLACES)
            status[found.standing] = _KNOWN
            superseded += found.superseded
            if not found.keep.all():
                touched.append((task, found.keep))
    written = status != _KNOWN
    return Difference(
        rows=np.sort(loaded.index.first[written]).astype(np.int64),
        inserted=int(np.count_nonzero(status == _NEW)),
        updated=int(np.count_nonzero(status == _REPLACES)),
        unchanged=int(np.count_nonzero(status == _KNOWN)),
        superseded=superseded,
        touched=touched,
    )


def _compare_file(table: Table, task: FileScanTask, loaded: Loaded) -> _Found:
    columns = [*(part.column for part in loaded.layout.key), *_TIMES, *_CONTENT]
    parts = [_compare_batch(batch, loaded) for batch in scan(table, task, columns, encoded=_CONTENT)]
    return _Found(
        beaten=_join([part.beaten for part in parts]),
        standing=_join([part.standing for part in parts]),
        superseded=sum(part.superseded for part in parts),
        keep=np.concatenate([part.keep for part in parts]) if parts else np.ones(0, dtype=bool),
    )


def _join(parts: list[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _compare_batch(batch: pa.RecordBatch, loaded: Loaded) -> _Found:
    first, *others = loaded.layout.key
    keys = [_key(batch, first)]
    keep = np.ones(len(batch), dtype=bool)
    if loaded.names is None:
        rows = np.arange(len(batch))
    else:
        # A small file meets few rows: the others are sorted out before anything is hashed.
        met = pc.is_in(keys[0], value_set=loaded.names)
        rows = np.flatnonzero(met.to_numpy(zero_copy_only=False))
        batch, keys = batch.filter(met), [keys[0].filter(met)]
    keys += [_key(batch, part) for part in others]
    place = loaded.index.find(hash_rows(keys[:2] if loaded.phoneless else keys))
    better, superseded = _beats(batch, loaded), np.zeros(len(batch), dtype=bool)
    if loaded.name.kind == "restaurants":
        unknown_phone = pc.is_null(batch.column("phone")).to_numpy(zero_copy_only=False)
        if loaded.phoneless:
            better &= unknown_phone
        elif loaded.pairs is not None:
            place[unknown_phone] = -1
            superseded = unknown_phone & (loaded.pairs.find(hash_rows(keys[:2])) >= 0)
    hit = place >= 0
    keep[rows] = ~((hit & better) | superseded)
    return _Found(
        beaten=place[hit & better],
        standing=place[hit & ~better],
        superseded=int(np.count_nonzero(superseded)),
        keep=keep,
    )


def _key(batch: pa.RecordBatch, part: KeyPart) -> pa.Array:
    return key_column(pc.fill_null(batch.column(part.column).cast(pa.string()), ""), part, len(batch))


def _beats(batch: pa.RecordBatch, loaded: Loaded) -> Mask:
    """Where the file's row would take the place of the table's; a row that says nothing of its origin gives way."""
    file = loaded.origin
    later, same = _order(batch, file)
    if not file.versioned:
        same |= _same_content(batch, file)
    found: Mask = (later if loaded.name.kind == "restaurants" else ~later) & ~same
    unknown = pc.is_null(batch.column("file_time")).to_numpy(zero_copy_only=False)
    return np.asarray(found | unknown)


def _order(batch: pa.RecordBatch, file: Origin) -> tuple[Mask, Mask]:
    """Where the file comes later than the row's, and where it has the same place."""
    later = np.zeros(len(batch), dtype=bool)
    same = np.ones(len(batch), dtype=bool)
    for column, value in (("file_time", file.file_time), ("ingested_at", file.arrived)):
        times, own = _times(batch, column), _microseconds(value)
        later |= same & (own > times)
        same &= own == times
    if same.any():
        later |= same & _texts(batch, "source_sha256", lambda texts: pc.less(texts, file.sha256))
        same &= _texts(batch, "source_sha256", lambda texts: pc.equal(texts, file.sha256))
    return later, same


def _same_content(batch: pa.RecordBatch, file: Origin) -> Mask:
    same = _times(batch, "file_time") == _microseconds(file.file_time)
    if same.any():
        for column, own in (("source_sha256", file.sha256), ("source_file", file.source_file)):
            same &= _texts(batch, column, lambda texts, own=own: pc.equal(texts, own))  # type: ignore[misc]
    return np.asarray(same)


def _texts(batch: pa.RecordBatch, column: str, test: Callable[[pa.Array], pa.Array]) -> Mask:
    """Where a test of texts that repeat holds; NULL is as the empty text."""
    found = batch.column(column)
    if not pa.types.is_dictionary(found.type):
        found = found.dictionary_encode()
    known = np.append(
        test(found.dictionary).to_numpy(zero_copy_only=False), test(pa.array([""], found.type.value_type))
    )
    place = pc.fill_null(found.indices, len(found.dictionary)).to_numpy(zero_copy_only=False)
    return np.asarray(known[place])


def _times(batch: pa.RecordBatch, column: str) -> npt.NDArray[np.int64]:
    found = batch.column(column).cast(pa.timestamp("us")).view(pa.int64())
    return np.asarray(pc.fill_null(found, np.iinfo(np.int64).min).to_numpy(zero_copy_only=False))


def _microseconds(time: datetime) -> int:
    since = time - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def survivors(table: Table, touched: list[tuple[FileScanTask, Mask]]) -> Iterator[pa.Table]:
    """The rows that data files keep, one file after the other."""
    schema = arrow_of(table)
    for task, keep in touched:
        start = 0
        for batch in scan(table, task):
            rows = batch.filter(pa.array(keep[start : start + len(batch)]))
            start += len(batch)
            yield conform(pa.Table.from_batches([rows]), schema)


def arrow_of(table: Table, schema: Schema | None = None) -> pa.Schema:
    """The Arrow schema of a table, now or as another schema of it has it; text with small offsets."""
    arrow = schema_to_pyarrow(schema or table.schema(), include_field_ids=False)
    small = {pa.large_string(): pa.string(), pa.large_binary(): pa.binary()}
    return pa.schema([(field.name, small.get(field.type, field.type)) for field in arrow])


def conform(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Rows with the columns of a schema, in its order: what they lack is NULL, what it lacks is left out."""
    columns = [
        rows.column(field.name).cast(field.type) if field.name in rows.column_names else pa.nulls(len(rows), field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)
