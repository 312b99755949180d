"""Plain feeds as publishers have them: RSS, Atom and RDF, in all encodings and with the usual mistakes.

A feed is at `/{format}/{variant}.xml`, where the format is `rss`, `atom` or `rdf` and the variant one of `VARIANTS`;
`q` names whom it is about. Every variant holds the same articles, so a reader that knows it finds the same in each.
Formats: https://www.rssboard.org/rss-specification, https://www.rfc-editor.org/rfc/rfc4287 and
https://web.resource.org/rss/1.0/spec
"""

from __future__ import annotations

import re
from collections.abc import Callable
from email.utils import format_datetime
from html import escape

from springhead_demo.simulator.articles import Article, Newsroom
from springhead_demo.simulator.messages import Request, Response, text_response

HOST = "feeds.publisher.example"
"""Where the feeds are."""

_PATH = re.compile(r"/(rss|atom|rdf)/([a-z0-9_]+)\.xml")
_SHOWN = 12
_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "rdf": "application/rdf+xml"}
_FORMS: dict[str, tuple[str, str, str]] = {
    "rss": (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        "<channel><title>{title}</title><link>https://www.publisher.example/</link><description>{title}</description>",
        '<item><title>{title}</title><link>{link}</link><guid isPermaLink="true">{url}</guid><pubDate>{rfc}</pubDate>'
        "<dc:creator>{author}</dc:creator><description>{lead}</description></item>",
        "</channel></rss>",
    ),
    "atom": (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://www.publisher.example/"><title>{title}</title>'
        "<id>urn:feed</id><updated>2026-11-16T00:00:00Z</updated>",
        '<entry><title type="html">{title}</title><link rel="self" href="https://www.publisher.example/self"/>'
        '<link rel="alternate" type="text/html" href="{link}"/><id>{url}</id><updated>{iso}</updated>'
        "<published>{iso}</published><author><name>{author}</name></author><summary>{lead}</summary></entry>",
        "</feed>",
    ),
    "rdf": (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://www.publisher.example/"><title>{title}</title>'
        "<link>https://www.publisher.example/</link><description>{title}</description></channel>",
        '<item rdf:about="{url}"><title>{title}</title><link>{link}</link><dc:date>{iso}</dc:date>'
        "<dc:creator>{author}</dc:creator><description>{lead}</description></item>",
        "</rdf:RDF>",
    ),
}

Variant = Callable[[str, str], tuple[bytes, str]]
"""Makes bytes and a content type of a feed's text (without XML declaration) and its media type."""


def _said(encoding: str) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>\n'


def _in(codec: str, said: str | None, header: str | None, mark: bytes = b"") -> Variant:
    """Encode with a codec; say an encoding in the declaration, in the header, in both or nowhere."""

    def make(text: str, kind: str) -> tuple[bytes, str]:
        head = _said(said) if said else '<?xml version="1.0"?>\n'
        body = mark + (head + text).encode(codec, "xmlcharrefreplace")
        return body, f"{kind}; charset={header}" if header else kind

    return make


def _edited(edit: Callable[[str], str], kind: str | None = None) -> Variant:
    """Damage the text before it is encoded in UTF-8."""

    def make(text: str, usual: str) -> tuple[bytes, str]:
        return (_said("UTF-8") + edit(text)).encode(), kind or usual

    return make


def _undeclared(text: str) -> str:
    return text.replace("<title>", "<media:thing>x</media:thing><title>", 1)


def _doctype(text: str) -> str:
    entities = '<!ENTITY % HTMLlat1 PUBLIC "-//W3C//ENTITIES Latin 1 for XHTML//EN" "xhtml-lat1.ent">\n%HTMLlat1;'
    return f"<!DOCTYPE rdf:RDF [\n{entities}\n]>\n{text}"


