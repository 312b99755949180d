"""Queues: of dead letters, and of work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs

from springhead_deploy.names import att, either, logical_id, named, ref, sub
from springhead_deploy.parameters import only_if
from springhead_deploy.stores import keep

__all__ = [
    "DEAD_LETTER_QUEUES",
    "add_dead_letter_queues",
    "add_work_queue",
    "letters_arn",
    "letters_name",
    "letters_url",
    "work_queue_id",
]

_DAY = 24 * 3600
#: A message keeps its age when it moves to the dead-letter queue, which must therefore keep for longer.
# Shorter than the letters' days: a message that SQS moves to the dead letter queue keeps its age.
_WORK_DAYS, _LETTER_DAYS = 6, 7
#: Deliveries of one batch of work. Lambda counts a delivery that it throttles, too.
_RECEIVES = 5
#: AWS's advice: six times the function's time limit, so that a batch is not given out twice while it runs.
_VISIBILITY = 6

#: Logical id → name. They are two, because a failed stream batch is only a pointer into the stream, which is good for
#: a day; the first queue holds events and batches that can be replayed as they are.
DEAD_LETTER_QUEUES = {"DeadLetterQueue": "celebrity-scraper-dlq", "StreamFailureQueue": "post-processor-dlq"}


def letters_arn(own: str = "DeadLetterQueue") -> str:
    """ARN of a dead-letter queue, be it created or imported."""
    existing = sub(f"arn:${{AWS::Partition}}:sqs:${{AWS::Region}}:${{AWS::AccountId}}:${{Existing{own}}}")
    return either(f"Create{own}", att(own), existing)


def letters_url(own: str = "DeadLetterQueue") -> str:
    """Its address."""
    existing = sub(f"https://sqs.${{AWS::Region}}.${{AWS::URLSuffix}}/${{AWS::AccountId}}/${{Existing{own}}}")
    return either(f"Create{own}", ref(own), existing)


def letters_name(own: str) -> str:
    """Its name."""
    return either(f"Create{own}", att(own, "QueueName"), ref(f"Existing{own}"))


def add_dead_letter_queues(stack: cdk.Stack, rules: Sequence[str], *, disposable: bool) -> None:
    """Add the dead-letter queue of seed 2, and one for stream batches.

    Args:
        stack: Where to.
        rules: ARNs of the rules that may send undelivered events.
        disposable: True gives them up with the stack.
    """
    for own, name in DEAD_LETTER_QUEUES.items():
        queue = _queue(stack, own, name, days=_LETTER_DAYS)
        only_if(queue, f"Create{own}")
        keep(queue, disposable=disposable)
    sending = iam.PolicyStatement(
        actions=["sqs:SendMessage"],
        principals=[iam.ServicePrincipal("events.amazonaws.com")],
        resources=[letters_arn()],
        conditions={"ArnEquals": {"aws:SourceArn": list(rules)}},
    )
    sqs.CfnQueuePolicy(
        stack,
        "DeadLetterQueuePolicy",
        queues=[letters_url()],
        policy_document=iam.PolicyDocument(statements=[sending]),
    )


def work_queue_id(function: str) -> str:
    """Logical id of a function's work queue."""
    return logical_id(function, "work")


def add_work_queue(stack: cdk.Stack, function: str, timeout_s: int) -> None:
    """Add the queue that a function splits its work into; what fails again and again becomes a dead letter."""
    _queue(
        stack,
        work_queue_id(function),
        f"{function}-work",
        days=_WORK_DAYS,
        visibility_timeout=_VISIBILITY * timeout_s,
        redrive_policy={"deadLetterTargetArn": letters_arn(), "maxReceiveCount": _RECEIVES},
    )


def _queue(stack: cdk.Stack, own: str, name: str, *, days: int, **properties: Any) -> sqs.CfnQueue:
    return sqs.CfnQueue(
        stack,
        own,
        queue_name=named(name),
        message_retention_period=days * _DAY,
        sqs_managed_sse_enabled=True,
        **properties,
    )
