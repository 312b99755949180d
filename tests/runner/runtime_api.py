"""Lambda's runtime API on loopback, as AWS documents it (2018-06-01), for a runtime interface client to talk to."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = "/2018-06-01/runtime"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:under-test"
#: Seconds that an invocation or a start may take.
PATIENCE = 60


@dataclass(frozen=True)
class Answer:
    """What the client posted: ``kind`` is ``response``, ``error`` or ``init``."""

    kind: str
    request_id: str | None
    body: Any


class RuntimeApi:
    """One function's API: hands out events, takes answers."""

    def __init__(self) -> None:
        self._events: queue.Queue[tuple[str, bytes, int]] = queue.Queue()
        self._answers: queue.Queue[Answer] = queue.Queue()
        self._ids = 0
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                assert self.path == f"{ROOT}/invocation/next", self.path
                try:
                    request_id, body, deadline = api._events.get(timeout=PATIENCE)
                except queue.Empty:
                    self.close_connection = True
                    return
                self.send_response(200)
                for name, value in {
                    "Content-Type": "application/json",
                    "Content-Length": str(len(body)),
                    "Lambda-Runtime-Aws-Request-Id": request_id,
                    "Lambda-Runtime-Deadline-Ms": str(deadline),
                    "Lambda-Runtime-Invoked-Function-Arn": ARN,
                    "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0",
                }.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                parts = self.path.removeprefix(f"{ROOT}/").split("/")
                if parts == ["init", "error"]:
                    answer = Answer("init", None, body)
                else:
                    invocation, request_id, kind = parts
                    assert invocation == "invocation" and kind in {"response", "error"}, self.path
                    answer = Answer(kind, request_id, body)
                api._answers.put(answer)
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def invoke(self, event: Any, *, seconds: int = 300) -> Answer:
        """Hand out an event and wait for its answer."""
        self._ids += 1
        request_id = f"8476a536-e9f4-11e8-9739-{self._ids:012}"
        deadline = int((time.time() + seconds) * 1000)
        self._events.put((request_id, json.dumps(event).encode(), deadline))
        answer = self.answer()
        assert answer.request_id in {request_id, None}
        return answer

    def answer(self) -> Answer:
        return self._answers.get(timeout=PATIENCE)


class Function:
    """A started runtime interface client with its API."""

    def __init__(self, api: RuntimeApi, process: subprocess.Popen[str], log: Path) -> None:
        self.api, self.process, self._log = api, process, log
        self.invoke, self.answer = api.invoke, api.answer

    @property
    def log(self) -> str:
        return self._log.read_text()


@contextmanager
def function(command: list[str], cwd: Path, environment: Mapping[str, str], log: Path) -> Iterator[Function]:
    """Start a client that finds its API in ``AWS_LAMBDA_RUNTIME_API``; it ends with the block."""
    api = RuntimeApi()
    named = {"AWS_LAMBDA_FUNCTION_NAME": "under-test", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512"}
    env = {**environment, **named, "AWS_LAMBDA_RUNTIME_API": api.address}
    with log.open("w") as file:
        process = subprocess.Popen(
            command, cwd=cwd, env=env, stdout=file, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True
        )
        try:
            yield Function(api, process, log)
        finally:
            process.kill()
            process.wait()
            api.close()


def bare_environment(python: Path, *path: Path, **more: str) -> dict[str, str]:
    """What a container has: its own PATH, PYTHONPATH and a home, nothing of this machine."""
    settings = {"PYTHONPATH": os.pathsep.join(map(str, path)), "PYTHONDONTWRITEBYTECODE": "1", "HOME": "/tmp"}
    return {"PATH": f"{python}:/usr/bin:/bin", "LANG": "C.UTF-8", **settings, **more}
