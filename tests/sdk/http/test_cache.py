from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import orjson
import pytest
from springhead.http import Request
from springhead.http.cache import DirCache, Kept, keepable

URL = "https://api.example.org/x"


class Memory:
    def __init__(self) -> None:
        self.kept: dict[str, Kept] = {}

    def get(self, request: Request) -> Kept | None:
        return self.kept.get(request.url)

    def put(self, request: Request, kept: Kept) -> None:
        self.kept[request.url] = kept


@pytest.fixture(params=["memory", "folder"])
def cache(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return Memory() if request.param == "memory" else DirCache(tmp_path / "cache")


def get(kit: Any, cache: Any, answers: list[Any], **attributes: Any) -> tuple[Any, Any, Any]:
    transport = kit.Scripted(answers)
    client = kit.client(transport, kit.source(conditional=True, **attributes), cache=cache)
    page = asyncio.run(client.session().get(URL))
    return page, transport.requests[-1], client


def test_an_unchanged_answer_is_taken_from_the_cache(kit: Any, cache: Any) -> None:
    first, asked, _ = get(kit, cache, [kit.reply(200, '{"a":1}', etag='"v1"', last_modified="Thu, 01 Jan 2026")])
    assert "if-none-match" not in asked.headers
    assert not first.from_cache
    page, asked, client = get(kit, cache, [kit.reply(304, b"")])
    assert asked.headers["if-none-match"] == '"v1"'
    assert asked.headers["if-modified-since"] == "Thu, 01 Jan 2026"
    assert (page.status, page.json, page.from_cache) == (200, {"a": 1}, True)
    assert page.content_type == "application/json"
    assert client.meter.cached == 1


def test_a_changed_answer_replaces_the_kept_one(kit: Any, cache: Any) -> None:
    get(kit, cache, [kit.reply(200, '{"a":1}', etag='"v1"')])
    page, _, _ = get(kit, cache, [kit.reply(200, '{"a":2}', etag='"v2"')])
    assert (page.json, page.from_cache) == ({"a": 2}, False)
    _, asked, _ = get(kit, cache, [kit.reply(304, b"")])
    assert asked.headers["if-none-match"] == '"v2"'


@pytest.mark.parametrize(
    "answer",
    [
        {"cache_control": "no-store", "etag": '"v1"'},
        {"cache_control": "private, NO-STORE", "etag": '"v1"'},
        {},
        {"status": 203, "etag": '"v1"'},
    ],
)
def test_what_may_not_or_cannot_be_kept_is_not(kit: Any, cache: Any, answer: dict[str, Any]) -> None:
    get(kit, cache, [kit.reply(**answer)])
    _, asked, _ = get(kit, cache, [kit.reply()])
    assert "if-none-match" not in asked.headers


def test_a_source_that_does_not_say_conditional_is_not_cached(kit: Any, cache: Any) -> None:
    transport = kit.Scripted([kit.reply(200, "{}", etag='"v1"'), kit.reply()])
    client = kit.client(transport, cache=cache)
    for _ in range(2):
        asyncio.run(client.session().get(URL))
    assert "if-none-match" not in transport.requests[1].headers


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: b"[]",
        lambda data: b"null",
        lambda data: orjson.dumps({**orjson.loads(data), "headers": "etag"}),
        lambda data: orjson.dumps({**orjson.loads(data), "body": "eyJhIjoyfQ=="}),
        lambda data: orjson.dumps({**orjson.loads(data), "body": "%%%"}),
        lambda data: orjson.dumps({**orjson.loads(data), "status": None}),
    ],
)
def test_a_damaged_file_counts_as_none(kit: Any, tmp_path: Path, damage: Any) -> None:
    cache = DirCache(tmp_path)
    get(kit, cache, [kit.reply(200, '{"a":1}', etag='"v1"')])
    [file] = [path for path in tmp_path.rglob("*") if path.is_file()]
    file.write_bytes(damage(file.read_bytes()))
    page, asked, _ = get(kit, cache, [kit.reply(200, '{"a":3}', etag='"v3"')])
    assert "if-none-match" not in asked.headers
    assert page.json == {"a": 3}


def test_a_disk_that_cannot_be_written_is_no_failure(kit: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    page, _, _ = get(kit, DirCache(tmp_path / "file"), [kit.reply(200, '{"a":1}', etag='"v1"')])
    assert page.json == {"a": 1}


def test_no_half_file_is_left_and_none_under_another_name(kit: Any, tmp_path: Path) -> None:
    get(kit, DirCache(tmp_path), [kit.reply(200, "{}", etag='"v1"')])
    assert [path.suffix for path in tmp_path.rglob("*") if path.is_file()] == [".json"]


def test_only_what_replay_needs_is_kept(kit: Any) -> None:
    kept = keepable(kit.reply(200, "{}", etag='"v1"', set_cookie="a=b"))
    assert kept is not None
    assert set(kept.headers) == {"etag", "content-type"}
