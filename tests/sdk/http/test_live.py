from __future__ import annotations

import asyncio
import gzip
import logging
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from springhead.clock import FrozenClock
from springhead.errors import BadResponse, BudgetExceeded, Unavailable
from springhead.http import Client, Request
from springhead.http.budget import SubjectBudget
from springhead.http.guard import InternalAddress
from springhead.http.live import LiveTransport
from springhead.http.secrets import Secrets
from springhead.plugins import load_source
from springhead.source import Secret
from springhead_demo.simulator import Faults, Simulator, generate_people

HOST = "api.example.org"
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


def http(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


async def _send(upstream: str | None, url: str, *, limit: int, timeout: float, secrets: Secrets, **kw: Any) -> Any:
    transport = LiveTransport(secrets, upstream)
    try:
        return await transport.send(Request.build("GET", url, **kw), max_bytes=limit, timeout=timeout)
    finally:
        await transport.close()


@pytest.fixture
def ask(server: Any) -> Any:
    def ask(answer: Any, *, limit: int = 1_000_000, timeout: float = 5.0, secrets: Secrets | None = None) -> Any:
        server.routes[f"/{HOST}/x"] = answer
        return asyncio.run(
            _send(server.url, f"https://{HOST}/x", limit=limit, timeout=timeout, secrets=secrets or Secrets({}))
        )

    return ask


TEXT = "周潤發 ".encode() * 50


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(TEXT)),
        ("x-gzip", gzip.compress(TEXT)),
        ("GZIP", gzip.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)[2:-4]),
        ("identity", TEXT),
        ("", TEXT),
    ],
    ids=["gzip", "x-gzip", "upper case", "zlib", "raw deflate", "identity", "empty"],
)
def test_a_body_is_decompressed(ask: Any, encoding: str, body: bytes) -> None:
    assert ask(http(body, f"Content-Encoding: {encoding}")).body == TEXT


def test_an_empty_compressed_body_is_empty(ask: Any) -> None:
    assert ask(http(b"", "Content-Encoding: gzip")).body == b""


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "zstd"])
def test_an_encoding_that_was_not_asked_for_is_refused(ask: Any, encoding: str) -> None:
    with pytest.raises(BadResponse, match="was not asked for"):
        ask(http(TEXT, f"Content-Encoding: {encoding}"))


def test_bytes_that_are_not_gzip_are_refused(ask: Any) -> None:
    with pytest.raises(BadResponse, match="not valid gzip"):
        ask(http(TEXT, "Content-Encoding: gzip"))


def test_a_gzip_body_that_breaks_off_can_be_tried_again(ask: Any) -> None:
    with pytest.raises(Unavailable, match="breaks off"):
        ask(http(gzip.compress(TEXT)[:-6], "Content-Encoding: gzip"))


def test_what_follows_the_end_of_a_gzip_body_is_not_dropped_in_silence(ask: Any) -> None:
    with pytest.raises(BadResponse, match="goes on after its end"):
        ask(http(gzip.compress(b"a") + gzip.compress(b"b"), "Content-Encoding: gzip"))


def test_a_truncated_body_can_be_tried_again(ask: Any) -> None:
    with pytest.raises(Unavailable, match="RemoteProtocolError"):
        ask(http(b'{"name": "An', length=500))


