# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""Models of ``trending_item.schema.json``."""

from typing import Annotated

from pydantic import Field

from springhead_contracts._model import NOT_NULL, Model, SafeInteger
from springhead_contracts.models.common import ContentType, EpochSeconds


class TrendingItem(Model):
    """One entry of the trending list: an item of the table `mediamesh-trending`, kept for 600 seconds."""

    content_type: ContentType = Field(validation_alias="contentType", serialization_alias="contentType")
    """Partition key: kind of content, for example `PROGRAM` or `EPISODE`; `all` for the list of every kind."""

    rank: Annotated[SafeInteger, Field(ge=1)]
    """Sort key: place in the list, from 1."""

    program_id: Annotated[str, Field(min_length=1)] = Field(
        validation_alias="programId", serialization_alias="programId"
    )
    """Id of the content."""

    title: Annotated[str, Field(min_length=1)]
    """Title."""

    description: Annotated[str | None, NOT_NULL] = None
    """Description."""

    data: Annotated[str | None, NOT_NULL] = None
    """The whole object as JSON text."""

    ttl: EpochSeconds
    """Moment at which DynamoDB may delete the item."""
