"""The client that a source receives: one ``Http`` per subject, all on one ``Client`` per run of a source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin

from springhead.clock import Clock
from springhead.errors import BadResponse, BudgetExceeded, RateLimited, SpringheadError, Unavailable
from springhead.http.cache import Kept, ResponseCache, conditional_headers, keepable
from springhead.http.limits import HostLimits
from springhead.http.messages import RawResponse, Request, Response, Transport, clean_url, excerpt
from springhead.http.retry import RetryPolicy
from springhead.http.robots import Robots
from springhead.source import Source
from springhead.version import user_agent

__all__ = ["Client", "Http", "Meter"]

#: Redirects followed for one request.
MAX_REDIRECTS = 5
#: Seconds for one exchange, connection included.
EXCHANGE_TIMEOUT = 30.0
_REDIRECTS = {301, 302, 303, 307, 308}


@dataclass(slots=True)
class Meter:
    """What a run cost: counts, bytes (decompressed) and seconds spent waiting for answers."""

    requests: int = 0
    failed: int = 0
    retried: int = 0
    cached: int = 0
    bytes: int = 0
    seconds: float = 0.0


class Client:
    """Everything that the subjects of one run share.

    Args:
        source: The source that asks.
        transport: The way out.
        clock: The engine's clock.
        limits: Rates, shared with the other sources of this process.
        agent: The User-Agent; empty for our own with the default contact.
        retry: When to try again.
        cache: Where answers are kept, for sources that declare ``conditional``.
    """

    def __init__(
        self,
        source: Source,
        transport: Transport,
        *,
        clock: Clock,
        limits: HostLimits | None = None,
        agent: str = "",
        retry: RetryPolicy | None = None,
        cache: ResponseCache | None = None,
    ) -> None:
        self.source = source
        self.clock = clock
        self.meter = Meter()
        self.retry = retry or RetryPolicy()
        self._transport = transport
        self.limits = limits or HostLimits(clock)
        self._agent = agent or user_agent()
        self._cache = cache if source.conditional else None
        self._robots = Robots(self._agent.partition("/")[0], self._fetch_robots) if source.robots else None

    def session(self) -> Http:
        """Open the client of one subject."""
        return Http(self)

    async def exchange(self, request: Request, budget: _Budget) -> Response:
        """Send a request, follow redirects, answer 304 from the cache. One try; nothing is judged here."""
        for _ in range(MAX_REDIRECTS + 1):
            if self._robots is not None:
                delay = await self._robots.check(request)
                if delay:
                    self.limits.slow_down(request.host, delay)
            response = await self._once(request, budget)
            location = response.headers.get("location")
            if response.status not in _REDIRECTS or not location:
                return response
            request = _redirected(request, response.status, location)
        raise BadResponse(f"{request.host} redirects more than {MAX_REDIRECTS} times", url=request.url)

    async def _once(self, request: Request, budget: _Budget) -> Response:
        kept = self._cache.get(request) if self._cache is not None and request.method == "GET" else None
        headers = {"user-agent": self._agent, "accept": "*/*", **(conditional_headers(kept) if kept else {})}
        outgoing = replace(request, headers={**headers, **request.headers})
        if (closed := self.limits.closed_for(request.host)) > 0:
            raise RateLimited(f"{request.host} asked to be left alone for {closed:.0f} s", retry_after=closed)
        asked = self.clock.monotonic()
        async with self.limits.turn(request.host, self.source.rate):
            budget.waited(self.clock.monotonic() - asked)
            budget.start_request(request)
            raw = await self._send(outgoing, min(self.source.budget.response_bytes, budget.bytes_left()), budget)
        budget.add_bytes(len(raw.body))
        if raw.status == 304 and kept is not None:
            self.meter.cached += 1
            return self._response(request, RawResponse(kept.status, kept.headers, kept.body, raw.authenticated), kept)
        if self._cache is not None and request.method == "GET" and (fresh := keepable(raw)):
            self._cache.put(request, fresh)
        return self._response(request, raw)

    async def _send(self, request: Request, max_bytes: int, budget: _Budget) -> RawResponse:
        self.meter.requests += 1
        started = self.clock.monotonic()
        try:
            timeout = min(EXCHANGE_TIMEOUT, budget.seconds_left())
            raw = await self._transport.send(request, max_bytes=max_bytes, timeout=timeout)
        except SpringheadError:
            self.meter.failed += 1
            raise
        finally:
            self.meter.seconds += self.clock.monotonic() - started
        self.meter.bytes += len(raw.body)
        if raw.status >= 400:
            self.meter.failed += 1
        return raw

    def _response(self, request: Request, raw: RawResponse, kept: Kept | None = None) -> Response:
        return Response(
            request=request,
            status=raw.status,
            headers=raw.headers,
            body=raw.body,
            fetched_at=self.clock.now(),
            authenticated=raw.authenticated,
            from_cache=kept is not None,
        )

    async def _fetch_robots(self, request: Request) -> Response:
        budget = _Budget(self)
        for _ in range(MAX_REDIRECTS + 1):
            response = await self._once(request, budget)
            location = response.headers.get("location")
            if response.status not in _REDIRECTS or not location:
                return response
            request = _redirected(request, response.status, location)
        return self._response(request, RawResponse(404, {}, b""))


@dataclass(slots=True)
class _Budget:
    """What one subject has spent."""

    client: Client
    requests: int = 0
    bytes: int = 0
    started: float = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.client.clock.monotonic()

    def start_request(self, request: Request) -> None:
        allowed = self.client.source.budget.requests
        if self.requests >= allowed:
            raise BudgetExceeded(f"more than {allowed} requests for one subject", url=request.url)
        if self.seconds_left() <= 0:
            raise BudgetExceeded(
                f"more than {self.client.source.budget.seconds:g} seconds for one subject", url=request.url
            )
        self.requests += 1

    def waited(self, seconds: float) -> None:
        # Waiting for a turn is our own politeness, not the source's slowness.
        self.started += seconds

    def seconds_left(self) -> float:
        return self.client.source.budget.seconds - (self.client.clock.monotonic() - self.started)

    def bytes_left(self) -> int:
        return max(0, self.client.source.budget.total_bytes - self.bytes)

    def add_bytes(self, count: int) -> None:
        self.bytes += count


class Http:
    """The client of one subject: a budget, and a log of the answers.

    Attributes:
        responses: The good answers, in order.
        refused: The last answer, if it was judged an error; it goes with the dead letter.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._budget = _Budget(client)
        self.responses: list[Response] = []
        self.refused: Response | None = None

    async def get(
        self, url: str, *, params: Mapping[str, object] | None = None, headers: Mapping[str, str] | None = None
    ) -> Response:
        """GET an address.

        Args:
            url: Absolute address.
            params: Query parameters; None is left out, True and False become 1 and 0.
            headers: More headers.

        Returns:
            A good answer, as the source's ``judge`` sees it.

        Raises:
            SpringheadError: One of the tree in :mod:`springhead.errors`, after the retries.
        """
        return await self._ask(Request.build("GET", url, params, headers))

    async def post(self, url: str, *, body: bytes, headers: Mapping[str, str] | None = None) -> Response:
        """POST bytes to an address; otherwise as :meth:`get`."""
        return await self._ask(Request.build("POST", url, None, headers, body))

    async def _ask(self, request: Request) -> Response:
        client = self._client
        attempt = 0
        while True:
            try:
                response = await client.exchange(request, self._budget)
                try:
                    client.source.judge(response)
                except SpringheadError:
                    self.refused = response
                    raise
                self.responses.append(response)
                self.refused = None
                return response
            except (RateLimited, Unavailable) as error:
                if error.retry_after is not None and error.retry_after > client.retry.max_wait:
                    # Asking on behalf of the next subject would be asking again: the host is left alone.
                    client.limits.close(request.host, error.retry_after)
                wait = client.retry.wait(attempt, error.retry_after, client.clock.random())
                if wait is None or wait >= self._budget.seconds_left():
                    raise
                if isinstance(error, RateLimited):
                    client.limits.pause(request.host, wait)
                client.meter.retried += 1
                attempt += 1
                await client.clock.sleep(wait)


def _redirected(request: Request, status: int, location: str) -> Request:
    try:
        url = clean_url(urljoin(request.url, location))
    except ValueError as error:
        raise BadResponse(
            f"{request.host} redirects to {excerpt(location, 80)!r}, which is no http(s) address", url=request.url
        ) from error
    if status in {301, 302, 303} and request.method == "POST":
        return Request("GET", url, request.headers)
    return replace(request, url=url)
