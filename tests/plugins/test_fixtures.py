"""Every installed plugin, found by its entry point, against its own fixtures."""

from __future__ import annotations

import json
from typing import Any

import pytest
from springhead.cases import Case, cases_of
from springhead.checks import check_case, check_mutations
from springhead.plugins import catalogue

PLUGINS = catalogue()
CASES = [
    pytest.param(source, case, id=f"{source.name}-{case.name}")
    for plugin in PLUGINS
    for source in plugin.sources
    for case in cases_of(source)
]


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin.name)
def test_every_plugin_loads_and_has_cases(plugin: Any) -> None:
    assert plugin.quarantine is None
    for source in plugin.sources:
        assert cases_of(source), source.name
        assert source.title
        assert source.terms is not None


@pytest.mark.parametrize(("source", "case"), CASES)
def test_every_case_replays_as_recorded(source: Any, case: Case) -> None:
    assert check_case(source, case) == []
    document = json.loads((case.folder / "case.json").read_text(encoding="utf-8"))
    assert document["notes"], "say what the case is there to show"


@pytest.mark.parametrize(("source", "case"), CASES)
def test_every_damage_ends_in_a_named_error_or_a_valid_record(source: Any, case: Case) -> None:
    assert check_mutations(source, case) == []


def test_both_first_plugins_are_there_and_each_failure_has_its_own_name() -> None:
    endings = {(source.name, case.error) for source, case in (param.values for param in CASES)}  # type: ignore[union-attr,misc]
    tmdb = {error for name, error in endings if name == "tmdb"}
    assert tmdb >= {
        None, "NotFound", "Ambiguous", "AuthFailed", "InvalidRequest", "RateLimited", "Unavailable", "BadResponse",
    }  # fmt: skip
    assert {error for name, error in endings if name == "wikipedia"} >= {None, "NotFound", "Ambiguous", "Unavailable"}
