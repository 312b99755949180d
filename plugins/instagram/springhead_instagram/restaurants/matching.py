"""Which handles a restaurant may have, and whether a profile is the restaurant's.

Both rules were drawn from the rows of the real backups; ``tests/plugins/test_instagram_rows.py`` says how far they
agree with them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import IntEnum

from springhead.profiles import Profile

#: Handles tried for one restaurant: nine in ten of those that the name leads to are among the first four.
MAX_HANDLES = 8
_LEGAL = frozenset({"inc", "incorporated", "corp", "corporation", "llc", "co", "company", "ltd"})
#: Words that say what a place is: a handle often goes without them.
_KINDS = _LEGAL | {
    "the", "and", "restaurant", "restaurants", "cafe", "caffe", "coffee", "bar", "grill", "pizzeria", "pizza",
    "kitchen", "bakery", "deli", "market", "grocery", "bistro", "tavern", "saloon", "shop", "store", "house",
}  # fmt: skip
#: City → how handles and people name it, the usual ending of a handle first; any other city is named by itself.
_CITIES = {
    "newyork": ("nyc", "ny", "new york", "manhattan", "brooklyn"),
    "sanfrancisco": ("sf", "san francisco", "san fran"),
}
_SPELLINGS = {"ny": "newyork", "nyc": "newyork", "newyorkcity": "newyork", "manhattan": "newyork"} | dict.fromkeys(
    ("sf", "sanfran"), "sanfrancisco"
)
#: Places whose name on a profile says that it is somewhere else.
_ELSEWHERE = frozenset({
    "chicago", "boston", "seattle", "portland", "austin", "dallas", "houston", "miami", "atlanta", "denver", "phl",
    "philadelphia", "philly", "detroit", "phoenix", "vegas", "nashville", "nyc", "nj", "ohio", "texas", "florida",
    "michigan", "illinois", "arizona", "toronto", "vancouver", "montreal", "london", "paris", "berlin", "madrid",
    "barcelona", "rome", "milan", "tokyo", "osaka", "kyoto", "seoul", "beijing", "shanghai", "singapore", "bangkok",
    "hanoi", "sydney", "melbourne", "dubai", "mumbai", "delhi", "manila", "jakarta", "canada", "australia", "germany",
    "england", "uk", "ireland",
})  # fmt: skip
#: Domains of countries that are used all over the world.
_GLOBAL = frozenset({
    "ai", "cc", "co", "fm", "gg", "gl", "im", "io", "is", "it", "la", "ly", "me", "sh", "so", "to", "tv", "us",
})  # fmt: skip


class Verdict(IntEnum):
    """What a profile is to a restaurant, the best first."""

    FOUND = 1
    EMPTY_PROFILE = 2
    WRONG_PROFILE = 3


def handles(name: str, city: str) -> list[str]:
    """Return the handles that a restaurant may have, the likeliest first.

    The name in one word, with and without ``the``, what it is (``Restaurant``), and all but its first two words; each
    bare and with the city (``nyc``, ``sf``); its first word only with the city.
    """
    words = [word for word in _words(name) if word not in _LEGAL]
    if words[-1:] == ["the"]:
        words = ["the", *words[:-1]]
    bare = [word for word in words if word != "the"]
    if not bare:
        return []
    short = list(bare)
    while len(short) > 1 and short[-1] in _KINDS:
        short.pop()
    endings = [name for name in _names_of(city) if " " not in name]
    found = []
    for part in (words, bare, short, short[:2]):
        found += ["".join(part), *("".join(part) + ending for ending in endings[:1])]
    found += ["".join(part) + ending for part in (short[:1], ["the", *short]) for ending in endings[:1]]
    found += ["".join(short) + other for other in endings[1:2]]
    return [handle for handle in dict.fromkeys(found) if handle not in endings and 3 <= len(handle) <= 30][:MAX_HANDLES]


def judge_profile(restaurant: Mapping[str, str], profile: Profile) -> Verdict:
    """Say what a profile, found by a handle that fits the name, is to a restaurant."""
    posts = profile.posts
    elsewhere = _named_elsewhere(restaurant, profile)
    here = _named_here(restaurant, profile)
    if elsewhere and not here:
        return Verdict.WRONG_PROFILE
    own_site = _is_own(restaurant["restaurant_name"], profile.website)
    small = profile.followers is not None and profile.followers < 100 and not own_site
    if posts == 0 or (small and posts is not None and posts < (10 if not profile.biography else 2)):
        return Verdict.EMPTY_PROFILE
    whole = len(_core(restaurant["restaurant_name"])) > 1 and bool(profile.biography) and _has_name(restaurant, profile)
    return Verdict.FOUND if here or own_site or whole else Verdict.WRONG_PROFILE


def shortened(number: int | None) -> str:
    """Spell a number of followers as the page does; empty where it is not known."""
    if number is None:
        return ""
    for unit, scale in (("B", 10**9), ("M", 10**6), ("K", 10**3)):
        if number >= max(scale, 10_000):
            tenths = number * 10 // scale
            figure = str(tenths // 10) if tenths % 10 == 0 or (tenths >= 1000 and unit == "K") else f"{tenths / 10:.1f}"
            return figure + unit
    return str(number)


def link(website: str) -> str:
    """Spell a website as the backups do: without scheme and without a slash at the end."""
    return re.sub(r"^https?://", "", website.strip()).rstrip("/")


def _words(text: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", text.casefold()).replace("&", " and ")
    letters = "".join(char for char in decomposed if not unicodedata.combining(char) and char not in "'’")
    return re.findall(r"[a-z0-9]+", letters)


def _names_of(city: str) -> tuple[str, ...]:
    joined = "".join(_words(city))
    return _CITIES.get(_SPELLINGS.get(joined, joined), (joined,) if joined else ())


def _core(name: str) -> list[str]:
    """The words of a name that are its own."""
    return [word for word in _words(name) if word not in _LEGAL | {"the", "and"}]


def _has_name(restaurant: Mapping[str, str], profile: Profile) -> bool:
    """True where the handle or the display name is the whole name, or its first two words and more of them."""
    own = "".join(_core(restaurant["restaurant_name"]))
    names = ("".join(_core(profile.username.replace("_", " ").replace(".", " "))), "".join(_core(profile.name)))
    return any(len(name) >= 6 and (name.startswith(own) or own.startswith(name)) for name in names if name)


def _named_here(restaurant: Mapping[str, str], profile: Profile) -> bool:
    said = _words(f"{profile.name} {profile.biography}")
    text = f" {' '.join(said)} "
    digits = re.sub(r"\D", "", restaurant.get("phone", ""))[-10:]
    if len(digits) == 10 and digits in re.sub(r"\D", "", profile.biography):
        return True
    if restaurant.get("zip_code") and restaurant["zip_code"].casefold() in said:
        return True
    names = _names_of(restaurant["city"])
    if not names:  # a city in another script is looked for as it is written
        return restaurant["city"].casefold() in profile.biography.casefold()
    if any(f" not {name} " in text or f" not in {name} " in text for name in names):
        return False
    handle = re.sub(r"[._]", "", profile.username.casefold())
    own = "".join(_words(restaurant["restaurant_name"]))
    ends = any(handle.endswith(name) and not own.endswith(name) for name in names[:2])
    return ends or any(f" {name} " in text for name in names)


def _named_elsewhere(restaurant: Mapping[str, str], profile: Profile) -> bool:
    own = {*_names_of(restaurant["city"]), *_words(restaurant["city"]), *_words(restaurant["restaurant_name"])}
    host = link(profile.website).partition("/")[0].casefold()
    country = host.rpartition(".")[2]
    foreign = len(country) == 2 and country not in _GLOBAL and _is_own(restaurant["restaurant_name"], profile.website)
    return foreign or any(word in _ELSEWHERE - own for word in _words(f"{profile.name} {profile.biography}"))


def _is_own(name: str, website: str) -> bool:
    """True where the host of a website is made of the name; what lists of links put behind it is no evidence."""
    host = re.sub(r"^www\.", "", link(website).partition("/")[0].casefold())
    label = re.sub(r"[^a-z0-9]", "", host.rpartition(".")[0])
    short = "".join(word for word in _words(name) if word not in _KINDS)
    return len(label) > 3 and len(short) > 3 and (short in label or label in "".join(_words(name)))
