"""Hostile answers: each is on the wire what its name says, can be switched on and off, and shows no key."""

from __future__ import annotations

import gzip
import json
import logging
import re
import socket
import zlib
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse, IncompleteRead
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from springhead_demo.simulator import Faults, Simulator, generate_people
from springhead_demo.simulator.app import App
from springhead_demo.simulator.deceptive import DECEPTIONS, INSIDE
from springhead_demo.simulator.hostile import ATTACKS, LARGE
from springhead_demo.simulator.messages import Request
from springhead_demo.simulator.switches import ANSWERS, NAMES

PEOPLE = generate_people(5)
PATH = "/news.google.com/rss/search?q=a&hl=en&gl=US&ceid=US:en"
API = "/www.googleapis.com/youtube/v3/channels?part=id&id=x&key=SECRET-KEY"


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator(PEOPLE, 4) as simulator:
        yield simulator


class Switched:
    """One connection to a simulator on which an answer is switched on."""

    def __init__(self, simulator: Simulator, name: str, host: str = "news.google.com") -> None:
        self.simulator, self.name, self.host = simulator, name, host
        parts = urlsplit(simulator.url)
        self.address = (parts.hostname or "", parts.port or 0)

    def __enter__(self) -> Switched:
        self.simulator.switch(self.host, self.name)
        return self

    def __exit__(self, *_: object) -> None:
        self.simulator.switch(self.host, None)

    def ask(self, path: str = PATH) -> tuple[HTTPConnection, HTTPResponse]:
        connection = HTTPConnection(*self.address, timeout=20)
        connection.request("GET", path, headers={"Accept-Encoding": "identity"})
        return connection, connection.getresponse()

    def read(self, path: str = PATH) -> tuple[HTTPResponse, bytes]:
        connection, answer = self.ask(path)
        try:
            return answer, answer.read()
        finally:
            connection.close()

    def raw(self, most: int, path: str = PATH) -> bytes:
        with socket.create_connection(self.address, timeout=5) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\n\r\n".encode())
            got = b""
            while len(got) < most and (part := connection.recv(65536)):
                got += part
            return got


@pytest.mark.parametrize("name", ["huge", "huge_chunked"])
def test_a_huge_body_is_a_hundred_megabytes(simulator: Simulator, name: str) -> None:
    with Switched(simulator, name) as switched:
        connection, answer = switched.ask()
        assert answer.getheader("Content-Length") == (str(LARGE + 4) if name == "huge" else None)
        size = 0
        while part := answer.read(1 << 20):
            size += len(part)
        connection.close()
    assert size == LARGE + 4


@pytest.mark.parametrize(
    ("name", "encoding", "wbits", "most"),
    [
        ("gzip_bomb", "gzip", 31, 110_000),
        ("deflate_bomb", "deflate", 15, 110_000),
        ("raw_deflate_bomb", "deflate", -15, 110_000),
        ("double_gzip", "gzip, gzip", 31, 1_000),
    ],
)
def test_bombs_are_small_and_unpack_to_a_hundred_megabytes(
    simulator: Simulator, name: str, encoding: str, wbits: int, most: int
) -> None:
    with Switched(simulator, name) as switched:
        answer, body = switched.read()
    assert answer.getheader("Content-Encoding") == encoding
    assert len(body) < most
    if name == "double_gzip":
        body = gzip.decompress(body)
    unpacker, size = zlib.decompressobj(wbits), 0
    while not unpacker.eof:
        size += len(unpacker.decompress(body, 1 << 20))
        body = unpacker.unconsumed_tail
    assert size == LARGE


def test_a_brotli_bomb_says_so_and_is_tiny(simulator: Simulator) -> None:
    with Switched(simulator, "brotli_bomb") as switched:
        answer, body = switched.read()
    assert answer.getheader("Content-Encoding") == "br"
    assert 100 < len(body) < 400


def test_a_drip_does_not_end(simulator: Simulator) -> None:
    with Switched(simulator, "drip") as switched:
        assert switched.raw(300).count(b"1\r\n \r\n") >= 10
    with Switched(simulator, "endless_headers") as switched:
        got = switched.raw(3_000_000)
    assert len(got) >= 3_000_000
    assert b"\r\n\r\n" not in got


def test_a_stall_sends_headers_and_nothing_else(simulator: Simulator) -> None:
    with (
        Switched(simulator, "stall") as switched,
        socket.create_connection(switched.address, timeout=0.3) as connection,
    ):
        connection.sendall(f"GET {PATH} HTTP/1.1\r\n\r\n".encode())
        assert connection.recv(65536).endswith(b"Content-Length: 100\r\nConnection: close\r\n\r\n")
        with pytest.raises(TimeoutError):
            connection.recv(1)
    assert httpx.get(f"{simulator.url}/_sim/health").status_code == 200


