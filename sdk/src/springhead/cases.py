"""Fixture cases: a folder with ``case.json``, ``traffic.har`` and ``expected.jsonl``.

``case.json`` holds ``subject`` (a metadata record or a part of one), ``frozen_time``, ``notes``, and ``error`` where
the case must end in that error. ``expected.jsonl`` holds the records, then a line with the identities that became
known.
``raw_text`` is not repeated there: it is compared with the recorded bytes instead.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from springhead_contracts import keys

from springhead.clock import Clock, FrozenClock
from springhead.engine import Engine, Outcome
from springhead.entries import Run
from springhead.errors import ConfigError
from springhead.har import Exchange, ReplayTransport, read_har
from springhead.http import Client, Transport
from springhead.plugins import distribution_of, load_resolver
from springhead.source import Source
from springhead.subject import Subject
from springhead.version import user_agent

__all__ = ["Case", "case_folders", "cases_of", "engine_for", "expected_lines", "fixtures_folder", "replay"]


@dataclass(frozen=True, slots=True)
class Case:
    """One recorded case of a source."""

    folder: Path
    subject: Subject
    frozen_time: datetime
    error: str | None = None
    notes: str = ""

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.folder.name

    def exchanges(self) -> list[Exchange]:
        """The recorded traffic."""
        return read_har(self.folder / "traffic.har")

    def expected(self) -> list[Any]:
        """The lines that a replay must give."""
        path = self.folder / "expected.jsonl"
        try:
            return [orjson.loads(line) for line in path.read_bytes().splitlines() if line.strip()]
        except (OSError, ValueError) as error:
            raise ConfigError(f"{path}: {error}", hint="record the case again, with --overwrite") from error


def fixtures_folder(source: type[Source]) -> Path:
    """The folder beside the source's module in which its cases lie."""
    file = importlib.import_module(source.__module__).__file__
    assert file is not None
    return Path(file).parent / "fixtures"


def case_folders(source: type[Source]) -> list[Path]:
    """The folders of a source's cases, sorted by name; a draft that is just being recorded is none of them."""
    found = fixtures_folder(source).glob("*/case.json")
    return sorted(path.parent for path in found if not path.parent.name.startswith("."))


def cases_of(source: type[Source]) -> list[Case]:
    """All cases of a source, sorted by name.

    Raises:
        ConfigError: A case cannot be read, naming the file and the member at fault.
    """
    return [load_case(folder) for folder in case_folders(source)]


def load_case(folder: Path) -> Case:
    """Read one case folder."""
    path = folder / "case.json"
    try:
        document = orjson.loads(path.read_bytes())
        return Case(
            folder,
            Subject.from_record(document["subject"], where=f"{path}: /subject"),
            keys.parse_time(document["frozen_time"]),
            document.get("error"),
            str(document.get("notes") or ""),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{path}: {type(error).__name__}: {error}", hint="see `springhead record --help`") from error


def engine_for(source: type[Source], transport: Transport, clock: Clock, run: Run) -> Engine:
    """Build an engine that talks through a transport."""
    plugin = distribution_of(source)
    client = Client(source(), transport, clock=clock, agent=user_agent(plugin))
    return Engine(source, client, run, plugin, load_resolver() if source.needs or source.wants else None)


async def replay(source: type[Source], case: Case, exchanges: list[Exchange] | None = None) -> Outcome:
    """Ask about a case's subject with its recorded traffic, its clock frozen."""
    transport = ReplayTransport(
        case.exchanges() if exchanges is None else exchanges,
        where=f"case {case.name}",
        remedy=f"record it again: springhead record {source.name} --case {case.name} --overwrite --live",
    )
    run = Run.at(source.name, case.frozen_time, attempt_id="replay")
    return await engine_for(source, transport, FrozenClock(case.frozen_time), run).ask(case.subject)


def expected_lines(outcome: Outcome) -> list[dict[str, Any]]:
    """What ``expected.jsonl`` says of an outcome: everything that does not change with our own version."""
    lines: list[dict[str, Any]] = []
    if outcome.record is not None and outcome.error is None:
        metadata = {k: v for k, v in outcome.record["metadata"].items() if k not in {"plugin", "attempt_id"}}
        lines.append({k: v for k, v in outcome.record.items() if k != "raw_text"} | {"metadata": metadata})
    if outcome.error is None:
        lines += outcome.rows
    if outcome.identities:
        lines.append({"celebrity_id": outcome.subject.id, "identities": outcome.identities})
    return lines
