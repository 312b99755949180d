"""What stands before the root element: is this a feed at all, and which entities does it declare."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from springhead.errors import BadResponse
from springhead.feeds.text import tokens, unescape
from springhead.http.messages import excerpt

__all__ = ["from_the_root", "without_doctype"]

#: Characters of one entity.
MAX_ENTITY: Final = 256
#: Comments and other pieces before the first element that are looked through.
MAX_REMARKS: Final = 10_000
ROOTS: Final = frozenset({"rss", "feed", "rdf", "channel"})
ROOT: Final = re.compile(r"<(?:[\w.-]{1,40}:)?(?:rss|feed|rdf|channel)(?=[\s/>])", re.IGNORECASE)
ENTITY: Final = re.compile(
    r"""<!ENTITY\s++(%\s++)?+([\w.:-]++)\s++(?:(SYSTEM|PUBLIC)\b|"([^"]*+)"|'([^']*+)')""", re.IGNORECASE
)
SUBSET_PART: Final = re.compile(r"""<!--|"[^"]*+"|'[^']*+'|[\[\]>]""")


def from_the_root(text: str) -> tuple[str, str]:
    """Leave out text before the feed, such as blank lines or the warnings of a script.

    Returns:
        The feed from its first ``<``, and what stood before it.

    Raises:
        BadResponse: No feed comes.
    """
    stripped = text.lstrip()
    first = _first(text)
    if not stripped.startswith(("{", "[")):
        if first.rpartition(":")[2] in ROOTS:
            start = text.find("<")
            return text[start:], text[:start].strip()
        if first != "html" and (found := ROOT.search(text)):
            return text[found.start() :], text[: found.start()].strip()
    what = (
        "nothing" if not stripped
        else "JSON" if stripped[0] in "{["
        else "HTML" if first == "html"
        else f"<{excerpt(first, 40)}>" if first
        else "text"
    )  # fmt: skip
    raise BadResponse(f"a feed was promised, {what} came: {excerpt(stripped, 60)!r}")


def _first(text: str) -> str:
    """Name of the first element in lower case; ``html`` for whatever begins a page, empty where there is none."""
    for token in islice(tokens(text), MAX_REMARKS):
        value = token.value.lower()
        if token.kind == "declaration" and value.split()[:2] == ["doctype", "html"]:
            return "html"
        if token.kind == "start":
            return "html" if value in {"html", "head", "body"} else value
    return ""


def without_doctype(text: str) -> tuple[str, dict[str, str], set[str] | None]:
    """Take off the document type declaration.

    Args:
        text: From the XML declaration or from the root element.

    Returns:
        The text without it; the entities that it declares; the names of entities that lie elsewhere, None where it
        refers to nothing outside.

    Raises:
        BadResponse: An entity is made of others, or is long: the makings of an expansion bomb.
    """
    start = _past_remarks(text)
    if text[start : start + 9].upper() != "<!DOCTYPE":
        return text, {}, None
    place, subset = start + 9, -1
    inside = False
    while part := SUBSET_PART.search(text, place):
        place = part.end()
        if part[0] == "<!--":
            end = text.find("-->", place)
            place = end + 3 if end >= 0 else len(text)
        elif part[0] == "[":
            inside, subset = True, place if subset < 0 else subset
        elif part[0] == "]":
            inside = False
        elif part[0] == ">" and not inside:
            entities, external = _declared(text[subset:place] if subset >= 0 else "")
            return text[:start] + text[place:], entities, external
    raise BadResponse("the document type declaration does not end")


def _past_remarks(text: str) -> int:
    """Where the first thing begins that is no space, comment or instruction."""
    place = 0
    while True:
        place += len(text[place : place + 10_000]) - len(text[place : place + 10_000].lstrip())
        terminator = "-->" if text.startswith("<!--", place) else "?>" if text.startswith("<?", place) else ""
        end = text.find(terminator, place) if terminator else -1
        if end < 0:
            return place
        place = end + len(terminator)


def _declared(subset: str) -> tuple[dict[str, str], set[str] | None]:
    entities: dict[str, str] = {}
    external: set[str] | None = None
    for parameter, name, outside, double, single in ENTITY.findall(subset):
        if outside:
            external = (external or set()) | (set() if parameter else {name})
            continue
        value = unescape(double or single)
        # What a character reference stands for may be the sign that begins a reference.
        if parameter or len(value) > MAX_ENTITY or re.search(r"&(?!amp;|lt;|gt;|quot;|apos;)\w|%[\w.:-]+;", value):
            raise BadResponse(f"entity {excerpt(name, 40)!r} is long or made of others (entity expansion): refused")
        entities.setdefault(name, value)
    return entities, external
