from __future__ import annotations

import asyncio
from typing import Any

import pytest
from springhead.clock import FrozenClock
from springhead.http import HostLimits
from springhead.http.live import MAX_CONNECTIONS
from springhead.source import Rate


def run(clock: FrozenClock, limits: HostLimits, rate: Rate, count: int, hosts: int = 1, hold: float = 0.0) -> Any:
    starts: list[tuple[str, float]] = []
    under_way = most = 0

    async def ask(number: int) -> None:
        nonlocal under_way, most
        host = f"h{number % hosts}"
        async with limits.turn(host, rate):
            starts.append((host, clock.monotonic()))
            under_way += 1
            most = max(most, under_way)
            await clock.sleep(hold)
            under_way -= 1

    async def everybody() -> None:
        await asyncio.gather(*(ask(number) for number in range(count)))

    asyncio.run(everybody())
    return starts, most


@pytest.mark.parametrize("concurrency", [1, 4, 8])
def test_requests_are_spaced_evenly_without_a_burst(clock: FrozenClock, concurrency: int) -> None:
    starts, _ = run(clock, HostLimits(clock), Rate(per_second=4, concurrency=concurrency), 20)
    assert [at for _, at in starts] == pytest.approx([number * 0.25 for number in range(20)])


def test_no_more_are_under_way_than_the_source_says(clock: FrozenClock) -> None:
    starts, most = run(clock, HostLimits(clock), Rate(per_second=1000, concurrency=3), 12, hold=5.0)
    assert most == 3
    assert len(starts) == 12


def test_hosts_do_not_wait_for_each_other(clock: FrozenClock) -> None:
    starts, _ = run(clock, HostLimits(clock), Rate(per_second=1, concurrency=1), 6, hosts=3)
    assert clock.monotonic() == pytest.approx(1.0)
    assert sorted(starts) == [(f"h{n}", at) for n in range(3) for at in (0.0, 1.0)]


def test_idle_time_is_not_saved_up(clock: FrozenClock) -> None:
    limits, rate = HostLimits(clock), Rate(per_second=1, concurrency=1)
    run(clock, limits, rate, 1)
    asyncio.run(clock.sleep(100))
    starts, _ = run(clock, limits, rate, 3)
    assert [at for _, at in starts] == pytest.approx([100.0, 101.0, 102.0])


def test_after_a_pause_requests_are_spaced_again(clock: FrozenClock) -> None:
    limits, rate = HostLimits(clock), Rate(per_second=2, concurrency=4)
    run(clock, limits, rate, 1)
    limits.pause("h0", 60)
    starts, _ = run(clock, limits, rate, 4)
    assert [at for _, at in starts] == pytest.approx([60.0, 60.5, 61.0, 61.5])


def test_a_crawl_delay_slows_down_and_never_speeds_up(clock: FrozenClock) -> None:
    limits = HostLimits(clock)
    limits.slow_down("h0", 10)
    limits.slow_down("h0", 3)
    starts, _ = run(clock, limits, Rate(per_second=100, concurrency=4), 3)
    assert [at for _, at in starts] == pytest.approx([0.0, 10.0, 20.0])


def test_the_scale_is_a_factor_on_the_rate(clock: FrozenClock) -> None:
    starts, _ = run(clock, HostLimits(clock, scale=10), Rate(per_second=1, concurrency=1), 3)
    assert [at for _, at in starts] == pytest.approx([0.0, 0.1, 0.2])


@pytest.mark.parametrize("kwargs", [{"per_second": 0}, {"per_second": -1}, {"concurrency": 0}, {"concurrency": 9}])
def test_a_source_cannot_declare_an_impossible_rate(kwargs: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"Rate\."):
        Rate(**kwargs)


def test_no_client_has_more_than_eight_connections(server: Any) -> None:
    from springhead.http import Request
    from springhead.http.live import LiveTransport
    from springhead.http.secrets import Secrets

    under_way = most = 0

    async def slow(head: str, reader: Any, writer: Any) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.02)
        under_way -= 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")

    async def everybody() -> None:
        transport = LiveTransport(Secrets({}), server.url)
        request = Request.build("GET", "https://api.example.org/x")
        await asyncio.gather(*(transport.send(request, max_bytes=99, timeout=20) for _ in range(40)))
        await transport.close()

    server.routes["/api.example.org/x"] = slow
    asyncio.run(everybody())
    assert len(server.requests) == 40
    assert most == MAX_CONNECTIONS == 8
