"""Seed 2's cycle from the committed template through CloudFormation, on embedded AWS, untouched by hand.

One deployment: a schedule fires by itself, its four functions scrape 100 celebrities of the simulator in parallel, the
stream enriches, backups and reports lie where they should; and one run goes through the deployed work queue and its
mapping. What embedded AWS stores and ignores is proved elsewhere:

- stream mapping (retry limit, bisect, partial batch, window, record age, on-failure queue): on the template by
  ``tests/deploy/test_template.py``, ``test_the_seeds_and_decisions_are_kept``; driven against the real handler by
  ``test_fault_matrix_stream.py``, whose driver ``test_stream_driver.py`` holds against AWS's documentation;
- rule (retry policy, dead-letter queue): on the template by
  ``test_rules_deliver_as_seed_2_says_and_none_has_more_targets_than_aws_takes``; driven by
  ``test_fault_matrix_queue.py``, ``test_the_schedule_fires_and_the_function_fails_twice``;
- queue (visibility, redrive, partial batch), reserved and maximum concurrency: on the template by
  ``tests/deploy/test_generator.py``, ``test_workers_are_bounded_by_what_the_source_declares``; driven by
  ``test_fault_matrix_queue.py``;
- roles: ``tests/deploy/test_roles.py`` and ``test_iam.py``; alarms, dashboard, budget: ``tests/deploy/test_alarms.py``;
- ``cron(0 2 ? * SUN *)``: on the template; here the deployed rule is given ``rate(1 minute)``, its targets are its own.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from springhead.cli import main
from springhead.plugins import load_sources
from springhead.settings import load_settings
from springhead_contracts import keys, validate
from springhead_demo.simulator import Faults, Simulator, generate_people
from springhead_runner import local
from springhead_runner.cli.target import OUTPUTS
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.entries import SORT_KEY, EntryStore
from springhead_runner.stores.reports import Reports
from springhead_runner.stores.subjects import SubjectStore
from springhead_runner.stores.values import decode_item, encode_item

pytestmark = pytest.mark.embedded

RULE = "celebrity-weekly-scrape"
FUNCTIONS = ("scraper-tmdb", "scraper-wikipedia", "scraper-news", "scraper-social")
ACTIVE, RETIRED = 100, 3
#: T of the run that is split up; the schedule's own is of today.
SPLIT = "2025-11-09T02:00:00Z"
#: T at which each function is woken for one person before the rule fires: a cold start may take longer than a run.
WARM = "2000-01-02T02:00:00Z"
SECRETS = {
    "TMDB_TOKEN": "a", "NEWSAPI_KEY": "b", "INSTAGRAM_ACCESS_TOKEN": "c", "INSTAGRAM_USER_ID": "17841400000000001",
    "THREADS_ACCESS_TOKEN": "d",
}  # fmt: skip
FAULTS = Faults(
    server_error=0.02, truncated=0.01, malformed=0.02, namesakes=0.08, not_found=0.05, wrong_birth_date=0.05,
    alias_only=0.05, not_a_person=0.02, retry_after=0,
)  # fmt: skip
#: Seconds for what takes a fraction of it on a machine that has nothing else to do.
PATIENCE = 240.0


def wait_for(found: Callable[[], Any], what: str) -> Any:
    end = time.monotonic() + PATIENCE
    while not (result := found()):
        assert time.monotonic() < end, f"{what}: not within {PATIENCE:.0f} s"
        time.sleep(0.2)
    return result


class Deployed:
    """The stack, and what lies in it."""

    def __init__(self, aws: Aws, endpoint: str) -> None:
        self.aws, self.endpoint = aws, endpoint
        self.events, self.functions = (aws.client(name) for name in ("events", "lambda"))
        self.sources = [source.name for name in FUNCTIONS for source in load_sources(name.removeprefix("scraper-"))]

    def entries(self, at: str) -> list[dict[str, Any]]:
        """Entries of a T, as they are in the table."""
        store = EntryStore(self.aws)
        found = (item for subject in SubjectStore(self.aws).all() for item in store.of_celebrity(subject.id))
        return [item for item in found if item[SORT_KEY].endswith(f"#{at}") and item["timestamp"] == at]

    def object(self, url: str) -> bytes:
        bucket, _, key = url.removeprefix("s3://").partition("/")
        body: bytes = self.aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return body

    def operations(self, pk: str) -> list[dict[str, Any]]:
        answer = self.aws.dynamodb.query(
            TableName=self.aws.settings.operations_table,
            KeyConditionExpression="PK = :pk",
            ExpressionAttributeValues=encode_item({":pk": pk}),
        )
        return [decode_item(item) for item in answer["Items"]]

    def ended(self, source: str, at: str) -> dict[str, Any] | None:
        report = Reports(self.aws).get(keys.run_id(source, at))
        return report if report is not None and report["status"] != "in_progress" else None

    def springhead(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
        capsys.readouterr()
        assert main(["--endpoint", self.endpoint, "-q", *arguments, "--json"]) == 0
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    home = tmp_path_factory.mktemp("end-to-end")
    people = list(generate_people(ACTIVE + RETIRED, seed=5))
    for person in people[-RETIRED:]:
        person["is_active"] = False
    with Simulator(people, seed=1, faults=FAULTS) as simulator:
        settings = {"Upstream": simulator.url, "RateScale": "1000"}
        instance = local.up(home / "embedded", log=lambda line: None, parameters=settings)
        try:
            names = {setting: instance.outputs[output] for setting, output in OUTPUTS.items()}
            aws = Aws(load_settings(endpoint=instance.endpoint, stage="prod", home=home).model_copy(update=names))
            for name, value in SECRETS.items():
                aws.ssm.put_parameter(Name=f"/springhead/prod/{name}", Value=value, Type="SecureString")
            (home / "list.json").write_text(json.dumps(people))
            assert main(["--endpoint", instance.endpoint, "-q", "seed", str(home / "list.json")]) == 0
            made = Deployed(aws, instance.endpoint)
            # It fires about 65 s from now, at everything that comes before.
            made.events.put_rule(Name=RULE, ScheduleExpression="rate(1 minute)", State="ENABLED")
            for function in FUNCTIONS[1:]:
                order = {
                    "source": function.removeprefix("scraper-"),
                    "time": WARM,
                    "subjects": [people[0]["celebrity_id"]],
                }
                made.functions.invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(order).encode())
            yield made
        finally:
            local.down(home / "embedded")


@pytest.fixture(scope="module")
def cycle(deployed: Deployed) -> SimpleNamespace:
    """The scheduled run: once it has fired, it ends, and all that it stored is enriched."""

    def fired() -> str | None:
        times = {keys.parse_run_id(item["PK"].partition("#")[2])[1] for item in executions(deployed)}
        return max(times - {SPLIT, WARM}, default=None)

    at = wait_for(fired, f"rule {RULE} fires")
    # The whole cycle comes from the one event: the next minute's would only be in the way.
    deployed.events.put_rule(Name=RULE, ScheduleExpression="rate(1 minute)", State="DISABLED")
    reports = {
        source: wait_for(lambda source=source: deployed.ended(source, at), f"{source} ends")
        for source in deployed.sources
    }

    def enriched() -> list[dict[str, Any]]:
        found = deployed.entries(at)
        return found if all(item["metadata"]["processed"] or item["metadata"]["error"] for item in found) else []

    return SimpleNamespace(at=at, reports=reports, entries=wait_for(enriched, "all is enriched"))


def executions(deployed: Deployed) -> list[dict[str, Any]]:
    found = deployed.aws.dynamodb.scan(TableName=deployed.aws.settings.operations_table)
    assert "LastEvaluatedKey" not in found
    items = [decode_item(item) for item in found["Items"]]
    return [item for item in items if item["PK"].startswith("EXECUTION#") and item["SK"] == "RESULT"]


def test_a_run_goes_through_the_deployed_work_queue(deployed: Deployed) -> None:
    """Cut by the planner's own arithmetic into ten batches, done by workers, merged once."""
    pace = {"PK": "SOURCE#tmdb", "SK": "PACE", "requests_per_1000": 3000, "latency_ms": 18_600}
    operations = deployed.aws.settings.operations_table
    deployed.aws.dynamodb.put_item(TableName=operations, Item=encode_item(pace))
    order = json.dumps({"source": "tmdb", "time": SPLIT}).encode()
    answer = deployed.functions.invoke(FunctionName="scraper-tmdb", Payload=order)
    planned = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, planned
    # The same event once more, as EventBridge may deliver it.
    deployed.functions.invoke(FunctionName="scraper-tmdb", InvocationType="Event", Payload=order)
    report = wait_for(lambda: deployed.ended("tmdb", SPLIT), "the split run ends")
    assert (planned["batches"], planned["subjects"], report["batches"]) == (10, ACTIVE, 10)
    assert (report["status"], report["health"]) == ("completed", "healthy")
    assert (report["attempt_id"], report["lost"], report["skipped_inactive"]) == (planned["attempt_id"], 0, RETIRED)
    items = {item["SK"]: item for item in deployed.operations(f"EXECUTION#{report['run_id']}")}
    assert sorted(items) == [*(f"BATCH#{n:05}" for n in range(10)), "PLAN", "RESULT"]
    assert "merged_at" in items["PLAN"] and items["PLAN"]["ended"] == 10
    # Ten workers, each an invocation that the mapping made; the planner did none of it.
    workers = {items[f"BATCH#{n:05}"]["attempt_id"] for n in range(10)}
    assert len(workers) == 10 and planned["attempt_id"] not in workers
    entries = deployed.entries(SPLIT)
    assert len({item["celebrity_id"] for item in entries}) == len(entries) == report["written"]
    assert report["written"] == ACTIVE - report["not_found"] - report["deferred"] - report["dead_lettered"]
    assert [part.rpartition("/")[2] for part in parts_of(deployed, report)] == [f"part-{n:05}.csv" for n in range(10)]
    assert rows_of(deployed, report) == sorted(item["celebrity_id"] for item in entries)
    wait_for(lambda: queue_is_empty(deployed), "the work queue is empty")
    assert deployed.ended("tmdb", SPLIT) == report


