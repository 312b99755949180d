"""``contract validate`` over files: what is counted, what is no UTF-8, what cannot be read."""

from __future__ import annotations

import json

import pytest
from springhead_contracts import cli, rows
from springhead_contracts._words import count, one_line

HEADER = ",".join(rows.header("instagram_post"))
ROW = '"#a",p1,cook,"November 24, 2025",5,,#a,,{},https://www.instagram.com/p/p1/,SCRAPED'


@pytest.fixture
def run(tmp_path, capsys):
    def validate(*files, record_type="instagram_post", options=()):
        paths = []
        for number, data in enumerate(files):
            paths.append(data if isinstance(data, str) else str(tmp_path / f"{number}.csv"))
            if isinstance(data, bytes):
                (tmp_path / f"{number}.csv").write_bytes(data)
        code = cli.main(["validate", *options, record_type, *paths])
        out = capsys.readouterr()
        return code, out.out.replace(f"{tmp_path}/", ""), out.err.replace(f"{tmp_path}/", "")

    return validate


def _csv(*rows, header=HEADER):
    return "\n".join([header, *rows, ""])


def test_a_bad_header_is_no_record(run):
    code, out, _ = run(_csv(ROW.format("x"), ROW.format("y"), header=HEADER.replace(",likes", ",hearts")).encode())
    assert code == 1
    assert "0.csv:1: /likes: is a column that every file has, and this one has not [required]" in out
    assert out.endswith("0 records of instagram_post: 0 valid, 0 failed; 1 file with a faulty header\n")


def test_json_counts_headers_apart(run):
    code, out, _ = run(b"", _csv(ROW.format("x")).encode(), options=["--json"])
    printed = json.loads(out)
    assert (code, printed["records"], printed["failed"], printed["faulty_headers"]) == (1, 1, 0, 1)


@pytest.mark.parametrize(("mark", "shown"), [(";", ";"), ("\t", "\\t"), ("|", "|")])
def test_a_wrong_separator_is_one_sentence(run, mark, shown):
    code, out, _ = run(_csv("a;b", "c;d", header=HEADER.replace(",", mark)).encode())
    assert code == 1
    first, unjudged, _ = out.splitlines()
    assert first.startswith(
        f"0.csv:1: no column is recognised: is `{shown}` the separator? is the header missing?, found"
    )
    assert unjudged == "0.csv: 2 rows are not judged, for want of a header [csv]"


def test_a_missing_header_is_one_sentence(run):
    _, out, _ = run((ROW.format("x") + "\n" + ROW.format("y") + "\n").encode())
    assert "0.csv:1: no column is recognised: is the header missing?, found" in out
    assert "0.csv: 1 row is not judged" in out


def test_big5_is_named_with_byte_and_line(run):
    data = _csv(ROW.format("text"), ROW.format("吃飯"), ROW.format("text")).encode("big5")
    byte = data.index("吃".encode("big5"))
    code, out, _ = run(data)
    assert code == 1
    assert f"0.csv:3: /image_description: is not UTF-8 at byte {byte} (0xa6), line 3; save the file as UTF-8" in out
    assert out.endswith("3 records of instagram_post: 2 valid, 1 failed\n")


def test_the_line_is_that_of_the_byte_and_not_of_the_row(run):
    data = _csv(ROW.format('"one\r\ntwo 吃"')).encode("big5")
    _, out, _ = run(data)
    assert f"0.csv:2: /image_description: is not UTF-8 at byte {data.index(0xA6)} (0xa6), line 3;" in out


@pytest.mark.parametrize(
    ("data", "byte"),
    [
        (_csv(ROW.format("x"), header="姓名,城市").encode("big5"), "0xa9"),
        (_csv(ROW.format("x")).encode("utf-16"), "0xff"),
    ],
)
def test_a_header_that_is_no_utf8(run, data, byte):
    _, out, _ = run(data)
    assert f"0.csv:1: is not UTF-8 at byte 0 ({byte}), line 1; save the file as UTF-8 [csv]" in out


def test_a_file_that_cannot_be_read_stops_no_other(run, tmp_path):
    good = _csv(ROW.format("x")).encode()
    code, out, err = run(good, str(tmp_path), str(tmp_path / "none.csv"), good)
    assert code == 2
    assert err.splitlines() == [
        f"FileError: {tmp_path} is a folder (name files, such as *.csv)",
        "FileError: none.csv does not exist (check the name)",
    ]
    assert out == "2 records of instagram_post: 2 valid, 0 failed; 2 files not read\n"
    printed = json.loads(run(str(tmp_path), options=["--json"])[1])
    assert [one["file"] for one in printed["unread"]] == [str(tmp_path)]


def test_one_bad_timestamp_is_one_line(capsys, tmp_path):
    path = tmp_path / "event.json"
    for time, rule in (("yesterday", "pattern"), ("2025-02-30T00:00:00Z", "format")):
        path.write_text(json.dumps({"source": "tmdb", "time": time}))
        assert cli.main(["validate", "scrape_event", str(path)]) == 1
        (line, summary) = capsys.readouterr().out.splitlines()
        assert line.endswith(f"[{rule}]")
        assert summary == "1 record of scrape_event: 0 valid, 1 failed"


def test_words(capsys):
    assert [count(n, "finding") for n in (0, 1, 2)] == ["0 findings", "1 finding", "2 findings"]
    assert one_line(ValueError("no; do this")) == "UsageError: no (do this)"
    assert one_line(PermissionError(13, "Permission denied", "x")) == "FileError: x: permission denied"
    assert cli.main(["validate", "nosuch", "-"]) == 2
    assert "UnknownRecordType: unknown record type 'nosuch' (known types: attraction, " in capsys.readouterr().err
