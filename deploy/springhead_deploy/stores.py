"""Tables and buckets. Each is created, or imported by its name; those that were created outlive the stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3

from springhead_deploy.names import att, either, named, ref, sub, unique_named
from springhead_deploy.parameters import only_if

__all__ = ["Store", "Stores", "add_bucket", "add_stores", "bucket_store", "keep", "old_versions"]

# What the indexes hold besides the keys, which are always in. Never raw_text: it is most of an item, and each index
# would store and write it once more. All else is in, so that a reader needs the table for the raw response only;
# `metadata` with it, because that is where provenance and `processed` are. (AWS: 20 names per index, 100 per table.)
_ENTRY = ["id", "metadata", "sentiment", "weight"]
_SUBJECT = ["birth_date", "created_at", "identities", "is_active", "nationality", "occupation", "updated_at"]


@dataclass(frozen=True)
class Store:
    """A table or a bucket, wherever it came from: its name and ARN."""

    name: str
    arn: str


@dataclass(frozen=True)
class Stores:
    """All that the functions read and write; ``stream`` is the ARN of the celebrity table's stream."""

    entries: Store
    stream: str
    operations: Store
    raw: Store
    backups: Store
    letters: Store


def add_stores(stack: cdk.Stack, *, disposable: bool) -> Stores:
    """Add tables and buckets.

    Args:
        stack: Where to.
        disposable: True gives them up with the stack.
    """
    tables = [_celebrity_table(stack), _operations_table(stack)]
    expire = s3.CfnBucket.RuleProperty(id="expire", status="Enabled", expiration_in_days=90)
    versioned = s3.CfnBucket.VersioningConfigurationProperty(status="Enabled")
    buckets = [
        add_bucket(stack, "RawBucket", unique_named("springhead-raw")),
        add_bucket(
            stack,
            "BackupBucket",
            unique_named("springhead-backups"),
            old_versions(),
            versioning_configuration=versioned,
        ),
        add_bucket(stack, "DeadLetterBucket", unique_named("springhead-dead-letters"), expire),
    ]
    for resource in (*tables, *buckets):
        only_if(resource, f"Create{resource.node.id}")
        keep(resource, disposable=disposable)
    return Stores(
        entries=_table("CelebrityTable"),
        stream=either("CreateCelebrityTable", att("CelebrityTable", "StreamArn"), ref("ExistingCelebrityTableStream")),
        operations=_table("OperationsTable"),
        raw=bucket_store("RawBucket"),
        backups=bucket_store("BackupBucket"),
        letters=bucket_store("DeadLetterBucket"),
    )


def old_versions() -> s3.CfnBucket.RuleProperty:
    """Lifecycle of a versioned bucket: what was replaced goes after 90 days, and then the mark of its deletion."""
    noncurrent = s3.CfnBucket.NoncurrentVersionExpirationProperty(noncurrent_days=90)
    return s3.CfnBucket.RuleProperty(
        id="old-versions",
        status="Enabled",
        noncurrent_version_expiration=noncurrent,
        expired_object_delete_marker=True,
    )


def keep(resource: cdk.CfnResource, *, disposable: bool) -> None:
    """Let a resource outlive the stack, except where its creation failed (so that a second try finds no remains).

    The policy is a literal: a function in it (``Fn::If`` on the stage) needs a transform, which does not take it for
    resources with a condition, and would stand in the way of importing.
    """
    gone, kept = cdk.CfnDeletionPolicy.DELETE, cdk.CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE
    resource.cfn_options.deletion_policy = gone if disposable else kept
    resource.cfn_options.update_replace_policy = gone if disposable else cdk.CfnDeletionPolicy.RETAIN


def add_bucket(stack: cdk.Stack, name: str, bucket_name: str, *lifecycle: Any, **properties: Any) -> s3.CfnBucket:
    """Add a private, encrypted bucket; uploads that nobody finished go after a week."""
    abort = s3.CfnBucket.AbortIncompleteMultipartUploadProperty(days_after_initiation=7)
    uploads = s3.CfnBucket.RuleProperty(id="uploads", status="Enabled", abort_incomplete_multipart_upload=abort)
    encryption = s3.CfnBucket.ServerSideEncryptionByDefaultProperty(sse_algorithm="AES256")
    return s3.CfnBucket(
        stack,
        name,
        bucket_name=bucket_name,
        bucket_encryption=s3.CfnBucket.BucketEncryptionProperty(
            server_side_encryption_configuration=[
                s3.CfnBucket.ServerSideEncryptionRuleProperty(server_side_encryption_by_default=encryption)
            ]
        ),
        public_access_block_configuration=s3.CfnBucket.PublicAccessBlockConfigurationProperty(
            block_public_acls=True, block_public_policy=True, ignore_public_acls=True, restrict_public_buckets=True
        ),
        lifecycle_configuration=s3.CfnBucket.LifecycleConfigurationProperty(rules=[*lifecycle, uploads]),
        **properties,
    )


