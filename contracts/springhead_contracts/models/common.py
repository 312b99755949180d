# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""Definitions that the record types share. It is not a record type itself. From ``common.schema.json``."""

from typing import Annotated, Any, Literal

from pydantic import Field

from springhead_contracts._model import EXISTING_DATE, EXISTING_TIME, NOT_NULL, Model, SafeInteger

Timestamp = Annotated[
    str,
    Field(pattern=r"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?Z$"),
    EXISTING_TIME,
]
"""Moment in UTC, `YYYY-MM-DDTHH:MM:SSZ`. Fractions of a second are accepted when read and never written."""

Date = Annotated[str, Field(pattern=r"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$"), EXISTING_DATE]
"""Calendar date, `YYYY-MM-DD`."""

CelebrityID = Annotated[str, Field(pattern=r"^celeb_[0-9]{3,}$")]
"""Id of a celebrity: `celeb_` and at least three digits."""

SourceName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
"""Name of a source or a source type: lower-case letters, digits and underscores, a letter first."""

RunID = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_]*@[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-5][0-9]:[0-5][0-9]Z$")
]
"""Id of a scheduled run: `{source}@{T}`."""

URL = Annotated[str, Field(pattern=r"^https?://[^\x00-\x20]+$")]
"""Address with the scheme http or https, without blanks."""

S3URL = Annotated[str, Field(pattern=r"^s3://[a-z0-9][a-z0-9.-]+/[^\x00-\x1f]+$")]
"""Address of an object or a prefix in S3: `s3://{bucket}/{key}`."""

SHA256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 of the bytes, 64 lower-case hexadecimal digits."""

EpochSeconds = Annotated[SafeInteger, Field(ge=1000000000, le=9999999999)]
"""Moment as seconds since 1970-01-01T00:00:00Z; the bounds keep milliseconds out."""

LocalTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""Time of day where the activity is, `HH:MM`, 24 hours."""

EntityID = Annotated[str, Field(pattern=r"^[^#\x00-\x20]+$")]
"""Id of an activity without its prefix: no `#`, no blanks."""

VenueRef = Annotated[str, Field(pattern=r"^(VENUE#)?[^#\x00-\x20]+$")]
"""Id of a venue; with the prefix `VENUE#` or without, key builders take both."""

ProviderRef = Annotated[str, Field(pattern=r"^(PROVIDER#)?[^#\x00-\x20]+$")]
"""Id of a provider; with the prefix `PROVIDER#` or without, key builders take both."""

LocationKey = Annotated[str, Field(pattern=r"^GEO#[^#\x00-\x1f]+#[^#\x00-\x1f]+$")]
"""Index key `GEO#{region}#{city}`."""

DateTypeKey = Annotated[
    str, Field(pattern=r"^DATE#[0-9]{4}-[0-9]{2}-[0-9]{2}#TYPE#(VENUE|EVENT|PROGRAM|ATTRACTION)#[^#\x00-\x20]+$")
]
"""Index key `DATE#{date}#TYPE#{entity_type}#{entity_id}`; the date is the next occurrence in local time, `9999-12-31` for what is ongoing..


"""

CategoryAgeKey = Annotated[
    str, Field(pattern=r"^CAT#[a-z-]+#(infant|toddler|preschool|elementary|tween|teen|adult|all-ages)$")
]
"""Index key `CAT#{category}#{age_group}`; further age groups have index items of their own."""

DateFeaturedKey = Annotated[
    str, Field(pattern=r"^DATE#[0-9]{4}-[0-9]{2}-[0-9]{2}#FEATURED#(true|false)#[^#\x00-\x20]+$")
]
"""Index key `DATE#{date}#FEATURED#{featured}#{entity_id}`."""

VenueKey = Annotated[str, Field(pattern=r"^VENUE#[^#\x00-\x20]+$")]
"""Index key `VENUE#{venue_id}`."""

TypeDateKey = Annotated[
    str, Field(pattern=r"^TYPE#(VENUE|EVENT|PROGRAM|ATTRACTION)#[0-9]{4}-[0-9]{2}-[0-9]{2}#[^#\x00-\x20]+$")
]
"""Index key `TYPE#{entity_type}#{start_date}#{entity_id}`."""

