"""Numbers that depend only on a seed and on what they are for."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")

_SPAN = float(1 << 64)


class Dice:
    """A stateless source of draws: the same seed and labels give the same draw, in any order.

    Args:
        seed: The number that all draws depend on.
    """

    def __init__(self, seed: int) -> None:
        self._base = blake2b(str(seed).encode(), digest_size=32)

    def _digest(self, parts: tuple[object, ...]) -> bytes:
        # Copying a keyed state is cheaper than hashing the seed again for every draw.
        state = self._base.copy()
        state.update("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass"))
        return state.digest()

    def number(self, *parts: object) -> int:
        """Return an integer below 2**64."""
        return int.from_bytes(self._digest(parts)[:8], "big")

    def unit(self, *parts: object) -> float:
        """Return a float in [0, 1)."""
        # The low bits would round up to 1.0 in a double, so only 53 of them count.
        return (self.number(*parts) >> 11 << 11) / _SPAN

    def chance(self, rate: float, *parts: object) -> bool:
        """Return whether an event of this rate happens; a rate of 0 or 1 costs no draw."""
        return rate > 0 and (rate >= 1 or self.unit(*parts) < rate)

    def between(self, low: int, high: int, *parts: object) -> int:
        """Return an integer from `low` to `high`, both included."""
        return low + self.number(*parts) % (high - low + 1)

    def pick(self, options: Sequence[T], *parts: object) -> T:
        """Return one of the options."""
        return options[self.number(*parts) % len(options)]

    def hex(self, length: int, *parts: object) -> str:
        """Return up to 64 hexadecimal digits."""
        return self._digest(parts).hex()[:length]
