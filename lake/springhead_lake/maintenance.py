"""Upkeep of the lake: small files joined, old snapshots forgotten, files deleted that nothing names.

``handler`` is what the schedule of the deployed stack calls; the commands ``lake compact`` and ``lake expire`` do the
same by hand.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from springhead.errors import SpringheadError, Unavailable
from springhead_runner.logs import invocation
from springhead_runner.stores.aws import Aws

from springhead_lake.catalog import open_catalog
from springhead_lake.compaction import Compaction, compact
from springhead_lake.expiry import Expiry, expire
from springhead_lake.ingest import Lake
from springhead_lake.settings import LakeSettings, load_lake_settings
from springhead_lake.tables import TABLES

__all__ = ["Upkeep", "handler", "maintain"]

log = logging.getLogger("springhead.lake")


@dataclass
class Upkeep:
    """What was done to a table; a step that failed is absent and told in ``errors``."""

    table: str
    compaction: Compaction | None = None
    expiry: Expiry | None = None
    errors: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The upkeep as JSON; of deleted files, how many and how large."""
        found: dict[str, Any] = {"table": self.table}
        if self.compaction is not None:
            found["compaction"] = asdict(self.compaction)
        if self.expiry is not None:
            found["expired_snapshots"] = len(self.expiry.snapshots)
            found["deleted_files"] = len(self.expiry.files)
            found["deleted_bytes"] = self.expiry.bytes
        return {**found, "errors": list(self.errors)} if self.errors else found


def maintain(lake: Lake, aws: Aws | None, names: Iterable[str], *, now: datetime | None = None) -> list[Upkeep]:
    """Look after tables, each for itself: what fails on one keeps nothing from the others.

    Args:
        lake: The lake; its settings have the ages.
        aws: Clients, where the lake lies in AWS.
        names: The tables.
        now: The time; that of the clock where None.
    """
    return [_maintain(lake, aws, name, now) for name in names]


def _maintain(lake: Lake, aws: Aws | None, name: str, now: datetime | None) -> Upkeep:
    keep, orphan = (timedelta(days=days) for days in (lake.settings.lake_keep_days, lake.settings.lake_orphan_days))
    done, errors = Upkeep(name), []
    try:
        done.compaction = compact(lake, name)
    except Exception as error:
        log.exception("%s is not compacted", name)
        errors.append(_said("compaction", error))
    try:
        done.expiry = expire(lake, aws, name, keep, orphan, now=now)
    except Exception as error:
        log.exception("%s: nothing expired", name)
        errors.append(_said("expiry", error))
    done.errors = tuple(errors)
    return done


def _said(step: str, error: Exception) -> str:
    name = error.name if isinstance(error, SpringheadError) else type(error).__name__
    return f"{step}: {name}: {error}"


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Look after all tables; the event, a schedule's, says nothing that is needed.

    Raises:
        Unavailable: A step failed; all others are done.
    """
    with invocation(context):
        settings = load_lake_settings()
        return run(settings, Aws(settings))


def run(settings: LakeSettings, aws: Aws) -> dict[str, Any]:
    """Look after all tables that there are; see :func:`handler`."""
    with open_catalog(settings, aws) as catalog:
        names = [name for name in TABLES if catalog.table_exists((settings.database, name))]
        done = maintain(Lake(settings, catalog), aws, names)
    result = {"tables": [one.to_dict() for one in done]}
    log.info("upkeep done", extra={"fields": result})
    failed = [f"{one.table}: {error}" for one in done for error in one.errors]
    if failed:
        raise Unavailable(f"{len(failed)} steps failed, the first: {failed[0]}", hint="see the log")
    return result
