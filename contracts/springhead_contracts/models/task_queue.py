# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""Models of ``task_queue.schema.json``."""

from typing import Annotated

from pydantic import Field

from springhead_contracts._model import NOT_NULL, Model, SafeInteger
from springhead_contracts.models.common import Date, EpochSeconds, Priority, TaskStatus, TaskType, Timestamp


class QueuedTask(Model):
    """A task in a queue."""

    task_id: Annotated[str, Field(min_length=1)]
    """Id of the task."""

    source_id: Annotated[str, Field(min_length=1)]
    """Id of the source."""

    task_type: Annotated[TaskType | None, NOT_NULL] = None
    """Kind of task."""

    priority: Annotated[Priority | None, NOT_NULL] = None
    """How urgent the work is."""

    estimated_duration: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Time the task is expected to take."""

    dependencies: Annotated[list[str] | None, NOT_NULL] = None
    """Ids of tasks that must be done before."""

    ready_to_execute: Annotated[bool | None, NOT_NULL] = None
    """True when nothing has to be done before."""


class TaskQueue(Model):
    """Tasks that are due together: the item `QUEUE#{date}` / `PRIORITY#{priority}#{scheduled_time}` of the table `seattle-scraping-operations`..

    
    """

    pk: Annotated[str, Field(pattern=r"^QUEUE#[0-9]{4}-[0-9]{2}-[0-9]{2}$")] = Field(
        validation_alias="PK", serialization_alias="PK"
    )
    """Partition key: `QUEUE#{date}`."""

    sk: Annotated[str, Field(pattern=r"^PRIORITY#(high|medium|low)#[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-5][0-9]:[0-5][0-9]Z$")] = Field(
        validation_alias="SK", serialization_alias="SK"
    )
    """Sort key: `PRIORITY#{priority}#{scheduled_time}`."""

    queue_date: Date
    """Day, UTC."""

    scheduled_time: Timestamp
    """Moment at which the tasks are due."""

    priority: Priority
    """How urgent the work is."""

    task_count: Annotated[SafeInteger, Field(ge=0)]
    """Number of tasks."""

    tasks: Annotated[list[QueuedTask] | None, NOT_NULL] = None
    """The tasks."""

    estimated_duration: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Time the tasks are expected to take."""

    estimated_requests: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Number of requests to expect."""

    estimated_data_volume: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Bytes to expect."""

    status: TaskStatus
    """How far the queue is."""

    processed_at: Annotated[Timestamp | None, NOT_NULL] = None
    """Moment the queue was worked off."""

    ttl: Annotated[EpochSeconds | None, NOT_NULL] = Field(
        default=None, validation_alias="TTL", serialization_alias="TTL"
    )
    """Moment at which DynamoDB may delete the item."""
