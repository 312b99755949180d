"""What a status means, where a source does not say otherwise."""

from __future__ import annotations

from springhead.errors import (
    AuthFailed,
    BadResponse,
    Blocked,
    InvalidRequest,
    NotFound,
    RateLimited,
    SpringheadError,
    Unavailable,
)
from springhead.http.messages import Response, excerpt
from springhead.pointer import resolve

__all__ = ["judge_status", "said"]

#: Where APIs put the sentence that explains an error.
_MESSAGES = ("/status_message", "/error/message", "/error/info", "/errors/0/text", "/errors/0", "/message", "/error")


def said(response: Response) -> str:
    """The source's own words about an error, short and on one line; empty where there are none."""
    try:
        document = response.json
    except SpringheadError:
        return ""
    for pointer in _MESSAGES:
        text = resolve(document, pointer, None)
        if isinstance(text, str) and text:
            return excerpt(text)
    return ""


def judge_status(response: Response) -> None:
    """Raise the error that a status means; return for 2xx."""
    status = response.status
    if 200 <= status < 300:
        return
    words = said(response)
    raise response.failure(
        _kind(status, response.authenticated and not _is_page(response)),
        f"answered {status}" + (f": {words}" if words else ""),
    )


def _is_page(response: Response) -> bool:
    """True for HTML: whatever stands before an API says no with a page, and has not looked at the key."""
    return response.content_type == "text/html" and response.body.lstrip()[:1] == b"<"


def _kind(status: int, has_key: bool) -> type[SpringheadError]:
    if status == 429:
        return RateLimited
    if status in {408, 425} or status >= 500:
        return Unavailable
    if status in {400, 422}:
        return InvalidRequest
    if status == 401 or (status == 403 and has_key):
        return AuthFailed
    if status in {403, 451}:
        return Blocked
    return NotFound if status in {404, 410} else BadResponse
