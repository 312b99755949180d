"""Identities first: what a source needs to know of a subject, and its record does not say yet.

Some services can only be asked by handle or id. Where a subject lacks one, a resolver (Wikidata) is asked once; what it
finds is remembered with the subject, so that the next run spares the question.
"""

from __future__ import annotations

from dataclasses import replace

from springhead.errors import Ambiguous, NotFound, PluginError, SpringheadError
from springhead.http import Client
from springhead.outcome import Outcome
from springhead.source import Identities, Source
from springhead.subject import Subject

__all__ = ["Resolver"]


class Resolver:
    """Completes subjects for one source.

    Args:
        source: The source that is about to ask.
        client: Client of the resolving source, or None where none is installed.
    """

    def __init__(self, source: type[Source], client: Client | None) -> None:
        self._source = source
        self._client = client

    async def complete(self, subject: Subject, outcome: Outcome) -> Subject:
        """Return the subject with the identities that the source asks for.

        What became known, and the answers that say so, go into the outcome.

        Raises:
            NotFound: The source needs an identity that nobody knows.
            SpringheadError: The resolver could not be asked.
        """
        lacking = [name for name in (*self._source.needs, *self._source.wants) if not subject.identities.get(name)]
        if not lacking:
            return subject
        why = "no resolver is installed"
        if self._client is not None:
            why = await self._resolve(subject, outcome)
        known = {**outcome.identities, **subject.identities}
        missing = [name for name in self._source.needs if not known.get(name)]
        if missing:
            raise NotFound(
                f"no {missing[0]} identity of {subject.name} is known: {why}",
                hint=f"add it to the identities of {subject.id}, or to Wikidata",
            )
        return replace(subject, identities=known)

    async def _resolve(self, subject: Subject, outcome: Outcome) -> str:
        """Ask; return why something may still be missing."""
        assert self._client is not None
        resolver, http = self._client.source, self._client.session()
        try:
            async for item in resolver.collect(subject, http):
                if not isinstance(item, Identities):
                    raise PluginError(f"{resolver.name} yielded a {type(item).__name__}; a resolver yields Identities")
                outcome.identities.update(item.ids)
        except (NotFound, Ambiguous) as error:
            return error.message
        except SpringheadError:
            outcome.refused = http.refused
            raise
        finally:
            outcome.responses += http.responses
        return f"{resolver.title or resolver.name} has none"
