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


def in_the(place: str, **more: Any) -> Secrets:
    return Secrets({"api.example.org": Secret("A_KEY", **{place: more.pop("name", "sid"), **more})})


def test_a_secret_in_a_cookie_joins_those_that_are_there() -> None:
    request, authenticated = in_the("cookie").inject(Request.build("GET", "https://api.example.org/"))
    assert authenticated and request.headers["cookie"] == f"sid={VALUE}"
    asked = Request.build("GET", "https://api.example.org/", headers={"Cookie": "lang=en"})
    assert in_the("cookie").inject(asked)[0].headers["cookie"] == f"lang=en; sid={VALUE}"


def test_a_secret_in_the_path_replaces_its_placeholder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_KEY", "12/34 5678")
    asked = Request.build("GET", "https://api.example.org/v1/{user}/media?x=1")
    request, authenticated = in_the("path", name="{user}").inject(asked)
    assert authenticated and request.url == "https://api.example.org/v1/12%2F34%205678/media?x=1"


def test_a_host_may_want_several_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AN_ID", "engine-0042")
    both = (Secret("A_KEY", query="key"), Secret("AN_ID", query="cx"))
    secrets = Secrets({"api.example.org": both})
    secrets.require("x")
    request, authenticated = secrets.inject(Request.build("GET", "https://api.example.org/", {"q": "a"}))
    assert authenticated and request.url == f"https://api.example.org/?q=a&key={VALUE}&cx=engine-0042"
    assert secrets.scrub(f"{VALUE} engine-0042") == "REDACTED REDACTED"


def test_with_one_of_several_missing_none_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AN_ID", raising=False)
    secrets = Secrets({"api.example.org": (Secret("A_KEY", query="key"), Secret("AN_ID", query="cx", optional=True))})
    secrets.require("x")
    assert not secrets.has_key("api.example.org")
    asked = Request.build("GET", "https://api.example.org/")
    assert secrets.inject(asked) == (asked, False)


def test_an_optional_secret_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = in_the("header", optional=True)
    assert secrets.has_key("api.example.org") and not secrets.has_key("other.example.org")
    monkeypatch.delenv("A_KEY")
    secrets = in_the("header", optional=True)
    secrets.require("x")
    assert not secrets.has_key("api.example.org")


@pytest.mark.parametrize("places", [{}, {"header": "a", "query": "b"}, {"cookie": "a", "path": "{b}"}])
def test_a_secret_has_one_place(places: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="give one of"):
        Secret("A_KEY", **places)
