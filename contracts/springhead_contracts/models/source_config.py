# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""Models of ``source_config.schema.json``."""

from typing import Annotated

from pydantic import Field

from springhead_contracts._model import NOT_NULL, Model, SafeInteger
from springhead_contracts.models.common import (
    URL,
    ActivitySourceType,
    DataSelectors,
    Priority,
    PriorityKey,
    RateLimit,
    SourceStatus,
    StatusKey,
    Timestamp,
)


class ScrapingConfig(Model):
    """How often and how politely a source is scraped."""

    frequency: Annotated[str, Field(min_length=1)]
    """How often, for example `weekly`."""

    priority: Priority
    """How urgent."""

    rate_limit: Annotated[RateLimit | None, NOT_NULL] = None
    """How politely."""

    user_agent: Annotated[str | None, NOT_NULL] = None
    """User agent to send."""

    respect_robots_txt: Annotated[bool | None, NOT_NULL] = None
    """True when robots.txt is obeyed; true when absent."""

    timeout: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Time-out of a request."""

    max_retries: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Repeats of a failed request at most."""

    backoff_multiplier: Annotated[Annotated[float, Field(ge=0)] | None, NOT_NULL] = None
    """Factor between two waits."""


class ItemRange(Model):
    """Range of a number of items."""

    min: Annotated[SafeInteger, Field(ge=0)]
    """Smallest number."""

    max: Annotated[SafeInteger, Field(ge=0)]
    """Largest number."""


class DataQuality(Model):
    """How a source has done so far."""

    reliability_score: Annotated[Annotated[float, Field(ge=0, le=1)] | None, NOT_NULL] = None
    """Share of scrapes that succeeded, 0 to 1."""

    last_successful_scrape: Annotated[Timestamp | None, NOT_NULL] = None
    """Moment of the last scrape that succeeded."""

    last_attempted_scrape: Annotated[Timestamp | None, NOT_NULL] = None
    """Moment of the last scrape."""

    consecutive_failures: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Number of failures since the last success."""

    total_successful_scrapes: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Number of scrapes that succeeded."""

    total_failed_scrapes: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Number of scrapes that failed."""

    average_items_per_scrape: Annotated[Annotated[float, Field(ge=0)] | None, NOT_NULL] = None
    """Mean number of items of a scrape."""

    expected_items_range: Annotated[ItemRange | None, NOT_NULL] = None
    """Number of items to expect."""

    last_content_hash_change: Annotated[Timestamp | None, NOT_NULL] = None
    """Moment the content last changed."""

    content_volatility_score: Annotated[Annotated[float, Field(ge=0, le=1)] | None, NOT_NULL] = None
    """Share of the content that changes between two scrapes, 0 to 1."""


class FrequencyAdjustment(Model):
    """A change of the frequency."""

    timestamp: Timestamp
    """Moment of the change."""

    old_frequency: Annotated[str, Field(min_length=1)]
    """Frequency before."""

    new_frequency: Annotated[str, Field(min_length=1)]
    """Frequency after."""

    reason: Annotated[str | None, NOT_NULL] = None
    """Why it changed."""

    trigger_score: Annotated[float | None, NOT_NULL] = None
    """Score that triggered the change."""


class AdaptiveFrequency(Model):
    """How the frequency of scrapes follows the content."""

    base_frequency: Annotated[str | None, NOT_NULL] = None
    """Frequency that was set."""

    current_frequency: Annotated[str | None, NOT_NULL] = None
    """Frequency in force."""

    next_adjustment: Annotated[Timestamp | None, NOT_NULL] = None
    """Moment of the next review."""

    adjustment_reason: Annotated[str | None, NOT_NULL] = None
    """Why the frequency in force differs."""

    adjustment_history: Annotated[list[FrequencyAdjustment] | None, NOT_NULL] = None
    """Changes, oldest first."""


class SourceConfig(Model):
    """How a source is scraped in production: the item `SOURCE#{source_id}` / `CONFIG` of the table `seattle-source-management`..

    
    """

    pk: Annotated[str, Field(pattern=r"^SOURCE#[^#\x00-\x20]+$")] = Field(
        validation_alias="PK", serialization_alias="PK"
    )
    """Partition key: `SOURCE#{source_id}`."""

    sk: Annotated[str, Field(pattern=r"^CONFIG$")] = Field(validation_alias="SK", serialization_alias="SK")
    """Sort key: `CONFIG`."""

    source_id: Annotated[Annotated[str, Field(min_length=1)] | None, NOT_NULL] = None
    """Id of the source."""

    source_name: Annotated[str, Field(min_length=1)]
    """Name of the source."""

    source_type: Annotated[ActivitySourceType | None, NOT_NULL] = None
    """Kind of source."""

    base_url: URL
    """Address of the source's site."""

    target_urls: Annotated[list[URL] | None, NOT_NULL] = None
    """Pages to scrape."""

    content_selectors: Annotated[DataSelectors | None, NOT_NULL] = None
    """Selectors of the fields."""

    scraping_config: Annotated[ScrapingConfig | None, NOT_NULL] = None
    """How often and how politely."""

    data_quality: Annotated[DataQuality | None, NOT_NULL] = None
    """How the source has done so far."""

    adaptive_frequency: Annotated[AdaptiveFrequency | None, NOT_NULL] = None
    """How the frequency follows the content."""

    status: SourceStatus
    """State of the source."""

    activated_by: Annotated[str | None, NOT_NULL] = None
    """Who activated the source."""

    activated_at: Annotated[Timestamp | None, NOT_NULL] = None
    """Moment of activation."""

    last_modified: Annotated[Timestamp | None, NOT_NULL] = None
    """Moment the record was last changed."""

    status_key: Annotated[StatusKey | None, NOT_NULL] = Field(
        default=None, validation_alias="StatusKey", serialization_alias="StatusKey"
    )
    """Partition key of `status-priority-index`: `STATUS#{status}`."""

    priority_key: Annotated[PriorityKey | None, NOT_NULL] = Field(
        default=None, validation_alias="PriorityKey", serialization_alias="PriorityKey"
    )
    """Sort key of `status-priority-index`: `PRIORITY#{priority}#{source_id}`."""
