"""Running pip and its like: without the settings that would send it elsewhere, and with failures said in one line."""

from __future__ import annotations

import os
import subprocess

from springhead.errors import ConfigError, Unavailable

__all__ = ["run_tool"]

_REDIRECTIONS = {"PIP_PREFIX", "PIP_ROOT", "PIP_TARGET", "PIP_USER"}
_NETWORK_SIGNS = (
    "NewConnectionError",
    "Failed to establish",
    "Temporary failure in name resolution",
    # With versions in the brackets the index has answered, and has nothing that fits.
    "(from versions: none)",
    "ReadTimeout",
    "ConnectTimeout",
    "ProxyError",
    "SSLError",
)


def run_tool(command: list[str], doing: str) -> None:
    """Run a command that may need the package index.

    Args:
        command: Program and arguments.
        doing: What it is for, said in the error.

    Raises:
        ConfigError: It failed.
        Unavailable: The package index cannot be reached.
    """
    # What would make pip write elsewhere must not reach it; its other settings (index, proxy, certificate) are the
    # user's and stay.
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON") and key not in _REDIRECTIONS}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
    if done.returncode == 0:
        return
    lines = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    reason = next((line for line in reversed(lines) if line.startswith("ERROR:")), lines[-1] if lines else "no output")
    if any(sign in line for line in lines for sign in _NETWORK_SIGNS):
        raise Unavailable(
            f"{doing} failed, the package index does not answer: {reason}",
            hint="connect to the network (or set pip's index and proxy) and run the command again; this is needed once",
        )
    raise ConfigError(f"{doing} failed: {reason}", hint=f"run it by hand: {' '.join(command)}")
