"""Sentences about figures, in the languages of the wikis and of TMDb's biographies."""

from __future__ import annotations

from datetime import date

from springhead_demo.simulator.figures import Figure, family_of
from springhead_demo.simulator.pages import Library, Page
from springhead_demo.simulator.variants import to_simplified
from springhead_demo.simulator.vocabulary import THING_KINDS

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_HEADINGS = {"zh": ("生平", "作品"), "ja": ("略歴", "出演"), "ko": ("생애", "작품"), "en": ("Life and career", "Works")}
_LATER = {
    "zh": "{name}在{place}長大，{year}年出道，此後持續發表作品。",
    "ja": "{name}は{place}で育ち、{year}年にデビューした。その後も活動を続けている。",
    "ko": "{name}은(는) {place}에서 자랐으며 {year}년에 데뷔한 뒤 활동을 이어 오고 있다.",
    "en": "{name} grew up in {place}, made a debut in {year} and has been active since.",
}
_REFER = {"zh": "{}可以指：", "ja": "{}", "ko": "{}은(는) 다음 사람을 가리킨다.", "en": "{} may refer to:"}
_THING = {
    "zh": "《{title}》是{year}年的{kind}。",
    "ja": "『{title}』は、{year}年の{kind}。",
    "ko": "《{title}》은(는) {year}년의 {kind}이다.",
    "en": "{title} is a {year} {kind}.",
}


def long_date(day: date, language: str) -> str:
    """Write a date as the wikis of a language do (English outside zh, ja and ko)."""
    if language in ("zh", "ja"):
        return f"{day.year}年{day.month}月{day.day}日"
    if language == "ko":
        return f"{day.year}년 {day.month}월 {day.day}일"
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def describe(figure: Figure, language: str) -> str:
    """Return a short description, as Wikidata and page subtitles have it."""
    if figure.thing is not None:
        return THING_KINDS[figure.thing][1]
    trades = [occupation.label(language) for occupation in figure.occupations[:2]]
    if language == "zh":
        return figure.country.zh + "、".join(trades)
    if language == "ja":
        return f"{figure.country.ja}の{'、'.join(trades)}"
    if language == "ko":
        return f"{figure.country.ko}의 {', '.join(trades)}"
    told = f"{figure.country.adjective} {' and '.join(trades)}"
    if not figure.dated:
        return told
    life = (
        f"born {figure.birthday.year}" if figure.deathday is None else f"{figure.birthday.year}–{figure.deathday.year}"
    )
    return f"{told} ({life})"


def introduce(figure: Figure, language: str) -> str:
    """Return the opening sentence about a person."""
    family = family_of(language)
    name = figure.names.of(family)
    other = figure.names.native if family == "latin" else figure.names.latin
    born, died = long_date(figure.birthday, language) if figure.dated else "?", figure.deathday
    also = f"{figure.listed.native}" if figure.listed else ""
    if family == "latin":
        life = f"{born} – {long_date(died, language)}" if died else f"born {born}"
        foreign = f"{other}; " if other != name else ""
        known = f", also known as {also}," if also else ""
        verb = "was" if died else "is"
        trades = " and ".join(occupation.en for occupation in figure.occupations)
        return f"{name} ({foreign}{life}){known} {verb} a {figure.country.adjective} {trades}."
    end = f"{long_date(died, language)}" if died else ""
    trades = "、".join(occupation.label(language) for occupation in figure.occupations)
    country = figure.country.label(language)
    if language == "ko":
        known = f", 예명 {also}" if also else ""
        return f"{name}({other}{known}, {born} ~ {end})은 {country}의 {trades.replace('、', ', ')}이다."
    if language == "ja":
        known = f"、別名{also}" if also else ""
        return f"{name}（{other}{known}、{born} - {end}）は、{country}の{trades}。"
    known = f"，又名{also}" if also else ""
    return f"{name}（英語：{other}{known}，{born}－{end}），{country}{trades}。"


def extract(library: Library, page: Page, *, intro: bool) -> str:
    """Return the plain text of a page, or of its lead section."""
    language = family_of(page.language)
    spoken = "en" if language == "latin" else language
    if page.kind == "disambiguation":
        lines = [_REFER[spoken].format(page.title.split(" (")[0])]
        for member in page.members:
            other = library.page_of(member, page.language)
            mark = "，" if spoken in ("zh", "ja") else ", "
            lines.append(f"{other.title if other else member.names.native}{mark}{describe(member, spoken)}")
        return "\n".join(lines)
    figure = page.members[0]
    if figure.thing is not None:
        kind = dict(zip(("en", "zh", "ja", "ko"), THING_KINDS[figure.thing][1:], strict=True))[spoken]
        return _THING[spoken].format(title=page.title.split(" (")[0], year=figure.birthday.year, kind=kind)
    opening = introduce(figure, spoken)
    if intro:
        return opening
    name, (life, works) = figure.names.of(language), _HEADINGS[spoken]
    place = figure.birth_place.partition(",")[0] if language == "latin" else figure.country.label(spoken)
    text = _LATER[spoken].format(name=name, place=place, year=figure.birthday.year + 21)
    return f"{opening}\n\n\n== {life} ==\n{text}\n\n\n== {works} ==\n{describe(figure, spoken)}"


def biography(figure: Figure, language: str, region: str) -> str:
    """Return TMDb's biography in a language."""
    spoken = language if language in ("zh", "ja", "ko") else "en"
    text = introduce(figure, spoken)
    return to_simplified(text) if (language, region) == ("zh", "CN") else text
