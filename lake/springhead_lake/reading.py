"""Reads a backup file into Arrow tables, in memory that does not grow with the file. See the package's README."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from types import TracebackType
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from springhead_lake.blocks import Block, parse
from springhead_lake.columns import Header, Layout, layout, map_header
from springhead_lake.errors import BadFile
from springhead_lake.names import Kind
from springhead_lake.normalise import convert, key_column
from springhead_lake.source import Source
from springhead_lake.tokens import Limits, Rejected, Tokens, tokenise

__all__ = ["BadFile", "Chunk", "Limits", "Reading", "Rejected", "read", "table_schema"]

_BLOCK_BYTES = 64 * 1024 * 1024
# Large enough that calls cost little, small enough that a few of them at once do.
_UNIT_BYTES = 8 * 1024 * 1024
_MAX_WORKERS = 4
_MAX_REJECTED = 50_000
_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a file.

    Attributes:
        table: The good rows, of `table_schema`: the tables' columns in the contract's order, NULL where the file lacks
            one, then the parts of the key in their normal form, never NULL, as `_key_0`, `_key_1` ...
        lines: Line of the file that each row of the table begins on, counted from 1; int64, as long as the table.
        rejected: The other rows, in the order of the file.
    """

    table: pa.Table
    lines: pa.ChunkedArray
    rejected: list[Rejected]


@dataclass(frozen=True, slots=True)
class _Part:
    table: pa.Table
    lines: pa.Int64Array
    rejected: list[Rejected]
    nulls: dict[str, dict[str, int]]
    size: int

    def moved(self, line: int) -> _Part:
        """Returns the part with its lines counted from the file's first, where its own first is a line of the file."""
        rejected = [replace(one, line=one.line + line) for one in self.rejected]
        return replace(self, lines=pc.add(self.lines, line), rejected=rejected)


@dataclass(frozen=True, slots=True)
class _Found:
    part: _Part
    line_ends: int


