"""Springhead's demonstration: a list of subjects and a simulator of the sources."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

__all__ = ["celebrities_file"]


def celebrities_file() -> Traversable:
    """Return the bundled list of 100 subjects, in the format of the seed data."""
    return files(__name__) / "celebrities.json"
