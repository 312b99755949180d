"""The lake's functions: one loads what lands in a bucket of backups, one looks after the tables.

Their packages are too large for a zip (330 MB), so they run the container image. Embedded AWS cannot: there they run
the Lambda zip, and find the lake's packages where those are installed (``LakePath``).
"""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from springhead_deploy.alarms import add_alarm
from springhead_deploy.functions import add_function
from springhead_deploy.lake import INGEST, SOURCE_BUCKETS, database_name, source_bucket
from springhead_deploy.names import att, either, logical_id, named, number_if, only, ref, sub
from springhead_deploy.parameters import only_if
from springhead_deploy.policies import allow, dead_letters
from springhead_deploy.queues import letters_arn, letters_url
from springhead_deploy.schedule import DELIVERY, add_rule, permit, rule_id
from springhead_deploy.stores import Store, Stores, bucket_store

__all__ = ["LAKE_FUNCTIONS", "MAINTENANCE", "TABLES", "add_lake_alarms", "add_lake_functions", "upkeep_rule"]

MAINTENANCE = "instagram-lake-maintenance"
#: Function → its time limit in seconds; seed 5 has the first.
LAKE_FUNCTIONS = {INGEST: 300, MAINTENANCE: 900}
#: What the roles may reach in the Glue database.
TABLES = ("posts", "post_metrics", "restaurants", "restaurant_metrics")
#: Measured (decision 23); a file of 3 GB stays below.
_MEMORY_MB = 3072
#: Rows that cannot be loaded wait there; a file may have no others.
_DISK_MB = 4096
#: Two files of each kind at once. More would mostly wait for each other: each commit to a table is on condition that
#: nobody else has changed it since, and all others begin again.
_AT_ONCE = 4
#: What waits for its turn, for as long as Lambda keeps it: all backups of years may come in one copy.
_WAIT_S = 6 * 3600


def add_lake_functions(stack: cdk.Stack, stores: Stores) -> None:
    """Add both functions, where there is an image, and the rule of the second."""
    _add(
        stack,
        INGEST,
        stores,
        description="Loads CSV backups into the lake's tables",
        module="springhead_lake.handler",
        statements=_ingest(stores),
        role={"role_name": named("instagram-ingest-lambda-role")},
        max_age_s=_WAIT_S,
        reserved_concurrent_executions=number_if("Reserve", _AT_ONCE),
        ephemeral_storage=lambda_.CfnFunction.EphemeralStorageProperty(size=_DISK_MB),
    )
    _add(
        stack,
        MAINTENANCE,
        stores,
        description="Joins small files of the lake's tables, forgets old snapshots, deletes what nothing names",
        module="springhead_lake.maintenance",
        statements=_maintenance(),
        reserved_concurrent_executions=number_if("Reserve", 1),
    )
    only_if(permit(stack, logical_id(MAINTENANCE, "permission"), MAINTENANCE, MAINTENANCE), "HasLake")
    # Not one of the schedules that golive switches on: it changes no row, and without it the tables' files only grow.
    rule = add_rule(
        stack,
        MAINTENANCE,
        "Starts the upkeep of the lake's tables",
        "cron(30 5 * * ? *)",
        [{"Id": MAINTENANCE, "Arn": att(logical_id(MAINTENANCE)), **DELIVERY}],
        state="ENABLED",
    )
    only_if(rule, "HasLake")


def upkeep_rule() -> str:
    """ARN of the rule, left out where there is none."""
    return only("HasLake", att(rule_id(MAINTENANCE)))


def _add(stack: cdk.Stack, name: str, stores: Stores, *, module: str, **more: Any) -> None:
    handler = f"{module}.handler"
    start = {"Fn::If": ["HasImage", {"Command": [handler]}, {"Ref": "AWS::NoValue"}]}
    zipped = lambda_.CfnFunction.CodeProperty(
        image_uri=only("HasImage", ref("ImageUri")),
        s3_bucket=_unless_image(ref("CodeBucket")),
        s3_key=_unless_image(ref("CodeKey")),
    )
    add_function(
        stack,
        name,
        handler=_unless_image(handler),
        runtime=_unless_image(ref("PythonRuntime")),
        package_type=either("HasImage", "Image", "Zip"),
        image_config=cdk.Token.as_any(start),
        code=zipped,
        memory_mb=_MEMORY_MB,
        timeout_s=LAKE_FUNCTIONS[name],
        environment=_settings(stores),
        condition="HasLake",
        **more,
    )


