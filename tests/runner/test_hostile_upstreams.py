"""Hostile upstreams: whatever a host answers, a source ends in a named error or in the right record, within its budget.

Every source is asked about one subject whom it knows, once for each switch of the simulator on each host that it asks.
"""

from __future__ import annotations

import asyncio
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from springhead.clock import FrozenClock
from springhead.engine import Outcome
from springhead.errors import (
    BadResponse,
    Blocked,
    BudgetExceeded,
    ConfigError,
    ContractViolation,
    NotFound,
    PluginError,
    RateLimited,
    RobotsDenied,
    SpringheadError,
    Unavailable,
)
from springhead.http import Meter, RetryPolicy, client
from springhead.local import live_engine
from springhead.plugins import load_source, plugin_names
from springhead.settings import Settings
from springhead.subject import Subject
from springhead_demo.simulator import Allowances, Simulator, generate_people
from springhead_demo.simulator.deceptive import DECEPTIONS, INSIDE
from springhead_demo.simulator.hostile import ATTACKS, LARGE
from springhead_demo.simulator.messages import Request, Response

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
KEYS = {
    name: f"s3cr3t-{name.lower()}"
    for name in (
        *("TMDB_TOKEN", "GOOGLE_API_KEY", "GOOGLE_CSE_ID", "YOUTUBE_API_KEY", "NEWSAPI_KEY"),
        *("INSTAGRAM_ACCESS_TOKEN", "INSTAGRAM_USER_ID", "THREADS_ACCESS_TOKEN"),
    )
} | {"INSTAGRAM_USER_ID": "17841400000000001"}
SITES = ("www.instagram.com", "www.threads.net", "www.threads.com")
#: Each way to ask: source, and the keys that it lacks.
WAYS: dict[str, tuple[str, tuple[str, ...]]] = {
    "tmdb": ("tmdb", ()),
    "wikipedia": ("wikipedia", ()),
    "google_search": ("google_search", ()),
    "youtube": ("youtube", ()),
    "news by key": ("news", ()),
    "news": ("news", ("NEWSAPI_KEY",)),
    "instagram by token": ("instagram", ()),
    "instagram": ("instagram", ("INSTAGRAM_ACCESS_TOKEN",)),
    "threads by token": ("threads", ()),
    "threads": ("threads", ("THREADS_ACCESS_TOKEN",)),
    "instagram_restaurants": ("instagram_restaurants", ("INSTAGRAM_ACCESS_TOKEN",)),
    "instagram_restaurants by token": ("instagram_restaurants", ()),
    "instagram_posts": ("instagram_posts", ()),
}
HOSTS = {
    "tmdb": {"api.themoviedb.org"},
    "wikipedia": {"www.wikidata.org", "zh.wikipedia.org"},
    "google_search": {"www.googleapis.com"},
    "youtube": {"www.googleapis.com", "www.wikidata.org"},
    "news by key": {"newsapi.org"},
    "news": {"news.google.com"},
    "instagram by token": {"graph.facebook.com", "www.wikidata.org"},
    "instagram": {"www.instagram.com", "www.wikidata.org"},
    "threads by token": {"graph.threads.net", "www.wikidata.org"},
    "threads": {"www.threads.net", "www.threads.com", "www.wikidata.org"},
    "instagram_restaurants": {"www.instagram.com"},
    "instagram_restaurants by token": {"graph.facebook.com"},
    "instagram_posts": {"graph.facebook.com", "www.instagram.com"},
}
#: One is enough of those that ask Wikidata through the engine.
RESOLVED = "youtube"
ROBOTS = {"news": "news.google.com", "instagram": "www.instagram.com", "threads": "www.threads.net"}
SWITCHES = (*ATTACKS, *DECEPTIONS)
#: What may leave a right record: UTF-8 under a name that nobody knows, and a page or feed that is good up to its cut.
HARMLESS = {"unknown_charset", "mislabelled_charset", "short_length", "cut_json", "half"}
CUT = {"short_length", "cut_json"}
ENDLESS = {"drip", "stall"}
#: What may pass for "nobody there": the status says so, or it is a good feed in which nobody is named.
ABSENT = {
    **{way: {"gone"} for way in ("instagram", "threads", "instagram_posts")},
    "news": {"external_dtd", "mislabelled_charset"},
}
PLACE = {"restaurant_name": "BLUE HERON", "city": "SEATTLE"}
#: Simulators at work side by side: a switch holds for a whole simulator.
WORKERS = 6
#: Seconds after which an ask that does not end counts as one that never does.
PATIENCE = 30.0
TRIES = 2


@dataclass
class Asked:
    outcome: Outcome
    meter: Meter
    hosts: set[str] = field(default_factory=set)
    leaked: int = 0


Job = tuple[str, str, str]


