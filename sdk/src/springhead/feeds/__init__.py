"""Feeds as found in the wild: reading them, and telling their articles apart.

:func:`parse` reads RSS 0.9x, 1.0 (RDF) and 2.0, Atom 0.3 and 1.0; :func:`canonical` gives the address by which an
article is compared, :func:`unique` leaves out repetitions. Nothing here does input or output.

Why not feedparser, the library for wild feeds: on 10 MB of Google News items it takes 6.8 s (this: 1.5 s), its
sanitiser needs time that grows with the square of the comments in an item, an unescaped ampersand comes out as
``AT&T;``, and ``parse(bytes)`` looks for a file of that name. Here expat reads well-formed feeds (it comes with Python,
and everything is off that expands or fetches), and a small reader of our own what expat refuses. That both give the
same for well-formed feeds is a test; so are the expectations in feedparser's own test files.
"""

from springhead.feeds.dates import parse_date
from springhead.feeds.links import canonical, unique
from springhead.feeds.model import Feed, FeedEntry
from springhead.feeds.reading import parse
from springhead.feeds.text import plain

__all__ = ["Feed", "FeedEntry", "canonical", "parse", "parse_date", "plain", "unique"]
