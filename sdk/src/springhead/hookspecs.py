"""The hooks of Springhead. A plugin is a module that implements one or more of them with ``@hookimpl``."""

from __future__ import annotations

import pluggy

from springhead.source import Source

__all__ = ["hookimpl", "hookspec"]

hookspec = pluggy.HookspecMarker("springhead")
hookimpl = pluggy.HookimplMarker("springhead")


@hookspec
def register_sources() -> list[type[Source]]:
    """Return the Source classes of this plugin."""
    raise NotImplementedError


@hookspec
def register_resolvers() -> list[type[Source]]:
    """Return Source classes that yield nothing but ``Identities``, for the sources that need them."""
    raise NotImplementedError


@hookspec(firstresult=True)
def analyse_sentiment(text: str) -> str | None:
    """Return positive, negative or neutral for a text, or None to let the next analyser try."""
    raise NotImplementedError
