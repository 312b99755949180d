"""HAR 1.2: the one format of fixtures, as browsers save it and Playwright records and replays it.

Bodies are read inline (text or base64) or from a file beside the HAR (``_file``, as Playwright writes it); our own
recorder always puts them beside it, as the bytes that came. Requests match on method, URL and body, after secrets are
stripped; the order of query parameters does not matter.
"""

from __future__ import annotations

import base64
import binascii
import difflib
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import orjson

from springhead.clock import Clock
from springhead.errors import BudgetExceeded, ConfigError
from springhead.http.messages import RawResponse, Request, Transport

__all__ = ["RecordingTransport", "ReplayTransport", "body_name", "read_har", "write_har"]

#: Query parameters that carry keys at one service or another; never kept, never matched.
SECRET_PARAMS = frozenset(
    {"api_key", "apikey", "key", "access_token", "token", "client_secret", "appsecret_proof", "cx"}
)
#: Response headers that replay needs. Everything else (cookies, the client's address) is not ours to keep.
KEPT_HEADERS = (
    "content-type",
    "etag",
    "last-modified",
    "retry-after",
    "location",
    "cache-control",
    "content-language",
    "link",
)
#: What browsers write where the server did not say.
_UNKNOWN = "x-unknown"
_EXTENSIONS = {"application/json": "json", "text/html": "html", "text/plain": "txt", "text/xml": "xml"}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One recorded request and its answer."""

    request: Request
    response: RawResponse
    started: str = ""


def strip_secrets(url: str) -> str:
    """Return a URL without user info, fragment and the parameters that carry keys."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path or "/", _strip(parts.query), ""))


def _strip(query: str) -> str:
    return urlencode([(k, v) for k, v in parse_qsl(query, keep_blank_values=True) if k.lower() not in SECRET_PARAMS])


def _strip_body(body: str, media_type: str) -> bytes:
    """A request's body without the keys that a form carries."""
    return (_strip(body) if media_type.startswith("application/x-www-form-urlencoded") else body).encode()


def _key(request: Request) -> tuple[str, str, tuple[tuple[str, str], ...], str]:
    parts = urlsplit(strip_secrets(request.url))
    query = tuple(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    address = f"{parts.scheme}://{parts.netloc.lower()}{parts.path}"
    body = request.body
    if body and request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        body = _strip(body.decode("utf-8", "replace")).encode()
    return request.method, address, query, hashlib.sha256(body).hexdigest()


def read_har(path: Path) -> list[Exchange]:
    """Read a HAR file.

    Raises:
        ConfigError: The file is missing or no HAR, naming the entry at fault.
    """
    try:
        entries = list(orjson.loads(path.read_bytes())["log"]["entries"])
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}", hint="give the path of a .har file") from error
    except (ValueError, KeyError, TypeError) as error:
        said = f"{type(error).__name__}: {error}"
        raise ConfigError(f"{path} is no HAR file: {said}", hint="save it from a browser's network panel") from error
    exchanges = []
    for number, entry in enumerate(entries):
        try:
            # Browsers list what they gave up or answered themselves (status 0, data: addresses): no server said it.
            if entry["response"]["status"] and entry["request"]["url"].startswith(("http://", "https://")):
                exchanges.append(_read_entry(entry, path.parent))
        except OSError as error:
            why = error.strerror or error
            raise ConfigError(f"{path}: the body of entry {number} cannot be read: {why}") from error
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ConfigError(f"{path}: entry {number} is damaged: {type(error).__name__}: {error}") from error
    return exchanges


def _read_entry(entry: Mapping[str, Any], folder: Path) -> Exchange:
    asked, answered = entry["request"], entry["response"]
    content = answered.get("content", {})
    headers = {h["name"].lower(): str(h["value"]) for h in answered.get("headers", [])}
    headers.pop("content-encoding", None)
    if "content-type" not in headers and content.get("mimeType", _UNKNOWN) not in {"", _UNKNOWN}:
        headers["content-type"] = content["mimeType"]
    if "_file" in content:
        name = content["_file"]
        if Path(name).name != name:
            raise ValueError(f"_file {name!r} leaves the folder")
        body = (folder / name).read_bytes()
    elif content.get("encoding") == "base64":
        try:
            body = base64.b64decode(content.get("text", ""), validate=True)
        except binascii.Error as error:
            raise ValueError(f"body is no base64: {error}") from error
    else:
        # A browser has decoded the text already: whatever the header says, these bytes are UTF-8.
        body = content.get("text", "").encode("utf-8", "surrogatepass")
        media_type = headers.get("content-type", "text/plain").partition(";")[0]
        headers["content-type"] = f"{media_type}; charset=utf-8"
    post = asked.get("postData") or {}
    sent = {"content-type": post["mimeType"]} if post.get("mimeType") else {}
    body_sent = _strip_body(post.get("text", ""), post.get("mimeType", ""))
    request = Request(asked["method"].upper(), strip_secrets(asked["url"]), sent, body_sent)
    return Exchange(request, RawResponse(int(answered["status"]), headers, body), entry.get("startedDateTime", ""))


def body_name(response: RawResponse) -> str:
    """Name of the file beside the HAR that holds an answer's body: by its hash, so that equal ones are kept once."""
    media_type = response.headers.get("content-type", _UNKNOWN)
    extension = _EXTENSIONS.get(media_type.partition(";")[0].strip().lower(), "bin")
    return f"{hashlib.sha256(response.body).hexdigest()[:32]}.{extension}"


