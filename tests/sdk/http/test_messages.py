from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from springhead.errors import (
    AuthFailed,
    BadResponse,
    Blocked,
    InvalidRequest,
    LayoutChanged,
    NotFound,
    RateLimited,
    Unavailable,
)
from springhead.http import Request, Response, judge_status
from springhead.http.judge import said
from springhead.http.messages import excerpt


def answer(body: bytes | str = b"{}", status: int = 200, authenticated: bool = False, **headers: str) -> Response:
    named = {"content-type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}
    data = body.encode() if isinstance(body, str) else body
    now = datetime(2026, 11, 20, tzinfo=UTC)
    return Response(Request.build("GET", "https://api.example.org/x"), status, named, data, now, authenticated)


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("周潤發".encode(), "text/plain", "周潤發"),
        ("周潤發".encode("big5"), "text/html; charset=Big5", "周潤發"),
        ("周潤發".encode(), "text/plain; charset=nonsense", "周潤發"),
        ("周潤發".encode(), "text/plain; charset=base64", "周潤發"),
        ("\ufeff周".encode(), "text/plain", "\ufeff周"),
        ("周".encode("utf-16"), "text/plain", "周"),
        ("é".encode("latin-1"), 'text/plain; charset="ISO-8859-1"', "é"),
        (b"a\r\nb\x00", "text/plain", "a\r\nb\x00"),
        ('"é"'.encode(), "application/json; charset=ISO-8859-1", '"é"'),
        ('<meta charset="UTF-8">é'.encode(), "text/html; charset=latin1", '<meta charset="UTF-8">é'),
        ('<meta charset="big5">é'.encode("latin-1"), "text/html; charset=latin1", '<meta charset="big5">é'),
        ('"é"'.encode("utf-16"), "application/json; charset=utf-16", '"é"'),
    ],
)
def test_text_is_decoded_verbatim(body: bytes, content_type: str, text: str) -> None:
    assert answer(body, content_type=content_type).text == text


@pytest.mark.parametrize(
    ("body", "content_type", "words"),
    [
        ("é".encode("latin-1"), "text/plain; charset=utf-8", "not valid utf-8 at byte 0"),
        ("周潤發".encode("big5"), "text/plain; charset=nonsense", "unknown charset 'nonsense'"),
        (b"\xff\xfe\x00", "text/plain; charset=utf-16", "not valid utf-16"),
        ('"周"'.encode("big5"), "application/json; charset=iso-8859-1", "not valid utf-8 at byte 1"),
        ('{"a":"é"}'.encode("latin-1"), "application/problem+json; charset=cp1252", "not valid utf-8"),
        ("<meta charset=utf-8>周".encode("big5"), "text/html; charset=ISO-8859-1", "not valid utf-8 at byte 20"),
    ],
)
def test_a_wrong_charset_is_said(body: bytes, content_type: str, words: str) -> None:
    with pytest.raises(BadResponse, match=words):
        _ = answer(body, content_type=content_type).text


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<!DOCTYPE html><p>Sign in", "JSON was promised, HTML came"),
        ('{"a": 1', "7 bytes of application/json"),
        ("", "0 bytes"),
        ('{"a": NaN}', "column 7"),
        ("[" * 100_000, "JSON was promised"),
        ('{"a": "\\ud800"}', "JSON was promised"),
    ],
)
def test_what_is_no_json_is_said(body: str, words: str) -> None:
    with pytest.raises(BadResponse, match=words) as caught:
        _ = answer(body).json
    assert len(caught.value.message) < 300
    assert "\n" not in caught.value.message


def test_a_byte_order_mark_before_json_does_no_harm() -> None:
    assert answer(b'\xef\xbb\xbf{"a": 1}').at("/a") == 1


def test_at_wants_what_is_there_and_of_its_kind() -> None:
    page = answer('{"a": {"b": [1, null]}, "n": null}')
    assert page.at("/a/b/0") == 1
    assert page.at("/a/b/1") is None
    assert page.at("/a/x", 5) == 5
    assert page.at("/a/b", kind=(list, dict)) == [1, None]
    with pytest.raises(LayoutChanged, match="/a/x is missing in the answer") as caught:
        page.at("/a/x")
    assert caught.value.url == "https://api.example.org/x"
    with pytest.raises(LayoutChanged, match="/n is NoneType"):
        page.at("/n", kind=str)
    with pytest.raises(LayoutChanged):
        page.at("/n", "default", kind=str)


@pytest.mark.parametrize(
    ("status", "authenticated", "error"),
    [
        (400, False, InvalidRequest),
        (401, False, AuthFailed),
        (403, False, Blocked),
        (403, True, AuthFailed),
        (404, False, NotFound),
        (408, False, Unavailable),
        (410, False, NotFound),
        (418, False, BadResponse),
        (422, False, InvalidRequest),
        (425, False, Unavailable),
        (429, False, RateLimited),
        (451, False, Blocked),
        (500, False, Unavailable),
        (503, False, Unavailable),
        (599, False, Unavailable),
        (304, False, BadResponse),
        (100, False, BadResponse),
    ],
)
def test_what_a_status_means(status: int, authenticated: bool, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        judge_status(answer('{"message": "so it is"}', status, authenticated))
    assert type(caught.value) is error
    assert str(caught.value) == f"api.example.org: answered {status}: so it is"


@pytest.mark.parametrize("status", [200, 201, 204, 206])
def test_success_is_no_error(status: int) -> None:
    judge_status(answer(b"", status))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"status_message": "a"}', "a"),
        ('{"error": {"message": "b"}}', "b"),
        ('{"error": {"code": "x", "info": "c"}}', "c"),
        ('{"errors": [{"text": "d"}]}', "d"),
        ('{"errors": ["e"]}', "e"),
        ('{"error": "f"}', "f"),
        ('{"message": 5}', ""),
        ("[]", ""),
        ("<html>", ""),
        (b"\xff", ""),
    ],
)
def test_the_sources_own_words(body: Any, words: str) -> None:
    assert said(answer(body, 500)) == words


def test_words_from_outside_stay_on_one_safe_line() -> None:
    assert excerpt("a\r\nERROR forged\x1b[2J\u202e" + "x" * 500, 40) == "a ERROR forged [2J " + "x" * 20 + "…"
