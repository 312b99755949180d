# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""Models of ``program_instance.schema.json``."""

from typing import Annotated

from pydantic import Field

from springhead_contracts._model import NOT_NULL, Model, SafeInteger
from springhead_contracts.models.common import (
    ActivityStatus,
    CategoryAgeKey,
    Date,
    DateFeaturedKey,
    DateTypeKey,
    LocalTime,
    LocationKey,
    ProgramRef,
    ProviderKey,
    Timestamp,
    TypeDateKey,
    TypeStatusKey,
    VenueKey,
)


class ProgramInstance(Model):
    """One session of a program: an item of the table `seattle-family-activities` under its program."""

    pk: Annotated[str, Field(pattern=r"^PROGRAM#[^#\x00-\x20]+$")] = Field(
        validation_alias="PK", serialization_alias="PK"
    )
    """Partition key: `PROGRAM#{id}`."""

    sk: Annotated[str, Field(pattern=r"^INSTANCE#[0-9]{4}-[0-9]{2}-[0-9]{2}(T([01][0-9]|2[0-3]):[0-5][0-9])?$")] = Field(
        validation_alias="SK", serialization_alias="SK"
    )
    """Sort key: `INSTANCE#{date}T{time}`; without the time where none is known."""

    program_id: ProgramRef
    """Id of the program, with the prefix `PROGRAM#` or without."""

    instance_date: Date
    """Day of the session, local."""

    instance_time: Annotated[LocalTime | None, NOT_NULL] = None
    """Start of the session, local time."""

    status: Annotated[ActivityStatus | None, NOT_NULL] = None
    """State of the session."""

    registration_status: Annotated[str | None, NOT_NULL] = None
    """State of registration, for example `open` or `waitlist`."""

    current_enrollment: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Number of participants registered."""

    max_enrollment: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Number of places."""

    special_notes: Annotated[str | None, NOT_NULL] = None
    """What differs from other sessions."""

    created_at: Annotated[Timestamp | None, NOT_NULL] = None
    """Moment the record was first written."""

    updated_at: Annotated[Timestamp | None, NOT_NULL] = None
    """Moment the record was last changed."""

    source_id: Annotated[Annotated[str, Field(min_length=1)] | None, NOT_NULL] = None
    """Source that it was found at; partition key of `source-activity-index`."""

    location_key: Annotated[LocationKey | None, NOT_NULL] = Field(
        default=None, validation_alias="LocationKey", serialization_alias="LocationKey"
    )
    """Partition key of `location-date-index`: `GEO#{region}#{city}`."""

    date_type_key: Annotated[DateTypeKey | None, NOT_NULL] = Field(
        default=None, validation_alias="DateTypeKey", serialization_alias="DateTypeKey"
    )
    """Sort key of `location-date-index`: `DATE#{date}#TYPE#{entity_type}#{entity_id}`."""

    category_age_key: Annotated[CategoryAgeKey | None, NOT_NULL] = Field(
        default=None, validation_alias="CategoryAgeKey", serialization_alias="CategoryAgeKey"
    )
    """Partition key of `category-age-index`: `CAT#{category}#{age_group}`."""

    date_featured_key: Annotated[DateFeaturedKey | None, NOT_NULL] = Field(
        default=None, validation_alias="DateFeaturedKey", serialization_alias="DateFeaturedKey"
    )
    """Sort key of `category-age-index`: `DATE#{date}#FEATURED#{featured}#{entity_id}`."""

    venue_key: Annotated[VenueKey | None, NOT_NULL] = Field(
        default=None, validation_alias="VenueKey", serialization_alias="VenueKey"
    )
    """Partition key of `venue-activity-index`: `VENUE#{venue_id}`."""

    type_date_key: Annotated[TypeDateKey | None, NOT_NULL] = Field(
        default=None, validation_alias="TypeDateKey", serialization_alias="TypeDateKey"
    )
    """Sort key of `venue-activity-index`: `TYPE#{entity_type}#{start_date}#{entity_id}`."""

    provider_key: Annotated[ProviderKey | None, NOT_NULL] = Field(
        default=None, validation_alias="ProviderKey", serialization_alias="ProviderKey"
    )
    """Partition key of `provider-index`: `PROVIDER#{provider_id}`."""

    type_status_key: Annotated[TypeStatusKey | None, NOT_NULL] = Field(
        default=None, validation_alias="TypeStatusKey", serialization_alias="TypeStatusKey"
    )
    """Sort key of `provider-index`: `TYPE#{entity_type}#STATUS#{status}#{entity_id}`."""
