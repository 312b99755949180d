"""Questions to a table of a million rows, against DuckDB on the bare Parquet files.

``python -m benchmarks.lake.query`` prints a table. Bare Parquet is what a question costs at least; it is wrong as soon
as rows are deleted or columns change, so the lake reads through pyiceberg.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import duckdb
from springhead_lake.ingest import Lake
from springhead_lake.query import query
from springhead_lake.tables import load_table

from benchmarks.lake.generate import write_posts
from benchmarks.lake.measure import Figure, arguments, head, keep, lake_in, load, measured, median

QUESTIONS = {
    "top creators by likes per month": """
        WITH sums AS (SELECT date_trunc('month', posted_date) AS month, creator, sum(likes) AS likes
            FROM posts WHERE likes IS NOT NULL GROUP BY ALL)
        FROM sums QUALIFY row_number() OVER (PARTITION BY month ORDER BY likes DESC, creator) <= 3
        ORDER BY month, likes DESC, creator""",
    "sum of likes by month": "SELECT date_trunc('month', posted_date) AS m, sum(likes) FROM posts GROUP BY 1",
    "one month": "SELECT count(*), sum(likes) FROM posts WHERE posted_date BETWEEN '2024-05-01' AND '2024-05-31'",
    "all columns, counted": "SELECT count(*), count(caption), max(post_url), max(hashtags) FROM posts",
}


def _lake(lake: Lake, sql: str) -> list[tuple[object, ...]]:
    with query(lake.catalog, lake.settings, sql) as result:
        return list(result.rows())


def _bare(lake: Lake, sql: str) -> list[tuple[object, ...]]:
    tasks = load_table(lake.catalog, lake.settings, "posts").scan().plan_files()
    with duckdb.connect() as database:
        database.read_parquet([task.file.file_path for task in tasks]).create_view("posts")
        return database.execute(sql).fetchall()


def _figures(lake: Lake, name: str, sql: str, rows: int, rounds: int) -> list[Figure]:
    def times(ask: Callable[[Lake, str], list[tuple[object, ...]]]) -> list[tuple[object, ...]]:
        return ask(lake, sql)

    assert len(times(_lake)) == len(times(_bare))  # both have seen the files once
    ours, bare = [], []
    for _ in range(rounds):
        ours.append(measured(lambda: times(_lake))[1])
        bare.append(measured(lambda: times(_bare))[1])
    one, other = median(ours), median(bare)
    note = f"{one.wall / other.wall:.2f}x the bare files' time, {one.cpu / other.cpu:.2f}x their CPU time"
    return [Figure(name, one.wall, one.cpu, rows, note)]


def main() -> None:
    """Prints the table."""
    args = arguments(__doc__).parse_args()
    with tempfile.TemporaryDirectory(prefix="springhead-bench-", dir=args.folder) as name:
        path = Path(name) / "post_results_20260101_000000.csv"
        write_posts(path, args.rows)
        figures = []
        with lake_in(Path(name) / "lake") as lake:
            load(lake, path)
            head(f"questions to {args.rows:,} rows, from SQL to the last row")
            for question, sql in QUESTIONS.items():
                for figure in _figures(lake, question, sql, args.rows, args.rounds):
                    figure.print()
                    figures.append(figure)
        keep(figures, args.json)


if __name__ == "__main__":
    main()
