"""One file from its arrival to its report: every way it can end has a name, and none stops the other files."""

from __future__ import annotations

import logging
from collections.abc import Callable

from springhead.errors import NotFound, SpringheadError

from springhead_lake.backups import Source
from springhead_lake.errors import BadFile
from springhead_lake.ingest import Lake, ingest
from springhead_lake.letters import Letters
from springhead_lake.names import classify
from springhead_lake.report import FileReport

__all__ = ["deliver"]

log = logging.getLogger("springhead.lake")


def deliver(lake: Lake, letters: Letters | None, bucket: str, key: str, find: Callable[[], Source]) -> FileReport:
    """Load a file, or say why not.

    Args:
        lake: Where to.
        letters: Where bad files and rows are kept; None keeps none (the report tells of them all the same).
        bucket: Bucket or folder, for the report.
        key: Key or name.
        find: Looks the file up.

    Returns:
        The report. ``failed`` is what another try may mend; the file is untouched and its tables are consistent.
    """
    if classify(key) is None:
        log.warning("left alone: %r is no backup by its name", key)
        return FileReport("unknown", bucket, key)
    source: Source | None = None
    try:
        source = find()
        return _load(lake, letters, source)
    except NotFound as error:
        log.warning("gone: %s", error.message)
        return _ended("gone", bucket, key, source, error)
    except SpringheadError as error:
        log.error("failed: %s", error.message)
        return _ended("failed", bucket, key, source, error)
    except Exception as error:
        log.exception("failed: %r", key)
        return _ended("failed", bucket, key, source, SpringheadError(f"{type(error).__name__}: {error}"))


def _load(lake: Lake, letters: Letters | None, source: Source) -> FileReport:
    try:
        return ingest(lake, source, letters.keep_rows if letters is not None else None)
    except BadFile as error:
        log.error("bad file: %s", error.message)
        report = _ended("bad", source.bucket, source.key, source, error)
        if letters is not None:
            report.rejected_to, report.dead_letter = letters.keep_file(source, error)
        return report


def _ended(outcome: str, bucket: str, key: str, source: Source | None, error: SpringheadError) -> FileReport:
    report = FileReport(outcome, bucket, key, error=error.to_info())  # type: ignore[arg-type]
    if source is not None:
        report.version, report.etag = source.version, source.etag
    return report
