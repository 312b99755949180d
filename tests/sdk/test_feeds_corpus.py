"""Real feeds and feedparser's own test files, where they lie beside the repository, against what they say.

Each of feedparser's files holds in a comment what a reader must make of it. What our reader gives has other names, so
the expectations are translated; those about members that we do not give are listed, each with what must hold instead.
"""

from __future__ import annotations

import ast
import codecs
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from springhead.feeds import Feed, canonical, parse, plain, unique

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "news"
FILES = sorted(CORPUS.glob("fp_*.xml"))
HEADER = re.compile(r"^Header:\s+Content-type:\s*(.+)$", re.MULTILINE)
EXPECT = re.compile(r"^Expect:\s+(.+)$", re.MULTILINE)
#: Where the charset has another name to us: browsers' wider charset of the same family.
WIDER = {"us-ascii": "cp1252", "iso-8859-1": "cp1252", "Big5": "big5hkscs", "EUC-KR": "cp949"}
#: Expectations about what we do not give → what must hold.
OTHERWISE: dict[str, Callable[[Feed], bool]] = {
    "1": lambda feed: len(feed.entries) == 1,  # "crashes"
    "feed['thr_in-reply-to']": lambda feed: (feed.format, feed.problems) == ("feed", ()),
    "entries[0]['madeup_element']": lambda feed: len(feed.entries) == 1,
    "feed['cloud']": lambda feed: feed.problems == (),
    "feed['textinput']['title']": lambda feed: feed.title == "Real title",
    "entries[0].get('where')": lambda feed: len(feed.entries) == 1,
}


def read(path: Path) -> tuple[Feed, str]:
    body = path.read_bytes()
    text = body.decode("utf-8", "replace").replace("\0", "")
    header = HEADER.search(text)
    expect = EXPECT.search(text)
    assert expect is not None, path
    return parse(body, header[1].strip() if header else "", "https://x.example/feed"), expect[1].strip()


def value(feed: Feed, name: str) -> Any:
    """What feedparser's name means to us."""
    entry = feed.entries[0] if feed.entries else None
    named: dict[str, Callable[[], Any]] = {
        "encoding": lambda: feed.charset,
        "version": lambda: {"rdf": "rss10", "rss 2.0": "rss20"}.get(feed.format, feed.format),
        "feed['title']": lambda: feed.title,
        "feed['link']": lambda: feed.link,
        "feed['description']": lambda: feed.description,
        "feed['updated_parsed']": lambda: feed.updated and feed.updated.timetuple()[:6],
        "feed['published']": lambda: feed.updated and feed.updated.strftime("%a, %d %b %Y %H:%M:%S GMT"),
        "entries[0]['title']": lambda: entry and entry.title,
        "entries[0]['description']": lambda: entry and entry.summary,
        "ord(entries[0]['description'])": lambda: entry and ord(entry.summary),
        "entries[0]['link']": lambda: entry and entry.link,
        "entries[0]['id']": lambda: entry and entry.id,
        "entries[0].source.href": lambda: entry and entry.source_url,
        "entries[0]['contributors'][0]['name']": lambda: entry and entry.author,
        "len(entries[0]['links'])": lambda: len({entry.link} - {""}) if entry else 0,
    }
    return named[name]()


def wanted(name: str, literal: str) -> Any:
    found = ast.literal_eval(literal)
    if name == "encoding":
        return codecs.lookup(WIDER.get(found, found)).name
    if isinstance(found, tuple):
        return found[:6]
    return plain(re.sub(r"<[^>]*>", "", found)) if isinstance(found, str) and "description" in name else found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_feedparsers_expectations(path: Path) -> None:
    feed, expect = read(path)
    clauses = expect.split(" and ")
    for clause in clauses:
        if clause in {"bozo", "not bozo"}:
            told = [one for one in feed.problems if "external part" not in one]  # nothing is wrong with having a DTD
            assert bool(told) == (clause == "bozo"), feed.problems
            continue
        other = next((check for start, check in OTHERWISE.items() if clause.startswith(start)), None)
        if other is not None:
            assert other(feed), clause
            continue
        name, literal = clause.split(" == ", 1)
        assert value(feed, name) == wanted(name, literal), clause


@pytest.mark.parametrize("path", [path for path in [CORPUS / "google_news_rss_search_2items.xml"] if path.exists()])
def test_google_news(path: Path) -> None:
    feed = parse(path.read_bytes(), "application/xml; charset=utf-8")
    assert (feed.language, feed.problems, len(feed.entries)) == ("en-US", (), 2)
    first = feed.entries[0]
    assert first.title == "Fall Related Emergency Visits for Older Adults Continue to Climb - countynewscenter.com"
    assert first.summary == "Fall Related Emergency Visits for Older Adults Continue to Climb countynewscenter.com"
    assert (first.source, first.source_url) == ("countynewscenter.com", "https://www.countynewscenter.com")
    assert first.published == datetime(2026, 9, 25, 13, 53, 48, tzinfo=UTC)
    assert canonical(first.link) == "https://news.google.com/rss/articles/CBMinwFBVV95cUxObDNTMW1VT3pC"
    assert len(unique(feed.entries)) == 2


@pytest.mark.parametrize("path", [path for path in [CORPUS / "wordpress_org_feed.xml"] if path.exists()])
def test_wordpress(path: Path) -> None:
    feed = parse(path.read_bytes())
    assert (feed.title, feed.language, feed.problems) == ("Southern Utah Wilderness Alliance", "en-US", ())
    assert len(feed.entries) == 10
    assert feed.entries[0].categories == ("Bears Ears", "Blog", "Grand Staircase-Escalante", "Uncategorized")
    assert feed.entries[0].published == datetime(2026, 7, 14, 0, 40, 48, tzinfo=UTC)
    for entry in feed.entries:
        assert entry.link.startswith("https://suwa.org/") and entry.title and entry.id and entry.published
        assert "<" not in entry.summary and "&#" not in entry.summary and entry.summary
