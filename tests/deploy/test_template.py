"""The committed template against the seeds, and against what AWS refuses or embedded AWS does not look at."""

from __future__ import annotations

import json
import re
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from springhead import plugins
from springhead_deploy import __main__ as command
from springhead_deploy.units import units_of

ROOT = Path(__file__).parents[2]
SOURCES = [source for plugin in plugins.catalogue() for source in plugin.sources]
UNITS = units_of(SOURCES)


def at(deployed: Any, path: str) -> Any:
    return reduce(
        lambda value, key: value[int(key) if isinstance(value, list) else key], path.split("/"), deployed.resources
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
    "OperationsTable/Properties/PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
    "OperationsTable/Properties/TimeToLiveSpecification": {"AttributeName": "TTL", "Enabled": True},
    "OperationsTable/Properties/GlobalSecondaryIndexes/0/IndexName": "next-run-index",
    "OperationsTable/Properties/GlobalSecondaryIndexes/0/KeySchema": [
        {"AttributeName": "NextRunKey", "KeyType": "HASH"},
        {"AttributeName": "PrioritySourceKey", "KeyType": "RANGE"},
    ],
    "RuleCelebrityWeeklyScrape/Properties/Name": "celebrity-weekly-scrape",
    "RuleCelebrityWeeklyScrape/Properties/ScheduleExpression": "cron(0 2 ? * SUN *)",
    "RuleCelebrityWeeklyScrape/Properties/State": "DISABLED",
    "DeadLetterQueue/Properties/QueueName": "celebrity-scraper-dlq",
    "DeadLetterQueue/Properties/MessageRetentionPeriod": 604800,
    "ScraperTmdb/Properties/FunctionName": "scraper-tmdb",
    "ScraperTmdb/Properties/MemorySize": 512,
    "ScraperTmdb/Properties/Timeout": 300,
    "ScraperWikipedia/Properties/FunctionName": "scraper-wikipedia",
    "ScraperWikipedia/Properties/MemorySize": 512,
    "ScraperWikipedia/Properties/Timeout": 300,
    "PostProcessor/Properties/FunctionName": "post-processor",
    "PostProcessor/Properties/MemorySize": 1024,
    "PostProcessor/Properties/Timeout": 60,
    "PostProcessorSweep/Properties/Handler": "springhead_runner.enrich.sweep.handler",
    "RulePostProcessorSweep/Properties/ScheduleExpression": "rate(1 hour)",
    "RulePostProcessorSweep/Properties/State": "ENABLED",
    "RulePostProcessorSweep/Properties/Targets/0/Arn": "<PostProcessorSweep.Arn>",
    "PostProcessorStream/Properties/EventSourceArn": "<CelebrityTable.StreamArn>",
    "PostProcessorStream/Properties/FunctionName": "<PostProcessor>",
    "PostProcessorStream/Properties/BatchSize": 100,
    "PostProcessorStream/Properties/MaximumBatchingWindowInSeconds": 5,
    "PostProcessorStream/Properties/BisectBatchOnFunctionError": True,
    "PostProcessorStream/Properties/MaximumRetryAttempts": 3,
    "PostProcessorStream/Properties/MaximumRecordAgeInSeconds": 3600,
    "PostProcessorStream/Properties/FunctionResponseTypes": ["ReportBatchItemFailures"],
    "PostProcessorStream/Properties/DestinationConfig": {"OnFailure": {"Destination": "<StreamFailureQueue.Arn>"}},
    "FailureAlarm/Properties/AlarmName": "celebrity-scraper-failures",
    "FailureAlarm/Properties/Namespace": "AWS/Lambda",
    "FailureAlarm/Properties/MetricName": "Errors",
    "FailureAlarm/Properties/Statistic": "Sum",
    "FailureAlarm/Properties/Period": 300,
    "FailureAlarm/Properties/Threshold": 3,
    "FailureAlarm/Properties/ComparisonOperator": "GreaterThanThreshold",
    "RestaurantBackupBucket/Properties/BucketName": "instagram-scraper-backups-kishore",
    "PostBackupBucket/Properties/BucketName": "instagram-post-scraper-backups-kishore",
    "LakeBucket/Properties/BucketName": "instagram-analytics-lake",
    "LakeBucket/Properties/VersioningConfiguration": {"Status": "Enabled"},
    "LakeDatabase/Properties/DatabaseInput/Name": "instagram_db",
}


