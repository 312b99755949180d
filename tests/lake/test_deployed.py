"""The deployed lake on embedded AWS: from a file in a bucket, through its trigger, to a row that can be queried.

One deployment for all tests. The bucket of restaurants is there before it, with a notification of somebody else's; the
bucket of posts is the stack's own.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from springhead.cli import main
from springhead_runner import local

pytestmark = pytest.mark.embedded

RESTAURANTS, POSTS = "instagram-scraper-backups-kishore", "instagram-post-scraper-backups-kishore"
LAKE, INGEST = "instagram-analytics-lake", "instagram-ingest-data"
#: Seconds for what takes a few; a cold start on a busy machine takes ten.
PATIENCE = 120.0


class Deployed:
    """The stack, and what its functions have said."""

    def __init__(self, endpoint: str, outputs: dict[str, str]) -> None:
        self.endpoint, self.outputs = endpoint, outputs
        self.s3: Any = local.client("s3", endpoint)
        self.sqs: Any = local.client("sqs", endpoint)
        self.functions: Any = local.client("lambda", endpoint)
        self._logs: Any = local.client("logs", endpoint)

    def put(self, bucket: str, key: str, content: str | bytes) -> None:
        body = content.encode() if isinstance(content, str) else content
        self.s3.put_object(Bucket=bucket, Key=key, Body=body)

    def keys(self, prefix: str, bucket: str = LAKE) -> list[str]:
        found = self.s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
        return [item["Key"] for item in found]

    def said(self) -> list[dict[str, Any]]:
        """Lines of the function's log group, without Lambda's own."""
        try:
            events = self._logs.filter_log_events(logGroupName=f"/aws/lambda/{INGEST}")["events"]
        except self._logs.exceptions.ResourceNotFoundException:
            return []
        return [json.loads(event["message"]) for event in events if event["message"].startswith("{")]

    def totals(self) -> list[dict[str, int]]:
        """Totals of all events that are done."""
        return [line["totals"] for line in self.said() if line["message"] == "event done"]

    def upload(self, *files: tuple[str, str, str | bytes]) -> dict[str, int]:
        """Put files, wait until each is dealt with; returns the sums."""
        before = len(self.totals())
        with ThreadPoolExecutor(len(files)) as pool:
            list(pool.map(lambda file: self.put(*file), files))
        wait_for(lambda: len(self.totals()) >= before + len(files))
        done = self.totals()[before:]
        assert len(done) == len(files)
        return {name: sum(one[name] for one in done) for name in done[0]}

    def query(self, sql: str, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
        capsys.readouterr()
        assert main(["--endpoint", self.endpoint, "lake", "query", sql, "--json"]) == 0
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    def snapshots(self, capsys: pytest.CaptureFixture[str]) -> list[str]:
        capsys.readouterr()
        assert main(["--endpoint", self.endpoint, "lake", "history", "--json"]) == 0
        return sorted(capsys.readouterr().out.splitlines())


def wait_for(found: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not found():
        assert time.monotonic() < end, f"not within {PATIENCE:.0f} s"
        time.sleep(0.2)


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    home: Path = tmp_path_factory.mktemp("deployed")
    instance = local.start(home, log=lambda line: None)
    try:
        s3, sqs = local.client("s3", instance.endpoint), local.client("sqs", instance.endpoint)
        s3.create_bucket(Bucket=RESTAURANTS)
        queue = sqs.create_queue(QueueName="somebody-elses")["QueueUrl"]
        others = {
            "Id": "somebody-elses",
            "QueueArn": "arn:aws:sqs:us-east-1:000000000000:somebody-elses",
            "Events": ["s3:ObjectCreated:*"],
        }
        s3.put_bucket_notification_configuration(
            Bucket=RESTAURANTS, NotificationConfiguration={"QueueConfigurations": [others]}
        )
        sqs.purge_queue(QueueUrl=queue)
        settings = {"ExistingRestaurantBackupBucket": RESTAURANTS}
        instance = local.up(home, log=lambda line: None, parameters=settings)
        yield Deployed(instance.endpoint, dict(instance.outputs))
    finally:
        local.stop(instance)


def test_existing_scraper_buckets_are_accessible(deployed: Deployed) -> None:
    """Checklist: `aws s3 ls instagram-scraper-backups-kishore` works."""
    names = {bucket["Name"] for bucket in deployed.s3.list_buckets()["Buckets"]}
    assert {RESTAURANTS, POSTS} <= names
    assert deployed.keys("", RESTAURANTS) == deployed.keys("", POSTS) == []
    # The one that was there keeps what it had, and tells the lake besides.
    found = deployed.s3.get_bucket_notification_configuration(Bucket=RESTAURANTS)
    assert [entry["Id"] for entry in found["QueueConfigurations"]] == ["somebody-elses"]
    (ours,) = found["LambdaFunctionConfigurations"]
    (own,) = deployed.s3.get_bucket_notification_configuration(Bucket=POSTS)["LambdaFunctionConfigurations"]
    assert ours.pop("Id") == "springhead-lake"
    del own["Id"]
    assert ours == own
    assert ours["LambdaFunctionArn"].endswith(f":function:{INGEST}") and ours["Events"] == ["s3:ObjectCreated:*"]
    assert ours["Filter"]["Key"]["FilterRules"] == [{"Name": "suffix", "Value": ".csv"}]


def test_the_analytics_lake_bucket_is_created(deployed: Deployed) -> None:
    """Checklist: `aws s3 ls instagram-analytics-lake` works."""
    assert deployed.keys("") == []
    assert deployed.s3.get_bucket_versioning(Bucket=LAKE)["Status"] == "Enabled"
    assert deployed.outputs["LakeDatabaseName"] == "instagram_db"


def test_lambda_is_deployed(deployed: Deployed) -> None:
    """Checklist: the function is visible."""
    found = deployed.functions.get_function_configuration(FunctionName=INGEST)
    assert found["Role"].endswith(":role/instagram-ingest-lambda-role")
    assert (found["MemorySize"], found["Timeout"]) == (3072, 300)
    assert deployed.outputs["InstagramIngestDataName"] == INGEST


def test_a_restaurant_backup_triggers_lambda(deployed: Deployed, kit: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Checklist: upload to the bucket of restaurants, then logs; and the row can be queried."""
    two = kit.restaurants_file(kit.restaurant("A"), kit.restaurant("B", followers="17.7M"))
    done = deployed.upload((RESTAURANTS, "instagram_results_20260114_123006.csv", two))
    assert (done["loaded"], done["rows_read"], done["inserted"], done["observations"]) == (1, 2, 2, 2)
    found = deployed.query("SELECT restaurant_name, followers FROM restaurants ORDER BY 1", capsys)
    assert found == [
        {"restaurant_name": "A", "followers": "302K"},
        {"restaurant_name": "B", "followers": "17.7M"},
    ]
    # Somebody else was told, too.
    queue = deployed.sqs.get_queue_url(QueueName="somebody-elses")["QueueUrl"]
    (message,) = deployed.sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5)["Messages"]
    (record,) = json.loads(message["Body"])["Records"]
    assert record["s3"]["object"]["key"] == "instagram_results_20260114_123006.csv"


