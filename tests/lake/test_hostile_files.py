"""Files that no one should write: refused or loaded as documented, with nothing lost unsaid."""

from __future__ import annotations

import io
import tracemalloc

import pyarrow as pa
import pytest
from springhead_contracts import rows
from springhead_lake.errors import BadFile
from springhead_lake.reading import Limits, read

HEADER = ",".join(rows.header("instagram_post")).encode()
WIDTH = 11


def row(number, caption="text", end=b"\n"):
    text = caption if isinstance(caption, bytes) else caption.encode()
    return b'#a,p%d,cook,"May 1, 2025",5,,#a,%s,,https://www.instagram.com/p/x/,SCRAPED%s' % (number, text, end)


def load(*lines, header=HEADER + b"\n", **more):
    """Returns the post_ids and captions by line, and the rejected rows."""
    reading = read(io.BytesIO(header + b"".join(lines)), "posts", **more)
    good, rejected = {}, []
    for chunk in reading:
        for line, values in zip(chunk.lines.to_pylist(), chunk.table.to_pylist(), strict=True):
            good[line] = (values["post_id"], values["caption"])
        rejected += [(one.line, one.reason, one.raw) for one in chunk.rejected]
    assert reading.rows_read == len(good) + len(rejected)
    assert reading.rejected_count == len(rejected)
    return good, rejected


def refused(data, **more):
    with pytest.raises(BadFile) as error:
        read(io.BytesIO(data), "posts", **more)
    return error.value


def test_a_quote_that_is_not_closed_costs_its_line_only():
    bad = row(2, '"never closed')
    good, rejected = load(row(1), bad, row(3), row(4, '"closed"'))
    assert good == {2: ("p1", "text"), 4: ("p3", "text"), 5: ("p4", "closed")}
    reason = "has text after a closing quote; double the quotes within a field"
    assert rejected == [(3, reason, bad[:-1])]  # the next row's quote closed it


def test_a_quote_that_is_not_closed_up_to_the_end_costs_its_line_only():
    plain = b"#a,p%d,cook,,5,,#a,plain,,https://www.instagram.com/p/x/,SCRAPED\r\n"
    bad = plain.replace(b"plain", b'"never closed') % 1
    good, rejected = load(bad, *[plain % number for number in range(2, 500)])
    assert good == {line: (f"p{line - 1}", "plain") for line in range(3, 501)}
    assert rejected == [(2, "has a quote that is not closed", bad[:-2])]


def test_a_quote_that_swallows_a_whole_row_is_seen_by_the_width():
    first, second = b'#a,p1,cook,,5,,#a,"open,,u,SCRAPED\n', b'#a,p2,cook,,5,,#a,",b",,u,SCRAPED\n'
    good, rejected = load(first, second, row(3))
    assert good == {3: ("p2", ",b"), 4: ("p3", "text")}
    assert rejected == [(2, "has more fields than the header, which has 11; look for a missing quote", first[:-1])]


def test_a_quote_that_is_closed_too_late_costs_its_line_only():
    plain = b"#a,p%d,cook,,5,,#a,plain,,u,SCRAPED\n"
    limits = Limits(max_row_bytes=1000)
    bad = plain.replace(b"plain", b'"open') % 1
    good, rejected = load(bad, *[plain % number for number in range(2, 100)], row(100), limits=limits)
    assert len(good) == 99
    assert rejected == [(2, "has a quote that is not closed within 1,000 bytes", bad[:-1])]


def test_line_ends_in_fields_are_kept():
    captions = ['"two\nlines"', '"two\r\nlines"', '"old\rlines"', '"\n\n"', '"he said ""no""\n"']
    good, rejected = load(*[row(number, caption) for number, caption in enumerate(captions)])
    assert rejected == []
    assert list(good.values()) == [
        ("p0", "two\nlines"),
        ("p1", "two\r\nlines"),
        ("p2", "old\rlines"),
        ("p3", "\n\n"),
        ("p4", 'he said "no"\n'),
    ]
    assert list(good) == [2, 4, 6, 8, 11]


