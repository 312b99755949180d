# Generated from contracts/v1 by springhead_contracts.generate; do not edit.
"""Definitions that the record types share. It is not a record type itself. From ``common.schema.json``."""

from typing import Annotated, Literal

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

Sentiment = Literal["positive", "negative", "neutral"]
"""Tone of the human text of a response; null until enrichment has run."""


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
