"""What the services besides TMDb and the wikis answer when they are asked too often, or are down for a moment."""

from __future__ import annotations

from springhead_demo.simulator import google_search, newsapi, walls, youtube
from springhead_demo.simulator.deceptive import DECEPTIONS
from springhead_demo.simulator.dice import Dice
from springhead_demo.simulator.google_errors import google_error, per_minute
from springhead_demo.simulator.messages import Request, Response, json_response, text_response
from springhead_demo.simulator.meta_errors import limited, meta_error

PUBLIC_PAGES = frozenset(("www.instagram.com", "i.instagram.com", "www.threads.com", "www.threads.net"))
"""Hosts of public pages, which put up walls."""

_GRAPH = ("graph.facebook.com", "graph.threads.net", "graph.threads.com")
_PATIENCE = ("wait_401", "wait_403", "too_many")


def wall(dice: Dice, path: str, *key: object) -> Response:
    """Answer with some refusal of a public site, in some language."""
    name, language = dice.pick(walls.REFUSALS, "wall", *key), dice.pick(walls.LANGUAGES, "wall language", *key)
    return walls.WALLS[name](path, language)


def rate_limited(host: str, path: str, request: Request, dice: Dice, seconds: int, *key: object) -> Response:
    """Answer that there were too many requests, in the words of the host; Graph says for how many whole minutes."""
    if host == "www.googleapis.com":
        service = youtube.SERVICE if path.startswith("/youtube/") else google_search.SERVICE
        return per_minute(service, "old" if dice.chance(0.5, "layout", *key) else "new")
    if host in _GRAPH:
        return limited(dice, *key, minutes=seconds // 60)
    if host in PUBLIC_PAGES:
        name, language = dice.pick(_PATIENCE, "patience", *key), dice.pick(walls.LANGUAGES, "wall language", *key)
        return walls.WALLS[name](path, language)
    if host == "newsapi.org":
        return newsapi.rate_limited()
    if host == "news.google.com":
        return DECEPTIONS["captcha"](request, Response(429, b""))
    return text_response("Too Many Requests\n", 429)


def server_error(host: str, status: int) -> Response:
    """Answer that something is broken, as an object of the host's own form."""
    if host == "www.googleapis.com":
        return google_error(status, "backendError", "Backend Error", layout="old" if status == 503 else "new")
    if host in _GRAPH:
        kind = "OAuthException" if host == _GRAPH[0] else "THApiException"
        return meta_error(
            status,
            2,
            "An unexpected error has occurred. Please retry your request later.",
            kind=kind,
            is_transient=True,
        )
    if host == "newsapi.org":
        return newsapi.news_error(
            status, "unexpectedError", "This shouldn't happen, and if it does then it's our fault."
        )
    if host in PUBLIC_PAGES:
        return json_response({"message": "Oops, an error occurred.", "status": "fail"}, status)
    return text_response("Service Unavailable\n", status)
