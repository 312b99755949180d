from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import pytest
from springhead.errors import BudgetExceeded, ConfigError
from springhead.har import Exchange, RecordingTransport, ReplayTransport, read_har, strip_secrets, write_har
from springhead.http import RawResponse, Request

URL = "https://api.example.org/x?q=1"


def har(tmp_path: Path, *entries: Any, name: str = "traffic.har") -> Path:
    path = tmp_path / name
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": list(entries)}}))
    return path


def entry(url: str = URL, content: Any = None, status: int = 200, **more: Any) -> dict[str, Any]:
    return {
        "startedDateTime": "2026-11-20T10:00:00Z",
        "request": {"method": "get", "url": url, **more},
        "response": {"status": status, "headers": [{"name": "Content-Type", "value": "application/json"}],
                     "content": {"text": '{"a":1}'} if content is None else content},
    }  # fmt: skip


def ask(transport: Any, url: str = URL, method: str = "GET", body: bytes = b"", headers: Any = None) -> RawResponse:
    request = Request.build(method, url, None, headers, body)
    found: RawResponse = asyncio.run(transport.send(request, max_bytes=1000, timeout=5))
    return found


def test_bodies_are_read_inline_in_base64_and_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "body.json").write_bytes(b"\xff\x00")
    binary = base64.b64encode(b"\x01\x02").decode()
    path = har(
        tmp_path,
        entry(content={"text": "周", "mimeType": "text/html; charset=big5"}),
        entry(content={"text": binary, "encoding": "base64"}),
        entry(content={"_file": "body.json"}),
        entry(content={}),
    )
    bodies = [exchange.response.body for exchange in read_har(path)]
    assert bodies == ["周".encode(), b"\x01\x02", b"\xff\x00", b""]


def test_text_that_a_browser_decoded_is_utf8_whatever_the_header_says(tmp_path: Path) -> None:
    first = entry(content={"text": "周"})
    first["response"]["headers"] = [{"name": "Content-Type", "value": "text/html; charset=big5"}]
    [exchange] = read_har(har(tmp_path, first))
    assert exchange.response.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/b", ".."])
