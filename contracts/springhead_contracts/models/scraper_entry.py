# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""Models of ``scraper_entry.schema.json``."""

from typing import Annotated

from pydantic import Field

from springhead_contracts._model import NOT_NULL, Model, SafeInteger
from springhead_contracts.models.common import (
    SHA256,
    URL,
    CelebrityID,
    RunID,
    Sentiment,
    SourceName,
    StoredObject,
    StoredResponse,
    Timestamp,
)


class Match(Model):
    """How sure the match of subject and source is."""

    confidence: Annotated[float, Field(ge=0, le=1)]
    """Confidence in the match, 0 to 1."""

    evidence: Annotated[list[str] | None, NOT_NULL] = None
    """Facts that speak for or against the match, each a short sentence."""


class EntryMetadata(Model):
    """Provenance and processing state of a scraper entry."""

    scraper_name: Annotated[str, Field(min_length=1)]
    """Name of the deployed scraper: `scraper-{source or group}`."""

    source_type: SourceName
    """Source type, as in the sort key."""

    processed: bool
    """True once enrichment has set weight and sentiment."""

    error: str | None
    """Why enrichment failed; null when it has not failed."""

    retry_count: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Number of repeated writes before this one succeeded."""

    last_updated: Annotated[Timestamp | None, NOT_NULL] = None
    """Wall time of the write."""

    raw_sha256: Annotated[SHA256 | None, NOT_NULL] = None
    """SHA-256 of the primary response's body as sent (decompressed), hexadecimal."""

    raw_bytes: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Size of the primary response's body as sent (decompressed), in bytes."""

    raw_ref: Annotated[StoredObject | None, NOT_NULL] = None
    """Where the primary response's text, in UTF-8, is kept when it does not fit into the item."""

    run_id: Annotated[RunID | None, NOT_NULL] = None
    """Id of the run that wrote the entry: `{source}@{T}`."""

    attempt_id: Annotated[Annotated[str, Field(min_length=1)] | None, NOT_NULL] = None
    """Id of the attempt within the run."""

    subject_name: Annotated[Annotated[str, Field(min_length=1)] | None, NOT_NULL] = None
    """Name of the celebrity as the metadata record spells it."""

    url: Annotated[URL | None, NOT_NULL] = None
    """Address that was asked, query included, secrets removed."""

    fetched_at: Annotated[Timestamp | None, NOT_NULL] = None
    """Moment the primary response was received."""

    responses: Annotated[list[StoredResponse] | None, NOT_NULL] = None
    """Every response that the entry was made from."""

    plugin: Annotated[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*/[0-9A-Za-z.+!-]+$")] | None, NOT_NULL] = None
    """Distribution and version of the plugin, for example `springhead-tmdb/0.1.0`."""

    contract: Annotated[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*/[0-9]+[.][0-9]+$")] | None, NOT_NULL] = None
    """Contract that the entry keeps, for example `scraper_entry/1.0`."""

    match: Annotated[Match | None, NOT_NULL] = None
    """Why the source's subject is taken to be this celebrity."""

    attribution: Annotated[str | None, NOT_NULL] = None
    """Notice that the source's terms ask for."""

    enriched_at: Annotated[Timestamp | None, NOT_NULL] = None
    """Moment enrichment set weight and sentiment."""

    analyser: Annotated[Annotated[str, Field(min_length=1)] | None, NOT_NULL] = None
    """Name and version of the sentiment analyser."""


class ScraperEntry(Model):
    """What one source said about one celebrity in one scheduled run: an item of the table `celebrity-database`."""

    celebrity_id: CelebrityID
    """Partition key: id of the celebrity."""

    source_type_timestamp: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*#[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?Z$")] = Field(
        validation_alias="source_type#timestamp", serialization_alias="source_type#timestamp"
    )
    """Sort key: `{source_type}#{T}`, T being the scheduled time of the run."""

    id: Annotated[str, Field(min_length=1)]
    """Id of the entry: UUIDv5 of partition key and sort key when written; any non-empty string when read."""

    name: Annotated[str, Field(min_length=1)]
    """Name of the celebrity as the source spells it."""

    raw_text: str
    """Text of the primary response, complete and verbatim; empty when `metadata.raw_ref` says where it is kept."""

    source: URL
    """Address of the endpoint without its query; partition key of `source-index`."""

    timestamp: Timestamp
    """T, the scheduled time of the run; sort key of `source-index`."""

    weight: Annotated[float, Field(ge=0, le=1)] | None
    """Confidence in the entry, 0 to 1; null until enrichment has run."""

    sentiment: Sentiment | None
    """Tone of the entry's human text; null until enrichment has run."""

    metadata: EntryMetadata
    """Where the entry comes from and what became of it."""
