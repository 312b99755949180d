from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from springhead_demo import celebrities_file
from springhead_demo.simulator import Faults, Simulator

TRAITS = Faults(namesakes=0.3, alias_only=0.2, not_found=0.15, not_a_person=0.15, wrong_birth_date=0.2)
HEADERS = {"User-Agent": "springhead-tests/1 (tests@example.org)", "Authorization": "Bearer token"}


class Upstream:
    """A simulator with a client that speaks to it, and the subjects it was made from."""

    def __init__(self, simulator: Simulator, people: list[dict[str, Any]]) -> None:
        self.simulator = simulator
        self.people = people
        self.client = httpx.Client(base_url=simulator.url, headers=HEADERS)
        self.truths = [simulator.truth(person["celebrity_id"]) for person in people]

    def get(self, path: str, **params: Any) -> Any:
        response = self.client.get(path, params=params)
        assert response.status_code == 200, response.text
        return response.json()

    def wiki(self, language: str, version: int = 2, **params: Any) -> Any:
        path = f"/{language}.wikipedia.org/w/api.php"
        return self.get(path, format="json", formatversion=version, **{"action": "query", **params})

    def wikidata(self, action: str, **params: Any) -> Any:
        return self.get("/www.wikidata.org/w/api.php", format="json", action=action, **params)

    def tmdb(self, path: str, **params: Any) -> Any:
        return self.get(f"/api.themoviedb.org/3/{path}", **params)

    def first(self, **wanted: Any) -> dict[str, Any]:
        """Return the first truth whose members have these values (an absent trait is off)."""
        traits = {"not_found": False, "namesakes": 0, "alias_only": False, "not_a_person": False, **wanted}
        return next(truth for truth in self.truths if all(truth[name] == value for name, value in traits.items()))


@pytest.fixture(scope="session")
def people() -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(celebrities_file().read_text(encoding="utf-8"))
    return listed


@pytest.fixture(scope="session")
def upstream(people: list[dict[str, Any]]) -> Iterator[Upstream]:
    with Simulator(people, seed=3, faults=TRAITS) as simulator:
        running = Upstream(simulator, people)
        with running.client:
            yield running
