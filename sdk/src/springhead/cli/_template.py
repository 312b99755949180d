"""The files that `springhead new` writes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import orjson

from springhead import __version__
from springhead.errors import SpringheadError
from springhead.http import Request, Response
from springhead.matching import normalise
from springhead.pointer import resolve
from springhead.subject import Subject

__all__ = ["Address", "held_nobody", "module_text", "project_text"]

_PLACE = "{name}"
#: Members that hold a person's name, where no value of the first answer is the subject's own.
_LIKELY = ("name", "title", "full_name", "fullName", "display_name", "label")
#: Members that hold an id, the surest first.
_IDS = ("id", "_id", "@id", "uuid", "qid", "key", "slug")
#: Members that hold a birth date, and the form that is one.
_BORN = re.compile(r"birth|born|^dob$", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:T|$)")
_MAX_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Address:
    """What a new source asks: an endpoint without query, and the query; ``{name}`` stands for the subject's name."""

    endpoint: str
    query: tuple[tuple[str, str], ...] = ()

    @property
    def asks_by_name(self) -> bool:
        """True where the subject's name is part of what is asked."""
        return any(_PLACE in text for text in (self.endpoint, *(value for _, value in self.query)))

    def request(self, subject: Subject) -> Request:
        """The request about one subject."""
        url = self.endpoint.replace(_PLACE, quote(subject.name, safe=""))
        return Request.build("GET", url, {key: value.replace(_PLACE, subject.name) for key, value in self.query})


def project_text(name: str) -> str:
    """The distribution's pyproject.toml."""
    return f"""[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "springhead-{name.replace("_", "-")}"
version = "0.1.0"
description = "Springhead source: {name}."
requires-python = ">=3.11"
dependencies = ["springhead>={__version__}"]

[project.entry-points.springhead]
{name} = "springhead_{name}"

[tool.hatch.build.targets.wheel]
include = ["springhead_{name}.py"]
"""


def module_text(name: str, address: Address, page: Response | None, subject: Subject) -> str:
    """The source's module, fitted to its first answer where there is one."""
    cls = "".join(part.capitalize() for part in name.split("_"))
    body, names = _reading(page, subject)
    ask, filled = _asking(address)
    if _PLACE in address.endpoint:
        names = [*names, "quote"]
    host = urlsplit(address.endpoint).hostname
    imports = sorted(
        {"Entry", "Http", "Rate", "Source", "Subject", "Terms", "hookimpl", *names} - {"quote"}, key=_order
    )
    site = page is not None and "json" not in page.content_type
    return f'''"""{cls}: what it knows of people, from {host}.

Say here what the source holds, under which terms, and where it is documented.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
{"from urllib.parse import quote" + chr(10) if "quote" in names else ""}
from springhead import {", ".join(imports)}


class {cls}(Source):
    """{cls}."""

    name = "{name}"
    title = "{cls}: one line for the catalogue"
    endpoint = {_text(address.endpoint)}
    rate = Rate(per_second=1)
    # Read the source's terms and correct this: where they are, and what a reader of the data must be shown.
    terms = Terms(url="https://{host}/", attribution="Data from {host}")
{"    robots = True" + chr(10) if site else ""}
    async def collect(self, subject: Subject, http: Http) -> AsyncIterator[Entry]:
        """Yield what the source says about one person."""
{ask}
{body}
        yield Entry(name=name, response=page, match=match{filled})


@hookimpl
def register_sources() -> list[type[Source]]:
    """Register the source."""
    return [{cls}]
'''


def _asking(address: Address) -> tuple[str, str]:
    url, lines, filled = "self.endpoint", [], ""
    if _PLACE in address.endpoint:
        lines.append('        url = self.endpoint.replace("{name}", quote(subject.name, safe=""))')
        url, filled = "url", ", source=url"
    params = ", ".join(f"{_text(key)}: {_value(value)}" for key, value in address.query)
    lines.append(f"        page = await http.get({url}{', params={' + params + '}' if params else ''})")
    return "\n".join(lines), filled


def _value(value: str) -> str:
    if value == _PLACE:
        return "subject.name"
    return f'{_text(value)}.replace("{_PLACE}", subject.name)' if _PLACE in value else _text(value)


def _reading(page: Response | None, subject: Subject) -> tuple[str, list[str]]:
    """Lines that set ``name`` and ``match``, and what they import."""
    if page is not None and "json" not in page.content_type:
        return (
            "        if subject.name not in page.text:\n"
            '            raise NotFound(f"the page does not name {subject.name}")\n'
            '        name, match = subject.name, Match(0.5, ("the page holds the name",))  # parse page.text here'
        ), ["Match", "NotFound"]
    pointer = _name_pointer(page, subject) or "/name"
    before, _, member = pointer.rpartition("/0/")
    if before or pointer.startswith("/0/"):
        return _choosing(page, before, member), ["Candidate", "choose"]
    holder = pointer.rpartition("/")[0]
    holders = [_at(page, holder)]
    born = _born_member(holders)
    read = f"        born = {_reading_born(holders, born, _text(f'{holder}/{born}'))}\n" if born else ""
    return (
        f"        name = page.at({_text(pointer)}, kind=str)  # LayoutChanged where it is gone\n{read}"
        f"        candidate = Candidate(page.url, (name,){', born' if born else ''})\n"
        "        _, match = choose(subject, [candidate])  # NotFound where it is somebody else"
    ), ["Candidate", "choose"]


