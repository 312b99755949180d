from __future__ import annotations

import random
from typing import Any

import httpx
from springhead_demo.simulator import Faults, Simulator, generate_people
from springhead_demo.simulator.names import home_of, spell

HEADERS = {"User-Agent": "tests/1", "Authorization": "Bearer t"}
FAULTS = Faults(namesakes=0.2, alias_only=0.1, not_found=0.1, not_a_person=0.1, wrong_birth_date=0.1, malformed=0.05)


def paths(people: list[Any]) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    for person in people:
        name = person["name"]
        query = {"action": "query", "titles": name, "redirects": "1", "converttitles": "1", "format": "json"}
        props = "extracts|pageprops|info|description|pageimages|categories|langlinks|revisions|links"
        found += [
            ("/api.themoviedb.org/3/search/person", {"query": name, "language": "zh-TW"}),
            ("/zh.wikipedia.org/w/api.php", {**query, "prop": props, "inprop": "url", "formatversion": "2"}),
            ("/en.wikipedia.org/w/api.php", {"action": "query", "list": "search", "srsearch": name, "format": "json"}),
            (
                "/www.wikidata.org/w/api.php",
                {"action": "wbsearchentities", "search": name, "language": "zh", "format": "json"},
            ),
            ("/www.googleapis.com/customsearch/v1", {"key": "k", "cx": "c", "q": name}),
            ("/www.googleapis.com/youtube/v3/search", {"key": "k", "part": "snippet", "q": name}),
            ("/news.google.com/rss/search", {"q": name, "hl": "zh-TW", "gl": "TW", "ceid": "TW:zh-Hant"}),
            ("/newsapi.org/v2/everything", {"apiKey": "k", "q": name}),
            ("/feeds.publisher.example/atom/big5.xml", {"q": name}),
        ]
        stem = f"{spell(name, home_of(name, person['nationality'])).latin}".lower().replace(" ", "_")
        number = int(person["celebrity_id"][6:]) - 1
        handle = f"{stem[:20]}_{number * 4:x}"
        fields = f"business_discovery.username({handle}){{name,media{{caption,like_count}}}}"
        found += [
            ("/graph.facebook.com/v23.0/17841400000000001", {"access_token": "t", "fields": fields}),
            (f"/www.instagram.com/{handle}/", {}),
            ("/graph.threads.net/v1.0/profile_lookup", {"access_token": "t", "username": handle}),
            (f"/www.threads.com/@{handle}", {}),
        ]
    slots = range(0, len(people) * 4)
    found += [
        (
            f"/api.themoviedb.org/3/person/{1_020_011 + 37 * slot}",
            {"append_to_response": "combined_credits,translations"},
        )
        for slot in slots
    ]
    found += [
        (
            "/www.wikidata.org/w/api.php",
            {"action": "wbgetentities", "ids": f"Q{61_000_007 + 41 * slot}", "format": "json"},
        )
        for slot in slots
    ]
    return found


def answers(people: list[Any], seed: int, order: list[tuple[str, dict[str, str]]]) -> dict[str, tuple[int, bytes]]:
    with Simulator(people, seed, FAULTS) as simulator, httpx.Client(base_url=simulator.url, headers=HEADERS) as client:
        got = {}
        for path, params in order:
            response = client.get(path, params=params)
            got[f"{path}?{sorted(params.items())}"] = (response.status_code, response.content)
        return got


def test_two_instances_give_the_same_bytes_in_any_order() -> None:
    people = generate_people(40, seed=9)
    order = paths(people)
    first = answers(people, 2, order)
    mixed = order.copy()
    random.Random(1).shuffle(mixed)
    assert answers(people, 2, mixed) == first
    assert answers(people, 3, order) != first


def test_a_longer_list_changes_no_facts_about_the_first_people() -> None:
    people = generate_people(60, seed=9)
    short, long = Simulator(people[:30], 2, FAULTS), Simulator(people, 2, FAULTS)
    for person in people[:30]:
        ours, theirs = short.truth(person["celebrity_id"]), long.truth(person["celebrity_id"])
        assert {**ours, "pages": ours["pages"].keys()} == {**theirs, "pages": theirs["pages"].keys()}
