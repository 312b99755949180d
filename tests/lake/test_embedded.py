"""From an event of S3 to a row that can be queried, on embedded Glue and S3."""

from __future__ import annotations

import json
import logging

import duckdb
import pytest
from springhead.errors import Unavailable
from springhead_contracts import validate
from springhead_lake import delivery
from springhead_lake.backups import find_object
from springhead_lake.catalog import open_catalog
from springhead_lake.handler import handle
from springhead_lake.ingest import Lake
from springhead_lake.rebuild import object_backups, rebuild
from springhead_lake.tables import TABLES, load_table
from springhead_runner.stores.dead_letters import DeadLetters

pytestmark = pytest.mark.embedded

POSTS, RESTAURANTS = "post_results_20260113_175319.csv", "instagram_results_20260114_123006.csv"


def send(lake, *records):
    return handle(lake.aws, lake.settings, {"Records": list(records)})


def test_the_checklist_of_the_seed(cloud, kit):
    lake = cloud()
    # "Existing scraper buckets accessible", "Analytics lake bucket created": the names are those of the settings.
    assert lake.keys(lake.restaurants) == lake.keys(lake.posts) == lake.keys(lake.settings.lake_bucket) == []
    # "Restaurant backup triggers Lambda", "Post backup triggers Lambda"
    two = kit.restaurants_file(kit.restaurant("A"), kit.restaurant("B"))
    restaurants = lake.put(lake.restaurants, RESTAURANTS, two)
    posts = lake.put(lake.posts, POSTS, kit.posts_file(kit.post("A1"), kit.post("B2", likes="17")))
    result = send(lake, restaurants, posts)
    assert {name: result[name] for name in ("files", "loaded", "rows_read", "inserted", "observations")} == {
        "files": 2, "loaded": 2, "rows_read": 4, "inserted": 4, "observations": 4,
    }  # fmt: skip
    # "Data in Iceberg": query returns rows
    with open_catalog(lake.settings, lake.aws) as catalog:
        found = load_table(catalog, lake.settings, "posts").scan().to_arrow()  # noqa: F841  # DuckDB finds it by its name
        database = duckdb.connect()
        assert database.execute("SELECT sum(likes), count(*) FROM found").fetchone() == (5224, 2)
        table = load_table(catalog, lake.settings, "posts")
        assert table.location() == f"s3://{lake.settings.lake_bucket}/iceberg/posts"
        before = {name: len(load_table(catalog, lake.settings, name).metadata.snapshots) for name in TABLES}
    # "Dedup works": same file twice = no duplicates, and no snapshot. Uploaded again, it is the same file.
    again = lake.put(lake.posts, POSTS, kit.posts_file(kit.post("A1"), kit.post("B2", likes="17")))
    result = send(lake, restaurants, posts, again)
    assert (result["unchanged"], result["inserted"], result["updated"]) == (6, 0, 0)
    with open_catalog(lake.settings, lake.aws) as catalog:
        assert before == {name: len(load_table(catalog, lake.settings, name).metadata.snapshots) for name in TABLES}
    # "DLQ works": bad file in dlq/
    bad = lake.put(lake.posts, "post_results_20260115_000000.csv", "no,header\r\n1,2\r\n")
    assert send(lake, bad)["bad"] == 1
    (key,) = lake.keys(lake.settings.lake_bucket, "dlq/")
    assert key.endswith(f"_{lake.posts}_post_results_20260115_000000.csv")


def test_a_bad_file_is_kept_verbatim_with_its_reason_and_announced_once(cloud, kit):
    lake = cloud()
    key = "2026/01/schön + gut/post_results_20260115_000000.csv"
    content = b'search_term,caption\r\n\xef\xbb\xbf,"x"\r\n'
    event = lake.put(lake.posts, key, content)
    first = send(lake, event)
    second = send(lake, event)
    assert first["bad"] == second["bad"] == 1
    (report,) = first["reports"]
    assert "post_id" in report["error"]["message"]
    (dlq,) = lake.keys(lake.settings.lake_bucket, "dlq/")
    head = lake.aws.s3.head_object(Bucket=lake.posts, Key=key)
    when = f"{head['LastModified']:%Y%m%d_%H%M%S}"
    assert dlq == f"dlq/{when}_{lake.posts}_2026_01_schön + gut_post_results_20260115_000000.csv"
    kept = lake.aws.s3.get_object(Bucket=lake.settings.lake_bucket, Key=dlq)
    assert kept["Body"].read() == content
    assert kept["Metadata"]["source_bucket"] == lake.posts
    assert kept["Metadata"]["source_key"] == "2026/01/sch%C3%B6n%20%2B%20gut/post_results_20260115_000000.csv"
    assert kept["Metadata"]["error"].isascii() and 0 < len(kept["Metadata"]["error"]) <= 256
    # The source stays where it is, and all who watch dead letters see it: once.
    assert lake.keys(lake.posts) == [key]
    (letter,) = DeadLetters(lake.aws).all("lake")
    assert (letter["kind"], letter["time"], letter["subject"]["key"]) == ("lake", "2026-01-15T00:00:00Z", key)
    assert not validate("dead_letter", {name: value for name, value in letter.items() if name != "_key"})
    assert lake.rows("posts") == []


