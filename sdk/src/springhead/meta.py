"""Meta's services (Instagram, Threads): what the answers of the Graph APIs and of the public sites mean.

Errors: https://developers.facebook.com/docs/graph-api/guides/error-handling and
https://developers.facebook.com/docs/instagram-platform/reference/error-codes. The codes decide; ``message`` is always
English and decides where one code means two things; ``error_user_msg`` comes in the reader's language and is not read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from springhead.errors import (
    AuthFailed,
    BadResponse,
    Blocked,
    InvalidRequest,
    LayoutChanged,
    NotFound,
    QuotaExceeded,
    RateLimited,
    SpringheadError,
    Unavailable,
)
from springhead.http.judge import judge_status
from springhead.http.messages import Response, excerpt
from springhead.pointer import resolve
from springhead.profiles import objects
from springhead.walls import refuse

__all__ = ["judge_graph", "judge_page"]

_SUBCODES: dict[int, type[SpringheadError]] = {
    33: NotFound,
    2207013: NotFound,  # no account of that name that may be looked up (business_discovery)
    2207024: NotFound,  # no such hashtag
    2207034: QuotaExceeded,  # 30 hashtags in seven days
}
_CODES: dict[int, type[SpringheadError]] = {
    **dict.fromkeys((1, 2), Unavailable),
    **dict.fromkeys((4, 17, 32, 341, 613, *range(80000, 80015)), RateLimited),
    **dict.fromkeys((3, 10, 101, 102, 104, 190, *range(200, 300), *range(458, 468)), AuthFailed),
    **dict.fromkeys((24, 110, 803), NotFound),
    18: QuotaExceeded,
    368: Blocked,
}
_LACKS_RIGHT = re.compile(r"permission|access requires|requires .*\b(?:token|proof|feature|review)\b|capability", re.I)
_MISSING = re.compile(r"\b(?:user|hashtag|profile)\b.* (?:does not exist|not found|cannot be found)", re.I)
_ERROR_PAGE = re.compile(
    r'"page_?[iI][dD]":\s*"httpErrorPage"|"__dr":\s*"PolarisErrorRoot\.react"|"entry_data":\s*\{"HttpErrorPage"'
)


def judge_graph(response: Response) -> None:
    """Raise the error that an answer of a Graph API means; return for a good one.

    The walls of the sites stand before the API, too, though seldom.
    """
    refuse(response)
    try:
        document = response.json
    except BadResponse:
        if response.status in {200, 400, 404, 410}:  # a proxy's page must not pass for "no such account"
            raise
        document = None
    error = resolve(document, "/error", None)
    if isinstance(error, dict):
        raise _graph_failure(response, error)
    if response.status >= 400 and _exhausted(response):
        raise _waiting(response, f"answered {response.status}, its usage is at 100 %")
    if response.status in {404, 410}:
        raise response.failure(BadResponse, f"answered {response.status} without Graph's own error")
    judge_status(response)
    if not isinstance(document, dict):
        raise response.failure(LayoutChanged, "the answer is no object")


def _graph_failure(response: Response, error: dict[str, Any]) -> SpringheadError:
    code, subcode = error.get("code"), error.get("error_subcode")
    message = excerpt(str(error.get("message") or "an error without a message"))
    words = f"{message} (code {code}{f', subcode {subcode}' if subcode else ''})"
    kind = _SUBCODES.get(subcode) if isinstance(subcode, int) and code in {18, 24, 100, 110} else None
    if subcode == 33 and _is_ours(response, message):
        kind = AuthFailed
    kind = kind or (_CODES.get(code) if isinstance(code, int) else None)
    if kind is None and (error.get("is_transient") is True or response.status >= 500):
        kind = Unavailable
    if kind is None and _LACKS_RIGHT.search(message):
        kind = AuthFailed
    if kind is None and code == 100 and _MISSING.search(message):
        kind = NotFound
    if kind is None and response.status in {401, 403, 429}:
        kind = {401: AuthFailed, 403: AuthFailed, 429: RateLimited}[response.status]
    if kind is RateLimited:
        return _waiting(response, words)
    return response.failure(kind or InvalidRequest, words)


def _is_ours(response: Response, message: str) -> bool:
    """True where the object that Graph misses is our own account or an edge, not somebody who was looked up."""
    path = urlsplit(response.url).path
    missed = re.search(r"'([^']*)'", message)
    edge = path.rpartition("/")[2]
    return "{" in unquote(path) or bool(missed and missed[1] == edge and not edge.isdigit())


def _waiting(response: Response, message: str) -> SpringheadError:
    error = response.failure(RateLimited, message)
    minutes = [use.get("estimated_time_to_regain_access") for use in _usage(response)]
    longest = max((value for value in minutes if isinstance(value, (int, float))), default=0)
    if isinstance(error, RateLimited) and error.retry_after is None and longest > 0:
        error.retry_after = float(longest) * 60
    return error


def _usage(response: Response) -> Iterator[dict[str, Any]]:
    for header in ("x-app-usage", "x-business-use-case-usage"):
        try:
            document = json.loads(response.headers.get(header, "{}"))
        except ValueError:
            continue
        yield from (value for value in objects([document]) if "call_count" in value)


def _exhausted(response: Response) -> bool:
    members = ("call_count", "total_cputime", "total_time")
    return any(isinstance(use.get(m), (int, float)) and use[m] >= 100 for use in _usage(response) for m in members)


def judge_page(response: Response, hosts: Collection[str]) -> None:
    """Raise the error that a public page means by its status or its route; a wall first of all.

    The error page comes with 200, too: for accounts that do not exist, and where strangers are not shown one that does.
    Nobody outside can tell these apart.

    Args:
        response: The answer.
        hosts: Where the site is: what comes from elsewhere is no answer of it.
    """
    refuse(response)
    if response.request.host not in hosts:
        raise response.failure(BadResponse, "is not where we asked: a redirect led there")
    if response.status == 200 and _ERROR_PAGE.search(response.text):
        raise response.failure(NotFound, "shows its error page: no such account, or none that strangers may see")
    if response.status in {401, 403}:  # nobody sent a key: this is no matter of keys
        raise response.failure(Blocked, f"answered {response.status}")
    judge_status(response)
