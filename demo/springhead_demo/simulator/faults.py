"""What goes wrong upstream, how often, and when exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Literal

from springhead_demo.simulator.dice import Dice

Transient = Literal["rate_limited", "server_error", "truncated"]
"""A fault that belongs to one attempt, so that asking again usually succeeds."""

_NOT_RATES = ("latency", "retry_after")


@dataclass(frozen=True, slots=True)
class Faults:
    """How often each fault and each trait of a person occurs; rates are from 0 to 1.

    Attributes:
        rate_limited: Attempts answered 429 with Retry-After.
        server_error: Attempts answered 500, 502 or 503 (or, where the request has `maxlag`, MediaWiki's lag error).
        truncated: Attempts whose body stops before its Content-Length.
        malformed: URLs whose body is never JSON, however often they are asked.
        latency: Mean seconds before an answer.
        retry_after: Seconds that Retry-After names.
        namesakes: Subjects that share their name with one or two other people upstream.
        not_found: Subjects that no source knows.
        wrong_birth_date: Subjects whose listed birth date differs from every source's.
        alias_only: Subjects whose listed name is only an alias upstream.
        not_a_person: Subjects whose page and item are about a film, an album or a band.
        no_person: Subjects that are no person anywhere: the name of a band, a place or a word.
        only_namesakes: Subjects that no source knows, while somebody else of that name is known.
        undated: Subjects whose birth date no source tells.
        undated_namesakes: Subjects with namesakes whose birth dates no source tells.
        misspelt: Subjects whose listed name differs by a letter or character from everybody's.
        other_script: Subjects whose sources have another script first than the list has.
        deceased: Subjects who have died.
        walled: Attempts at the public pages of Instagram and Threads that meet a wall.
        switches: Named answers by host or path; see `switches`.
    """

    rate_limited: float = 0.0
    server_error: float = 0.0
    truncated: float = 0.0
    malformed: float = 0.0
    latency: float = 0.0
    retry_after: int = 1
    namesakes: float = 0.0
    not_found: float = 0.0
    wrong_birth_date: float = 0.0
    alias_only: float = 0.0
    not_a_person: float = 0.0
    no_person: float = 0.0
    only_namesakes: float = 0.0
    undated: float = 0.0
    undated_namesakes: float = 0.0
    misspelt: float = 0.0
    other_script: float = 0.0
    deceased: float = 0.0
    walled: float = 0.0
    switches: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for member in fields(self):
            value = getattr(self, member.name)
            if member.name == "switches":
                continue
            if value < 0 or (member.name not in _NOT_RATES and value > 1):
                raise ValueError(f"{member.name} is out of range: {value}")
        if self.rate_limited + self.server_error + self.truncated > 1:
            raise ValueError("rate_limited, server_error and truncated add up to more than 1")


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is in store for one attempt at a URL."""

    number: int
    fault: Transient | None
    malformed: bool
    delay: float


class FaultPlan:
    """Decides faults per URL and per how often that URL was asked, so that the order of other requests does not matter.

    Args:
        faults: The rates.
        dice: The source of draws.
    """

    def __init__(self, faults: Faults, dice: Dice) -> None:
        self.faults = faults
        self._dice = dice
        self._asked: Counter[str] = Counter()

    def next(self, url: str) -> Attempt:
        """Count one more attempt at a URL and tell what happens to it."""
        self._asked[url] += 1
        number = self._asked[url]
        faults = self.faults
        delay = faults.latency * (0.5 + self._dice.unit("delay", url, number)) if faults.latency else 0.0
        return Attempt(
            number, self._transient(url, number), self._dice.chance(faults.malformed, "malformed", url), delay
        )

    def _transient(self, url: str, number: int) -> Transient | None:
        faults = self.faults
        limits: tuple[tuple[Transient, float], ...] = (
            ("rate_limited", faults.rate_limited),
            ("server_error", faults.server_error),
            ("truncated", faults.truncated),
        )
        if not any(rate for _, rate in limits):
            return None
        # One draw for all kinds keeps their rates exact: separate draws would hide some faults behind others.
        draw, bound = self._dice.unit("fault", url, number), 0.0
        for kind, rate in limits:
            bound += rate
            if draw < bound:
                return kind
        return None
