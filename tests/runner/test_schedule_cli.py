"""`schedule` on a small stack of its own on embedded AWS."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from springhead.cli import main
from springhead_contracts import keys
from springhead_runner.cron import Cron
from springhead_runner.golive.record import Records
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.history import History

pytestmark = pytest.mark.embedded

RULES = {"weekly": "cron(0 2 ? * SUN *)", "daily": "cron(15 8 * * ? *)", "sweep": "rate(1 hour)"}


@pytest.fixture
def stack(fresh: Callable[..., Aws], monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """Three rules in a stack, and one that is not of it."""
    stage = f"s{uuid.uuid4().hex[:8]}"
    aws = fresh(stage=stage)
    functions, events, formation = aws.client("lambda"), aws.client("events"), aws.client("cloudformation")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("module.py", "def handler(event, context): return event")
    arns = {}
    role = "arn:aws:iam::000000000000:role/any"
    for name in (f"scraper-tmdb-{stage}", f"sweep-{stage}"):
        made = functions.create_function(
            FunctionName=name, Runtime="python3.11", Handler="module.handler", Role=role,
            Code={"ZipFile": archive.getvalue()},
        )  # fmt: skip
        arns[name] = made["FunctionArn"]
    resources = {
        f"Rule{name}": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "Name": f"{name}-{stage}", "ScheduleExpression": cron, "State": "DISABLED",
                "Targets": [{"Id": "one", "Arn": arns[f"{'sweep' if name == 'sweep' else 'scraper-tmdb'}-{stage}"]}],
            },
        }
        for name, cron in RULES.items()
    }  # fmt: skip
    resources["RuleWeekly"] = resources.pop("Ruleweekly")
    (target,) = resources["RuleWeekly"]["Properties"]["Targets"]
    target |= {
        "Id": "scraper-tmdb",
        "InputTransformer": {
            "InputPathsMap": {"time": "$.time"},
            "InputTemplate": '{"source": "tmdb", "time": <time>}',
        },
    }
    resources["Missed"] = {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmName": f"springhead-missed-tmdb-{stage}",
            "ActionsEnabled": False,
            "Namespace": "Springhead",
            "MetricName": "RunCompleted",
            "Statistic": "Sum",
            "Period": 3600,
            "EvaluationPeriods": 168,
            "Threshold": 1,
            "ComparisonOperator": "LessThanThreshold",
        },
    }
    formation.create_stack(StackName=f"springhead-{stage}", TemplateBody=json.dumps({"Resources": resources}))
    events.put_rule(Name=f"foreign-{stage}", ScheduleExpression="cron(0 1 * * ? *)", State="DISABLED")
    monkeypatch.setenv("SPRINGHEAD_OPERATIONS_TABLE", aws.settings.operations_table)

    def states() -> dict[str, str]:
        return {
            name: events.describe_rule(Name=f"{name}-{stage}")["State"]
            for name in ("weekly", "daily", "sweep", "foreign")
        }

    def tells() -> bool:
        """Whether the alarm on runs that did not come tells anybody."""
        (alarm,) = aws.client("cloudwatch").describe_alarms(AlarmNames=[f"springhead-missed-tmdb-{stage}"])[
            "MetricAlarms"
        ]
        return bool(alarm["ActionsEnabled"])

    yield SimpleNamespace(aws=aws, stage=stage, events=events, states=states, tells=tells)
    formation.delete_stack(StackName=f"springhead-{stage}")


@pytest.fixture
def schedule(stack: SimpleNamespace, capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., tuple[str, str]]:
    def run(*arguments: str, code: int = 0) -> tuple[str, str]:
        capfdbinary.readouterr()
        try:
            ended = main(["--endpoint", stack.aws.settings.endpoint, "--stage", stack.stage, "schedule", *arguments])
        except SystemExit as error:
            ended = int(error.code or 0)
        out, err = (text.decode() for text in capfdbinary.readouterr())
        assert ended == code, (ended, out, err)
        return out, err

    return run


def off(**on: str) -> dict[str, str]:
    return {"weekly": "DISABLED", "daily": "DISABLED", "sweep": "DISABLED", "foreign": "DISABLED", **on}


def green(stack: SimpleNamespace, *rules: str) -> None:
    result = {"green": True, "status": "completed", "rules": [f"{rule}-{stack.stage}" for rule in rules]}
    Records(stack.aws).end("2026-11-20T10:00:00Z", result)


def test_show_tells_rule_state_next_times_targets_and_last_run(stack: SimpleNamespace, schedule: Any) -> None:
    found = {one["rule"]: one for one in map(json.loads, schedule("show", "--json")[0].splitlines())}
    assert set(found) == {f"{name}-{stack.stage}" for name in RULES}
    weekly = found[f"weekly-{stack.stage}"]
    first = Cron(RULES["weekly"]).next(datetime.now(UTC))
    assert first is not None and weekly["next"][0] == keys.format_time(first) and len(weekly["next"]) == 3
    assert (weekly["state"], weekly["targets"]) == ("DISABLED", [f"scraper-tmdb-{stack.stage}"])
    assert "last_run" not in weekly and found[f"sweep-{stack.stage}"]["next"] == []
    out, _ = schedule("show", f"weekly-{stack.stage}")
    assert weekly["next"][0] in out and f"sweep-{stack.stage}" not in out


def test_show_knows_the_last_run(stack: SimpleNamespace, schedule: Any) -> None:
    run = {"PK": "", "SK": "", "source_id": "tmdb", "run_id": "tmdb@2025-11-09T02:00:00Z", "execution_id": "e",
           "time": "2025-11-09T02:00:00Z", "status": "completed", "started_at": "2025-11-09T02:00:01Z",
           "metrics": {"request_count": 1, "total_bytes": 1}}  # fmt: skip
    counts = ("items_extracted", "items_processed", "items_stored", "written", "changed", "unchanged", "dead_lettered")
    History(stack.aws).add({**run, **dict.fromkeys(counts, 1)})
    found = [json.loads(line) for line in schedule("show", "--json")[0].splitlines()]
    told = {one["rule"].partition("-")[0]: one.get("last_run") for one in found}
    assert told["weekly"] == "tmdb@2025-11-09T02:00:00Z completed" and told["sweep"] is None


def test_enable_wants_golive_to_have_been_green(stack: SimpleNamespace, schedule: Any) -> None:
    _, err = schedule("enable", code=2)
    assert "golive has not been green" in err and stack.states() == off()
    Records(stack.aws).end("2026-11-20T09:00:00Z", {"green": False, "status": "failed", "rules": []})
    schedule("enable", code=2)
    green(stack, "weekly")
    out, _ = schedule("enable")
    assert f"weekly-{stack.stage} is ENABLED" in out and f"not proved them: daily-{stack.stage}" in out
    assert stack.states() == off(weekly="ENABLED")
    _, err = schedule("enable", f"daily-{stack.stage}", code=2)
    assert f"golive has not been green for daily-{stack.stage}" in err


def test_missed_runs_are_told_as_long_as_the_schedule_is_on(stack: SimpleNamespace, schedule: Any) -> None:
    assert not stack.tells()
    schedule("enable", f"daily-{stack.stage}", "--force")
    assert not stack.tells()  # its target is given no T: it starts no run of the schedule
    schedule("enable", f"weekly-{stack.stage}", "--force")
    assert stack.tells()
    schedule("disable", f"weekly-{stack.stage}")
    assert not stack.tells()


def test_force_enables_what_starts_sources_and_nothing_foreign(stack: SimpleNamespace, schedule: Any) -> None:
    assert json.loads(schedule("enable", "--force", "--json")[0]) == {
        "state": "ENABLED", "rules": [f"daily-{stack.stage}", f"weekly-{stack.stage}"],
    }  # fmt: skip
    assert stack.states() == off(weekly="ENABLED", daily="ENABLED")
    schedule("disable", f"daily-{stack.stage}")
    assert stack.states() == off(weekly="ENABLED")
    schedule("disable")
    assert stack.states() == off()


def test_a_rule_that_is_not_of_the_stack_is_refused(stack: SimpleNamespace, schedule: Any) -> None:
    for what in ("show", "enable", "disable"):
        _, err = schedule(what, f"foreign-{stack.stage}", "--force", code=1)
        assert err.startswith("NotFound: ") and f"has no rule foreign-{stack.stage}" in err
    assert stack.states() == off()


def test_a_rule_that_was_deleted_behind_the_stack_is_said(stack: SimpleNamespace, schedule: Any) -> None:
    stack.events.remove_targets(Rule=f"weekly-{stack.stage}", Ids=["one"])
    stack.events.delete_rule(Name=f"weekly-{stack.stage}")
    _, err = schedule("enable", f"weekly-{stack.stage}", "--force", code=1)
    assert "was deleted behind the stack's back" in err
    assert '"state":"GONE"' in schedule("show", "--json")[0]


def test_without_a_stack_there_is_nothing_to_show(schedule: Any) -> None:
    _, err = schedule("--stage", "nostage", "show", code=2)
    assert "there is no stack springhead-nostage" in err
