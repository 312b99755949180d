"""What tells the lake's function of files in buckets that exist already, and belong to others, too."""

from __future__ import annotations

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_

from springhead_deploy.functions import add_function
from springhead_deploy.lake import INGEST, SOURCE_BUCKETS, TRIGGER, permission_id, source_bucket
from springhead_deploy.names import att, either, logical_id, named, ref
from springhead_deploy.parameters import add_condition, condition, only_if
from springhead_deploy.policies import allow
from springhead_deploy.queues import letters_arn

__all__ = ["NOTIFIER", "add_notifications"]

NOTIFIER = "springhead-bucket-notifications"
_TIMEOUT_S = 120


def add_notifications(stack: cdk.Stack) -> None:
    """Add a notification to each bucket that is imported; whatever else the bucket has stays."""
    fn = cdk.Fn
    for own in SOURCE_BUCKETS:
        imported = fn.condition_not(condition(stack, f"Create{own}"))
        add_condition(stack, f"Notify{own}", fn.condition_and(condition(stack, "HasLake"), imported))
    add_condition(stack, "Notifies", fn.condition_or(*(condition(stack, f"Notify{own}") for own in SOURCE_BUCKETS)))
    nothing = ref("AWS::NoValue")
    buckets = [either(f"Notify{own}", source_bucket(own).arn, nothing) for own in SOURCE_BUCKETS]
    add_function(
        stack,
        NOTIFIER,
        description="Adds the lake's notification to buckets that the stack has not made",
        handler="index.handler",
        code=lambda_.CfnFunction.CodeProperty(zip_file=_code()),
        memory_mb=256,
        timeout_s=_TIMEOUT_S,
        environment={},
        statements=[
            allow("Notifications", ["s3:GetBucketNotification", "s3:PutBucketNotification"], buckets),
            allow("DeadLetters", ["sqs:SendMessage"], [letters_arn()]),
        ],
        condition="Notifies",
    )
    for own in SOURCE_BUCKETS:
        made = cdk.CfnResource(
            stack,
            logical_id(own, "notification"),
            type="Custom::BucketNotification",
            properties={
                "ServiceToken": att(logical_id(NOTIFIER)),
                # CloudFormation's own patience, where no answer comes, is an hour.
                "ServiceTimeout": 2 * _TIMEOUT_S,
                "Account": ref("AWS::AccountId"),
                "Bucket": ref(f"Existing{own}"),
                "Function": att(logical_id(INGEST)),
                "Id": named(TRIGGER),
                "Suffix": ".csv",
            },
        )
        only_if(made, f"Notify{own}")
        permission = stack.node.find_child(permission_id(own))
        assert isinstance(permission, cdk.CfnResource)
        made.add_resource_dependency(permission)


def _code() -> str:
    return Path(__file__).with_name("bucket_notification.py").read_text(encoding="utf-8")
