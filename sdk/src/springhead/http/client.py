"""The client that a source receives: one ``Http`` per subject, all on one ``Client`` per run of a source."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from springhead.clock import Clock
from springhead.errors import BadResponse, Blocked, QuotaExceeded, RateLimited, SpringheadError, Unavailable
from springhead.http.budget import Meter, SubjectBudget
from springhead.http.cache import Kept, ResponseCache, conditional_headers, keepable
from springhead.http.limits import HostLimits
from springhead.http.messages import RawResponse, Request, Response, Transport, clean_url, excerpt
from springhead.http.retry import RetryPolicy
from springhead.http.robots import Robots
from springhead.shared import CIRCUIT, MemoryState, SharedState, refusal
from springhead.source import Source
from springhead.version import user_agent

__all__ = ["Client", "Http", "Meter"]

#: Redirects followed for one request.
MAX_REDIRECTS = 5
#: Seconds for one exchange, connection included.
EXCHANGE_TIMEOUT = 30.0
_REDIRECTS = {301, 302, 303, 307, 308}


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
        shared: Quotas and circuits that all runs share; None begins with none.
        exempt: Hosts whose robots.txt an operator has set aside.
        meter: Where the cost is counted; None begins at nothing.
        quota: Units per day, where they are others than the source declares.
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
        shared: SharedState | None = None,
        exempt: Collection[str] = (),
        meter: Meter | None = None,
        quota: int | None = None,
    ) -> None:
        self.source = source
        self.clock = clock
        self.meter = meter or Meter()
        self.retry = retry or RetryPolicy()
        self._transport = transport
        self.limits = limits or HostLimits(clock)
        self._agent = agent or user_agent()
        self._cache = cache if source.conditional else None
        self._all_answers = cache
        self.shared = shared or MemoryState()
        self._exempt = exempt
        self._units_per_day = quota or (source.quota.per_day if source.quota else 0)
        self._known_circuits: set[str] = set()
        self._asking_circuits = asyncio.Lock()
        product, hosts = self._agent.partition("/")[0], source.robots if isinstance(source.robots, tuple) else None
        self._robots = Robots(product, self._fetch_robots, hosts=hosts, exempt=exempt) if source.robots else None

    def session(self) -> Http:
        """Open the client of one subject."""
        return Http(self)

    def sibling(self, source: Source) -> Client:
        """A client of another source that shares everything with this one: the way out, the limits, the meter."""
        return Client(
            source,
            self._transport,
            clock=self.clock,
            limits=self.limits,
            agent=self._agent,
            retry=self.retry,
            cache=self._all_answers,
            shared=self.shared,
            exempt=self._exempt,
            meter=self.meter,
        )

    def has_key(self, host: str) -> bool:
        """True where requests to a host carry all the keys that it wants."""
        return self._transport.has_key(host)

    async def exchange(self, request: Request, budget: SubjectBudget) -> Response:
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

    async def _once(self, request: Request, budget: SubjectBudget) -> Response:
        kept = self._cache.get(request) if self._cache is not None and request.method == "GET" else None
        headers = {"user-agent": self._agent, "accept": "*/*", **(conditional_headers(kept) if kept else {})}
        outgoing = replace(request, headers={**headers, **request.headers})
        if (closed := self.limits.closed_for(request.host)) > 0:
            raise RateLimited(f"{request.host} asked to be left alone for {closed:.0f} s", retry_after=closed)
        await self._check_circuit(request)
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

    async def _send(self, request: Request, max_bytes: int, budget: SubjectBudget) -> RawResponse:
        await self._reserve(request)
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

    async def _check_circuit(self, request: Request) -> None:
        """Refuse to ask a host that has blocked some run lately; the shared state is asked once per host."""
        async with self._asking_circuits:  # a fair lock: those who ask at once keep their order, and one of them looks
            if request.host in self._known_circuits:
                return
            found = await asyncio.to_thread(self.shared.circuit, request.host, self.clock.now())
            if found is not None:
                raise refusal(request.host, found, request.url)
            self._known_circuits.add(request.host)

    async def _reserve(self, request: Request) -> None:
        """Take the request's units of the source's quota, or refuse to send it."""
        quota = self.source.quota
        if quota is None or request.host not in self.source.quota_hosts():
            return
        units = quota.cost(urlsplit(request.url).path)
        day = quota.day(self.clock.now())
        limit = self.meter.quota = self._units_per_day
        spent = await asyncio.to_thread(self.shared.reserve, self.source.name, day, units, limit)
        if spent is None:
            raise QuotaExceeded(
                f"the {limit:,} {quota.unit} that {self.source.name} has on {day} are used up",
                hint=f"the rest runs when the quota resets (midnight, {quota.resets})",
                url=request.url,
            )
        self.meter.units += units
        self.meter.spent_today = spent

    async def gave_up(self, request: Request, error: SpringheadError) -> None:
        """Tell all other runs what an answer means for them: a block, or a quota that is used up."""
        if isinstance(error, Blocked):
            until = self.clock.now() + CIRCUIT
            self._known_circuits.discard(request.host)
            await asyncio.to_thread(self.shared.open_circuit, request.host, until, excerpt(error.message))
        elif isinstance(error, QuotaExceeded) and (quota := self.source.quota) is not None:
            day = quota.day(self.clock.now())
            await asyncio.to_thread(self.shared.exhaust, self.source.name, day, self._units_per_day)

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
        budget = SubjectBudget(self.source.budget, self.clock)
        for _ in range(MAX_REDIRECTS + 1):
            response = await self._once(request, budget)
            location = response.headers.get("location")
            if response.status not in _REDIRECTS or not location:
                return response
            request = _redirected(request, response.status, location)
        return self._response(request, RawResponse(404, {}, b""))


class Http:
    """The client of one subject: a budget, and a log of the answers.

    Attributes:
        responses: The good answers, in order.
        refused: The last answer, if it was judged an error; it goes with the dead letter.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._budget = SubjectBudget(client.source.budget, client.clock)
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

    def has_key(self, host: str) -> bool:
        """True where requests to a host carry all the keys that the source declares for it."""
        return self._client.has_key(host)

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
                except SpringheadError as error:
                    self.refused = response
                    await client.gave_up(response.request, error)
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