ProviderKey = Annotated[str, Field(pattern=r"^PROVIDER#[^#\x00-\x20]+$")]
"""Index key `PROVIDER#{provider_id}`."""

TypeStatusKey = Annotated[str, Field(pattern=r"^TYPE#(VENUE|EVENT|PROGRAM|ATTRACTION)#STATUS#[a-z-]+#[^#\x00-\x20]+$")]
"""Index key `TYPE#{entity_type}#STATUS#{status}#{entity_id}`."""

StatusKey = Annotated[str, Field(pattern=r"^STATUS#[a-z_]+$")]
"""Index key `STATUS#{status}`."""

PriorityKey = Annotated[str, Field(pattern=r"^PRIORITY#(high|medium|low)#[^#\x00-\x20]+$")]
"""Index key `PRIORITY#{priority}#{source_id}`."""

ProgramRef = Annotated[str, Field(pattern=r"^(PROGRAM#)?[^#\x00-\x20]+$")]
"""Id of a program; with the prefix `PROGRAM#` or without."""

NextRunKey = Annotated[str, Field(pattern=r"^NEXT_RUN#[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-5][0-9]:[0-5][0-9]Z$")]
"""Index key `NEXT_RUN#{timestamp}`; writers use five-minute slots."""

ContentType = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]
"""Kind of content: letters, digits, `_` and `-`, a letter first."""

Sentiment = Literal["positive", "negative", "neutral"]
"""Tone of the human text of a response; null until enrichment has run."""

Priority = Literal["high", "medium", "low"]
"""How urgent the work is. The words do not sort: a reader queries each."""

EntityType = Literal["VENUE", "EVENT", "PROGRAM", "ATTRACTION"]
"""Kind of an activity record."""

ActivityCategory = Literal["arts-creativity", "active-sports", "educational-stem", "entertainment-events", "camps-programs", "free-community"]
"""Category of an activity."""

ActivityStatus = Literal["active", "inactive", "expired", "cancelled"]
"""State of an activity."""

AgeCategory = Literal["infant", "toddler", "preschool", "elementary", "tween", "teen", "adult", "all-ages"]
"""Age group that an activity is for."""

AgeUnit = Literal["months", "years"]
"""Unit of ages."""

ScheduleType = Literal["one-time", "recurring", "multi-day", "ongoing"]
"""How an activity recurs."""

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
"""Day of the week."""

PricingType = Literal["free", "paid", "donation", "variable"]
"""How an activity is paid for."""

SourceStatus = Literal["pending_analysis", "analysis_complete", "active", "inactive", "rejected"]
"""State of a source in its life cycle."""

ActivitySourceType = Literal["venue", "event-organizer", "program-provider", "community-calendar"]
"""Kind of an activity source."""

TaskType = Literal["full_scrape", "incremental", "validation", "discovery"]
"""Kind of a scraping task."""

TaskStatus = Literal["scheduled", "queued", "in_progress", "completed", "failed", "cancelled", "retrying"]
"""State of scraping work."""


class StoredObject(Model):
    """Where bytes that do not fit into an item are kept."""

    bucket: Annotated[str, Field(min_length=3)]
    """Name of the S3 bucket."""

    key: Annotated[str, Field(min_length=1)]
    """Key of the object in its bucket."""

    sha256: SHA256
    """SHA-256 of the stored bytes, hexadecimal."""

    bytes: Annotated[SafeInteger, Field(ge=0)]
    """Size of the object in bytes."""


class StoredResponse(Model):
    """One response that a record was made from, and where its body is kept."""

    url: URL
    """Address that was asked, secrets removed."""

    status: Annotated[SafeInteger, Field(ge=100, le=599)]
    """HTTP status code of the response."""

    sha256: SHA256
    """SHA-256 of the body's bytes, hexadecimal."""

    bytes: Annotated[SafeInteger, Field(ge=0)]
    """Size of the body in bytes."""

    content_type: Annotated[str | None, NOT_NULL] = None
    """Content-Type header of the response, as received."""

    bucket: Annotated[Annotated[str, Field(min_length=3)] | None, NOT_NULL] = None
    """S3 bucket that keeps the body."""

    key: Annotated[Annotated[str, Field(min_length=1)] | None, NOT_NULL] = None
    """Key of the body in its bucket."""

    fetched_at: Annotated[Timestamp | None, NOT_NULL] = None
    """Moment the response was received."""

    primary: bool
    """True for the response whose text is the record's `raw_text`."""


