"""What a feed says, whatever its dialect: RSS 0.9x, 1.0 (RDF) and 2.0, Atom 0.3 and 1.0."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Final
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from springhead.errors import BadResponse, BudgetExceeded
from springhead.feeds.charset import decode
from springhead.feeds.dates import parse_date
from springhead.feeds.markup import read_tree
from springhead.feeds.model import Feed, FeedEntry
from springhead.feeds.prolog import from_the_root
from springhead.feeds.text import BLOCKS, SILENT, plain, unmangled
from springhead.http.messages import excerpt

__all__ = ["parse"]

#: Bytes and entries of one feed, at most. Google News gives 100 entries in 100 kB; archives of podcasts go to 15 MB.
MAX_BYTES: Final = 20_000_000
MAX_ENTRIES: Final = 10_000

#: Namespaces of the formats themselves (old spellings too), without a slash at the end and in lower case.
CORE: Final = frozenset(
    {
        "", "http://backend.userland.com/rss", "http://backend.userland.com/rss2",
        "http://backend.userland.com/rss092", "http://blogs.law.harvard.edu/tech/rss", "http://purl.org/rss/1.0",
        "http://channel.netscape.com/rdf/simple/0.9", "http://my.netscape.com/rdf/simple/0.9",
        "http://purl.org/rss/2.0", "http://purl.org/rss/1.0/modules/rss091#", "http://my.netscape.com/publish/formats/rss-0.91.dtd",
        "http://purl.org/net/rss1.1#",
    }
)  # fmt: skip
ATOM: Final = frozenset({"http://www.w3.org/2005/atom", "http://purl.org/atom/ns#"})
EXTENSIONS: Final = {
    "http://purl.org/dc/elements/1.1": "dc",
    "http://purl.org/dc/elements/1.0": "dc",
    "http://purl.org/dc/terms": "dc",
    "http://purl.org/rss/1.0/modules/content": "content",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
}
XML: Final = "{http://www.w3.org/XML/1998/namespace}"
ABOUT: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
SPACING: Final = BLOCKS | SILENT


def parse(body: bytes | str, content_type: str = "", url: str = "") -> Feed:
    """Read a feed; what can be saved of a broken one is saved, and ``problems`` says what was wrong.

    Args:
        body: Its bytes, or its text where somebody has decoded it.
        content_type: The Content-Type header, for the charset. The media type is ignored: feeds come under any.
        url: Where it was found, for relative links and for errors.

    Raises:
        BadResponse: It is no feed (HTML, JSON, nothing at all), or one that is made to do harm: entities made of
            entities, external entities, nesting without end.
        BudgetExceeded: It has too many bytes or elements.
    """
    try:
        return _parse(body, content_type, url)
    except (BadResponse, BudgetExceeded) as error:
        error.url = error.url or url or None
        raise


def _parse(body: bytes | str, content_type: str, url: str) -> Feed:
    if len(body) > MAX_BYTES:
        raise BudgetExceeded(f"a feed of {len(body):,} bytes; {MAX_BYTES:,} are read")
    text, charset, problems = (body, "unicode", []) if isinstance(body, str) else decode(body, content_type)
    text, before = from_the_root(text)
    problems += [f"text before the feed: {excerpt(before, 60)!r}"] if before else []
    root, faults = read_tree(text)
    reader = _Reader(root, url, problems + faults)
    return reader.feed(charset)


@lru_cache(maxsize=1024)
def _key(tag: str) -> str:
    """A short name for a tag: ``title`` for those of the formats, ``dc:creator`` for known extensions, else the tag."""
    space, _, local = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
    space = space.rstrip("/").lower()
    if space in CORE or space in ATOM:
        return local
    prefix = EXTENSIONS.get(space)
    return f"{prefix}:{local}" if prefix else tag


class _Reader:
    """Reads one tree."""

    def __init__(self, root: Element, url: str, problems: list[str]) -> None:
        self._root = root
        self._url = url
        self._problems = problems

    def feed(self, charset: str) -> Feed:
        format_ = self._root.tag.rpartition("}")[2]
        found = list(self._found())
        whole = (self._root, _join(self._url, self._root.get(f"{XML}base", "")))
        channel, base = next(((el, base) for el, base in found if _key(el.tag) == "channel"), whole)
        entries = [(el, base) for el, base in found if _key(el.tag) in {"item", "entry"}]
        if len(entries) > MAX_ENTRIES:
            self._problems.append(f"{len(entries):,} entries; the first {MAX_ENTRIES:,} are read")
        parts = _parts(channel)
        link = self._link(parts, base)
        version = self._root.get("version", "") if format_ in {"rss", "feed"} else ""
        return Feed(
            title=_text(parts, "title", "dc:title"),
            link=link,
            description=_text(parts, "description", "tagline", "subtitle", "dc:description", "itunes:summary"),
            language=_text(parts, "language", "dc:language") or self._root.get(f"{XML}lang", ""),
            updated=_date(parts, "updated", "lastbuilddate", "modified", "pubdate", "dc:date", "dc:modified"),
            entries=tuple(self._entry(el, base or link) for el, base in entries[:MAX_ENTRIES]),
            format=f"{format_} {excerpt(version, 20)}".strip(),
            charset=charset,
            problems=tuple(self._problems),
        )

    def _found(self) -> Iterator[tuple[Element, str]]:
        """Channel and entries with the base of their links, in document order."""
        todo = [(self._root, self._url)]
        while todo:
            element, base = todo.pop()
            base = _join(base, element.get(f"{XML}base", ""))
            key = _key(element.tag)
            if key in {"channel", "item", "entry"}:
                yield element, base
            if key not in {"item", "entry"}:
                todo.extend((child, base) for child in reversed(element))

    def _entry(self, element: Element, base: str) -> FeedEntry:
        parts = _parts(element)
        guid = _raw(parts, "guid", "id") or element.get(ABOUT, "").strip()
        link = self._link(parts, base) or self._permalink(parts, element, base)
        source = next(iter(parts.get("source", ())), None)
        inner = _parts(source) if source is not None and len(source) else {}
        return FeedEntry(
            title=_text(parts, "title", "dc:title"),
            link=link,
            id=guid,
            published=_date(parts, "pubdate", "published", "issued", "dc:date", "dc:issued", "dc:created", "created"),
            updated=_date(parts, "updated", "modified", "dc:modified"),
            summary=_text(
                parts, "description", "summary", "dc:description", "content:encoded", "content", "itunes:summary"
            ),
            source=_text(inner, "title") or ("" if inner else _text(parts, "source", "dc:source")),
            source_url=_http(self._link(inner, base) if inner else source.get("url", "") if source is not None else ""),
            author=_author(parts),
            categories=tuple(dict.fromkeys(_categories(parts))),
        )

    def _link(self, parts: dict[str, list[Element]], base: str) -> str:
        """Where it leads: an Atom link for people, or the text of an RSS link."""
        ranked: list[tuple[int, str]] = []
        for element in parts.get("link", ()):
            target = element.get("href", "").strip() or "".join(element.itertext()).strip()
            relation = element.get("rel", "alternate").lower().rpartition("/")[2]
            address = _absolute(_join(base, element.get(f"{XML}base", "")), target)
            if address and relation == "alternate":
                ranked.append((0 if "html" in element.get("type", "html") else 1, address))
        return min(ranked, key=lambda one: one[0])[1] if ranked else ""

    def _permalink(self, parts: dict[str, list[Element]], element: Element, base: str) -> str:
        for guid in parts.get("guid", ()):
            if guid.get("ispermalink", "true").strip().lower() == "true":
                return _http(_raw(parts, "guid"))
        about = _absolute(base, element.get(ABOUT, ""))
        return about or _http(_raw(parts, "id"))


def _parts(element: Element) -> dict[str, list[Element]]:
    """Children by short name."""
    found: dict[str, list[Element]] = {}
    for child in element:
        found.setdefault(_key(child.tag), []).append(child)
    return found


def _raw(parts: dict[str, list[Element]], *names: str) -> str:
    for name in names:
        for element in parts.get(name, ()):
            if value := "".join(element.itertext()).strip():
                return value
    return ""


def _text(parts: dict[str, list[Element]], *names: str) -> str:
    """The first of these that says something, as text on one line."""
    for name in names:
        for element in parts.get(name, ()):
            if value := _plain(element):
                return value
    return ""


def _plain(element: Element) -> str:
    kind = element.get("type", "").lower()
    if len(element):  # markup that was not escaped: XHTML in Atom, HTML in careless RSS
        parts: list[str] = []
        _markup(element, parts)
        return plain("".join(parts))
    text = element.text or ""
    is_atom = element.tag[1:].rpartition("}")[0].lower().rstrip("/") in ATOM
    if is_atom and kind in {"", "text", "text/plain"} and element.get("mode", "") != "escaped":
        return " ".join(unmangled(text).split())
    return plain(text)


def _markup(element: Element, parts: list[str]) -> None:
    """An element's texts with the tags between them that :func:`plain` makes spaces of."""
    parts.append(_escaped(element.text))
    for child in element:
        name = child.tag.rpartition("}")[2]
        opening, closing = (f"<{name}>", f"</{name}>") if name in SPACING else ("", "")
        parts.append(opening)
        _markup(child, parts)
        parts += [closing, _escaped(child.tail)]


