from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
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
from springhead.http import Request, Response
from springhead.http.google import judge_google

RPC = "type.googleapis.com/google.rpc."
STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
MINUTE = (
    "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service 's.googleapis.com'."
)
DAY = "Quota exceeded for quota metric 'Queries' and limit 'Queries per day' of service 's'."


def answer(body: Any, status: int = 200, **headers: str) -> Response:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {"content-type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    request = Request.build("GET", "https://www.googleapis.com/x")
    return Response(request, status, named, data, datetime(2026, 11, 22, 9, tzinfo=UTC), authenticated=True)


def old(code: int, reason: str, message: str = "Some words", **more: str) -> dict[str, Any]:
    """The layout that YouTube still has in places."""
    one = {"domain": "usageLimits", "reason": reason, "message": message, **more}
    return {"error": {"errors": [one], "code": code, "message": message}}


def new(code: int, reason: str, message: str = "Some words", *details: dict[str, Any]) -> dict[str, Any]:
    """The layout of google.rpc, with the older members beside it."""
    one = {"message": message, "domain": "global", "reason": reason}
    return {
        "error": {"code": code, "message": message, "errors": [one], "status": STATUS[code], "details": list(details)}
    }


def bare(code: int, message: str = "Some words", *details: dict[str, Any]) -> dict[str, Any]:
    """The layout of google.rpc alone, as newer services have it."""
    return {"error": {"code": code, "message": message, "status": STATUS[code], "details": list(details)}}


def info(reason: str, **metadata: str) -> dict[str, Any]:
    return {"@type": f"{RPC}ErrorInfo", "reason": reason, "domain": "googleapis.com", "metadata": metadata}


def violated(**violation: str) -> dict[str, Any]:
    return {"@type": f"{RPC}QuotaFailure", "violations": [violation]}


def judged(body: Any, status: int, **headers: str) -> SpringheadError:
    with pytest.raises(SpringheadError) as caught:
        judge_google(answer(body, status, **headers))
    return caught.value


REASONS = [
    ("quotaExceeded", 403, QuotaExceeded),
    ("dailyLimitExceeded", 403, QuotaExceeded),
    ("rateLimitExceeded", 403, RateLimited),
    ("rateLimitExceeded", 429, RateLimited),
    ("userRateLimitExceeded", 403, RateLimited),
    ("servingLimitExceeded", 403, RateLimited),
    ("dailyLimitExceededUnreg", 403, AuthFailed),
    ("keyInvalid", 400, AuthFailed),
    ("keyExpired", 400, AuthFailed),
    ("accessNotConfigured", 403, AuthFailed),
    ("ipRefererBlocked", 403, AuthFailed),
    ("forbidden", 403, AuthFailed),
    ("authError", 401, AuthFailed),
    ("required", 401, AuthFailed),
    ("required", 400, InvalidRequest),
    ("badRequest", 400, InvalidRequest),
    ("invalidParameter", 400, InvalidRequest),
    ("notFound", 404, NotFound),
    ("backendError", 503, Unavailable),
    ("internalError", 500, Unavailable),
]


@pytest.mark.parametrize("layout", [old, new])
@pytest.mark.parametrize(("reason", "status", "kind"), REASONS)
def test_every_reason_means_the_same_in_both_layouts(layout: Any, reason: str, status: int, kind: type) -> None:
    error = judged(layout(status, reason), status)
    assert type(error) is kind
    assert error.message.startswith("www.googleapis.com: Some words (")
    assert reason in error.message
    assert error.status == status


@pytest.mark.parametrize("layout", [old, new])
@pytest.mark.parametrize(("reason", "status", "kind"), REASONS)
def test_an_error_that_comes_with_200_is_one_all_the_same(layout: Any, reason: str, status: int, kind: type) -> None:
    assert type(judged(layout(status, reason), 200)) is kind


LIMITS = [
    (new(429, "rateLimitExceeded", DAY), QuotaExceeded),
    (new(429, "rateLimitExceeded", MINUTE), RateLimited),
    (bare(429, DAY), QuotaExceeded),
    (bare(429, MINUTE), RateLimited),
    (bare(429, "Resource has been exhausted (e.g. check quota)."), RateLimited),
    (bare(429, "Too much", info("RATE_LIMIT_EXCEEDED", quota_limit="DefaultPerDayPerProject")), QuotaExceeded),
    (bare(429, "Too much", info("RATE_LIMIT_EXCEEDED", quota_limit="defaultPerMinutePerProject")), RateLimited),
    (bare(429, "Too much", info("RATE_LIMIT_EXCEEDED", quota_unit="1/d/{project}")), QuotaExceeded),
    (bare(429, "Too much", info("RATE_LIMIT_EXCEEDED", quota_unit="1/min/{project}/{user}")), RateLimited),
    (bare(429, "Too much", violated(description="Limit 'Queries per day' was exceeded")), QuotaExceeded),
    (bare(429, "Too much", violated(quotaId="QueriesPerDayPerProject-FreeTier")), QuotaExceeded),
    (bare(429, "Too much", violated(quotaId="QueriesPerMinutePerProject-FreeTier")), RateLimited),
    (bare(429, "Too much", violated(description="Queries per 100 seconds per user")), RateLimited),
    (bare(429, "Too much"), RateLimited),
    (old(403, "userRateLimitExceeded", "Daily Limit Exceeded"), QuotaExceeded),
    (old(403, "quotaExceeded", "Some words", debugInfo="?metric=x&limit=defaultPerDayPerProject"), QuotaExceeded),
    (old(403, "quotaExceeded", "Some words", debugInfo="?metric=x&limit=defaultPerMinutePerUser"), RateLimited),
    ({"error": {"code": 403, "message": "Daily Limit Exceeded. The quota will be reset at midnight"}}, QuotaExceeded),
]  # fmt: skip


@pytest.mark.parametrize(("body", "kind"), LIMITS)
def test_a_limit_of_a_day_is_told_from_one_of_a_minute(body: dict[str, Any], kind: type) -> None:
    assert type(judged(body, body["error"]["code"])) is kind


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (
            new(400, "badRequest", "API key not valid. Please pass a valid one.", info("API_KEY_INVALID")),
            AuthFailed,
        ),
        (bare(400, "API key not valid. Please pass a valid API key."), AuthFailed),
        (bare(400, "API key expired. Please renew the API key.", info("API_KEY_INVALID")), AuthFailed),
        (bare(403, "Requests from referer <empty> are blocked.", info("API_KEY_HTTP_REFERRER_BLOCKED")), AuthFailed),
        (bare(403, "It is disabled.", info("SERVICE_DISABLED")), AuthFailed),
        (new(403, "forbidden", "Method doesn't allow unregistered callers."), AuthFailed),
        (bare(503, "The service is currently unavailable."), Unavailable),
        ({"error": {"code": 409, "message": "The operation was aborted.", "status": "ABORTED"}}, Unavailable),
        (bare(404, "Requested entity was not found."), NotFound),
        (bare(404, "Method not found."), InvalidRequest),
        (bare(400, "Request contains an invalid argument."), InvalidRequest),
        ([bare(403, "Some words", info("SERVICE_DISABLED"))], AuthFailed),
        ({"error": "invalid_grant", "error_description": "Bad Request"}, InvalidRequest),
        ({"error": {}}, InvalidRequest),
    ],
)
def test_further_forms(body: Any, kind: type) -> None:
    error = body[0]["error"] if isinstance(body, list) else body["error"]
    status = error.get("code", 400) if isinstance(error, dict) else 400
    assert type(judged(body, status)) is kind


