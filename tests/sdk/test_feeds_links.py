"""Canonical links: one article, one address, and never one address for two articles."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from springhead.feeds import FeedEntry, canonical, unique


def news_id(url: str, after: bytes = b"\xd2\x01\x00") -> str:
    raw = url.encode()
    size = bytes([len(raw)]) if len(raw) < 128 else bytes([len(raw) & 0x7F | 0x80, len(raw) >> 7])
    return base64.urlsafe_b64encode(b"\x08\x13\x22" + size + raw + after).decode().rstrip("=")


LONG = "https://x.example/2026/" + "a-very-long-slug" * 10
OPAQUE = news_id("AU_yqLMxyz" * 12)

SAME = [
    ("HTTPS://WWW.X.Example:443/A/?utm_source=a&fbclid=b&id=7#top", "https://www.x.example/A?id=7"),
    ("http://x.example:80", "http://x.example/"),
    ("http://x.example:8080/a/", "http://x.example:8080/a"),
    ("https://user:secret@x.example/a", "https://x.example/a"),
    ("https://x.example/a?b=2&a=1&b=1&", "https://x.example/a?a=1&b=2&b=1"),
    ("https://x.example/%7ejo/%e5%91%a8", "https://x.example/~jo/%E5%91%A8"),
    ("https://x.example/#!/article/7", "https://x.example/#!/article/7"),
    ("https://x.example/app#/article/7", "https://x.example/app#/article/7"),
    ("https://x.example/2026/a-long-story/amp/", "https://x.example/2026/a-long-story"),
    ("https://x.example/news/1234567/amp", "https://x.example/news/1234567"),
    ("https://x.example/a.html?amp=1", "https://x.example/a.html"),
    ("https://x.example/a-story.amp.html", "https://x.example/a-story.html"),
    ("https://x.example/a?outputType=amp", "https://x.example/a"),
    ("https://www-x-example.cdn.ampproject.org/c/s/www.x.example/a-b?utm_id=1&p=2", "https://www.x.example/a-b?p=2"),
    ("https://www.google.com/amp/s/x.example/a-story/", "https://x.example/a-story"),
    ("https://www.google.com/url?sa=t&url=https%3A%2F%2Fx.example%2Fa%3Fb%3D1&usg=1", "https://x.example/a?b=1"),
    ("https://en.m.wikipedia.org/wiki/A", "https://en.wikipedia.org/wiki/A"),
    ("https://mobile.nytimes.com/2026/a.html?smid=x", "https://www.nytimes.com/2026/a.html"),
    (f"https://news.google.com/rss/articles/{news_id('https://x.example/a?utm_source=g')}?oc=5", "https://x.example/a"),
    (f"https://news.google.com/articles/{news_id(LONG)}?hl=en-US&gl=US&ceid=US%3Aen", LONG),
    (f"https://news.google.com/__i/rss/rd/articles/{news_id('http://x.example/b')}", "http://x.example/b"),
    (f"https://news.google.com/read/{OPAQUE}?hl=en", f"https://news.google.com/rss/articles/{OPAQUE}"),
    (f" https://news.google.com/rss/articles/{OPAQUE}?oc=5\n", f"https://news.google.com/rss/articles/{OPAQUE}"),
    ("https://[2001:DB8::1]/a/", "https://[2001:db8::1]/a"),
]


@pytest.mark.parametrize(("url", "wanted"), SAME)
def test_forms_of_one_address(url: str, wanted: str) -> None:
    assert canonical(url) == wanted


@pytest.mark.parametrize(
    "url",
    [
        "https://x.example/guitars/amp",  # a page about amplifiers
        "https://m.x.example/a",  # some sites have other articles there
        "https://x.example/a?id=1&ref=2",
        "https://x.example/a?source=b",
        "https://x.example/A",
        "https://x.example/a?q=%26b",
        "https://x.example/a%2Fb",
        "https://www.google.com/url?q=/relative",
        "https://news.google.com/rss/articles/not-base64!",
        "mailto:jo@x.example",
        "urn:uuid:1",
        "http://[",
        "http://x.example:port/",
        "",
        "https://x.example/" + "a" * 5_000,
    ],
)
def test_what_may_be_another_article_stays_as_it_is(url: str) -> None:
    assert canonical(url) == url


@pytest.mark.parametrize(
    "article",
    [
        "",
        "CBMi",
        base64.urlsafe_b64encode(b"\x08\x13\x22\xff\xff\xff").decode(),
        base64.urlsafe_b64encode(b"\x08\x13\x22\x50https://cut.example").decode(),
        base64.urlsafe_b64encode(b"\x08\x13\x22\x0ajavascript:").decode(),
        news_id("https://x.example/周"),
    ],
)
def test_an_id_that_holds_no_address_stays_the_id(article: str) -> None:
    url = f"https://news.google.com/rss/articles/{article}"
    assert canonical(url) in {url, url.rstrip("/"), url.rstrip("=")}


SEGMENT = st.text(st.sampled_from("abAB01-._~%/amp&=?#!+ 周é:@"), max_size=12)
HOSTS = st.sampled_from(
    ["x.example", "X.Example", "m.x.example", "www.google.com", "news.google.com", "l.facebook.com",
     "a.cdn.ampproject.org", "en.m.wikipedia.org", "mobile.twitter.com", "x.example:80", "[::1]", "x.example."]
)  # fmt: skip
PATHS = st.sampled_from(
    ["/", "/url?q=", "/rss/articles/", "/amp/s/", "/c/s/", "/l.php?u=", "/a-b-c/amp", "/a?utm_x=1&"]
)
URLS = st.builds("{}://{}{}{}".format, st.sampled_from(["http", "https", "HTTP", "ftp"]), HOSTS, PATHS, SEGMENT)
NESTED = URLS | URLS.map(lambda url: f"https://www.google.com/url?q={quote(url, safe='')}")
NESTED = NESTED | NESTED.map(
    lambda url: f"https://news.google.com/rss/articles/{base64.urlsafe_b64encode(url.encode()).decode()}"
)


@given(NESTED)
def test_it_is_its_own_canonical_link(url: str) -> None:
    once = canonical(url)
    assert canonical(once) == once


@given(st.text())
def test_any_text_has_a_canonical_link(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


#: Articles as sites tell them apart: by path, by number, by a parameter.
ARTICLES = st.lists(
    st.one_of(
        st.from_regex(r"https://(www|m)\.[a-c]\.example/[a-z]{1,4}(-[a-z]{1,3}){0,3}", fullmatch=True),
        st.from_regex(r"https://[a-c]\.example/\?p=[0-9]{1,3}", fullmatch=True),
        st.from_regex(r"https://[a-c]\.example/(amp|a|m)/(amp|b|[0-9]{1,4})(\.html)?", fullmatch=True),
        st.from_regex(r"https://[a-c]\.example/story\.php\?(id|source|ref|page|v|oc|si)=[a-c0-2]", fullmatch=True),
        st.from_regex(r"https://[a-c]\.example/#!/[a-c]{1,3}", fullmatch=True),
    ),
    unique=True,
    max_size=20,
)
TAIL = st.sampled_from(["utm_source=feed", "fbclid=x&utm_id=1", "gclid=1", "at_medium=RSS&at_campaign=KARANGA"])


@given(ARTICLES)
def test_different_articles_never_become_one(urls: list[str]) -> None:
    assert len({canonical(url) for url in urls}) == len(urls)


@given(ARTICLES, TAIL)
def test_tracking_never_makes_two_of_one(urls: list[str], tail: str) -> None:
    for url in urls:
        address, mark, fragment = url.partition("#")
        tracked = f"{address}{'&' if '?' in address else '?'}{tail}{mark}{fragment}"
        wrapped = f"https://news.google.com/rss/articles/{news_id(tracked)}?oc=5"
        assert canonical(tracked) == canonical(wrapped) == canonical(url)


def entry(title: str, link: str = "", id: str = "") -> FeedEntry:
    return FeedEntry(title=title, link=link, id=id)


def test_repetitions_are_left_out_by_link_then_by_id() -> None:
    entries = [
        entry("a", "https://x.example/a?utm_source=1", "1"),
        entry("a, again", "https://x.example/a/", "2"),
        entry("b", "https://x.example/b", "0"),
        entry("c", "https://x.example/c", "0"),  # a broken feed gives all its entries one id
        entry("b", "https://x.example/b?page=2", "0"),
        entry("d", id="d"),
        entry("d", id="d"),
        entry("e"),
        entry("f"),
        entry("e"),
    ]
    assert [(e.title, e.link) for e in unique(entries)] == [
        ("a", "https://x.example/a?utm_source=1"),
        ("b", "https://x.example/b"),
        ("c", "https://x.example/c"),
        ("d", ""),
        ("e", ""),
        ("f", ""),
    ]
