# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""Models of ``source_metrics.schema.json``."""

from typing import Annotated

from pydantic import Field

from springhead_contracts._model import NOT_NULL, Model, SafeInteger
from springhead_contracts.models.common import Date, EpochSeconds, Timestamp


class SourceMetrics(Model):
    """What the runs of a source did on one day: the item `SOURCE#{source_id}` / `METRICS#{date}` of the table `seattle-scraping-operations`..

    
    """

    pk: Annotated[str, Field(pattern=r"^SOURCE#[^#\x00-\x20]+$")] = Field(
        validation_alias="PK", serialization_alias="PK"
    )
    """Partition key: `SOURCE#{source_id}`."""

    sk: Annotated[str, Field(pattern=r"^METRICS#[0-9]{4}-[0-9]{2}-[0-9]{2}$")] = Field(
        validation_alias="SK", serialization_alias="SK"
    )
    """Sort key: `METRICS#{date}`."""

    source_id: Annotated[str, Field(min_length=1)]
    """Id of the source."""

    metrics_date: Date
    """Day, UTC."""

    total_runs: Annotated[SafeInteger, Field(ge=0)]
    """Number of runs."""

    successful_runs: Annotated[SafeInteger, Field(ge=0)]
    """Number of runs that succeeded."""

    failed_runs: Annotated[SafeInteger, Field(ge=0)]
    """Number of runs that failed."""

    average_duration: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Mean time of a run."""

    total_items_found: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Number of items found."""

    average_items_found: Annotated[Annotated[float, Field(ge=0)] | None, NOT_NULL] = None
    """Mean number of items of a run."""

    success_rate: Annotated[Annotated[float, Field(ge=0, le=1)] | None, NOT_NULL] = None
    """Share of runs that succeeded, 0 to 1."""

    data_quality_score: Annotated[Annotated[float, Field(ge=0, le=1)] | None, NOT_NULL] = None
    """Mean quality of the items, 0 to 1."""

    content_stability_score: Annotated[Annotated[float, Field(ge=0, le=1)] | None, NOT_NULL] = None
    """Share of the content that stayed the same, 0 to 1."""

    response_time_trend: Annotated[str | None, NOT_NULL] = None
    """Trend of response times, for example `stable`."""

    volume_change_trend: Annotated[str | None, NOT_NULL] = None
    """Trend of the number of items."""

    quality_trend: Annotated[str | None, NOT_NULL] = None
    """Trend of the quality."""

    updated_at: Annotated[Timestamp | None, NOT_NULL] = None
    """Moment the record was last changed."""

    ttl: Annotated[EpochSeconds | None, NOT_NULL] = Field(
        default=None, validation_alias="TTL", serialization_alias="TTL"
    )
    """Moment at which DynamoDB may delete the item."""
