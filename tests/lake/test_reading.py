"""Reading files: headers, values, numbers, and the real files where they are."""

from __future__ import annotations

import csv
import io
import os
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from springhead_contracts import rows
from springhead_lake.columns import layout
from springhead_lake.errors import BadFile
from springhead_lake.names import classify
from springhead_lake.reading import read, table_schema

BACKUPS = Path(
    os.environ.get("SPRINGHEAD_BACKUPS", Path(__file__).resolve().parents[3] / "shared/data/instagram_backups")
)
POSTS = ",".join(rows.header("instagram_post"))
RESTAURANTS = ",".join(rows.header("instagram_restaurant"))
POST = (
    '#a,DRa6qq-Ed10,@Young.Cheddar,"November 24, 2025","5,207",N/A,#fyp,"a, b",,https://www.instagram.com/p/x/,SCRAPED'
)
EARLY = "restaurant_name,city,instagram_handle,followers,posts,bio,website,status"


def load(text, kind="posts", **more):
    data = text if isinstance(text, bytes) else text.encode()
    reading = read(io.BytesIO(data), kind, **more)
    chunks = list(reading)
    return reading, [row for chunk in chunks for row in chunk.table.to_pylist()], chunks


def refused(text, kind="posts", **more):
    with pytest.raises(BadFile) as error:
        load(text, kind, **more)
    return error.value


def test_a_row_of_posts():
    reading, found, chunks = load(f"{POSTS}\n{POST}\n")
    assert found == [
        {
            "search_term": "#a",
            "post_id": "DRa6qq-Ed10",
            "creator": "@Young.Cheddar",
            "posted_date": date(2025, 11, 24),
            "likes": 5207,
            "comments": None,
            "hashtags": "#fyp",
            "caption": "a, b",
            "image_description": "",
            "post_url": "https://www.instagram.com/p/x/",
            "status": "SCRAPED",
            "_key_0": "DRa6qq-Ed10",
            "_key_1": "young.cheddar",
        }
    ]
    assert chunks[0].table.schema == table_schema(layout("posts"))
    assert chunks[0].lines.to_pylist() == [2]
    assert (reading.rows_read, reading.rejected_count) == (1, 0)
    assert reading.counters == {"comments": {"unknown": 1}}
    assert (reading.header.unknown, reading.header.absent) == ((), ())


def test_types_are_the_seed_s():
    types = {one.name: one.type for one in layout("posts").schema}
    assert types.pop("posted_date") == pa.date32()
    assert types.pop("likes") == types.pop("comments") == pa.int32()
    assert set(types.values()) == {pa.string()}
    types = {one.name: one.type for one in layout("restaurants").schema}
    assert types.pop("posts_count") == pa.int32()
    assert set(types.values()) == {pa.string()}
    assert "zip_code" in types


def test_restaurants_of_every_generation():
    early = load(f"{EARLY}\nLuke's  Lobster,Ny,@lukes,302K,1509,,,FOUND\n", "restaurants")
    later = load(f"{RESTAURANTS}\nLuke's  Lobster,Ny,10003,+1 212-677-2126,@lukes,302K,1509,,,FOUND\n", "restaurants")
    assert early[0].header.absent == ("zip_code", "phone")
    assert not early[0].header.has_phone
    assert later[0].header.has_phone
    (one,), (two,) = early[1], later[1]
    assert (one["zip_code"], one["phone"], one["posts_count"], one["followers"]) == (None, None, 1509, "302K")
    assert (two["zip_code"], two["phone"], two["city"]) == ("10003", "+1 212-677-2126", "Ny")
    assert [one[f"_key_{number}"] for number in range(3)] == ["LUKE'S LOBSTER", "NEW YORK", ""]
    assert [two[f"_key_{number}"] for number in range(3)] == ["LUKE'S LOBSTER", "NEW YORK", "12126772126"]


def test_an_unknown_phone_is_a_value():
    lines = [f"A,NYC,,{phone},,,,,,NEW" for phone in ("", "un", "N/A")]
    reading, found, _ = load("\n".join([RESTAURANTS, *lines]), "restaurants")
    assert [row["phone"] for row in found] == ["", "un", "N/A"]
    assert [row["_key_2"] for row in found] == ["", "", ""]
    assert reading.rejected_count == 0


def test_a_row_without_a_key_is_rejected():
    lines = [POST, POST.replace("DRa6qq-Ed10", " "), POST.replace("@Young.Cheddar", "@"), POST]
    reading, found, (chunk,) = load("\r\n".join([POSTS, *lines]))
    assert [(one.line, one.reason, one.raw) for one in chunk.rejected] == [
        (3, "has no post_id, which is part of the key", lines[1].encode()),
        (4, "has no creator, which is part of the key", lines[2].encode()),
    ]
    assert chunk.lines.to_pylist() == [2, 5]
    assert (len(found), reading.rows_read, reading.rejected_count) == (2, 4, 2)


def test_cells_of_rejected_rows_are_not_counted():
    reading, _, _ = load(f"{POSTS}\n{POST.replace('DRa6qq-Ed10', '')}\n")
    assert reading.counters == {}


def test_unknown_columns_are_reported_and_kept_out():
    reading, found, _ = load(f"{POSTS},views,,VIEWS\n{POST},3,4,5\n")
    assert reading.header.unknown == ("views", "", "VIEWS")
    assert set(found[0]) == set(table_schema(layout("posts")).names)


