from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from springhead.cli import main


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("SPRINGHEAD_", "AWS_", "DYNAMODB_")) or name.endswith(("_TOKEN", "_KEY")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SPRINGHEAD_HOME", str(tmp_path / "springhead-home"))
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")


@pytest.fixture
def cli(capfdbinary: Any) -> Any:
    """Run the command line in this process: exit code, stdout, stderr."""

    def run(*argv: str) -> Any:
        capfdbinary.readouterr()
        try:
            code = main(list(argv))
        except SystemExit as leaving:
            code = leaving.code  # type: ignore[assignment]
        out, err = (text.decode() for text in capfdbinary.readouterr())
        return SimpleNamespace(
            code=code, out=out, err=err, lines=[json.loads(x) for x in out.splitlines() if x.startswith(("{", "["))]
        )

    return run


@pytest.fixture
def process() -> Any:
    """Run the command line in a process of its own."""

    def run(*argv: str, **environment: str) -> Any:
        return subprocess.run(
            [str(Path(sys.executable).with_name("springhead")), *argv],
            capture_output=True, text=True, env={**os.environ, **environment},
        )  # fmt: skip

    return run


@pytest.fixture(scope="session")
def upstream() -> Iterator[Any]:
    from springhead_demo.simulator import Simulator

    people = [
        {"celebrity_id": "celeb_001", "name": "周潤發", "birth_date": "1955-05-18", "nationality": "香港", "occupation": ["演員"]},  # noqa: E501
        {"celebrity_id": "celeb_002", "name": "Ann Lee", "birth_date": "1980-02-03", "nationality": "Canada", "occupation": ["actor"]},  # noqa: E501
    ]  # fmt: skip
    with Simulator(people, seed=5) as simulator:
        yield simulator
