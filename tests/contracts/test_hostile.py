"""What ``contract validate`` makes of hostile input: a clear error with its line, no crash, nothing skipped."""

from __future__ import annotations

import json

import pytest
from springhead_contracts import cli
from springhead_contracts._sources import MAX_BYTES, read_source

GOOD = b'{"source": "tmdb"}'


def _faults(data, name="events.jsonl", record_type="scrape_event"):
    return {one.place: one.fault.message for one in read_source(record_type, name, data) if one.fault}


def _lines(*lines):
    found = list(read_source("scrape_event", "events.jsonl", b"\n".join(lines)))
    assert len(found) == sum(bool(line.strip()) for line in lines), "a line was skipped"
    return {one.place: one.fault.message for one in found if one.fault}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"source": "tm', "is not JSON: Unterminated string starting at at line 1, column 12"),
        (b'{"source": ', "the text ends too early"),
        (b'{"source": "tmdb\xff"}', "is not UTF-8 at byte 16 (0xff)"),
        (b'{"a": 1, "a": 2}', "member 'a' is given twice"),
        (b"{" * 9 + b"[" * 100_000, "is not JSON"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested too deeply"),
        (b'{"n": ' + b"9" * 5000 + b"}", "is not JSON that can be read"),
        (b'{"a": 1}{"b": 2}', "is not JSON: Extra data"),
        (b"\x00\x01\x02", "is not JSON"),
        ('{"source": "tmdb"}'.encode("utf-16"), "is not UTF-8"),
    ],
    ids=["truncated", "cut", "utf-8", "twice", "brackets", "deep", "digits", "two", "binary", "utf-16"],
)
def test_a_bad_line_is_named_and_the_others_are_read(line, message):
    line = line.replace(b"\n", b" ")
    faults = _lines(GOOD, line, GOOD)
    assert list(faults) == ["events.jsonl:2:"]
    assert message in faults["events.jsonl:2:"]


def test_a_line_of_50_mb_is_refused_without_being_parsed():
    faults = _lines(GOOD, b'{"source": "' + b"x" * 50_000_000 + b'"}', GOOD)
    assert list(faults) == ["events.jsonl:2:"]
    assert "is 50,000,014 bytes long; no store takes a record" in faults["events.jsonl:2:"]


def test_one_huge_record_is_refused_too():
    assert "bytes long" in _faults(b'{"source": "' + b"x" * MAX_BYTES + b'"}', "one.json")["one.json:"]


@pytest.mark.parametrize(
    ("text", "pointer", "words"),
    [
        ('{"subject": {"x": NaN}}', "/subject/x", "not a finite number"),
        ('{"subject": {"x": -Infinity}}', "/subject/x", "not a finite number"),
        ('{"subject": {"x": 1e999}}', "/subject/x", "not a finite number"),
        ('{"attempts": 9007199254740993}', "/attempts", "beyond"),
        ('{"subject": {"x": -9007199254740993}}', "/subject/x", "beyond"),
        ('{"subject": {"x": "\\ud800"}}', "/subject/x", "half a surrogate pair"),
        ('{"subject": {"": 1}}', "/subject/", "without a name"),
        ('{"subject": {"\\udfff": 1}}', "/subject/\\udfff", "half a surrogate pair"),
        ('{"subject": ' + '{"a":' * 40 + "1" + "}" * 40 + "}", "/subject" + "/a" * 31, "32 levels"),
    ],
)
def test_values_that_readers_lose_are_reported_by_pointer(tmp_path, capsys, text, pointer, words):
    path = tmp_path / "letters.jsonl"
    path.write_text("{}\n" + text + "\n", encoding="utf-8")
    assert cli.main(["validate", "dead_letter", str(path)]) == 1
    out = capsys.readouterr().out
    out.encode()
    assert any(f"letters.jsonl:2: {pointer}: " in line and words in line for line in out.splitlines()), out
    assert "2 records of dead_letter: 0 valid, 2 failed" in out


def test_faults_in_a_document_name_line_and_column():
    (message,) = _faults(b'{\n  "source": "tmdb",\n  "time": \n}\n', "one.json").values()
    assert "line 4, column 1" in message
    (message,) = _faults(b'{\n  "source": "tm\xffdb"\n}\n', "one.json").values()
    assert "line 2" in message


def test_empty_and_blank_files_are_failures(tmp_path):
    for data in (b"", b"\n \n"):
        path = tmp_path / "empty.json"
        path.write_bytes(data)
        assert cli.main(["validate", "scrape_event", str(path)]) == 1


def test_json_output_is_json_whatever_comes(tmp_path, capsys):
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"source": "\\ud800"}\n\xff\n[1]\n')
    assert cli.main(["validate", "--json", "scrape_event", str(path)]) == 1
    printed = json.loads(capsys.readouterr().out)
    assert (printed["records"], printed["failed"]) == (3, 3)


def test_a_directory_is_a_usage_error(tmp_path, capsys):
    assert cli.main(["validate", "scrape_event", str(tmp_path)]) == 2
    out = capsys.readouterr()
    assert out.err == f"FileError: {tmp_path} is a folder (name files, such as {tmp_path}/*.json)\n"
    assert out.out == "0 records of scrape_event: 0 valid, 0 failed; 1 file not read\n"
