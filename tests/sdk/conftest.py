from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from springhead.clock import FrozenClock
from springhead.http import Client, Http, RawResponse, Request
from springhead.source import Budget, Entry, Rate, Source
from springhead.subject import Subject

JSON = {"content-type": "application/json"}


class Scripted:
    """A transport that answers from a function or from a list, and remembers what it was asked."""

    def __init__(self, answers: Callable[[Request], Any] | Iterable[Any]) -> None:
        self._answers = answers if callable(answers) else list(answers)
        self.requests: list[Request] = []
        self.under_way = 0
        self.most_under_way = 0

    async def send(self, request: Request, *, max_bytes: int, timeout: float) -> RawResponse:
        self.requests.append(request)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        await asyncio.sleep(0)
        self.under_way -= 1
        answer = self._answers(request) if callable(self._answers) else self._answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    @property
    def urls(self) -> list[str]:
        return [request.url for request in self.requests]


def reply(status: int = 200, body: bytes | str = b"{}", **headers: str) -> RawResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return RawResponse(status, {**JSON, **named}, body.encode() if isinstance(body, str) else body)


class Plain(Source):
    name = "plain"
    endpoint = "https://api.example.org/v1"
    rate = Rate(per_second=1000, concurrency=4)
    budget = Budget()

    async def collect(self, subject: Subject, http: Http) -> AsyncIterator[Any]:
        page = await http.get(self.endpoint, params={"q": subject.name})
        yield Entry(page.at("/name", kind=str), page)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(datetime(2026, 11, 20, 10, 0, tzinfo=UTC))


@pytest.fixture
def kit(clock: FrozenClock) -> Any:
    """What most tests need: a scripted transport, answers, a source class and a client on a frozen clock."""

    def source(**attributes: Any) -> type[Source]:
        return type("Made", (Plain,), attributes)

    def client(transport: Any, made: type[Source] | None = None, **kwargs: Any) -> Client:
        return Client((made or Plain)(), transport, clock=kwargs.pop("clock", clock), **kwargs)

    subject = Subject(id="celeb_001", name="Ann Lee")
    return SimpleNamespace(
        Scripted=Scripted, reply=reply, Plain=Plain, source=source, client=client, clock=clock, subject=subject
    )


Handler = Callable[[str, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Loopback:
    """A real HTTP server on this machine whose answers are raw bytes, so that they can be as wrong as one likes."""

    def __init__(self) -> None:
        self.routes: dict[str, Handler | bytes] = {}
        self.requests: list[str] = []
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()

        async def serve() -> None:
            self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
            self.port: int = self._server.sockets[0].getsockname()[1]
            ready.set()

        def work() -> None:
            asyncio.set_event_loop(self._loop)
            self._loop.create_task(serve())
            self._loop.run_forever()

        self._thread = threading.Thread(target=work, daemon=True)
        self._thread.start()
        ready.wait()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            self.requests.append(head)
            path = head.split(" ")[1].partition("?")[0]
            route = self.routes.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            if isinstance(route, bytes):
                writer.write(route)
            else:
                await route(head, reader, writer)
            await writer.drain()
        with contextlib.suppress(OSError):
            writer.close()

    def close(self) -> None:
        async def stop() -> None:
            self._server.close()
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._loop.stop()

        asyncio.run_coroutine_threadsafe(stop(), self._loop)
        self._thread.join()
        self._loop.close()


@pytest.fixture(scope="session")
def _server() -> Iterator[Loopback]:
    server = Loopback()
    yield server
    server.close()


@pytest.fixture
def server(_server: Loopback) -> Loopback:
    _server.routes.clear()
    _server.requests.clear()
    return _server
