"""A stream that is hashed while it is read."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, BinaryIO

__all__ = ["Digest"]


class Digest(io.RawIOBase):
    """Passes a stream on and hashes it meanwhile, in a thread of its own.

    Args:
        stream: What to read.
        progress: Told the number of bytes read so far.
    """

    def __init__(self, stream: BinaryIO, progress: Callable[[int], None] | None = None) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self._read = 0
        self._progress = progress
        self._pool = ThreadPoolExecutor(1, "lake-hash")
        self._waiting: Future[None] | None = None

    def readable(self) -> bool:
        """True."""
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """Read at most so many bytes."""
        data = self._stream.read(-1 if size is None else size)
        if data:
            # One piece at a time: what waits to be hashed stays in memory.
            self._wait()
            self._waiting = self._pool.submit(self._hash.update, data)
            self._read += len(data)
            if self._progress is not None:
                self._progress(self._read)
        return data

    def readinto(self, buffer: Any) -> int:
        """Read into a buffer."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def hexdigest(self) -> str:
        """SHA-256 of the whole stream; reads what has not been read yet."""
        while self.read(1024 * 1024):
            pass
        self._wait()
        return self._hash.hexdigest()

    def close(self) -> None:
        """End the thread; the stream stays open."""
        self._pool.shutdown()
        super().close()

    def _wait(self) -> None:
        if self._waiting is not None:
            self._waiting.result()
            self._waiting = None
