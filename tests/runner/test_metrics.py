from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest
from springhead.clock import FrozenClock
from springhead.settings import Settings
from springhead_runner import metrics
from springhead_runner.enrich.figures import Figures

NOW = datetime(2026, 11, 20, 12, 0, 0, 123000, tzinfo=UTC)
#: The rules of "Specification: Embedded metric format" of the CloudWatch user guide.
TARGET = {"type": "string", "minLength": 1, "maxLength": 250}
UNITS = [
    *("Seconds", "Microseconds", "Milliseconds", "Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes"),
    *("Bits", "Kilobits", "Megabits", "Gigabits", "Terabits", "Percent", "Count", "None"),
    *(f"{unit}/Second" for unit in ("Bytes", "Kilobytes", "Megabytes", "Bits", "Kilobits", "Megabits", "Count")),
]
DIRECTIVE = {
    "type": "object",
    "required": ["Namespace", "Dimensions", "Metrics"],
    "properties": {
        "Namespace": {"type": "string", "minLength": 1, "maxLength": 1024, "pattern": "^[0-9A-Za-z._/#:-]+$"},
        "Dimensions": {"type": "array", "minItems": 1, "items": {"type": "array", "maxItems": 30, "items": TARGET}},
        "Metrics": {
            "type": "array",
            "minItems": 1,
            "maxItems": 100,
            "items": {
                "type": "object",
                "required": ["Name"],
                "additionalProperties": False,
                "properties": {
                    "Name": {"type": "string", "minLength": 1, "maxLength": 1024},
                    "Unit": {"enum": UNITS},
                    "StorageResolution": {"enum": [1, 60]},
                },
            },
        },
    },
}
EMF = {
    "type": "object",
    "required": ["_aws"],
    "properties": {
        "_aws": {
            "type": "object",
            "required": ["Timestamp", "CloudWatchMetrics"],
            "properties": {
                "Timestamp": {"type": "integer"},
                "CloudWatchMetrics": {"type": "array", "minItems": 1, "items": DIRECTIVE},
            },
        }
    },
}


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Lines on stdout, each checked against the specification."""
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for line in found:
        jsonschema.validate(line, EMF)
        for directive in line["_aws"]["CloudWatchMetrics"]:
            for metric in directive["Metrics"]:
                value = line[metric["Name"]]
                values = value if isinstance(value, list) else [value]
                assert 0 < len(values) <= 100 and all(type(each) in (int, float) for each in values)
            for dimension in (name for names in directive["Dimensions"] for name in names):
                assert isinstance(line[dimension], str) and 0 < len(line[dimension]) <= 1024
    return found


def clock() -> FrozenClock:
    return FrozenClock(NOW)


def report(**more: Any) -> dict[str, Any]:
    return {
        "source_id": "tmdb", "status": "completed", "subjects": 100, "written": 60, "changed": 5, "unchanged": 15,
        "not_found": 10, "deferred": 0, "dead_lettered": 9, "lost": 1, "items_stored": 80,
        "metrics": {"request_count": 240, "quota_units": 24_000},
        "warnings": [{"code": "LargeEntry"}, {"code": "Expectation"}, {"code": "LargeEntry"}],
        "run_id": "tmdb@2025-11-09T02:00:00Z", "attempt_id": "a1", **more,
    }  # fmt: skip


def test_a_line_is_embedded_metric_format(capsys: pytest.CaptureFixture[str]) -> None:
    metrics.emit({"Enriched": 3.0, "Latency": [10.0, 20.0]}, Settings(), source="tmdb", clock=clock())
    (line,) = lines(capsys)
    assert line == {
        "_aws": {
            "Timestamp": 1_795_176_000_123,
            "CloudWatchMetrics": [
                {
                    "Namespace": "Springhead",
                    "Dimensions": [["Source"], []],
                    "Metrics": [{"Name": "Enriched", "Unit": "Count"}, {"Name": "Latency", "Unit": "Milliseconds"}],
                }
            ],
        },
        "Enriched": 3.0,
        "Latency": [10.0, 20.0],
        "Source": "tmdb",
    }


def test_a_stage_has_a_namespace_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    metrics.emit({"Unenriched": 0.0}, Settings(stage="dev"))
    (line,) = lines(capsys)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert (directive["Namespace"], directive["Dimensions"]) == ("Springhead-dev", [[]])
    assert "Source" not in line


def test_nothing_is_no_line_and_a_hundred_values_are_the_most(capsys: pytest.CaptureFixture[str]) -> None:
    metrics.emit({"Latency": []}, Settings())
    assert lines(capsys) == []
    metrics.emit({"Latency": [float(n) for n in range(250)], "Enriched": 1.0}, Settings())
    assert len(lines(capsys)[0]["Latency"]) == 100


def test_a_value_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        metrics.emit({"Coverage": float("nan")}, Settings())
    with pytest.raises(KeyError):
        metrics.emit({"NoSuchMetric": 1.0}, Settings())


def test_what_an_attempt_did(capsys: pytest.CaptureFixture[str]) -> None:
    metrics.run_attempted(report(), Settings(), clock())
    (line,) = lines(capsys)
    assert {name: line[name] for name in line if name != "_aws"} == {
        "Subjects": 100, "Written": 65, "NotFound": 10, "Deferred": 0, "DeadLetters": 10, "LargeEntries": 2,
        "Requests": 240, "QuotaUnits": 24_000, "Source": "tmdb", "run_id": "tmdb@2025-11-09T02:00:00Z",
        "attempt_id": "a1",
    }  # fmt: skip
    metrics.run_attempted(report(metrics={"request_count": 1}), Settings(), clock())
    assert "QuotaUnits" not in lines(capsys)[0]


@pytest.mark.parametrize(
    ("changed", "completed", "coverage"),
    [
        ({}, 1, 0.8889),  # 80 of the 90 that could be found
        ({"deferred": 10}, 1, 1.0),
        ({"status": "failed"}, 0, 0.8889),
        ({"items_stored": 0}, 1, 0.0),
        ({"not_found": 100, "items_stored": 0}, 1, 0.0),  # a source that knows nobody gives nothing
        ({"subjects": 0, "not_found": 0, "items_stored": 0}, 1, None),  # there was nobody to ask
        ({"deferred": 100, "not_found": 0, "items_stored": 0}, 1, None),
    ],
    ids=str,
)
def test_a_run_that_is_over(
    capsys: pytest.CaptureFixture[str], changed: dict[str, Any], completed: int, coverage: float | None
) -> None:
    metrics.run_completed(report(**changed), Settings(), clock())
    (line,) = lines(capsys)
    assert (line["RunCompleted"], line.get("Coverage")) == (completed, coverage)


def test_alarms_and_dashboard_of_the_template_watch_metrics_that_are_emitted(
    template: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """Names, units and dimensions of both sides agree: an alarm on nothing would be silent for ever."""
    metrics.emit(dict.fromkeys(metrics.UNITS, 1.0), Settings(), source="tmdb")
    (line,) = lines(capsys)
    emitted = {
        (metric["Name"], tuple(names))
        for directive in line["_aws"]["CloudWatchMetrics"]
        for metric in directive["Metrics"]
        for names in directive["Dimensions"]
    }
    watched = set()
    for resource in template["Resources"].values():
        properties = resource["Properties"]
        if resource["Type"] == "AWS::CloudWatch::Alarm" and "Springhead" in json.dumps(properties["Namespace"]):
            assert properties["Namespace"]["Fn::Sub"][0] == f"{metrics.NAMESPACE}${{Suffix}}"
            dimensions = tuple(dimension["Name"] for dimension in properties.get("Dimensions", ()))
            watched.add((properties["MetricName"], dimensions))
    dashboard = json.loads(template["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"][0])
    for namespace, name, *dimensions in (
        row for graph in dashboard["widgets"] for row in graph["properties"]["metrics"]
    ):
        if namespace.startswith(metrics.NAMESPACE):
            watched.add((name, tuple(dimensions[::2])))
    assert {name for name, _ in watched} >= {"Coverage", "DeadLetters", "LargeEntries", "RunCompleted", "Unenriched"}
    assert watched <= emitted


def test_the_table_in_the_documentation_is_what_there_is() -> None:
    rows = [line.split() for line in (metrics.__doc__ or "").splitlines() if line[:1].isupper()]
    listed = {row[0]: row[1] for row in rows if row[0] in metrics.UNITS}
    assert listed == metrics.UNITS


def test_figures_are_told_by_source_and_hostile_names_are_no_dimension(capsys: pytest.CaptureFixture[str]) -> None:
    figures = Figures(clock())
    known = {"metadata": {"source_type": "tmdb", "last_updated": "2026-11-20T11:59:50Z"}}
    for _ in range(120):
        figures.add("enriched", known)
    figures.add("dead_letter", known)
    figures.add("again", {})
    for hostile in ("x" * 2_000, "no-such-source", "tmdb\n", ["tmdb"], None):
        figures.add("dead_letter", {"metadata": {"source_type": hostile}})
    figures.add("enriched", {"metadata": {"source_type": "tmdb", "last_updated": "2026-11-20T13:00:00Z"}})
    figures.add("enriched", {"metadata": {"source_type": "tmdb", "last_updated": "yesterday"}})
    figures.emit(Settings())
    found = lines(capsys)
    assert {line["Source"] for line in found} == {"tmdb", "unknown"}
    first, second, other = found
    assert (first["Enriched"], first["EnrichFailed"], first["DeadLetters"]) == (122, 1, 1)
    # A writer whose clock is ahead makes no negative latency, and one whose stamp is none makes none at all.
    assert first["Latency"] + second["Latency"] == [10_123.0] * 120 + [0.0]
    assert (other["EnrichFailed"], other["DeadLetters"], "Latency" in other) == (5, 5, False)
    assert figures.outcomes == {"enriched": 122, "dead_letter": 6, "again": 1}
