"""TMDb's v3 person endpoints."""

from __future__ import annotations

import re
from typing import Any

from springhead_demo.simulator.credits import Catalogue
from springhead_demo.simulator.figures import SLOTS, Figure, slot_of_tmdb
from springhead_demo.simulator.identities import identities_of
from springhead_demo.simulator.messages import Request, Response, json_response
from springhead_demo.simulator.pages import Library
from springhead_demo.simulator.prose import biography
from springhead_demo.simulator.variants import to_simplified

CONTENT_TYPE = "application/json;charset=utf-8"

_PER_PAGE = 20
_LAST_PAGE = 500
_APPENDS = 20
_PERSON = re.compile(r"/3/person/([^/]+)(?:/(combined_credits|external_ids|translations))?")
_TRANSLATIONS = (
    ("US", "en", "English", "English"),
    ("TW", "zh", "普通话", "Mandarin"),
    ("CN", "zh", "普通话", "Mandarin"),
    ("JP", "ja", "日本語", "Japanese"),
    ("KR", "ko", "한국어/조선말", "Korean"),
)


def status_response(status: int, code: int, message: str) -> Response:
    """Answer with TMDb's own status object."""
    body = {"status_code": code, "status_message": message, "success": False}
    return json_response(body, status, content_type=CONTENT_TYPE)