def test_quotes_within_a_plain_field_are_text():
    assert load(row(1, 'the "best" 12" pizza')) == ({2: ("p1", 'the "best" 12" pizza')}, [])


def test_mixed_line_ends_and_blank_lines():
    lines = [row(1, end=b"\r\n"), row(2, end=b"\n"), b"\r\n", row(3, end=b"\r"), b"\n\n", row(4, end=b"")]
    good, rejected = load(*lines, header=HEADER + b"\r\n")
    assert good == {2: ("p1", "text"), 3: ("p2", "text"), 5: ("p3", "text"), 7: ("p4", "text")}
    assert rejected == []


def test_rows_of_another_width():
    wide = row(2).replace(b"text", b"a,b")
    good, rejected = load(row(1), b"a,b\n", wide, b"x\n", b" \n", row(3))
    assert list(good) == [2, 7]
    remedy = "look for a missing quote or comma"
    assert rejected == [
        (3, f"has 2 fields, the header 11; {remedy}", b"a,b"),
        (4, "has more fields than the header, which has 11; look for a missing quote", wide[:-1]),
        (5, f"has 1 field, the header 11; {remedy}", b"x"),
        (6, f"has 1 field, the header 11; {remedy}", b" "),
    ]


def test_a_byte_order_mark_is_removed_once():
    good, _ = load(b"\xef\xbb\xbf" + row(1), header=b"\xef\xbb\xbf" + HEADER + b"\n")
    assert good == {2: ("p1", "text")}
    reading = read(io.BytesIO(b"\xef\xbb\xbf" + HEADER + b"\n" + b"\xef\xbb\xbf" + row(1)), "posts")
    assert next(reading).table["search_term"].to_pylist() == ["\ufeff#a"]


@pytest.mark.parametrize(
    ("encoding", "reason"),
    [
        ("utf-16", "the file is UTF-16, not UTF-8"),
        ("utf-32", "the file is UTF-32, not UTF-8"),
        ("utf-16-be", "the header has a NUL byte"),
        ("utf-16-le", "the header has a NUL byte"),
    ],
)
def test_other_encodings_are_named(encoding, reason):
    error = refused((HEADER + b"\n" + row(1)).decode().encode(encoding), name="x.csv")
    assert error.message == f"x.csv:1: {reason}"
    assert "save the file as UTF-8" in error.hint


def test_big_endian_marks():
    assert refused(b"\xfe\xff\0a").reason == "the file is UTF-16, not UTF-8"
    assert refused(b"\0\0\xfe\xff\0\0\0a").reason == "the file is UTF-32, not UTF-8"


def test_bytes_that_are_no_utf8_cost_their_row_only():
    bad = row(2, "café".encode("latin-1"))
    surrogate, overlong = row(3, b'"\xed\xa0\x80\nx"'), row(4, b"\xc0\xaf")
    good, rejected = load(row(1), bad, surrogate, overlong, row(5, "café"))
    assert good == {2: ("p1", "text"), 7: ("p5", "café")}
    assert [(line, reason) for line, reason, _ in rejected] == [
        (3, "is not UTF-8: byte 35 of the row is 0xe9"),
        (4, "is not UTF-8: byte 33 of the row is 0xed"),
        (6, "is not UTF-8: byte 32 of the row is 0xc0"),
    ]
    assert [raw for _, _, raw in rejected] == [one[:-1] for one in (bad, surrogate, overlong)]
    assert refused(HEADER + b",\xff\n").reason == f"the header is not UTF-8: byte {len(HEADER) + 2} of the row is 0xff"


def test_nul_bytes_cost_their_row_only():
    bad = row(2, b"a\0b")
    good, rejected = load(row(1), bad, row(3))
    assert list(good) == [2, 4]
    assert rejected == [(3, "has a NUL byte", bad[:-1])]


