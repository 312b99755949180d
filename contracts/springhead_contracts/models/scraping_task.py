# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""Models of ``scraping_task.schema.json``."""

from typing import Annotated

from pydantic import Field

from springhead_contracts._model import NOT_NULL, Model, SafeInteger
from springhead_contracts.models.common import (
    URL,
    DataSelectors,
    EpochSeconds,
    NextRunKey,
    Priority,
    PriorityKey,
    RateLimit,
    TaskStatus,
    TaskType,
    Timestamp,
)


class ScrapingTask(Model):
    """A scheduled piece of scraping: an item of the table `seattle-scraping-operations`."""

    pk: Annotated[str, Field(pattern=r"^(SCHEDULE#[0-9]{4}-[0-9]{2}-[0-9]{2}|TASK#[^#\x00-\x20]+)$")] = Field(
        validation_alias="PK", serialization_alias="PK"
    )
    """Partition key: `SCHEDULE#{date}`, or `TASK#{task_id}` for the task's state."""

    sk: Annotated[str, Field(pattern=r"^(TASK#(high|medium|low)#[^#\x00-\x20]+#[^#\x00-\x20]+|STATUS)$")] = Field(
        validation_alias="SK", serialization_alias="SK"
    )
    """Sort key: `TASK#{priority}#{source_id}#{task_id}`, or `STATUS`."""

    task_id: Annotated[str, Field(min_length=1)]
    """Id of the task."""

    source_id: Annotated[str, Field(min_length=1)]
    """Id of the source."""

    task_type: TaskType
    """Kind of task."""

    priority: Priority
    """How urgent the work is."""

    scheduled_time: Timestamp
    """Moment at which the task is due."""

    target_urls: Annotated[list[URL] | None, NOT_NULL] = None
    """Pages to scrape."""

    extraction_rules: Annotated[DataSelectors | None, NOT_NULL] = None
    """Selectors of the fields."""

    rate_limits: Annotated[RateLimit | None, NOT_NULL] = None
    """How politely."""

    timeout: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Time-out of the task."""

    max_retries: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Repeats at most."""

    status: TaskStatus
    """State of the task."""

    retry_count: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Number of repeats so far."""

    last_retry_at: Annotated[Timestamp | None, NOT_NULL] = None
    """Moment of the last repeat."""

    estimated_duration: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Time the task is expected to take."""

    dependencies: Annotated[list[str] | None, NOT_NULL] = None
    """Ids of tasks that must be done before."""

    created_at: Timestamp
    """Moment the task was created."""

    updated_at: Annotated[Timestamp | None, NOT_NULL] = None
    """Moment the record was last changed."""

    ttl: Annotated[EpochSeconds | None, NOT_NULL] = Field(
        default=None, validation_alias="TTL", serialization_alias="TTL"
    )
    """Moment at which DynamoDB may delete the item."""

    next_run_key: Annotated[NextRunKey | None, NOT_NULL] = Field(
        default=None, validation_alias="NextRunKey", serialization_alias="NextRunKey"
    )
    """Partition key of `next-run-index`: `NEXT_RUN#{timestamp}`, a five-minute slot."""

    priority_source_key: Annotated[PriorityKey | None, NOT_NULL] = Field(
        default=None, validation_alias="PrioritySourceKey", serialization_alias="PrioritySourceKey"
    )
    """Sort key of `next-run-index`: `PRIORITY#{priority}#{source_id}`."""
