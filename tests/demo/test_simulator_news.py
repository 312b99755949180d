"""Google News, NewsAPI and plain feeds."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import httpx
import pytest
from springhead.feeds.links import canonical
from springhead_demo.simulator import Allowances, Faults, Simulator, generate_people
from springhead_demo.simulator.feeds import HOST, VARIANTS

PEOPLE = generate_people(60, seed=2)
EDITION = {"hl": "zh-TW", "gl": "TW", "ceid": "TW:zh-Hant"}


class News:
    def __init__(self, simulator: Simulator, client: httpx.Client) -> None:
        self.simulator = simulator
        self.client = client

    def truth(self, person: Any) -> dict[str, list[str]]:
        found: dict[str, list[str]] = self.simulator.truth(person["celebrity_id"])["news"]
        return found

    def google(self, q: str, **params: str) -> list[ElementTree.Element]:
        response = self.client.get("/news.google.com/rss/search", params={"q": q, **EDITION, **params})
        assert response.status_code == 200
        return ElementTree.fromstring(response.content).findall("channel/item")

    def api(self, **params: Any) -> tuple[int, Any]:
        response = self.client.get("/newsapi.org/v2/everything", params=params, headers={"X-Api-Key": "k"})
        return response.status_code, response.json()


@contextmanager
def asking(*args: Any, **options: Any) -> Iterator[News]:
    with Simulator(*args, **options) as simulator, httpx.Client(base_url=simulator.url) as client:
        yield News(simulator, client)


@pytest.fixture(scope="module")
def news() -> Iterator[News]:
    with asking(PEOPLE, 4, Faults(namesakes=0.3), allowances=Allowances(newsapi=10_000)) as news:
        yield news


def test_a_feed_has_at_most_a_hundred_items_newest_first(news: News) -> None:
    from email.utils import parsedate_to_datetime

    sizes = []
    for person in PEOPLE:
        truth, items = news.truth(person), news.google(person["name"])
        assert len(items) == min(100, len(truth["own"]) + len(truth["others"]))
        dates = [parsedate_to_datetime(item.findtext("pubDate", "")) for item in items]
        assert dates == sorted(dates, reverse=True)
        sizes.append(len(items))
    assert max(sizes) == 100
    assert min(sizes) == 0


def test_items_have_the_recorded_shape_and_lead_to_the_articles(news: News) -> None:
    person = max(PEOPLE, key=lambda person: len(news.truth(person)["others"]))
    truth = news.truth(person)
    assert truth["others"]
    ways = Counter[int]()
    for item in news.google(f'"{person["name"]}" when:7d'):
        assert [child.tag for child in item] == ["title", "link", "guid", "pubDate", "description", "source"]
        source = item.find("source")
        assert source is not None
        assert item.findtext("title", "").endswith(f" - {source.text}")
        address = urlsplit(item.findtext("link", ""))
        assert (address.netloc, address.path) == ("news.google.com", f"/rss/articles/{item.findtext('guid')}")
        answer = news.client.get(f"/news.google.com{address.path}?{address.query}")
        ways[answer.status_code] += 1
        # The id is a protocol buffer, which is read as one: with the address, or with what only Google can resolve.
        read = canonical(item.findtext("link", ""))
        assert (read == canonical(answer.headers.get("location", ""))) == (answer.status_code == 302)
        if answer.status_code == 302:
            assert re.sub(r"[?#].*", "", answer.headers["location"]) in truth["own"] + truth["others"]
        else:
            assert f'data-n-a-id="{item.findtext("guid")}"' in answer.text
            assert not any(url in answer.text for url in truth["own"])
    assert ways.keys() == {200, 302}


def test_without_an_edition_google_redirects_to_one(news: News) -> None:
    answer = news.client.get("/news.google.com/rss/search", params={"q": "a b", "hl": "ja"})
    assert answer.status_code == 302
    assert answer.headers["location"] == "https://news.google.com/rss/search?q=a+b&hl=ja&gl=US&ceid=US%3Aen"
    assert news.client.get("/news.google.com/rss/articles/CBMinonsense").status_code == 400
    assert news.google("nobody at all") == []


def test_newsapi_pages_through_everything_once(news: News) -> None:
    person = next(
        person for person in PEOPLE if 40 < len(news.truth(person)["own"] + news.truth(person)["others"]) < 100
    )
    truth = news.truth(person)
    urls, page = [], 1
    while True:
        status, body = news.api(q=person["name"], pageSize=20, page=page)
        assert status == 200
        assert body["totalResults"] == len(truth["own"] + truth["others"])
        urls += [article["url"] for article in body["articles"]]
        if len(urls) >= body["totalResults"]:
            break
        page += 1
    removed = urls.count("https://removed.com")
    bare = {re.sub(r"[?#].*", "", url).replace("http://", "https://") for url in urls if "removed.com" not in url}
    assert bare <= set(truth["own"] + truth["others"])
    assert len(bare) == len(urls) - removed
    assert len(bare - set(urls)) > 5, "some addresses are not the canonical ones"


def test_removed_articles_are_marked(news: News) -> None:
    found = [a for p in PEOPLE for a in news.api(q=p["name"])[1]["articles"] if a["title"] == "[Removed]"]
    assert len(found) > 20
    assert {article["url"] for article in found} == {"https://removed.com"}
    assert {article["source"]["name"] for article in found} == {"[Removed]"}


@pytest.mark.parametrize(
    ("params", "headers", "status", "code"),
    [
        ({"q": "a"}, {}, 401, "apiKeyMissing"),
        ({"q": "a"}, {"X-Api-Key": "invalid1"}, 401, "apiKeyInvalid"),
        ({"q": "a"}, {"Authorization": "Bearer disabled1"}, 401, "apiKeyDisabled"),
        ({"q": "a", "apiKey": "exhausted"}, {}, 401, "apiKeyExhausted"),
        ({"apiKey": "k"}, {}, 400, "parametersMissing"),
        ({"apiKey": "k", "q": "a", "pageSize": "101"}, {}, 400, "parameterInvalid"),
        ({"apiKey": "k", "q": "a", "language": "xx"}, {}, 400, "parameterInvalid"),
        ({"apiKey": "k", "q": "a", "from": "2026-01-01"}, {}, 426, "parameterInvalid"),
        ({"apiKey": "k", "q": "a", "page": "2"}, {}, 426, "maximumResultsReached"),
    ],
)
def test_errors_of_newsapi(news: News, params: dict[str, str], headers: dict[str, str], status: int, code: str) -> None:
    answer = news.client.get("/newsapi.org/v2/everything", params=params, headers=headers)
    body = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (status, "error", code)


def test_newsapi_counts_the_day() -> None:
    with asking(PEOPLE[:2], 4) as news:
        assert [news.api(q="a")[0] for _ in range(100)] == [200] * 100
        status, body = news.api(q="a")
        assert (status, body["code"]) == (429, "rateLimited")


def feed(news: News, form: str, variant: str, name: str) -> httpx.Response:
    return news.client.get(f"/{HOST}/{form}/{variant}.xml", params={"q": name})


@pytest.mark.parametrize("form", ["rss", "atom", "rdf"])
def test_the_plain_feeds_are_well_formed_and_tell_the_same(news: News, form: str) -> None:
    person = next(person for person in PEOPLE if len(news.truth(person)["own"]) > 20)
    answer = feed(news, form, "plain", person["name"])
    root = ElementTree.fromstring(answer.content)
    texts = [element.text or "" for element in root.iter()] + [v for e in root.iter() for v in e.attrib.values()]
    known = news.truth(person)["own"] + news.truth(person)["others"]
    assert len({text for text in texts if text in known}) == 12
    assert answer.headers["content-type"].startswith("application/")
    again = news.client.get(answer.request.url, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


DECODED = {
    "bom": "utf-8-sig", "no_encoding": "utf-8", "utf16": "utf-16", "utf16_no_mark": "utf-16-be", "big5": "big5",
    "gb2312": "gb18030", "euc_jp": "euc_jp", "euc_kr": "euc_kr", "windows_1252": "cp1252", "header_only": "big5",
    "header_wrong": "utf-8", "declared_wrong": "utf-8",
}  # fmt: skip


@pytest.mark.parametrize(("variant", "codec"), DECODED.items())
def test_encodings_are_what_they_are_and_say_what_they_say(news: News, variant: str, codec: str) -> None:
    answer = feed(news, "rss", variant, PEOPLE[0]["name"])
    text = answer.content.decode(codec)
    assert text.startswith("<?xml")
    said = re.match(r'<\?xml version="1.0"(?: encoding="([^"]+)")?\?>', text)
    assert said is not None
    header = answer.headers["content-type"].partition("charset=")[2]
    if variant in ("header_wrong", "declared_wrong"):
        assert said[1] != header
    for name in filter(None, (said[1], header)):
        codecs.lookup(name)


BROKEN = {
    "leading_space", "html_entities", "bare_ampersand", "undeclared_prefix", "unclosed", "control_characters", "cut",
}  # fmt: skip


@pytest.mark.parametrize("variant", sorted(BROKEN))
@pytest.mark.parametrize("form", ["rss", "atom", "rdf"])
def test_broken_feeds_are_broken(news: News, form: str, variant: str) -> None:
    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring(feed(news, form, variant, PEOPLE[0]["name"]).content)


def test_the_other_oddities_are_there(news: News) -> None:
    person = next(person for person in PEOPLE if len(news.truth(person)["own"]) > 20)
    for form, item in (("rss", "<item>"), ("atom", "<entry>"), ("rdf", "<item ")):
        text = {name: feed(news, form, name, person["name"]).content.decode("utf-8", "replace") for name in VARIANTS}
        assert text["plain"].count(item) == 12
        assert text["duplicates"].count(item) == 24
        assert text["empty"].count(item) == 0
        assert "2026-11-1" not in re.sub(r"/2026/11/\d\d/", "", text["no_dates"])
        assert text["odd_dates"].count("Yesterday, 25:61") >= 12
        assert text["script_links"].count("javascript:") == 1
        assert "<!ENTITY" in text["doctype"]
        assert text["no_title"].count("<title") < text["plain"].count("<title")
        assert ".example/2026/" not in text["relative_links"]
    assert news.client.get(f"/{HOST}/rss/nonsense.xml").status_code == 404
    assert len(feed(news, "rss", "plain", "nobody").content) < 500
