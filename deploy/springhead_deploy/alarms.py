"""What wakes a person: alarms and a budget, to one topic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns

from springhead_deploy.cron import longest_gap_hours
from springhead_deploy.functions import POST_PROCESSOR
from springhead_deploy.names import logical_id, named, ref, sub
from springhead_deploy.parameters import only_if
from springhead_deploy.queues import DEAD_LETTER_QUEUES, letters_name
from springhead_deploy.stores import Stores
from springhead_deploy.units import Unit

__all__ = ["METRICS", "add_alarm", "add_alarms", "add_budget", "add_topic"]

#: Namespace of our own metrics, before the stage's suffix.
METRICS = "Springhead"
_TOPIC = "AlarmTopic"
_HOUR = 3600
#: Seed 2: enriched within five minutes.
_ITERATOR_MS = 300_000
#: A run that stores less than this share of what it should.
_COVERAGE = 0.8
#: CloudWatch looks back a week at most.
_WEEK_HOURS = 7 * 24


def add_topic(stack: cdk.Stack) -> None:
    """Add the topic that alarms and budget write to, and the subscription of a person."""
    sns.CfnTopic(stack, _TOPIC, topic_name=named("springhead-alarms"))
    account = {"StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")}}
    writers = [iam.ServicePrincipal("budgets.amazonaws.com"), iam.ServicePrincipal("cloudwatch.amazonaws.com")]
    statement = iam.PolicyStatement(
        actions=["sns:Publish"], principals=writers, resources=[ref(_TOPIC)], conditions=account
    )
    sns.CfnTopicPolicy(
        stack,
        "AlarmTopicPolicy",
        topics=[ref(_TOPIC)],
        policy_document=iam.PolicyDocument(statements=[statement]),
    )
    person = sns.CfnSubscription(
        stack, "AlarmSubscription", topic_arn=ref(_TOPIC), protocol="email", endpoint=ref("AlarmEmail")
    )
    only_if(person, "HasAlarmEmail")


def add_alarms(stack: cdk.Stack, units: Sequence[Unit], stores: Stores) -> None:
    """Add all alarms."""
    _add_service_alarms(stack, stores)
    add_alarm(
        stack,
        "LargeEntriesAlarm",
        "springhead-large-entries",
        "An entry has more than 100 KB; from 400 KB on its text moves to S3",
        (_own(), "LargeEntries"),
        above=0,
    )
    for unit in units:
        for source in unit.members:
            own, dimensions = logical_id("source", source.name), {"Source": source.name}
            add_alarm(
                stack,
                f"{own}CoverageAlarm",
                f"springhead-coverage-{source.name}",
                f"A run of {source.name} stored less than {_COVERAGE:.0%} of what it should",
                (_own(), "Coverage"),
                dimensions,
                below=_COVERAGE,
                statistic="Minimum",
            )
            # Beyond a week nobody can look back; then a run is missed only if none came in the last one.
            hours = min(_WEEK_HOURS, longest_gap_hours(unit.cron))
            add_alarm(
                stack,
                f"{own}MissedAlarm",
                f"springhead-missed-{source.name}",
                f"No run of {source.name} was completed in {hours} hours: it missed its schedule",
                (_own(), "RunCompleted"),
                dimensions,
                below=1,
                period=_HOUR,
                periods=hours,
                missing="breaching",
                # Nothing is missed as long as nothing is scheduled.
                actions_enabled=cdk.Token.as_any({"Fn::If": ["SchedulesOn", True, False]}),
            )


def _add_service_alarms(stack: cdk.Stack, stores: Stores) -> None:
    add_alarm(
        stack,
        "FailureAlarm",
        "celebrity-scraper-failures",
        "More than 3 errors in 5 minutes, over all Lambda functions of the account",
        ("AWS/Lambda", "Errors"),
        above=3,
    )
    add_alarm(
        stack,
        "ThrottleAlarm",
        "springhead-throttles",
        "Lambda functions of the account were throttled",
        ("AWS/Lambda", "Throttles"),
        above=0,
    )
    add_alarm(
        stack,
        "WriteThrottleAlarm",
        "springhead-write-throttles",
        "Writes to the celebrity table were throttled",
        ("AWS/DynamoDB", "WriteThrottleEvents"),
        {"TableName": stores.entries.name},
        above=0,
    )
    add_alarm(
        stack,
        "IteratorAgeAlarm",
        "springhead-iterator-age",
        "Enrichment is more than 5 minutes behind the table",
        ("AWS/Lambda", "IteratorAge"),
        {"FunctionName": ref(logical_id(POST_PROCESSOR))},
        above=_ITERATOR_MS,
        statistic="Maximum",
    )
    add_alarm(
        stack,
        "UnenrichedAlarm",
        "springhead-unenriched",
        "The sweep found entries that nobody had enriched",
        (_own(), "Unenriched"),
        above=0,
        statistic="Maximum",
    )
    add_alarm(
        stack,
        "LettersAlarm",
        "springhead-dead-letters",
        "Subjects or records ended as dead letters: springhead dlq list",
        (_own(), "DeadLetters"),
        above=0,
    )
    for queue, name in DEAD_LETTER_QUEUES.items():
        add_alarm(
            stack,
            f"{queue}Alarm",
            f"springhead-{name}",
            f"Something lies on {name}: springhead dlq list",
            ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
            {"QueueName": letters_name(queue)},
            above=0,
            statistic="Maximum",
        )


def _own() -> str:
    return named(METRICS)


def add_alarm(
    stack: cdk.Stack,
    own: str,
    name: str,
    description: str,
    metric: tuple[str, str],
    dimensions: Mapping[str, str] | None = None,
    *,
    above: float | None = None,
    below: float | None = None,
    statistic: str = "Sum",
    period: int = 300,
    periods: int = 1,
    missing: str = "notBreaching",
    **properties: Any,
) -> cloudwatch.CfnAlarm:
    """Add an alarm that tells the topic, where a metric is above or below a number."""
    found = [cloudwatch.CfnAlarm.DimensionProperty(name=key, value=value) for key, value in (dimensions or {}).items()]
    return cloudwatch.CfnAlarm(
        stack,
        own,
        alarm_name=named(name),
        alarm_description=description,
        namespace=metric[0],
        metric_name=metric[1],
        dimensions=found or None,
        statistic=statistic,
        period=period,
        evaluation_periods=periods,
        threshold=below if above is None else above,
        comparison_operator="LessThanThreshold" if above is None else "GreaterThanThreshold",
        treat_missing_data=missing,
        alarm_actions=[ref(_TOPIC)],
        **properties,
    )


def add_budget(stack: cdk.Stack) -> None:
    """Add the budget: a warning at 80 % of what was spent, and where the month will pass it."""
    budget = budgets.CfnBudget
    topic = budget.SubscriberProperty(subscription_type="SNS", address=ref(_TOPIC))

    def warning(kind: str, percent: int) -> Any:
        told = budget.NotificationProperty(
            notification_type=kind,
            comparison_operator="GREATER_THAN",
            threshold=percent,
            threshold_type="PERCENTAGE",
        )
        return budget.NotificationWithSubscribersProperty(notification=told, subscribers=[topic])

    made = budget(
        stack,
        "Budget",
        budget=budget.BudgetDataProperty(
            budget_name=named("springhead"),
            budget_type="COST",
            time_unit="MONTHLY",
            budget_limit=budget.SpendProperty(amount=cdk.Token.as_number(ref("MonthlyBudgetUsd")), unit="USD"),
            # What bears our tag, once the tag is activated for cost allocation.
            cost_filters={"TagKeyValue": [sub("user:project$springhead${Suffix}")]},
        ),
        notifications_with_subscribers=[warning("ACTUAL", 80), warning("FORECASTED", 100)],
    )
    only_if(made, "OnAws")
