from __future__ import annotations

from typing import Any

import pytest
from springhead.errors import ConfigError
from springhead.http import Request
from springhead.http.secrets import Secrets
from springhead.source import Secret

VALUE = "abcdef123456"


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_KEY", VALUE)


def header() -> Secrets:
    return Secrets({"api.example.org": Secret("A_KEY", header="Authorization", prefix="Bearer ")})


def query() -> Secrets:
    return Secrets({"api.example.org": Secret("A_KEY", query="appid")})


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.org/",
        "https://evil.example/",
        "https://api.example.org.evil.example/",
        "https://sub.api.example.org/",
        "https://evil.example/?next=api.example.org",
    ],
)
@pytest.mark.parametrize("secrets", [header, query])
def test_a_secret_goes_to_its_host_only_and_never_in_the_clear(url: str, secrets: Any) -> None:
    request, authenticated = secrets().inject(Request.build("GET", url))
    assert not authenticated
    assert VALUE not in f"{request.url} {request.headers}"


def test_a_secret_in_a_header() -> None:
    request, authenticated = header().inject(Request.build("GET", "https://api.example.org/x?q=1"))
    assert authenticated
    assert request.headers == {"authorization": f"Bearer {VALUE}"}
    assert request.url == "https://api.example.org/x?q=1"


def test_a_secret_in_the_query_replaces_what_a_redirect_brought_back_scrubbed() -> None:
    request, _ = query().inject(Request.build("GET", "https://api.example.org/x?q=1&appid=REDACTED"))
    assert request.url == f"https://api.example.org/x?q=1&appid={VALUE}"


def test_a_missing_secret_is_said_before_anything_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_KEY", "  ")
    with pytest.raises(ConfigError, match=r"x needs A_KEY for api\.example\.org, and it is not set") as caught:
        header().require("x")
    assert caught.value.exit_code == 2
    assert "A_KEY" in str(caught.value.hint)


@pytest.mark.parametrize("value", ["abc\ndef", "schlüssel", "a\x7fb"])
def test_a_secret_that_cannot_stand_in_a_header_is_refused_unseen(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("A_KEY", value)
    with pytest.raises(ConfigError) as caught:
        header().require("x")
    assert value not in str(caught.value.to_info())


def test_resolvers_are_asked_after_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def store(name: str) -> str | None:
        asked.append(name)
        return "from the store"

    bound = {"api.example.org": Secret("A_KEY", header="x-key")}
    assert Secrets(bound, store).inject(Request.build("GET", "https://api.example.org/"))[0].headers["x-key"] == VALUE
    assert asked == []
    monkeypatch.delenv("A_KEY")
    secrets = Secrets(bound, store)
    secrets.require("x")
    secrets.inject(Request.build("GET", "https://api.example.org/"))
    assert asked == ["A_KEY"]


def test_a_short_value_is_not_searched_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_KEY", "abc")
    secrets = header()
    secrets.require("x")
    assert secrets.scrub_body(b"abc abcd") == b"abc abcd"
