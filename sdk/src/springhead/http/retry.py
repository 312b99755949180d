"""When to try again, and how long to wait: exponential backoff with full jitter, never less than Retry-After."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["RetryPolicy", "parse_retry_after"]


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Read a Retry-After header in either form (RFC 9110 §10.2.3).

    Args:
        value: ``"120"`` or ``"Fri, 20 Nov 2026 10:00:00 GMT"``; None and nonsense give None.
        now: The time against which a date is counted.

    Returns:
        Seconds to wait, 0 for a date in the past.
    """
    if not value:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        # Twelve digits are 30,000 years: cap before float() turns a hostile header into infinity.
        return float(value[:12])
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How stubborn the engine is.

    Args:
        tries: The first try and the retries.
        base: Seconds; the wait before retry n is random in 0..base * 2^n.
        cap: Longest random wait, in seconds.
        max_wait: Longest Retry-After that is waited for; a longer one ends the request.
    """

    tries: int = 5
    base: float = 0.5
    cap: float = 20.0
    max_wait: float = 60.0

    def wait(self, attempt: int, retry_after: float | None, chance: float) -> float | None:
        """Seconds to wait before the next try, or None to give up.

        Args:
            attempt: 0 after the first try.
            retry_after: What the source asked for, in seconds.
            chance: A random number in [0, 1).
        """
        if attempt + 1 >= self.tries:
            return None
        jitter: float = chance * min(self.cap, self.base * 2**attempt)
        if retry_after is None:
            return jitter
        if retry_after > self.max_wait:
            return None
        # Everybody was told the same second; jitter keeps us from coming back all at once.
        return max(jitter, retry_after + min(jitter, 1.0))
