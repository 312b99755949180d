"""Feeds as found in the wild: what is right is read, what is broken is saved and said, what does harm is refused."""

from __future__ import annotations

import codecs
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from springhead.errors import BadResponse, BudgetExceeded, SpringheadError
from springhead.feeds import Feed, FeedEntry, markup, parse, parse_date, plain, reading

RSS = '<rss version="2.0"><channel><title>T</title>{}</channel></rss>'
ITEM = "<item><title>{}</title><link>https://x.example/1</link></item>"


def one(feed: Feed) -> FeedEntry:
    [entry] = feed.entries
    return entry


def test_rss_with_everything() -> None:
    feed = parse(
        b"""<?xml version="1.0"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>A &amp;amp; B</title><link>https://x.example/</link><language> en-US </language>
<description>About <![CDATA[<b>things</b>]]></description><lastBuildDate>Sat, 07 Sep 2002 00:00:01 GMT</lastBuildDate>
<image><title>no</title><link>https://no.example</link></image>
<item><title>Q&amp;A &lt;b&gt;now&lt;/b&gt;</title><media:title>no</media:title><link> https://x.example/1 </link>
<guid isPermaLink="false">g1</guid><pubDate>Fri, 25 Sep 2026 13:53:48 +0800</pubDate>
<description><![CDATA[<p>One</p><p>two&nbsp;three</p><script>alert(1)</script>]]></description>
<author>jo@x.example (Jo Field)</author><category>a</category><category>b</category><category>a</category>
<source url="https://paper.example/">The Paper</source></item>
</channel></rss>"""
    )
    assert feed == Feed(
        title="A & B",
        link="https://x.example/",
        description="About things",
        language="en-US",
        updated=datetime(2002, 9, 7, 0, 0, 1, tzinfo=UTC),
        entries=(
            FeedEntry(
                title="Q&A now",
                link="https://x.example/1",
                id="g1",
                published=datetime(2026, 9, 25, 13, 53, 48, tzinfo=timezone(timedelta(hours=8))),
                summary="One two three",
                source="The Paper",
                source_url="https://paper.example/",
                author="Jo Field",
                categories=("a", "b"),
            ),
        ),
        format="rss 2.0",
        charset="utf-8",
        problems=(),
    )
    document = feed.document()
    assert document["entries"][0]["published"] == "2026-09-25T13:53:48+08:00"
    assert document["entries"][0]["categories"] == ["a", "b"]
    assert document["updated"] == "2002-09-07T00:00:01+00:00"


def test_atom_with_bases_types_and_sources() -> None:
    feed = parse(
        b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://x.example/blog/">
<title type="html">A &amp;amp; B</title><link rel="self" href="feed.xml"/><link href="/"/>
<updated>2026-01-02T03:04:05Z</updated>
<entry xml:base="2026/"><title>5 &lt; 6 &amp;amp; more</title><id>urn:1</id>
<link rel="enclosure" href="a.mp3"/><link rel="alternate" type="application/json" href="a.json"/>
<link rel="http://www.iana.org/assignments/relation/alternate" type="text/html" href="a.html"/>
<published>2026-01-01T00:00:00.5-05:00</published><updated>2026-01-02</updated>
<author><name>Jo</name><email>jo@x.example</email></author><category term="t" label="Topic"/>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One</p><p>t<b>w</b>o &lt; 3</p></div></content>
<source><title>Elsewhere</title><link href="https://elsewhere.example/"/></source></entry></feed>"""
    )
    assert (feed.title, feed.link, feed.language) == ("A & B", "https://x.example/", "de")
    assert one(feed) == FeedEntry(
        title="5 < 6 &amp; more",  # plain text in Atom is what it is
        link="https://x.example/blog/2026/a.html",
        id="urn:1",
        published=datetime(2026, 1, 1, 0, 0, 0, 500_000, tzinfo=timezone(timedelta(hours=-5))),
        updated=datetime(2026, 1, 2, tzinfo=UTC),
        summary="One two < 3",
        source="Elsewhere",
        source_url="https://elsewhere.example/",
        author="Jo",
        categories=("Topic",),
    )


def test_rdf_and_a_feed_without_channel() -> None:
    feed = parse(
        b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://x.example/"><title>T</title></channel>
<item rdf:about="https://x.example/1"><title>One</title><dc:date>2026-09-28T21:01+01:00</dc:date><dc:creator>Jo</dc:creator>
</item></rdf:RDF>"""
    )
    assert (feed.title, feed.format) == ("T", "rdf")
    assert one(feed) == FeedEntry(
        title="One",
        link="https://x.example/1",
        id="https://x.example/1",
        published=datetime(2026, 9, 28, 21, 1, tzinfo=timezone(timedelta(hours=1))),
        author="Jo",
    )
    assert one(parse("<RSS><ITEM><TITLE>One</TITLE></ITEM></RSS>")).title == "One"


