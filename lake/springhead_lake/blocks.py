"""Takes rows out of blocks of bytes fast, where that gives exactly what `springhead_lake.tokens` gives.

A block is clean if its quotes stand as RFC 4180 has them, it is UTF-8 without NUL bytes, no row is near the limit, and
all rows have the header's width. pyarrow reads clean blocks as the slow way does. Everything else goes the slow way.

`cut` only supposes that a block is clean, so that many can be looked at at once; `parse` then proves it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv

from springhead_lake.tokens import Limits

__all__ = ["Block", "Parsed", "cut", "parse"]

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_QUOTE, _LF, _CR = b'"\n\r'
_BESIDE_QUOTES = np.zeros(256, bool)
_BESIDE_QUOTES[list(b'",\n\r')] = True
_MOST_QUOTES_BACK = 1000
# Few enough for the processor's cache with what is made of them.
_AT_ONCE = 256 * 1024

Octets = npt.NDArray[np.uint8]
Positions = npt.NDArray[np.int64]


def _pool() -> pa.MemoryPool:
    """Returns where cells are put: in jemalloc, where pyarrow has it, which reuses more memory than the default one."""
    try:
        return pa.jemalloc_memory_pool()
    except NotImplementedError:
        return pa.default_memory_pool()


_POOL = _pool()


@dataclass(frozen=True, slots=True)
class Block:
    """Bytes that are whole rows with their line ends, if they are clean.

    Attributes:
        data: The bytes.
        size: Number of the file's bytes that it takes: one less than the data where the file lacks its last line end.
        window: What the bytes are the beginning of.
    """

    data: pa.Buffer
    size: int
    window: bytes

    def raw(self) -> bytes:
        """Returns the file's bytes."""
        return self.window[: self.size]


@dataclass(frozen=True, slots=True)
class Parsed:
    """The rows of a clean block.

    Attributes:
        columns: Their cells.
        lines: Line that each of them begins on, counted from the block's first, which is 0.
        line_ends: Number of line ends in the block, within quotes too.
    """

    columns: list[pa.StringArray]
    lines: pa.Int64Array
    line_ends: int


def cut(data: bytes, *, final: bool) -> Block | None:
    """Takes a block from the beginning of the data, as long as possible.

    Args:
        data: Bytes that begin with a row.
        final: Whether the file ends where the data ends.

    Returns:
        None where no row ends in the data, if the block is clean.
    """
    size = len(data)
    if final and data[-1:] not in (b"\n", b"\r"):
        data += b"\n"
    stop = _row_end(data, _count_quotes(np.frombuffer(data, np.uint8)), 0, len(data), final)
    return Block(pa.py_buffer(data).slice(0, stop), min(stop, size), data) if stop else None


def parse(block: Block, width: int, limits: Limits) -> Parsed | None:
    """Reads a block.

    Args:
        block: The block, as `cut` gave it.
        width: Number of fields of a row.
        limits: Limits of a row.

    Returns:
        None where the block is not clean.
    """
    octets = np.frombuffer(block.data, np.uint8)
    quotes, line_ends = _marks(octets)
    if not _quotes_are_sound(octets, quotes) or not _text_is_sound(block, octets, quotes, limits):
        return None
    table = _read(block.data, width, limits)
    if table is None:
        return None
    lines = pa.arange(0, line_ends, 1) if table.num_rows == line_ends else _lines(octets, quotes)
    columns = [one.chunk(0) if one.num_chunks == 1 else one.combine_chunks() for one in table.itercolumns()]
    return Parsed(columns, lines, line_ends)


def _text_is_sound(block: Block, octets: Octets, quotes: Positions, limits: Limits) -> bool:
    # pyarrow would take a byte order mark for the file's.
    if octets[: len(_BYTE_ORDER_MARK)].tobytes() == _BYTE_ORDER_MARK or not octets.min():
        return False
    return _rows_are_short(block, quotes, limits) and _is_utf8(block.data)


