"""The lake in the committed template: functions, triggers, rights, upkeep and alarms."""

from __future__ import annotations

import importlib.util
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from springhead_deploy import lake_functions
from springhead_lake import handler, maintenance
from springhead_lake.settings import LakeSettings
from springhead_lake.tables import TABLES
from springhead_runner.local.stack import lake_path

IMAGE = "1234.dkr.ecr.us-east-1.amazonaws.com/springhead@sha256:0"
BUCKETS = {
    "RestaurantBackupBucket": "instagram-scraper-backups-kishore",
    "PostBackupBucket": "instagram-post-scraper-backups-kishore",
}
FUNCTIONS = {"instagram-ingest-data", "instagram-lake-maintenance"}


@pytest.fixture(scope="module")
def lake(committed: Any) -> Any:
    return committed.with_parameters(ImageUri=IMAGE)


@pytest.fixture(scope="module")
def imported(lake: Any) -> Any:
    """The scrapers' buckets exist already."""
    return lake.with_parameters(**{f"Existing{own}": name for own, name in BUCKETS.items()})


def test_the_function_is_the_seeds_with_the_memory_that_was_measured(lake: Any) -> None:
    function = lake.properties("InstagramIngestData")
    assert function["FunctionName"] == "instagram-ingest-data"
    assert (function["MemorySize"], function["Timeout"]) == (3072, 300)
    assert (function["PackageType"], function["Code"]) == ("Image", {"ImageUri": IMAGE})
    assert function["ImageConfig"] == {"Command": ["springhead_lake.handler.handler"]}
    assert not {"Handler", "Runtime"} & function.keys()
    assert function["ReservedConcurrentExecutions"] == 4
    assert function["EphemeralStorage"] == {"Size": 4096}
    assert lake.properties("InstagramIngestDataRole")["RoleName"] == "instagram-ingest-lambda-role"
    assert handler.handler.__module__ == "springhead_lake.handler"


def test_what_waits_is_not_given_up_early_and_what_fails_is_a_dead_letter(lake: Any) -> None:
    calls = lake.properties("InstagramIngestDataInvoke")
    assert (calls["MaximumRetryAttempts"], calls["MaximumEventAgeInSeconds"]) == (2, 21600)
    assert calls["DestinationConfig"] == {"OnFailure": {"Destination": "<DeadLetterQueue.Arn>"}}
    log = lake.properties("InstagramIngestDataLog")
    assert (log["LogGroupName"], log["RetentionInDays"]) == ("/aws/lambda/instagram-ingest-data", 30)


