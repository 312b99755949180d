"""The benchmarks of the lake run and count right; what they measure is not asserted."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(module, folder, *argv):
    command = [sys.executable, "-m", f"benchmarks.lake.{module}", "--folder", str(folder), "--rounds", "1"]
    found = folder / "figures.json"
    done = subprocess.run(
        [*command, "--json", str(found), *argv], capture_output=True, text=True, cwd=ROOT, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, {figure["name"]: figure for figure in json.loads(found.read_text())}


def test_ingest(tmp_path):
    out, figures = run("ingest", tmp_path, "--rows", "2000")
    assert "goal: at most 2x the floor's time" in out
    assert figures["lake: posts and post_metrics, committed"]["rows"] == 2000
    assert figures["300 new rows into 10,000"]["rows"] == 300
    assert figures["Table.upsert, 1,000 rows that are there"]["rows"] == 1000
    assert "extrapolated from N = 1,000" in figures["Table.upsert, a million rows"]["note"]


def test_query(tmp_path):
    out, figures = run("query", tmp_path, "--rows", "2000")
    assert "2,000 rows" in out
    assert figures["top creators by likes per month"]["rows"] == 2000


def test_large(tmp_path):
    _, figures = run("large", tmp_path, "--rows", "1000", "--bytes", "1000000")
    rows = [figure["rows"] for figure in figures.values()]
    assert rows == [4000, 4000]
    assert [figure["note"].partition("(")[2] for figure in figures.values()] == ["4,000 inserted)", "0 inserted)"]


@pytest.mark.parametrize("append", [False, True])
def test_copies_of_a_file_are_other_posts(tmp_path, append):
    from benchmarks.lake.generate import write_posts
    from benchmarks.lake.measure import copy_with_other_keys

    source, copy = tmp_path / "a.csv", tmp_path / "b.csv"
    write_posts(source, 50)
    copy_with_other_keys(source, copy, "1~")
    if append:
        copy_with_other_keys(source, copy, "2~", append=True)
    with source.open(newline="") as file, copy.open(newline="") as other:
        rows, copies = list(csv.DictReader(file)), list(csv.DictReader(other))
    marks = ["1~", "2~"] if append else ["1~"]
    assert copies == [{**row, "post_id": mark + row["post_id"]} for mark in marks for row in rows]
