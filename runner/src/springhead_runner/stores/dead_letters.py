"""Dead letters: what could not be done, kept whole so that a person can see it and it can be replayed.

The letter itself is an object in S3 (found by run, kept until it is replayed or purged), its raw answers lie in the
raw bucket, and a message in ``celebrity-scraper-dlq`` tells whoever watches the queue. A letter's id depends on what
failed, not on when: a second attempt that fails in the same place overwrites the letter instead of adding one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
from springhead.errors import ConfigError, NotFound
from springhead_contracts import validate

from springhead_runner.stores.aws import Aws, retrying
from springhead_runner.stores.objects import Objects

__all__ = ["DeadLetters"]


class DeadLetters:
    """All dead letters.

    Args:
        aws: The clients.
    """

    def __init__(self, aws: Aws) -> None:
        self._aws = aws
        self._objects = Objects(aws, aws.settings.dead_letter_bucket, "dead letters")
        self._queue = aws.settings.dead_letter_queue

    @staticmethod
    def prefix(letter: dict[str, Any]) -> str:
        """Where the letters of a run lie."""
        return f"{letter['kind']}/{letter['source']}/{letter.get('time', 'untimed')}/"

    def keep(self, letter: dict[str, Any]) -> str:
        """Keep a letter and announce it; return its address.

        Raises:
            ConfigError: The letter breaks its own contract: a fault of ours, said rather than stored.
        """
        violations = validate("dead_letter", letter)
        if violations:
            raise ConfigError(f"dead letter {letter.get('id')}: {violations[0].pointer}: {violations[0].message}")
        key = f"{self.prefix(letter)}{letter['id']}.json"
        self._objects.put(key, orjson.dumps(letter), "application/json")
        if self._queue:
            # A message holds 256 KB: the record stays in the object.
            notice = {k: v for k, v in letter.items() if k not in {"record", "event"}}
            body = orjson.dumps({**notice, "ref": self._objects.url(key)}).decode()
            retrying(
                lambda: self._aws.sqs.send_message(QueueUrl=self._queue, MessageBody=body),
                f"announce it in {self._queue}",
            )
        return self._objects.url(key)

    def ids_of_run(self, kind: str, source: str, time: str) -> dict[str, str]:
        """Ids of the letters that a run has left, with their keys."""
        keys = self._objects.keys(f"{kind}/{source}/{time}/")
        return {key.rpartition("/")[2].removesuffix(".json"): key for key in keys}

    def all(self, source: str | None = None) -> Iterator[dict[str, Any]]:
        """All letters, or those of one source, by kind, source and time."""
        for key in self._objects.keys(""):
            parts = key.split("/")
            if len(parts) == 4 and (source is None or parts[1] == source):
                try:
                    yield {**orjson.loads(self._objects.get(key)), "_key": key}
                except NotFound:
                    continue  # replayed by somebody else meanwhile

    def remove(self, key: str) -> None:
        """Remove a letter that has been dealt with."""
        self._objects.delete(key)