def _read(data: pa.Buffer, width: int, limits: Limits) -> pa.Table | None:
    names = [str(number) for number in range(width)]
    try:
        return pyarrow.csv.read_csv(
            pa.BufferReader(data),
            read_options=pyarrow.csv.ReadOptions(
                use_threads=False, column_names=names, block_size=max(data.size + 1, limits.max_row_bytes)
            ),
            # The block ends with a row, so that pyarrow need not look for one's end.
            parse_options=pyarrow.csv.ParseOptions(newlines_in_values=False),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
            ),
            memory_pool=_POOL,
        )
    except pa.ArrowInvalid:
        return None


def _count_quotes(octets: Octets) -> int:
    starts = range(0, len(octets), _AT_ONCE)
    return sum(int(np.count_nonzero(octets[start : start + _AT_ONCE] == _QUOTE)) for start in starts)


def _marks(octets: Octets) -> tuple[Positions, int]:
    """Returns the positions of quotes, and the number of line ends."""
    quotes, line_ends = [], 0
    for start in range(0, len(octets), _AT_ONCE):
        # With the first byte of what follows: it may be the second half of a line end.
        piece = octets[start : start + _AT_ONCE + 1]
        feeds, returns = piece == _LF, piece == _CR
        quotes.append(np.flatnonzero(piece[:_AT_ONCE] == _QUOTE) + start)
        line_ends += int(np.count_nonzero(feeds[:_AT_ONCE]) + np.count_nonzero(returns[:_AT_ONCE]))
        line_ends -= int(np.count_nonzero(returns[:-1] & feeds[1:]))
    return np.concatenate(quotes), line_ends


def _row_end(data: bytes, quotes: int, start: int, stop: int, final: bool) -> int:
    """Returns the byte after the last line end between two bytes that is outside quotes, 0 if none is found.

    Args:
        data: Bytes that begin with a row.
        quotes: Number of quotes before the second byte.
        start: The first byte.
        stop: The second byte.
        final: Whether the data ends with a line end.
    """
    for _ in range(_MOST_QUOTES_BACK):
        found = data.rfind(b"\n", start, stop)
        # A CR at the end of the data may be half a line end.
        found = max(found, data.rfind(b"\r", max(found, start), stop if final else min(stop, len(data) - 1)))
        if found < 0:
            return 0
        quotes -= data.count(b'"', found, stop)
        if quotes % 2 == 0:
            return found + 1 + (data[found : found + 2] == b"\r\n")
        stop = data.rfind(b'"', start, found)
        if stop < 0:
            return 0
        quotes -= 1
    return 0


def _rows_are_short(block: Block, quotes: Positions, limits: Limits) -> bool:
    """Tells whether no row can be over the limit: every half of it has the end of a row."""
    half = limits.max_row_bytes // 2
    at = 0
    while block.data.size - at > half:
        at = _row_end(block.window, int(np.searchsorted(quotes, at + half)), at, at + half, True)
        if not at:
            return False
    return True


def _is_utf8(data: pa.Buffer) -> bool:
    text = pa.Array.from_buffers(pa.large_string(), 1, [None, pa.py_buffer(struct.pack("=qq", 0, data.size)), data])
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _quotes_are_sound(octets: Octets, quotes: Positions) -> bool:
    """Tells whether every other quote, from the first on, opens a field, and the others close one.

    A doubled quote is one that closes followed by one that opens. So what is before an opening quote must be a field's
    beginning or a quote, and what is after a closing one a field's end or a quote. By induction from the first row,
    the block then has the structure of RFC 4180 and no quote elsewhere.
    """
    # The first byte has none before it: there, the quote itself stands in. The last byte is a line end.
    before, after = np.maximum(quotes[::2] - 1, 0), quotes[1::2] + 1
    return bool(_BESIDE_QUOTES[octets[before]].all() and _BESIDE_QUOTES[octets[after]].all())


def _lines(octets: Octets, quotes: Positions) -> pa.Int64Array:
    """Returns the line that each row begins on, in a block with blank lines or line ends within quotes."""
    feeds = octets == _LF
    last = (octets == _CR) | feeds
    last[:-1] &= ~((octets[:-1] == _CR) & feeds[1:])
    ends = np.flatnonzero(last)
    starts = np.append(0, ends[np.searchsorted(quotes, ends) % 2 == 0] + 1)[:-1]
    first = octets[starts]
    return pa.array(np.searchsorted(ends, starts[(first != _LF) & (first != _CR)]))
