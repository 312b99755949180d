"""The tolerant reader."""

from __future__ import annotations

import copy

import pytest
from springhead_contracts import UnknownRecordType, read, validate


def test_valid_examples_are_read_as_they_are(valid_example):
    assert read(valid_example.record_type, valid_example.record) == valid_example.record


def test_item_is_not_changed_and_not_shared(entry):
    before = copy.deepcopy(entry)
    record = read("scraper_entry", entry)
    record["metadata"]["responses"].clear()
    assert entry == before


def test_unknown_members_are_left_out_at_every_level(entry):
    newer = copy.deepcopy(entry)
    newer["since_v1_7"] = 1
    newer["metadata"]["since_v1_7"] = 1
    newer["metadata"]["responses"][0]["since_v1_7"] = 1
    assert read("scraper_entry", newer) == entry


def test_traces_of_go_writers_become_absent(entry):
    entry["metadata"] |= {"responses": None, "plugin": "", "fetched_at": "0001-01-01T00:00:00Z", "raw_ref": None}
    record = read("scraper_entry", entry)
    assert not {"responses", "plugin", "fetched_at", "raw_ref"} & set(record["metadata"])
    assert validate("scraper_entry", record) == []


def test_null_that_means_not_yet_is_kept(entry):
    record = read("scraper_entry", entry)
    assert record["weight"] is record["sentiment"] is record["metadata"]["error"] is None


def test_required_empty_text_is_kept(entry):
    assert read("scraper_entry", entry | {"raw_text": ""})["raw_text"] == ""


def test_lists_and_maps_lose_nulls():
    item = {"occupation": ["演員", None], "identities": {"tmdb": "1", "imdb": None}, "birth_date": ""}
    assert read("celebrity_metadata", item) == {"occupation": ["演員"], "identities": {"tmdb": "1"}}


def test_open_objects_are_kept_as_they_are():
    item = {"subject": {"a": None, "b": "", "c": "0001-01-01T00:00:00Z", "d": [None]}}
    assert read("dead_letter", item) == item


def test_wrong_types_pass_through_for_validate_to_name():
    record = read("scraper_entry", {"metadata": "text", "weight": "heavy", "timestamp": 5})
    assert record == {"metadata": "text", "weight": "heavy", "timestamp": 5}
    assert {"/metadata", "/weight", "/timestamp"} <= {one.pointer for one in validate("scraper_entry", record)}


def test_only_mappings_are_read():
    with pytest.raises(TypeError, match="not from list"):
        read("scrape_event", [])  # type: ignore[arg-type]
    with pytest.raises(UnknownRecordType):
        read("nothing", {})