def queue_is_empty(deployed: Deployed) -> bool:
    url = deployed.aws.sqs.get_queue_url(QueueName="scraper-tmdb-work")["QueueUrl"]
    counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = deployed.aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=counts)["Attributes"]
    return [found[name] for name in counts] == ["0", "0"]


def test_the_rule_fired_with_the_seeds_targets_and_one_t(deployed: Deployed, cycle: SimpleNamespace) -> None:
    targets = deployed.events.list_targets_by_rule(Rule=RULE)["Targets"]
    assert sorted(target["Id"] for target in targets) == sorted(FUNCTIONS)
    assert {report["time"] for report in cycle.reports.values()} == {cycle.at}
    # Nobody else invoked them: all reports of this T come of one invocation per function.
    attempts = {source: report["attempt_id"] for source, report in cycle.reports.items()}
    assert len(set(attempts.values())) == len(FUNCTIONS) and attempts["instagram"] == attempts["threads"]


def test_the_four_scrapers_ran_in_parallel(cycle: SimpleNamespace) -> None:
    """Every one had begun before the first had ended, by their own reports."""
    begun = {source: report["started_at"] for source, report in cycle.reports.items()}
    ended = {source: report["completed_at"] for source, report in cycle.reports.items()}
    assert max(begun.values()) <= min(ended.values()), (begun, ended)