@pytest.mark.parametrize(
    ("markup_of_link", "wanted"),
    [
        ("<link>/a?b=1&amp;c=2</link>", "https://site.example/a?b=1&c=2"),
        ("<link>javascript:alert(1)</link>", ""),
        ("<link>file:///etc/passwd</link>", ""),
        ("<link>http://[</link>", ""),
        ("<link></link><guid>https://x.example/g</guid>", "https://x.example/g"),
        ('<guid isPermaLink="FALSE">https://x.example/g</guid>', ""),
        ("<guid>17</guid>", ""),
        ("<link>https://x.example/a b</link>", "https://x.example/ab"),
        ("<link><![CDATA[https://x.example/1?a=b&c]]></link>", "https://x.example/1?a=b&c"),
    ],
)
def test_links_lead_to_the_web_or_nowhere(markup_of_link: str, wanted: str) -> None:
    feed = parse(f"<rss><channel><item>{markup_of_link}</item></channel></rss>", url="https://site.example/feed")
    assert one(feed).link == wanted


def test_without_an_address_the_site_is_the_base() -> None:
    assert (
        one(parse(RSS.format("<link>https://s.example/</link><item><link>a</link></item>"))).link
        == "https://s.example/a"
    )


CHARSETS = [
    ("utf-8", "", "", ()),
    ("utf-8", "", "text/xml; charset=utf-8", ()),
    ("big5", "big5", "", ()),
    ("big5", "", "application/xml; charset=Big5", ()),
    ("gb18030", "GB2312", "text/xml; charset='gb2312'", ()),
    ("utf-16-le", "utf-16", "", ()),
    ("utf-16-be", "", "", ()),
    ("utf-32-be", "utf-32be", "", ()),
    ("utf-32-le", "", "", ()),
    ("utf-8", "iso-8859-1", "", ("the body is not valid",)),
    ("utf-8", "", "text/xml; charset=us-ascii", ("the body is not valid",)),
    ("utf-8", "utf-16", "", ()),
    ("utf-8", "klingon-1", "", ("unknown charset 'klingon-1'",)),
    ("utf-8", "utf-7", "", ("unknown charset 'utf-7'",)),
    ("big5", "utf-8", "", ("the body is not valid utf-8; read as big5",)),
]


@pytest.mark.parametrize(("codec", "declared", "content_type", "faults"), CHARSETS)
def test_charsets_declared_rightly_wrongly_and_not_at_all(
    codec: str, declared: str, content_type: str, faults: tuple[str, ...]
) -> None:
    said = f' encoding="{declared}"' if declared else ""
    title = "周潤發新片殺青，粉絲驚喜，電影將於明年上映"
    body = f'<?xml version="1.0"{said}?>{RSS.format(ITEM.format(title))}'.encode(codec)
    feed = parse(body, content_type)
    if declared == "iso-8859-1" or "us-ascii" in content_type:
        faults = ()  # a charset that every body is valid in says nothing; UTF-8 is what it is
    assert one(feed).title == title
    assert len(feed.problems) == len(faults)
    for problem, fault in zip(feed.problems, faults, strict=True):
        assert problem.startswith(fault)


