"""The committed template against the seeds, and against what AWS refuses or embedded AWS does not look at."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from springhead import plugins
from springhead_deploy import __main__ as command

ROOT = Path(__file__).parents[2]
TEMPLATE: dict[str, Any] = json.loads((ROOT / "deploy" / "template.json").read_text(encoding="utf-8"))
RESOURCES: dict[str, dict[str, Any]] = TEMPLATE["Resources"]
STAGES = {"prod": "", "dev": "-dev"}


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    return {name: resource["Properties"] for name, resource in RESOURCES.items() if resource["Type"] == kind}


def walk(value: Any) -> Iterator[Any]:
    yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(child)


def resolve(value: Any, stage: str = "prod") -> Any:
    """Fill in what depends on stage, account and region; resources become ``<name>`` or ``<name.attribute>``."""
    if isinstance(value, list):
        return [resolve(item, stage) for item in value]
    if not isinstance(value, dict):
        return value
    known = {"Stage": stage, "AWS::AccountId": "1234", "AWS::Region": "us-east-1", "AWS::Partition": "aws"}
    if value.keys() == {"Ref"}:
        return known.get(value["Ref"], f"<{value['Ref']}>")
    if value.keys() == {"Fn::GetAtt"}:
        return f"<{'.'.join(value['Fn::GetAtt'])}>"
    if value.keys() == {"Fn::If"}:
        condition, then, otherwise = value["Fn::If"]
        assert condition == "IsProd"
        return resolve(then if stage == "prod" else otherwise, stage)
    if value.keys() == {"Fn::Sub"}:
        text, more = value["Fn::Sub"] if isinstance(value["Fn::Sub"], list) else (value["Fn::Sub"], {})
        known |= {name: resolve(inner, stage) for name, inner in more.items()}
        return re.sub(r"\$\{([^}]+)}", lambda match: known.get(match[1], f"<{match[1]}>"), text)
    return {key: resolve(item, stage) for key, item in value.items()}


def at(path: str) -> Any:
    return reduce(
        lambda value, key: value[int(key) if isinstance(value, list) else key], path.split("/"), resolve(RESOURCES)
    )


def test_the_committed_template_is_what_the_plugins_declare() -> None:
    assert command.main(["--check"]) == 0


# Path in the template (names as in stage prod) and value: seed 1, then go-services.md, then seed 2, then the decisions.
FACTS: dict[str, Any] = {
    "CelebrityTable/Properties/TableName": "celebrity-database",
    "CelebrityTable/Properties/BillingMode": "PAY_PER_REQUEST",
    "CelebrityTable/Properties/KeySchema": [
        {"AttributeName": "celebrity_id", "KeyType": "HASH"},
        {"AttributeName": "source_type#timestamp", "KeyType": "RANGE"},
    ],
    "CelebrityTable/Properties/StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
    "CelebrityTable/Properties/PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
    "CelebrityTable/Properties/GlobalSecondaryIndexes/0/IndexName": "name-index",
    "CelebrityTable/Properties/GlobalSecondaryIndexes/0/KeySchema": [{"AttributeName": "name", "KeyType": "HASH"}],
    "CelebrityTable/Properties/GlobalSecondaryIndexes/1/IndexName": "source-index",
    "CelebrityTable/Properties/GlobalSecondaryIndexes/1/KeySchema": [
        {"AttributeName": "source", "KeyType": "HASH"},
        {"AttributeName": "timestamp", "KeyType": "RANGE"},
    ],
    "CelebrityTable/Properties/GlobalSecondaryIndexes/2/IndexName": "subject-index",
    "CelebrityTable/Properties/GlobalSecondaryIndexes/2/KeySchema": [
        {"AttributeName": "subject_type", "KeyType": "HASH"},
        {"AttributeName": "celebrity_id", "KeyType": "RANGE"},
    ],
    "CelebrityTable/Properties/GlobalSecondaryIndexes/2/Projection": {"ProjectionType": "ALL"},
    "OperationsTable/Properties/TableName": "seattle-scraping-operations",
    "OperationsTable/Properties/BillingMode": "PAY_PER_REQUEST",
    "OperationsTable/Properties/KeySchema": [
        {"AttributeName": "PK", "KeyType": "HASH"},
        {"AttributeName": "SK", "KeyType": "RANGE"},
    ],
    "OperationsTable/Properties/TimeToLiveSpecification": {"AttributeName": "TTL", "Enabled": True},
    "OperationsTable/Properties/GlobalSecondaryIndexes/0/IndexName": "next-run-index",
    "OperationsTable/Properties/GlobalSecondaryIndexes/0/KeySchema": [
        {"AttributeName": "NextRunKey", "KeyType": "HASH"},
        {"AttributeName": "PrioritySourceKey", "KeyType": "RANGE"},
    ],
    "RuleCelebrityWeeklyScrape/Properties/Name": "celebrity-weekly-scrape",
    "RuleCelebrityWeeklyScrape/Properties/ScheduleExpression": "cron(0 2 ? * SUN *)",
    "RuleCelebrityWeeklyScrape/Properties/State": "DISABLED",
    "RuleCelebrityWeeklyScrape/Properties/Targets/0/RetryPolicy": {
        "MaximumEventAgeInSeconds": 300,
        "MaximumRetryAttempts": 3,
    },
    "RuleCelebrityWeeklyScrape/Properties/Targets/0/DeadLetterConfig": {"Arn": "<DeadLetterQueue.Arn>"},
    "DeadLetterQueue/Properties/QueueName": "celebrity-scraper-dlq",
    "DeadLetterQueue/Properties/MessageRetentionPeriod": 604800,
    "ScraperTmdb/Properties/FunctionName": "scraper-tmdb",
    "ScraperTmdb/Properties/MemorySize": 512,
    "ScraperTmdb/Properties/Timeout": 300,
    "ScraperWikipedia/Properties/FunctionName": "scraper-wikipedia",
    "PostProcessor/Properties/FunctionName": "post-processor",
    "PostProcessor/Properties/MemorySize": 1024,
    "PostProcessor/Properties/Timeout": 60,
    "PostProcessorStream/Properties/EventSourceArn": "<CelebrityTable.StreamArn>",
    "PostProcessorStream/Properties/BatchSize": 100,
    "PostProcessorStream/Properties/MaximumBatchingWindowInSeconds": 5,
    "PostProcessorStream/Properties/BisectBatchOnFunctionError": True,
    "PostProcessorStream/Properties/MaximumRetryAttempts": 3,
    "PostProcessorStream/Properties/MaximumRecordAgeInSeconds": "<StreamMaxAgeSeconds>",
    "PostProcessorStream/Properties/FunctionResponseTypes": ["ReportBatchItemFailures"],
    "PostProcessorStream/Properties/DestinationConfig": {"OnFailure": {"Destination": "<StreamFailureQueue.Arn>"}},
    "FailureAlarm/Properties/AlarmName": "celebrity-scraper-failures",
    "FailureAlarm/Properties/Namespace": "AWS/Lambda",
    "FailureAlarm/Properties/MetricName": "Errors",
    "FailureAlarm/Properties/Statistic": "Sum",
    "FailureAlarm/Properties/Period": 300,
    "FailureAlarm/Properties/Threshold": 3,
    "FailureAlarm/Properties/ComparisonOperator": "GreaterThanThreshold",
}


@pytest.mark.parametrize("path", FACTS)
def test_the_seeds_and_decisions_are_kept(path: str) -> None:
    assert at(path) == FACTS[path]


@pytest.mark.parametrize("stage", STAGES)
def test_names_carry_the_stage_except_in_prod(stage: str) -> None:
    naming = {"TableName", "QueueName", "BucketName", "FunctionName", "AlarmName", "LogGroupName"}
    names = []
    for resource in RESOURCES.values():
        kind, properties = resource["Type"], resource["Properties"]
        if kind in {"AWS::Lambda::Permission", "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::EventSourceMapping"}:
            continue
        names += [resolve(value, stage) for key, value in properties.items() if key in naming]
    names += [resolve(rule["Name"], stage) for rule in of_type("AWS::Events::Rule").values()]
    assert len(names) >= 14 and len(set(names)) == len(names)
    assert all(name.endswith("-dev") == (stage == "dev") for name in names)
    for bucket in of_type("AWS::S3::Bucket").values():
        name = resolve(bucket["BucketName"], stage)
        assert name.endswith(f"-1234-us-east-1{STAGES[stage]}")
        # The longest region's name and a real account id must fit, too.
        assert len(name) - len("1234us-east-1") + len("123456789012ap-southeast-5") <= 63


def test_indexes_hold_all_but_the_raw_text() -> None:
    attributes = [
        index["Projection"].get("NonKeyAttributes", [])
        for table in of_type("AWS::DynamoDB::Table").values()
        for index in table["GlobalSecondaryIndexes"]
    ]
    assert not any("raw_text" in names for names in attributes)
    assert all(len(names) <= 20 for names in attributes) and sum(map(len, attributes)) <= 100
    folder = ROOT / "contracts" / "v1"
    entry = json.loads((folder / "scraper_entry.schema.json").read_text())["properties"].keys()
    subject = json.loads((folder / "celebrity_metadata.schema.json").read_text())["properties"].keys()
    keys = {"celebrity_id", "source_type#timestamp"}
    by_name, by_source = (set(names) for names in attributes[:2])
    assert by_name == (entry | subject) - keys - {"name", "raw_text", "subject_type"}
    assert by_source == entry - keys - {"source", "timestamp", "raw_text"}


def test_every_key_of_a_table_is_declared_and_nothing_else() -> None:
    for table in of_type("AWS::DynamoDB::Table").values():
        schemas = [table["KeySchema"], *(index["KeySchema"] for index in table["GlobalSecondaryIndexes"])]
        used = {key["AttributeName"] for schema in schemas for key in schema}
        assert {item["AttributeName"] for item in table["AttributeDefinitions"]} == used


@pytest.mark.parametrize("kind", ["AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SQS::Queue"])
def test_what_holds_data_outlives_the_stack(kind: str) -> None:
    found = [resource for resource in RESOURCES.values() if resource["Type"] == kind]
    assert len(found) >= 2
    assert {(r["DeletionPolicy"], r["UpdateReplacePolicy"]) for r in found} == {("Retain", "Retain")}


def test_buckets_are_private_and_encrypted_and_backups_versioned() -> None:
    buckets = of_type("AWS::S3::Bucket")
    for bucket in buckets.values():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert bucket["LifecycleConfiguration"]["Rules"]
    assert [name for name, bucket in buckets.items() if "VersioningConfiguration" in bucket] == ["BackupBucket"]


def test_each_source_has_function_log_role_permission_and_target() -> None:
    found = [source for plugin in plugins.catalogue() for source in plugin.sources]
    assert {"tmdb", "wikipedia"} <= {source.name for source in found}
    functions = of_type("AWS::Lambda::Function")
    for source in found:
        own = next(
            name
            for name, function in functions.items()
            if function["Environment"]["Variables"].get("SPRINGHEAD_SOURCE") == source.name
        )
        assert functions[own]["Handler"] == "springhead_runner.scrape.handler.handler"
        assert functions[own]["Role"] == {"Fn::GetAtt": [f"{own}Role", "Arn"]}
        assert RESOURCES[own]["DependsOn"] == [f"{own}Log"]
        name = resolve(functions[own]["FunctionName"])
        assert resolve(of_type("AWS::Logs::LogGroup")[f"{own}Log"]["LogGroupName"]) == f"/aws/lambda/{name}"
        (rule,) = (
            (logical, properties)
            for logical, properties in of_type("AWS::Events::Rule").items()
            if {"Fn::GetAtt": [own, "Arn"]} in [target["Arn"] for target in properties["Targets"]]
        )
        assert rule[1]["ScheduleExpression"] == source.schedule.cron
        assert resolve(rule[1]["Name"]) == source.schedule.rule
        (target,) = (target for target in rule[1]["Targets"] if target["Arn"] == {"Fn::GetAtt": [own, "Arn"]})
        assert target["InputTransformer"] == {
            "InputPathsMap": {"time": "$.time"},
            "InputTemplate": f'{{"source": "{source.name}", "time": <time>}}',
        }
        assert of_type("AWS::Lambda::Permission")[f"{own}Permission"] == {
            "Action": "lambda:InvokeFunction",
            "FunctionName": {"Ref": own},
            "Principal": "events.amazonaws.com",
            "SourceArn": {"Fn::GetAtt": [rule[0], "Arn"]},
        }
        assert of_type("AWS::Lambda::EventInvokeConfig")[f"{own}Invoke"] == {
            "FunctionName": {"Ref": own},
            "Qualifier": "$LATEST",
            "MaximumRetryAttempts": 2,
            "MaximumEventAgeInSeconds": 3600,
            "DestinationConfig": {"OnFailure": {"Destination": {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}}},
        }
    assert len(functions) == len(found) + 1


def test_no_rule_has_more_targets_than_aws_takes() -> None:
    rules = of_type("AWS::Events::Rule")
    assert rules and all(1 <= len(rule["Targets"]) <= 5 for rule in rules.values())


def test_only_rules_may_put_events_on_the_dead_letter_queue() -> None:
    (policy,) = of_type("AWS::SQS::QueuePolicy").values()
    (statement,) = resolve(policy["PolicyDocument"]["Statement"])
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Resource"] == "<DeadLetterQueue.Arn>"
    assert set(statement["Condition"]["ArnEquals"]["aws:SourceArn"]) == {
        f"<{name}.Arn>" for name in of_type("AWS::Events::Rule")
    }


RESERVED = re.compile(r"_HANDLER|_X_AMZN_TRACE_ID|LAMBDA_.*|AWS_.*|TZ")


def test_functions_set_the_settings_and_no_reserved_variable() -> None:
    settings = {
        "DYNAMODB_TABLE": "<CelebrityTable>",
        "SPRINGHEAD_STAGE": "prod",
        "SPRINGHEAD_OPERATIONS_TABLE": "<OperationsTable>",
        "SPRINGHEAD_RAW_BUCKET": "<RawBucket>",
        "SPRINGHEAD_BACKUP_BUCKET": "<BackupBucket>",
        "SPRINGHEAD_DEAD_LETTER_BUCKET": "<DeadLetterBucket>",
        "SPRINGHEAD_DEAD_LETTER_QUEUE": "<DeadLetterQueue>",
    }
    scraping = {
        "SPRINGHEAD_UPSTREAM": "<Upstream>",
        "SPRINGHEAD_RATE_SCALE": "<RateScale>",
        "SPRINGHEAD_CONTACT": "<Contact>",
    }
    for name, function in of_type("AWS::Lambda::Function").items():
        variables = resolve(function["Environment"]["Variables"])
        assert not [key for key in variables if RESERVED.fullmatch(key)]
        source = variables.pop("SPRINGHEAD_SOURCE", None)
        assert variables == (settings | scraping if source else settings)
        assert (source is None) == (name == "PostProcessor")
        assert function.get("ReservedConcurrentExecutions") is None


def statements() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, role in of_type("AWS::IAM::Role").items():
        for policy in role["Policies"]:
            for statement in resolve(policy["PolicyDocument"]["Statement"]):
                yield name, statement


def test_each_function_has_a_role_of_its_own() -> None:
    functions = of_type("AWS::Lambda::Function")
    assert [function["Role"] for function in functions.values()] == [
        {"Fn::GetAtt": [f"{name}Role", "Arn"]} for name in functions
    ]
    assert len(of_type("AWS::IAM::Role")) == len(functions)


def test_roles_name_their_resources_and_actions() -> None:
    for role, statement in statements():
        assert statement["Effect"] == "Allow"
        assert not [action for action in statement["Action"] if "*" in action], role
        for resource in statement["Resource"]:
            if statement["Action"] == ["dynamodb:ListStreams"]:
                # The one action here that AWS does not limit to a resource.
                assert resource == "*"
                continue
            # A star stands for the keys under a prefix, or for the streams of the function's own log group.
            assert re.fullmatch(r"[^*]+", resource) or re.fullmatch(
                r"<\w+Bucket\.Arn>/\w+/([\w.]+/)?\*|arn:aws:logs:[^*]+:log-group:/aws/lambda/[\w-]+:\*", resource
            ), f"{role}: {resource}"


def test_a_role_reaches_what_is_its_own_only() -> None:
    for role, statement in statements():
        for resource in statement["Resource"]:
            if ":log-group:" in resource:
                function = of_type("AWS::Lambda::Function")[role.removesuffix("Role")]
                assert f":log-group:/aws/lambda/{resolve(function['FunctionName'])}:*" in resource
            if role.startswith("Scraper") and re.match("<(Backup|DeadLetter)Bucket.Arn>/", resource):
                function = of_type("AWS::Lambda::Function")[role.removesuffix("Role")]
                source = function["Environment"]["Variables"]["SPRINGHEAD_SOURCE"]
                assert resource.endswith(f"/{source}/*")
            if statement["Sid"] == "LetterKeys":
                (prefix,) = statement["Condition"]["StringLike"]["s3:prefix"]
                assert re.fullmatch(r"\w+/([\w.]+/)?\*", prefix)
            if ":parameter/" in resource:
                assert ":parameter/springhead/prod/" in resource
    secrets = {
        role: [resource.rpartition("/")[2] for resource in statement["Resource"]]
        for role, statement in statements()
        if statement["Sid"] == "Secrets"
    }
    declared = {
        source.name: sorted({secret.env for secret in source.secrets.values()})
        for plugin in plugins.catalogue()
        for source in plugin.sources
    }
    functions = of_type("AWS::Lambda::Function")
    for name, function in functions.items():
        source_name = function["Environment"]["Variables"].get("SPRINGHEAD_SOURCE")
        assert secrets.get(f"{name}Role", []) == declared.get(source_name, [])


def test_only_the_post_processor_reads_the_stream() -> None:
    readers = {role for role, statement in statements() if "<CelebrityTable.StreamArn>" in statement["Resource"]}
    assert readers == {"PostProcessorRole"}


def test_the_filter_passes_only_what_nobody_enriched() -> None:
    (mapping,) = of_type("AWS::Lambda::EventSourceMapping").values()
    patterns = [json.loads(entry["Pattern"]) for entry in mapping["FilterCriteria"]["Filters"]]
    assert patterns == [
        {
            "eventName": ["INSERT", "MODIFY"],
            "dynamodb": {"NewImage": {"metadata": {"M": {"processed": {"BOOL": [False]}, "error": {"NULL": [True]}}}}},
        }
    ]


def test_every_reference_exists() -> None:
    """Embedded AWS takes a dangling reference for a text; AWS refuses the template."""
    known = RESOURCES.keys() | TEMPLATE["Parameters"].keys()
    for value in walk([RESOURCES, TEMPLATE["Outputs"]]):
        if not isinstance(value, dict):
            continue
        names = [value["Ref"]] if "Ref" in value else []
        names += value.get("Fn::GetAtt", [])[:1]
        if "Fn::Sub" in value:
            text, more = value["Fn::Sub"] if isinstance(value["Fn::Sub"], list) else (value["Fn::Sub"], {})
            names += [name.partition(".")[0] for name in re.findall(r"\$\{(\w+(?:\.\w+)?)}", text) if name not in more]
        assert set(names) <= known, names
    depends = [name for resource in RESOURCES.values() for name in resource.get("DependsOn", [])]
    assert set(depends) <= RESOURCES.keys()


def test_every_parameter_is_used_and_the_template_fits_into_limits() -> None:
    text = (ROOT / "deploy" / "template.json").read_text(encoding="utf-8")
    for name in TEMPLATE["Parameters"]:
        assert f'"Ref": "{name}"' in text or f"${{{name}}}" in text, name
    assert len(text.encode()) < 1_000_000 and len(RESOURCES) <= 500 and len(TEMPLATE["Outputs"]) <= 200
    defaults = {name: parameter.get("Default") for name, parameter in TEMPLATE["Parameters"].items()}
    assert (defaults["Stage"], defaults["Upstream"], defaults["RateScale"]) == ("prod", "", "1")
