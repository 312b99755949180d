r"""Record a fixture case: ask once, keep the traffic, the subject, the time and the records.

Example::

    springhead record tmdb --case chow-yun-fat --live --subject '{"celebrity_id": "celeb_001", "name": "周潤發"}' \
        --notes 'known by an id'
    springhead record tmdb --case chow-yun-fat --overwrite --live    # the same subject, asked again
"""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from springhead_contracts import keys

from springhead.cli.output import plural, print_line
from springhead.cli.preview import parse_subject
from springhead.errors import ConfigError, Unavailable
from springhead.paths import shown
from springhead.subject import Subject

if TYPE_CHECKING:
    from springhead.har import Exchange
    from springhead.source import Source


#: How a case ends that is not there to show an error.
RECORD = "a record"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", help="the source")
    parser.add_argument("--case", required=True, help="name of the new case, such as chow-yun-fat")
    parser.add_argument(
        "--subject", metavar="JSON", help="a metadata record, @FILE or - (default with --overwrite: the same)"
    )
    parser.add_argument("--notes", metavar="TEXT", help="what the case is there to show")
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("--live", action="store_true", help="ask the real source")
    group.add_argument("--har", metavar="FILE", type=Path, help="take the answers from a browser's HAR file (scrubbed)")
    parser.add_argument("--overwrite", action="store_true", help="replace a case of that name")


def run(args: argparse.Namespace) -> int:
    """Record."""
    from springhead.cases import fixtures_folder
    from springhead.plugins import load_source

    source = load_source(args.name)
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,60}", args.case):
        raise ConfigError(f"--case {args.case!r} is no case name", hint="use lower-case letters, digits and hyphens")
    folder = fixtures_folder(source) / args.case
    if folder.exists() and not args.overwrite:
        raise ConfigError(f"case {args.case} exists already in {folder}", hint="choose another name, or --overwrite")
    subject, notes = _described(folder, args)
    exchanges, clock_now = asyncio.run(_ask(source, subject, args.har))
    ended = write_case(source, folder, subject, exchanges, clock_now, lossy=args.har is not None, notes=notes)
    what = "look at expected.jsonl, then commit" if ended == RECORD else "commit it if that is what it should show"
    print_line(f"recorded {plural(len(exchanges), 'answer')} as {shown(folder)}, ending in {ended}: {what}")
    warn_of_secrets(folder, exchanges)
    return 0


def _described(folder: Path, args: argparse.Namespace) -> tuple[Subject, str]:
    """Whom to ask about and what the case shows: as given, else as the case says that is replaced."""
    from springhead.cases import Case, load_case

    old: Case | None = None
    try:
        if folder.exists():
            old = load_case(folder)
    except ConfigError:
        if args.subject is None:
            raise
    if args.subject is None and old is None:
        raise ConfigError("--subject is missing", hint="say whom to ask about")
    subject = parse_subject(args.subject) if args.subject is not None else old.subject if old else None
    assert subject is not None
    kept = old.notes if old and old.notes != _plain_notes(folder, old.subject) else ""
    return subject, args.notes if args.notes is not None else kept


def _plain_notes(folder: Path, subject: Subject) -> str:
    return f"{folder.name.replace('-', ' ')}: {subject.name}"


def warn_of_secrets(folder: Path, exchanges: list[Exchange]) -> None:
    """Say on stderr which members of a case look like secrets; their values are not shown."""
    from springhead.suspects import suspects

    for name, pointers in sorted(suspects(exchanges).items()):
        more = f" and {len(pointers) - 10} more" if len(pointers) > 10 else ""
        listed = ", ".join(pointers[:10])
        print(f"warning: {shown(folder / name)} may hold a secret at {listed}{more}: look before you commit",
              file=sys.stderr)  # fmt: skip


async def _ask(source: type[Source], subject: Subject, har: Path | None) -> tuple[list[Exchange], datetime]:
    from springhead.cases import engine_for
    from springhead.clock import FrozenClock, SystemClock
    from springhead.entries import Run
    from springhead.har import RecordingTransport, ReplayTransport, read_har
    from springhead.http.messages import Transport
    from springhead.local import live_engine

    now = datetime.now(UTC).replace(microsecond=0)
    if har is not None:
        clock = FrozenClock(now)
        recorder = RecordingTransport(ReplayTransport(read_har(har), where=str(har)), clock)
        outcome = await engine_for(source, recorder, clock, Run.at(source.name, now)).ask(subject)
    else:
        recorders: list[RecordingTransport] = []

        def wrap(inner: Transport) -> Transport:
            recorders.append(RecordingTransport(inner, SystemClock()))
            return recorders[0]

        async with live_engine(source, wrap=wrap) as engine:
            outcome = await engine.ask(subject)
        recorder = recorders[0]
    if outcome.error is not None and outcome.refused is None and isinstance(outcome.error, (Unavailable, ConfigError)):
        # No answer came, so there is nothing to keep: a case of this would not end the way it did now.
        raise outcome.error
    return recorder.exchanges, now


def write_case(
    source: type[Source],
    folder: Path,
    subject: Subject,
    exchanges: list[Exchange],
    now: datetime,
    *,
    lossy: bool = False,
    notes: str = "",
) -> str:
    """Write the case beside its place, replay it there, then move it: a half-written case is never seen.

    Returns:
        How it ends: the name of an error, or ``a record``.
    """
    from springhead.cases import expected_lines, load_case, replay
    from springhead.har import write_har

    folder.parent.mkdir(parents=True, exist_ok=True)
    described = {
        "celebrity_id": subject.id,
        "name": subject.name,
        **({"birth_date": subject.birth_date} if subject.birth_date else {}),
        **({"nationality": subject.nationality} if subject.nationality else {}),
        **({"occupation": list(subject.occupation)} if subject.occupation else {}),
        **({"identities": dict(subject.identities)} if subject.identities else {}),
        **({"fields": dict(subject.fields)} if subject.fields else {}),
    }
    document = {
        "subject": described,
        "frozen_time": keys.format_time(now),
        "notes": notes or _plain_notes(folder, subject),
    }
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".recording-") as temporary:
        draft = Path(temporary)
        write_har(draft / "traffic.har", exchanges, lossy=lossy)
        (draft / "case.json").write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
        outcome = asyncio.run(replay(source, load_case(draft)))
        if outcome.error is not None:
            document["error"] = outcome.error.name
            (draft / "case.json").write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
        lines = [orjson.dumps(line) + b"\n" for line in expected_lines(outcome)]
        (draft / "expected.jsonl").write_bytes(b"".join(lines))
        draft.chmod(0o755)
        if folder.exists():
            folder.rename(draft.with_name(f"{draft.name}-replaced"))
        draft.rename(folder)
        shutil.rmtree(draft.with_name(f"{draft.name}-replaced"), ignore_errors=True)
    return outcome.error.name if outcome.error else RECORD
