"""Least privilege, on the committed template."""

from __future__ import annotations

import re
from typing import Any

import pytest
from springhead import plugins
from springhead_deploy.units import units_of

UNITS = {unit.function: unit for unit in units_of([s for plugin in plugins.catalogue() for s in plugin.sources])}
#: Actions that AWS does not limit to a resource.
UNLIMITED = {"dynamodb:ListStreams", "ecr:GetAuthorizationToken"}


def roles(template: Any) -> list[str]:
    return list(template.of_type("AWS::IAM::Role"))


def test_each_function_has_a_role_of_its_own(committed: Any) -> None:
    functions = committed.of_type("AWS::Lambda::Function")
    assert {name: function["Role"] for name, function in functions.items()} == {
        name: f"<{name}Role.Arn>" for name in functions
    }
    assert len(roles(committed)) == len(functions)


@pytest.mark.parametrize("which", ["committed", "generated", "with_task"])
def test_roles_name_their_resources_and_actions(which: str, request: pytest.FixtureRequest) -> None:
    template = request.getfixturevalue(which)
    for role in roles(template):
        for statement in template.statements(role).values():
            assert statement["Effect"] == "Allow"
            assert not [action for action in statement["Action"] if "*" in action], role
            for resource in statement["Resource"]:
                if UNLIMITED & set(statement["Action"]):
                    assert len(statement["Action"]) == 1 and resource == "*"
                    continue
                # A star stands for the keys under a prefix, or for the streams of the function's own log group.
                assert re.fullmatch(r"[^*]+", resource) or re.fullmatch(
                    r"<\w+Bucket\.Arn>/\w+/([\w.]+/)?\*|<\w+Bucket\.Arn>/\w+_\*"
                    r"|arn:aws:logs:[^*]+:log-group:/(aws/lambda|springhead)/[\w-]+:\*",
                    resource,
                ), f"{role}: {resource}"


def test_a_role_is_taken_by_the_service_that_runs_it_only(committed: Any, with_task: Any) -> None:
    for template in (committed, with_task):
        for name, role in template.of_type("AWS::IAM::Role").items():
            (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
            assert (trust["Effect"], trust["Action"]) == ("Allow", "sts:AssumeRole")
            lambda_ = template.resources.get(name.removesuffix("Role"), {}).get("Type") == "AWS::Lambda::Function"
            service = "lambda" if lambda_ else "events" if name == "TaskStarterRole" else "ecs-tasks"
            assert trust["Principal"] == {"Service": f"{service}.amazonaws.com"}
            assert not role.get("ManagedPolicyArns")


def test_a_role_reaches_what_is_its_own_only(committed: Any) -> None:
    for name, function in committed.of_type("AWS::Lambda::Function").items():
        statements = committed.statements(f"{name}Role")
        group = f"log-group:/aws/lambda/{function['FunctionName']}:*"
        assert statements["Logs"]["Resource"] == [f"arn:aws:logs:us-east-1:1234:{group}"]
        unit = UNITS.get(function["FunctionName"])
        if unit is None:
            continue
        names = [source.name for source in unit.members]
        batches = [*names, *([] if unit.name in names else [unit.name])]
        prefixes = [*(f"scrape/{name}/*" for name in names), *(f"schedule/{name}/*" for name in batches)]
        assert statements["Letters"]["Resource"] == [f"<DeadLetterBucket.Arn>/{prefix}" for prefix in prefixes]
        assert statements["LetterKeys"]["Condition"] == {"StringLike": {"s3:prefix": prefixes}}
        assert statements["Work"]["Resource"] == [f"<{name}Work.Arn>"]
        if not unit.emits_rows:
            assert statements["Backups"]["Resource"] == [f"<BackupBucket.Arn>/celebrity/{name}/*" for name in names]
        found = [r.rpartition("/")[2] for r in statements.get("Secrets", {"Resource": []})["Resource"]]
        declared = {secret.env for source in unit.members for secret in source.all_secrets()}
        assert found == sorted(declared)


def test_only_the_post_processor_reads_the_stream(committed: Any) -> None:
    readers = {
        role
        for role in roles(committed)
        for statement in committed.statements(role).values()
        if "<CelebrityTable.StreamArn>" in statement["Resource"]
    }
    assert readers == {"PostProcessorRole"}


def test_enrichment_changes_entries_and_makes_none(committed: Any) -> None:
    for role in ("PostProcessorRole", "PostProcessorSweepRole"):
        actions = {a for statement in committed.statements(role).values() for a in statement["Action"]}
        assert "dynamodb:UpdateItem" in actions
        assert not actions & {"dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:Scan", "ssm:GetParameter"}


def test_nobody_scans_or_deletes_items(committed: Any) -> None:
    actions = {
        a for role in roles(committed) for statement in committed.statements(role).values() for a in statement["Action"]
    }
    assert not actions & {"dynamodb:Scan", "dynamodb:DeleteItem", "dynamodb:DeleteTable", "sqs:PurgeQueue"}
