"""The transport that really asks, on httpx."""

from __future__ import annotations

import asyncio
import logging
import ssl
import zlib
from collections.abc import AsyncIterator
from functools import cache
from urllib.parse import urlsplit

import httpcore
import httpx

from springhead.errors import BadResponse, BudgetExceeded, SpringheadError, Unavailable
from springhead.http.guard import GuardedBackend, refuse_internal
from springhead.http.messages import RawResponse, Request, excerpt
from springhead.http.secrets import Secrets

__all__ = ["MAX_CONNECTIONS", "LiveTransport"]

# httpx and httpcore log whole URLs and headers, keys included, at INFO and DEBUG. A filter, not a level: a level can be
# lowered by whoever wants to see more, and filters are not inherited, so each of their loggers gets one.
for _name in ("httpx", *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks"))):
    logging.getLogger(_name).addFilter(lambda record: record.levelno >= logging.WARNING)

#: httpx slows down sharply beyond this many connections in one client.
MAX_CONNECTIONS = 8


@cache
def _tls() -> ssl.SSLContext:
    """Made once: it reads every root certificate."""
    return httpx.create_ssl_context()


class LiveTransport:
    """Sends requests over the network.

    Args:
        secrets: The source's secrets.
        upstream: Base address on this machine that stands for all hosts: ``https://host/path`` is asked as
            ``{upstream}/host/path``. None asks the real hosts. Internal addresses are refused either way.
    """

    def __init__(self, secrets: Secrets, upstream: str | None = None) -> None:
        self._secrets = secrets
        self._upstream = upstream.rstrip("/") if upstream else None
        # No httpx client: it would keep cookies, take a proxy from the environment (and our keys to it), and read the
        # address of a redirect that is the engine's to judge.
        self._transport = httpx.AsyncHTTPTransport(
            verify=_tls(),
            limits=httpx.Limits(max_connections=MAX_CONNECTIONS, max_keepalive_connections=MAX_CONNECTIONS),
        )
        pool = self._transport._pool
        parts = urlsplit(self._upstream or "")
        default_port = 443 if parts.scheme == "https" else 80
        allow = [(parts.hostname or "", parts.port or default_port)] if self._upstream else []
        pool._network_backend = GuardedBackend(pool._network_backend, allow)

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.aclose()

    async def send(self, request: Request, *, max_bytes: int, timeout: float) -> RawResponse:
        """Send one request; see :class:`springhead.http.Transport`."""
        try:
            if self._upstream is not None:
                # Below, the guard sees the upstream's address only.
                refuse_internal(request.host)
            injected, authenticated = self._secrets.inject(request)
            async with asyncio.timeout(timeout):
                return await self._send(injected, request, max_bytes, authenticated)
        except TimeoutError as error:
            raise Unavailable(f"{request.host} did not answer within {timeout:g} s", url=request.url) from error
        except SpringheadError as error:
            error.url = request.url
            raise
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError) as error:
            raise BadResponse(f"{request.host}: {_reason(error)}", url=request.url) from error
        except (httpx.HTTPError, httpcore.ConnectError, OSError) as error:
            raise Unavailable(f"{request.host}: {_reason(error)}", url=request.url) from error

    async def _send(self, injected: Request, request: Request, max_bytes: int, authenticated: bool) -> RawResponse:
        headers = {**injected.headers, "accept-encoding": "gzip, deflate"}
        asked = httpx.Request(
            injected.method, self._address(injected.url), headers=headers, content=injected.body or None
        )
        answer = await self._transport.handle_async_request(asked)
        try:
            body = await _read(answer, max_bytes)
        finally:
            await answer.aclose()
        # A repeated header is joined as RFC 9110 allows; none that we read is harmed by it.
        found = {name.lower(): self._secrets.scrub(value) for name, value in answer.headers.items()}
        return RawResponse(answer.status_code, found, self._secrets.scrub_body(body), authenticated)

    def has_key(self, host: str) -> bool:
        """See :class:`springhead.http.Transport`."""
        return self._secrets.has_key(host)

    def _address(self, url: str) -> str:
        if self._upstream is None:
            return url
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return f"{self._upstream}/{parts.netloc}{parts.path}{query}"


async def _read(answer: httpx.Response, max_bytes: int) -> bytes:
    """Read and decompress a body without ever holding more than ``max_bytes`` of it."""
    encoding = answer.headers.get("content-encoding", "identity").strip().lower()
    body = bytearray()
    async for chunk in _decoded(answer, encoding, max_bytes):
        body += chunk
        if len(body) > max_bytes:
            raise BudgetExceeded(f"the answer is larger than {max_bytes:,} bytes")
    return bytes(body)


async def _decoded(answer: httpx.Response, encoding: str, max_bytes: int) -> AsyncIterator[bytes]:
    if encoding in {"", "identity"}:
        async for chunk in answer.aiter_raw():
            yield chunk
        return
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise BadResponse(f"content-encoding {excerpt(encoding, 40)!r} was not asked for")
    # Some servers send raw deflate where zlib is meant: decided by the first byte (RFC 1950 needs 8 in its low bits).
    decoder = None
    try:
        async for chunk in answer.aiter_raw():
            if not chunk:
                continue
            if decoder is None:
                raw = encoding == "deflate" and chunk[0] & 0x0F != 8
                decoder = zlib.decompressobj(-zlib.MAX_WBITS if raw else zlib.MAX_WBITS | 32)
            # One byte beyond the limit is enough to know; a bomb is never unpacked.
            yield decoder.decompress(chunk, max_bytes + 1)
            while decoder.unconsumed_tail:
                yield decoder.decompress(decoder.unconsumed_tail, max_bytes + 1)
            if decoder.unused_data:
                raise BadResponse(f"the {encoding} answer goes on after its end")
        if decoder is not None:
            yield decoder.flush()
            if not decoder.eof:
                raise Unavailable("the compressed answer breaks off")
    except zlib.error as error:
        raise BadResponse(f"the answer is not valid {encoding}: {error}") from error


def _reason(error: BaseException) -> str:
    """A transport error in a few words; httpx messages never hold headers, but may hold the URL asked."""
    words = excerpt(str(error), 100)
    kind = type(error).__name__
    return f"{kind}: {words}" if words and "://" not in words else kind
