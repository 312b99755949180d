"""``contract validate``: every violation in files of records."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from springhead_contracts._registry import check_type
from springhead_contracts._sources import read_source
from springhead_contracts._validate import validate


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
    records, rows = 0, []
    for file in args.files:
        name = "(stdin)" if file == "-" else file
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        for found in read_source(args.type, name, data):
            records += 1
            violations = [found.fault] if found.fault else validate(args.type, found.record)
            if violations:
                rows.append({"place": found.place, "violations": [one.to_record() for one in violations]})
            if not args.json:
                for violation in violations:
                    print(f"{found.place} {violation}")
    if args.json:
        summary = {"type": args.type, "records": records, "failed": len(rows), "results": rows}
        print(json.dumps(summary, ensure_ascii=False, indent=2).encode(errors="backslashreplace").decode())
    else:
        print(f"{records} record(s) of {args.type}: {records - len(rows)} valid, {len(rows)} failed")
    return 1 if rows else 0
