"""Routing by the real host in the path, faults, conditional requests and compression."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import md5
from typing import Any

from springhead_demo.simulator import breakage
from springhead_demo.simulator.allowance import Allowances
from springhead_demo.simulator.credentials import has_credentials, is_internal, without_keys
from springhead_demo.simulator.dice import Dice
from springhead_demo.simulator.faults import Attempt, FaultPlan, Faults
from springhead_demo.simulator.figures import WIKIS
from springhead_demo.simulator.mediawiki import Wikipedia
from springhead_demo.simulator.messages import Request, Response, json_response, parse_fields, text_response
from springhead_demo.simulator.moment import Clock, system_clock
from springhead_demo.simulator.outages import PUBLIC_PAGES, wall
from springhead_demo.simulator.pages import Library
from springhead_demo.simulator.people import Subject
from springhead_demo.simulator.services import Handler, Services
from springhead_demo.simulator.switches import Switchboard
from springhead_demo.simulator.tmdb import Tmdb
from springhead_demo.simulator.traits import Traits
from springhead_demo.simulator.truth import truth_of
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
        places: Rows of restaurants that have accounts at Instagram.
        clock: What daily quotas go by.
        allowances: How large they are.
        traits: Traits of some subjects by id, instead of drawn ones.
    """

    def __init__(
        self,
        people: Sequence[Subject],
        seed: int,
        faults: Faults,
        places: Sequence[Mapping[str, str]] = (),
        clock: Clock = system_clock,
        allowances: Allowances | None = None,
        traits: Mapping[str, Traits] | None = None,
    ) -> None:
        self._dice = Dice(seed)
        self._world = World(people, faults, self._dice, traits)
        self._library = Library(self._world)
        self._plan = FaultPlan(faults, self._dice)
        self._tmdb = Tmdb(self._library)
        self._wikipedia = Wikipedia(self._library)
        self._wikidata = Wikidata(self._library)
        self._board = Switchboard(self._dice, faults.switches)
        self._services = Services(self._library, places, clock, allowances or Allowances())
        self._stats: dict[str, HostStats] = defaultdict(HostStats)

    async def handle(self, request: Request) -> Response:
        """Answer one request, after its delay."""
        _, host, path = request.path.split("/", 2) if request.path.count("/") > 1 else (*request.path.split("/", 1), "")
        if host == "_sim":
            return self._own(path)
        if request.method not in ("GET", "HEAD", "POST"):
            return self._counted(host, text_response("Method Not Allowed\n", 405))
        language = self._wiki_of(host)
        handler = self._handler(host, f"/{path}", language)
        if handler is None:
            return self._elsewhere(host, f"/{path}", request)
        url = without_keys(
            request.target if not request.body else f"{request.target}\n{request.body.decode('latin-1')}"
        )
        attempt = self._plan.next(url)
        if attempt.delay:
            await asyncio.sleep(attempt.delay)
        if request.body and "form-urlencoded" in request.headers.get("content-type", ""):
            request = replace(request, query={**request.query, **parse_fields(request.body.decode("latin-1"))})
        response = self._attempted(attempt, url, host, f"/{path}", request, handler)
        if not response.wire:
            self._finish(host, request, response)
        return self._counted(host, response)

    def _attempted(
        self, attempt: Attempt, url: str, host: str, path: str, request: Request, handler: Handler
    ) -> Response:
        """Return what becomes of one attempt: a fault, a wall, what is switched on, or the answer."""
        faults, stats, key = self._plan.faults, self._stats[host], (url, attempt.number)
        if attempt.fault:
            stats.faults[attempt.fault] += 1
        if attempt.fault == "rate_limited":
            return breakage.rate_limited(host, path, request, self._dice, faults.retry_after, *key)
        if attempt.fault == "server_error":
            return breakage.server_error(host, request.query, self._dice, faults.retry_after, *key)
        walled = host in PUBLIC_PAGES and path != "/robots.txt"
        if walled and self._dice.chance(faults.walled, "walled", *key):
            stats.faults["walled"] += 1
            return wall(self._dice, path, *key)
        if shape := self._board.shape(host, path):
            return self._services.instagram.handle(path, request, shape)
        if name := self._board.name(host, path):
            stats.faults[name] += 1
            return self._board.answer(name, path, request, lambda: handler(path, request))
        response = handler(path, request)
        if attempt.malformed and response.status == 200:
            stats.faults["malformed"] += 1
            response = breakage.malformed(response, self._dice, url)
        response.truncated = attempt.fault == "truncated"
        return response

    def switch(self, prefix: str, name: str | None) -> None:
        """Switch a named answer on for a host or path, or off again with None."""
        self._board.set(prefix, name)

    def _elsewhere(self, host: str, path: str, request: Request) -> Response:
        """Answer for a host that is not simulated, and count it if it was told anything secret."""
        name = host if self._known(host) else "(internal)" if is_internal(host) else "(unknown)"
        if has_credentials(request):
            self._stats[name].faults["credentials"] += 1
        if name == "(internal)":
            # Whoever follows a redirect to here ends up with this in a record.
            return self._counted(name, json_response({"AccessKeyId": "SIMULATED-INTERNAL", "Code": "Success"}))
        body = {"error": "not simulated", "host": host, "path": path}
        return self._counted(name, json_response(body, 404))

    def _handler(self, host: str, path: str, language: str | None) -> Handler | None:
        if host == breakage.TMDB:
            return self._tmdb.handle
        if host != _WIKIDATA and language is None:
            return self._services.handler(host, path)
        if path != "/w/api.php":
            return None

        def answer(_path: str, request: Request) -> Response:
            if not request.headers.get("user-agent"):
                return text_response(_NO_AGENT, 403)
            if language is None:
                response = self._wikidata.handle(request.query, request)
            else:
                response = self._wikipedia.handle(language, request.query, request)
            response.headers.setdefault("Cache-Control", "private, must-revalidate, max-age=0")
            return response

        return answer

    def _known(self, host: str) -> bool:
        return host in (breakage.TMDB, _WIKIDATA, *self._services.hosts) or self._wiki_of(host) is not None

    def _finish(self, host: str, request: Request, response: Response) -> None:
        headers = response.headers
        if "Content-Encoding" in headers:
            return
        headers["Vary"] = "Accept-Encoding"
        if response.status == 200 and host == breakage.TMDB:
            # The action API sends no validators.
            headers["ETag"] = f'W/"{md5(response.body, usedforsecurity=False).hexdigest()}"'
            headers["Cache-Control"] = "public, max-age=600"
        if response.status == 200 and (tag := headers.get("ETag", "")):
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
        """Return the counts so far, by host, and the units that were taken from daily allowances."""
        hosts = {
            host: {"requests": stats.requests, "statuses": dict(stats.statuses), "faults": dict(stats.faults)}
            for host, stats in sorted(self._stats.items())
        }
        units = {service: self._services.ledger.spent(service) for service in ("google_search", "youtube", "newsapi")}
        return {"requests": sum(stats.requests for stats in self._stats.values()), "hosts": hosts, "units": units}

    def truth(self, index: int) -> dict[str, Any]:
        """Return what is so upstream about a subject, for tests to compare with what a scraper found."""
        return truth_of(self._library, self._services, index)


def _accepts_gzip(header: str) -> bool:
    for item in header.split(","):
        name, _, weight = item.partition(";")
        if name.strip().lower() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
