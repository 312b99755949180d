"""Routing by the real host in the path, faults, conditional requests and compression."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import md5
from typing import Any

from springhead_demo.simulator import breakage
from springhead_demo.simulator.dice import Dice
from springhead_demo.simulator.faults import FaultPlan, Faults
from springhead_demo.simulator.figures import SLOTS, WIKIS, Figure
from springhead_demo.simulator.mediawiki import Wikipedia
from springhead_demo.simulator.messages import Request, Response, json_response, parse_fields, text_response
from springhead_demo.simulator.pages import Library
from springhead_demo.simulator.people import Subject
from springhead_demo.simulator.tmdb import Tmdb
from springhead_demo.simulator.wikidata import Wikidata
from springhead_demo.simulator.world import World

_WIKI_HOST = re.compile(r"([a-z]{2,3})\.wikipedia\.org")
_WIKIDATA = "www.wikidata.org"
_NO_AGENT = "Please set a user-agent and respect our robot policy https://w.wiki/4wJS. See also https://phabricator.wikimedia.org/T400119.\n"
_COMPRESS_FROM = 500


@dataclass(slots=True)
class HostStats:
    """Counts of one host."""

    requests: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)


class App:
    """Everything between a parsed request and the answer.

    Args:
        people: The subjects.
        seed: What all answers and faults depend on.
        faults: The rates.
    """

    def __init__(self, people: Sequence[Subject], seed: int, faults: Faults) -> None:
        self._dice = Dice(seed)
        self._world = World(people, faults, self._dice)
        self._library = Library(self._world)
        self._plan = FaultPlan(faults, self._dice)
        self._tmdb = Tmdb(self._library)
        self._wikipedia = Wikipedia(self._library)
        self._wikidata = Wikidata(self._library)
        self._stats: dict[str, HostStats] = defaultdict(HostStats)

    async def handle(self, request: Request) -> Response:
        """Answer one request, after its delay."""
        _, host, path = request.path.split("/", 2) if request.path.count("/") > 1 else (*request.path.split("/", 1), "")
        if host == "_sim":
            return self._own(path)
        if request.method not in ("GET", "HEAD", "POST"):
            return self._counted(host, text_response("Method Not Allowed\n", 405))
        language = self._wiki_of(host)
        known = host in (breakage.TMDB, _WIKIDATA) or language is not None
        if not known or (host != breakage.TMDB and path != "w/api.php"):
            response = json_response({"error": "not simulated", "host": host, "path": f"/{path}"}, 404)
            return self._counted(host if known else "(unknown)", response)
        url = request.target if not request.body else f"{request.target}\n{request.body.decode('latin-1')}"
        attempt = self._plan.next(url)
        if attempt.delay:
            await asyncio.sleep(attempt.delay)
        params = request.query
        if request.body and "form-urlencoded" in request.headers.get("content-type", ""):
            params = {**params, **parse_fields(request.body.decode("latin-1"))}
        faults, stats = self._plan.faults, self._stats[host]
        if attempt.fault:
            stats.faults[attempt.fault] += 1
        key = (url, attempt.number)
        if attempt.fault == "rate_limited":
            return self._counted(host, breakage.rate_limited(host, self._dice, faults.retry_after, *key))
        if attempt.fault == "server_error":
            return self._counted(host, breakage.server_error(host, params, self._dice, faults.retry_after, *key))
        response = self._answer(host, f"/{path}", language, params, request)
        if attempt.malformed and response.status == 200:
            stats.faults["malformed"] += 1
            response = breakage.malformed(response, self._dice, url)
        self._finish(host, request, response)
        response.truncated = attempt.fault == "truncated"
        return self._counted(host, response)

    def _answer(self, host: str, path: str, language: str | None, params: dict[str, str], request: Request) -> Response:
        if host == breakage.TMDB:
            return self._tmdb.handle(path, request)
        if not request.headers.get("user-agent"):
            return text_response(_NO_AGENT, 403)
        if language is None:
            response = self._wikidata.handle(params, request)
        else:
            response = self._wikipedia.handle(language, params, request)
        response.headers.setdefault("Cache-Control", "private, must-revalidate, max-age=0")
        return response

    def _finish(self, host: str, request: Request, response: Response) -> None:
        headers = response.headers
        headers["Vary"] = "Accept-Encoding"
        if response.status == 200 and host == breakage.TMDB:
            # The action API sends no validators; only TMDb does.
            tag = f'W/"{md5(response.body, usedforsecurity=False).hexdigest()}"'
            headers["ETag"], headers["Cache-Control"] = tag, "public, max-age=600"
            known = [item.strip().removeprefix("W/") for item in request.headers.get("if-none-match", "").split(",")]
            if tag.removeprefix("W/") in known or "*" in known:
                response.status, response.body = 304, b""
                headers.pop("Content-Type", None)
                return
        if len(response.body) >= _COMPRESS_FROM and _accepts_gzip(request.headers.get("accept-encoding", "")):
            # Without a fixed time the same body would have other bytes each second.
            response.body = gzip.compress(response.body, compresslevel=1, mtime=0)
            headers["Content-Encoding"] = "gzip"

    def _wiki_of(self, host: str) -> str | None:
        match = _WIKI_HOST.fullmatch(host)
        return match[1] if match and match[1] in WIKIS else None

    def _counted(self, host: str, response: Response) -> Response:
        stats = self._stats[host]
        stats.requests += 1
        stats.statuses[str(response.status)] += 1
        return response

    def _own(self, path: str) -> Response:
        if path == "health":
            return json_response({"status": "ok", "people": len(self._world.people)})
        if path == "stats":
            return json_response(self.stats())
        return json_response({"error": "not simulated", "host": "_sim", "path": f"/{path}"}, 404)

    def stats(self) -> dict[str, Any]:
        """Return the counts so far, by host."""
        hosts = {
            host: {"requests": stats.requests, "statuses": dict(stats.statuses), "faults": dict(stats.faults)}
            for host, stats in sorted(self._stats.items())
        }
        return {"requests": sum(stats.requests for stats in self._stats.values()), "hosts": hosts}

    def truth(self, index: int) -> dict[str, Any]:
        """Return what is so upstream about a subject, for tests to compare with what a scraper found."""
        subject, traits, figure = (
            self._world.people[index],
            self._world.traits(index),
            self._world.figure(index * SLOTS),
        )
        return {
            "celebrity_id": subject["celebrity_id"],
            "name": subject["name"],
            "not_found": traits.not_found,
            "namesakes": traits.namesakes,
            "wrong_birth_date": traits.wrong_birth_date,
            "alias_only": traits.alias_only,
            "not_a_person": traits.not_a_person,
            **(self._found(figure) if figure else {"tmdb_id": None, "item": None, "birthday": None, "pages": {}}),
        }

    def _found(self, figure: Figure) -> dict[str, Any]:
        pages = {page.language: page.title for page in self._library.pages_of(figure)}
        return {"tmdb_id": figure.tmdb_id, "item": figure.item, "birthday": figure.birthday.isoformat(), "pages": pages}


def _accepts_gzip(header: str) -> bool:
    for item in header.split(","):
        name, _, weight = item.partition(";")
        if name.strip().lower() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
