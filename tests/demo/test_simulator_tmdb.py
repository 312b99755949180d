from __future__ import annotations

import math
from datetime import date
from typing import Any

import httpx
from springhead_demo.simulator import Faults, Simulator, generate_people

RESULT = {
    "adult": bool,
    "gender": int,
    "id": int,
    "known_for_department": str,
    "name": str,
    "original_name": str,
    "popularity": float,
    "profile_path": (str, type(None)),
    "known_for": list,
}
DETAILS = {
    "adult": bool,
    "also_known_as": list,
    "biography": str,
    "birthday": str,
    "deathday": (str, type(None)),
    "gender": int,
    "homepage": (str, type(None)),
    "id": int,
    "imdb_id": (str, type(None)),
    "known_for_department": str,
    "name": str,
    "place_of_birth": str,
    "popularity": float,
    "profile_path": (str, type(None)),
}
CREDIT = {"adult", "backdrop_path", "genre_ids", "id", "media_type", "original_language", "overview", "popularity"}
CREDIT |= {"poster_path", "vote_average", "vote_count"}
EXTERNAL = {"freebase_mid", "freebase_id", "imdb_id", "tvrage_id", "wikidata_id", "facebook_id"}
EXTERNAL |= {"instagram_id", "tiktok_id", "twitter_id", "youtube_id"}


def check(value: dict[str, Any], shape: dict[str, Any]) -> None:
    assert value.keys() == shape.keys()
    for name, kind in shape.items():
        assert isinstance(value[name], kind), name


def test_a_search_has_the_documented_fields(upstream: Any) -> None:
    body = upstream.tmdb("search/person", query="Taylor Swift")
    assert body.keys() == {"page", "results", "total_pages", "total_results"}
    assert body["page"] == 1
    for result in body["results"]:
        check(result, RESULT)
        for work in result["known_for"]:
            assert work.keys() >= CREDIT
            assert ("title" in work) == (work["media_type"] == "movie")
            assert ("first_air_date" in work) == (work["media_type"] == "tv")


def test_a_search_of_nobody_is_empty(upstream: Any) -> None:
    body = upstream.tmdb("search/person", query="qqqqzzzz")
    assert body == {"page": 1, "results": [], "total_pages": 0, "total_results": 0}


def test_every_known_person_is_found_by_the_listed_name(upstream: Any) -> None:
    for truth in upstream.truths:
        ids = [result["id"] for result in upstream.tmdb("search/person", query=truth["name"])["results"]]
        assert (truth["tmdb_id"] in ids) == (not truth["not_found"]), truth


def test_namesakes_have_other_ids_and_birthdays(upstream: Any) -> None:
    truth = upstream.first(namesakes=2)
    results = upstream.tmdb("search/person", query=truth["name"], language="zh-TW")["results"]
    same = [result["id"] for result in results[:3]]
    birthdays = {upstream.tmdb(f"person/{number}")["birthday"] for number in same}
    assert same[0] == truth["tmdb_id"]
    assert len(set(same)) == len(birthdays) == 3


def test_the_details_have_the_documented_fields(upstream: Any) -> None:
    truth = upstream.first()
    number = truth["tmdb_id"]
    check(upstream.tmdb(f"person/{number}"), DETAILS)
    body = upstream.tmdb(f"person/{number}", append_to_response="combined_credits,external_ids,translations,nonsense")
    check(body, {**DETAILS, "combined_credits": dict, "external_ids": dict, "translations": dict})
    credits = body["combined_credits"]
    assert credits.keys() == {"cast", "crew"}
    assert 5 <= len(credits["cast"]) + len(credits["crew"]) <= 40
    assert all(credit.keys() >= CREDIT | {"character", "credit_id"} for credit in credits["cast"])
    assert all(credit.keys() >= CREDIT | {"department", "job", "credit_id"} for credit in credits["crew"])
    assert body["external_ids"].keys() == EXTERNAL
    for translation in body["translations"]["translations"]:
        assert translation.keys() == {"iso_3166_1", "iso_639_1", "name", "english_name", "data"}
        assert translation["data"].keys() == {"biography", "name", "primary"}


def test_an_appended_part_is_the_method_without_its_id(upstream: Any) -> None:
    number = upstream.first()["tmdb_id"]
    part = upstream.tmdb(f"person/{number}/external_ids")
    assert part.pop("id") == number
    assert part == upstream.tmdb(f"person/{number}", append_to_response="external_ids")["external_ids"]