@pytest.mark.parametrize("path", FACTS)
def test_the_seeds_and_decisions_are_kept(committed: Any, path: str) -> None:
    assert at(committed, path) == FACTS[path]


def test_the_weekly_rule_has_the_seeds_targets(committed: Any) -> None:
    wanted = {"scraper-tmdb", "scraper-wikipedia", "scraper-news", "scraper-social"}
    declared = {unit.function for unit in UNITS if unit.rule == "celebrity-weekly-scrape"}
    targets = committed.properties("RuleCelebrityWeeklyScrape")["Targets"]
    assert {target["Id"] for target in targets} == declared
    # Sources that are not installed here have no target; nobody else is on the seed's rule.
    assert declared <= wanted and {"scraper-tmdb", "scraper-wikipedia"} <= declared


@pytest.mark.parametrize("stage", ["prod", "dev"])
def test_names_carry_the_stage_except_in_prod(committed: Any, stage: str) -> None:
    deployed = committed.with_parameters(Stage=stage)
    naming = {
        "TableName",
        "QueueName",
        "BucketName",
        "FunctionName",
        "AlarmName",
        "LogGroupName",
        "TopicName",
        "DashboardName",
    }
    referring = {"Permission", "EventInvokeConfig", "EventSourceMapping"}
    names = [
        (resource["Type"], value)
        for resource in deployed.resources.values()
        if resource["Type"].rpartition(":")[2] not in referring
        for key, value in resource["Properties"].items()
        if key in naming or (key == "Name" and resource["Type"] == "AWS::Events::Rule")
    ]
    assert len(names) >= 50 and len(set(names)) == len(names)
    assert all(name.endswith("-dev") == (stage == "dev") for _, name in names)
    for name in ("RawBucket", "BackupBucket", "DeadLetterBucket"):
        bucket = deployed.properties(name)["BucketName"]
        assert bucket.endswith(f"-1234-us-east-1{'-dev' * (stage == 'dev')}")
        # The longest region's name and a real account id must fit, too.
        assert len(bucket) - len("1234us-east-1") + len("123456789012ap-southeast-5") <= 63


