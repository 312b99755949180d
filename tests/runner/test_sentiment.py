from __future__ import annotations

from typing import Any

import pytest
from springhead_runner.enrich import sentiment
from springhead_runner.enrich.sentiment import MAX_CHARS, analyse, baseline, score_chinese


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("She is a brilliant, beloved singer and won many awards.", "positive"),
        ("He was arrested for fraud and died in disgrace.", "negative"),
        ("Born in 1955 on Lamma Island.", "neutral"),
        ("It was not good.", "negative"),
        ("他是一位優秀的演員，深受歡迎，榮獲最佳男主角。", "positive"),
        ("他是一位优秀的演员，深受欢迎，荣获最佳男主角。", "positive"),
        ("她因詐騙被捕，醜聞令人失望。", "negative"),
        ("她因诈骗被捕，丑闻令人失望。", "negative"),
        ("一九五五年生於香港南丫島。", "neutral"),
        ("他不喜歡這部電影。", "negative"),
        ("周潤發 (Chow Yun-fat) 是著名演員。 He is a great actor and won awards.", "positive"),
        ("Scandal and fraud: 他因詐騙被捕，令人失望。", "negative"),
        ("", "neutral"),
        (" \n\t", "neutral"),
        ("12345 !!! ---", "neutral"),
        ("😀", "neutral"),
        ("\x00\ud800", "neutral"),
    ],
    ids=lambda value: str(value)[:24].encode("ascii", "replace").decode(),
)
def test_clear_sentences(text: str, wanted: str) -> None:
    assert baseline(text) == wanted
    assert analyse(text) == (wanted, "springhead-lexicon/1")


def test_both_scripts_score_alike() -> None:
    assert score_chinese("這部電影很精彩，觀眾非常感動") == score_chinese("这部电影很精彩，观众非常感动") > 0


def test_negation_ends_with_its_clause() -> None:
    assert score_chinese("不好") < 0 < score_chinese("不，很好")


def test_a_huge_text_is_read_up_to_a_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    def counted(text: str) -> str:
        read.append(len(text))
        return "neutral"

    monkeypatch.setattr(sentiment, "baseline", counted)
    asked: list[int] = []

    def hook(text: str) -> Any:
        asked.append(len(text))

    analyse("好" * 5_000_000, hook)
    assert read == asked == [MAX_CHARS]
    assert MAX_CHARS <= 10_000  # VADER's time grows with the square of the words around a "but"
