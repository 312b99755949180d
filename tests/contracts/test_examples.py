"""The examples: accepted and refused by the validator, by jsonschema as oracle, and by the models."""

from __future__ import annotations

import copy
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pydantic
import pytest
import referencing
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from springhead_contracts import load_schema, models, read, record_types, validate
from springhead_contracts.generate._names import type_name

MODELS = {name: getattr(models, type_name(name)) for name in record_types()}

_FORMATS = jsonschema.FormatChecker(formats=())


@_FORMATS.checks("date-time", raises=ValueError)
def _date_time(value: object) -> bool:
    # Written without our own parser, so the oracle stays independent.
    return not isinstance(value, str) or bool(datetime.fromisoformat(value))


@_FORMATS.checks("date", raises=ValueError)
def _date(value: object) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


def _python_patterns(schema: Any) -> Any:
    """Python's ``$`` matches before a final line break, JSON Schema's does not."""
    if isinstance(schema, dict):
        return {
            key: value.removesuffix("$") + r"\Z"
            if key == "pattern" and isinstance(value, str)
            else _python_patterns(value)
            for key, value in schema.items()
        }
    return [_python_patterns(item) for item in schema] if isinstance(schema, list) else schema


@pytest.fixture(scope="session")
def oracles(contracts_dir: Path) -> dict[str, jsonschema.Draft202012Validator]:
    common = _python_patterns(json.loads((contracts_dir / "v1" / "common.schema.json").read_bytes()))
    schemas = {name: _python_patterns(load_schema(name)) for name in record_types()}
    resources = [referencing.Resource.from_contents(schema) for schema in (common, *schemas.values())]
    registry: referencing.Registry[Any] = referencing.Registry().with_resources((r.id() or "", r) for r in resources)
    return {
        name: jsonschema.Draft202012Validator(schema, registry=registry, format_checker=_FORMATS)
        for name, schema in schemas.items()
    }


def test_every_record_type_has_examples_and_a_model(contracts_dir):
    for verdict in ("valid", "invalid"):
        folders = {path.name for path in (contracts_dir / "v1" / "examples" / verdict).iterdir()}
        assert folders == set(record_types()) == set(MODELS)


def test_schemas_are_valid_schemas(contracts_dir):
    for path in (contracts_dir / "v1").glob("*.schema.json"):
        jsonschema.Draft202012Validator.check_schema(json.loads(path.read_bytes()))


def test_valid_examples_are_accepted(valid_example, oracles):
    assert validate(valid_example.record_type, valid_example.record) == []
    assert not list(oracles[valid_example.record_type].iter_errors(valid_example.record))


def test_invalid_examples_are_refused_for_the_stated_reason(invalid_example):
    found = validate(invalid_example.record_type, invalid_example.record)
    assert tuple((one.pointer, one.rule) for one in found) == invalid_example.expected
    assert all(one.message and len(one.value) <= 80 for one in found)


def test_models_agree_on_valid_examples(valid_example):
    model = MODELS[valid_example.record_type].from_record(valid_example.record)
    assert model.to_record() == valid_example.record
    assert list(model.to_record()) == [name for name in model.to_record() if name in valid_example.record]


def test_models_agree_on_invalid_examples(invalid_example):
    with pytest.raises(pydantic.ValidationError):
        MODELS[invalid_example.record_type].from_record(invalid_example.record)


SEED_EXAMPLES = {
    "venue/seed": ("VENUE#ifly-seattle", "pricing", {"type": "paid", "cost": 79.95, "currency": "USD"}),
    "program/seed": ("PROGRAM#soccer-tots-spring-2025", "registration", {"required": True, "method": "online"}),
    "source_config/seed": ("SOURCE#seattle-childrens-theatre", "status", "active"),
}


@pytest.mark.parametrize("path", SEED_EXAMPLES)
def test_the_examples_of_seed_3_are_examples_as_they_stand(contracts_dir, path):
    record = json.loads((contracts_dir / f"v1/examples/valid/{path}.json").read_bytes())
    key, member, value = SEED_EXAMPLES[path]
    assert (record["PK"], record[member]) == (key, value)


@pytest.mark.parametrize("name", ["completed", "failed", "in_progress"])
def test_run_reports_are_read_as_scraping_executions(contracts_dir, name):
    report = json.loads((contracts_dir / f"v1/examples/valid/run_report/{name}.json").read_bytes())
    assert validate("scraping_execution", read("scraping_execution", report)) == []


def test_the_seeds_entry_is_an_example(contracts_dir):
    entry = json.loads((contracts_dir / "v1/examples/valid/scraper_entry/seed.json").read_bytes())
    assert entry["id"] == "scraper_entry_001_tmdb_2025_11_07"
    assert entry["weight"] is entry["sentiment"] is entry["metadata"]["error"] is None


# Values that JSON can carry. Floats without a fraction are a rule of our own (Go refuses 1.0): see test_validate.
_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["", "celeb_001", "celeb_001\n", "tmdb", "2025-11-07T17:20:00Z", "2025-02-30T17:20:00Z", "2025-11-07T17:20:60Z",
     "0001-01-01T00:00:00Z", "1955-05-18", "1955-13-18", "https://a.b/c", "https://a b", "positive", "a" * 64]
)  # fmt: skip
_scalars = (
    st.none()
    | st.booleans()
    | st.integers(-10, 10**9)
    | st.floats(-10, 10, allow_nan=False).filter(lambda f: not f.is_integer())
    | _texts
)
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts.filter(bool), inner, max_size=3),
    max_leaves=6,
)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every (owner, key) of a record."""
    pairs = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    return [place for key, child in pairs for place in [(value, key), *_places(child)]]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_mutated_examples_judged_as_by_jsonschema_and_the_models(data, valid_examples, oracles):
    example = data.draw(st.sampled_from(valid_examples))
    record = copy.deepcopy(example.record)
    for _ in range(data.draw(st.integers(1, 3))):
        places = _places(record)
        action = data.draw(st.sampled_from(["replace", "remove", "add"])) if places else "add"
        if action == "add":
            record[data.draw(st.sampled_from(["weight", "extra", "metadata", "time", "subjects"]))] = data.draw(_values)
            continue
        owner, key = data.draw(st.sampled_from(places))
        if action == "replace":
            owner[key] = data.draw(_values)
        else:
            del owner[key]
    errors = list(oracles[example.record_type].iter_errors(record))
    found = validate(example.record_type, record)
    assert bool(found) == bool(errors)
    assert {one.rule for one in found} == {str(error.validator) for error in errors}
    try:
        MODELS[example.record_type].from_record(record)
        accepted = True
    except pydantic.ValidationError:
        accepted = False
    assert accepted == (not errors)
