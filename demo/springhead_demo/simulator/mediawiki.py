"""The action API of the simulated Wikipedias."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from html import escape
from itertools import islice
from typing import Any

from springhead_demo.simulator.figures import family_of
from springhead_demo.simulator.messages import Request, Response
from springhead_demo.simulator.names import tokens
from springhead_demo.simulator.pages import Library, Page
from springhead_demo.simulator.prose import extract
from springhead_demo.simulator.wikiparams import ApiError, error_response, finish, integer, limit_of, multi, required
from springhead_demo.simulator.wikiprops import (
    NAMES,
    SIMPLE,
    Continue,
    Query,
    add_extracts,
    add_lists,
    info,
    links_of,
    revision_of,
    size_of,
)

_ILLEGAL = set("[]{}<>#|\n\x7f")
_PREFIX_READ = 2000


@dataclass(slots=True)
class _Entry:
    """One place in `query.pages`: a page, a title without page, or an impossible title."""

    title: str
    page: Page | None = None
    invalid: str = ""
    index: int | None = None


class Wikipedia:
    """The hosts `{language}.wikipedia.org`.

    Args:
        library: The pages.
    """

    def __init__(self, library: Library) -> None:
        self._library = library

    def handle(self, language: str, params: dict[str, str], _request: Request) -> Response:
        """Answer one request to `/w/api.php`."""
        host = f"{language}.wikipedia.org"
        try:
            action = params.get("action", "help")
            if action != "query":
                raise ApiError("unknown_action", f'Unrecognized value for parameter "action": {action}.')
            return finish(self._query(Query(self._library, language, params)), params)
        except ApiError as error:
            return error_response(error, host, params)

    def _query(self, query: Query) -> dict[str, Any]:
        params = query.params
        body: dict[str, Any] = {}
        props = multi(params.get("prop"), name="prop")
        lists = multi(params.get("list"), name="list")
        unknown = [("prop", name) for name in props if name not in NAMES]
        unknown += [("list", name) for name in lists if name not in ("search", "prefixsearch")]
        if unknown:
            text = "\n".join(f'Unrecognized value for parameter "{param}": {name}.' for param, name in unknown)
            body["warnings"] = {"query": {"warnings": text}}
        result: dict[str, Any] = {}
        onwards: Continue = {}
        for name in lists:
            if name == "search":
                onwards |= self._search(query, result)
            elif name == "prefixsearch":
                onwards |= self._prefix_search(query, result)
        generator = params.get("generator")
        generated: Continue = {}
        if generator:
            entries, generated = self._generate(query, generator, result)
        else:
            entries = self._resolve(query, multi(params.get("titles")), result)
        within = self._add_pages(query, entries, [name for name in props if name in NAMES], result)
        # A batch is complete when only the generator or a list has more: its pages then have all their properties.
        if not within:
            body["batchcomplete"] = True
        if onwards or within or generated:
            more = within or {**generated, **onwards}
            body["continue"] = {**more, "continue": f"{next(iter(more))}||" if within or generated else "-||"}
        if result:
            body["query"] = result
        return body

    def _resolve(self, query: Query, titles: list[str], result: dict[str, Any]) -> list[_Entry]:
        entries: dict[str, _Entry] = {}
        normalized: list[dict[str, Any]] = []
        converted: list[dict[str, Any]] = []
        redirects: list[dict[str, Any]] = []
        for raw in titles:
            title = normalise(raw)
            if reason := _why_invalid(title):
                entries[raw] = _Entry(raw, invalid=reason)
                continue
            if title != raw:
                normalized.append({"fromencoded": False, "from": raw, "to": title})
            page = self._library.page(query.language, title)
            if page is None and "converttitles" in query.params:
                page = self._library.page_in_variant(query.language, title)
                if page:
                    converted.append({"from": title, "to": page.title})
            if page and page.kind == "redirect" and "redirects" in query.params:
                redirects.append({"from": page.title, "to": page.target})
                page = self._library.page(query.language, page.target)
            title = page.title if page else title
            entries.setdefault(title, _Entry(title, page))
        for name, changes in (("normalized", normalized), ("converted", converted), ("redirects", redirects)):
            if changes:
                result[name] = changes
        return list(entries.values())

    def _generate(self, query: Query, generator: str, result: dict[str, Any]) -> tuple[list[_Entry], Continue]:
        params = query.params
        if generator == "links":
            pages: list[Page] = []
            for entry in self._resolve(query, multi(params.get("titles")), result):
                pages += links_of(self._library, entry.page) if entry.page else []
            namespaces = multi(params.get("gplnamespace"))
            pages = [] if namespaces and "0" not in namespaces else pages
            limit, start = limit_of(params, "gpllimit", 10, 500), params.get("gplcontinue")
            keys = [f"{page.number}|0|{page.title.replace(' ', '_')}" for page in pages]
            first = keys.index(start) if start in keys else 0
            more: Continue = {"gplcontinue": keys[first + limit]} if first + limit < len(pages) else {}
            return [_Entry(page.title, page) for page in pages[first : first + limit]], more
        if generator == "search":
            pages = self.full_text(query.language, required(params, "gsrsearch"))
            return _slice(params, "gsr", pages, 10)
        if generator == "prefixsearch":
            pages = self.by_prefix(query.language, required(params, "gpssearch"))
            return _slice(params, "gps", pages, 10)
        raise ApiError("badvalue", f'Unrecognized value for parameter "generator": {generator}.')

    def _add_pages(self, query: Query, entries: list[_Entry], props: list[str], result: dict[str, Any]) -> Continue:
        if not entries:
            return {}
        shown: list[dict[str, Any]] = []
        found: list[tuple[Page, dict[str, Any]]] = []
        for entry in entries:
            out: dict[str, Any] = {"ns": 0, "title": entry.title}
            if entry.invalid:
                out = {"title": entry.title, "invalidreason": entry.invalid, "invalid": True}
            elif entry.page is None:
                out["missing"] = True
            else:
                out = {"pageid": entry.page.number, **out}
                found.append((entry.page, out))
            if entry.index is not None:
                out["index"] = entry.index
            if "info" in props and not entry.invalid:
                out |= info(query, entry.title, entry.page)
            shown.append(out)
        onwards: Continue = {}
        for name in props:
            if name == "extracts":
                onwards |= add_extracts(query, found)
            elif name in SIMPLE:
                for page, out in found:
                    out |= SIMPLE[name](query, page)
            elif name != "info":
                onwards |= add_lists(query, name, found)
        result["pages"] = shown
        return onwards

    def _search(self, query: Query, result: dict[str, Any]) -> Continue:
        params = query.params
        text = required(params, "srsearch")
        pages = self.full_text(query.language, text)
        if params.get("srnamespace", "0") not in ("0", "*"):
            pages = []
        wanted = multi(params.get("srprop", "size|wordcount|timestamp|snippet"))
        entries, more = _slice(params, "sr", pages, 10)
        result["searchinfo"] = {"totalhits": len(pages)}
        result["search"] = [self._hit(query, entry.page, wanted, text) for entry in entries if entry.page]
        return more

    def _hit(self, query: Query, page: Page, wanted: list[str], text: str) -> dict[str, Any]:
        hit: dict[str, Any] = {"ns": 0, "title": page.title, "pageid": page.number}
        size = size_of(query, page)
        if "size" in wanted:
            hit["size"] = size
        if "wordcount" in wanted:
            hit["wordcount"] = size // 12
        if "snippet" in wanted:
            hit["snippet"] = _snippet(extract(self._library, page, intro=True), text)
        if "timestamp" in wanted:
            hit["timestamp"] = revision_of(query, page)["timestamp"]
        return hit

    def _prefix_search(self, query: Query, result: dict[str, Any]) -> Continue:
        pages = self.by_prefix(query.language, required(query.params, "pssearch"))
        entries, more = _slice(query.params, "ps", pages, 10)
        found = [entry.page for entry in entries if entry.page]
        result["prefixsearch"] = [{"ns": 0, "title": page.title, "pageid": page.number} for page in found]
        return more

    def full_text(self, language: str, text: str) -> list[Page]:
        """Return the pages that a search finds, best first; a name's disambiguation page comes before its people."""
        plain = text.removeprefix("intitle:").replace('"', " ")
        found: dict[str, Page] = {}
        for page in self._library.group(language, plain.strip()):
            if page.kind == "disambiguation":
                found[page.title] = page
        for slot in self._library.world.search(plain):
            figure = self._library.world.figure(slot)
            page_about = self._library.page_of(figure, language) if figure else None
            if page_about:
                found.setdefault(page_about.title, page_about)
        return list(found.values())

    def by_prefix(self, language: str, prefix: str) -> list[Page]:
        """Return the pages whose titles start with a prefix, redirects followed, in order of title."""
        found: dict[str, Page] = {}
        for label, _ in islice(self._library.world.with_prefix(family_of(language), prefix), _PREFIX_READ):
            for page in self._library.group(language, label):
                target = self._library.page(language, page.target) if page.kind == "redirect" else page
                if target:
                    found.setdefault(target.title, target)
        return list(found.values())


