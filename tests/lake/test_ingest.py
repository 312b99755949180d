from __future__ import annotations

from datetime import date, datetime

import pytest
from pyiceberg.table import Table
from springhead_lake import loading
from springhead_lake.tables import load_table

FIRST, SECOND, THIRD = "20260110_172856", "20260111_052629", "20260114_123006"


def test_a_file_becomes_rows_with_the_types_of_the_seed(laptop, kit):
    report = laptop.loaded(
        laptop.write(f"post_results_{FIRST}.csv", kit.posts_file(kit.post("A1", "@Someone")), modified=1_768_000_000.25)
    )
    assert laptop.rows("posts") == [
        {
            "post_id": "A1",
            "search_term": "#food",
            "creator": "@Someone",
            "posted_date": date(2025, 11, 24),
            "likes": 5207,
            "comments": None,
            "hashtags": "#food",
            "caption": "Fries, please",
            "image_description": "Fries",
            "post_url": "https://www.instagram.com/p/A1/",
            "status": "SCRAPED",
            "ingested_at": datetime(2026, 1, 9, 23, 6, 40, 250_000),
            "file_time": datetime(2026, 1, 10, 17, 28, 56),
            "source_file": f"post_results_{FIRST}.csv",
            "source_sha256": report.sha256,
        }
    ]
    assert laptop.rows("post_metrics") == [
        {
            "post_id": "A1",
            "creator": "@Someone",
            "observed_at": datetime(2026, 1, 10, 17, 28, 56),
            "likes": 5207,
            "comments": None,
            "source_file": f"post_results_{FIRST}.csv",
        }
    ]
    assert report.cells == {"comments": {"blank": 1}}


def test_a_restaurant_becomes_rows_and_its_alias_column_is_mapped(laptop, kit):
    laptop.loaded(laptop.write(f"instagram_results_{THIRD}.csv", kit.restaurants_file(kit.restaurant("LUKE'S"))))
    (row,) = laptop.rows("restaurants")
    assert (row["posts_count"], row["followers"], row["zip_code"]) == (12, "302K", "10003")
    (metric,) = laptop.rows("restaurant_metrics")
    assert metric == {
        "restaurant_name": "LUKE'S",
        "city": "NEW YORK",
        "phone": "+1 212-555-0100",
        "observed_at": datetime(2026, 1, 14, 12, 30, 6),
        "followers": "302K",
        "posts_count": 12,
        "source_file": f"instagram_results_{THIRD}.csv",
    }


def test_the_earliest_file_has_a_post_whichever_comes_first(laptop, laptops, kit):
    early = kit.posts_file(kit.post("A1", likes="1"), kit.post("B2"))
    late = kit.posts_file(kit.post("A1", likes="9"), kit.post("C3"))
    other = laptops()
    for lake, order in ((laptop, (0, 1)), (other, (1, 0))):
        files = [
            lake.write(f"post_results_{FIRST}.csv", early, 1e9),
            lake.write(f"post_results_{SECOND}.csv", late, 1e9),
        ]
        reports = [lake.loaded(files[number]) for number in order]
        counts = [(r.inserted, r.updated, r.unchanged) for r in reports]
        assert counts == ([(2, 0, 0), (1, 0, 1)] if order == (0, 1) else [(2, 0, 0), (1, 1, 0)])
    assert laptop.everything() == other.everything()
    assert {(row["post_id"], row["likes"]) for row in laptop.rows("posts")} == {("A1", 1), ("B2", 5207), ("C3", 5207)}
    assert len(laptop.rows("post_metrics")) == 4


def test_the_latest_file_has_a_restaurant_whichever_comes_first(laptop, laptops, kit):
    early = kit.restaurants_file(kit.restaurant("A", followers="1"), kit.restaurant("B"), without=["zip_code"])
    late = kit.restaurants_file(kit.restaurant("a", "Ny", followers="2K", phone="(212) 555-0100"))
    other = laptops()
    for lake, order in ((laptop, (0, 1)), (other, (1, 0))):
        files = [
            lake.write(f"instagram_results_{FIRST}.csv", early, 1e9),
            lake.write(f"instagram_results_{THIRD}.csv", late, 1e9),
        ]
        for number in order:
            lake.loaded(files[number])
    assert laptop.everything() == other.everything()
    found = {(r["restaurant_name"], r["city"], r["followers"], r["zip_code"]) for r in laptop.rows("restaurants")}
    assert found == {("a", "Ny", "2K", "10003"), ("B", "NEW YORK", "302K", None)}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (2, 0, 1)])