@pytest.fixture(scope="module")
def upstreams() -> Iterator[list[Simulator]]:
    people = generate_people(40, seed=5)
    many = Allowances(google_search=10**6, youtube=10**9, newsapi=10**6, hashtags=10**6)
    with ExitStack() as stack:
        yield [stack.enter_context(Simulator(people, seed=5, places=[PLACE], allowances=many)) for _ in range(WORKERS)]


@pytest.fixture(scope="module")
def person(upstreams: list[Simulator]) -> Subject:
    """Somebody whom every source knows, with a name in Chinese."""
    for one in generate_people(40, seed=5):
        truth = upstreams[0].truth(one["celebrity_id"])
        accounts = [truth[service] or {"state": "none"} for service in ("instagram", "threads")]
        known = (
            truth["youtube"] and truth["news"]["own"] and all(account["state"] == "business" for account in accounts)
        )
        if known and not one["name"].isascii():
            return Subject.from_record(one)
    raise AssertionError("nobody is known everywhere: take another seed")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "RetryPolicy", lambda: RetryPolicy(tries=TRIES))
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)
    for switch in ("gzip_bomb", "double_gzip", "deflate_bomb", "raw_deflate_bomb"):
        ATTACKS[switch](Request("GET", "", "", {}, {}), Response(200, b""))  # packing them takes a second, once


def subject_of(source: str, person: Subject) -> Subject:
    if source == "instagram_posts":
        return Subject("noodles", "#noodles", fields={"search_term": "#noodles"})
    if source == "instagram_restaurants":
        return Subject("blue-heron", "BLUE HERON", fields=PLACE)
    return person


async def ask(way: str, upstream: Simulator, person: Subject, *, exempt: bool = True) -> Asked:
    name, lacking = WAYS[way]
    exemptions = [{"host": host, "until": "2026-12-31", "reason": "loopback"} for host in SITES if exempt]
    settings = Settings(upstream=upstream.url, rate_scale=1000.0, robots_exemptions=exemptions)
    keys = {key: value for key, value in KEYS.items() if key not in lacking}
    async with live_engine(
        load_source(name), settings=settings, resolvers=(keys.get,), clock=FrozenClock(NOW)
    ) as engine:
        async with asyncio.timeout(PATIENCE):
            outcome = await engine.ask(subject_of(name, person))
        return Asked(outcome, engine.meter)


def told(stats: dict[str, Any]) -> tuple[Counter[str], int]:
    hosts = stats["hosts"]
    leaked = sum(hosts[name]["faults"].get("credentials", 0) for name in ("(unknown)", "(internal)") if name in hosts)
    return Counter({name: of["requests"] for name, of in hosts.items()}), leaked


def attack(jobs: list[Job], upstreams: list[Simulator], person: Subject, **options: bool) -> dict[Job, Asked]:
    """Ask once for each job, those who must run into the time limit with a short one."""
    ended = {}
    for seconds in (0.3, client.EXCHANGE_TIMEOUT):
        some = [job for job in jobs if (job[2] in ENDLESS) == (seconds < 1)]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(client, "EXCHANGE_TIMEOUT", seconds)
            ended.update(asyncio.run(_attack(some, upstreams, person, **options)))
    return ended


async def _attack(jobs: list[Job], upstreams: list[Simulator], person: Subject, **options: bool) -> dict[Job, Asked]:
    waiting, ended = iter(jobs), {}

    async def work(upstream: Simulator) -> None:
        for way, host, switch in waiting:
            requests, leaked = told(upstream.stats())
            upstream.switch(host, switch)
            ended[way, host, switch] = asked = await ask(way, upstream, person, **options)
            upstream.switch(host, None)
            now = told(upstream.stats())
            asked.hosts, asked.leaked = set(now[0] - requests), now[1] - leaked

    await asyncio.gather(*(work(upstream) for upstream in upstreams))
    return ended


@pytest.fixture(scope="module")
def plain(upstreams: list[Simulator], person: Subject) -> dict[str, Asked]:
    """What each way gives while nobody does any harm."""

    async def all_ways() -> dict[str, Asked]:
        found = {}
        for way in WAYS:
            before, _ = told(upstreams[0].stats())
            found[way] = await ask(way, upstreams[0], person)
            found[way].hosts = set(told(upstreams[0].stats())[0] - before)
        return found

    return asyncio.run(all_ways())


def content(outcome: Outcome) -> Any:
    return (outcome.record["raw_text"], outcome.record["name"]) if outcome.record else outcome.rows


