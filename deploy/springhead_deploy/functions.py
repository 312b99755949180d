"""Lambda functions, each with a log group and a role of its own, and what feeds them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from springhead_deploy import policies
from springhead_deploy.lake import files_of, subject_list
from springhead_deploy.names import att, logical_id, named, number_if, ref
from springhead_deploy.parameters import only_if
from springhead_deploy.queues import add_work_queue, letters_arn, letters_url, work_queue_id
from springhead_deploy.stores import Stores
from springhead_deploy.units import Unit

__all__ = [
    "LOG_DAYS",
    "POST_PROCESSOR",
    "SWEEP",
    "add_function",
    "add_post_processor",
    "add_scraper",
    "add_sweep",
    "scraper_settings",
    "settings",
]

LOG_DAYS = 30
POST_PROCESSOR, SWEEP = "post-processor", "post-processor-sweep"

# A new entry, or one with new content, that nobody has enriched. Enrichment sets `processed` or, where it fails,
# `error`: either ends it, so that its own write does not wake it again.
_UNENRICHED = {
    "eventName": ["INSERT", "MODIFY"],
    "dynamodb": {"NewImage": {"metadata": {"M": {"processed": {"BOOL": [False]}, "error": {"NULL": [True]}}}}},
}


def settings(stores: Stores) -> dict[str, str]:
    """Environment variables of all functions and tasks."""
    return {
        "DYNAMODB_TABLE": stores.entries.name,
        "SPRINGHEAD_BACKUP_BUCKET": stores.backups.name,
        "SPRINGHEAD_DEAD_LETTER_BUCKET": stores.letters.name,
        "SPRINGHEAD_DEAD_LETTER_QUEUE": letters_url(),
        "SPRINGHEAD_OPERATIONS_TABLE": stores.operations.name,
        "SPRINGHEAD_RAW_BUCKET": stores.raw.name,
        "SPRINGHEAD_STAGE": ref("Stage"),
    }


def scraper_settings(unit: Unit, stores: Stores) -> dict[str, str]:
    """Environment variables of a scraper, be it a function or a task."""
    listed = subject_list(unit)
    return {
        **settings(stores),
        **({"SPRINGHEAD_BACKUP_BUCKET": files_of(unit, stores.backups).name} if unit.emits_rows else {}),
        **({"SPRINGHEAD_SUBJECTS": f"s3://{stores.backups.name}/{listed}"} if listed else {}),
        "SPRINGHEAD_CONTACT": ref("Contact"),
        # Nothing else is imported, also where a group must be looked up.
        "SPRINGHEAD_PLUGINS": ",".join(sorted({source.name.partition(".")[0] for source in unit.members})),
        "SPRINGHEAD_RATE_SCALE": ref("RateScale"),
        "SPRINGHEAD_ROBOTS_EXEMPTIONS": ref("RobotsExemptions"),
        "SPRINGHEAD_SOURCE": unit.name,
        "SPRINGHEAD_UPSTREAM": ref("Upstream"),
    }


def add_scraper(stack: cdk.Stack, unit: Unit, stores: Stores) -> None:
    """Add the function of a source or group: invoked by its rule, and with batches of its own work queue."""
    name = unit.function
    add_work_queue(stack, name, unit.timeout_s)
    reserved: dict[str, Any] = {}
    if unit.reserved is not None:
        reserved["reserved_concurrent_executions"] = number_if("Reserve", unit.reserved)
    add_function(
        stack,
        name,
        description=f"Scrapes {unit.title}"[:256],
        handler="springhead_runner.scrape.handler.handler",
        memory_mb=unit.memory_mb,
        timeout_s=unit.timeout_s,
        environment={**scraper_settings(unit, stores), "SPRINGHEAD_WORK_QUEUE": ref(work_queue_id(name))},
        statements=policies.scraper(unit, stores),
        **reserved,
    )
    lambda_.CfnEventSourceMapping(
        stack,
        logical_id(name, "worker"),
        function_name=ref(logical_id(name)),
        event_source_arn=att(work_queue_id(name)),
        # A message is a batch of subjects already.
        batch_size=1,
        function_response_types=["ReportBatchItemFailures"],
        scaling_config=lambda_.CfnEventSourceMapping.ScalingConfigProperty(maximum_concurrency=unit.workers),
    )


def add_post_processor(stack: cdk.Stack, stores: Stores) -> None:
    """Add the enrichment function and what feeds the table's stream to it."""
    add_function(
        stack,
        POST_PROCESSOR,
        description="Sets weight and sentiment of new entries",
        handler="springhead_runner.enrich.handler.handler",
        memory_mb=1024,
        timeout_s=60,
        environment=settings(stores),
        statements=[*policies.stream(stores), *policies.enrichment(stores)],
    )
    pattern = json.dumps(_UNENRICHED, separators=(",", ":"))
    mapping = lambda_.CfnEventSourceMapping
    mapping(
        stack,
        "PostProcessorStream",
        function_name=ref(logical_id(POST_PROCESSOR)),
        event_source_arn=stores.stream,
        # Seed 2 says LATEST: that misses what is written while the mapping comes up.
        starting_position="TRIM_HORIZON",
        batch_size=100,
        maximum_batching_window_in_seconds=5,
        bisect_batch_on_function_error=True,
        maximum_retry_attempts=3,
        maximum_record_age_in_seconds=cdk.Token.as_number(ref("StreamMaxAgeSeconds")),
        function_response_types=["ReportBatchItemFailures"],
        destination_config=mapping.DestinationConfigProperty(
            on_failure=mapping.OnFailureProperty(destination=letters_arn("StreamFailureQueue"))
        ),
        filter_criteria=mapping.FilterCriteriaProperty(filters=[mapping.FilterProperty(pattern=pattern)]),
    )


