"""Profiles in the answers and pages of Meta's services, of whatever year: JSON in many shapes, or meta tags only."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from springhead.errors import BadResponse, InvalidRequest, LayoutChanged, NotFound
from springhead.http.messages import Response, excerpt
from springhead.markup import Markup

__all__ = ["HANDLE", "Profile", "handle_of", "objects", "profile_of"]

HANDLE = re.compile(r"[A-Za-z0-9._]{1,30}")
#: Responses are lists of lists: how many values of one page are looked at.
MAX_VALUES = 1_000_000
#: Members that only the object of a profile has; the owner of a post or a comment is a name, a picture and a few flags.
_FACTS = ("biography", "threads_biography", "edge_followed_by", "follower_count", "followers_count")
#: Name and handle; only the handle where the account has no name.
_TITLE = re.compile(r"(.{0,200}?)\s*[(（]@([A-Za-z0-9._]{1,30})[)）]|@([A-Za-z0-9._]{1,30})(?=\s*[•|·]|\s*$)")
#: Marks of direction, which pages in Arabic and Hebrew put around names.
_MARKS = "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069 "
_DECIMAL = re.compile(r"\d+[.,]\d+")
_COUNTS = re.compile(r"(?<!\d)(\d{1,12}(?:[.,\u00a0\u202f' ]\d{1,3}(?!\d)){0,4})(?!\d)\s?([^\W\d]*)")
#: What follows a number that is shortened. "B" is Turkish: nobody has a billion followers.
_UNITS = {
    "k": 10**3, "b": 10**3, "tsd": 10**3, "mil": 10**3, "tys": 10**3, "тыс": 10**3, "bin": 10**3, "rb": 10**3,
    "nghìn": 10**3, "m": 10**6, "mio": 10**6, "mln": 10**6, "mi": 10**6, "млн": 10**6, "mn": 10**6, "mill": 10**6,
    "jt": 10**6, "triệu": 10**6, "tr": 10**6,
}  # fmt: skip
#: Units that are written together with what is counted.
_SIGNS = {
    "百万": 10**6,
    "千": 10**3,
    "万": 10**4,
    "萬": 10**4,
    "億": 10**8,
    "亿": 10**8,
    "천": 10**3,
    "만": 10**4,
    "억": 10**8,
}


@dataclass(frozen=True, slots=True)
class Profile:
    """An account as one of the many shapes of Meta's answers describes it.

    Args:
        username: Its handle, as the service spells it.
        name: Its display name; empty where it has none.
        biography: Its text.
        website: Its link, as given.
        followers: Their number, None where the answer does not say.
        posts: Their number, None where the answer does not say.
    """

    username: str
    name: str = ""
    biography: str = ""
    website: str = ""
    followers: int | None = None
    posts: int | None = None


def handle_of(identity: str) -> str:
    """Return a handle without ``@``.

    Raises:
        InvalidRequest: It is none: handles have letters, digits, points and underscores, 30 at most.
    """
    handle = identity.strip().removeprefix("@")
    if not HANDLE.fullmatch(handle):
        raise InvalidRequest(
            f"{excerpt(identity, 40)!r} is no handle",
            hint="correct it in the subject's identities: letters, digits, . and _",
        )
    return handle


def objects(documents: Iterator[Any] | list[Any]) -> Iterator[dict[str, Any]]:
    """All objects in JSON documents, at any depth, in reading order; also in answers that are kept as a string."""
    stack: list[Any] = list(documents)[::-1]
    for _ in range(MAX_VALUES):
        if not stack:
            return
        value = stack.pop()
        if isinstance(value, dict):
            yield value
            stack.extend(v for v in reversed(value.values()) if isinstance(v, (dict, list)))
            if isinstance(kept := value.get("response"), str) and kept.startswith("{"):
                with suppress(ValueError, RecursionError):
                    stack.append(json.loads(kept))
        elif isinstance(value, list):
            stack.extend(v for v in reversed(value) if isinstance(v, (dict, list)))


def profile_of(response: Response, handle: str) -> Profile:
    """Read the profile of a handle from an API's answer or a page, of whatever year.

    Raises:
        NotFound: The answer says that there is no such account.
        BadResponse: It is about somebody else.
        LayoutChanged: There is no profile in it.
    """
    html = response.text.lstrip("\ufeff \t\r\n")[:1] == "<"
    markup = Markup(response.text) if html else None
    documents = list(markup.documents()) if markup else [response.json]
    found = [value for value in objects(documents) if isinstance(value.get("username"), str) and _facts(value)]
    same = [value for value in found if value["username"].casefold() == handle.casefold()]
    if same:
        return _profile(max(same, key=_facts))
    if markup and (profile := _described(markup)):
        if profile.username.casefold() == handle.casefold():
            return profile
        found.append({"username": profile.username})
    if found:
        others = excerpt(", ".join(value["username"] for value in found[:3]), 60)
        raise response.failure(BadResponse, f"the answer is about {others}, not about {handle}")
    if not html and any(value.get("user", value) is None for value in objects(documents)):
        raise response.failure(NotFound, f"the answer has no user for {handle}")
    raise response.failure(LayoutChanged, f"there is no profile of {handle} in the answer")


def _facts(value: dict[str, Any]) -> int:
    return sum(member in value for member in _FACTS)


def _profile(value: dict[str, Any]) -> Profile:
    links = value.get("bio_links")
    linked = links[0].get("url") if isinstance(links, list) and links and isinstance(links[0], dict) else None
    return Profile(
        username=value["username"],
        name=_text(value.get("full_name") or value.get("name")),
        biography=_text(value.get("biography") or value.get("threads_biography")),
        website=_text(value.get("website") or value.get("external_url") or linked),
        followers=_number(value, "followers_count", "follower_count", "edge_followed_by"),
        posts=_number(value, "media_count", "edge_owner_to_timeline_media"),
    )


def _text(value: Any) -> str:
    # JSON in a script may hold half a character (a lone surrogate), which no record can.
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _number(value: dict[str, Any], *names: str) -> int | None:
    for name in names:
        found = value.get(name)
        found = found.get("count") if isinstance(found, dict) else found
        if isinstance(found, str) and found.isascii() and found.isdigit():
            found = int(found[:18])
        if isinstance(found, int) and not isinstance(found, bool) and found >= 0:
            return found
    return None


def _described(markup: Markup) -> Profile | None:
    """The profile that the meta tags describe: name and handle in the title, three numbers in the description."""
    title = _TITLE.match((markup.meta.get("og:title", "") or markup.title).strip(_MARKS))
    if title is None or markup.meta.get("og:type", "profile") not in {"profile", "website"}:
        return None
    described = markup.meta.get("og:description", "") or markup.meta.get("description", "")
    counts = [_count(number, unit) for number, unit in _COUNTS.findall(described[:300].partition("@")[0])]
    followers, posts = (counts[0], counts[2]) if len(counts) >= 3 else (None, None)
    name = (title[1] or "").strip(_MARKS)
    return Profile(username=title[2] or title[3], name=name, followers=followers, posts=posts)


def _count(number: str, unit: str) -> int | None:
    """Read a number as a page spells it; None where its unit is unknown."""
    sign = next((scale for sign, scale in _SIGNS.items() if unit.startswith(sign)), 1)
    scale = _UNITS.get(unit.lower(), sign)
    digits = re.sub(r"[\u00a0\u202f' ]", "", number).strip(".,")
    if re.fullmatch(r"\d+|\d{1,3}([.,]\d{3})+", digits):
        return int(re.sub(r"\D", "", digits)) * scale
    return round(float(digits.replace(",", ".")) * scale) if scale > 1 and _DECIMAL.fullmatch(digits) else None
