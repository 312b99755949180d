"""Character references, and the text in a piece of HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

__all__ = ["Token", "attributes", "plain", "tokens", "unescape", "unmangled"]

REFERENCE: Final = re.compile(r"&(#\d{1,8}|#[xX][0-9a-fA-F]{1,7}|[A-Za-z_][\w.-]{0,60});")
# Possessive throughout: a hostile feed makes nothing here go back over what it has read.
TAG: Final = re.compile(r"""<(/?)([^\W\d][\w.:-]*+)((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)>""")
BROKEN_TAG: Final = re.compile(r"<(/?)([^\W\d][\w.:-]*+)([^<>]*+)>")
#: The ``<`` that begins no tag, and more of them before the next that may.
NO_TAG: Final = re.compile(r"<(?:<+(?![/!?\w]))?")
ATTRIBUTE: Final = re.compile(r"""([^\s=/"'<>]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'<>]++)))?""")
#: Elements between whose texts there is a space, though none is written.
BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "caption",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
SILENT: Final = frozenset({"script", "style"})
#: What counts as HTML in a text; anything else in angle brackets was meant to be read.
ELEMENTS: Final = (
    BLOCKS
    | SILENT
    | frozenset(
        [
            "a",
            "abbr",
            "acronym",
            "audio",
            "b",
            "base",
            "bdi",
            "bdo",
            "big",
            "body",
            "button",
            "canvas",
            "cite",
            "code",
            "col",
            "data",
            "del",
            "details",
            "dfn",
            "dir",
            "em",
            "embed",
            "font",
            "form",
            "head",
            "html",
            "i",
            "iframe",
            "img",
            "input",
            "ins",
            "kbd",
            "label",
            "link",
            "map",
            "mark",
            "marquee",
            "math",
            "mi",
            "mn",
            "mo",
            "mrow",
            "mspace",
            "msub",
            "msup",
            "meta",
            "meter",
            "noscript",
            "nobr",
            "object",
            "output",
            "param",
            "picture",
            "progress",
            "q",
            "rp",
            "rt",
            "ruby",
            "s",
            "samp",
            "select",
            "small",
            "source",
            "span",
            "strike",
            "strong",
            "sub",
            "summary",
            "sup",
            "svg",
            "textarea",
            "time",
            "title",
            "track",
            "tt",
            "u",
            "var",
            "video",
            "wbr",
        ]
    )
)


class Token(NamedTuple):
    """A piece of markup.

    ``text`` and ``cdata`` have it as value, ``start`` and ``end`` the name, ``declaration`` what stands after ``<!``,
    ``broken`` what is wrong.
    """

    kind: str
    value: str
    attributes: str = ""
    empty: bool = False


def tokens(markup: str) -> Iterator[Token]:
    """Cut markup into pieces, however broken it is, in time proportional to its length."""
    place = 0
    #: Terminators that do not come any more: looked for once, or a hostile feed makes us look a thousand times.
    absent: set[str] = set()

    def after(terminator: str, start: int) -> int:
        found = -1 if terminator in absent else markup.find(terminator, start)
        if found < 0:
            absent.add(terminator)
        return found

    while place < len(markup):
        start = markup.find("<", place)
        if start != place:
            yield Token("text", markup[place : start if start >= 0 else len(markup)])
        if start < 0:
            return
        if markup.startswith("<![CDATA[", start):
            end = after("]]>", start)
            yield Token("cdata", markup[start + 9 : end if end >= 0 else len(markup)])
            if end < 0:
                yield Token("broken", "CDATA does not end")
                return
            place = end + 3
        elif markup.startswith(("<!", "<?"), start):
            terminator = "-->" if markup.startswith("<!--", start) else "?>" if markup[start + 1] == "?" else ">"
            end = after(terminator, start + 2)
            if end < 0:
                yield Token("broken", "a comment or an instruction does not end")
            elif terminator == ">":
                yield Token("declaration", markup[start + 2 : end])
            place = end + len(terminator) if end >= 0 else start + 2
        elif found := TAG.match(markup, start) or BROKEN_TAG.match(markup, start):
            inside = found[3].rstrip()
            yield Token("end" if found[1] else "start", found[2], inside.removesuffix("/"), inside.endswith("/"))
            place = found.end()
        else:
            place = NO_TAG.match(markup, start).end()  # type: ignore[union-attr]
            yield Token("broken", "a < that begins no tag")
            yield Token("text", markup[start:place])


def attributes(inside: str, resolve: Callable[[str], str]) -> dict[str, str]:
    """The attributes of a tag, names as they stand."""
    found: dict[str, str] = {}
    for name, double, single, bare in ATTRIBUTE.findall(inside):
        found.setdefault(name, resolve(double or single or bare))
    return found


def unescape(text: str, resolve: Callable[[str], str | None] = lambda name: None) -> str:
    """Replace character references that end in a semicolon; what nobody knows stays as it is.

    Args:
        text: The text.
        resolve: Name of an entity → its text, asked first; None where it is not known.
    """
    if "&" not in text:
        return text

    def replace(found: re.Match[str]) -> str:
        own = None if found[1].startswith("#") else resolve(found[1])
        return html.unescape(found[0]) if own is None else own

    return REFERENCE.sub(replace, text)


def plain(markup: str) -> str:
    """The text of a piece of HTML on one line, without scripts; of a text without markup, the spaces are folded."""
    parts: list[str] = []
    silent = ""
    for token in tokens(markup) if "<" in markup else (Token("text", markup),):
        name = token.value.lower()
        if silent:
            if token.kind == "end" and name == silent:
                silent = ""
        elif token.kind in {"text", "cdata"}:
            parts.append(token.value)
        elif token.kind not in {"start", "end"}:
            continue
        elif name not in ELEMENTS:
            inside = f"{token.attributes}{'/' if token.empty else ''}"
            parts.append(f"<{'/' if token.kind == 'end' else ''}{token.value}{inside}>")
        elif name in BLOCKS:
            parts.append(" ")
        elif name in SILENT and token.kind == "start" and not token.empty:
            silent = name
    return " ".join(unmangled(unescape("".join(parts))).split())


def unmangled(text: str) -> str:
    """Undo what was encoded twice: UTF-8 that somebody took for a charset of single bytes."""
    if text.isascii() or max(text) > "\xff":
        return text
    try:
        return text.encode("iso8859-1").decode("utf-8")
    except UnicodeDecodeError:
        pass
    # Left over are the signs of windows-1252 that stand where Unicode has control characters.
    return "".join(html.unescape(f"&#{ord(char)};") if "\x80" <= char <= "\x9f" else char for char in text)
