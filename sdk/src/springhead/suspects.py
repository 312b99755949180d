"""What looks like a secret in an answer that is about to be kept: named, never shown.

The recorder keeps no cookies, no request headers and no parameter that is known to carry a key; a body it keeps as it
came, and a browser's answers hold what only its user should see. So whoever records is told where to look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson

from springhead.har import SECRET_PARAMS, Exchange, body_name

__all__ = ["suspects"]

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SECRET = re.compile(
    r"(?:^|_)(?:tokens?|secrets?|session(?:_?id|_?key)?|sid|password|passwd|pwd|passphrase|jwt|bearer|credentials?"
    r"|cookies?|authorization|(?:api|access|private|secret)_?keys?)$"
)
#: Where the next page begins is called a token too, and is none.
_PAGING = re.compile(r"(?:page|continu\w*|cursor|sync)_?token$")


def suspects(exchanges: Iterable[Exchange]) -> dict[str, list[str]]:
    """Find members that look like secrets.

    Returns:
        File name in the case's folder → JSON pointers. A posted body is kept in the ``.har`` file itself.
    """
    found: dict[str, list[str]] = {}
    for exchange in exchanges:
        kept = ((body_name(exchange.response), exchange.response.body), ("traffic.har (posted)", exchange.request.body))
        for name, body in kept:
            pointers = list(_pointers(body))
            if pointers:
                found[name] = [*found.get(name, []), *(p for p in pointers if p not in found.get(name, []))]
    return found


def _pointers(body: bytes) -> Iterator[str]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return
    yield from _walk(document, "", False)


def _walk(value: Any, pointer: str, suspect: bool) -> Iterator[str]:
    if isinstance(value, dict):
        for key, member in value.items():
            escaped = key.replace("~", "~0").replace("/", "~1")
            yield from _walk(member, f"{pointer}/{escaped}", suspect or _is_secret(key))
    elif isinstance(value, list):
        for number, member in enumerate(value):
            yield from _walk(member, f"{pointer}/{number}", suspect)
    elif (suspect and value not in (None, "") and not isinstance(value, bool)) or _address_with_key(value):
        yield pointer


def _is_secret(key: str) -> bool:
    words = "_".join(_WORDS.findall(key)).lower()
    return bool(_SECRET.search(words)) and not _PAGING.search(words)


def _address_with_key(value: Any) -> bool:
    if not isinstance(value, str) or not value.startswith(("http://", "https://")):
        return False
    try:
        return any(key.lower() in SECRET_PARAMS for key, _ in parse_qsl(urlsplit(value).query))
    except ValueError:
        return False