def test_a_truncated_chunk_can_be_tried_again(ask: Any) -> None:
    with pytest.raises(Unavailable):
        ask(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\nabc")


def test_a_bomb_is_never_unpacked(ask: Any) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b"\0" * 1_000_000
    bomb = b"".join(packer.compress(block) for _ in range(400)) + packer.flush()
    assert len(bomb) < 500_000
    tracemalloc.start()
    try:
        with pytest.raises(BudgetExceeded, match="larger than 1,000,000 bytes"):
            ask(http(bomb, "Content-Encoding: gzip"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000


def test_a_huge_body_is_cut_off_early(ask: Any) -> None:
    sent = 0

    async def pour(head: str, reader: Any, writer: Any) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
        for _ in range(100):
            writer.write(b"x" * 1_000_000)
            await writer.drain()
            sent += 1_000_000

    with pytest.raises(BudgetExceeded, match="larger than 1,000,000 bytes"):
        ask(pour)
    assert sent < 50_000_000


def test_a_body_that_never_ends_meets_the_byte_budget(ask: Any) -> None:
    async def pour(head: str, reader: Any, writer: Any) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")
            await writer.drain()

    with pytest.raises(BudgetExceeded):
        ask(pour)


def test_a_server_that_drips_meets_the_time_limit(ask: Any) -> None:
    async def drip(head: str, reader: Any, writer: Any) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    started = time.monotonic()
    with pytest.raises(Unavailable, match=r"did not answer within 0\.2 s"):
        ask(drip, timeout=0.2)
    assert time.monotonic() - started < 3


def test_a_server_that_says_nothing_meets_the_time_limit(ask: Any) -> None:
    async def wait(head: str, reader: Any, writer: Any) -> None:
        await asyncio.sleep(30)

    with pytest.raises(Unavailable, match="did not answer within"):
        ask(wait, timeout=0.1)


def test_a_connection_that_is_reset_can_be_tried_again(ask: Any) -> None:
    async def reset(head: str, reader: Any, writer: Any) -> None:
        writer.transport.abort()

    with pytest.raises(Unavailable) as caught:
        ask(reset)
    assert caught.value.url == f"https://{HOST}/x"


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n"])
def test_what_is_no_http_at_all_has_a_name(ask: Any, answer: bytes) -> None:
    with pytest.raises(Unavailable):
        ask(answer)


def test_huge_headers_have_a_name(ask: Any) -> None:
    with pytest.raises(Unavailable):
        ask(http(b"{}", *(f"X-{n}: {'y' * 5000}" for n in range(60))))


def test_repeated_headers_are_joined_and_lower_case(ask: Any) -> None:
    assert ask(http(b"{}", "Link: <a>", "LINK: <b>")).headers["link"] == "<a>, <b>"


def test_no_cookie_is_kept(server: Any) -> None:
    async def twice() -> None:
        transport = LiveTransport(Secrets({}), server.url)
        for _ in range(2):
            await transport.send(Request.build("GET", f"https://{HOST}/x"), max_bytes=99, timeout=5)
        await transport.close()

    server.routes[f"/{HOST}/x"] = http(b"{}", "Set-Cookie: who=me; Path=/", "Connection: close")
    asyncio.run(twice())
    assert len(server.requests) == 2
    assert not any("cookie" in head.lower() for head in server.requests)


def test_a_proxy_variable_is_not_obeyed(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert ask(http(b"{}")).body == b"{}"


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://localhost/",
        "http://[::1]/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0/",
        "http://[::ffff:169.254.169.254]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://10.0.0.1/",
    ],
)
def test_internal_addresses_are_not_asked(url: str) -> None:
    with pytest.raises(InternalAddress) as caught:
        asyncio.run(_send(None, url, limit=99, timeout=5, secrets=Secrets({})))
    assert caught.value.url == url
    assert not caught.value.halts_source


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "127.0.0.1:8080",
        "127.1",
        "2130706433",
        "0177.0.0.1",
        "0x7f.1",
        "127.0.0.1.",
        "①②⑦.0.0.1",
        "[::1]:8080",
        "[::ffff:169.254.169.254]",
        "[64:ff9b::a9fe:a9fe]",
        "[fe80::1%25eth0]",
        "10.0.0.1",
        "localhost:9200",
        "LOCALHOST.",
        "db.localhost",
        "metadata.google.internal",
    ],
)
def test_an_upstream_stands_for_no_internal_host(server: Any, host: str) -> None:
    """The guard sees the upstream's address only, so the address that was asked for is judged before."""
    url = f"http://{host}/latest/meta-data"
    with pytest.raises(InternalAddress) as caught:
        asyncio.run(_send(server.url, url, limit=99, timeout=5, secrets=Secrets({})))
    assert caught.value.url == url
    assert not caught.value.halts_source
    assert server.requests == []


@pytest.mark.parametrize(
    "host", ["1.1.1.1", "[2606:4700::1111]", "localhost.example", "127.0.0.1.example.org", "internal.example.org"]
)
def test_an_upstream_stands_for_every_public_host(server: Any, host: str) -> None:
    server.routes[f"/{host}/x"] = http(b"{}")
    assert asyncio.run(_send(server.url, f"https://{host}/x", limit=99, timeout=5, secrets=Secrets({}))).body == b"{}"
    assert server.requests[0].startswith(f"GET /{host}/x ")


