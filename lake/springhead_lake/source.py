"""The bytes of a file, handed out as blocks that are supposed to be clean, or as rows taken out one by one.

Blocks are handed out ahead of the proof that they are clean. The first one that is not comes back with all that were
handed out after it, and is handed out again in smaller pieces; a small piece that is not clean is taken apart row by
row. So a fault costs little, and where rows begin is always known from the beginning of the file on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import BinaryIO

from springhead_lake.blocks import Block, cut
from springhead_lake.errors import BadFile
from springhead_lake.tokens import LINE_END, Limits, LongLine, Rejected, Tokens, tokenise, too_long

__all__ = ["Source"]

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# The longer marks first: UTF-32 begins as UTF-16 does.
_OTHER_ENCODINGS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_LEAST_BYTES = 64 * 1024
_AS_UTF8 = "save the file as UTF-8"


class Source:
    """Reads a file once, from its beginning to its end.

    Args:
        stream: The file.
        limits: Limits of a row.
        unit: Size of a block at most, in bytes.
    """

    def __init__(self, stream: BinaryIO, limits: Limits, unit: int) -> None:
        self._stream = stream
        self._limits = limits
        self._unit = unit
        self._least = min(_LEAST_BYTES, unit)
        self._size = unit
        self._slow_size = self._least
        self._data = b""
        self._at = 0
        self._line = 1
        self._ended = False
        self._slow = False

    def header(self) -> tuple[list[str], int]:
        """Returns the fields of the first row, and its line.

        Raises:
            BadFile: There is none, or it cannot be read.
        """
        window, final = self._window(self._limits.max_row_bytes + self._least)
        for mark, encoding in _OTHER_ENCODINGS.items():
            if window.startswith(mark):
                raise BadFile(f"the file is {encoding}, not UTF-8", line=1, hint=_AS_UTF8)
        if window.startswith(_BYTE_ORDER_MARK):
            self._at += len(_BYTE_ORDER_MARK)
            window = window[len(_BYTE_ORDER_MARK) :]
        tokens = tokenise(window, None, self._limits, line=1, final=final, most=1)
        if tokens.long_line:
            limit = self._limits.max_row_bytes
            raise BadFile(f"the header is longer than {limit:,} bytes", line=tokens.long_line.line)
        if tokens.rejected:
            first = tokens.rejected[0]
            hint = f"if the file is UTF-16, {_AS_UTF8}" if b"\0" in first.raw else _AS_UTF8
            raise BadFile(f"the header {first.reason}", line=first.line, hint=hint)
        if not tokens.rows:
            raise BadFile("the file is empty", hint="write at least the header")
        self._at += tokens.used
        self._line = tokens.line
        return tokens.rows[0], tokens.lines[0]

    def block(self) -> Block | None:
        """Returns the next block; None where rows must be taken out one by one, and at the end of the file."""
        if self._slow:
            return None
        window, final = self._window(self._size)
        if not window:
            return None
        block = cut(window, final=final)
        if block is None:
            self._slow = True
            return None
        self._at += block.size
        self._size = min(2 * self._size, self._unit)
        return block

    def clean(self, line_ends: int) -> int:
        """Takes note that the first of the blocks that are out is clean, and returns the number of its first line.

        Args:
            line_ends: Number of its line ends.
        """
        line = self._line
        self._line += line_ends
        self._slow_size = self._least
        return line

    def give_back(self, blocks: Sequence[Block]) -> None:
        """Takes back all blocks that are out; the first of them is not clean."""
        self._data = b"".join([*(block.raw() for block in blocks), self._data[self._at :]])
        self._at = 0
        self._slow = blocks[0].size <= self._least
        self._size = self._least

    def rows(self, width: int) -> tuple[bytes, Tokens] | None:
        """Returns the next rows, taken out one by one, and the data that their spans are of; None at the end.

        No block may be out.

        Args:
            width: Number of fields of a row.
        """
        window, final = self._window(self._slow_size + self._limits.max_row_bytes + 4)
        if not window:
            return None
        tokens = tokenise(window, width, self._limits, line=self._line, final=final, stop=self._slow_size)
        self._at += tokens.used
        self._line = tokens.line
        self._slow = False
        self._size = self._least
        # Where faults are dense, trying blocks in vain would cost more than it saves.
        self._slow_size = min(2 * self._slow_size, self._unit)
        if tokens.long_line:
            tokens.rejected.append(self._skip(tokens.long_line))
        return window, tokens

    def _window(self, size: int) -> tuple[bytes, bool]:
        """Returns the next bytes without moving on, and whether they are the file's last."""
        if len(self._data) - self._at < size and not self._ended:
            pieces = [self._data[self._at :]]
            missing = size - len(pieces[0])
            while missing > 0 and not self._ended:
                piece = self._read(missing)
                pieces.append(piece)
                missing -= len(piece)
            self._data = b"".join(pieces)
            self._at = 0
        window = self._data[self._at : self._at + size]
        return window, self._ended and self._at + len(window) == len(self._data)

    def _read(self, size: int) -> bytes:
        piece = self._stream.read(size)
        self._ended = not piece
        return piece

    def _skip(self, long_line: LongLine) -> Rejected:
        """Moves behind a line without holding it."""
        size = long_line.size
        while not (found := self._next_line_end()) and not self._ended:
            size += len(self._data) - self._at
            self._data = self._read(self._unit)
            self._at = 0
        if found:
            size += found.start() - self._at
            self._at = found.end()
            if found.group() == b"\r" and self._at == len(self._data) and self._window(1)[0] == b"\n":
                self._at += 1
        self._line += 1
        return too_long(long_line.line, long_line.raw, size, self._limits)

    def _next_line_end(self) -> re.Match[bytes] | None:
        # Looking for a single byte is far faster than the expression.
        if self._data.find(b"\n", self._at) < 0 and self._data.find(b"\r", self._at) < 0:
            return None
        return LINE_END.search(self._data, self._at)
