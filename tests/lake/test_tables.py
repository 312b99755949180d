from __future__ import annotations

import os

import pytest
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import IdentityTransform
from pyiceberg.types import LongType, NestedField, StringType
from springhead.errors import ConfigError
from springhead_lake import tables
from springhead_lake.catalog import ensure_database, open_catalog
from springhead_lake.settings import LakeSettings, load_lake_settings
from springhead_lake.tables import PROPERTIES, TABLES, ensure_table, ensure_tables, load_table

#: Columns of the seed, in its order and with its types.
SEED = {
    "posts": "post_id string, search_term string, creator string, posted_date date, likes int, comments int, "
    "hashtags string, caption string, image_description string, post_url string, status string, ingested_at timestamp",
    "restaurants": "restaurant_name string, city string, phone string, instagram_handle string, followers string, "
    "posts_count int, bio string, website string, status string, ingested_at timestamp",
}


def shape(table):
    return [f"{field.name} {field.field_type}" for field in table.schema().fields]


def test_tables_have_the_columns_of_the_seed_and_the_properties(laptop):
    made = ensure_tables(laptop.catalog, laptop.settings)
    assert set(made) == set(TABLES) == {"posts", "restaurants", "post_metrics", "restaurant_metrics"}
    for name, columns in SEED.items():
        wanted = columns.split(", ")
        assert shape(made[name])[: len(wanted)] == wanted
    for table in made.values():
        assert dict(PROPERTIES).items() <= dict(table.properties).items()
        assert table.properties["commit.retry.num-retries"] == "0"
        assert table.spec().is_unpartitioned()
        assert table.metadata.snapshots == []


def test_a_table_of_the_seed_gets_what_it_lacks_and_keeps_its_rows(laptop, kit):
    ensure_database(laptop.catalog, laptop.settings)
    full = TABLES["restaurants"].schema
    old = Schema(*(field for field in full.fields[:10]))
    table = laptop.catalog.create_table((laptop.settings.database, "restaurants"), old)
    row = dict.fromkeys(old.column_names) | {"restaurant_name": "OLD", "city": "NY", "phone": "un"}
    import pyarrow as pa

    table.append(pa.Table.from_pylist([row], schema=old.as_arrow()))
    laptop.loaded(laptop.write("instagram_results_20260114_123006.csv", kit.restaurants_file(kit.restaurant("NEW"))))
    found = {row["restaurant_name"]: row["zip_code"] for row in laptop.rows("restaurants")}
    assert found == {"OLD": None, "NEW": "10003"}
    table = load_table(laptop.catalog, laptop.settings, "restaurants")
    assert table.properties["commit.retry.num-retries"] == "0"


def test_a_row_of_another_writer_gives_way_to_a_file(laptop, kit):
    import pyarrow as pa

    table = ensure_tables(laptop.catalog, laptop.settings)["posts"]
    row = dict.fromkeys(table.schema().column_names) | {"post_id": "A1", "creator": "@SOMEONE"}
    table.append(pa.Table.from_pylist([row], schema=table.schema().as_arrow()))
    report = laptop.loaded(laptop.write("post_results_20260114_123006.csv", kit.posts_file(kit.post("A1"))))
    assert (report.inserted, report.updated) == (0, 1)
    assert [row["likes"] for row in laptop.rows("posts")] == [5207]


def test_the_retry_property_is_mended_before_anything_is_written(laptop, kit):
    table = ensure_tables(laptop.catalog, laptop.settings)["posts"]
    with table.transaction() as change:
        change.set_properties({"commit.retry.num-retries": "4", "write.target-file-size-bytes": "1000000"})
    laptop.loaded(laptop.write("post_results_20260114_123006.csv", kit.posts_file(kit.post("A1"))))
    properties = load_table(laptop.catalog, laptop.settings, "posts").properties
    assert properties["commit.retry.num-retries"] == "0"
    assert properties["write.target-file-size-bytes"] == "1000000"


def test_a_catalog_that_does_not_keep_the_property_is_refused(laptop, kit, monkeypatch):
    monkeypatch.setattr(tables, "_RETRIES", "commit.retry.num-retries-of-a-later-version")
    report = laptop.load(laptop.write("post_results_20260114_123006.csv", kit.posts_file(kit.post("A1"))))
    assert report.outcome == "failed"


def test_a_column_of_another_type_is_refused_with_the_way_out(laptop):
    ensure_database(laptop.catalog, laptop.settings)
    wrong = Schema(NestedField(1, "post_id", LongType()))
    laptop.catalog.create_table((laptop.settings.database, "posts"), wrong)
    with pytest.raises(ConfigError, match="post_id is long, but string is written") as caught:
        ensure_table(laptop.catalog, laptop.settings, "posts")
    assert "springhead lake rebuild" in caught.value.hint


def test_a_partitioned_table_is_refused(laptop):
    ensure_database(laptop.catalog, laptop.settings)
    laptop.catalog.create_table(
        (laptop.settings.database, "posts"),
        Schema(NestedField(1, "post_id", StringType())),
        partition_spec=PartitionSpec(PartitionField(1, 1000, IdentityTransform(), "post_id")),
    )
    with pytest.raises(ConfigError, match="partitioned"):
        ensure_table(laptop.catalog, laptop.settings, "posts")


def test_a_table_that_does_not_exist_is_said(laptop):
    with pytest.raises(ConfigError, match=r"no table instagram_db\.posts yet"):
        load_table(laptop.catalog, laptop.settings, "posts")


def test_names_are_those_of_the_seed_and_have_the_stage(monkeypatch):
    for name in list(os.environ):
        if name.startswith("SPRINGHEAD_"):
            monkeypatch.delenv(name)
    settings = load_lake_settings()
    assert (settings.database, settings.lake_bucket) == ("instagram_db", "instagram-analytics-lake")
    assert settings.source_buckets == ("instagram-scraper-backups-kishore", "instagram-post-scraper-backups-kishore")
    assert settings.warehouse == "s3://instagram-analytics-lake/iceberg"
    dev = load_lake_settings(stage="dev")
    assert (dev.database, dev.lake_bucket) == ("instagram_db_dev", "instagram-analytics-lake-dev")
    assert dev.source_buckets[1] == "instagram-post-scraper-backups-kishore-dev"
    monkeypatch.setenv("SPRINGHEAD_LAKE_BUCKET", "other")
    assert load_lake_settings(stage="dev").warehouse == "s3://other/iceberg"
    with pytest.raises(ConfigError, match="lake_database"):
        load_lake_settings(lake_database="a-b")


@pytest.mark.parametrize("folder", ["a b", "a%20b", "a#b?c", "sch\u00f6n"])
def test_a_laptop_may_have_any_folder(tmp_path, folder, kit):
    settings = LakeSettings(lake_catalog="sql", lake_folder=tmp_path / folder)
    with open_catalog(settings) as catalog:
        ensure_tables(catalog, settings)
    assert (tmp_path / folder / "iceberg" / "posts" / "metadata").is_dir()


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be used"):
        open_catalog(LakeSettings(lake_catalog="sql", lake_folder=tmp_path / "file" / "lake"))
