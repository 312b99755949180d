"""Whom do the sources take? Generated people with every difficulty, and lists with mistakes of their own.

The right person, NotFound or Ambiguous: never another person, for TMDb, for Wikipedia and for the Wikidata resolver.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from springhead.clock import FrozenClock
from springhead.engine import Engine, Outcome
from springhead.entries import Run
from springhead.errors import Ambiguous, NotFound, SpringheadError
from springhead.http import Client
from springhead.http.live import LiveTransport
from springhead.http.secrets import Secrets
from springhead.plugins import load_resolver, load_source
from springhead.source import Source
from springhead.subject import Subject
from springhead_demo.simulator import Faults, Simulator, generate_people

COUNT = 150
HARD = Faults(
    namesakes=0.3,
    only_namesakes=0.08,
    undated=0.08,
    undated_namesakes=0.1,
    alias_only=0.15,
    other_script=0.1,
    misspelt=0.1,
    not_found=0.08,
    not_a_person=0.08,
    no_person=0.06,
    wrong_birth_date=0.15,
    deceased=0.1,
)
TRAITS = (
    *("not_found", "namesakes", "undated", "undated_namesakes", "alias_only", "other_script", "misspelt"),
    *("not_a_person", "no_person", "wrong_birth_date", "deceased"),
)
NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)


class Collect:
    def __init__(self) -> None:
        self.outcomes: dict[str, Outcome] = {}

    async def store(self, outcome: Outcome) -> Any:
        return "written"

    async def dead_letter(self, outcome: Outcome) -> None:
        pass

    async def defer(self, outcome: Outcome) -> None:
        raise AssertionError("neither source has a quota")

    async def recall(self, outcome: Outcome) -> bool:
        return False

    async def ended(self, outcome: Outcome, kind: str) -> None:
        self.outcomes[outcome.subject.id] = outcome


def client_of(source: type[Source], url: str) -> tuple[Client, LiveTransport]:
    transport = LiveTransport(Secrets(source.secrets), url)
    # The clock is frozen, so that rates cost no time; the answers come over a real connection.
    return Client(source(), transport, clock=FrozenClock(NOW)), transport


async def _scrape(name: str, url: str, subjects: list[Subject]) -> dict[str, Outcome]:
    source, sink = load_source(name), Collect()
    client, transport = client_of(source, url)
    try:
        await Engine(source, client, Run.at(name, "2026-11-22T02:00:00Z"), "tests/0").run(subjects, sink)
    finally:
        await transport.close()
    return sink.outcomes


async def _resolve(url: str, subjects: list[Subject]) -> dict[str, Outcome]:
    resolver = load_resolver()
    assert resolver is not None
    client, transport = client_of(resolver, url)
    outcomes = {}
    try:
        for subject in subjects:
            outcomes[subject.id] = outcome = Outcome(subject)
            try:
                async for item in client.source.collect(subject, client.session()):
                    outcome.identities.update(item.ids)  # type: ignore[union-attr]
            except SpringheadError as error:
                outcome.error = error
    finally:
        await transport.close()
    return outcomes


@dataclass
class World:
    """What the sources said of everybody on a list, and what is so."""

    name: str
    outcomes: dict[str, dict[str, Outcome]] = field(default_factory=dict)
    truth: dict[str, Any] = field(default_factory=dict)

    def taken(self, source: str, celebrity_id: str) -> str | None:
        """The id of the person who was taken, None where nobody was."""
        outcome = self.outcomes[source][celebrity_id]
        if outcome.error is not None:
            return None
        if source == "wikidata":
            return outcome.identities["wikidata"]
        assert outcome.record is not None
        answer = json.loads(outcome.record["raw_text"])
        if source == "wikipedia":
            return str(answer["query"]["pages"][0]["pageprops"]["wikibase_item"])
        return str(answer["id"])

    def right(self, source: str, celebrity_id: str) -> str | None:
        truth = self.truth[celebrity_id]
        if source in {"wikipedia", "wikidata"}:
            return truth["item"] if not truth["not_a_person"] and not truth["no_person"] else None
        return str(truth["tmdb_id"]) if truth["tmdb_id"] else None

    def counts(self, source: str) -> Counter[str]:
        counts: Counter[str] = Counter()
        for celebrity_id, outcome in self.outcomes[source].items():
            if outcome.error is not None:
                counts[outcome.error.name] += 1
            else:
                right = self.taken(source, celebrity_id) == self.right(source, celebrity_id)
                counts["right" if right else "another person"] += 1
        return counts


def as_listed(subject: Subject, seed: int) -> Subject:
    return subject


def with_mistakes(subject: Subject, seed: int) -> Subject:
    """The list entry as somebody in a hurry typed it."""
    dice = random.Random(f"{seed} {subject.id}")
    born, name = subject.birth_date or "", subject.name
    place = dice.randrange(1, max(2, len(name) - 1))
    return dice.choice(
        [
            subject,
            replace(subject, birth_date=born[:3] + str((int(born[3]) + dice.randint(1, 9)) % 10) + born[4:]),
            replace(subject, birth_date=f"{born[:4]}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}"),
            replace(subject, birth_date=f"{dice.randint(1940, 2004)}-{dice.randint(1, 12):02d}-{born[8:]}"),
            replace(subject, birth_date=None),
            replace(subject, occupation=()),
            replace(subject, occupation=("政治家",)),
            replace(subject, nationality=None, occupation=()),
            replace(subject, name=name[:place] + name[place] + name[place:]),
            replace(subject, name=name[:place] + name[place + 1 :]) if len(name) > 3 else subject,
            replace(subject, name=name[:place] + dice.choice("甲乙丙rst") + name[place + 1 :]),
        ]
    )


WORLDS = [
    ("hard", as_listed, 11),
    ("hard", as_listed, 23),
    ("mistakes", with_mistakes, 5),
    ("mistakes", with_mistakes, 47),
]
SOURCES = ["tmdb", "wikipedia", "wikidata", "tmdb by id"]


@pytest.fixture(scope="module", params=WORLDS, ids=lambda world: f"{world[0]}-{world[2]}")
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    name, listed, seed = request.param
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("TMDB_TOKEN", "token")
        people: list[Any] = list(generate_people(COUNT, seed=seed))
        with Simulator(people, seed=seed, faults=HARD) as simulator:
            subjects = [listed(Subject.from_record(person), seed) for person in people]
            found = World(name)
            found.truth = {subject.id: simulator.truth(subject.id) for subject in subjects}
            for source in ("tmdb", "wikipedia"):
                found.outcomes[source] = asyncio.run(_scrape(source, simulator.url, subjects))
            found.outcomes["wikidata"] = resolved = asyncio.run(_resolve(simulator.url, subjects))
            known = [replace(s, identities=resolved[s.id].identities) for s in subjects]
            found.outcomes["tmdb by id"] = asyncio.run(_scrape("tmdb", simulator.url, known))
            yield found


@pytest.mark.parametrize("source", SOURCES)
def test_never_another_person(world: World, source: str) -> None:
    for celebrity_id in world.truth:
        taken, right = world.taken(source, celebrity_id), world.right(source, celebrity_id)
        assert taken in (None, right), (world.outcomes[source][celebrity_id].subject, world.truth[celebrity_id])


@pytest.mark.parametrize("source", SOURCES)
def test_nobody_vanishes_and_every_failure_is_one_of_two(world: World, source: str) -> None:
    outcomes = world.outcomes[source]
    assert outcomes.keys() == world.truth.keys()
    assert {type(o.error) for o in outcomes.values() if o.error is not None} == {NotFound, Ambiguous}


#: Least share of the list that is found. Six in ten are there, are people and are listed with their birth date.
FOUND = {
    "hard": {"tmdb": 0.55, "wikipedia": 0.5, "wikidata": 0.5, "tmdb by id": 0.55},
    "mistakes": {"tmdb": 0.3, "wikipedia": 0.25, "wikidata": 0.18, "tmdb by id": 0.3},
}


@pytest.mark.parametrize("source", SOURCES)
def test_most_who_can_be_told_are_found(world: World, source: str, record_property: Any) -> None:
    counts = world.counts(source)
    record_property("counts", dict(counts))
    print(world.name, source, dict(counts))
    assert counts["right"] >= FOUND[world.name][source] * COUNT


@pytest.mark.parametrize("source", SOURCES)
def test_what_a_person_must_decide_says_what_to_do(world: World, source: str) -> None:
    for outcome in world.outcomes[source].values():
        if isinstance(outcome.error, Ambiguous):
            assert f"birth_date of {outcome.subject.id} in the list" in str(outcome.error.hint)
            assert "identities" in str(outcome.error.hint)


def test_the_list_was_hard_enough(world: World) -> None:
    for trait in TRAITS:
        assert sum(bool(truth[trait]) for truth in world.truth.values()) >= COUNT * 0.02, trait


def test_a_known_id_saves_the_search(world: World) -> None:
    known = [o for o in world.outcomes["tmdb by id"].values() if len(o.responses) == 1 and o.record]
    assert len(known) >= COUNT * 0.2
    assert all("/person/" in outcome.responses[0].url for outcome in known)
