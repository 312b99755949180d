# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""The record types as pydantic models."""

from springhead_contracts.models.celebrity_metadata import CelebrityMetadata
from springhead_contracts.models.common import (
    S3URL,
    SHA256,
    URL,
    CelebrityID,
    Date,
    ErrorInfo,
    RunID,
    Sentiment,
    SourceName,
    StoredObject,
    StoredResponse,
    Timestamp,
    Violation,
)
from springhead_contracts.models.dead_letter import DeadLetter, DeadLetterKind
from springhead_contracts.models.run_report import (
    Backup,
    ExecutionError,
    ExecutionMetrics,
    Health,
    RunAttempt,
    RunReport,
    RunStatus,
)
from springhead_contracts.models.scrape_event import ScrapeEvent
from springhead_contracts.models.scraper_entry import EntryMetadata, Match, ScraperEntry

__all__ = [
    "S3URL",
    "SHA256",
    "URL",
    "Backup",
    "CelebrityID",
    "CelebrityMetadata",
    "Date",
    "DeadLetter",
    "DeadLetterKind",
    "EntryMetadata",
    "ErrorInfo",
    "ExecutionError",
    "ExecutionMetrics",
    "Health",
    "Match",
    "RunAttempt",
    "RunID",
    "RunReport",
    "RunStatus",
    "ScrapeEvent",
    "ScraperEntry",
    "Sentiment",
    "SourceName",
    "StoredObject",
    "StoredResponse",
    "Timestamp",
    "Violation",
]
