"""Processes by identity: a pid together with the time at which its process started, since pids are reused."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

__all__ = ["kill_marked", "start_time", "stop_group"]

_PROC = Path("/proc")


def start_time(pid: int) -> str | None:
    """When the process with this pid started, as an opaque string; None where there is no such (living) process."""
    _reap(pid)
    if not _PROC.is_dir():
        command = ["ps", "-o", "stat=,lstart=", "-p", str(pid)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
        state, _, started = done.stdout.strip().partition(" ")
        return started.strip() if started and not state.startswith("Z") else None
    try:
        # The command's name, in brackets, may hold blanks and brackets itself: fields count from behind it.
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


def stop_group(pid: int, started: str, *, grace: float = 5.0) -> None:
    """End a session leader and its process group: SIGTERM, up to ``grace`` seconds, SIGKILL.

    Does nothing if the pid is not (or no longer) the process that started at ``started``.
    """
    if start_time(pid) != started:
        return
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while start_time(pid) == started and time.monotonic() < deadline:
        time.sleep(0.02)
    if start_time(pid) == started:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        while start_time(pid) == started:
            time.sleep(0.02)


def kill_marked(marker: str) -> None:
    """Kill all processes whose environment holds ``marker`` (``NAME=value``); does nothing where /proc is absent."""
    wanted = marker.encode()
    for entry in _PROC.glob("[0-9]*"):
        with suppress(OSError):
            if wanted in (entry / "environ").read_bytes().split(b"\0"):
                os.kill(int(entry.name), signal.SIGKILL)


def _reap(pid: int) -> None:
    # A dead child of ours stays a zombie, with its pid and start time, until it is waited for.
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
