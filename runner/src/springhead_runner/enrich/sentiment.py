"""Sentiment of a text: positive, negative or neutral, in English and in Chinese (both scripts).

A lexicon is a cheap baseline: on public sets it is right in little more than half of the cases, so the label says
which way the words lean, not what the author feels. A better analyser is a plugin away: the hook
``analyse_sentiment`` is asked first.

English is VADER (https://github.com/cjhutto/vaderSentiment). Chinese is turned into simplified script, cut at the
longest words of a small lexicon, and each word counts with the negation and the degree word before it.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

__all__ = ["ANALYSER", "MAX_CHARS", "analyse", "baseline", "score_chinese"]

ANALYSER = "springhead-lexicon/1"
#: Characters that are read; a biography says in its first pages how it leans.
MAX_CHARS = 10_000
#: A text leans one way when its score passes this: VADER's own threshold, and the same for Chinese.
THRESHOLD = 0.05


def analyse(text: str, hook: Any = None) -> tuple[str, str]:
    """Return the sentiment of a text and the name of the analyser that gave it.

    Args:
        text: Human text; an empty one is neutral.
        hook: pluggy's ``analyse_sentiment`` caller, asked first.
    """
    text = text[:MAX_CHARS]
    if hook is not None and text.strip():
        answer = hook(text=text)
        if answer in {"positive", "negative", "neutral"}:
            return answer, "plugin"
    return baseline(text), ANALYSER


def baseline(text: str) -> str:
    """Sentiment by lexicon; each script's part of a mixed text counts by its length."""
    han = sum("\u3400" <= char <= "\u9fff" for char in text)
    latin = sum(char.isalpha() and char < "\u0250" for char in text)
    # A Chinese character says about as much as half an English word.
    total = han * 2.5 + latin
    if not total:
        return "neutral"
    score = 0.0
    if han:
        score += score_chinese(text) * han * 2.5 / total
    if latin > 3:
        score += _vader().polarity_scores(text)["compound"] * latin / total
    return "positive" if score >= THRESHOLD else "negative" if score <= -THRESHOLD else "neutral"


def score_chinese(text: str) -> float:
    """Score a Chinese text, -1..1: the balance of its positive and negative words."""
    text = _simplified(text)
    words = _lexicon()
    total = strength = 0.0
    position = since = 0
    factor = 1.0
    while position < len(text):
        size = next((n for n in range(4, 0, -1) if text[position : position + n] in words), 0)
        if not size:
            # Negation and degree reach a few characters, and never past the end of a clause.
            since += 1
            if since > 3 or text[position] in "，。！？；,.!?;\n":
                factor = 1.0
            position += 1
            continue
        kind, value = words[text[position : position + size]]
        if kind == "modify":
            factor *= value
        else:
            total += value * factor
            strength += abs(value * factor)
            factor = 1.0
        since = 0
        position += size
    # The added constant keeps one word in a long neutral text from deciding with full force.
    return total / (strength + 1.0)


@cache
def _lexicon() -> dict[str, tuple[str, float]]:
    values = {"positive": ("count", 1.0), "negative": ("count", -1.0), "not": ("modify", -1.0), "very": ("modify", 1.5)}
    found: dict[str, tuple[str, float]] = {}
    text = resources.files(__package__).joinpath("chinese.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        kind, _, words = line.partition(":")
        if kind in values:
            found.update(dict.fromkeys(words.split(), values[kind]))
    return found


@cache
def _vader() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()


def _simplified(text: str) -> str:
    return str(_converter().convert(text))


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")
