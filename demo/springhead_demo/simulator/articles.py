"""News about a name: whose news it is, where it stands, and under which addresses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from springhead_demo.simulator.dice import Dice
from springhead_demo.simulator.figures import Figure
from springhead_demo.simulator.moment import EPOCH
from springhead_demo.simulator.world import World

PUBLISHERS = (
    ("www.daily-one.example", "Daily One", None),
    ("www.taipei-paper.example", "台北日報", None),
    ("ent.hk-news.example", "香港娛樂 & 新聞", None),
    ("www.world-post.example", "The World Post", "the-world-post"),
    ("shukan.example", "週刊ニュース", None),
    ("m.seoul-star.example", "서울스타", None),
)
"""Host, name and NewsAPI id of those who publish."""

_TEXTS = {
    "en": (
        "{} announces a new tour",
        "{} on set: “I'm ready”",
        "Fans & friends greet {}",
        "{}'s film wins <Golden> prize",
    ),
    "zh": ("{}宣布巡迴演唱會", "{}：「我準備好了」", "{}新片殺青，粉絲驚喜", "{}出席《金獎》典禮"),
    "ja": ("{}、ツアーを発表", "{}「準備はできている」", "{}主演作が公開", "{}に独占インタビュー"),
    "ko": ("{}, 투어 발표", "{} “준비됐어요”", "{} 주연작 개봉", "{} 단독 인터뷰"),
}
_MOST = 110


@dataclass(frozen=True, slots=True)
class Article:
    """One article.

    Attributes:
        owner: The slot of the person it is about.
        url: The canonical address; `links` gives others for the same article.
        publisher: An index into `PUBLISHERS`.
    """

    owner: int
    number: int
    title: str
    lead: str
    url: str
    publisher: int
    at: datetime
    author: str | None

    def link(self, form: int) -> str:
        """Return one of the addresses under which the article is passed on: the canonical one for 0."""
        forms = (
            self.url,
            f"{self.url}?utm_source=rss&utm_medium=feed",
            self.url.replace("https://", "http://", 1),
            f"{self.url}#comments",
            f"{self.url}?fbclid=IwAR{self.number:x}",
        )
        return forms[form % len(forms)]


class Newsroom:
    """All articles.

    Args:
        world: The figures that are written about.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.dice: Dice = world.dice

    def about(self, name: str) -> list[Article]:
        """Return the articles that mention a name, newest first, whoever bears it."""
        figures = [f for slot in self._world.exact(name) if (f := self._world.figure(slot))]
        found = [article for figure in figures for article in self.of(figure, name)]
        return sorted(found, key=lambda article: (article.at, article.number), reverse=True)

    def of(self, figure: Figure, name: str) -> list[Article]:
        """Return the articles about one figure; a person who is nobody yet, or long gone, has none."""
        if self.dice.chance(0.08, "no news", figure.slot):
            return []
        count = self.dice.between(1, _MOST if figure.rank == 0 else 12, "articles", figure.slot)
        return [self._article(figure, name, place) for place in range(count)]

    def _article(self, figure: Figure, name: str, place: int) -> Article:
        dice, key = self.dice, (figure.slot, place)
        language = "en" if figure.names.home == "latin" else figure.names.home
        at = EPOCH - timedelta(hours=5 * place + dice.between(1, 5, "hours", *key), minutes=place % 60)
        publisher = dice.number("publisher", *key) % len(PUBLISHERS)
        number = dice.between(10_000_000, 99_999_999, "article", *key)
        title = dice.pick(_TEXTS[language], "title", *key).format(name)
        return Article(
            owner=figure.slot,
            number=number,
            title=title,
            lead=f"{title}. {figure.names.latin} · {figure.birth_place}\u00a0…",
            url=f"https://{PUBLISHERS[publisher][0]}/{at:%Y/%m/%d}/a{number}",
            publisher=publisher,
            at=at,
            author=None if dice.chance(0.3, "unsigned", *key) else "A. Reporter",
        )
