# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""Models of ``source_analysis.schema.json``."""

from typing import Annotated, Any

from pydantic import Field

from springhead_contracts._model import NOT_NULL, Model, SafeInteger
from springhead_contracts.models.common import URL, DataSelectors, RateLimit, SourceStatus, Timestamp


class ContentPage(Model):
    """A page that holds content."""

    url: URL
    """Address of the page."""

    type: Annotated[str | None, NOT_NULL] = None
    """Kind of page, for example `calendar`."""

    confidence: Annotated[Annotated[float, Field(ge=0, le=1)] | None, NOT_NULL] = None
    """Confidence in the kind, 0 to 1."""

    title: Annotated[str | None, NOT_NULL] = None
    """Title of the page."""

    language: Annotated[str | None, NOT_NULL] = None
    """Language of the page, BCP 47."""


class DiscoveryPatterns(Model):
    """What a site consists of."""

    sitemap_found: Annotated[bool | None, NOT_NULL] = None
    """True when the site has a sitemap."""

    sitemap_url: Annotated[URL | None, NOT_NULL] = None
    """Address of the sitemap."""

    rss_feeds: Annotated[list[URL] | None, NOT_NULL] = None
    """Addresses of the feeds."""

    content_pages: Annotated[list[ContentPage] | None, NOT_NULL] = None
    """Pages that hold content."""

    data_selectors: Annotated[DataSelectors | None, NOT_NULL] = None
    """Selectors that were found."""

    structured_data_found: Annotated[bool | None, NOT_NULL] = None
    """True when pages carry structured data."""

    schema_types: Annotated[list[str] | None, NOT_NULL] = None
    """Types of schema.org that were found."""

    structured_data: Annotated[dict[str, Any] | None, NOT_NULL] = None
    """A sample of the structured data."""


class ExtractedActivity(Model):
    """An activity as a trial extraction read it, each field in the page's words."""

    title: Annotated[str | None, NOT_NULL] = None
    """Title as the page has it."""

    date: Annotated[str | None, NOT_NULL] = None
    """Date as the page has it."""

    time: Annotated[str | None, NOT_NULL] = None
    """Time as the page has it."""

    description: Annotated[str | None, NOT_NULL] = None
    """Description as the page has it."""

    location: Annotated[str | None, NOT_NULL] = None
    """Location as the page has it."""

    price: Annotated[str | None, NOT_NULL] = None
    """Price as the page has it."""

    age_range: Annotated[str | None, NOT_NULL] = None
    """Ages as the page has it."""

    category: Annotated[str | None, NOT_NULL] = None
    """Category as the page has it."""


class ExtractionMetrics(Model):
    """Share of extracted activities that have a field, 0 to 1."""

    title_completeness: Annotated[Annotated[float, Field(ge=0, le=1)] | None, NOT_NULL] = None
    """Share with a title, 0 to 1."""

    date_completeness: Annotated[Annotated[float, Field(ge=0, le=1)] | None, NOT_NULL] = None
    """Share with a date, 0 to 1."""

    description_completeness: Annotated[Annotated[float, Field(ge=0, le=1)] | None, NOT_NULL] = None
    """Share with a description, 0 to 1."""

    location_completeness: Annotated[Annotated[float, Field(ge=0, le=1)] | None, NOT_NULL] = None
    """Share with a location, 0 to 1."""

    price_completeness: Annotated[Annotated[float, Field(ge=0, le=1)] | None, NOT_NULL] = None
    """Share with a price, 0 to 1."""

    overall_completeness: Annotated[Annotated[float, Field(ge=0, le=1)] | None, NOT_NULL] = None
    """Share with all of them, 0 to 1."""


class ExtractionTestResults(Model):
    """What a trial extraction gave."""

    test_url: Annotated[URL | None, NOT_NULL] = None
    """Page that was tried."""

    items_found: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Number of activities found."""

    quality_score: Annotated[Annotated[float, Field(ge=0, le=1)] | None, NOT_NULL] = None
    """Quality of what was found, 0 to 1."""

    sample_data: Annotated[list[ExtractedActivity] | None, NOT_NULL] = None
    """Some of the activities."""

    test_duration: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Time the trial took."""

    errors: Annotated[list[str] | None, NOT_NULL] = None
    """Errors of the trial."""

    warnings: Annotated[list[str] | None, NOT_NULL] = None
    """Warnings of the trial."""

    metrics: Annotated[ExtractionMetrics | None, NOT_NULL] = None
    """How complete the activities are."""


class RecommendedSourceConfig(Model):
    """How the analyser would scrape a source."""

    scraping_frequency: Annotated[str | None, NOT_NULL] = None
    """How often, for example `weekly`."""

    rate_limit: Annotated[RateLimit | None, NOT_NULL] = None
    """How politely."""

    estimated_items_per_scrape: Annotated[str | None, NOT_NULL] = None
    """Number of activities to expect, for example `20-50`."""

    estimated_content_volatility: Annotated[Annotated[float, Field(ge=0, le=1)] | None, NOT_NULL] = None
    """Share of the content that changes between two scrapes, 0 to 1."""

    preferred_extraction: Annotated[str | None, NOT_NULL] = None
    """Method, for example `json-ld` or `css`."""

    best_selectors: Annotated[DataSelectors | None, NOT_NULL] = None
    """Selectors."""

    target_urls: Annotated[list[URL] | None, NOT_NULL] = None
    """Pages to scrape."""


class SourceAnalysis(Model):
    """What an analysis found at a source: the item `SOURCE#{source_id}` / `ANALYSIS` of the table `seattle-source-management`..

    
    """

    pk: Annotated[str, Field(pattern=r"^SOURCE#[^#\x00-\x20]+$")] = Field(
        validation_alias="PK", serialization_alias="PK"
    )
    """Partition key: `SOURCE#{source_id}`."""

    sk: Annotated[str, Field(pattern=r"^ANALYSIS$")] = Field(validation_alias="SK", serialization_alias="SK")
    """Sort key: `ANALYSIS`."""

    source_id: Annotated[str, Field(min_length=1)]
    """Id of the source."""

    analysis_completed_at: Timestamp
    """Moment the analysis ended."""

    analysis_version: Annotated[str | None, NOT_NULL] = None
    """Version of the analyser."""

    discovered_patterns: Annotated[DiscoveryPatterns | None, NOT_NULL] = None
    """What the site consists of."""

    extraction_test_results: Annotated[ExtractionTestResults | None, NOT_NULL] = None
    """What a trial extraction gave."""

    recommended_config: Annotated[RecommendedSourceConfig | None, NOT_NULL] = None
    """How the analyser would scrape the source."""

    overall_quality_score: Annotated[Annotated[float, Field(ge=0, le=1)] | None, NOT_NULL] = None
    """Quality of the source, 0 to 1."""

    issues: Annotated[list[str] | None, NOT_NULL] = None
    """What is wrong with the source."""

    recommendations: Annotated[list[str] | None, NOT_NULL] = None
    """What the analyser recommends."""

    status: SourceStatus
    """State of the source."""
