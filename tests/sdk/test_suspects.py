from __future__ import annotations

import json
from typing import Any

import pytest
from springhead.har import Exchange
from springhead.http import RawResponse, Request
from springhead.suspects import suspects

JSON = {"content-type": "application/json"}


def found(answer: Any, posted: bytes = b"") -> dict[str, list[str]]:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return suspects(
        [Exchange(Request.build("POST", "https://x.example/", None, None, posted), RawResponse(200, JSON, body))]
    )


@pytest.mark.parametrize(
    "key",
    ["token", "accessToken", "ACCESS_TOKEN", "secret", "clientSecret", "session", "sessionId", "session_id", "apiKey",
     "api_key", "api-key", "APIKey", "password", "refresh_token", "jwt", "cookie", "x-api-key", "credentials", "sid"],
)  # fmt: skip
def test_members_that_look_like_secrets(key: str) -> None:
    [pointers] = found({"user": [{key: "V"}]}).values()
    assert pointers == [f"/user/0/{key}"]


@pytest.mark.parametrize(
    "answer",
    [{"next_page_token": "V"}, {"pageToken": "V"}, {"continuationToken": "V"}, {"token": None}, {"token": ""},
     {"hasPassword": False, "session": False}, {"keyword": "V", "key": "V", "secretary": "V", "tokenizer": "V"},
     {"url": "https://x.example/?page=2"}, {"url": "https://[/?token=V"}, b"<html>token=V</html>", b"", b"5"],
)  # fmt: skip
def test_what_is_none(answer: Any) -> None:
    assert found(answer) == {}


def test_what_lies_below_such_a_member_and_addresses_that_carry_a_key() -> None:
    [pointers] = found({"session": {"id": 5, "a/b": ["V"]}, "next": "https://x.example/?page=2&api_key=V"}).values()
    assert pointers == ["/session/id", "/session/a~1b/0", "/next"]


def test_a_posted_body_is_read_too_and_each_place_is_named_once() -> None:
    one = Exchange(
        Request.build("POST", "https://x.example/", None, None, b'{"password": "V"}'), RawResponse(200, JSON, b"{}")
    )
    assert suspects([one, one]) == {"traffic.har (posted)": ["/password"]}
