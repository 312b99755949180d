"""Custom Search and YouTube: the documented shapes, errors and quotas."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from springhead_demo.simulator import Allowances, Faults, Simulator, generate_people, hard_people

SEARCH = "/www.googleapis.com/customsearch/v1"
TUBE = "/www.googleapis.com/youtube/v3/"
PEOPLE = generate_people(80, seed=2)


class Clock:
    def __init__(self, text: str) -> None:
        self.now = datetime.fromisoformat(text).replace(tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Google:
    def __init__(self, simulator: Simulator, client: httpx.Client) -> None:
        self.client = client
        self.simulator = simulator

    def search(self, **params: Any) -> tuple[int, Any]:
        response = self.client.get(SEARCH, params={"key": "k", "cx": "c", **params})
        return response.status_code, response.json()

    def tube(self, method: str, **params: Any) -> tuple[int, Any]:
        response = self.client.get(TUBE + method, params={"key": "k", **params})
        return response.status_code, response.json()


@contextmanager
def asking(*args: Any, **options: Any) -> Iterator[Google]:
    with Simulator(*args, **options) as simulator, httpx.Client(base_url=simulator.url) as client:
        yield Google(simulator, client)


@pytest.fixture(scope="module")
def google() -> Iterator[Google]:
    allowed = Allowances(google_search=10_000, youtube=10_000_000)
    with asking(PEOPLE, 4, Faults(namesakes=0.3), allowances=allowed) as google:
        yield google


def pages(google: Google, name: str) -> list[dict[str, Any]]:
    """Follow nextPage as a reader should."""
    items, start = [], 1
    while True:
        status, body = google.search(q=name, start=start)
        assert status == 200
        items += body.get("items", [])
        following = body["queries"].get("nextPage")
        if not following:
            return items
        start = following[0]["startIndex"]


def test_the_pages_of_a_search_hold_what_the_truth_says(google: Google) -> None:
    several = 0
    for person in PEOPLE[:40]:
        truth = google.simulator.truth(person["celebrity_id"])["google"]
        links = [item["link"] for item in pages(google, person["name"])]
        assert sorted(links) == sorted(truth["own"] + truth["others"])
        several += len(links) > 10
    assert several > 10


def test_a_result_has_the_documented_members(google: Google) -> None:
    _, body = google.search(q=PEOPLE[0]["name"], num=5)
    assert {"kind", "url", "queries", "searchInformation", "context", "items"} == body.keys()
    assert body["kind"] == "customsearch#search"
    assert len(body["items"]) == 5
    assert isinstance(body["searchInformation"]["totalResults"], str)
    assert int(body["searchInformation"]["totalResults"]) > len(pages(google, PEOPLE[0]["name"]))
    members = {"kind", "title", "htmlTitle", "link", "displayLink", "snippet", "htmlSnippet"}
    members |= {"formattedUrl", "htmlFormattedUrl"}
    for item in body["items"]:
        assert members <= item.keys() <= {*members, "pagemap", "mime", "fileFormat"}
        assert item["kind"] == "customsearch#result"


def test_a_restriction_to_a_site_holds(google: Google) -> None:
    name = PEOPLE[0]["name"]
    everything = pages(google, name)
    for params in ({"q": f"{name} site:wikipedia.org"}, {"q": name, "siteSearch": "wikipedia.org"}):
        _, body = google.search(**params)
        found = [item["link"] for item in body["items"]]
        assert found == [item["link"] for item in everything if item["displayLink"].endswith("wikipedia.org")]


def test_nothing_found_has_no_items_and_a_near_name_is_suggested() -> None:
    people, traits = hard_people()
    with asking(people, 3, traits=traits) as google:
        simulator = google.simulator
        names = {person["celebrity_id"]: person["name"] for person in people}
        _, body = google.search(q=names["hard_unknown_latin"])
        assert "items" not in body
        assert body["searchInformation"]["totalResults"] == "0"
        assert "totalResults" not in body["queries"]["request"][0]
        assert "spelling" not in body
        _, body = google.search(q=names["hard_misspelt_latin"])
        assert "items" not in body
        right = simulator.truth("hard_misspelt_latin")["pages"]["en"]
        assert body["spelling"]["correctedQuery"] == right
        _, body = google.search(q=right)
        assert len(body["items"]) > 0


@pytest.mark.parametrize(
    ("params", "status", "reason"),
    [
        ({"key": ""}, 403, "forbidden"),
        ({"key": "invalid1"}, 400, "badRequest"),
        ({"key": "disabled1"}, 403, "accessNotConfigured"),
        ({"key": "referer1"}, 403, "forbidden"),
        ({"cx": ""}, 400, "badRequest"),
        ({"q": ""}, 400, "badRequest"),
        ({"num": 11}, 400, "badRequest"),
        ({"num": 0}, 400, "badRequest"),
        ({"start": 92}, 400, "badRequest"),
        ({"start": 0}, 400, "badRequest"),
        ({"start": "x"}, 400, "badRequest"),
    ],
)
def test_bad_searches_are_refused_in_googles_form(
    google: Google, params: dict[str, Any], status: int, reason: str
) -> None:
    before = google.simulator.stats()["units"]["google_search"]
    got, body = google.search(**{"q": "a", **params})
    assert (got, body["error"]["code"], body["error"]["errors"][0]["reason"]) == (status, status, reason)
    assert google.simulator.stats()["units"]["google_search"] == before


def test_the_last_possible_page_is_answered(google: Google) -> None:
    assert google.search(q="a", start=91)[0] == 200


def test_the_daily_quota_ends_in_both_forms_and_begins_again_at_midnight_in_california() -> None:
    clock = Clock("2026-11-20T07:59:00")
    with asking(PEOPLE[:2], 4, clock=clock) as google:
        simulator = google.simulator
        forms = {}
        for key in "abcdefgh":
            for _ in range(100):
                assert google.search(q="x", key=key)[0] == 200
            status, body = google.search(q="x", key=key)
            forms[status] = body["error"]
        assert forms.keys() == {403, 429}
        assert forms[403]["errors"][0]["reason"] == "dailyLimitExceeded"
        assert "status" not in forms[403]
        assert forms[429]["status"] == "RESOURCE_EXHAUSTED"
        assert forms[429]["details"][0]["metadata"]["quota_limit_value"] == "100"
        assert simulator.stats()["units"]["google_search"] == 800
        clock.now = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
        assert google.search(q="x", key="a")[0] == 200


def channels(google: Google, state: str) -> list[dict[str, Any]]:
    truths = [google.simulator.truth(person["celebrity_id"])["youtube"] for person in PEOPLE]
    return [truth for truth in truths if truth and truth["state"] == state]


def test_a_channel_is_found_by_id_handle_and_old_name(google: Google) -> None:
    legacy = 0
    for truth in channels(google, "open"):
        status, body = google.tube("channels", part="snippet,statistics,contentDetails", id=truth["channel"])
        (item,) = body["items"]
        assert (status, item["id"], item["kind"]) == (200, truth["channel"], "youtube#channel")
        assert item["contentDetails"]["relatedPlaylists"]["uploads"] == "UU" + truth["channel"][2:]
        assert item["statistics"]["videoCount"] == str(truth["videos"])
        assert item["statistics"]["subscriberCount"].isdigit()
        handle = item["snippet"]["customUrl"]
        for spelling in (handle, handle[1:], handle.upper()):
            assert google.tube("channels", part="id", forHandle=spelling)[1]["items"][0]["id"] == truth["channel"]
        slot = int(handle.rpartition("_")[2], 16)
        named = google.tube("channels", part="id", forUsername=f"user{slot:x}x")[1]
        legacy += "items" in named
        assert named.get("items", [{"id": truth["channel"]}])[0]["id"] == truth["channel"]
    assert legacy > 0


def test_what_a_channel_hides_or_lost_is_absent(google: Google) -> None:
    hidden = channels(google, "hidden_subscribers")[0]
    _, body = google.tube("channels", part="statistics", id=hidden["channel"])
    assert body["items"][0]["statistics"].keys() == {"viewCount", "hiddenSubscriberCount", "videoCount"}
    gone = channels(google, "terminated")[0]["channel"]
    for params in ({"id": gone}, {"id": "UC" + "x" * 22}, {"forHandle": "@nobody"}):
        status, body = google.tube("channels", part="id", **params)
        assert (status, body["pageInfo"]["totalResults"]) == (200, 0)
        assert "items" not in body
    status, body = google.tube("playlistItems", part="snippet", playlistId="UU" + gone[2:])
    assert (status, body["error"]["errors"][0]["reason"]) == (404, "playlistNotFound")


def test_a_channel_without_uploads_has_an_empty_playlist_or_none() -> None:
    people = generate_people(400, seed=2)
    with asking(people, 4) as google:
        simulator, seen = google.simulator, set()
        for person in people:
            truth = simulator.truth(person["celebrity_id"])["youtube"]
            if truth and truth["state"] == "no_uploads":
                status, body = google.tube("playlistItems", part="snippet", playlistId="UU" + truth["channel"][2:])
                seen.add(status)
                assert status == 404 or body["items"] == []
        assert seen == {200, 404}


def test_uploads_are_paged_and_newest_first(google: Google) -> None:
    truth = max(channels(google, "open"), key=lambda channel: channel["videos"])
    token, items = {}, []
    while True:
        status, body = google.tube(
            "playlistItems",
            part="snippet,contentDetails,status",
            playlistId="UU" + truth["channel"][2:],
            maxResults=50,
            **token,
        )
        assert status == 200
        items += body["items"]
        if "nextPageToken" not in body:
            break
        token = {"pageToken": body["nextPageToken"]}
    assert [item["snippet"]["position"] for item in items] == list(range(truth["videos"]))
    dates = [item["snippet"]["publishedAt"] for item in items]
    assert dates == sorted(dates, reverse=True)
    withdrawn = [item for item in items if item["status"]["privacyStatus"] != "public"]
    assert {item["snippet"]["title"] for item in withdrawn} == {"Private video", "Deleted video"}
    assert all("videoPublishedAt" not in item["contentDetails"] for item in withdrawn)
    ids = [item["contentDetails"]["videoId"] for item in items[:50]]
    _, body = google.tube("videos", part="snippet,statistics,contentDetails", id=",".join(ids))
    public = [item["contentDetails"]["videoId"] for item in items[:50] if item not in withdrawn]
    assert [item["id"] for item in body["items"]] == public
    assert any("likeCount" not in item["statistics"] for item in body["items"])


def test_a_search_offers_fans_and_namesakes_before_the_person(google: Google) -> None:
    firsts = []
    for person in PEOPLE:
        truth = google.simulator.truth(person["celebrity_id"])["youtube"]
        _, body = google.tube("search", part="snippet", type="channel", q=person["name"], maxResults=50)
        ids = [item["id"]["channelId"] for item in body["items"]]
        assert all(item["id"]["kind"] == "youtube#channel" for item in body["items"])
        if truth:
            assert truth["channel"] in ids
            firsts.append(ids[0] == truth["channel"])
    assert True in firsts
    assert False in firsts


def test_units_are_counted_as_documented_and_end_in_both_layouts() -> None:
    clock = Clock("2026-07-01T06:30:00")
    with asking(PEOPLE[:2], 4, clock=clock) as google:
        simulator = google.simulator
        layouts = set()
        for number, key in enumerate("abcdef", 1):
            for _ in range(99):
                assert google.tube("search", part="snippet", q="zz", key=key)[0] == 200
            for _ in range(100):
                assert google.tube("channels", part="id", id="x", key=key)[0] == 200
            assert simulator.stats()["units"]["youtube"] == 10_000 * number
            status, body = google.tube("videos", part="id", id="x", key=key)
            assert (status, body["error"]["errors"][0]["reason"]) == (403, "quotaExceeded")
            assert body["error"]["errors"][0]["domain"] == "youtube.quota"
            layouts.add("status" in body["error"])
        assert layouts == {True, False}
        clock.now = datetime(2026, 7, 1, 7, 0, tzinfo=UTC)
        assert google.tube("videos", part="id", id="x", key="a")[0] == 200


@pytest.mark.parametrize(
    ("method", "params", "status", "reason"),
    [
        ("channels", {"part": "id"}, 400, "missingRequiredParameter"),
        ("channels", {"id": "x"}, 400, "required"),
        ("channels", {"part": "auditDetails", "id": "x"}, 400, "unknownPart"),
        ("channels", {"part": "id", "id": ",".join("x" * 51)}, 400, "invalidFilters"),
        ("search", {"part": "snippet", "q": "x", "maxResults": 51}, 400, "invalidParameter"),
        ("search", {"part": "snippet", "q": "x", "pageToken": "zzz"}, 400, "invalidPageToken"),
        ("playlistItems", {"part": "snippet", "playlistId": "PLx"}, 404, "playlistNotFound"),
        ("captions", {"part": "id"}, 404, "notFound"),
        ("videos", {"part": "id", "id": "x", "key": "disabled"}, 403, "accessNotConfigured"),
    ],
)
def test_bad_requests_to_youtube(google: Google, method: str, params: dict[str, Any], status: int, reason: str) -> None:
    got, body = google.tube(method, **params)
    assert (got, body["error"]["errors"][0]["reason"]) == (status, reason)


def test_an_answer_that_is_switched_on_costs_no_units(google: Google) -> None:
    before = google.simulator.stats()["units"]["youtube"]
    google.simulator.switch("www.googleapis.com/youtube/", "youtube.quota_old")
    try:
        status, body = google.tube("search", part="snippet", q="a")
    finally:
        google.simulator.switch("www.googleapis.com/youtube/", None)
    assert (status, body["error"]["errors"][0]["reason"]) == (403, "quotaExceeded")
    assert "status" not in body["error"]
    assert google.simulator.stats()["units"]["youtube"] == before


def test_an_unchanged_list_is_304_and_still_costs_a_unit(google: Google) -> None:
    channel = channels(google, "open")[0]["channel"]
    params = {"key": "k", "part": "id", "id": channel}
    first = google.client.get(f"{TUBE}channels", params=params)
    assert first.headers["etag"] == f'"{first.json()["etag"]}"'
    before = google.simulator.stats()["units"]["youtube"]
    again = google.client.get(f"{TUBE}channels", params=params, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert google.simulator.stats()["units"]["youtube"] == before + 1
