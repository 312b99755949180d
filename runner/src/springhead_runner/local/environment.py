"""The environment that embedded AWS runs in: a venv of its own, built once from a hash-locked list.

MiniStack pins botocore to one exact version, so it can share an environment with nobody. Its Lambda workers run on
the same interpreter and find boto3 there, as they would in AWS.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from springhead.errors import ConfigError

from springhead_runner._pip import run_tool as _run

__all__ = ["ensure_environment", "lock_path"]

Log = Callable[[str], None]

_MARKER = "springhead-lock.sha256"


def lock_path() -> Path:
    """Path of the hash-pinned list of everything in the environment."""
    return Path(__file__).with_name("requirements.lock")


def ensure_environment(log: Log) -> Path:
    """Build the environment of embedded AWS if it is absent or its lock has changed.

    Two processes may call this at once: the second waits for the first and finds its work.

    Args:
        log: Takes one line per step that needs the user's patience.

    Returns:
        The venv's folder.

    Raises:
        ConfigError: This Python cannot make a venv, or its folder cannot be written.
        Unavailable: The package index cannot be reached.
    """
    target = Path(sys.prefix) / "embedded-aws"
    wanted = hashlib.sha256(lock_path().read_bytes()).hexdigest()
    if _is_current(target, wanted):
        return target
    _require_venv()
    with _exclusive(target.with_suffix(".lock")):
        if not _is_current(target, wanted):
            log("preparing embedded AWS (once, about 10 s) …")
            _build(target, wanted)
    return target


def _is_current(target: Path, wanted: str) -> bool:
    try:
        return (target / _MARKER).read_text().strip() == wanted
    except OSError:
        return False


def _require_venv() -> None:
    # Debian ships `venv` without `ensurepip` and splits both off into another package.
    if any(importlib.util.find_spec(module) is None for module in ("venv", "ensurepip")):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise ConfigError(
            f"this Python ({sys.executable}) cannot create virtual environments: module venv is missing",
            hint=f"on Debian and Ubuntu: apt install python{version}-venv; else install Python from python.org",
        )


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    try:
        handle = path.open("a")
    except OSError as error:
        raise ConfigError(
            f"cannot write to {path.parent}: {error.strerror}",
            hint="install Springhead into a virtual environment of your own (python3 -m venv .venv)",
        ) from None
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _build(target: Path, wanted: str) -> None:
    # Built beside its place and renamed, so that a broken-off build is never taken for a finished one. A venv may be
    # renamed as long as nobody uses its console scripts; we only run `python -m`.
    building = Path(tempfile.mkdtemp(prefix="embedded-aws.", dir=target.parent))
    try:
        _run([sys.executable, "-m", "venv", "--clear", str(building)], "embedded AWS: creating a virtual environment")
        pip = [str(building / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input"]
        _run(
            [*pip, "install", "--quiet", "--require-hashes", "--no-deps", "-r", str(lock_path())],
            "embedded AWS: installing it",
        )
        (building / _MARKER).write_text(f"{wanted}\n")
        if target.exists():
            outdated = Path(tempfile.mkdtemp(prefix="embedded-aws.", dir=target.parent))
            target.rename(outdated / "old")
            building.rename(target)
            shutil.rmtree(outdated, ignore_errors=True)
        else:
            building.rename(target)
    finally:
        shutil.rmtree(building, ignore_errors=True)
