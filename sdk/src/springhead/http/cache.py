"""Conditional requests: remember validators, ask "has it changed?", keep the body when it has not."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import orjson

from springhead.http.messages import RawResponse, Request

__all__ = ["DirCache", "Kept", "ResponseCache", "conditional_headers", "keepable"]


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

    def put(self, request: Request, kept: Kept) -> None:
        """Keep an answer; a cache that cannot says nothing, since it is only a help."""


def keepable(response: RawResponse) -> Kept | None:
    """What to keep of an answer; None where it has no validator, or its source forbids keeping it."""
    control = response.headers.get("cache-control", "").lower()
    if response.status != 200 or "no-store" in control or not {"etag", "last-modified"} & response.headers.keys():
        return None
    names = ("etag", "last-modified", "content-type")
    return Kept(200, {name: response.headers[name] for name in names if name in response.headers}, response.body)


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
            body = base64.b64decode(kept["body"], validate=True)
            if hashlib.sha256(body).hexdigest() != kept["sha256"]:
                return None
            return Kept(int(kept["status"]), {str(k): str(v) for k, v in kept["headers"].items()}, body)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def put(self, request: Request, kept: Kept) -> None:
        """Keep an answer; a full or forbidden disk is no failure."""
        path = self._path(request)
        document = {
            "status": kept.status,
            "headers": dict(kept.headers),
            "sha256": hashlib.sha256(kept.body).hexdigest(),
            "body": base64.b64encode(kept.body).decode(),
        }
        # Written beside and moved, so that a reader never sees half a file.
        temporary = path.with_suffix(f".{secrets.token_hex(6)}.tmp")
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(orjson.dumps(document))
            temporary.replace(path)