def test_lengths_lie(simulator: Simulator) -> None:
    with Switched(simulator, "long_length") as switched, pytest.raises(IncompleteRead):
        switched.read()
    with Switched(simulator, "short_length") as switched:
        _, body = switched.read()
        assert len(switched.raw(1 << 20)) > len(body) + 200
    with Switched(simulator, "bad_length") as switched:
        assert b"Content-Length: many\r\n" in switched.raw(1 << 20)
    with Switched(simulator, "two_lengths") as switched:
        assert switched.raw(1 << 20).count(b"Content-Length: ") == 2
    with Switched(simulator, "half") as switched, pytest.raises(IncompleteRead):
        switched.read()


def test_what_is_no_http(simulator: Simulator) -> None:
    with Switched(simulator, "garbage") as switched:
        assert switched.raw(100).startswith(b"\x16\x03\x01")
    with Switched(simulator, "hang_up") as switched:
        assert switched.raw(100) == b""
    with Switched(simulator, "huge_header") as switched:
        assert switched.raw(2_000_000).index(b"X-Large: ") < 200


@pytest.mark.parametrize("name", INSIDE)
def test_redirects_lead_inwards(simulator: Simulator, name: str) -> None:
    with Switched(simulator, name) as switched:
        answer, _ = switched.read()
    assert (answer.status, answer.getheader("Location")) == (302, INSIDE[name])


def test_whoever_follows_a_redirect_inwards_is_counted() -> None:
    with Simulator(PEOPLE, 4) as simulator:
        for host in ("169.254.169.254", "127.0.0.1:8080", "[::1]:8080", "localhost:9200", "2130706433", "0177.0.0.1"):
            answer = httpx.get(f"{simulator.url}/{host}/latest", headers={"Authorization": "Bearer k"})
            assert answer.json()["AccessKeyId"] == "SIMULATED-INTERNAL"
        httpx.get(f"{simulator.url}/collector.example/take?key=k")
        httpx.get(f"{simulator.url}/collector.example/take")
        hosts = simulator.stats()["hosts"]
    assert hosts["(internal)"] == {"requests": 6, "statuses": {"200": 6}, "faults": {"credentials": 6}}
    assert hosts["(unknown)"] == {"requests": 2, "statuses": {"404": 2}, "faults": {"credentials": 1}}


def test_redirects_go_in_circles_and_on_and_on(simulator: Simulator) -> None:
    with Switched(simulator, "redirect_loop") as switched:
        assert switched.read()[0].getheader("Location") == f"https:/{PATH}"
    with Switched(simulator, "redirect_chain") as switched:
        path, seen = PATH, set[str]()
        for _ in range(20):
            location = switched.read(path)[0].getheader("Location") or ""
            seen.add(location)
            path = location.removeprefix("https:/")
        assert len(seen) == 20
        assert path.endswith("&hop=20")
    with Switched(simulator, "redirect_nowhere") as switched:
        answer, _ = switched.read()
        assert (answer.status, answer.getheader("Location")) == (302, None)


def test_xml_that_expands(simulator: Simulator) -> None:
    bodies = {}
    for name in ("entities", "quadratic_entities", "external_entity", "external_dtd", "deep_xml"):
        with Switched(simulator, name) as switched:
            bodies[name] = switched.read()[1]
    assert all(len(body) < 2_000_000 for body in bodies.values())
    assert len(re.findall(rb"<!ENTITY", bodies["entities"])) == 10
    assert bodies["entities"].count(b"&l8;") == 10
    assert len(re.findall(rb"&a;", bodies["quadratic_entities"])) == 10_000
    assert b'SYSTEM "file:///etc/passwd"' in bodies["external_entity"]
    assert b'SYSTEM "http://169.254.169.254/' in bodies["external_dtd"]


def test_bodies_are_not_what_they_say(simulator: Simulator) -> None:
    with Switched(simulator, "wrong_charset") as switched:
        answer, body = switched.read()
        assert (answer.getheader("Content-Type"), body[:2]) == ("application/xml; charset=utf-8", b"\xff\xfe")
    with Switched(simulator, "unknown_charset") as switched:
        assert (switched.read()[0].getheader("Content-Type") or "").endswith("charset=klingon-1")
    host = "www.googleapis.com"
    with Switched(simulator, "html_as_json", host) as switched:
        answer, body = switched.read(API)
        assert (answer.status, answer.getheader("Content-Type")) == (200, "application/json; charset=UTF-8")
        assert body.startswith(b"<!DOCTYPE html>")
    with Switched(simulator, "cut_json", host) as switched, pytest.raises(json.JSONDecodeError):
        json.loads(switched.read(API)[1])
    with Switched(simulator, "error_page", host) as switched:
        answer, body = switched.read(API)
        assert (answer.status, b"maintenance" in body) == (200, True)


def test_an_error_repeats_the_key(simulator: Simulator) -> None:
    with Switched(simulator, "echo", "www.googleapis.com"):
        headers = {"Cookie": "sessionid=SECRET-COOKIE", "X-Api-Key": "SECRET-HEADER"}
        answer = httpx.get(simulator.url + API, headers=headers)
    assert answer.status_code == 400
    assert answer.text.count("SECRET-KEY") >= 2
    assert answer.text.count("SECRET-COOKIE") >= 2
    assert answer.text.count("SECRET-HEADER") >= 2
    assert "SECRET-KEY" in answer.headers["x-request-target"]


