"""``contract``: what it prints and how it ends."""

from __future__ import annotations

import io
import json

import pytest
from springhead_contracts import cli


@pytest.fixture
def example(contracts_dir):
    return lambda verdict, name: str(contracts_dir / "v1" / "examples" / verdict / "scraper_entry" / f"{name}.json")


def test_valid_files(capsys, example):
    assert cli.main(["validate", "scraper_entry", example("valid", "seed"), example("valid", "full")]) == 0
    assert capsys.readouterr().out == "2 records of scraper_entry: 2 valid, 0 failed\n"


def test_every_violation_is_printed(capsys, example):
    assert cli.main(["validate", "scraper_entry", example("invalid", "many_faults")]) == 1
    out = capsys.readouterr().out
    for part in ("/id: is missing", "/metadata/plugin: must match", "/weight: must be at most 1", "found 2 [maximum]"):
        assert part in out
    assert out.endswith("1 record of scraper_entry: 0 valid, 1 failed\n")


def test_json_output(capsys, example):
    assert cli.main(["validate", "--json", "scraper_entry", example("invalid", "weight_above_one")]) == 1
    printed = json.loads(capsys.readouterr().out)
    assert (printed["records"], printed["failed"]) == (1, 1)
    assert printed["results"][0]["violations"][0]["pointer"] == "/weight"


def test_json_lines_and_standard_input(capsys, monkeypatch):
    lines = b'{"source": "tmdb"}\n\n{"source": "TMDb"}\n{broken\n{}\n'
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines)))
    assert cli.main(["validate", "scrape_event", "-"]) == 1
    out = capsys.readouterr().out
    assert "(stdin):3: /source: must match" in out
    assert "(stdin):4: (record): is not JSON" in out
    assert "4 records of scrape_event: 2 valid, 2 failed" in out


def test_list_of_records(capsys, tmp_path):
    path = tmp_path / "events.json"
    path.write_text('[{}, {"source": 1}]')
    assert cli.main(["validate", "scrape_event", str(path)]) == 1
    assert "events.json[1]: /source: must be of type string" in capsys.readouterr().out


@pytest.mark.parametrize("data", [b"", b"\xff", b"{", b"[" * 100_000, b'{"a":', b"NaN"])
def test_broken_files_are_failures(capsys, tmp_path, data):
    path = tmp_path / "broken.json"
    path.write_bytes(data)
    assert cli.main(["validate", "scrape_event", str(path)]) == 1
    assert "1 failed" in capsys.readouterr().out


def test_usage_errors(capsys, tmp_path):
    assert cli.main(["validate", "scrape_evnt", "-"]) == 2
    assert "did you mean 'scrape_event'" in capsys.readouterr().err
    assert cli.main(["validate", "scrape_event", str(tmp_path / "none.json")]) == 2
    assert "none.json" in capsys.readouterr().err
    with pytest.raises(SystemExit) as caught:
        cli.main([])
    assert caught.value.code == 2


def test_show_reads_like_prose(capsys):
    assert cli.main(["show", "scraper_entry"]) == 0
    out = capsys.readouterr().out
    assert "*~weight  <number, ≥ 0, ≤ 1>" in out
    assert "*~sentiment  <positive | negative | neutral>" in out
    assert "list of object" in out
    assert cli.main(["show", "--json", "scraper_entry"]) == 0


def test_lint_and_generate(capsys):
    assert cli.main(["lint"]) == 0
    assert cli.main(["lint", "--json"]) == 0
    assert cli.main(["generate", "--check"]) == 0
    assert "up to date" in capsys.readouterr().out
