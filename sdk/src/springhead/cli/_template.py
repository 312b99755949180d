"""The files that `springhead new` writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import orjson

from springhead import __version__
from springhead.errors import SpringheadError
from springhead.http import Request, Response
from springhead.matching import normalise
from springhead.subject import Subject

__all__ = ["Address", "module_text", "project_text"]

_PLACE = "{name}"
#: Members that hold a person's name, where no value of the first answer is the subject's own.
_LIKELY = ("name", "title", "full_name", "fullName", "display_name", "label")
_MAX_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Address:
    """What a new source asks: an endpoint without query, and the query; ``{name}`` stands for the subject's name."""

    endpoint: str
    query: tuple[tuple[str, str], ...] = ()

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
    imports = sorted({"Entry", "Http", "Rate", "Source", "Subject", "hookimpl", *names} - {"quote"}, key=_order)
    site = page is not None and "json" not in page.content_type
    return f'''"""{cls}: what it knows of people, from {urlsplit(address.endpoint).hostname}.

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
    if not before and not pointer.startswith("/0/"):
        return (
            f"        name = page.at({_text(pointer)}, kind=str)  # LayoutChanged where it is gone\n"
            "        _, match = choose(subject, [Candidate(page.url, (name,))])  # NotFound where it is somebody else"
        ), ["Candidate", "choose"]
    return (
        f"        hits = page.at({_text(before)}, kind=list)  # LayoutChanged where it is gone\n"
        f"        names = [page.at(f{_text(f'{before}/{{n}}/{member}')}, kind=str) for n in range(len(hits))]\n"
        "        candidates = [Candidate(str(n), (name,)) for n, name in enumerate(names)]\n"
        "        found, match = choose(subject, candidates)  # NotFound or Ambiguous where the names do not decide\n"
        "        name = found.names[0]"
    ), ["Candidate", "choose"]


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
