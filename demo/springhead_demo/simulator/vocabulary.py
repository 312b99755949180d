"""Occupations and countries with the words and identifiers that the sources use for them."""

from __future__ import annotations

from dataclasses import dataclass

from springhead_demo.simulator.tables import load


@dataclass(frozen=True, slots=True)
class Occupation:
    """A trade: labels by language, Wikidata item and the department that TMDb files it under."""

    item: str
    department: str
    en: str
    zh: str
    ja: str
    ko: str
    also: tuple[str, ...] = ()

    def label(self, language: str) -> str:
        """Return the label in a language; other languages than zh, ja and ko get the English one."""
        return {"zh": self.zh, "ja": self.ja, "ko": self.ko}.get(language, self.en)


@dataclass(frozen=True, slots=True)
class Country:
    """A country: labels by language, Wikidata item, and birth places as TMDb writes them."""

    item: str
    en: str
    adjective: str
    zh: str
    ja: str
    ko: str
    places: tuple[str, ...]
    also: tuple[str, ...] = ()

    def label(self, language: str) -> str:
        """Return the name in a language; other languages than zh, ja and ko get the English one."""
        return {"zh": self.zh, "ja": self.ja, "ko": self.ko}.get(language, self.en)


_DATA = load("vocabulary")

OCCUPATIONS = tuple(Occupation(**{**entry, "also": tuple(entry["also"])}) for entry in _DATA["occupations"])
"""The known trades; the first one is what a subject without a known trade gets."""

COUNTRIES = tuple(
    Country(**{**entry, "places": tuple(entry["places"]), "also": tuple(entry["also"])}) for entry in _DATA["countries"]
)
"""The known countries."""

_FALLBACK = {"latin": "Q30", "zh": "Q865", "ja": "Q17", "ko": "Q884"}

ITEM_LABELS: dict[str, str] = {
    "Q5": "human",
    "Q6581097": "male",
    "Q6581072": "female",
    "Q4167410": "Wikimedia disambiguation page",
    "Q11424": "film",
    "Q482994": "album",
    "Q215380": "musical group",
    "Q515": "city",
    "Q8171": "word",
    **{occupation.item: occupation.en for occupation in OCCUPATIONS},
    **{country.item: country.en for country in COUNTRIES},
}
"""English labels of the items that statements refer to."""

DISAMBIGUATION_TEXTS = {
    "en": "Wikimedia disambiguation page",
    "zh": "维基媒体消歧义页",
    "ja": "ウィキメディアの曖昧さ回避ページ",
    "ko": "위키미디어 동음이의어 문서",
}
"""Descriptions of the items of disambiguation pages."""

THING_KINDS = (
    ("Q11424", "film", "電影", "映画", "영화"),
    ("Q482994", "album", "專輯", "アルバム", "음반"),
    ("Q215380", "band", "樂團", "バンド", "밴드"),
    ("Q515", "city", "城市", "都市", "도시"),
    ("Q8171", "word", "詞語", "単語", "단어"),
)
"""What a title stands for where it is no human: item and labels in en, zh, ja, ko."""

BAND = 2
"""The index of the band."""

NAMED_AFTER_KINDS = (0, 1, BAND)
"""Kinds that may bear the name of a person who has no page."""

NO_PERSON_KINDS = (BAND, 3, 4)
"""Kinds that a list of people may name by mistake."""


def occupations_of(words: list[str]) -> tuple[Occupation, ...]:
    """Find the occupations that a list entry names; an entry that names none known is an actor."""
    found = []
    for word in words:
        for occupation in OCCUPATIONS:
            known = (occupation.en, occupation.zh, occupation.ja, occupation.ko, *occupation.also)
            if word.strip().casefold() in known and occupation not in found:
                found.append(occupation)
                break
    return tuple(found) or OCCUPATIONS[:1]


def country_of(nationality: str, family: str) -> Country:
    """Find the country that a nationality names first; an unknown one gets the country usual for the script."""
    hits = []
    for country in COUNTRIES:
        words = (country.en, country.adjective, country.zh, country.ja, country.ko, *country.also)
        places = [place for place in map(nationality.find, words) if place >= 0]
        if places:
            hits.append((min(places), country.item, country))
    if hits:
        return min(hits, key=lambda hit: hit[:2])[2]
    return next(country for country in COUNTRIES if country.item == _FALLBACK[family])