@pytest.mark.parametrize(
    ("codec", "declared", "title"),
    [
        ("euc_kr", "euc-kr", "한글 제목"),
        ("cp949", "ks_c_5601-1987", "똠방각하"),
        ("shift_jis", "Shift_JIS", "新垣結衣"),
        ("cp1252", "iso-8859-1", "“don’t” — café"),
        ("cp1251", "windows-1251", "Новости"),
        ("cp1255", "windows-1255", "חדשות"),
        ("koi8-r", "koi8-r", "Новости"),
        ("cp874", "tis-620", "ข่าว"),
    ],
)
def test_legacy_charsets(codec: str, declared: str, title: str) -> None:
    body = f'<?xml version="1.0" encoding="{declared}"?>{RSS.format(ITEM.format(title))}'.encode(codec)
    assert one(parse(body)).title == title
    assert parse(body).problems == ()


def test_marks_win_over_what_is_said() -> None:
    body = codecs.BOM_UTF8 + b'<?xml version="1.0" encoding="big5"?>' + RSS.format(ITEM.format("é")).encode()
    assert one(parse(body, "text/xml; charset=windows-1252")).title == "é"
    body = codecs.BOM_UTF16_LE + RSS.format(ITEM.format("é")).encode("utf-16-le")
    assert one(parse(body, "text/xml; charset=utf-8")).title == "é"


def test_one_bad_byte_costs_one_character() -> None:
    body = RSS.format(ITEM.format("周潤發新片殺青" * 20)).encode().replace("新".encode(), b"\xff", 1)
    feed = parse(body)
    assert one(feed).title.startswith("周潤發\ufffd片殺青周潤發新片")
    assert feed.problems == ("the body is not valid utf-8; read as utf-8",)


BROKEN = [
    ("a &nbsp; b &eacute; &copy; c", "a b é © c"),
    ("AT&T & Q&A &unknown; &#146; &#x1F600;", "AT&T & Q&A &unknown; ’ 😀"),
    ("x < y <3", "x < y <3"),
    ("one<br>two<img src=a>", "one two"),
    ("<b>bold</i>", "bold"),
    ("a\x0bb\x00c", "abc"),
    ("caf\u00c3\u00a9", "café"),
]


@pytest.mark.parametrize(("title", "wanted"), BROKEN)
def test_broken_titles_are_read_and_the_next_item_too(title: str, wanted: str) -> None:
    feed = parse(RSS.format(ITEM.format(title) + ITEM.format("next")).encode())
    assert [entry.title for entry in feed.entries] == [wanted, "next"]
    assert bool(feed.problems) == (title != "caf\u00c3\u00a9")


@pytest.mark.parametrize(
    ("body", "titles", "problem"),
    [
        (RSS.format(ITEM.format("a") + "<item><title>b")[:-16], ["a", "b"], "the feed breaks off inside <title>"),
        (RSS.format("<item><title>a</title><item><title>b</title></item>"), ["a", "b"], "<item> does not end"),
        (RSS.format(ITEM.format("a") + "<item><title><![CDATA[b"), ["a", "b</channel></rss>"], "CDATA does not end"),
        (RSS.format(ITEM.format("a") + "<!-- oops" + ITEM.format("b")), ["a", "b"], "a comment or an instruction"),
        (RSS.format("<item><dc:creator>x</dc:creator><title>a</title></item>"), ["a"], "undeclared prefix dc"),
        ("Warning: x on line 1<br />\n<b>y</b>" + RSS.format(ITEM.format("a")), ["a"], "text before the feed"),
        (RSS.format(ITEM.format("a")) + "<script>x</script>", ["a"], "no well-formed XML"),
        (RSS.format('<item><title>a</title><enclosure url="x></item>'), ["a"], "no well-formed XML"),
    ],
)
def test_broken_feeds_are_saved_and_the_fault_is_said(body: str, titles: list[str], problem: str) -> None:
    feed = parse(body.encode())
    assert [entry.title for entry in feed.entries] == titles
    assert any(one.startswith(problem) for one in feed.problems), feed.problems


