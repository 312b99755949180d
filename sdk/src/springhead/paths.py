"""Paths as people read them."""

from __future__ import annotations

from pathlib import Path

__all__ = ["shown"]


def shown(path: Path) -> str:
    """A path as one would type it: relative where it lies below the current folder."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
