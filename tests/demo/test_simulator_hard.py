"""People who are hard to tell: each difficulty is there in every source, and the truth says what is right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from springhead_demo.simulator import Faults, Simulator, generate_people, hard_people

PEOPLE, TRAITS = hard_people()
NAMES = {person["celebrity_id"]: person["name"] for person in PEOPLE}
DATES = {person["celebrity_id"]: person["birth_date"] for person in PEOPLE}
SCRIPTS = ("zh", "latin")
HEADERS = {"User-Agent": "tests/1", "Authorization": "Bearer t"}


class World:
    def __init__(self, simulator: Simulator, client: httpx.Client) -> None:
        self.simulator = simulator
        self.client = client

    def truth(self, number: str) -> dict[str, Any]:
        return self.simulator.truth(number)

    def tmdb(self, name: str) -> list[dict[str, Any]]:
        """Return the details of those whom a search finds."""
        found = self.client.get("/api.themoviedb.org/3/search/person", params={"query": name}).json()["results"]
        return [self.client.get(f"/api.themoviedb.org/3/person/{hit['id']}").json() for hit in found]

    def items(self, name: str, language: str) -> dict[str, dict[str, Any]]:
        """Return the Wikidata items that a search finds, with their statements."""
        params = {"action": "wbsearchentities", "search": name, "language": language, "format": "json", "limit": 50}
        hits = self.client.get("/www.wikidata.org/w/api.php", params=params).json()["search"]
        ids = [hit["id"] for hit in hits]
        if not ids:
            return {}
        params = {"action": "wbgetentities", "ids": "|".join(ids), "format": "json"}
        return dict(self.client.get("/www.wikidata.org/w/api.php", params=params).json()["entities"])


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with asking() as world:
        yield world


@contextmanager
def asking() -> Iterator[World]:
    with (
        Simulator(PEOPLE, 3, traits=TRAITS) as simulator,
        httpx.Client(base_url=simulator.url, headers=HEADERS) as client,
    ):
        yield World(simulator, client)


def born(entity: dict[str, Any]) -> list[str]:
    claims = entity["claims"].get("P569", [])
    return [c["mainsnak"]["datavalue"]["value"]["time"][1:11] for c in claims if c["rank"] != "deprecated"]


def kind(entity: dict[str, Any]) -> str:
    return str(entity["claims"]["P31"][0]["mainsnak"]["datavalue"]["value"]["id"])


def test_there_is_everyone_twice() -> None:
    kinds = {number.removeprefix("hard_").rpartition("_")[0] for number in NAMES}
    assert len(PEOPLE) == 2 * len(kinds) == 42
    assert len(set(NAMES.values())) == 42
    assert hard_people() == (PEOPLE, TRAITS)


@pytest.mark.parametrize("script", SCRIPTS)
def test_one_of_three_namesakes_has_the_right_date(world: World, script: str) -> None:
    number = f"hard_namesakes_{script}"
    details = world.tmdb(NAMES[number])
    assert [d["birthday"] for d in details].count(DATES[number]) == 1
    assert len([d for d in details if d["birthday"]]) == 3
    assert next(d["id"] for d in details if d["birthday"] == DATES[number]) == world.truth(number)["tmdb_id"]
    dates = [born(entity) for entity in world.items(NAMES[number], "zh" if script == "zh" else "en").values()]
    assert sum(DATES[number] in found or DATES[number][:4] + "-00-00" in found for found in dates) == 1
    assert world.truth(number)["google"]["others"]
    assert world.truth(number)["news"]["others"]


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize(
    ("what", "own", "others"),
    [
        ("undated_namesakes", True, False),
        ("undated_with_namesakes", False, True),
        ("all_undated", False, False),
        ("only_namesake", None, True),
        ("only_undated_namesake", None, False),
    ],
)
def test_dates_are_told_of_some_only(world: World, script: str, what: str, own: bool | None, others: bool) -> None:
    number = f"hard_{what}_{script}"
    truth, details = world.truth(number), world.tmdb(NAMES[number])
    mine = [d for d in details if d["id"] == truth["tmdb_id"]]
    rest = [d for d in details if d["id"] != truth["tmdb_id"]]
    assert [d["birthday"] is not None for d in mine] == ([] if own is None else [own])
    assert {d["birthday"] is not None for d in rest} == {others}
    assert truth["birthday"] == (DATES[number] if own else None)
    for item, entity in world.items(NAMES[number], "zh" if script == "zh" else "en").items():
        if kind(entity) == "Q5":
            assert bool(born(entity)) == (own if item == truth["item"] else others)


@pytest.mark.parametrize("script", SCRIPTS)
def test_an_unknown_person_is_nowhere(world: World, script: str) -> None:
    number = f"hard_unknown_{script}"
    truth = world.truth(number)
    assert world.tmdb(NAMES[number]) == []
    assert world.items(NAMES[number], "zh") == {}
    assert (truth["google"], truth["news"]) == ({"own": [], "others": []}, {"own": [], "others": []})
    assert (truth["instagram"], truth["threads"], truth["youtube"]) == (None, None, None)


@pytest.mark.parametrize("script", SCRIPTS)
def test_an_alias_is_found_by_it(world: World, script: str) -> None:
    number = f"hard_alias_{script}"
    (details,) = world.tmdb(NAMES[number])
    assert details["id"] == world.truth(number)["tmdb_id"]
    assert details["name"] != NAMES[number]
    assert NAMES[number] in details["also_known_as"]
    assert world.truth(number)["item"] in world.items(NAMES[number], "zh" if script == "zh" else "en")


@pytest.mark.parametrize("script", SCRIPTS)
def test_another_script_comes_first_upstream(world: World, script: str) -> None:
    number = f"hard_other_script_{script}"
    (details,) = world.tmdb(NAMES[number])
    assert details["id"] == world.truth(number)["tmdb_id"]
    assert NAMES[number] in (details["name"], *details["also_known_as"])
    if script == "zh":
        assert details["name"].isascii()
        search = world.client.get("/api.themoviedb.org/3/search/person", params={"query": NAMES[number]}).json()
        assert search["results"][0]["original_name"].isascii()


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_wrong_date_is_the_lists(world: World, script: str) -> None:
    number = f"hard_wrong_date_{script}"
    (details,) = world.tmdb(NAMES[number])
    assert details["id"] == world.truth(number)["tmdb_id"]
    assert details["birthday"] == world.truth(number)["birthday"] != DATES[number]
    dates = [d["birthday"] for d in world.tmdb(NAMES[f"hard_wrong_date_with_namesakes_{script}"])]
    assert DATES[f"hard_wrong_date_with_namesakes_{script}"] not in dates
    assert len(dates) == 3


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_misspelt_name_is_borne_by_nobody(world: World, script: str) -> None:
    for number in (f"hard_misspelt_{script}", f"hard_misspelt_with_namesakes_{script}"):
        truth, name = world.truth(number), NAMES[number]
        assert truth["tmdb_id"] is not None
        for details in world.tmdb(name):
            assert name not in (details["name"], *details["also_known_as"])
        right = (
            next(iter(truth["pages"].values())).split(" (")[0]
            if script == "latin"
            else truth["pages"]["zh"].split(" (")[0]
        )
        assert right != name
        assert abs(len(right) - len(name)) <= 1
        assert truth["tmdb_id"] in [details["id"] for details in world.tmdb(right)]


@pytest.mark.parametrize("script", SCRIPTS)
def test_what_is_no_person_is_not_at_tmdb(world: World, script: str) -> None:
    for number, count in ((f"hard_no_person_{script}", 0), (f"hard_no_person_with_namesake_{script}", 1)):
        truth = world.truth(number)
        assert (truth["tmdb_id"], truth["item"], truth["instagram"]) == (None, None, None)
        assert len([d for d in world.tmdb(NAMES[number]) if d["name"]]) == count
        kinds = sorted(kind(e) for e in world.items(NAMES[number], "zh" if script == "zh" else "en").values())
        assert len([found for found in kinds if found == "Q5"]) == count
        assert {found for found in kinds if found != "Q5"} <= {"Q215380", "Q515", "Q8171", "Q4167410"}
        assert kinds != ["Q5"] * len(kinds)


def test_a_band_has_accounts_and_a_place_has_none() -> None:
    seen = {}
    people = generate_people(150, seed=6)
    with Simulator(people, 3, Faults(no_person=1.0)) as simulator, httpx.Client(base_url=simulator.url) as client:
        for number in range(0, 150, 5):
            ids = "|".join(f"Q{61_000_007 + 41 * 4 * slot}" for slot in range(number, number + 5))
            params = {"action": "wbgetentities", "ids": ids, "format": "json"}
            answer = client.get("/www.wikidata.org/w/api.php", params=params, headers=HEADERS).json()
            for entity in answer["entities"].values():
                accounts = entity["claims"].keys() & {"P2003", "P11892", "P2397"}
                seen[kind(entity)] = seen.get(kind(entity), 0) + len(accounts)
    assert seen.keys() == {"Q215380", "Q515", "Q8171"}
    assert seen["Q215380"] > 10
    assert seen["Q515"] == seen["Q8171"] == 0


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_deceased_have_died(world: World, script: str) -> None:
    (details,) = world.tmdb(NAMES[f"hard_deceased_{script}"])
    assert details["deathday"] > details["birthday"]


@pytest.mark.parametrize("script", SCRIPTS)
def test_mononyms_are_found_like_others(world: World, script: str) -> None:
    number = f"hard_mononym_{script}"
    assert world.truth(number)["tmdb_id"] in [details["id"] for details in world.tmdb(NAMES[number])]
    dates = [details["birthday"] for details in world.tmdb(NAMES[f"hard_mononym_with_namesakes_{script}"])]
    assert dates.count(DATES[f"hard_mononym_with_namesakes_{script}"]) == 1


def test_the_truth_is_the_same_again(world: World) -> None:
    with asking() as other:
        for number in NAMES:
            assert other.truth(number) == world.truth(number)


@pytest.mark.parametrize(
    "trait", ["no_person", "only_namesakes", "undated", "undated_namesakes", "misspelt", "other_script", "deceased"]
)
def test_the_traits_have_rates_too(trait: str) -> None:
    people = generate_people(1000)
    rates: dict[str, Any] = {trait: 0.1}
    simulator = Simulator(people, 5, Faults(**rates))
    truths = [simulator.truth(person["celebrity_id"]) for person in people[:400]]
    drawn = (
        [t["not_found"] and t["namesakes"] > 0 for t in truths]
        if trait == "only_namesakes"
        else [t[trait] for t in truths]
    )
    assert 20 <= sum(drawn) <= 65
