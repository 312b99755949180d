"""From sources to the text of the template. The CDK is loaded with the first template, not before."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from springhead.errors import PluginError
from springhead.plugins import Plugin
from springhead.source import Source

from springhead_deploy.node import require_node

__all__ = ["build", "render", "sources_of"]


def sources_of(plugins: Iterable[Plugin]) -> list[type[Source]]:
    """All sources of the plugins, by name.

    Raises:
        PluginError: One of the plugins cannot be loaded: a template without it would take its function away.
    """
    sources: list[type[Source]] = []
    for plugin in plugins:
        if plugin.quarantine:
            raise PluginError(plugin.quarantine, hint=plugin.hint)
        sources += plugin.sources
    return sorted(sources, key=lambda source: source.name)


def build(sources: Iterable[type[Source]]) -> dict[str, Any]:
    """Synthesize the template for these sources.

    Raises:
        ConfigError: What they declare does not fit together or into AWS's limits, the CDK finds a fault in the
            template, or there is no Node.js.
    """
    require_node()
    from springhead_deploy.template import synthesize

    return synthesize(sources)


def render(template: dict[str, Any]) -> str:
    """The template as the text that is committed: sorted, so that a difference is a change."""
    return json.dumps(template, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
