from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from springhead.errors import ConfigError
from springhead_runner.enrich.weight import completeness, configured, reliability, weight

VECTORS = Path(__file__).resolve().parents[2] / "contracts" / "v1" / "vectors" / "weight.json"


@pytest.mark.parametrize(
    "vector", json.loads(VECTORS.read_text()), ids=lambda v: f"{v['source_type']} {v['raw_text'][:25]}"
)
def test_vectors_shared_with_go(vector: dict[str, Any]) -> None:
    complete = completeness(vector["raw_text"], vector["content"])
    reliable = reliability(vector["source"], vector["source_type"])
    assert complete == pytest.approx(vector["completeness"], abs=1e-12)
    assert reliable == vector["reliability"]
    assert weight(complete, reliable) == vector["weight"]


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_weight_is_within_bounds_and_has_four_places(complete: float, reliable: float) -> None:
    if math.isnan(0.5 * complete + 0.5 * reliable):
        return
    result = weight(complete, reliable)
    assert 0 <= result <= 1 and round(result, 4) == result


@given(st.text())
def test_completeness_of_any_text(text: str) -> None:
    assert 0 <= completeness(text) <= 1


def test_a_plugin_declares_what_no_table_knows() -> None:
    assert reliability("https://books.example/x", "books", 0.7) == 0.7
    assert reliability("https://books.example/x", "books") == 0.5
    assert reliability("https://api.themoviedb.org/3", "books", 0.1) == 0.95
    assert reliability("http://[", "tmdb") == 0.95  # no address at all: an older writer's


def test_settings_go_first_by_host_and_by_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPRINGHEAD_RELIABILITY", '{"wikipedia.org": 0.1, "books": 1}')
    assert reliability("https://zh.wikipedia.org/w", "wikipedia") == 0.1
    assert reliability("https://books.example/x", "books", 0.7) == 1.0
    assert reliability("https://api.themoviedb.org/3", "tmdb") == 0.95


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "7", '"a"', '{"tmdb": "high"}', '{"tmdb": 1.1}', '{"tmdb": -0.1}', '{"tmdb": NaN}', '{"tmdb": null}'],
)
def test_bad_settings_are_named(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SPRINGHEAD_RELIABILITY", text)
    with pytest.raises(ConfigError, match="SPRINGHEAD_RELIABILITY") as caught:
        configured()
    assert caught.value.hint
