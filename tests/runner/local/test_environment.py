from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from springhead.errors import ConfigError, Unavailable
from springhead_runner.local import environment


def quiet(line: str) -> None:
    pass


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A prefix without an environment, and a lock that installs nothing."""
    prefix = tmp_path / "prefix"
    prefix.mkdir()
    lock = tmp_path / "requirements.lock"
    lock.write_text("# nothing\n")
    monkeypatch.setattr(sys, "prefix", str(prefix))
    monkeypatch.setattr(environment, "lock_path", lambda: lock)
    return prefix


def test_the_lock_pins_everything_by_hash_and_names_no_address() -> None:
    text = environment.lock_path().read_text()
    assert "://" not in text and "--index" not in text and "--find-links" not in text
    requirements = re.findall(r"^([a-z0-9-]+)==([^ ]+)((?: \\\n +--hash=sha256:[0-9a-f]{64})+)", text, re.M)
    pins = {name: version for name, version, _ in requirements}
    assert (pins["ministack"], pins["boto3"], pins["botocore"]) == ("1.5.33", "1.43.106", "1.43.106")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith(("#", "--hash"))]
    assert len(lines) == len(pins)


def test_the_environment_holds_what_the_lock_says_and_is_found_at_once() -> None:
    said: list[str] = []
    venv = environment.ensure_environment(said.append)
    said.clear()
    assert environment.ensure_environment(said.append) == venv and said == []
    program = (
        "import ministack, boto3, importlib.metadata as m; print(m.version('ministack'), boto3.__version__, "
        "len({d.name for d in m.distributions()} - {'pip', 'setuptools'}))"
    )
    printed = subprocess.run(
        [venv / "bin" / "python", "-I", "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    locked = re.findall(r"^[a-z0-9-]+==", environment.lock_path().read_text(), re.M)
    assert printed == ["1.5.33", "1.43.106", str(len(locked))]


def test_a_changed_lock_rebuilds_and_racing_processes_build_once(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    builds: list[list[str]] = []

    def pretend(command: list[str], doing: str) -> None:
        builds.append(command)

    monkeypatch.setattr(environment, "_run", pretend)
    racers = [threading.Thread(target=environment.ensure_environment, args=(quiet,)) for _ in range(4)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(builds) == 2  # venv, pip
    environment.lock_path().write_text("# something else\n")
    environment.ensure_environment(quiet)
    assert len(builds) == 4
    environment.ensure_environment(quiet)
    assert len(builds) == 4
    assert sorted(path.name for path in small.iterdir()) == ["embedded-aws", "embedded-aws.lock"]


def test_a_broken_build_leaves_nothing_behind(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(command: list[str], doing: str) -> None:
        raise Unavailable("no network")

    monkeypatch.setattr(environment, "_run", fail)
    with pytest.raises(Unavailable):
        environment.ensure_environment(quiet)
    assert [path.name for path in small.iterdir()] == ["embedded-aws.lock"]


def test_without_a_network_the_error_says_so(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment.lock_path().write_text(f"ministack==1.5.33 --hash=sha256:{'0' * 64}\n")
    for name, value in {"INDEX_URL": "http://127.0.0.1:9/", "RETRIES": "0", "FIND_LINKS": ""}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    with pytest.raises(Unavailable) as caught:
        environment.ensure_environment(quiet)
    assert "package index does not answer" in caught.value.message and "\n" not in caught.value.message
    assert "network" in (caught.value.hint or "")
    assert not (small / "embedded-aws").exists()


def test_python_without_venv_is_told_what_to_install(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: None if name == "ensurepip" else find_spec(name, *more)
    )
    with pytest.raises(ConfigError, match="cannot create virtual environments") as caught:
        environment.ensure_environment(quiet)
    assert "-venv" in (caught.value.hint or "")
    assert list(small.iterdir()) == []


def test_a_prefix_that_cannot_be_written_is_named(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", str(small / "absent"))
    with pytest.raises(ConfigError, match="absent") as caught:
        environment.ensure_environment(quiet)
    assert "virtual environment" in (caught.value.hint or "")
