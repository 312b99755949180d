"""Films and series, and who worked on them, as TMDb lists them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from springhead_demo.simulator.dice import Dice
from springhead_demo.simulator.figures import Figure
from springhead_demo.simulator.tables import words

_WORKS = 40_000
_FIRST = words("title_first")
_LAST = words("title_last")
_ROLES = words("roles", "|")
_JOBS = (
    ("Production", "Producer"),
    ("Directing", "Director"),
    ("Writing", "Screenplay"),
    ("Sound", "Theme Song Performance"),
)
_GENRES = (18, 35, 28, 80, 53, 10749, 10402, 14, 9648, 36)
_LANGUAGES = (("zh", "TW"), ("cn", "HK"), ("en", "US"), ("ja", "JP"), ("ko", "KR"))


class Catalogue:
    """Works that many people share: a work has the same facts in everybody's credits.

    Args:
        dice: The source of draws.
    """

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._work = lru_cache(maxsize=16384)(self._build)

    def _image(self, *parts: object) -> str | None:
        return f"/{self._dice.hex(27, 'image', *parts)}.jpg" if self._dice.chance(0.85, "has image", *parts) else None

    def _build(self, number: int) -> dict[str, Any]:
        dice = self._dice
        film = dice.chance(0.6, "film", number)
        title = f"{dice.pick(_FIRST, 'first', number)} {dice.pick(_LAST, 'last', number)}"
        if dice.chance(0.3, "sequel", number):
            title += f" {dice.between(2, 5, 'part', number)}"
        language, country = dice.pick(_LANGUAGES, "language", number)
        released = f"{dice.between(1975, 2024, 'year', number)}-{dice.between(1, 12, 'month', number):02d}-15"
        shared = {
            "adult": False,
            "backdrop_path": self._image("backdrop", number),
            "genre_ids": sorted({dice.pick(_GENRES, "genre", i, number) for i in range(3)}),
            "id": 100_000 + number * 3,
            "original_language": language,
            "overview": f"{title}: a story told over one {dice.pick(_LAST, 'plot', number).lower()}.",
            "popularity": round(dice.unit("popularity", number) * 40, 3),
            "poster_path": self._image("poster", number),
            "vote_average": round(4 + dice.unit("vote", number) * 5, 1),
            "vote_count": dice.between(0, 4000, "votes", number),
        }
        if film:
            return {
                **shared,
                "media_type": "movie",
                "original_title": title,
                "release_date": released,
                "title": title,
                "video": False,
            }
        return {
            **shared,
            "first_air_date": released,
            "media_type": "tv",
            "name": title,
            "origin_country": [country],
            "original_name": title,
        }

    def _works_of(self, figure: Figure) -> list[int]:
        count = self._dice.between(5, 40, "credits", figure.slot) if figure.rank == 0 else 5
        drawn = [self._dice.between(0, _WORKS - 1, "work", figure.slot, i) for i in range(count)]
        return list(dict.fromkeys(drawn))

    def known_for(self, figure: Figure) -> list[dict[str, Any]]:
        """Return up to three works, as search results carry them; namesakes are known for none."""
        return [] if figure.rank else [self._work(number) for number in self._works_of(figure)[:3]]

    def credits(self, figure: Figure) -> dict[str, list[dict[str, Any]]]:
        """Return the parts and the jobs of a person."""
        cast: list[dict[str, Any]] = []
        crew: list[dict[str, Any]] = []
        acts = figure.occupations[0].department == "Acting"
        for place, number in enumerate(self._works_of(figure)):
            work, key = self._work(number), ("credit", figure.slot, number)
            credit_id = self._dice.hex(24, *key)
            series = (
                {"episode_count": self._dice.between(1, 60, "episodes", *key)} if work["media_type"] == "tv" else {}
            )
            if self._dice.chance(0.85 if acts else 0.3, "acts", *key):
                order = {"order": place % 12} if not series else {}
                role = self._dice.pick(_ROLES, "role", *key)
                cast.append({**work, **series, "character": role, "credit_id": credit_id, **order})
            else:
                department, job = self._dice.pick(_JOBS, "job", *key)
                crew.append({**work, **series, "credit_id": credit_id, "department": department, "job": job})
        return {"cast": cast, "crew": crew}
