"""The template's parameters and conditions: one template for all stages, for AWS and for embedded AWS."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk

from springhead_deploy.names import ref

__all__ = ["IMPORTABLE", "add_condition", "add_parameters", "condition", "only_if"]

_RUNTIMES = ["python3.11", "python3.12", "python3.13", "python3.14"]
_YES_NO = ["true", "false"]

#: Logical id of what holds data → what it is. Each is created, or imported by its name.
IMPORTABLE = {
    "CelebrityTable": "the celebrity table",
    "OperationsTable": "the operations table",
    "RawBucket": "the bucket of raw responses",
    "BackupBucket": "the bucket of CSV backups",
    "DeadLetterBucket": "the bucket of dead letters",
    "RestaurantBackupBucket": "the bucket of restaurants' CSV files",
    "PostBackupBucket": "the bucket of posts' CSV files",
    "LakeBucket": "the bucket of the lake",
    "LakeDatabase": "the lake's Glue database",
    "DeadLetterQueue": "the dead-letter queue",
    "StreamFailureQueue": "the queue of failed stream batches",
}


def add_parameters(stack: cdk.Stack, stage: str) -> None:
    """Declare all parameters, and the conditions that follow from them."""

    def text(name: str, description: str, default: str | None = None, **more: Any) -> None:
        cdk.CfnParameter(stack, name, type="String", description=description, default=default, **more)

    def number(name: str, description: str, default: int, low: int, high: int) -> None:
        cdk.CfnParameter(
            stack, name, type="Number", description=description, default=default, min_value=low, max_value=high
        )

    text(
        "Stage",
        "prod has the seeds' names; any other stage is their suffix",
        stage,
        allowed_pattern="^[a-z][a-z0-9]{0,15}$",
    )
    text("CodeBucket", "Bucket of the Lambda zip")
    text("CodeKey", "Key of the Lambda zip; name it by content, so that other code is a change")
    text("PythonRuntime", "The Python that the zip was built with", _RUNTIMES[0], allowed_values=_RUNTIMES)
    processors = ["arm64", "x86_64"]
    text("Architecture", "The processor that zip and image were built for", "x86_64", allowed_values=processors)
    text("ImageUri", "Container image with the lake; without one, files are not loaded into it", "")
    text("LakePath", "On embedded AWS, which runs no images: folders of the lake's packages; else empty", "")
    text("Upstream", "Loopback address to read all sources from; empty for the sources themselves", "")
    text("RateScale", "Factor on every source's rate; above 1 only with Upstream", "1")
    text("RobotsExemptions", "JSON list of hosts whose robots.txt is set aside: host, until, reason", "[]")
    text("Contact", "Shown to the sources in the User-Agent", "https://springhead.dev/bot")
    text(
        "ScheduleState",
        "ENABLED only after `springhead golive` was green; a deployment sets all schedules to this",
        "DISABLED",
        allowed_values=["DISABLED", "ENABLED"],
    )
    text(
        "ReserveConcurrency",
        "false in an account whose limit of concurrent executions leaves no room for reservations",
        "true",
        allowed_values=_YES_NO,
    )
    text("AlarmEmail", "Address that alarms and budget warnings go to; empty for none", "")
    number("MonthlyBudgetUsd", "Budget per month in US dollars", 10, 1, 1_000_000)
    number("StreamMaxAgeSeconds", "Age at which a failing stream record is given up", 3600, 60, 604_800)
    text("Embedded", "true on embedded AWS, which does not know all resource types", "false", allowed_values=_YES_NO)
    for name, what in IMPORTABLE.items():
        text(f"Existing{name}", f"Name of {what}, where it exists already; empty to create it", "")
    text("ExistingCelebrityTableStream", "ARN of that table's stream (NEW_AND_OLD_IMAGES)", "")
    _add_conditions(stack)


def _add_conditions(stack: cdk.Stack) -> None:
    fn = cdk.Fn

    def is_set(name: str) -> Any:
        return fn.condition_not(fn.condition_equals(ref(name), ""))

    add_condition(stack, "IsProd", fn.condition_equals(ref("Stage"), "prod"))
    add_condition(stack, "OnAws", fn.condition_equals(ref("Embedded"), "false"))
    add_condition(stack, "SchedulesOn", fn.condition_equals(ref("ScheduleState"), "ENABLED"))
    add_condition(stack, "Reserve", fn.condition_equals(ref("ReserveConcurrency"), "true"))
    add_condition(stack, "HasAlarmEmail", is_set("AlarmEmail"))
    for name in IMPORTABLE:
        add_condition(stack, f"Create{name}", fn.condition_equals(ref(f"Existing{name}"), ""))
    add_condition(stack, "HasImage", is_set("ImageUri"))
    add_condition(stack, "HasLake", fn.condition_or(condition(stack, "HasImage"), is_set("LakePath")))


def add_condition(stack: cdk.Stack, name: str, expression: Any) -> None:
    """Declare one condition."""
    cdk.CfnCondition(stack, name, expression=expression)


def condition(stack: cdk.Stack, name: str) -> Any:
    """A condition (``CfnCondition``) by its name, also as part of another one."""
    return stack.node.find_child(name)


def only_if(resource: cdk.CfnResource, name: str) -> None:
    """Create a resource only where a condition holds."""
    resource.cfn_options.condition = condition(resource.stack, name)