def _table(name: str) -> Store:
    existing = sub(f"arn:${{AWS::Partition}}:dynamodb:${{AWS::Region}}:${{AWS::AccountId}}:table/${{Existing{name}}}")
    return Store(
        name=either(f"Create{name}", ref(name), ref(f"Existing{name}")),
        arn=either(f"Create{name}", att(name), existing),
    )


def bucket_store(name: str) -> Store:
    """A bucket by its logical id, be it created or imported."""
    existing = sub(f"arn:${{AWS::Partition}}:s3:::${{Existing{name}}}")
    return Store(
        name=either(f"Create{name}", ref(name), ref(f"Existing{name}")),
        arn=either(f"Create{name}", att(name), existing),
    )


def _celebrity_table(stack: cdk.Stack) -> dynamodb.CfnTable:
    """The table of seed 1."""
    return dynamodb.CfnTable(
        stack,
        "CelebrityTable",
        table_name=named("celebrity-database"),
        billing_mode="PAY_PER_REQUEST",
        attribute_definitions=_strings(
            "celebrity_id", "name", "source", "source_type#timestamp", "subject_type", "timestamp"
        ),
        key_schema=_keys("celebrity_id", "source_type#timestamp"),
        global_secondary_indexes=[
            _index("name-index", _keys("name"), include=[*_ENTRY, *_SUBJECT, "source", "timestamp"]),
            _index("source-index", _keys("source", "timestamp"), include=[*_ENTRY, "name"]),
            # Sparse: only metadata records have `subject_type`. It enumerates subjects without a scan.
            _index("subject-index", _keys("subject_type", "celebrity_id")),
        ],
        stream_specification=dynamodb.CfnTable.StreamSpecificationProperty(stream_view_type="NEW_AND_OLD_IMAGES"),
        point_in_time_recovery_specification=_recovery(),
    )


def _operations_table(stack: cdk.Stack) -> dynamodb.CfnTable:
    """The operations table that the Go services share."""
    return dynamodb.CfnTable(
        stack,
        "OperationsTable",
        table_name=named("seattle-scraping-operations"),
        billing_mode="PAY_PER_REQUEST",
        attribute_definitions=_strings("NextRunKey", "PK", "PrioritySourceKey", "SK"),
        key_schema=_keys("PK", "SK"),
        global_secondary_indexes=[_index("next-run-index", _keys("NextRunKey", "PrioritySourceKey"))],
        time_to_live_specification=dynamodb.CfnTable.TimeToLiveSpecificationProperty(
            attribute_name="TTL", enabled=True
        ),
        point_in_time_recovery_specification=_recovery(),
    )


def _recovery() -> Any:
    return dynamodb.CfnTable.PointInTimeRecoverySpecificationProperty(point_in_time_recovery_enabled=True)


def _strings(*names: str) -> list[Any]:
    return [dynamodb.CfnTable.AttributeDefinitionProperty(attribute_name=name, attribute_type="S") for name in names]


def _keys(partition: str, sort: str | None = None) -> list[Any]:
    wanted = {partition: "HASH", **({sort: "RANGE"} if sort else {})}
    return [dynamodb.CfnTable.KeySchemaProperty(attribute_name=name, key_type=kind) for name, kind in wanted.items()]


def _index(name: str, keys: list[Any], include: list[str] | None = None) -> Any:
    projection = dynamodb.CfnTable.ProjectionProperty(projection_type="ALL")
    if include:
        projection = dynamodb.CfnTable.ProjectionProperty(projection_type="INCLUDE", non_key_attributes=sorted(include))
    return dynamodb.CfnTable.GlobalSecondaryIndexProperty(index_name=name, key_schema=keys, projection=projection)
