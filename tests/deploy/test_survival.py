"""What the stack holds outlives it, and is taken over by the next one: on embedded AWS, through CloudFormation."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from springhead_runner import local

pytestmark = pytest.mark.embedded

KEY = {"celebrity_id": {"S": "celeb_001"}, "source_type#timestamp": {"S": "metadata#2025-01-01T00:00:00Z"}}


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    instance = local.start(tmp_path_factory.mktemp("survival"), log=lambda line: None)
    try:
        yield instance.endpoint
    finally:
        local.stop(instance)


@pytest.fixture
def code(tmp_path: Path) -> Path:
    path = tmp_path / "code.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("springhead_runner/__init__.py", "")
    return path


def delete(endpoint: str) -> None:
    cloudformation: Any = local.client("cloudformation", endpoint)
    cloudformation.delete_stack(StackName="springhead")
    cloudformation.get_waiter("stack_delete_complete").wait(StackName="springhead", WaiterConfig={"Delay": 1})


def test_data_survives_the_stack_and_is_imported_by_the_next_one(endpoint: str, code: Path) -> None:
    dynamodb, s3 = local.client("dynamodb", endpoint), local.client("s3", endpoint)
    first = local.deploy(endpoint, code)
    dynamodb.put_item(TableName=first["TableName"], Item={**KEY, "name": {"S": "周潤發"}})
    s3.put_object(Bucket=first["BackupBucketName"], Key="celebrity/x.csv", Body=b"kept")
    stream = dynamodb.describe_table(TableName=first["TableName"])["Table"]["LatestStreamArn"]
    delete(endpoint)

    assert local.client("lambda", endpoint).list_functions()["Functions"] == []
    assert local.client("events", endpoint).list_rules()["Rules"] == []
    existing = {
        "ExistingCelebrityTable": first["TableName"],
        "ExistingCelebrityTableStream": stream,
        "ExistingOperationsTable": first["OperationsTableName"],
        **{f"Existing{name}": first[f"{name}Name"] for name in ("RawBucket", "BackupBucket", "DeadLetterBucket")},
        "ExistingRestaurantBackupBucket": "instagram-scraper-backups-kishore",
        "ExistingPostBackupBucket": "instagram-post-scraper-backups-kishore",
        "ExistingLakeBucket": "instagram-analytics-lake",
        "ExistingLakeDatabase": "instagram_db",
        "ExistingDeadLetterQueue": "celebrity-scraper-dlq",
        "ExistingStreamFailureQueue": "post-processor-dlq",
    }
    second = local.deploy(endpoint, code, parameters=existing)
    queues = {name: second[name] for name in ("DeadLetterQueueUrl", "StreamFailureQueueUrl")}
    assert second == {**first, **queues}
    url = "https://sqs.us-east-1.amazonaws.com/000000000000"
    assert list(queues.values()) == [f"{url}/celebrity-scraper-dlq", f"{url}/post-processor-dlq"]
    item = dynamodb.get_item(TableName=second["TableName"], Key=KEY)["Item"]
    assert item["name"] == {"S": "周潤發"}
    assert s3.get_object(Bucket=second["BackupBucketName"], Key="celebrity/x.csv")["Body"].read() == b"kept"
    functions = local.client("lambda", endpoint)
    (mapping,) = functions.list_event_source_mappings(FunctionName="post-processor")["EventSourceMappings"]
    assert mapping["EventSourceArn"] == stream
    variables = functions.get_function_configuration(FunctionName="scraper-tmdb")["Environment"]["Variables"]
    assert variables["DYNAMODB_TABLE"] == "celebrity-database"
    # A stack that imported them does not take them with it either.
    delete(endpoint)
    assert "Item" in dynamodb.get_item(TableName="celebrity-database", Key=KEY)


def test_stages_live_side_by_side(endpoint: str, code: Path) -> None:
    outputs = local.deploy(endpoint, code, parameters={"Stage": "dev"})
    suffixed = {name: value for name, value in outputs.items() if name.endswith("Name")}
    assert suffixed.pop("LakeDatabaseName") == "instagram_db_dev"
    assert len(suffixed) >= 20 and all(value.endswith("-dev") for value in suffixed.values())
    rules = local.client("events", endpoint).list_rules(NamePrefix="celebrity-weekly-scrape")["Rules"]
    assert [(rule["Name"], rule["State"]) for rule in rules] == [("celebrity-weekly-scrape-dev", "DISABLED")]
