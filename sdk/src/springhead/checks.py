"""`springhead check`: replay every case of a source, offline and frozen, and say what is wrong with it."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import orjson

from springhead.cases import Case, case_folders, expected_lines, load_case, replay
from springhead.engine import Outcome
from springhead.errors import ConfigError, PluginError, SpringheadError
from springhead.har import Exchange
from springhead.mutate import mutations
from springhead.source import Source

__all__ = ["check_case", "check_mutations", "check_source"]

MAX_CASE_BYTES = 1_000_000


def check_source(
    source: type[Source], *, mutate: bool = False, tally: Counter[str] | None = None
) -> dict[str, list[str]]:
    """Check all cases of a source.

    Args:
        source: The source.
        mutate: Whether the recorded answers are damaged too.
        tally: Where ``damaged`` answers are counted.

    Returns:
        Case name → what is wrong with it, empty lists where all is well. A source without a case has one finding
        under the name ``-``.
    """
    folders = case_folders(source)
    if not folders:
        return {"-": [f"{source.name} has no fixture case: add one with `springhead record {source.name} --case …`"]}
    results = {}
    for folder in folders:
        try:
            case = load_case(folder)
            results[folder.name] = check_case(source, case) + (check_mutations(source, case, tally) if mutate else [])
        except ConfigError as error:
            results[folder.name] = [_said(error)]
    return results


def check_case(source: type[Source], case: Case) -> list[str]:
    """Replay a case twice with sockets blocked and compare it with what is expected, field by field."""
    exchanges = case.exchanges()
    first, second = _replay(source, case, exchanges), _replay(source, case, exchanges)
    findings = []
    if not case.notes.strip():
        findings.append('"notes" in case.json is empty: say there what the case shows')
    if _lines(first) != _lines(second):
        findings.append("two replays differ: the plugin reads a clock, a random number or state of its own")
    if case.error is not None:
        if first.error is None or first.error.name != case.error:
            ended = f"{first.error.name}: {_said(first.error)}" if first.error else "a record"
            findings.append(f"expected {case.error}, ended in {ended}")
        return findings
    if first.error is not None:
        return [*findings, f"{first.error.name}: {_said(first.error)}"]
    findings += _differences(case.expected(), expected_lines(first))
    if first.record is not None and not any(
        described["primary"] for described in first.record["metadata"]["responses"]
    ):
        findings.append("/raw_text is no answer that the plugin was given")
    size = sum(len(exchange.response.body) for exchange in exchanges)
    if size > MAX_CASE_BYTES:
        findings.append(f"{size:,} bytes recorded: keep a case below {MAX_CASE_BYTES:,}")
    return findings


def check_mutations(source: type[Source], case: Case, tally: Counter[str] | None = None) -> list[str]:
    """Damage the recorded answers in every way and demand a named error or a record.

    A page that is no answer at all (a login page, a cut or an empty body) must not end in a record; nor may any damage
    end in an error that nobody foresaw.
    """
    findings = []
    for mutation in mutations(case.exchanges()):
        if tally is not None:
            tally["damaged"] += 1
        outcome = _replay(source, case, mutation.exchanges)
        if isinstance(outcome.error, PluginError):
            findings.append(f"{mutation.what}: {outcome.error.message}")
        elif mutation.fatal and outcome.error is None and case.error is None:
            findings.append(f"{mutation.what}: a record came out of it")
    return findings


def _replay(source: type[Source], case: Case, exchanges: list[Exchange]) -> Outcome:
    with _no_network():
        outcome = asyncio.run(replay(source, case, exchanges))
    if isinstance(outcome.error, _Reached):
        raise ConfigError(f"{source.name}: the plugin opens a socket itself", hint="use the `http` that it is given")
    return outcome


def _said(error: SpringheadError) -> str:
    return error.message + (f" ({error.hint})" if error.hint else "")


def _lines(outcome: Outcome) -> bytes:
    error: SpringheadError | None = outcome.error
    return orjson.dumps([expected_lines(outcome), error.to_info() if error else None])


def _differences(expected: list[Any], found: list[Any]) -> list[str]:
    findings = []
    if len(expected) != len(found):
        findings.append(f"expected {len(expected)} lines, found {len(found)}")
    for number, (want, have) in enumerate(zip(expected, found, strict=False), start=1):
        for pointer, wanted, had in _compare(want, have, ""):
            findings.append(f"line {number} {pointer}: expected {wanted}, found {had}")
    return findings


def _compare(want: Any, have: Any, pointer: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(want, dict) and isinstance(have, dict):
        for key in sorted(want.keys() | have.keys()):
            if key not in want:
                yield f"{pointer}/{key}", "nothing", _short(have[key])
            elif key not in have:
                yield f"{pointer}/{key}", _short(want[key]), "nothing"
            else:
                yield from _compare(want[key], have[key], f"{pointer}/{key}")
    elif want != have:
        yield pointer, _short(want), _short(have)


def _short(value: Any) -> str:
    text = orjson.dumps(value).decode()
    return text if len(text) <= 80 else text[:79] + "…"


class _Reached(PluginError):
    pass


@contextmanager
def _no_network() -> Iterator[None]:
    """Let no plugin out: only what goes through the recorded traffic exists."""

    def refuse(*args: object, **kwargs: object) -> NoReturn:
        raise _Reached("the plugin opens a socket itself")

    saved = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo
    socket.socket.connect = refuse  # type: ignore[method-assign]
    socket.socket.connect_ex = refuse  # type: ignore[method-assign]
    socket.getaddrinfo = refuse
    try:
        yield
    finally:
        socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo = saved  # type: ignore[method-assign]
