"""Roles: one per function, with what it does and nothing else, resource by resource."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from springhead_deploy.lake import files_of, subject_list
from springhead_deploy.names import att, sub
from springhead_deploy.queues import letters_arn, work_queue_id
from springhead_deploy.stores import Stores
from springhead_deploy.units import Unit

__all__ = ["add_role", "allow", "dead_letters", "enrichment", "logs", "scraper", "stream", "sweep"]

_ARN = "arn:${AWS::Partition}:"
_HERE = "${AWS::Region}:${AWS::AccountId}"
_WRITE = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]


def allow(sid: str, actions: Sequence[str], resources: Sequence[str], **more: Any) -> iam.PolicyStatement:
    """One statement."""
    return iam.PolicyStatement(sid=sid, actions=list(actions), resources=list(resources), **more)


def add_role(
    stack: cdk.Stack,
    name: str,
    statements: Sequence[iam.PolicyStatement],
    *,
    service: str = "lambda.amazonaws.com",
    **properties: Any,
) -> str:
    """Add a role that a service may take, with these statements; returns its ARN."""
    trust = iam.PolicyStatement(actions=["sts:AssumeRole"], principals=[iam.ServicePrincipal(service)])
    own = iam.CfnRole.PolicyProperty(policy_name="own", policy_document=iam.PolicyDocument(statements=list(statements)))
    iam.CfnRole(
        stack,
        name,
        assume_role_policy_document=iam.PolicyDocument(statements=[trust]),
        policies=[own],
        **properties,
    )
    return att(name)


def logs(group: str) -> iam.PolicyStatement:
    """Writing to the function's own log group.

    Args:
        group: Name of the group, without the stage.
    """
    streams = f"{_ARN}logs:{_HERE}:log-group:{group}${{Suffix}}:*"
    return allow("Logs", ["logs:CreateLogStream", "logs:PutLogEvents"], [sub(streams)])


def scraper(unit: Unit, stores: Stores) -> list[iam.PolicyStatement]:
    """Reading subjects, writing entries, raw responses, backups, dead letters and the run report.

    Each source writes under its own prefixes and reads its own secrets. Quotas, rates and circuits that all workers
    share are items of the operations table, as the run report is.
    """
    names = [source.name for source in unit.members]
    statements = [
        *(_rows(unit, stores) if unit.emits_rows else _entries(names, stores)),
        *(_subject_list(unit, stores) if unit.has_list else _subjects(stores)),
        allow("Operations", [*_WRITE, *([] if unit.emits_rows else ["dynamodb:Query"])], [stores.operations.arn]),
        allow("RawResponses", ["s3:PutObject"], [f"{stores.raw.arn}/raw/*"]),
        *dead_letters(stores, _letters_of(unit)),
        *_settled_letters(stores, _letters_of(unit)),
    ]
    if not unit.on_fargate:
        work = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
        # Rows go into one file, which one writer at a time may touch: such a run is never split.
        sending = [] if unit.emits_rows else ["sqs:SendMessage"]
        statements.append(allow("Work", [*work, *sending], [att(work_queue_id(unit.function))]))
    if unit.secrets:
        parameters = [sub(f"{_ARN}ssm:{_HERE}:parameter/springhead/${{Stage}}/{name}") for name in unit.secrets]
        statements.append(allow("Secrets", ["ssm:GetParameter"], parameters))
    return statements


def _letters_of(unit: Unit) -> list[str]:
    """Where a unit's letters lie: subjects under scrape, batches (and messages that are none) under schedule."""
    names = [source.name for source in unit.members]
    schedule = [*names, *([unit.name] if unit.name not in names else [])]
    return [*(f"scrape/{name}/*" for name in names), *(f"schedule/{name}/*" for name in schedule)]


def _entries(names: Sequence[str], stores: Stores) -> list[iam.PolicyStatement]:
    return [
        allow("Entries", _WRITE, [stores.entries.arn]),
        allow("Backups", ["s3:PutObject"], [f"{stores.backups.arn}/celebrity/{name}/*" for name in names]),
    ]


def _rows(unit: Unit, stores: Stores) -> list[iam.PolicyStatement]:
    # A repeated run takes over the rows that an earlier attempt has left in its file.
    bucket = files_of(unit, stores.backups)
    return [
        allow("Rows", ["s3:GetObject", "s3:PutObject"], [f"{bucket.arn}/{prefix}_*" for prefix in unit.file_prefixes]),
        allow("RowKeys", ["s3:ListBucket"], [bucket.arn]),
    ]


def _subjects(stores: Stores) -> list[iam.PolicyStatement]:
    return [allow("Subjects", ["dynamodb:Query"], [f"{stores.entries.arn}/index/subject-index"])]


def _subject_list(unit: Unit, stores: Stores) -> list[iam.PolicyStatement]:
    return [
        allow("SubjectList", ["s3:GetObject"], [f"{stores.backups.arn}/{subject_list(unit)}"]),
        # So that a list that is not there is told as such, not as "access denied".
        allow("SubjectLists", ["s3:ListBucket"], [stores.backups.arn]),
    ]


def stream(stores: Stores) -> list[iam.PolicyStatement]:
    """Being fed by the table's stream, and leaving failed batches on their queue."""
    reading = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]
    return [
        allow("Stream", reading, [stores.stream]),
        # The only action here that AWS does not limit to a resource.
        allow("Streams", ["dynamodb:ListStreams"], ["*"]),
        # Lambda sends failed batches with the rights of the function.
        allow("StreamFailures", ["sqs:SendMessage"], [letters_arn("StreamFailureQueue")]),
    ]


def enrichment(stores: Stores) -> list[iam.PolicyStatement]:
    """Reading large raw responses, updating entries, keeping dead letters."""
    return [
        allow("Entries", ["dynamodb:GetItem", "dynamodb:UpdateItem"], [stores.entries.arn]),
        allow("RawResponses", ["s3:GetObject"], [f"{stores.raw.arn}/raw/*"]),
        # Without it, a missing object is told as "access denied", not as "no such key".
        allow("RawKeys", ["s3:ListBucket"], [stores.raw.arn]),
        *dead_letters(stores, ["stream/*"]),
    ]


def sweep(stores: Stores) -> list[iam.PolicyStatement]:
    """Finding entries that nobody enriched: subjects, then the entries of each; and keeping where it ended."""
    return [
        allow("Search", ["dynamodb:Query"], [stores.entries.arn, f"{stores.entries.arn}/index/subject-index"]),
        allow("Place", ["dynamodb:GetItem", "dynamodb:UpdateItem"], [stores.operations.arn]),
    ]


def dead_letters(stores: Stores, keys: Sequence[str]) -> list[iam.PolicyStatement]:
    """Keeping dead letters under these keys, and failed events on the queue."""
    return [
        allow("Letters", ["s3:PutObject"], [f"{stores.letters.arn}/{key}" for key in keys]),
        allow("DeadLetters", ["sqs:SendMessage"], [letters_arn()]),
    ]


def _settled_letters(stores: Stores, keys: Sequence[str]) -> list[iam.PolicyStatement]:
    # An attempt that succeeds finds the letter of an earlier one and takes it away; a resumed run reads whom it is for.
    limit = {"StringLike": {"s3:prefix": list(keys)}}
    return [
        allow("SettledLetters", ["s3:DeleteObject", "s3:GetObject"], [f"{stores.letters.arn}/{key}" for key in keys]),
        allow("LetterKeys", ["s3:ListBucket"], [stores.letters.arn], conditions=limit),
    ]
