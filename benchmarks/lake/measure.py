"""What the benchmarks of the lake share: clocks, a lake in a folder, files of posts."""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from springhead_lake.backups import LocalSource
from springhead_lake.catalog import open_catalog
from springhead_lake.ingest import Lake, ingest
from springhead_lake.report import FileReport
from springhead_lake.settings import load_lake_settings

__all__ = ["Figure", "Times", "arguments", "copy_with_other_keys", "keep", "lake_in", "load", "measured", "peak_mb"]

T = TypeVar("T")


@dataclass(frozen=True)
class Times:
    """Seconds on the wall, and of all cores together."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Figure:
    """One line of a table.

    Attributes:
        name: What was measured.
        wall: Seconds on the wall.
        cpu: Seconds of all cores.
        rows: Rows that were handled.
        note: What else there is to say.
    """

    name: str
    wall: float
    cpu: float
    rows: int
    note: str = ""

    def print(self) -> None:
        """Print it."""
        speed = f"{self.rows / self.wall:>11,.0f}" if self.rows else f"{'–':>11}"
        print(f"{self.name:52} {self.wall:8.2f} {self.cpu:8.2f} {speed}  {self.note}", flush=True)


def head(title: str) -> None:
    """Print the head of a table."""
    print(f"\n{title}\n{'':52} {'wall s':>8} {'CPU s':>8} {'rows/s':>11}", flush=True)


def measured(work: Callable[[], T]) -> tuple[T, Times]:
    """Do work and measure it."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    return found, Times(time.perf_counter() - wall, time.process_time() - cpu)


def median(times: list[Times]) -> Times:
    """The medians, each for itself."""
    return Times(statistics.median(one.wall for one in times), statistics.median(one.cpu for one in times))


def peak_mb() -> float:
    """The most memory that this process has had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def lake_in(folder: Path) -> Iterator[Lake]:
    """A lake in a folder, its tables made."""
    settings = load_lake_settings(lake_catalog="sql", lake_folder=folder, home=folder)
    with open_catalog(settings) as catalog:
        lake = Lake(settings, catalog)
        lake.ensure()
        yield lake


def load(lake: Lake, path: Path) -> tuple[FileReport, Times]:
    """Load a file."""
    return measured(lambda: ingest(lake, LocalSource(path)))


def copy_with_other_keys(source: Path, target: Path, mark: str, *, append: bool = False) -> None:
    """Write the rows of a file once more, as other posts; far faster than making new ones.

    Args:
        source: The file.
        target: The copy.
        mark: Begins the post ids of the copy.
        append: Add the rows to the target, which has a header.
    """
    with source.open(encoding="utf-8") as file:
        names = file.readline().strip().split(",")
    options = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    rows = pyarrow.csv.read_csv(source, convert_options=options)
    number = rows.column_names.index("post_id")
    rows = rows.set_column(number, "post_id", pc.binary_join_element_wise(mark, rows.column("post_id"), ""))
    with target.open("ab" if append else "wb") as copy:
        pyarrow.csv.write_csv(rows, copy, pyarrow.csv.WriteOptions(include_header=not append, quoting_style="needed"))


def arguments(doc: str | None) -> argparse.ArgumentParser:
    """A parser with what all benchmarks of the lake take."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the file (default: a million)")
    parser.add_argument("--rounds", type=int, default=3, help="measurements, of which the median counts")
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    return parser


def keep(figures: list[Figure], path: Path | None) -> None:
    """Write figures as JSON."""
    if path is not None:
        path.write_text(json.dumps([asdict(figure) for figure in figures], indent=2))
