"""Requests and responses of the simulator, independent of the socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

MAX_FIELDS = 500
"""Query fields that one request may have."""


class BadRequest(Exception):
    """The bytes are no request that this server understands."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Request:
    """A parsed request; header names are in lower case, and of a repeated query field the last counts."""

    method: str
    target: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""


@dataclass(slots=True)
class Response:
    """An answer before it is encoded.

    Attributes:
        truncated: Whether it loses the second half of its body on the way.
        wire: What writes to the connection instead, for what HTTP has no form for; the connection closes then.
    """

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    truncated: bool = False
    wire: Callable[[asyncio.StreamWriter], Awaitable[None]] | None = None


def parse_fields(text: str) -> dict[str, str]:
    """Parse a query or form; broken percent-encoding becomes replacement characters, as lenient servers do.

    Raises:
        BadRequest: There are too many fields.
    """
    try:
        return dict(parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=MAX_FIELDS))
    except ValueError as error:
        raise BadRequest(400, "too many query fields") from error


def parse_head(head: bytes) -> tuple[Request, str]:
    """Parse a request line and headers; also return the HTTP version.

    Raises:
        BadRequest: The request line or a header is malformed.
    """
    lines = head.decode("latin-1").split("\r\n")
    parts = lines[0].split(" ")
    if len(parts) != 3 or not parts[0].isalpha() or not parts[1].startswith("/"):
        raise BadRequest(400, "malformed request line")
    method, target, version = parts
    if version not in ("HTTP/1.1", "HTTP/1.0"):
        raise BadRequest(505, "only HTTP/1.0 and HTTP/1.1 are spoken here")
    headers: dict[str, str] = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not line:
            continue
        if not colon or not name or name != name.strip():
            raise BadRequest(400, "malformed header")
        headers[name.lower()] = value.strip()
    raw_path, _, raw_query = target.partition("?")
    path = unquote(raw_path, errors="replace")
    return Request(method, target, path, parse_fields(raw_query), headers), version


def json_response(
    value: Any, status: int = 200, *, content_type: str = "application/json; charset=utf-8", ascii_only: bool = False
) -> Response:
    """Encode a value as a JSON response."""
    # A lone surrogate (possible in a subject list read from JSON) has no UTF-8 form.
    body = json.dumps(value, ensure_ascii=ascii_only, separators=(",", ":")).encode("utf-8", "replace")
    return Response(status, body, {"Content-Type": content_type})


def text_response(text: str, status: int, content_type: str = "text/plain; charset=utf-8") -> Response:
    """Encode text as a response."""
    return Response(status, text.encode(), {"Content-Type": content_type})