def _unless_image(value: str) -> str:
    return either("HasImage", ref("AWS::NoValue"), value)


def _settings(stores: Stores) -> dict[str, str]:
    restaurants, posts = (source_bucket(own).name for own in SOURCE_BUCKETS)
    return {
        "PYTHONPATH": _unless_image(ref("LakePath")),
        "SPRINGHEAD_DEAD_LETTER_BUCKET": stores.letters.name,
        "SPRINGHEAD_DEAD_LETTER_QUEUE": letters_url(),
        "SPRINGHEAD_LAKE_BUCKET": _lake().name,
        "SPRINGHEAD_LAKE_DATABASE": database_name(),
        "SPRINGHEAD_POST_BACKUPS": posts,
        "SPRINGHEAD_RESTAURANT_BACKUPS": restaurants,
        "SPRINGHEAD_STAGE": ref("Stage"),
    }


def _lake() -> Store:
    return bucket_store("LakeBucket")


def _ingest(stores: Stores) -> list[iam.PolicyStatement]:
    """Reading backups, writing tables, keeping what cannot be loaded."""
    sources = [source_bucket(own).arn for own in SOURCE_BUCKETS]
    return [
        allow("Backups", ["s3:GetObject", "s3:GetObjectVersion"], [f"{arn}/*.csv" for arn in sources]),
        # The time of a version is told by all versions of its key; and what is gone is said to be gone, not forbidden.
        allow("BackupVersions", ["s3:ListBucket", "s3:ListBucketVersions"], sources),
        *_tables("glue:CreateTable"),
        allow("Refused", ["s3:GetObject", "s3:PutObject"], [f"{_lake().arn}/dlq/*"]),
        *dead_letters(stores, ["lake/lake/*"]),
    ]


def _maintenance() -> list[iam.PolicyStatement]:
    return [*_tables(), allow("DeadLetters", ["sqs:SendMessage"], [letters_arn()])]


def _tables(*more: str) -> list[iam.PolicyStatement]:
    """Reading and committing the tables: Glue asks for the right to the catalog and the database of each table, too."""
    here = sub("arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}:")
    database = [f"{here}catalog", f"{here}database/{database_name()}"]
    tables = [f"{here}table/{database_name()}/{name}" for name in TABLES]
    writing = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    return [
        allow("Database", ["glue:GetDatabase"], database),
        allow("Catalog", sorted(["glue:GetTable", "glue:UpdateTable", *more]), [*database, *tables]),
        allow("Tables", writing, [f"{_lake().arn}/iceberg/*"]),
        # Without it a file that is not there yet is told as "access denied". AWS does not know the prefix then.
        allow("LakeKeys", ["s3:ListBucket"], [_lake().arn]),
    ]


def add_lake_alarms(stack: cdk.Stack) -> None:
    """Add alarms on failures, and on runs that come near the time limit. Dead letters have theirs already."""
    for name, timeout_s in LAKE_FUNCTIONS.items():
        dimensions = {"FunctionName": ref(logical_id(name))}
        failed = add_alarm(
            stack,
            logical_id(name, "ErrorAlarm"),
            f"springhead-errors-{name}",
            f"{name} failed; what it was to load is tried again, then a dead letter",
            ("AWS/Lambda", "Errors"),
            dimensions,
            above=0,
        )
        slow = add_alarm(
            stack,
            logical_id(name, "DurationAlarm"),
            f"springhead-duration-{name}",
            f"{name} took more than 80 % of its {timeout_s} s",
            ("AWS/Lambda", "Duration"),
            dimensions,
            above=800 * timeout_s,
            statistic="Maximum",
        )
        only_if(failed, "HasLake")
        only_if(slow, "HasLake")
