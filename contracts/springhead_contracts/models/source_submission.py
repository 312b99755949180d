# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""Models of ``source_submission.schema.json``."""

from typing import Annotated

from pydantic import Field

from springhead_contracts._model import NOT_NULL, Model
from springhead_contracts.models.common import (
    URL,
    ActivitySourceType,
    Priority,
    PriorityKey,
    SourceStatus,
    StatusKey,
    Timestamp,
)


class SourceSubmission(Model):
    """A source that a founder proposes: the item `SOURCE#{source_id}` / `SUBMISSION` of the table `seattle-source-management`..

    
    """

    pk: Annotated[str, Field(pattern=r"^SOURCE#[^#\x00-\x20]+$")] = Field(
        validation_alias="PK", serialization_alias="PK"
    )
    """Partition key: `SOURCE#{source_id}`."""

    sk: Annotated[str, Field(pattern=r"^SUBMISSION$")] = Field(validation_alias="SK", serialization_alias="SK")
    """Sort key: `SUBMISSION`."""

    source_id: Annotated[str, Field(min_length=1)]
    """Id of the source."""

    source_name: Annotated[str, Field(min_length=1)]
    """Name of the source."""

    base_url: URL
    """Address of the source's site."""

    source_type: ActivitySourceType
    """Kind of source."""

    priority: Priority
    """How urgent the source is."""

    expected_content: Annotated[list[str] | None, NOT_NULL] = None
    """What the founder expects there, for example `events`."""

    hint_urls: Annotated[list[URL] | None, NOT_NULL] = None
    """Pages worth a look."""

    submitted_by: Annotated[str, Field(min_length=1)]
    """Who proposed the source."""

    submitted_at: Timestamp
    """Moment of the proposal."""

    updated_at: Annotated[Timestamp | None, NOT_NULL] = None
    """Moment the record was last changed."""

    status: SourceStatus
    """State of the source."""

    status_key: Annotated[StatusKey | None, NOT_NULL] = Field(
        default=None, validation_alias="StatusKey", serialization_alias="StatusKey"
    )
    """Partition key of `status-priority-index`: `STATUS#{status}`."""

    priority_key: Annotated[PriorityKey | None, NOT_NULL] = Field(
        default=None, validation_alias="PriorityKey", serialization_alias="PriorityKey"
    )
    """Sort key of `status-priority-index`: `PRIORITY#{priority}#{source_id}`."""
