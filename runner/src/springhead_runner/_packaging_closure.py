"""What goes together: the plugins that a package takes, and all that they and the runner require."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from springhead.errors import ConfigError
from springhead.plugins import GROUP, catalogue

from springhead_runner._packaging_files import requirements_of

__all__ = ["Selection", "require", "select"]

_RUNNER = "springhead-runner"
#: Never on Lambda's zip path, whoever requires them: the lake has an image of 0.5 GB, the others are for laptops.
_REFUSED = frozenset({"springhead-demo", "springhead-deploy", "springhead-lake"})


@dataclass(frozen=True)
class Selection:
    """Which plugins a package takes.

    Args:
        roots: Names of the distributions to begin with: the runner, then those of the plugins.
        left_out: Plugins that stay out, sorted.
    """

    roots: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def select(sources: Iterable[str] | None = None, *, on_lambda: bool = True) -> Selection:
    """Choose plugins.

    Args:
        sources: Entry points (plugins) to take; all that are installed where None.
        on_lambda: Leave out each distribution of which no source runs on Lambda (``Resources.runtime``). What it
            requires, a browser or a framework, would only be carried about. A plugin that cannot be loaded declares
            nothing and stays in.

    Raises:
        ConfigError: A plugin is not installed.
    """
    found = {point.name: point.dist.name for point in metadata.entry_points(group=GROUP) if point.dist}
    names = sorted(found) if sources is None else sorted(set(sources))
    for name in names:
        if name not in found:
            raise ConfigError(
                f"plugin {name!r} is not installed, it cannot be packaged",
                hint=f"installed plugins: {', '.join(sorted(found)) or 'none'}",
            )
    tasks = _tasks() if on_lambda else frozenset()
    kept = {found[name] for name in names if name not in tasks}
    if sources is None:
        # What finds identities is asked by all sources.
        kept |= {point.dist.name for point in metadata.entry_points(group=f"{GROUP}.resolvers") if point.dist}
    return Selection((_RUNNER, *sorted(kept)), tuple(name for name in names if found[name] not in kept))


def _tasks() -> frozenset[str]:
    """Plugins all of whose sources run on Fargate."""
    return frozenset(
        plugin.name
        for plugin in catalogue()
        if plugin.sources and all(source.resources.runtime == "fargate" for source in plugin.sources)
    )


def require(
    roots: Iterable[str],
    skip: Collection[str] = (),
    *,
    refuse: bool = False,
    markers: Mapping[str, str] | None = None,
    find: Callable[[str], metadata.Distribution] = metadata.distribution,
) -> dict[str, metadata.Distribution]:
    """All distributions that the roots need, by canonical name.

    Args:
        roots: Names, with extras in brackets where some are wanted.
        skip: Canonical names that are there already.
        refuse: Refuse what has no place in the Lambda zip.
        markers: Environment that requirements are judged in; this machine's where None.
        find: Finds a distribution by its canonical name.

    Raises:
        ConfigError: One is not installed or refused; the message says who requires it.
    """
    found: dict[str, metadata.Distribution] = {}
    seen: set[tuple[str, str]] = set()
    todo = [(r.name, extra, "") for r in map(Requirement, roots) for extra in ("", *r.extras)]
    while todo:
        raw_name, extra, wanted_by = todo.pop()
        name = canonicalize_name(raw_name)
        if name in skip or (name, extra) in seen:
            continue
        seen.add((name, extra))
        if refuse and name in _REFUSED:
            raise ConfigError(
                f"{name} does not go into the Lambda zip, but {wanted_by or 'a plugin of it'} requires it",
                hint="declare Resources(runtime='fargate'), or do without it",
            )
        try:
            distribution = found.get(name) or find(name)
        except metadata.PackageNotFoundError:
            raise ConfigError(
                f"{name} is not installed{f', but {wanted_by} requires it' if wanted_by else ''}",
                hint=f"pip install {wanted_by or name}",
            ) from None
        found[name] = distribution
        for line in requirements_of(distribution):
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({**(markers or {}), "extra": extra}):
                todo += [(requirement.name, more, name) for more in ("", *requirement.extras)]
    return found
