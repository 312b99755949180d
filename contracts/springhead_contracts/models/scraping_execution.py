# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""Models of ``scraping_execution.schema.json``."""

from typing import Annotated

from pydantic import Field

from springhead_contracts._model import NOT_NULL, Model, SafeInteger
from springhead_contracts.models.common import EpochSeconds, ExecutionError, ExecutionMetrics, TaskStatus, Timestamp


class ScrapingExecution(Model):
    """What one execution of a task did: the item `EXECUTION#{id}` / `RESULT` of the table `seattle-scraping-operations`.

    A run report is one, too.
    """

    pk: Annotated[str, Field(pattern=r"^EXECUTION#[^#\x00-\x20]+$")] = Field(
        validation_alias="PK", serialization_alias="PK"
    )
    """Partition key: `EXECUTION#{id}`."""

    sk: Annotated[str, Field(pattern=r"^(RESULT|METRICS)$")] = Field(validation_alias="SK", serialization_alias="SK")
    """Sort key: `RESULT`, or `METRICS` for an item of metrics alone."""

    execution_id: Annotated[str, Field(min_length=1)]
    """Id of the execution."""

    task_id: Annotated[str, Field(min_length=1)]
    """Id of the task."""

    source_id: Annotated[str, Field(min_length=1)]
    """Id of the source."""

    started_at: Timestamp
    """Moment it started."""

    completed_at: Annotated[Timestamp | None, NOT_NULL] = None
    """Moment it ended; absent while it is in progress."""

    duration: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Time it took; absent while it is in progress."""

    status: TaskStatus
    """How far it is."""

    items_extracted: Annotated[SafeInteger, Field(ge=0)]
    """Number of items that the source yielded."""

    items_processed: Annotated[SafeInteger, Field(ge=0)]
    """Number of items that were validated."""

    items_stored: Annotated[SafeInteger, Field(ge=0)]
    """Number of items that were stored."""

    error_count: Annotated[SafeInteger, Field(ge=0)]
    """Number of errors."""

    warning_count: Annotated[SafeInteger, Field(ge=0)]
    """Number of warnings."""

    metrics: Annotated[ExecutionMetrics | None, NOT_NULL] = None
    """What it cost."""

    errors: Annotated[list[ExecutionError] | None, NOT_NULL] = None
    """Errors, the first ones when there are many."""

    warnings: Annotated[list[ExecutionError] | None, NOT_NULL] = None
    """Warnings, the first ones when there are many."""

    ttl: Annotated[EpochSeconds | None, NOT_NULL] = Field(
        default=None, validation_alias="TTL", serialization_alias="TTL"
    )
    """Moment at which DynamoDB may delete the item."""