def test_chinese_names_depend_on_the_language(upstream: Any) -> None:
    truth = next(t for t in upstream.truths if t["name"] == "劉德華")
    number = truth["tmdb_id"]
    assert upstream.tmdb(f"person/{number}")["name"].isascii()
    assert upstream.tmdb(f"person/{number}", language="zh-TW")["name"] == "劉德華"
    assert upstream.tmdb(f"person/{number}", language="zh-CN")["name"] == "刘德华"


def test_some_have_their_own_script_only_among_the_aliases(upstream: Any) -> None:
    details = [upstream.tmdb("search/person", query=t["name"])["results"][0] for t in upstream.truths[:50] if t["item"]]
    latin = [result for result in details if result["original_name"].isascii()]
    assert 0 < len(latin) < len(details)
    for result in latin:
        assert any(not name.isascii() for name in upstream.tmdb(f"person/{result['id']}")["also_known_as"])


def test_an_alias_is_no_name(upstream: Any) -> None:
    truth = upstream.first(alias_only=True)
    details = upstream.tmdb(f"person/{truth['tmdb_id']}", language="zh-TW")
    assert truth["name"] != details["name"]
    assert truth["name"] in details["also_known_as"]


def test_a_wrong_birth_date_is_wrong_in_the_list(upstream: Any) -> None:
    listed = {person["celebrity_id"]: person["birth_date"] for person in upstream.people}
    for truth in upstream.truths:
        if truth["item"]:
            birthday = upstream.tmdb(f"person/{truth['tmdb_id']}")["birthday"]
            assert (birthday == listed[truth["celebrity_id"]]) == (not truth["wrong_birth_date"])
            assert date.fromisoformat(birthday).isoformat() == truth["birthday"]


def test_pages_of_a_search_do_not_overlap() -> None:
    people = [{"celebrity_id": f"c{i}", "name": f"John {chr(65 + i % 26)}{i}"} for i in range(50)]
    with Simulator(people) as simulator:
        url = f"{simulator.url}/api.themoviedb.org/3/search/person"
        bodies = [
            httpx.get(url, params={"api_key": "k", "query": "John", "page": page}).json() for page in (1, 2, 3, 4)
        ]
    ids = [result["id"] for body in bodies for result in body["results"]]
    assert len(ids) == len(set(ids)) == bodies[0]["total_results"] == 50
    assert [len(body["results"]) for body in bodies] == [20, 20, 10, 0]
    assert bodies[0]["total_pages"] == math.ceil(50 / 20)


def test_errors_are_tmdbs_own(upstream: Any) -> None:
    def ask(path: str, headers: dict[str, str] | None = None, **params: str) -> tuple[int, Any]:
        response = upstream.client.get(f"/api.themoviedb.org/3/{path}", params=params, headers=headers)
        assert response.headers["content-type"] == "application/json;charset=utf-8"
        return response.status_code, response.json()

    invalid = {
        "status_code": 7,
        "status_message": "Invalid API key: You must be granted a valid key.",
        "success": False,
    }
    assert ask("search/person", {"Authorization": ""}) == (401, invalid)
    assert ask("search/person", {"Authorization": "Basic abc"}, query="a") == (401, invalid)
    assert ask("search/person", {"Authorization": ""}, api_key="k", query="qqzz")[0] == 200
    assert ask("search/person", query="") == (422, {"errors": ["query must be provided"]})
    for page in ("0", "501", "x", "-1"):
        status, body = ask("search/person", query="a", page=page)
        assert (status, body["status_code"]) == (400, 22)
    for number in ("1", "0", "x", "999999999999999999", "1020012"):
        status, body = ask(f"person/{number}")
        assert (status, body["status_code"]) == (404, 34)
    assert ask("movie/1")[0] == 404


def test_a_film_of_the_name_is_not_linked_to_the_person(upstream: Any) -> None:
    truth = upstream.first(not_a_person=True)
    assert upstream.tmdb(f"person/{truth['tmdb_id']}/external_ids")["wikidata_id"] is None


def test_two_subjects_of_one_name_are_two_people() -> None:
    people = generate_people(600)
    names = [person["name"] for person in people]
    name = next(name for name in names if names.count(name) > 1)
    with Simulator(people, faults=Faults()) as simulator:
        url = f"{simulator.url}/api.themoviedb.org/3/search/person"
        results = httpx.get(url, params={"api_key": "k", "query": name}).json()["results"]
        expected = {simulator.truth(person["celebrity_id"])["tmdb_id"] for person in people if person["name"] == name}
    assert expected <= {result["id"] for result in results[: len(expected)]}
