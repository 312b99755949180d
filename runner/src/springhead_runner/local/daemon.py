"""Starting, finding and stopping embedded AWS: MiniStack as a daemon that survives the command that started it.

It is bound to 127.0.0.1 because whoever reaches it can run code. It sees a handful of variables of its own making,
never the host's environment: MiniStack hands its own environment on to every Lambda function. State is fresh at each
start; MiniStack's persistence loses stream positions, so it is not offered.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from springhead.errors import ConfigError, Unavailable

from springhead_runner.local.environment import ensure_environment
from springhead_runner.local.instance import Instance, forget, locked, recall, remember
from springhead_runner.local.process import kill_marked, start_time, stop_group

__all__ = ["ACCOUNT", "REGION", "find", "start", "stop"]

ACCOUNT = "000000000000"
REGION = "us-east-1"

#: Seconds until it answers. It takes 0.2 s on an idle machine.
_START_DEADLINE = 30.0

Log = Callable[[str], None]


def start(home: Path, *, log: Log, port: int | None = None, environment: Mapping[str, str] | None = None) -> Instance:
    """Start embedded AWS, or return the one that already runs in this home.

    Args:
        home: Folder for its state, log and temporary files; one instance per home.
        log: Takes one line per step.
        port: TCP port on 127.0.0.1; a free one where None.
        environment: Further variables for the daemon and all its Lambda functions, such as a proxy's address. Nothing
            of the host's environment is passed on otherwise.

    Raises:
        ConfigError: The port is taken, or another one is in use by this home's instance.
        Unavailable: It does not come up; the message has the last lines of its log.
    """
    home = home.resolve()
    venv = ensure_environment(log)
    with locked(home):
        running = _alive(home)
        if running:
            if port not in (None, running.port):
                raise ConfigError(
                    f"embedded AWS of {home} already runs on port {running.port}, not on {port}",
                    hint="stop it first (springhead down), or leave the port out",
                )
            return running
        if port is not None and not _is_free(port):
            raise ConfigError(
                f"port {port} on 127.0.0.1 is taken", hint="choose another --port, or leave it out for a free one"
            )
        for remaining in (2, 1, 0):
            instance = _spawn(home, venv, port or _free_port(), environment or {})
            try:
                _wait_until_healthy(instance)
            except BaseException as error:
                _clean_up(instance)
                # Somebody took the free port between our look and the daemon's.
                if remaining and port is None and isinstance(error, Unavailable) and "already in use" in error.message:
                    continue
                raise
            break
        remember(instance)
    return instance


def find(home: Path) -> Instance | None:
    """Return the instance that runs in this home, or None. What a dead one left behind is removed."""
    home = home.resolve()
    if recall(home) is None:
        return None
    with locked(home):
        return _alive(home)


def stop(instance: Instance) -> None:
    """Stop an instance with its Lambda workers and remove its state; its log stays. Safe to call twice."""
    with locked(instance.home):
        known = recall(instance.home)
        if known and (known.pid, known.started) == (instance.pid, instance.started):
            _clean_up(instance)
        else:
            # The home may belong to a newer instance by now: leave its files alone.
            stop_group(instance.pid, instance.started)


def _alive(home: Path) -> Instance | None:
    known = recall(home)
    if known is None:
        return None
    if start_time(known.pid) == known.started:
        return known
    _clean_up(known)
    return None


def _clean_up(instance: Instance) -> None:
    stop_group(instance.pid, instance.started)
    # Workers outlive a daemon that was killed while they were busy.
    kill_marked(_mark(instance))
    shutil.rmtree(instance.work_dir, ignore_errors=True)
    forget(instance.home)


def _mark(instance: Instance) -> str:
    """The variable that tells our daemon's children from everybody else's."""
    return f"SPRINGHEAD_EMBEDDED={instance.work_dir}"


def _spawn(home: Path, venv: Path, port: int, extra: Mapping[str, str]) -> Instance:
    draft = Instance(home, 0, "", port)
    work = draft.work_dir
    shutil.rmtree(work, ignore_errors=True)
    for name in ("state", "s3", "tmp"):
        (work / name).mkdir(parents=True, mode=0o700)
    marker, _, value = _mark(draft).partition("=")
    env = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": str(work / "state"),
        "TMPDIR": str(work / "tmp"),
        "STATE_DIR": str(work / "state"),
        "S3_DATA_DIR": str(work / "s3"),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        # In queue addresses. "localhost" may mean ::1 first, where nobody listens.
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        # Without it one port more would be opened, and on all interfaces.
        "IOT_MTLS_ENABLED": "0",
        marker: value,
        **extra,
    }
    with draft.log_file.open("wb") as log_file:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
            [str(venv / "bin" / "python"), "-m", "ministack"],
            cwd=work / "state",
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log_file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    # It is to outlive us, which Popen would complain about; process.start_time() reaps it if it dies first.
    process.returncode = 0
    return replace(draft, pid=process.pid, started=start_time(process.pid) or "")


def _wait_until_healthy(instance: Instance) -> None:
    # The host's proxy settings do not apply to this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + _START_DEADLINE
    while time.monotonic() < deadline:
        if start_time(instance.pid) is None:
            raise Unavailable(
                f"embedded AWS ended at its start: {_last_lines(instance)}", hint=f"read {instance.log_file}"
            )
        try:
            with opener.open(f"{instance.endpoint}/_ministack/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise Unavailable(
        f"embedded AWS does not answer after {_START_DEADLINE:.0f} s: {_last_lines(instance)}",
        hint=f"the machine may be busy: run it again, or read {instance.log_file}",
    )


def _last_lines(instance: Instance) -> str:
    lines = instance.log_file.read_text(errors="replace").splitlines()
    return " | ".join(line.strip() for line in lines[-3:]) or "its log is empty"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the daemon binds: a port in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
    return True
