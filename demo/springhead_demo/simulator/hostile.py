"""Answers that do harm: too large, too slow, endless, compressed to nothing, pointing inwards, or not what they say.

Each takes the request and what would have been answered, and returns what is answered instead. Those that HTTP has no
form for write to the connection themselves and then close it.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib
from collections.abc import Awaitable, Callable, Iterator
from functools import cache

from springhead_demo.simulator.messages import Request, Response

Attack = Callable[[Request, Response], Response]
"""Turns a good answer into a bad one."""

MEGABYTE = 1024 * 1024
LARGE = 100 * MEGABYTE
"""Bytes of a body that is too large, sent or unpacked."""

_JSON = "application/json; charset=utf-8"
_PAUSE = 0.05
# 100 MB of spaces, as the brotli tool packs them; the standard library cannot.
_BROTLI = bytes.fromhex(
    "cbffff3f002440e2b14072effff8ffff078004401c1680eefd1fffffff00900088c302d0bdffe3ffff1f001200715800baf77ffcffff03"
    "4002200e0b40f7fe8fffff7f004800c46101e8defff1ffff0f000980382c00ddfb3ffeffff012001108705a07bffc7ffff3f002400e2b0"
    "0074effff8ffff078004401c1680eefd1fffffff00900088c302d0bdffe3ffff1f001200715800baf77ff9ffff034002200e0b40f7fe07"
)


def _wire(write: Callable[[asyncio.StreamWriter], Awaitable[None]]) -> Response:
    response = Response(200, b"")
    response.wire = write
    return response


def _head(*headers: str, status: str = "200 OK") -> bytes:
    return "\r\n".join((f"HTTP/1.1 {status}", *headers, "Connection: close", "", "")).encode("latin-1")


def _blocks() -> Iterator[bytes]:
    yield b'["'
    yield from (b"a" * MEGABYTE for _ in range(LARGE // MEGABYTE))
    yield b'"]'


def huge(request: Request, plain: Response) -> Response:
    """100 MB of valid JSON, with their length said in advance."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(_head(f"Content-Type: {_JSON}", f"Content-Length: {LARGE + 4}"))
        for block in _blocks():
            writer.write(block)
            await writer.drain()

    return _wire(write)


def huge_chunked(request: Request, plain: Response) -> Response:
    """100 MB of valid JSON in chunks, their length unsaid."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(_head(f"Content-Type: {_JSON}", "Transfer-Encoding: chunked"))
        for block in _blocks():
            writer.write(f"{len(block):x}\r\n".encode() + block + b"\r\n")
            await writer.drain()
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    return _wire(write)


@cache
def _packed(form: str) -> bytes:
    blocks = (b" " * MEGABYTE for _ in range(LARGE // MEGABYTE))
    wbits = {"gzip": 31, "deflate": 15, "raw deflate": -15}[form]
    packer = zlib.compressobj(9, wbits=wbits)
    return b"".join(map(packer.compress, blocks)) + packer.flush()


def _encoded(plain: Response, encoding: str, body: bytes) -> Response:
    headers = {name: value for name, value in plain.headers.items() if name.lower() not in ("etag", "location")}
    return Response(200, body, {**headers, "Content-Encoding": encoding})


def gzip_bomb(request: Request, plain: Response) -> Response:
    """100 kB of gzip that unpack to 100 MB."""
    return _encoded(plain, "gzip", _packed("gzip"))


def double_gzip(request: Request, plain: Response) -> Response:
    """The same, packed twice: a few hundred bytes."""
    return _encoded(plain, "gzip, gzip", gzip.compress(_packed("gzip"), mtime=0))


def deflate_bomb(request: Request, plain: Response) -> Response:
    """100 kB of zlib that unpack to 100 MB."""
    return _encoded(plain, "deflate", _packed("deflate"))


def raw_deflate_bomb(request: Request, plain: Response) -> Response:
    """The same without zlib's frame, as some servers send it."""
    return _encoded(plain, "deflate", _packed("raw deflate"))


