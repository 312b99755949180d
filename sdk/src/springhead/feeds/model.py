"""A feed and its entries as plain values."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

__all__ = ["Feed", "FeedEntry"]


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of a feed; what it does not say is empty or None.

    Args:
        title: Text on one line, without markup.
        link: Absolute http(s) address of the article, as the feed gives it.
        id: ``guid``, Atom ``id`` or ``rdf:about``.
        published: When it was published; where the feed gives no zone, UTC is meant.
        updated: When it was last changed.
        summary: Text on one line, without markup; the content where there is no summary.
        source: Name of the publication that it comes from.
        source_url: Address of that publication.
        author: Name of its first author.
        categories: Its categories, in their order.
    """

    title: str = ""
    link: str = ""
    id: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    summary: str = ""
    source: str = ""
    source_url: str = ""
    author: str = ""
    categories: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """The entry as JSON has it, times as ISO 8601."""
        return _document(self)


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed.

    Args:
        title: Text on one line.
        link: Address of the site.
        description: Text on one line.
        language: As the feed writes it, such as ``en-US``.
        updated: When the feed was made or last changed.
        entries: In the order of the feed, repetitions and all: :func:`springhead.feeds.unique` leaves them out.
        format: Name of the root element and its version, such as ``rss 2.0``, ``rdf`` or ``feed``.
        charset: Python name of the charset that it was read in.
        problems: What was wrong with it, one line each; empty for a feed without fault.
    """

    title: str
    link: str
    description: str
    language: str
    updated: datetime | None
    entries: tuple[FeedEntry, ...]
    format: str
    charset: str
    problems: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """The feed as JSON has it, for pointers such as ``/entries/0/title``."""
        return _document(self) | {"entries": [entry.document() for entry in self.entries]}


def _document(value: Feed | FeedEntry) -> dict[str, Any]:
    members = ((field.name, getattr(value, field.name)) for field in fields(value))
    return {name: _plain(member) for name, member in members}


def _plain(member: Any) -> Any:
    if isinstance(member, datetime):
        return member.isoformat()
    return list(member) if isinstance(member, tuple) else member
