"""Subjects that come from a CSV list instead of the celebrity table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from springhead.errors import ConfigError
from springhead.source import Source
from springhead.subject import Subject
from springhead_runner.scrape.subject_list import ListedSubjects, read_rows, subject_id
from springhead_runner.stores.subjects import Unreadable


class Restaurants(Source):
    name = "restaurants"
    endpoint = "https://example.org/"
    emits = "instagram_restaurant"
    subjects = "instagram_restaurant_subject"
    file_prefix = "instagram_results"


def read(text: str | bytes) -> list[Any]:
    return read_rows(text if isinstance(text, bytes) else text.encode(), Restaurants, "list.csv")


def test_a_row_is_a_subject_with_its_fields() -> None:
    (one, two) = read("restaurant_name,city,phone,note\r\nIL CANTINORI,NEW YORK,un,x\n 鼎泰豐 ,臺北,+886 2,\n")
    assert one == Subject(
        "il-cantinori-new-york-un",
        "IL CANTINORI",
        fields={"restaurant_name": "IL CANTINORI", "city": "NEW YORK", "phone": "un"},
    )
    assert (two.name, two.fields["city"], two.id) == ("鼎泰豐", "臺北", "鼎泰豐-臺北-+886-2")


def test_a_row_that_is_switched_off_is_inactive_and_an_equal_one_counts_once() -> None:
    found = read("restaurant_name,city,is_active\nA,B,false\nC,D,\nc, d ,true\n")
    assert [(s.name, s.is_active) for s in found] == [("A", False), ("C", True)]


def test_a_bad_row_is_named_and_the_others_stay() -> None:
    found = read("restaurant_name,city\nA,B\n,B\nC\nD,E,F\n\nG,H\n")
    assert [s.id for s in found] == ["a-b", "row-3", "row-4", "row-5", "g-h"]
    said = [s.error.message for s in found if isinstance(s, Unreadable)]
    assert said[0].startswith("list.csv, row 3: /restaurant_name")
    assert "1 fields under 2 columns" in said[1] and "3 fields under 2 columns" in said[2]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "is empty"),
        (b"name,city\nA,B\n", "no column restaurant_name"),
        (b"restaurant_name,city\n\xff,B\n", "codec can't decode"),
        ("restaurant_name,city\nA,B\n".encode("utf-16"), "codec can't decode"),
        (b'restaurant_name,city\n"A,B\n', "unexpected end of data"),
    ],
)
def test_what_is_no_list_is_refused(body: bytes, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        read(body)
    assert "list.csv" in caught.value.message and caught.value.hint


def test_a_byte_order_mark_is_no_part_of_the_header() -> None:
    assert [s.name for s in read("\ufeffrestaurant_name,city\nA,B\n")] == ["A"]


@given(st.lists(st.text(min_size=1), min_size=1, max_size=3))
def test_an_id_does_not_depend_on_case_and_spaces(values: list[str]) -> None:
    assert subject_id(values)
    assert subject_id([f" {value} " for value in values]) == subject_id(values)


def test_a_list_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "restaurants.csv"
    path.write_text("restaurant_name,city\nA,B\nC,D\n")
    listed = ListedSubjects(Restaurants, str(path))
    assert [s.name for s in listed.all()] == ["A", "C"]
    assert [s.name for s in listed.some(["c-d"])] == ["C"]
    with pytest.raises(ConfigError, match="does not list e-f"):
        list(listed.some(["c-d", "e-f"]))
    with pytest.raises(ConfigError, match="No such file"):
        list(ListedSubjects(Restaurants, str(tmp_path / "nothing.csv")).all())
    with pytest.raises(ConfigError, match="none is named"):
        ListedSubjects(Restaurants, None)


@pytest.mark.embedded
def test_a_list_in_s3(aws: Any) -> None:
    aws.s3.put_object(Bucket=aws.settings.raw_bucket, Key="lists/r.csv", Body=b"restaurant_name,city\nA,B\n")
    listed = ListedSubjects(Restaurants, f"s3://{aws.settings.raw_bucket}/lists/r.csv", aws)
    assert [s.name for s in listed.all()] == ["A"]
    with pytest.raises(ConfigError, match=r"lists/none\.csv does not exist"):
        list(ListedSubjects(Restaurants, f"s3://{aws.settings.raw_bucket}/lists/none.csv", aws).all())
    with pytest.raises(ConfigError, match="needs an AWS"):
        list(ListedSubjects(Restaurants, "s3://bucket/key").all())
