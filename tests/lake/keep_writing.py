"""Loads files one after the other in a process of its own. Arguments: the lake's folder, the files."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from springhead_lake.backups import LocalSource
from springhead_lake.catalog import open_catalog
from springhead_lake.delivery import deliver
from springhead_lake.ingest import Lake
from springhead_lake.settings import LakeSettings


def main(folder: str, *files: str) -> None:
    settings = LakeSettings(lake_catalog="sql", lake_folder=Path(folder))
    with open_catalog(settings) as catalog:
        lake = Lake(settings, catalog)
        for path in map(Path, files):
            report = deliver(lake, None, str(path.parent), path.name, partial(LocalSource, path))
            assert report.outcome == "loaded", report
            print(path.name, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
