"""Seed 5's buckets: where sources of rows leave their CSV files, and the lake that is made of them.

A bucket tells the lake's function of each file, and the function may read the bucket. So that neither waits for the
other to be made, whatever the function has to know of the bucket follows from its name.
"""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_glue as glue
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3

from springhead_deploy.names import att, either, logical_id, named, ref, sub
from springhead_deploy.parameters import only_if
from springhead_deploy.stores import Store, add_bucket, bucket_store, keep, old_versions
from springhead_deploy.units import Unit

__all__ = [
    "INGEST",
    "SOURCE_BUCKETS",
    "TRIGGER",
    "add_lake",
    "database_name",
    "files_of",
    "permission_id",
    "source_bucket",
    "subject_list",
]

INGEST = "instagram-ingest-data"
#: Id of the notification among those that a bucket has, before the stage's suffix.
TRIGGER = "springhead-lake"
#: Logical id → seed 5's name, which this template gives a bucket that it creates.
SOURCE_BUCKETS = {
    "RestaurantBackupBucket": "instagram-scraper-backups-kishore",
    "PostBackupBucket": "instagram-post-scraper-backups-kishore",
}
_LAKE = {"LakeBucket": "instagram-analytics-lake"}
#: What the name of a file begins with → the bucket that it goes to.
_FILES = {"instagram_results": "RestaurantBackupBucket", "post_results": "PostBackupBucket"}


def add_lake(stack: cdk.Stack, *, disposable: bool) -> None:
    """Add buckets and Glue database; old versions of a file go after 90 days."""
    for own, name in {**SOURCE_BUCKETS, **_LAKE}.items():
        bucket = add_bucket(
            stack,
            own,
            named(name),
            old_versions(),
            versioning_configuration=s3.CfnBucket.VersioningConfigurationProperty(status="Enabled"),
        )
        only_if(bucket, f"Create{own}")
        keep(bucket, disposable=disposable)
        if own in SOURCE_BUCKETS:
            _notify(stack, bucket, own)
    # A database's name takes no hyphen, at least not in SQL.
    database = glue.CfnDatabase.DatabaseInputProperty(
        name=either("IsProd", "instagram_db", sub("instagram_db_${Stage}")), description="Instagram analytics database"
    )
    made = glue.CfnDatabase(stack, "LakeDatabase", catalog_id=ref("AWS::AccountId"), database_input=database)
    only_if(made, "CreateLakeDatabase")
    keep(made, disposable=disposable)


def _notify(stack: cdk.Stack, bucket: s3.CfnBucket, own: str) -> None:
    """Let a bucket invoke the lake's function, and tell it of each CSV file if it is ours; else see `notifications`."""
    store = source_bucket(own)
    permission = lambda_.CfnPermission(
        stack,
        permission_id(own),
        action="lambda:InvokeFunction",
        function_name=named(INGEST),
        principal="s3.amazonaws.com",
        source_arn=store.arn,
        # A bucket's ARN names no account: somebody else's could have that name one day.
        source_account=ref("AWS::AccountId"),
    )
    only_if(permission, "HasLake")
    entry = {
        "Event": "s3:ObjectCreated:*",
        "Filter": {"S3Key": {"Rules": [{"Name": "suffix", "Value": ".csv"}]}},
        # S3 takes no function that it may not invoke, so the permission comes first. DependsOn knows no conditions.
        "Function": {"Fn::Select": [0, [att(logical_id(INGEST)), ref(permission_id(own))]]},
    }
    wanted = {"Fn::If": ["HasLake", {"LambdaConfigurations": [entry]}, {"Ref": "AWS::NoValue"}]}
    bucket.add_property_override("NotificationConfiguration", wanted)


def permission_id(own: str) -> str:
    """Logical id of a bucket's permission to invoke the lake's function."""
    return logical_id(INGEST, own, "permission")


def source_bucket(own: str) -> Store:
    """A bucket of backups without reference to the resource, be it created or imported."""
    name = either(f"Create{own}", named(SOURCE_BUCKETS[own]), ref(f"Existing{own}"))
    return Store(name=name, arn=sub("arn:${AWS::Partition}:s3:::") + name)


def database_name() -> str:
    """Name of the Glue database, be it created or imported."""
    return either("CreateLakeDatabase", ref("LakeDatabase"), ref("ExistingLakeDatabase"))


def files_of(unit: Unit, backups: Store) -> Store:
    """The bucket that a unit's CSV files go to: seed 5's for its two kinds of files, else that of all backups."""
    buckets = {_FILES[prefix] for prefix in unit.file_prefixes if prefix in _FILES}
    return bucket_store(buckets.pop()) if len(buckets) == 1 else backups


def subject_list(unit: Unit) -> str | None:
    """Key of the unit's subject list in the bucket of backups; None for the celebrities of the table."""
    return f"subjects/{unit.name}.csv" if unit.has_list else None
