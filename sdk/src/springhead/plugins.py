"""Finding and loading plugins: by name, lazily, each for itself.

A plugin is an entry point in the group ``springhead``; the entry point's name is the source's name (or, for a plugin
with several sources, their common prefix), so that ``run tmdb`` imports one plugin. Entry-point names are listed
without importing anything. A plugin that cannot be loaded is quarantined with its reason and stops nobody else.
"""

from __future__ import annotations

import difflib
import importlib.util
import os
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Any

import pluggy
from springhead_contracts import record_types

from springhead import hookspecs
from springhead.errors import ConfigError, PluginError
from springhead.http.messages import excerpt
from springhead.paths import shown
from springhead.source import Source

__all__ = [
    "GROUP",
    "INSTALL",
    "Plugin",
    "catalogue",
    "distribution_of",
    "groups",
    "hooks",
    "load_resolver",
    "load_source",
    "load_sources",
    "plugin_names",
]

GROUP = "springhead"
#: How a source in a folder is installed: without a network, and without touching what is pinned.
INSTALL = "pip install --no-deps --no-build-isolation -e"
#: What is installed does not change while we run, and looking it up reads every distribution's metadata.
_distributions: dict[type[Source], str] = {}


@dataclass(frozen=True, slots=True)
class Plugin:
    """One installed plugin.

    Args:
        name: Entry-point name.
        distribution: Name and version of its distribution, such as ``springhead-tmdb/0.1.0``.
        sources: Its sources; empty where it is quarantined.
        quarantine: Why it could not be loaded, or None.
        hint: What to do about that, or None.
    """

    name: str
    distribution: str
    sources: tuple[type[Source], ...] = ()
    quarantine: str | None = None
    hint: str | None = None


def _entry_points() -> dict[str, metadata.EntryPoint]:
    """Entry points by name; ``SPRINGHEAD_PLUGINS=a,b`` narrows them to an allow-list."""
    allowed = os.environ.get("SPRINGHEAD_PLUGINS")
    names = None if allowed is None else {name.strip() for name in allowed.split(",")}
    return {ep.name: ep for ep in metadata.entry_points(group=GROUP) if names is None or ep.name in names}


def plugin_names() -> list[str]:
    """Names of the installed plugins, without importing one."""
    return sorted(_entry_points())


def hooks(names: Iterable[str] = ()) -> pluggy.PluginManager:
    """Return a plugin manager with Springhead's hooks and the named plugins.

    Raises:
        PluginError: A named plugin cannot be loaded.
        ConfigError: A named plugin is not installed.
    """
    manager = pluggy.PluginManager("springhead")
    manager.add_hookspecs(hookspecs)
    known = _entry_points()
    for name in names:
        if name not in known:
            raise _unknown(name, known)
        _register(manager, known[name])
    return manager


def _sources(entry_point: metadata.EntryPoint) -> tuple[type[Source], ...]:
    manager = pluggy.PluginManager("springhead")
    manager.add_hookspecs(hookspecs)
    return _register(manager, entry_point)


def load_source(name: str) -> type[Source]:
    """Load one source by its name.

    A source named ``seattle.neumos`` belongs to the plugin ``seattle``.

    Raises:
        ConfigError: No such source; the message names the nearest one.
        PluginError: Its plugin cannot be loaded.
    """
    known = _entry_points()
    plugin_name = name if name in known else name.partition(".")[0]
    if plugin_name not in known:
        raise _not_installed(plugin_name) or _unknown(name, known)
    sources = {source.name: source for source in _sources(known[plugin_name])}
    if name not in sources:
        raise _unknown(name, sources)
    return sources[name]


def load_sources(name: str) -> list[type[Source]]:
    """Load one source by its name, or all sources of a group, sorted by name.

    Raises:
        ConfigError: There is no source and no group of that name.
        PluginError: The source's plugin cannot be loaded.
    """
    known = _entry_points()
    if name in known or name.partition(".")[0] in known:
        return [load_source(name)]
    # Only the sources themselves know their group. A deployed function narrows the plugins to its own.
    found = groups()
    if name not in found:
        raise _not_installed(name) or _unknown(name, [*known, *found])
    return found[name]


def groups() -> dict[str, list[type[Source]]]:
    """The groups that installed sources declare, with their sources, both sorted by name."""
    found: dict[str, list[type[Source]]] = {}
    for source in sorted((s for plugin in catalogue() for s in plugin.sources), key=lambda source: source.name):
        if source.group is not None:
            found.setdefault(source.group, []).append(source)
    return dict(sorted(found.items()))


