from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from springhead.errors import AuthFailed, BudgetExceeded, NotFound, RateLimited, Unavailable
from springhead.http.retry import RetryPolicy, parse_retry_after
from springhead.source import Budget

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("Fri, 20 Nov 2026 10:00:30 GMT", 30.0),
        ("Friday, 20-Nov-26 10:00:30 GMT", 30.0),
        ("Fri, 20 Nov 2026 09:00:00 GMT", 0.0),
        ("Fri, 20 Nov 2026 11:00:30 +0100", 30.0),
        ("Fri, 20 Nov 2026 10:00:30 -0000", 30.0),
        ("9" * 400, 999999999999.0),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("１２", None),
        ("Fri, 99 Nov 2026 10:00:00 GMT", None),
        ("Fri, 20 Nov 99999 10:00:00 GMT", None),
    ],
)
def test_retry_after_in_both_forms(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, NOW) == seconds


def test_backoff_grows_with_full_jitter_and_stops() -> None:
    policy = RetryPolicy(tries=5, base=0.5, cap=3.0)
    assert [policy.wait(n, None, 1.0) for n in range(5)] == [0.5, 1.0, 2.0, 3.0, None]
    assert [policy.wait(n, None, 0.0) for n in range(4)] == [0.0, 0.0, 0.0, 0.0]
    assert policy.wait(2, None, 0.25) == 0.5


def test_a_wait_is_never_shorter_than_retry_after_nor_than_the_backoff() -> None:
    policy = RetryPolicy(max_wait=60)
    assert policy.wait(0, 10.0, 0.0) == 10.0
    assert policy.wait(3, 10.0, 1.0) == 11.0
    assert policy.wait(3, 0.0, 1.0) == 4.0
    assert policy.wait(0, 60.5, 0.5) is None


def get(kit: Any, transport: Any, made: Any = None, **kwargs: Any) -> Any:
    client = kit.client(transport, made, **kwargs)
    return client, asyncio.run(client.session().get("https://api.example.org/x"))


def test_what_can_be_tried_again_is(kit: Any) -> None:
    answers = [kit.reply(503), Unavailable("reset"), kit.reply(429, retry_after="7"), kit.reply(200)]
    transport = kit.Scripted(answers)
    client, page = get(kit, transport)
    assert page.status == 200
    assert client.meter.requests == 4
    assert client.meter.retried == 3
    assert client.meter.failed == 3
    assert kit.clock.monotonic() >= 7


def test_a_date_is_waited_for(kit: Any) -> None:
    get(kit, kit.Scripted([kit.reply(503, retry_after="Fri, 20 Nov 2026 10:00:30 GMT"), kit.reply()]))
    assert 30 <= kit.clock.monotonic() <= 31


@pytest.mark.parametrize("value", ["Fri, 20 Nov 2020 10:00:00 GMT", "soon", "-1"])
def test_a_past_date_and_nonsense_still_back_off(kit: Any, value: str) -> None:
    get(kit, kit.Scripted([kit.reply(503, retry_after=value), kit.reply(503, retry_after=value), kit.reply()]))
    assert kit.clock.monotonic() == pytest.approx(0.25 + 0.5)


def test_the_last_try_says_why(kit: Any) -> None:
    transport = kit.Scripted(lambda request: kit.reply(500, '{"message": "out of order"}'))
    with pytest.raises(Unavailable, match="answered 500: out of order"):
        get(kit, transport)
    assert len(transport.requests) == 5


@pytest.mark.parametrize(("status", "error"), [(401, AuthFailed), (404, NotFound)])
def test_what_cannot_get_better_is_not_tried_again(kit: Any, status: int, error: type[Exception]) -> None:
    transport = kit.Scripted(lambda request: kit.reply(status))
    with pytest.raises(error):
        get(kit, transport)
    assert len(transport.requests) == 1


def test_too_long_a_wait_ends_the_request_and_leaves_the_host_alone(kit: Any) -> None:
    transport = kit.Scripted(lambda request: kit.reply(429, retry_after="3600"))
    client = kit.client(transport)
    with pytest.raises(RateLimited):
        asyncio.run(client.session().get("https://api.example.org/x"))
    with pytest.raises(RateLimited, match="left alone for 3600 s") as caught:
        asyncio.run(client.session().get("https://api.example.org/y"))
    assert caught.value.retry_after == 3600
    assert len(transport.requests) == 1
    with pytest.raises(RateLimited):
        asyncio.run(client.session().get("https://other.example.org/"))
    assert len(transport.requests) == 2
    asyncio.run(kit.clock.sleep(3601))
    with pytest.raises(RateLimited):
        asyncio.run(client.session().get("https://api.example.org/y"))
    assert len(transport.requests) == 3


def test_no_wait_is_longer_than_the_time_budget(kit: Any) -> None:
    made = kit.source(budget=Budget(seconds=10))
    with pytest.raises(RateLimited):
        get(kit, kit.Scripted(lambda request: kit.reply(429, retry_after="20")), made)
    assert kit.clock.monotonic() == 0


def test_a_429_makes_everybody_wait(kit: Any) -> None:
    answers: dict[str, int] = {}

    def answer(request: Any) -> Any:
        answers[request.url] = answers.get(request.url, 0) + 1
        first = request.url.endswith("/0") and answers[request.url] == 1
        times.append((request.url[-1], kit.clock.monotonic()))
        return kit.reply(429, retry_after="30") if first else kit.reply()

    times: list[tuple[str, float]] = []
    client = kit.client(kit.Scripted(answer), kit.source(rate=kit.Plain.rate.__class__(per_second=1, concurrency=1)))

    async def all_at_once() -> None:
        await asyncio.gather(*(client.session().get(f"https://api.example.org/{n}") for n in range(4)))

    asyncio.run(all_at_once())
    assert times[0] == ("0", 0.0)
    assert all(at >= 30 for _, at in times[1:])
    assert {name for name, _ in times} == {"0", "1", "2", "3"}
    assert len(times) == 5


def test_the_request_budget_holds_for_retries_too(kit: Any) -> None:
    transport = kit.Scripted(lambda request: kit.reply(503))
    with pytest.raises(BudgetExceeded, match="more than 3 requests"):
        get(kit, transport, kit.source(budget=Budget(requests=3)))
    assert len(transport.requests) == 3
