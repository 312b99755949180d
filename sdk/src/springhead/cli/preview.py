"""Show what a source would write, and write nothing.

Example::

    springhead preview wikipedia --subject '{"celebrity_id": "celeb_001", "name": "周潤發"}' --live
    springhead preview tmdb                    # replays the recorded cases
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from springhead.cli import one_line, print_error
from springhead.cli.output import cell, plural, print_json, print_line, table
from springhead.errors import ConfigError, Unavailable
from springhead.pointer import is_filled
from springhead.subject import Subject

if TYPE_CHECKING:
    from springhead.cases import Case
    from springhead.engine import Outcome
    from springhead.source import Source


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", help="the source")
    parser.add_argument("--subject", metavar="JSON", help="a metadata record, or @FILE with one; - reads stdin")
    parser.add_argument("--har", metavar="FILE", type=Path, help="answer from this HAR file")
    parser.add_argument("--live", action="store_true", help="ask the real source")
    parser.add_argument("-n", type=int, default=5, metavar="N", help="at most N recorded cases (default 5)")
    parser.add_argument(
        "--explain", action="store_true", help="show every candidate, what speaks for and against it, and requests"
    )
    parser.add_argument("--json", action="store_true", help="records as JSON lines")


def parse_subject(text: str) -> Subject:
    """Read ``--subject``: JSON, ``@FILE`` or ``-``."""
    try:
        if text == "-":
            text = sys.stdin.read()
        elif text.startswith("@"):
            text = Path(text[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"--subject: {error}", hint="give a readable file") from error
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ConfigError(
            f"--subject is no JSON (line {error.lineno}, column {error.colno}): {cell(text)}",
            hint="""write --subject '{"celebrity_id": "celeb_001", "name": "周潤發"}'""",
        ) from error
    return Subject.from_record(document, where="--subject")


def run(args: argparse.Namespace) -> int:
    """Preview."""
    from springhead.cli._explain import print_explanation
    from springhead.matching.candidates import watch
    from springhead.plugins import load_source

    source = load_source(args.name)
    if args.har and args.live:
        raise ConfigError("--har and --live exclude each other", hint="choose one")
    if args.subject is None and (args.har or args.live):
        raise ConfigError("--subject is missing", hint="say whom to ask about")
    # What is wrong with the subject is said before what is missing beside it.
    subject = None if args.subject is None else parse_subject(args.subject)
    if subject is not None and not (args.har or args.live):
        raise ConfigError("--subject needs an answer", hint="add --live, or --har FILE")
    if args.n < 1:
        raise ConfigError(f"-n is {args.n}", hint="give 1 or more")
    code = 0
    questions, left = _questions(source, subject, args)
    for case, ask in questions:
        if case is not None and not args.json:
            print_line(
                f"case {case.name}: {cell(case.notes, 90 - len(case.name))}" if case.notes else f"case {case.name}"
            )
        with watch() as decisions:
            outcome = ask()
        if outcome.error is not None and case is not None and outcome.error.name == case.error:
            if not args.json:
                print_line(f"{outcome.subject.name}  ({outcome.subject.id}, {source.name})")
                print_line(f"  ✓ {cell(one_line(outcome.error), 160)}, as recorded")
        elif outcome.error is not None:
            code = max(code, outcome.error.exit_code)
            print_error(outcome.error, as_json=args.json)
        elif args.json:
            print_json(outcome.record)
        if not args.json:
            _show(source, outcome)
        if args.explain:
            print_explanation(source, outcome, decisions, as_json=args.json)
        if not args.json and (args.explain or outcome.error is None):
            print_line()
    if left:
        print_left = partial(print, file=sys.stderr) if args.json else print_line
        print_left(f"{plural(left, 'more case')}: springhead preview {source.name} -n {args.n + left}")
    return code


def _questions(
    source: type[Source], subject: Subject | None, args: argparse.Namespace
) -> tuple[list[tuple[Case | None, Callable[[], Outcome]]], int]:
    """What is to be asked, each with its case where it is recorded, and how many more cases there are."""
    from springhead import cases

    if subject is None:
        found = cases.cases_of(source)
        if not found:
            raise ConfigError(f"{source.name} has no recorded case", hint="give --subject with --live or --har")
        # Records first, the plainest before the rest: they are what one wants to see.
        found.sort(key=lambda case: (case.error is not None, len(case.exchanges())))
        shown = [(case, partial(_replay, source, case)) for case in found[: args.n]]
        return [*shown], max(0, len(found) - args.n)
    return [(None, partial(_from_har, source, subject, args.har) if args.har else partial(_live, source, subject))], 0


def _replay(source: type[Source], case: Case) -> Outcome:
    from springhead import cases

    return asyncio.run(cases.replay(source, case))


def _from_har(source: type[Source], subject: Subject, path: Path) -> Outcome:
    from datetime import UTC, datetime

    from springhead.cases import engine_for
    from springhead.clock import FrozenClock
    from springhead.entries import Run
    from springhead.har import ReplayTransport, read_har

    # A recorded 429 needs no real waiting, so the clock only counts.
    clock = FrozenClock(datetime.now(UTC))
    transport = ReplayTransport(read_har(path), where=str(path))
    return asyncio.run(engine_for(source, transport, clock, Run.at(source.name, clock.now())).ask(subject))


def _live(source: type[Source], subject: Subject) -> Outcome:
    from springhead.cases import case_folders
    from springhead.local import live_engine

    async def ask() -> Outcome:
        async with live_engine(source) as engine:
            return await engine.ask(subject)

    outcome = asyncio.run(ask())
    if isinstance(outcome.error, Unavailable) and case_folders(source):
        recorded = f"the recorded cases need no network: springhead preview {source.name}"
        outcome.error.hint = f"{outcome.error.hint}; {recorded}" if outcome.error.hint else recorded
    return outcome


def _show(source: type[Source], outcome: Outcome) -> None:
    record = outcome.record
    if outcome.error is None and record is not None:
        metadata = record["metadata"]
        print_line(f"{record['name']}  ({record['celebrity_id']}, {source.name})")
        rows = [["url", cell(metadata["url"], 84)], ["source", record["source"]]]
        if "match" in metadata:
            match = metadata["match"]
            rows.append(["match", f"{match['confidence']:.2f}  {cell('; '.join(match['evidence']), 78)}"])
        rows += [[name, cell(value, 84)] for name, value in sorted((outcome.content or {}).items())][:20]
        if outcome.identities:
            rows.append(["identities", cell(outcome.identities, 84)])
        print_line(table(rows, indent="  "))
        content = outcome.content if isinstance(outcome.content, dict) else {}
        filled = sum(map(is_filled, content.values()))
        print_line(
            f"  ✓ valid {metadata['contract']}, {filled} of {len(content)} fields filled, "
            f"{metadata['raw_bytes']:,} bytes of raw_text, sha256 {metadata['raw_sha256'][:12]}…"
        )
