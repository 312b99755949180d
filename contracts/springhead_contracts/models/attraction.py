# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""A lasting feature of a venue: an item of the table `seattle-family-activities`. From ``attraction.schema.json``."""

from typing import Annotated

from pydantic import Field

from springhead_contracts._model import NOT_NULL, Model
from springhead_contracts.models.common import (
    ActivityCategory,
    ActivityStatus,
    AgeGroup,
    CategoryAgeKey,
    DateFeaturedKey,
    DateTypeKey,
    EntityID,
    EntityType,
    Image,
    Location,
    LocationKey,
    Pricing,
    ProviderKey,
    ProviderRef,
    Timestamp,
    TypeDateKey,
    TypeStatusKey,
    VenueKey,
    VenueRef,
)


class Attraction(Model):
    """A lasting feature of a venue: an item of the table `seattle-family-activities`."""

    pk: Annotated[str, Field(pattern=r"^ATTRACTION#[^#\x00-\x20]+$")] = Field(
        validation_alias="PK", serialization_alias="PK"
    )
    """Partition key: `ATTRACTION#{id}`."""

    sk: Annotated[str, Field(pattern=r"^(METADATA|AGE#(infant|toddler|preschool|elementary|tween|teen|adult|all-ages))$")] = Field(
        validation_alias="SK", serialization_alias="SK"
    )
    """Sort key: `METADATA`; `AGE#{age_group}` for the index item of a further age group, which repeats the record."""

    attraction_name: Annotated[str, Field(min_length=1)]
    """Name of the attraction."""

    attraction_type: Annotated[str | None, NOT_NULL] = None
    """Kind of attraction, for example `playground`."""

    venue_id: Annotated[VenueRef | None, NOT_NULL] = None
    """Venue where it takes place."""

    availability: Annotated[str | None, NOT_NULL] = None
    """When it can be visited, in the venue's words."""

    images: Annotated[list[Image] | None, NOT_NULL] = None
    """Pictures."""

    entity_type: Annotated[EntityType | None, NOT_NULL] = None
    """Kind of the record, as in the partition key."""

    entity_id: Annotated[EntityID | None, NOT_NULL] = None
    """Id without the prefix."""

    name: Annotated[str | None, NOT_NULL] = None
    """Name that every kind of activity has; the same as the name above."""

    description: Annotated[str | None, NOT_NULL] = None
    """What it is, in the organiser's words."""

    category: ActivityCategory
    """Category."""

    subcategory: Annotated[str | None, NOT_NULL] = None
    """Finer category, for example `soccer`."""

    location: Annotated[Location | None, NOT_NULL] = None
    """Where it is."""

    age_groups: Annotated[list[AgeGroup] | None, NOT_NULL] = None
    """Ages it is for."""

    pricing: Annotated[Pricing | None, NOT_NULL] = None
    """What it costs."""

    provider_id: Annotated[ProviderRef | None, NOT_NULL] = None
    """Who offers it."""

    provider_name: Annotated[str | None, NOT_NULL] = None
    """Name of who offers it."""

    status: Annotated[ActivityStatus | None, NOT_NULL] = None
    """State."""

    featured: Annotated[bool | None, NOT_NULL] = None
    """True when the platform puts it forward."""

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