def test_undeclared_prefixes_mean_what_they_always_mean() -> None:
    assert one(parse("<rss><item><dc:creator>Jo</dc:creator></item></rss>")).author == "Jo"


def test_leading_blanks_and_remarks_are_no_fault() -> None:
    body = (
        b"\xef\xbb\xbf\n\n <?xml version='1.0'?>\n<!-- <html> --><?xml-stylesheet href='x'?>" + RSS.format("").encode()
    )
    assert parse(body).problems == ()


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "nothing"),
        (b" \n", "nothing"),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "HTML"),
        (b"<html><body><rss></rss></body></html>", "HTML"),
        (b'{"items": ["<rss></rss>"]}', "JSON"),
        (b'["<rss>"]', "JSON"),
        (b"<?xml version='1.0'?><error>no</error>", "<error>"),
        (b"Service unavailable", "text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "text"),
    ],
)
def test_what_is_no_feed_is_said_to_be_none(body: bytes, what: str) -> None:
    with pytest.raises(BadResponse, match="a feed was promised") as caught:
        parse(body, url="https://x.example/feed")
    assert f"{what} came" in caught.value.message
    assert caught.value.url == "https://x.example/feed"


LAUGHS = "".join(f'<!ENTITY {b} "{("&" + a + ";") * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
HOSTILE = [
    (f'<!DOCTYPE r [<!ENTITY a "ha">{LAUGHS}]><rss><item><title>&i;</title></item></rss>', "entity 'b'"),
    (f'<!-- <x> --><!DOCTYPE r [<!ENTITY a "ha">{LAUGHS}]><rss><item><title>&i;</title></item></rss>', "entity 'b'"),
    (f'<!DOCTYPE r [<!ENTITY a "{"x" * 300}">]><rss><item><title>{"&a;" * 9}</title></item></rss>', "entity 'a'"),
    ('<!DOCTYPE r [<!ENTITY a "&#38;b;"><!ENTITY b "x">]><rss><title>&a;</title></rss>', "entity 'a'"),
    ("<!DOCTYPE r [<!ENTITY % p \"<!ENTITY a 'x'>\">%p;]><rss><title>&a;</title></rss>", "entity 'p'"),
    ('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><title>&x;</title></rss>', "external entity 'x'"),
    ('<!DOCTYPE r [<!ENTITY x PUBLIC "a" "http://x/">]><rss><item link="&x;"/></rss>', "external entity 'x'"),
    (f'<!DOCTYPE r [<!ENTITY a "{"x" * 256}">]><rss><title>{"&a;" * 4000}</title></rss>', "entities expand to more"),
    (RSS.format("<a>" * 300), "more than 200 elements within each other"),
    (RSS.format("<a>" * 300 + "</a>" * 300), "more than 200 elements within each other"),
    ("<rss><channel>" + "<!" * 100_001, "broken tags"),
    ('<!DOCTYPE rss [<!ENTITY a "x"> <rss/>', "the document type declaration does not end"),
    ('<rss><!DOCTYPE r [<!ENTITY a "ha">]><title>&a;</title></rss>', None),
]


@pytest.mark.parametrize(("body", "what"), HOSTILE, ids=lambda value: str(value)[-40:])
def test_feeds_that_do_harm_are_refused_by_name(body: str, what: str | None) -> None:
    if what is None:
        assert parse(body).title == "&a;"
        return
    with pytest.raises(BadResponse) as caught:
        parse(body.encode(), url="https://x.example/feed")
    assert what in caught.value.message
    assert "\n" not in caught.value.message


def test_an_entity_of_a_few_characters_is_fine_and_the_dtd_outside_is_not_read() -> None:
    feed = parse(
        '<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd" ['
        '<!-- ]> --><!ENTITY nbsp "&#160;"><!ENTITY firm "A &amp; B">]><rss><title>by&nbsp;&firm;</title></rss>'
    )
    assert feed.title == "by A & B"


def test_budgets_in_bytes_elements_and_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 2_000)
    monkeypatch.setattr(reading, "MAX_ENTRIES", 3)
    monkeypatch.setattr(markup, "MAX_ELEMENTS", 50)
    feed = parse(RSS.format("<item/>" * 5))
    assert (len(feed.entries), feed.problems) == (3, ("5 entries; the first 3 are read",))
    with pytest.raises(BudgetExceeded, match="more than 50 elements"):
        parse(RSS.format("<item/>" * 60))
    with pytest.raises(BudgetExceeded, match="2,001 bytes"):
        parse(b" " * 2_001)