class Reading:
    """The chunks of a file, once, in its order; a context manager too. `read` makes it.

    Each row of the file is in one chunk, as a row of its table or as a rejected one. The numbers count the chunks that
    were handed out, and are complete at the end.

    Attributes:
        layout: What the contract says of the kind of file.
        header: What the file's header says.
        rows_read: Number of rows, good and rejected; blank lines are no rows.
        rejected_count: Number of rejected rows.
        counters: Number of cells of good rows that are NULL because of their text, by column and reason, see
            `springhead_lake.normalise`.
    """

    def __init__(self, source: Source, layout: Layout, header: Header, limits: Limits, block_bytes: int) -> None:
        self.layout = layout
        self.header = header
        self.rows_read = 0
        self.rejected_count = 0
        self.counters: dict[str, dict[str, int]] = {}
        self._source = source
        self._limits = limits
        self._block_bytes = block_bytes
        self._schema = table_schema(layout)
        self._chunks = self._grouped(self._parts())

    def __iter__(self) -> Iterator[Chunk]:
        return self

    def __next__(self) -> Chunk:
        return next(self._chunks)

    def __enter__(self) -> Reading:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stops reading; the stream stays open, as whoever opened it closes it."""
        self._chunks.close()

    def _grouped(self, parts: Iterator[_Part]) -> Generator[Chunk]:
        group: list[_Part] = []
        size = rejected = 0
        for part in parts:
            if group and (size + part.size > self._block_bytes or rejected >= _MAX_REJECTED):
                yield self._chunk(group)
                group = []
                size = rejected = 0
            size += part.size
            rejected += len(part.rejected)
            if part.rejected or len(part.lines):
                group.append(part)
        if group:
            yield self._chunk(group)

    def _chunk(self, parts: list[_Part]) -> Chunk:
        table = pa.concat_tables([part.table for part in parts])
        lines = pa.chunked_array([part.lines for part in parts], pa.int64())
        rejected = [one for part in parts for one in part.rejected]
        self.rows_read += table.num_rows + len(rejected)
        self.rejected_count += len(rejected)
        for part in parts:
            for column, reasons in part.nulls.items():
                total = self.counters.setdefault(column, {})
                for reason, count in reasons.items():
                    total[reason] = total.get(reason, 0) + count
        return Chunk(table, lines, rejected)

    def _parts(self) -> Iterator[_Part]:
        workers = min(_MAX_WORKERS, os.cpu_count() or 1)
        ahead: deque[tuple[Block, Future[_Found | None]]] = deque()
        with ThreadPoolExecutor(workers, "lake-reading") as pool:
            while True:
                while len(ahead) <= workers and (block := self._source.block()):
                    ahead.append((block, pool.submit(self._fast, block)))
                if not ahead:
                    # Only now is it certain where the next row begins.
                    part = self._slow()
                    if part is None:
                        return
                    yield part
                    continue
                block, future = ahead.popleft()
                found = future.result()
                if found is None:
                    self._source.give_back([block, *(other for other, _ in ahead)])
                    ahead.clear()
                else:
                    yield found.part.moved(self._source.clean(found.line_ends))

    def _fast(self, block: Block) -> _Found | None:
        parsed = parse(block, self.header.width, self._limits)
        if parsed is None:
            return None
        part, without_key = self._part(parsed.columns, parsed.lines, block.size)
        if len(without_key) > _MAX_REJECTED:
            return None  # smaller pieces need less memory
        if without_key:
            data = block.raw()
            _reject(part, without_key, data, tokenise(data, self.header.width, self._limits, line=0, final=True))
        return _Found(part, parsed.line_ends)

    def _slow(self) -> _Part | None:
        found = self._source.rows(self.header.width)
        if found is None:
            return None
        data, tokens = found
        cells = zip(*tokens.rows, strict=True) if tokens.rows else [()] * self.header.width
        columns = [pa.array(column, pa.string()) for column in cells]
        part, without_key = self._part(columns, pa.array(tokens.lines, pa.int64()), tokens.used)
        part.rejected.extend(tokens.rejected)
        _reject(part, without_key, data, tokens)
        part.rejected.sort(key=lambda one: one.line)
        return part

    def _part(self, cells: list[pa.StringArray], lines: pa.Int64Array, size: int) -> tuple[_Part, dict[int, str]]:
        """Returns the rows that have a key, and of the others the column that is empty, by their number."""
        found = {column: cells[position] for column, position in self.header.positions.items()}
        keys = [key_column(found.get(part.column), part, len(lines)) for part in self.layout.key]
        without_key: dict[int, str] = {}
        for part, key in zip(self.layout.key, keys, strict=True):
            empty = pc.equal(key, "")
            if not part.may_be_empty and pc.any(empty).as_py():
                without_key |= dict.fromkeys(pc.indices_nonzero(empty).to_pylist(), part.column)
        if without_key:
            keep = pc.invert(pc.is_in(pa.arange(0, len(lines), 1), pa.array(without_key, pa.int64())))
            found = {column: values.filter(keep) for column, values in found.items()}
            keys = [key.filter(keep) for key in keys]
            lines = lines.filter(keep)
        nulls: dict[str, dict[str, int]] = {}
        columns = []
        for one in self.layout.schema:
            if one.name in found:
                values, nulls[one.name] = convert(found[one.name], one.type)
                columns.append(values)
            else:
                columns.append(pa.nulls(len(lines), one.type))
        table = pa.Table.from_arrays([*columns, *keys], schema=self._schema)
        return _Part(table, lines, [], {name: reasons for name, reasons in nulls.items() if reasons}, size), without_key


def table_schema(layout: Layout) -> pa.Schema:
    """Returns the schema of the tables of chunks."""
    keys = [pa.field(f"_key_{number}", pa.string(), nullable=False) for number in range(len(layout.key))]
    return pa.schema([*layout.schema, *keys])


def read(
    stream: BinaryIO,
    kind: Kind,
    *,
    block_bytes: int = _BLOCK_BYTES,
    limits: Limits = _LIMITS,
    name: str | None = None,
) -> Reading:
    """Begins to read a file; its header is read at once.

    Args:
        stream: The file, open for bytes. It is read once, forwards.
        kind: What it is a file of.
        block_bytes: Size of a chunk at most, in bytes of the file.
        limits: Limits of a row.
        name: Name of the file, for messages.

    Raises:
        BadFile: No row of the file can be loaded: it is empty, is not UTF-8, or its header cannot be read or lacks a
            column.
    """
    source = Source(stream, limits, max(1, min(_UNIT_BYTES, block_bytes)))
    columns = layout(kind)
    try:
        fields, line = source.header()
        header = map_header(fields, columns, line=line)
    except BadFile as error:
        raise (error.named(name) if name else error) from None
    return Reading(source, columns, header, limits, block_bytes)


def _reject(part: _Part, without_key: dict[int, str], data: bytes, tokens: Tokens) -> None:
    """Adds the rows without a key to the rejected ones of a part."""
    for number, column in sorted(without_key.items()):
        raw = data[slice(*tokens.spans[number])]
        part.rejected.append(Rejected(tokens.lines[number], f"has no {column}, which is part of the key", raw))
