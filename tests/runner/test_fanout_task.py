"""A run as a task of its own: the deployed entry point in a process of its own, and what happens when it must end."""

from __future__ import annotations

import importlib.util
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from springhead_contracts import validate

pytestmark = pytest.mark.embedded


def load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


helpers, basic, faults = load("fanout_bench"), load("test_fanout"), load("test_fanout_faults")
TASK = [sys.executable, "-m", "springhead_runner.task"]


@pytest.fixture
def spread(bench: Callable[..., Any], kit: SimpleNamespace) -> Callable[..., Any]:
    def make(count: int = 12, simulator: Any = None, **rates: Any) -> Any:
        return helpers.Spread(bench(count, simulator, **rates), kit.T)

    return make


def environment(one: Any, **more: str) -> dict[str, str]:
    return {k: v for k, v in faults.environment(one, **more).items() if k != "SPRINGHEAD_WORK_QUEUE"}


def reports(out: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in out.splitlines()]
    return [line for line in lines if "run_id" in line and "PK" in line]


@pytest.mark.parametrize("how", ["argument", "variable", "as the rule says"])
def test_a_task_runs_the_whole_plan_and_exits_like_the_command(
    spread: Callable[..., Any], kit: SimpleNamespace, how: str
) -> None:
    one = spread(10, malformed=0.3)
    order = json.dumps({"source": "tmdb", "time": kit.T})
    arguments, more = {
        "argument": ([order], {}),
        "variable": ([], {"SPRINGHEAD_EVENT": order}),
        "as the rule says": (["--time", kit.T], {"SPRINGHEAD_SOURCE": "tmdb"}),
    }[how]
    command = [*TASK, *arguments]
    done = subprocess.run(command, env=environment(one, **more), capture_output=True, text=True, check=False)
    (report,) = reports(done.stdout)
    assert done.returncode == 1 and done.stderr == ""  # some became dead letters
    assert validate("run_report", report) == [] and report == one.report()
    assert (report["status"], report["batches"], helpers.accounted(report)) == ("completed", 4, 10)
    assert report["dead_lettered"] == len(one.letters()) >= 1
    assert report["written"] == len(one.bench.raw())


@pytest.mark.parametrize(
    ("order", "why"), [("not JSON", "the order is no JSON"), ('{"source": 7}', "the scrape event is not valid")]
)
def test_an_order_that_cannot_be_read_is_one_line(spread: Callable[..., Any], order: str, why: str) -> None:
    done = subprocess.run([*TASK, order], env=environment(spread(2)), capture_output=True, text=True, check=False)
    assert done.returncode == 2 and done.stderr.startswith(f"ConfigError: {why}") and done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [["--time", "2025-11-09T02:00:00Z", "tmdb"], ["--time"], ["{}", "{}"]])
def test_a_task_takes_one_order(spread: Callable[..., Any], arguments: list[str]) -> None:
    command = [*TASK, *arguments]
    done = subprocess.run(command, env=environment(spread(2)), capture_output=True, text=True, check=False)
    assert done.returncode == 2 and done.stderr.startswith("ConfigError: the order is ")


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL])
def test_a_task_that_is_ended_in_the_middle_goes_on_when_it_is_started_again(
    spread: Callable[..., Any], bench: Callable[..., Any], people: Any, kit: SimpleNamespace, simulate: Any, sign: int
) -> None:
    simulator = simulate(people(60), latency=0.1)
    one, whole = spread(60, simulator), bench(60, simulator)
    assert whole.scrape()["written"] == 60
    command = [*TASK, json.dumps({"source": "tmdb", "time": kit.T})]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    task = subprocess.Popen(command, env=environment(one), **pipes)
    try:
        while len(one.bench.raw()) < 12:
            assert task.poll() is None, task.communicate()
            time.sleep(0.01)
    finally:
        task.send_signal(sign)
    out, err = task.communicate(timeout=60)
    survived = one.bench.raw()
    assert 12 <= len(survived) < 60 and one.report()["status"] == "in_progress"
    if sign == signal.SIGTERM:
        assert (task.returncode, err) == (1, "")
        assert [report["status"] for report in reports(out)] == ["in_progress"]
        (letter,) = one.letters()
        command = [*TASK, json.dumps(letter["event"])]  # what a replay does
    else:
        assert task.returncode == -signal.SIGKILL and one.letters() == []
    done = subprocess.run(command, env=environment(one), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    report = one.report()
    assert (report["status"], helpers.accounted(report), report["lost"]) == ("completed", 60, 0)
    if sign == signal.SIGTERM:
        assert report["written"] == 60  # what was done before counts, and nobody was asked twice
    else:
        assert report["written"] + report["unchanged"] == 60
    after = one.bench.raw()
    assert {key: after[key] for key in survived} == survived
    assert basic.table(one.bench) == basic.table(whole)
    assert sorted(basic.rows(one)) == basic.ids(one.bench) and one.letters() == []


def test_the_command_runs_the_same_plan(spread: Callable[..., Any], kit: SimpleNamespace, tmp_path: Path) -> None:
    one = spread(10)
    springhead = str(Path(sys.executable).with_name("springhead"))
    command = [springhead, "run", "tmdb", "--time", kit.T, "--workers", "3", "--json"]
    variables = environment(one, SPRINGHEAD_HOME=str(tmp_path))
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)["sources"]["tmdb"]
    assert (report["batches"], report["written"]) == (3, 10)
    refused = subprocess.run([*command, "--subjects", "a"], env=variables, capture_output=True, text=True, check=False)
    assert refused.returncode == 2 and "--workers takes no" in refused.stderr
