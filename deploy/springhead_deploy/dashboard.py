"""The dashboard: what a person looks at after an alarm."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch

from springhead_deploy.alarms import METRICS
from springhead_deploy.functions import POST_PROCESSOR, SWEEP
from springhead_deploy.lake_functions import LAKE_FUNCTIONS
from springhead_deploy.names import named, sub
from springhead_deploy.queues import DEAD_LETTER_QUEUES
from springhead_deploy.units import Unit

__all__ = ["add_dashboard"]

_WIDTH, _HEIGHT = 12, 6
Metric = list[str]


def add_dashboard(stack: cdk.Stack, units: Sequence[Unit]) -> None:
    """Add the dashboard."""
    body = {"widgets": [_placed(widget, place) for place, widget in enumerate(_widgets(units))]}
    cloudwatch.CfnDashboard(
        stack,
        "Dashboard",
        dashboard_name=named("springhead"),
        # CloudFormation fills in stage and region.
        dashboard_body=sub(json.dumps(body, separators=(",", ":"), sort_keys=True)),
    )


def _widgets(units: Sequence[Unit]) -> list[dict[str, Any]]:
    own = f"{METRICS}${{Suffix}}"
    sources = [source.name for unit in units for source in unit.members]
    functions = [unit.function for unit in units if not unit.on_fargate]
    others = [POST_PROCESSOR, SWEEP, *LAKE_FUNCTIONS]

    def of_functions(metric: str, names: Sequence[str]) -> list[Metric]:
        return [["AWS/Lambda", metric, "FunctionName", f"{name}${{Suffix}}"] for name in names]

    def of_queues(names: Sequence[str], metric: str) -> list[Metric]:
        return [["AWS/SQS", metric, "QueueName", f"{name}${{Suffix}}"] for name in names]

    def of_sources(metric: str) -> list[Metric]:
        return [[own, metric, "Source", name] for name in sources]

    every = [*functions, *others]
    visible = "ApproximateNumberOfMessagesVisible"
    return [
        _graph("Runs completed", of_sources("RunCompleted"), "Sum", 3600),
        _graph("Coverage", of_sources("Coverage"), "Minimum", 3600),
        _graph("Errors", of_functions("Errors", every), "Sum"),
        _graph("Throttles", of_functions("Throttles", every), "Sum"),
        _graph("Duration (ms)", of_functions("Duration", every), "Maximum"),
        _graph("Running at once", of_functions("ConcurrentExecutions", every), "Maximum"),
        _graph("Work waiting", of_queues([f"{name}-work" for name in functions], visible), "Maximum"),
        _graph("Dead letters on queues", of_queues(list(DEAD_LETTER_QUEUES.values()), visible), "Maximum"),
        _graph("Enrichment behind (ms)", of_functions("IteratorAge", [POST_PROCESSOR]), "Maximum"),
        _graph("Entries to look at", [[own, name] for name in ("DeadLetters", "LargeEntries", "Unenriched")], "Sum"),
    ]


def _graph(title: str, metrics: list[Metric], statistic: str, period: int = 300) -> dict[str, Any]:
    return {
        "type": "metric",
        "properties": {
            "title": title,
            "metrics": metrics,
            "stat": statistic,
            "period": period,
            "region": "${AWS::Region}",
            "view": "timeSeries",
        },
    }


def _placed(widget: dict[str, Any], place: int) -> dict[str, Any]:
    row, column = divmod(place, 2)
    return {**widget, "x": column * _WIDTH, "y": row * _HEIGHT, "width": _WIDTH, "height": _HEIGHT}
