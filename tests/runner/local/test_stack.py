from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from springhead.errors import ConfigError, Unavailable
from springhead_runner import local
from springhead_runner.local import stack

pytestmark = pytest.mark.embedded

T = "2025-11-07T17:20:00Z"


def entry(celebrity_id: str, name: str, *, sha: str = "1", **metadata: Any) -> dict[str, Any]:
    return {
        "celebrity_id": {"S": celebrity_id},
        "source_type#timestamp": {"S": f"tmdb#{T}"},
        "name": {"S": name},
        "source": {"S": "https://api.themoviedb.org/3/search/person"},
        "timestamp": {"S": T},
        "raw_text": {"S": "{}"},
        "weight": {"NULL": True},
        "sentiment": {"NULL": True},
        "metadata": {
            "M": {"processed": {"BOOL": False}, "error": {"NULL": True}, "raw_sha256": {"S": sha}, **metadata}
        },
    }


def wait_for(get: Callable[[], Any], wanted: Any, seconds: float = 20.0) -> Any:
    deadline = time.monotonic() + seconds
    while (got := get()) != wanted and time.monotonic() < deadline:
        time.sleep(0.1)
    return got


def seen(instance: local.Instance) -> list[list[str]]:
    path = instance.work_dir / "tmp" / "seen.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_the_committed_template_deploys_with_the_seeds_names(embedded: local.Instance) -> None:
    outputs = embedded.outputs
    assert outputs["TableName"] == "celebrity-database"
    assert outputs["OperationsTableName"] == "seattle-scraping-operations"
    assert outputs["DeadLetterQueueUrl"] == f"{embedded.endpoint}/{local.ACCOUNT}/celebrity-scraper-dlq"
    assert outputs["RawBucketName"] == f"springhead-raw-{local.ACCOUNT}-{local.REGION}"
    table = local.client("dynamodb", embedded.endpoint).describe_table(TableName="celebrity-database")["Table"]
    assert {index["IndexName"] for index in table["GlobalSecondaryIndexes"]} == {
        "name-index",
        "source-index",
        "subject-index",
    }
    rule = local.client("events", embedded.endpoint).describe_rule(Name="celebrity-weekly-scrape")
    assert (rule["ScheduleExpression"], rule["State"]) == ("cron(0 2 ? * SUN *)", "DISABLED")
    functions = local.client("lambda", embedded.endpoint).list_functions()["Functions"]
    assert {function["FunctionName"] for function in functions} >= {
        "post-processor",
        "scraper-tmdb",
        "scraper-wikipedia",
    }


def test_a_function_runs_and_sees_nothing_of_the_host(embedded: local.Instance) -> None:
    answer = local.client("lambda", embedded.endpoint).invoke(FunctionName="scraper-tmdb", Payload=b'{"time": "now"}')
    result = json.loads(answer["Payload"].read())
    assert (result["function"], result["event"]) == ("scraper-tmdb", {"time": "now"})
    environment = result["environment"]
    assert "do-not-leak" not in json.dumps(environment)
    assert not {"MARKER_SECRET", "AWS_PROFILE", "HTTP_PROXY", "PYTHONPATH", "VIRTUAL_ENV"} & environment.keys()
    assert environment["AWS_ENDPOINT_URL"] == embedded.endpoint
    assert environment["SPRINGHEAD_SOURCE"] == "tmdb"
    assert environment["DYNAMODB_TABLE"] == "celebrity-database"
    assert Path(environment["HOME"]).is_relative_to(embedded.work_dir)


def test_only_what_nobody_enriched_wakes_the_post_processor(embedded: local.Instance) -> None:
    dynamodb = local.client("dynamodb", embedded.endpoint)

    def put(item: dict[str, Any]) -> None:
        dynamodb.put_item(TableName="celebrity-database", Item=item)

    put(entry("celeb_001", "new"))
    assert wait_for(lambda: seen(embedded), [["INSERT", "new"]]) == [["INSERT", "new"]]
    # The handler's own update set `processed`. New content of the same run resets it.
    put(entry("celeb_001", "new again", sha="2"))
    put(entry("celeb_002", "fails"))
    put(entry("celeb_003", "already enriched", processed={"BOOL": True}))
    put(entry("celeb_004", "failed before", error={"S": "broken"}))
    subject = {"celebrity_id": {"S": "celeb_005"}, "source_type#timestamp": {"S": "metadata#2025-01-01T00:00:00Z"}}
    put({**subject, "name": {"S": "subject"}, "subject_type": {"S": "celebrity"}})
    dynamodb.delete_item(
        TableName="celebrity-database",
        Key={"celebrity_id": {"S": "celeb_003"}, "source_type#timestamp": {"S": f"tmdb#{T}"}},
    )
    put(entry("celeb_006", "last"))
    wanted = [["INSERT", "new"], ["MODIFY", "new again"], ["INSERT", "fails"], ["INSERT", "last"]]
    assert wait_for(lambda: seen(embedded), wanted) == wanted

    def is_enriched() -> bool:
        key = {"celebrity_id": {"S": "celeb_006"}, "source_type#timestamp": {"S": f"tmdb#{T}"}}
        item = dynamodb.get_item(TableName="celebrity-database", Key=key, ConsistentRead=True)["Item"]
        return bool(item["metadata"]["M"]["processed"]["BOOL"])

    assert wait_for(is_enriched, True)
    # The handler's own writes come after all others in the stream: two passes of the poller (1 s each) without a call.
    time.sleep(2.5)
    assert seen(embedded) == wanted


