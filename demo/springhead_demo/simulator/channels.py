"""YouTube channels and their videos, derived from figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from springhead_demo.simulator.figures import Figure
from springhead_demo.simulator.identities import channel_id, identities_of, slot_of_channel, slot_of_prefix
from springhead_demo.simulator.moment import EPOCH
from springhead_demo.simulator.names import fold
from springhead_demo.simulator.world import World

State = Literal["open", "hidden_subscribers", "no_uploads", "terminated"]
"""A terminated channel is still in the search index and in other people's links, and nowhere else."""

_STATES: tuple[State, ...] = ("open",) * 15 + ("hidden_subscribers",) * 2 + ("no_uploads", "no_uploads", "terminated")
_FAN_SLOT = 0x4000_0000
_NUMBERED = re.compile(r".+_([0-9a-f]{1,8})")
_LEGACY = re.compile(r"user([0-9a-f]{1,8})x")
_NOT_HANDLE = re.compile(r"[^a-z0-9]+")
_TITLES = {
    "en": ("Behind the scenes & more", "New single <Official Video>", "Q&A", "My day"),
    "zh": ("【幕後花絮】第{n}集", "新歌 MV 官方版", "一日生活 vlog", "演唱會精華"),
    "ja": ("【密着】撮影の裏側 #{n}", "新曲 MV", "質問に答えます", "一日ルーティン"),
    "ko": ("[비하인드] 촬영 현장 {n}", "신곡 MV", "질문과 답변", "하루 브이로그"),
}


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel.

    Attributes:
        fan: Whether somebody else publishes about the figure here.
        legacy: The old user name, where it has one.
    """

    id: str
    figure: Figure
    fan: bool
    title: str
    handle: str
    legacy: str | None
    language: str
    state: State
    subscribers: int
    videos: int
    since: datetime

    @property
    def uploads(self) -> str:
        """The playlist of everything that the channel has published."""
        return "UU" + self.id[2:]


@dataclass(frozen=True, slots=True)
class Video:
    """A video; of one that is no longer public only the place in the playlist is left."""

    id: str
    channel: Channel
    title: str
    at: datetime
    views: int
    likes: int | None
    comments: int | None
    seconds: int
    public: bool


class Studio:
    """All channels.

    Args:
        world: The figures.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._dice = world.dice

    def channel(self, channel: str) -> Channel | None:
        """Return the channel of an id."""
        slot = slot_of_channel(self._dice, channel)
        return None if slot is None else self._at(slot)

    def by_handle(self, handle: str) -> Channel | None:
        """Return the channel of a handle, with or without its @; capitals do not count."""
        return self._numbered(_NUMBERED, handle.removeprefix("@").casefold(), "handle")

    def by_username(self, name: str) -> Channel | None:
        """Return the channel of an old user name."""
        return self._numbered(_LEGACY, name.casefold(), "legacy")

    def by_prefix(self, prefix: str) -> Channel | None:
        """Return the channel whose id goes on with these seven characters after `UC`; videos carry them."""
        slot = slot_of_prefix(prefix)
        found = None if slot is None else self._at(slot)
        return found if found and found.id[2:9] == prefix else None

    def of_figure(self, figure: Figure) -> Channel | None:
        """Return a figure's own channel."""
        return self._at(figure.slot)

    def named(self, text: str) -> Iterator[Channel]:
        """Yield channels for a search: first fan channels and topics, as popular as they are, then the rest."""
        for slot in self._world.search(text)[:20]:
            figure = self._world.figure(slot)
            if figure is None:
                continue
            if self._dice.chance(0.4, "fan channel", slot):
                yield self._fan(figure)
            if own := self.of_figure(figure):
                yield own

    def video(self, channel: Channel, place: int) -> Video:
        """Return the video at a place, 0 being the newest."""
        dice, key = self._dice, (channel.id, place)
        at = EPOCH - timedelta(hours=61 * place + dice.between(1, 60, "hours", *key), seconds=place % 60)
        public = not dice.chance(0.06, "withdrawn", *key)
        title = dice.pick(_TITLES[channel.language], "title", *key).format(n=channel.videos - place)
        views = dice.number("views", *key) % (channel.subscribers * 3 + 50)
        return Video(
            id=f"{place:04x}{channel.id[2:9]}" if place < 0x10000 else channel.id[2:13],
            channel=channel,
            title=title if public else dice.pick(("Private video", "Deleted video"), "why", *key),
            at=at,
            views=views,
            likes=None if dice.chance(0.12, "likes hidden", *key) else views // 30,
            comments=None if dice.chance(0.12, "comments off", *key) else views // 400,
            seconds=dice.between(9, 7_300, "length", *key),
            public=public,
        )

    def _numbered(self, pattern: re.Pattern[str], name: str, member: Literal["handle", "legacy"]) -> Channel | None:
        match = pattern.fullmatch(name)
        figure = self._world.figure(int(match[1], 16)) if match else None
        channel = self.of_figure(figure) if figure else None
        return channel if channel and getattr(channel, member) == name else None

    def _at(self, slot: int) -> Channel | None:
        figure = self._world.figure(slot & ~_FAN_SLOT)
        if figure is None or not figure.has_accounts:
            return None
        if slot & _FAN_SLOT:
            return self._fan(figure)
        dice = self._dice
        known = identities_of(dice, figure)
        if not known.youtube:
            return None
        stem = _NOT_HANDLE.sub("_", fold(figure.names.latin)).strip("_") or "someone"
        state = dice.pick(_STATES, "channel state", slot)
        return Channel(
            id=known.youtube,
            figure=figure,
            fan=False,
            title=figure.names.native if dice.chance(0.6, "native title", slot) else f"{figure.names.latin} Official",
            handle=f"{stem[:20]}_{slot:x}",
            legacy=f"user{slot:x}x" if dice.chance(0.2, "legacy", slot) else None,
            language="en" if figure.names.home == "latin" else figure.names.home,
            state=state,
            subscribers=dice.between(900, 9_000_000 if figure.rank == 0 else 4_000, "subscribers", slot),
            videos=0 if state == "no_uploads" else dice.between(1, 900, "videos", slot),
            since=datetime(2006 + slot % 15, 1 + slot % 12, 3, 4, 5, 6, tzinfo=EPOCH.tzinfo),
        )

    def _fan(self, figure: Figure) -> Channel:
        slot = figure.slot | _FAN_SLOT
        topic = self._dice.chance(0.5, "topic channel", slot)
        title = f"{figure.names.native} - Topic" if topic else f"{figure.names.native} 粉絲頻道 Fans"
        return Channel(
            id=channel_id(self._dice, slot),
            figure=figure,
            fan=True,
            title=title,
            handle=f"fans.of.{slot:x}",
            legacy=None,
            language="en" if figure.names.home == "latin" else figure.names.home,
            state="open",
            subscribers=self._dice.between(100, 20_000, "subscribers", slot),
            videos=self._dice.between(1, 200, "videos", slot),
            since=datetime(2015, 6, 1, tzinfo=EPOCH.tzinfo),
        )
