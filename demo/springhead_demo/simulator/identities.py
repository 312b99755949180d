"""Account names and identifiers of figures at other services, the same on TMDb and on Wikidata."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass

from springhead_demo.simulator.dice import Dice
from springhead_demo.simulator.figures import Figure
from springhead_demo.simulator.names import fold

_NOT_HANDLE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Identities:
    """Where else a figure is found; None where it has no such account.

    Attributes:
        instagram_before: A username that was given up.
        instagram_other: A second username, less preferred than the first.
        threads: A Threads username.
        youtube: A YouTube channel id.
        image: A file at Commons.
    """

    imdb: str | None
    instagram: str | None
    instagram_before: str | None
    instagram_other: str | None
    threads: str | None
    youtube: str | None
    image: str | None


def identities_of(dice: Dice, figure: Figure) -> Identities:
    """Derive a figure's accounts."""
    slot = figure.slot
    stem = _NOT_HANDLE.sub("_", fold(figure.names.latin)).strip("_") or "someone"
    # A number keeps handles of people with one name apart without a list of those given.
    handle = f"{stem[:20]}_{slot:x}"
    instagram = handle if dice.chance(0.8, "instagram", slot) else None
    channel = urlsafe_b64encode(bytes.fromhex(dice.hex(34, "channel", slot))).decode().rstrip("=")[:22]
    return Identities(
        imdb=f"nm{2_000_003 + slot * 7:07d}" if dice.chance(0.92, "imdb", slot) else None,
        instagram=instagram,
        instagram_before=f"real_{handle}" if instagram and dice.chance(0.15, "renamed", slot) else None,
        instagram_other=f"{handle}.official" if instagram and dice.chance(0.15, "second", slot) else None,
        threads=handle if instagram and dice.chance(0.6, "threads", slot) else None,
        youtube=f"UC{channel}" if dice.chance(0.5, "youtube", slot) else None,
        image=f"{figure.names.latin} {figure.birthday.year + 30}.jpg" if dice.chance(0.6, "image", slot) else None,
    )
