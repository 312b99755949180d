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
        violations = _violations(record_type, record) if isinstance(record, dict) else ["no object"]
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


def _violations(record_type, record):
    """What is wrong after reading, and nulls inside lists and maps: Python's reader drops them, Go's names them."""
    nulls = [one for one in validate(record_type, record) if one.rule == "type" and _is_null_element(record, one)]
    return [*validate(record_type, read(record_type, record)), *nulls]


def _is_null_element(record, violation):
    *path, last = [step.replace("~1", "/").replace("~0", "~") for step in violation.pointer.split("/")[1:]]
    owner = record
    for step in path:
        owner = owner[int(step)] if isinstance(owner, list) else owner[step]
    if isinstance(owner, list):
        return owner[int(last)] is None
    return owner[last] is None and bool(path) and path[-1] in TYPED_MAPS


def _typed_maps(node):
    """The names of members that are maps; no record has another kind of member under one of them."""
    if isinstance(node, dict):
        for name, member in node.get("properties", {}).items():
            if isinstance(member, dict) and isinstance(member.get("additionalProperties"), dict):
                yield name
        for child in node.values():
            yield from _typed_maps(child)


TYPED_MAPS = {name for schema in read_files(schema_dir()).values() for name in _typed_maps(schema)}


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


@pytest.mark.parametrize(
    ("record_type", "path"),
    [("venue", ["amenities"]), ("venue", ["operating_hours"]), ("venue", ["age_groups"]),
     ("scraping_run", ["quality_details"]), ("scraping_run", ["sample_items"]),
     ("source_analysis", ["extraction_test_results", "sample_data"])],
)  # fmt: skip
def test_null_elements(judge, valid_examples, record_type, path):
    record = copy.deepcopy(next(one.record for one in valid_examples if one.record_type == record_type))
    owner = record
    *_, last = path
    for step in path[:-1]:
        owner = owner.setdefault(step, {})
    is_map = last in TYPED_MAPS
    owner[last] = {"a/b": None} if is_map else [None]
    pointer = "/" + "/".join([*path, "a~1b" if is_map else "0"])
    assert pointer in [one.pointer for one in _violations(record_type, record)]
    (answer,) = ask(judge, [(record_type, record)])
    assert pointer in [one["pointer"] for one in answer["violations"]], answer


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
        owner[key] = _value(rng)


def _value(rng):
    # A copy each time: later mutations reach into it.
    return copy.deepcopy(rng.choice(VALUES))


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
