# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""Models of ``run_report.schema.json``."""

from typing import Annotated, Literal

from pydantic import Field

from springhead_contracts._model import NOT_NULL, Model, SafeInteger
from springhead_contracts.models.common import S3URL, EpochSeconds, ExecutionError, ExecutionMetrics, RunID, Timestamp

RunStatus = Literal["in_progress", "completed", "failed"]
"""State of a run."""

Health = Literal["healthy", "degraded", "unhealthy"]
"""Verdict on a run against the source's expectations."""


class Backup(Model):
    """Where the CSV backup of a run is kept."""

    prefix: S3URL
    """Prefix of the backup's parts."""

    manifest: S3URL
    """Address of the manifest."""

    parts: Annotated[SafeInteger, Field(ge=0)]
    """Number of CSV parts."""

    rows: Annotated[SafeInteger, Field(ge=0)]
    """Number of rows in all parts, headers not counted."""

    bytes: Annotated[SafeInteger, Field(ge=0)]
    """Size of all parts, in bytes."""


class RunAttempt(Model):
    """What one attempt of a run did."""

    attempt_id: Annotated[str, Field(min_length=1)]
    """Id of the attempt."""

    started_at: Timestamp
    """Wall time at which the attempt started."""

    completed_at: Annotated[Timestamp | None, NOT_NULL] = None
    """Wall time at which the attempt ended; absent while it is in progress."""

    status: RunStatus
    """How far the attempt is."""

    written: Annotated[SafeInteger, Field(ge=0)]
    """Number of records stored for the first time or with changed content."""

    changed: Annotated[SafeInteger, Field(ge=0)]
    """Number of written records that replaced other content."""

    unchanged: Annotated[SafeInteger, Field(ge=0)]
    """Number of records whose content was stored already."""

    not_found: Annotated[SafeInteger, Field(ge=0)]
    """Number of subjects that the source does not know."""

    dead_lettered: Annotated[SafeInteger, Field(ge=0)]
    """Number of subjects or records that became dead letters."""


class RunReport(Model):
    """What one scheduled run did: the item `EXECUTION#{run_id}` / `RESULT` of the table `seattle-scraping-operations`..

    
    """

    pk: Annotated[str, Field(pattern=r"^EXECUTION#[a-z][a-z0-9_]*@[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-5][0-9]:[0-5][0-9]Z$")] = Field(
        validation_alias="PK", serialization_alias="PK"
    )
    """Partition key: `EXECUTION#{run_id}`."""

    sk: Annotated[str, Field(pattern=r"^RESULT$")] = Field(validation_alias="SK", serialization_alias="SK")
    """Sort key: `RESULT`."""

    run_id: RunID
    """Id of the run: `{source}@{T}`."""

    execution_id: Annotated[str, Field(min_length=1)]
    """The run id, under the name that the Go services read."""

    task_id: Annotated[str, Field(min_length=1)]
    """Id of the scheduled task that asked for the run."""

    source_id: Annotated[str, Field(min_length=1)]
    """Name or id of the source."""

    attempt_id: Annotated[str, Field(min_length=1)]
    """Id of the latest attempt."""

    time: Timestamp
    """T, the scheduled time of the run."""

    started_at: Timestamp
    """Wall time at which the first attempt started."""

    completed_at: Annotated[Timestamp | None, NOT_NULL] = None
    """Wall time at which the run ended; absent while it is in progress."""

    duration: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Time the run took, in milliseconds; absent while it is in progress."""

    status: RunStatus
    """How far the run is."""

    health: Annotated[Health | None, NOT_NULL] = None
    """Whether the run met the source's expectations; absent while it is in progress."""

    batches: Annotated[Annotated[SafeInteger, Field(ge=1)] | None, NOT_NULL] = None
    """Number of batches that the run was split into; absent where it ran in one piece."""

    subjects: Annotated[SafeInteger, Field(ge=0)]
    """Number of subjects that the run was to visit."""

    skipped_inactive: Annotated[SafeInteger, Field(ge=0)]
    """Number of subjects skipped because they are inactive."""

    written: Annotated[SafeInteger, Field(ge=0)]
    """Number of records stored for the first time or with changed content."""

    changed: Annotated[SafeInteger, Field(ge=0)]
    """Number of written records that replaced other content."""

    unchanged: Annotated[SafeInteger, Field(ge=0)]
    """Number of records whose content was stored already."""

    not_found: Annotated[SafeInteger, Field(ge=0)]
    """Number of subjects that the source does not know."""

    deferred: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Number of subjects that the quota did not reach; they run when it resets."""

    dead_lettered: Annotated[SafeInteger, Field(ge=0)]
    """Number of subjects or records that became dead letters."""

    lost: Annotated[SafeInteger, Field(ge=0)]
    """Number of subjects that are accounted for nowhere; anything but 0 is a fault of ours."""

    items_extracted: Annotated[SafeInteger, Field(ge=0)]
    """Number of records that the source yielded."""

    items_processed: Annotated[SafeInteger, Field(ge=0)]
    """Number of records that were validated."""

    items_stored: Annotated[SafeInteger, Field(ge=0)]
    """Number of records in the store after the run, written or unchanged."""

    error_count: Annotated[SafeInteger, Field(ge=0)]
    """Number of errors."""

    warning_count: Annotated[SafeInteger, Field(ge=0)]
    """Number of warnings."""

    metrics: ExecutionMetrics
    """What the run cost."""

    errors: Annotated[list[ExecutionError] | None, NOT_NULL] = None
    """The run's errors, the first ones when there are many."""

    warnings: Annotated[list[ExecutionError] | None, NOT_NULL] = None
    """The run's warnings, the first ones when there are many."""

    coverage: Annotated[dict[str, Annotated[float, Field(ge=0, le=1)]] | None, NOT_NULL] = None
    """Share of records in which a field is present and not empty, 0 to 1, by field."""

    backup: Annotated[Backup | None, NOT_NULL] = None
    """The CSV backup that the run wrote."""

    attempts: Annotated[list[RunAttempt] | None, NOT_NULL] = None
    """The run's attempts, oldest first."""

    ttl: Annotated[EpochSeconds | None, NOT_NULL] = Field(
        default=None, validation_alias="TTL", serialization_alias="TTL"
    )
    """Moment at which DynamoDB may delete the item, in seconds since 1970-01-01T00:00:00Z."""
