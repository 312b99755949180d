"""One article, one address: canonical links, and entries without repetition.

A canonical link is a key. It may differ from the address that a browser needs by nothing that a server tells apart:
where it is not sure that two addresses are one article, it leaves them different.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from typing import Final, Protocol, TypeVar
from urllib.parse import parse_qsl, urlsplit, urlunsplit

__all__ = ["canonical", "unique"]

#: Longer addresses are kept as they are.
LONGEST: Final = 4_096
#: Parameters that say where the reader came from, and nothing about the article.
TRACKING: Final = re.compile(
    r"utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|igsh|mc_[ce]id|_hs(?:enc|mi)"
    r"|mkt_tok|vero_id|oly_(?:enc|anon)_id|_gl|_ga|ns_(?:mchannel|source|campaign|linkname|fee)|at_(?:medium|campaign"
    r"|custom\d|link_\w+|ptr_name|format|bbc_team)|guccounter|guce_referrer(?:_sig)?|__twitter_impression|smid|cmpid|ocid"
)
#: The same on hosts that give these words that meaning.
TRACKING_ON: Final = {
    "news.google.com": frozenset({"oc", "hl", "gl", "ceid", "usg", "ved"}),
    "www.theguardian.com": frozenset({"CMP"}),
    "www.youtube.com": frozenset({"si", "feature", "pp"}),
}
#: Hosts that show the same paths for phones.
MOBILE: Final = {
    "amp.theguardian.com": "www.theguardian.com",
    "m.facebook.com": "www.facebook.com",
    "m.imdb.com": "www.imdb.com",
    "m.youtube.com": "www.youtube.com",
    "mobile.nytimes.com": "www.nytimes.com",
    "mobile.twitter.com": "twitter.com",
}
MOBILE_WIKI: Final = re.compile(r"([\w-]+)\.m\.((?:wikipedia|wikinews|wikiquote)\.org)")
#: Host and path → parameter with the address that is meant.
REDIRECTS: Final = {
    ("www.google.com", "/url"): ("url", "q"),
    ("www.bing.com", "/news/apiclick.aspx"): ("url",),
    ("l.facebook.com", "/l.php"): ("u",),
}
AMP_CACHE: Final = re.compile(r"/(?:c|v|amp)/(s/)?([^/]+\.[^/]+(?:/.*)?)")
GOOGLE_NEWS: Final = re.compile(r"/(?:__i/)?(?:rss/)?(?:rd/)?(?:articles|read)/([\w-]+=*)/?")
#: "/amp" after something that can only be the slug of an article; "/guitars/amp" may be a page of its own.
AMP_PATH: Final = re.compile(r"(.*/[^/]*(?:-[^/]*-[^/]*|\d{5,}[^/]*|\.html?))/amp")
ESCAPE: Final = re.compile(r"%([0-9A-Fa-f]{2})")
UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


class _Linked(Protocol):
    @property
    def title(self) -> str: ...
    @property
    def link(self) -> str: ...
    @property
    def id(self) -> str: ...


_Entry = TypeVar("_Entry", bound=_Linked)


def unique(entries: Iterable[_Entry]) -> tuple[_Entry, ...]:
    """Leave out entries that were there before: of the same canonical link, or of the same id and title.

    The id alone does not decide, since broken feeds give one id to all. The first of several stays, in their order.
    """
    kept: list[_Entry] = []
    seen: set[tuple[str, ...]] = set()
    for entry in entries:
        keys: list[tuple[str, ...]] = [("link", canonical(entry.link))] if entry.link else []
        keys += [("id", entry.id, entry.title)] if entry.id or not entry.link else []
        if seen.isdisjoint(keys):
            kept.append(entry)
        seen.update(keys)
    return tuple(kept)


def canonical(url: str) -> str:
    """The address by which an article is compared.

    Scheme and host in lower case, without user, default port, tracking parameters and fragment (but ``#!`` and ``#/``
    are part of the address); escapes as RFC 3986 writes them, parameters sorted by name, no slash at the end of a path.
    Known redirects, AMP and mobile forms become the article's own address; of Google News so do the articles whose id
    holds the address, the others keep their id.

    Args:
        url: An address. What is no http(s) address comes back as it is, without spaces around it.
    """
    url = url.strip()
    while True:  # one address in another, "/a-b-c/amp/amp", a parameter behind another: until nothing changes any more
        inner = _inside(url)
        following = (inner if inner is not None and len(inner) < len(url) else _once(url)).strip()
        if following == url:
            return url
        url = following


def _split(url: str) -> tuple[str, str, str, str, str] | None:
    """Scheme, host with port, path, query, fragment; None where it is no address that we know."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or len(url) > LONGEST:
        return None
    host = f"[{host}]" if ":" in host else host.rstrip(".")
    if not host:
        return None
    if port is not None and port != {"http": 80, "https": 443}[parts.scheme]:
        host = f"{host}:{port}"
    return parts.scheme, host, parts.path, parts.query, parts.fragment


