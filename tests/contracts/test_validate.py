"""Validator: what violations say, hostile input, cost of importing."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from decimal import Decimal

import pytest
from springhead_contracts import UnknownRecordType, Violation, load_schema, record_types, validate, validator


def test_record_types_are_named():
    assert set(record_types()) == {
        "celebrity_metadata", "scraper_entry",
        "venue", "event", "program", "program_instance", "attraction",
        "source_submission", "source_analysis", "source_config", "deletion_result",
        "scraping_task", "scraping_execution", "scraping_run", "source_metrics", "task_queue",
        "trending_item", "popular_item", "search_index_item",
        "instagram_post", "instagram_restaurant", "instagram_search_term", "instagram_restaurant_subject",
        "scrape_event", "work_batch", "dead_letter", "run_report",
    }  # fmt: skip
    assert list(record_types()) == sorted(record_types())


@pytest.mark.parametrize("ask", [validate, lambda name, _: validator(name), lambda name, _: load_schema(name)])
def test_unknown_type_names_the_nearest(ask):
    with pytest.raises(UnknownRecordType, match="did you mean 'scraper_entry'") as caught:
        ask("scraper_enrty", {})
    assert isinstance(caught.value, ValueError)
    assert caught.value.known == record_types()


def test_common_is_no_record_type():
    with pytest.raises(UnknownRecordType):
        validate("common", {})


def test_validator_is_compiled_once():
    assert validator("scraper_entry") is validator("scraper_entry")
    assert not validator("scraper_entry").is_valid({})


def test_load_schema_returns_a_copy():
    load_schema("scraper_entry")["required"].clear()
    assert load_schema("scraper_entry")["required"]


def test_missing_member_is_named_with_its_meaning(entry):
    del entry["metadata"]["error"]
    (found,) = validate("scraper_entry", entry)
    assert (found.pointer, found.rule, found.value) == ("/metadata/error", "required", "")
    assert "Why enrichment failed" in found.message
    assert found.schema_pointer == "scraper_entry.schema.json#/$defs/EntryMetadata/required"


def test_unknown_member_is_named_with_the_nearest(entry):
    entry["nmae"] = 1
    (found,) = validate("scraper_entry", entry)
    assert (found.pointer, found.rule, found.value) == ("/nmae", "additionalProperties", "1")
    assert "did you mean 'name'?" in found.message


def test_violation_across_files_points_into_the_other_file(entry):
    entry["metadata"]["raw_sha256"] = "x"
    (found,) = validate("scraper_entry", entry)
    assert found.schema_pointer == "common.schema.json#/$defs/SHA256/pattern"
    assert str(found).startswith("/metadata/raw_sha256: must match ^[0-9a-f]{64}$")


def test_pointers_are_escaped_and_sorted(entry):
    entry |= {"a/b": 1, "~": 2, "weight": 7}
    assert [one.pointer for one in validate("scraper_entry", entry)] == ["/a~1b", "/weight", "/~0"]


def test_long_values_are_cut(entry):
    entry["source"] = "x" * 100_000
    (found,) = validate("scraper_entry", entry)
    assert len(found.value) == 80
    assert len(found.message) < 300


def test_violation_is_frozen_and_becomes_a_record():
    one = Violation("/a", "type", "must be text", "1")
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.rule = "x"  # type: ignore[misc]
    assert one.to_record() == {"pointer": "/a", "rule": "type", "message": "must be text", "value": "1"}
    assert "value" not in Violation("/a", "required", "is missing").to_record()


def test_decimals_are_numbers(entry):
    entry |= {"weight": Decimal("0.85"), "sentiment": "neutral"}
    entry["metadata"]["raw_bytes"] = Decimal(18231)
    assert validate("scraper_entry", entry) == []


def test_whole_floats_are_numbers_but_no_integers(entry):
    entry |= {"weight": 1.0, "sentiment": "neutral"}
    assert validate("scraper_entry", entry) == []
    entry["metadata"]["raw_bytes"] = 3.0
    assert [(one.pointer, one.rule) for one in validate("scraper_entry", entry)] == [("/metadata/raw_bytes", "type")]


@pytest.mark.parametrize("record", [None, [], "text", 1, 1.5, True, b"bytes", object(), {1, 2}])
def test_what_is_no_object_is_reported(record):
    (found,) = validate("scrape_event", record)
    assert found.pointer == ""


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), -float("inf"), Decimal("NaN"), 2**53, -(2**70), pytest.param(10**5000, id="huge")],
)
def test_numbers_that_json_readers_lose_are_reported_once(entry, value):
    entry["weight"] = value
    assert [(one.pointer, one.rule) for one in validate("scraper_entry", entry)] == [("/weight", "json")]


@pytest.mark.parametrize("value", [float("nan"), 2**53, "\ud800", b"x", (1,), {1: 2}, {"\udfff": 1}, object()])
def test_open_objects_carry_only_json(value):
    letter = {
        "id": "x", "kind": "scrape", "source": "tmdb", "attempts": 1, "created_at": "2025-11-07T17:20:00Z",
        "error": {"name": "E", "message": "", "retryable": False}, "record": {"deep": [value]},
    }  # fmt: skip
    (found,) = validate("dead_letter", letter)
    assert found.rule == "json"
    assert found.pointer.startswith("/record/deep/0")
    str(found).encode()


def test_largest_safe_integers_pass(entry):
    entry["metadata"]["raw_bytes"] = 2**53 - 1
    assert validate("scraper_entry", entry) == []


@pytest.mark.parametrize("levels", [40, 300, 100_000])
def test_deep_nesting_is_reported(levels):
    deep: object = 1
    for _ in range(levels):
        deep = {"a": deep}
    found = validate("dead_letter", {"record": deep})
    assert any(one.rule == "json" and "32 levels" in one.message for one in found)


def test_cycle_is_reported():
    loop: dict[str, object] = {}
    loop["self"] = loop
    assert any("32 levels" in one.message for one in validate("dead_letter", {"record": loop}))


def test_import_is_cheap():
    code = "import sys, springhead_contracts; print([m for m in ('pydantic', 'jsonschema_rs') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