def test_indexes_hold_all_but_the_raw_text(committed: Any) -> None:
    attributes = [
        index["Projection"].get("NonKeyAttributes", [])
        for table in committed.of_type("AWS::DynamoDB::Table").values()
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


def test_every_key_of_a_table_is_declared_and_nothing_else(committed: Any) -> None:
    for table in committed.of_type("AWS::DynamoDB::Table").values():
        schemas = [table["KeySchema"], *(index["KeySchema"] for index in table["GlobalSecondaryIndexes"])]
        used = {key["AttributeName"] for schema in schemas for key in schema}
        assert {item["AttributeName"] for item in table["AttributeDefinitions"]} == used


def test_what_holds_data_outlives_the_stack_and_nothing_else_does(committed: Any) -> None:
    kinds = {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Glue::Database"}
    holding = {name for name, resource in committed.resources.items() if resource["Type"] in kinds}
    holding |= {"DeadLetterQueue", "StreamFailureQueue"}
    assert len(holding) == 11
    kept = ("RetainExceptOnCreate", "Retain")
    for name, resource in committed.resources.items():
        policies = resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")
        assert policies == (kept if name in holding else (None, None)), name


# What the template writes instead of a reference to its own resource.
IMPORTS = {
    "CelebrityTable": "arn:aws:dynamodb:us-east-1:1234:table/mine",
    "OperationsTable": "arn:aws:dynamodb:us-east-1:1234:table/mine",
    "RawBucket": "arn:aws:s3:::mine",
    "BackupBucket": "arn:aws:s3:::mine",
    "DeadLetterBucket": "arn:aws:s3:::mine",
    "RestaurantBackupBucket": "arn:aws:s3:::mine",
    "PostBackupBucket": "arn:aws:s3:::mine",
    "LakeBucket": "mine",
    "LakeDatabase": "mine",
    "DeadLetterQueue": "arn:aws:sqs:us-east-1:1234:mine",
    "StreamFailureQueue": "arn:aws:sqs:us-east-1:1234:mine",
}


@pytest.mark.parametrize("name", IMPORTS)
def test_what_exists_is_imported_everywhere(committed: Any, name: str) -> None:
    stream = "arn:aws:dynamodb:us-east-1:1234:table/mine/stream/2025"
    imported = committed.with_parameters(**{f"Existing{name}": "mine", "ExistingCelebrityTableStream": stream})
    assert committed.resources.keys() - imported.resources.keys() == {name}
    before, after = (json.dumps([deployed.resources, deployed.outputs]) for deployed in (committed, imported))
    assert f"<{name}>" in before and f"<{name}>" not in after and f"<{name}." not in after
    assert IMPORTS[name] in after
    mapping = imported.properties("PostProcessorStream")["EventSourceArn"]
    assert mapping == (stream if name == "CelebrityTable" else "<CelebrityTable.StreamArn>")


def test_buckets_are_private_and_encrypted_and_files_versioned(committed: Any) -> None:
    buckets = committed.of_type("AWS::S3::Bucket")
    for bucket in buckets.values():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert bucket["LifecycleConfiguration"]["Rules"]
    versioned = {name for name, bucket in buckets.items() if "VersioningConfiguration" in bucket}
    assert versioned == {"BackupBucket", "LakeBucket", "PostBackupBucket", "RestaurantBackupBucket"}
    for name in versioned:
        rules = buckets[name]["LifecycleConfiguration"]["Rules"]
        assert {"NoncurrentDays": 90} in [rule.get("NoncurrentVersionExpiration") for rule in rules]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_each_unit_has_function_log_role_permission_and_target(committed: Any, unit: Any) -> None:
    functions = committed.of_type("AWS::Lambda::Function")
    (own,) = (name for name, found in functions.items() if found["FunctionName"] == unit.function)
    function = functions[own]
    assert function["Handler"] == "springhead_runner.scrape.handler.handler"
    assert function["Environment"]["Variables"]["SPRINGHEAD_SOURCE"] == unit.name
    assert function["MemorySize"] == max(source.resources.memory_mb for source in unit.members)
    assert function["Timeout"] == max(source.resources.timeout_s for source in unit.members)
    assert function["ReservedConcurrentExecutions"] == unit.reserved
    assert committed.resources[own]["DependsOn"] == [f"{own}Log"]
    ((rule_id, rule),) = (
        (logical, properties)
        for logical, properties in committed.of_type("AWS::Events::Rule").items()
        if properties["Name"] == unit.rule
    )
    assert rule["ScheduleExpression"] == unit.members[0].schedule.cron
    (target,) = (target for target in rule["Targets"] if target["Arn"] == f"<{own}.Arn>")
    assert target == {
        "Id": unit.function,
        "Arn": f"<{own}.Arn>",
        "InputTransformer": {
            "InputPathsMap": {"time": "$.time"},
            "InputTemplate": f'{{"source": "{unit.name}", "time": <time>}}',
        },
        "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 300},
        "DeadLetterConfig": {"Arn": "<DeadLetterQueue.Arn>"},
    }
    assert committed.properties(f"{own}Permission") == {
        "Action": "lambda:InvokeFunction",
        "FunctionName": f"<{own}>",
        "Principal": "events.amazonaws.com",
        "SourceArn": f"<{rule_id}.Arn>",
    }
    queue = committed.properties(f"{own}Work")
    assert queue["VisibilityTimeout"] >= 6 * function["Timeout"]
    worker = committed.properties(f"{own}Worker")
    assert worker["EventSourceArn"] == f"<{own}Work.Arn>"
    assert 2 <= worker["ScalingConfig"]["MaximumConcurrency"] < function["ReservedConcurrentExecutions"]


def test_there_is_no_function_beyond_the_declared_ones(committed: Any) -> None:
    names = {function["FunctionName"] for function in committed.of_type("AWS::Lambda::Function").values()}
    assert names == {unit.function for unit in UNITS} | {"post-processor", "post-processor-sweep"}


def test_each_function_has_a_log_with_an_end_and_settings_for_asynchronous_calls(committed: Any) -> None:
    functions = committed.of_type("AWS::Lambda::Function")
    for own, function in functions.items():
        log = committed.properties(f"{own}Log")
        assert (log["LogGroupName"], log["RetentionInDays"]) == (f"/aws/lambda/{function['FunctionName']}", 30)
        assert committed.properties(f"{own}Invoke") == {
            "FunctionName": f"<{own}>",
            "Qualifier": "$LATEST",
            "MaximumRetryAttempts": 2,
            "MaximumEventAgeInSeconds": 3600,
            "DestinationConfig": {"OnFailure": {"Destination": "<DeadLetterQueue.Arn>"}},
        }
    assert len(committed.of_type("AWS::Logs::LogGroup")) == len(functions)


def test_rules_deliver_as_seed_2_says_and_none_has_more_targets_than_aws_takes(committed: Any) -> None:
    rules = committed.of_type("AWS::Events::Rule")
    assert rules and all(1 <= len(rule["Targets"]) <= 5 for rule in rules.values())
    for rule in rules.values():
        for target in rule["Targets"]:
            assert target["RetryPolicy"] == {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 300}
            assert target["DeadLetterConfig"] == {"Arn": "<DeadLetterQueue.Arn>"}
    states = {rule["Name"]: rule["State"] for rule in rules.values()}
    assert {name for name, state in states.items() if state == "ENABLED"} == {"post-processor-sweep"}
    on = committed.with_parameters(ScheduleState="ENABLED").of_type("AWS::Events::Rule")
    assert {rule["State"] for rule in on.values()} == {"ENABLED"}


def test_celebrity_rules_start_sources_of_celebrities_only(committed: Any) -> None:
    emits = {unit.function: unit.members[0].emits for unit in UNITS}
    for rule in committed.of_type("AWS::Events::Rule").values():
        found = {emits[target["Id"]] for target in rule["Targets"] if target["Id"] in emits}
        assert found == {"scraper_entry"} or not rule["Name"].startswith("celebrity-")
        assert len(found) <= 1


def test_only_rules_may_put_events_on_the_dead_letter_queue(committed: Any) -> None:
    (policy,) = committed.of_type("AWS::SQS::QueuePolicy").values()
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert (statement["Action"], statement["Resource"]) == ("sqs:SendMessage", "<DeadLetterQueue.Arn>")
    assert set(statement["Condition"]["ArnEquals"]["aws:SourceArn"]) == {
        f"<{name}.Arn>" for name in committed.of_type("AWS::Events::Rule")
    }


RESERVED = re.compile(r"_HANDLER|_X_AMZN_TRACE_ID|LAMBDA_.*|AWS_.*|TZ")


def test_functions_set_the_settings_and_no_reserved_variable(committed: Any) -> None:
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
        "SPRINGHEAD_UPSTREAM": "",
        "SPRINGHEAD_RATE_SCALE": "1",
        "SPRINGHEAD_CONTACT": "https://springhead.dev/bot",
        "SPRINGHEAD_ROBOTS_EXEMPTIONS": "[]",
    }
    rows = {unit.name for unit in UNITS if unit.emits_rows}
    for name, function in committed.of_type("AWS::Lambda::Function").items():
        variables = function["Environment"]["Variables"]
        assert not [key for key in variables if RESERVED.fullmatch(key)]
        source = variables.get("SPRINGHEAD_SOURCE")
        own = {"SPRINGHEAD_SOURCE": source, "SPRINGHEAD_WORK_QUEUE": f"<{name}Work>"}
        own["SPRINGHEAD_PLUGINS"] = "instagram,threads" if source == "social" else source
        wanted = settings | scraping | own if source else settings
        if source in rows:
            wanted |= {
                "SPRINGHEAD_BACKUP_BUCKET": variables["SPRINGHEAD_BACKUP_BUCKET"],
                "SPRINGHEAD_SUBJECTS": f"s3://<BackupBucket>/subjects/{source}.csv",
            }
        assert variables == wanted
        assert (source is None) == (name in {"PostProcessor", "PostProcessorSweep"})


def test_the_filter_passes_only_what_nobody_enriched(committed: Any) -> None:
    filters = committed.properties("PostProcessorStream")["FilterCriteria"]["Filters"]
    assert [json.loads(entry["Pattern"]) for entry in filters] == [
        {
            "eventName": ["INSERT", "MODIFY"],
            "dynamodb": {"NewImage": {"metadata": {"M": {"processed": {"BOOL": [False]}, "error": {"NULL": [True]}}}}},
        }
    ]


def test_embedded_aws_gets_all_but_what_it_does_not_know(committed: Any) -> None:
    embedded = committed.with_parameters(Embedded="true")
    left_out = committed.resources.keys() - embedded.resources.keys()
    assert {committed.resources[name]["Type"] for name in left_out} == {"AWS::Budgets::Budget"}


def test_every_reference_exists(committed: Any) -> None:
    """Embedded AWS takes a dangling reference for a text; AWS refuses the template."""
    template = committed.template
    known = template["Resources"].keys() | template["Parameters"].keys()
    for value in walk([template["Resources"], template["Outputs"]]):
        if not isinstance(value, dict):
            continue
        names = [value["Ref"]] if isinstance(value.get("Ref"), str) else []
        names += value.get("Fn::GetAtt", [])[:1]
        if "Fn::Sub" in value:
            text, more = value["Fn::Sub"] if isinstance(value["Fn::Sub"], list) else (value["Fn::Sub"], {})
            names += [name.partition(".")[0] for name in re.findall(r"\$\{(\w+(?:\.\w+)?)}", text) if name not in more]
        assert {name for name in names if not name.startswith("AWS::")} <= known, names
        if "Fn::If" in value:
            assert value["Fn::If"][0] in template["Conditions"]
    for resource in template["Resources"].values():
        assert set(resource.get("DependsOn", [])) <= known
        assert resource.get("Condition", "IsProd") in template["Conditions"]


def walk(value: Any) -> Any:
    yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(child)


def test_every_parameter_is_used_and_the_template_fits_into_limits(committed: Any) -> None:
    template = committed.template
    text = (ROOT / "deploy" / "template.json").read_text(encoding="utf-8")
    for name in template["Parameters"]:
        assert f'"Ref": "{name}"' in text or f"${{{name}}}" in text, name
    assert len(text.encode()) < 1_000_000 and len(template["Resources"]) <= 500
    assert len(template["Outputs"]) <= 200 and len(template["Parameters"]) <= 200
    defaults = {name: parameter.get("Default") for name, parameter in template["Parameters"].items()}
    assert (defaults["Stage"], defaults["Upstream"], defaults["RateScale"]) == ("prod", "", "1")
    assert (defaults["ScheduleState"], defaults["Embedded"]) == ("DISABLED", "false")


def test_the_template_is_plain_cloudformation(committed: Any) -> None:
    """No asset of the machine that made it, no trace of the CDK, nothing that needs a bootstrapped account."""
    text = json.dumps(committed.template)
    assert not re.search(r"[Cc][Dd][Kk]|BootstrapVersion|AssetParameters|cdk-hnb659fds|Metadata\"|Transform\"", text)
    assert committed.template["AWSTemplateFormatVersion"] == "2010-09-09"
