"""Alarms, dashboard and budget of the committed template."""

from __future__ import annotations

import json
from typing import Any

import pytest
from springhead import plugins
from springhead_deploy.units import units_of

SOURCES = [source for plugin in plugins.catalogue() for source in plugin.sources]
UNITS = units_of(SOURCES)
ABOVE, BELOW = "GreaterThanThreshold", "LessThanThreshold"

# Metric and dimensions → comparison, threshold and statistic.
SERVICES: dict[tuple[str, str, tuple[str, ...]], tuple[str, float, str]] = {
    ("AWS/Lambda", "Errors", ()): (ABOVE, 3, "Sum"),
    ("AWS/Lambda", "Throttles", ()): (ABOVE, 0, "Sum"),
    ("AWS/Lambda", "IteratorAge", ("<PostProcessor>",)): (ABOVE, 300_000, "Maximum"),
    ("AWS/DynamoDB", "WriteThrottleEvents", ("<CelebrityTable>",)): (ABOVE, 0, "Sum"),
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible", ("<DeadLetterQueue.QueueName>",)): (ABOVE, 0, "Maximum"),
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible", ("<StreamFailureQueue.QueueName>",)): (ABOVE, 0, "Maximum"),
    ("Springhead", "DeadLetters", ()): (ABOVE, 0, "Sum"),
    ("Springhead", "LargeEntries", ()): (ABOVE, 0, "Sum"),
    ("Springhead", "Unenriched", ()): (ABOVE, 0, "Maximum"),
}


def alarms(template: Any) -> dict[tuple[str, str, tuple[str, ...]], dict[str, Any]]:
    found = {}
    for alarm in template.of_type("AWS::CloudWatch::Alarm").values():
        dimensions = tuple(dimension["Value"] for dimension in alarm.get("Dimensions", []))
        found[alarm["Namespace"], alarm["MetricName"], dimensions] = alarm
    return found


@pytest.mark.parametrize("metric", SERVICES, ids=lambda metric: "-".join([*metric[:2], *metric[2]]))
def test_each_trouble_has_its_alarm(committed: Any, metric: tuple[str, str, tuple[str, ...]]) -> None:
    alarm = alarms(committed)[metric]
    assert (alarm["ComparisonOperator"], alarm["Threshold"], alarm["Statistic"]) == SERVICES[metric]
    assert (alarm["Period"], alarm["EvaluationPeriods"], alarm["TreatMissingData"]) == (300, 1, "notBreaching")


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_each_source_has_alarms_on_its_schedule_and_its_coverage(committed: Any, source: Any) -> None:
    missed = alarms(committed)["Springhead", "RunCompleted", (source.name,)]
    assert (missed["ComparisonOperator"], missed["Threshold"], missed["Statistic"]) == (BELOW, 1, "Sum")
    assert missed["TreatMissingData"] == "breaching"
    # All schedules are weekly at most; CloudWatch looks back a week at most.
    assert (missed["Period"], missed["EvaluationPeriods"]) == (3600, 168)
    coverage = alarms(committed)["Springhead", "Coverage", (source.name,)]
    assert (coverage["ComparisonOperator"], coverage["Threshold"], coverage["Statistic"]) == (BELOW, 0.8, "Minimum")
    assert coverage["TreatMissingData"] == "notBreaching"


def test_there_are_no_other_alarms_and_all_tell_the_topic(committed: Any) -> None:
    found = alarms(committed)
    assert len(found) == len(SERVICES) + 2 * len(SOURCES) == len(committed.of_type("AWS::CloudWatch::Alarm"))
    assert all(alarm["AlarmActions"] == ["<AlarmTopic>"] for alarm in found.values())


def test_nothing_is_missed_before_anything_is_scheduled(committed: Any) -> None:
    def silent(template: Any) -> set[str]:
        return {metric for (_, metric, _), alarm in alarms(template).items() if alarm.get("ActionsEnabled") is False}

    assert silent(committed) == {"RunCompleted"}
    assert silent(committed.with_parameters(ScheduleState="ENABLED")) == set()


def test_a_daily_source_is_missed_after_a_day(generated: Any) -> None:
    daily = generated.properties("SourcePagesLocalNewsMissedAlarm")
    assert (daily["Period"], daily["EvaluationPeriods"]) == (3600, 26)
    assert daily["Dimensions"] == [{"Name": "Source", "Value": "pages.local_news"}]


def test_stages_do_not_share_metrics(committed: Any) -> None:
    names = {namespace for namespace, _, _ in alarms(committed.with_parameters(Stage="dev"))}
    assert names == {"AWS/Lambda", "AWS/DynamoDB", "AWS/SQS", "Springhead-dev"}


def test_a_person_is_told_if_one_is_named(committed: Any) -> None:
    assert not committed.of_type("AWS::SNS::Subscription")
    given = committed.with_parameters(AlarmEmail="ops@example.org")
    assert given.properties("AlarmSubscription") == {
        "TopicArn": "<AlarmTopic>",
        "Protocol": "email",
        "Endpoint": "ops@example.org",
    }
    (policy,) = committed.of_type("AWS::SNS::TopicPolicy").values()
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"]}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "1234"}}


def test_the_budget_warns_before_it_is_spent(committed: Any) -> None:
    budget = committed.with_parameters(MonthlyBudgetUsd="25").properties("Budget")
    assert budget["Budget"]["BudgetLimit"] == {"Amount": "25", "Unit": "USD"}
    assert budget["Budget"]["TimeUnit"] == "MONTHLY"
    assert budget["Budget"]["CostFilters"] == {"TagKeyValue": ["user:project$springhead"]}
    told = [
        (warning["Notification"]["NotificationType"], warning["Notification"]["Threshold"])
        for warning in budget["NotificationsWithSubscribers"]
    ]
    assert told == [("ACTUAL", 80), ("FORECASTED", 100)]
    # What is charged bears the tag that the budget counts.
    tags = committed.properties("ScraperTmdb")["Tags"]
    assert {"Key": "project", "Value": "springhead"} in tags


def test_the_dashboard_shows_every_function_queue_and_source(committed: Any) -> None:
    board = committed.with_parameters(Stage="dev").properties("Dashboard")
    widgets = json.loads(board["DashboardBody"])["widgets"]
    assert board["DashboardName"] == "springhead-dev"
    shown = {tuple(metric) for widget in widgets for metric in widget["properties"]["metrics"]}
    for unit in UNITS:
        assert ("AWS/Lambda", "Errors", "FunctionName", f"{unit.function}-dev") in shown
        waiting = ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", f"{unit.function}-work-dev")
        assert waiting in shown
    for source in SOURCES:
        assert ("Springhead-dev", "Coverage", "Source", source.name) in shown
    assert {widget["properties"]["region"] for widget in widgets} == {"us-east-1"}
    places = {(widget["x"], widget["y"]) for widget in widgets}
    assert len(places) == len(widgets) and max(x for x, _ in places) + widgets[0]["width"] <= 24