def test_bad_rows_lie_beside_and_are_announced(cloud, kit):
    lake = cloud()
    content = kit.posts_file(kit.post("A1")).encode() + b'"short","row"\r\n'
    event = lake.put(lake.posts, POSTS, content)
    (report,) = send(lake, event, event)["reports"][:1]
    assert (report["inserted"], report["rejected"]) == (1, 1)
    bucket, _, key = report["rejected_to"].removeprefix("s3://").partition("/")
    (side,) = lake.keys(lake.settings.lake_bucket, "dlq/")
    assert (bucket, key) == (lake.settings.lake_bucket, side)
    (line,) = lake.aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read().splitlines()
    rejected = json.loads(line)
    assert (rejected["line"], rejected["raw"]) == (3, '"short","row"')
    (letter,) = DeadLetters(lake.aws).all("lake")
    assert letter["error"]["name"] == "RejectedRows"
    assert "1 of 2 rows" in letter["error"]["message"] and side in letter["error"]["message"]


def test_two_keys_that_are_one_in_dlq_are_kept_apart(cloud, kit):
    lake = cloud()
    one = lake.put(lake.posts, "a/post_results_x.csv", b"one")
    lake.aws.s3.copy_object(  # the same second, most likely
        Bucket=lake.posts, Key="b", CopySource={"Bucket": lake.posts, "Key": "a/post_results_x.csv"}
    )
    two = lake.put(lake.posts, "../a/post_results_x.csv", b"two")
    three = lake.put(lake.posts, ".._a/post_results_x.csv", b"three")
    assert send(lake, one, two, three)["bad"] == 3
    keys = lake.keys(lake.settings.lake_bucket, "")
    letters = [key for key in keys if key.startswith("dlq/")]
    assert len(letters) == 3 and all(key.count("/") == 1 for key in letters)
    bodies = {lake.aws.s3.get_object(Bucket=lake.settings.lake_bucket, Key=key)["Body"].read() for key in letters}
    assert bodies == {b"one", b"two", b"three"}
    send(lake, one, two, three)
    assert lake.keys(lake.settings.lake_bucket, "dlq/") == letters


@pytest.mark.parametrize("newest_first", [False, True])
def test_versions_of_one_key_decide_in_any_order(cloud, kit, newest_first):
    lake = cloud(versioned=True)
    restaurants = [
        lake.put(lake.restaurants, RESTAURANTS, kit.restaurants_file(kit.restaurant("A", bio=bio)))
        for bio in ("first", "second", "first")
    ]
    posts = [lake.put(lake.posts, POSTS, kit.posts_file(kit.post("A", likes=likes))) for likes in ("1", "2", "2")]
    records = [*restaurants, *posts]
    assert all(record["s3"]["object"].get("versionId") for record in records)
    send(lake, *(reversed(records) if newest_first else records))
    assert [row["bio"] for row in lake.rows("restaurants")] == ["first"]
    assert [row["likes"] for row in lake.rows("posts")] == [1]
    assert sorted(row["likes"] for row in lake.rows("post_metrics")) == [1, 2]
    # All versions were written within seconds, mostly one: their times follow their order all the same.
    times = [
        find_object(lake.aws, lake.restaurants, RESTAURANTS, record["s3"]["object"]["versionId"]).arrived
        for record in restaurants
    ]
    assert times[0] < times[1] < times[2]
    assert lake.rows("restaurants")[0]["ingested_at"] == times[2]
    # The last two versions of the posts are one content: one time.
    versions = [record["s3"]["object"]["versionId"] for record in posts]
    assert len({find_object(lake.aws, lake.posts, POSTS, version).arrived for version in versions}) == 2