def check(job: Job, asked: Asked, plain: Asked) -> None:
    """A named error, or the right record; within the budget; nothing told to strangers, nothing learnt from inside."""
    (way, host, switch), outcome, source = job, asked.outcome, load_source(WAYS[job[0]][0])
    error = outcome.error
    if error is None:
        assert switch in HARMLESS or (way.startswith("instagram_restaurants") and switch == "gone"), job
        if host in asked.hosts and switch in CUT and content(outcome) != content(plain.outcome):
            assert outcome.record and plain.outcome.record
            assert content(plain.outcome)[0].startswith(content(outcome)[0]), job
            assert all(outcome.record[key] == plain.outcome.record[key] for key in ("name", "source")), job
        else:
            assert content(outcome) == content(plain.outcome), job
    else:
        assert isinstance(error, SpringheadError) and not isinstance(error, (PluginError, ConfigError)), (job, error)
        assert outcome.record is None and "\n" not in error.message, (job, error)
        assert not isinstance(error, NotFound) or switch in ABSENT.get(way, ()), (job, error)
        assert not isinstance(error, ContractViolation), (job, error)
    assert asked.meter.requests <= source.budget.requests * TRIES
    assert asked.meter.bytes <= source.budget.total_bytes
    assert "(internal)" not in asked.hosts and asked.leaked == 0, job
    kept = [repr(error), *(answer.body.decode("latin-1") + str(answer.headers) for answer in outcome.answers)]
    assert not any(mark in text for text in kept for mark in ("s3cr3t", "SIMULATED-INTERNAL", "root:x:")), job


def test_every_way_gives_a_record_while_nobody_does_any_harm(plain: dict[str, Asked], person: Subject) -> None:
    assert {way: asked.outcome.error for way, asked in plain.items()} == dict.fromkeys(WAYS)
    assert {way: asked.hosts for way, asked in plain.items()} == HOSTS
    assert {name for name, _ in WAYS.values()} == set(plugin_names())  # a new source is attacked, too


@pytest.mark.parametrize("way", WAYS)
def test_hostile_answers_end_in_a_named_error_or_the_right_record(
    way: str, upstreams: list[Simulator], person: Subject, plain: dict[str, Asked]
) -> None:
    hosts = [host for host in sorted(HOSTS[way]) if host != "www.wikidata.org" or way in {RESOLVED, "wikipedia"}]
    jobs = [(way, host, switch) for host in hosts for switch in SWITCHES]
    ended = attack(jobs, upstreams, person)
    assert len(ended) == len(jobs) == len(hosts) * (len(ATTACKS) + len(DECEPTIONS))
    for job, asked in ended.items():
        check(job, asked, plain[way])
    names = {job[2]: asked.outcome.error.name for job, asked in ended.items() if asked.outcome.error}
    expected = {
        **dict.fromkeys(("huge", "huge_chunked", "gzip_bomb", "deflate_bomb", "raw_deflate_bomb"), "BudgetExceeded"),
        **dict.fromkeys(("drip", "stall", "hang_up", "garbage", "bad_gateway"), "Unavailable"),
        **dict.fromkeys(("broken_gzip", "brotli_bomb", "double_gzip"), "BadResponse"),
        **{switch: "InternalAddress" for switch in INSIDE if switch[9:] not in {"file", "gopher", "stranger"}},
        **dict.fromkeys(("redirect_loop", "redirect_chain", "redirect_file", "redirect_gopher"), "BadResponse"),
        "captcha": "RateLimited",
    }
    assert {switch: names.get(switch) for switch in expected} == expected


@pytest.mark.parametrize("way", ROBOTS)
def test_a_hostile_robots_txt_does_no_more(
    way: str, upstreams: list[Simulator], person: Subject, plain: dict[str, Asked]
) -> None:
    """What cannot be had forbids everything; what is no robots.txt forbids nothing (RFC 9309)."""
    jobs = [(way, f"{ROBOTS[way]}/robots.txt", switch) for switch in SWITCHES]
    ended = attack(jobs, upstreams, person, exempt=False)
    for job, asked in ended.items():
        error = asked.outcome.error
        if error is None:
            assert content(asked.outcome) == content(plain[way].outcome), job
        else:
            assert isinstance(error, (RobotsDenied, Unavailable, RateLimited, BudgetExceeded, BadResponse, Blocked)), (
                job
            )
        assert "(internal)" not in asked.hosts and asked.leaked == 0
    stopped = {job[2] for job, asked in ended.items() if asked.outcome.error}
    assert stopped >= {"huge", "gzip_bomb", "drip", "stall", "redirect_metadata", "bad_gateway", "captcha"}


@pytest.mark.parametrize("switch", ["huge", "huge_chunked", "gzip_bomb", "raw_deflate_bomb", "deep_json"])
def test_a_hundred_megabytes_never_lie_in_memory(switch: str, upstreams: list[Simulator], person: Subject) -> None:
    assert LARGE == 100 * 1024 * 1024
    tracemalloc.start()
    try:
        ended = attack([("tmdb", "api.themoviedb.org", switch)], upstreams[:1], person)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert {asked.outcome.error.name for asked in ended.values() if asked.outcome.error} <= {
        "BudgetExceeded",
        "BadResponse",
    }
    assert peak < LARGE / 2
