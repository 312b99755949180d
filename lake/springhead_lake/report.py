"""What became of a file: counts that add up, and where its rows went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["COUNTS", "FileReport", "Outcome", "total"]

Outcome = Literal["loaded", "unknown", "bad", "gone", "failed"]
COUNTS = ("rows_read", "inserted", "updated", "unchanged", "duplicate", "rejected")
"""Counts of a report. The first is the sum of the others."""


@dataclass
class FileReport:
    """What became of one file.

    Attributes:
        outcome: ``loaded``; ``unknown``, its name is none of the lake's; ``bad``, kept in ``dlq/``; ``gone``, deleted
            before it was read; ``failed``, to be tried again.
        bucket: Bucket, or folder.
        key: Key, or name.
        version: Version of the object.
        etag: ETag of the object.
        sha256: Hash of the content, where it was read to its end.
        table: Table that its rows are for.
        rows_read: Rows of the file without its header.
        inserted: Rows with a key that the table did not have.
        updated: Rows that took the place of the table's row.
        unchanged: Rows whose place in the table another file's row keeps, or that are there already.
        duplicate: Rows with a key that an earlier row of the file has.
        rejected: Rows that are not loaded; ``rejected_to`` says where they are kept.
        superseded: Rows without a phone that left the table, for the same restaurant came with one.
        observations: Rows added to the table of metrics.
        cells: By column and reason, cells that became NULL.
        unknown_columns: Columns of the file that no table has.
        absent_columns: Columns that the file may lack, and lacks.
        snapshots: By table, the snapshot that was made; a table that stayed as it was is not there.
        rejected_to: Where rejected rows are kept.
        dead_letter: Where the file or its rejected rows are announced.
        error: What went wrong (the contract's ``ErrorInfo``).
    """

    outcome: Outcome
    bucket: str
    key: str
    version: str | None = None
    etag: str | None = None
    sha256: str | None = None
    table: str | None = None
    rows_read: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicate: int = 0
    rejected: int = 0
    superseded: int = 0
    observations: int = 0
    cells: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    unknown_columns: tuple[str, ...] = ()
    absent_columns: tuple[str, ...] = ()
    snapshots: dict[str, int] = field(default_factory=dict)
    rejected_to: str | None = None
    dead_letter: str | None = None
    error: Mapping[str, Any] | None = None

    def balance(self) -> None:
        """See that no row is unaccounted for.

        Raises:
            AssertionError: A row is; a fault in Springhead.
        """
        parts = sum(getattr(self, name) for name in COUNTS[1:])
        if self.rows_read != parts:
            raise AssertionError(f"{self.key}: {self.rows_read} rows read, but {parts} accounted for")

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON, absent members left out."""
        found = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in found.items()
            if value is not None and (isinstance(value, int) or value)
        }


def total(reports: list[FileReport]) -> dict[str, Any]:
    """Sums over files: how many ended in which way, and the rows."""
    outcomes = [report.outcome for report in reports]
    return {
        "files": len(reports),
        **{outcome: outcomes.count(outcome) for outcome in ("loaded", "unknown", "bad", "gone", "failed")},
        **{name: sum(getattr(report, name) for report in reports) for name in (*COUNTS, "observations")},
    }
