"""Rows of CSV files: keys by shared vectors, reading, and the real files where they are."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from springhead_contracts import cli, load_schema, rows, validate
from springhead_contracts._sources import read_source

FORMS = ("text", "handle", "tag", "name", "phone")
BACKUPS = Path(
    os.environ.get("SPRINGHEAD_BACKUPS", Path(__file__).resolve().parents[3] / "shared/data/instagram_backups")
)


@pytest.fixture(scope="module")
def vectors(contracts_dir):
    return json.loads((contracts_dir / "v1" / "vectors" / "rows.json").read_bytes())


def test_vectors(vectors):
    assert set(vectors) == {"description", *FORMS, *rows.csv_types()}
    for form in FORMS:
        for text, normal in vectors[form]:
            assert rows.normalise(form, text) == normal, (form, text)
    for record_type in rows.csv_types():
        for record, key in vectors[record_type]:
            assert list(rows.row_key(record_type, record)) == key


@given(st.text(), st.sampled_from(FORMS[:4]))
def test_normal_forms_stay(text, form):
    once = rows.normalise(form, text)
    if form in ("text", "name"):
        assert rows.normalise(form, once) == once
    assert len(once) <= len(text)


@given(st.text())
def test_phones_are_digits(text):
    assert set(rows.normalise("phone", text)) <= set("0123456789")


def test_misuse_is_named():
    with pytest.raises(ValueError, match="no normal form 'upper'"):
        rows.normalise("upper", "x")
    with pytest.raises(ValueError, match="rows of venue have no key"):
        rows.row_key("venue", {})
    with pytest.raises(ValueError, match="venue has no CSV form; those that have are instagram_post"):
        rows.header("venue")


def test_headers_and_file_names():
    assert rows.header("instagram_post") == load_schema("instagram_post")["x-csv"]["columns"]
    assert "posts" in rows.header("instagram_restaurant")
    assert rows.file_matches("instagram_post", "post_results_20260113_175319.csv")
    for name in ("post_results.csv", "x_post_results_20260113_175319.csv", "post_results_20260113_175319.csv\n"):
        assert not rows.file_matches("instagram_post", name)
    assert not rows.file_matches("instagram_search_term", "post_results_20260113_175319.csv")


HEADER = ",".join(rows.header("instagram_post")).encode()
ROW = b'"#a",p1,cook,"November 24, 2025",5,,#a,,text,https://www.instagram.com/p/p1/,SCRAPED'


def _read(data, record_type="instagram_post", name="posts.csv"):
    found = []
    for one in read_source(record_type, name, data):
        faults = [one.fault] if one.fault else validate(record_type, one.record)
        found.append((one.place, [(fault.pointer, fault.rule, fault.message) for fault in faults]))
    return found


def test_a_good_file_and_every_line_ending():
    for end in (b"\n", b"\r\n"):
        assert _read(HEADER + end + ROW + end + ROW) == [("posts.csv:2:", []), ("posts.csv:3:", [])]
    assert _read(b"\xef\xbb\xbf" + HEADER + b"\r\n" + ROW + b"\n" + ROW + b"\n\n") == [
        ("posts.csv:2:", []),
        ("posts.csv:3:", []),
    ]


def test_faults_name_their_lines():
    short, words = b"a,b", ROW.replace(b",5,", b",many,")
    multi = ROW.replace(b"text", b'"two\nlines"')
    found = dict(_read(b"\n".join([HEADER, ROW, short, multi, words, ROW])))
    assert found["posts.csv:2:"] == found["posts.csv:4:"] == found["posts.csv:7:"] == []
    assert "has 2 fields, the header 11" in found["posts.csv:3:"][0][2]
    assert found["posts.csv:6:"][0][:2] == ("/likes", "pattern")


def test_bad_bytes_cost_their_row_only():
    found = _read(b"\n".join([HEADER, ROW.replace(b"text", b"caf\xe9"), ROW]))
    assert found[0][1][0][:2] == ("/image_description", "csv")
    assert found[1] == ("posts.csv:3:", [])


def test_an_unfinished_quote_names_the_lines_it_took():
    found = _read(b"\n".join([HEADER, ROW, ROW.replace(b"text", b'"open'), ROW, ROW]))
    assert found[0] == ("posts.csv:2:", [])
    assert found[1][0].startswith("posts.csv:3-")
    assert "correct the quotes" in found[1][1][0][2]


def test_headers_are_judged():
    assert "is empty" in _read(b"")[0][1][0][2]
    (missing, unjudged) = _read(HEADER.replace(b",likes", b"") + b"\n" + ROW + b"\n" + ROW)
    assert missing[1][0][:2] == ("/likes", "required")
    assert "2 rows are not judged" in unjudged[1][0][2]
    (unknown, *_) = _read(HEADER + b",views\n" + ROW + b",3")
    assert unknown[1][0][1] == "additionalProperties"
    (order, row) = _read(
        HEADER.replace(b"search_term,post_id", b"post_id,search_term") + b"\n" + ROW.replace(b'"#a",p1', b'p1,"#a"')
    )
    assert "in another order" in order[1][0][2] and row[1] == []
    twice = _read(HEADER + b",likes\n" + ROW + b",3")
    assert any("a column twice" in fault[2] for _, faults in twice for fault in faults)


def test_alias_and_columns_that_early_files_lack():
    data = b"restaurant_name,city,instagram_handle,followers,posts,bio,website,status\nA,NY,@a,1,2,,,FOUND\n"
    (found,) = read_source("instagram_restaurant", "r.csv", data)
    assert found.record["posts_count"] == "2"
    assert "phone" not in found.record
    assert validate("instagram_restaurant", found.record) == []


def test_csv_from_standard_input_is_recognised():
    assert [place for place, _ in _read(HEADER + b"\n" + ROW, name="(stdin)")] == ["(stdin):2:"]


def test_type_without_csv(tmp_path, capsys):
    path = tmp_path / "venues.csv"
    path.write_text("a,b\n1,2\n")
    assert cli.main(["validate", "venue", str(path)]) == 2
    assert "venue has no CSV form" in capsys.readouterr().err


@pytest.mark.skipif(not BACKUPS.is_dir(), reason="the real files are not here")
def test_the_real_files_are_valid(capsys):
    files = {kind: sorted(map(str, BACKUPS.glob(f"{stem}_*.csv"))) for kind, stem in
             (("instagram_post", "post_results"), ("instagram_restaurant", "instagram_results"))}  # fmt: skip
    for record_type, paths in files.items():
        assert paths
        assert all(rows.file_matches(record_type, Path(path).name) for path in paths)
        assert cli.main(["validate", record_type, *paths]) == 0, capsys.readouterr().out[:2000]
        count = sum(
            len(list(csv.reader(Path(path).read_text(encoding="utf-8").splitlines(True)))) - 1 for path in paths
        )
        assert f"{count} records of {record_type}: {count} valid, 0 failed" in capsys.readouterr().out
