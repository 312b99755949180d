from __future__ import annotations

import asyncio
from typing import Any

import pytest
from springhead.errors import BadResponse, BudgetExceeded, ConfigError, NotFound, Unavailable
from springhead.http import RawResponse
from springhead.source import Budget

URL = "https://api.example.org/x"


def move(location: str, status: int = 302) -> RawResponse:
    return RawResponse(status, {"location": location}, b"moved")


def get(kit: Any, answers: Any, made: Any = None) -> tuple[Any, Any]:
    transport = kit.Scripted(answers)
    return asyncio.run(kit.client(transport, made).session().get(URL)), transport


def test_we_say_who_we_are_and_how_to_reach_us(kit: Any) -> None:
    _, transport = get(kit, [kit.reply()])
    agent = transport.requests[0].headers["user-agent"]
    assert agent.startswith("Springhead/")
    assert "(https://springhead.dev/bot)" in agent


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/y", "https://api.example.org/y"),
        ("y?a=1", "https://api.example.org/y?a=1"),
        ("//else.example/z", "https://else.example/z"),
        ("https://me:pw@else.example/z#part", "https://else.example/z"),
    ],
)
def test_redirects_are_followed_to_a_clean_address(kit: Any, location: str, target: str) -> None:
    page, transport = get(kit, [move(location), kit.reply()])
    assert page.url == target
    assert transport.urls == [URL, target]


def test_a_redirect_loop_ends(kit: Any) -> None:
    transport = kit.Scripted(lambda request: move(URL))
    with pytest.raises(BadResponse, match="redirects more than 5 times"):
        asyncio.run(kit.client(transport).session().get(URL))
    assert len(transport.requests) == 6


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "ftp://x/", "javascript:alert(1)", "http://[::1", "https://h:99999/", "data:,x"],
)
def test_a_redirect_to_what_is_no_http_address_is_refused(kit: Any, location: str) -> None:
    with pytest.raises(BadResponse, match=r"no http\(s\) address"):
        get(kit, [move(location)])


def test_a_redirect_without_location_is_judged_as_it_is(kit: Any) -> None:
    with pytest.raises(BadResponse, match="answered 302"):
        get(kit, [RawResponse(302, {}, b"")])


@pytest.mark.parametrize(("status", "method"), [(301, "GET"), (303, "GET"), (307, "POST"), (308, "POST")])
def test_what_a_redirect_makes_of_a_post(kit: Any, status: int, method: str) -> None:
    transport = kit.Scripted([move("/y", status), kit.reply()])
    asyncio.run(kit.client(transport).session().post(URL, body=b"a=1"))
    assert transport.requests[1].method == method
    assert transport.requests[1].body == (b"a=1" if method == "POST" else b"")


def test_the_request_budget_counts_redirects(kit: Any) -> None:
    with pytest.raises(BudgetExceeded, match="more than 2 requests for one subject") as caught:
        get(kit, lambda request: move("/y"), kit.source(budget=Budget(requests=2)))
    assert caught.value.url == "https://api.example.org/y"


def test_the_byte_budget_shrinks_with_each_answer(kit: Any) -> None:
    limits: list[int] = []

    class Watching(kit.Scripted):  # type: ignore[misc, name-defined]
        async def send(self, request: Any, *, max_bytes: int, timeout: float) -> Any:
            limits.append(max_bytes)
            return await super().send(request, max_bytes=max_bytes, timeout=timeout)

    client = kit.client(
        Watching(lambda request: kit.reply(200, b"x" * 40)),
        kit.source(budget=Budget(total_bytes=100, response_bytes=70)),
    )

    async def three() -> None:
        http = client.session()
        for _ in range(3):
            await http.get(URL)

    asyncio.run(three())
    assert limits == [70, 60, 20]
    assert client.meter.bytes == 120


def test_the_time_budget_ends_a_subject_and_not_the_next(kit: Any) -> None:
    async def slow(request: Any) -> None:
        await kit.clock.sleep(6)

    class Slow(kit.Scripted):  # type: ignore[misc, name-defined]
        async def send(self, request: Any, *, max_bytes: int, timeout: float) -> Any:
            timeouts.append(timeout)
            await kit.clock.sleep(6)
            return await super().send(request, max_bytes=max_bytes, timeout=timeout)

    timeouts: list[float] = []
    client = kit.client(Slow(lambda request: kit.reply()), kit.source(budget=Budget(seconds=10)))

    async def ask() -> None:
        http = client.session()
        for _ in range(5):
            await http.get(URL)

    for _ in range(2):
        with pytest.raises(BudgetExceeded, match="more than 10 seconds"):
            asyncio.run(ask())
    assert timeouts == pytest.approx([10, 4, 10, 4], abs=0.01)
    assert client.meter.seconds == pytest.approx(24)


def test_what_was_refused_goes_with_the_error_and_not_with_a_later_one(kit: Any) -> None:
    async def ask() -> Any:
        http = kit.client(kit.Scripted([kit.reply(404, '{"message":"gone"}'), kit.reply()])).session()
        with pytest.raises(NotFound):
            await http.get(URL)
        refused = http.refused
        await http.get(URL)
        return refused, http.refused, len(http.responses)

    refused, later, good = asyncio.run(ask())
    assert refused.status == 404
    assert later is None
    assert good == 1


def test_the_meter_counts_failures(kit: Any) -> None:
    transport = kit.Scripted([Unavailable("reset"), kit.reply(500), kit.reply()])
    client = kit.client(transport)
    asyncio.run(client.session().get(URL))
    assert (client.meter.requests, client.meter.failed, client.meter.retried) == (3, 2, 2)


@pytest.mark.parametrize("url", ["ftp://x/", "x", "", "https://", "http://[::1", "file:///etc/passwd"])
def test_a_plugin_that_asks_for_nonsense_is_told(kit: Any, url: str) -> None:
    with pytest.raises(ConfigError, match=r"no http\(s\) address"):
        asyncio.run(kit.client(kit.Scripted([])).session().get(url))


def test_parameters_are_joined_to_the_address(kit: Any) -> None:
    transport = kit.Scripted([kit.reply()])
    params = {"q": "周 &=潤發", "page": 2, "all": True, "none": None, "adult": False}
    asyncio.run(kit.client(transport).session().get("https://u:p@api.example.org/x?a=1#frag", params=params))
    assert transport.urls == [f"{URL}?a=1&q=%E5%91%A8+%26%3D%E6%BD%A4%E7%99%BC&page=2&all=1&adult=0"]