def test_a_source_may_add_reasons_and_they_come_first() -> None:
    for layout in (old, new):
        with pytest.raises(NotFound, match=r"Some words \(channelForbidden"):
            judge_google(answer(layout(403, "channelForbidden"), 403), {"channelForbidden": NotFound})


def test_the_wait_of_retry_info_is_taken_where_there_is_no_header() -> None:
    body = bare(429, MINUTE, {"@type": f"{RPC}RetryInfo", "retryDelay": "21.5s"})
    error = judged(body, 429)
    assert isinstance(error, RateLimited)
    assert error.retry_after == 21.5
    said = judged(body, 429, retry_after="3")
    assert isinstance(said, RateLimited)
    assert said.retry_after == 3.0
    nonsense = judged(bare(429, MINUTE, {"@type": f"{RPC}RetryInfo", "retryDelay": "-9e99s"}), 429)
    assert isinstance(nonsense, RateLimited)
    assert nonsense.retry_after is None


def test_messages_are_plain_text_on_one_line() -> None:
    error = judged(old(403, "quotaExceeded", 'exceeded your <a href="/x#quota">quota</a>.\r\n\x1b[31mforged'), 403)
    assert error.message == "www.googleapis.com: exceeded your quota. [31mforged (quotaExceeded)"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, BadResponse),
        (404, BadResponse),
        (410, BadResponse),
        (403, Blocked),  # whatever says no with a page has not looked at the key
        (429, RateLimited),
        (502, Unavailable),
    ],
)
def test_html_never_passes_for_an_answer(status: int, kind: type) -> None:
    page = b"<!DOCTYPE html><title>Fehler</title><p>Das ist ein Fehler."
    assert type(judged(page, status, content_type="text/html")) is kind


