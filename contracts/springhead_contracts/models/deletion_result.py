# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""What the removal of a source deleted. From ``deletion_result.schema.json``."""

from typing import Annotated

from pydantic import Field

from springhead_contracts._model import Model, SafeInteger


class DeletionResult(Model):
    """What the removal of a source deleted."""

    source_id: Annotated[str, Field(min_length=1)]
    """Id of the source."""

    submission_deleted: bool
    """True when the submission was deleted."""

    analysis_deleted: bool
    """True when the analysis was deleted."""

    config_deleted: bool
    """True when the configuration was deleted."""

    activities_deleted: Annotated[SafeInteger, Field(ge=0)]
    """Number of activities deleted."""

    total_records: Annotated[SafeInteger, Field(ge=0)]
    """Number of records deleted in all."""
