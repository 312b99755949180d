"""Columns of the two kinds of files, as the contract declares them, and what a file's header makes of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import pyarrow as pa
from springhead_contracts import load_schema

from springhead_lake.errors import BadFile
from springhead_lake.names import Kind

__all__ = ["MAX_COLUMNS", "Header", "KeyPart", "Layout", "layout", "map_header"]

MAX_COLUMNS = 1000
"""A header with more columns is none of ours."""

_RECORD_TYPES: dict[Kind, str] = {"posts": "instagram_post", "restaurants": "instagram_restaurant"}

# The tables' types that are not text; the contract has every value as the file spells it.
_LAKE_TYPES: dict[Kind, dict[str, pa.DataType]] = {
    "posts": {"posted_date": pa.date32(), "likes": pa.int32(), "comments": pa.int32()},
    "restaurants": {"posts_count": pa.int32()},
}

# A key member that may be empty: an unknown phone is a value of its own.
_MAY_BE_EMPTY = frozenset({"phone"})


@dataclass(frozen=True, slots=True)
class KeyPart:
    """One part of the key of a row.

    Attributes:
        column: Column that holds it.
        form: Its normal form, see `springhead_contracts.rows.normalise`.
        aliases: Other spellings by their normal form.
        may_be_empty: Whether a row without it is good.
    """

    column: str
    form: str
    aliases: Mapping[str, str]
    may_be_empty: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """What the contract says of a kind of file.

    Attributes:
        kind: The kind.
        record_type: Its record type in the contract.
        columns: All columns under the tables' names, in the contract's order.
        required: Those that every file has.
        optional: Those that a file may lack: `zip_code`, and `phone` in the first files.
        key: Parts of the key, in order.
        aliases: Names that files use, by the tables' names for them: `posts` is `posts_count`.
        schema: The tables' columns that come from a file, all nullable, in the contract's order.
    """

    kind: Kind
    record_type: str
    columns: tuple[str, ...]
    required: tuple[str, ...]
    optional: tuple[str, ...]
    key: tuple[KeyPart, ...]
    aliases: Mapping[str, str]
    schema: pa.Schema


@dataclass(frozen=True, slots=True)
class Header:
    """What a file's header says.

    Attributes:
        width: Number of columns of the file, known and unknown.
        positions: Position in the file of each known column that the file has, by the table's name.
        unknown: Names of the columns that are not loaded, as the file spells them.
        absent: Optional columns that the file lacks; they are NULL in its rows.
    """

    width: int
    positions: Mapping[str, int]
    unknown: tuple[str, ...]
    absent: tuple[str, ...]

    @property
    def has_phone(self) -> bool:
        """Whether the file has a column of phones; rows of a file that has none can match a row with any phone."""
        return "phone" in self.positions


@cache
def layout(kind: Kind) -> Layout:
    """Returns the layout of a kind of file."""
    record_type = _RECORD_TYPES[kind]
    schema = load_schema(record_type)
    columns = tuple(schema["x-csv"]["columns"])
    required = frozenset(schema["required"])
    types = _LAKE_TYPES[kind]
    key = tuple(
        KeyPart(part["member"], part["form"], part.get("aliases", {}), part["member"] in _MAY_BE_EMPTY)
        for part in schema["x-key"]["members"]
    )
    return Layout(
        kind=kind,
        record_type=record_type,
        columns=columns,
        required=tuple(column for column in columns if column in required),
        optional=tuple(column for column in columns if column not in required),
        key=key,
        aliases=schema["x-csv"].get("aliases", {}),
        schema=pa.schema([(column, types.get(column, pa.string())) for column in columns]),
    )


def map_header(header: Sequence[str], layout: Layout, *, line: int = 1) -> Header:
    """Finds the columns of a layout in a file's header. Blanks around a name and its case do not count.

    Args:
        header: Names as the file has them.
        layout: What the contract says.
        line: Line of the header, for messages.

    Raises:
        BadFile: The header is empty or too wide, a required column is missing, or a known column is there twice,
            under one name or two.
    """
    if len(header) > MAX_COLUMNS:
        raise BadFile(f"the header has {len(header):,} columns, more than {MAX_COLUMNS:,}", line=line)
    names = [name.strip().lower() for name in header]
    if not any(names):
        raise BadFile("the header is empty", line=line, hint=_expected(layout))
    columns = [layout.aliases.get(name, name) for name in names]
    twice = [column for column, count in Counter(columns).items() if count > 1 and column in layout.columns]
    if twice:
        spelt = ", ".join(repr(name) for name, column in zip(header, columns, strict=True) if column == twice[0])
        raise BadFile(f"the column {twice[0]} is there twice ({spelt})", line=line, hint="remove one of them")
    positions = {column: columns.index(column) for column in layout.columns if column in columns}
    missing = [column for column in layout.required if column not in positions]
    if missing:
        raise BadFile(_missing(missing, header, positions), line=line, hint=_expected(layout))
    return Header(
        width=len(header),
        positions=positions,
        unknown=tuple(name for name, column in zip(header, columns, strict=True) if column not in positions),
        absent=tuple(column for column in layout.optional if column not in positions),
    )


def _missing(missing: list[str], header: Sequence[str], positions: Mapping[str, int]) -> str:
    if positions:
        return f"the header lacks {'the column' if len(missing) == 1 else 'the columns'} {', '.join(missing)}"
    separator = next((mark for mark in ";\t|" if any(mark in name for name in header)), None)
    question = f"is {separator!r} the separator?" if separator else "is the header missing?"
    return f"no column is recognised: {question}"


def _expected(layout: Layout) -> str:
    written = {column: alias for alias, column in layout.aliases.items()}
    columns = ", ".join(written.get(column, column) for column in layout.required)
    return f"a file of {layout.kind} is UTF-8, separated by commas, and has at least the columns {columns}"
