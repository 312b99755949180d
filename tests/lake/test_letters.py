from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from springhead.errors import ConfigError
from springhead_contracts import validate
from springhead_lake.backups import LocalSource
from springhead_lake.letters import letter_key
from springhead_lake.loading import rejected_line
from springhead_lake.tokens import Rejected


@dataclass(frozen=True)
class Object:
    bucket: str
    key: str
    version: str | None = "v1"
    etag: str | None = "e"
    size: int = 1
    arrived: datetime = datetime(2026, 1, 14, 12, 10, 1)
    url: str = "s3://"

    def open(self):
        raise NotImplementedError


def test_the_key_has_the_form_of_the_seed():
    found = letter_key(Object("instagram-post-scraper-backups-kishore", "2026/01/post_results_20260113_175319.csv"))
    assert found == ("20260114_121001_instagram-post-scraper-backups-kishore_2026_01_post_results_20260113_175319.csv")


@pytest.mark.parametrize(
    "key", ["../../etc/passwd.csv", "..\\x.csv", "/a.csv", "a\n\x1b[31m.csv", "\u202egnp.csv", "a/../b.csv"]
)
def test_no_key_leaves_its_folder_or_forges_a_line(key):
    found = letter_key(Object("b", key))
    assert found.startswith("20260114_121001_b_") and found.endswith(".csv")
    assert not set(found) & set("/\\\n\x1b\u202e")


@given(key=st.text(min_size=1, max_size=2000), suffix=st.sampled_from(["", ".rejected.jsonl"]), distinct=st.booleans())
def test_every_key_gives_one_name_of_legal_length(key, suffix, distinct):
    found = letter_key(Object("b", key), suffix, distinct=distinct)
    assert 0 < len(found.encode()) <= 255
    assert "/" not in found and found.isprintable() and found.endswith(suffix)


def test_long_keys_that_differ_at_their_end_stay_apart():
    one, two = letter_key(Object("b", "x" * 900 + "1.csv")), letter_key(Object("b", "x" * 900 + "2.csv"))
    assert one != two


@given(raw=st.binary(max_size=40))
def test_a_rejected_row_is_one_line_and_loses_no_byte(raw):
    line = rejected_line(Rejected(7, "too few fields", raw))
    assert line.count(b"\n") == 1 and line.endswith(b"\n")
    found = json.loads(line)
    assert (found["line"], found["reason"]) == (7, "too few fields")
    kept = base64.b64decode(found["raw_base64"]) if "raw_base64" in found else found["raw"].encode()
    assert kept == raw


def test_on_a_laptop_a_bad_file_lies_in_dlq_with_its_letter(laptop):
    path = laptop.write("post_results_20260114_121001.csv", b"bad\xff\x00 file", 1_768_392_601)
    first, second = laptop.load(path), laptop.load(path)
    assert first.outcome == second.outcome == "bad"
    assert first.rejected_to == second.rejected_to
    kept = Path(first.rejected_to)
    assert kept.parent == laptop.settings.folder / "dlq"
    assert kept.read_bytes() == b"bad\xff\x00 file"
    letter = json.loads(Path(first.dead_letter).read_text())
    assert not validate("dead_letter", letter)
    assert (letter["kind"], letter["source"], letter["time"]) == ("lake", "lake", "2026-01-14T12:10:01Z")
    assert letter["error"]["name"] == "BadFile"
    assert len(list(kept.parent.iterdir())) == 2
    assert path.read_bytes() == b"bad\xff\x00 file"


def test_on_a_laptop_bad_rows_lie_in_dlq_with_their_letter(laptop, kit):
    content = kit.posts_file(kit.post("A1"), kit.post("", caption="kept")).encode()
    path = laptop.write("post_results_20260114_121001.csv", content, 1_768_392_601)
    report = laptop.loaded(path)
    (line,) = Path(report.rejected_to).read_text().splitlines()
    assert json.loads(line)["line"] == 3
    assert "kept" in json.loads(line)["raw"]
    letter = json.loads(Path(report.dead_letter).read_text())
    assert letter["error"]["message"].endswith(f"all are in {report.rejected_to}")
    assert laptop.loaded(path).dead_letter == report.dead_letter


def test_two_files_of_one_name_and_second_are_kept_apart(laptop):
    one = laptop.write("a/b/post_results_x.csv", b"one", 1e9)
    two = laptop.write("a_b/post_results_x.csv", b"two", 1e9)
    assert letter_key(LocalSource(one)) == letter_key(LocalSource(two))
    for path in (one, two, one, two):
        assert laptop.load(path).outcome == "bad"
    bodies = sorted(path.read_bytes() for path in (laptop.settings.folder / "dlq").glob("*.csv"))
    assert bodies == [b"one", b"two"]


def test_an_address_does_nothing_to_a_terminal(tmp_path):
    path = tmp_path / "post_results_\x1b[31m\n.csv"
    path.write_bytes(b"")
    assert LocalSource(path).url == f"{tmp_path}/post_results_%1B[31m%0A.csv"


def test_a_source_that_is_not_there_is_said(tmp_path):
    with pytest.raises(ConfigError, match="No such file"):
        LocalSource(tmp_path / "no.csv")
