"""Daily allowances that upstream services count per key."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from springhead_demo.simulator.moment import Clock, pacific_day


@dataclass(frozen=True, slots=True)
class Allowances:
    """How much each service allows.

    Attributes:
        google_search: Custom Search queries per key and Pacific day
            (https://developers.google.com/custom-search/v1/overview#pricing).
        youtube: YouTube units per key and Pacific day
            (https://developers.google.com/youtube/v3/determine_quota_cost).
        newsapi: NewsAPI requests per key and day of the developer plan (https://newsapi.org/pricing).
        hashtags: Different hashtags per Instagram user in seven days
            (https://developers.facebook.com/docs/instagram-platform/instagram-api-with-facebook-login/hashtag-search).
    """

    google_search: int = 100
    youtube: int = 10_000
    newsapi: int = 100
    hashtags: int = 30


class Ledger:
    """Counts units per service, key and Pacific day. Keys are held in memory only and never shown.

    Args:
        clock: What tells the day.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._spent: Counter[tuple[str, str, str]] = Counter()

    def spend(self, service: str, key: str, units: int, limit: int) -> bool:
        """Take units from today's allowance; return False, and take nothing, where they are not left."""
        entry = (service, key, pacific_day(self._clock()))
        if self._spent[entry] + units > limit:
            return False
        self._spent[entry] += units
        return True

    def spent(self, service: str) -> int:
        """Return the units of a service that were ever taken, over all keys and days."""
        return sum(units for (name, _, _), units in self._spent.items() if name == service)
