"""``contract validate``: every violation in files of records."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from springhead_contracts._found import Found
from springhead_contracts._registry import check_type, schema_file
from springhead_contracts._sources import read_source
from springhead_contracts._validate import validate
from springhead_contracts._violation import Violation
from springhead_contracts._words import count, one_line, unreadable


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the subcommand."""
    parser = subparsers.add_parser("validate", help="validate records and list every violation")
    parser.add_argument("type", metavar="TYPE", help="a record type, for example scraper_entry")
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        help="JSON (a record or a list of them), JSON lines, or CSV where the type has it; - is standard input",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object with all results")
    parser.set_defaults(contract_run=_validate)


def _validate(args: argparse.Namespace) -> int:
    check_type(args.type)
    records = failed = 0
    rows, unread, faulty = [], [], set()
    for file in args.files:
        try:
            for found in _read(args.type, file):
                violations = [found.fault] if found.fault else _once(validate(args.type, found.record))
                records += found.counted
                failed += found.counted and bool(violations)
                if not found.counted:
                    faulty.add(file)
                if violations:
                    rows.append({"place": found.place, "violations": [one.to_record() for one in violations]})
                if not args.json:
                    for violation in violations:
                        print(f"{found.place} {_shown(found, violation)}")
        except (OSError, ValueError) as error:
            # One file that cannot be read keeps no other from being judged.
            suffix = ".csv" if "x-csv" in schema_file(args.type) else ".json"
            reason = unreadable(file, error, suffix) if isinstance(error, OSError) else one_line(error)
            unread.append({"file": file, "reason": reason})
            print(reason, file=sys.stderr)
    if args.json:
        counts = {"records": records, "failed": failed, "faulty_headers": len(faulty)}
        summary = {"type": args.type, **counts, "results": rows, **({"unread": unread} if unread else {})}
        text = json.dumps(summary, ensure_ascii=False, indent=2)
        print(text.encode(errors="backslashreplace").decode())
    else:
        others = [f"{count(len(faulty), 'file')} with a faulty header"] if faulty else []
        others += [f"{count(len(unread), 'file')} not read"] if unread else []
        text = f"{count(records, 'record')} of {args.type}: {records - failed} valid, {failed} failed"
        print("; ".join([text, *others]))
    return 2 if unread else int(bool(rows))


def _read(record_type: str, file: str) -> Iterator[Found]:
    data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    yield from read_source(record_type, "(stdin)" if file == "-" else file, data)


def _once(violations: list[Violation]) -> list[Violation]:
    """Leaves out that a text is no date where its pattern says so already, as Go's `Validate` does."""
    shaped = {one.pointer for one in violations if one.rule == "pattern"}
    return [one for one in violations if one.rule != "format" or one.pointer not in shaped]


def _shown(found: Found, violation: Violation) -> str:
    return str(violation) if found.counted else str(violation).removeprefix("(record): ")
