"""Keeps outbound requests away from internal addresses, whatever a redirect or a submitted URL says.

The check is made on the addresses that a name resolves to, and the connection goes to the address that was checked,
so a name that resolves differently the second time (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import unicodedata
from collections.abc import Iterable
from typing import Any

import httpcore

from springhead.errors import Blocked

__all__ = ["GuardedBackend", "InternalAddress", "is_public", "refuse_internal"]


#: Where a network without IPv4 finds it (RFC 6052).
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
#: Names that never lead outside (RFC 6761, RFC 6762, RFC 8375, ICANN's private-use domain).
_INSIDE = ("localhost", "local", "internal", "home.arpa")


class InternalAddress(Blocked):
    """A name leads to an address that is not public: this machine, its network, a cloud's metadata service."""

    halts_source = False
    default_hint = "only public addresses are fetched"


def is_public(address: str) -> bool:
    """True where an IP address is on the public internet."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        # 4-in-6 forms carry a v4 address that must be judged itself.
        embedded = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            embedded = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if embedded is not None:
            ip = embedded
        elif ip.is_reserved or ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast


def refuse_internal(host: str) -> None:
    """Judge a host by its name alone, where a test upstream stands for all hosts and none is looked up.

    Raises:
        InternalAddress: It is an internal address, in whatever notation, or a name of the inside.
    """
    name = unicodedata.normalize("NFKC", host).partition("%")[0].rstrip(".").casefold()
    address = _literal(name)
    if address is not None and not is_public(address):
        raise InternalAddress(f"{host} leads to {address}, which is not a public address")
    if address is None and (name in _INSIDE or name.endswith(tuple(f".{inside}" for inside in _INSIDE))):
        raise InternalAddress(f"{host} is a name of the inside, not of a public host")


def _literal(name: str) -> str | None:
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        pass
    try:  # decimal, octal, hexadecimal and short forms, as resolvers take them
        return socket.inet_ntoa(socket.inet_aton(name))
    except (OSError, ValueError):
        return None


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves, checks, then connects to what was checked.

    Args:
        inner: The backend that really connects.
        allow: ``host:port`` pairs that may be internal (a test upstream).
    """

    def __init__(self, inner: httpcore.AsyncNetworkBackend, allow: Iterable[tuple[str, int]] = ()) -> None:
        self._inner = inner
        self._allow = frozenset(allow)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect, unless the name leads to an internal address."""
        if (host, port) in self._allow:
            return await self._inner.connect_tcp(host, port, timeout, local_address, socket_options)
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"no such host, or no network ({error})") from error
        addresses = [str(info[4][0]) for info in found]
        for address in addresses:
            if not is_public(address.partition("%")[0]):
                raise InternalAddress(f"{host} leads to {address}, which is not a public address")
        last: Exception | None = None
        for address in dict.fromkeys(addresses):
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last or httpcore.ConnectError(f"{host}: no address")

    async def connect_unix_socket(self, *args: Any, **kwargs: Any) -> httpcore.AsyncNetworkStream:
        """Never: no source is a socket file."""
        raise httpcore.ConnectError("unix sockets are not fetched")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._inner.sleep(seconds)
