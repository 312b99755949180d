"""Judging in a child process: an analyser that hangs or dies costs its own text, and nothing else.

A thread cannot be killed and takes the whole process with it when it crashes; a process can, and does not. The child
stays for as long as it behaves, so a text costs one message there and back. It is given a time limit per text: past
it, it is killed and the next text gets a new one. Covered are exceptions (``SystemExit`` included), endless loops in
Python and in C, ``os._exit``, crashes of native code, and memory without end.
"""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import threading
import time
from functools import cache

from springhead.errors import ConfigError, PluginError, Unavailable

from springhead_runner.enrich.judgement import Judgement
from springhead_runner.enrich.wire import receive, send

__all__ = ["ENTRY_SECONDS", "IsolatedJudge", "shared_judge"]

#: Seconds that a text may take; ``SPRINGHEAD_ANALYSER_SECONDS`` overrides it. The lexicon needs milliseconds.
ENTRY_SECONDS = 10.0
#: Seconds that the child may take to import all plugins.
START_SECONDS = 30.0


class IsolatedJudge:
    """Judges responses in a child process; see :class:`springhead_runner.enrich.judgement.Judge`.

    Args:
        seconds: How long a text may take.
        start_seconds: How long a start may take.
    """

    def __init__(self, seconds: float | None = None, start_seconds: float = START_SECONDS) -> None:
        self.seconds = _configured() if seconds is None else seconds
        self._start_seconds = start_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: socket.socket | None = None
        self._ready = False
        self._lock = threading.Lock()

    def __call__(self, raw_text: str, source_type: str) -> Judgement:
        """Judge a response.

        Raises:
            PluginError: Its analyser failed, hung or crashed.
            Unavailable: No child could be started.
        """
        with self._lock:
            connection = self._started()
            try:
                connection.settimeout(self.seconds)
                send(connection, {"raw_text": raw_text, "source_type": source_type})
                answer = receive(connection, time.monotonic() + self.seconds)
            except TimeoutError as error:
                self._end()
                raise PluginError(
                    f"enrichment failed: no judgement after {self.seconds:g} s",
                    hint="an analyser hangs on this text: correct or remove its plugin, then `springhead dlq replay`",
                ) from error
            except (EOFError, ConnectionError) as error:
                raise PluginError(
                    f"enrichment failed: the analyser's process ended ({self._end()})",
                    hint="an analyser crashes on this text: correct or remove its plugin, then `springhead dlq replay`",
                ) from error
        if "error" in answer:
            raise PluginError(f"enrichment failed: {answer['error']}")
        return Judgement(**answer)

    def start(self) -> None:
        """Start the child and do not wait for it: it imports while we do something else."""
        if self._process is None:
            self._ready = False
            ours, its = socket.socketpair()
            try:
                self._process = subprocess.Popen(  # noqa: S603  # ourselves
                    [sys.executable, "-m", "springhead_runner.enrich.child", str(its.fileno()), str(self.seconds)],
                    pass_fds=[its.fileno()],
                    stdin=subprocess.DEVNULL,
                    # Lambda finds our packages by a path that a new Python does not know.
                    env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
                )
            except OSError as error:
                ours.close()
                raise Unavailable(f"the analyser's process cannot be started: {error}") from error
            finally:
                its.close()
            self._connection = ours

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._end()

    def _started(self) -> socket.socket:
        if self._process is not None and self._process.poll() is not None:
            self._end()  # it died between two texts
        self.start()
        assert self._connection is not None
        if not self._ready:
            try:
                receive(self._connection, time.monotonic() + self._start_seconds)
            except (TimeoutError, EOFError, ConnectionError) as error:
                raise Unavailable(
                    f"the analyser's process does not start ({type(error).__name__}, {self._end()})",
                    hint="a plugin hangs or crashes while it is imported: `springhead plugins` names it",
                ) from error
            self._ready = True
        return self._connection

    def _end(self) -> str:
        """End the child; return how it ended."""
        process, connection = self._process, self._connection
        self._process = self._connection = None
        if connection is not None:
            connection.close()
        if process is None:
            return "it never started"
        try:
            code = process.wait(0.2)  # it may be ending by itself: then its own code is told
        except subprocess.TimeoutExpired:
            process.kill()
            return f"killed, {process.wait()}"
        return f"signal {-code}" if code < 0 else f"exit code {code}"


@cache
def shared_judge() -> IsolatedJudge:
    """The one child of this process: it is started with the first text, and ends with us."""
    made = IsolatedJudge()
    atexit.register(made.close)
    return made


def _configured() -> float:
    text = os.environ.get("SPRINGHEAD_ANALYSER_SECONDS") or str(ENTRY_SECONDS)
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 600:
        raise ConfigError(f"SPRINGHEAD_ANALYSER_SECONDS is {text!r}", hint="give seconds, such as 10")
    return seconds
