"""Requests and responses as plain values; nothing here does input or output."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import orjson

from springhead.errors import BadResponse, ConfigError, LayoutChanged, RateLimited, SpringheadError, Unavailable
from springhead.http.retry import parse_retry_after
from springhead.pointer import MISSING, resolve

__all__ = ["RawResponse", "Request", "Response", "Transport", "clean_url", "excerpt"]

#: Charsets in which every byte means something, so that a wrong one would go unnoticed.
_DEFAULTS = frozenset({"iso-8859-1", "latin-1", "latin1", "windows-1252", "cp1252", "us-ascii"})
_SAYS_UTF8 = re.compile(rb"<meta\b[^<>]*charset=[\"']?utf-?8", re.IGNORECASE)


def excerpt(text: str, limit: int = 120) -> str:
    """Shorten a text from outside to one safe line: control characters cannot forge log lines or move a cursor."""
    line = "".join(char if char.isprintable() else " " for char in text[: 4 * limit])
    line = " ".join(line.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def clean_url(url: str) -> str:
    """Return an absolute http(s) address without user and password (keys are the engine's) and without fragment.

    Raises:
        ValueError: It is no such address.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
        raise ValueError(f"{excerpt(url)!r} is no http(s) address")
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path or "/", parts.query, ""))


@dataclass(frozen=True, slots=True)
class Request:
    """One request, before any secret is added.

    Args:
        method: Upper-case method.
        url: Absolute address with its query.
        headers: Header names in lower case.
        body: Bytes, empty for none.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def build(
        cls,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Request:
        """Join URL and parameters. Parameters that are None are left out; True and False become 1 and 0."""
        try:
            parts = urlsplit(clean_url(url))
        except ValueError as error:
            raise ConfigError(f"{excerpt(url)!r} is no http(s) address", hint="give an absolute URL") from error
        query = parse_qsl(parts.query, keep_blank_values=True)
        for key, value in (params or {}).items():
            if value is not None:
                query.append((key, str(int(value)) if isinstance(value, bool) else str(value)))
        try:
            encoded = urlencode(query)
        except UnicodeEncodeError as error:
            raise ConfigError(f"{excerpt(repr(query))}: not valid unicode", hint="remove lone surrogates") from error
        url = urlunsplit((parts.scheme, parts.netloc, parts.path, encoded, ""))
        return cls(method.upper(), url, {k.lower(): v for k, v in (headers or {}).items()}, body)

    @property
    def host(self) -> str:
        """Host name in lower case, without port."""
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True, slots=True)
class RawResponse:
    """What a transport brings back: the body is decompressed, the headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    #: True where the transport added a secret to the request.
    authenticated: bool = False


class Transport(Protocol):
    """The only thing that touches the outside."""

    async def send(self, request: Request, *, max_bytes: int, timeout: float) -> RawResponse:
        """Send one request and read the whole answer.

        Args:
            request: What to ask.
            max_bytes: Most bytes of the decompressed body.
            timeout: Seconds for the whole exchange.

        Raises:
            Unavailable: No answer, or a broken one.
            BudgetExceeded: The body is larger than ``max_bytes``.
        """

    def has_key(self, host: str) -> bool:
        """True where requests to a host are sent with all keys that the source declares for it."""


@dataclass(frozen=True)
class Response:
    """One answer.

    Args:
        request: What was asked.
        status: HTTP status.
        headers: Names in lower case.
        body: Bytes as the source sent them, decompressed.
        fetched_at: When the answer arrived.
        authenticated: True where a key was sent along.
        from_cache: True where the source said 304 and the body is a kept one.
    """

    request: Request
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime
    authenticated: bool = False
    from_cache: bool = False

    @property
    def url(self) -> str:
        """Address that answered, without secrets."""
        return self.request.url

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the body, in hex."""
        return hashlib.sha256(self.body).hexdigest()

    @cached_property
    def content_type(self) -> str:
        """Media type in lower case, without parameters; empty where there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @cached_property
    def charset(self) -> str:
        """Declared charset, else the one that a byte order mark shows, else UTF-8."""
        message = Message()
        message["content-type"] = self.headers.get("content-type", "")
        declared = message.get_content_charset()
        if declared in _DEFAULTS and (self.content_type.endswith("json") or _SAYS_UTF8.search(self.body[:1024])):
            # What servers add for want of anything better; JSON is UTF-8 (RFC 8259), and so is what says it itself.
            return "utf-8"
        if declared:
            return declared
        for bom, name in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
            if self.body.startswith(bom):
                return name
        return "utf-8"

    @cached_property
    def text(self) -> str:
        """The decoded body, verbatim.

        Raises:
            BadResponse: The body is not valid in its charset.
        """
        try:
            return self.body.decode(self.charset)
        except UnicodeDecodeError as error:
            raise self._bad(f"the body is not valid {self.charset} at byte {error.start}") from error
        except (LookupError, ValueError):
            return self._decode_utf8(f"unknown charset {excerpt(self.charset, 40)!r}, and")

    def _decode_utf8(self, why: str) -> str:
        try:
            return self.body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise self._bad(f"{why} the body is not valid UTF-8 at byte {error.start}") from error

    @cached_property
    def json(self) -> Any:
        """The body as JSON.

        Raises:
            BadResponse: It is not JSON; the message says what came instead.
        """
        try:
            return orjson.loads(self.text.removeprefix("\ufeff"))
        except orjson.JSONDecodeError as error:
            what = (
                "HTML" if self.text.lstrip()[:1] == "<" else f"{len(self.body)} bytes of {self.content_type or 'text'}"
            )
            where = f"line {error.lineno}, column {error.colno}"
            raise self._bad(f"JSON was promised, {what} came ({where}): {excerpt(self.text, 60)!r}") from error

    def at(self, pointer: str, default: Any = MISSING, *, kind: type | tuple[type, ...] = object) -> Any:
        """Return the JSON value at a pointer such as ``/query/pages/0``.

        Args:
            pointer: JSON pointer (RFC 6901).
            default: What to return where nothing is there.
            kind: What the value must be, such as ``str`` or ``(list, dict)``.

        Raises:
            LayoutChanged: Nothing is there and no default was given, or what is there is of another kind.
        """
        value = resolve(self.json, pointer, MISSING)
        if value is MISSING:
            if default is MISSING:
                raise self.failure(LayoutChanged, f"{pointer} is missing in the answer")
            return default
        if not isinstance(value, kind):
            raise self.failure(LayoutChanged, f"{pointer} is {type(value).__name__} in the answer")
        return value

    def failure(self, kind: type[SpringheadError], message: str) -> SpringheadError:
        """Make an error about this answer: its address and status, and Retry-After where one can wait.

        Args:
            kind: Which error of the tree.
            message: What the answer says.
        """
        message = f"{self.request.host}: {message}"
        if issubclass(kind, (RateLimited, Unavailable)):
            wait = parse_retry_after(self.headers.get("retry-after"), self.fetched_at)
            return kind(message, retry_after=wait, url=self.url, status=self.status)
        return kind(message, url=self.url, status=self.status)

    def _bad(self, message: str) -> SpringheadError:
        return self.failure(BadResponse, message)