def test_a_body_file_outside_the_folder_is_not_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / "deep").mkdir()
    with pytest.raises(ConfigError, match="entry 0"):
        read_har(har(tmp_path / "deep", entry(content={"_file": name})))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no HAR file"),
        ("{", "no HAR file"),
        ("[]", "no HAR file"),
        ('{"log": {}}', "no HAR file"),
        ('{"log": {"entries": null}}', "no HAR file"),
        ('{"log": {"entries": 5}}', "no HAR file"),
        ('{"log": {"entries": [5]}}', "entry 0 is damaged"),
        ('{"log": {"entries": [{}]}}', "entry 0 is damaged"),
        (
            '{"log": {"entries": [{"request": {"url": "https://x/"}, "response": {"status": 200}}]}}',
            "entry 0 is damaged",
        ),
    ],
)
def test_a_damaged_file_names_what_is_wrong(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "a.har"
    path.write_text(text)
    with pytest.raises(ConfigError, match=words) as caught:
        read_har(path)
    assert str(path) in caught.value.message


@pytest.mark.parametrize(
    "content",
    [{"_file": "not-there.json"}, {"text": "%%", "encoding": "base64"}, {"text": 5}, "text"],
)
def test_a_body_that_cannot_be_read_names_its_entry(tmp_path: Path, content: Any) -> None:
    with pytest.raises(ConfigError, match="entry 1"):
        read_har(har(tmp_path, entry(), entry(content=content)))


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        read_har(tmp_path / "none.har")


def test_what_a_browser_gave_up_or_answered_itself_is_no_answer(tmp_path: Path) -> None:
    path = har(tmp_path, entry(status=0), entry(url="data:text/plain,x"), entry(url="chrome-extension://a/b"), entry())
    assert [exchange.request.url for exchange in read_har(path)] == [URL]


def browser_har(tmp_path: Path) -> Path:
    """As a browser saves it: cookies, credentials and keys all over."""
    shown = entry(
        url="https://me:PASSWORD1@api.example.org/x?q=1&API_KEY=KEYVALUE1&access_token=KEYVALUE2#frag",
        content={"text": '{"a":1}'},
        headers=[{"name": "Authorization", "value": "Bearer KEYVALUE3"}, {"name": "Cookie", "value": "sid=COOKIE1"}],
        cookies=[{"name": "sid", "value": "COOKIE1"}],
        queryString=[{"name": "API_KEY", "value": "KEYVALUE1"}],
    )
    shown["response"]["headers"] += [
        {"name": "Set-Cookie", "value": "sid=COOKIE2"},
        {"name": "X-Client-Ip", "value": "203.0.113.9"},
        {"name": "Location", "value": "https://api.example.org/y?token=KEYVALUE4&p=1"},
    ]
    shown["response"]["cookies"] = [{"name": "sid", "value": "COOKIE2"}]
    shown["response"]["redirectURL"] = "https://api.example.org/y?token=KEYVALUE4&p=1"
    posted = entry(url="https://api.example.org/login?key=KEYVALUE5")
    posted["request"] |= {
        "method": "POST",
        "postData": {"mimeType": "application/x-www-form-urlencoded", "text": "q=1&client_secret=KEYVALUE6"},
    }
    return har(tmp_path, shown, posted, name="browser.har")


def test_a_browsers_file_is_scrubbed_and_marked(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    write_har(out / "traffic.har", read_har(browser_har(tmp_path)), lossy=True)
    written = b"".join(path.read_bytes() for path in out.iterdir()).decode()
    for secret in ("KEYVALUE", "PASSWORD", "COOKIE", "203.0.113.9", "Cookie", "Authorization"):
        assert secret not in written, secret
    assert "https://api.example.org/y?p=1" in written
    log = json.loads((out / "traffic.har").read_text())["log"]
    assert "lossy" in log["comment"]
    transport = ReplayTransport(read_har(out / "traffic.har"))
    assert ask(transport).body == b'{"a":1}'
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert ask(transport, "https://api.example.org/login", "POST", b"q=1&client_secret=other", form).status == 200


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    headers = {"content-type": "text/html; charset=big5", "etag": '"v"', "retry-after": "5", "set-cookie": "a=b"}
    exchanges = [
        Exchange(Request.build("GET", URL), RawResponse(200, headers, "周".encode("big5")), "2026-11-20T10:00:00Z"),
        Exchange(Request.build("POST", URL, None, {"content-type": "a/b"}, b"x"), RawResponse(503, {}, b"")),
    ]
    write_har(tmp_path / "a.har", exchanges)
    first, second = read_har(tmp_path / "a.har")
    assert first.response.body == "周".encode("big5")
    assert dict(first.response.headers) == {k: v for k, v in headers.items() if k != "set-cookie"}
    assert (second.request.method, second.request.body, second.response.status) == ("POST", b"x", 503)
    again = tmp_path / "again"
    again.mkdir()
    write_har(again / "a.har", [first, second])
    assert (again / "a.har").read_bytes() == (tmp_path / "a.har").read_bytes()
    assert json.loads((again / "a.har").read_bytes())["log"]["entries"][0]["response"]["content"]["_file"].endswith(
        ".html"
    )


def test_a_posted_body_that_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is no text"):
        write_har(
            tmp_path / "a.har", [Exchange(Request.build("POST", URL, None, None, b"\xff"), RawResponse(200, {}, b""))]
        )


def exchange(url: str, body: bytes, method: str = "GET", sent: bytes = b"") -> Exchange:
    return Exchange(Request.build(method, url, None, None, sent), RawResponse(200, {}, body))


def test_repeated_requests_get_their_answers_in_order_and_the_last_one_stays() -> None:
    transport = ReplayTransport([exchange(URL, b"1"), exchange(URL, b"2"), exchange(URL, b"3")])
    assert [ask(transport).body for _ in range(5)] == [b"1", b"2", b"3", b"3", b"3"]


@pytest.mark.parametrize(
    "asked",
    [
        "https://api.example.org/x?a=1&b=2&b=3",
        "https://api.example.org/x?b=2&a=1&b=3",
        "https://API.example.org/x?a=1&b=2&b=3&api_key=K",
        "https://api.example.org/x?a=%31&b=2&b=3",
    ],
)
def test_the_order_of_the_query_and_keys_do_not_matter(asked: str) -> None:
    assert ask(ReplayTransport([exchange("https://api.example.org/x?b=3&a=1&b=2", b"1")]), asked).body == b"1"


@pytest.mark.parametrize(
    ("asked", "method", "body"),
    [
        ("https://api.example.org/x?a=1", "GET", b""),
        ("https://api.example.org/X?a=1&b=2", "POST", b"x"),
        ("http://api.example.org/x?a=1&b=2", "POST", b"x"),
        ("https://api.example.org/x?a=1&b=2", "POST", b"y"),
        ("https://api.example.org/x?a=1&b=2", "GET", b"x"),
    ],
)
def test_method_address_and_body_do_matter(asked: str, method: str, body: bytes) -> None:
    transport = ReplayTransport([exchange("https://api.example.org/x?a=1&b=2", b"1", "POST", b"x")])
    with pytest.raises(ConfigError, match="no recorded answer"):
        ask(transport, asked, method, body)


def test_an_unmatched_request_names_the_nearest() -> None:
    near = "https://api.example.org/people?q=Ann+Lee&page=1"
    transport = ReplayTransport([exchange("https://else.example/", b""), exchange(near, b"")], where="case x")
    with pytest.raises(ConfigError, match=r"no recorded answer for GET .*Ann\+Li.* in case x") as caught:
        ask(transport, "https://api.example.org/people?q=Ann+Li&page=1&api_key=KEYVALUE")
    assert near in str(caught.value.hint)
    assert "KEYVALUE" not in str(caught.value.to_info())
    with pytest.raises(ConfigError) as nothing:
        ask(ReplayTransport([]))
    assert nothing.value.hint == "nothing is recorded there"


def test_the_byte_budget_holds_in_replay() -> None:
    with pytest.raises(BudgetExceeded):
        ask(ReplayTransport([exchange(URL, b"x" * 1001)]))


def test_a_recorder_remembers_requests_as_they_were_before_a_secret_was_added(kit: Any) -> None:
    recorder = RecordingTransport(kit.Scripted([kit.reply()]), kit.clock)
    ask(recorder)
    [recorded] = recorder.exchanges
    assert recorded.request.headers == {}
    assert recorded.started == "2026-11-20T10:00:00+00:00"


def test_strip_secrets() -> None:
    assert strip_secrets("https://u:p@h.example/?KEY=1&q=%20&token=2#x") == "https://h.example/?q=+"
