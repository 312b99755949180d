"""Roles: one per function, with what it does and nothing else, resource by resource."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from springhead_deploy.names import TAGS, att, sub

__all__ = ["Statement", "logs", "post_processor", "role", "scraper"]

Statement = dict[str, Any]

_ARN = "arn:${AWS::Partition}:"
_HERE = "${AWS::Region}:${AWS::AccountId}"


def role(statements: Sequence[Statement]) -> dict[str, Any]:
    """A role that Lambda may take, with these statements."""
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            "Policies": [
                {"PolicyName": "own", "PolicyDocument": {"Version": "2012-10-17", "Statement": list(statements)}}
            ],
            "Tags": TAGS,
        },
    }


def logs(function: str) -> Statement:
    """Writing to the function's own log group."""
    group = f"{_ARN}logs:{_HERE}:log-group:/aws/lambda/{function}${{Suffix}}:*"
    return _allow("Logs", ["logs:CreateLogStream", "logs:PutLogEvents"], [sub(group)])


def scraper(source: str, secrets: Sequence[str]) -> list[Statement]:
    """Reading subjects, writing entries, raw responses, backups, dead letters and the run report.

    Args:
        source: Name of the source; it writes under its own prefixes.
        secrets: Names of the parameters that this source may read; none where it needs none.
    """
    statements = [
        _allow("Entries", ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], [att("CelebrityTable")]),
        _allow("Subjects", ["dynamodb:Query"], [sub("${CelebrityTable.Arn}/index/subject-index")]),
        _allow("RunReport", ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], [att("OperationsTable")]),
        _allow("RawResponses", ["s3:PutObject"], [sub("${RawBucket.Arn}/raw/*")]),
        _allow("Backups", ["s3:PutObject"], [sub(f"${{BackupBucket.Arn}}/celebrity/{source}/*")]),
        *_dead_letters(f"scrape/{source}/*"),
        *_settled_letters(f"scrape/{source}/*"),
    ]
    if secrets:
        parameters = [sub(f"{_ARN}ssm:{_HERE}:parameter/springhead/${{Stage}}/{name}") for name in secrets]
        statements.append(_allow("Secrets", ["ssm:GetParameter"], parameters))
    return statements


def post_processor() -> list[Statement]:
    """Reading the stream and large raw responses, updating entries, keeping dead letters."""
    return [
        _allow(
            "Stream",
            ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
            [att("CelebrityTable", "StreamArn")],
        ),
        # The only action here that AWS does not limit to a resource.
        _allow("Streams", ["dynamodb:ListStreams"], ["*"]),
        _allow("Entries", ["dynamodb:GetItem", "dynamodb:UpdateItem"], [att("CelebrityTable")]),
        _allow("RawResponses", ["s3:GetObject"], [sub("${RawBucket.Arn}/raw/*")]),
        # Without it, a missing object is told as "access denied", not as "no such key".
        _allow("RawKeys", ["s3:ListBucket"], [att("RawBucket")]),
        # Lambda sends failed batches with the rights of the function.
        _allow("StreamFailures", ["sqs:SendMessage"], [att("StreamFailureQueue")]),
        *_dead_letters("stream/*"),
    ]


def _dead_letters(keys: str) -> list[Statement]:
    return [
        _allow("Letters", ["s3:PutObject"], [sub(f"${{DeadLetterBucket.Arn}}/{keys}")]),
        _allow("DeadLetters", ["sqs:SendMessage"], [att("DeadLetterQueue")]),
    ]


def _settled_letters(keys: str) -> list[Statement]:
    # An attempt that succeeds finds the letter of an earlier one and takes it away.
    listing = _allow("LetterKeys", ["s3:ListBucket"], [att("DeadLetterBucket")])
    return [
        _allow("SettledLetters", ["s3:DeleteObject"], [sub(f"${{DeadLetterBucket.Arn}}/{keys}")]),
        {**listing, "Condition": {"StringLike": {"s3:prefix": [keys]}}},
    ]


def _allow(sid: str, actions: Sequence[str], resources: Sequence[Any]) -> Statement:
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": list(resources)}
