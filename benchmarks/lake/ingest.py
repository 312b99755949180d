"""From a CSV file to a committed table: the lake against reading and writing alone, and against pyiceberg's upsert.

``python -m benchmarks.lake.ingest`` prints tables. The floor is what any loader must do: pyarrow reads the same file
and writes it as Parquet, nothing checked, no key compared and nothing committed. Floor and lake take
turns, and the medians are compared, by the clock and by CPU time; other work on the machine disturbs the first.
The first floor compresses as the lake's tables do (zstd), the second as pyarrow does by itself (snappy).
`Table.upsert` takes time with the square of the rows, so a few thousand are measured, and a million is extrapolated.
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from pyiceberg.table import Table
from springhead_lake.merge import arrow_of, conform
from springhead_lake.tables import TABLES, ensure_table, load_table

from benchmarks.lake.generate import write_posts
from benchmarks.lake.measure import (
    Figure,
    Times,
    arguments,
    copy_with_other_keys,
    head,
    keep,
    lake_in,
    load,
    measured,
    median,
    peak_mb,
)

#: Real backups, where this machine has them.
REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "instagram_backups"
GOAL = 2.0
_UPSERTS = (500, 1000)
_MILLION = 1_000_000
_NEW = 300


def floor(path: Path, target: Path, codec: str) -> int:
    """Read a file and write it as Parquet; returns the number of rows."""
    rows = pyarrow.csv.read_csv(path)
    pq.write_table(rows, target, compression=codec)
    return int(rows.num_rows)


def against_the_floor(path: Path, folder: Path, rounds: int) -> list[Figure]:
    """The file into an empty lake, and the floor, taking turns; then the same file once more."""
    floors: list[Times] = []
    defaults: list[Times] = []
    lakes, again = [], []
    rows = 0
    for number in range(rounds):
        for codec, taken in (("zstd", floors), ("snappy", defaults)):
            rows, times = measured(partial(floor, path, folder / "floor.parquet", codec))
            taken.append(times)
        with lake_in(folder / f"lake-{number}") as lake:
            report, times = load(lake, path)
            assert (report.inserted, report.observations) == (rows, rows)
            lakes.append(times)
            report, times = load(lake, path)
            assert (report.unchanged, report.snapshots) == (rows, {})
            again.append(times)
    base, default, ours, repeated = median(floors), median(defaults), median(lakes), median(again)
    return [
        Figure("floor: pyarrow read_csv, write_table in zstd", base.wall, base.cpu, rows),
        Figure("floor: the same in snappy", default.wall, default.cpu, rows, _ratio(default, base)),
        Figure("lake: posts and post_metrics, committed", ours.wall, ours.cpu, rows, _ratio(ours, base)),
        Figure("the same file again, no snapshot", repeated.wall, repeated.cpu, rows, _ratio(repeated, base)),
    ]


def _ratio(ours: Times, base: Times) -> str:
    wall, cpu = ours.wall / base.wall, ours.cpu / base.cpu
    return f"{wall:.2f}x the floor's time, {cpu:.2f}x its CPU time"


def against_upsert(path: Path, folder: Path, ours: Figure) -> list[Figure]:
    """`Table.upsert` of rows that are there, extrapolated to a million."""
    rows = pyarrow.csv.read_csv(path).slice(0, max(_UPSERTS))
    found = []
    with lake_in(folder / "upsert") as lake:
        for count in _UPSERTS:
            lake.catalog.drop_table((lake.settings.database, "posts"))
            table = ensure_table(lake.catalog, lake.settings, "posts")
            wanted = arrow_of(table)
            piece = rows.slice(0, count).select(["post_id", "creator", "caption", "post_url"])
            piece = conform(piece.cast(pa.schema([(name, pa.string()) for name in piece.column_names])), wanted)
            table.append(piece)
            table = load_table(lake.catalog, lake.settings, "posts")
            times = _upsert(table, piece)
            found.append(Figure(f"Table.upsert, {count:,} rows that are there", times.wall, times.cpu, count))
    last = found[-1]
    square = last.wall * (_MILLION / last.rows) ** 2
    linear = last.wall * _MILLION / last.rows
    against = f"{square / ours.wall:,.0f}x the lake's time, {linear / ours.wall:,.0f}x if it were linear"
    note = f"extrapolated from N = {last.rows:,} by N²; {against}"
    return [
        *found,
        Figure("Table.upsert, a million rows", square, last.cpu * (_MILLION / last.rows) ** 2, _MILLION, note),
    ]


def _upsert(table: Table, rows: pa.Table) -> Times:
    return measured(lambda: table.upsert(rows, ["post_id", "creator"], when_matched_update_all=False))[1]


def into_many(path: Path, folder: Path, rounds: int, millions: int = 5) -> list[Figure]:
    """A few new rows into five times as many as the file has."""
    with lake_in(folder / "many") as lake:
        report, _ = load(lake, path)
        total = report.inserted
        for number in range(1, millions):
            more = folder / f"post_results_2026020{number}_000000.csv"
            copy_with_other_keys(path, more, f"{number}~")
            report, _ = load(lake, more)
            total += report.inserted
            more.unlink()
        found = []
        for number in range(rounds):
            few = folder / f"post_results_2026030{number}_000000.csv"
            write_posts(few, _NEW, first=10**9 + number * _NEW)
            report, times = load(lake, few)
            assert report.inserted == _NEW
            found.append(times)
        files = sum(1 for _ in load_table(lake.catalog, lake.settings, "posts").scan().plan_files())
    times = median(found)
    note = f"in {files} files; this process had {peak_mb():,.0f} MB at most"
    return [Figure(f"{_NEW} new rows into {total:,}", times.wall, times.cpu, _NEW, note)]


def into_its_predecessor(folder: Path) -> list[Figure]:
    """A cumulative backup into the one before it: real ones where there are, else two of that shape."""
    found = []
    for kind in ("post_results", "instagram_results"):
        backups = sorted(REAL.glob(f"{kind}_*.csv"))[-2:]
        said = "real"
        if len(backups) < 2:
            if kind != "post_results":
                continue
            backups = [folder / f"{kind}_2026011{day}_000000.csv" for day in (3, 4)]
            for backup, count in zip(backups, (301, 311), strict=True):
                write_posts(backup, count)
            said = "generated in the shape of the real"
        with lake_in(folder / f"cumulative-{kind}") as lake:
            load(lake, backups[0])
            report, times = load(lake, backups[1])
        counts = {name: getattr(report, name) for name in ("inserted", "updated", "unchanged", "duplicate")}
        note = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        found.append(Figure(f"{said} {kind} into its predecessor", times.wall, times.cpu, report.rows_read, note))
    return found


def main() -> None:
    """Prints the tables."""
    args = arguments(__doc__).parse_args()
    with tempfile.TemporaryDirectory(prefix="springhead-bench-", dir=args.folder) as name:
        folder = Path(name)
        path = folder / "post_results_20260101_000000.csv"
        size = write_posts(path, args.rows)
        figures = []
        head(f"one file: {args.rows:,} rows, {size / 1e6:,.0f} MB ({', '.join(TABLES)} in a folder)")
        figures += _printed(against_the_floor(path, folder, args.rounds))
        base, ours = figures[0], figures[2]
        wall, cpu = ours.wall / base.wall, ours.cpu / base.cpu
        print(
            f"goal: at most {GOAL:.0f}x the floor's time; measured {wall:.2f}x by the clock"
            f" ({'reached' if wall <= GOAL else 'missed'}), {cpu:.2f}x by CPU time"
            f" ({'reached' if cpu <= GOAL else 'missed'})"
        )
        head("pyiceberg's own way")
        figures += _printed(against_upsert(path, folder, ours))
        head("what comes daily")
        figures += _printed(into_its_predecessor(folder))
        figures += _printed(into_many(path, folder, args.rounds))
        keep(figures, args.json)


def _printed(figures: list[Figure]) -> list[Figure]:
    for figure in figures:
        figure.print()
    return figures


if __name__ == "__main__":
    main()
