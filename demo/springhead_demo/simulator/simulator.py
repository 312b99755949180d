"""The simulator as a context manager."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any

from springhead_demo.simulator.allowance import Allowances
from springhead_demo.simulator.app import App
from springhead_demo.simulator.faults import Faults
from springhead_demo.simulator.moment import Clock, system_clock
from springhead_demo.simulator.people import check_people
from springhead_demo.simulator.server import Server
from springhead_demo.simulator.traits import Traits


class Simulator:
    """Loopback stand-ins for the sources that Springhead's plugins ask.

    The real URL is carried in the path: `{url}/api.themoviedb.org/3/search/person?query=…`. The same seed, people and
    faults give the same bodies and the same faults per URL, however requests interleave.

    Args:
        people: Entries of a subject list; `celebrity_id` and `name` are necessary.
        seed: What all answers and faults depend on.
        faults: Rates of faults and traits; none without it.
        host: The address to listen on.
        port: The port; 0 takes a free one.
        places: Rows with `restaurant_name` and `city`, some of which get an account at Instagram.
        clock: What daily quotas go by; the clock of this machine without it.
        allowances: How large the quotas are; those of the free plans without it.
        traits: Traits of some subjects by id, instead of drawn ones; see `hard_people`.

    Raises:
        ValueError: An entry has no id or name, or an id is repeated.
    """

    def __init__(
        self,
        people: Sequence[Mapping[str, Any]],
        seed: int = 1,
        faults: Faults | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        places: Sequence[Mapping[str, str]] = (),
        clock: Clock = system_clock,
        allowances: Allowances | None = None,
        traits: Mapping[str, Traits] | None = None,
    ) -> None:
        self._people = check_people(people)
        self._places = {subject["celebrity_id"]: place for place, subject in enumerate(self._people)}
        self._app = App(self._people, seed, faults or Faults(), places, clock, allowances, traits)
        self._host = host
        self._port = port
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stopping: asyncio.Event | None = None

    @property
    def url(self) -> str:
        """The base URL, without a slash at the end."""
        return f"http://{self._host}:{self._port}"

    async def serve(self, stopping: asyncio.Event, on_ready: Callable[[], None]) -> None:
        """Serve in the running loop until `stopping` is set; `on_ready` is called once the port is open."""
        server = Server(self._app, self._host, self._port)
        self._port = await server.start()
        try:
            on_ready()
            await stopping.wait()
        finally:
            await server.stop()

    def stats(self) -> dict[str, Any]:
        """Return the counts of requests, statuses and faults so far, by host."""
        if self._loop is None:
            return self._app.stats()
        # The counters belong to the server's thread and may grow while they are read from another one.
        return asyncio.run_coroutine_threadsafe(self._read_stats(), self._loop).result()

    async def _read_stats(self) -> dict[str, Any]:
        return self._app.stats()

    def truth(self, celebrity_id: str) -> dict[str, Any]:
        """Return what is so upstream about a subject: ids, birthday, page titles and traits.

        Raises:
            KeyError: No subject has this id.
        """
        return self._app.truth(self._places[celebrity_id])

    def switch(self, prefix: str, name: str | None) -> None:
        """Switch a named answer (see `switches`) on for a host or path, or off again with None.

        Args:
            prefix: Such as `news.google.com` or `www.instagram.com/some.body`; the longest one counts.
            name: Such as `drip` or `instagram.login_form`.

        Raises:
            ValueError: No answer has this name.
        """
        self._app.switch(prefix, name)

    def __enter__(self) -> Simulator:
        ready, failure = threading.Event(), list[BaseException]()

        async def run() -> None:
            self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
            await self.serve(self._stopping, ready.set)

        def work() -> None:
            try:
                asyncio.run(run())
            except BaseException as error:
                failure.append(error)
            finally:
                self._loop = None
                ready.set()

        self._thread = threading.Thread(target=work, name="springhead-simulator", daemon=True)
        self._thread.start()
        ready.wait()
        if failure:
            raise failure[0]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._loop and self._stopping:
            self._loop.call_soon_threadsafe(self._stopping.set)
        if self._thread:
            self._thread.join()
