"""Where backups lie: what the arguments of a command name."""

from __future__ import annotations

import argparse
from pathlib import Path

from springhead.errors import ConfigError
from springhead_runner.cli.target import open_aws

from springhead_lake.backups import LocalSource
from springhead_lake.cli.target import Target
from springhead_lake.rebuild import Backup, folder_backups, local_backup, object_backups

__all__ = ["find_backups"]


def find_backups(
    args: argparse.Namespace, target: Target, places: list[str], *, versions: bool = False
) -> tuple[list[Backup], frozenset[str]]:
    """All backups in some places, each once.

    Args:
        args: Arguments of the command, for the AWS that buckets lie in.
        target: The lake.
        places: Files, folders, ``s3://bucket/key-or-prefix``.
        versions: All versions of objects, not only the newest.

    Returns:
        The backups, and the keys of those that were named one by one.

    Raises:
        ConfigError: There is no such file, or there is none at all.
    """
    found: dict[str, Backup] = {}
    named = set()
    aws = target.aws
    for place in places:
        if place.startswith("s3://"):
            bucket, _, prefix = place.removeprefix("s3://").partition("/")
            if not bucket:
                raise ConfigError(f"{place!r} names no bucket", hint="write s3://bucket/prefix/")
            aws = aws or open_aws(args)
            backups = object_backups(aws, [bucket], versions=versions, prefix=prefix)
        elif Path(place).is_dir():
            backups = folder_backups(Path(place).absolute())
        else:
            backups = [_file(Path(place).absolute())]
            named.add(backups[0].key)
        if not backups:
            raise ConfigError(f"there is no CSV file in {place}", hint="give the folder or prefix with the backups")
        found.update((backup.identity, backup) for backup in backups)
    return list(found.values()), frozenset(named)


def _file(path: Path) -> Backup:
    LocalSource(path)  # says why it cannot be read
    return local_backup(path)
