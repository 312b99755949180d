"""Keys: shared vectors and properties."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from springhead_contracts import keys, validate

_aware = st.datetimes(
    min_value=datetime(2, 1, 1),
    max_value=datetime(9998, 12, 31),
    timezones=st.integers(-23 * 60, 23 * 60).map(lambda m: timezone(timedelta(minutes=m))),
)
_sources = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True).filter(lambda s: s != "metadata")
_lines = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), min_size=1)


@pytest.fixture(scope="module")
def vectors(contracts_dir):
    return json.loads((contracts_dir / "v1" / "vectors" / "keys.json").read_bytes())


FUNCTIONS = [
    "format_time", "slot", "entry_key", "parse_entry_key", "run_id", "parse_run_id", "execution_key", "entry_id",
    "dead_letter_id",
]  # fmt: skip


def test_every_vector_is_tested(vectors):
    assert {name for name, value in vectors.items() if isinstance(value, dict)} == set(FUNCTIONS)
    assert vectors["metadata_sort_key"] == keys.METADATA_SORT_KEY
    assert vectors["namespace"] == str(keys.NAMESPACE)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_vectors(vectors, name):
    function = getattr(keys, name)
    for case in vectors[name]["good"]:
        got = function(*case["in"])
        got = keys.format_time(got) if isinstance(got, datetime) else list(got) if isinstance(got, tuple) else got
        assert got == case["out"], case
    for arguments in vectors[name].get("bad", []):
        with pytest.raises(keys.KeyFormatError):
            function(*arguments)


@given(_aware)
def test_times_survive_but_for_fractions(moment):
    text = keys.format_time(moment)
    assert len(text) == 20
    assert keys.parse_time(text) == moment.replace(microsecond=0)
    assert keys.slot(moment) == keys.slot(text)
    assert timedelta(0) <= moment - keys.slot(moment) < timedelta(minutes=1)


@given(_aware, _aware)
def test_times_sort_as_moments_do(one, other):
    one, other = one.replace(microsecond=0), other.replace(microsecond=0)
    assert (keys.format_time(one) < keys.format_time(other)) == (one < other)


@given(_sources, _aware)
def test_keys_round_trip(source, moment):
    text = keys.format_time(moment)
    assert keys.parse_entry_key(keys.entry_key(source, moment)) == (source, text)
    assert keys.parse_run_id(keys.run_id(source, moment)) == (source, text)
    assert keys.execution_key(keys.run_id(source, moment)) == (f"EXECUTION#{source}@{text}", "RESULT")


@given(st.text())
def test_hostile_text_is_refused_or_a_key(text):
    for parse in (keys.parse_entry_key, keys.parse_run_id, keys.parse_time):
        try:
            parse(text)
        except keys.KeyFormatError as error:
            str(error).encode("ascii")  # fit for any log
        else:
            assert text.isascii()


@given(_lines, _lines, _lines)
def test_ids_are_stable_and_tell_keys_apart(one, two, three):
    assert keys.entry_id(one, two) == str(uuid.uuid5(keys.NAMESPACE, f"{one}\n{two}"))
    assert (keys.entry_id(one, two) == keys.entry_id(two, one)) == (one == two)
    assert keys.dead_letter_id(one, two, three) == keys.dead_letter_id(one, two, three)
    assert uuid.UUID(keys.dead_letter_id(one, two, three)).version == 5


@pytest.mark.parametrize(
    "time",
    [
        datetime(2025, 11, 7),
        None,
        pytest.param(10**5000, id="huge"),
        "\ud800",
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))),
    ],
)
def test_what_is_no_moment_is_refused(time):
    for build in (keys.format_time, keys.slot, lambda t: keys.run_id("tmdb", t)):
        with pytest.raises(keys.KeyFormatError):
            build(time)


def test_messages_say_what_to_do():
    with pytest.raises(keys.KeyFormatError, match=r"has no time zone; pass an aware datetime"):
        keys.slot(datetime(2025, 11, 7))
    with pytest.raises(keys.KeyFormatError, match="reserved for the metadata record"):
        keys.entry_key("metadata", datetime.now(UTC))
    with pytest.raises(keys.KeyFormatError, match="half a surrogate"):
        keys.entry_id("a", "\ud800")


def test_built_keys_keep_the_contract(entry):
    entry |= {"source_type#timestamp": keys.entry_key("s3_x9", "2025-11-07T17:20:00Z")}
    entry["id"] = keys.entry_id(entry["celebrity_id"], entry["source_type#timestamp"])
    entry["metadata"]["run_id"] = keys.run_id("s3_x9", "2025-11-07T17:20:00Z")
    assert validate("scraper_entry", entry) == []
