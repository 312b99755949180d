"""Whom does each source take, for every kind of person who is hard to tell? Never another person.

What a source finds by an id or a handle, or by name among candidates, is held against the simulator's truth. News and
web search are about a name, which nobody can tell apart by: there, the confidence says so, and a name that nothing
bears is ``NotFound``.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from springhead.clock import FrozenClock
from springhead.engine import Outcome
from springhead.errors import Ambiguous, NotFound
from springhead.local import live_engine
from springhead.plugins import load_resolver, load_source
from springhead.settings import Settings
from springhead.source import Source
from springhead.subject import Subject
from springhead_demo.simulator import Allowances, Faults, Simulator, generate_people, hard_people, load_people

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "celebrities.json"
KEYS = dict.fromkeys(
    (
        "TMDB_TOKEN",
        "GOOGLE_API_KEY",
        "GOOGLE_CSE_ID",
        "YOUTUBE_API_KEY",
        "INSTAGRAM_ACCESS_TOKEN",
        "THREADS_ACCESS_TOKEN",
    ),
    "key-of-the-tests",
) | {"INSTAGRAM_USER_ID": "17841400000000001"}
MANY = 10**6
HARD = Faults(
    namesakes=0.25, only_namesakes=0.08, undated=0.08, undated_namesakes=0.1, alias_only=0.12, other_script=0.1,
    misspelt=0.1, not_found=0.08, not_a_person=0.08, no_person=0.06, wrong_birth_date=0.12, deceased=0.08,
)  # fmt: skip
TRAITS = (
    *("not_found", "namesakes", "undated", "undated_namesakes", "alias_only", "other_script", "misspelt"),
    *("not_a_person", "no_person", "wrong_birth_date", "deceased"),
)


def member(service: str, name: str) -> Callable[[dict[str, Any]], str | None]:
    return lambda truth: truth[service][name] if truth[service] else None


def item(truth: dict[str, Any]) -> str | None:
    return None if truth["not_a_person"] or truth["no_person"] else truth["item"]


#: Source → where its answer says who it is about, and who that should be.
PEOPLE: dict[str, tuple[Callable[[Any], Any], Callable[[dict[str, Any]], str | None]]] = {
    "tmdb": (lambda raw: str(raw["id"]), lambda truth: str(truth["tmdb_id"]) if truth["tmdb_id"] else None),
    "wikipedia": (lambda raw: raw["query"]["pages"][0]["pageprops"]["wikibase_item"], item),
    "youtube": (lambda raw: raw["items"][0]["id"], member("youtube", "channel")),
    "instagram": (lambda raw: raw["business_discovery"]["username"], member("instagram", "handle")),
    "threads": (lambda raw: raw["username"], member("threads", "handle")),
}
RESOLVER = "wikidata"
NAMES = {"google_search": "google", "news": "news"}
SOURCES = (*PEOPLE, RESOLVER, *NAMES)


class Collect:
    def __init__(self) -> None:
        self.outcomes: dict[str, Outcome] = {}

    async def store(self, outcome: Outcome) -> Any:
        return "written"

    async def dead_letter(self, outcome: Outcome) -> None:
        pass

    async def defer(self, outcome: Outcome) -> None:
        raise AssertionError("the quotas are large enough")

    async def recall(self, outcome: Outcome) -> bool:
        return False

    async def ended(self, outcome: Outcome, kind: str) -> None:
        self.outcomes[outcome.subject.id] = outcome


@dataclass
class World:
    truth: dict[str, dict[str, Any]]
    kinds: dict[str, str]
    #: Entries with the same name and birth date, for each entry.
    same: dict[str, list[str]]
    outcomes: dict[str, dict[str, Outcome]] = field(default_factory=dict)

    def taken(self, source: str, celebrity_id: str) -> str | None:
        outcome = self.outcomes[source][celebrity_id]
        if source == RESOLVER:
            return outcome.identities.get("wikidata")
        if outcome.error is not None:
            return None
        assert outcome.record is not None
        return str(PEOPLE[source][0](json.loads(outcome.record["raw_text"])))

    def right(self, source: str, celebrity_id: str) -> set[str]:
        """Whom the source knows under this entry; a list may have the same person twice, and then both will do."""
        return {found for one in self.same[celebrity_id] if (found := self._own(source, self.truth[one]))}

    def _own(self, source: str, truth: dict[str, Any]) -> str | None:
        return item(truth) if source == RESOLVER else PEOPLE[source][1](truth)


async def _ask(source: type[Source], url: str, subjects: list[Subject]) -> dict[str, Outcome]:
    sink = Collect()
    settings = Settings(upstream=url, rate_scale=1000.0, quotas=dict.fromkeys((*PEOPLE, *NAMES), MANY))
    async with live_engine(source, settings=settings, resolvers=(KEYS.get,), clock=FrozenClock(NOW)) as engine:
        await engine.run(subjects, sink)
    return sink.outcomes


def _resolving() -> type[Source]:
    """A source that needs nothing but to know who it is: what the resolver answers is its outcome."""
    resolver = load_resolver()
    assert resolver is not None

    async def collect(self: Any, subject: Subject, http: Any) -> Any:
        raise NotFound("nothing more is asked")
        yield

    return type("Resolving", (load_source("tmdb"),), {"needs": ("wikidata",), "collect": collect, "secrets": {}})


def _worlds() -> Iterator[tuple[str, Any]]:
    people, traits = hard_people()
    ids = {person["celebrity_id"]: f"celeb_{number:03}" for number, person in enumerate(people, 1)}
    kinds = {ids[told]: told.removeprefix("hard_").rpartition("_")[0] for told in ids}
    listed = [{**person, "celebrity_id": ids[person["celebrity_id"]]} for person in people]
    yield "hard_people", (listed, 7, Faults(), {ids[told]: special for told, special in traits.items()}, kinds)
    for seed in (31, 62):
        yield f"drawn-{seed}", (generate_people(70, seed=seed), seed, HARD, None, {})
    if SHARED.exists():
        yield "shared-list", (load_people(SHARED), 3, HARD, None, {})


def _same(subjects: list[Subject]) -> dict[str, list[str]]:
    groups: dict[tuple[str, str | None], list[str]] = defaultdict(list)
    for subject in subjects:
        groups[subject.name, subject.birth_date].append(subject.id)
    return {subject.id: groups[subject.name, subject.birth_date] for subject in subjects}


@pytest.fixture(scope="module", params=_worlds(), ids=lambda world: world[0])
def world(request: pytest.FixtureRequest) -> World:
    people, seed, faults, traits, kinds = request.param[1]
    allowances = Allowances(google_search=MANY, youtube=MANY, newsapi=MANY)
    with pytest.MonkeyPatch.context() as patch:
        for name in (*KEYS, "NEWSAPI_KEY"):
            patch.delenv(name, raising=False)
        with Simulator(people, seed=seed, faults=faults, traits=traits, allowances=allowances) as simulator:
            subjects = [Subject.from_record(person) for person in people]
            truth = {subject.id: simulator.truth(subject.id) for subject in subjects}
            found = World(truth, kinds or dict.fromkeys(truth, "all"), _same(subjects))
            for source in SOURCES:
                asked = _resolving() if source == RESOLVER else load_source(source)
                found.outcomes[source] = asyncio.run(_ask(asked, simulator.url, subjects))
            return found


@pytest.mark.parametrize("source", [*PEOPLE, RESOLVER])
def test_never_another_person(world: World, source: str) -> None:
    wrong = {
        celebrity_id: (world.taken(source, celebrity_id), world.right(source, celebrity_id))
        for celebrity_id in world.truth
        if world.taken(source, celebrity_id) not in {None, *world.right(source, celebrity_id)}
    }
    assert wrong == {}


@pytest.mark.parametrize("source", SOURCES)
def test_everybody_ends_and_every_failure_is_one_of_two(world: World, source: str) -> None:
    outcomes = world.outcomes[source]
    assert outcomes.keys() == world.truth.keys()
    assert {type(outcome.error) for outcome in outcomes.values() if outcome.error} <= {NotFound, Ambiguous}


@pytest.mark.parametrize("source", NAMES)
def test_what_is_about_a_name_says_so(world: World, source: str) -> None:
    for celebrity_id, outcome in world.outcomes[source].items():
        links = world.truth[celebrity_id][NAMES[source]]
        if outcome.record is None:
            continue
        match = outcome.record["metadata"]["match"]
        assert links["own"] or links["others"], celebrity_id
        assert 0.5 <= match["confidence"] <= 0.9
        assert any("name" in evidence for evidence in match["evidence"])


def test_nobody_is_found_who_is_no_person_or_unknown(world: World) -> None:
    nobody = [one for one, truth in world.truth.items() if truth["not_found"] or truth["no_person"]]
    assert len(nobody) >= 5
    for source in PEOPLE:
        assert [one for one in nobody if world.outcomes[source][one].record] == [], source


#: Least share that is found of those who are there under that source's id, all kinds together.
FOUND = {"tmdb": 0.65, "wikipedia": 0.6, "youtube": 0.35, "instagram": 0.35, "threads": 0.35, RESOLVER: 0.6}


@pytest.mark.parametrize("source", FOUND)
def test_those_who_can_be_told_are_found(world: World, source: str, record_property: Any) -> None:
    there = [one for one in world.truth if world.right(source, one)]
    found = [one for one in there if world.taken(source, one)]
    record_property("found", f"{len(found)} of {len(there)}")
    assert len(found) >= FOUND[source] * len(there)


def test_the_table_of_kinds(world: World, record_property: Any) -> None:
    """What came of each kind at each source; the plain ones are found everywhere they are."""
    table: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for source in SOURCES:
        for one, kind in world.kinds.items():
            outcome = world.outcomes[source][one]
            found = bool(outcome.identities.get("wikidata")) if source == RESOLVER else outcome.record is not None
            table[kind][source]["found" if found else type(outcome.error).__name__] += 1
    for kind, by_source in table.items():
        record_property(kind, {source: dict(counts) for source, counts in by_source.items()})
        print(f"{kind:28}", *(f"{source}: {dict(counts)}" for source, counts in by_source.items()), sep="  ")
    if "plain" in table:
        assert len(table) == 21
        assert all(table["plain"][source] == {"found": 2} for source in ("tmdb", "wikipedia", RESOLVER))
        for kind in ("unknown", "only_namesake", "no_person"):
            assert all("found" not in table[kind][source] for source in (*PEOPLE, RESOLVER)), kind
    else:
        assert all(any(truth[trait] for truth in world.truth.values()) for trait in TRAITS)
