"""What is said of one response: how complete it is, and how its text leans. Pure, but for what plugins do in it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Protocol

from springhead.errors import PluginError, SpringheadError
from springhead.plugins import hooks, load_source, plugin_names
from springhead.source import Source

from springhead_runner.enrich.sentiment import analyse
from springhead_runner.enrich.text import human_text
from springhead_runner.enrich.weight import completeness

__all__ = ["Judge", "Judgement", "judge", "warm_up"]

log = logging.getLogger("springhead.enrich")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is said of a response.

    Args:
        completeness: Share of its members that hold something, 0..1.
        sentiment: ``positive``, ``negative`` or ``neutral``.
        analyser: Name of the analyser that said so.
        reliability: What the source declares of itself, 0..1; None where it declares nothing or is not installed.
    """

    completeness: float
    sentiment: str
    analyser: str
    reliability: float | None = None


class Judge(Protocol):
    """Says what is to be said of a response."""

    def __call__(self, raw_text: str, source_type: str) -> Judgement:
        """Judge a raw text of a source.

        Raises:
            SpringheadError: It cannot be judged, now or ever (``retryable`` tells).
        """


def judge(raw_text: str, source_type: str, analyser: Callable[[str], tuple[str, str]] | None = None) -> Judgement:
    """Judge a response here, in this process.

    Args:
        raw_text: The entry's raw text.
        source_type: Whose it is; a source that is not installed here is read as a whole.
        analyser: Text → sentiment and the analyser's name; plugins are asked first, then the lexicon, where None.
    """
    source = _source(source_type)
    text = human_text(raw_text, source.text, source.document)
    sentiment, name = analyser(text) if analyser else analyse(text, _hook())
    declared = source.reliability if source is not Source else None
    return Judgement(completeness(raw_text, source.content, source.document), sentiment, name, declared)


def warm_up() -> None:
    """Import the plugins, so that the first text does not pay for it."""
    _hook()


@lru_cache(maxsize=64)  # the names come from the table
def _source(source_type: str) -> type[Source]:
    try:
        return load_source(source_type)
    except SpringheadError:
        return Source


@cache
def _hook() -> Any:
    """The analysers of all plugins that load; a broken one is somebody else's analyser, not ours."""
    manager = hooks()
    for name in plugin_names():
        try:
            manager.register(hooks([name]).get_plugin(name), name=name)
        except PluginError as error:
            log.warning("%s", error.message)
    return manager.hook.analyse_sentiment
