"""A worker of its own process that is killed at a point of its work, as a test tells it by SPRINGHEAD_TEST_KILL.

The event is read from standard input, the handler is the deployed one. It dies by SIGKILL: nothing is cleaned up.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from springhead.http.live import LiveTransport
from springhead_runner.scrape import handler, messages
from springhead_runner.scrape.ledger import Ledger
from springhead_runner.scrape.queue import WorkQueue
from springhead_runner.stores.entries import EntryStore


def die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def wrap(
    owner: Any, name: str, *, before: Callable[[], None] | None = None, after: Callable[[], None] | None = None
) -> None:
    original = getattr(owner, name)

    def call(*args: Any, **kwargs: Any) -> Any:
        if before is not None:
            before()
        result = original(*args, **kwargs)
        if after is not None:
            after()
        return result

    setattr(owner, name, call)


def third() -> Callable[[], None]:
    """Die when it is called for the third time."""
    calls: list[int] = []

    def count() -> None:
        calls.append(1)
        if len(calls) == 3:
            die()

    return count


def before_the_third_put() -> None:
    """Die when a third entry is about to be put. Puts run in threads: the first two end before that."""
    started, ended = third(), threading.Semaphore(0)
    turn, calls = threading.Lock(), [0]

    def before() -> None:
        with turn:
            calls[0] += 1
            if calls[0] == 3:
                ended.acquire(timeout=30), ended.acquire(timeout=30)
            started()

    wrap(EntryStore, "put", before=before, after=ended.release)


def set_up(point: str) -> None:
    if point == "before the first request":
        wrap(LiveTransport, "send", before=die)
    elif point == "after the raw answers":
        before_the_third_put()
    elif point == "after the entry":
        wrap(EntryStore, "put", after=third())
    elif point == "before the batch report":
        wrap(Ledger, "end", before=die)
    elif point == "after the batch report":
        wrap(Ledger, "end", after=die)
    elif point == "after the rest is sent":
        wrap(WorkQueue, "send", after=die)
    elif point == "before the acknowledgement":
        wrap(messages, "merge_if_complete", after=die)
    elif point:
        raise SystemExit(f"unknown point: {point}")


def main() -> None:
    set_up(os.environ.get("SPRINGHEAD_TEST_KILL", ""))
    event = json.loads(sys.stdin.readline())
    # Enough requests, and the invocation is at its end.
    left = json.loads(os.environ.get("SPRINGHEAD_TEST_LEFT_MS", "300000"))
    context = SimpleNamespace(aws_request_id="worker", get_remaining_time_in_millis=lambda: left)
    print("ready", file=sys.stderr, flush=True)
    sys.stdin.readline()
    print(json.dumps(handler.handler(event, context)))


if __name__ == "__main__":
    main()
