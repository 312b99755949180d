"""Messages between the enricher and its child: a length (8 bytes, big endian), then that much JSON."""

from __future__ import annotations

import json
import socket
import time
from typing import Any

__all__ = ["receive", "send"]

_LENGTH = 8


def send(connection: socket.socket, message: Any) -> None:
    """Send a message, within the connection's time limit."""
    # ASCII: half a surrogate pair, which a response may hold, has no other form.
    body = json.dumps(message).encode()
    connection.sendall(len(body).to_bytes(_LENGTH, "big") + body)


def receive(connection: socket.socket, deadline: float | None = None) -> Any:
    """Receive a message.

    Args:
        connection: Where from.
        deadline: Until when (``time.monotonic``); None waits for ever.

    Raises:
        EOFError: The other side is gone.
        TimeoutError: It did not answer in time.
    """
    length = int.from_bytes(_exactly(connection, _LENGTH, deadline), "big")
    return json.loads(_exactly(connection, length, deadline))


def _exactly(connection: socket.socket, size: int, deadline: float | None) -> bytes:
    found = bytearray()
    while len(found) < size:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            connection.settimeout(left)
        piece = connection.recv(min(size - len(found), 1 << 20))
        if not piece:
            raise EOFError
        found += piece
    return bytes(found)
