"""The fast way and the slow way of reading give the same, whatever the file and wherever its blocks end."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from springhead_contracts import rows as contract
from springhead_lake import blocks
from springhead_lake.columns import layout
from springhead_lake.normalise import parse_count
from springhead_lake.reading import Limits, read
from springhead_lake.tokens import tokenise

COLUMNS = layout("restaurants").columns
HEADER = ",".join(COLUMNS).encode() + b"\n"
LIMITS = Limits(max_row_bytes=400, kept_bytes=20)
LINE_END = re.compile(rb"\r\n|\r|\n")

CELLS = st.text(
    st.one_of(st.sampled_from('",\n\r aé😀\u3000@\ufeff'), st.characters(exclude_characters="\0", codec="utf-8")),
    max_size=6,
)
ROWS = st.lists(st.lists(CELLS, min_size=len(COLUMNS), max_size=len(COLUMNS)), max_size=12)
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])
BLOCKS = st.sampled_from([1, 7, 60, 333, 4096])
# Pieces from which quotes, fields, lines and encodings can go wrong in every way.
PIECES = st.sampled_from(
    [
        *(b'"', b'""', b'"""', b",", b"\n", b"\r", b"\r\n", b"a", b" ", b"\0", b"\xe9", b"\xc3\xa9", b"\xef\xbb\xbf"),
        *(b",,,,,,,,,\n", b'a,b,"c\nd",,,,,,,\n', b'"a","b",,,,,"1,2",,\r\n', b"a,b,,,,,,,,\r\n", b",b,,,,,,,,\r"),
        b"x" * 90,
    ]
)


def result(data, block_bytes, limits=LIMITS):
    """Returns what reading gives: rows with their lines and keys, rejected rows, and the numbers."""
    reading = read(io.BytesIO(data), "restaurants", block_bytes=block_bytes, limits=limits)
    good, rejected = [], []
    for chunk in reading:
        chunk.table.validate(full=True)
        assert len(chunk.lines) == chunk.table.num_rows
        values = [tuple(row.values()) for row in chunk.table.to_pylist()]
        good += zip(chunk.lines.to_pylist(), values, strict=True)
        rejected += [(one.line, one.reason, one.raw) for one in chunk.rejected]
    assert reading.rows_read == len(good) + len(rejected)
    assert reading.rejected_count == len(rejected)
    return good, rejected


def reference(data, limits=LIMITS):
    """Returns the same by taking all rows out of the whole file at once, and each key by the contract's function."""
    head = tokenise(data, None, limits, line=1, final=True, most=1)
    body = data[head.used :]
    tokens = tokenise(body, len(COLUMNS), limits, line=head.line, final=True)
    good, rejected = [], [(one.line, one.reason, one.raw) for one in tokens.rejected]
    for line, cells, span in zip(tokens.lines, tokens.rows, tokens.spans, strict=True):
        row = dict(zip(COLUMNS, cells, strict=True))
        key = contract.row_key("instagram_restaurant", row)
        if not key[0] or not key[1]:
            column = "city" if not key[1] else "restaurant_name"
            rejected.append((line, f"has no {column}, which is part of the key", body[slice(*span)]))
            continue
        row["posts_count"] = parse_count(row["posts_count"], 2**31 - 1)[0]
        good.append((line, (*row.values(), *key)))
    return good, sorted(rejected)


def written(table, quoting, ends, cut_end=False):
    lines = []
    for number, row in enumerate(table):
        line = io.StringIO()
        csv.writer(line, quoting=quoting).writerow(row)
        last = cut_end and number == len(table) - 1
        lines.append(line.getvalue().removesuffix("\r\n") + ("" if last else ends[number % len(ends)]))
    return "".join(lines).encode()


@given(
    ROWS, st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]), st.lists(LINE_ENDS, min_size=1), BLOCKS, st.booleans()
)
def test_well_formed_files_are_read_as_the_standard_library_does(table, quoting, ends, block_bytes, cut_end):
    data = written(table, quoting, ends, cut_end)
    expected = list(csv.reader(io.StringIO(data.decode(), newline="")))
    limits = Limits(max_row_bytes=100_000)
    good, rejected = result(HEADER + data, block_bytes, limits)
    assert (good, rejected) == reference(HEADER + data, limits)
    cells = [list(row[: len(COLUMNS)]) for _, row in good]
    keyed = [row for row in expected if row and all(contract.normalise("name", cell) for cell in row[:2])]
    assert len(cells) + len(rejected) == len([row for row in expected if row])
    position = COLUMNS.index("posts_count")
    for ours, theirs in zip(cells, keyed, strict=True):
        assert ours[:position] + ours[position + 1 :] == theirs[:position] + theirs[position + 1 :]


