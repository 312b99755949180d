from __future__ import annotations

import gzip
import socket
import zlib
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


def address(upstream: Any) -> tuple[str, int]:
    parts = urlsplit(upstream.simulator.url)
    return parts.hostname or "", parts.port or 0


def talk(upstream: Any, data: bytes) -> bytes:
    """Send bytes on a connection of its own and return all that comes back."""
    with socket.create_connection(address(upstream), timeout=5) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(65536):
            answer += part
        return answer


def test_connections_are_kept(upstream: Any) -> None:
    connection = HTTPConnection(*address(upstream))
    connection.connect()
    local = connection.sock.getsockname()
    for _ in range(3):
        connection.request("GET", "/_sim/health")
        response = connection.getresponse()
        assert response.read()
        assert response.getheader("Connection") == "keep-alive"
        assert connection.sock.getsockname() == local
    connection.request("GET", "/_sim/health", headers={"Connection": "close"})
    response = connection.getresponse()
    response.read()
    assert response.getheader("Connection") == "close"
    connection.close()


def test_pipelined_requests_are_answered_in_order(upstream: Any) -> None:
    answer = talk(upstream, b"GET /_sim/health HTTP/1.1\r\n\r\nGET /nowhere.example/x HTTP/1.1\r\n\r\n")
    assert answer.count(b"HTTP/1.1 ") == 2
    assert answer.index(b"200 OK") < answer.index(b"404 Not Found")


def test_head_has_no_body(upstream: Any) -> None:
    answer = talk(upstream, b"HEAD /_sim/health HTTP/1.1\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert answer.endswith(b"\r\n\r\n")
    assert b"Content-Length: " in answer


def test_many_at_once_get_what_one_gets(upstream: Any) -> None:
    names = [person["name"] for person in upstream.people] * 4
    path = "/api.themoviedb.org/3/search/person?query="
    expected = {name: upstream.client.get(path + quote(name)).content for name in set(names)}
    with ThreadPoolExecutor(16) as pool:
        got = list(pool.map(lambda name: (name, upstream.client.get(path + quote(name)).content), names))
    assert all(expected[name] == body for name, body in got)


def test_an_unknown_host_is_named(upstream: Any) -> None:
    for path in (
        "/nowhere.example/a/b?c=d",
        "/xx.wikipedia.org/w/api.php",
        "/en.wikipedia.org/wiki/Adele",
        "/",
        "/_sim/x",
    ):
        response = upstream.client.get(path)
        assert response.status_code == 404
        assert response.json()["error"] == "not simulated"
    assert response.json()["host"] == "_sim"
    assert upstream.client.get("/nowhere.example/a/b").json() == {
        "error": "not simulated",
        "host": "nowhere.example",
        "path": "/a/b",
    }


def test_health_and_stats(upstream: Any) -> None:
    assert upstream.get("/_sim/health") == {"status": "ok", "people": 100}
    before = upstream.get("/_sim/stats")["hosts"].get("ko.wikipedia.org", {}).get("requests", 0)
    upstream.wiki("ko", titles="x")
    after = upstream.get("/_sim/stats")
    assert after["hosts"]["ko.wikipedia.org"]["requests"] == before + 1
    assert after == upstream.simulator.stats()


def test_an_unchanged_person_is_304(upstream: Any) -> None:
    url = f"/api.themoviedb.org/3/person/{upstream.first()['tmdb_id']}"
    first = upstream.client.get(url)
    tag = first.headers["etag"]
    for known in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        again = upstream.client.get(url, headers={"If-None-Match": known})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == tag
    assert upstream.client.get(url, headers={"If-None-Match": '"other"'}).status_code == 200
    assert "etag" not in upstream.client.get("/en.wikipedia.org/w/api.php?action=query&format=json").headers


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.5", "*"])
def test_bodies_are_compressed_for_those_who_accept_it(upstream: Any, accepted: str) -> None:
    path = f"/api.themoviedb.org/3/person/{upstream.first()['tmdb_id']}?append_to_response=combined_credits"
    plain = upstream.client.get(path, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    with upstream.client.stream("GET", path, headers={"Accept-Encoding": accepted}) as response:
        raw = b"".join(response.iter_raw())
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(raw) == plain.content
    assert len(raw) < len(plain.content) / 2
    refused = upstream.client.get(path, headers={"Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in refused.headers


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 200_000 + b"\r\n\r\n", 431),
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/3.0\r\n\r\n", 505),
        (b"GET relative HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"POST /en.wikipedia.org/w/api.php HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        (b"POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", 413),
        (b"DELETE /en.wikipedia.org/w/api.php HTTP/1.1\r\n\r\n", 405),
        (b"GET /en.wikipedia.org/w/api.php?" + b"&".join([b"a=b"] * 600) + b" HTTP/1.1\r\n\r\n", 400),
        (b"GET /en.wikipedia.org/w/api.php?action=query&titles=%zz%ff%00 HTTP/1.1\r\nUser-Agent: x\r\n\r\n", 200),
        (b"GET /%ff%fe/%zz HTTP/1.1\r\n\r\n", 404),
    ],
)
def test_hostile_requests_are_refused_and_the_next_is_served(upstream: Any, data: bytes, status: int) -> None:
    answer = talk(upstream, data)
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert upstream.get("/_sim/health")["status"] == "ok"


def test_a_request_that_ends_early_harms_nobody(upstream: Any) -> None:
    assert talk(upstream, b"GET /_sim/hea") == b""
    assert talk(upstream, b"POST / HTTP/1.1\r\nContent-Length: 50\r\n\r\nabc") == b""
    assert upstream.get("/_sim/health")["status"] == "ok"


NAMES = """
action titles prop list generator redirects converttitles srsearch srlimit sroffset pssearch gpssearch gsrsearch cllimit
llcontinue ids sites languages search language limit continue entity property exchars formatversion format query page
append_to_response
"""
VALUES = """
query wbgetentities wbsearchentities wbgetclaims search|prefixsearch links json 2 -1 Adele 劉德華 Q5 enwiki max ²
extracts|langlinks|links|categories|info|pageprops 999999999999999999999999999999
"""
PATHS = [
    "/en.wikipedia.org/w/api.php",
    "/zh.wikipedia.org/w/api.php",
    "/www.wikidata.org/w/api.php",
    "/api.themoviedb.org/3/search/person",
    "/api.themoviedb.org/3/person/1020011",
]
PARAMS = st.dictionaries(
    st.sampled_from(NAMES.split()), st.one_of(st.text(max_size=12), st.sampled_from(VALUES.split())), max_size=8
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(PATHS), params=PARAMS)
def test_any_parameters_are_answered_alike_twice(upstream: Any, path: str, params: dict[str, Any]) -> None:
    first = upstream.client.get(path, params=params)
    assert first.status_code < 500, first.text
    assert upstream.client.get(path, params=params).content == first.content


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300))
def test_any_bytes_end_in_an_answer_or_a_close(upstream: Any, data: bytes) -> None:
    answer = talk(upstream, data + b"\r\n\r\n")
    assert not answer or answer.startswith(b"HTTP/1.1 ")


def test_gzip_has_no_time_in_it(upstream: Any) -> None:
    path = f"/api.themoviedb.org/3/person/{upstream.first()['tmdb_id']}/combined_credits"
    with httpx.stream("GET", upstream.simulator.url + path + "?api_key=k", headers={"Accept-Encoding": "gzip"}) as got:
        raw = b"".join(got.iter_raw())
    assert raw[4:8] == bytes(4)
    assert zlib.decompress(raw, wbits=31)