def test_a_restaurant_without_a_phone_gives_way_to_one_with(laptop, kit, order):
    files = [
        laptop.write(
            f"instagram_results_{FIRST}.csv",
            kit.restaurants_file(
                kit.restaurant("A"), kit.restaurant("B"), kit.restaurant("C"), without=["phone", "zip_code"]
            ),
        ),
        laptop.write(
            f"instagram_results_{SECOND}.csv",
            kit.restaurants_file(kit.restaurant("B", bio="later"), kit.restaurant("C"), without=["phone", "zip_code"]),
        ),
        # A phone that is unknown is a value; the column says so.
        laptop.write(
            f"instagram_results_{THIRD}.csv",
            kit.restaurants_file(
                kit.restaurant("a"), kit.restaurant("A", phone="+1 2125550101"), kit.restaurant("C", phone="un")
            ),
        ),
    ]
    reports = [laptop.loaded(files[number]) for number in order]
    found = {(r["restaurant_name"], r["phone"], r["bio"]) for r in laptop.rows("restaurants")}
    assert found == {
        ("a", "+1 212-555-0100", ""),
        ("A", "+1 2125550101", ""),
        ("B", None, "later"),
        ("C", "un", ""),
    }
    assert len(laptop.rows("restaurant_metrics")) == 8
    if order == (0, 1, 2):
        assert [(r.inserted, r.updated, r.unchanged, r.superseded) for r in reports] == [
            (3, 0, 0, 0), (0, 2, 0, 0), (3, 0, 0, 2),
        ]  # fmt: skip


def test_an_empty_phone_is_a_value_and_no_null(laptop, kit):
    laptop.loaded(
        laptop.write(
            f"instagram_results_{THIRD}.csv",
            kit.restaurants_file(kit.restaurant("A", phone=""), kit.restaurant("A", phone="+1 2125550101")),
        )
    )
    assert {row["phone"] for row in laptop.rows("restaurants")} == {"", "+1 2125550101"}


def test_within_a_file_the_first_row_of_a_key_counts(laptop, kit):
    rows = [kit.post("A1", likes="7"), kit.post("B2"), kit.post("A1", "@Someone", likes="8"), kit.post("A1", likes="9")]
    report = laptop.loaded(laptop.write(f"post_results_{FIRST}.csv", kit.posts_file(*rows)))
    assert (report.rows_read, report.inserted, report.duplicate) == (4, 2, 2)
    assert {(row["post_id"], row["likes"]) for row in laptop.rows("posts")} == {("A1", 7), ("B2", 5207)}
    assert len(laptop.rows("post_metrics")) == report.observations == 2


def test_the_same_file_again_makes_no_snapshot(laptop, kit):
    files = [
        laptop.write(f"post_results_{FIRST}.csv", kit.posts_file(kit.post("A1"), kit.post("B2"))),
        laptop.write(f"instagram_results_{FIRST}.csv", kit.restaurants_file(kit.restaurant("A"), without=["phone"])),
        laptop.write(f"instagram_results_{THIRD}.csv", kit.restaurants_file(kit.restaurant("A"))),
    ]
    for path in files:
        laptop.loaded(path)
    before, rows = laptop.snapshots(), laptop.everything()
    assert before == {"posts": 1, "post_metrics": 1, "restaurants": 2, "restaurant_metrics": 2}
    for path in files:
        report = laptop.loaded(path)
        assert (report.snapshots, report.inserted, report.updated, report.observations) == ({}, 0, 0, 0)
        assert report.unchanged == report.rows_read
    # Another copy of it is the same file: its name and content are.
    copy = laptop.write(f"elsewhere/instagram_results_{THIRD}.csv", files[2].read_bytes(), modified=2e9)
    assert laptop.loaded(copy).snapshots == {}
    assert laptop.snapshots() == before
    assert laptop.everything() == rows


def test_of_two_contents_under_one_name_the_versions_decide(laptop, laptops, kit):
    other = laptops()
    for lake, order in ((laptop, (0, 1)), (other, (1, 0))):
        name = f"instagram_results_{THIRD}.csv"
        first = lake.write(f"a/{name}", kit.restaurants_file(kit.restaurant("A", bio="first")), 1e9)
        second = lake.write(f"b/{name}", kit.restaurants_file(kit.restaurant("A", bio="second")), 1e9 + 1)
        for number in order:
            lake.loaded((first, second)[number])
        name = f"post_results_{THIRD}.csv"
        first = lake.write(f"a/{name}", kit.posts_file(kit.post("A", likes="1")), 1e9)
        second = lake.write(f"b/{name}", kit.posts_file(kit.post("A", likes="2")), 1e9 + 1)
        for number in order:
            lake.loaded((first, second)[number])
    assert [row["bio"] for row in laptop.rows("restaurants")] == ["second"]
    assert [row["likes"] for row in laptop.rows("posts")] == [1]
    assert sorted(row["likes"] for row in laptop.rows("post_metrics")) == [1, 2]
    assert laptop.everything() == other.everything()


