"""What is so upstream about a subject, for tests to hold a scraper's answers against."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from springhead_demo.simulator.figures import SLOTS, Figure
from springhead_demo.simulator.identities import identities_of
from springhead_demo.simulator.pages import Library
from springhead_demo.simulator.services import Services

_ABSENT: dict[str, Any] = {
    "tmdb_id": None,
    "item": None,
    "birthday": None,
    "pages": {},
    "instagram": None,
    "threads": None,
    "youtube": None,
}


def truth_of(library: Library, services: Services, index: int) -> dict[str, Any]:
    """Return a subject's traits and, per source, what is right.

    `tmdb_id`, `item`, `birthday` and `pages` are the right person's (or None); so are `instagram`, `threads` and
    `youtube`, each with the handle or id that Wikidata tells and the state of that account; `google` and `news` list
    the links that are about the right person and those about others of the name.
    """
    world = library.world
    subject, traits, figure = world.people[index], world.traits(index), world.figure(index * SLOTS)
    hits = services.results.of(subject["name"])
    articles = services.newsroom.about(subject["name"])
    slot = index * SLOTS
    return {
        "celebrity_id": subject["celebrity_id"],
        "name": subject["name"],
        **asdict(traits),
        **(_found(library, services, figure) if figure else _ABSENT),
        "google": {
            "own": [hit.link for hit in hits if hit.owner == slot],
            "others": [hit.link for hit in hits if hit.owner != slot],
        },
        "news": {
            "own": [article.url for article in articles if article.owner == slot],
            "others": [article.url for article in articles if article.owner != slot],
        },
    }


def _found(library: Library, services: Services, figure: Figure) -> dict[str, Any]:
    if not figure.person:
        return _ABSENT
    known = identities_of(library.world.dice, figure)
    account = services.directory.instagram(known.instagram) if known.instagram else None
    threads = services.directory.threads(known.threads) if known.threads else None
    channel = services.studio.of_figure(figure)
    return {
        "tmdb_id": figure.tmdb_id,
        "item": figure.item,
        "birthday": figure.birthday.isoformat() if figure.dated else None,
        "pages": {page.language: page.title for page in library.pages_of(figure)},
        "instagram": account
        and {
            "handle": account.handle,
            "state": account.state,
            "followers": account.followers,
            "posts": account.posts,
        },
        "threads": threads and {"handle": threads.handle, "state": threads.state, "followers": threads.followers // 3},
        "youtube": channel and {"channel": channel.id, "state": channel.state, "videos": channel.videos},
    }
