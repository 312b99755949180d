"""What a source declares about itself, for the engine, the deployment and the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = ["Budget", "Expect", "Quota", "Rate", "Resources", "Schedule", "Secret", "Sunset", "Terms"]


@dataclass(frozen=True, slots=True)
class Rate:
    """How fast a host may be asked.

    Args:
        per_second: Requests per second and host.
        concurrency: Requests under way at once, at most 8: httpx collapses beyond that.
    """

    per_second: float = 1.0
    concurrency: int = 1

    def __post_init__(self) -> None:
        if not self.per_second > 0:
            raise ValueError(f"Rate.per_second is {self.per_second}; give a number above 0")
        if not 1 <= self.concurrency <= 8:
            raise ValueError(f"Rate.concurrency is {self.concurrency}; give 1 to 8")


@dataclass(frozen=True, slots=True)
class Secret:
    """A key that the engine adds to requests for one host; the plugin never sees its value.

    Exactly one of ``header``, ``query``, ``cookie`` and ``path`` says where it goes.

    Args:
        env: Name of the environment variable, and of the parameter in AWS (``/springhead/{stage}/{env}``).
        header: Header that carries it.
        query: Query parameter that carries it.
        cookie: Cookie that carries it.
        path: Placeholder in the path that it replaces, braces included: ``"{user-id}"``.
        prefix: Text before the value in the header, such as ``"Bearer "``.
        optional: True where the source can do without; ``http.has_key(host)`` tells whether it is there.
    """

    env: str
    header: str | None = None
    query: str | None = None
    cookie: str | None = None
    path: str | None = None
    prefix: str = ""
    optional: bool = False

    def __post_init__(self) -> None:
        if sum(place is not None for place in (self.header, self.query, self.cookie, self.path)) != 1:
            raise ValueError(f"Secret {self.env}: give one of header, query, cookie and path")


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a source runs.

    Args:
        cron: EventBridge expression, in UTC.
        rule: Name of the EventBridge rule; sources that share a name share the rule (five targets at most).
    """

    cron: str = "cron(0 2 ? * SUN *)"
    rule: str = "celebrity-weekly-scrape"


@dataclass(frozen=True, slots=True)
class Expect:
    """What a healthy run looks like.

    Args:
        min_records: Fewer stored records than this (zero, by default) is a failure.
        found: Smallest share of subjects that the source knows, 0..1.
    """

    min_records: int = 1
    found: float = 0.0


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that one subject may cost: requests, decoded bytes (all answers, one answer) and seconds."""

    requests: int = 40
    total_bytes: int = 40_000_000
    response_bytes: int = 10_000_000
    seconds: float = 180.0


@dataclass(frozen=True, slots=True)
class Resources:
    """What the deployed function or task gets (seed 2: 512 MB, 300 s).

    Args:
        memory_mb: Memory in MB; the processor's share grows with it.
        timeout_s: Time limit in seconds; Lambda allows 900.
        reserved_concurrency: How many of it may run at once, one for the schedule and the rest for its workers; at
            least 3. None takes from what the account has, with 2 workers.
        runtime: ``"fargate"`` for what does not fit into Lambda: a browser, or hours.
    """

    memory_mb: int = 512
    timeout_s: int = 300
    reserved_concurrency: int | None = 5
    runtime: Literal["lambda", "fargate"] = "lambda"

    def __post_init__(self) -> None:
        if self.runtime not in ("lambda", "fargate"):
            raise ValueError(f"Resources.runtime is {self.runtime!r}; give 'lambda' or 'fargate'")
        if self.reserved_concurrency is not None and self.reserved_concurrency < 3:
            raise ValueError(f"Resources.reserved_concurrency is {self.reserved_concurrency}; give at least 3, or None")


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which terms the data comes.

    Args:
        url: Terms of use.
        attribution: What a reader of the data must be shown.
        license: SPDX id or a short name, where the data has a licence.
    """

    url: str
    attribution: str
    license: str | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """What a service grants per day, in its own units.

    Every request that is sent (a retry, too) is counted, and reserved first in a ledger that all runs share.

    Args:
        per_day: Units per day.
        unit: What they are called, for reports.
        resets: Time zone at whose midnight the day begins.
        costs: Path prefix → units of one request; any other request costs one. The longest prefix decides.
    """

    per_day: int
    unit: str = "requests"
    resets: str = "UTC"
    costs: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.per_day < 1 or any(cost < 0 for cost in self.costs.values()):
            raise ValueError(f"Quota({self.per_day}, costs={dict(self.costs)}): give at least 1, and costs from 0")
        try:
            ZoneInfo(self.resets)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"Quota.resets is {self.resets!r}, which is no time zone") from error

    def cost(self, path: str) -> int:
        """Units of one request for a path."""
        prefixes = [prefix for prefix in self.costs if path.startswith(prefix)]
        return self.costs[max(prefixes, key=len)] if prefixes else 1

    def day(self, now: datetime) -> str:
        """The quota's day that a time falls into, ``YYYY-MM-DD``."""
        return now.astimezone(ZoneInfo(self.resets)).date().isoformat()


@dataclass(frozen=True, slots=True)
class Sunset:
    """The end of a service that a source depends on.

    Args:
        day: Its last day is the one before this, ``YYYY-MM-DD``.
        what: What ends, and what to do about it.
    """

    day: str
    what: str

    def __post_init__(self) -> None:
        date.fromisoformat(self.day)
