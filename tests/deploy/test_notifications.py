"""The custom resource that adds a notification to a bucket which exists already, against embedded S3."""

from __future__ import annotations

import http.server
import json
import threading
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from springhead_deploy import bucket_notification
from springhead_runner import local

pytestmark = pytest.mark.embedded

ACCOUNT = "000000000000"
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:instagram-ingest-data"
OTHER = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:somebody-elses"


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    instance = local.start(tmp_path_factory.mktemp("notifications"), log=lambda line: None)
    try:
        yield instance.endpoint
    finally:
        local.stop(instance)


class CloudFormation:
    """Sends requests as CloudFormation does, and takes the answers."""

    def __init__(self, url: str, answers: list[dict[str, Any]]) -> None:
        self.url, self._answers = url, answers

    def send(self, kind: str, bucket: str, *, old: str | None = None, **more: Any) -> dict[str, Any]:
        request = {
            "RequestType": kind,
            "ResponseURL": self.url,
            "StackId": "stack",
            "RequestId": uuid.uuid4().hex,
            "LogicalResourceId": "Own",
            "ResourceProperties": {
                "Account": ACCOUNT,
                "Bucket": bucket,
                "Function": FUNCTION,
                "Id": "springhead-lake",
                "Suffix": ".csv",
                **more,
            },
        }
        if old is not None:
            request["PhysicalResourceId"] = old
        bucket_notification.handler(request, None)
        answer = self._answers.pop()
        assert not self._answers
        for name in ("StackId", "RequestId", "LogicalResourceId"):
            assert answer[name] == request[name]
        return answer


@pytest.fixture
def cloudformation(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[CloudFormation]:
    answers: list[dict[str, Any]] = []

    class Signed(http.server.BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            # What is signed is without a type of content.
            assert not self.headers["Content-Type"]
            answers.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    for name, value in {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Signed)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield CloudFormation(f"http://127.0.0.1:{server.server_port}/answer", answers)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def s3(endpoint: str) -> Any:
    return local.client("s3", endpoint)


def entry(name: str, function: str = OTHER, suffix: str = ".txt", rule: str = "suffix") -> dict[str, Any]:
    filters = {"Key": {"FilterRules": [{"Name": rule, "Value": suffix}]}}
    return {"Id": name, "LambdaFunctionArn": function, "Events": ["s3:ObjectCreated:*"], "Filter": filters}


OURS = entry("springhead-lake", FUNCTION, ".csv")


def make(s3: Any, endpoint: str, **more: Any) -> tuple[str, dict[str, Any]]:
    """A bucket with notifications of others, of every kind that S3 has."""
    bucket = f"backups-{uuid.uuid4().hex[:10]}"
    s3.create_bucket(Bucket=bucket)
    local.client("sqs", endpoint).create_queue(QueueName=bucket)
    topic = local.client("sns", endpoint).create_topic(Name=bucket)["TopicArn"]
    queue = {"Id": "q", "QueueArn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:{bucket}", "Events": ["s3:ObjectRemoved:*"]}
    others = {
        "LambdaFunctionConfigurations": [entry("theirs"), *more.get("functions", [])],
        "QueueConfigurations": [queue],
        "TopicConfigurations": [{"Id": "t", "TopicArn": topic, "Events": ["s3:ObjectRestore:*"]}],
        "EventBridgeConfiguration": {},
    }
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=others)
    return bucket, of(s3, bucket)


def of(s3: Any, bucket: str) -> dict[str, Any]:
    found: dict[str, Any] = s3.get_bucket_notification_configuration(Bucket=bucket)
    del found["ResponseMetadata"]
    return found


def with_ours(others: dict[str, Any], ours: dict[str, Any] = OURS) -> dict[str, Any]:
    return {**others, "LambdaFunctionConfigurations": [*others.get("LambdaFunctionConfigurations", []), ours]}


def test_ours_is_added_and_all_others_stay_and_again_is_no_change(
    cloudformation: CloudFormation, s3: Any, endpoint: str
) -> None:
    bucket, others = make(s3, endpoint)
    answer = cloudformation.send("Create", bucket)
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", f"{bucket}/springhead-lake")
    assert of(s3, bucket) == with_ours(others)
    assert cloudformation.send("Create", bucket)["Status"] == "SUCCESS"
    assert of(s3, bucket) == with_ours(others)


def test_an_update_exchanges_ours_only(cloudformation: CloudFormation, s3: Any, endpoint: str) -> None:
    bucket, others = make(s3, endpoint)
    own = cloudformation.send("Create", bucket)["PhysicalResourceId"]
    answer = cloudformation.send("Update", bucket, old=own, Function=OTHER, Suffix=".CSV")
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", own)
    assert of(s3, bucket) == with_ours(others, entry("springhead-lake", OTHER, ".CSV"))


def test_another_bucket_is_another_resource(cloudformation: CloudFormation, s3: Any, endpoint: str) -> None:
    (one, before), (two, others) = make(s3, endpoint), make(s3, endpoint)
    own = cloudformation.send("Create", one)["PhysicalResourceId"]
    new = cloudformation.send("Update", two, old=own)["PhysicalResourceId"]
    assert new == f"{two}/springhead-lake" != own
    assert of(s3, two) == with_ours(others)
    # Then CloudFormation deletes the one that was replaced.
    assert cloudformation.send("Delete", one, old=own)["Status"] == "SUCCESS"
    assert of(s3, one) == before and of(s3, two) == with_ours(others)


def test_a_deletion_takes_ours_only_and_only_once(cloudformation: CloudFormation, s3: Any, endpoint: str) -> None:
    # Somebody has the same function for other files: that is not ours.
    bucket, others = make(s3, endpoint, functions=[entry("by-hand", FUNCTION, "old/", "prefix")])
    own = cloudformation.send("Create", bucket)["PhysicalResourceId"]
    for _ in range(2):
        answer = cloudformation.send("Delete", bucket, old=own)
        assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", own)
        assert of(s3, bucket) == others


def test_in_a_bucket_without_any_nothing_is_left(cloudformation: CloudFormation, s3: Any) -> None:
    bucket = f"backups-{uuid.uuid4().hex[:10]}"
    s3.create_bucket(Bucket=bucket)
    own = cloudformation.send("Create", bucket)["PhysicalResourceId"]
    assert of(s3, bucket) == {"LambdaFunctionConfigurations": [OURS]}
    cloudformation.send("Delete", bucket, old=own)
    assert of(s3, bucket) == {}


def test_what_a_stack_has_left_that_made_the_bucket_is_taken_over(
    cloudformation: CloudFormation, s3: Any, endpoint: str
) -> None:
    """S3 refuses a second entry for the same files."""
    left = entry("some-id-of-s3", FUNCTION, ".csv")
    bucket, found = make(s3, endpoint, functions=[left])
    assert cloudformation.send("Create", bucket)["Status"] == "SUCCESS"
    assert of(s3, bucket) == {**found, "LambdaFunctionConfigurations": [entry("theirs"), OURS]}


def test_a_queue_of_others_that_is_gone_is_no_obstacle_and_stays(
    cloudformation: CloudFormation, s3: Any, endpoint: str
) -> None:
    bucket, others = make(s3, endpoint)
    sqs = local.client("sqs", endpoint)
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=bucket)["QueueUrl"])
    own = cloudformation.send("Create", bucket)["PhysicalResourceId"]
    assert of(s3, bucket) == with_ours(others)
    assert cloudformation.send("Delete", bucket, old=own)["Status"] == "SUCCESS"
    assert of(s3, bucket) == others


