"""What a failing source answers."""

from __future__ import annotations

import math
import time
from email.utils import formatdate
from typing import Any

from springhead_demo.simulator import outages
from springhead_demo.simulator.dice import Dice
from springhead_demo.simulator.messages import Request, Response, json_response, text_response
from springhead_demo.simulator.tmdb import status_response
from springhead_demo.simulator.wikiparams import ApiError, error_response

TMDB = "api.themoviedb.org"

_REASONS = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable"}
_HTML = (
    '<!DOCTYPE html>\n<html lang="en">\n<head><title>{title}</title></head>\n'
    "<body><h1>{title}</h1>\n<p>{text}</p></body>\n</html>\n"
)
_RETRY_SHARE = 0.34


def is_wiki(host: str) -> bool:
    """Return whether a host is one of Wikimedia's."""
    return host.endswith((".wikipedia.org", ".wikidata.org"))


def _retry_after(dice: Dice, seconds: int, key: tuple[object, ...]) -> str:
    if dice.chance(0.5, "as date", *key):
        # Dates have whole seconds: rounding up keeps the wait at least as long as the delta form's.
        return formatdate(math.ceil(time.time()) + seconds, usegmt=True)
    return str(seconds)


def rate_limited(host: str, path: str, request: Request, dice: Dice, seconds: int, *key: object) -> Response:
    """Answer that there were too many requests; all but a few say for how long."""
    if host != TMDB and not is_wiki(host):
        return outages.rate_limited(host, path, request, dice, seconds, *key)
    if host == TMDB:
        response = status_response(429, 25, "Your request count (41) is over the allowed limit of (40).")
    else:
        text = "You are making too many requests. Please slow down and set an informative User-Agent."
        page = _HTML.format(title="Wikimedia Error: 429 Too Many Requests", text=text)
        response = text_response(page, 429, "text/html; charset=utf-8")
    response.headers["Retry-After"] = _retry_after(dice, seconds, key)
    return response


def server_error(host: str, params: dict[str, str], dice: Dice, seconds: int, *key: object) -> Response:
    """Answer 500, 502 or 503; a MediaWiki request that offers `maxlag` is rather told of lag."""
    if is_wiki(host) and "maxlag" in params:
        lag = 5 + dice.between(1, 4000, "lag", *key) / 1000
        facts: dict[str, Any] = {"host": "db1234", "lag": lag, "type": "db"}
        error = ApiError("maxlag", f"Waiting for {facts['host']}: {lag} seconds lagged.", **facts)
        headers = {"Retry-After": str(seconds), "X-Database-Lag": str(int(lag))}
        return error_response(error, host, params, headers)
    status = dice.pick((500, 502, 503), "status", *key)
    reason = _REASONS[status]
    if dice.chance(0.5, "html", *key):
        page = _HTML.format(
            title=f"{status} {reason}", text="The server is temporarily unable to service your request."
        )
        response = text_response(page, status, "text/html; charset=utf-8")
    elif host == TMDB:
        response = status_response(status, 11, "Internal error: Something went wrong, contact TMDb.")
    elif not is_wiki(host):
        response = outages.server_error(host, status)
    else:
        name = f"internal_api_error_{reason.replace(' ', '')}"
        body = {
            "error": {"code": name, "info": f"[sim] Caught exception of type {reason}"},
            "servedby": "mw-api-ext.simulated",
        }
        response = json_response(body, status)
    if dice.chance(_RETRY_SHARE, "retry after", *key):
        response.headers["Retry-After"] = _retry_after(dice, seconds, key)
    return response


def malformed(response: Response, dice: Dice, url: str) -> Response:
    """Break a good JSON answer: cut it in the middle, or put a page where JSON was promised."""
    if dice.chance(0.5, "cut", url):
        return Response(200, response.body[: len(response.body) // 2], response.headers)
    page = _HTML.format(title="Please stand by", text="We are checking your browser.")
    return Response(200, page.encode(), response.headers)
