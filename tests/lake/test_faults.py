"""Whoever is stopped at any step of a commit, by a signal or by an error, leaves tables that another try completes."""

from __future__ import annotations

import importlib.util
import json
import signal
from pathlib import Path

import pytest
from botocore.exceptions import EndpointConnectionError
from pyiceberg.exceptions import CommitFailedException
from springhead.errors import Unavailable
from springhead_lake import commit as commit_module
from springhead_lake.commit import TRIES, redo

_spec = importlib.util.spec_from_file_location("load_files", Path(__file__).with_name("load_files.py"))
assert _spec is not None and _spec.loader is not None
load_files = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(load_files)
STEPS = load_files.STEPS


def history(lake, kit):
    """A first file, and a second one that adds rows, replaces rows and supersedes a row without phone."""
    rows = [kit.restaurant(f"R{n}") for n in range(5)]
    first = lake.write("instagram_results_20260110_120000.csv", kit.restaurants_file(*rows, without=["phone"]), 1e9)
    rows = [kit.restaurant(f"R{n}", bio="second") for n in range(3)]
    second = lake.write("instagram_results_20260111_120000.csv", kit.restaurants_file(*rows), 1e9)
    rows = [kit.restaurant(f"R{n}", bio="third") for n in range(2, 7)]
    third = lake.write("instagram_results_20260112_120000.csv", kit.restaurants_file(*rows), 1e9)
    return first, second, third


@pytest.fixture
def whole(laptops, kit):
    """The tables as they must be in the end."""
    lake = laptops()
    for path in history(lake, kit):
        lake.loaded(path)
    return lake.everything()


@pytest.mark.parametrize("table", [1, 2], ids=["rows", "metrics"])
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step(laptop, whole, kit, step, table):
    first, second, third = history(laptop, kit)
    laptop.loaded(first)
    laptop.loaded(second)
    settings = {"lake_catalog": "sql", "lake_folder": str(laptop.settings.folder)}
    process = kit.child(kit.here / "load_files.py", json.dumps(settings), step, str(table), str(third))
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (-signal.SIGKILL, ""), err
    # Readers find each table either as it was or complete.
    bios = {row["bio"] for row in laptop.rows("restaurants")}
    landed = table == 2 or step in ("after catalog", "after commit")
    assert ("third" in bios) is landed
    report = laptop.loaded(third)
    assert laptop.everything() == whole
    assert (report.updated, report.unchanged) == ((0, 5) if landed else (1, 0))
    assert laptop.loaded(third).snapshots == {}


ERRORS = {
    "conflict": CommitFailedException("somebody was faster"),
    "network": OSError("When writing: connection reset"),
    "glue": EndpointConnectionError(endpoint_url="http://127.0.0.1"),
}


@pytest.mark.parametrize("table", [1, 2], ids=["rows", "metrics"])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("error", ERRORS)
def test_an_error_at_any_step_is_survived(laptop, whole, kit, monkeypatch, error, step, table):
    if error == "conflict" and step in ("after catalog", "after commit", "after metadata"):
        error = "network"  # a conflict means that nothing landed; pyiceberg clears up after it
    first, second, third = history(laptop, kit)
    laptop.loaded(first)
    laptop.loaded(second)
    before = laptop.snapshots()

    def fail() -> None:
        raise ERRORS[error]

    with monkeypatch.context() as patch:
        load_files.Steps(step, table, fail).install(patch.setattr, laptop.catalog)
        report = laptop.loaded(third)
    assert laptop.everything() == whole
    # Also where nobody said that the commit had landed, the report knows, and there is one snapshot, not two.
    assert (report.inserted, report.updated, report.unchanged, report.observations) == (4, 1, 0, 5)
    after = laptop.snapshots()
    assert {name: after[name] - before[name] for name in after} == {
        "posts": 0, "post_metrics": 0, "restaurants": 1, "restaurant_metrics": 1,
    }  # fmt: skip


def test_who_always_loses_gives_up_with_a_reason(laptop, kit, monkeypatch):
    path = laptop.write("post_results_20260110_120000.csv", kit.posts_file(kit.post("A1")))
    waits = []
    laptop.lake.sleep = waits.append

    def lose(*args, **more):
        raise CommitFailedException("somebody was faster")

    laptop.lake.ensure()
    monkeypatch.setattr(type(laptop.catalog), "commit_table", lose)
    report = laptop.load(path)
    assert report.outcome == "failed"
    assert "30 tries, the last: somebody was faster" in report.error["message"]
    assert report.error["retryable"] is True
    assert len(waits) == TRIES - 1
    assert max(waits) <= commit_module.CAP


@pytest.mark.parametrize("lasting", [OSError(28, "No space left on device"), ValueError("a fault of ours")])
def test_what_another_try_cannot_mend_is_not_tried_again(lasting):
    tries = []

    def work() -> None:
        tries.append(1)
        raise lasting

    with pytest.raises(type(lasting)):
        redo(work, "work", sleep=lambda seconds: None)
    assert len(tries) == 1


def test_a_file_that_is_missing_each_time_is_lost():
    waits = []

    def work() -> None:
        raise FileNotFoundError(2, "No such file or directory", "part.parquet")

    with pytest.raises(Unavailable, match=r"^work: .*part\.parquet") as caught:
        redo(work, "work", sleep=waits.append)
    assert len(waits) == 4
    assert "springhead lake rebuild" in caught.value.hint


def test_an_error_of_ours_that_may_pass_is_tried_again():
    outcomes = [Unavailable("S3 is unwell"), None]

    def work() -> str:
        if (error := outcomes.pop(0)) is not None:
            raise error
        return "done"

    assert redo(work, "work", sleep=lambda seconds: None) == "done"
