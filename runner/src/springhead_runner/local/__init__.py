"""Embedded AWS: the same template that AWS gets, on this machine, with nothing to install but Python.

:func:`up` prepares an environment of its own, builds the Lambda zip, starts the daemon and deploys the stack;
:func:`down` ends it. ``docs/embedded.md`` says what this proves and what it cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from springhead_runner.local.daemon import ACCOUNT, REGION, find, start, stop
from springhead_runner.local.environment import ensure_environment
from springhead_runner.local.instance import Instance, locked, remember
from springhead_runner.local.stack import client, deploy
from springhead_runner.packaging import build_lambda_zip

__all__ = [
    "ACCOUNT",
    "REGION",
    "Instance",
    "client",
    "deploy",
    "down",
    "ensure_environment",
    "find",
    "start",
    "stop",
    "up",
]

#: A failing stream batch blocks MiniStack's stream until it is this old (seconds); AWS keeps the template's default.
_STREAM_MAX_AGE = "60"


def up(
    home: Path,
    *,
    log: Callable[[str], None],
    port: int | None = None,
    parameters: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    cache: Path | None = None,
) -> Instance:
    """Bring embedded AWS up with our stack deployed; if it is up already, bring its stack up to date.

    Args:
        home: Folder of the instance; see :func:`start`.
        log: Takes one line per step.
        port: TCP port on 127.0.0.1; a free one where None.
        parameters: Parameters of the template, such as ``{"Upstream": "http://127.0.0.1:8080"}``.
        environment: Further variables for the daemon and its functions; see :func:`start`.
        cache: Folder for built Lambda zips, which homes may share; inside ``home`` where None.

    Returns:
        The running instance with the stack's outputs.

    Raises:
        ConfigError: A port, a folder or a resource is wrong; the message says which.
        Unavailable: The package index or the daemon does not answer.
    """
    zip_info = build_lambda_zip(home / "lambda.zip", cache=cache or home / "cache")
    log(f"Lambda zip: {zip_info.bytes_zipped / 1e6:.1f} MB, {len(zip_info.distributions)} distributions")
    instance = start(home, log=log, port=port, environment=environment)
    log(f"embedded AWS: {instance.endpoint}")
    settings = {"StreamMaxAgeSeconds": _STREAM_MAX_AGE, **(parameters or {})}
    with locked(instance.home):
        outputs = deploy(instance.endpoint, zip_info.path, parameters=settings)
        instance = replace(instance, outputs=outputs)
        remember(instance)
    log(f"stack deployed: {len(outputs)} outputs")
    return instance


def down(home: Path) -> bool:
    """Stop the instance of this home; False where none was running."""
    instance = find(home)
    if instance is None:
        return False
    stop(instance)
    return True
