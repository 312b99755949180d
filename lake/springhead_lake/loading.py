"""The first pass over a file: what is in it, which of its rows count, and how to get at them again."""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO, Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from springhead.errors import Unavailable

from springhead_lake.backups import Origin, Source, origin
from springhead_lake.columns import Header, Layout
from springhead_lake.digest import Digest
from springhead_lake.hashing import Hashes, Index, hash_rows, join_hashes
from springhead_lake.names import FileName, Kind
from springhead_lake.reading import Chunk, Reading, read
from springhead_lake.tokens import Rejected

__all__ = ["MEMORY_BYTES", "Loaded", "Progress", "load"]

Progress = Callable[[str, int, int | None], None]
"""Told a step (``read`` in bytes, ``write`` in rows, ``files``), how much of it is done, and how much there is."""

#: Rows of a file up to this size in memory are kept there; those of a larger one are read a second time.
MEMORY_BYTES = 512 * 1024 * 1024
#: Rows of a file that is compared by its names first.
SMALL_ROWS = 65_536
_PAIR = 2


@dataclass
class Loaded:
    """A file that has been read once.

    Attributes:
        source: The file.
        name: What its name says.
        origin: Its place in the order of files.
        header: Its header.
        layout: Its columns.
        good: Number of rows that can be loaded, duplicates included.
        counters: Cells that became NULL, by column and reason.
        index: The distinct keys; of a file without a column of phones, the distinct pairs of name and city.
        pairs: The distinct pairs of name and city of a file of restaurants with phones.
        rejected: The other rows, JSON lines, at its beginning; closed with this object.
        rejected_count: Their number.
        first_rejected: The first of them.
        kept: The good rows, where they fit into memory.
        names: The distinct first parts of the keys of a small file; None for a large one.
    """

    source: Source
    name: FileName
    origin: Origin
    header: Header
    layout: Layout
    good: int
    counters: Mapping[str, Mapping[str, int]]
    index: Index
    pairs: Index | None
    rejected: IO[bytes]
    rejected_count: int
    first_rejected: Rejected | None
    kept: list[pa.Table] | None
    names: pa.StringArray | None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.rejected.close()

    @property
    def rows_read(self) -> int:
        """Number of rows of the file."""
        return self.good + self.rejected_count

    @property
    def phoneless(self) -> bool:
        """True for a file of restaurants without a column of phones."""
        return self.name.kind == "restaurants" and not self.header.has_phone

    def pick(self, rows: npt.NDArray[np.int64]) -> Iterator[pa.Table]:
        """Some of the good rows, in pieces, with the columns of the layout.

        Args:
            rows: Their numbers, ascending.

        Raises:
            Unavailable: The file is not what it was.
        """
        if not len(rows):
            return
        start = 0
        for piece in self._pieces():
            begin, end = np.searchsorted(rows, [start, start + len(piece)])
            wanted = rows[begin:end] - start
            start += len(piece)
            if len(wanted) == len(piece):
                yield piece
            elif len(wanted):
                yield piece.take(pa.array(wanted))

    def _pieces(self) -> Iterator[pa.Table]:
        if self.kept is not None:
            yield from self.kept
            return
        count = 0
        with self.source.open() as stream, Digest(stream) as digest:
            with read(digest, self.name.kind, name=self.source.url) as reading:  # type: ignore[arg-type]
                for chunk in reading:
                    count += len(chunk.table)
                    yield _rows(chunk, self.layout)
            if digest.hexdigest() != self.origin.sha256 or count != self.good:
                raise Unavailable(f"{self.source.url} changed while it was read", hint="load it again")


def _rows(chunk: Chunk, layout: Layout) -> pa.Table:
    return chunk.table.select(layout.schema.names)


def load(source: Source, name: FileName, progress: Progress | None = None) -> Loaded:
    """Read a file once.

    Raises:
        BadFile: No row of it can be loaded.
        NotFound: It does not exist any more.
        Unavailable: It cannot be read now.
    """
    spool = tempfile.SpooledTemporaryFile(4 * 1024 * 1024)  # noqa: SIM115  # the caller closes it
    try:
        return _load(source, name, progress, spool)
    except BaseException:
        spool.close()
        raise