def test_failures_are_answered(cloudformation: CloudFormation) -> None:
    answer = cloudformation.send("Create", "no-such-bucket")
    assert answer["Status"] == "FAILED" and "NoSuchBucket" in answer["Reason"]
    assert answer["Reason"].startswith("notification no-such-bucket/springhead-lake: ")
    own = answer["PhysicalResourceId"]
    # Of a bucket that is gone there is nothing to take away: CloudFormation rolls back what has failed.
    assert cloudformation.send("Delete", "no-such-bucket", old=own)["Status"] == "SUCCESS"
    assert cloudformation.send("Update", "no-such-bucket", old="kept/id")["PhysicalResourceId"] == "kept/id"


def test_through_the_stack(endpoint: str, s3: Any, tmp_path: Path) -> None:
    """Deployed with an import, updated to another bucket, and deleted."""
    code = tmp_path / "code.zip"
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("springhead_runner/__init__.py", "")
    (one, before), (two, others) = make(s3, endpoint), make(s3, endpoint)
    local.deploy(endpoint, code, parameters={"Stage": "import", "ExistingPostBackupBucket": one})
    ours = {**OURS, "Id": "springhead-lake-import", "LambdaFunctionArn": f"{FUNCTION}-import"}
    assert of(s3, one) == with_ours(before, ours)
    local.deploy(endpoint, code, parameters={"Stage": "import", "ExistingPostBackupBucket": two})
    assert (of(s3, one), of(s3, two)) == (before, with_ours(others, ours))
    cloudformation: Any = local.client("cloudformation", endpoint)
    cloudformation.delete_stack(StackName="springhead-import")
    cloudformation.get_waiter("stack_delete_complete").wait(StackName="springhead-import", WaiterConfig={"Delay": 1})
    assert of(s3, two) == others
