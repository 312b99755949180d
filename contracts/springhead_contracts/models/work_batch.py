# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""Subjects of a run that one worker visits: a message of the work queue. From ``work_batch.schema.json``."""

from typing import Annotated

from pydantic import Field

from springhead_contracts._model import NOT_NULL, Model, SafeInteger
from springhead_contracts.models.common import RunID, SourceName, Timestamp


class WorkBatch(Model):
    """Subjects of a run that one worker visits: a message of the work queue."""

    run_id: RunID
    """Id of the run: `{source}@{T}`."""

    source: SourceName
    """Name of the source."""

    time: Timestamp
    """T, the scheduled time of the run."""

    attempt_id: Annotated[Annotated[str, Field(min_length=1)] | None, NOT_NULL] = None
    """Id of the attempt that cut the batch."""

    batch: Annotated[SafeInteger, Field(ge=0)]
    """Number of the batch, from 0."""

    batches: Annotated[SafeInteger, Field(ge=1)]
    """Number of batches of the run."""

    piece: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Which piece of the batch this is: 0 or absent for the batch as it was cut, 1 and up for what a worker handed on when its time was over..

    
    """

    first: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Place of the batch's first subject in the run, from 0; the parts of the backup are cut by it."""

    subjects: Annotated[Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1)] | None, NOT_NULL] = None
    """Ids of the subjects, in the run's order."""