def _escaped(text: str | None) -> str:
    return (text or "").replace("&", "&amp;").replace("<", "&lt;")


def _date(parts: dict[str, list[Element]], *names: str) -> datetime | None:
    """The first of these that is a date."""
    for name in names:
        for element in parts.get(name, ()):
            if (value := parse_date("".join(element.itertext()))) is not None:
                return value
    return None


def _author(parts: dict[str, list[Element]]) -> str:
    for element in parts.get("author", ()):
        inner = _text(_parts(element), "name") if len(element) else _plain(element)
        if inner:
            # RSS wants an address, and gets "name@example.org (Name)".
            named = re.fullmatch(r"\S+@\S+ \((.+)\)", inner)
            return named[1] if named else inner
    return _text(parts, "dc:creator", "itunes:author", "dc:contributor")


def _categories(parts: dict[str, list[Element]]) -> Iterator[str]:
    for name in ("category", "dc:subject"):
        for element in parts.get(name, ()):
            if value := (element.get("label") or element.get("term") or _plain(element)).strip():
                yield value


def _join(base: str, link: str) -> str:
    try:
        return urljoin(base, link.strip()) if base else link.strip()
    except ValueError:
        return ""


def _absolute(base: str, link: str) -> str:
    return _http(_join(base, link)) if link.strip() else ""


def _http(address: str) -> str:
    """The address, if it is one of the web: a link must not run scripts or open files."""
    address = "".join(address.split())
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme.lower() in {"http", "https"} and parts.netloc else ""
