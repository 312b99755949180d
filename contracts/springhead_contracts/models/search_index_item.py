# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""Models of ``search_index_item.schema.json``."""

from typing import Annotated

from pydantic import Field

from springhead_contracts._model import NOT_NULL, Model
from springhead_contracts.models.common import ContentType, EpochSeconds, Timestamp


class SearchIndexItem(Model):
    """One document of the search index: an item of the table `mediamesh-search-index`, kept for 2592000 seconds."""

    content_id: Annotated[str, Field(min_length=1)] = Field(
        validation_alias="contentId", serialization_alias="contentId"
    )
    """Partition key: id of the content."""

    content_type: ContentType = Field(validation_alias="contentType", serialization_alias="contentType")
    """Kind of content; partition key of `contentType-index`."""

    title: Annotated[str, Field(min_length=1)]
    """Title."""

    description: Annotated[str | None, NOT_NULL] = None
    """Description."""

    category: Annotated[Annotated[str, Field(min_length=1)] | None, NOT_NULL] = None
    """Category; partition key of `category-index`."""

    language: Annotated[Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$")] | None, NOT_NULL] = None
    """Language, BCP 47."""

    tags: Annotated[list[str] | None, NOT_NULL] = None
    """Words that describe the content."""

    indexed_at: Timestamp = Field(validation_alias="indexedAt", serialization_alias="indexedAt")
    """Moment of indexing."""

    updated_at: Timestamp = Field(validation_alias="updatedAt", serialization_alias="updatedAt")
    """Moment the content last changed."""

    ttl: EpochSeconds
    """Moment at which DynamoDB may delete the item."""
