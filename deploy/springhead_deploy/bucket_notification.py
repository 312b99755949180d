"""A custom resource: one notification of a bucket that is not the stack's own.

S3 takes a bucket's configuration as a whole. This reads it, exchanges the entry with our id and writes it back: what
others have set up stays. It stands in the template as it is, so it needs nothing but Lambda's runtime.
"""

import json
import time
import urllib.request
from typing import Any

import boto3
from botocore.config import Config

LISTS = ("LambdaFunctionConfigurations", "QueueConfigurations", "TopicConfigurations")


def handler(event: Any, context: Any) -> None:
    """Do what CloudFormation asks for, and answer in any case, for it waits."""
    wanted = event.get("ResourceProperties", {})
    answer = {name: event.get(name) for name in ("StackId", "RequestId", "LogicalResourceId")}
    # With another bucket this is another resource: CloudFormation then deletes the one before.
    name = f"{wanted.get('Bucket')}/{wanted.get('Id')}"
    answer["PhysicalResourceId"] = event.get("PhysicalResourceId", name)
    try:
        remove = event["RequestType"] == "Delete"
        change(wanted, remove)
        answer["Status"] = "SUCCESS"
        if not remove:
            answer["PhysicalResourceId"] = name
    except Exception as error:
        answer.update(Status="FAILED", Reason=f"notification {name}: {type(error).__name__}: {error}"[:1000])
    print(json.dumps(answer))
    send(event["ResponseURL"], json.dumps(answer).encode())


def change(wanted: Any, remove: bool) -> None:
    """Take our entry out of the bucket's configuration, and put the wanted one in."""
    config = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 3})
    s3: Any = boto3.client("s3", config=config)
    where = {"Bucket": wanted["Bucket"], "ExpectedBucketOwner": wanted["Account"]}
    try:
        found = s3.get_bucket_notification_configuration(**where)
    except s3.exceptions.ClientError as error:
        if remove and error.response["Error"]["Code"] == "NoSuchBucket":
            return
        raise
    found.pop("ResponseMetadata", None)
    own = {
        "Id": wanted["Id"],
        "LambdaFunctionArn": wanted["Function"],
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "suffix", "Value": wanted["Suffix"]}]}},
    }

    def is_ours(entry: Any) -> bool:
        # A stack that made the bucket has left the same with another id; S3 takes no second one.
        return entry.get("Id") == own["Id"] or (not remove and what(entry) == what(own))

    kept = {name: [entry for entry in found.get(name, []) if not is_ours(entry)] for name in LISTS}
    if remove and all(len(kept[name]) == len(found.get(name, [])) for name in LISTS):
        return
    if not remove:
        kept[LISTS[0]].append(own)
    # Validation would send a test message to others' queues, and refuse all where one of those is gone.
    s3.put_bucket_notification_configuration(
        **where,
        NotificationConfiguration={name: value for name, value in {**found, **kept}.items() if value != []},
        SkipDestinationValidation=True,
    )


def what(entry: Any) -> Any:
    """An entry without its id. S3 gives names of rules a capital."""
    rules = entry.get("Filter", {}).get("Key", {}).get("FilterRules", [])
    filters = sorted((rule["Name"].lower(), rule["Value"]) for rule in rules)
    return entry.get("LambdaFunctionArn"), sorted(entry["Events"]), filters


def send(url: str, body: bytes) -> None:
    """Answer at the address that CloudFormation has signed, without a type of content."""
    request = urllib.request.Request(url, data=body, method="PUT", headers={"Content-Type": ""})  # noqa: S310
    for pause in (1, 3, 0):
        try:
            urllib.request.urlopen(request, timeout=10).close()  # noqa: S310
            return
        except OSError:
            if not pause:
                raise
            time.sleep(pause)
