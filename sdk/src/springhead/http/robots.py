"""robots.txt (RFC 9309): fetched once per host and run, obeyed, with Crawl-delay."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from urllib.parse import urlsplit

from protego import Protego

from springhead.errors import RateLimited, RobotsDenied, Unavailable
from springhead.http.messages import Request, Response

__all__ = ["MAX_CRAWL_DELAY", "Robots"]

#: Seconds; a site that asks for more than this would stop a run, and is asked no faster than this instead.
MAX_CRAWL_DELAY = 60.0
#: RFC 9309 §2.5: at least 500 kibibytes must be read.
MAX_BYTES = 512 * 1024


class Robots:
    """The rules of all hosts of a run.

    Args:
        agent: Product token that rules are matched against, such as ``Springhead``.
        fetch: Sends one request; may raise Unavailable.
        hosts: Only these hosts have rules for us; None is all.
        exempt: Hosts whose rules an operator has set aside.
    """

    def __init__(
        self,
        agent: str,
        fetch: Callable[[Request], Awaitable[Response]],
        *,
        hosts: Collection[str] | None = None,
        exempt: Collection[str] = (),
    ) -> None:
        self._agent = agent
        self._fetch = fetch
        self._hosts = hosts
        self._exempt = exempt
        self._rules: dict[str, Protego] = {}
        self._turns: dict[str, asyncio.Lock] = {}

    async def check(self, request: Request) -> float:
        """Return the host's Crawl-delay in seconds (0 for none) if the address may be fetched.

        Raises:
            RobotsDenied: It may not.
            Unavailable: robots.txt cannot be had, so nothing may be assumed (RFC 9309 §2.3.1.4).
        """
        if (self._hosts is not None and request.host not in self._hosts) or request.host in self._exempt:
            return 0.0
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        async with self._turns.setdefault(origin, asyncio.Lock()):
            if origin not in self._rules:
                self._rules[origin] = await self._load(origin)
        rules = self._rules[origin]
        if not rules.can_fetch(request.url, self._agent):
            raise RobotsDenied(f"robots.txt of {parts.hostname} forbids {parts.path or '/'}", url=request.url)
        return min(float(rules.crawl_delay(self._agent) or 0.0), MAX_CRAWL_DELAY)

    async def _load(self, origin: str) -> Protego:
        response = await self._fetch(Request.build("GET", f"{origin}/robots.txt"))
        if response.status >= 500 or response.status == 429:
            kind = RateLimited if response.status == 429 else Unavailable
            raise response.failure(kind, f"robots.txt answered {response.status}, so nothing may be asked")
        if response.status >= 300:
            return Protego.parse("")
        text = response.body[:MAX_BYTES].decode("utf-8", "replace").removeprefix("\ufeff")
        return Protego.parse(text)
