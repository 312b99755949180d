"""Composite keys of the tables: shared vectors, properties, and agreement with the schemas' patterns."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from springhead_contracts import keys, load_schema, record_types, table_keys, tables
from springhead_contracts._registry import schema_at

NAMES = [name for name in table_keys.__all__ if not name.startswith("parse_")]

# The member that carries a key, to hold the key's form against the schema's pattern.
MEMBERS = {
    "age_item_key": ("venue", "SK"), "instance_key": ("program_instance", "SK"),
    "location_key": ("venue", "LocationKey"),
    "date_type_key": ("event", "DateTypeKey"), "category_age_key": ("event", "CategoryAgeKey"),
    "date_featured_key": ("event", "DateFeaturedKey"), "venue_key": ("event", "VenueKey"),
    "type_date_key": ("event", "TypeDateKey"), "provider_key": ("event", "ProviderKey"),
    "type_status_key": ("event", "TypeStatusKey"), "source_key": ("source_config", "PK"),
    "status_key": ("source_config", "StatusKey"), "priority_key": ("source_config", "PriorityKey"),
    "schedule_key": ("scraping_task", "PK"), "task_sort_key": ("scraping_task", "SK"),
    "task_key": ("scraping_task", "PK"),
    "execution_partition_key": ("scraping_execution", "PK"), "metrics_sort_key": ("source_metrics", "SK"),
    "run_sort_key": ("scraping_run", "SK"), "queue_key": ("task_queue", "PK"), "queue_sort_key": ("task_queue", "SK"),
    "next_run_key": ("scraping_task", "NextRunKey"),
}  # fmt: skip


@pytest.fixture(scope="module")
def vectors(contracts_dir):
    return json.loads((contracts_dir / "v1" / "vectors" / "table_keys.json").read_bytes())


def _arguments(name, texts):
    return [text == "true" if text in ("true", "false") and "featured" in name else text for text in texts]


def _texts(value):
    values = value if isinstance(value, tuple) else (value,)
    return [str(one).lower() if isinstance(one, bool) else one for one in values]


def test_every_key_has_vectors_and_a_member(vectors):
    assert set(vectors) - {"description"} == set(NAMES) == set(MEMBERS) | {"entity_key"}


@pytest.mark.parametrize("name", NAMES)
def test_vectors(vectors, name):
    build, parse = getattr(keys, name), getattr(keys, f"parse_{name}")
    for case in vectors[name]["good"]:
        assert build(*_arguments(name, case["in"])) == case["key"], case
        assert _texts(parse(case["key"])) == case["parts"], case
    for parts in vectors[name]["bad_parts"]:
        with pytest.raises(keys.KeyFormatError, match="cannot build"):
            build(*_arguments(name, parts))
    for key in vectors[name]["bad_keys"]:
        with pytest.raises(keys.KeyFormatError, match="is not of the form"):
            parse(key)


@pytest.mark.parametrize("name", sorted(MEMBERS))
def test_built_keys_match_the_schema(vectors, name):
    record_type, member = MEMBERS[name]
    pattern = schema_at(record_type, (member,))["pattern"]
    for case in vectors[name]["good"]:
        assert re.fullmatch(pattern, case["key"])
    for key in vectors[name]["bad_keys"]:
        # Dates that do not exist have the right form; everything else the schema refuses as well.
        assert "02-30" in key or not re.fullmatch(pattern, key) or name in ("age_item_key", "task_key", "schedule_key")


_ids = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs"], exclude_characters="# "), min_size=1)


@given(_ids, _ids)
def test_ids_survive(one, other):
    assert keys.parse_task_sort_key(keys.task_sort_key("high", one, other)) == ("high", one, other)
    assert keys.parse_entity_key(keys.entity_key("EVENT", one)) == ("EVENT", one)


@given(st.text())
def test_hostile_text_is_refused_or_survives(text):
    for name in NAMES:
        parse = getattr(keys, f"parse_{name}")
        try:
            parts = parse(text)
        except keys.KeyFormatError as error:
            str(error).encode("ascii")
        else:
            assert getattr(keys, name)(*(parts if isinstance(parts, tuple) else (parts,))) == text


@given(st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1), timezones=st.just(UTC)))
def test_slots_are_five_minutes(moment):
    slot = keys.parse_time(keys.parse_next_run_key(keys.next_run_key(moment)))
    assert 0 <= (moment - slot).total_seconds() < 300
    assert (slot.minute % 5, slot.second, slot.microsecond) == (0, 0, 0)


@pytest.mark.parametrize("value", [None, 5, b"x", True])
def test_other_types_are_refused(value):
    with pytest.raises(keys.KeyFormatError):
        keys.source_key(value)
    with pytest.raises(keys.KeyFormatError):
        keys.date_featured_key("2025-03-01", "true", "x")  # type: ignore[arg-type]


def test_tables_name_their_records_and_keys():
    held = [name for table in tables.tables() for name in table.records]
    assert len(held) == len(set(held))
    assert set(held) <= set(record_types())
    for table in tables.tables():
        for record_type in table.records:
            members = load_schema(record_type)["properties"]
            assert {table.partition_key, table.sort_key} - {None} <= set(members)
        indexed = {key for index in table.indexes for key in (index.partition_key, index.sort_key) if key}
        known = {name for record_type in table.records for name in load_schema(record_type)["properties"]}
        assert indexed <= known
    with pytest.raises(KeyError, match="no table 'x'"):
        tables.table("x")
