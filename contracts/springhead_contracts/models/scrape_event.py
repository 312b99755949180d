# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""Models of ``scrape_event.schema.json``."""

from typing import Annotated

from pydantic import Field

from springhead_contracts._model import NOT_NULL, Model
from springhead_contracts.models.common import CelebrityID, SourceName, Timestamp


class ScrapeEvent(Model):
    """What a schedule or an operator asks of a scrape function.

    An empty event is valid: the source then comes from the function's setting and T from the clock.
    """

    source: Annotated[SourceName | None, NOT_NULL] = None
    """Name of the source or of the group of sources to run."""

    time: Annotated[Timestamp | None, NOT_NULL] = None
    """Scheduled time of the run; T is this time floored to the minute."""

    subjects: Annotated[Annotated[list[CelebrityID], Field(min_length=1)] | None, NOT_NULL] = None
    """Celebrities to which the run is limited; all active ones when absent."""

    resume: Annotated[bool | None, NOT_NULL] = None
    """True asks for the subjects that the quota did not reach in the source's last runs, at the T of those runs."""
