from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from springhead.source import Quota, Resources, Schedule, Secret, Source
from springhead_deploy import build

_spec = importlib.util.spec_from_file_location("deployed", Path(__file__).with_name("deployed.py"))
assert _spec is not None and _spec.loader is not None
deployed = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(deployed)


class Films(Source):
    name = "films"
    title = "Films"
    endpoint = "https://api.films.example/person"
    secrets = {
        "api.films.example": Secret("FILMS_TOKEN", header="Authorization"),
        "img.films.example": Secret("FILMS_TOKEN", header="Authorization"),
        "ids.films.example": Secret("FILMS_ID", query="id"),
    }
    quota = Quota(100, resets="America/Los_Angeles")
    resources = Resources(memory_mb=768, timeout_s=120, reserved_concurrency=8)


class Pages(Source):
    name = "pages.local_news"
    endpoint = "https://pages.example/people"
    schedule = Schedule(cron="cron(30 4 * * ? *)", rule="daily-pages")
    resources = Resources(reserved_concurrency=None)


class Faces(Source):
    name = "faces"
    endpoint = "https://faces.example"
    group = "friends"
    secrets = {"faces.example": (Secret("FACES_TOKEN", query="t"), Secret("FACES_ID", path="{id}"))}
    resources = Resources(memory_mb=1024, timeout_s=60, reserved_concurrency=3)


class Voices(Source):
    name = "voices"
    endpoint = "https://voices.example"
    group = "friends"
    quota = Quota(10, resets="Asia/Taipei")
    resources = Resources(memory_mb=512, timeout_s=240, reserved_concurrency=4)


class Menus(Source):
    """Rows instead of entries, from a list of its own."""

    name = "menus"
    endpoint = "https://menus.example"
    emits = "instagram_post"
    subjects = "instagram_search_term"
    file_prefix = "post_results"
    schedule = Schedule(cron="cron(0 3 1 * ? *)", rule="monthly-menus")


class Rendered(Source):
    name = "rendered"
    endpoint = "https://rendered.example"
    resources = Resources(memory_mb=3000, timeout_s=7200, runtime="fargate")


SOURCES: list[type[Source]] = [Pages, Films, Faces, Voices, Menus]


@pytest.fixture(scope="session")
def sources() -> list[type[Source]]:
    return SOURCES


@pytest.fixture(scope="session")
def generated(sources: list[type[Source]]) -> Any:
    """The template of the sources above, to look into."""
    return deployed.Deployed(build(sources))


@pytest.fixture(scope="session")
def with_task() -> Any:
    """The template of a source on Lambda and one on Fargate, which share a rule."""
    return deployed.Deployed(build([Films, Rendered]))


@pytest.fixture(scope="session")
def committed() -> Any:
    """The committed template, to look into."""
    return deployed.Deployed(deployed.committed())
