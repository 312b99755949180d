"""Python's reader and validator and Go's decoder and `Validate` say the same of examples and of written records."""

from __future__ import annotations

import copy
import json
import os
import random

import pytest
from springhead_contracts import read, record_types, validate
from springhead_contracts._registry import COMMON, schema_dir
from springhead_contracts.generate._ir import read_files
from springhead_contracts.proof._go import ask, build_judge, find_go
from springhead_contracts.proof._instances import Writer

RECORDS = int(os.environ.get("SPRINGHEAD_RECORDS", "60"))

pytestmark = pytest.mark.skipif(find_go() is None, reason="Go is not installed")


@pytest.fixture(scope="module")
def judge(tmp_path_factory):
    return build_judge(tmp_path_factory.mktemp("judge"))


def _disagreements(judge, questions):
    found = []
    for (record_type, record), answer in zip(questions, ask(judge, questions), strict=True):
        violations = validate(record_type, read(record_type, record)) if isinstance(record, dict) else ["no object"]
        go_fine = not answer.get("error") and not answer.get("violations")
        if go_fine != (not violations):
            found.append(
                (record_type, json.dumps(record, ensure_ascii=False)[:600], [str(v) for v in violations], answer)
            )
        elif not answer.get("error") and violations and len(violations) == 1:
            # Where one fault is found, both name the same place.
            pointers = {one["pointer"] for one in answer["violations"]}
            if violations[0].pointer not in pointers:
                found.append((record_type, str(violations[0]), pointers))
    return found


def test_examples(judge, valid_examples, invalid_examples):
    questions = [(one.record_type, one.record) for one in (*valid_examples, *invalid_examples)]
    assert len(questions) > 250
    assert _disagreements(judge, questions) == []


def test_written_records(judge):
    rng = random.Random(5)
    writer = Writer(read_files(schema_dir()), rng)
    questions = [(name, writer.record(name)) for name in record_types() for _ in range(RECORDS)]
    for record_type, record in questions:
        assert validate(record_type, record) == [], record
    for (_, record), answer in zip(questions, ask(judge, questions), strict=True):
        assert not answer.get("error") and not answer.get("violations"), (record, answer)
        assert read_back(record) == read_back(answer["record"])


def test_mutated_records(judge):
    rng = random.Random(6)
    writer = Writer(read_files(schema_dir()), rng)
    questions = []
    for name in record_types():
        for _ in range(RECORDS):
            record = writer.record(name)
            for _ in range(rng.randint(1, 3)):
                _mutate(record, rng)
            questions.append((name, record))
    disagreements = _disagreements(judge, questions)
    assert disagreements == [], disagreements[:5]


VALUES = [
    {"": 1}, {"": "x"}, {"a": 1}, {}, [], ["x"], None, True, False, 0, -1, 5, 2**53, 1.5, 10**9, "", "x",
    "0001-01-01T00:00:00Z", "2025-02-30", "2025-11-07T17:20:00Z", "2025-13-07T17:20:00Z",
]  # fmt: skip


def _mutate(record, rng):
    places = list(_places(record))
    action = rng.choice(["replace", "remove", "add", "case"])
    if action == "add" or not places:
        record[rng.choice(["extra", "PKX", "Name", "statuS"])] = _value(rng)
        return
    owner, key = rng.choice(places)
    if action == "case" and isinstance(owner, dict):
        # A name that differs in case only is another member, in Go too.
        owner[key.swapcase()] = _value(rng) if key.swapcase() != key else owner[key]
    elif action == "remove":
        del owner[key]
    else:
        value = _value(rng)
        # What a list or a map of Go does with null inside is decided by its decoder before Validate runs.
        if not (value is None and (isinstance(owner, list) or id(owner) in _inside_maps(record))):
            owner[key] = value


def _value(rng):
    # A copy each time: later mutations reach into it.
    return copy.deepcopy(rng.choice(VALUES))


def _inside_maps(record):
    return {id(value) for value in record.values() if isinstance(value, dict)}


def _places(value):
    """Every (owner, key) that is not inside an open object, whose content neither side judges alike."""
    pairs = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    for key, child in pairs:
        yield value, key
        if key not in ("subject", "record", "event", "context", "structured_data", "sample_items"):
            yield from _places(child)


def read_back(value):
    """A record without what says nothing: empty optional lists and maps, which Go writes as absent."""
    if isinstance(value, dict):
        kept = {name: read_back(item) for name, item in value.items()}
        return {name: item for name, item in kept.items() if item not in ([], {}, "", None)}
    return [read_back(item) for item in value] if isinstance(value, list) else value


def test_common_is_no_type_of_go(judge):
    (answer,) = ask(judge, [(COMMON, {})])
    assert answer["error"] == "unknown record type common"
