"""Values and keys: whole columns give what single cells give."""

from __future__ import annotations

import locale
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from springhead_contracts import rows
from springhead_lake.columns import layout
from springhead_lake.normalise import REASONS, convert, key_column, parse_count, parse_date

INT = 2**31 - 1
TEXTS = st.one_of(
    st.text(),
    st.text("0123456789,.KMkm Aa@\t\u00a0\u3000\r\n-+", max_size=12),
    st.from_regex(r" ?(november|MAY|Sept|June) {1,2}[0-9]{1,2},? [0-9]{4}", fullmatch=True),
    st.sampled_from(["", " ", "un", "N/A", "NY", "New  York City", "@@a", "ß", "ŉ", "İ", "ǆ", "ﬁ", "٣", "١٢٣"]),
    st.integers(INT - 2, INT + 2).map(str),
)
PARTS = [*layout("posts").key, *layout("restaurants").key]


@given(st.lists(TEXTS))
def test_keys_are_the_contract_s(texts):
    column = pa.array(texts, pa.string())
    for part in PARTS:
        expected = [rows.normalise(part.form, text, part.aliases) for text in texts]
        found = key_column(column, part, len(texts))
        assert found.type == pa.string()
        assert found.to_pylist() == expected


def test_keys_of_an_absent_column_are_empty():
    found = key_column(None, PARTS[-1], 3)
    assert found.type == pa.string()
    assert found.to_pylist() == ["", "", ""]


@pytest.mark.parametrize("kind", [pa.int32(), pa.int64()])
@given(texts=st.lists(TEXTS))
def test_columns_of_counts_are_their_cells(kind, texts):
    largest = INT if kind == pa.int32() else 2**63 - 1
    _same(texts, kind, lambda text: parse_count(text, largest))


@given(st.lists(TEXTS))
def test_columns_of_dates_are_their_cells(texts):
    _same(texts, pa.date32(), parse_date)


def _same(texts, kind, parse):
    parsed = [parse(text) for text in texts]
    values, nulls = convert(pa.array(texts, pa.string()), kind)
    assert values.type == kind
    assert values.to_pylist() == [value for value, _ in parsed]
    reasons = [reason for _, reason in parsed if reason]
    assert nulls == {reason: reasons.count(reason) for reason in reasons}
    assert set(nulls) <= set(REASONS)
    assert sum(nulls.values()) == values.null_count


def test_texts_stay():
    column = pa.array(["=1+1", "", " x ", "17.7M", "N/A"], pa.string())
    assert convert(column, pa.string()) == (column, {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5207", (5207, "")),
        ("5,207", (5207, "")),
        ("1,234,567", (1234567, "")),
        (" 12\t", (12, "")),
        ("0", (0, "")),
        ("0000000000012", (12, "")),
        ("2147483647", (INT, "")),
        ("2,147,483,647", (INT, "")),
        ("2147483648", (None, "too_large")),
        ("9" * 5000, (None, "too_large")),
        ("", (None, "blank")),
        (" \u3000", (None, "blank")),
        ("N/A", (None, "unknown")),
        ("un", (None, "unknown")),
        ("1.2K", (None, "not_exact")),
        ("17.7m", (None, "not_exact")),
        ("12K", (None, "not_exact")),
        ("5207.0", (None, "not_exact")),
        ("52,07", (None, "not_exact")),
        ("-1", (None, "unreadable")),
        ("١٢٣", (None, "unreadable")),
        ("1e3", (None, "unreadable")),
        ("many", (None, "unreadable")),
    ],
)
def test_counts(text, expected):
    assert parse_count(text, INT) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("November 24, 2025", (date(2025, 11, 24), "")),
        (" november  4, 2025 ", (date(2025, 11, 4), "")),
        ("May 04, 2018", (date(2018, 5, 4), "")),
        ("February 29, 2024", (date(2024, 2, 29), "")),
        ("February 29, 2025", (None, "unreadable")),
        ("2025", (None, "unreadable")),
        ("2025-11-24", (None, "unreadable")),
        ("24 November 2025", (None, "unreadable")),
        ("Nov 24, 2025", (None, "unreadable")),
        ("novembre 24, 2025", (None, "unreadable")),
        ("November 24, 0000", (None, "unreadable")),
        ("November 24, ２０２５", (None, "unreadable")),
        ("N/A", (None, "unknown")),
        ("", (None, "blank")),
    ],
)
def test_dates(text, expected):
    assert parse_date(text) == expected


def test_dates_are_english_whatever_the_locale(monkeypatch):
    before = locale.setlocale(locale.LC_ALL)
    try:
        for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8"):
            try:
                locale.setlocale(locale.LC_ALL, name)
            except locale.Error:
                continue
            assert parse_date("March 1, 2026") == (date(2026, 3, 1), "")
    finally:
        locale.setlocale(locale.LC_ALL, before)
