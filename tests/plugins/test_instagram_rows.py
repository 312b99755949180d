"""The rows of restaurants and posts: statuses and columns as in the real backups of seed 5."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from springhead.cases import cases_of
from springhead.clock import FrozenClock
from springhead.engine import Engine, Outcome
from springhead.entries import Run
from springhead.errors import Blocked, InvalidRequest, LayoutChanged, NotFound, QuotaExceeded
from springhead.http import Client, RawResponse, Request, Response
from springhead.plugins import load_source
from springhead.profiles import Profile
from springhead.subject import Subject
from springhead_contracts import validate
from springhead_instagram.posts.reading import Post, names_tag, posts_of, read_post, tag_of
from springhead_instagram.posts.reading import row as post_row
from springhead_instagram.restaurants.matching import Verdict, handles, judge_profile, link, shortened

BACKUPS = Path(__file__).parents[3] / "shared" / "data" / "instagram_backups"
CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)


def rows(pattern: str) -> list[dict[str, str]]:
    text = "".join(file.read_text(encoding="utf-8") for file in sorted(BACKUPS.glob(pattern))[-1:])
    return list(csv.DictReader(io.StringIO(text, newline="")))


def count(figure: str) -> int:
    number, unit = re.fullmatch(r"([\d.]+)([KM]?)", figure).groups()  # type: ignore[union-attr]
    return round(float(number) * {"": 1, "K": 1_000, "M": 1_000_000}[unit])


def response(body: str | bytes | dict[str, Any]) -> Response:
    content = json.dumps(body) if isinstance(body, dict) else body
    content = content.encode() if isinstance(content, str) else content
    return Response(Request.build("GET", "https://www.instagram.com/p/x/"), 200, {}, content, NOW)


RESTAURANTS = [row for row in rows("instagram_results_*.csv") if row["instagram_handle"]]


def verdict_of(row: dict[str, str]) -> str:
    followers, posts = count(row["followers"]), count(row["posts"])
    handle = row["instagram_handle"].removeprefix("@")
    return judge_profile(row, Profile(handle, "", row["bio"], row["website"], followers, posts)).name


@pytest.mark.parametrize("row", RESTAURANTS, ids=lambda row: row["instagram_handle"])
def test_no_profile_that_a_person_refused_is_taken(row: dict[str, str]) -> None:
    if row["status"] != "FOUND":
        assert verdict_of(row) != "FOUND"


def test_the_rule_says_what_people_said_of_the_real_profiles() -> None:
    said = Counter((row["status"], verdict_of(row)) for row in RESTAURANTS)
    agreed = sum(number for (person, rule), number in said.items() if person == rule)
    # 103 of 110. The others say nothing of themselves (no biography, no website), or have one word as a name.
    assert agreed >= 0.93 * len(RESTAURANTS), said


def test_real_handles_are_among_those_that_are_tried() -> None:
    found = [row for row in RESTAURANTS if row["status"] == "FOUND"]
    tried = [row["instagram_handle"][1:] in handles(row["restaurant_name"], row["city"]) for row in found]
    assert sum(tried) >= 0.85 * len(tried)  # 75 of 85; the others end in "usa", "official" or an abbreviation


@pytest.mark.parametrize(
    ("name", "city", "expected"),
    [
        ("LUKE S LOBSTER", "NEW YORK", ["lukeslobster", "lukeslobsternyc", "lukes", "lukesnyc", "lukenyc",
                                        "thelukeslobsternyc", "lukeslobsterny"]),
        ("FRONT PORCH THE", "SAN FRANCISCO", ["thefrontporch", "thefrontporchsf", "frontporch", "frontporchsf",
                                              "frontsf"]),
        ("LAZY BEAR INC", "San Fran", ["lazybear", "lazybearsf", "lazysf", "thelazybearsf"]),
        ("Café Olé", "Boston", ["cafeole", "cafeoleboston", "cafeboston", "thecafeoleboston"]),
        ("BAR", "NY", ["bar", "barnyc", "thebarnyc", "barny"]),
        ("Din Tai", "台北", ["dintai"]),
        ("沈家麵", "NEW YORK", []),
        ("THE", "NEW YORK", []),
    ],
)  # fmt: skip
def test_handles_are_derived_from_the_name(name: str, city: str, expected: list[str]) -> None:
    assert handles(name, city) == expected


@given(st.text(max_size=60), st.text(max_size=30))
def test_any_name_gives_a_few_valid_handles(name: str, city: str) -> None:
    found = handles(name, city)
    assert len(found) <= 8
    assert all(re.fullmatch(r"[a-z0-9]{3,30}", handle) for handle in found)


HERON = {"restaurant_name": "BLUE HERON", "city": "SAN FRANCISCO", "zip_code": "94110", "phone": "+1 415-555-0142"}


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (Profile("blueheron", biography="Call (415) 555 0142", followers=5, posts=9), "FOUND"),
        (Profile("blueheron", biography="Folsom St 94110", followers=5, posts=9), "FOUND"),
        (Profile("blueheron", biography="San Francisco since 2004", followers=5, posts=9), "FOUND"),
        (Profile("blueheron_sf", followers=500, posts=90), "FOUND"),
        (Profile("blueheron", name="Blue Heron SF", followers=500, posts=90), "FOUND"),
        (Profile("blueheron", website="https://www.blueheron.com/menu", followers=500, posts=90), "FOUND"),
        (Profile("blueheron", biography="Oysters", followers=500, posts=90), "FOUND"),
        (Profile("blueheron", biography="Oysters in Chicago", followers=500, posts=90), "WRONG_PROFILE"),
        (Profile("blueheron", biography="Oysters, not in San Francisco. Boston", posts=90), "WRONG_PROFILE"),
        (Profile("blueheron", website="http://blueheron.ca", biography="Oysters", posts=90), "WRONG_PROFILE"),
        (Profile("blueheron", followers=5_000, posts=900), "WRONG_PROFILE"),
        (Profile("blueheron", website="linktr.ee/blueheron", followers=5_000, posts=900), "WRONG_PROFILE"),
        (Profile("blueheronsf", followers=500, posts=0), "EMPTY_PROFILE"),
        (Profile("blueheron", followers=14, posts=1, biography="Welcome"), "EMPTY_PROFILE"),
        (Profile("blueheron", followers=11, posts=6), "EMPTY_PROFILE"),
        (Profile("blueheronsf"), "FOUND"),
        (Profile("blueheron"), "WRONG_PROFILE"),
    ],
)
def test_what_makes_a_profile_the_restaurants(profile: Profile, expected: str) -> None:
    assert judge_profile(HERON, profile).name == expected


@pytest.mark.parametrize(("biography", "expected"), [("牛肉麵 台北市", "FOUND"), ("牛肉麵", "WRONG_PROFILE")])
def test_a_city_in_another_script_is_looked_for_as_written(biography: str, expected: str) -> None:
    row = {"restaurant_name": "Tai", "city": "台北"}
    assert judge_profile(row, Profile("tai", biography=biography, followers=900, posts=40)).name == expected


@pytest.mark.parametrize("fields", [{}, {"restaurant_name": "BLUE HERON"}, {"restaurant_name": "X", "city": ""}])
def test_a_row_without_name_or_city_is_not_asked_for(fields: dict[str, str]) -> None:
    transport = Answers({})
    outcome = ask("instagram_restaurants", transport, Subject("r", "BLUE HERON", fields=fields))
    assert isinstance(outcome.error, InvalidRequest)
    assert transport.urls == []


def test_one_word_is_no_evidence() -> None:
    limon = {"restaurant_name": "LIMON", "city": "SAN FRANCISCO", "phone": "un"}
    assert judge_profile(limon, Profile("limon", "Limon", "Fashion and life", "", 90_000, 300)) is Verdict.WRONG_PROFILE


@pytest.mark.parametrize(
    ("number", "expected"),
    [(None, ""), (0, "0"), (8_924, "8924"), (9_999, "9999"), (10_000, "10K"), (10_749, "10.7K"), (98_800, "98.8K"),
     (123_456, "123K"), (999_999, "999K"), (1_000_000, "1M"), (17_790_000, "17.7M"), (1_200_000_000, "1.2B")],
)  # fmt: skip
def test_followers_are_spelled_as_on_the_page(number: int | None, expected: str) -> None:
    assert shortened(number) == expected


@given(st.integers(0, 10**10))
def test_any_number_of_followers_fits_the_contract(number: int) -> None:
    assert re.fullmatch(r"[0-9][0-9.,]*[KMB]?", shortened(number))


def test_websites_lose_scheme_and_slash_only() -> None:
    assert link("https://www.ramenwell.com/") == "www.ramenwell.com"
    assert link("http://linkin.bio/lukeslobster") == "linkin.bio/lukeslobster"
    assert link("") == ""


@pytest.mark.parametrize("name", ["instagram_restaurants", "instagram_posts"])
def test_rows_have_the_columns_and_the_spelling_of_the_real_ones(name: str) -> None:
    source = load_source(name)
    statuses = set()
    for case in cases_of(source):
        for row in case.expected():
            assert validate(source.emits, row) == []
            statuses.add(row["status"])
            assert not any("\n" in value for value in row.values())
            if name == "instagram_posts":
                assert re.fullmatch(r"[A-Z][a-z]+ [1-9]\d?, \d{4}", row["posted_date"])
                assert all(tag.startswith("#") for tag in row["hashtags"].split())
    wanted = {"FOUND", "NOT_FOUND", "EMPTY_PROFILE", "WRONG_PROFILE"} if "restaurants" in name else {"SCRAPED"}
    assert statuses == wanted


@pytest.mark.parametrize("row", rows("post_results_*.csv")[:40], ids=lambda row: row["post_id"])
def test_our_spelling_of_a_real_post_is_the_real_row(row: dict[str, str]) -> None:
    day = datetime.strptime(row["posted_date"], "%B %d, %Y").date()
    post = Post(
        row["post_id"],
        row["creator"],
        day,
        int(row["likes"]) if row["likes"].isdigit() else None,
        int(row["comments"]) if row["comments"].isdigit() else None,
        f"{row['caption']}\n\n{row['hashtags']}",
        row["image_description"],
    )
    hidden = {column: row[column] or "N/A" for column in ("likes", "comments")}
    assert post_row(row["search_term"], post) == {**row, **hidden}


def test_posts_of_the_corpus() -> None:
    path = CORPUS / "instagram"
    if not path.exists():
        return
    medias = posts_of(response((path / "igfeed_medias.json").read_bytes()))
    assert len(medias) == 12
    assert {post.creator for post in medias} == {"robertdowneyjr"}
    [jlo] = posts_of(response((path / "igfeed_media.json").read_bytes()))
    assert (jlo.code, jlo.creator, str(jlo.day)) == ("CAnqPB-Jzcj", "jlo", "2020-05-25")
    graph = posts_of(response((path / "graph_instagram_apidata_discovery_medias_p1.json").read_bytes()))
    first = graph[0]
    assert (first.code, first.likes, first.comments, str(first.day)) == ("CSr71Gzlqo4", 87, 11, "2021-08-17")


@pytest.mark.parametrize(
    ("body", "creator"),
    [
        ('<meta property="og:url" content="https://www.instagram.com/ann.lee/p/Babcdefghij/">', "ann.lee"),
        ('<meta property="og:url" content="https://www.instagram.com/p/Babcdefghij/">'
         '<meta name="twitter:title" content="Ann Lee (@ann.lee) • Instagram">', "ann.lee"),
        ({"shortcode": "Babcdefghij", "taken_at_timestamp": 1, "owner": {"username": "ann.lee"}}, "ann.lee"),
        ('<meta property="og:url" content="https://www.instagram.com/ann.lee/p/Zabcdefghij/">', None),
        ('<meta name="twitter:title" content="Ann Lee (@ann.lee) • Instagram">', None),
        ({"shortcode": "Zabcdefghij", "taken_at_timestamp": 1, "owner": {"username": "ann.lee"}}, None),
        ("<html></html>", None),
    ],
)  # fmt: skip
def test_a_creator_is_read_from_the_page_of_that_post_only(body: Any, creator: str | None) -> None:
    if creator is None:
        with pytest.raises(LayoutChanged, match="does not say who posted Babcdefghij"):
            read_post(response(body), "Babcdefghij")
    else:
        assert read_post(response(body), "Babcdefghij").creator == creator


@pytest.mark.parametrize(
    ("term", "tag"),
    [("#foodporn", "foodporn"), ("café", "café"), (" ＃美食 ", "美食"), ("#a b", None), ("#", None), ("#a/../b", None)],
)
def test_terms(term: str, tag: str | None) -> None:
    assert tag_of(term) == tag


def test_hashtags_of_any_script_leave_the_caption() -> None:
    post = Post("Babcdefghij", "a", None, 0, 0, "好吃  #美食 and #café_2!\n#x\u200d", None)
    made = post_row("#美食", post)
    assert (made["hashtags"], made["caption"], made["likes"]) == ("#美食 #café_2 #x", "好吃 and ! \u200d", "0")


class Answers:
    def __init__(self, answers: dict[str, RawResponse], *, key: bool = True) -> None:
        self.answers, self.key, self.urls = answers, key, list[str]()

    def has_key(self, host: str) -> bool:
        return self.key

    async def send(self, request: Request, *, max_bytes: int, timeout: float) -> RawResponse:
        self.urls.append(request.url)
        return self.answers[max((part for part in self.answers if part in request.url), key=len)]


def ask(name: str, transport: Answers, subject: Subject) -> Outcome:
    source = load_source(name)
    client = Client(source(), transport, clock=FrozenClock(NOW), exempt=("www.instagram.com",))
    return asyncio.run(Engine(source, client, Run.at(name, "2026-11-22T02:00:00Z"), "tests/0").ask(subject))


def graph(body: dict[str, Any], status: int = 200) -> RawResponse:
    return RawResponse(status, {"content-type": "application/json"}, json.dumps(body).encode())


NOBODY = graph({"error": {"code": 110, "error_subcode": 2207013, "message": "Invalid user id"}}, 400)


def test_the_first_profile_that_is_the_restaurants_ends_the_search() -> None:
    found = {"business_discovery": {"username": "blueheronsf", "followers_count": 500, "media_count": 9}}
    transport = Answers({"graph.facebook.com": NOBODY, "username%28blueheronsf%29": graph(found)})
    outcome = ask("instagram_restaurants", transport, Subject("r", "BLUE HERON", fields=HERON))
    assert [row["status"] for row in outcome.rows] == ["FOUND"]
    assert [re.findall(r"username%28(\w+)", url) for url in transport.urls] == [["blueheron"], ["blueheronsf"]]


def test_a_wrong_profile_gives_way_to_an_empty_one() -> None:
    wrong = {
        "business_discovery": {"username": "blueheron", "biography": "Chicago", "followers_count": 9, "media_count": 9}
    }
    empty = {"business_discovery": {"username": "blueheronsf", "followers_count": 0, "media_count": 0}}
    transport = Answers(
        {"graph.facebook.com": NOBODY, "blueheron%29": graph(wrong), "username%28blueheronsf%29": graph(empty)}
    )
    outcome = ask("instagram_restaurants", transport, Subject("r", "BLUE HERON", fields=HERON))
    assert [(row["status"], row["instagram_handle"]) for row in outcome.rows] == [("EMPTY_PROFILE", "@blueheronsf")]


def test_a_block_ends_the_search_without_a_row() -> None:
    transport = Answers({"graph.facebook.com": graph({"error": {"code": 368, "message": "blocked"}}, 403)})
    outcome = ask("instagram_restaurants", transport, Subject("r", "BLUE HERON", fields=HERON))
    assert isinstance(outcome.error, Blocked)
    assert (outcome.rows, len(transport.urls)) == ([], 1)


def test_a_term_that_is_no_hashtag_is_not_asked_for() -> None:
    transport = Answers({})
    outcome = ask("instagram_posts", transport, Subject("t", "#street food", fields={"search_term": "#street food"}))
    assert isinstance(outcome.error, InvalidRequest)
    assert transport.urls == []


@pytest.mark.parametrize(
    ("tag", "text", "named"),
    [
        ("coffee", '<meta property="og:title" content="#Coffee • Instagram">', True),
        ("coffee", '{"data": {"hashtag": {"name": "coffee"}}}', True),
        ("美食", '<script>x = {"name": "\\u7f8e\\u98df"};</script>', True),
        ("美食", '<link href="https://www.instagram.com/explore/tags/%E7%BE%8E%E9%A3%9F/">', True),
        ("coffee", "#coffeetime and coffees", False),
    ],
)
def test_whether_a_page_has_a_hashtag(tag: str, text: str, named: bool) -> None:
    assert names_tag(response(text), tag) is named


def test_a_page_about_something_else_is_no_list_of_the_hashtag() -> None:
    transport = Answers(
        {
            "/robots.txt": RawResponse(404, {}, b""),
            "/tags/": graph({"code": "Code0000001", "taken_at": 1, "user": {"username": "u1"}}),
        },
        key=False,
    )
    outcome = ask("instagram_posts", transport, Subject("t", "#coffee", fields={"search_term": "#coffee"}))
    assert isinstance(outcome.error, LayoutChanged)
    assert outcome.error.message == "www.instagram.com: the page is not about #coffee"
    assert outcome.rows == []


def test_ten_posts_of_a_term_and_one_look_up_of_the_quota() -> None:
    def medium(n: int) -> dict[str, Any]:
        return {"permalink": f"https://www.instagram.com/p/Code{n:07}/", "timestamp": "2026-01-05T00:00:00+0000"}

    pages = {
        f"/p/Code{n:07}/": graph({"code": f"Code{n:07}", "taken_at": 1, "user": {"username": f"u{n}"}})
        for n in range(12)
    }
    lists = {
        "ig_hashtag_search": graph({"data": [{"id": "178"}]}),
        "/178/top_media": graph({"data": [medium(n) for n in range(12)]}),
    }
    transport = Answers({**pages, **lists})
    outcome = ask("instagram_posts", transport, Subject("t", "foodie", fields={"search_term": "foodie"}))
    assert [row["creator"] for row in outcome.rows] == [f"u{n}" for n in range(10)]
    assert {row["search_term"] for row in outcome.rows} == {"#foodie"}
    assert len(transport.urls) == 12
    quota = load_source("instagram_posts").quota
    assert quota is not None
    assert sum(quota.cost(re.sub(r"https://[^/]+|\?.*", "", url)) for url in transport.urls) == 1


def test_the_thirtieth_hashtag_is_the_last() -> None:
    limit = graph({"error": {"code": 18, "error_subcode": 2207034, "message": "Max number"}}, 400)
    outcome = ask("instagram_posts", Answers({"graph": limit}), Subject("t", "#x1", fields={"search_term": "#x1"}))
    assert isinstance(outcome.error, QuotaExceeded)


def test_a_hashtag_that_is_not_there() -> None:
    outcome = ask("instagram_posts", Answers({"graph": graph({"data": []})}), Subject("t", "#x1", fields={}))
    assert isinstance(outcome.error, NotFound)
    outcome = ask("instagram_posts", Answers({"graph": graph({})}), Subject("t", "#x1", fields={}))
    assert isinstance(outcome.error, LayoutChanged)
