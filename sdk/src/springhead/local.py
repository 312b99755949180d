"""Engines that ask for real, on this machine: for preview, record and the runner's local mode."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from springhead.clock import Clock, SystemClock
from springhead.engine import Engine
from springhead.entries import Run
from springhead.http import Client, HostLimits
from springhead.http.cache import ResponseCache
from springhead.http.live import LiveTransport
from springhead.http.messages import Transport
from springhead.http.secrets import Secrets
from springhead.plugins import distribution_of, load_resolver
from springhead.settings import Settings, load_settings
from springhead.shared import FileState, MemoryState, SharedState
from springhead.source import Source
from springhead.version import user_agent

__all__ = ["live_engine"]


@asynccontextmanager
async def live_engine(
    source: type[Source],
    *,
    run: Run | None = None,
    settings: Settings | None = None,
    resolvers: tuple[Callable[[str], str | None], ...] = (),
    limits: HostLimits | None = None,
    cache: ResponseCache | None = None,
    shared: SharedState | None = None,
    clock: Clock | None = None,
    wrap: Callable[[Transport], Transport] = lambda transport: transport,
) -> AsyncIterator[Engine]:
    """Open an engine on the network; its connections are closed at the end.

    Args:
        source: The source.
        run: Which run this is; None starts one now.
        settings: Upstream, rate and contact; None reads the environment.
        resolvers: Where secrets are looked for after the environment.
        limits: Rates shared with other engines of this process.
        cache: Where conditional answers are kept.
        shared: Quotas and circuits; None keeps them on this machine, or nowhere where the upstream is ours.
        clock: The clock; None is the real one.
        wrap: Put around the transport (a recorder).

    Raises:
        ConfigError: A secret of the source is missing, said before anything is asked.
    """
    settings = settings or load_settings()
    clock = clock or SystemClock()
    secrets = Secrets(source.secrets, *resolvers)
    secrets.require(source.name)
    plugin = distribution_of(source)
    transport = LiveTransport(secrets, settings.upstream)
    client = Client(
        source(),
        wrap(transport),
        clock=clock,
        limits=limits or HostLimits(clock, settings.rate_scale),
        agent=user_agent(plugin, settings.contact),
        cache=cache,
        shared=shared or (MemoryState() if settings.upstream else FileState(settings.home / "shared.json")),
        exempt=settings.exempt_hosts(clock.now().date()),
        quota=settings.quotas.get(source.name),
    )
    resolver = load_resolver() if source.needs or source.wants else None
    try:
        yield Engine(source, client, run or Run.at(source.name, clock.now()), plugin, resolver)
    finally:
        await transport.close()
