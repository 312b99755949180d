"""Dead letters: what could not be done, kept whole so that a person can see it and it can be replayed.

The letter itself is an object in S3 (found by run, kept until it is replayed or purged), its raw answers lie in the
raw bucket, and a message in ``celebrity-scraper-dlq`` tells whoever watches the queue. A letter's id depends on what
failed, not on when: a second attempt that fails in the same place overwrites the letter instead of adding one.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import orjson
from springhead.errors import ConfigError, NotFound, QuotaExceeded, SpringheadError
from springhead_contracts import validate

from springhead_runner.stores.aws import Aws, retrying
from springhead_runner.stores.objects import Objects

__all__ = ["DeadLetters"]

log = logging.getLogger("springhead.dead_letters")

#: Bytes of a message; SQS takes 262,144.
MAX_NOTICE = 200_000
#: Members of a letter that a notice has in any case.
_BRIEF = ("id", "kind", "source", "run_id", "time", "subject_id", "created_at")


class DeadLetters:
    """All dead letters.

    Args:
        aws: The clients.
    """

    def __init__(self, aws: Aws) -> None:
        self._objects = Objects(aws, aws.settings.dead_letter_bucket, "dead letters")
        self._queue = aws.settings.dead_letter_queue
        #: Addresses of the queues that tell of letters: ours, and the one of stream batches that were given up.
        self.queues = [url for url in (self._queue, aws.settings.stream_failure_queue) if url]
        self.bucket = self._objects.bucket
        # Opened here: letters are kept from several threads, and opening a client is not safe there.
        self._sqs = aws.sqs if self._queue else None

    @staticmethod
    def prefix(letter: dict[str, Any]) -> str:
        """Where the letters of a run lie."""
        return f"{letter['kind']}/{letter['source']}/{letter.get('time', 'untimed')}/"

    def keep(self, letter: dict[str, Any], *, announce: bool = True) -> str:
        """Keep a letter and announce it; return its address.

        The object is the letter. Where only the announcement fails nothing is lost, so that is logged and no error.

        Args:
            letter: The letter.
            announce: False for what ends well by itself, such as a subject that the quota did not reach.

        Raises:
            ConfigError: The letter breaks its own contract: a fault of ours, said rather than stored.
        """
        if validate("dead_letter", letter):
            # What was rejected may be just what no JSON can hold; that must not cost us the letter.
            letter = _portable(letter)
        violations = validate("dead_letter", letter)
        if violations:
            raise ConfigError(f"dead letter {letter.get('id')}: {violations[0].pointer}: {violations[0].message}")
        key = f"{self.prefix(letter)}{letter['id']}.json"
        self._objects.put(key, orjson.dumps(letter), "application/json")
        if self._sqs is not None and announce:
            try:
                self._announce(self._sqs, letter, self._objects.url(key))
            except SpringheadError as error:
                log.error("dead letter %s is kept but not announced: %s", letter["id"], error.message)
        return self._objects.url(key)

    def _announce(self, sqs: Any, letter: dict[str, Any], url: str) -> None:
        # ASCII: SQS refuses some characters that JSON may hold. The record stays in the object.
        notice = {k: v for k, v in letter.items() if k not in {"record", "event"}}
        body = json.dumps({**notice, "ref": url})
        if len(body) > MAX_NOTICE:
            body = json.dumps({**{k: letter[k] for k in _BRIEF if k in letter}, "ref": url})
        what = f"announce {letter['id']} in {self._queue}"
        retrying(lambda: sqs.send_message(QueueUrl=self._queue, MessageBody=body), what)

    def ids_of_run(self, kind: str, source: str, time: str) -> dict[str, str]:
        """Ids of the letters that a run has left, with their keys."""
        keys = self._objects.keys(f"{kind}/{source}/{time}/")
        return {key.rpartition("/")[2].removesuffix(".json"): key for key in keys}

    def all(self, source: str | None = None) -> Iterator[dict[str, Any]]:
        """All letters, or those of one source, by kind, source and time."""
        for key in self.keys(source):
            try:
                yield {**self.get(key), "_key": key}
            except NotFound:
                continue  # replayed by somebody else meanwhile

    def deferred(self, source: str) -> dict[str, list[str]]:
        """Subjects of a source that the quota did not reach: T → their ids, the latest T first."""
        found: dict[str, list[str]] = {}
        for key in reversed(self._objects.keys(f"scrape/{source}/")):
            letter = self.get(key)
            if letter["error"]["name"] == QuotaExceeded.__name__:
                found.setdefault(letter["time"], []).insert(0, letter["subject_id"])
        return found

    def keys(self, source: str | None = None, kind: str | None = None) -> list[str]:
        """Keys of all letters, or of those of a source or a kind, sorted."""
        parts = [key.split("/") for key in self._objects.keys(f"{kind}/" if kind else "")]
        return ["/".join(part) for part in parts if len(part) == 4 and source in (None, part[1])]

    def exists(self, key: str) -> bool:
        """True where there is a letter of that key."""
        return key in self._objects.keys(key)

    def get(self, key: str) -> dict[str, Any]:
        """Read a letter by its key.

        Raises:
            NotFound: It is gone.
        """
        letter: dict[str, Any] = orjson.loads(self._objects.get(key))
        return letter

    def remove(self, key: str) -> None:
        """Remove a letter that has been dealt with."""
        self._objects.delete(key)


def _portable(letter: dict[str, Any]) -> dict[str, Any]:
    """The letter as JSON that everybody reads: half surrogate pairs replaced, NaN and endless integers as text."""
    text = json.dumps(letter, default=str, ensure_ascii=False).encode("utf-8", "replace").decode()
    found: dict[str, Any] = json.loads(text, parse_constant=str, parse_int=lambda n: int(n) if len(n) < 16 else n)
    return found
