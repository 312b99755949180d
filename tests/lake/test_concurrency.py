"""Several processes load the same files at once: each row lands once."""

from __future__ import annotations

import json

import pytest
from springhead_lake.catalog import open_catalog
from springhead_lake.tables import TABLES, load_table


@pytest.fixture
def backups(laptop, kit):
    """Files whose rows meet, and in which every file changes both tables of its kind."""
    paths = []
    for number in range(3):
        rows = [kit.post(f"P{n}", likes=str(number)) for n in range(number, number + 20)]
        paths.append(laptop.write(f"post_results_2026011{number}_120000.csv", kit.posts_file(*rows), 1e9 + number))
        rows = [kit.restaurant(f"R{n}", bio=str(number)) for n in range(10 * number + 5)]
        without = ["phone"] if number == 0 else []
        content = kit.restaurants_file(*rows, without=without)
        paths.append(laptop.write(f"instagram_results_2026011{number}_120000.csv", content, 1e9 + number))
    return paths


def race(kit, settings, paths, processes=2):
    """Load all files in each of some processes at once; returns all reports."""
    running = [
        kit.child(kit.here / "load_files.py", json.dumps(settings), "", "0", *map(str, paths)) for _ in range(processes)
    ]
    reports = []
    for process in running:
        out, err = process.communicate(timeout=300)
        assert (process.returncode, err) == (0, ""), err
        reports += [json.loads(line) for line in out.splitlines()]
    return reports


def test_two_processes_on_a_laptop(laptop, laptops, backups, kit):
    alone = laptops()
    for path in backups:
        alone.loaded(path)
    settings = {"lake_catalog": "sql", "lake_folder": str(laptop.settings.folder)}
    reports = race(kit, settings, backups)
    assert laptop.everything() == alone.everything()
    assert len(reports) == 2 * len(backups)
    # Each observation was added by exactly one of them.
    assert sum(report["observations"] for report in reports) == sum(
        len(alone.rows(name)) for name in ("post_metrics", "restaurant_metrics")
    )


@pytest.mark.embedded
def test_two_processes_on_glue(cloud, laptop, backups, kit):
    for path in backups:
        laptop.loaded(path)
    lake = cloud()
    names = ("endpoint", "lake_database", "lake_bucket_name", "region")
    race(kit, {name: getattr(lake.settings, name) for name in names}, backups)
    assert lake.everything() == laptop.everything()
    with open_catalog(lake.settings, lake.aws) as catalog:
        for name in TABLES:
            assert load_table(catalog, lake.settings, name).properties["commit.retry.num-retries"] == "0"
