"""Scale: many subjects through simulator, work queue and workers on embedded AWS; and many more in one process.

``make scale`` (minutes, not in CI). On embedded AWS the committed template is deployed, the source's function is
invoked as the schedule would, and its own mapping wakes the workers. Absolute times are this machine's; what counts is
that nothing is lost, where the time goes, and that memory does not grow with the number of subjects.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.config import Config
from springhead.entries import Run
from springhead.settings import load_settings
from springhead_contracts import keys
from springhead_demo.simulator import generate_people
from springhead_runner import local
from springhead_runner.cli.target import OUTPUTS
from springhead_runner.scrape.run import run_on_aws
from springhead_runner.seeds import read_list
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.entries import EntryStore
from springhead_runner.stores.reports import Reports
from springhead_runner.stores.subjects import SubjectStore

from benchmarks.runner.in_process import SOURCE, TIME, plan_in_memory, profile_in_memory, run_in_memory

#: T of the run whose calls are measured one by one.
SAMPLE_TIME = "2025-11-16T02:00:00Z"
_SEEDERS = 8


@contextmanager
def simulator(count: int) -> Iterator[str]:
    """The simulator in a process of its own; yields its address."""
    command = [sys.executable, "-m", "springhead_demo.simulator", "--count", str(count)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ourselves, no shell
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def on_embedded_aws(count: int, sample: int, patience: float, say: Callable[[str], None]) -> dict[str, Any]:
    """Seed, plan, work, enrich; then a sample of the same work in this process, with each call measured."""
    with tempfile.TemporaryDirectory(prefix="springhead-scale-") as name, simulator(count) as upstream:
        home = Path(name)
        found: dict[str, Any] = {"subjects": count}
        instance = local.up(
            home,
            log=lambda line: None,
            parameters={"Upstream": upstream, "RateScale": "1000"},
            cache=load_settings().home / "cache",
        )
        try:
            aws = _clients(instance)
            found["seed_seconds"] = _timed(lambda: _seed(aws, home, count))
            say(f"seeded in {found['seed_seconds']} s")
            found |= _run_deployed(aws, count, patience, say)
            found["calls"] = _sample(aws, sample, upstream)
        finally:
            local.down(home)
    return found


def _clients(instance: local.Instance) -> Aws:
    names = {setting: instance.outputs[output] for setting, output in OUTPUTS.items()}
    aws = Aws(load_settings(endpoint=instance.endpoint, stage="prod").model_copy(update=names))
    aws.ssm.put_parameter(Name="/springhead/prod/TMDB_TOKEN", Value="benchmark", Type="SecureString", Overwrite=True)
    os.environ["TMDB_TOKEN"] = "benchmark"  # noqa: S105 - the simulator takes any
    return aws


def _timed(work: Callable[[], Any]) -> float:
    started = time.monotonic()
    work()
    return round(time.monotonic() - started, 1)


def _seed(aws: Aws, home: Path, count: int) -> None:
    path = home / "people.json"
    path.write_text(json.dumps(generate_people(count, seed=1)))
    accepted, refused = read_list(path, datetime.now(UTC))
    assert not refused
    with ThreadPoolExecutor(_SEEDERS) as pool:
        assert all(pool.map(SubjectStore(aws).add, accepted))


def _run_deployed(aws: Aws, count: int, patience: float, say: Callable[[str], None]) -> dict[str, Any]:
    store = SubjectStore(aws)
    found: dict[str, Any] = {"listing_seconds": _timed(lambda: sum(1 for _ in store.all()))}
    found["counting_seconds"] = _timed(store.count_active)
    functions = aws.client("lambda", read_timeout=910)
    order = json.dumps({"source": SOURCE, "time": TIME}).encode()
    started = time.monotonic()
    answer = functions.invoke(FunctionName=f"scraper-{SOURCE}", Payload=order)
    planned = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, planned
    found["planner_seconds"] = round(time.monotonic() - started, 1)
    say(f"planned {planned.get('batches')} batches in {found['planner_seconds']} s")
    report = _wait(lambda: _ended(aws), started + patience)
    found["scraped_seconds"] = round(time.monotonic() - started, 1)
    say(f"scraped in {found['scraped_seconds']} s")
    counts = ("subjects", "written", "not_found", "dead_lettered", "deferred", "lost", "batches")
    found |= {name: report.get(name, 0) for name in counts}
    assert found["subjects"] == count == sum(found[n] for n in counts[1:6]) and not found["lost"]
    entries = EntryStore(aws)

    def enriched() -> dict[str, int] | None:
        known = entries.counts().get(SOURCE, {})
        return known if known.get("enriched", 0) + known.get("failed", 0) == found["written"] else None

    found["enriched"] = _wait(enriched, started + patience)["enriched"]
    found["enriched_seconds"] = round(time.monotonic() - started, 1)
    return found


def _ended(aws: Aws) -> dict[str, Any] | None:
    report = Reports(aws).get(keys.run_id(SOURCE, TIME))
    return report if report is not None and report["status"] != "in_progress" else None


def _wait(look: Callable[[], Any], until: float) -> Any:
    while not (found := look()):
        if time.monotonic() > until:
            raise SystemExit("not within the time that --patience gives")
        time.sleep(1)
    return found


def _sample(aws: Aws, sample: int, upstream: str) -> dict[str, Any]:
    """Run some subjects once more in this process; milliseconds per subject, by what is called."""
    spent: dict[str, float] = defaultdict(float)
    number: Counter[str] = Counter()

    def before(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["benchmark_started"] = time.monotonic()
        context["benchmark_bucket"] = params.get("url_path", "").split("/")[1:2]

    def after(model: Any, context: dict[str, Any], **_: Any) -> None:
        (bucket,) = context["benchmark_bucket"] or [""]
        what = f"{model.service_model.service_name} {model.name}"
        what += f" ({'backup' if 'backup' in bucket else 'raw'})" if model.name == "PutObject" else ""
        spent[what] += time.monotonic() - context["benchmark_started"]
        number[what] += 1

    settings = aws.settings.model_copy(update={"upstream": upstream, "rate_scale": 1000.0})
    own = Aws(settings)
    for client in (own.dynamodb, own.s3, own.sqs, own.ssm):
        assert isinstance(client.meta.config, Config)
        client.meta.events.register("before-call", before)
        client.meta.events.register("after-call", after)
    ids = [subject.id for subject, _ in zip(SubjectStore(aws).all(), range(sample), strict=False)]
    wall, cpu = time.monotonic(), time.process_time()
    report = asyncio.run(run_on_aws(own, Run.at(SOURCE, SAMPLE_TIME, "sample"), subject_ids=ids))
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    metrics = report["metrics"]
    spent["the source (HTTP)"] = metrics["request_count"] * metrics["average_response_time"] / 1000
    number["the source (HTTP)"] = metrics["request_count"]
    return {
        "subjects": len(ids),
        "wall_ms_per_subject": round(1000 * wall / len(ids), 2),
        "own_cpu_ms_per_subject": round(1000 * cpu / len(ids), 2),
        "ms_per_subject": {
            what: [round(1000 * seconds / len(ids), 2), round(number[what] / len(ids), 2)]
            for what, seconds in sorted(spent.items(), key=lambda item: -item[1])
        },
    }


def _child(count: int, at: tuple[int, ...]) -> dict[str, Any]:
    """A run in a fresh process, so that nothing but it is in its memory."""
    command = [sys.executable, "-m", "benchmarks.runner.scale", "--child", str(count), *map(str, at)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - ourselves, no shell
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _print(title: str, rows: dict[str, Any]) -> None:
    print(f"\n{title}")
    for name, value in rows.items():
        if isinstance(value, dict):
            for inner, amount in value.items():
                print(f"  {name + ': ' + str(inner):58} {amount}")
        else:
            print(f"  {name:58} {value}")
    sys.stdout.flush()


def main() -> None:
    """Print tables, and write JSON where asked."""
    if sys.argv[1:2] == ["--child"]:
        many, *at = map(int, sys.argv[2:])
        print(json.dumps(run_in_memory(many, tuple(at))))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--embedded", type=int, default=10_000, help="subjects on embedded AWS; 0 leaves it out")
    parser.add_argument("--in-process", type=int, default=100_000, help="subjects in one process; 0 leaves it out")
    parser.add_argument("--sample", type=int, default=500, help="subjects whose calls are measured one by one")
    parser.add_argument("--patience", type=float, default=3600.0, help="seconds for the run on embedded AWS")
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    args = parser.parse_args()
    found: dict[str, Any] = {}

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    if args.in_process:
        _print("planner, ids in memory", found.setdefault("planner", plan_in_memory(args.in_process)))
        _print("planner, 10 million", found.setdefault("planner_10m", plan_in_memory(10_000_000)))
        looks = (1_000, args.in_process // 10, args.in_process // 2)
        _print("one process, answers from memory", found.setdefault("in_process", _child(args.in_process, looks)))
        title = "its stages, ms of processor per subject under the profiler (each with all that it calls)"
        _print(title, found.setdefault("stages", profile_in_memory(min(2_000, args.in_process))))
    if args.embedded:
        figures = on_embedded_aws(args.embedded, min(args.sample, args.embedded), args.patience, say)
        _print("embedded AWS, deployed functions", found.setdefault("embedded", figures))
    if args.json:
        args.json.write_text(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
