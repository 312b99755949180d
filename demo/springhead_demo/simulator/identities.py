"""Account names and identifiers of figures at other services, the same on TMDb and on Wikidata."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from springhead_demo.simulator.dice import Dice
from springhead_demo.simulator.figures import Figure
from springhead_demo.simulator.names import fold

_NOT_HANDLE = re.compile(r"[^a-z0-9]+")
_CHANNEL = re.compile(r"UC[A-Za-z0-9_-]{22}")
_MASK = 0x5A17C3E9


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
    return Identities(
        imdb=f"nm{2_000_003 + slot * 7:07d}" if dice.chance(0.92, "imdb", slot) else None,
        instagram=instagram,
        instagram_before=f"real_{handle}" if instagram and dice.chance(0.15, "renamed", slot) else None,
        instagram_other=f"{handle}.official" if instagram and dice.chance(0.15, "second", slot) else None,
        threads=handle if instagram and dice.chance(0.6, "threads", slot) else None,
        youtube=channel_id(dice, slot) if dice.chance(0.5, "youtube", slot) else None,
        image=f"{figure.names.latin} {figure.birthday.year + 30}.jpg" if dice.chance(0.6, "image", slot) else None,
    )


def channel_id(dice: Dice, slot: int) -> str:
    """Return the YouTube channel of a slot: the slot's number, masked, and as much chance as fills an id."""
    digits = (slot ^ _MASK).to_bytes(4, "big") + bytes.fromhex(dice.hex(24, "channel", slot))
    return "UC" + urlsafe_b64encode(digits).decode().rstrip("=")


def slot_of_channel(dice: Dice, channel: str) -> int | None:
    """Return the slot behind a channel id, None where the id belongs to nobody."""
    slot = slot_of_prefix(channel[2:9]) if _CHANNEL.fullmatch(channel) else None
    return slot if slot is not None and channel_id(dice, slot) == channel else None


def slot_of_prefix(prefix: str) -> int | None:
    """Return the slot that the first seven characters of a channel id (after `UC`) hold."""
    try:
        return int.from_bytes(urlsafe_b64decode(prefix + "A")[:4], "big") ^ _MASK
    except ValueError:
        return None
