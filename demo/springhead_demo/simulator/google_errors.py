"""Answers in the form of Google's APIs, which have had two layouts of errors side by side for years.

The old layout has `errors`, `code` and `message`; the newer one adds `status` and `details` of google.rpc.
Documented at https://cloud.google.com/apis/design/errors and https://developers.google.com/youtube/v3/docs/errors
"""

from __future__ import annotations

import json
from typing import Any, Literal

from springhead_demo.simulator.messages import Response

Layout = Literal["old", "new"]

_STATUS = {400: "INVALID_ARGUMENT", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 429: "RESOURCE_EXHAUSTED"}
_RPC = "type.googleapis.com/google.rpc."


def google_response(value: Any, status: int = 200) -> Response:
    """Encode a value as Google does: indented, with less-than signs escaped as in JavaScript."""
    text = json.dumps(value, ensure_ascii=False, indent=2).replace("<", "\\u003c").replace(">", "\\u003e")
    return Response(
        status, text.encode("utf-8", "replace") + b"\n", {"Content-Type": "application/json; charset=UTF-8"}
    )


def google_error(
    code: int,
    reason: str,
    message: str,
    *,
    domain: str = "global",
    layout: Layout = "new",
    details: list[dict[str, Any]] | None = None,
    extra: dict[str, str] | None = None,
) -> Response:
    """Answer with an error of the documented envelope; `extra` are further members of its first entry."""
    first = {"message": message, "domain": domain, "reason": reason, **(extra or {})}
    if layout == "old":
        old = {"domain": domain, "reason": reason, "message": message, **(extra or {})}
        return google_response({"error": {"errors": [old], "code": code, "message": message}}, code)
    error: dict[str, Any] = {
        "code": code,
        "message": message,
        "errors": [first],
        "status": _STATUS.get(code, "UNKNOWN"),
    }
    if details:
        error["details"] = details
    return google_response({"error": error}, code)


def error_info(reason: str, service: str, **metadata: str) -> dict[str, Any]:
    """Return a `google.rpc.ErrorInfo` detail."""
    return {
        "@type": f"{_RPC}ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": {"service": service, **metadata},
    }


def help_link(description: str, url: str) -> dict[str, Any]:
    """Return a `google.rpc.Help` detail."""
    return {"@type": f"{_RPC}Help", "links": [{"description": description, "url": url}]}


def key_fault(key: str, service: str) -> Response | None:
    """Return the answer to a request whose key is missing or wrong; every other key is taken.

    Keys that start with `invalid` are unknown, with `disabled` belong to a project without this API, with `referer` are
    restricted to a web site.
    """
    if not key:
        message = (
            "Method doesn't allow unregistered callers (callers without established identity). "
            "Please use API Key or other form of API consumer identity to call this API."
        )
        return google_error(403, "forbidden", message)
    if key.startswith("invalid"):
        details = [error_info("API_KEY_INVALID", service)]
        return google_error(400, "badRequest", "API key not valid. Please pass a valid API key.", details=details)
    if key.startswith("disabled"):
        return not_enabled(service)
    if key.startswith("referer"):
        message = "Requests from referer <empty> are blocked."
        details = [error_info("API_KEY_HTTP_REFERRER_BLOCKED", service, consumer="projects/123456789012")]
        return google_error(403, "forbidden", message, details=details)
    return None


def not_enabled(service: str) -> Response:
    """Answer that the project has not switched the API on."""
    url = f"https://console.developers.google.com/apis/api/{service}/overview?project=123456789012"
    message = (
        f"{service} has not been used in project 123456789012 before or it is disabled. Enable it by visiting {url} "
        "then retry. If you enabled this API recently, wait a few minutes for the action to propagate."
    )
    details = [
        help_link("Google developers console API activation", url),
        error_info("SERVICE_DISABLED", service, consumer="projects/123456789012"),
    ]
    extra = {"extendedHelp": "https://console.developers.google.com"}
    return google_error(403, "accessNotConfigured", message, domain="usageLimits", details=details, extra=extra)


def per_minute(service: str, layout: Layout = "new") -> Response:
    """Answer that there were too many requests in a short time; waiting a little helps."""
    if layout == "old":
        return google_error(
            403, "userRateLimitExceeded", "User Rate Limit Exceeded", domain="usageLimits", layout="old"
        )
    message = f"Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service '{service}'."
    details = [
        error_info(
            "RATE_LIMIT_EXCEEDED",
            service,
            quota_location="global",
            consumer="projects/123456789012",
            quota_limit_value="100",
            quota_metric=f"{service}/requests",
            quota_limit="DefaultPerMinutePerProject",
        )
    ]
    return google_error(429, "rateLimitExceeded", message, details=details)