def _choosing(page: Response | None, before: str, member: str) -> str:
    """Lines that choose among the members of a list: by name, and by birth date where the list says it."""
    hits = _at(page, before)
    hits = hits if isinstance(hits, list) else []
    inner = member.rpartition("/")[0]  # the name may lie one object deeper, and id and birth date beside it or above
    path = f"{before}/{{n}}"
    identity, born = "str(n)", ""
    for place in dict.fromkeys((inner, "")):
        holders = [resolve(hit, f"/{place}" if place else "", None) for hit in hits]
        where = f"{path}/{place}" if place else path
        known, birth = _id_member(holders), _born_member(holders)
        if known and identity == "str(n)":
            kinds = sorted({type(holder[known]).__name__ for holder in holders})
            kind = kinds[0] if len(kinds) == 1 else f"({', '.join(kinds)})"
            identity = f"str(page.at(f{_text(f'{where}/{known}')}, kind={kind}))"
        if birth and not born:
            pointer = "f" + _text(f"{where}/{birth}")
            born = f"                birth_date={_reading_born(holders, birth, pointer)},\n"
    return (
        f"        hits = page.at({_text(before)}, kind=list)  # LayoutChanged where it is gone\n"
        "        candidates = [\n"
        "            Candidate(\n"
        f"                id={identity},\n"
        f"                names=(page.at(f{_text(f'{path}/{member}')}, kind=str),),\n"
        f"{born}"
        "            )\n"
        "            for n in range(len(hits))\n"
        "        ]\n"
        "        found, match = choose(subject, candidates)  # NotFound, or Ambiguous where no birth date decides\n"
        "        name = found.names[0]\n"
        "        # This page is the whole list. Where the source has a page per person, ask for that of found.id and\n"
        "        # yield it as the response: page = await http.get(…)"
    )


def _reading_born(holders: list[Any], member: str, pointer: str) -> str:
    if all(len(holder.get(member) or "") in (0, 10) for holder in holders if isinstance(holder, dict)):
        return f"page.at({pointer}, default=None, kind=(str, type(None)))"
    return f'str(page.at({pointer}, default=None) or "")[:10]'  # a time of day follows


def _at(page: Response | None, pointer: str) -> Any:
    try:
        return resolve(page.json, pointer, None) if page is not None else None
    except SpringheadError:
        return None


def _id_member(holders: list[Any]) -> str | None:
    """The member by which all of these have an id of their own, or None."""
    objects: list[dict[str, Any]] = [holder for holder in holders if isinstance(holder, dict)]
    if not objects or len(objects) < len(holders):
        return None
    others = [key for key in objects[0] if re.search(r"(?:_id|Id|ID)$", key) and _plain(key)]
    for key in (*_IDS, *others):
        values = [holder.get(key) for holder in objects]
        if all(isinstance(value, (str, int)) and not isinstance(value, bool) for value in values) and "" not in values:
            return key
    return None


def _born_member(holders: list[Any]) -> str | None:
    """The member that holds a birth date wherever it holds anything, or None."""
    objects: list[dict[str, Any]] = [holder for holder in holders if isinstance(holder, dict)]
    for key in dict.fromkeys(key for holder in objects for key in holder if _BORN.search(key) and _plain(key)):
        values = [holder[key] for holder in objects if holder.get(key) is not None]
        if values and all(isinstance(value, str) and _DATE.match(value) for value in values):
            return key
    return None


def _plain(key: str) -> bool:
    """True for a key that can stand in a pointer as it is, also within an f-string."""
    return not set(key) & set("{}*~/")


def held_nobody(page: Response, subject: Subject) -> bool:
    """True where a first answer is an empty list of people: nothing can be learnt from it."""
    try:
        document = page.json
    except SpringheadError:
        return False
    pointer = _name_pointer(page, subject)
    if pointer is not None and ("/0" in pointer or pointer.rpartition("/")[2] in _LIKELY):
        return False  # what only echoes the question is no name
    return document == [] or (isinstance(document, dict) and _has_empty_list(document, _MAX_DEPTH))


def _has_empty_list(document: dict[str, Any], depth: int) -> bool:
    return any(
        member == [] or (isinstance(member, dict) and depth > 1 and _has_empty_list(member, depth - 1))
        for member in document.values()
    )


def _name_pointer(page: Response | None, subject: Subject) -> str | None:
    """Where the first answer holds the subject's name, else where it holds some name."""
    try:
        texts = list(_texts(page.json, "", _MAX_DEPTH)) if page is not None else []
    except SpringheadError:
        return None
    wanted = normalise(subject.name)
    same = [pointer for pointer, text in texts if normalise(text) == wanted]
    # An answer that echoes the question ("query": …) is no answer: a member that is called a name goes first.
    same.sort(key=lambda pointer: pointer.rpartition("/")[2] not in _LIKELY)
    likely = [pointer for member in _LIKELY for pointer, _ in texts if pointer.endswith(f"/{member}")]
    return next(iter([*same, *likely]), None)


def _texts(value: Any, pointer: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and pointer:
        yield pointer, value
    elif isinstance(value, dict) and depth:
        for key, member in value.items():
            if not set(key) & set("{}*"):  # these would be read as a placeholder or a wildcard
                escaped = key.replace("~", "~0").replace("/", "~1")
                yield from _texts(member, f"{pointer}/{escaped}", depth - 1)
    elif isinstance(value, list) and depth:
        for member in value:  # all stand for the first: whichever is the subject shows which member is the name
            yield from _texts(member, f"{pointer}/0", depth - 1)


def _text(value: str) -> str:
    """A Python literal in double quotes: JSON's strings are Python's."""
    return orjson.dumps(value).decode()


def _order(name: str) -> tuple[bool, str]:
    return (name[0].islower(), name)