class Tmdb:
    """The host `api.themoviedb.org`.

    Args:
        library: The wikis' pages, which tell a figure's Wikidata item, and through it the world.
    """

    def __init__(self, library: Library) -> None:
        self._world = library.world
        self._dice = library.world.dice
        self._catalogue = Catalogue(self._dice)

    def handle(self, path: str, request: Request) -> Response:
        """Answer one request."""
        token = request.headers.get("authorization", "")
        bearer = token[:7].casefold() == "bearer " and token[7:].strip()
        if not bearer and not request.query.get("api_key"):
            return status_response(401, 7, "Invalid API key: You must be granted a valid key.")
        if path == "/3/search/person":
            return self._search(request.query)
        if match := _PERSON.fullmatch(path):
            return self._person(match[1], match[2], request.query)
        return status_response(404, 34, "The resource you requested could not be found.")

    def _search(self, query: dict[str, str]) -> Response:
        text = query.get("query", "").strip()
        if not text:
            return json_response({"errors": ["query must be provided"]}, 422, content_type=CONTENT_TYPE)
        raw_page = query.get("page", "1")
        page = int(raw_page) if raw_page.isascii() and raw_page.isdigit() and len(raw_page) < 6 else 0
        if not 1 <= page <= _LAST_PAGE:
            message = "Invalid page: Pages start at 1 and max at 500. They are expected to be an integer."
            return status_response(400, 22, message)
        slots = [slot for slot in self._world.search(text) if self._person_of(slot)]
        shown = slots[(page - 1) * _PER_PAGE : page * _PER_PAGE]
        language, region = _locale(query)
        figures = [figure for slot in shown if (figure := self._person_of(slot))]
        body = {
            "page": page,
            "results": [self._result(figure, language, region) for figure in figures],
            "total_pages": -(-len(slots) // _PER_PAGE),
            "total_results": len(slots),
        }
        return json_response(body, content_type=CONTENT_TYPE)

    def _person_of(self, slot: int) -> Figure | None:
        """Return the figure of a slot, None for a name that is nobody's: TMDb lists people only."""
        figure = self._world.figure(slot)
        return figure if figure and figure.person else None

    def _result(self, figure: Figure, language: str, region: str) -> dict[str, Any]:
        return {
            "adult": False,
            "gender": self._gender(figure),
            "id": figure.tmdb_id,
            "known_for_department": figure.occupations[0].department,
            "name": self._name(figure, language, region),
            "original_name": self._original_name(figure),
            "popularity": self._popularity(figure),
            "profile_path": self._profile(figure),
            "known_for": self._catalogue.known_for(figure),
        }

    def _person(self, raw_id: str, part: str | None, query: dict[str, str]) -> Response:
        number = int(raw_id) if raw_id.isascii() and raw_id.isdigit() and len(raw_id) < 12 else -1
        slot = slot_of_tmdb(number)
        figure = self._person_of(slot) if slot is not None else None
        if figure is None:
            return status_response(404, 34, "The resource you requested could not be found.")
        if part:
            return json_response({**self._part(figure, part), "id": number}, content_type=CONTENT_TYPE)
        wanted = [name.strip() for name in query.get("append_to_response", "").split(",") if name.strip()]
        if len(wanted) > _APPENDS:
            message = f"Too many append to response objects: The maximum number of remote calls is {_APPENDS}."
            return status_response(400, 27, message)
        body = self._details(figure, *_locale(query))
        for name in wanted:
            # Methods that the simulator does not have are left out, as TMDb leaves out those that do not exist.
            if name in ("combined_credits", "external_ids", "translations"):
                body[name] = self._part(figure, name)
        return json_response(body, content_type=CONTENT_TYPE)

    def _details(self, figure: Figure, language: str, region: str) -> dict[str, Any]:
        slot = figure.slot
        told = self._dice.chance(0.75 if figure.rank == 0 else 0.2, "biography", language, slot)
        return {
            "adult": False,
            "also_known_as": self._also_known_as(figure),
            "biography": biography(figure, language, region) if told else "",
            "birthday": figure.birthday.isoformat() if figure.dated else None,
            "deathday": figure.deathday.isoformat() if figure.deathday else None,
            "gender": self._gender(figure),
            "homepage": f"https://people.example/{slot}" if self._dice.chance(0.2, "homepage", slot) else None,
            "id": figure.tmdb_id,
            "imdb_id": identities_of(self._dice, figure).imdb,
            "known_for_department": figure.occupations[0].department,
            "name": self._name(figure, language, region),
            "place_of_birth": figure.birth_place,
            "popularity": self._popularity(figure),
            "profile_path": self._profile(figure),
        }

    def _part(self, figure: Figure, part: str) -> dict[str, Any]:
        if part == "combined_credits":
            return dict(self._catalogue.credits(figure))
        if part == "translations":
            return {"translations": self._translations(figure)}
        known = identities_of(self._dice, figure)
        return {
            "freebase_mid": f"/m/0{self._dice.hex(5, 'freebase', figure.slot)}",
            "freebase_id": None,
            "imdb_id": known.imdb,
            "tvrage_id": None,
            # Where the wikis mean a film by the name, nobody has linked the person to an item.
            "wikidata_id": figure.item if figure.thing is None else None,
            "facebook_id": known.instagram if self._dice.chance(0.5, "facebook", figure.slot) else None,
            "instagram_id": known.instagram,
            "tiktok_id": None,
            "twitter_id": known.instagram if self._dice.chance(0.4, "twitter", figure.slot) else None,
            "youtube_id": known.youtube,
        }

    def _translations(self, figure: Figure) -> list[dict[str, Any]]:
        found = []
        for region, language, name, english in _TRANSLATIONS:
            if language != "en" and not self._translated(figure, language):
                continue
            told = biography(figure, language, region) if self._dice.chance(0.6, "told", language, figure.slot) else ""
            data = {"biography": told, "name": self._name(figure, language, region), "primary": language == "en"}
            found.append(
                {"iso_3166_1": region, "iso_639_1": language, "name": name, "english_name": english, "data": data}
            )
        return found

    def _translated(self, figure: Figure, language: str) -> bool:
        return figure.names.home == language or self._dice.chance(0.5, "translated", language, figure.slot)

    def _name(self, figure: Figure, language: str, region: str) -> str:
        if language in ("zh", "ja", "ko") and self._translated(figure, language):
            name = {"zh": figure.names.zh, "ja": figure.names.ja, "ko": figure.names.ko}[language]
            return to_simplified(name) if (language, region) in (("zh", "CN"), ("zh", "SG")) else name
        return figure.names.latin

    def _original_name(self, figure: Figure) -> str:
        # Some entries were made under the Latin name; the person's own script is then only among the aliases.
        return figure.names.latin if self._dice.chance(0.3, "latin original", figure.slot) else figure.names.native

    def _also_known_as(self, figure: Figure) -> list[str]:
        names = figure.names
        others = [figure.listed.native] if figure.listed else []
        others += [figure.also] if figure.also else []
        if names.home != "latin":
            others += [names.native, to_simplified(names.native)]
        if names.home == "latin" and self._dice.chance(0.5, "aka", figure.slot):
            others.append(names.zh)
        return list(dict.fromkeys(others))

    def _gender(self, figure: Figure) -> int:
        return 0 if figure.rank and self._dice.chance(0.5, "gender unknown", figure.slot) else figure.gender

    def _popularity(self, figure: Figure) -> float:
        top = 40.0 if figure.rank == 0 else 1.5
        return round(0.05 + self._dice.unit("popularity", figure.slot) * top, 3)

    def _profile(self, figure: Figure) -> str | None:
        rate = 0.85 if figure.slot % SLOTS == 0 else 0.3
        slot = figure.slot
        return f"/{self._dice.hex(27, 'profile', slot)}.jpg" if self._dice.chance(rate, "has profile", slot) else None


def _locale(query: dict[str, str]) -> tuple[str, str]:
    language, _, region = query.get("language", "en-US").partition("-")
    return language.lower(), region.upper()