def test_a_hundred_thousand_columns():
    wide = b",".join(b"c%d" % number for number in range(100_000))
    assert refused(wide + b"\n").reason == "the header has 100,000 columns, more than 1,000"
    assert refused(HEADER + b"," * 200_000 + b"\n").reason == "the header has 200,011 columns, more than 1,000"
    assert refused(b"column," * 1_000_000).reason == "the header is longer than 1,048,576 bytes"
    good, rejected = load(row(1), wide + b"\n", row(2))
    assert list(good) == [2, 4]
    assert rejected[0][:2] == (3, "has more fields than the header, which has 11; look for a missing quote")
    assert rejected[0][2] == wide


def test_formulas_stay_as_they_are():
    for formula in ("=1+1", "@SUM(A1)", "+1", "-1", '"=HYPERLINK(""x"")"', "'=1"):
        (_, caption), = load(row(1, formula))[0].values()  # fmt: skip
        assert caption == formula.strip('"').replace('""', '"')


class Long(io.RawIOBase):
    """A file with one line of any size, that is in no memory."""

    def __init__(self, before, size, after):
        self.left = [io.BytesIO(before), size, io.BytesIO(after)]

    def read(self, size=-1):
        while self.left:
            if isinstance(self.left[0], int):
                piece = b"x" * min(size, self.left[0])
                self.left[0] -= len(piece)
            else:
                piece = self.left[0].read(size)
            if piece:
                return piece
            del self.left[0]
        return b""


@pytest.mark.parametrize(("start", "size"), [(b"x", 500_000_000), (b'"', 20_000_000), (b'"a"b', 20_000_000)])
def test_a_line_of_500_mb_is_rejected_without_being_held(start, size):
    before = pa.total_allocated_bytes()
    tracemalloc.start()
    reading = read(Long(HEADER + b"\n" + row(1) + start, size, b"\r\n" + row(2)), "posts")
    chunks = list(reading)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [line for chunk in chunks for line in chunk.lines.to_pylist()] == [2, 4]
    (bad,) = [one for chunk in chunks for one in chunk.rejected]
    assert bad.line == 3
    long = size + len(start)
    assert bad.reason == f"is a line of {long:,} bytes, over the limit of 1,048,576; 4,096 are kept here"
    assert bad.raw == (start + b"x" * 4096)[:4096]
    assert reading.rows_read == 3
    assert peak < 60_000_000
    assert pa.total_allocated_bytes() - before < 60_000_000


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r", b""])
def test_the_limit_of_a_row_is_exact(end):
    frame = len(row(1, "", b""))
    limits = Limits(max_row_bytes=frame + 500, kept_bytes=10)
    fits, over = row(1, "x" * 500, end), row(2, "x" * 501, end)
    assert load(fits, limits=limits) == ({2: ("p1", "x" * 500)}, [])
    good, rejected = load(over, limits=limits)
    assert good == {}
    reason = f"is a line of {frame + 501:,} bytes, over the limit of {frame + 500:,}; 10 are kept here"
    assert rejected == [(2, reason, over[:10])]


def test_very_many_bad_rows_come_in_chunks():
    reading = read(io.BytesIO(HEADER + b"\n" + b"x\n" * 300_000 + row(1)), "posts")
    sizes = [(chunk.table.num_rows, len(chunk.rejected)) for chunk in reading]
    assert sum(rejected for _, rejected in sizes) == 300_000
    assert sum(good for good, _ in sizes) == 1
    assert max(rejected for _, rejected in sizes) <= 150_000


def test_work_grows_with_the_file_whatever_its_quotes_do(monkeypatch):
    """Each of these lines opens a quote that the next one closes and opens again: reading must not start over for each
    of them."""
    looked_at = []

    class Counted:
        def match(self, data, at, end):
            found = PATTERN.match(data, at, end)
            looked_at.append(found.end() - at if found else 1)
            return found

    from springhead_lake import tokens

    PATTERN = tokens._FIELD
    monkeypatch.setattr(tokens, "_FIELD", Counted())
    for line in (b'x",b,"\n', b'a,"\n', b'"""\n', b'",b,"\n', b',"",b,"\n', b'"\n'):
        looked_at.clear()
        data = line * 2000
        found = tokens.tokenise(data, WIDTH, Limits(), line=1, final=True)
        assert len(found.rejected) + len(found.rows) > 0
        assert sum(looked_at) < 16 * len(data)
