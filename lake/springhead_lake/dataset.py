"""A table of the lake as DuckDB sees it: it asks for the columns and the rows that it needs, whenever it reads.

All reading goes through pyiceberg, so that delete files count and old files have the columns of the schema.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
from pyarrow.fs import LocalFileSystem
from pyiceberg.conversions import from_bytes
from pyiceberg.expressions import AlwaysTrue
from pyiceberg.io.pyarrow import ArrowScan
from pyiceberg.schema import Schema
from pyiceberg.table import FileScanTask, Table
from pyiceberg.table.snapshots import Snapshot
from pyiceberg.types import PrimitiveType

from springhead_lake.merge import arrow_of, conform

__all__ = ["TableAtSnapshot"]

#: Data files that are read ahead; each is in memory as a whole.
_READERS = 2


class TableAtSnapshot(ds.Dataset):  # type: ignore[misc]  # pyarrow has no types
    """A table at one snapshot. Read as often as a query names it.

    Args:
        table: The table.
        snapshot: The snapshot; None where there is none yet, which is a table without rows. The newest is read with the
            columns that the table has now, an older one with those of its time.

    Attributes:
        files_read: Number of data files that were opened so far.
        failure: What went wrong while DuckDB read, for DuckDB only passes its text on.
    """

    def __init__(self, table: Table, snapshot: Snapshot | None) -> None:
        self._table = table
        self._snapshot = snapshot
        self._schema = table.schema()
        current = table.metadata.current_snapshot_id
        if snapshot is not None and snapshot.snapshot_id != current and snapshot.schema_id is not None:
            self._schema = table.schemas()[snapshot.schema_id]
        self._arrow = arrow_of(table, self._schema)
        self._tasks: list[FileScanTask] | None = None
        self.files_read = 0
        self.failure: Exception | None = None

    @property
    def schema(self) -> pa.Schema:
        """Its Arrow schema."""
        return self._arrow

    def scanner(self, columns: Sequence[str] | None = None, filter: Any = None, **_: Any) -> ds.Scanner:
        """What DuckDB reads through.

        Args:
            columns: Columns that it wants; all where None.
            filter: Rows that it wants, as an Arrow expression. DuckDB relies on it and does not filter again.
        """
        wanted = self._arrow.names if columns is None else list(columns)
        # An expression does not tell its columns, but its text has their names.
        said = "" if filter is None else str(filter)
        needed = pa.schema([field for field in self._arrow if field.name in wanted or field.name in said])
        return ds.Scanner.from_batches(
            self._batches(needed, self._pruned(filter, said)),
            schema=needed,
            columns=wanted,
            filter=filter,
            use_threads=False,
        )

    def _batches(self, needed: pa.Schema, tasks: list[FileScanTask]) -> Iterator[pa.RecordBatch]:
        columns = self._schema.select(*needed.names)
        ahead: deque[Future[list[pa.RecordBatch]]] = deque()
        try:
            with ThreadPoolExecutor(_READERS, "lake-query") as pool:
                for task in tasks:
                    if len(ahead) == _READERS:
                        yield from ahead.popleft().result()
                    ahead.append(pool.submit(self._read, task, columns, needed))
                while ahead:
                    yield from ahead.popleft().result()
        except Exception as error:
            self.failure = error
            raise

    def _read(self, task: FileScanTask, columns: Schema, needed: pa.Schema) -> list[pa.RecordBatch]:
        self.files_read += 1
        found = ArrowScan(self._table.metadata, self._table.io, columns, AlwaysTrue()).to_record_batches([task])
        return [piece for batch in found for piece in conform(pa.Table.from_batches([batch]), needed).to_batches()]

    def _pruned(self, filter: Any, said: str) -> list[FileScanTask]:
        """The data files that may have rows for a filter, by their statistics."""
        if self._tasks is None:
            scan = None if self._snapshot is None else self._table.scan(snapshot_id=self._snapshot.snapshot_id)
            self._tasks = [] if scan is None else list(scan.plan_files())
        if filter is None:
            return self._tasks
        columns = [column for column in self._arrow if column.name in said]
        form = ds.ParquetFileFormat()
        # Nothing of these is opened: Arrow only holds the filter against what is known of each.
        fragments = [
            form.make_fragment(str(number), LocalFileSystem(), self._known(task, columns))
            for number, task in enumerate(self._tasks)
        ]
        known = ds.FileSystemDataset(fragments, self._arrow, form, LocalFileSystem())
        return [self._tasks[int(fragment.path)] for fragment in known.get_fragments(filter=filter)]

    def _known(self, task: FileScanTask, columns: list[pa.Field]) -> Any:
        """What the statistics of a data file say of all its rows, as an Arrow expression."""
        known: Any = ds.scalar(True)
        for column in columns:
            field = self._schema.find_field(column.name)
            least = (task.file.lower_bounds or {}).get(field.field_id)
            most = (task.file.upper_bounds or {}).get(field.field_id)
            if least is None or most is None or not isinstance(field.field_type, PrimitiveType):
                continue
            name = ds.field(column.name)
            low, high = (pa.scalar(from_bytes(field.field_type, bound), column.type) for bound in (least, most))
            between = (name >= low) & (name <= high)
            nulls = (task.file.null_value_counts or {}).get(field.field_id)
            known &= between if nulls == 0 else between | name.is_null()
        return known
