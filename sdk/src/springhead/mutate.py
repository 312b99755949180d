"""What could go wrong with a recorded case, tried out: every mutation must end in a named error or a valid record.

A source that meets a login page, a broken body or a lost key and still yields a record, or raises something unforeseen,
would fill the table with nonsense in silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson

from springhead.har import Exchange

__all__ = ["mutations"]

LOGIN = b"<!DOCTYPE html><html><head><title>Log in</title></head><body><form action='/login'></form></body></html>"
#: Members that are dropped one at a time, at most, per recorded answer.
MAX_MEMBERS = 60


def mutations(exchanges: list[Exchange]) -> Iterator[tuple[str, list[Exchange]]]:
    """Yield named variants of a case's traffic, each with one fault in one answer."""
    for index, exchange in enumerate(exchanges):
        if exchange.response.status != 200:
            continue
        where = f"answer {index + 1}"
        for what, changed in _bodies(exchange):
            yield f"{where}: {what}", [*exchanges[:index], changed, *exchanges[index + 1 :]]


def _bodies(exchange: Exchange) -> Iterator[tuple[str, Exchange]]:
    response = exchange.response
    html = {**response.headers, "content-type": "text/html; charset=utf-8"}
    yield "a login page", replace(exchange, response=replace(response, body=LOGIN, headers=html))
    yield (
        "cut in the middle",
        replace(exchange, response=replace(response, body=response.body[: len(response.body) // 2])),
    )
    yield "empty", replace(exchange, response=replace(response, body=b""))
    try:
        document = orjson.loads(response.body)
    except orjson.JSONDecodeError:
        return
    for what, value in (("an empty object", {}), ("an empty list", []), ("null", None), ("a string", "error")):
        yield what, replace(exchange, response=replace(response, body=orjson.dumps(value)))
    for number, (pointer, changed) in enumerate(_without(document, "")):
        if number == MAX_MEMBERS:
            return
        yield pointer, replace(exchange, response=replace(response, body=orjson.dumps(changed)))


def _without(value: Any, pointer: str, depth: int = 3) -> Iterator[tuple[str, Any]]:
    """Copies of a document with one member dropped or one list emptied, to some depth."""
    if depth == 0:
        return
    if isinstance(value, dict):
        for key, member in value.items():
            yield f"without {pointer}/{key}", {k: v for k, v in value.items() if k != key}
            for what, changed in _without(member, f"{pointer}/{key}", depth - 1):
                yield what, {**value, key: changed}
    elif isinstance(value, list) and value:
        yield f"{pointer} emptied", []
        for what, changed in _without(value[0], f"{pointer}/0", depth - 1):
            yield what, [changed, *value[1:]]