def write_har(path: Path, exchanges: Iterable[Exchange], *, lossy: bool = False) -> None:
    """Write exchanges as HAR, each body in a file beside it, named by its hash.

    Args:
        path: The ``.har`` file; its folder must exist.
        exchanges: What was asked and answered.
        lossy: True where the bodies came from a browser, which decodes and re-encodes them.
    """
    entries = []
    for exchange in exchanges:
        request, response = exchange.request, exchange.response
        url = strip_secrets(request.url)
        media_type = response.headers.get("content-type", _UNKNOWN)
        name = body_name(response)
        (path.parent / name).write_bytes(response.body)
        asked: dict[str, Any] = {
            "method": request.method,
            "url": url,
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [],
            "queryString": [{"name": k, "value": v} for k, v in parse_qsl(urlsplit(url).query, keep_blank_values=True)],
            "headersSize": -1,
            "bodySize": len(request.body),
        }
        if request.body:
            media = request.headers.get("content-type", "")
            try:
                sent = _strip_body(request.body.decode(), media).decode()
            except UnicodeDecodeError as error:
                raise ConfigError(f"the body posted to {url} is no text, and HAR holds only text") from error
            asked["postData"] = {"mimeType": media, "text": sent}
        entries.append(
            {
                "startedDateTime": exchange.started,
                "time": 0,
                "request": asked,
                "response": {
                    "status": response.status,
                    "statusText": "",
                    "httpVersion": "HTTP/1.1",
                    "cookies": [],
                    "headers": [
                        {"name": key, "value": _kept(key, response.headers[key])}
                        for key in KEPT_HEADERS
                        if key in response.headers
                    ],
                    "content": {"size": len(response.body), "mimeType": media_type, "_file": name},
                    "redirectURL": _kept("location", response.headers.get("location", "")),
                    "headersSize": -1,
                    "bodySize": len(response.body),
                },
                "cache": {},
                "timings": {"send": 0, "wait": 0, "receive": 0},
            }
        )
    log: dict[str, Any] = {"version": "1.2", "creator": {"name": "springhead", "version": "0.1"}}
    if lossy:
        log["comment"] = "lossy: bodies were decoded by a browser"
    # One line an entry: small, and a difference between two recordings shows what changed.
    lines = b",\n".join(orjson.dumps(entry) for entry in entries)
    path.write_bytes(orjson.dumps({"log": log | {"entries": []}}).replace(b"[]", b"[\n" + lines + b"\n]") + b"\n")


def _kept(header: str, value: str) -> str:
    """A response header as it may be kept: an address that the source sends us to may carry a key."""
    if header != "location" or "?" not in value:
        return value
    address, _, query = value.partition("?")
    return f"{address}?{_strip(query)}"


class ReplayTransport:
    """Answers from recorded exchanges; a request that was not recorded fails and names the nearest that was.

    A request that was recorded several times (a 429, then a 200) gets its answers in order, the last one from then on.

    Args:
        exchanges: What was recorded.
        where: What the recording is called in messages.
        remedy: What to do about a request that was not recorded.
    """

    def __init__(
        self, exchanges: Iterable[Exchange], *, where: str = "the HAR file", remedy: str | None = None
    ) -> None:
        self._where = where
        self._remedy = remedy
        self._answers: dict[object, list[RawResponse]] = {}
        self._urls: list[str] = []
        self._hosts: set[str] = set()
        for exchange in exchanges:
            self._answers.setdefault(_key(exchange.request), []).append(exchange.response)
            self._urls.append(f"{exchange.request.method} {exchange.request.url}")
            self._hosts.add(exchange.request.host)

    async def send(self, request: Request, *, max_bytes: int, timeout: float) -> RawResponse:
        """Answer one request; see :class:`springhead.http.Transport`."""
        answers = self._answers.get(_key(request))
        if not answers:
            asked = f"{request.method} {strip_secrets(request.url)}"
            near = difflib.get_close_matches(asked, self._urls, n=1, cutoff=0.0)
            nearest = f"the nearest recorded request is {near[0]}" if near else "nothing is recorded there"
            raise ConfigError(
                f"no recorded answer for {asked} in {self._where}",
                hint=f"{nearest}; {self._remedy}" if self._remedy else nearest,
            )
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if len(answer.body) > max_bytes:
            raise BudgetExceeded(f"the answer is larger than {max_bytes:,} bytes", url=request.url)
        return answer

    def has_key(self, host: str) -> bool:
        """True where the recording asked this host: it could only do so with the key."""
        return host in self._hosts


class RecordingTransport:
    """Passes requests on and remembers the exchanges, as they were before any secret was added."""

    def __init__(self, inner: Transport, clock: Clock) -> None:
        self._inner = inner
        self._clock = clock
        self.exchanges: list[Exchange] = []

    async def send(self, request: Request, *, max_bytes: int, timeout: float) -> RawResponse:
        """Send and remember; see :class:`springhead.http.Transport`."""
        response = await self._inner.send(request, max_bytes=max_bytes, timeout=timeout)
        self.exchanges.append(Exchange(request, response, self._clock.now().isoformat()))
        return response

    def has_key(self, host: str) -> bool:
        """As the transport within."""
        return self._inner.has_key(host)