def test_indexes_leave_the_raw_text_out(embedded: local.Instance) -> None:
    dynamodb = local.client("dynamodb", embedded.endpoint)
    dynamodb.put_item(TableName="celebrity-database", Item=entry("celeb_101", "周潤發", processed={"BOOL": True}))
    found = dynamodb.query(
        TableName="celebrity-database",
        IndexName="name-index",
        KeyConditionExpression="#n = :n",
        ExpressionAttributeNames={"#n": "name"},
        ExpressionAttributeValues={":n": {"S": "周潤發"}},
    )["Items"]
    assert [item["celebrity_id"]["S"] for item in found] == ["celeb_101"]
    assert "raw_text" not in found[0] and {"metadata", "weight", "source", "timestamp"} <= found[0].keys()


def test_deploying_again_changes_what_changed_and_keeps_the_data(embedded: local.Instance, trivial_zip: Path) -> None:
    functions = local.client("lambda", embedded.endpoint)
    dynamodb = local.client("dynamodb", embedded.endpoint)
    key = {"celebrity_id": {"S": "celeb_201"}, "source_type#timestamp": {"S": f"tmdb#{T}"}}
    dynamodb.put_item(TableName="celebrity-database", Item=entry("celeb_201", "stays", processed={"BOOL": True}))
    for upstream in ("http://127.0.0.1:8080", "http://127.0.0.1:8080", ""):
        outputs = local.deploy(embedded.endpoint, trivial_zip, parameters={"Upstream": upstream})
        variables = functions.get_function_configuration(FunctionName="scraper-tmdb")["Environment"]["Variables"]
        assert variables["SPRINGHEAD_UPSTREAM"] == upstream
        assert outputs == embedded.outputs
    assert "Item" in dynamodb.get_item(TableName="celebrity-database", Key=key)


def test_a_later_template_adds_what_is_new(embedded: local.Instance, trivial_zip: Path, tmp_path: Path) -> None:
    template = json.loads(stack.template_path().read_text())
    template["Resources"]["Another"] = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "another"}}
    changed = tmp_path / "template.json"
    changed.write_text(json.dumps(template))
    local.deploy(embedded.endpoint, trivial_zip, template=changed)
    urls = local.client("sqs", embedded.endpoint).list_queues()["QueueUrls"]
    assert any(url.endswith("/another") for url in urls)


def test_a_resource_that_cannot_be_made_is_named_with_the_reason(tmp_path: Path, trivial_zip: Path) -> None:
    broken = {"Broken": {"Type": "AWS::Logs::LogStream", "Properties": {"LogGroupName": "absent"}}}
    parameters = {name: {"Type": "String", "Default": ""} for name in ("CodeBucket", "CodeKey", "PythonRuntime")}
    template = tmp_path / "template.json"
    instance = local.start(tmp_path / "home", log=lambda line: None)
    try:
        template.write_text(json.dumps({"Parameters": parameters, "Resources": broken}))
        with pytest.raises(ConfigError, match=r"Broken \(AWS::Logs::LogStream\): .*absent") as caught:
            local.deploy(instance.endpoint, trivial_zip, template=template)
        assert "\n" not in caught.value.message
        # A stack that never came up does not stand in the way of the next try.
        assert local.deploy(instance.endpoint, trivial_zip)["TableName"] == "celebrity-database"
    finally:
        local.stop(instance)


def test_a_dead_endpoint_is_unavailable(trivial_zip: Path) -> None:
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:9 does not answer"):
        local.deploy("http://127.0.0.1:9", trivial_zip)


def test_up_brings_the_real_zip_and_is_repeatable(tmp_path: Path) -> None:
    home = tmp_path / "home"
    said: list[str] = []
    instance = local.up(home, log=said.append, parameters={"Stage": "dev"})
    try:
        assert instance.outputs["TableName"] == "celebrity-database-dev"
        assert local.find(home) == instance
        again = local.up(home, log=said.append, parameters={"Stage": "dev"})
        assert (again.pid, again.outputs) == (instance.pid, instance.outputs)
        size = local.client("lambda", instance.endpoint).get_function(FunctionName="scraper-tmdb-dev")
        assert size["Configuration"]["CodeSize"] == (home / "lambda.zip").stat().st_size
    finally:
        assert local.down(home)


def test_two_commands_may_bring_the_same_home_up_at_once(tmp_path: Path) -> None:
    home, cache = tmp_path / "home", tmp_path / "cache"
    program = (
        "import sys, pathlib; from springhead_runner import local; "
        "i = local.up(pathlib.Path(sys.argv[1]), log=lambda line: None, cache=pathlib.Path(sys.argv[2])); "
        "print(i.pid, i.outputs['TableName'])"
    )
    command = [sys.executable, "-c", program, str(home), str(cache)]
    racers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        printed = {racer.communicate(timeout=60)[0] for racer in racers}
        running = local.find(home)
        assert running is not None and printed == {f"{running.pid} celebrity-database\n"}
        assert [racer.returncode for racer in racers] == [0, 0]
    finally:
        local.down(home)
