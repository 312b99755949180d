"""Loads files in a process of its own, and may be told to die on the way.

Arguments: JSON of the settings, a step to die at (or ""), the number of the table at which to die, then the files.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Any

from pyiceberg.catalog import Catalog, MetastoreCatalog
from springhead_lake import ingest as ingest_module
from springhead_lake.backups import LocalSource
from springhead_lake.catalog import open_catalog
from springhead_lake.delivery import deliver
from springhead_lake.ingest import Lake
from springhead_lake.settings import LakeSettings


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Steps:
    """Calls something before or after one step of the commit of one table.

    Args:
        step: ``begin``, ``before write``, ``after data files``, ``before catalog``, ``after metadata``,
            ``after catalog`` or ``after commit``.
        number: Which commit of a snapshot, counted from 1.
        act: What to call then.
    """

    def __init__(self, step: str, number: int, act: Any) -> None:
        self.step, self.number, self.act = step, number, act
        self.commits = 0

    def at(self, step: str) -> None:
        if step == self.step and self.commits == self.number:
            self.act()

    def install(self, patch: Any, catalog: Catalog) -> None:
        real_write, real_commit = ingest_module.write_files, ingest_module.commit
        kind = type(catalog)
        real_table, real_metadata = kind.commit_table, MetastoreCatalog._write_metadata

        def write_files(*args: Any, **more: Any) -> Any:
            self.commits += 1
            self.at("before write")
            found = real_write(*args, **more)
            self.at("after data files")
            return found

        def commit(*args: Any, **more: Any) -> Any:
            found = real_commit(*args, **more)
            self.at("after commit")
            return found

        def commit_table(*args: Any, **more: Any) -> Any:
            self.at("before catalog")
            found = real_table(*args, **more)
            self.at("after catalog")
            return found

        def write_metadata(*args: Any, **more: Any) -> None:
            real_metadata(*args, **more)
            self.at("after metadata")

        patch(ingest_module, "write_files", write_files)
        patch(ingest_module, "commit", commit)
        patch(kind, "commit_table", commit_table)
        patch(MetastoreCatalog, "_write_metadata", staticmethod(write_metadata))


STEPS = ("before write", "after data files", "before catalog", "after metadata", "after catalog", "after commit")


def main(settings: str, step: str, number: str, *files: str) -> None:
    names = LakeSettings(**json.loads(settings))
    order = list(files)
    random.Random(os.getpid()).shuffle(order)
    with open_catalog(names) as catalog:
        if step:
            lake = Lake(names, catalog)
            lake.ensure()
            Steps(step, int(number), die).install(setattr, catalog)
        lake = Lake(names, catalog)
        for path in map(Path, order):
            report = deliver(lake, None, str(path.parent), path.name, partial(LocalSource, path))
            assert report.outcome == "loaded", report
            print(json.dumps(report.to_dict()))


if __name__ == "__main__":
    main(*sys.argv[1:])
