# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""Models of ``scraping_run.schema.json``."""

from typing import Annotated, Any

from pydantic import Field

from springhead_contracts._model import NOT_NULL, Model, SafeInteger
from springhead_contracts.models.common import URL, EpochSeconds, TaskStatus, TaskType, Timestamp


class ScrapingRun(Model):
    """One run in the history of a source: the item `SOURCE#{source_id}` / `RUN#{timestamp}` of the table `seattle-scraping-operations`..

    
    """

    pk: Annotated[str, Field(pattern=r"^SOURCE#[^#\x00-\x20]+$")] = Field(
        validation_alias="PK", serialization_alias="PK"
    )
    """Partition key: `SOURCE#{source_id}`."""

    sk: Annotated[str, Field(pattern=r"^RUN#[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-5][0-9]:[0-5][0-9]Z$")] = Field(
        validation_alias="SK", serialization_alias="SK"
    )
    """Sort key: `RUN#{timestamp}`."""

    run_id: Annotated[str, Field(min_length=1)]
    """Id of the run."""

    source_id: Annotated[str, Field(min_length=1)]
    """Id of the source."""

    execution_id: Annotated[Annotated[str, Field(min_length=1)] | None, NOT_NULL] = None
    """Id of the execution."""

    timestamp: Timestamp
    """T, the scheduled time of the run."""

    task_type: Annotated[TaskType | None, NOT_NULL] = None
    """Kind of task."""

    target_urls: Annotated[list[URL] | None, NOT_NULL] = None
    """Pages to scrape."""

    user_agent: Annotated[str | None, NOT_NULL] = None
    """User agent that was sent."""

    status: TaskStatus
    """How the run ended."""

    items_found: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Number of items found."""

    items_processed: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Number of items validated."""

    items_stored: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Number of items stored."""

    new_items: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Number of items stored for the first time."""

    updated_items: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Number of items that replaced others."""

    duplicate_items: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Number of items that were stored already."""

    error_items: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Number of items that were refused."""

    content_hash: Annotated[str | None, NOT_NULL] = None
    """Hash of the content, to tell whether it changed."""

    content_size: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Size of the content."""

    content_changed: Annotated[bool | None, NOT_NULL] = None
    """True when the content changed since the last run."""

    change_percent: Annotated[Annotated[float, Field(ge=0, le=100)] | None, NOT_NULL] = None
    """Share of the content that changed, in percent."""

    duration: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Time the run took."""

    request_count: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Number of requests sent, repeats included."""

    bytes_downloaded: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Bytes received in bodies."""

    error_messages: Annotated[list[str] | None, NOT_NULL] = None
    """Errors, the first ones when there are many."""

    quality_score: Annotated[Annotated[float, Field(ge=0, le=1)] | None, NOT_NULL] = None
    """Quality of the items, 0 to 1."""

    quality_details: Annotated[dict[str, float] | None, NOT_NULL] = None
    """Parts of the quality score, by name."""

    sample_items: Annotated[list[dict[str, Any]] | None, NOT_NULL] = None
    """Some of the items."""

    ttl: Annotated[EpochSeconds | None, NOT_NULL] = Field(
        default=None, validation_alias="TTL", serialization_alias="TTL"
    )
    """Moment at which DynamoDB may delete the item."""
