"""The child process that judges texts, so that no analyser can hang or crash the enricher.

Started by :mod:`springhead_runner.enrich.isolated` with the number of a socket and the seconds that a text may take.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from dataclasses import asdict
from typing import Any

from springhead_runner.enrich.judgement import judge, warm_up
from springhead_runner.enrich.wire import receive, send
from springhead_runner.logs import set_up_logs

__all__ = ["main"]

#: Seconds after the enricher has given up that the child ends itself: the enricher may be gone by then.
GRACE = 5


def main(number: int, seconds: float) -> None:
    """Serve until the enricher hangs up."""
    # Whatever a plugin prints goes to the log. It must not pass for a metric of ours, or for a protocol.
    os.dup2(2, 1)
    set_up_logs()
    _limit_memory(os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", ""))
    with socket.socket(fileno=number) as connection:
        warm_up()
        send(connection, {"ready": True})
        while True:
            try:
                task = receive(connection)
            except (EOFError, ConnectionError):
                return
            signal.setitimer(signal.ITIMER_REAL, seconds + GRACE)
            answer = _answer(task)
            signal.setitimer(signal.ITIMER_REAL, 0)
            send(connection, answer)


def _answer(task: dict[str, Any]) -> dict[str, Any]:
    try:
        return asdict(judge(task["raw_text"], task["source_type"]))
    except BaseException as error:  # SystemExit of a plugin, too, is the failure of this text
        return {"error": f"{type(error).__name__}: {error}"[:1000]}


def _limit_memory(megabytes: str) -> None:
    """Let an analyser that wants all memory fail, before Lambda ends the whole function for it."""
    if not megabytes.isdecimal():
        return
    import resource

    # A quarter is the enricher's.
    most = int(megabytes) * 1024 * 1024 * 3 // 4
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
