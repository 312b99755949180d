from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from springhead.cli import VERBS
from springhead.cli.output import width

HEAVY = ("httpx", "httpcore", "pydantic", "boto3", "botocore", "orjson", "pluggy", "protego", "springhead_", "asyncio")


@pytest.mark.parametrize("argv", [["--help"], ["--version"], []])
def test_help_costs_little_more_than_an_empty_python(argv: list[str]) -> None:
    code = (
        "import sys\nfrom springhead.cli import main\n"
        f"try:\n    main({argv!r})\nexcept SystemExit:\n    pass\nprint('MODULES', *sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    modules = found.rpartition("MODULES ")[2].split()
    assert [name for name in modules if name.startswith(HEAVY)] == []
    assert [name for name in modules if name.startswith("springhead")] == ["springhead", "springhead.cli"]
    empty = subprocess.run(
        [sys.executable, "-c", "import sys, argparse; print(*sys.modules)"], capture_output=True, text=True
    )
    assert len(set(modules) - set(empty.stdout.split())) < 25


def test_help_as_it_is_installed_imports_no_plugin() -> None:
    command = [sys.executable, "-X", "importtime", str(Path(sys.executable).with_name("springhead")), "--help"]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    imported = {line.rpartition("|")[2].strip() for line in found.stderr.splitlines()}
    assert "springhead.cli" in imported
    assert [name for name in imported if name.startswith(HEAVY)] == []
    assert "preview" in found.stdout


@pytest.mark.parametrize("verb", ["plugins", "new", "preview", "record", "check", "config"])
def test_every_verb_has_help_with_an_example(cli: Any, verb: str) -> None:
    found = cli(verb, "--help")
    assert (found.code, found.err) == (0, "")
    assert f"usage: springhead {verb}" in found.out
    assert f"springhead {verb}" in found.out.partition("example:")[2]


def test_the_table_of_verbs_names_modules_that_exist() -> None:
    import importlib.util

    assert all(importlib.util.find_spec(module) for module, _ in VERBS.values())


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["chekc"], "unknown verb 'chekc'; did you mean check?"),
        (["zzz"], "unknown verb 'zzz'"),
        (["--nonsense"], "unrecognized arguments"),
        (["--stage"], "expected one argument"),
        (["check", "--stage"], "expected one argument"),
        (["config", "hide"], "invalid choice"),
        (["check", "tmbd"], "did you mean tmdb?"),
        (["record", "tmdb", "--case", "x"], "required"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(cli: Any, argv: list[str], words: str) -> None:
    found = cli(*argv)
    assert (found.code, found.out) == (2, "")
    [line] = found.err.splitlines()
    assert line.startswith("ConfigError: ")
    assert words in line


@pytest.mark.parametrize(
    ("name", "value"),
    [("SPRINGHEAD_UPSTREAM", "https://example.org"), ("SPRINGHEAD_RATE_SCALE", "9"), ("SPRINGHEAD_STAGE", "NO!")],
)
def test_a_wrong_setting_is_one_line(cli: Any, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    found = cli("config", "show")
    assert found.code == 2
    [line] = found.err.splitlines()
    assert line.startswith("ConfigError: ")


def test_a_missing_distribution_says_what_to_install(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(VERBS, "up", ("springhead_not_there.cli", "x"))
    found = cli("up")
    assert found.code == 2
    assert "`up` needs springhead-not-there (pip install springhead-not-there)" in found.err


def test_what_the_system_refuses_is_one_line(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(args: Any) -> int:
        raise PermissionError(13, "Permission denied", "/somewhere")

    monkeypatch.setattr("springhead.cli.config.run", full)
    found = cli("config", "show")
    assert found.code == 2
    assert found.err.splitlines() == ["ConfigError: /somewhere: Permission denied (check the path and its permissions)"]


def test_config_names_secrets_and_never_shows_them(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMDB_TOKEN", "eyJhbGciSECRET")
    monkeypatch.setenv("DYNAMODB_TABLE", "mine")
    found = cli("config", "show", "--stage", "dev")
    assert found.code == 0
    assert "eyJhbGci" not in found.out + found.err
    assert "set (hidden)" in found.out
    rows = {line.split()[0]: line.split() for line in found.out.splitlines() if line.strip()}
    assert rows["table_name"][1:3] == ["mine", "DYNAMODB_TABLE"]
    assert rows["stage"][1:3] == ["dev", "option"]
    as_json = cli("config", "show", "--json")
    assert "eyJhbGci" not in as_json.out
    assert as_json.lines[0]["TMDB_TOKEN"] == {"value": "set (hidden)", "origin": "environment"}


def test_plugins_lists_what_is_there_as_json_lines(cli: Any) -> None:
    found = cli("plugins", "--json")
    assert found.code == 0
    tmdb = next(line for line in found.lines if line["name"] == "tmdb")
    assert tmdb["state"] == "ready"
    assert tmdb["secrets"] == ["TMDB_TOKEN"]
    assert tmdb["cases"] >= 12
    assert "endorsed or certified by TMDB" in tmdb["attribution"]
    wikipedia = next(line for line in found.lines if line["name"] == "wikipedia")
    assert "CC BY-SA" in wikipedia["attribution"]
    assert "CC BY-SA" in cli("plugins").out


def test_a_quarantined_plugin_is_shown_with_its_reason(
    cli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "springhead_bad-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: springhead-bad\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[springhead]\nbad = not_there_at_all\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    line = next(line for line in cli("plugins", "--json").lines if line["name"] == "bad")
    assert line["state"] == "quarantined"
    assert "not_there_at_all" in line["reason"]
    assert "quarantined" in cli("plugins").out
    checked = cli("check", "--json")
    assert checked.code == 1
    assert set(checked.lines[0]["quarantined"]) == {"bad"}
    assert checked.lines[0]["failed"] == 0
    last = cli("check").out.splitlines()[-1]
    assert last.endswith(" sources, 0 wrong, 1 plugin quarantined")
    assert cli("check", "tmdb").code == 0


def test_a_reason_is_shown_in_full_below_a_table_that_fits(
    cli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "springhead_bad-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: springhead-bad\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[springhead]\nbad = bad_and_local\n")
    (tmp_path / "bad_and_local.py").write_text("x = 1\nraise ValueError('" + "so long " * 30 + "the end')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    shown = cli("plugins").out.splitlines()
    rows = [line for line in shown if not line.startswith("  ")]
    assert all(width(line) <= 100 for line in rows)
    [reason] = [line for line in shown if line.startswith("  bad: ")]
    assert "the end" in reason
    assert reason.endswith(f"(correct {tmp_path / 'bad_and_local.py'}:2, or remove springhead-bad)")


def test_config_alone_shows_and_says_what_is_not_set(cli: Any) -> None:
    found = cli("config")
    assert found.code == 0
    assert found.out == cli("config", "show").out
    [token] = [line for line in found.out.splitlines() if line.startswith("TMDB_TOKEN")]
    assert token.split("  ")[-1].strip() == "TMDB_TOKEN"
    assert "not set" in token
    assert "environment" not in token
    assert cli("config", "--json").lines[0]["TMDB_TOKEN"] == {"value": None, "origin": None}


def test_a_source_that_lies_there_and_is_not_installed_says_how(cli: Any) -> None:
    Path("plugins/books").mkdir(parents=True)
    Path("plugins/books/pyproject.toml").touch()
    found = cli("preview", "books")
    assert found.code == 2
    assert "plugins/books is not installed (pip install --no-deps --no-build-isolation -e plugins/books)" in found.err
    assert "unknown source 'nobooks'" in cli("preview", "nobooks").err
    assert "unknown source '../plugins/books'" in cli("preview", "../plugins/books").err


def test_check_says_what_it_checked(cli: Any) -> None:
    found = cli("check", "tmdb")
    assert found.code == 0
    assert found.out.splitlines()[-1].endswith("cases of 1 source, 0 wrong")
    assert "✓ tmdb namesakes" in found.out


def test_check_says_what_it_damaged(cli: Any) -> None:
    found = cli("check", "tmdb", "--mutate")
    assert found.code == 0
    told = re.fullmatch(r"(\d+) cases of 1 source, ([\d,]+) damaged answers, 0 wrong", found.out.splitlines()[-1])
    assert told is not None
    assert int(told[2].replace(",", "")) > 10 * int(told[1])
    as_json = cli("check", "tmdb", "--mutate", "--json").lines[0]
    assert (as_json["cases"], as_json["damaged"]) == (int(told[1]), int(told[2].replace(",", "")))
    assert "damaged" not in cli("check", "tmdb", "--json").lines[0]


def test_a_reader_who_goes_away_is_no_failure() -> None:
    springhead = Path(sys.executable).with_name("springhead")
    found = subprocess.run(f"{springhead} plugins --json | head -c 5", shell=True, capture_output=True, text=True)
    assert found.stderr == ""


def test_output_survives_a_terminal_that_knows_no_chinese(process: Any) -> None:
    found = process("preview", "tmdb", "-n", "1", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert found.returncode == 0
    assert "Traceback" not in found.stderr
    as_json = process("preview", "tmdb", "-n", "1", "--json", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert json.loads(as_json.stdout)["name"]


def test_no_color_anywhere(cli: Any) -> None:
    assert "\x1b" not in cli("--no-color", "preview", "tmdb", "-n", "1").out
    assert os.environ.get("SPRINGHEAD_UPSTREAM") is None
