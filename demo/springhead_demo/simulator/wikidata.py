"""Wikidata's action API: entities, search and claims."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from springhead_demo.simulator.claims import Claims, disambiguation_claims, figure_claims
from springhead_demo.simulator.figures import DISAMBIGUATION, SLOTS, WIKIS, Figure, slot_of_item
from springhead_demo.simulator.mediawiki import normalise
from springhead_demo.simulator.messages import Request, Response
from springhead_demo.simulator.names import Family, fold
from springhead_demo.simulator.pages import Library, Page
from springhead_demo.simulator.prose import describe
from springhead_demo.simulator.variants import to_simplified
from springhead_demo.simulator.vocabulary import DISAMBIGUATION_TEXTS, ITEM_LABELS
from springhead_demo.simulator.wikiparams import ApiError, error_response, finish, integer, limit_of, multi, required

_HOST = "www.wikidata.org"
_ITEM = re.compile(r"[Qq][1-9]\d{0,9}")
_PROPS = ("info", "sitelinks", "aliases", "labels", "descriptions", "claims", "datatype")
_FAMILIES: tuple[Family, ...] = ("latin", "zh", "ja", "ko")
_TERM_LANGUAGES = ("en", "zh", "zh-hans", "zh-hant", "zh-tw", "ja", "ko", "fr", "de", "es")
_FALLBACKS = {
    "zh-tw": ("zh-hant", "zh"),
    "zh-hk": ("zh-hant", "zh"),
    "zh-cn": ("zh-hans", "zh"),
    "zh-sg": ("zh-hans", "zh"),
}
_PREFIX_READ = 200

Terms = dict[str, dict[str, str]]


class Wikidata:
    """The host `www.wikidata.org`.

    Args:
        library: The pages, whose items these are.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._dice = library.world.dice

    def handle(self, params: dict[str, str], _request: Request) -> Response:
        """Answer one request to `/w/api.php`."""
        actions = {"wbgetentities": self._entities, "wbsearchentities": self._search, "wbgetclaims": self._claims}
        try:
            action = params.get("action", "help")
            if action not in actions:
                raise ApiError("unknown_action", f'Unrecognized value for parameter "action": {action}.')
            return finish(actions[action](params), params)
        except ApiError as error:
            return error_response(error, _HOST, params)

    def _entities(self, params: dict[str, str]) -> dict[str, Any]:
        ids, titles = multi(params.get("ids"), name="ids"), multi(params.get("titles"))
        sites = multi(params.get("sites"), name="sites")
        if not ids and not (sites and titles):
            info = 'Either provide the Item "ids" or pairs of "sites" and "titles" for corresponding pages.'
            raise ApiError("param-missing", info)
        if unknown := [site for site in sites if _language(site) is None]:
            raise ApiError("badvalue", f'Unrecognized value for parameter "sites": {unknown[0]}.')
        wanted = multi(params.get("props"), name="props") or list(_PROPS)
        entities: dict[str, Any] = {}
        for raw in ids:
            if not _ITEM.fullmatch(raw):
                raise _no_such(raw)
            item = raw.upper()
            entities[item] = self._entity(item, wanted, params) or {"id": item, "missing": True}
        body: dict[str, Any] = {"entities": entities, "success": 1}
        absent = 0
        for site in sites:
            for title in titles:
                named = normalise(title) if "normalize" in params else title
                if named != title:
                    body["normalized"] = {"n": {"from": title, "to": named}}
                page = self._library.page(_language(site) or "", named)
                entity = self._entity(page.item, wanted, params) if page and page.item else None
                if page and entity:
                    entities[page.item] = entity
                else:
                    absent -= 1
                    entities[str(absent)] = {"site": site, "title": named, "missing": True}
        return body

    def _entity(self, item: str, wanted: list[str], params: dict[str, str]) -> dict[str, Any] | None:
        pages, figure = self._subject(item)
        if figure is None and not pages and item not in ITEM_LABELS:
            return None
        revision = self._dice.between(1_500_000_000, 2_300_000_000, "item revision", item)
        entity: dict[str, Any] = {}
        if "info" in wanted:
            entity |= {"pageid": int(item[1:]) + 5_000_000, "ns": 0, "title": item, "lastrevid": revision}
            entity["modified"] = f"2025-0{1 + revision % 9}-{1 + revision % 28:02d}T06:30:00Z"
        entity |= {"type": "item", "id": item}
        labels, descriptions, aliases = self._terms(item, pages, figure)
        languages = multi(params.get("languages"), name="languages")
        fallback = "languagefallback" in params
        if "labels" in wanted:
            entity["labels"] = _in_languages(labels, languages, fallback)
        if "descriptions" in wanted:
            entity["descriptions"] = _in_languages(descriptions, languages, fallback)
        if "aliases" in wanted:
            entity["aliases"] = {
                language: [{"language": language, "value": text} for text in texts]
                for language, texts in aliases.items()
                if texts and (not languages or language in languages)
            }
        if "claims" in wanted:
            entity["claims"] = self._statements(item, figure)
        if "sitelinks" in wanted or "sitelinks/urls" in wanted:
            only, with_url = multi(params.get("sitefilter"), name="sitefilter"), "sitelinks/urls" in wanted
            links = {}
            for page in sorted(pages, key=lambda page: page.language):
                site = f"{page.language}wiki"
                if not only or site in only:
                    url = {"url": page.url} if with_url else {}
                    links[site] = {"site": site, "title": page.title, "badges": [], **url}
            entity["sitelinks"] = links
        return entity

    def _subject(self, item: str) -> tuple[list[Page], Figure | None]:
        slot = slot_of_item(item)
        if slot is None:
            return [], None
        if slot % SLOTS == DISAMBIGUATION:
            return self._library.disambiguations(slot), None
        figure = self._library.world.figure(slot)
        return (self._library.pages_of(figure) if figure else []), figure

    def _statements(self, item: str, figure: Figure | None) -> Claims:
        if figure:
            return figure_claims(self._dice, figure)
        return {} if item in ITEM_LABELS else disambiguation_claims(self._dice, item)

    def _terms(self, item: str, pages: list[Page], figure: Figure | None) -> tuple[Terms, Terms, dict[str, list[str]]]:
        labels: dict[str, str] = {}
        told: dict[str, str] = {}
        aliases: dict[str, list[str]] = {}
        if figure:
            names = figure.names
            labels = dict.fromkeys(_TERM_LANGUAGES, names.latin)
            labels |= {"zh": names.zh, "zh-hans": to_simplified(names.zh), "ja": names.ja, "ko": names.ko}
            labels |= dict.fromkeys(("zh-hant", "zh-tw"), names.zh)
            if figure.listed:
                aliases = {language: [figure.listed.of(_family(language))] for language in ("en", "zh", "ja", "ko")}
                aliases["en"].append(figure.listed.native)
            elif names.home != "latin":
                aliases = {"en": [names.native]}
            told = {language: describe(figure, language) for language in ("en", "zh", "ja", "ko")}
        elif pages:
            labels = {page.language: page.title.split(" (")[0] for page in pages}
            told = DISAMBIGUATION_TEXTS
        else:
            labels = {"en": ITEM_LABELS[item]}
        return (
            {language: {"language": language, "value": text} for language, text in labels.items()},
            {language: {"language": language, "value": text} for language, text in told.items()},
            {language: list(dict.fromkeys(texts)) for language, texts in aliases.items()},
        )

    def _search(self, params: dict[str, str]) -> dict[str, Any]:
        text, language = required(params, "search"), required(params, "language")
        limit = limit_of(params, "limit", 7, 50)
        start = max(0, integer("continue", params.get("continue") or "0"))
        slots: dict[int, None] = dict.fromkeys(self._library.world.exact(text))
        for family in _FAMILIES:
            for _, near in islice(self._library.world.with_prefix(family, text), _PREFIX_READ):
                slots.update(dict.fromkeys(near))
        found = list(slots) if params.get("type", "item") == "item" else []
        hits = [self._hit(slot, text, params.get("uselang", language)) for slot in found[start : start + limit]]
        body: dict[str, Any] = {"searchinfo": {"search": text}, "search": [hit for hit in hits if hit]}
        if start + limit < len(found):
            body["search-continue"] = start + limit
        return {**body, "success": 1}

    def _hit(self, slot: int, text: str, language: str) -> dict[str, Any] | None:
        figure = self._library.world.figure(slot)
        if figure is None:
            return None
        item, family = figure.item, _family(language)
        spoken = language if language in ("zh", "ja", "ko") else "zh" if family == "zh" else "en"
        label, told = figure.names.of(family), describe(figure, spoken)
        hit: dict[str, Any] = {
            "id": item,
            "title": item,
            "pageid": int(item[1:]) + 5_000_000,
            "concepturi": f"http://www.wikidata.org/entity/{item}",
            "repository": "wikidata",
            "url": f"//www.wikidata.org/wiki/{item}",
            "display": {
                "label": {"value": label, "language": language},
                "description": {"value": told, "language": spoken},
            },
            "label": label,
            "description": told,
        }
        spellings = {figure.names.of(other): other for other in _FAMILIES}
        matched = next((name for name in (label, *spellings) if fold(name).startswith(fold(text))), None)
        if matched:
            used = language if matched == label else {"latin": "en"}.get(spellings[matched], spellings[matched])
            return {**hit, "match": {"type": "label", "language": used, "text": matched}}
        alias = figure.listed.native if figure.listed else text
        return {**hit, "match": {"type": "alias", "language": language, "text": alias}, "aliases": [alias]}

    def _claims(self, params: dict[str, str]) -> dict[str, Any]:
        raw, prop = params.get("entity", ""), params.get("property")
        if not raw:
            raise ApiError(
                "param-missing", 'A parameter that is required was missing. Either "entity" or "claim" must be set.'
            )
        if not _ITEM.fullmatch(raw):
            raise ApiError("param-invalid", f'The parameter "entity" has an invalid value: {raw}.')
        item = raw.upper()
        pages, figure = self._subject(item)
        if figure is None and not pages and item not in ITEM_LABELS:
            raise _no_such(item)
        claims = self._statements(item, figure)
        return {"claims": {name: claims[name] for name in claims if prop in (None, name)}}


def _no_such(item: str) -> ApiError:
    return ApiError("no-such-entity", f'Could not find an entity with the ID "{item}".', id=item)


def _language(site: str) -> str | None:
    language = site.removesuffix("wiki")
    return language if site.endswith("wiki") and language in WIKIS else None


def _family(language: str) -> Family:
    base = language.partition("-")[0]
    return base if base in ("zh", "ja", "ko") else "latin"  # type: ignore[return-value]


def _in_languages(terms: Terms, languages: list[str], fallback: bool) -> dict[str, dict[str, str]]:
    if not languages:
        return terms
    found: dict[str, dict[str, str]] = {}
    for language in languages:
        chain = (language, *_FALLBACKS.get(language, ()), "en") if fallback else (language,)
        source = next((name for name in chain if name in terms), None)
        if source:
            found[language] = {**terms[source], **({"for-language": language} if source != language else {})}
    return found
