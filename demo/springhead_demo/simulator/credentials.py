"""Which parts of a request are secret, so that the simulator neither shows them nor depends on them."""

from __future__ import annotations

import re

from springhead_demo.simulator.messages import Request

_FIELDS = ("key", "api_key", "apiKey", "access_token", "token")
_HEADERS = ("authorization", "cookie", "x-api-key", "x-goog-api-key")
_KEY = re.compile(rf"(?<=[?&\n])({'|'.join(_FIELDS)})=[^&\n]*&?")
_INTERNAL = re.compile(r"(\[.*\]|localhost|[\d.]+|0x[0-9a-f]+)(:\d+)?", re.IGNORECASE)


def without_keys(url: str) -> str:
    """Return an address or form without its keys: what happens to a request must not depend on whose it is."""
    return _KEY.sub("", url)


def has_credentials(request: Request) -> bool:
    """Return whether a request carries a key, a token or a cookie."""
    return any(request.headers.get(name) for name in _HEADERS) or any(request.query.get(name) for name in _FIELDS)


def is_internal(host: str) -> bool:
    """Return whether a host is an address or a name of the inside."""
    return _INTERNAL.fullmatch(host) is not None
