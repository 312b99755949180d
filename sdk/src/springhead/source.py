"""The source API: what a plugin declares, and what it yields.

A source is one class. It declares facts (rate, secrets, schedule, expectations) that the engine, the deployment and
the catalogue read, and it has one method that asks and yields::

    class Example(Source):
        name = "example"
        endpoint = "https://api.example.org/v1/person"
        rate = Rate(per_second=2)

        async def collect(self, subject, http):
            page = await http.get(self.endpoint, params={"q": subject.name})
            yield Entry(name=page.at("/name"), response=page)

The engine owns all input and output: a source never opens a socket, reads a clock or sees a secret, so every source
can be replayed, dry-run and metered.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from springhead.subject import Subject

if TYPE_CHECKING:
    from springhead.http import Http, Response

__all__ = [
    "Budget",
    "Entry",
    "Expect",
    "Identities",
    "Match",
    "Rate",
    "Resources",
    "Schedule",
    "Secret",
    "Source",
    "Terms",
]


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

    Args:
        env: Name of the environment variable, and of the parameter in AWS (``/springhead/{stage}/{env}``).
        header: Header that carries it, or None.
        query: Query parameter that carries it, or None.
        prefix: Text before the value in the header, such as ``"Bearer "``.
    """

    env: str
    header: str | None = None
    query: str | None = None
    prefix: str = ""

    def __post_init__(self) -> None:
        if (self.header is None) == (self.query is None):
            raise ValueError(f"Secret {self.env}: give either header or query")


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
    """What the deployed function gets: memory in MB and the time limit in seconds (seed 2: 512 MB, 300 s)."""

    memory_mb: int = 512
    timeout_s: int = 300


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
class Match:
    """Why a candidate was taken for the subject: a confidence (0..1) and the evidence, one line each."""

    confidence: float
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One ``scraper_entry``: the engine adds keys, time and provenance.

    Args:
        name: The subject's name as the source spells it.
        response: The primary response; its text becomes ``raw_text``, verbatim.
        match: Why this is the subject.
        source: Endpoint for the record, where it is not the class's ``endpoint``.
    """

    name: str
    response: Response
    match: Match | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Identities:
    """The subject's ids elsewhere (``wikidata``, ``tmdb``, ``instagram``, …); the engine remembers them."""

    ids: Mapping[str, str] = field(default_factory=dict)


class Source:
    """Base class of all sources."""

    #: Name of the source, of its entry point and of its source type.
    name: ClassVar[str]
    #: One line for the catalogue.
    title: ClassVar[str] = ""
    #: Contract type of its records.
    emits: ClassVar[str] = "scraper_entry"
    #: Endpoint without query: the ``source`` of its records and their partition in ``source-index``.
    endpoint: ClassVar[str]
    rate: ClassVar[Rate] = Rate()
    #: Host name → the secret that the engine adds for it.
    secrets: ClassVar[Mapping[str, Secret]] = {}
    schedule: ClassVar[Schedule] = Schedule()
    expect: ClassVar[Expect] = Expect()
    budget: ClassVar[Budget] = Budget()
    resources: ClassVar[Resources] = Resources()
    terms: ClassVar[Terms | None] = None
    #: True for a site: robots.txt is fetched and obeyed. An API with documented terms is False.
    robots: ClassVar[bool] = False
    #: True where the source answers conditional requests in a way that is worth a cache.
    conditional: ClassVar[bool] = False
    #: JSON pointer of the object whose members make up completeness ("" is the whole response).
    content: ClassVar[str] = ""
    #: JSON pointers of the human text in a response, for sentiment.
    text: ClassVar[tuple[str, ...]] = ()
    #: How far the source is to be believed, 0..1; part of ``weight``.
    reliability: ClassVar[float] = 0.5

    def collect(self, subject: Subject, http: Http) -> AsyncIterator[Entry | Identities]:
        """Ask the source about one subject and yield what it says.

        Args:
            subject: Whom to ask about.
            http: The engine's client; the only way out.

        Yields:
            ``Entry`` for each record, ``Identities`` where ids elsewhere became known.

        Raises:
            SpringheadError: One of the tree in :mod:`springhead.errors`.
        """
        raise NotImplementedError

    def judge(self, response: Response) -> None:
        """Raise the error that an answer means; return if it is good.

        The default goes by status. Override it (and call it first) where a source hides errors in the body.
        Retryable errors raised here are retried by the engine.
        """
        from springhead.http import judge_status

        judge_status(response)