def add_sweep(stack: cdk.Stack, stores: Stores) -> None:
    """Add the function that enriches what the stream has left behind."""
    add_function(
        stack,
        SWEEP,
        description="Enriches entries that the stream has left behind",
        handler="springhead_runner.enrich.sweep.handler",
        memory_mb=1024,
        timeout_s=300,
        environment=settings(stores),
        statements=[*policies.sweep(stores), *policies.enrichment(stores)],
    )


def add_function(
    stack: cdk.Stack,
    name: str,
    *,
    description: str,
    handler: str,
    memory_mb: int,
    timeout_s: int,
    environment: Mapping[str, str],
    statements: Sequence[iam.PolicyStatement],
    role: Mapping[str, Any] | None = None,
    max_age_s: int = 3600,
    condition: str | None = None,
    **properties: Any,
) -> None:
    """Add a function with its log group, its role, and what is done where an asynchronous call fails.

    Args:
        stack: Where to.
        name: Its name, without the stage.
        description: Shown with it.
        handler: The Python function.
        memory_mb: Memory.
        timeout_s: Time limit.
        environment: Environment variables.
        statements: What it may do, besides writing its log and announcing dead letters.
        role: Further properties of the role.
        max_age_s: When an event that could not be delivered is given up.
        condition: Without it there is no function; None is always.
        properties: Further properties of the function, and others than those of the Lambda zip.
    """
    group = f"/aws/lambda/{name}"
    log = logs.CfnLogGroup(stack, logical_id(name, "log"), log_group_name=named(group), retention_in_days=LOG_DAYS)
    zipped = {
        "handler": handler,
        "runtime": ref("PythonRuntime"),
        "code": lambda_.CfnFunction.CodeProperty(s3_bucket=ref("CodeBucket"), s3_key=ref("CodeKey")),
    }
    function = lambda_.CfnFunction(
        stack,
        logical_id(name),
        function_name=named(name),
        description=description,
        architectures=[ref("Architecture")],
        role=policies.add_role(stack, logical_id(name, "role"), [policies.logs(group), *statements], **(role or {})),
        memory_size=memory_mb,
        timeout=timeout_s,
        environment=lambda_.CfnFunction.EnvironmentProperty(variables=dict(sorted(environment.items()))),
        **{**zipped, **properties},
    )
    # Without a group of ours Lambda makes one that keeps the log for ever.
    function.add_resource_dependency(log)
    # Delivery from a rule to the function is the rule's to retry; what fails in the function is retried by this.
    invoke = lambda_.CfnEventInvokeConfig
    calls = invoke(
        stack,
        logical_id(name, "invoke"),
        function_name=ref(logical_id(name)),
        qualifier="$LATEST",
        maximum_retry_attempts=2,
        maximum_event_age_in_seconds=max_age_s,
        destination_config=invoke.DestinationConfigProperty(
            on_failure=invoke.OnFailureProperty(destination=letters_arn())
        ),
    )
    if condition:
        for resource in (log, function, calls, stack.node.find_child(logical_id(name, "role"))):
            only_if(cast(cdk.CfnResource, resource), condition)
