"""The gate against a stack on embedded AWS, with simulated sources: green, and each step broken by one thing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from springhead.cli import main
from springhead.settings import load_settings
from springhead_demo.simulator import Simulator, generate_people
from springhead_runner import local
from springhead_runner.cli.target import OUTPUTS
from springhead_runner.golive.gate import probe_time
from springhead_runner.golive.quality import tolerated
from springhead_runner.golive.record import Records
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.entries import EntryStore
from springhead_runner.stores.values import decode_item, encode_item

pytestmark = pytest.mark.embedded

PEOPLE = 8
RULE = "celebrity-weekly-scrape"
SECRETS = {
    "TMDB_TOKEN": "a", "GOOGLE_API_KEY": "b", "GOOGLE_CSE_ID": "c", "YOUTUBE_API_KEY": "d", "NEWSAPI_KEY": "e",
    "INSTAGRAM_ACCESS_TOKEN": "f", "INSTAGRAM_USER_ID": "17841400000000000", "THREADS_ACCESS_TOKEN": "g",
}  # fmt: skip
Gate = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """One deployment for all of these tests, with its clients, its home and a real entry that no gate may touch."""
    home = tmp_path_factory.mktemp("golive")
    people = list(generate_people(PEOPLE, seed=5))
    with Simulator(people, seed=1) as simulator:
        instance = local.up(
            home / "embedded",
            log=lambda line: None,
            parameters={"Upstream": simulator.url, "RateScale": "1000"},
            environment={"LAMBDA_ASYNC_RETRY_BASE_SECONDS": "0.2"},
        )
        try:
            names = {setting: instance.outputs[output] for setting, output in OUTPUTS.items()}
            aws = Aws(load_settings(endpoint=instance.endpoint, stage="prod", home=home).model_copy(update=names))
            for name, value in SECRETS.items():
                aws.ssm.put_parameter(Name=f"/springhead/prod/{name}", Value=value, Type="SecureString")
            (home / "list.json").write_text(json.dumps(people))
            assert main(["--endpoint", instance.endpoint, "-q", "seed", str(home / "list.json")]) == 0
            yield SimpleNamespace(
                aws=aws, home=home, simulator=simulator, people=people, instance=instance,
                functions=aws.client("lambda"), events=aws.client("events"),
            )  # fmt: skip
        finally:
            local.down(home / "embedded")


@pytest.fixture
def gate(
    stack: SimpleNamespace, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Gate]:
    """Run the gate; the ticket is printed where a test fails."""
    monkeypatch.setenv("SPRINGHEAD_UPSTREAM", stack.simulator.url)
    monkeypatch.setenv("SPRINGHEAD_RATE_SCALE", "1000")
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str, code: int = 0, within: str = "60") -> dict[str, Any]:
        capfdbinary.readouterr()
        limits = ["--subjects", str(PEOPLE), "--patience", "120", "--within", within]
        try:
            ended = main(["--endpoint", stack.instance.endpoint, "golive", *limits, *arguments, "--json"])
        except SystemExit as error:
            ended = int(error.code or 0)
        out, err = capfdbinary.readouterr()
        found: dict[str, Any] = json.loads(out) if out else json.loads(err)
        assert ended == code, (ended, found.get("cause"), found, err.decode())
        return found

    yield run


def lines(result: dict[str, Any], state: str) -> list[str]:
    return [line["text"] for line in result["steps"] if line["state"] == state]


def items(aws: Aws, table: str) -> list[dict[str, Any]]:
    found = aws.dynamodb.scan(TableName=table)
    assert "LastEvaluatedKey" not in found
    return [decode_item(item) for item in found["Items"]]


def entries(aws: Aws) -> list[str]:
    return [i["source_type#timestamp"] for i in items(aws, aws.settings.table) if "subject_type" not in i]


def objects(aws: Aws, bucket: str | None, prefix: str = "") -> list[str]:
    return [one["Key"] for one in aws.s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])]


def test_green_enables_what_it_proved_and_leaves_nothing_behind(stack: SimpleNamespace, gate: Gate, kit: Any) -> None:
    aws = stack.aws
    person = stack.people[0]["celebrity_id"]
    real = kit.entry(person, metadata={**kit.entry()["metadata"], "processed": True})
    aws.dynamodb.put_item(TableName=aws.settings.table, Item=encode_item(real))
    result = gate("--enable")
    assert result["green"] and result["cleaned"] and "failed" not in result
    # A cycle over everybody and every source type, counted: nothing is lost on the way.
    (told,) = [line for line in lines(result, "ok") if "source types" in line]
    assert told.startswith(f"{PEOPLE} active celebrities × 7 source types")
    spreads = [line for line in lines(result, "ok") if "of each other" in line]
    assert len(spreads) == 2 and all("START lines of CloudWatch Logs" in line for line in spreads)
    assert len([line for line in lines(result, "ok") if "attribute_exists would say" in line]) == 2
    assert any(line.startswith("tmdb: weight 0.") and "neutral" in line for line in lines(result, "ok"))
    assert any("seed 1's query patterns" in line for line in lines(result, "ok"))
    unchecked = " ".join(lines(result, "not checked here"))
    assert "point-in-time recovery" in unchecked and "roles" in unchecked and "EventBridge fires" in unchecked
    # All rules of proved functions are on; those of sources with lists of their own are not.
    states = {rule["Name"]: rule["State"] for rule in stack.events.list_rules()["Rules"]}
    assert {states[name] for name in result["enabled"]} == {"ENABLED"} and RULE in result["enabled"]
    assert states["instagram-posts-weekly"] == "DISABLED" and "instagram-posts-weekly" not in result["enabled"]
    # Exactly the probes are gone.
    assert entries(aws) == [real["source_type#timestamp"]]
    assert EntryStore(aws).get(person, real["source_type#timestamp"]) == real
    left = {item["PK"].partition("#")[0] for item in items(aws, aws.settings.operations_table)}
    assert not left & {"EXECUTION", "SOURCE"} and "GOLIVE" in left
    assert objects(aws, aws.settings.backup_bucket, "celebrity/") == []
    assert objects(aws, aws.settings.dead_letter_bucket) == []
    (record,) = Records(aws).latest(1)
    assert record["green"] and set(result["enabled"]) == set(record["rules"]) and record["cleaned"]


@contextmanager
def without_target(stack: SimpleNamespace) -> Iterator[None]:
    targets = stack.events.list_targets_by_rule(Rule=RULE)["Targets"]
    news = [target for target in targets if target["Id"] == "scraper-news"]
    stack.events.remove_targets(Rule=RULE, Ids=["scraper-news"])
    yield
    stack.events.put_targets(Rule=RULE, Targets=news)


@contextmanager
def without_rule(stack: SimpleNamespace) -> Iterator[None]:
    targets = stack.events.list_targets_by_rule(Rule=RULE)["Targets"]
    stack.events.remove_targets(Rule=RULE, Ids=[target["Id"] for target in targets])
    stack.events.delete_rule(Name=RULE)
    yield
    stack.events.put_rule(Name=RULE, ScheduleExpression="cron(0 2 ? * SUN *)", State="DISABLED")
    stack.events.put_targets(Rule=RULE, Targets=targets)


@contextmanager
def other_cron(stack: SimpleNamespace) -> Iterator[None]:
    stack.events.put_rule(Name=RULE, ScheduleExpression="cron(0 2 ? * MON *)", State="DISABLED")
    yield
    stack.events.put_rule(Name=RULE, ScheduleExpression="cron(0 2 ? * SUN *)", State="DISABLED")


@contextmanager
def no_dead_letters(stack: SimpleNamespace) -> Iterator[None]:
    targets = stack.events.list_targets_by_rule(Rule=RULE)["Targets"]
    bare = [{k: v for k, v in target.items() if k != "DeadLetterConfig"} for target in targets]
    stack.events.put_targets(Rule=RULE, Targets=bare)
    yield
    stack.events.put_targets(Rule=RULE, Targets=targets)


@contextmanager
def no_permission(stack: SimpleNamespace) -> Iterator[None]:
    policy = json.loads(stack.functions.get_policy(FunctionName="scraper-tmdb")["Policy"])
    for statement in policy["Statement"]:
        stack.functions.remove_permission(FunctionName="scraper-tmdb", StatementId=statement["Sid"])
    yield
    stack.functions.add_permission(
        FunctionName="scraper-tmdb", StatementId="again", Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com", SourceArn=f"arn:aws:events:us-east-1:000000000000:rule/{RULE}",
    )  # fmt: skip


@contextmanager
def mapping_off(stack: SimpleNamespace) -> Iterator[None]:
    (mapping,) = stack.functions.list_event_source_mappings(FunctionName="post-processor")["EventSourceMappings"]
    stack.functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    yield
    stack.functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


@contextmanager
def wrong_handler(stack: SimpleNamespace, function: str) -> Iterator[None]:
    right = stack.functions.get_function_configuration(FunctionName=function)["Handler"]
    stack.functions.update_function_configuration(FunctionName=function, Handler="springhead_runner.nowhere.handler")
    yield
    stack.functions.update_function_configuration(FunctionName=function, Handler=right)


@contextmanager
def other_table(stack: SimpleNamespace) -> Iterator[None]:
    variables = stack.functions.get_function_configuration(FunctionName="scraper-tmdb")["Environment"]["Variables"]
    changed = {**variables, "DYNAMODB_TABLE": "somewhere-else"}
    stack.functions.update_function_configuration(FunctionName="scraper-tmdb", Environment={"Variables": changed})
    yield
    stack.functions.update_function_configuration(FunctionName="scraper-tmdb", Environment={"Variables": variables})


@contextmanager
def short_retention(stack: SimpleNamespace) -> Iterator[None]:
    queue = stack.aws.settings.dead_letter_queue
    stack.aws.sqs.set_queue_attributes(QueueUrl=queue, Attributes={"MessageRetentionPeriod": "345600"})
    yield
    stack.aws.sqs.set_queue_attributes(QueueUrl=queue, Attributes={"MessageRetentionPeriod": "604800"})


@pytest.mark.parametrize(
    ("broken", "step", "cause", "remedy"),
    [
        (without_rule, "2 ", f"there is no rule {RULE}", "deploy"),
        (without_target, "2 ", f"{RULE} lacks target scraper-news", "deploy"),
        (other_cron, "2 ", f"{RULE} has cron(0 2 ? * MON *)", "deploy"),
        (no_dead_letters, "2 ", "its dead letters do not go to celebrity-scraper-dlq", "deploy"),
        (no_permission, "2 ", "may not invoke scraper-tmdb", "deploy"),
        (other_table, "3 ", "scraper-tmdb writes to somewhere-else, not to celebrity-database", "deploy"),
        (short_retention, "3 ", "it keeps for 345600 seconds", "deploy"),
        (mapping_off, "4 ", "is Disabled", "update-event-source-mapping"),
    ],
)
def test_what_is_not_as_it_must_be_stops_the_gate_before_anything_runs(
    stack: SimpleNamespace, gate: Gate, broken: Any, step: str, cause: str, remedy: str
) -> None:
    asked = stack.simulator.stats()
    with broken(stack):
        result = gate("--enable", code=1)
    assert not result["green"] and result["enabled"] == []
    assert result["failed"].startswith(step) and cause in result["cause"] and remedy in result["remedy"]
    assert stack.simulator.stats() == asked
    assert result["steps"][-1]["state"] == "FAILED"


def test_a_broken_function_is_named_with_its_own_words(stack: SimpleNamespace, gate: Gate) -> None:
    with wrong_handler(stack, "scraper-news"):
        result = gate(code=3)
    assert result["failed"].startswith("5 ")
    assert "scraper-news failed" in result["cause"] and "nowhere" in result["cause"]
    assert result["remedy"].startswith("read the log /aws/lambda/scraper-news")
    assert result["cleaned"] and not [key for key in entries(stack.aws) if "#20" in key and "#2025" not in key]


def test_a_source_that_shuts_us_out_stops_the_gate(stack: SimpleNamespace, gate: Gate) -> None:
    stack.simulator.switch("api.themoviedb.org", "forbidden")
    try:
        result = gate(code=3)
    finally:
        stack.simulator.switch("api.themoviedb.org", None)
    assert result["failed"].startswith("5 ") and result["cause"].startswith("tmdb gives nothing that can be used")
    assert "springhead run tmdb" in result["remedy"] and result["cleaned"]
    assert objects(stack.aws, stack.aws.settings.dead_letter_bucket) == []  # the probe's letter went with it


def test_entries_that_nobody_enriches_stop_the_gate(stack: SimpleNamespace, gate: Gate) -> None:
    with wrong_handler(stack, "post-processor"):
        result = gate(code=1, within="3")
    assert "post-processor enriches" in result["failed"]
    assert result["cause"].startswith("0 of ") and "nothing says why" in result["cause"]
    exists = result["cause"].partition("attribute_exists would say ")[2].partition(")")[0]
    assert int(exists) > 0  # NULL exists: seed 2's own check would have been green
    assert "post-processor" in result["remedy"] and result["cleaned"]


def test_fewer_records_than_wanted_stop_the_gate(gate: Gate) -> None:
    result = gate("--subjects", "100", code=1)
    assert result["failed"].startswith("1 ") and result["cause"].endswith(
        f"has {PEOPLE} metadata records, 100 are wanted"
    )
    assert "springhead seed" in result["remedy"]


def test_a_killed_gates_probes_are_removed_later(stack: SimpleNamespace, gate: Gate, kit: Any) -> None:
    aws, at = stack.aws, probe_time("cycle", kit.QuickClock().now())
    left = {**kit.entry(stack.people[1]["celebrity_id"]), "source_type#timestamp": f"tmdb#{at}", "timestamp": at}
    left["metadata"] = {**left["metadata"], "processed": True}
    aws.dynamodb.put_item(TableName=aws.settings.table, Item=encode_item(left))
    Records(aws).begin("2026-11-20T03:04:00Z", [at])
    assert f"tmdb#{at}" in entries(aws)
    assert gate("--clean") == {"cleaned": 1}
    assert f"tmdb#{at}" not in entries(aws) and gate("--clean") == {"cleaned": 0}


def test_a_rehearsal_writes_into_its_own_table_and_proves_no_rule(stack: SimpleNamespace, gate: Gate) -> None:
    before = sorted(entries(stack.aws))
    result = gate("--table", "celebrity-database-test")
    assert result["green"] and result["rules"] == [] and result["enabled"] == []
    assert any("attribute_exists would say" in line for line in lines(result, "ok"))
    assert any("run without --table" in line for line in lines(result, "not checked here"))
    assert sorted(entries(stack.aws)) == before
    assert "celebrity-database-test" not in stack.aws.dynamodb.list_tables()["TableNames"]
    refused = gate("--table", "celebrity-database-test", "--enable", code=2)
    assert refused["error"] == "ConfigError" and "may write to the deployed table only" in refused["message"]
    assert gate("--table", "celebrity-database", code=2)["message"] == "celebrity-database is the real table"
    for wrong in (["--table", "bad name!"], ["--subjects", "0"], ["--within", "nan"], ["--patience", "-1"]):
        assert gate(*wrong, code=2)["message"].startswith("--")


@pytest.mark.parametrize(
    ("unenriched", "expected", "holds"),
    [(0, 0, True), (0, 3, True), (9, 400, True), (10, 400, False), (1, 40, False), (1, 41, True), (249, 10_000, True),
     (250, 10_000, False)],
)  # fmt: skip
def test_fewer_than_ten_of_four_hundred_in_proportion(unenriched: int, expected: int, holds: bool) -> None:
    assert tolerated(unenriched, expected) is holds


def test_the_help_says_what_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["golive", "--help"])
    told = capsys.readouterr().out
    assert "lambda:InvokeFunction" in told and "events:" in told and "springhead golive --enable" in told
