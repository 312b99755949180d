"""What the generated models promise beyond accepting and refusing."""

from __future__ import annotations

import pydantic
import pytest
from springhead_contracts import Violation, models


def test_members_are_set_by_python_name_and_written_by_contract_name():
    record = models.ScraperEntry(
        celebrity_id="celeb_001",
        source_type_timestamp="tmdb#2025-11-07T17:20:00Z",
        id="x",
        name="周潤發",
        raw_text="{}",
        source="https://api.themoviedb.org/3/person",
        timestamp="2025-11-07T17:20:00Z",
        weight=None,
        sentiment=None,
        metadata=models.EntryMetadata(scraper_name="scraper-tmdb", source_type="tmdb", processed=False, error=None),
    ).to_record()
    assert record["source_type#timestamp"] == "tmdb#2025-11-07T17:20:00Z"
    assert record["metadata"] == {
        "scraper_name": "scraper-tmdb",
        "source_type": "tmdb",
        "processed": False,
        "error": None,
    }


def test_python_names_are_no_wire_names(entry):
    entry["source_type_timestamp"] = entry.pop("source_type#timestamp")
    with pytest.raises(pydantic.ValidationError):
        models.ScraperEntry.from_record(entry)


def test_nulls_inside_open_objects_are_written():
    record = {"name": "E", "message": "m", "retryable": True}
    letter = models.DeadLetter(
        id="x", kind="lake", source="csv", error=models.ErrorInfo(**record), event={"a": None}, attempts=1,
        created_at="2025-11-07T17:20:00Z",
    )  # fmt: skip
    assert letter.to_record()["event"] == {"a": None}


@pytest.mark.parametrize("change", [{"weight": "0.5"}, {"weight": True}, {"name": 5}, {"weight": float("nan")}])
def test_models_are_strict(entry, change):
    with pytest.raises(pydantic.ValidationError):
        models.ScraperEntry.from_record(entry | change)


def test_models_are_immutable(entry):
    record = models.ScraperEntry.from_record(entry)
    with pytest.raises(pydantic.ValidationError):
        record.name = "x"  # type: ignore[misc]
    assert record.model_copy(update={"weight": 0.5}).to_record()["weight"] == 0.5


def test_explicit_null_says_what_to_do():
    with pytest.raises(pydantic.ValidationError, match="leave the member out"):
        models.ScrapeEvent(source=None)


def test_violations_fit_error_info():
    found = models.Violation.from_record(Violation("/a", "type", "must be text", "1").to_record())
    assert found.pointer == "/a"
