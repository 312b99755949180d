"""Quotas and circuits that all workers share."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from springhead_runner.stores.shared_state import AwsState

pytestmark = pytest.mark.embedded
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.fixture(params=["embedded", "strict_judge"])
def state(request: pytest.FixtureRequest, fresh: Any) -> AwsState:
    return AwsState(fresh(request.getfixturevalue(request.param)))


def test_units_are_granted_up_to_the_limit_and_by_day(state: AwsState) -> None:
    assert [state.reserve("youtube", "2026-11-20", units, 10) for units in (4, 6, 1, 0)] == [4, 10, None, 10]
    assert state.reserve("youtube", "2026-11-21", 1, 10) == 1
    assert state.reserve("google_search", "2026-11-20", 1, 10) == 1


def test_a_first_request_that_costs_more_than_the_day_is_refused(state: AwsState) -> None:
    assert state.reserve("youtube", "2026-11-20", 100, 10) is None
    assert state.reserve("youtube", "2026-11-20", 1, 10) == 1


def test_workers_at_once_never_spend_a_unit_twice(state: AwsState) -> None:
    with ThreadPoolExecutor(8) as pool:
        granted = list(pool.map(lambda _: state.reserve("youtube", "2026-11-20", 3, 100), range(60)))
    assert sorted(spent for spent in granted if spent is not None) == list(range(3, 100, 3))


def test_what_the_service_says_counts_for_the_rest_of_the_day(state: AwsState) -> None:
    state.reserve("youtube", "2026-11-20", 3, 10)
    state.exhaust("youtube", "2026-11-20", 10)
    state.exhaust("youtube", "2026-11-20", 10)
    assert state.reserve("youtube", "2026-11-20", 1, 10) is None
    assert state.reserve("youtube", "2026-11-21", 1, 10) == 1


def test_a_circuit_is_open_until_its_time(state: AwsState) -> None:
    assert state.circuit("www.example.org", NOW) is None
    state.open_circuit("www.example.org", NOW + timedelta(hours=24), "a login wall")
    assert state.circuit("www.example.org", NOW) == (NOW + timedelta(hours=24), "a login wall")
    assert state.circuit("example.org", NOW) is None
    assert state.circuit("www.example.org", NOW + timedelta(hours=24)) is None
