"""What the name of a backup file says: its table and its time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

__all__ = ["FileName", "Kind", "classify"]

Kind = Literal["posts", "restaurants"]
"""The two kinds of backup files, each named as the table that it is loaded into."""

_PREFIXES: dict[str, Kind] = {"post_results_": "posts", "instagram_results_": "restaurants"}
_SUFFIX = ".csv"
_STAMP = re.compile(r"(?<![0-9])([0-9]{8})_([0-9]{6})(?![0-9])")


@dataclass(frozen=True, slots=True)
class FileName:
    """A file that belongs to the lake.

    Attributes:
        kind: Table that it is loaded into.
        stamp: Time in the name, aware, in UTC; None where the name has none that exists. The caller then takes the
            time of the object's version.
        name: Name without folders.
    """

    kind: Kind
    stamp: datetime | None
    name: str


def classify(key: str) -> FileName | None:
    """Tells what a backup file is by its name.

    Args:
        key: Key of the object or path of the file, URL-decoded. Folders do not count, whatever they are called.

    Returns:
        None where the name is not one of the lake's: `instagram_results_*.csv` and `post_results_*.csv`, in small
        letters as the event filter of S3 wants them.
    """
    name = key.rsplit("/", 1)[-1]
    if not name.endswith(_SUFFIX):
        return None
    for prefix, kind in _PREFIXES.items():
        if name.startswith(prefix) and len(name) >= len(prefix) + len(_SUFFIX):
            return FileName(kind, _stamp(name), name)
    return None


def _stamp(name: str) -> datetime | None:
    for day, time in _STAMP.findall(name):
        try:
            return datetime.strptime(day + time, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            continue
    return None
