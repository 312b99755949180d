"""The CDK app: the whole stack, put together from its families."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from typing import Any

import aws_cdk as cdk
from springhead.errors import ConfigError
from springhead.source import Source

from springhead_deploy.alarms import add_alarms, add_budget, add_topic
from springhead_deploy.dashboard import add_dashboard
from springhead_deploy.fargate import add_cluster, add_task
from springhead_deploy.functions import add_post_processor, add_scraper, add_sweep
from springhead_deploy.lake import SOURCE_BUCKETS, add_lake, database_name
from springhead_deploy.lake_functions import LAKE_FUNCTIONS, add_lake_alarms, add_lake_functions, upkeep_rule
from springhead_deploy.names import att, logical_id, named, ref
from springhead_deploy.notifications import add_notifications
from springhead_deploy.parameters import add_parameters, condition
from springhead_deploy.queues import add_dead_letter_queues, letters_url
from springhead_deploy.schedule import add_rules, rule_id
from springhead_deploy.stores import Stores, add_stores, bucket_store
from springhead_deploy.units import Unit, units_of

__all__ = ["STACK", "add_stack", "synthesize"]

STACK = "springhead"
#: The CDK's own check of the template against AWS's schemas, as errors instead of warnings.
_CONTEXT = {"@aws-cdk/core:validateAgainstDefaultRules": True}
#: What it takes for faults and is none, because it looks at both sides of a condition.
_IMPORTS = {
    "F3031": "the stream's ARN is given where the table is imported",
    "F3033": "the name of a table or bucket is given where it is imported",
    "W1001": "outputs name what was created or imported, by its condition",
}


def synthesize(sources: Iterable[type[Source]]) -> dict[str, Any]:
    """Synthesize the template for these sources.

    Raises:
        ConfigError: What they declare does not fit together, or the CDK finds a fault in the template.
    """
    with tempfile.TemporaryDirectory(prefix="springhead-cdk-") as folder:
        app = cdk.App(analytics_reporting=False, tree_metadata=False, outdir=folder, context=_CONTEXT)
        add_stack(app, sources)
        try:
            template: dict[str, Any] = app.synth().get_stack_by_name(STACK).template
        except RuntimeError as error:
            raise ConfigError(f"the CDK refuses the template: {error}", hint="correct the declaration") from error
    return {"AWSTemplateFormatVersion": "2010-09-09", **template}


def add_stack(
    app: cdk.App, sources: Iterable[type[Source]], *, stage: str = "prod", disposable: bool = False
) -> cdk.Stack:
    """Add the stack to an app.

    Its template has no assets: code comes by parameters, so it does not depend on the machine that synthesized it, and
    CloudFormation alone can deploy it.

    Args:
        app: Where to.
        sources: What is to run.
        stage: Default of the parameter ``Stage``; also names the stack.
        disposable: True gives up tables and buckets with the stack, for trying things out.

    Raises:
        ConfigError: What the sources declare does not fit together.
    """
    units = units_of(sources)
    stack = cdk.Stack(
        app,
        STACK,
        stack_name=STACK if stage == "prod" else f"{STACK}-{stage}",
        description="Springhead: scheduled scraping. Made by python -m springhead_deploy; do not edit.",
        synthesizer=cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
    )
    add_parameters(stack, stage)
    stores = add_stores(stack, disposable=disposable)
    add_lake(stack, disposable=disposable)
    add_lake_functions(stack, stores)
    add_notifications(stack)
    add_post_processor(stack, stores)
    add_sweep(stack, stores)
    on_fargate = [unit for unit in units if unit.on_fargate]
    if on_fargate:
        add_cluster(stack, on_fargate)
    for unit in units:
        (add_task if unit.on_fargate else add_scraper)(stack, unit, stores)
    rules = add_rules(stack, units)
    senders = [*(att(rule_id(rule)) for rule in rules), upkeep_rule()]
    add_dead_letter_queues(stack, senders, disposable=disposable)
    add_topic(stack)
    add_alarms(stack, units, stores)
    add_lake_alarms(stack)
    add_budget(stack)
    add_dashboard(stack, units)
    _add_outputs(stack, units, stores, rules)
    for rule, reason in _IMPORTS.items():
        acknowledged = cdk.Acknowledgment(id=f"CloudFormation-Validate::{rule}", reason=reason)
        cdk.Validations.of(stack).acknowledge(acknowledged)
    for key, value in {"project": named(STACK), "stage": ref("Stage")}.items():
        cdk.Tags.of(stack).add(key, value, exclude_resource_types=["aws:cdk:stack"])
    return stack


def _add_outputs(stack: cdk.Stack, units: Sequence[Unit], stores: Stores, rules: Sequence[str]) -> None:
    values = {
        "TableName": stores.entries.name,
        "StreamArn": stores.stream,
        "OperationsTableName": stores.operations.name,
        "RawBucketName": stores.raw.name,
        "BackupBucketName": stores.backups.name,
        "DeadLetterBucketName": stores.letters.name,
        "DeadLetterQueueUrl": letters_url(),
        "StreamFailureQueueUrl": letters_url("StreamFailureQueue"),
        "PostProcessorName": ref("PostProcessor"),
        "AlarmName": ref("FailureAlarm"),
        "AlarmTopicArn": ref("AlarmTopic"),
        "DashboardName": ref("Dashboard"),
        "LakeDatabaseName": database_name(),
        **{f"{name}Name": bucket_store(name).name for name in (*SOURCE_BUCKETS, "LakeBucket")},
    }
    for unit in units:
        own = logical_id(unit.function)
        values[f"{own}Name"] = ref(own)
        if not unit.on_fargate:
            values[f"{own}WorkQueueUrl"] = ref(logical_id(unit.function, "work"))
    for rule in rules:
        values[f"{rule_id(rule)}Name"] = ref(rule_id(rule))
    for name, value in values.items():
        cdk.CfnOutput(stack, name, value=value)
    for function in LAKE_FUNCTIONS:
        own = logical_id(function)
        cdk.CfnOutput(stack, f"{own}Name", value=ref(own), condition=condition(stack, "HasLake"))