@settings(max_examples=400)
@given(st.lists(PIECES, max_size=60).map(b"".join), BLOCKS)
@example(b'a,b,"open,,,,,,,\na,b,,,,,,,,\n' * 3, 60)
@example(b"a,b,,,,,,,,\r\n" * 30 + b'a,b,c"d,,,,,,,\n' + b"a,b,,,,,,,,\r\n" * 30, 333)
@example(b"a,b,,,,,,,,\n" * 30 + b"a,b\n" + b'a,b,"\n",,,,,,,\n' * 30, 4096)
@example(b"x" * 900 + b"\r" + b"\na,b,,,,,,,,", 7)
@example(b"\xef\xbb\xbfa,b,,,,,,,,\n" * 40, 60)
def test_broken_files_are_read_alike_in_all_blocks(data, block_bytes):
    good, rejected = result(HEADER + data, block_bytes)
    assert (good, rejected) == reference(HEADER + data)


@given(ROWS, st.lists(LINE_ENDS, min_size=1), st.data())
def test_files_with_some_bytes_changed_are_read_alike_in_all_blocks(table, ends, draw):
    data = bytearray(written(table, csv.QUOTE_MINIMAL, ends))
    for _ in range(draw.draw(st.integers(0, 3)) if data else 0):
        at = draw.draw(st.integers(0, len(data) - 1))
        data[at : at + draw.draw(st.integers(0, 2))] = draw.draw(PIECES)
    limits = Limits(max_row_bytes=5000)
    expected = reference(HEADER + bytes(data), limits)
    for block_bytes in (40, 100_000):
        assert result(HEADER + bytes(data), block_bytes, limits) == expected


@given(st.lists(PIECES, max_size=60).map(b"".join))
def test_no_byte_is_lost(data):
    tokens = tokenise(data, len(COLUMNS), LIMITS, line=1, final=True)
    assert tokens.used == len(data)
    assert tokens.line == 1 + len(LINE_END.findall(data)) + (data[-1:] not in (b"", b"\n", b"\r"))
    long = [one for one in tokens.rejected if "over the limit" in one.reason]
    kept = sum(len(one.raw) for one in tokens.rejected) + sum(end - start for start, end in tokens.spans)
    lost = sum(int(re.search("of ([0-9,]+) bytes", one.reason)[1]) - len(one.raw) for one in long)
    within = sum(
        len(end)
        for start, stop in [*tokens.spans]
        for end in LINE_END.findall(data[start:stop])
    ) + sum(len(end) for one in tokens.rejected for end in LINE_END.findall(one.raw))  # fmt: skip
    assert kept + lost - within == sum(len(line) for line in LINE_END.split(data))


def test_clean_files_go_the_fast_way_and_faults_cost_little(monkeypatch):
    """Counts bytes by the way they went: a fault must not make a file slow."""
    slow = []

    def counted(*args, **more):
        slow.append(tokenise(*args, **more))
        return slow[-1]

    monkeypatch.setattr("springhead_lake.source.tokenise", counted)
    good = b'a,b,"c, d\ne",,@x,"1,2",7,,,FOUND\r\n' * 60_000
    file = HEADER + good + b"a,b\n" + good
    reading = read(io.BytesIO(file), "restaurants", block_bytes=1_000_000)
    rows = sum(chunk.table.num_rows for chunk in reading)
    assert (rows, reading.rejected_count) == (120_000, 1)
    assert sum(tokens.used for tokens in slow[1:]) <= 64 * 1024 + 100
    assert len(slow) == 2  # the header, and the fault's surroundings


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_lines_of_rows_are_counted_over_blank_lines_and_line_ends_within_quotes(end):
    row = b'a,b,"1' + end + b'2",,,,,,,'
    data = end.join([b"", b"", row, b"", row, row, b"", b"", row])
    block = blocks.cut(data, final=True)
    assert blocks.parse(block, len(COLUMNS), Limits()).lines.to_pylist() == [2, 5, 7, 11]
    assert tokenise(data, len(COLUMNS), Limits(), line=0, final=True).lines == [2, 5, 7, 11]
