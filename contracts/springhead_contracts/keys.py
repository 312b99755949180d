"""Builds and takes apart the keys, ids and times that records carry. Go has the same functions; the vectors are shared.

Example:
    >>> entry_key("tmdb", "2025-11-07T17:20:00Z")
    'tmdb#2025-11-07T17:20:00Z'
    >>> parse_run_id("tmdb@2025-11-07T17:20:00Z")
    ('tmdb', '2025-11-07T17:20:00Z')
"""

from __future__ import annotations

import re
import uuid
from datetime import datetime

from springhead_contracts import table_keys as _table_keys
from springhead_contracts._key_base import KeyFormatError, format_time, parse_time, shown, slot
from springhead_contracts.table_keys import *  # noqa: F403 - generated, and its __all__ is added to ours

__all__ = [
    "METADATA_SORT_KEY",
    "NAMESPACE",
    "KeyFormatError",
    "dead_letter_id",
    "entry_id",
    "entry_key",
    "execution_key",
    "format_time",
    "parse_entry_key",
    "parse_run_id",
    "parse_time",
    "run_id",
    "slot",
]
__all__ += _table_keys.__all__  # builders and parsers of v1/keys.json

METADATA_SORT_KEY = "metadata#2025-01-01T00:00:00Z"
"""Sort key of every celebrity's metadata record."""

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://springhead.dev/contracts")
"""Namespace of all ids that are made here."""

_SOURCE = re.compile(r"[a-z][a-z0-9_]*")
_RESERVED_SOURCE = "metadata"


def entry_key(source_type: str, time: datetime | str) -> str:
    """Returns the sort key of a scraper entry: ``{source_type}#{T}``.

    Args:
        source_type: Source type, for example ``google_search``.
        time: T, the scheduled time of the run.

    Raises:
        KeyFormatError: The source type is malformed or reserved (``metadata``), or the time is no time.
    """
    if source_type == _RESERVED_SOURCE:
        raise KeyFormatError(
            f"source type {source_type!r} is reserved for the metadata record; name the source otherwise"
        )
    return f"{_source(source_type, 'source type')}#{format_time(time)}"


def parse_entry_key(key: str) -> tuple[str, str]:
    """Returns source type and time of a sort key of the table ``celebrity-database``, the time as it is written.

    Args:
        key: ``{source_type}#{time}``; the metadata record's key too. Fractions of a second are accepted.

    Raises:
        KeyFormatError: The key has another form.
    """
    return _parse(key, "#", "entry key", "{source_type}#YYYY-MM-DDTHH:MM:SSZ")


def run_id(source: str, time: datetime | str) -> str:
    """Returns the id of a run: ``{source}@{T}``.

    Args:
        source: Name of the source.
        time: T, the scheduled time of the run.

    Raises:
        KeyFormatError: The source is malformed, or the time is no time.
    """
    return f"{_source(source, 'source')}@{format_time(time)}"


def parse_run_id(text: str) -> tuple[str, str]:
    """Returns source and time of a run id.

    Args:
        text: ``{source}@{T}``.

    Raises:
        KeyFormatError: The id has another form.
    """
    return _parse(text, "@", "run id", "{source}@YYYY-MM-DDTHH:MM:SSZ")


def execution_key(run_id: str) -> tuple[str, str]:
    """Returns partition key and sort key of a run report in the operations table.

    Args:
        run_id: ``{source}@{T}``.

    Raises:
        KeyFormatError: The run id is malformed.
    """
    parse_run_id(run_id)
    return f"EXECUTION#{run_id}", "RESULT"


def entry_id(partition_key: str, sort_key: str) -> str:
    """Returns the id of a record: UUIDv5 of its partition key and sort key.

    Args:
        partition_key: For example ``celeb_001``.
        sort_key: For example ``tmdb#2025-11-07T17:20:00Z``.

    Raises:
        KeyFormatError: A part is empty, has a line break, or is not encodable.
    """
    return _uuid5(("partition key", partition_key), ("sort key", sort_key))


def dead_letter_id(run_id: str, kind: str, subject_id: str) -> str:
    """Returns the id of a dead letter: UUIDv5 of run, kind and subject, so a repeated failure has the same id.

    Args:
        run_id: Id of the run, or of whatever else the work belonged to (the key of a file, for the lake).
        kind: A `DeadLetterKind`, for example ``scrape``.
        subject_id: Id of the subject; for a failure without subject, a word that says so.

    Raises:
        KeyFormatError: A part is empty, has a line break, or is not encodable.
    """
    return _uuid5(("run id", run_id), ("kind", kind), ("subject id", subject_id))


def _source(name: str, what: str) -> str:
    if not isinstance(name, str) or not _SOURCE.fullmatch(name):
        raise KeyFormatError(
            f"{what} {shown(name)} must be lower-case letters, digits and underscores, a letter first; rename it"
        )
    return name


def _parse(text: str, mark: str, what: str, form: str) -> tuple[str, str]:
    if not isinstance(text, str) or mark not in text:
        raise KeyFormatError(f"{what} {shown(text)} is not of the form {form}")
    source, _, time = text.partition(mark)
    try:
        _source(source, "its source")
        parse_time(time)
    except KeyFormatError as error:
        raise KeyFormatError(f"{what} {shown(text)} is not of the form {form}: {error}") from None
    if not time.endswith("Z"):
        raise KeyFormatError(f"{what} {shown(text)} is not of the form {form}: its time is not in UTC")
    return source, time


def _uuid5(*parts: tuple[str, str]) -> str:
    for what, part in parts:
        if not isinstance(part, str) or not part or "\n" in part:
            raise KeyFormatError(f"{what} {shown(part)} must be a non-empty text without line breaks to make an id")
    try:
        return str(uuid.uuid5(NAMESPACE, "\n".join(part for _, part in parts)))
    except UnicodeEncodeError:
        raise KeyFormatError(f"cannot make an id: {parts[0][0]} to {parts[-1][0]} have half a surrogate pair") from None
