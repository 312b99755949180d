from __future__ import annotations

import asyncio
import socket
from typing import Any

import httpcore
import pytest
from springhead.http.guard import GuardedBackend, InternalAddress, is_public


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "151.101.1.140", "2606:4700::1111", "64:ff9b::101:101", "::ffff:1.1.1.1"]
)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "192.0.2.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "fec0::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::",
        "::7f00:1",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
    ],
)
def test_internal_addresses(address: str) -> None:
    assert not is_public(address)


class Recorder(httpcore.AsyncNetworkBackend):
    def __init__(self, fail: frozenset[str] = frozenset()) -> None:
        self.connected: list[tuple[str, int]] = []
        self._fail = fail

    async def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        self.connected.append((host, port))
        if host in self._fail:
            raise httpcore.ConnectError("refused")
        return "stream"


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """Host → the addresses of each look-up in turn; the last one stays."""
    known: dict[str, list[list[str]]] = {}

    def look_up(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        answers = known[host]
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


def connect(backend: GuardedBackend, host: str) -> Any:
    return asyncio.run(backend.connect_tcp(host, 443))


def test_the_connection_goes_to_the_address_that_was_checked(names: Any) -> None:
    # Rebinding: the second look-up would lead inside; there is no second look-up.
    names["rebind.example"] = [["1.1.1.1"], ["169.254.169.254"]]
    inner = Recorder()
    assert connect(GuardedBackend(inner), "rebind.example") == "stream"
    assert inner.connected == [("1.1.1.1", 443)]
    with pytest.raises(InternalAddress, match=r"rebind.example leads to 169.254.169.254"):
        connect(GuardedBackend(inner), "rebind.example")
    assert len(inner.connected) == 1


def test_one_internal_address_among_public_ones_is_enough(names: Any) -> None:
    names["mixed.example"] = [["1.1.1.1", "127.0.0.1"]]
    inner = Recorder()
    with pytest.raises(InternalAddress):
        connect(GuardedBackend(inner), "mixed.example")
    assert inner.connected == []


def test_the_next_address_is_tried_where_one_does_not_answer(names: Any) -> None:
    names["two.example"] = [["1.1.1.1", "1.0.0.1"]]
    inner = Recorder(frozenset({"1.1.1.1"}))
    assert connect(GuardedBackend(inner), "two.example") == "stream"
    with pytest.raises(httpcore.ConnectError):
        connect(GuardedBackend(Recorder(frozenset({"1.1.1.1", "1.0.0.1"}))), "two.example")


def test_an_upstream_is_allowed_with_its_port_only(names: Any) -> None:
    names["127.0.0.1"] = [["127.0.0.1"]]
    assert connect(GuardedBackend(Recorder(), [("127.0.0.1", 443)]), "127.0.0.1") == "stream"
    with pytest.raises(InternalAddress):
        connect(GuardedBackend(Recorder(), [("127.0.0.1", 8080)]), "127.0.0.1")


def test_socket_files_are_never_opened() -> None:
    with pytest.raises(httpcore.ConnectError):
        asyncio.run(GuardedBackend(Recorder()).connect_unix_socket("/var/run/docker.sock"))
