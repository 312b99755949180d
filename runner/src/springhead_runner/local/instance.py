"""One running embedded AWS and the file that remembers it between commands."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from springhead.errors import ConfigError

__all__ = ["Instance", "forget", "locked", "recall", "remember"]

_STATE_FILE = "instance.json"


@dataclass(frozen=True, slots=True)
class Instance:
    """A running embedded AWS.

    Args:
        home: Folder that holds everything of it: state, temporary files, log.
        pid: Process id of the daemon, which leads a session of its own.
        started: Start time of that process as the kernel tells it; with the pid it is an identity.
        port: TCP port on 127.0.0.1.
        outputs: Outputs of the deployed stack; empty before a deployment.
    """

    home: Path
    pid: int
    started: str
    port: int
    outputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def endpoint(self) -> str:
        """Address of all its services."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log_file(self) -> Path:
        """Where the daemon and its Lambda functions write."""
        return self.home / "embedded-aws.log"

    @property
    def work_dir(self) -> Path:
        """Everything that goes when the instance stops: state, S3 objects, extracted Lambda code."""
        return self.home / "embedded-aws"


def recall(home: Path) -> Instance | None:
    """Read the remembered instance, which may have died since; None where there is none."""
    try:
        data: dict[str, Any] = json.loads((home / _STATE_FILE).read_bytes())
        return Instance(home, data["pid"], data["started"], data["port"], data["outputs"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remember(instance: Instance) -> None:
    """Write the instance's file in one step: a reader sees the old one or the new one."""
    data = asdict(instance) | {"home": str(instance.home), "endpoint": instance.endpoint}
    draft = instance.home / f"{_STATE_FILE}.{os.getpid()}"
    draft.write_text(json.dumps(data, indent=2, sort_keys=True) + "\n")
    draft.replace(instance.home / _STATE_FILE)


def forget(home: Path) -> None:
    """Remove the instance's file."""
    (home / _STATE_FILE).unlink(missing_ok=True)


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Keep other commands from starting or stopping an instance of the same home meanwhile."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        handle = (home / "instance.lock").open("a")
    except OSError as error:
        raise ConfigError(
            f"cannot write to {home}: {error.strerror}", hint="set SPRINGHEAD_HOME to a folder that you may write to"
        ) from None
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
