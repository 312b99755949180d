"""What a file's name says."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from springhead_contracts import rows
from springhead_lake.names import FileName, classify

BACKUPS = Path(
    os.environ.get("SPRINGHEAD_BACKUPS", Path(__file__).resolve().parents[3] / "shared/data/instagram_backups")
)
STAMP = datetime(2026, 1, 13, 17, 53, 19, tzinfo=UTC)


@pytest.mark.parametrize(
    ("key", "kind", "stamp"),
    [
        ("post_results_20260113_175319.csv", "posts", STAMP),
        ("instagram_results_20260113_175319.csv", "restaurants", STAMP),
        ("backups/2026/post_results_20260113_175319.csv", "posts", STAMP),
        ("../../etc/post_results_20260113_175319.csv", "posts", STAMP),
        ("instagram_results_x/post_results_20260113_175319.csv", "posts", STAMP),
        ("münchen/post_results_20260113_175319_wörter 東京.csv", "posts", STAMP),
        ("post_results_20261345_175319.csv", "posts", None),
        ("post_results_20261345_175319_20260113_175319.csv", "posts", STAMP),
        ("post_results_120260113_175319.csv", "posts", None),
        ("post_results_２０２６0113_175319.csv", "posts", None),
        ("post_results_latest.csv", "posts", None),
        ("instagram_results_.csv", "restaurants", None),
    ],
)
def test_files_of_the_lake(key, kind, stamp):
    assert classify(key) == FileName(kind, stamp, key.rsplit("/", 1)[-1])


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/",
        "post_results.csv",
        "x_post_results_20260113_175319.csv",
        "post_results_20260113_175319.CSV",
        "post_results_20260113_175319.csv.gz",
        "post_results_20260113_175319.csv/",
        "post_results_20260113_175319",
        "post_results_20260113_175319.csv/manifest.json",
        "Instagram_results_20260113_175319.csv",
        "restaurants.csv",
    ],
)
def test_other_files(key):
    assert classify(key) is None


@pytest.mark.parametrize("path", sorted(BACKUPS.glob("*.csv")), ids=lambda path: path.name)
def test_real_names(path):
    found = classify(f"some/folder/{path.name}")
    assert found.stamp.strftime("%Y%m%d_%H%M%S") in path.name
    assert rows.file_matches("instagram_post", path.name) == (found.kind == "posts")
    assert rows.file_matches("instagram_restaurant", path.name) == (found.kind == "restaurants")