def load_resolver() -> type[Source] | None:
    """Load the source that finds identities (``register_resolvers``), or None where none is installed.

    Its plugin has an entry point in the group ``springhead.resolvers``, so that no other plugin is imported for it.

    Raises:
        PluginError: It cannot be loaded.
    """
    for entry_point in sorted(metadata.entry_points(group=f"{GROUP}.resolvers")):
        manager = pluggy.PluginManager("springhead")
        manager.add_hookspecs(hookspecs)
        try:
            manager.register(entry_point.load(), name=entry_point.name)
            found = [resolver for offered in manager.hook.register_resolvers() for resolver in offered]
        except Exception as error:
            raise PluginError(
                f"resolver {entry_point.name} cannot be loaded: {type(error).__name__}: {excerpt(str(error), 300)}"
            ) from error
        if found:
            resolver: type[Source] = found[0]
            return resolver
    return None


def catalogue() -> list[Plugin]:
    """Load every installed plugin, each for itself, and say what it is."""
    plugins = []
    for name, entry_point in sorted(_entry_points().items()):
        distribution = _distribution(entry_point)
        try:
            plugins.append(Plugin(name, distribution, _sources(entry_point)))
        except PluginError as error:
            plugins.append(Plugin(name, distribution, quarantine=error.message, hint=error.hint))
    return plugins


def distribution_of(source: type[Source]) -> str:
    """Name and version of the distribution that a source came from, such as ``springhead-tmdb/0.1.0``."""
    if source not in _distributions:
        known = _entry_points()
        entry_point = known.get(source.name) or known.get(source.name.partition(".")[0])
        _distributions[source] = _distribution(entry_point) if entry_point else f"{source.__module__}/0"
    return _distributions[source]


def _register(manager: pluggy.PluginManager, entry_point: metadata.EntryPoint) -> tuple[type[Source], ...]:
    # Whatever a plugin's import raises, even SystemExit, is its own failure and must not become ours.
    try:
        module: Any = entry_point.load()
        manager.register(module, name=entry_point.name)
        manager.check_pending()
        callers = manager.subset_hook_caller("register_sources", _others(manager, module))
        sources = tuple(source for found in callers() for source in found)
        for source in sources:
            _check_source(source, entry_point.name)
        return sources
    except (Exception, SystemExit) as error:
        raise PluginError(
            f"plugin {entry_point.name} ({_distribution(entry_point)}) cannot be loaded: "
            f"{type(error).__name__}: {excerpt(str(error), 300)}",
            hint=_remedy(entry_point, error),
        ) from error


def _remedy(entry_point: metadata.EntryPoint, error: BaseException) -> str:
    """What to do about a plugin that cannot be loaded: whoever is writing it needs the file and the line."""
    distribution = _distribution(entry_point).partition("/")[0]
    try:
        spec = importlib.util.find_spec(entry_point.module)
    except (ImportError, ValueError):
        spec = None
    file = Path(spec.origin) if spec and spec.origin and spec.has_location else None
    if file is None or {"site-packages", "dist-packages"} & set(file.parts):
        return f"reinstall or remove {distribution}"
    line = error.lineno if isinstance(error, SyntaxError) and error.filename == str(file) else None
    step: TracebackType | None = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == str(file):
            line = step.tb_lineno
        step = step.tb_next
    return f"correct {shown(file)}{f':{line}' if line else ''}, or remove {distribution}"


def _others(manager: pluggy.PluginManager, module: Any) -> list[Any]:
    return [plugin for plugin in manager.get_plugins() if plugin is not module]


def _check_source(source: Any, plugin: str) -> None:
    if not (isinstance(source, type) and issubclass(source, Source)):
        raise TypeError(f"register_sources returned {source!r}, which is no Source class")
    for attribute in ("name", "endpoint"):
        if not isinstance(getattr(source, attribute, None), str):
            raise TypeError(f"{source.__name__} declares no {attribute}")
    if source.name != plugin and not source.name.startswith(f"{plugin}."):
        raise ValueError(f"{source.__name__}.name is {source.name!r}; it must be {plugin!r}, as its entry point")
    text: object = source.text
    if isinstance(text, str):
        raise TypeError(f"{source.__name__}.text is a string; write a tuple of JSON pointers")
    if not 0 <= source.reliability <= 1:
        raise ValueError(f"{source.__name__}.reliability is {source.reliability}; give 0 to 1")
    if source.emits not in record_types():
        raise ValueError(f"{source.__name__}.emits is {source.emits!r}, not a contract type")


def _distribution(entry_point: metadata.EntryPoint) -> str:
    dist = entry_point.dist
    return f"{dist.name}/{dist.version}" if dist else entry_point.value


def _not_installed(name: str) -> ConfigError | None:
    """The error for a source that lies in this clone but was not installed; None where that is not what is wrong."""
    folder = Path("plugins") / name
    if (
        not name.isidentifier()
        or not (folder / "pyproject.toml").is_file()
        or metadata.entry_points(group=GROUP, name=name)
    ):
        return None
    return ConfigError(f"{folder} is not installed", hint=f"{INSTALL} {folder}")


def _unknown(name: str, known: Iterable[str]) -> ConfigError:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]}?" if near else f"installed sources: {', '.join(names) or 'none'}"
    return ConfigError(f"unknown source {name!r}", hint=hint)