def brotli_bomb(request: Request, plain: Response) -> Response:
    """A hundred bytes of brotli that unpack to 100 MB, whether or not brotli was asked for."""
    return _encoded(plain, "br", _BROTLI)


def broken_gzip(request: Request, plain: Response) -> Response:
    """What says that it is gzip and is not."""
    return _encoded(plain, "gzip", b"\x1f\x8b\x08\x00" + b"not gzip at all")


def drip(request: Request, plain: Response) -> Response:
    """A body that never ends: a byte now and then."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(_head(f"Content-Type: {_JSON}", "Transfer-Encoding: chunked"))
        while True:
            writer.write(b"1\r\n \r\n")
            await writer.drain()
            await asyncio.sleep(_PAUSE)

    return _wire(write)


def stall(request: Request, plain: Response) -> Response:
    """Headers, and then nothing."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(_head(f"Content-Type: {_JSON}", "Content-Length: 100"))
        await writer.drain()
        await asyncio.Event().wait()

    return _wire(write)


def endless_headers(request: Request, plain: Response) -> Response:
    """Headers without end."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        number = 0
        while True:
            writer.write(b"".join(b"X-Header-%d: %s\r\n" % (number + i, b"a" * 80) for i in range(100)))
            await writer.drain()
            number += 100

    return _wire(write)


def huge_header(request: Request, plain: Response) -> Response:
    """One header of two megabytes."""
    return Response(plain.status, plain.body, {**plain.headers, "X-Large": "a" * (2 * MEGABYTE)})


def long_length(request: Request, plain: Response) -> Response:
    """A Content-Length beyond the body, after which the connection closes."""
    return _raw(plain, f"Content-Length: {len(plain.body) + 1000}")


def short_length(request: Request, plain: Response) -> Response:
    """A Content-Length within the body, so that the JSON is cut and rubbish follows on the connection."""
    return _raw(plain, f"Content-Length: {max(1, len(plain.body) // 2)}")


def bad_length(request: Request, plain: Response) -> Response:
    """A Content-Length that is no number."""
    return _raw(plain, "Content-Length: many")


def two_lengths(request: Request, plain: Response) -> Response:
    """Two lengths that contradict each other."""
    return _raw(plain, "Content-Length: 1", f"Content-Length: {len(plain.body)}")


def _raw(plain: Response, *lengths: str) -> Response:
    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(_head(*(f"{name}: {value}" for name, value in plain.headers.items()), *lengths) + plain.body)
        await writer.drain()

    return _wire(write)


def garbage(request: Request, plain: Response) -> Response:
    """What is no HTTP at all."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x16\x03\x01\x00\xff SSH-2.0-nothing\r\n\r\n")
        await writer.drain()

    return _wire(write)


def hang_up(request: Request, plain: Response) -> Response:
    """Nothing: the connection closes."""

    async def write(writer: asyncio.StreamWriter) -> None:
        await writer.drain()

    return _wire(write)


def half(request: Request, plain: Response) -> Response:
    """Half of a body, whose length is right for the whole."""
    return Response(plain.status, plain.body, plain.headers, truncated=True)


def echo(request: Request, plain: Response) -> Response:
    """An error that repeats everything that we sent, keys included: in the body, plain and encoded, and in a header."""
    body = {
        "error": {
            "code": 400,
            "message": f"Bad request: {request.target}",
            "query": request.query,
            "headers": request.headers,
            "errors": [{"reason": "badRequest", "message": json.dumps(request.headers)}],
        }
    }
    text = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return Response(400, text, {"Content-Type": _JSON, "X-Request-Target": request.target})


ATTACKS: dict[str, Attack] = {
    attack.__name__: attack
    for attack in (
        huge, huge_chunked, gzip_bomb, double_gzip, deflate_bomb, raw_deflate_bomb, brotli_bomb, broken_gzip, drip,
        stall, endless_headers, huge_header, long_length, short_length, bad_length, two_lengths, garbage, hang_up,
        half, echo,
    )
}  # fmt: skip
"""Every attack on the connection, by the name under which it can be switched on."""
