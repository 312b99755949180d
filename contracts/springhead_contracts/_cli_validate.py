"""``contract validate``: every violation in files of records."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from springhead_contracts._registry import check_type
from springhead_contracts._validate import validate
from springhead_contracts._violation import Violation


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the subcommand."""
    parser = subparsers.add_parser("validate", help="validate records and list every violation")
    parser.add_argument("type", metavar="TYPE", help="a record type, for example scraper_entry")
    parser.add_argument(
        "files", metavar="FILE", nargs="+", help="JSON (a record or a list of them) or JSON lines; - is standard input"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object with all results")
    parser.set_defaults(contract_run=_validate)


def _validate(args: argparse.Namespace) -> int:
    check_type(args.type)
    records, rows = 0, []
    for file in args.files:
        for place, record, fault in _records(file):
            records += 1
            violations = [fault] if fault else validate(args.type, record)
            if violations:
                rows.append({"place": place, "violations": [violation.to_record() for violation in violations]})
            if not args.json:
                for violation in violations:
                    print(f"{place} {violation}")
    if args.json:
        summary = {"type": args.type, "records": records, "failed": len(rows), "results": rows}
        print(json.dumps(summary, ensure_ascii=False, indent=2))
    else:
        print(f"{records} record(s) of {args.type}: {records - len(rows)} valid, {len(rows)} failed")
    return 1 if rows else 0


def _records(file: str) -> Iterator[tuple[str, Any, Violation | None]]:
    """Yields place and record; for a text that is no JSON, the fault in its stead."""
    name = "(stdin)" if file == "-" else file
    data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        yield f"{name}:", None, Violation("", "json", f"is not UTF-8 (byte {error.start}); save the file as UTF-8")
        return
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    whole, fault = _parse(text)
    if fault and len(lines) > 1 and _parse(lines[0][1])[1] is None:
        for number, line in lines:
            record, fault = _parse(line)
            yield f"{name}:{number}:", record, fault
    elif isinstance(whole, list) and fault is None:
        for index, record in enumerate(whole):
            yield f"{name}[{index}]:", record, None
    else:
        yield f"{name}:", whole, fault


def _parse(text: str) -> tuple[Any, Violation | None]:
    try:
        return json.loads(text), None
    except (ValueError, RecursionError) as error:
        return None, Violation("", "json", f"is not JSON: {error}")
