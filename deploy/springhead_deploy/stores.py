"""Tables, buckets and queues. All that holds data is retained when the stack goes, and has a name of its own."""

from __future__ import annotations

from typing import Any

from springhead_deploy.names import TAGS, att, named, ref, unique_named

__all__ = ["buckets", "queues", "tables"]

Resource = dict[str, Any]

_KEPT = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
_WEEK = 7 * 24 * 3600

# What the indexes hold besides the keys, which are always in. Never raw_text: it is most of an item, and each index
# would store and write it once more. All else is in, so that a reader needs the table for the raw response only;
# `metadata` with it, because that is where provenance and `processed` are. (AWS: 20 names per index, 100 per table.)
_ENTRY = ["id", "metadata", "sentiment", "weight"]
_SUBJECT = ["birth_date", "created_at", "identities", "is_active", "nationality", "occupation", "updated_at"]


def tables() -> dict[str, Resource]:
    """The celebrity table of seed 1 and the operations table that the Go services share."""
    return {
        "CelebrityTable": {
            "Type": "AWS::DynamoDB::Table",
            **_KEPT,
            "Properties": {
                "TableName": named("celebrity-database"),
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": _strings(
                    "celebrity_id", "name", "source", "source_type#timestamp", "subject_type", "timestamp"
                ),
                "KeySchema": _keys("celebrity_id", "source_type#timestamp"),
                "GlobalSecondaryIndexes": [
                    _index("name-index", _keys("name"), include=[*_ENTRY, *_SUBJECT, "source", "timestamp"]),
                    _index("source-index", _keys("source", "timestamp"), include=[*_ENTRY, "name"]),
                    # Sparse: only metadata records have `subject_type`. It enumerates subjects without a scan.
                    _index("subject-index", _keys("subject_type", "celebrity_id")),
                ],
                "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
                "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
                "Tags": TAGS,
            },
        },
        "OperationsTable": {
            "Type": "AWS::DynamoDB::Table",
            **_KEPT,
            "Properties": {
                "TableName": named("seattle-scraping-operations"),
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": _strings("NextRunKey", "PK", "PrioritySourceKey", "SK"),
                "KeySchema": _keys("PK", "SK"),
                "GlobalSecondaryIndexes": [_index("next-run-index", _keys("NextRunKey", "PrioritySourceKey"))],
                "TimeToLiveSpecification": {"AttributeName": "TTL", "Enabled": True},
                "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
                "Tags": TAGS,
            },
        },
    }


def buckets() -> dict[str, Resource]:
    """Raw responses (kept for good), CSV backups (versioned) and the raw side of dead letters (90 days)."""
    return {
        "RawBucket": _bucket("springhead-raw"),
        "BackupBucket": _bucket(
            "springhead-backups",
            {"Id": "old-versions", "Status": "Enabled", "NoncurrentVersionExpiration": {"NoncurrentDays": 90}},
            VersioningConfiguration={"Status": "Enabled"},
        ),
        "DeadLetterBucket": _bucket(
            "springhead-dead-letters", {"Id": "expire", "Status": "Enabled", "ExpirationInDays": 90}
        ),
    }


def queues(rules: list[str]) -> dict[str, Resource]:
    """The dead-letter queue of seed 2, and one for stream batches.

    They are two, because a failed batch is only a pointer into the stream, which is good for a day; the first queue
    holds events and records that can be replayed as they are.

    Args:
        rules: Logical ids of the rules that may send undelivered events.
    """
    return {
        "DeadLetterQueue": _queue("celebrity-scraper-dlq"),
        "StreamFailureQueue": _queue("post-processor-dlq"),
        "DeadLetterQueuePolicy": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {
                "Queues": [ref("DeadLetterQueue")],
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "events.amazonaws.com"},
                            "Action": "sqs:SendMessage",
                            "Resource": att("DeadLetterQueue"),
                            "Condition": {"ArnEquals": {"aws:SourceArn": [att(rule) for rule in rules]}},
                        }
                    ],
                },
            },
        },
    }


def _strings(*names: str) -> list[Resource]:
    return [{"AttributeName": name, "AttributeType": "S"} for name in names]


def _keys(partition: str, sort: str | None = None) -> list[Resource]:
    keys = [{"AttributeName": partition, "KeyType": "HASH"}]
    return [*keys, {"AttributeName": sort, "KeyType": "RANGE"}] if sort else keys


def _index(name: str, keys: list[Resource], include: list[str] | None = None) -> Resource:
    projection: Resource = {"ProjectionType": "ALL"}
    if include:
        projection = {"ProjectionType": "INCLUDE", "NonKeyAttributes": sorted(include)}
    return {"IndexName": name, "KeySchema": keys, "Projection": projection}


def _bucket(name: str, *lifecycle: Resource, **properties: Any) -> Resource:
    uploads = {"Id": "uploads", "Status": "Enabled", "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}
    return {
        "Type": "AWS::S3::Bucket",
        **_KEPT,
        "Properties": {
            "BucketName": unique_named(name),
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
            },
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
            "LifecycleConfiguration": {"Rules": [*lifecycle, uploads]},
            "Tags": TAGS,
            **properties,
        },
    }


def _queue(name: str) -> Resource:
    return {
        "Type": "AWS::SQS::Queue",
        **_KEPT,
        "Properties": {
            "QueueName": named(name),
            "MessageRetentionPeriod": _WEEK,
            "SqsManagedSseEnabled": True,
            "Tags": TAGS,
        },
    }
