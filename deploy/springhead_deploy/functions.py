"""Lambda functions, each with a log group and a role of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from springhead.source import Source

from springhead_deploy import policies
from springhead_deploy.names import TAGS, att, log_group_name, logical_id, named, ref

__all__ = ["function_name", "post_processor", "scraper"]

Resource = dict[str, Any]

_LOG_DAYS = 30

# A new entry, or one with new content, that nobody has enriched. Enrichment sets `processed` or, where it fails,
# `error`: either ends it, so that its own write does not wake it again.
_UNENRICHED = {
    "eventName": ["INSERT", "MODIFY"],
    "dynamodb": {"NewImage": {"metadata": {"M": {"processed": {"BOOL": [False]}, "error": {"NULL": [True]}}}}},
}


def function_name(source: str) -> str:
    """Name of a source's function; names of sources may have dots, those of functions may not."""
    return f"scraper-{source.replace('.', '-')}"


def scraper(source: type[Source]) -> dict[str, Resource]:
    """The function of one source, invoked asynchronously by its rule."""
    name = function_name(source.name)
    own = logical_id(name)
    resources = _function(
        name,
        description=f"Scrapes {source.title or source.name}",
        handler="springhead_runner.scrape.handler.handler",
        memory_mb=source.resources.memory_mb,
        timeout_s=source.resources.timeout_s,
        environment={
            "SPRINGHEAD_SOURCE": source.name,
            "SPRINGHEAD_CONTACT": ref("Contact"),
            "SPRINGHEAD_RATE_SCALE": ref("RateScale"),
            "SPRINGHEAD_UPSTREAM": ref("Upstream"),
        },
        statements=policies.scraper(source.name, sorted({secret.env for secret in source.secrets.values()})),
    )
    # Delivery from the rule to the function is the rule's to retry; what fails in the function is retried by this.
    resources[logical_id(name, "invoke")] = {
        "Type": "AWS::Lambda::EventInvokeConfig",
        "Properties": {
            "FunctionName": ref(own),
            "Qualifier": "$LATEST",
            "MaximumRetryAttempts": 2,
            "MaximumEventAgeInSeconds": 3600,
            "DestinationConfig": {"OnFailure": {"Destination": att("DeadLetterQueue")}},
        },
    }
    return resources


def post_processor() -> dict[str, Resource]:
    """The enrichment function and what feeds the table's stream to it."""
    resources = _function(
        "post-processor",
        description="Sets weight and sentiment of new entries",
        handler="springhead_runner.enrich.handler.handler",
        memory_mb=1024,
        timeout_s=60,
        environment={},
        statements=policies.post_processor(),
    )
    resources["PostProcessorStream"] = {
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {
            "FunctionName": ref("PostProcessor"),
            "EventSourceArn": att("CelebrityTable", "StreamArn"),
            # Seed 2 says LATEST: that misses what is written while the mapping comes up.
            "StartingPosition": "TRIM_HORIZON",
            "BatchSize": 100,
            "MaximumBatchingWindowInSeconds": 5,
            "BisectBatchOnFunctionError": True,
            "MaximumRetryAttempts": 3,
            "MaximumRecordAgeInSeconds": ref("StreamMaxAgeSeconds"),
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "DestinationConfig": {"OnFailure": {"Destination": att("StreamFailureQueue")}},
            "FilterCriteria": {"Filters": [{"Pattern": json.dumps(_UNENRICHED, separators=(",", ":"))}]},
        },
    }
    return resources


def _function(
    name: str,
    *,
    description: str,
    handler: str,
    memory_mb: int,
    timeout_s: int,
    environment: dict[str, Any],
    statements: Sequence[policies.Statement],
) -> dict[str, Resource]:
    own, role, log = logical_id(name), logical_id(name, "role"), logical_id(name, "log")
    variables = {
        "DYNAMODB_TABLE": ref("CelebrityTable"),
        "SPRINGHEAD_BACKUP_BUCKET": ref("BackupBucket"),
        "SPRINGHEAD_DEAD_LETTER_BUCKET": ref("DeadLetterBucket"),
        "SPRINGHEAD_DEAD_LETTER_QUEUE": ref("DeadLetterQueue"),
        "SPRINGHEAD_OPERATIONS_TABLE": ref("OperationsTable"),
        "SPRINGHEAD_RAW_BUCKET": ref("RawBucket"),
        "SPRINGHEAD_STAGE": ref("Stage"),
        **environment,
    }
    return {
        log: {
            "Type": "AWS::Logs::LogGroup",
            "Properties": {"LogGroupName": log_group_name(name), "RetentionInDays": _LOG_DAYS, "Tags": TAGS},
        },
        role: policies.role([policies.logs(name), *statements]),
        own: {
            "Type": "AWS::Lambda::Function",
            # Without a group of ours Lambda makes one that keeps the log for ever.
            "DependsOn": [log],
            "Properties": {
                "FunctionName": named(name),
                "Description": description,
                "Handler": handler,
                "Runtime": ref("PythonRuntime"),
                "Architectures": [ref("Architecture")],
                "Code": {"S3Bucket": ref("CodeBucket"), "S3Key": ref("CodeKey")},
                "Role": att(role),
                "MemorySize": memory_mb,
                "Timeout": timeout_s,
                "Environment": {"Variables": dict(sorted(variables.items()))},
                "Tags": TAGS,
            },
        },
    }
