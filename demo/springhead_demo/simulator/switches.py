"""Named answers that a host or path gives instead of its own, as long as they are switched on.

`drip`, `gzip_bomb`, `redirect_metadata`, `html` and the like work everywhere (see `hostile` and `deceptive`); names
with a dot belong to a service: `google.daily_limit_old`, `youtube.quota_new`, `meta.limit_17`,
`instagram.login_form`, `shape.relay`, `newsapi.rate_limited` …
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from springhead_demo.simulator import google_errors, google_search, newsapi, walls, youtube
from springhead_demo.simulator.deceptive import DECEPTIONS
from springhead_demo.simulator.dice import Dice
from springhead_demo.simulator.hostile import ATTACKS
from springhead_demo.simulator.instagram_shapes import SHAPES
from springhead_demo.simulator.messages import Request, Response
from springhead_demo.simulator.meta_errors import LIMITS, NOT_FOUND, limited, meta_error, not_found

SEARCH, TUBE = google_search.SERVICE, youtube.SERVICE

Answer = Callable[[Dice, str, Request], Response]
"""Makes an answer to a path."""


def _wall(name: str) -> Answer:
    def answer(dice: Dice, path: str, request: Request) -> Response:
        language = request.query.get("hl", "") or dice.pick(walls.LANGUAGES, "wall language", path)
        return walls.WALLS[name](path, language)

    return answer


def _always(make: Callable[[], Response]) -> Answer:
    return lambda dice, path, request: make()


def _absent(language: str) -> Answer:
    return lambda dice, path, request: not_found(dice, "someone", path, language)


def _limit(code: int) -> Answer:
    return lambda dice, path, request: limited(dice, path, code=code)


_SUSPENDED = "The account of the channel is suspended."

ANSWERS: dict[str, Answer] = {
    "google.daily_limit_old": _always(lambda: google_search.daily_limit("old")),
    "google.daily_limit_new": _always(lambda: google_search.daily_limit("new")),
    "google.per_minute_old": _always(lambda: google_errors.per_minute(SEARCH, "old")),
    "google.per_minute_new": _always(lambda: google_errors.per_minute(SEARCH, "new")),
    "google.not_enabled": _always(lambda: google_errors.not_enabled(SEARCH)),
    "google.backend_error": _always(
        lambda: google_errors.google_error(503, "backendError", "Backend Error", layout="old")
    ),
    "google.closed": _always(
        lambda: google_errors.google_error(
            403, "forbidden", "This project does not have the access to Custom Search JSON API."
        )
    ),
    "youtube.quota_old": _always(lambda: youtube.quota_exceeded("old")),
    "youtube.quota_new": _always(lambda: youtube.quota_exceeded("new")),
    "youtube.per_minute": _always(lambda: google_errors.per_minute(TUBE, "new")),
    "youtube.not_enabled": _always(lambda: google_errors.not_enabled(TUBE)),
    "youtube.suspended": _always(
        lambda: google_errors.google_error(403, "channelSuspended", _SUSPENDED, domain="youtube.channel")
    ),
    **{f"meta.limit_{code}": _limit(code) for code in LIMITS},
    **{f"meta.not_found_{language}": _absent(language) for language in NOT_FOUND},
    "meta.transient": _always(
        lambda: meta_error(
            500, 2, "An unexpected error has occurred. Please retry your request later.", is_transient=True
        )
    ),
    "meta.unknown": _always(lambda: meta_error(500, 1, "An unknown error occurred")),
    "meta.expired": _always(lambda: meta_error(400, 190, "Error validating access token", error_subcode=463)),
    "meta.permission": _always(
        lambda: meta_error(403, 10, "(#10) Application does not have permission for this action")
    ),
    "meta.review": _always(lambda: meta_error(400, 200, "(#200) Requires instagram_basic permission")),
    "meta.blocked": _always(
        lambda: meta_error(400, 368, "The action attempted has been deemed abusive or is otherwise disallowed")
    ),
    **{f"instagram.{name}": _wall(name) for name in walls.WALLS},
    "newsapi.rate_limited": _always(newsapi.rate_limited),
    "newsapi.server_error": _always(lambda: newsapi.news_error(500, "unexpectedError", "Something went wrong.")),
}
"""Every answer of a service, by the name under which it can be switched on."""

NAMES = frozenset((*ATTACKS, *DECEPTIONS, *ANSWERS, *(f"shape.{shape}" for shape in SHAPES)))
"""All names that there are."""


class Switchboard:
    """What is switched on where.

    Args:
        dice: The source of draws.
        switches: Names by host, or host and start of a path, such as `www.instagram.com/some.body`.

    Raises:
        ValueError: A name is unknown.
    """

    def __init__(self, dice: Dice, switches: Mapping[str, str]) -> None:
        self._dice = dice
        self._switches: dict[str, str] = {}
        for prefix, name in switches.items():
            self.set(prefix, name)

    def set(self, prefix: str, name: str | None) -> None:
        """Switch a name on for a host or path, or off again with None.

        Raises:
            ValueError: The name is unknown.
        """
        if name is not None and name not in NAMES:
            raise ValueError(f"no switch is called {name}; there are: {', '.join(sorted(NAMES))}")
        switches = {key: value for key, value in self._switches.items() if key != prefix}
        # The mapping is replaced as a whole: it is read from the server's thread.
        self._switches = switches if name is None else {**switches, prefix: name}

    def name(self, host: str, path: str) -> str | None:
        """Return what is switched on for a path; the longest prefix counts."""
        address = f"{host}{path}"
        found = [prefix for prefix in self._switches if address.startswith(prefix)]
        if path == "/robots.txt":
            # Whoever attacks a host as a whole means its pages; its robots.txt must be named.
            found = [prefix for prefix in found if prefix == address]
        return self._switches[max(found, key=len)] if found else None

    def shape(self, host: str, path: str) -> str:
        """Return the shape that pages have here, or nothing."""
        name = self.name(host, path) or ""
        return name.removeprefix("shape.") if name.startswith("shape.") else ""

    def answer(self, name: str, path: str, request: Request, plain: Callable[[], Response]) -> Response:
        """Answer by a name; `plain` makes what would have been answered, which may cost units of a quota."""
        if name in ANSWERS:
            return ANSWERS[name](self._dice, path, request)
        change = ATTACKS.get(name) or DECEPTIONS.get(name)
        return change(request, plain()) if change else plain()
