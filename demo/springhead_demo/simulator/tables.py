"""Word lists, kept as data beside the code."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load(name: str) -> Any:
    """Return the content of one of the package's JSON files."""
    return json.loads((files(__package__ or "") / f"{name}.json").read_text(encoding="utf-8"))


def characters(name: str) -> str:
    """Return a table of single characters."""
    return "".join(load("tables")[name])


def words(name: str, separator: str | None = None) -> list[str]:
    """Return a table of words."""
    return " ".join(load("tables")[name]).split(separator)
