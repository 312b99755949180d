"""Google News: RSS of a search, and the pages that its links lead to.

The feed has at most a hundred items, each with a link to Google rather than to the article, a title that ends in the
name of the publisher, and a description of HTML. Links made before 2024 redirect to the article; later ones give a
page that a script would have to open. The feed is not documented; its shape is that of recorded answers, its
parameters are told at https://support.google.com/news/publisher-center/answer/9606538 and
https://newscatcherapi.com/blog/google-news-rss-search-parameters-the-missing-documentaiton
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from email.utils import format_datetime
from html import escape
from urllib.parse import quote, urlencode

from springhead_demo.simulator.articles import PUBLISHERS, Article, Newsroom
from springhead_demo.simulator.messages import Request, Response, text_response
from springhead_demo.simulator.moment import EPOCH

_MOST = 100
_EDITION = {"hl": "en-US", "gl": "US", "ceid": "US:en"}
_WORDS = re.compile(r"\s*(?:-?\w+:\S+|\b(?:OR|AND)\b)\s*")
_OPAQUE = b"\x01AU_yqL"
# A protocol buffer: a number, the address (field 4), an empty field 26.
_HEAD, _TAIL = b"\x08\x13\x22", b"\xd2\x01\x00"


class GoogleNews:
    """The host `news.google.com`.

    Args:
        newsroom: The articles.
    """

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom

    def handle(self, path: str, request: Request) -> Response:
        """Answer one request."""
        if path == "/robots.txt":
            return text_response("User-agent: *\nDisallow: /\nAllow: /rss\nAllow: /$\n", 200)
        if path.startswith(("/rss/articles/", "/articles/")):
            return _article(path.rpartition("/")[2])
        if path not in ("/rss/search", "/rss"):
            return text_response(
                "<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>", 404, "text/html; charset=UTF-8"
            )
        query = request.query
        if missing := {name: value for name, value in _EDITION.items() if not query.get(name)}:
            location = f"https://news.google.com{path}?{urlencode({**query, **missing})}"
            return Response(302, b"", {"Location": location, "Content-Type": "text/html; charset=UTF-8"})
        return self._feed(query)

    def _feed(self, query: dict[str, str]) -> Response:
        words = query.get("q", "").strip()
        name = _WORDS.sub(" ", words).replace('"', " ").strip()
        articles = self._newsroom.about(" ".join(name.split()))[:_MOST] if name else []
        title = f'"{words}" - Google News' if words else "Top stories - Google News"
        edition = urlencode({key: query[key] for key in _EDITION}, safe=":")
        link = f"https://news.google.com/search?q={quote(words)}&{edition}"
        newest = max((article.at for article in articles), default=EPOCH)
        head = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><rss version="2.0" '
            'xmlns:media="http://search.yahoo.com/mrss/"><channel><generator>NFE/5.0</generator>'
            f"<title>{escape(title)}</title><link>{escape(link)}</link><language>{escape(query['hl'])}</language>"
            "<webMaster>news-webmaster@google.com</webMaster><copyright>Google Inc.</copyright>"
            f"<lastBuildDate>{format_datetime(newest, usegmt=True)}</lastBuildDate>"
            "<description>Google News</description>"
        )
        body = head + "".join(map(self._item, articles)) + "</channel></rss>"
        return Response(200, body.encode("utf-8", "replace"), {"Content-Type": "application/xml; charset=UTF-8"})

    def _item(self, article: Article) -> str:
        host, publisher, _ = PUBLISHERS[article.publisher]
        number = article_id(
            article.link(article.number % 2), opaque=self._newsroom.dice.chance(0.7, "opaque", article.number)
        )
        link = f"https://news.google.com/rss/articles/{number}?oc=5"
        told = (
            f'<a href="{link}" target="_blank">{escape(article.title)}</a>&nbsp;&nbsp;'
            f'<font color="#6f6f6f">{escape(publisher)}</font>'
        )
        return (
            f"<item><title>{escape(f'{article.title} - {publisher}', quote=False)}</title><link>{link}</link>"
            f'<guid isPermaLink="false">{number}</guid><pubDate>{format_datetime(article.at, usegmt=True)}</pubDate>'
            f'<description>{escape(told)}</description><source url="https://{host}">{escape(publisher)}</source></item>'
        )


def article_id(url: str, *, opaque: bool) -> str:
    """Return the id under which Google passes an address on; an opaque one does not show the address."""
    raw = url.encode()
    if opaque:
        raw = _OPAQUE + bytes(byte ^ 0x55 for byte in raw)
    framed = _HEAD + _varint(len(raw)) + raw + _TAIL
    return urlsafe_b64encode(framed).decode().rstrip("=")


def _varint(number: int) -> bytes:
    """Return a length as protocol buffers write it: seven bits a byte, the lowest first."""
    found = bytearray()
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*found, number))


def _article(number: str) -> Response:
    try:
        raw = urlsafe_b64decode(number + "=" * (-len(number) % 4))
    except ValueError:
        raw = b""
    length = next((place for place, byte in enumerate(raw[len(_HEAD) :], 1) if byte < 0x80), 0)
    address = raw[len(_HEAD) + length : -len(_TAIL)]
    if not raw.startswith(_HEAD) or not address.startswith((b"http", _OPAQUE)):
        return text_response(
            "<!DOCTYPE html><title>Error 400 (Bad Request)!!1</title>", 400, "text/html; charset=UTF-8"
        )
    if address.startswith(b"http"):
        return Response(
            302, b"", {"Location": address.decode("ascii", "replace"), "Content-Type": "text/html; charset=UTF-8"}
        )
    page = (
        '<!doctype html><html lang="en"><head><title>Google News</title></head><body>'
        f'<c-wiz><div jscontroller="aLI87" data-n-a-id="{escape(number)}" data-n-a-ts="1763251200">'
        "</div></c-wiz>"
        "<noscript>Opening…</noscript></body></html>"
    )
    return text_response(page, 200, "text/html; charset=utf-8")