class Violation(Model):
    """One place where a record departs from its contract."""

    pointer: str
    """JSON pointer to the member at fault; for a missing or an unknown member, to that member.

    Empty for the record itself.
    """

    rule: Annotated[str, Field(min_length=1)]
    """Name of the rule that was broken, for example `required` or `pattern`."""

    message: str
    """What is wrong and what is expected."""

    value: Annotated[Annotated[str, Field(max_length=80)] | None, NOT_NULL] = None
    """Short excerpt of the value at fault, 80 characters at most."""


class ErrorInfo(Model):
    """An error as records carry it."""

    name: Annotated[str, Field(min_length=1)]
    """Name of the error's class, for example `LayoutChanged`."""

    message: str
    """What happened and where, secrets removed."""

    retryable: bool
    """True when the same attempt may succeed later."""

    url: Annotated[URL | None, NOT_NULL] = None
    """Address that was asked, secrets removed."""

    status: Annotated[Annotated[SafeInteger, Field(ge=100, le=599)] | None, NOT_NULL] = None
    """HTTP status code of the answer."""

    hint: Annotated[str | None, NOT_NULL] = None
    """What to do about it."""

    violations: Annotated[list[Violation] | None, NOT_NULL] = None
    """Each departure from the contract, when the error is one of the contract."""


class ExecutionMetrics(Model):
    """What a run cost, under the names that the Go services read."""

    request_count: Annotated[SafeInteger, Field(ge=0)]
    """Number of requests sent, repeats included."""

    successful_requests: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Number of requests answered with success."""

    failed_requests: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Number of requests that failed."""

    average_response_time: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Mean time to a response, in milliseconds."""

    total_bytes: Annotated[SafeInteger, Field(ge=0)]
    """Bytes received in bodies."""

    quota_units: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Units of the source's quota that the run spent; absent where the source has none."""

    quota_spent: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Units of the day's quota that all runs together have spent; absent where the source has none."""

    quota_limit: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Units that the source grants per day; absent where it does not count."""

    parsing_time: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Time spent parsing, in milliseconds."""

    extraction_time: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Time spent in the source's own code, in milliseconds."""

    validation_time: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Time spent validating, in milliseconds."""

    storage_time: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Time spent storing, in milliseconds."""

    extraction_success: Annotated[Annotated[float, Field(ge=0, le=1)] | None, NOT_NULL] = None
    """Share of subjects that gave a record, 0 to 1."""

    data_completeness: Annotated[Annotated[float, Field(ge=0, le=1)] | None, NOT_NULL] = None
    """Mean completeness of the records, 0 to 1."""

    duplicate_rate: Annotated[Annotated[float, Field(ge=0, le=1)] | None, NOT_NULL] = None
    """Share of records that were stored already, 0 to 1."""

    memory_usage_mb: Annotated[Annotated[float, Field(ge=0)] | None, NOT_NULL] = None
    """Largest resident memory, in MiB."""

    cpu_usage_percent: Annotated[Annotated[float, Field(ge=0)] | None, NOT_NULL] = None
    """CPU time by wall time, in percent of one core."""

    retried_requests: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Number of requests that were repeats."""

    cached_responses: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Number of responses that came from the cache."""

    units: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Quota units spent at the source."""


class ExecutionError(Model):
    """One error or warning of a run."""

    type: Annotated[str, Field(min_length=1)]
    """Name of the error's class, for example `RateLimited`."""

    code: Annotated[str | None, NOT_NULL] = None
    """The source's own code for the error, or the HTTP status."""

    message: str
    """What happened and where, secrets removed."""

    url: Annotated[URL | None, NOT_NULL] = None
    """Address that was asked, secrets removed."""

    timestamp: Annotated[Timestamp | None, NOT_NULL] = None
    """Moment of the error."""

    recoverable: bool
    """True when the same attempt may succeed later."""

    context: Annotated[dict[str, Any] | None, NOT_NULL] = None
    """Further facts, for example the subject."""