def test_every_subject_of_every_source_is_accounted_for(deployed: Deployed, cycle: SimpleNamespace) -> None:
    """Expected = active × source types − not found − deferred − dead; and each figure by what lies in the stores."""
    by_source = Counter(item["metadata"]["source_type"] for item in cycle.entries)
    for source, report in cycle.reports.items():
        assert (report["status"], report["subjects"], report["lost"]) == ("completed", ACTIVE, 0), source
        assert report["skipped_inactive"] == RETIRED
        assert by_source[source] == report["written"] == report["items_stored"]
        assert by_source[source] == ACTIVE - report["not_found"] - report["deferred"] - report["dead_lettered"]
        assert validate("run_report", report) == []
    missing = [
        sum(report[name] for report in cycle.reports.values()) for name in ("not_found", "deferred", "dead_lettered")
    ]
    # Each of the three has happened, so the sum above says something.
    assert all(missing) and len(cycle.entries) == ACTIVE * len(deployed.sources) - sum(missing)
    assert len({(item["celebrity_id"], item[SORT_KEY]) for item in cycle.entries}) == len(cycle.entries)
    assert all(validate("scraper_entry", item) == [] for item in cycle.entries)


def test_dead_letters_are_those_of_the_reports(
    deployed: Deployed, cycle: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    letters = [one for one in deployed.springhead(capsys, "dlq", "list") if one.get("time") == cycle.at]
    assert {letter["kind"] for letter in letters} == {"scrape"}
    deferred = Counter(one["source"] for one in letters if one["error"]["name"] == "QuotaExceeded")
    dead = Counter(one["source"] for one in letters if one["error"]["name"] != "QuotaExceeded")
    told = {source: (report["deferred"], report["dead_lettered"]) for source, report in cycle.reports.items()}
    assert {source: (deferred[source], dead[source]) for source in told} == told
    # Whoever has a letter has no entry, and the other way round.
    stored = {(item["metadata"]["source_type"], item["celebrity_id"]) for item in cycle.entries}
    assert not stored & {(letter["source"], letter["subject_id"]) for letter in letters}
    # Only NewsAPI's hundred requests a day were too few.
    assert set(deferred) == {"news"}


def test_everything_is_enriched_by_the_stream(deployed: Deployed, cycle: SimpleNamespace) -> None:
    for item in cycle.entries:
        assert item["metadata"]["error"] is None
        assert 0.0 <= item["weight"] <= 1.0 and item["sentiment"] in {"positive", "negative", "neutral"}
    # Judged, each by its own text.
    assert len({item["sentiment"] for item in cycle.entries}) > 1 and len({i["weight"] for i in cycle.entries}) > 5
    mappings = deployed.functions.list_event_source_mappings(FunctionName="post-processor")["EventSourceMappings"]
    assert [mapping["State"] for mapping in mappings] == ["Enabled"]


def parts_of(deployed: Deployed, report: dict[str, Any]) -> dict[str, bytes]:
    """Key of each part → its bytes, held against the manifest."""
    backup = report["backup"]
    manifest = json.loads(deployed.object(backup["manifest"]))
    assert (manifest["run_id"], manifest["attempt_id"]) == (report["run_id"], report["attempt_id"])
    bucket = backup["manifest"].removeprefix("s3://").partition("/")[0]
    found = {part["key"]: deployed.object(f"s3://{bucket}/{part['key']}") for part in manifest["parts"]}
    listed = deployed.aws.s3.list_objects_v2(Bucket=bucket, Prefix=backup["prefix"].partition(f"{bucket}/")[2])
    assert sorted(found) == sorted(one["Key"] for one in listed["Contents"] if one["Key"].endswith(".csv"))
    for part in manifest["parts"]:
        body = found[part["key"]]
        assert (part["bytes"], part["sha256"]) == (len(body), hashlib.sha256(body).hexdigest())
    assert (len(found), sum(map(len, found.values()))) == (backup["parts"], backup["bytes"])
    return found


def rows_of(deployed: Deployed, report: dict[str, Any]) -> list[str]:
    """Subjects of the backup's rows, sorted."""
    rows = [
        row
        for body in parts_of(deployed, report).values()
        for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    ]
    assert len(rows) == report["backup"]["rows"]
    assert {row["timestamp"] for row in rows} <= {report["time"]}
    return sorted(row["celebrity_id"] for row in rows)


def test_the_backup_holds_exactly_what_was_stored(deployed: Deployed, cycle: SimpleNamespace) -> None:
    for source, report in cycle.reports.items():
        stored = [item["celebrity_id"] for item in cycle.entries if item["metadata"]["source_type"] == source]
        assert rows_of(deployed, report) == sorted(stored), source


def test_the_history_tells_both_runs(
    deployed: Deployed, cycle: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    told = deployed.springhead(capsys, "runs", "tmdb")
    assert told[0]["timestamp"] == cycle.at and told[0]["new_items"] == cycle.reports["tmdb"]["written"]
    assert {run["timestamp"] for run in told} <= {cycle.at, SPLIT}