def _inside(url: str) -> str | None:
    """The address that another one leads to and holds."""
    parts = _split(url)
    if parts is None:
        return None
    _, host, path, query, _ = parts
    if host == "news.google.com" and (found := GOOGLE_NEWS.fullmatch(path)):
        return _google(found[1])
    if (host.endswith(".cdn.ampproject.org") or (host == "www.google.com" and path.startswith("/amp/"))) and (
        found := AMP_CACHE.fullmatch(path)
    ):
        return f"http{'s' if found[1] else ''}://{found[2]}{'?' + query if query else ''}"
    host = "www.google.com" if host == "google.com" else host
    for name in REDIRECTS.get((host, path), ()):
        for key, value in parse_qsl(query):
            if key == name and _split(value):
                return value
    return None


def _google(article: str) -> str | None:
    """The address in an article id of Google News: base64 of a protobuf message whose field 4 is the address.

    Ids since 2024 hold an opaque token instead, which only Google can resolve; we ask nobody and keep the id.
    """
    try:
        message = base64.urlsafe_b64decode(article.rstrip("=") + "=" * (-len(article.rstrip("=")) % 4))
    except (binascii.Error, ValueError):
        return None
    if message[:3] != b"\x08\x13\x22":
        return None
    size, place = 0, 3
    for shift in (0, 7):
        if place >= len(message):
            return None
        size |= (message[place] & 0x7F) << shift
        place += 1
        if not message[place - 1] & 0x80:
            break
    try:
        url = message[place : place + size].decode("ascii")
    except UnicodeDecodeError:
        return None
    return url if len(url) == size and _split(url) else None


def _once(url: str) -> str:
    parts = _split(url)
    if parts is None:
        return url
    scheme, host, path, query, fragment = parts
    if host == "news.google.com" and (found := GOOGLE_NEWS.fullmatch(path)):
        path = f"/rss/articles/{found[1].rstrip('=')}"
    host = MOBILE.get(host, MOBILE_WIKI.sub(r"\1.\2", host) if MOBILE_WIKI.fullmatch(host) else host)
    path = _escaped(path).rstrip("/")
    if found := AMP_PATH.fullmatch(path):
        path = found[1]
    path = re.sub(r"\.amp(\.html?)?$", r"\1", path) if "-" in path.rpartition("/")[2] else path
    query = _query(query, host)
    fragment = fragment if fragment.startswith(("!", "/")) else ""
    return urlunsplit((scheme, host, path or "/", query, fragment))


def _escaped(text: str) -> str:
    def write(found: re.Match[str]) -> str:
        char = chr(int(found[1], 16))
        return char if char in UNRESERVED else found[0].upper()

    return ESCAPE.sub(write, text)


def _query(query: str, host: str) -> str:
    local = TRACKING_ON.get(host, frozenset())
    kept = []
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if not part or TRACKING.fullmatch(name) or name in local:
            continue
        if (name.lower(), value.lower()) in {("amp", ""), ("amp", "1"), ("amp", "true"), ("outputtype", "amp")}:
            continue
        kept.append(_escaped(part))
    return "&".join(sorted(kept, key=lambda part: part.partition("=")[0]))
