"""What Google's APIs mean by an error: the Data API of YouTube, Custom Search and their like answer alike.

Three layouts are about, also mixed: the old one (``error.errors[].reason``), the one of google.rpc (``error.status``
and ``error.details`` with ErrorInfo, QuotaFailure and RetryInfo), and a page of HTML from whatever stands in front.

Documented at https://cloud.google.com/apis/design/errors, https://developers.google.com/youtube/v3/docs/errors
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from springhead.errors import (
    AuthFailed,
    BadResponse,
    Blocked,
    InvalidRequest,
    NotFound,
    QuotaExceeded,
    RateLimited,
    SpringheadError,
    Unavailable,
)
from springhead.http.judge import judge_status
from springhead.http.messages import Response, excerpt
from springhead.pointer import resolve

__all__ = ["judge_google"]

_Kind = type[SpringheadError]

#: Reasons that decide, whatever the status says.
_REASONS: dict[str, _Kind] = {
    **dict.fromkeys(("quotaExceeded", "dailyLimitExceeded", "limitExceeded"), QuotaExceeded),
    **dict.fromkeys(
        ("rateLimitExceeded", "userRateLimitExceeded", "concurrentLimitExceeded", "servingLimitExceeded",
         "RATE_LIMIT_EXCEEDED"), RateLimited,
    ),
    # The limits of "unregistered" callers are those of a request without a key.
    **dict.fromkeys(
        ("keyInvalid", "keyExpired", "accessNotConfigured", "ipRefererBlocked", "authError", "expired", "forbidden",
         "insufficientPermissions", "dailyLimitExceededUnreg", "rateLimitExceededUnreg", "userRateLimitExceededUnreg",
         "SERVICE_DISABLED", "CONSUMER_INVALID", "CONSUMER_SUSPENDED", "BILLING_DISABLED"), AuthFailed,
    ),
    **dict.fromkeys(("backendError", "internalError"), Unavailable),
}  # fmt: skip
#: Codes of google.rpc (https://cloud.google.com/apis/design/errors#error_codes), where no reason decides.
_STATUSES: dict[str, _Kind] = {
    "RESOURCE_EXHAUSTED": RateLimited,
    **dict.fromkeys(("PERMISSION_DENIED", "UNAUTHENTICATED"), AuthFailed),
    **dict.fromkeys(("UNAVAILABLE", "INTERNAL", "DEADLINE_EXCEEDED", "ABORTED", "CANCELLED", "UNKNOWN"), Unavailable),
    **dict.fromkeys(("INVALID_ARGUMENT", "FAILED_PRECONDITION", "OUT_OF_RANGE", "UNIMPLEMENTED"), InvalidRequest),
    "NOT_FOUND": NotFound,
}
_CODES: dict[int, _Kind] = {401: AuthFailed, 403: AuthFailed, 404: NotFound, 410: NotFound, 429: RateLimited}
_PER_DAY = re.compile(r"per\s?day|/d/|\bdaily\b|midnight pacific", re.IGNORECASE)
_SHORTER = re.compile(r"per\s?(?:\d+\s?)?(?:second|minute|hour)|/(?:min|s|h)/", re.IGNORECASE)
_EXCEEDED = re.compile(r"(?:quota|limit)\b.*\bexceeded|\bexceeded\b.*\b(?:quota|limit)", re.IGNORECASE)
_KEY = re.compile(r"\bAPI key\b|unregistered callers|missing a valid", re.IGNORECASE)
#: The page that asks whether we are a robot or says that we are one, in any language: both lead to one page of help.
_CHALLENGE = re.compile(rb"google\.com/sorry/|/recaptcha/|/websearch/[\w/.?=&;]{0,99}answer[/=]86640", re.IGNORECASE)


def judge_google(response: Response, reasons: Mapping[str, _Kind] | None = None) -> None:
    """Raise the error that an answer of a Google API means; return for a good one.

    A limit of a day is ``QuotaExceeded``, a shorter one is ``RateLimited``: Google names both alike, and only the
    limit's own name or the message tell them apart.

    Args:
        response: The answer.
        reasons: What further reasons mean for the source, such as ``{"channelNotFound": NotFound}``.

    Raises:
        SpringheadError: What is wrong; ``BadResponse`` for what is no JSON where JSON was promised.
    """
    try:
        document = response.json
    except BadResponse:
        if _CHALLENGE.search(response.body):
            raise response.failure(Blocked, "takes us for a robot") from None
        if response.status in {200, 404, 410}:  # a proxy's page must not pass for "no such thing"
            raise
        judge_status(response)
        raise
    document = document[0] if isinstance(document, list) and document else document
    error = document.get("error") if isinstance(document, dict) else None
    if response.status in {404, 410} and not isinstance(error, dict):  # whose answer is this?
        raise response.failure(BadResponse, f"answered {response.status} without saying what is missing")
    if error is None:
        judge_status(response)
        return
    words = _words(error)
    kind = _kind(error, words, {**_REASONS, **(reasons or {})}, response.status)
    said = _said(document, error)
    failure = response.failure(kind, f"{said or 'an error without a message'} ({', '.join(words) or response.status})")
    if isinstance(failure, (RateLimited, Unavailable)) and failure.retry_after is None:
        failure.retry_after = _retry_delay(error)
    raise failure


def _kind(error: Any, words: list[str], reasons: Mapping[str, _Kind], status: int) -> _Kind:
    message = str(resolve(error, "/message", ""))
    code = resolve(error, "/code", status)
    known = [reasons[word] for word in words if word in reasons]
    if any(word.startswith("API_KEY_") for word in words) or (not known and _KEY.search(message)):
        kind: _Kind = AuthFailed
    elif message.startswith("Method not found"):
        kind = InvalidRequest  # the API has no such address: that says nothing about the subject
    elif known:
        kind = known[0]
    elif _EXCEEDED.search(message):
        kind = QuotaExceeded
    else:
        by_status = [_STATUSES[word] for word in words if word in _STATUSES]
        kind = by_status[0] if by_status else _of_code(code if isinstance(code, int) else status)
    return _by_period(kind, error, message)


def _by_period(kind: _Kind, error: Any, message: str) -> _Kind:
    """Tell the limits of a day from those of a minute."""
    if kind not in (QuotaExceeded, RateLimited):
        return kind
    limits = " ".join([*_limits(error), message])
    if _SHORTER.search(limits):
        return RateLimited
    return QuotaExceeded if _PER_DAY.search(limits) else kind


def _of_code(code: int) -> _Kind:
    return Unavailable if code >= 500 or code in {408, 409} else _CODES.get(code, InvalidRequest)


def _words(error: Any) -> list[str]:
    """Reasons and status, the most telling first, each once."""
    found = [
        *(resolve(detail, "/reason", None) for detail in _list(error, "details")),
        *(resolve(one, "/reason", None) for one in _list(error, "errors")),
        resolve(error, "/status", None),
        error,  # OAuth: {"error": "invalid_grant"}
    ]
    return list(dict.fromkeys(excerpt(word, 60) for word in found if isinstance(word, str) and word))


def _limits(error: Any) -> Iterator[str]:
    """Names of the limits that were exceeded, in the forms of ErrorInfo, QuotaFailure and YouTube's debugInfo."""
    for detail in [*_list(error, "details"), *_list(error, "errors")]:
        for violation in _list(detail, "violations"):
            yield from (str(resolve(violation, f"/{key}", "")) for key in ("quotaId", "description", "subject"))
        for pointer in ("/metadata/quota_limit", "/metadata/quota_unit", "/debugInfo", "/message"):
            yield str(resolve(detail, pointer, ""))


def _list(value: Any, member: str) -> list[Any]:
    found = resolve(value, f"/{member}", None)
    return found if isinstance(found, list) else []


def _said(document: Any, error: Any) -> str:
    texts = (
        resolve(error, "/message", None),
        resolve(error, "/errors/0/message", None),
        resolve(document, "/error_description", None),
    )
    plain = (re.sub(r"<[^>]*>", "", text) for text in texts if isinstance(text, str))
    return next((excerpt(text) for text in plain if text.strip()), "")


def _retry_delay(error: Any) -> float | None:
    """Seconds of a RetryInfo, such as ``"30s"`` or ``"0.5s"``."""
    for detail in _list(error, "details"):
        delay = re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?)s", str(resolve(detail, "/retryDelay", "")))
        if delay:
            return float(delay[1])
    return None
