"""Questions to the lake: right answers, no reach beyond the tables."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
from decimal import Decimal

import duckdb
import pytest
from pyiceberg.types import IntegerType, LongType
from springhead.errors import ConfigError, NotFound, Unavailable
from springhead_lake.dataset import TableAtSnapshot
from springhead_lake.query import query
from springhead_lake.tables import load_table


def ask(laptop, sql, at=None):
    with query(laptop.catalog, laptop.settings, sql, at) as result:
        return list(result.rows())


@pytest.fixture
def filled(laptop, kit):
    """Three files of posts, each a data file of its own, in three months; one file of restaurants."""
    for month, name in enumerate(("October", "November", "December"), start=1):
        rows = [
            kit.post(f"{name[0]}{n}", f"c{n % 2}", posted_date=f"{name} {n + 1}, 2025", likes=str(100 * month + n))
            for n in range(4)
        ]
        laptop.loaded(laptop.write(f"post_results_2026010{month}_000000.csv", kit.posts_file(*rows), 1e9 + month))
    laptop.loaded(laptop.write("instagram_results_20260101_000000.csv", kit.restaurants_file(kit.restaurant("A"))))
    return laptop


def test_an_answer_over_all_files(filled):
    sql = """SELECT date_trunc('month', posted_date) AS month, creator, sum(likes) AS likes FROM posts
             GROUP BY ALL ORDER BY likes DESC LIMIT 2"""
    with query(filled.catalog, filled.settings, sql) as result:
        assert result.columns == ["month", "creator", "likes"]
        rows = list(result.rows())
    december = datetime.datetime(2025, 12, 1)
    assert [(month, creator, int(likes)) for month, creator, likes in rows] == [
        (december, "c1", 604), (december, "c0", 602),
    ]  # fmt: skip


def test_a_table_that_is_named_twice_is_read_twice(filled):
    sql = """WITH best AS (SELECT creator, max(likes) AS likes FROM posts GROUP BY 1)
             SELECT p.post_id FROM posts p JOIN best USING (creator, likes) ORDER BY 1"""
    assert ask(filled, sql) == [("D2",), ("D3",)]
    assert ask(filled, "SELECT count(*) FROM posts a, posts b WHERE a.creator = b.creator") == [(72,)]


def test_tables_meet(filled):
    sql = "SELECT count(*), count(DISTINCT m.source_file) FROM posts JOIN post_metrics m USING (post_id, creator)"
    assert ask(filled, sql) == [(12, 3)]
    assert ask(filled, "SELECT restaurant_name, phone FROM Restaurants") == [("A", "+1 212-555-0100")]


def test_metadata_of_the_tables_can_be_asked(filled):
    assert ask(filled, "SHOW TABLES") == [("post_metrics",), ("posts",), ("restaurant_metrics",), ("restaurants",)]
    assert ("likes", "INTEGER") in [row[:2] for row in ask(filled, "DESCRIBE posts")]
    assert ask(filled, "FROM (VALUES (1), (2)) ORDER BY 1") == [(1,), (2,)]


@pytest.mark.parametrize(
    ("where", "files"),
    [
        ("posted_date >= DATE '2025-12-01'", 1),
        ("posted_date < DATE '2025-12-01'", 2),
        ("likes BETWEEN 201 AND 300", 2),
        ("likes = 301 OR posted_date = DATE '2025-10-02'", 2),
        ("post_id = 'N2'", 1),
        ("likes > 1000", 0),
        ("likes IS NULL", 0),
        ("likes IS NOT NULL", 3),
        ("caption LIKE 'F%'", 3),
        ("lower(post_id) = 'n2'", 3),
        ("creator IN ('c0', 'nobody')", 3),
    ],
)
def test_only_files_that_may_have_rows_are_read_and_the_answer_is_the_same(filled, where, files):
    table = load_table(filled.catalog, filled.settings, "posts")
    dataset = TableAtSnapshot(table, table.current_snapshot())
    everything = table.scan().to_arrow()
    with duckdb.connect() as database:
        database.register("posts", dataset)
        database.register("everything", everything)
        sql = "SELECT post_id, posted_date FROM {} WHERE " + where + " ORDER BY 1"
        found = database.execute(sql.format("posts")).fetchall()
        assert found == database.execute(sql.format("everything")).fetchall()
    assert dataset.files_read == files


def test_rows_with_null_are_found_where_a_file_has_other_values_too(laptop, kit):
    rows = [kit.post("A", posted_date="2025"), kit.post("B", posted_date="May 1, 2020"), kit.post("C", likes="N/A")]
    laptop.loaded(laptop.write("post_results_20260101_000000.csv", kit.posts_file(*rows)))
    assert ask(laptop, "SELECT post_id FROM posts WHERE posted_date IS NULL") == [("A",)]
    assert ask(laptop, "SELECT post_id FROM posts WHERE likes IS NULL OR likes < 0") == [("C",)]
    assert ask(laptop, "SELECT post_id FROM posts WHERE posted_date IS DISTINCT FROM DATE '2020-05-01' ORDER BY 1") == [
        ("A",), ("C",),
    ]  # fmt: skip


def test_old_files_have_the_columns_of_the_schema(filled):
    table = load_table(filled.catalog, filled.settings, "posts")
    with table.update_schema() as change:
        change.add_column("language", IntegerType())
        change.rename_column("caption", "words")
        change.update_column("likes", LongType())
        change.delete_column("status")
    assert ask(filled, "SELECT words, language, likes FROM posts WHERE post_id = 'O0'") == [
        ("Fries, please", None, 100)
    ]
    assert ask(filled, "SELECT count(*) FROM posts WHERE language IS NULL AND likes > 200::BIGINT") == [(7,)]
    with pytest.raises(ConfigError, match="status"):
        ask(filled, "SELECT status FROM posts")
    # As it was then, it has the columns of then.
    first = load_table(filled.catalog, filled.settings, "posts").history()[0].snapshot_id
    assert ask(filled, "SELECT caption, status FROM posts WHERE post_id = 'O0'", str(first)) == [
        ("Fries, please", "SCRAPED")
    ]


def test_deleted_rows_are_not_seen(filled):
    table = load_table(filled.catalog, filled.settings, "posts")
    table.delete("creator = 'c1'")
    assert ask(filled, "SELECT count(*), count(*) FILTER (creator = 'c1') FROM posts") == [(6, 0)]


def test_the_past(filled, kit):
    snapshots = load_table(filled.catalog, filled.settings, "posts").history()
    first = str(snapshots[0].snapshot_id)
    assert ask(filled, "SELECT count(*) FROM posts", first) == [(4,)]
    assert ask(filled, "SELECT count(*) FROM posts") == [(12,)]
    time = datetime.datetime.fromtimestamp(snapshots[1].timestamp_ms / 1000, datetime.UTC)
    assert ask(filled, "SELECT count(*) FROM posts", time.isoformat()) == [(8,)]
    assert ask(filled, "SELECT count(*) FROM posts", "2999-01-01") == [(12,)]
    with pytest.raises(NotFound, match="the oldest state kept is of 20"):
        ask(filled, "SELECT count(*) FROM posts", "2020-01-01")
    with pytest.raises(NotFound, match="no snapshot 123456789"):
        ask(filled, "SELECT count(*) FROM posts", "123456789")
    with pytest.raises(ConfigError, match="neither"):
        ask(filled, "SELECT count(*) FROM posts", "yesterday")


REACHING = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_parquet('https://example.org/a.parquet')",
    "SELECT * FROM read_csv('s3://bucket/key.csv')",
    "SELECT * FROM 'https://example.org/a.parquet'",
    "SELECT * FROM '/etc/passwd.csv'",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM parquet_metadata('/etc/passwd')",
    "SELECT * FROM query('FROM read_text(''/etc/passwd'')')",
    "SELECT (SELECT content FROM read_text('/etc/passwd')) FROM posts",
]
CHANGING = [
    "COPY (SELECT 1) TO '{}/x.csv'",
    "COPY posts FROM '/etc/passwd'",
    "ATTACH '{}/x.db'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "EXPORT DATABASE '{}/x'",
    "SET enable_external_access = true",
    "RESET enable_external_access",
    "PRAGMA enable_profiling",
    "PRAGMA database_list",
    "CALL pragma_version()",
    "CREATE TABLE x AS SELECT 1",
    "DROP VIEW posts",
    "DELETE FROM posts",
    "INSERT INTO posts SELECT * FROM posts",
    "UPDATE posts SET likes = 0",
    "SELECT 1; SELECT 2",
    "SELECT 1; COPY (SELECT 1) TO '{}/x.csv'",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '{}/x.csv'",
    "",
    "-- nothing",
]


@pytest.mark.parametrize("sql", REACHING)
def test_a_query_reaches_no_file_and_no_address(filled, sql):
    with pytest.raises(ConfigError, match=r"reads the lake's tables only|does not exist") as caught:
        ask(filled, sql)
    assert "\n" not in caught.value.message and "root:" not in caught.value.message


@pytest.mark.parametrize("sql", CHANGING)
def test_a_query_changes_nothing(filled, tmp_path, sql):
    before = filled.everything()
    with pytest.raises(ConfigError, match="a query is one SELECT"):
        ask(filled, sql.format(tmp_path))
    assert not list(tmp_path.glob("x*"))
    assert filled.everything() == before


def test_a_name_in_sql_is_no_variable_of_the_program(filled):
    statements = [{"secret": 1}]  # noqa: F841
    for name in ("statements", "tables", "catalog", "settings"):
        with pytest.raises(ConfigError, match=f"Table with name {name} does not exist"):
            ask(filled, f"SELECT * FROM {name}")


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELEC 1", "syntax error"),
        ("SELECT nothing FROM posts", "nothing"),
        ("SELECT * FROM post", "Table with name post does not exist"),
        ("SELECT caption::INTEGER FROM posts", "Could not convert string"),
        ("SELECT 'x' || chr(10) || 'y' FROM nowhere", "nowhere"),
    ],
)
def test_wrong_sql_is_one_line(filled, sql, words):
    with pytest.raises(ConfigError) as caught:
        ask(filled, sql)
    assert words in caught.value.message
    assert "\n" not in caught.value.message and "LINE 1" not in caught.value.message


def test_an_empty_lake_says_what_to_do(laptop):
    with pytest.raises(ConfigError, match=r"no table instagram_db\.posts yet") as caught:
        ask(laptop, "SELECT * FROM posts")
    assert "springhead lake ingest" in caught.value.hint
    laptop.lake.ensure()
    assert ask(laptop, "SELECT count(*) FROM posts") == [(0,)]
    assert ask(laptop, "SELECT * FROM posts WHERE likes > 1") == []


def test_a_data_file_that_is_gone_is_said(filled):
    for path in (filled.settings.folder / "iceberg" / "posts" / "data").glob("*.parquet"):
        path.unlink()
    with pytest.raises(Unavailable, match="posts cannot be read"):
        ask(filled, "SELECT sum(likes) FROM posts")


def test_values_of_all_kinds(filled):
    (row,) = ask(
        filled,
        """SELECT TIMESTAMPTZ '2026-01-14 12:30:00+02', 170141183460469231731687303715884105727::HUGEINT, [1, NULL],
           {'a': 'b'}, 'nan'::DOUBLE, 1.50::DECIMAL(5,2), DATE 'infinity', NULL, true,
           TIMESTAMP_NS '2026-01-14 12:30:00.123456789'""",
    )
    assert row[0] == datetime.datetime(2026, 1, 14, 10, 30, tzinfo=datetime.UTC)
    assert row[2:4] == ([1, None], {"a": "b"})
    assert row[4] != row[4]
    assert row[5] == Decimal("1.50")
    assert row[7:9] == (None, True)
    assert str(row[9]) == "2026-01-14 12:30:00.123456789"


@pytest.mark.parametrize("sql", ["FROM posts LIMIT 1", "FROM posts p JOIN posts q USING (creator) LIMIT 1"])
def test_a_program_that_stops_reading_early_ends_well(filled, sql):
    """Arrow's own threads would still call into Python when it is gone."""
    folder = filled.settings.folder
    environment = {**os.environ, "SPRINGHEAD_LAKE_FOLDER": str(folder), "SPRINGHEAD_LAKE_CATALOG": "sql"}
    code = "import sys; from springhead.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "-q", "lake", "query", sql, "--json"]
    for _ in range(4):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
        assert (done.returncode, done.stderr) == (0, "")
        assert len(done.stdout.splitlines()) == 1