VARIANTS: dict[str, Variant] = {
    "plain": _in("utf-8", "UTF-8", "utf-8"),
    "bom": _in("utf-8", "UTF-8", None, b"\xef\xbb\xbf"),
    "no_encoding": _in("utf-8", None, None),
    "utf16": _in("utf-16-le", "utf-16", None, b"\xff\xfe"),
    "utf16_no_mark": _in("utf-16-be", "utf-16", None),
    "big5": _in("big5", "big5", None),
    "gb2312": _in("gb18030", "gb2312", "gb2312"),
    "euc_jp": _in("euc_jp", "EUC-JP", None),
    "euc_kr": _in("euc_kr", "euc-kr", None),
    "windows_1252": _in("cp1252", "iso-8859-1", "iso-8859-1"),
    "header_only": _in("big5", None, "big5"),
    "header_wrong": _in("utf-8", "utf-8", "us-ascii"),
    "declared_wrong": _in("utf-8", "iso-8859-1", "utf-8"),
    "text_plain": _edited(lambda text: text, "text/plain"),
    "text_html": _edited(lambda text: text, "text/html; charset=utf-8"),
    "leading_space": lambda text, kind: (b"\n  " + (_said("UTF-8") + text).encode(), kind),
    "html_entities": _edited(lambda text: text.replace("</title>", "&nbsp;&hellip;&eacute;</title>", 1)),
    "bare_ampersand": _edited(lambda text: text.replace("</title>", " Q&A & more</title>", 1)),
    "undeclared_prefix": _edited(_undeclared),
    "unclosed": _edited(lambda text: text.rpartition("</")[0].rpartition("</")[0]),
    "control_characters": _edited(lambda text: text.replace("</title>", "\x0b\x00</title>", 1)),
    "cut": _edited(lambda text: text[: len(text) * 2 // 3]),
    "doctype": _edited(_doctype),
    "no_dates": _edited(lambda text: re.sub(r"<(pubDate|dc:date|updated|published)>.*?</\1>", "", text)),
    "odd_dates": _edited(
        lambda text: re.sub(r"<(pubDate|dc:date|updated|published)>.*?</\1>", r"<\1>Yesterday, 25:61</\1>", text)
    ),
    "relative_links": _edited(lambda text: re.sub(r"https?://[a-z.-]+\.example(/\d{4}/)", r"\1", text)),
    "script_links": _edited(
        lambda text: re.sub(r"https?://[a-z.-]+\.example(/\d{4}/[^<\"]*)", r"javascript:alert('\1')", text, count=1)
    ),
    "empty": _edited(lambda text: re.sub(r"<(item|entry)\b.*</\1>", "", text, flags=re.DOTALL)),
    "no_title": _edited(lambda text: re.sub(r"<title[^>]*>[^<]*</title>(?=<link)", "", text)),
    "duplicates": _edited(lambda text: re.sub(r"(<(item|entry)\b.*?</\2>)", r"\1\1", text, flags=re.DOTALL)),
}
"""Every variant, by name."""


class Feeds:
    """The host of the plain feeds.

    Args:
        newsroom: The articles.
    """

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom

    def handle(self, path: str, request: Request) -> Response:
        """Answer one request."""
        match = _PATH.fullmatch(path)
        variant = VARIANTS.get(match[2]) if match else None
        if match is None or variant is None:
            return text_response("Not Found\n", 404)
        name = request.query.get("q", "")
        articles = self._newsroom.about(name)[:_SHOWN] if name else []
        body, kind = variant(_feed(match[1], name, articles), _TYPES[match[1]])
        tag = f'"{match[1]}-{match[2]}-{len(articles)}-{sum(article.number for article in articles)}"'
        return Response(
            200, body, {"Content-Type": kind, "ETag": tag, "Last-Modified": "Mon, 16 Nov 2026 00:00:00 GMT"}
        )


def _feed(form: str, name: str, articles: list[Article]) -> str:
    head, item, tail = _FORMS[form]
    entries = [
        item.format(
            title=escape(article.title, quote=False),
            link=escape(article.link(article.number)),
            url=escape(article.url),
            rfc=format_datetime(article.at),
            iso=article.at.isoformat(),
            author=escape(article.author or ""),
            lead=escape(f"<p>{escape(article.lead)}</p>"),
        )
        for article in articles
    ]
    return head.format(title=escape(f"News: {name}")) + "".join(entries) + tail
