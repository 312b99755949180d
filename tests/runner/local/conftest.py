from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from springhead_runner import local

# Stands in for both handlers of the template. It notes what woke it, and enriches as the post-processor does.
HANDLER = """
import json, os, time
import boto3

SEEN = os.path.join(os.environ["TMPDIR"], "seen.jsonl")

def handler(event, context):
    if "Records" in event:
        return enrich(event["Records"])
    if "sleep" in event:
        time.sleep(event["sleep"])
    return {"event": event, "environment": dict(os.environ), "function": context.function_name}

def enrich(records):
    table = boto3.resource("dynamodb").Table(os.environ["DYNAMODB_TABLE"])
    for record in records:
        image = record["dynamodb"]["NewImage"]
        with open(SEEN, "a") as seen:
            seen.write(json.dumps([record["eventName"], image["name"]["S"]]) + "\\n")
        keys = {name: value["S"] for name, value in record["dynamodb"]["Keys"].items()}
        member, value = ("error", "broken") if image["name"]["S"] == "fails" else ("processed", True)
        table.update_item(
            Key=keys,
            UpdateExpression="SET #m.#f = :v",
            ExpressionAttributeNames={"#m": "metadata", "#f": member},
            ExpressionAttributeValues={":v": value},
        )
"""


@pytest.fixture(scope="session")
def trivial_zip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("zip") / "trivial.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for package in ("scrape", "enrich"):
            archive.writestr(f"springhead_runner/{package}/handler.py", HANDLER)
    return path


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory, trivial_zip: Path) -> Iterator[local.Instance]:
    """Embedded AWS with the committed template and the trivial handler; the host has a secret and a profile."""
    host = pytest.MonkeyPatch()
    host.setenv("MARKER_SECRET", "do-not-leak")
    host.setenv("AWS_SECRET_ACCESS_KEY", "do-not-leak")
    host.setenv("AWS_PROFILE", "no-such-profile")
    host.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    host.setenv("PYTHONPATH", os.devnull)
    instance = local.start(tmp_path_factory.mktemp("home"), log=lambda line: None)
    try:
        outputs = local.deploy(instance.endpoint, trivial_zip, parameters={"StreamMaxAgeSeconds": "60"})
        yield local.Instance(instance.home, instance.pid, instance.started, instance.port, outputs)
    finally:
        local.stop(instance)
        host.undo()
