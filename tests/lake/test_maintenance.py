"""Compaction, expiry and orphan files: rows stay as they are, and nothing that anybody needs is deleted."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyiceberg.exceptions import CommitFailedException
from springhead.errors import ConfigError, SpringheadError, Unavailable
from springhead_lake import compaction, maintenance
from springhead_lake.commit import commit, write_files
from springhead_lake.compaction import compact
from springhead_lake.expiry import drop_abandoned_branches, expire, expired, orphans
from springhead_lake.merge import arrow_of
from springhead_lake.query import query
from springhead_lake.references import referenced
from springhead_lake.storage import plain_path, stored_files
from springhead_lake.tables import TABLES, load_table

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SOON = timedelta(seconds=5)


@pytest.fixture
def write(laptop, kit):
    """Write a file of posts; each gives the table a data file of its own."""

    def write(number, posts=3):
        rows = [kit.post(f"F{number}P{n}", likes=str(n)) for n in range(posts)]
        return laptop.write(f"post_results_202601{number + 1:02}_000000.csv", kit.posts_file(*rows), 1e9 + number)

    return write


@pytest.fixture
def filled(laptop, kit, write):
    for number in range(6):
        laptop.loaded(write(number))
    laptop.loaded(laptop.write("instagram_results_20260101_000000.csv", kit.restaurants_file(kit.restaurant("A"))))
    return laptop


def posts(lake):
    return load_table(lake.catalog, lake.settings, "posts")


def files_of(lake, folder="data"):
    return sorted(path.name for path in (lake.settings.folder / "iceberg" / "posts" / folder).iterdir())


def age_all(lake, days):
    """Make every file of the lake that old; nothing else about it changes."""
    then = time.time() - days * 86_400
    for path in (lake.settings.folder / "iceberg").rglob("*"):
        os.utime(path, (then, then))


class TestCompaction:
    def test_small_files_become_one_and_rows_stay(self, filled):
        before = filled.everything()
        found = compact(filled.lake, "posts")
        assert (found.files_before, found.files_after, found.rewritten, found.written, found.rows) == (6, 1, 6, 1, 18)
        assert filled.everything() == before
        (snapshot,) = found.snapshots
        assert posts(filled).current_snapshot().snapshot_id == snapshot
        assert posts(filled).current_snapshot().summary["springhead.source"] == "compact"

    def test_a_second_time_there_is_nothing_to_do(self, filled):
        compact(filled.lake, "posts")
        snapshots = filled.snapshots()
        found = compact(filled.lake, "posts")
        assert (found.files_before, found.files_after, found.rewritten, found.snapshots) == (1, 1, 0, [])
        assert filled.snapshots() == snapshots

    def test_files_join_up_to_the_wanted_size_and_no_more(self, laptop, write):
        for number in range(8):
            laptop.loaded(write(number, 100))
        rows = posts(laptop).scan().to_arrow()
        with posts(laptop).transaction() as change:
            change.set_properties({"write.target-file-size-bytes": str(rows.nbytes * 3 // 8)})
        before = laptop.everything()
        found = compact(laptop.lake, "posts")
        # Three to a file at most, one commit for each; a file is never in memory with all others.
        assert (found.files_before, len(found.snapshots)) == (8, found.files_after)
        assert 3 <= found.files_after <= 4
        assert laptop.everything() == before
        assert compact(laptop.lake, "posts").snapshots == []

    def test_no_snapshot_where_as_many_files_would_come_out(self, filled, monkeypatch):
        monkeypatch.setattr(compaction, "_bytes_per_row", lambda table, tasks: 1e-9)
        with posts(filled).transaction() as change:
            change.set_properties({"write.target-file-size-bytes": "1"})
        before = files_of(filled)
        assert compact(filled.lake, "posts").snapshots == []
        assert files_of(filled) == before

    def test_rows_that_were_deleted_stay_deleted(self, filled):
        posts(filled).delete("post_id = 'F0P0'")
        compact(filled.lake, "posts")
        assert len(filled.rows("posts")) == 17
        assert "F0P0" not in {row["post_id"] for row in filled.rows("posts")}

    def test_a_file_that_lands_meanwhile_is_kept_and_what_was_written_is_used(self, filled, write, monkeypatch):
        real, calls = compaction.commit, []

        def commit_after_another(*args, **more):
            calls.append(files_of(filled))
            if len(calls) == 1:
                filled.loaded(write(9))
            return real(*args, **more)

        monkeypatch.setattr(compaction, "commit", commit_after_another)
        found = compact(filled.lake, "posts")
        assert len(calls) == 2
        assert (found.files_before, found.files_after, found.rewritten) == (6, 2, 6)
        # The second try has written nothing but the new file.
        assert len(calls[1]) == len(calls[0]) + 1
        assert {row["post_id"] for row in filled.rows("posts")} >= {"F9P0", "F0P0"}
        assert len(filled.rows("posts")) == 21

    def test_where_another_writer_has_replaced_the_files_it_gives_way(self, filled, monkeypatch):
        real, calls = compaction.commit, []

        def commit_after_another(*args, **more):
            calls.append(1)
            if len(calls) == 1:
                posts(filled).delete("post_id = 'F0P0'")
            return real(*args, **more)

        monkeypatch.setattr(compaction, "commit", commit_after_another)
        found = compact(filled.lake, "posts")
        assert (len(calls), found.rewritten, found.snapshots) == (1, 0, [])
        assert len(filled.rows("posts")) == 17
        # What it had written is an orphan: nobody who lost a commit can know that it will not land yet.
        (stray,) = orphans(filled.lake, None, "posts", datetime.now(UTC) + DAY)
        assert stray.path.endswith(".parquet")

    def test_a_commit_of_unknown_outcome_is_found(self, filled, monkeypatch):
        real = compaction.commit

        def land_and_fail(*args, **more):
            real(*args, **more)
            monkeypatch.setattr(compaction, "commit", real)
            raise CommitFailedException("the answer was lost")

        monkeypatch.setattr(compaction, "commit", land_and_fail)
        before = filled.everything()
        found = compact(filled.lake, "posts")
        assert (found.files_after, found.rewritten, len(found.snapshots)) == (1, 6, 1)
        assert filled.everything() == before

    def test_a_second_process_loads_meanwhile(self, filled, laptops, write, kit):
        paths = [write(number) for number in range(6, 18)]
        process = kit.child(kit.here / "keep_writing.py", str(filled.settings.folder), *map(str, paths))
        compactions = 0
        while process.poll() is None:
            compactions += len(compact(filled.lake, "posts").snapshots) + len(
                compact(filled.lake, "post_metrics").snapshots
            )
        out, err = process.communicate()
        assert (process.returncode, err) == (0, "")
        assert out.split() == [path.name for path in paths]
        assert compactions
        alone = laptops()
        for path in [*(filled.folder / "backups").glob("post_*"), *paths]:
            alone.loaded(path)
        for name in ("posts", "post_metrics"):
            assert filled.rows(name) == alone.rows(name)


class TestExpiry:
    def test_snapshots_go_and_with_them_the_files_that_only_they_name(self, filled):
        before = filled.everything()
        compact(filled.lake, "posts")
        age_all(filled, 10)
        now = datetime.now(UTC) + 2 * DAY
        found = expire(filled.lake, None, "posts", DAY, 3 * DAY, now=now)
        assert (len(found.snapshots), found.kept_snapshots) == (6, 1)
        assert filled.everything() == before
        # One data file, its manifest, the list of it, and the metadata that Iceberg keeps.
        assert len(files_of(filled)) == 1
        gone = {Path(file.path).suffix for file in found.files}
        assert gone == {".parquet", ".avro"}
        assert not any(Path(file.path).exists() for file in found.files)
        assert found.bytes == sum(file.size for file in found.files) > 0
        again = expire(filled.lake, None, "posts", DAY, 3 * DAY, now=now)
        assert (again.snapshots, again.files) == ([], [])

    def test_a_dry_run_says_and_does_nothing(self, filled):
        age_all(filled, 10)
        stray = filled.settings.folder / "iceberg" / "posts" / "data" / "stray.parquet"
        stray.write_bytes(b"x" * 7)
        os.utime(stray, (0, 0))
        before = stored_files(None, posts(filled).location())
        found = expire(filled.lake, None, "posts", DAY, 3 * DAY, now=datetime.now(UTC) + 2 * DAY, dry_run=True)
        assert (len(found.snapshots), found.kept_snapshots) == (5, 1)
        assert [(file.path, file.size) for file in found.files] == [(str(stray), 7)]
        assert stored_files(None, posts(filled).location()) == before
        assert len(posts(filled).metadata.snapshots) == 6

    def test_a_snapshot_is_as_old_as_its_replacement(self, filled, write):
        newest = posts(filled).current_snapshot().snapshot_id
        later = datetime.now(UTC) + SOON
        assert len(expired(posts(filled), later)) == 5
        assert newest not in expired(posts(filled), later + 365 * DAY)
        # Made long ago, replaced just now: who began to read it before that needs it.
        made = posts(filled).current_snapshot().timestamp_ms / 1000
        time.sleep(0.05)
        between = datetime.fromtimestamp(made, UTC) + timedelta(milliseconds=20)
        filled.loaded(write(9))
        assert newest not in expired(posts(filled), between)
        assert newest in expired(posts(filled), datetime.now(UTC) + SOON)

    def test_tags_and_branches_keep_their_snapshots(self, filled):
        first, second, *_ = [entry.snapshot_id for entry in posts(filled).history()]
        with posts(filled).manage_snapshots() as change:
            change.create_tag(first, "report-2026").create_branch(second, "someone")
        before = datetime.now(UTC) + SOON
        assert not {first, second} & set(expired(posts(filled), before))

    def test_a_branch_that_came_to_a_snapshot_meanwhile_keeps_it(self, filled, monkeypatch):
        from springhead_lake import expiry

        first = posts(filled).history()[0].snapshot_id
        real, calls = expiry.expired, []

        def tag_after(table, before):
            found = real(table, before)
            calls.append(found)
            if len(calls) == 1:
                with posts(filled).manage_snapshots() as change:
                    change.create_tag(first, "meanwhile")
                    change.set_current_snapshot(snapshot_id=first)
            return found

        monkeypatch.setattr(expiry, "expired", tag_after)
        expire(filled.lake, None, "posts", DAY, DAY, now=datetime.now(UTC) + 2 * DAY)
        assert len(calls) == 2 and first in calls[0] and first not in calls[1]
        assert posts(filled).current_snapshot().snapshot_id == first
        assert len(filled.rows("posts")) == 3

    def test_two_processes_expire_at_once(self, filled, monkeypatch):
        from springhead_lake import expiry

        real, calls = expiry.expired, []

        def after_another(table, before):
            found = real(table, before)
            calls.append(found)
            if len(calls) == 1:
                table.maintenance.expire_snapshots().by_ids(found[:2]).commit()
            return found

        monkeypatch.setattr(expiry, "expired", after_another)
        found = expire(filled.lake, None, "posts", DAY, DAY, now=datetime.now(UTC) + 2 * DAY)
        assert [len(call) for call in calls] == [5, 3]
        assert (len(found.snapshots), found.kept_snapshots) == (3, 1)

    @pytest.mark.parametrize("ages", [(timedelta(0), DAY), (DAY, timedelta(minutes=59)), (-DAY, DAY)])
    def test_no_age_is_below_an_hour(self, filled, ages):
        with pytest.raises(ConfigError, match="is too small"):
            expire(filled.lake, None, "posts", *ages)
        assert len(posts(filled).metadata.snapshots) == 6


class TestOrphans:
    def test_files_that_nothing_names_go_after_the_safety_age(self, filled):
        folder = filled.settings.folder / "iceberg" / "posts"
        age_all(filled, 10)
        strays = [folder / "data" / "a.parquet", folder / "data" / "deep" / "b.parquet", folder / "metadata" / "c.avro"]
        young = folder / "data" / "young.parquet"
        for path in [*strays, young]:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"x")
        for path in strays:
            os.utime(path, (0, 0))
        other = folder / "notes.txt"
        other.write_text("not of Iceberg")
        found = expire(filled.lake, None, "posts", DAY, 3 * DAY)
        assert sorted(file.path for file in found.files) == sorted(map(str, strays))
        assert young.exists() and other.exists()
        assert len(filled.rows("posts")) == 18

    def test_files_of_a_commit_in_progress_stay(self, filled):
        """What is written and not yet committed is named by nothing; its age protects it."""
        table = posts(filled)
        rows = table.scan().to_arrow().slice(0, 2).cast(arrow_of(table))
        age_all(filled, 10)
        written = write_files(table, [rows])
        assert expire(filled.lake, None, "posts", HOUR, HOUR).files == []
        commit(table, add=written)
        assert len(filled.rows("posts")) == 20

    def test_files_that_were_committed_between_listing_and_loading_stay(self, filled, write, monkeypatch):
        from springhead_lake import expiry

        real = expiry.stored_files

        def listed_then_loaded(aws, location):
            filled.loaded(write(9))
            found = real(aws, location)
            compact(filled.lake, "posts")
            return found

        monkeypatch.setattr(expiry, "stored_files", listed_then_loaded)
        # As if all were old: only what the table names protects it.
        assert orphans(filled.lake, None, "posts", datetime.now(UTC) + DAY) == []

    def test_every_file_of_every_snapshot_is_named(self, filled):
        compact(filled.lake, "posts")
        stored = {file.path for file in stored_files(None, posts(filled).location())}
        named = referenced(posts(filled))
        assert stored == named

    def test_a_table_whose_files_lie_elsewhere_is_left_alone(self, filled, monkeypatch):
        from springhead_lake import expiry

        age_all(filled, 10)
        monkeypatch.setattr(expiry, "plain_path", lambda path: f"/elsewhere{path}")
        before = files_of(filled)
        with pytest.raises(SpringheadError, match="6 of its 6 data files are not below"):
            expire(filled.lake, None, "posts", DAY, 3 * DAY)
        assert files_of(filled) == before

    @pytest.mark.parametrize("name", ["with blank", "per%20cent", "häß#lich?", "a+b&c=d"])
    def test_folders_of_any_name(self, tmp_path, kit, name):
        from contextlib import ExitStack

        with ExitStack() as stack:
            lake = kit.laptop(tmp_path / name, stack)
            lake.loaded(lake.write("post_results_20260101_000000.csv", kit.posts_file(kit.post("A"))))
            lake.loaded(lake.write("post_results_20260102_000000.csv", kit.posts_file(kit.post("B"))))
            compact(lake.lake, "posts")
            age_all(lake, 10)
            found = expire(lake.lake, None, "posts", DAY, DAY, now=datetime.now(UTC) + 2 * DAY)
            assert len(found.snapshots) == 2 and found.files
            assert [row["post_id"] for row in lake.rows("posts")] == ["A", "B"]

    @pytest.mark.parametrize(
        ("path", "plain"),
        [
            ("/a/b", "/a/b"), ("file:///a/b", "/a/b"), ("file:/a/b", "/a/b"), ("s3a://b/k", "s3://b/k"),
            ("s3n://b/k:c", "s3://b/k:c"), ("s3://b/k", "s3://b/k"), ("/a/file:b", "/a/file:b"),
        ],
    )  # fmt: skip
    def test_paths_have_one_form(self, path, plain):
        assert plain_path(path) == plain

    def test_branches_of_dead_rebuilds_go(self, filled):
        snapshot = posts(filled).current_snapshot().snapshot_id
        with posts(filled).manage_snapshots() as change:
            change.create_branch(snapshot, "rebuild-abc").create_branch(snapshot, "someone")
        now = datetime.now(UTC)
        assert drop_abandoned_branches(filled.lake, "posts", now + 6 * DAY) == []
        assert drop_abandoned_branches(filled.lake, "posts", now + 8 * DAY) == ["rebuild-abc"]
        assert set(posts(filled).metadata.refs) == {"main", "someone"}
        assert len(filled.rows("posts")) == 18


def test_expiry_beside_a_load_and_a_reader_of_the_old_snapshot(filled, write, kit):
    """A second process loads all the time, a query reads what was the newest when it began; neither loses a file."""
    paths = [write(number) for number in range(6, 18)]
    age_all(filled, 10)  # what goes now was written long ago, and is needed until the reader is done
    sql = "SELECT count(*), sum(likes) FROM posts"
    with query(filled.catalog, filled.settings, "SELECT * FROM posts") as result:
        process = kit.child(kit.here / "keep_writing.py", str(filled.settings.folder), *map(str, paths))
        rounds = 0
        while process.poll() is None:
            for name in ("posts", "post_metrics"):
                compact(filled.lake, name)
                expire(filled.lake, None, name, HOUR, HOUR)
                rounds += 1
        _, err = process.communicate()
        assert (process.returncode, err) == (0, ""), err
        assert rounds
        assert len(list(result.rows())) == 18
    with query(filled.catalog, filled.settings, sql) as result:
        assert [tuple(map(int, row[:2])) for row in result.rows()] == [(54, 54)]
    named = referenced(posts(filled))
    stored = {file.path for file in stored_files(None, posts(filled).location())}
    assert named <= stored


class TestUpkeep:
    def test_all_tables_are_looked_after(self, filled):
        found = {one.table: one.to_dict() for one in maintenance.maintain(filled.lake, None, TABLES)}
        assert set(found) == set(TABLES)
        assert found["posts"]["compaction"]["files_after"] == 1
        assert found["posts"]["expired_snapshots"] == found["posts"]["deleted_files"] == 0
        later = datetime.now(UTC) + 31 * DAY
        found = {one.table: one.to_dict() for one in maintenance.maintain(filled.lake, None, TABLES, now=later)}
        assert found["posts"]["expired_snapshots"] == 6
        assert found["posts"]["deleted_files"] > 6
        assert len(filled.rows("posts")) == 18

    def test_what_fails_on_one_table_keeps_nothing_from_the_others(self, filled, monkeypatch):
        real = maintenance.compact

        def failing(lake, name):
            if name == "posts":
                raise Unavailable("the storage is unwell")
            return real(lake, name)

        monkeypatch.setattr(maintenance, "compact", failing)
        found = {one.table: one for one in maintenance.maintain(filled.lake, None, TABLES)}
        assert found["posts"].errors == ("compaction: Unavailable: the storage is unwell",)
        assert found["posts"].expiry is not None
        assert found["post_metrics"].compaction.files_after == 1

    @pytest.mark.embedded
    def test_in_aws(self, cloud, kit, monkeypatch):
        from springhead_lake import expiry
        from springhead_lake.handler import handle

        lake = cloud()
        assert maintenance.run(lake.settings, lake.aws) == {"tables": []}
        for number in range(4):
            content = kit.posts_file(kit.post(f"P{number}"))
            record = lake.put(lake.posts, f"post_results_2026010{number + 1}_000000.csv", content)
            handle(lake.aws, lake.settings, {"Records": [record]})
        before = lake.everything()
        lake.aws.s3.put_object(Bucket=lake.settings.lake_bucket, Key="iceberg/posts/data/stray.parquet", Body=b"x")
        found = {one["table"]: one for one in maintenance.run(lake.settings, lake.aws)["tables"]}
        assert found["posts"]["compaction"]["files_after"] == 1
        assert found["posts"]["deleted_files"] == 0
        monkeypatch.setattr(expiry, "datetime", _In40Days)
        found = {one["table"]: one for one in maintenance.run(lake.settings, lake.aws)["tables"]}
        assert found["posts"]["expired_snapshots"] == 4
        assert len(lake.keys(lake.settings.lake_bucket, "iceberg/posts/data/")) == 1
        assert lake.everything() == before


class _In40Days(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + 40 * DAY
