"""Parameters, errors and the two result formats of the MediaWiki action API."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from springhead_demo.simulator.messages import Response, json_response, text_response

_HELP = "https://{host}/w/api.php"
_LISTINFO = "https://lists.wikimedia.org/postorius/lists/mediawiki-api-announce.lists.wikimedia.org/"
SERVER = "mw-api-ext.simulated"


class ApiError(Exception):
    """An error that the action API reports in its body.

    Args:
        code: The machine-readable code.
        info: The sentence that explains it.
        extra: Further members of the error object.
    """

    def __init__(self, code: str, info: str, **extra: Any) -> None:
        super().__init__(info)
        self.code = code
        self.extra = extra


def multi(value: str | None, limit: int = 50, name: str = "titles") -> list[str]:
    """Split a multi-value parameter at pipes (or, after a leading U+001F, at that character).

    Raises:
        ApiError: There are more values than the limit.
    """
    if not value:
        return []
    values = value[1:].split("\x1f") if value[0] == "\x1f" else value.split("|")
    if len(values) > limit:
        info = f'Too many values supplied for parameter "{name}". The limit is {limit}.'
        raise ApiError("toomanyvalues", info, parameter=name, limit=limit, lowlimit=limit, highlimit=limit * 10)
    return list(dict.fromkeys(values))


def limit_of(params: dict[str, str], name: str, default: int, most: int) -> int:
    """Read a limit, which may be `max`; values outside the range are clamped.

    Raises:
        ApiError: The value is no integer.
    """
    raw = params.get(name, "")
    if not raw:
        return default
    return most if raw == "max" else max(1, min(most, integer(name, raw)))


def integer(name: str, raw: str) -> int:
    """Read an integer parameter.

    Raises:
        ApiError: The value is none.
    """
    if not raw.removeprefix("-").isdecimal() or len(raw) > 12:
        raise ApiError("badinteger", f'Invalid value "{raw}" for integer parameter "{name}".')
    return int(raw)


def required(params: dict[str, str], name: str) -> str:
    """Read a parameter that must be there.

    Raises:
        ApiError: It is absent or empty.
    """
    if not params.get(name):
        raise ApiError("missingparam", f'The "{name}" parameter must be set.')
    return params[name]


def finish(value: dict[str, Any], params: dict[str, str]) -> Response:
    """Encode a result, built in the shape of format version 2, as the request wants it."""
    if params.get("format") != "json":
        # Without a format the real API answers people: a page with the JSON in it.
        shown = escape(json.dumps(value, ensure_ascii=False, indent=4))
        text = f"<!DOCTYPE html>\n<html><head><title>API result</title></head><body><pre>{shown}</pre></body></html>\n"
        return text_response(text, 200, "text/html; charset=utf-8")
    if params.get("formatversion") in ("2", "latest"):
        return json_response(value, ascii_only="ascii" in params)
    return json_response(to_version_1(value), ascii_only="utf8" not in params)


def to_version_1(value: Any) -> Any:
    """Turn a result into format version 1: true becomes an empty string, false disappears, pages are keyed by id."""
    if isinstance(value, list):
        return [to_version_1(item) for item in value]
    if not isinstance(value, dict):
        return value
    result: dict[str, Any] = {}
    for key, item in value.items():
        if item is True:
            result[key] = ""
        elif item is False:
            continue
        elif key == "pages" and isinstance(item, list):
            result[key] = _keyed(item)
        elif key == "langlinks":
            result[key] = [{("*" if name == "title" else name): part for name, part in link.items()} for link in item]
        elif key in ("warnings", "error") and isinstance(item, dict):
            result[key] = _starred(item)
        else:
            result[key] = to_version_1(item)
    return result


def _keyed(pages: list[dict[str, Any]]) -> dict[str, Any]:
    keyed, absent = {}, 0
    for page in pages:
        if "pageid" not in page:
            absent -= 1
        keyed[str(page.get("pageid", absent))] = to_version_1(page)
    return keyed


def _starred(value: dict[str, Any]) -> dict[str, Any]:
    return {
        ("*" if key in ("warnings", "docref") else key): _starred(item) if isinstance(item, dict) else item
        for key, item in value.items()
    }


def error_response(
    error: ApiError, host: str, params: dict[str, str], headers: dict[str, str] | None = None
) -> Response:
    """Report an error as the action API does: with status 200 and a header that names the code."""
    docref = (
        f"See {_HELP.format(host=host)} for API usage. Subscribe to the mediawiki-api-announce mailing list at "
        f"&lt;{_LISTINFO}&gt; for notice of API deprecations and breaking changes."
    )
    body = {"error": {"code": error.code, "info": str(error), **error.extra, "docref": docref}, "servedby": SERVER}
    response = finish(body, {**params, "format": "json"})
    response.headers.update({"MediaWiki-API-Error": error.code, **(headers or {})})
    return response
