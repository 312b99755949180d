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
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from springhead.declarations import (
    Budget,
    Expect,
    Quota,
    Rate,
    Resources,
    Schedule,
    Secret,
    Sunset,
    Terms,
)
from springhead.subject import Subject

if TYPE_CHECKING:
    from springhead.http import Http, Response

__all__ = [
    "Budget",
    "Entry",
    "Expect",
    "Identities",
    "Match",
    "Quota",
    "Rate",
    "Record",
    "Resources",
    "Schedule",
    "Secret",
    "Source",
    "Sunset",
    "Terms",
]


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
class Record:
    """One record of a source that emits another contract type than ``scraper_entry``.

    Args:
        fields: The record, checked against the contract type ``emits``.
        response: The answer that it was read from.
    """

    fields: Mapping[str, Any]
    response: Response


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
    #: Contract type of the rows of its subject list; None is the celebrities of the table.
    subjects: ClassVar[str | None] = None
    #: What the name of a file with its records begins with, where they go into CSV files.
    file_prefix: ClassVar[str | None] = None
    #: Endpoint without query: the ``source`` of its records and their partition in ``source-index``.
    endpoint: ClassVar[str]
    rate: ClassVar[Rate] = Rate()
    #: Host name → the secret that the engine adds for it.
    secrets: ClassVar[Mapping[str, Secret | tuple[Secret, ...]]] = {}
    #: What the service grants per day; None where it does not count.
    quota: ClassVar[Quota | None] = None
    #: Identities (``"instagram"``) without which it cannot ask; the engine resolves them first.
    needs: ClassVar[tuple[str, ...]] = ()
    #: Identities that spare it a search; resolved likewise, and it goes on without them.
    wants: ClassVar[tuple[str, ...]] = ()
    schedule: ClassVar[Schedule] = Schedule()
    #: Sources of one group share a function and a schedule target; None is a function of its own.
    group: ClassVar[str | None] = None
    expect: ClassVar[Expect] = Expect()
    budget: ClassVar[Budget] = Budget()
    resources: ClassVar[Resources] = Resources()
    terms: ClassVar[Terms | None] = None
    #: When the service ends, where that is known.
    sunset: ClassVar[Sunset | None] = None
    #: True for a site: robots.txt is fetched and obeyed. An API with documented terms is False. A tuple of hosts where
    #: a source asks both.
    robots: ClassVar[bool | tuple[str, ...]] = False
    #: True where the source answers conditional requests in a way that is worth a cache.
    conditional: ClassVar[bool] = False
    #: JSON pointer into :meth:`document` of the object whose members make up completeness ("" is all of it).
    content: ClassVar[str] = ""
    #: JSON pointers into :meth:`document` of the human text, for sentiment.
    text: ClassVar[tuple[str, ...]] = ()
    #: How far the source is to be believed, 0..1; part of ``weight``.
    reliability: ClassVar[float] = 0.5

    def collect(self, subject: Subject, http: Http) -> AsyncIterator[Entry | Record | Identities]:
        """Ask the source about one subject and yield what it says.

        Args:
            subject: Whom to ask about.
            http: The engine's client; the only way out.

        Yields:
            ``Entry`` once (or a ``Record`` for each record of another contract type), ``Identities`` where ids
            elsewhere became known.

        Raises:
            SpringheadError: One of the tree in :mod:`springhead.errors`.
        """
        raise NotImplementedError

    @classmethod
    def all_secrets(cls) -> list[Secret]:
        """Every secret that the source may use, sorted by name."""
        found = [s for bound in cls.secrets.values() for s in (bound if isinstance(bound, tuple) else (bound,))]
        return sorted(found, key=lambda secret: secret.env)

    @classmethod
    def quota_hosts(cls) -> frozenset[str]:
        """Hosts whose requests count against the quota: those with a secret, else the endpoint's."""
        return frozenset(cls.secrets) or frozenset({urlsplit(cls.endpoint).hostname or ""})

    @classmethod
    def document(cls, raw_text: str) -> Any:
        """What ``content`` and ``text`` point into: the answer as JSON. Override it where answers are something else.

        Args:
            raw_text: The primary response, as the record has it.

        Raises:
            BadResponse: It cannot be read; the entry then counts as opaque text.
        """
        import orjson

        from springhead.errors import BadResponse

        try:
            return orjson.loads(raw_text.removeprefix("\ufeff"))
        except (orjson.JSONDecodeError, UnicodeEncodeError) as error:
            raise BadResponse("the answer is no JSON") from error

    def judge(self, response: Response) -> None:
        """Raise the error that an answer means; return if it is good.

        The default goes by status. Override it (and call it first) where a source hides errors in the body.
        Retryable errors raised here are retried by the engine.
        """
        from springhead.http import judge_status

        judge_status(response)
