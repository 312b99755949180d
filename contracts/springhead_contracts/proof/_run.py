"""The proof: pairs of contracts, the gate's verdicts, and data that would refute them.

For each pair a random record type is changed at random. The gate says of both directions whether data survives. Then
records are written under the one contract and read under the other, by the Python reader and by the generated Go. A
record that a reader refuses, or of which a value is lost or altered, refutes a verdict of "compatible".
"""

from __future__ import annotations

import json
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from springhead_contracts import read, validate
from springhead_contracts._registry import COMMON, SUFFIX, schema_dir, using
from springhead_contracts.compat import Change, compare, load_folder
from springhead_contracts.generate._go import go_files
from springhead_contracts.generate._ir import load_contract, target
from springhead_contracts.generate._lint import lint
from springhead_contracts.proof._go import ask, build_judge, find_go
from springhead_contracts.proof._instances import Files, Writer
from springhead_contracts.proof._mutate import mutate
from springhead_contracts.proof._random import Author

DIRECTIONS = ("BACKWARD", "FORWARD")
BATCH = 150


@dataclass
class Report:
    """What was tried and what came of it.

    Attributes:
        pairs: Pairs of contracts.
        judged: Verdicts, two for each pair.
        compatible: Verdicts of "compatible".
        records: Records that were read to refute these, by Python; by Go as many when Go was there.
        go: True when the generated Go read them, too.
        breaking: Verdicts of "breaks" or "loses".
        shown: Those for which a record was found that shows the break.
        refuted: Descriptions of records that refute a verdict of "compatible".
        kinds: Number of pairs by the change that was made.
        cautious: Checks behind the breaking verdicts that no record has shown, with their number.
    """

    pairs: int = 0
    judged: int = 0
    compatible: int = 0
    records: int = 0
    go: bool = True
    breaking: int = 0
    shown: int = 0
    refuted: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    cautious: Counter[str] = field(default_factory=Counter)

    def lines(self) -> list[str]:
        """Returns the report as lines of text."""
        unshown = self.breaking - self.shown
        share = 100 * unshown / self.breaking if self.breaking else 0.0
        readers = "Python and Go" if self.go else "Python only (Go is not installed)"
        return [
            f"pairs tried: {self.pairs} ({len(self.kinds)} kinds of change)",
            f"verdicts: {self.judged}, of them compatible {self.compatible}, breaking {self.breaking}",
            f"records read to refute 'compatible', by {readers}: {self.records}",
            f"'compatible' refuted: {len(self.refuted)}",
            *(f"  {one}" for one in self.refuted[:20]),
            f"'breaking' shown by a record: {self.shown}",
            f"'breaking' without such a record, the price of caution at most: {unshown} ({share:.1f} % of breaking)",
            *(f"  {count:5} {name}" for name, count in self.cautious.most_common()),
        ]


def prove(pairs: int, *, seed: int = 0, records: int = 20) -> Report:
    """Tries pairs and returns the report.

    Args:
        pairs: Number of pairs.
        seed: Where chance begins; the same seed gives the same pairs.
        records: Records per pair and direction.
    """
    report = Report(go=find_go() is not None)
    rng = random.Random(seed)
    while report.pairs < pairs:
        with tempfile.TemporaryDirectory() as folder:
            _batch(Path(folder), min(BATCH, pairs - report.pairs), rng, records, report)
    return report


def _batch(folder: Path, size: int, rng: random.Random, records: int, report: Report) -> None:
    common = json.loads((schema_dir() / f"{COMMON}{SUFFIX}").read_bytes())
    old: dict[str, Any] = {COMMON: common}
    new: dict[str, Any] = {COMMON: common}
    kinds: dict[str, str] = {}
    while len(kinds) < size:
        name = f"t{_letters(len(kinds))}"
        pair = _pair(folder / "try", name, rng, common)
        if pair is not None:
            old[name], new[name], kinds[name] = pair
    sides = _write(folder / "old", old), _write(folder / "new", new)
    changes = compare(load_folder(sides[0]), load_folder(sides[1]))
    report.pairs += size
    report.kinds.update(kinds.values())
    for direction in (0, 1):
        writer = Writer((old, new)[direction], rng)
        written = {name: [writer.record(name) for _ in range(records)] for name in kinds}
        reader = sides[1 - direction]
        faults = _python_faults(reader, written, (old, new), direction)
        if report.go:
            go_folder = folder / f"go{direction}"
            go_folder.mkdir()
            program = build_judge(go_folder, go_files(load_contract(reader)))
            for name, found in _go_faults(program, written, (old, new), direction).items():
                faults.setdefault(name, found)
        for name in kinds:
            own = [one for one in changes if name in one.records and one.wire[direction] != "ok"]
            _count(report, name, kinds[name], direction, own, faults.get(name), records)


