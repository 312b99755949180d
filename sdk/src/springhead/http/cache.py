"""Conditional requests: remember validators, ask "has it changed?", keep the body when it has not."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import orjson

from springhead.http.messages import RawResponse, Request

__all__ = ["DirCache", "Kept", "ResponseCache", "conditional_headers"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept answer: enough to ask conditionally and to answer for the source when it says 304."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class ResponseCache(Protocol):
    """Where answers are kept."""

    def get(self, request: Request) -> Kept | None:
        """Return the kept answer to a request, or None."""

    def put(self, request: Request, response: RawResponse) -> None:
        """Keep an answer that has a validator."""


def conditional_headers(kept: Kept) -> dict[str, str]:
    """Headers that ask for the body only if it changed."""
    headers = {}
    if "etag" in kept.headers:
        headers["if-none-match"] = kept.headers["etag"]
    if "last-modified" in kept.headers:
        headers["if-modified-since"] = kept.headers["last-modified"]
    return headers


class DirCache:
    """Answers in a folder, one file each, named by the hash of method and URL."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, request: Request) -> Path:
        key = hashlib.sha256(f"{request.method} {request.url}".encode()).hexdigest()
        return self._folder / key[:2] / f"{key}.json"

    def get(self, request: Request) -> Kept | None:
        """Return the kept answer to a request, or None; a damaged file counts as none."""
        try:
            kept = orjson.loads(self._path(request).read_bytes())
            return Kept(kept["status"], kept["headers"], base64.b64decode(kept["body"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, request: Request, response: RawResponse) -> None:
        """Keep an answer that has a validator and that its source allows to be stored."""
        if response.status != 200 or not {"etag", "last-modified"} & response.headers.keys():
            return
        if "no-store" in response.headers.get("cache-control", ""):
            return
        path = self._path(request)
        path.parent.mkdir(parents=True, exist_ok=True)
        names = ("etag", "last-modified", "content-type")
        kept = {
            "status": response.status,
            "headers": {name: response.headers[name] for name in names if name in response.headers},
            "body": base64.b64encode(response.body).decode(),
        }
        # Written beside and moved, so that a reader never sees half a file.
        temporary = path.with_suffix(f".{id(response)}.tmp")
        temporary.write_bytes(orjson.dumps(kept))
        temporary.replace(path)
