"""Names in Python and Go for the names of the contract. A name depends on nothing but itself, so it never moves."""

from __future__ import annotations

import re

# Words that Go spells in capitals.
_INITIALISMS = frozenset(
    {"api", "cpu", "csv", "html", "http", "id", "json", "mb", "pk", "rss", "s3", "sha256", "sk", "ttl", "url", "utc"}
)


def words(name: str) -> list[str]:
    """Splits a contract name at everything that is neither letter nor digit, and between ``aB``."""
    return [word for word in re.split(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])", name) if word]


def go_name(name: str) -> str:
    """Returns the exported Go name: ``source_type#timestamp`` becomes ``SourceTypeTimestamp``."""
    return "".join(word.upper() if word.lower() in _INITIALISMS else word[0].upper() + word[1:] for word in words(name))


def python_name(name: str) -> str:
    """Returns the attribute name: ``source_type#timestamp`` becomes ``source_type_timestamp``."""
    return "_".join(word.lower() for word in words(name))


def type_name(file: str) -> str:
    """Returns the name of a file's record: ``scraper_entry`` becomes ``ScraperEntry``."""
    return go_name(file)
