from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from springhead.errors import ConfigError
from springhead_runner.scrape.events import read_event

NOW = datetime(2025, 11, 9, 2, 0, 37, 123456, tzinfo=UTC)
SCHEDULED = {
    "version": "0",
    "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "account": "123456789012",
    "time": "2025-11-09T02:00:00Z",
    "region": "us-east-1",
    "resources": ["arn:aws:events:us-east-1:123456789012:rule/celebrity-weekly-scrape"],
    "detail": {},
}


def read(event: Any, default: str | None = "tmdb") -> tuple[str, str, tuple[str, ...] | None]:
    order = read_event(event, default_source=default, now=NOW)
    return order.name, order.time, order.subject_ids


@pytest.mark.parametrize(
    ("event", "wanted"),
    [
        ({"source": "wikipedia", "time": "2025-11-09T02:00:00Z"}, ("wikipedia", "2025-11-09T02:00:00Z", None)),
        ({"source": "tmdb", "time": "2025-11-09T02:00:59.999Z"}, ("tmdb", "2025-11-09T02:00:00Z", None)),
        ({"time": "2025-11-09T02:00:37Z"}, ("tmdb", "2025-11-09T02:00:00Z", None)),
        (SCHEDULED, ("tmdb", "2025-11-09T02:00:00Z", None)),
        ({**SCHEDULED, "time": None}, ("tmdb", "2025-11-09T02:00:00Z", None)),
        ({}, ("tmdb", "2025-11-09T02:00:00Z", None)),
        ({"subjects": ["celeb_002", "celeb_001"]}, ("tmdb", "2025-11-09T02:00:00Z", ("celeb_002", "celeb_001"))),
    ],
)
def test_forms(event: Any, wanted: Any) -> None:
    assert read(event) == wanted


def test_what_a_quota_left_over_is_asked_for_by_a_word() -> None:
    order = read_event({"source": "youtube", "resume": True}, default_source=None, now=NOW)
    assert (order.name, order.resume) == ("youtube", True)
    assert not read_event({}, default_source="youtube", now=NOW).resume


def test_the_run_of_each_source_of_a_group_has_its_own_id() -> None:
    order = read_event({"source": "social"}, default_source=None, now=NOW, attempt_id="a1")
    runs = [order.run_of(name) for name in ("instagram", "threads")]
    assert [run.run_id for run in runs] == ["instagram@2025-11-09T02:00:00Z", "threads@2025-11-09T02:00:00Z"]
    assert {run.attempt_id for run in runs} == {"a1"}


def test_two_deliveries_within_a_minute_are_one_run() -> None:
    assert read({**SCHEDULED, "time": "2025-11-09T02:00:37Z"}) == read(SCHEDULED)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (None, "NoneType"),
        ("tmdb", "str"),
        ([], "list"),
        ({"source": ""}, "/source"),
        ({"source": "TMDb"}, "/source"),
        ({"source": 7}, "/source"),
        ({"time": "yesterday"}, "/time"),
        ({"time": None}, "/time"),
        ({"time": "2025-11-31T00:00:00Z"}, "/time"),
        ({"subjects": []}, "/subjects"),
        ({"subjects": "celeb_001"}, "/subjects"),
        ({"subjects": [""]}, "/subjects/0"),
        ({"subjects": [{"celebrity_id": "celeb_001"}]}, "/subjects/0"),
        ({"sources": ["tmdb"]}, "sources"),
        ({"resume": "yes"}, "/resume"),
        ({"source": "aws.events", "time": "2025-11-09T02:00:00Z"}, "/source"),
        ({"detail-type": "Scheduled Event", "time": "noon"}, "/time"),
    ],
)
def test_bad_events_are_named(event: Any, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        read(event)
    assert caught.value.hint and "\n" not in caught.value.message


def test_every_fault_is_named() -> None:
    with pytest.raises(ConfigError, match=r"/source.*/time") as caught:
        read({"source": "A", "time": "b"})
    assert caught.value.exit_code == 2


def test_an_event_without_source_for_a_function_without_setting() -> None:
    with pytest.raises(ConfigError, match="names no source"):
        read({}, default=None)
