"""What is deployed together: a source, or all sources of one group, in one function or task."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from springhead.errors import ConfigError
from springhead.source import Quota, Source

__all__ = ["Unit", "units_of"]

#: AWS's limits for a function: memory in MB, time in seconds, and the name, of which a stage takes 17.
_MEMORY, _TIMEOUT, _NAME = (128, 10_240), 900, 64 - 17


@dataclass(frozen=True)
class Unit:
    """One function (or task) with its schedule target.

    Args:
        name: The source's name, or the group's.
        members: Its sources, by name.
    """

    name: str
    members: tuple[type[Source], ...]

    @property
    def function(self) -> str:
        """Name of the function; names of sources may have dots, those of functions may not."""
        return f"scraper-{self.name.replace('.', '-')}"

    @property
    def title(self) -> str:
        """What is scraped, for people."""
        return ", ".join(source.title or source.name for source in self.members)

    @property
    def memory_mb(self) -> int:
        """What the largest member needs."""
        return max(source.resources.memory_mb for source in self.members)

    @property
    def timeout_s(self) -> int:
        """What the slowest member needs."""
        return max(source.resources.timeout_s for source in self.members)

    @property
    def reserved(self) -> int | None:
        """Reserved concurrency; None where a member declares none."""
        declared = [source.resources.reserved_concurrency for source in self.members]
        return None if None in declared else max(number for number in declared if number is not None)

    @property
    def workers(self) -> int:
        """Workers at once on its queue: one place is the schedule's own. AWS takes no fewer than 2."""
        return 2 if self.reserved is None else self.reserved - 1

    @property
    def on_fargate(self) -> bool:
        """Whether it runs as a task instead of a function."""
        return self.members[0].resources.runtime == "fargate"

    @property
    def rule(self) -> str:
        """Name of the rule that starts it."""
        return self.members[0].schedule.rule

    @property
    def cron(self) -> str:
        """When it starts."""
        return self.members[0].schedule.cron

    @property
    def emits_rows(self) -> bool:
        """Whether its records are rows of CSV files instead of entries of the table."""
        return self.members[0].emits != "scraper_entry"

    @property
    def file_prefixes(self) -> list[str]:
        """What the names of its CSV files begin with; none where it writes entries."""
        return [source.file_prefix or source.name for source in self.members] if self.emits_rows else []

    @property
    def has_list(self) -> bool:
        """Whether it reads its subjects from a list instead of the table."""
        return self.members[0].subjects is not None

    @property
    def secrets(self) -> list[str]:
        """Names of the parameters that it may read."""
        return sorted({secret.env for source in self.members for secret in source.all_secrets()})

    @property
    def quotas(self) -> dict[str, Quota]:
        """Sources with a quota per day, by name."""
        return {source.name: source.quota for source in self.members if source.quota is not None}


def units_of(sources: Iterable[type[Source]]) -> list[Unit]:
    """Sort sources into units, by name.

    Raises:
        ConfigError: A group's members disagree, two units would have one name, or something is beyond AWS's limits.
    """
    members: dict[str, list[type[Source]]] = {}
    for source in sorted(sources, key=lambda source: source.name):
        members.setdefault(source.group or source.name, []).append(source)
    units = [Unit(name, tuple(found)) for name, found in sorted(members.items())]
    taken: dict[str, str] = {}
    for unit in units:
        _check_group(unit)
        _check_limits(unit)
        other = taken.setdefault(unit.function, unit.name)
        if other != unit.name:
            raise ConfigError(f"{other} and {unit.name} both become function {unit.function}", hint="rename one")
    return units


def _check_group(unit: Unit) -> None:
    listed = ", ".join(source.name for source in unit.members)
    if len(unit.members) > 1 and any(source.group is None for source in unit.members):
        raise ConfigError(f"{unit.name} is a source and a group ({listed})", hint="give the group another name")
    if len(unit.members) > 1 and any(source.subjects is not None for source in unit.members):
        raise ConfigError(
            f"group {unit.name} ({listed}) has a subject list of a source's own",
            hint="a function reads one list: leave such sources out of groups",
        )
    for what, found in (
        ("emit", {source.emits for source in unit.members}),
        ("run at", {source.schedule.cron for source in unit.members}),
        ("belong to rule", {source.schedule.rule for source in unit.members}),
        ("run on", {source.resources.runtime for source in unit.members}),
    ):
        if len(found) > 1:
            raise ConfigError(
                f"group {unit.name} ({listed}) cannot {what} {' and '.join(sorted(found))}",
                hint="sources of one group share Schedule, runtime and what they emit",
            )


def _check_limits(unit: Unit) -> None:
    low, high = _MEMORY
    if len(unit.function) > _NAME:
        raise ConfigError(f"{unit.function} is longer than {_NAME} characters", hint="give the source a shorter name")
    if not unit.on_fargate and not low <= unit.memory_mb <= high:
        raise ConfigError(
            f"{unit.name} declares {unit.memory_mb} MB; Lambda takes {low} to {high}",
            hint="correct Resources.memory_mb, or declare Resources(runtime='fargate')",
        )
    if not unit.on_fargate and not 1 <= unit.timeout_s <= _TIMEOUT:
        raise ConfigError(
            f"{unit.name} declares {unit.timeout_s} s; Lambda takes 1 to {_TIMEOUT}",
            hint="correct Resources.timeout_s, or declare Resources(runtime='fargate')",
        )