@pytest.mark.parametrize("stage", ["prod", "dev"])
def test_names_in_the_environment_are_those_that_the_settings_read(
    lake: Any, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = lake.with_parameters(Stage=stage, ExistingLakeBucket="a-lake", ExistingLakeDatabase="a_db")
    for own in ("InstagramIngestData", "InstagramLakeMaintenance"):
        variables = given.properties(own)["Environment"]["Variables"]
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        read = LakeSettings()
        assert (read.lake_bucket, read.database) == ("a-lake", "a_db")
        suffix = "" if stage == "prod" else "-dev"
        assert read.source_buckets == tuple(f"{name}{suffix}" for name in BUCKETS.values())
        assert read.stage == stage
        assert (read.dead_letter_bucket, read.dead_letter_queue) == ("<DeadLetterBucket>", "<DeadLetterQueue>")
        # The image has a search path of its own.
        assert "PYTHONPATH" not in variables


def test_embedded_aws_runs_the_zip_with_packages_from_elsewhere(committed: Any) -> None:
    embedded = committed.with_parameters(Embedded="true", LakePath="/a:/b", CodeBucket="code", CodeKey="key")
    function = embedded.properties("InstagramIngestData")
    assert (function["PackageType"], function["Code"]) == ("Zip", {"S3Bucket": "code", "S3Key": "key"})
    assert (function["Handler"], function["Runtime"]) == ("springhead_lake.handler.handler", "python3.11")
    assert function["Environment"]["Variables"]["PYTHONPATH"] == "/a:/b"
    assert "ImageConfig" not in function
    # An image is an image, whatever else is given.
    both = committed.with_parameters(LakePath="/a", ImageUri=IMAGE).properties("InstagramIngestData")
    assert both["PackageType"] == "Image" and "PYTHONPATH" not in both["Environment"]["Variables"]


def test_embedded_aws_is_told_where_the_packages_are_if_they_are_here(monkeypatch: pytest.MonkeyPatch) -> None:
    folders = [Path(folder) for folder in lake_path().split(os.pathsep)]
    assert all(any((folder / name).is_dir() for folder in folders) for name in ("springhead_lake", "pyarrow"))
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pyiceberg" else find(name))
    assert lake_path() == ""


def test_without_an_image_nothing_of_it_is_there(committed: Any, lake: Any) -> None:
    functions = {found["FunctionName"] for found in committed.of_type("AWS::Lambda::Function").values()}
    assert not FUNCTIONS & functions
    more = lake.resources.keys() - committed.resources.keys()
    kinds = {lake.resources[name]["Type"] for name in more}
    assert kinds == {
        "AWS::CloudWatch::Alarm",
        "AWS::Events::Rule",
        "AWS::IAM::Role",
        "AWS::Lambda::EventInvokeConfig",
        "AWS::Lambda::Function",
        "AWS::Lambda::Permission",
        "AWS::Logs::LogGroup",
    }
    for own in BUCKETS:
        assert "NotificationConfiguration" not in committed.properties(own)
    assert lake.outputs.keys() - committed.outputs.keys() == {"InstagramIngestDataName", "InstagramLakeMaintenanceName"}


@pytest.mark.parametrize("own", BUCKETS)
def test_a_bucket_of_ours_tells_the_function_of_csv_files(lake: Any, own: str) -> None:
    assert lake.properties(own)["NotificationConfiguration"] == {
        "LambdaConfigurations": [
            {
                "Event": "s3:ObjectCreated:*",
                "Filter": {"S3Key": {"Rules": [{"Name": "suffix", "Value": ".csv"}]}},
                "Function": "<InstagramIngestData.Arn>",
            }
        ]
    }
    assert not lake.of_type("Custom::BucketNotification")
    assert "SpringheadBucketNotifications" not in lake.resources


@pytest.mark.parametrize("own", BUCKETS)
@pytest.mark.parametrize("template", ["lake", "imported"])
def test_only_the_bucket_of_this_account_may_invoke_it(template: str, own: str, request: Any) -> None:
    found = request.getfixturevalue(template).properties(f"InstagramIngestData{own}Permission")
    assert found == {
        "Action": "lambda:InvokeFunction",
        "FunctionName": "instagram-ingest-data",
        "Principal": "s3.amazonaws.com",
        "SourceArn": f"arn:aws:s3:::{BUCKETS[own]}",
        "SourceAccount": "1234",
    }


def test_existing_buckets_get_the_notification_added(imported: Any, lake: Any) -> None:
    made = imported.of_type("Custom::BucketNotification")
    assert sorted(found["Bucket"] for found in made.values()) == sorted(BUCKETS.values())
    for name, found in made.items():
        assert found == {
            "ServiceToken": "<SpringheadBucketNotifications.Arn>",
            "ServiceTimeout": 240,
            "Account": "1234",
            "Bucket": found["Bucket"],
            "Function": "<InstagramIngestData.Arn>",
            "Id": "springhead-lake",
            "Suffix": ".csv",
        }
        own = name.removesuffix("Notification")
        assert imported.resources[name]["DependsOn"] == [f"InstagramIngestData{own}Permission"]
    rights = imported.statements("SpringheadBucketNotificationsRole")
    assert rights.keys() == {"DeadLetters", "Logs", "Notifications"}
    assert rights["Notifications"]["Action"] == ["s3:GetBucketNotification", "s3:PutBucketNotification"]
    assert sorted(rights["Notifications"]["Resource"]) == sorted(f"arn:aws:s3:::{name}" for name in BUCKETS.values())
    one = lake.with_parameters(ExistingPostBackupBucket="posts")
    assert one.of_type("Custom::BucketNotification").keys() == {"PostBackupBucketNotification"}
    assert one.statements("SpringheadBucketNotificationsRole")["Notifications"]["Resource"] == ["arn:aws:s3:::posts"]
    # Two stages may share a bucket.
    dev = imported.with_parameters(Stage="dev").of_type("Custom::BucketNotification")
    assert {found["Id"] for found in dev.values()} == {"springhead-lake-dev"}


def test_its_code_is_what_is_tested_and_fits_into_the_template(imported: Any) -> None:
    function = imported.properties("SpringheadBucketNotifications")
    path = Path(lake_functions.__file__).with_name("bucket_notification.py")
    assert function["Code"] == {"ZipFile": path.read_text(encoding="utf-8")}
    assert len(function["Code"]["ZipFile"]) <= 4096 and function["Handler"] == "index.handler"


def test_no_resource_waits_for_itself(committed: Any) -> None:
    """A bucket that tells a function that may read the bucket is AWS's best-known circle."""
    resources = committed.template["Resources"]
    waits = {name: _references(found) & resources.keys() for name, found in resources.items()}
    done: set[str] = set()
    while waits:
        free = {name for name, before in waits.items() if before <= done}
        assert free, f"a circle among {sorted(waits)}"
        done |= free
        waits = {name: before for name, before in waits.items() if name not in free}


def _references(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(_references, value))
    if not isinstance(value, dict):
        return set()
    found = set().union(*map(_references, value.values()))
    names = value.get("DependsOn", [])
    found |= set([names] if isinstance(names, str) else names)
    if isinstance(value.get("Ref"), str):
        found.add(value["Ref"])
    if "Fn::GetAtt" in value:
        found.add(value["Fn::GetAtt"][0])
    if "Fn::Sub" in value:
        text = value["Fn::Sub"] if isinstance(value["Fn::Sub"], str) else value["Fn::Sub"][0]
        found |= set(re.findall(r"\$\{(\w+)", text))
    return found


GLUE = "arn:aws:glue:us-east-1:1234:"
DATABASE = [f"{GLUE}catalog", f"{GLUE}database/<LakeDatabase>"]
ON_TABLES = {
    "Database": (["glue:GetDatabase"], DATABASE),
    "Tables": (
        ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
        ["<LakeBucket.Arn>/iceberg/*"],
    ),
    "LakeKeys": (["s3:ListBucket"], ["<LakeBucket.Arn>"]),
    "DeadLetters": (["sqs:SendMessage"], ["<DeadLetterQueue.Arn>"]),
}
SOURCES = [f"arn:aws:s3:::{name}" for name in BUCKETS.values()]


def test_the_roles_reach_the_lake_and_nothing_else(lake: Any) -> None:
    tables = [*DATABASE, *(f"{GLUE}table/<LakeDatabase>/{name}" for name in TABLES)]
    wanted = {
        "InstagramIngestData": {
            **ON_TABLES,
            "Catalog": (["glue:CreateTable", "glue:GetTable", "glue:UpdateTable"], tables),
            "Backups": (["s3:GetObject", "s3:GetObjectVersion"], [f"{arn}/*.csv" for arn in SOURCES]),
            "BackupVersions": (["s3:ListBucket", "s3:ListBucketVersions"], SOURCES),
            "Refused": (["s3:GetObject", "s3:PutObject"], ["<LakeBucket.Arn>/dlq/*"]),
            "Letters": (["s3:PutObject"], ["<DeadLetterBucket.Arn>/lake/lake/*"]),
        },
        "InstagramLakeMaintenance": {**ON_TABLES, "Catalog": (["glue:GetTable", "glue:UpdateTable"], tables)},
    }
    for own, rights in wanted.items():
        name = lake.properties(own)["FunctionName"]
        stream = f"arn:aws:logs:us-east-1:1234:log-group:/aws/lambda/{name}:*"
        rights["Logs"] = (["logs:CreateLogStream", "logs:PutLogEvents"], [stream])
        found = lake.statements(f"{own}Role")
        assert found.keys() == rights.keys()
        for sid, (actions, resources) in rights.items():
            assert (sorted(found[sid]["Action"]), sorted(found[sid]["Resource"])) == (actions, sorted(resources)), sid
        assert not [statement for statement in found.values() if "Condition" in statement]


def test_rights_name_the_tables_that_there_are() -> None:
    assert set(lake_functions.TABLES) == set(TABLES)


def test_upkeep_runs_daily_even_before_anything_is_scheduled(lake: Any) -> None:
    rule = lake.properties("RuleInstagramLakeMaintenance")
    assert (rule["ScheduleExpression"], rule["State"]) == ("cron(30 5 * * ? *)", "ENABLED")
    assert rule["Targets"] == [
        {
            "Id": "instagram-lake-maintenance",
            "Arn": "<InstagramLakeMaintenance.Arn>",
            "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 300},
            "DeadLetterConfig": {"Arn": "<DeadLetterQueue.Arn>"},
        }
    ]
    permission = lake.properties("InstagramLakeMaintenancePermission")
    assert permission["SourceArn"] == "<RuleInstagramLakeMaintenance.Arn>"
    (policy,) = lake.of_type("AWS::SQS::QueuePolicy").values()
    senders = policy["PolicyDocument"]["Statement"][0]["Condition"]["ArnEquals"]["aws:SourceArn"]
    assert set(senders) == {f"<{name}.Arn>" for name in lake.of_type("AWS::Events::Rule")}
    function = lake.properties("InstagramLakeMaintenance")
    assert function["ImageConfig"] == {"Command": ["springhead_lake.maintenance.handler"]}
    assert callable(maintenance.handler)
    # Never two at once: they would only be in each other's way.
    assert (function["Timeout"], function["ReservedConcurrentExecutions"]) == (900, 1)


def test_troubles_of_the_lake_have_alarms(lake: Any, committed: Any) -> None:
    own = {
        name: alarm
        for name, alarm in lake.of_type("AWS::CloudWatch::Alarm").items()
        if name not in committed.of_type("AWS::CloudWatch::Alarm")
    }
    found = {
        (alarm["Dimensions"][0]["Value"], alarm["MetricName"], alarm["Statistic"], alarm["Threshold"])
        for alarm in own.values()
    }
    assert found == {
        ("<InstagramIngestData>", "Errors", "Sum", 0),
        ("<InstagramIngestData>", "Duration", "Maximum", 240_000),
        ("<InstagramLakeMaintenance>", "Errors", "Sum", 0),
        ("<InstagramLakeMaintenance>", "Duration", "Maximum", 720_000),
    }
    for alarm in own.values():
        assert (alarm["Namespace"], alarm["ComparisonOperator"]) == ("AWS/Lambda", "GreaterThanThreshold")
        assert alarm["AlarmActions"] == ["<AlarmTopic>"]
    board = json.loads(lake.properties("Dashboard")["DashboardBody"])["widgets"]
    shown = {tuple(metric) for widget in board for metric in widget["properties"]["metrics"]}
    assert {("AWS/Lambda", "Errors", "FunctionName", name) for name in FUNCTIONS} <= shown


@pytest.mark.parametrize("own", [*BUCKETS, "LakeBucket"])
def test_buckets_keep_old_versions_for_a_while(lake: Any, own: str) -> None:
    bucket = lake.properties(own)
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    old, uploads = bucket["LifecycleConfiguration"]["Rules"]
    assert old["NoncurrentVersionExpiration"] == {"NoncurrentDays": 90} and old["ExpiredObjectDeleteMarker"] is True
    assert uploads["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}


def test_concurrency_is_not_reserved_where_the_account_has_none_to_spare(lake: Any) -> None:
    none = lake.with_parameters(ReserveConcurrency="false")
    for own in ("InstagramIngestData", "InstagramLakeMaintenance"):
        assert "ReservedConcurrentExecutions" not in none.properties(own)
