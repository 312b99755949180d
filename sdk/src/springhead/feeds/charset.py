"""Bytes of a feed to text: what the HTTP header, the XML declaration and the bytes themselves say about the charset.

Feeds lie about it. The order is: byte order mark or the shape of the first bytes, HTTP header, XML declaration, UTF-8;
the first in which the whole body is valid wins, under the names and widths that browsers use (https://encoding.spec.whatwg.org:
what says iso-8859-1 is windows-1252, what says gb2312 is gb18030). Where none fits, charset-normalizer guesses.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from email.message import Message
from typing import Final

__all__ = ["decode"]

#: How the first bytes look in charsets that are no superset of ASCII. Marks before bare patterns, long ones first.
SIGNATURES: Final = (
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0<", "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
#: Declared name → the charset that is meant, where Python takes the name narrowly or does not know it.
MEANT: Final = {
    "ansi": "cp1252",
    "ascii": "cp1252",
    "big5": "big5hkscs",
    "cp936": "gb18030",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "ks_c_5601_1987": "cp949",
    "shift_jis": "cp932",
    "tis-620": "cp874",
    "unicode": "utf-16",
}
#: Codecs that turn harmless bytes into something else, or are no charset of any feed.
REFUSED: Final = {"utf-7", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined"}
SINGLE_BYTE: Final = re.compile(r"cp12\d\d|iso8859-\d+|cp874|koi8-\w")
DECLARATION: Final = re.compile(rb"""^\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})["']""")
#: Bytes that cannot be read, at most, before a body counts as one in another charset.
MAX_REPLACED: Final = 0.02
#: Bytes that a guess looks at.
SAMPLE: Final = 65_536


def decode(body: bytes, content_type: str = "") -> tuple[str, str, list[str]]:
    """Decode a body.

    Args:
        body: The bytes.
        content_type: The Content-Type header, with or without a charset.

    Returns:
        The text, the Python name of its charset, and what was wrong on the way.
    """
    problems: list[str] = []
    declared = _header(content_type)
    for said, by in ((declared, "the HTTP header"), (_declaration(body), "the XML declaration")):
        if said and _codec(said) is None:
            problems.append(f"unknown charset {said!r} in {by}")
    tried: list[str] = []
    for name in _candidates(body, declared):
        if name in tried:
            continue
        tried.append(name)
        try:
            text = body.decode(name)
        except (UnicodeDecodeError, UnicodeError):
            continue
        if len(tried) > 1:
            problems.append(f"the body is not valid {tried[0]}; read as {name}")
        return text.removeprefix("\ufeff"), name, problems
    text, name = _repaired(body) or _guessed(body)
    problems.append(f"the body is not valid {tried[0]}; read as {name}")
    return text.removeprefix("\ufeff"), name, problems


def _candidates(body: bytes, declared: str) -> Iterator[str]:
    shown = next((name for signature, name in SIGNATURES if body.startswith(signature)), None)
    if shown is not None:
        yield shown
    names = [name for name in (_codec(declared), _codec(_declaration(body))) if name is not None]
    # These bytes look like ASCII: no charset of two or four bytes can be meant, and most bytes are "valid" in one.
    names = [name for name in names if not name.startswith(("utf-16", "utf-32"))] if shown is None else names
    # Text in UTF-8 is hardly ever valid by accident, while every text is valid in a charset of single bytes.
    if names and SINGLE_BYTE.fullmatch(names[0]) and not body.isascii() and _is_utf8(body):
        yield from (names[0],) if names[0] == "utf-8" else ()
        yield "utf-8"
    for name in names:
        yield name
        if name == "cp1252":
            yield "iso8859-1"  # five bytes mean nothing in windows-1252
    yield "utf-8"


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _header(content_type: str) -> str:
    message = Message()
    message["content-type"] = " ".join(content_type.split())
    charset = message.get_param("charset")
    return str(charset).strip("'\" ").lower() if charset else ""


def _declaration(body: bytes) -> str:
    found = DECLARATION.match(body[:400].removeprefix(codecs.BOM_UTF8))
    return found[1].decode("ascii", "replace").lower() if found else ""


def _codec(name: str) -> str | None:
    """The Python name of the charset that is meant by a declared name, None where there is none."""
    name = re.sub(r"^(?:x-)?(?:windows|cp|win|ms)[-_]?(?=\d)", "cp", name.strip().lower())
    name = MEANT.get(name, name.removeprefix("x-"))
    if not name:
        return None
    try:
        known = codecs.lookup(name).name
        b"".decode(known)
    except (LookupError, ValueError):
        return None
    return None if known.replace("-", "_") in {one.replace("-", "_") for one in REFUSED} else MEANT.get(known, known)


def _repaired(body: bytes) -> tuple[str, str] | None:
    """UTF-8 with a few bytes that are none: a cut character, one byte of another charset."""
    text = body.decode("utf-8", "replace")
    foreign = sum(char > "\x7f" for char in text)
    replaced = text.count("\ufffd")
    # In another charset nearly everything that is not ASCII would be replaced.
    return (text, "utf-8") if replaced <= max(MAX_REPLACED * foreign, 1 if foreign > 1 else 0) else None


def _guessed(body: bytes) -> tuple[str, str]:
    from charset_normalizer import from_bytes

    best = from_bytes(body[:SAMPLE]).best()
    name = (best and _codec(best.encoding)) or "cp1252"
    return body.decode(name, "replace"), name
