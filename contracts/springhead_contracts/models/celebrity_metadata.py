# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""Models of ``celebrity_metadata.schema.json``."""

from typing import Annotated

from pydantic import Field

from springhead_contracts._model import NOT_NULL, Model
from springhead_contracts.models.common import CelebrityID, Date, Timestamp


class CelebrityMetadata(Model):
    """Who a celebrity is: the one metadata record of each celebrity in the table `celebrity-database`."""

    celebrity_id: CelebrityID
    """Partition key: id of the celebrity."""

    source_type_timestamp: Annotated[str, Field(pattern=r"^metadata#2025-01-01T00:00:00Z$")] = Field(
        validation_alias="source_type#timestamp", serialization_alias="source_type#timestamp"
    )
    """Sort key: exactly `metadata#2025-01-01T00:00:00Z`."""

    name: Annotated[str, Field(min_length=1)]
    """Name of the celebrity as the seed list spells it; partition key of `name-index`."""

    birth_date: Annotated[Date | None, NOT_NULL] = None
    """Date of birth, `YYYY-MM-DD`. A hint for matching, never a veto."""

    nationality: Annotated[str | None, NOT_NULL] = None
    """Nationality as the seed list spells it."""

    occupation: Annotated[list[str] | None, NOT_NULL] = None
    """Occupations as the seed list spells them."""

    created_at: Timestamp
    """Moment the record was first written."""

    updated_at: Timestamp
    """Moment the record was last changed."""

    is_active: bool
    """False takes the celebrity out of scheduled runs."""

    identities: Annotated[dict[str, str] | None, NOT_NULL] = None
    """The celebrity's id or handle at each source, by source: wikidata, tmdb, imdb, instagram, threads, youtube and others..

    
    """

    subject_type: Annotated[Annotated[str, Field(min_length=1)] | None, NOT_NULL] = None
    """Partition key of the sparse index `subject-index`: `celebrity`."""
