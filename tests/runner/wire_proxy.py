"""A proxy on the loopback in front of embedded AWS that answers some requests as AWS does when it is unwell.

Neither MiniStack nor DynamoDB Local ever throttles, fails or loses an answer. The bytes are those that AWS documents
("Error handling with DynamoDB", "Error responses" of S3), so our client, its parser and its retries are all real.
"""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

#: What to do with a request: None passes it on.
Fault = tuple[int, bytes] | str | None
#: The request is carried out and its answer lost; or it is not even carried out.
LOST_ANSWER, REFUSED = "lost answer", "refused"


#: Headers of one connection; the length is told anew.
_PER_HOP = {"connection", "content-length", "expect", "transfer-encoding"}


@dataclass(frozen=True)
class Call:
    """A request to AWS.

    Args:
        operation: ``DynamoDB.PutItem`` …, or method and bucket for S3: ``PUT raw-1``.
        body: Its JSON, for DynamoDB and SQS; else empty.
        path: Its path.
    """

    operation: str
    body: dict[str, Any]
    path: str


def dynamodb_error(name: str, message: str = "injected") -> tuple[int, bytes]:
    """An error as DynamoDB sends it."""
    status = 500 if name == "InternalServerError" else 400
    return status, json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{name}", "message": message}).encode()


def s3_error(code: str, status: int = 503) -> tuple[int, bytes]:
    """An error as S3 sends it."""
    return status, (
        f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>injected</Message>'
        "<RequestId>4442587FB7D0A2F9</RequestId></Error>"
    ).encode()


@dataclass
class Proxy:
    """The proxy; ``fault`` may be changed while it runs.

    Args:
        url: Its address.
        fault: Decides about each request.
        calls: All requests, in order.
    """

    url: str = ""
    fault: Callable[[Call], Fault] = lambda call: None
    calls: list[Call] = field(default_factory=list)

    def count(self, operation: str) -> int:
        """How many requests of an operation there were."""
        return sum(call.operation == operation for call in self.calls)


@contextmanager
def proxied(endpoint: str) -> Iterator[Proxy]:
    """Run a proxy in front of an endpoint."""
    proxy, target = Proxy(), urlsplit(endpoint)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            body = self._chunks() if self.headers.get("Transfer-Encoding") == "chunked" else self._whole()
            call = _call(self.command, self.path, self.headers.get("X-Amz-Target"), body)
            proxy.calls.append(call)
            fault = proxy.fault(call)
            if fault == REFUSED:
                self._hang_up()
                return
            if isinstance(fault, tuple):
                self._answer(fault[0], {"Content-Type": "application/x-amz-json-1.0"}, fault[1])
                return
            upstream = http.client.HTTPConnection(target.hostname or "", target.port, timeout=30)
            try:
                upstream.request(
                    self.command,
                    self.path,
                    body,
                    {k: v for k, v in self.headers.items() if k.lower() not in _PER_HOP},
                )
                answer = upstream.getresponse()
                content = answer.read()
            finally:
                upstream.close()
            if fault == LOST_ANSWER:
                self._hang_up()
                return
            kept = {k: v for k, v in answer.getheaders() if k.lower() not in {"transfer-encoding", "connection"}}
            self._answer(answer.status, kept, content)

        def _whole(self) -> bytes:
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))

        def _chunks(self) -> bytes:
            # Arrow's S3 client sends files so.
            body = b""
            while size := int(self.rfile.readline().partition(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return body

        def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
            self.send_response_only(status)
            length = {name.lower(): value for name, value in headers.items()}.get("content-length", "0")
            for name, value in headers.items():
                if name.lower() != "content-length":
                    self.send_header(name, value)
            # The answer to HEAD has the length of what it does not have.
            self.send_header("Content-Length", length if self.command == "HEAD" else str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def _hang_up(self) -> None:
            self.close_connection = True

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _handle

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    proxy.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield proxy
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _call(method: str, path: str, target: str | None, body: bytes) -> Call:
    if target is not None:
        return Call(target.replace("DynamoDB_20120810", "DynamoDB"), json.loads(body or b"{}"), path)
    return Call(f"{method} {path.split('?')[0].split('/')[1]}", {}, path)