def test_a_file_without_a_stamp_has_the_time_of_its_version(laptop, kit):
    laptop.loaded(laptop.write("post_results_final.csv", kit.posts_file(kit.post("A1")), modified=1e9))
    assert laptop.rows("posts")[0]["file_time"] == datetime(2001, 9, 9, 1, 46, 40)


def test_unknown_columns_are_told_and_kept_out(laptop, kit):
    content = kit.posts_file(kit.post("A1")).replace('"status"', '"status","mood"')
    content = content.replace('"SCRAPED"', '"SCRAPED","ok"')
    report = laptop.loaded(laptop.write(f"post_results_{FIRST}.csv", content))
    assert report.unknown_columns == ("mood",)
    assert "mood" not in load_table(laptop.catalog, laptop.settings, "posts").schema().column_names


def test_a_bad_row_goes_to_a_side_file_and_the_others_are_loaded(laptop, kit):
    content = kit.posts_file(kit.post("A1"), kit.post("", caption="lost"), kit.post("B2")) + '"too","short"\r\n'
    report = laptop.loaded(laptop.write(f"post_results_{FIRST}.csv", content))
    assert (report.rows_read, report.inserted, report.rejected) == (4, 2, 2)
    assert {row["post_id"] for row in laptop.rows("posts")} == {"A1", "B2"}
    assert report.rejected_to is not None and report.dead_letter is not None


def test_a_name_that_is_none_of_the_lakes_is_left_alone(laptop, kit):
    report = laptop.load(laptop.write("notes.csv", kit.posts_file(kit.post("A1"))))
    assert (report.outcome, report.rows_read) == ("unknown", 0)


@pytest.mark.parametrize("limit", [0, 1 << 40])
def test_a_large_file_is_read_a_second_time_and_gives_the_same(laptop, laptops, kit, monkeypatch, limit):
    # Nothing of the file stays in memory; it comes in many chunks, and rows of every chunk count.
    monkeypatch.setattr(loading, "MEMORY_BYTES", limit)
    real_read = loading.read
    monkeypatch.setattr(loading, "read", lambda *args, **more: real_read(*args, block_bytes=4096, **more))
    rows = [kit.post(f"P{number % 170}", likes=str(number)) for number in range(200)]
    path = laptop.write(f"post_results_{FIRST}.csv", kit.posts_file(*rows), 1e9)
    report = laptop.loaded(path)
    assert (report.rows_read, report.inserted, report.duplicate) == (200, 170, 30)
    assert {row["post_id"]: row["likes"] for row in laptop.rows("posts")} == {f"P{n}": n for n in range(170)}
    assert laptop.loaded(path).snapshots == {}


def test_a_file_that_changes_between_the_two_readings_is_not_loaded(laptop, kit, monkeypatch):
    monkeypatch.setattr(loading, "MEMORY_BYTES", 0)
    path = laptop.write(f"post_results_{FIRST}.csv", kit.posts_file(kit.post("A1")))
    real_load = loading._load

    def load_and_change(*args):
        loaded = real_load(*args)
        path.write_text(kit.posts_file(kit.post("Z9")))
        return loaded

    monkeypatch.setattr(loading, "_load", load_and_change)
    report = laptop.load(path)
    assert report.outcome == "failed"
    assert "changed while it was read" in report.error["message"]
    assert laptop.rows("posts") == []


def test_updates_leave_the_rest_of_a_data_file_alone(laptop, kit):
    early = kit.restaurants_file(*(kit.restaurant(f"R{number}") for number in range(50)))
    laptop.loaded(laptop.write(f"instagram_results_{FIRST}.csv", early))
    late = kit.restaurants_file(kit.restaurant("R7", bio="new"))
    report = laptop.loaded(laptop.write(f"instagram_results_{THIRD}.csv", late))
    assert (report.inserted, report.updated) == (0, 1)
    found = {row["restaurant_name"]: row["bio"] for row in laptop.rows("restaurants")}
    assert found == {f"R{number}": "new" if number == 7 else "" for number in range(50)}
    table: Table = load_table(laptop.catalog, laptop.settings, "restaurants")
    assert table.inspect.files().num_rows == 1


def test_a_report_balances_or_is_refused(laptop, kit):
    report = laptop.loaded(laptop.write(f"post_results_{FIRST}.csv", kit.posts_file(kit.post("A1"))))
    report.rejected += 1
    with pytest.raises(AssertionError, match="1 rows read, but 2 accounted for"):
        report.balance()


def test_progress_is_told(laptop, kit):
    told = []
    laptop.lake.progress = lambda *step: told.append(step)
    path = laptop.write(f"post_results_{FIRST}.csv", kit.posts_file(kit.post("A1"), kit.post("B2")))
    laptop.loaded(path)
    size = path.stat().st_size
    assert ("read", size, size) in told
    assert told.count(("write", 2, 2)) == 2
