"""The verb `lake`, as people use it."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from springhead.cli import VERBS, main


@pytest.fixture(autouse=True)
def _environment(monkeypatch, tmp_path):
    for name in list(os.environ):
        if name.startswith(("SPRINGHEAD_", "AWS_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SPRINGHEAD_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def lake(capfdbinary):
    """Run `springhead lake …` in this process: exit code, stdout, stderr, JSON lines."""

    def run(*argv):
        capfdbinary.readouterr()
        try:
            code = main(["lake", *argv])
        except SystemExit as leaving:
            code = leaving.code
        out, err = (text.decode() for text in capfdbinary.readouterr())
        found = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
        return SimpleNamespace(code=code, out=out, err=err, lines=found)

    return run


@pytest.fixture
def backups(tmp_path, kit):
    folder = tmp_path / "backups"
    (folder / "deep").mkdir(parents=True)
    first = kit.posts_file(kit.post("A", caption="=1+1"), kit.post("B", "someone", likes="N/A"))
    second = kit.posts_file(kit.post("A"), kit.post("C", caption='+49, äöü\n東京 "q"'))
    (folder / "post_results_20260110_000000.csv").write_bytes(first.encode())
    (folder / "deep" / "post_results_20260111_000000.csv").write_bytes(second.encode())
    restaurants = kit.restaurants_file(kit.restaurant("R"), kit.restaurant("S"))
    (folder / "instagram_results_20260110_000000.csv").write_bytes(restaurants.encode())
    (folder / "notes.csv").write_text("a,b\r\n")
    return folder


def test_help_names_every_subcommand_and_imports_nothing_heavy(lake):
    found = lake("--help")
    assert (found.code, found.err) == (0, "")
    for name in ("ingest", "tables", "query", "history", "compact", "expire", "rebuild", "dlq"):
        assert f"\n    {name} " in found.out
        assert f"springhead lake {name}" in found.out.partition("example:")[2]
        one = lake(name, "--help")
        assert one.code == 0
        assert f"springhead lake {name}" in one.out.partition("example:")[2]
    code = (
        "import sys\nfrom springhead.cli import main\ntry:\n    main(['lake', 'query', '--help'])\nexcept SystemExit:\n"
    )
    code += "    print('MODULES', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    roots = {name.partition(".")[0] for name in done.stdout.partition("MODULES ")[2].split()}
    assert not roots & {"pyarrow", "duckdb", "pyiceberg", "boto3", "numpy", "sqlalchemy", "pydantic"}


def test_the_verb_is_in_the_table():
    assert VERBS["lake"][0] == "springhead_lake.cli"


@pytest.mark.parametrize("argv", [["tables"], ["history"], ["compact"], ["expire"], ["query", "FROM posts"]])
def test_an_empty_lake_says_what_to_do(lake, argv):
    found = lake(*argv)
    assert (found.code, found.out) == (2, "")
    where, line = found.err.splitlines()
    assert where.startswith("lake in ")
    assert line.startswith("ConfigError: ") and "springhead lake ingest" in line


def test_ingest_reports_each_file_and_the_sums(lake, backups):
    found = lake("ingest", "backups", "--json")
    assert (found.code, found.err) == (0, "")
    *reports, sums = found.lines
    assert {name: sums[name] for name in ("files", "loaded", "unknown", "rows_read", "inserted", "unchanged")} == {
        "files": 4, "loaded": 3, "unknown": 1, "rows_read": 6, "inserted": 5, "unchanged": 1,
    }  # fmt: skip
    assert [report["key"] for report in reports] == [
        "post_results_20260110_000000.csv",
        "post_results_20260111_000000.csv",
        "instagram_results_20260110_000000.csv",
        "notes.csv",
    ]
    again = lake("ingest", "backups")
    assert again.code == 0
    lines = again.out.splitlines()
    assert lines[0].split() == [
        "file", "outcome", "rows", "inserted", "updated", "unchanged", "duplicate", "rejected", "metrics",
    ]  # fmt: skip
    assert next(line for line in lines if line.startswith("all files")).split() == [
        "all", "files", "3", "of", "4", "loaded", "6", "0", "0", "6", "0", "0", "0",
    ]  # fmt: skip
    assert any(line.startswith("  notes.csv: no backup by its name") for line in lines)
    assert any("likes: not usable and left empty: 1 unknown" in line for line in lines)


def test_rejected_rows_and_files_end_with_1_and_are_listed(lake, backups, kit):
    bad, partly = backups / "post_results_20260112_000000.csv", backups / "post_results_20260113_000000.csv"
    bad.write_text("who,knows\r\n1,2\r\n")
    partly.write_bytes(kit.posts_file(kit.post("D")).encode() + b'"short"\r\n')
    found = lake("ingest", str(bad), str(partly))
    assert found.code == 1
    assert "1 rejected rows in " in found.out and "required" not in found.err
    assert "a copy in " in found.out
    letters = lake("dlq", "--json")
    assert sorted(letter["error"]["name"] for letter in letters.lines) == ["BadFile", "RejectedRows"]
    shown = lake("dlq")
    assert shown.code == 0 and "post_results_20260113_000000.csv" in shown.out
    assert lake("ingest", str(bad)).code == 1
    assert len(lake("dlq", "--json").lines) == 2


def test_a_file_that_is_named_and_is_no_backup_is_a_failure(lake, backups):
    found = lake("ingest", "backups/notes.csv")
    assert found.code == 1
    assert "no backup by its name" in found.out


@pytest.mark.parametrize(
    ("place", "words"),
    [("nothing", "nothing cannot be read"), ("empty", "no CSV file in empty"), ("s3:///x", "names no bucket")],
)
def test_wrong_places_are_said_before_anything_is_done(lake, tmp_path, backups, place, words):
    (tmp_path / "empty").mkdir()
    found = lake("ingest", "backups", place, "--endpoint", "http://127.0.0.1:9", "--catalog", "sql")
    assert (found.code, found.out) == (2, "")
    assert words in found.err.splitlines()[-1]


def test_a_file_whose_name_is_no_utf_8_is_loaded_once(lake, tmp_path, kit):
    path = tmp_path / os.fsdecode(b"post_results_\xff_20260110_000000.csv")
    path.write_bytes(kit.posts_file(kit.post("A")).encode() + b"no row\n")
    found = lake("ingest", str(tmp_path), "--json")
    assert (found.code, found.lines[0]["key"]) == (1, "post_results_\\udcff_20260110_000000.csv")
    assert {name: found.lines[0][name] for name in ("outcome", "inserted", "rejected")} == {
        "outcome": "loaded",
        "inserted": 1,
        "rejected": 1,
    }
    assert Path(found.lines[0]["rejected_to"]).read_bytes().startswith(b'{"line": 3,')
    assert lake("query", "SELECT source_file FROM posts", "--json").lines == [{"source_file": found.lines[0]["key"]}]
    assert "post_results_" in lake("ingest", str(tmp_path)).out
    assert [letter["subject"]["key"] for letter in lake("dlq", "--json").lines] == [found.lines[0]["key"]]


def test_a_catalog_that_is_damaged_is_said(lake):
    folder = Path("home/lake")
    folder.mkdir(parents=True)
    (folder / "catalog.sqlite").write_text("no database " * 20)
    found = lake("tables")
    assert found.code == 2
    assert "catalog.sqlite cannot be used: file is not a database (it is damaged" in found.err
    assert "Traceback" not in found.err and "sqlalche" not in found.err


def test_an_unknown_catalog_in_the_environment_is_refused(lake, monkeypatch):
    monkeypatch.setenv("SPRINGHEAD_LAKE_CATALOG", "banana")
    found = lake("tables")
    assert found.code == 2
    assert "'glue' or 'sql'" in found.err


@pytest.fixture
def filled(lake, backups):
    assert lake("ingest", "backups").code == 0
    return lake


def test_tables_and_columns(filled):
    found = {state["table"]: state for state in filled("tables", "--json").lines}
    assert {name: (state["rows"], state["files"], state["snapshots"]) for name, state in found.items()} == {
        "posts": (3, 2, 2), "restaurants": (2, 1, 1), "post_metrics": (4, 2, 2), "restaurant_metrics": (2, 1, 1),
    }  # fmt: skip
    assert found["posts"]["bytes"] == sum(
        path.stat().st_size for path in Path("home/lake/iceberg/posts/data").glob("*.parquet")
    )
    assert {"name": "posts_count", "type": "int"} in found["restaurants"]["columns"]
    assert found["posts"]["last_commit"].endswith("Z")
    shown = filled("tables", "posts").out
    assert "Posts by (post_id, creator)" in shown and "\nposted_date        date\n" in shown
    wrong = filled("tables", "nothing")
    assert (wrong.code, wrong.err.splitlines()[-1]) == (
        2,
        "ConfigError: the lake has no table 'nothing' (tables: posts, restaurants, post_metrics, restaurant_metrics)",
    )  # fmt: skip


def test_history_is_from_the_newest_on(filled):
    found = filled("history", "posts", "--json").lines
    assert [(one["added"], one["removed"], one["rows"], one["current"]) for one in found] == [
        (1, 0, 3, True), (2, 0, 2, False),
    ]  # fmt: skip
    assert found[0]["source"].endswith("deep/post_results_20260111_000000.csv")
    assert len(filled("history", "--json").lines) == 6
    shown = filled("history", "-n", "1").out
    assert "* " in shown and "and 5 older ones" in shown
    before = filled("query", "SELECT count(*) AS n FROM posts", "--json", "--at", str(found[1]["snapshot"]))
    assert before.lines == [{"n": 2}]


def test_an_answer_as_a_table(filled):
    found = filled("query", "SELECT post_id, likes, posted_date, NULL AS nothing FROM posts ORDER BY 1")
    assert found.code == 0
    assert found.out.splitlines() == [
        "post_id  likes  posted_date  nothing",
        "───────  ─────  ───────────  ───────",
        "A         5207  2025-11-24         –",
        "B            –  2025-11-24         –",
        "C         5207  2025-11-24         –",
        "3 rows",
    ]
    assert filled("query", "FROM posts", "-n", "1").out.splitlines()[-1].startswith("the first 1 row; there are more")
    assert filled("query", "FROM posts WHERE likes < 0").out.splitlines()[-1] == "0 rows"


def test_an_answer_as_json_lines(filled):
    sql = "SELECT post_id, caption, sum(likes) AS likes, max(posted_date) AS day, 'nan'::DOUBLE AS f, 1 AS f FROM posts"
    found = filled("query", f"{sql} GROUP BY ALL ORDER BY 1", "--json")
    assert (found.code, found.err) == (0, "")
    assert [json.loads(line) for line in found.out.split("\n")[:-1]] == [
        {"post_id": "A", "caption": "=1+1", "likes": 5207, "day": "2025-11-24", "f": "nan", "f_2": 1},
        {"post_id": "B", "caption": "Fries, please", "likes": None, "day": "2025-11-24", "f": "nan", "f_2": 1},
        {"post_id": "C", "caption": '+49, äöü\n東京 "q"', "likes": 5207, "day": "2025-11-24", "f": "nan", "f_2": 1},
    ]


def test_an_answer_as_csv_is_safe_for_spreadsheets_unless_it_is_raw(filled):
    sql = 'SELECT post_id, caption AS "@caption", -likes AS less, likes > 1 AS many FROM posts ORDER BY 1'
    safe, raw = (filled("query", sql, "--csv", *more) for more in ([], ["--raw"]))
    assert safe.out.endswith("\r\n") and (safe.code, safe.err) == (0, "")
    assert list(csv.reader(io.StringIO(safe.out, newline=""))) == [
        ["post_id", "'@caption", "less", "many"],
        ["A", "'=1+1", "-5207", "true"],
        ["B", "Fries, please", "", ""],
        ["C", '\'+49, äöü\n東京 "q"', "-5207", "true"],
    ]
    assert list(csv.reader(io.StringIO(raw.out, newline=""))) == [
        ["post_id", "@caption", "less", "many"],
        ["A", "=1+1", "-5207", "true"],
        ["B", "Fries, please", "", ""],
        ["C", '+49, äöü\n東京 "q"', "-5207", "true"],
    ]


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["query", "SELEC 1"], "syntax error"),
        (["query", "SELECT * FROM read_csv('/etc/passwd')"], "reads the lake's tables only"),
        (["query", "COPY (SELECT 1) TO 'x.csv'"], "a query is one SELECT; this is COPY"),
        (["query", "SELECT 1", "--raw"], "--raw goes with --csv"),
        (["query"], "SQL"),
        (["expire", "--older-than", "0h"], "is too small"),
        (["expire", "--older-than", "soon"], "no age"),
        (["expire", "--orphans-older-than", "5m"], "is too small"),
        (["rebuild"], "where are the backups?"),
        (["compact", "nothing"], "no table 'nothing'"),
        (["squeeze"], "invalid choice"),
        ([], "required"),
    ],
)
def test_what_is_wrong_is_one_line(filled, argv, words):
    found = filled(*argv)
    assert (found.code, found.out) == (2, "")
    line = found.err.splitlines()[-1]
    assert line.startswith("ConfigError: ") and words in line
    assert not Path("x.csv").exists()


def test_with_json_an_error_is_one_object(filled):
    found = filled("query", "SELECT nothing FROM posts", "--json")
    assert found.code == 2
    error = json.loads(found.err)
    assert (error["error"], error["retryable"]) == ("ConfigError", False)
    assert "not allowed with" in json.loads(filled("query", "SELECT 1", "--csv", "--json").err)["message"]


def test_compact_expire_and_rebuild(filled, backups):
    before = filled("query", "FROM posts ORDER BY post_id", "--json").out
    done = {one["table"]: one for one in filled("compact", "--json").lines}
    assert (done["posts"]["files_before"], done["posts"]["files_after"]) == (2, 1)
    assert done["restaurants"]["snapshots"] == []
    stray = Path("home/lake/iceberg/posts/data/stray.parquet").absolute()
    stray.write_bytes(b"x")
    os.utime(stray, (time.time() - 4 * 86_400,) * 2)
    dry = filled("expire", "--dry-run")
    assert "posts: would forget 0 snapshots, keeps 3; would delete 1 file (1 B)" in dry.out and str(stray) in dry.out
    assert stray.exists()
    found = {one["table"]: one for one in filled("expire", "--json").lines}
    assert [file["path"] for file in found["posts"]["files"]] == [str(stray)]
    assert not stray.exists()
    rebuilt = filled("rebuild", "backups", "--json")
    assert (rebuilt.code, rebuilt.lines[-1]["loaded"]) == (0, 3)
    assert filled("query", "FROM posts ORDER BY post_id", "--json").out == before
    shown = filled("rebuild", "backups").out
    assert "notes.csv" in shown and "the tables are made from these files" in shown


def test_a_rebuild_from_nowhere_touches_nothing(filled, tmp_path):
    before = filled("tables", "--json").lines
    (tmp_path / "empty").mkdir()
    for place, words in (("nothing", "nothing cannot be read"), ("empty", "no CSV file in empty")):
        found = filled("rebuild", place)
        assert (found.code, found.out) == (2, "")
        assert words in found.err
    assert filled("tables", "--json").lines == before


def test_lost_files_of_a_table_are_said_soon_and_a_rebuild_mends_them(filled, backups):
    rows = filled("query", "FROM posts ORDER BY ALL", "--json").lines
    for path in Path("home/lake/iceberg/posts/data").glob("*.parquet"):
        path.unlink()
    for argv, code in ((["query", "FROM posts"], 3), (["ingest", "backups"], 1)):
        found = filled(*argv)
        assert found.code == code
        assert "springhead lake rebuild" in found.out + found.err
    assert filled("rebuild", "backups").code == 0
    assert filled("query", "FROM posts ORDER BY ALL", "--json").lines == rows


def test_a_reader_that_leaves_is_no_error(filled):
    command = "springhead lake query 'FROM posts a, range(200000)' --csv | head -1"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, env={**os.environ, "PATH": path}, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("post_id,search_term,creator")


@pytest.mark.embedded
def test_in_embedded_aws(lake, backups, embedded, monkeypatch, cloud):
    made = cloud()
    names = made.settings
    for variable, value in {
        "SPRINGHEAD_LAKE_DATABASE": names.database,
        "SPRINGHEAD_LAKE_BUCKET": names.lake_bucket,
        "SPRINGHEAD_RESTAURANT_BACKUPS": made.restaurants,
        "SPRINGHEAD_POST_BACKUPS": made.posts,
        "SPRINGHEAD_DEAD_LETTER_BUCKET": names.dead_letter_bucket,
    }.items():
        monkeypatch.setenv(variable, value)
    for path in sorted(backups.rglob("*.csv")):
        made.put(
            made.restaurants if path.name.startswith("insta") else made.posts, f"in/{path.name}", path.read_bytes()
        )
    made.put(made.posts, "other/post_results_20260101_000000.csv", b"bad")
    aws = ("--endpoint", embedded)
    found = lake("ingest", f"s3://{made.posts}/in/", f"s3://{made.restaurants}", "--json", *aws)
    assert (found.code, found.err) == (0, "")
    assert (found.lines[-1]["loaded"], found.lines[-1]["inserted"]) == (3, 5)
    assert lake("query", "SELECT count(*) AS n FROM posts", "--json", *aws).lines == [{"n": 3}]
    assert {one["table"]: one["rows"] for one in lake("tables", "--json", *aws).lines}["restaurants"] == 2
    assert lake("compact", "posts", "--json", *aws).lines[0]["files_after"] == 1
    assert lake("expire", "--json", *aws).code == 0
    rebuilt = lake("rebuild", "--json", *aws)
    assert rebuilt.code == 1  # the bad file
    assert rebuilt.lines[-1]["bad"] == 1
    assert lake("query", "SELECT count(*) AS n FROM posts", "--json", *aws).lines == [{"n": 3}]
    assert lake("ingest", f"s3://{made.posts}/other/", *aws).code == 1
    letters = lake("dlq", "--json", *aws)
    assert [letter["source"] for letter in letters.lines] == ["lake"]
    # The lake of this machine is another one.
    assert lake("tables", "--catalog", "sql").code == 2
