"""Validation of a 22 KB record: ours against python-jsonschema, formats asserted by both.

``python -m benchmarks.contracts.validation`` prints a table. Each round validates objects that no one has seen before,
since both libraries profit from what they remember of an object. `matches_schema` answers what
python-jsonschema answers. `validate` also sees NaN, integers past 2^53, half surrogate pairs and depth, which
python-jsonschema does not. Times are CPU times of this thread; the ratio is what
counts, as absolute numbers depend on the machine.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import referencing
from springhead_contracts import load_schema, validate, validator
from springhead_contracts._registry import COMMON, schema_dir, schema_file

TYPE = "scraper_entry"
BYTES = 22 * 1024
GOAL = 100


def _example() -> dict[str, Any]:
    record: dict[str, Any] = json.loads((schema_dir() / "examples" / "valid" / TYPE / "full.json").read_bytes())
    return record


def entry() -> dict[str, Any]:
    """Returns a scraper entry as a source gives it: 22 KB, most of them the response's text."""
    record = _example()
    record["raw_text"] = "0123456789abcdef" * ((BYTES - len(json.dumps(record))) // 16)
    return record


def many_members() -> dict[str, Any]:
    """Returns a scraper entry of 22 KB in some 700 members: a full example with as many responses as it takes."""
    record = _example()
    response = record["metadata"]["responses"][0]
    while len(json.dumps(record)) < BYTES:
        number = len(record["metadata"]["responses"])
        record["metadata"]["responses"].append({**response, "key": f"raw/{number:04}", "primary": False})
    return record


def reference() -> jsonschema.Draft202012Validator:
    """Returns python-jsonschema's validator of the same schema, compiled once, formats on."""
    resources = [referencing.Resource.from_contents(schema) for schema in (schema_file(COMMON), load_schema(TYPE))]
    registry: referencing.Registry[Any] = referencing.Registry().with_resources((r.id() or "", r) for r in resources)
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(load_schema(TYPE), registry=registry, format_checker=checker)


def microseconds(run: Callable[[Any], object], text: str, rounds: int, repeats: int) -> float:
    """Returns the least time of a run over fresh objects, in µs per record.

    Args:
        run: What is measured.
        text: The record as JSON.
        rounds: Records per measurement.
        repeats: Measurements, of which the best counts.
    """
    best = float("inf")
    for _ in range(repeats):
        records = [json.loads(text) for _ in range(rounds)]
        start = time.thread_time()
        for record in records:
            run(record)
        best = min(best, time.thread_time() - start)
    return best / rounds * 1e6


def rows(record: dict[str, Any], rounds: int, repeats: int) -> Iterator[tuple[str, float, float]]:
    """Yields name, µs per record and how many times faster than python-jsonschema.

    Args:
        record: The record.
        rounds: Records per measurement.
        repeats: Measurements, of which the best counts.
    """
    text = json.dumps(record)
    oracle, ours = reference(), validator(TYPE)
    assert not list(oracle.iter_errors(record)) and not validate(TYPE, record)
    slow = microseconds(lambda r: list(oracle.iter_errors(r)), text, max(rounds // 20, 3), repeats)
    yield "python-jsonschema, iter_errors", slow, 1.0
    for name, run in (
        ("ours, the same question: matches_schema", ours.matches_schema),
        ("ours, all checks: validate", lambda r: validate(TYPE, r)),
    ):
        fast = microseconds(run, text, rounds, repeats)
        yield name, fast, slow / fast


def main() -> None:
    """Prints a table for each shape of record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the rows here, too")
    args = parser.parse_args()
    written = []
    for shape, record in (("entry", entry()), ("many members", many_members())):
        measured = list(rows(record, args.rounds, args.repeats))
        print(f"{shape}: {TYPE} of {len(json.dumps(record)):,} bytes")
        print(f"{'':44} {'µs/record':>10} {'records/s':>10} {'ratio':>8}")
        for name, micro, ratio in measured:
            print(f"{name:44} {micro:10.1f} {1e6 / micro:10.0f} {ratio:7.0f}x")
        ours = measured[1][2]
        print(f"goal: more than {GOAL}x faster; measured {ours:.0f}x: {'reached' if ours > GOAL else 'missed'}\n")
        written += [{"shape": shape, "name": n, "us": m, "ratio": r} for n, m, r in measured]
    if args.json:
        args.json.write_text(json.dumps(written, indent=2))


if __name__ == "__main__":
    main()
