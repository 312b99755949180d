"""Instagram and Threads as the simulator speaks for them: every shape of a page and every wall, in every language."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from springhead.clock import FrozenClock
from springhead.engine import Engine, Outcome
from springhead.entries import Run
from springhead.http import Client
from springhead.http.live import LiveTransport
from springhead.http.secrets import Secrets
from springhead.plugins import load_source
from springhead.profiles import profile_of
from springhead.subject import Subject
from springhead_demo.simulator import Simulator, generate_people

SITES = ("www.instagram.com", "www.threads.net", "www.threads.com")
SHAPES = ("shared_data", "additional_data", "web_profile_info", "relay", "og_only")
WALLS = {
    "not_found_old": "NotFound",
    "not_found_new": "NotFound",
    "login_redirect": "Blocked",
    "login_form": "Blocked",
    "login_shell": "Blocked",
    "challenge_redirect": "Blocked",
    "challenge_page": "Blocked",
    "checkpoint": "Blocked",
    "forbidden": "Blocked",
    "unauthorised": "Blocked",
    "wait_401": "RateLimited",
    "wait_403": "RateLimited",
    "too_many": "RateLimited",
}


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator(generate_people(60)) as running:
        yield running


def handles(simulator: Simulator, service: str) -> dict[str, str]:
    """Handles by subject id, of those who have an account that still exists."""
    ids = [person["celebrity_id"] for person in generate_people(60)]
    found = {key: simulator.truth(key)[service] for key in ids}
    return {key: account["handle"] for key, account in found.items() if account and account["state"] != "gone"}


def scrape(simulator: Simulator, service: str, exempt: tuple[str, ...] = SITES) -> list[Outcome]:
    source = load_source(service)
    subjects = [Subject(key, key, identities={service: h}) for key, h in handles(simulator, service).items()]

    async def run() -> list[Outcome]:
        transport = LiveTransport(Secrets(source.secrets), simulator.url)
        clock, outcomes = FrozenClock(datetime(2026, 11, 22, 2, tzinfo=UTC)), []
        try:
            for subject in subjects:  # each with a client of its own: a block must not decide for the next one here
                client = Client(source(), transport, clock=clock, exempt=exempt)
                engine = Engine(source, client, Run.at(service, "2026-11-22T02:00:00Z"), "tests/0")
                outcomes.append(await engine.ask(subject))
        finally:
            await transport.close()
        return outcomes

    return asyncio.run(run())


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("INSTAGRAM_ACCESS_TOKEN", "INSTAGRAM_USER_ID", "THREADS_ACCESS_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_a_profile_is_the_right_persons_record(simulator: Simulator, shape: str) -> None:
    simulator.switch("www.instagram.com", f"shape.{shape}")
    outcomes = scrape(simulator, "instagram")
    simulator.switch("www.instagram.com", None)
    assert len(outcomes) > 30
    for outcome in outcomes:
        truth = simulator.truth(outcome.subject.id)["instagram"]
        assert outcome.error is None
        assert outcome.record is not None
        assert outcome.record["source"] == f"https://www.instagram.com/{truth['handle']}"
        profile = profile_of(outcome.responses[-1], truth["handle"])
        assert profile.username == truth["handle"]
        assert profile.followers is not None
        # Pages with meta tags only round: to two figures at the worst.
        rounding = 0.25 * truth["followers"] if shape == "og_only" else 0
        assert abs(profile.followers - truth["followers"]) <= rounding


@pytest.mark.parametrize("wall", WALLS)
def test_every_wall_has_its_name_in_every_language(simulator: Simulator, wall: str) -> None:
    places = [f"www.instagram.com/{handle}" for handle in handles(simulator, "instagram").values()]
    for place in places:
        simulator.switch(place, f"instagram.{wall}")
    outcomes = scrape(simulator, "instagram")
    for place in places:
        simulator.switch(place, None)
    assert Counter(type(outcome.error).__name__ for outcome in outcomes) == {WALLS[wall]: len(places)}
    assert all(outcome.record is None for outcome in outcomes)


def test_threads_pages_are_read_where_they_moved_to(simulator: Simulator) -> None:
    outcomes = scrape(simulator, "threads")
    assert len(outcomes) > 15
    assert {type(outcome.error).__name__ for outcome in outcomes} == {"NoneType"}
    assert {outcome.responses[-1].request.host for outcome in outcomes} == {"www.threads.com"}


@pytest.mark.parametrize("service", ["instagram", "threads"])
def test_without_an_exemption_nothing_but_robots_txt_is_asked_for(simulator: Simulator, service: str) -> None:
    outcomes = scrape(simulator, service, exempt=())
    assert {type(outcome.error).__name__ for outcome in outcomes} == {"RobotsDenied"}
    assert not any(outcome.responses for outcome in outcomes)


@pytest.mark.parametrize(("service", "closed"), [("instagram", {"private", "personal"}), ("threads", set[str]())])
def test_the_api_gives_the_same_people(
    simulator: Simulator, service: str, closed: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSTAGRAM_ACCESS_TOKEN", "EAAB-made-up-token-1")
    monkeypatch.setenv("INSTAGRAM_USER_ID", "17841400000000000")
    monkeypatch.setenv("THREADS_ACCESS_TOKEN", "THAA-made-up-token-1")
    for outcome in scrape(simulator, service, exempt=()):
        truth = simulator.truth(outcome.subject.id)[service]
        if truth["state"] in closed:  # the API knows professional accounts only
            assert type(outcome.error).__name__ == "NotFound"
        else:
            assert outcome.error is None
            assert profile_of(outcome.responses[0], truth["handle"]).followers == truth["followers"]
