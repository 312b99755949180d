"""Cold start of each handler: time of its imports, how many there are, and how that compares with the floor.

``python -m benchmarks.runner.cold_start`` builds the Lambda zip from what is installed, unpacks it, and starts fresh
processes that see the unpacked zip, the standard library and Lambda's boto3, and write no byte code, as in Lambda. The
floor is Python with one client of boto3. A handler's *init* is all that its first invocation waits for: its module, its
source's plugin and its clients, in processor time; *import* is its module alone, by the clock. The lake's handlers run
from the image: they are measured with what is installed. The ratio is what counts, as absolute times depend on the
machine, and a function with 512 MB has a third of a processor.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

from springhead_runner.packaging import build_lambda_zip

_CLIENTS = "boto3.Session(region_name='us-east-1').client('dynamodb')"
_SCRAPE = (
    "import springhead_runner.scrape.handler as h; h._aws().dynamodb; h._aws().s3; h._aws().sqs; h.load_sources({!r})"
)
FLOOR = f"import boto3; {_CLIENTS}"
#: Handler → what its first invocation waits for before it works.
HANDLERS = {
    **{f"scrape {name}": _SCRAPE.format(name) for name in ("tmdb", "wikipedia", "news", "social", "youtube")},
    "enrich": "import springhead_runner.enrich.handler as h; h._enricher()",
    "sweep": "import springhead_runner.enrich.sweep as h; h._enricher()",
    "ingest (image)": "import springhead_lake.handler as h; h._aws().s3; h._aws().client('glue')",
}
_BUCKETS = ("RAW_BUCKET", "BACKUP_BUCKET", "DEAD_LETTER_BUCKET", "DEAD_LETTER_QUEUE")
_REPORT = "; import sys; print(len(sys.modules))"
_LINE = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \|(\s+)(\S+)")


@dataclass(frozen=True)
class Start:
    """One handler; times in ms.

    Args:
        handler: Its name.
        import_ms: Its module alone, by the clock.
        init_ms: All that the first invocation waits for, the interpreter included, of processor time.
        ratio: Of that to the floor.
        modules: Modules that are loaded then.
        slowest: Import → its own time, without what it imports in turn.
    """

    handler: str
    import_ms: float
    init_ms: float
    ratio: float
    modules: int
    slowest: dict[str, float]


def measure(repeats: int, largest: int) -> Iterator[Start]:
    """Measure all handlers, the floor first.

    Args:
        repeats: Fresh processes per figure; the median counts.
        largest: How many imports of each to list.
    """
    with tempfile.TemporaryDirectory() as folder:
        info = build_lambda_zip(Path(folder) / "lambda.zip")
        with zipfile.ZipFile(info.path) as archive:
            archive.extractall(Path(folder) / "task")
        floor = 0.0
        for name, program in {"floor: boto3, one client": FLOOR, **HANDLERS}.items():
            here = Path(folder) / "task"
            path = [here, *_site()] if name.endswith("(image)") else [here, *_runtime(Path(folder))]
            times, modules = [], 0
            for _ in range(repeats):
                seconds, modules = _run(program, path)
                times.append(seconds * 1000)
            init = statistics.median(times)
            floor = floor or init
            imports = _imports(program, path)
            top = program.partition(";")[0].split()[1]
            own = dict(sorted(((m, own) for m, (own, _) in imports.items()), key=lambda item: -item[1])[:largest])
            yield Start(name, round(imports[top][1], 1), round(init, 1), round(init / floor, 2), modules, own)


def _site() -> list[Path]:
    lake = importlib.util.find_spec("springhead_lake")
    assert lake is not None and lake.origin is not None
    return [Path(lake.origin).parents[1], Path(str(metadata.distribution("boto3").locate_file("")))]


def _runtime(folder: Path) -> list[Path]:
    """Lambda's own packages: boto3 and what it requires, and nothing else of this environment."""
    target = folder / "runtime"
    target.mkdir(exist_ok=True)
    for name in ("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "python-dateutil", "six"):
        distribution = metadata.distribution(name)
        for top in {file.parts[0] for file in distribution.files or () if file.parts[0] not in ("..", "__pycache__")}:
            if not (target / top).exists():
                (target / top).symlink_to(Path(str(distribution.locate_file(top))))
    return [target]


def _command(program: str, path: list[Path], *options: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join(map(str, path)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        **{f"SPRINGHEAD_{name}": "x" for name in _BUCKETS},
    }
    command = [sys.executable, "-S", *options, "-c", program + _REPORT]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603 - no shell


def _run(program: str, path: list[Path]) -> tuple[float, int]:
    """Seconds of processor time of a fresh process, and the modules that it has loaded."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = _command(program, path)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, int(done.stdout)


def _imports(program: str, path: list[Path]) -> dict[str, tuple[float, float]]:
    """Module → its own time and that with all it imports, in ms, from ``-X importtime``."""
    found = {}
    for own, whole, _, name in _LINE.findall(_command(program, path, "-X", "importtime").stderr):
        found[name] = (int(own) / 1000, int(whole) / 1000)
    return found


def main() -> None:
    """Print a table, and each handler's slowest imports."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--largest", type=int, default=8, help="imports to list of each handler")
    parser.add_argument("--json", type=Path, help="write the rows here, too")
    args = parser.parse_args()
    rows = []
    print(f"{'':26} {'import ms':>10} {'init CPU':>10} {'ratio':>6} {'modules':>8}  slowest imports (own ms)")
    for row in measure(args.repeats, args.largest):
        rows.append(asdict(row))
        slowest = ", ".join(f"{name} {own:.0f}" for name, own in row.slowest.items())
        print(
            f"{row.handler:26} {row.import_ms:10.0f} {row.init_ms:10.0f} {row.ratio:5.1f}x {row.modules:8}  {slowest}"
        )
    if args.json:
        args.json.write_text(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