def test_a_post_backup_triggers_lambda_and_data_is_in_iceberg(
    deployed: Deployed, kit: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """Checklist: upload to the bucket of posts, then logs; a query returns rows."""
    two = kit.posts_file(kit.post("A1"), kit.post("B2", likes="17"))
    # The key is encoded in the event.
    done = deployed.upload((POSTS, "sauvegarde d'été/post_results_20260113_175319.csv", two))
    assert (done["loaded"], done["inserted"]) == (1, 2)
    found = deployed.query("SELECT post_id, creator, posted_date, likes FROM posts ORDER BY 1", capsys)
    assert found == [
        {"post_id": "A1", "creator": "someone", "posted_date": "2025-11-24", "likes": 5207},
        {"post_id": "B2", "creator": "someone", "posted_date": "2025-11-24", "likes": 17},
    ]
    tables = {key.split("/")[1] for key in deployed.keys("iceberg/")}
    assert tables == {"posts", "post_metrics", "restaurants", "restaurant_metrics"}


def test_the_same_file_twice_makes_no_duplicates_and_no_snapshot(
    deployed: Deployed, kit: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """Checklist: same file twice = no duplicates."""
    file = (POSTS, "post_results_20260115_080000.csv", kit.posts_file(kit.post("C3"), kit.post("C3")))
    first = deployed.upload(file)
    assert (first["inserted"], first["duplicate"]) == (1, 1)
    before = deployed.snapshots(capsys)
    again = deployed.upload(file)
    assert (again["loaded"], again["unchanged"], again["inserted"], again["updated"]) == (1, 1, 0, 0)
    assert deployed.snapshots(capsys) == before and len(before) >= 4
    assert deployed.query("SELECT count(*) AS rows FROM posts WHERE post_id = 'C3'", capsys) == [{"rows": 1}]


def test_a_bad_file_is_in_the_dlq_with_its_reason(deployed: Deployed) -> None:
    """Checklist: bad file moved to `instagram-analytics-lake/dlq/`; it also stays where it is (decision 23)."""
    name, bad = "post_results_20260116_000000.csv", b"no,header\r\n1,2\r\n"
    assert deployed.upload((POSTS, name, bad))["bad"] == 1
    (key,) = deployed.keys("dlq/")
    stamp, rest = key.removeprefix("dlq/")[:15], key.removeprefix("dlq/")[15:]
    assert rest == f"_{POSTS}_{name}" and stamp.replace("_", "").isdigit()
    kept = deployed.s3.get_object(Bucket=LAKE, Key=key)
    assert kept["Body"].read() == bad
    assert kept["Metadata"]["source_bucket"] == POSTS and "no column is recognised" in kept["Metadata"]["error"]
    assert name in deployed.keys("", POSTS)
    url = deployed.outputs["DeadLetterQueueUrl"]
    (message,) = deployed.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]
    letter = json.loads(message["Body"])
    assert (letter["kind"], letter["source"], letter["subject"]["key"]) == ("lake", "lake", name)


def test_bad_rows_lie_beside_and_the_good_ones_are_loaded(
    deployed: Deployed, kit: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "post_results_20260117_000000.csv"
    rows = kit.posts_file(kit.post("D4"), kit.post(""), kit.post("E5"))
    done = deployed.upload((POSTS, name, rows))
    assert (done["rows_read"], done["inserted"], done["rejected"]) == (3, 2, 1)
    (key,) = (key for key in deployed.keys("dlq/") if name in key)
    (rejected,) = deployed.s3.get_object(Bucket=LAKE, Key=key)["Body"].read().decode().splitlines()
    assert json.loads(rejected)["line"] == 3
    found = deployed.query("SELECT post_id FROM posts WHERE post_id IN ('D4', 'E5') ORDER BY 1", capsys)
    assert [row["post_id"] for row in found] == ["D4", "E5"]


def test_unknown_names_are_counted_and_left_and_other_suffixes_not_even_told(deployed: Deployed) -> None:
    letters, events = deployed.keys("dlq/"), len(deployed.totals())
    deployed.put(POSTS, "post_results_20260118_000000.txt", "no backup")
    done = deployed.upload((POSTS, "notes.csv", "a,b\r\n1,2\r\n"))
    assert (done["files"], done["unknown"], done["loaded"], done["bad"]) == (1, 1, 0, 0)
    assert "left alone: 'notes.csv' is no backup by its name" in [line["message"] for line in deployed.said()]
    assert deployed.keys("dlq/") == letters and len(deployed.totals()) == events + 1
    assert "notes.csv" in deployed.keys("", POSTS)


def test_files_that_land_at_once_are_loaded_once_each(
    deployed: Deployed, kit: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """They overlap, and are loaded by processes that know nothing of each other."""
    files = [
        (POSTS, f"post_results_2026020{day}_000000.csv", kit.posts_file(*(kit.post(f"F{n}") for n in range(day + 3))))
        for day in range(1, 4)
    ]
    done = deployed.upload(*files)
    assert (done["loaded"], done["rows_read"], done["observations"]) == (3, 15, 15)
    found = deployed.query("SELECT post_id, source_file FROM posts WHERE post_id LIKE 'F%' ORDER BY 1", capsys)
    # Each row is of the earliest file that has it.
    first = {0: 1, 1: 1, 2: 1, 3: 1, 4: 2, 5: 3}
    assert found == [
        {"post_id": f"F{n}", "source_file": f"post_results_2026020{day}_000000.csv"} for n, day in first.items()
    ]
    counted = deployed.query("SELECT count(*) AS rows FROM post_metrics WHERE post_id LIKE 'F%'", capsys)
    assert counted == [{"rows": 15}]


def test_upkeep_joins_files_and_changes_no_row(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    everything = [f"FROM {name} ORDER BY ALL" for name in ("posts", "post_metrics", "restaurants")]
    before = [deployed.query(sql, capsys) for sql in everything]
    answer = deployed.functions.invoke(FunctionName="instagram-lake-maintenance", Payload=b"{}")
    assert "FunctionError" not in answer
    found = {one["table"]: one for one in json.loads(answer["Payload"].read())["tables"]}
    assert found.keys() == {"posts", "post_metrics", "restaurants", "restaurant_metrics"}
    assert found["posts"]["compaction"]["files_before"] > 1 == found["posts"]["compaction"]["files_after"]
    # Nothing is old enough to be forgotten.
    assert all((one["expired_snapshots"], one["deleted_files"]) == (0, 0) for one in found.values())
    assert [deployed.query(sql, capsys) for sql in everything] == before
