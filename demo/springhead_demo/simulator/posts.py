"""Posts of an account or under a hashtag, newest first, the same wherever they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from springhead_demo.simulator.dice import Dice
from springhead_demo.simulator.moment import EPOCH

Kind = Literal["IMAGE", "VIDEO", "CAROUSEL_ALBUM"]

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_KINDS: tuple[Kind, ...] = ("IMAGE", "IMAGE", "VIDEO", "CAROUSEL_ALBUM")
_TEXTS = {
    "en": ("On set again 🎬", 'Thank you, "everyone" & see you soon <3', "New song out Friday\n\nlink in bio", "☀️"),
    "zh": ("今天收工啦～謝謝大家🙏", "新歌《遠方》\n週五見！", "又是美好的一天", "生日快樂🎂"),
    "ja": ("撮影おわり！ありがとう🙏", "新曲が出ます\n\n聴いてね", "いい天気☀️", "お知らせ"),
    "ko": ("오늘 촬영 끝! 감사합니다🙏", "신곡이 나옵니다\n\n많이 들어주세요", "좋은 하루☀️", "생일 축하해요🎂"),
}
_TAGS = ("#love", "#behindthescenes", "#新歌", "#撮影", "#일상", "#throwback")
TAGGED_AUDIENCE = 40_000
"""Followers of those whose posts are found under a hashtag."""

_SHIFT = 23
_FIRST_MS = 1_314_220_021_721
"""Instagram's numbers hold the milliseconds since this moment above their lower 23 bits."""


@dataclass(frozen=True, slots=True)
class Post:
    """One post.

    Attributes:
        number: Its number; the code in its address is the same number in base 64.
        text: None where there is no caption.
        likes: None where the author hides them.
    """

    number: int
    kind: Kind
    text: str | None
    likes: int | None
    comments: int
    at: datetime

    @property
    def code(self) -> str:
        """The short code of its address."""
        number, letters = self.number, ""
        while number:
            number, digit = divmod(number, 64)
            letters = _ALPHABET[digit] + letters
        return letters

    @property
    def stamp(self) -> str:
        """The time as the Graph API writes it."""
        return self.at.strftime("%Y-%m-%dT%H:%M:%S+0000")


def post_of(dice: Dice, key: str, place: int, language: str, audience: int, *, tagged: bool = False) -> Post:
    """Return the post at a place, 0 being the newest.

    Args:
        dice: The source of draws.
        key: Whose posts: of an account or a hashtag.
        place: Its place.
        language: The language of the caption.
        audience: Followers, which bound the likes.
        tagged: Whether it is a post of anybody under a hashtag; the last bit of its number says so.
    """
    at = EPOCH - timedelta(hours=37 * place + dice.between(1, 36, "hours", key, place), minutes=place % 60)
    # The upper bits of a number are the time, as they are at Instagram: numbers sort by date.
    low = dice.number("post", key, place) % (1 << _SHIFT) & ~1 | tagged
    return _post(dice, (int(at.timestamp() * 1000) - _FIRST_MS) << _SHIFT | low, at, language, audience)


def tagged_post(dice: Dice, code: str) -> Post | None:
    """Return the post under a hashtag that has a short code, None where no such post was ever shown."""
    number = 0
    for letter in code:
        number = number * 64 + _ALPHABET.find(letter)
    seconds, rest = divmod((number >> _SHIFT) + _FIRST_MS, 1000)
    # Only posts under hashtags can be told from their number alone, and all of ours are of a full minute.
    if not number & 1 or rest or seconds % 60 or seconds >= EPOCH.timestamp() or len(code) > 12:
        return None
    return _post(dice, number, datetime.fromtimestamp(seconds, UTC), "en", TAGGED_AUDIENCE)


def _post(dice: Dice, number: int, at: datetime, language: str, audience: int) -> Post:
    text = dice.pick(_TEXTS[language], "text", number)
    if dice.chance(0.5, "tags", number):
        text += f"\n{dice.pick(_TAGS, 'tag', number)}"
    return Post(
        number=number,
        kind=dice.pick(_KINDS, "kind", number),
        text=None if dice.chance(0.08, "no caption", number) else text,
        likes=None if dice.chance(0.1, "hidden likes", number) else audience // 50 + dice.number("likes", number) % 900,
        comments=dice.number("comments", number) % 400,
        at=at,
    )


def posts_of(dice: Dice, key: str, start: int, stop: int, language: str, audience: int) -> Iterator[Post]:
    """Yield the posts of an account from one place to before another."""
    for place in range(start, stop):
        yield post_of(dice, key, place, language, audience)
