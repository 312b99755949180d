"""Instagram and Threads: their APIs, and their public pages in every shape and language."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from springhead_demo.simulator import Faults, Simulator, generate_people
from springhead_demo.simulator.graph_fields import FieldSyntaxError, parse_fields
from springhead_demo.simulator.instagram_shapes import SHAPES, rounded
from springhead_demo.simulator.walls import LANGUAGES, REFUSALS, WALLS

GRAPH = "/graph.facebook.com/v23.0/"
ME = "17841400000000001"
PEOPLE = generate_people(150, seed=2)
PLACES = [{"restaurant_name": f"NOODLE HOUSE {n}", "city": city} for n in range(20) for city in ("NEW YORK", "SEATTLE")]
USER = "username,name,biography,website,followers_count,follows_count,media_count,profile_picture_url"


class Meta:
    def __init__(self, simulator: Simulator, client: httpx.Client) -> None:
        self.simulator = simulator
        self.client = client

    @cached_property
    def truths(self) -> list[dict[str, Any]]:
        return [self.simulator.truth(person["celebrity_id"]) for person in PEOPLE]

    def handles(self, service: str, *states: str) -> list[dict[str, Any]]:
        found = [truth[service] for truth in self.truths if truth[service]]
        return [account for account in found if account["state"] in states]

    def graph(self, path: str, **params: Any) -> tuple[int, Any]:
        response = self.client.get(GRAPH + path, params={"access_token": "t", **params})
        return response.status_code, response.json()

    def discover(self, handle: str, fields: str = USER, **params: Any) -> tuple[int, Any]:
        return self.graph(ME, fields=f"business_discovery.username({handle}){{{fields}}}", **params)

    def threads(self, path: str, **params: Any) -> tuple[int, Any]:
        response = self.client.get(f"/graph.threads.net/v1.0/{path}", params={"access_token": "t", **params})
        return response.status_code, response.json()

    def page(self, handle: str, **params: Any) -> httpx.Response:
        return self.client.get(f"/www.instagram.com/{handle}/", params=params)


@contextmanager
def asking(*args: Any, **options: Any) -> Iterator[Meta]:
    with Simulator(*args, **options) as simulator, httpx.Client(base_url=simulator.url) as client:
        yield Meta(simulator, client)


@pytest.fixture(scope="module")
def meta() -> Iterator[Meta]:
    with asking(PEOPLE, 4, Faults(namesakes=0.3), places=PLACES) as meta:
        yield meta


def test_all_kinds_of_accounts_are_there(meta: Meta) -> None:
    states = Counter(truth["instagram"]["state"] for truth in meta.truths if truth["instagram"])
    assert states.keys() == {"business", "creator", "personal", "private", "gone"}
    assert states["business"] + states["creator"] > 60
    assert any(truth["instagram"] is None for truth in meta.truths)
    assert any(truth["instagram"] and truth["threads"] is None for truth in meta.truths)


def test_professional_accounts_are_discovered(meta: Meta) -> None:
    empty = Counter[str]()
    for account in meta.handles("instagram", "business", "creator"):
        status, body = meta.discover(account["handle"])
        found = body["business_discovery"]
        assert (status, body["id"]) == (200, ME)
        assert found["username"] == account["handle"]
        assert (found["followers_count"], found["media_count"]) == (account["followers"], account["posts"])
        empty.update(name for name in USER.split(",") if name not in found)
        assert None not in found.values()
    assert empty.keys() == {"website"}


def test_others_are_not_found_in_many_languages(meta: Meta) -> None:
    titles = set()
    for account in meta.handles("instagram", "personal", "private", "gone"):
        for node in ("17841400000000001", "17841400000000002", "17841400000000003"):
            fields = f"business_discovery.username({account['handle']}){{username}}"
            status, body = meta.graph(node, fields=fields)
            error = body["error"]
            assert (status, error["code"], error["error_subcode"]) == (400, 110, 2207013)
            assert error["is_transient"] is False
            titles.add(error["error_user_title"])
    assert len(titles) == 3
    assert meta.discover("nobody_at_all", locale="nb_NO")[1]["error"]["error_user_title"] == "Finner ikke brukeren"


def test_media_are_paged_by_cursor(meta: Meta) -> None:
    account = next(a for a in meta.handles("instagram", "business", "creator") if 30 < a["posts"] < 200)
    posts: list[dict[str, Any]] = []
    after, rounds = "", 0
    while True:
        cursor = f".after({after})" if after else ""
        fields = f"media.limit(25){cursor}{{id,caption,like_count,media_type,permalink,timestamp,media_url}}"
        _, body = meta.discover(account["handle"], fields)
        media = body["business_discovery"]["media"]
        posts += media["data"]
        rounds += 1
        after = media["paging"]["cursors"].get("after", "")
        assert ("before" in media["paging"]["cursors"]) == (rounds > 1)
        if not after:
            break
    assert len(posts) == account["posts"]
    assert len({post["id"] for post in posts}) == len(posts)
    dates = [datetime.fromisoformat(post["timestamp"]) for post in posts]
    assert dates == sorted(dates, reverse=True)
    for name in ("caption", "like_count", "media_url"):
        assert 0 < sum(name not in post for post in posts) < len(posts) / 2


def test_an_account_without_posts_has_an_empty_edge(meta: Meta) -> None:
    account = next(a for a in meta.handles("instagram", "business", "creator") if a["posts"] == 0)
    _, body = meta.discover(account["handle"], "media{id}")
    assert body["business_discovery"]["media"] == {"data": []}


def test_a_given_up_name_is_nobodys_or_a_fans(meta: Meta) -> None:
    outcomes = Counter[str]()
    for truth in meta.truths:
        if not truth["item"]:
            continue
        params = {"action": "wbgetentities", "ids": truth["item"], "format": "json"}
        entity = meta.client.get("/www.wikidata.org/w/api.php", params=params).json()["entities"][truth["item"]]
        for claim in entity["claims"].get("P2003", []):
            if "P582" in claim.get("qualifiers", {}):
                status, body = meta.discover(claim["mainsnak"]["datavalue"]["value"])
                outcomes[str(status)] += 1
                if status == 200:
                    assert body["business_discovery"]["biography"].startswith("Fan account")
    assert outcomes["200"] > 2
    assert outcomes["400"] > 2


@pytest.mark.parametrize(
    ("token", "status", "code", "subcode"),
    [
        ("", 400, 104, None),
        ("expired1", 400, 190, 463),
        ("invalid1", 401, 190, None),
        ("checkpoint1", 400, 190, 490),
        ("limited1", 403, 10, None),
        ("unapproved1", 403, 200, None),
    ],
)
def test_tokens_that_are_no_good(meta: Meta, token: str, status: int, code: int, subcode: int | None) -> None:
    got, body = meta.graph(ME, fields="id", access_token=token)
    assert (got, body["error"]["code"], body["error"].get("error_subcode")) == (status, code, subcode)
    assert body["error"]["type"] == "OAuthException"
    got, body = meta.threads("profile_lookup", username="a", access_token=token)
    assert (body["error"]["code"], body["error"]["type"]) == (code, "THApiException")


def test_a_bearer_token_is_taken_too(meta: Meta) -> None:
    response = meta.client.get(GRAPH + ME, headers={"Authorization": "Bearer t"})
    assert (response.status_code, response.json()) == (200, {"id": ME})
    assert json.loads(response.headers["x-app-usage"]).keys() == {"call_count", "total_cputime", "total_time"}
    (case,) = json.loads(response.headers["x-business-use-case-usage"])[ME]
    assert case["estimated_time_to_regain_access"] == 0


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("business_discovery.username(a){nonsense}", 100),
        ("business_discovery{username}", 100),
        ("nonsense", 100),
        ("business_discovery.username(a){username", 2500),
        ("business_discovery.username(a)}", 2500),
        ("a,,b", 2500),
    ],
)
def test_bad_fields(meta: Meta, fields: str, code: int) -> None:
    account = meta.handles("instagram", "business")[0]["handle"]
    status, body = meta.graph(ME, fields=fields.replace("(a)", f"({account})"))
    assert (status, body["error"]["code"]) == (400, code)


@given(st.text(alphabet="ab.(){},_ 1", max_size=30))
def test_any_fields_are_parsed_or_refused(text: str) -> None:
    try:
        fields = parse_fields(text)
    except FieldSyntaxError:
        return
    assert all(field.name for field in fields)


def test_hashtags_are_thirty_in_seven_days() -> None:
    now = [datetime(2026, 11, 20, tzinfo=UTC)]
    with asking(PEOPLE[:2], 4, clock=lambda: now[0]) as meta:
        found: list[str] = []
        for number in range(200):
            status, body = meta.graph("ig_hashtag_search", user_id="1", q=f"food{number}")
            if status != 200:
                if body["error"]["code"] == 18:
                    break
                assert body["error"]["error_subcode"] == 2207024
                continue
            found.append(f"food{number}")
        assert len(found) == 30
        assert meta.graph("ig_hashtag_search", user_id="1", q=found[0])[0] == 200
        assert meta.graph("ig_hashtag_search", user_id="2", q=f"food{number}")[0] == 200
        now[0] += timedelta(days=7)
        assert meta.graph("ig_hashtag_search", user_id="1", q=f"food{number}")[0] == 200


def test_hashtag_media_never_tell_whose_they_are(meta: Meta) -> None:
    (hit,) = meta.graph("ig_hashtag_search", user_id="1", q="foodporn")[1]["data"]
    for edge in ("recent_media", "top_media"):
        path = f"{hit['id']}/{edge}"
        after: dict[str, str] = {}
        ids: list[str] = []
        while True:
            params = {"user_id": "1", "fields": "id,caption,permalink,timestamp", "limit": "50", **after}
            status, body = meta.graph(path, **params)
            assert status == 200
            ids += [media["id"] for media in body["data"]]
            assert all(m["caption"].endswith("#foodporn") for m in body["data"] if "caption" in m)
            if "paging" not in body:
                break
            after = {"after": body["paging"]["cursors"]["after"]}
        assert len(ids) == len(set(ids)) > 0
        assert meta.graph(path, user_id="1", fields="id,username")[1]["error"]["code"] == 100
    assert meta.graph("17800000000000000/recent_media", user_id="1", fields="id")[1]["error"]["error_subcode"] == 33


def test_places_are_found_empty_or_not_at_all(meta: Meta) -> None:
    outcomes = Counter[str]()
    for row in PLACES:
        query = f'"{row["restaurant_name"]}" {row["city"]} site:instagram.com'
        params = {"key": f"k{len(outcomes)}{sum(outcomes.values())}", "cx": "c", "q": query}
        items = meta.client.get("/www.googleapis.com/customsearch/v1", params=params).json().get("items", [])
        handles = {link[1] for i in items if (link := re.search(r"instagram\.com/([a-z0-9_]+)/\?", i["link"]))}
        for handle in handles:
            found = meta.discover(handle)[1]["business_discovery"]
            assert found["name"] == row["restaurant_name"].title()
            outcomes["found" if found["media_count"] else "empty"] += 1
        outcomes["none"] += not handles
    assert outcomes.keys() == {"found", "empty", "none"}


def test_threads_profiles_are_looked_up(meta: Meta) -> None:
    for account in meta.handles("threads", "business", "creator", "personal"):
        status, body = meta.threads("profile_lookup", username=account["handle"])
        assert (status, body["username"], body["follower_count"]) == (200, account["handle"], account["followers"])
        _, posts = meta.threads(
            "profile_posts", username=account["handle"], fields="id,text,timestamp,permalink", limit=3
        )
        assert len(posts["data"]) <= 3
        assert all(
            post["permalink"].startswith(f"https://www.threads.com/@{account['handle']}/post/")
            for post in posts["data"]
        )
    for handle in ("nobody_at_all", meta.handles("threads", "private")[0]["handle"]):
        status, body = meta.threads("profile_lookup", username=handle)
        assert (status, body["error"]["code"], body["error"]["type"]) == (400, 100, "THApiException")
    assert meta.threads("1234567/threads")[1]["error"]["error_subcode"] == 33
    assert meta.client.get("/graph.threads.com/me?access_token=t").json()["username"]


def user_in(shape: str, text: str) -> dict[str, Any]:
    """Read a profile page as a reader of its shape does; the result is in the names of GraphQL."""
    if shape == "shared_data":
        (found,) = re.findall(r"window\._sharedData = (\{.*\});</script>", text)
        return dict(json.loads(found)["entry_data"]["ProfilePage"][0]["graphql"]["user"])
    if shape == "additional_data":
        (found,) = re.findall(r"__additionalDataLoaded\('/[^']+/',(\{.*\})\);</script>", text)
        return dict(json.loads(found)["graphql"]["user"])
    scripts = [json.loads(found) for found in re.findall(r"data-sjs>(\{.*?\})</script>", text)]
    if shape == "web_profile_info":
        cache = scripts[0]["require"][0][3][0]["__bbox"]["require"][0][3][0]
        assert cache["key"] == "xdt_api__v1__users__web_profile_info"
        return dict(json.loads(cache["result"]["response"])["data"]["user"])
    data = [script["require"][0][3][0]["__bbox"]["require"][0][3][1]["__bbox"]["result"]["data"] for script in scripts]
    (user,) = [part["user"] for part in data if "user" in part]
    (line,) = [
        part["xdt_api__v1__feed__user_timeline_graphql_connection"]
        for part in data
        if "xdt_api__v1__feed__user_timeline_graphql_connection" in part
    ]
    edges = [{"node": {"shortcode": edge["node"]["code"]}} for edge in line["edges"]]
    return {
        **user,
        "edge_followed_by": {"count": user["follower_count"]},
        "edge_owner_to_timeline_media": {"count": user["media_count"], "edges": edges},
    }


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape != "og_only"])
def test_every_shape_holds_the_same_profile(shape: str) -> None:
    with asking(PEOPLE, 4, Faults(switches={"www.instagram.com": f"shape.{shape}"})) as meta:
        for account in meta.handles("instagram", "business", "personal", "private")[:25]:
            response = meta.page(account["handle"])
            user = user_in(shape, response.text)
            assert (user["username"], user["edge_followed_by"]["count"]) == (account["handle"], account["followers"])
            assert user["is_private"] == (account["state"] == "private")
            line = user["edge_owner_to_timeline_media"]
            shown = 0 if user["is_private"] else min(12, account["posts"])
            assert (line["count"], len(line["edges"])) == (account["posts"], shown)
            if account["state"] == "business" and shown:
                _, body = meta.discover(account["handle"], "media.limit(12){permalink}")
                codes = [media["permalink"].split("/")[-2] for media in body["business_discovery"]["media"]["data"]]
                assert [edge["node"]["shortcode"] for edge in line["edges"]] == codes


def test_meta_tags_round_in_the_language_of_the_page(meta: Meta) -> None:
    account = max(meta.handles("instagram", "business"), key=lambda account: account["followers"])
    seen = set()
    for language in LANGUAGES:
        text = html.unescape(meta.page(account["handle"], hl=language).text)
        assert f'lang="{language}"' in text
        (told,) = re.findall(r'og:description" content="(.*?)" />', text)
        assert rounded(account["followers"], language) in told
        seen.add(told)
    assert len(seen) == len(LANGUAGES)


@pytest.mark.parametrize(
    ("count", "language", "text"),
    [
        (999, "en", "999"),
        (9_999, "en", "9,999"),
        (9_999, "de", "9.999"),
        (12_345, "en", "12.3K"),
        (123_456, "en", "123K"),
        (46_369_616, "en", "46.3M"),
        (46_369_616, "zh-tw", "4,636萬"),
        (46_369_616, "ko", "4,636만"),
        (46_369_616, "de", "46,3 Mio."),
        (12_000, "fr", "12 k"),
        (12_000, "es", "12 mil"),
    ],
)
def test_counts_are_written_as_the_site_does(count: int, language: str, text: str) -> None:
    assert rounded(count, language) == text


def test_shapes_and_languages_are_drawn_per_profile(meta: Meta) -> None:
    shapes, languages = Counter[str](), set()
    for account in meta.handles("instagram", "business", "creator"):
        text = meta.page(account["handle"]).text
        languages.add(re.findall(r'<html lang="([a-z-]+)"', text)[0])
        for shape in SHAPES.keys() - {"og_only"}:
            try:
                shapes[shape] += user_in(shape, text)["username"] == account["handle"]
            except (ValueError, KeyError, IndexError, TypeError):
                continue
    assert all(shapes[shape] > 5 for shape in SHAPES.keys() - {"og_only"})
    assert sum(shapes.values()) < len(meta.handles("instagram", "business", "creator"))
    assert len(languages) > 10


def test_nobody_is_404_or_a_shell(meta: Meta) -> None:
    statuses = Counter(meta.page(f"nobody{number}").status_code for number in range(40))
    assert statuses.keys() == {200, 404}
    gone = meta.handles("instagram", "gone")[0]["handle"]
    assert "httpErrorPage" in (response := meta.page(gone)).text or response.status_code == 404
    assert len({WALLS["not_found_old"]("/", language).body for language in LANGUAGES}) == 18


def test_the_sites_deny_robots(meta: Meta) -> None:
    for host in ("www.instagram.com", "www.threads.com", "www.threads.net"):
        assert meta.client.get(f"/{host}/robots.txt").text.endswith("User-agent: *\nDisallow: /\n")


@pytest.mark.parametrize("wall", WALLS)
def test_every_wall_can_be_switched_on_and_off(meta: Meta, wall: str) -> None:
    account = meta.handles("instagram", "business")[0]
    plain = meta.page(account["handle"])
    meta.simulator.switch("www.instagram.com/", f"instagram.{wall}")
    try:
        walled = meta.page(account["handle"])
        assert walled.status_code == WALLS[wall]("/", "en").status
        assert str(account["followers"]) not in walled.text
        assert meta.client.get("/www.instagram.com/robots.txt").status_code == 200
    finally:
        meta.simulator.switch("www.instagram.com/", None)
    assert meta.page(account["handle"]).content == plain.content


def test_walls_have_a_rate() -> None:
    with asking(PEOPLE, 4, Faults(walled=0.5)) as meta:
        handles = [account["handle"] for account in meta.handles("instagram", "business", "creator")]
        statuses = Counter(meta.page(handle).status_code for handle in handles)
        stats = meta.simulator.stats()["hosts"]["www.instagram.com"]
    assert 0.3 < stats["faults"]["walled"] / len(handles) < 0.7
    assert len(statuses) >= 5
    assert len(REFUSALS) == 11


def test_the_threads_site_moves_and_shows_profiles(meta: Meta) -> None:
    account = next(a for a in meta.handles("threads", "business", "creator") if a["followers"] > 5)
    moved = meta.client.get(f"/www.threads.net/@{account['handle']}")
    assert (moved.status_code, moved.headers["location"]) == (301, f"https://www.threads.com/@{account['handle']}")
    text = meta.client.get(f"/www.threads.com/@{account['handle']}").text
    found = [json.loads(script) for script in re.findall(r"data-sjs>(\{.*?\})</script>", text)]
    data = [script["require"][0][3][0]["__bbox"]["require"][0][3][1]["__bbox"]["result"]["data"] for script in found]
    assert (data[0]["user"]["username"], data[0]["user"]["follower_count"]) == (account["handle"], account["followers"])
    statuses = {meta.client.get(f"/www.threads.com/@nobody{number}").status_code for number in range(20)}
    assert statuses == {302, 404}
    front = next(f for number in range(20) if (f := meta.client.get(f"/www.threads.com/@nobody{number}")).is_redirect)
    assert front.headers["location"] == "https://www.threads.com/?error=invalid_profile"
    page = meta.client.get("/www.threads.com/?error=invalid_profile")
    assert (page.status_code, "password" in page.text, "profile" in page.text.lower()) == (200, False, False)
    assert "/login/" in meta.client.get("/www.threads.com/settings").headers["location"]


def test_posts_of_a_hashtag_have_pages_that_say_the_same(meta: Meta) -> None:
    """Whoever has read the list finds each post, in each shape, with its author; some are gone meanwhile."""
    shapes, gone = Counter[str](), 0
    for media in [media for tag in ("love", "noodles", "brunch") for media in tagged(meta, tag)]:
        code = media["permalink"].rstrip("/").rpartition("/")[2]
        page = meta.client.get(f"/www.instagram.com/p/{code}/?hl=en")
        if page.status_code == 404 or "httpErrorPage" in page.text:
            gone += 1
            continue
        address = re.search(rf"instagram\.com/([a-z._0-9]+)/(?:p|reel)/{code}/", page.text)
        assert address and page.status_code == 200
        if "shortcode_media" in page.text:
            shapes["shared_data"] += 1
            found = re.search(r'"edge_media_preview_like":\{"count":(-?\d+)', page.text)
            assert found and int(found[1]) == media.get("like_count", -1)
        elif "xdt_api__v1__media__shortcode__web_info" in page.text:
            shapes["relay"] += 1
            assert f'"comment_count":{media["comments_count"]}' in page.text
            assert f'"username":"{address[1]}"' in page.text
        else:
            shapes["og_only"] += 1
        assert page.text == meta.client.get(f"/www.instagram.com/reel/{code}/?hl=en").text
    assert set(shapes) == {"shared_data", "relay", "og_only"} and 1 <= gone < shapes.total() / 4


def tagged(meta: Meta, tag: str) -> list[dict[str, Any]]:
    reader = "17841400000000777"  # one whose thirty hashtags of the week are left

    def get(path: str, **params: Any) -> Any:
        return meta.client.get(f"/graph.facebook.com/v24.0/{path}", params={"access_token": "t", **params}).json()

    number = get("ig_hashtag_search", user_id=reader, q=tag)["data"][0]["id"]
    fields = "permalink,like_count,comments_count"
    media: list[dict[str, Any]] = get(f"{number}/top_media", user_id=reader, fields=fields, limit=50)["data"]
    return media


def test_a_post_that_was_never_listed_has_no_page(meta: Meta) -> None:
    own = meta.handles("instagram", "business")[0]
    page = meta.client.get(f"/www.instagram.com/{own['handle']}/?hl=en")
    codes = re.findall(r'"(?:shortcode|code)":"([A-Za-z0-9_-]{5,})"', page.text)[:2]
    for code in ("AAAAAAAAAAA", "DRa6qq-Ed10", "C", "_" * 11, *codes):
        found = meta.client.get(f"/www.instagram.com/p/{code}/?hl=en")
        assert found.status_code in {302, 404} or "httpErrorPage" in found.text, code
