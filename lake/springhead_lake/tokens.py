"""Takes rows out of bytes one by one, slowly and exactly. This module says what a row is.

- A line ends with CRLF, LF or CR, also mixed in one file. Blank lines count as lines, but are no rows.
- Fields are separated by commas. A field that begins with a quote ends with one, may hold commas and line ends, and a
  quote within it is doubled (RFC 4180). In any other field a quote is a character like others.
- A row whose quotes cannot be right (text after a closing quote, or no closing quote up to the end of the file or the
  limit), or that has another number of fields than the header, may have swallowed rows that follow. So only its first
  line is rejected, and reading goes on at the next line, as if a row began there.
- A row with a NUL byte, or with bytes that are no UTF-8, is rejected with all its lines.
- A row over the limit is rejected; of a single line that is too long, only the beginning is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

__all__ = ["LINE_END", "Limits", "LongLine", "Rejected", "Tokens", "tokenise", "too_long"]

LINE_END = re.compile(rb"\r\n?|\n")
"""The end of a line."""

# What follows a field is the end of the data, too: whether it is the end of the file is decided by the caller.
_FIELD = re.compile(rb'(?:"([^"]*+(?:""[^"]*+)*+)"|(?!")([^,\r\n]*+))(,|\r\n?|\n|\Z)')
_CLOSED = re.compile(rb'"[^"]*+(?:""[^"]*+)*+"')
_MAX_REJECTED = 50_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may need at most.

    Attributes:
        max_row_bytes: Size of a row without its line end; a larger one is rejected.
        kept_bytes: Size of what is kept of a line that is longer than a row may be.
    """

    max_row_bytes: int = 1024 * 1024
    kept_bytes: int = 4096


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is not loaded.

    Attributes:
        line: Line of the file that it begins on, counted from 1.
        reason: What is wrong with it.
        raw: Its bytes as in the file, without the line end; of a line over the limit, only the beginning.
    """

    line: int
    reason: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class LongLine:
    """A line that is too long and does not end in the data.

    Attributes:
        line: Its number.
        raw: Its beginning.
        size: Bytes of it that are in the data.
    """

    line: int
    raw: bytes
    size: int


@dataclass(slots=True)
class Tokens:
    """Rows of a piece of data.

    Attributes:
        line: Line that follows the data that is used up.
        used: Bytes that are used up; the rest is the beginning of a row.
        rows: Fields of each good row.
        lines: Line that each of them begins on.
        spans: First byte of each of them, and the byte after its last without the line end.
        rejected: The other rows.
        long_line: The line that the caller must skip; None where the data ends otherwise.
    """

    line: int
    used: int = 0
    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    long_line: LongLine | None = None


class _Fault(Exception):
    """The row cannot be read; the message says why."""


class _MoreData(Exception):
    """Whether there is a row depends on what follows the data."""


def tokenise(
    data: bytes, width: int | None, limits: Limits, *, line: int, final: bool, stop: int | None = None, most: int = 0
) -> Tokens:
    """Takes rows out of bytes.

    Args:
        data: Bytes that begin with a row.
        width: Number of fields of a row; None where any number will do.
        limits: Limits of a row.
        line: Number of the first line.
        final: Whether the file ends where the data ends.
        stop: Byte from which on no row is begun; the end of the data if None.
        most: Number of rows to stop after; 0 for all.

    Returns:
        The rows. They may end early, where very many are rejected; call again with what is not used up.
    """
    tokens = Tokens(line)
    scan = _Scan(data, width, limits, final)
    end = len(data) if stop is None else min(stop, len(data))
    while tokens.used < end and tokens.long_line is None:
        if len(tokens.rejected) >= _MAX_REJECTED or (most and len(tokens.rows) >= most):
            break
        try:
            scan.step(tokens)
        except _MoreData:
            break
    return tokens


class _Scan:
    """The data, and how a row is taken out of it."""

    def __init__(self, data: bytes, width: int | None, limits: Limits, final: bool) -> None:
        self._data = data
        self._width = width
        self._limits = limits
        self._final = final
        self._nul = b"\0" in data

    def step(self, tokens: Tokens) -> None:
        """Moves over a blank line or a row.

        Raises:
            _MoreData: There is not enough data; the tokens are as before.
        """
        start = tokens.used
        if self._data[start] in b"\r\n":
            tokens.used = self._line_end(start)[1]
            tokens.line += 1
            return
        try:
            fields, end, after = self._row(start)
        except _Fault as fault:
            self._reject_line(tokens, str(fault))
            return
        raw = self._data[start:end]
        reason = self._unreadable(raw)
        if reason:
            tokens.rejected.append(Rejected(tokens.line, reason, raw))
        else:
            tokens.rows.append([text.decode() for text in fields])
            tokens.lines.append(tokens.line)
            tokens.spans.append((start, end))
        tokens.used = after
        tokens.line += 1 + (len(LINE_END.findall(raw)) if b"\n" in raw or b"\r" in raw else 0)

    def _row(self, start: int) -> tuple[list[bytes], int, int]:
        """Returns the fields of the row at a byte, where it ends, and where the next line begins."""
        fields: list[bytes] = []
        limit = self._limits.max_row_bytes
        within = min(len(self._data), start + limit + 1)
        at = start
        while True:
            found = _FIELD.match(self._data, at, within)
            if found is None:
                raise self._quote_fault(at, within)
            quoted, plain, mark = found.groups()
            fields.append(plain if quoted is None else quoted.replace(b'""', b'"'))
            at = found.end()
            if mark != b",":
                break
            if self._width is not None and len(fields) == self._width:
                raise _Fault(f"has more fields than the header, which has {self._width}; look for a missing quote")
        end = at - len(mark)
        if end - start > limit:
            raise _Fault(f"is longer than {limit:,} bytes")
        if not self._final and at == len(self._data) and mark in (b"", b"\r"):
            raise _MoreData
        if mark == b"\r" and self._data[at : at + 1] == b"\n":
            at += 1
        if self._width is not None and len(fields) != self._width:
            count = f"{len(fields)} field" + ("" if len(fields) == 1 else "s")
            raise _Fault(f"has {count}, the header {self._width}; look for a missing quote or comma")
        return fields, end, at

    def _quote_fault(self, at: int, within: int) -> Exception:
        if _CLOSED.match(self._data, at, within):
            return _Fault("has text after a closing quote; double the quotes within a field")
        if within < len(self._data):
            return _Fault(f"has a quote that is not closed within {self._limits.max_row_bytes:,} bytes")
        return _Fault("has a quote that is not closed") if self._final else _MoreData()

    def _reject_line(self, tokens: Tokens, reason: str) -> None:
        start = tokens.used
        found = LINE_END.search(self._data, start)
        size = (found.start() if found else len(self._data)) - start
        if size > self._limits.max_row_bytes and found is None and not self._final:
            raw = self._data[start : start + self._limits.kept_bytes]
            tokens.long_line = LongLine(tokens.line, raw, size)
            tokens.used = len(self._data)
            return
        end, after = self._line_end(start)
        if size > self._limits.max_row_bytes:
            tokens.rejected.append(too_long(tokens.line, self._data[start:end], size, self._limits))
        else:
            tokens.rejected.append(Rejected(tokens.line, reason, self._data[start:end]))
        tokens.used = after
        tokens.line += 1

    def _line_end(self, start: int) -> tuple[int, int]:
        """Returns where the line at a byte ends, and where the next begins."""
        found = LINE_END.search(self._data, start)
        if found is None:
            if not self._final:
                raise _MoreData
            return len(self._data), len(self._data)
        if found.group() == b"\r" and found.end() == len(self._data) and not self._final:
            raise _MoreData
        return found.span()

    def _unreadable(self, raw: bytes) -> str | None:
        if self._nul and b"\0" in raw:
            return "has a NUL byte"
        try:
            raw.decode()
        except UnicodeDecodeError as error:
            return f"is not UTF-8: byte {error.start + 1} of the row is 0x{raw[error.start]:02x}"
        return None


def too_long(line: int, raw: bytes, size: int, limits: Limits) -> Rejected:
    """Returns a line over the limit as a rejected row.

    Args:
        line: Its number.
        raw: The line, or its beginning.
        size: Its size in bytes.
        limits: The limits.
    """
    kept = raw[: limits.kept_bytes]
    reason = f"is a line of {size:,} bytes, over the limit of {limits.max_row_bytes:,}; {len(kept):,} are kept here"
    return Rejected(line, reason, kept)
