"""The simulator's feeds: every way in which publishers write one gives the plain one's articles, in every format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from springhead.feeds import Feed, parse, unique
from springhead_demo.simulator import Simulator, generate_people
from springhead_demo.simulator.feeds import HOST, VARIANTS

PEOPLE: list[Any] = list(generate_people(12, seed=5))
#: Variants that lose something on purpose; the others have the plain one's articles, word for word.
LOSSY = {"cut", "unclosed", "empty", "no_title", "html_entities", "bare_ampersand"}


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator(PEOPLE, seed=5) as simulator:
        yield simulator


def read(simulator: Simulator, form: str, variant: str, name: str) -> Feed:
    path = f"{HOST}/{form}/{variant}.xml"
    with urlopen(f"{simulator.url}/{path}?q={quote(name)}") as answer:
        return parse(answer.read(), answer.headers["content-type"] or "", f"https://{path}")


def name_of(simulator: Simulator) -> str:
    return str(max((p["name"] for p in PEOPLE), key=lambda name: len(read(simulator, "rss", "plain", name).entries)))


@pytest.mark.parametrize("form", ["rss", "atom", "rdf"])
@pytest.mark.parametrize("variant", sorted(VARIANTS))
def test_every_variant(simulator: Simulator, form: str, variant: str) -> None:
    name = name_of(simulator)
    plain, feed = read(simulator, form, "plain", name), read(simulator, form, variant, name)
    assert len(plain.entries) >= 3 and plain.problems == ()
    entries = unique(feed.entries)
    titles = [entry.title for entry in unique(plain.entries)]
    if variant == "empty":
        assert feed.entries == ()
    elif variant in LOSSY - {"no_title"}:
        assert feed.problems
        assert [entry.title for entry in entries[:1]] == titles[:1]
        assert len(entries) >= (2 if variant == "cut" else len(titles))
    elif variant == "no_title":
        assert [entry.link for entry in entries] == [entry.link for entry in unique(plain.entries)]
    else:
        assert [entry.title for entry in entries] == titles
    dated = [entry.published is not None for entry in entries]
    assert not any(dated) if variant in {"no_dates", "odd_dates"} else all(dated[:-1])
    assert all(entry.link.startswith("http") or entry.link == "" for entry in feed.entries)
