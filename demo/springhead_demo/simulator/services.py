"""The hosts that the simulator speaks for besides TMDb and the wikis, and who answers for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from springhead_demo.simulator import feeds
from springhead_demo.simulator.accounts import Directory
from springhead_demo.simulator.allowance import Allowances, Ledger
from springhead_demo.simulator.articles import Newsroom
from springhead_demo.simulator.channels import Studio
from springhead_demo.simulator.google_news import GoogleNews
from springhead_demo.simulator.google_search import GoogleSearch
from springhead_demo.simulator.instagram_graph import InstagramGraph
from springhead_demo.simulator.instagram_pages import InstagramPages
from springhead_demo.simulator.messages import Request, Response
from springhead_demo.simulator.moment import Clock
from springhead_demo.simulator.newsapi import NewsApi
from springhead_demo.simulator.pages import Library
from springhead_demo.simulator.search_results import Results
from springhead_demo.simulator.threads_graph import ThreadsGraph
from springhead_demo.simulator.threads_pages import ThreadsPages
from springhead_demo.simulator.youtube import YouTube

Handler = Callable[[str, Request], Response]
"""Answers a request to a path of one host."""


class Services:
    """All further services over one world.

    Args:
        library: The wikis' pages, and through them the figures.
        places: Rows of restaurants that have accounts.
        clock: What quotas go by.
        allowances: How large they are.
    """

    def __init__(
        self, library: Library, places: Sequence[Mapping[str, str]], clock: Clock, allowances: Allowances
    ) -> None:
        world = library.world
        self.ledger = Ledger(clock)
        self.directory = Directory(world, places)
        self.studio = Studio(world)
        self.newsroom = Newsroom(world)
        self.results = Results(library, self.directory)
        threads = ThreadsGraph(self.directory, world.dice)
        self.instagram = instagram = InstagramPages(self.directory, world.dice)
        pages = ThreadsPages(self.directory, world.dice)
        self._paths: tuple[tuple[str, str, Handler], ...] = (
            ("www.googleapis.com", "/customsearch/v1", GoogleSearch(self.results, self.ledger, allowances).handle),
            ("www.googleapis.com", "/youtube/v3/", YouTube(self.studio, world.dice, self.ledger, allowances).handle),
            ("graph.facebook.com", "/", InstagramGraph(self.directory, world.dice, clock, allowances).handle),
            ("graph.threads.net", "/", threads.handle),
            ("graph.threads.com", "/", threads.handle),
            ("www.instagram.com", "/", instagram.handle),
            ("i.instagram.com", "/", instagram.handle),
            ("www.threads.com", "/", pages.handle),
            ("www.threads.net", "/", pages.moved),
            ("news.google.com", "/", GoogleNews(self.newsroom).handle),
            (feeds.HOST, "/", feeds.Feeds(self.newsroom).handle),
            ("newsapi.org", "/", NewsApi(self.newsroom, self.ledger, allowances).handle),
        )

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that answer at least at some paths."""
        return frozenset(host for host, _, _ in self._paths)

    def handler(self, host: str, path: str) -> Handler | None:
        """Return who answers for a path, None where nobody does."""
        for known, prefix, handler in self._paths:
            if host == known and path.startswith(prefix):
                return handler
        return None