def test_columns_in_another_order_and_spelling():
    header = POSTS.replace("search_term,post_id", " Post_ID ,\ufeffx,SEARCH_TERM")
    reading, (row,), _ = load(f"\ufeff{header}\n{POST.replace('#a,DRa6qq-Ed10', 'p1,,#a')}")
    assert (row["post_id"], row["search_term"]) == ("p1", "#a")
    assert reading.header.unknown == ("\ufeffx",)


def test_a_missing_column_refuses_the_file():
    error = refused(POSTS.replace(",creator", "").replace(",likes", "") + "\n", name="post_results_x.csv")
    assert str(error) == "post_results_x.csv:1: the header lacks the columns creator, likes"
    assert "search_term, post_id, creator, posted_date" in error.hint
    error = refused(EARLY.replace("posts", "post"), "restaurants")
    assert error.reason == "the header lacks the column posts_count"
    assert "followers, posts, bio" in error.hint


def test_a_column_that_is_there_twice_refuses_the_file():
    assert refused(f"{POSTS},likes\n").reason == "the column likes is there twice ('likes', 'likes')"
    error = refused(f"\n{RESTAURANTS},posts_count\n", "restaurants")
    assert error.reason == "the column posts_count is there twice ('posts', 'posts_count')"
    assert error.line == 2


def test_a_file_without_header_is_refused():
    assert refused(POST).reason == "no column is recognised: is the header missing?"
    assert refused(POSTS.replace(",", ";")).reason == "no column is recognised: is ';' the separator?"
    assert refused(",,,\n").reason == "the header is empty"
    assert refused(f"{RESTAURANTS}\n").reason.startswith("the header lacks the columns search_term, post_id")


@pytest.mark.parametrize("data", ["", "\ufeff", "\n\r\n\n", "\ufeff\n"])
def test_an_empty_file_is_refused(data):
    error = refused(data)
    assert (error.reason, error.hint, error.line) == ("the file is empty", "write at least the header", None)
    assert error.to_info()["name"] == "BadFile"


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\r", "\n\n\r\n"])
def test_a_header_alone_loads_nothing(end):
    reading, found, chunks = load(POSTS + end)
    assert (found, chunks, reading.rows_read, reading.rejected_count, reading.counters) == ([], [], 0, 0, {})


def test_chunks_are_as_large_as_asked_for():
    text = "\n".join([POSTS, *[POST] * 1000])
    reading, found, chunks = load(text, block_bytes=20_000)
    assert len(found) == reading.rows_read == 1000
    assert [line for chunk in chunks for line in chunk.lines.to_pylist()] == list(range(2, 1002))
    assert len(chunks) == len(text) // 20_000 + 1
    assert len(load(text)[2]) == 1


def test_the_numbers_grow_with_the_chunks():
    with read(io.BytesIO("\n".join([POSTS, *[POST] * 1000]).encode()), "posts", block_bytes=20_000) as reading:
        first = next(reading)
        assert reading.rows_read == first.table.num_rows < 1000
    assert list(reading) == []


def test_an_error_of_the_stream_is_passed_on():
    class Broken(io.BytesIO):
        def read(self, size=-1):
            data = super().read(min(size, 50_000))
            if not data:
                raise ConnectionResetError("gone")
            return data

    size = len("\n".join([POSTS, *[POST] * 20_000]))
    reading = read(Broken("\n".join([POSTS, *[POST] * 20_000]).encode()), "posts", block_bytes=50_000)
    assert size > 2_000_000
    assert next(reading).table.num_rows
    with pytest.raises(ConnectionResetError, match="gone"):
        list(reading)


def test_short_reads_are_no_end():
    class Slow(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 13))

    reading = read(Slow("\n".join([POSTS, *[POST] * 99]).encode()), "posts")
    assert sum(chunk.table.num_rows for chunk in reading) == 99


REAL = sorted(BACKUPS.glob("*.csv"))


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_real_files(path):
    kind = classify(path.name).kind
    with path.open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    for block_bytes in (64 * 1024 * 1024, 1000):
        reading, found, _ = load(path.read_bytes(), kind, block_bytes=block_bytes)
        assert reading.rows_read == len(found) == len(expected)
        assert reading.rejected_count == 0
        assert reading.header.unknown == ()
        record_type = layout(kind).record_type
        for ours, theirs in zip(found, expected, strict=True):
            key = rows.row_key(record_type, theirs)
            assert tuple(ours[f"_key_{number}"] for number in range(len(key))) == key
            for column, value in theirs.items():
                if isinstance(ours.get(column), str):
                    assert ours[column] == value


@pytest.mark.skipif(not REAL, reason="the real files are not here")
def test_values_of_the_newest_real_files():
    posts = [path for path in REAL if path.name.startswith("post_")][-1]
    reading, found, _ = load(posts.read_bytes())
    assert reading.counters.keys() <= {"posted_date", "likes", "comments"}
    assert reading.counters.pop("posted_date", {}).keys() <= {"unreadable"}
    assert all(reasons.keys() <= {"blank", "unknown"} for reasons in reading.counters.values())
    assert min(row["posted_date"] for row in found if row["posted_date"]).year >= 2010
    places = [path for path in REAL if path.name.startswith("instagram_")][-1]
    reading, found, _ = load(places.read_bytes(), "restaurants")
    assert reading.counters.keys() == {"posts_count"}
    assert reading.counters["posts_count"].keys() == {"blank"}
    assert {row["_key_1"] for row in found} == {"NEW YORK", "SAN FRANCISCO"}
