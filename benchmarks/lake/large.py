"""Memory: a file of 3 GB into an empty lake, and the same file again, in processes of their own.

``python -m benchmarks.lake.large`` takes minutes and some 5 GB of disk. What counts is the peak of resident memory.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.lake.generate import write_posts
from benchmarks.lake.measure import Figure, arguments, copy_with_other_keys, head, keep, lake_in, load, peak_mb

#: Of the issue: bytes of the file, and MB that must be enough.
SIZE, GOAL = 3_000_000_000, 2500


def _child(folder: str, path: str) -> None:
    with lake_in(Path(folder)) as lake:
        report, times = load(lake, Path(path))
    found = {"rows": report.rows_read, "inserted": report.inserted, "wall": times.wall, "cpu": times.cpu}
    print(json.dumps({**found, "peak": peak_mb()}))


def measure(path: Path, folder: Path) -> list[Figure]:
    """Load the file twice, each time in a new process."""
    found = []
    for name in ("into an empty lake", "the same again"):
        command = [sys.executable, "-m", "benchmarks.lake.large", "--child", str(folder), str(path)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  # ourselves
        said = json.loads(done.stdout)
        note = f"peak {said['peak']:,.0f} MB ({said['inserted']:,} inserted)"
        found.append(
            Figure(f"{path.stat().st_size / 1e9:.1f} GB {name}", said["wall"], said["cpu"], said["rows"], note)
        )
        found[-1].print()
        reached = "reached" if said["peak"] < GOAL else "missed"
        print(f"goal: below {GOAL:,} MB; measured {said['peak']:,.0f} MB: {reached}")
    return found


def main() -> None:
    """Prints the table."""
    if sys.argv[1:2] == ["--child"]:
        _child(*sys.argv[2:])
        return
    parser = arguments(__doc__)
    parser.add_argument("--bytes", type=int, default=SIZE, help="size of the file at least (default: 3 GB)")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="springhead-bench-", dir=args.folder) as name:
        base, path = Path(name) / "base.csv", Path(name) / "post_results_20260101_000000.csv"
        write_posts(base, args.rows)
        number = 0
        while not path.exists() or path.stat().st_size < args.bytes:
            copy_with_other_keys(base, path, f"{number}~", append=path.exists())
            number += 1
        base.unlink()
        head(f"a large file: {path.stat().st_size / 1e9:.2f} GB")
        keep(measure(path, Path(name) / "lake"), args.json)


if __name__ == "__main__":
    main()