def _count(
    report: Report, name: str, kind: str, direction: int, own: list[Change], fault: str | None, records: int
) -> None:
    report.judged += 1
    if own:
        report.breaking += 1
        report.shown += fault is not None
        if fault is None:
            report.cautious[" + ".join(sorted({one.check_id for one in own}))] += 1
        return
    report.compatible += 1
    report.records += records
    if fault is not None:
        report.refuted.append(f"{name} {DIRECTIONS[direction]} after {kind}: {fault}")


def _pair(folder: Path, name: str, rng: random.Random, common: Any) -> tuple[Any, Any, str] | None:
    """Returns a type, its changed form and the change; None when one of them leaves the subset."""
    old = Author(rng, name).file()
    new, kind = mutate(old, rng, name)
    if rng.random() < 0.25:
        new, second = mutate(new, rng, name)
        kind = f"{kind} + {second}"
    for one in (old, new):
        _write(folder, {COMMON: common, name: one})
        if lint(folder) or not _can_write(one):
            (folder / f"{name}{SUFFIX}").unlink()
            return None
        (folder / f"{name}{SUFFIX}").unlink()
    return old, new, kind


def _can_write(node: Any) -> bool:
    """Tells whether there are values at all: changes may have crossed two bounds."""
    if isinstance(node, list):
        return all(_can_write(item) for item in node)
    if not isinstance(node, dict):
        return True
    for low, high in (("minLength", "maxLength"), ("minimum", "maximum")):
        least, most = node.get(low), node.get(high)
        if isinstance(least, int) and isinstance(most, int) and least > most:
            return False
    return all(_can_write(value) for value in node.values())


def _write(folder: Path, files: Mapping[str, Any]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, schema in files.items():
        (folder / f"{name}{SUFFIX}").write_text(json.dumps(schema), encoding="utf-8")
    return folder


def _python_faults(
    reader: Path, written: Mapping[str, list[Any]], files: tuple[Files, Files], direction: int
) -> dict[str, str]:
    faults: dict[str, str] = {}
    with using(reader):
        for name, records in written.items():
            for record in records:
                found = read(name, record)
                violations = validate(name, found)
                fault = (
                    f"Python refuses {violations[0]}" if violations else _lost(name, record, found, files, direction)
                )
                if fault:
                    faults.setdefault(name, f"{fault}; record {json.dumps(record, ensure_ascii=False)[:300]}")
    return faults


def _go_faults(
    program: Path, written: Mapping[str, list[Any]], files: tuple[Files, Files], direction: int
) -> dict[str, str]:
    questions = [(name, record) for name, records in written.items() for record in records]
    faults: dict[str, str] = {}
    for (name, record), answer in zip(questions, ask(program, questions), strict=True):
        if answer.get("error") or answer.get("violations"):
            fault: str | None = f"Go refuses {answer.get('error') or answer['violations'][0]}"
        else:
            fault = _lost(name, record, answer["record"], files, direction)
        if fault:
            faults.setdefault(name, f"{fault}; record {json.dumps(record, ensure_ascii=False)[:300]}")
    return faults


def _lost(name: str, record: Any, found: Any, files: tuple[Files, Files], direction: int) -> str | None:
    """Returns which value was lost or altered; members that are new to an old reader are none of its business."""
    kept = dict(_leaves(found, ()))
    for path, value in _leaves(record, ()):
        if path in kept and kept[path] == value and isinstance(kept[path], bool) == isinstance(value, bool):
            continue
        if direction == 0 or _knows(files[0], name, path):
            return f"{'/'.join(map(str, path))} is {kept.get(path, 'gone')!r} instead of {value!r}"
    return None


def _leaves(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yields the values of a record; null, "" and empty collections say nothing (decision 17)."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _leaves(item, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    elif value is not None and value != "":
        yield path, value


def _knows(files: Files, name: str, path: tuple[str | int, ...]) -> bool:
    file, schema = name, files[name]
    for step in path:
        if schema.get("additionalProperties") is True:
            return True
        if isinstance(step, int):
            child = schema.get("items")
        else:
            child = schema.get("properties", {}).get(step) or schema.get("additionalProperties")
        if not isinstance(child, Mapping):
            return False
        if "$ref" in child:
            file, _, child = target(file, child["$ref"], files)
        schema = child
    return True


def _letters(number: int) -> str:
    return chr(ord("a") + number // 26) + chr(ord("a") + number % 26)