def test_a_version_that_is_not_the_newest_is_read_as_it_was(cloud, kit):
    lake = cloud(versioned=True)
    old = lake.put(lake.posts, POSTS, kit.posts_file(kit.post("OLD")))
    lake.put(lake.posts, POSTS, kit.posts_file(kit.post("NEW")))
    send(lake, old)
    assert [row["post_id"] for row in lake.rows("posts")] == ["OLD"]


def test_one_failing_file_does_not_stop_the_others(cloud, kit, caplog, monkeypatch):
    lake = cloud()
    records = [
        lake.put(lake.posts, "post_results_20260110_000000.csv", kit.posts_file(kit.post("A"))),
        kit.record(lake.posts, "post_results_20260111_000000.csv"),  # gone meanwhile
        kit.record(f"no-{lake.posts}", "post_results_20260112_000000.csv"),  # no such bucket
        lake.put(lake.posts, "notes.csv", "a,b\r\n"),
        {"eventName": "ObjectRemoved:Delete", "s3": {}},
        {"eventName": "ObjectCreated:Put"},
        lake.put(lake.posts, "post_results_20260113_000000.csv", kit.posts_file(kit.post("B"))),
    ]
    real = delivery.ingest

    def ingest(lake, source, keep):
        if "20260110" in source.key:
            raise Unavailable("the storage is unwell")
        return real(lake, source, keep)

    with monkeypatch.context() as patch:
        patch.setattr(delivery, "ingest", ingest)
        with caplog.at_level(logging.INFO, "springhead"), pytest.raises(Unavailable, match="1 of 5 files not loaded"):
            send(lake, *records)
    assert [row["post_id"] for row in lake.rows("posts")] == ["B"]
    totals = caplog.records[-1].fields["totals"]
    assert {name: totals[name] for name in ("loaded", "unknown", "gone", "failed", "bad")} == {
        "loaded": 1, "unknown": 1, "gone": 2, "failed": 1, "bad": 0,
    }  # fmt: skip
    # Lambda hands us the event again.
    assert send(lake, *records)["loaded"] == 2
    assert [row["post_id"] for row in lake.rows("posts")] == ["A", "B"]


def test_a_file_larger_than_one_range_is_read_whole(cloud, kit, monkeypatch):
    monkeypatch.setattr("springhead_lake.backups.PART_BYTES", 1000)
    lake = cloud()
    rows = [kit.post(f"P{number}") for number in range(40)]
    assert send(lake, lake.put(lake.posts, POSTS, kit.posts_file(*rows)))["inserted"] == 40


@pytest.mark.parametrize("versions", [True, False])
def test_a_rebuild_from_the_buckets_equals_what_was_loaded(cloud, kit, versions):
    lake = cloud(versioned=versions)
    records = [
        lake.put(lake.restaurants, "instagram_results_20260110_000000.csv",
                 kit.restaurants_file(kit.restaurant("A"), kit.restaurant("B"), without=["phone"])),
        lake.put(lake.restaurants, RESTAURANTS, kit.restaurants_file(kit.restaurant("A"))),
        lake.put(lake.posts, POSTS, kit.posts_file(kit.post("A1", likes="1"))),
        lake.put(lake.posts, "notes.txt", b"no backup"),
        lake.put(lake.posts, "post_results_bad.csv", b"bad"),
    ]  # fmt: skip
    if versions:
        records.append(lake.put(lake.restaurants, RESTAURANTS, kit.restaurants_file(kit.restaurant("A", bio="later"))))
    send(lake, *records)
    before = lake.everything()
    with open_catalog(lake.settings, lake.aws) as catalog:
        for name in ("posts", "restaurant_metrics"):
            catalog.drop_table((lake.settings.database, name))
        reports = rebuild(
            lake.settings, catalog, lambda: object_backups(lake.aws, lake.settings.source_buckets, versions=versions)
        )
        assert all(set(load_table(catalog, lake.settings, name).metadata.refs) <= {"main"} for name in TABLES)
    assert lake.everything() == before
    assert sorted(report.outcome for report in reports) == ["bad", *["loaded"] * (4 if versions else 3)]


def test_the_catalog_on_aws_never_repeats_an_update_by_itself(cloud):
    lake = cloud()
    with open_catalog(lake.settings, lake.aws) as catalog:
        assert catalog.glue.meta.config.retries["total_max_attempts"] == 1
        Lake(lake.settings, catalog).ensure()
        assert load_table(catalog, lake.settings, "posts").metadata.format_version == 2