def _load(source: Source, name: FileName, progress: Progress | None, spool: IO[bytes]) -> Loaded:
    keys = _Keys(name.kind)
    kept: list[pa.Table] | None = []
    held = good = rejected_count = 0
    first: Rejected | None = None
    told = None if progress is None else lambda done: progress("read", done, source.size)
    with source.open() as stream, Digest(stream, told) as digest, keys:
        with read(digest, name.kind, name=source.url) as reading:  # type: ignore[arg-type]
            for chunk in reading:
                keys.add(chunk, reading)
                good += len(chunk.table)
                first = first or next(iter(chunk.rejected), None)
                rejected_count += len(chunk.rejected)
                spool.writelines(rejected_line(rejected) for rejected in chunk.rejected)
                if kept is not None:
                    kept.append(_rows(chunk, reading.layout))
                    held += kept[-1].nbytes
                    if held > MEMORY_BYTES:
                        kept = None
        sha256 = digest.hexdigest()
        index, pairs = keys.indexes()
        names = keys.names()
    spool.seek(0)
    return Loaded(
        source=source,
        name=name,
        origin=origin(source, name, sha256),
        header=reading.header,
        layout=reading.layout,
        good=good,
        counters={column: dict(reasons) for column, reasons in reading.counters.items()},
        index=index,
        pairs=pairs,
        rejected=spool,
        rejected_count=rejected_count,
        first_rejected=first,
        kept=kept,
        names=names,
    )


class _Keys:
    """Hashes of the keys of a file, made in a thread while the next rows are read."""

    def __init__(self, kind: Kind) -> None:
        self._restaurants = kind == "restaurants"
        self._pool = ThreadPoolExecutor(1, "lake-keys")
        self._full: list[Future[Hashes]] = []
        self._pairs: list[Future[Hashes]] = []
        self._names: list[pa.ChunkedArray] | None = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def add(self, chunk: Chunk, reading: Reading) -> None:
        """Take the keys of a chunk."""
        if self._full:
            self._full[-1].result()  # no more than one chunk waits
        keys = [chunk.table.column(f"_key_{number}") for number in range(len(reading.layout.key))]
        if self._names is not None:
            self._names.append(keys[0])
            if sum(map(len, self._names)) > SMALL_ROWS:
                self._names = None
        phoneless = self._restaurants and not reading.header.has_phone
        self._full.append(self._pool.submit(hash_rows, keys[:_PAIR] if phoneless else keys))
        if self._restaurants and not phoneless:
            self._pairs.append(self._pool.submit(hash_rows, keys[:_PAIR]))

    def indexes(self) -> tuple[Index, Index | None]:
        """The distinct keys, and the distinct pairs of name and city where the file has phones."""
        return _index(self._full), _index(self._pairs) if self._pairs else None

    def names(self) -> pa.StringArray | None:
        """The distinct first parts of the keys, where there are few."""
        if self._names is None:
            return None
        return pa.chunked_array([chunk for part in self._names for chunk in part.chunks], pa.string()).unique()


def _index(parts: list[Future[Hashes]]) -> Index:
    hashes = join_hashes([part.result() for part in parts])
    # Of ten million rows, they are 160 MB: gone before as much is needed to sort.
    parts.clear()
    return Index(hashes)


def rejected_line(rejected: Rejected) -> bytes:
    """A rejected row as a line of JSON: ``line``, ``reason``, ``raw``; bytes that are no UTF-8 also as base64."""
    record: dict[str, Any] = {"line": rejected.line, "reason": rejected.reason}
    try:
        record["raw"] = rejected.raw.decode()
    except UnicodeDecodeError:
        record["raw"] = rejected.raw.decode("utf-8", "replace")
        record["raw_base64"] = base64.b64encode(rejected.raw).decode()
    return json.dumps(record).encode() + b"\n"