def test_time_grows_with_length_not_with_its_square(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: how often an unterminated piece makes the reader look for its end."""
    looked: list[int] = []

    class Counted(str):
        def find(self, *args: Any) -> int:
            if args[0] != "<":
                looked.append(1)
            return super().find(*args)

    for piece in ("<!--", "<![CDATA[", "<?", "<!"):
        looked.clear()
        list(reading.plain.__globals__["tokens"](Counted(piece * 500)))
        assert len(looked) == 1, piece


#: A well-formed feed is the same to expat and to our own reader.
_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=20)
_NAMES = st.sampled_from(["title", "link", "guid", "description", "dc:creator", "media:title", "category", "x"])


@st.composite
def _feeds(draw: st.DrawFn) -> str:
    def element(depth: int) -> str:
        name = draw(_NAMES)
        inner = element(depth - 1) if depth and draw(st.booleans()) else escape(draw(_TEXT))
        attribute = f' isPermaLink="{escape(draw(_TEXT), {chr(34): "&quot;"})}"' if draw(st.booleans()) else ""
        kind = draw(st.integers(0, 3))
        if kind == 0:
            return f"<{name}{attribute}/>"
        if kind == 1:
            return f"<{name}><![CDATA[{draw(_TEXT).replace(']]>', '')}]]></{name}>"
        return f"<{name}{attribute}>{inner}<!-- c --></{name}>"

    items = "".join(f"<item>{''.join(element(2) for _ in range(draw(st.integers(0, 4))))}</item>" for _ in range(3))
    return (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">'
        f"<channel>{items}</channel></rss>"
    )


@settings(max_examples=150, deadline=None)
@given(_feeds())
def test_both_readers_agree_on_well_formed_feeds(text: str) -> None:
    def flat(element: Any) -> Any:
        return element.tag, element.attrib, element.text or "", element.tail or "", [flat(child) for child in element]

    tree = markup.Tree()
    strict, loose = flat(tree.strict(text)), flat(tree.loose(text))
    assert strict == loose
    assert tree.problems == []


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["", "text/xml; charset=big5", "application/xml; charset=utf-16"]))
def test_any_bytes_are_a_feed_or_a_named_error(noise: bytes, content_type: str) -> None:
    for body in (noise, b"<rss><channel><item>" + noise, RSS.format(ITEM.format("a")).encode()[: len(noise)] + noise):
        try:
            feed = parse(body, content_type)
        except SpringheadError as error:
            assert type(error) in {BadResponse, BudgetExceeded}
        else:
            assert all(entry.link == "" or entry.link.startswith("http") for entry in feed.entries)


@given(st.text())
def test_plain_text_is_one_line_and_folding_it_again_changes_no_space(text: str) -> None:
    found = plain(text)
    assert found == " ".join(found.split())
    assert plain(escape(escape(text))).count("<") <= text.count("<") + escape(text).count("&lt;")


DATES = [
    ("Thu, 01 Jan 2004 19:48:21 GMT", "2004-01-01T19:48:21+00:00"),
    ("Thu, 1 Jan 04 19:48 EST", "2004-01-01T19:48:00-05:00"),
    ("1 Jan 2004 19:48:21 +0530", "2004-01-01T19:48:21+05:30"),
    ("Thu, 01 Jan 2004 19:48:21 -0000", "2004-01-01T19:48:21+00:00"),
    ("Thu, 01 January 2004 19:48:21 CEST", "2004-01-01T19:48:21+02:00"),
    ("Thu, 01 Jan 2004 19:48:21 GMT+0800 (CST)", "2004-01-01T19:48:21+08:00"),
    ("Thu Jan  1 19:48:21 2004", "2004-01-01T19:48:21+00:00"),
    ("Thu Jan 1 19:48:21 EST 2004", "2004-01-01T19:48:21-05:00"),
    ("2003-12-31T10:14:55Z", "2003-12-31T10:14:55+00:00"),
    ("2003-12-31T10:14:55.123456789-08:00", "2003-12-31T10:14:55.123456-08:00"),
    ("2003-12-31 10:14:55 +0800", "2003-12-31T10:14:55+08:00"),
    ("2003-12-31T10:14", "2003-12-31T10:14:00+00:00"),
    ("20031231T101455Z", "2003-12-31T10:14:55+00:00"),
    ("20031231", "2003-12-31T00:00:00+00:00"),
    ("2003-12", "2003-12-01T00:00:00+00:00"),
    ("2003", "2003-01-01T00:00:00+00:00"),
    ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59+00:00"),
    ("2003-12-31T24:00:00Z", "2004-01-01T00:00:00+00:00"),
    ("2026/9/5 8:05", "2026-09-05T08:05:00+00:00"),
    ("2026年9月5日 下午3:05", "2026-09-05T15:05:00+00:00"),
    ("2026년 9월 5일 오전 12:05", "2026-09-05T00:05:00+00:00"),
    ("September 5, 2026 3:05 PM", "2026-09-05T15:05:00+00:00"),
    ("5 de septiembre de 2026", "2026-09-05T00:00:00+00:00"),
    ("sam., 05 sept. 2026 10:00:00 +0200", "2026-09-05T10:00:00+02:00"),
    ("Sa, 05 Dez 2026 10:00:00 +0100", "2026-12-05T10:00:00+01:00"),
    ("mar., 03 févr. 2026 10:00:00 +0100", "2026-02-03T10:00:00+01:00"),
    ("1577836800", "2020-01-01T00:00:00+00:00"),
    ("1577836800000", "2020-01-01T00:00:00+00:00"),
    ("Thu, 31 Feb 2004 19:48:21 GMT", None),
    ("Yesterday, 25:61", None),
    ("2004-01-01T25:00:00Z", None),
    ("0000-00-00", None),
    ("", None),
    ("soon", None),
    ("1 " * 60, None),
]


@pytest.mark.parametrize(("text", "wanted"), DATES)
def test_dates(text: str, wanted: str | None) -> None:
    found = parse_date(text)
    assert (found.isoformat() if found else None) == wanted


@given(st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)))
def test_every_time_survives_both_forms(moment: datetime) -> None:
    from email.utils import format_datetime

    whole = moment.replace(microsecond=0)
    assert parse_date(moment.isoformat()) == moment
    assert parse_date(format_datetime(whole)) == whole
    assert parse_date(format_datetime(whole, usegmt=True)) == whole


@given(st.text(max_size=60))
def test_any_text_is_an_aware_date_or_none(text: str) -> None:
    found = parse_date(text)
    assert found is None or found.utcoffset() is not None
