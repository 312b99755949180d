"""What a page of HTML is made of, in one linear pass each: code, visible text, scripts, meta tags.

No parser of documents: pages from outside may be broken, cut or hostile, and all that is wanted of them here is
JSON in scripts, meta tags and whether there is anything to read.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

__all__ = ["Markup"]

_UNSEEN = re.compile(r"<(/?)(script|style|svg|noscript|template)\b([^<>]*)>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_META = re.compile(r"<meta\b[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(?<![\w:-])([\w:-]{1,40})\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))")
_TITLE = re.compile(r"<title\b[^<>]*>([^<]*)", re.IGNORECASE)
#: Where a script that is no JSON itself holds a document: ``x = {…}`` and ``f("/path/", {…})``.
_ASSIGNED = re.compile(r"[=,(]\s{0,9}(?=\{\")")
#: Documents read from one script: the few that matter come early.
MAX_DOCUMENTS = 20


class Markup:
    """A page.

    Args:
        text: Its decoded text.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _parts(self) -> tuple[list[tuple[str, str]], list[str]]:
        """Scripts as (attributes, body), and the pieces of text that lie outside of what nobody sees."""
        scripts, seen, start = [], [], 0
        opened: re.Match[str] | None = None
        for tag in _UNSEEN.finditer(self.text):
            closing, name = bool(tag[1]), tag[2].lower()
            if opened is not None:
                if closing and name == opened[2].lower():
                    if name == "script":
                        scripts.append((opened[3], self.text[opened.end() : tag.start()]))
                    opened, start = None, tag.end()
            elif not closing and not tag[3].endswith("/"):
                seen.append(self.text[start : tag.start()])
                opened = tag
        if opened is None:
            seen.append(self.text[start:])
        return scripts, seen

    @cached_property
    def visible(self) -> str:
        """The text that a reader sees, its blanks folded."""
        text = " ".join(_TAG.sub(" ", piece) for piece in self._parts[1])
        return " ".join(html.unescape(text).split())

    @cached_property
    def code(self) -> str:
        """Everything but plain text: the tags with their attributes, and the scripts."""
        tags = " ".join(_TAG.findall("".join(self._parts[1])))
        marked = re.findall(r"cf-error-code[^<>]{0,99}>[^<>]{0,12}", self.text)
        return "\n".join([tags, *marked, *(attributes + ">" + body for attributes, body in self._parts[0])])

    @cached_property
    def title(self) -> str:
        """Its title; empty where it has none."""
        found = _TITLE.search(self.text)
        return " ".join(html.unescape(found[1]).split()) if found else ""

    @cached_property
    def meta(self) -> dict[str, str]:
        """Meta tags by property or name, the first of each."""
        tags: dict[str, str] = {}
        for tag in _META.finditer(self.text):
            attributes = {key.lower(): a or b or c for key, a, b, c in _ATTRIBUTE.findall(tag[0])}
            name = attributes.get("property") or attributes.get("name")
            if name:
                tags.setdefault(name.lower(), html.unescape(attributes.get("content", "")))
        return tags

    def documents(self) -> Iterator[Any]:
        """JSON documents in its scripts: whole ones, and objects that a script assigns or passes on."""
        for _, body in self._parts[0]:
            text = body.strip()
            if text.startswith(("{", "[")) and (document := _load(text)) is not None:
                yield document
                continue
            end = tried = 0
            for place in _ASSIGNED.finditer(text):
                if place.end() < end:
                    continue
                if (tried := tried + 1) > MAX_DOCUMENTS:
                    break
                try:
                    document, end = json.JSONDecoder().raw_decode(text, place.end())
                except (ValueError, RecursionError):
                    continue
                yield document


def _load(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