def normalise(raw: str) -> str:
    """Return a title as MediaWiki stores it: spaces for underscores, composed characters, a capital first letter."""
    title = " ".join(unicodedata.normalize("NFC", raw).replace("_", " ").split())
    return title[:1].upper() + title[1:]


def _why_invalid(title: str) -> str:
    if not title:
        return "The requested page title is empty or contains only the name of a namespace."
    if bad := next((char for char in title if char in _ILLEGAL), None):
        return f'The requested page title contains invalid characters: "{bad}".'
    return "The requested page title is too long." if len(title.encode("utf-8", "replace")) > 255 else ""


def _slice(params: dict[str, str], prefix: str, pages: list[Page], default: int) -> tuple[list[_Entry], Continue]:
    limit = limit_of(params, f"{prefix}limit", default, 500)
    start = max(0, integer(f"{prefix}offset", params.get(f"{prefix}offset") or "0"))
    entries = [_Entry(page.title, page, index=start + i + 1) for i, page in enumerate(pages[start : start + limit])]
    return entries, {f"{prefix}offset": start + limit} if start + limit < len(pages) else {}


def _snippet(text: str, searched: str) -> str:
    snippet = escape(text[:160])
    for word in sorted(tokens(searched), key=len, reverse=True)[:1]:
        place = snippet.casefold().find(word)
        if place >= 0:
            end = place + len(word)
            snippet = f'{snippet[:place]}<span class="searchmatch">{snippet[place:end]}</span>{snippet[end:]}'
    return snippet