@pytest.mark.parametrize("status", [200, 403, 429, 503])
def test_the_question_whether_we_are_a_robot_is_a_block_in_any_language(status: int) -> None:
    page = b'<html><form action="https://www.google.com/sorry/index"><div class="g-recaptcha"></div></form></html>'
    assert type(judged(page, status, content_type="text/html")) is Blocked


@pytest.mark.parametrize("status", [200, 403, 429, 503])
@pytest.mark.parametrize("address", ["websearch/answer/86640", "websearch/bin/answer.py?hl=de&amp;answer=86640"])
def test_so_is_the_page_that_takes_us_for_one_without_asking(status: int, address: str) -> None:
    page = f'<html><title>Sorry...</title><p>text<a href="https://support.google.com/{address}">Hilfe</a></html>'
    assert type(judged(page.encode(), status, content_type="text/html")) is Blocked


@pytest.mark.parametrize("body", [b"", b"{", b'{"error": ', "é".encode("latin-1"), b"null{}"])
def test_what_is_no_json_is_said(body: bytes) -> None:
    assert type(judged(body, 200)) is BadResponse


def test_a_404_that_says_nothing_is_not_not_found() -> None:
    assert type(judged({}, 404)) is BadResponse
    assert type(judged([], 410)) is BadResponse
    # Google says what is missing in an object; a proxy or a stranger says "gone", and that is nobody's absence.
    assert type(judged({"error": "gone"}, 410)) is BadResponse
    assert type(judged({"error": "not found"}, 404)) is BadResponse


@pytest.mark.parametrize("body", [{}, [], None, "error", {"items": []}, {"error": None}])
def test_a_good_answer_passes(body: Any) -> None:
    judge_google(answer(body))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
ERROR = st.fixed_dictionaries(
    {},
    optional={
        "code": JSON,
        "message": JSON,
        "status": JSON | st.sampled_from(sorted(STATUS.values())),
        "errors": JSON | st.lists(st.fixed_dictionaries({}, optional={"reason": JSON, "message": JSON}), max_size=2),
        "details": JSON
        | st.lists(
            st.fixed_dictionaries({}, optional=dict.fromkeys(("reason", "metadata", "violations", "retryDelay"), JSON)),
            max_size=2,
        ),
    },
)


@given(ERROR | JSON.filter(lambda value: value is not None), st.sampled_from([200, 400, 403, 404, 410, 429, 500]))
def test_no_error_passes_and_none_breaks_the_judge(error: Any, status: int) -> None:
    found = judged({"error": error}, status)
    assert found.url == "https://www.googleapis.com/x"
    assert "\n" not in found.message
