"""HTTP/1.1 on a loopback socket."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import traceback
from email.utils import formatdate
from http import HTTPStatus

from springhead_demo.simulator.app import App
from springhead_demo.simulator.messages import BadRequest, Request, Response, parse_head, text_response

MAX_HEAD = 64 * 1024
"""Bytes of request line and headers that are read."""

MAX_BODY = 1024 * 1024
"""Bytes of a request body that are read."""

_DRAIN_SECONDS = 0.2
_LOG = logging.getLogger(__name__)
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


class Server:
    """Serves one app on one port.

    Args:
        app: What answers.
        host: The address to listen on.
        port: The port; 0 takes a free one.
    """

    def __init__(self, app: App, host: str, port: int) -> None:
        self._app = app
        self._host = host
        self._port = port
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self) -> int:
        """Start to listen and return the port."""
        self._server = await asyncio.start_server(self._accept, self._host, self._port, limit=MAX_HEAD, backlog=1024)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        """Stop to listen and end the open connections."""
        if self._server:
            self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            # A client that goes away in the middle is no concern of the other clients, nor is our own stop.
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._converse(reader, writer)
        finally:
            self._connections.discard(task)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                request, keep = await self._read(reader, writer)
            except BadRequest as error:
                await self._refuse(reader, writer, error)
                return
            try:
                response = await self._app.handle(request)
            except BadRequest as error:
                response = text_response(f"{error}\n", error.status)
            except Exception as error:
                # A bug of the simulator must not look like a fault that was asked for, nor end the conversation.
                _log_failure(request, error)
                response = text_response("The simulator failed; see its log.\n", 500)
            if response.wire:
                await response.wire(writer)
                return
            writer.write(_encode(response, request.method, keep=keep and not response.truncated))
            await writer.drain()
            if not keep or response.truncated:
                return

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[Request, bool]:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError as error:
            raise BadRequest(431, "the headers are too large") from error
        request, version = parse_head(head[:-4])
        headers = request.headers
        connection = headers.get("connection", "").lower()
        keep = "close" not in connection if version == "HTTP/1.1" else "keep-alive" in connection
        if "transfer-encoding" in headers:
            raise BadRequest(411, "chunked request bodies are not read here")
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit() and len(length) < 12):
            raise BadRequest(400, "malformed Content-Length")
        if int(length) > MAX_BODY:
            raise BadRequest(413, "the body is too large")
        if not int(length):
            return request, keep
        if headers.get("expect", "").lower() == "100-continue":
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await reader.readexactly(int(length))
        return Request(request.method, request.target, request.path, request.query, headers, body), keep

    async def _refuse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, error: BadRequest) -> None:
        writer.write(_encode(text_response(f"{error}\n", error.status), "GET", keep=False))
        await writer.drain()
        # Closing with unread input would reset the connection before the client has read the answer.
        with contextlib.suppress(TimeoutError, OSError):
            if writer.can_write_eof():
                writer.write_eof()
            async with asyncio.timeout(_DRAIN_SECONDS):
                while await reader.read(MAX_HEAD):
                    pass


def _log_failure(request: Request, error: Exception) -> None:
    """Log where the simulator failed; the query and the message of the error may hold a key, so neither is told."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    host = request.path.split("/")[1] if "/" in request.path else ""
    _LOG.error("cannot answer %s: %s in %s, line %s", host, type(error).__name__, last.name, last.lineno)


def _encode(response: Response, method: str, *, keep: bool) -> bytes:
    body = response.body
    lines = [f"HTTP/1.1 {response.status} {_PHRASES.get(response.status, 'Unknown')}"]
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    lines.append(f"Date: {formatdate(usegmt=True)}")
    if response.status != 304:
        lines.append(f"Content-Length: {len(body)}")
    lines.append(f"Connection: {'keep-alive' if keep else 'close'}")
    head = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
    if method == "HEAD":
        return head
    return head + (body[: len(body) // 2] if response.truncated else body)
