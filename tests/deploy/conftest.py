from __future__ import annotations

from typing import Any

import pytest
from springhead.source import Resources, Schedule, Secret, Source
from springhead_deploy import build


class Films(Source):
    name = "films"
    title = "Films"
    endpoint = "https://api.films.example/person"
    secrets = {
        "api.films.example": Secret("FILMS_TOKEN", header="Authorization"),
        "img.films.example": Secret("FILMS_TOKEN", header="Authorization"),
        "ids.films.example": Secret("FILMS_ID", query="id"),
    }
    resources = Resources(memory_mb=768, timeout_s=120)


class Pages(Source):
    name = "pages.local_news"
    endpoint = "https://pages.example/people"
    schedule = Schedule(cron="cron(30 4 * * ? *)", rule="daily-pages")


@pytest.fixture(scope="session")
def sources() -> list[type[Source]]:
    return [Pages, Films]


@pytest.fixture(scope="session")
def generated(sources: list[type[Source]]) -> dict[str, Any]:
    return build(sources)