class Coordinates(Model):
    """Position on the earth, WGS 84."""

    lat: Annotated[float, Field(ge=-90, le=90)]
    """Latitude, in degrees north."""

    lng: Annotated[float, Field(ge=-180, le=180)]
    """Longitude, in degrees east."""


class Location(Model):
    """Where an activity takes place."""

    name: Annotated[str | None, NOT_NULL] = None
    """Name of the place."""

    address: Annotated[str | None, NOT_NULL] = None
    """Postal address in one line."""

    city: Annotated[str | None, NOT_NULL] = None
    """City; part of `LocationKey`."""

    state: Annotated[str | None, NOT_NULL] = None
    """State, for example `WA`."""

    zip_code: Annotated[str | None, NOT_NULL] = None
    """Postal code."""

    neighborhood: Annotated[str | None, NOT_NULL] = None
    """Neighbourhood."""

    region: Annotated[str | None, NOT_NULL] = None
    """Region of the platform, for example `seattle-downtown`; part of `LocationKey`."""

    coordinates: Annotated[Coordinates | None, NOT_NULL] = None
    """Position."""

    venue_type: Annotated[str | None, NOT_NULL] = None
    """Kind of place, for example `indoor`."""

    accessibility: Annotated[str | None, NOT_NULL] = None
    """What is known about access without steps and the like."""

    parking: Annotated[str | None, NOT_NULL] = None
    """Where to park."""

    public_transit: Annotated[str | None, NOT_NULL] = None
    """How to get there by public transport."""


class AgeGroup(Model):
    """Ages that an activity is for."""

    category: AgeCategory
    """Age group."""

    min_age: Annotated[Annotated[SafeInteger, Field(ge=0, le=1500)] | None, NOT_NULL] = None
    """Youngest age, in `unit`."""

    max_age: Annotated[Annotated[SafeInteger, Field(ge=0, le=1500)] | None, NOT_NULL] = None
    """Oldest age, in `unit`."""

    unit: Annotated[AgeUnit | None, NOT_NULL] = None
    """Unit of both ages; where it is absent, months for infant and toddler, else years."""

    description: Annotated[str | None, NOT_NULL] = None
    """The ages in the organiser's words."""


class Discount(Model):
    """A discount."""

    type: Annotated[str, Field(min_length=1)]
    """Kind of discount, for example `sibling`."""

    description: Annotated[str | None, NOT_NULL] = None
    """The discount in the organiser's words."""


class Pricing(Model):
    """What an activity costs."""

    type: PricingType
    """How it is paid for."""

    cost: Annotated[Annotated[float, Field(ge=0)] | None, NOT_NULL] = None
    """Price, in `currency`."""

    currency: Annotated[Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None, NOT_NULL] = None
    """Currency of the price, ISO 4217."""

    unit: Annotated[str | None, NOT_NULL] = None
    """What the price is for, for example `per-person` or `per-session`."""

    description: Annotated[str | None, NOT_NULL] = None
    """The price in the organiser's words."""

    discounts: Annotated[list[Discount] | None, NOT_NULL] = None
    """Discounts."""

    includes_supplies: Annotated[bool | None, NOT_NULL] = None
    """True when material is included."""


class TimeSlot(Model):
    """One time of a schedule."""

    start_time: LocalTime
    """Start, local time."""

    end_time: Annotated[LocalTime | None, NOT_NULL] = None
    """End, local time."""

    age_group: Annotated[AgeCategory | None, NOT_NULL] = None
    """Age group that the time is for."""