@pytest.mark.parametrize(
    "switch",
    [
        *("metadata", "loopback", "ipv6", "mapped", "private", "decimal", "octal", "localhost", "file", "gopher"),
        "stranger",
    ],
)
def test_no_redirect_leads_inside(switch: str) -> None:
    """The simulator would answer for every host; what it answers for internal ones must not arrive."""
    source = load_source("tmdb")
    with Simulator(generate_people(1), faults=Faults(switches={"api.themoviedb.org": f"redirect_{switch}"})) as sim:

        async def ask() -> Any:
            transport = LiveTransport(Secrets({}), sim.url)
            client = Client(source(), transport, clock=FrozenClock(NOW))
            budget = SubjectBudget(source.budget, client.clock)
            try:
                return await client.exchange(Request.build("GET", "https://api.themoviedb.org/3/person/1"), budget)
            finally:
                await transport.close()

        if switch == "stranger":  # a public host: it is asked, without our key
            assert asyncio.run(ask()).status == 404
        else:
            with pytest.raises((InternalAddress, BadResponse)) as caught:
                asyncio.run(ask())
            assert isinstance(caught.value, BadResponse) == (switch in {"file", "gopher"})
        hosts = sim.stats()["hosts"]
    assert hosts["api.themoviedb.org"]["requests"] == 1
    assert set(hosts) == {"api.themoviedb.org", *(["(unknown)"] if switch == "stranger" else [])}


def test_no_network_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def fail(*args: Any, **kwargs: Any) -> Any:
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(Unavailable, match="no such host, or no network") as caught:
        asyncio.run(_send(None, "https://api.example.org/", limit=99, timeout=5, secrets=Secrets({})))
    assert "\n" not in caught.value.message
    assert caught.value.hint is not None
    assert "network" in caught.value.hint


SECRET = "s3cr3t/val+ue=="


@pytest.fixture
def bound(monkeypatch: pytest.MonkeyPatch) -> Iterator[Secrets]:
    monkeypatch.setenv("EXAMPLE_KEY", SECRET)
    secrets = Secrets({HOST: Secret("EXAMPLE_KEY", header="Authorization", prefix="Bearer ")})
    secrets.require("example")
    yield secrets


def test_an_echoed_secret_is_taken_out_of_body_and_headers(ask: Any, bound: Secrets, server: Any) -> None:
    forms = [SECRET, "s3cr3t%2Fval%2Bue%3D%3D", "s3cr3t%2fval%2bue%3d%3d", r"s3cr3t\/val+ue=="]
    echo = http(" ".join(forms).encode(), f"Location: https://else.example/?k={forms[1]}", f"Link: <{SECRET}>")
    answer = ask(echo, secrets=bound)
    assert f"authorization: Bearer {SECRET}".lower() in server.requests[0].lower()
    assert answer.authenticated
    assert answer.body == b"REDACTED REDACTED REDACTED REDACTED"
    assert "s3cr3t" not in str(answer)


def test_no_log_holds_a_secret_whatever_its_level(ask: Any, bound: Secrets, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection", "springhead", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
    ask(http(SECRET.encode()), secrets=bound)
    logging.getLogger("httpcore.http11").warning("warnings still come through")
    assert "warnings still come through" in caplog.text
    assert SECRET not in caplog.text
    assert HOST not in caplog.text


def test_no_error_holds_a_secret(bound: Secrets, server: Any) -> None:
    query = Secrets({HOST: Secret("EXAMPLE_KEY", query="api_key")})
    for route in (b"", http(b"x" * 500), http(b"x", length=9), http(b"x", "Content-Encoding: gzip")):
        server.routes[f"/{HOST}/x"] = route
        for secrets in (bound, query):
            with pytest.raises((Unavailable, BadResponse, BudgetExceeded)) as caught:
                asyncio.run(_send(server.url, f"https://{HOST}/x", limit=100, timeout=5, secrets=secrets))
            assert "s3cr3t" not in str(caught.value.to_info())
            assert "s3cr3t" not in repr(caught.value)
