# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""Work that could not be done, with all that is needed to do it again. From ``dead_letter.schema.json``."""

from typing import Annotated, Any, Literal

from pydantic import Field

from springhead_contracts._model import NOT_NULL, Model, SafeInteger
from springhead_contracts.models.common import ErrorInfo, RunID, SourceName, StoredResponse, Timestamp

DeadLetterKind = Literal["schedule", "scrape", "stream", "lake"]
"""The step of the flow that failed."""


class DeadLetter(Model):
    """Work that could not be done, with all that is needed to do it again."""

    id: Annotated[str, Field(min_length=1)]
    """Id of the dead letter: UUIDv5 of run, kind and subject, so a repeated failure has the same id."""

    kind: DeadLetterKind
    """The step that failed."""

    source: SourceName
    """Name of the source."""

    run_id: Annotated[RunID | None, NOT_NULL] = None
    """Id of the run: `{source}@{T}`."""

    attempt_id: Annotated[Annotated[str, Field(min_length=1)] | None, NOT_NULL] = None
    """Id of the attempt within the run."""

    time: Annotated[Timestamp | None, NOT_NULL] = None
    """T, the scheduled time of the run."""

    subject_id: Annotated[Annotated[str, Field(min_length=1)] | None, NOT_NULL] = None
    """Id of the subject whose work failed."""

    subject: Annotated[dict[str, Any] | None, NOT_NULL] = None
    """The subject as the source was given it."""

    error: ErrorInfo
    """Why the work failed."""

    record: Annotated[dict[str, Any] | None, NOT_NULL] = None
    """The record that was rejected."""

    event: Annotated[dict[str, Any] | None, NOT_NULL] = None
    """The event that could not be handled."""

    raw: Annotated[list[StoredResponse] | None, NOT_NULL] = None
    """Responses received before the failure, and where their bodies are kept."""

    attempts: Annotated[SafeInteger, Field(ge=0)]
    """Number of attempts made."""

    created_at: Timestamp
    """Moment the dead letter was written."""