class Schedule(Model):
    """When an activity takes place, in local time."""

    type: ScheduleType
    """How it recurs."""

    start_date: Annotated[Date | None, NOT_NULL] = None
    """First day."""

    end_date: Annotated[Date | None, NOT_NULL] = None
    """Last day."""

    start_time: Annotated[LocalTime | None, NOT_NULL] = None
    """Start, local time."""

    end_time: Annotated[LocalTime | None, NOT_NULL] = None
    """End, local time."""

    timezone: Annotated[str | None, NOT_NULL] = None
    """IANA time zone of the local times; `America/Los_Angeles` when absent."""

    is_all_day: Annotated[bool | None, NOT_NULL] = None
    """True when it has no hours."""

    frequency: Annotated[str | None, NOT_NULL] = None
    """How often it recurs, for example `weekly`."""

    days_of_week: Annotated[list[Weekday] | None, NOT_NULL] = None
    """Days on which it recurs."""

    times: Annotated[list[TimeSlot] | None, NOT_NULL] = None
    """Times of one day, when there are several."""

    duration: Annotated[str | None, NOT_NULL] = None
    """Length of a session in the organiser's words, for example `45 minutes`."""

    session_count: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Number of sessions."""


class Registration(Model):
    """How one takes part."""

    required: bool
    """True when one must register."""

    method: Annotated[str | None, NOT_NULL] = None
    """How one registers, for example `online`."""

    url: Annotated[URL | None, NOT_NULL] = None
    """Where one registers."""

    phone: Annotated[str | None, NOT_NULL] = None
    """Phone number for registration."""

    email: Annotated[str | None, NOT_NULL] = None
    """Mail address for registration."""

    deadline: Annotated[Date | None, NOT_NULL] = None
    """Last day of registration."""

    open_date: Annotated[Date | None, NOT_NULL] = None
    """First day of registration."""

    status: Annotated[str | None, NOT_NULL] = None
    """State of registration, for example `open` or `waitlist`."""

    contact_phone: Annotated[str | None, NOT_NULL] = None
    """Phone number for questions."""

    contact_email: Annotated[str | None, NOT_NULL] = None
    """Mail address for questions."""


class Image(Model):
    """A picture."""

    url: URL
    """Address of the picture."""

    alt_text: Annotated[str | None, NOT_NULL] = None
    """Text in place of the picture."""

    caption: Annotated[str | None, NOT_NULL] = None
    """Caption."""

    source_type: Annotated[str | None, NOT_NULL] = None
    """Where the picture comes from, for example `og:image`."""

    width: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Width."""

    height: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Height."""


class ContactInfo(Model):
    """How one reaches a place."""

    phone: Annotated[str | None, NOT_NULL] = None
    """Phone number."""

    email: Annotated[str | None, NOT_NULL] = None
    """Mail address."""

    website: Annotated[URL | None, NOT_NULL] = None
    """Website."""


class RateLimit(Model):
    """How politely a source is asked."""

    requests_per_minute: Annotated[SafeInteger, Field(ge=0)]
    """Requests in a minute at most."""

    delay_between_requests: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Pause between two requests."""

    concurrent_requests: Annotated[Annotated[SafeInteger, Field(ge=0)] | None, NOT_NULL] = None
    """Requests at the same time at most."""


class DataSelectors(Model):
    """CSS selectors of the fields on a source's pages."""

    title: Annotated[str | None, NOT_NULL] = None
    """Selector of the title."""

    date: Annotated[str | None, NOT_NULL] = None
    """Selector of the date."""

    time: Annotated[str | None, NOT_NULL] = None
    """Selector of the time."""

    description: Annotated[str | None, NOT_NULL] = None
    """Selector of the description."""

    location: Annotated[str | None, NOT_NULL] = None
    """Selector of the location."""

    venue: Annotated[str | None, NOT_NULL] = None
    """Selector of the venue."""

    price: Annotated[str | None, NOT_NULL] = None
    """Selector of the price."""

    age_range: Annotated[str | None, NOT_NULL] = None
    """Selector of the ages."""

    category: Annotated[str | None, NOT_NULL] = None
    """Selector of the category."""

    registration_url: Annotated[str | None, NOT_NULL] = None
    """Selector of the address for registration."""

    contact_info: Annotated[str | None, NOT_NULL] = None
    """Selector of the contact."""

    images: Annotated[str | None, NOT_NULL] = None
    """Selector of the pictures."""
