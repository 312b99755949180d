from __future__ import annotations

import os
from pathlib import Path

import pytest
from springhead.errors import ConfigError, SpringheadError, Unavailable
from springhead_lake.rebuild import folder_backups, rebuild
from springhead_lake.tables import TABLES, load_table


@pytest.fixture
def filled(laptop, kit):
    """A lake with some files loaded, and their folder."""
    for number in range(3):
        rows = [kit.post(f"P{n}", likes=str(number)) for n in range(number + 2)]
        laptop.loaded(laptop.write(f"post_results_2026011{number}_120000.csv", kit.posts_file(*rows), 1e9))
        rows = [kit.restaurant(f"R{n}", bio=str(number)) for n in range(number + 2)]
        content = kit.restaurants_file(*rows, without=["phone"] if number == 0 else [])
        laptop.loaded(laptop.write(f"instagram_results_2026011{number}_120000.csv", content, 1e9))
    laptop.write("deep/notes.csv", "no backup")
    return laptop


def backups(lake):
    return folder_backups(lake.folder / "backups")


def test_a_rebuild_equals_what_was_loaded_and_old_snapshots_stay(filled):
    before = filled.everything()
    snapshots = filled.snapshots()
    reports = rebuild(filled.settings, filled.catalog, lambda: backups(filled))
    assert filled.everything() == before
    assert sorted(report.outcome for report in reports) == ["loaded"] * 6 + ["unknown"]
    for name in TABLES:
        table = load_table(filled.catalog, filled.settings, name)
        assert set(table.metadata.refs) == {"main"}
        assert len(table.metadata.snapshots) > snapshots[name]


def test_a_rebuild_mends_what_was_damaged(filled):
    before = filled.everything()
    posts = load_table(filled.catalog, filled.settings, "posts")
    posts.delete("post_id = 'P1'")
    restaurants = load_table(filled.catalog, filled.settings, "restaurants")
    for task in restaurants.scan().plan_files():
        Path(task.file.file_path).unlink()
    metrics = load_table(filled.catalog, filled.settings, "post_metrics")
    Path(metrics.metadata_location).unlink()
    rebuild(filled.settings, filled.catalog, lambda: backups(filled))
    assert filled.everything() == before


def test_rows_of_files_that_are_no_longer_there_go(filled):
    rebuild(filled.settings, filled.catalog, lambda: [b for b in backups(filled) if b.key.startswith("post")])
    assert len(filled.rows("posts")) == 4
    assert filled.rows("restaurants") == filled.rows("restaurant_metrics") == []


def test_readers_see_the_old_rows_until_the_new_ones_are_there(filled):
    before = filled.everything()
    seen = []
    rebuild(
        filled.settings,
        filled.catalog,
        lambda: backups(filled),
        progress=lambda step, done, total: seen.append((step, done, total, filled.everything() == before)),
    )
    files = [entry for entry in seen if entry[0] == "files"]
    assert [entry[1:3] for entry in files] == [(number, 7) for number in range(1, 8)]
    assert all(entry[3] for entry in seen)


def test_a_file_that_lands_meanwhile_is_not_lost(filled, laptops, kit):
    late = filled.write("post_results_20260120_120000.csv", kit.posts_file(kit.post("LATE")), 1e9)
    content = late.read_bytes()
    late.unlink()
    listings = []

    def listed():
        found = backups(filled)
        listings.append(len(found))
        if len(listings) == 1:
            # It lands after the listing and is loaded in the usual way.
            late.write_bytes(content)
            filled.loaded(late)
        return found

    rebuild(filled.settings, filled.catalog, listed)
    assert listings == [7, 8]
    assert "LATE" in {row["post_id"] for row in filled.rows("posts")}
    assert len([row for row in filled.rows("post_metrics") if row["post_id"] == "LATE"]) == 1


def test_where_a_file_cannot_be_read_nothing_is_exchanged(filled):
    before = filled.everything()
    found = backups(filled)
    next(path for path in (filled.folder / "backups").glob("post_*.csv")).unlink()
    with pytest.raises(Unavailable, match="cannot be read"):
        rebuild(filled.settings, filled.catalog, lambda: found)
    assert filled.everything() == before
    for name in TABLES:
        assert set(load_table(filled.catalog, filled.settings, name).metadata.refs) == {"main"}


@pytest.mark.parametrize(("after", "drop_table"), [(2, False), (7, False), (7, True)])
def test_a_branch_that_vanishes_meanwhile_empties_no_table(filled, after, drop_table):
    """Removed in the middle of the files, it begins again without the first ones; after the last, it is missing."""
    before = filled.everything()

    def vanish(step, done, total):
        if (step, done) != ("files", after):
            return
        posts = load_table(filled.catalog, filled.settings, "posts")
        (branch,) = posts.metadata.refs.keys() - {"main"}
        if drop_table:
            filled.catalog.drop_table((filled.settings.database, "posts"))
        else:
            posts.manage_snapshots().remove_branch(branch).commit()

    with pytest.raises(SpringheadError, match=r"^posts: rows of the rebuild are lost") as caught:
        rebuild(filled.settings, filled.catalog, lambda: backups(filled), progress=vanish)
    assert not caught.value.retryable
    assert "rebuild again" in caught.value.hint
    if not drop_table:
        assert filled.everything() == before
    rebuild(filled.settings, filled.catalog, lambda: backups(filled))
    assert filled.everything() == before


def test_a_folder_is_listed_whole_also_what_cannot_be_loaded(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "post_results_1.CSV").write_text("")
    (tmp_path / "notes.txt").write_text("")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.csv")
    found = folder_backups(tmp_path)
    assert [backup.key for backup in found] == ["gone.csv", "post_results_1.CSV", "pipe.csv"]
    with pytest.raises(ConfigError, match=r"gone\.csv cannot be read"):
        found[0].find()
    with pytest.raises(ConfigError, match=r"pipe\.csv is no regular file"):
        found[2].find()


def test_a_folder_that_cannot_be_listed_is_said(tmp_path, monkeypatch):
    # The error of a real folder cannot be had as root, who may read all.
    inner = tmp_path / "inner"
    inner.mkdir()
    scandir = os.scandir

    def denied(path):
        if Path(path) == inner:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", denied)
    with pytest.raises(ConfigError, match="inner cannot be listed: Permission denied"):
        folder_backups(tmp_path)


def test_a_folder_that_is_none_is_said(tmp_path):
    with pytest.raises(ConfigError, match="is no folder"):
        folder_backups(tmp_path / "nothing")
