"""One view over all dead letters, and the filters that it takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from springhead.errors import ConfigError, NotFound, QuotaExceeded
from springhead_contracts import keys

from springhead_runner.letters.forms import read_notice, translate
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.dead_letters import DeadLetters
from springhead_runner.stores.queues import LOOK, Message, Queue

__all__ = ["Filter", "Letter", "View", "age"]

_READERS = 8
_AGE = re.compile(r"(\d{1,6})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def age(text: str) -> timedelta:
    """An age such as ``30m``, ``12h``, ``2d`` or ``1w``.

    Raises:
        ConfigError: It is none.
    """
    found = _AGE.fullmatch(text)
    if found is None:
        raise ConfigError(f"{text!r} is no age", hint="write 30m, 12h, 2d or 1w")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


@dataclass(frozen=True, slots=True)
class Filter:
    """Which letters; None is all.

    Args:
        source: Name of the source (or group, for what its function was to do).
        kind: ``schedule``, ``scrape``, ``stream`` or ``lake``.
        error: Name of the error.
        before: Only letters written before this moment.
        after: Only letters written at this moment or later.
        id: A letter's id, or its beginning.
    """

    source: str | None = None
    kind: str | None = None
    error: str | None = None
    before: datetime | None = None
    after: datetime | None = None
    id: str | None = None

    def takes(self, letter: dict[str, Any]) -> bool:
        """True where a letter is meant."""
        written = keys.parse_time(letter["created_at"])
        return (
            self.source in (None, letter["source"])
            and self.kind in (None, letter["kind"])
            and self.error in (None, letter["error"]["name"])
            and (self.before is None or written < self.before)
            and (self.after is None or written >= self.after)
            and letter["id"].startswith(self.id or "")
        )


@dataclass(slots=True)
class Letter:
    """A dead letter and where it lies.

    Args:
        body: The letter, as its contract has it.
        key: Its key in S3; None where it lies on a queue only.
        messages: What lies on the queues about it.
    """

    body: dict[str, Any]
    key: str | None = None
    messages: list[Message] = field(default_factory=list)

    @property
    def deferred(self) -> bool:
        """True for a subject that a quota did not reach: it runs by itself when the quota resets."""
        name: str = self.body["error"]["name"]
        return self.body["kind"] == "scrape" and self.key is not None and name == QuotaExceeded.__name__


class View:
    """All dead letters, as a context: what is looked at is put back at the end.

    Args:
        aws: The clients.
        chosen: Which letters.
        seconds: How long the messages are hidden from others, should we be killed.
    """

    def __init__(self, aws: Aws, chosen: Filter | None = None, *, seconds: int = LOOK) -> None:
        self.aws, self._chosen, self._seconds = aws, chosen or Filter(), seconds
        self.store = DeadLetters(aws)
        self.queues = {url: Queue(aws, url) for url in self.store.queues}
        self._held: dict[str, Message] = {}
        #: Messages that announce letters that are no more.
        self.stale: list[Message] = []

    def __enter__(self) -> View:
        return self

    def __exit__(self, *_: object) -> None:
        for url, queue in self.queues.items():
            queue.put_back([message for message in self._held.values() if message.queue == url])

    def letters(self) -> list[Letter]:
        """The chosen letters, by kind, source, time and id. Each is there once, however many messages tell of it."""
        messages = [message for queue in self.queues.values() for message in queue.take(self._seconds)]
        self._held = {message.receipt: message for message in messages}
        found = {letter.key: letter for letter in self._kept()}
        of_id = {letter.body["id"]: letter for letter in found.values()}
        told: dict[str, Letter] = {}
        for message in messages:
            reference = read_notice(message)
            if reference is None:
                body = translate(message, self.aws.settings.suffix)
                # Both a letter of ours and a message of AWS's? The letter knows more.
                if (letter := of_id.get(body["id"])) is not None:
                    letter.messages.append(message)
                    continue
                told.setdefault(body["id"], Letter(body)).messages.append(message)
                continue
            key = reference.removeprefix(f"s3://{self.store.bucket}/")
            if key in found:
                found[key].messages.append(message)
            elif key == reference or not self.store.exists(key):
                self.stale += [message] if key != reference else []
        chosen = [letter for letter in [*found.values(), *told.values()] if self._chosen.takes(letter.body)]
        return sorted(
            chosen, key=lambda one: (one.body["kind"], one.body["source"], one.body.get("time", ""), one.body["id"])
        )

    def _kept(self) -> Iterator[Letter]:
        keys_found = self.store.keys(self._chosen.source, self._chosen.kind)
        with ThreadPoolExecutor(_READERS) as pool:
            for key, body in zip(keys_found, pool.map(self._read, keys_found), strict=True):
                if body is not None:
                    yield Letter(body, key)

    def _read(self, key: str) -> dict[str, Any] | None:
        try:
            return self.store.get(key)
        except NotFound:
            return None  # replayed by somebody else meanwhile

    def done(self, letter: Letter) -> None:
        """Take a letter away for good, with everything that tells of it."""
        if letter.key is not None:
            self.store.remove(letter.key)
        self.drop(letter.messages)

    def drop(self, messages: Iterable[Message]) -> None:
        """Delete messages."""
        gone = list(messages)
        for url, queue in self.queues.items():
            queue.delete([message for message in gone if message.queue == url])
        for message in gone:
            self._held.pop(message.receipt, None)

    def hold(self, letter: Letter) -> None:
        """Keep a letter's messages to ourselves while we work on it."""
        for url, queue in self.queues.items():
            queue.hold([message for message in letter.messages if message.queue == url])
