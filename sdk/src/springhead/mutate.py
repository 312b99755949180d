"""What could go wrong with a recorded case, tried out: every mutation must end in a named error or a valid record.

A source that meets a login page, a broken body or a lost key and still yields a record, or raises something unforeseen,
would fill the table with nonsense in silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

import orjson

from springhead.har import Exchange

__all__ = ["Mutation", "mutations"]

LOGIN = b"<!DOCTYPE html><html><head><title>Log in</title></head><body><form action='/login'></form></body></html>"
#: Members that are dropped or made null one at a time, at most, per recorded answer.
MAX_MEMBERS = 150
#: How deep into an answer: MediaWiki's pages and Wikidata's statements lie at six.
MAX_DEPTH = 7


@dataclass(frozen=True, slots=True)
class Mutation:
    """One fault in one recorded answer.

    Args:
        what: Which answer, and what is wrong with it.
        exchanges: The whole traffic with that fault.
        fatal: True where no record may come out of it, however it is read.
    """

    what: str
    exchanges: list[Exchange]
    fatal: bool


def mutations(exchanges: list[Exchange]) -> Iterator[Mutation]:
    """Yield named variants of a case's traffic, each with one fault in one answer."""
    for index, exchange in enumerate(exchanges):
        # robots.txt is the engine's to read: whatever it says, it is no answer that a source could take for one.
        if exchange.response.status != 200 or urlsplit(exchange.request.url).path == "/robots.txt":
            continue
        for what, changed, fatal in _bodies(exchange):
            traffic = [*exchanges[:index], changed, *exchanges[index + 1 :]]
            yield Mutation(f"answer {index + 1}: {what}", traffic, fatal)


def _bodies(exchange: Exchange) -> Iterator[tuple[str, Exchange, bool]]:
    response = exchange.response
    html = {**response.headers, "content-type": "text/html; charset=utf-8"}

    def with_body(body: bytes) -> Exchange:
        return replace(exchange, response=replace(response, body=body))

    try:
        document = orjson.loads(response.body)
    except orjson.JSONDecodeError:
        document = None
    yield "a login page", replace(exchange, response=replace(response, body=LOGIN, headers=html)), True
    # Half a page of HTML is still HTML; half a JSON document is nothing.
    yield "cut in the middle", with_body(response.body[: len(response.body) // 2]), document is not None
    yield "empty", with_body(b""), True
    if document is None:
        return
    for what, value in (("an empty object", {}), ("an empty list", []), ("null", None), ("a string", "error")):
        yield what, with_body(orjson.dumps(value)), False
    for what, changed in islice(_damaged(document, "", MAX_DEPTH), MAX_MEMBERS):
        yield what, with_body(orjson.dumps(changed)), False


def _damaged(value: Any, pointer: str, depth: int) -> Iterator[tuple[str, Any]]:
    """Copies of a document with one member dropped or null, or one list emptied, to some depth."""
    if depth == 0:
        return
    if isinstance(value, dict):
        for key in value:
            yield f"without {pointer}/{key}", {k: v for k, v in value.items() if k != key}
            yield f"{pointer}/{key} is null", {**value, key: None}
        for key, member in value.items():
            for what, changed in _damaged(member, f"{pointer}/{key}", depth - 1):
                yield what, {**value, key: changed}
    elif isinstance(value, list) and value:
        yield f"{pointer} emptied", []
        yield f"{pointer}/0 is null", [None, *value[1:]]
        for what, changed in _damaged(value[0], f"{pointer}/0", depth - 1):
            yield what, [changed, *value[1:]]