@pytest.mark.parametrize("name", sorted(NAMES - ATTACKS.keys()))
def test_every_other_answer_is_an_answer_and_ends_with_its_switch(simulator: Simulator, name: str) -> None:
    host = "www.instagram.com" if name.startswith("shape.") else "www.googleapis.com"
    path = "/www.instagram.com/nobody_here/" if name.startswith("shape.") else API
    with Switched(simulator, name, host) as switched:
        answers = [switched.read(path) for _ in range(2)]
    plain, body = switched.read(path)
    first, second = [(a.status, a.getheader("Content-Type"), a.getheader("Location"), text) for a, text in answers]
    assert first == second
    if name in DECEPTIONS.keys() | ANSWERS.keys():
        assert first != (plain.status, plain.getheader("Content-Type"), None, body)


def test_the_longest_prefix_counts_and_robots_must_be_named() -> None:
    switches = {"www.instagram.com": "teapot", "www.instagram.com/some.body": "gone"}
    with Simulator(PEOPLE, 4, Faults(switches=switches)) as simulator, httpx.Client(base_url=simulator.url) as client:
        assert client.get("/www.instagram.com/other/").status_code == 418
        assert client.get("/www.instagram.com/some.body/").status_code == 410
        assert client.get("/www.instagram.com/robots.txt").status_code == 200
        simulator.switch("www.instagram.com/robots.txt", "forbidden")
        assert client.get("/www.instagram.com/robots.txt").status_code == 403
        assert simulator.stats()["hosts"]["www.instagram.com"]["faults"] == {"teapot": 1, "gone": 1, "forbidden": 1}
        with pytest.raises(ValueError, match="no switch is called nonsense"):
            simulator.switch("www.instagram.com", "nonsense")
    with pytest.raises(ValueError, match="no switch is called nonsense"):
        Simulator(PEOPLE, 4, Faults(switches={"a": "nonsense"}))


@pytest.mark.parametrize(
    ("path", "rate_limited"),
    [
        ("/www.googleapis.com/customsearch/v1?key=k&cx=c&q=a{}", {403, 429}),
        ("/www.googleapis.com/youtube/v3/videos?key=k&part=id&id=a{}", {403, 429}),
        ("/graph.facebook.com/v23.0/1784140{}?access_token=t", {400, 403}),
        ("/graph.threads.net/v1.0/profile_lookup?access_token=t&username=a{}", {400, 403}),
        ("/www.instagram.com/a{}/", {401, 403, 429}),
        ("/newsapi.org/v2/everything?apiKey=k&q=a{}", {429}),
        ("/news.google.com/rss/search?q=a{}&hl=en&gl=US&ceid=US:en", {429}),
        ("/feeds.publisher.example/rss/plain.xml?q=a{}", {429}),
    ],
)
def test_the_usual_faults_hold_for_the_new_hosts(path: str, rate_limited: set[int]) -> None:
    statuses: dict[str, set[int]] = {}
    for fault in ("rate_limited", "server_error"):
        rates: dict[str, Any] = {fault: 1.0}
        with Simulator(PEOPLE, 4, Faults(**rates)) as simulator, httpx.Client(base_url=simulator.url) as client:
            statuses[fault] = {client.get(path.format(number)).status_code for number in range(100, 140)}
    assert statuses == {"rate_limited": rate_limited, "server_error": {500, 502, 503}}


def test_faults_do_not_depend_on_the_key() -> None:
    outcomes = []
    for key in ("first", "second"):
        with (
            Simulator(PEOPLE, 4, Faults(server_error=0.5)) as simulator,
            httpx.Client(base_url=simulator.url) as client,
        ):
            paths = [f"/www.googleapis.com/youtube/v3/videos?key={key}&part=id&id={number}" for number in range(40)]
            outcomes.append([client.get(path).status_code for path in paths])
    assert outcomes[0] == outcomes[1]
    assert len(set(outcomes[0])) > 1


def test_a_failure_of_the_simulator_shows_no_key(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(self: App, request: Request) -> None:
        raise RuntimeError(f"cannot do {request.target}")

    monkeypatch.setattr(App, "handle", fail)
    with caplog.at_level(logging.DEBUG), Simulator(PEOPLE, 4) as simulator:
        answer = httpx.get(simulator.url + API, headers={"Authorization": "Bearer SECRET-TOKEN"})
    assert answer.status_code == 500
    ours = [record for record in caplog.records if record.name.startswith("springhead_demo")]
    assert [record.getMessage() for record in ours] == [
        f"cannot answer www.googleapis.com: RuntimeError in fail, line {fail.__code__.co_firstlineno + 1}"
    ]
    assert "SECRET" not in "".join(logging.Formatter().format(record) for record in ours) + answer.text
