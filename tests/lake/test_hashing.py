"""Hashes tell rows apart as Python's equality does, and the index finds the first of each."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from springhead_lake import hashing
from springhead_lake.hashing import Index, hash_rows, join_hashes

# Texts around the size of a word, alike but for their ends, and such as differ in high bits only.
TEXTS = st.one_of(
    st.none(),
    st.text(st.sampled_from("a\0é\x7f😀"), max_size=20),
    st.builds(lambda count, end: "x" * count + end, st.integers(0, 40), st.sampled_from(["", "\0", "y", "\0\0"])),
)
ROWS = st.lists(st.tuples(TEXTS, TEXTS), max_size=60)


def columns(rows, kind=pa.string):
    return [pa.array([row[number] for row in rows], kind()) for number in (0, 1)]


@given(ROWS)
def test_the_index_has_the_first_of_equal_rows(rows):
    index = Index(hash_rows(columns(rows)))
    assert sorted(index.first.tolist()) == sorted(
        {row: number for number, row in reversed([*enumerate(rows)])}.values()
    )


@given(ROWS, ROWS)
def test_rows_are_found_where_they_are(known, wanted):
    index = Index(hash_rows(columns(known)))
    places = index.find(hash_rows(columns(wanted)))
    for row, place in zip(wanted, places.tolist(), strict=True):
        assert (known.index(row) if row in known else None) == (index.first[place] if place >= 0 else None)


@given(ROWS, st.integers(0, 60), st.integers(1, 40))
def test_a_row_has_one_hash_wherever_it_stands(rows, cut, block):
    whole = hash_rows(columns(rows))
    assert (whole == hash_rows(columns(rows, pa.large_string))).all()
    parts = [columns(rows[:cut]), [column.slice(cut) for column in columns(rows)]]
    assert (whole == join_hashes([hash_rows(part) for part in parts])).all()
    chunked = [pa.chunked_array([one, two]) for one, two in zip(*parts, strict=True)]
    assert (whole == hash_rows(chunked)).all()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashing, "_BLOCK", block)
        assert (whole == hash_rows(columns(rows))).all()


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([0, 1, -1, 2**31 - 1, -(2**31), None], pa.int32()),
        ([0, 1, -1, 2**32, 2**63 - 1, -(2**63), None], pa.int64()),
        ([date(1970, 1, 1), date(1969, 12, 31), date(2026, 1, 1), None], pa.date32()),
        ([0, 1, 2**40, None], pa.timestamp("us")),
    ],
)
def test_numbers_and_times_are_told_apart(values, kind):
    index = Index(hash_rows([pa.array([*values, *values], kind)]))
    assert sorted(index.first.tolist()) == [*range(len(values))]


def test_a_number_has_one_hash_in_all_widths():
    narrow, wide = (hash_rows([pa.array([5, -7, None], kind)]) for kind in (pa.int32(), pa.int64()))
    assert (narrow == wide).all()


def test_hashes_that_are_equal_in_one_half_are_told_apart():
    hashes = np.array([[7, 7, 9, 7, 7, 2**64 - 1], [1, 2, 2, 1, 3, 0]], dtype=np.uint64)
    index = Index(hashes)
    assert sorted(index.first.tolist()) == [0, 1, 2, 4, 5]
    assert index.first[index.find(hashes)].tolist() == [0, 1, 2, 0, 4, 5]
    missing = np.array([[7, 8, 2**64 - 1, 0], [4, 1, 1, 0]], dtype=np.uint64)
    assert index.find(missing).tolist() == [-1, -1, -1, -1]


def test_a_value_of_a_megabyte_among_short_ones():
    values = ["a", "b" * 2**20, "b" * 2**20 + "c", "", "a"]
    assert sorted(Index(hash_rows([pa.array(values)])).first.tolist()) == [0, 1, 2, 3]


def test_nothing_has_no_hashes():
    nothing = hash_rows([pa.array([], pa.string())])
    assert len(Index(nothing)) == 0
    assert Index(nothing).find(hash_rows([pa.array(["a"])])).tolist() == [-1]
    assert join_hashes([]).shape == (2, 0)
