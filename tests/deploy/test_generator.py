"""The app, from declarations made up in conftest.py."""

from __future__ import annotations

import doctest
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from springhead import plugins
from springhead.errors import ConfigError, PluginError
from springhead.plugins import Plugin
from springhead.source import Resources, Schedule, Source
from springhead_deploy import __main__ as command
from springhead_deploy import build, cron, fargate, node, render, schedule, sources_of

ROOT = Path(__file__).parents[2]


def make(name: str, rule: str = "shared", cron: str = "cron(0 2 ? * SUN *)", **more: Any) -> type[Source]:
    members = {"name": name, "endpoint": "https://x.example", "schedule": Schedule(cron, rule), **more}
    return type(name, (Source,), members)


def test_a_function_is_sized_and_set_as_its_source_declares(generated: Any) -> None:
    films, pages = generated.properties("ScraperFilms"), generated.properties("ScraperPagesLocalNews")
    assert (films["MemorySize"], films["Timeout"], films["ReservedConcurrentExecutions"]) == (768, 120, 8)
    assert films["Environment"]["Variables"]["SPRINGHEAD_SOURCE"] == "films"
    assert (pages["MemorySize"], pages["Timeout"]) == (512, 300)
    assert "ReservedConcurrentExecutions" not in pages
    # A function's name takes no dots; the source's name keeps them.
    assert pages["FunctionName"] == "scraper-pages-local_news"
    assert pages["Environment"]["Variables"]["SPRINGHEAD_SOURCE"] == "pages.local_news"
    none = generated.with_parameters(ReserveConcurrency="false").properties("ScraperFilms")
    assert "ReservedConcurrentExecutions" not in none


def test_workers_are_bounded_by_what_the_source_declares(generated: Any) -> None:
    queue, worker = generated.properties("ScraperFilmsWork"), generated.properties("ScraperFilmsWorker")
    assert (queue["QueueName"], queue["VisibilityTimeout"]) == ("scraper-films-work", 6 * 120)
    assert queue["RedrivePolicy"] == {"deadLetterTargetArn": "<DeadLetterQueue.Arn>", "maxReceiveCount": 5}
    # A message keeps its age when it becomes a dead letter.
    assert queue["MessageRetentionPeriod"] < generated.properties("DeadLetterQueue")["MessageRetentionPeriod"]
    assert (worker["FunctionName"], worker["EventSourceArn"]) == ("<ScraperFilms>", "<ScraperFilmsWork.Arn>")
    assert (worker["BatchSize"], worker["FunctionResponseTypes"]) == (1, ["ReportBatchItemFailures"])
    assert worker["ScalingConfig"] == {"MaximumConcurrency": 7}
    assert generated.properties("ScraperPagesLocalNewsWorker")["ScalingConfig"] == {"MaximumConcurrency": 2}
    variables = generated.properties("ScraperFilms")["Environment"]["Variables"]
    assert variables["SPRINGHEAD_WORK_QUEUE"] == "<ScraperFilmsWork>"


def test_a_group_is_one_function_with_the_most_that_a_member_needs(generated: Any) -> None:
    friends = generated.properties("ScraperFriends")
    assert (friends["MemorySize"], friends["Timeout"], friends["ReservedConcurrentExecutions"]) == (1024, 240, 4)
    assert friends["Environment"]["Variables"]["SPRINGHEAD_SOURCE"] == "friends"
    assert not {"ScraperFaces", "ScraperVoices"} & generated.resources.keys()
    targets = generated.properties("RuleCelebrityWeeklyScrape")["Targets"]
    assert [target["Id"] for target in targets] == ["scraper-films", "scraper-friends"]
    assert targets[1]["InputTransformer"]["InputTemplate"] == '{"source": "friends", "time": <time>}'
    statements = generated.statements("ScraperFriendsRole")
    assert statements["Letters"]["Resource"] == [
        "<DeadLetterBucket.Arn>/scrape/faces/*",
        "<DeadLetterBucket.Arn>/scrape/voices/*",
        "<DeadLetterBucket.Arn>/schedule/faces/*",
        "<DeadLetterBucket.Arn>/schedule/voices/*",
        "<DeadLetterBucket.Arn>/schedule/friends/*",
    ]
    assert [r.rpartition("/")[2] for r in statements["Secrets"]["Resource"]] == ["FACES_ID", "FACES_TOKEN"]


def test_a_role_reads_the_secrets_of_its_source_only(generated: Any) -> None:
    prefix = "arn:aws:ssm:us-east-1:1234:parameter/springhead/prod"
    secrets = generated.statements("ScraperFilmsRole")["Secrets"]
    assert secrets["Resource"] == [f"{prefix}/FILMS_ID", f"{prefix}/FILMS_TOKEN"]
    assert "Secrets" not in generated.statements("ScraperPagesLocalNewsRole")


def test_rows_go_to_their_bucket_and_touch_no_table_of_entries(generated: Any) -> None:
    variables = generated.properties("ScraperMenus")["Environment"]["Variables"]
    assert variables["SPRINGHEAD_BACKUP_BUCKET"] == "<PostBackupBucket>"
    assert variables["SPRINGHEAD_SUBJECTS"] == "s3://<BackupBucket>/subjects/menus.csv"
    statements = generated.statements("ScraperMenusRole")
    assert statements["Rows"]["Resource"] == ["<PostBackupBucket.Arn>/post_results_*"]
    assert statements["SubjectList"]["Resource"] == ["<BackupBucket.Arn>/subjects/menus.csv"]
    assert not [s for s in statements.values() if any("CelebrityTable" in r for r in s["Resource"])]
    assert not {"Rows", "SubjectList"} & generated.statements("ScraperFilmsRole").keys()
    assert "SPRINGHEAD_SUBJECTS" not in generated.properties("ScraperFilms")["Environment"]["Variables"]


def test_what_a_quota_cuts_off_goes_on_after_its_reset(generated: Any) -> None:
    films, voices = generated.properties("RuleScraperFilmsResume"), generated.properties("RuleScraperVoicesResume")
    # Midnight in Los Angeles is 08:00 in winter and 07:00 in summer, in Taipei always 16:00.
    assert (films["ScheduleExpression"], voices["ScheduleExpression"]) == ("cron(15 8 * * ? *)", "cron(15 16 * * ? *)")
    (target,) = voices["Targets"]
    assert (target["Id"], target["Arn"]) == ("scraper-friends", "<ScraperFriends.Arn>")
    assert json.loads(target["Input"]) == {"source": "voices", "resume": True}
    assert target["RetryPolicy"] == {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 300}
    assert target["DeadLetterConfig"] == {"Arn": "<DeadLetterQueue.Arn>"}
    permission = generated.properties("ScraperVoicesResumePermission")
    assert permission["FunctionName"] == "<ScraperFriends>"
    assert permission["SourceArn"] == "<RuleScraperVoicesResume.Arn>"
    assert films["State"] == "DISABLED"
    resumed = [name for name in generated.of_type("AWS::Events::Rule") if name.endswith("Resume")]
    assert resumed == ["RuleScraperFilmsResume", "RuleScraperVoicesResume"]


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("UTC", "cron(15 0 * * ? *)"),
        ("Europe/London", "cron(15 0 * * ? *)"),
        ("America/Los_Angeles", "cron(15 8 * * ? *)"),
        ("Asia/Kolkata", "cron(45 18 * * ? *)"),
    ],
)
def test_the_day_of_a_quota_begins_at_its_own_midnight(zone: str, expected: str) -> None:
    assert schedule.resume_cron(zone) == expected


@pytest.mark.parametrize(
    ("expression", "hours"),
    [
        ("cron(0 2 ? * SUN *)", 168),
        ("cron(0 2 1 * ? *)", 168),
        ("cron(30 4 * * ? *)", 26),
        ("cron(0 * * * ? *)", 3),
        ("rate(1 minute)", 2),
        ("rate(6 hours)", 8),
        ("rate(30 days)", 168),
    ],
)
def test_a_run_is_missed_when_the_schedules_pause_is_over(expression: str, hours: int) -> None:
    assert cron.longest_gap_hours(expression) == hours


@pytest.mark.parametrize("module", [cron, schedule])
def test_examples_in_docstrings_hold(module: Any) -> None:
    assert doctest.testmod(module).failed == 0


def test_a_rendering_source_becomes_a_task_on_the_same_rule(with_task: Any) -> None:
    given = with_task.with_parameters(ImageUri="registry.example/springhead:1", Architecture="arm64")
    task = given.properties("ScraperRendered")
    assert given.resources["ScraperRendered"]["Type"] == "AWS::ECS::TaskDefinition"
    # 3,000 MB: the next size that Fargate has.
    assert (task["Cpu"], task["Memory"], task["RequiresCompatibilities"]) == ("512", "3072", ["FARGATE"])
    assert task["RuntimePlatform"]["CpuArchitecture"] == "ARM64"
    (container,) = task["ContainerDefinitions"]
    assert container["Image"] == "registry.example/springhead:1"
    environment = {pair["Name"]: pair["Value"] for pair in container["Environment"]}
    assert container["Command"] == ["python", "-m", "springhead_runner.task"]
    assert environment["SPRINGHEAD_SOURCE"] == "rendered" and environment["DYNAMODB_TABLE"] == "<CelebrityTable>"
    assert "SPRINGHEAD_WORK_QUEUE" not in environment and "ScraperRenderedWork" not in given.resources
    lambda_, fargate_ = given.properties("RuleCelebrityWeeklyScrape")["Targets"]
    assert lambda_["Arn"] == "<ScraperFilms.Arn>"
    assert (fargate_["Arn"], fargate_["RoleArn"]) == ("<TaskCluster.Arn>", "<TaskStarterRole.Arn>")
    assert fargate_["EcsParameters"]["TaskDefinitionArn"] == "<ScraperRendered>"
    assert fargate_["EcsParameters"]["LaunchType"] == "FARGATE"
    order = json.loads(fargate_["InputTransformer"]["InputTemplate"].replace("<time>", '"T"'))
    assert order == {
        "containerOverrides": [
            {
                "name": container["Name"],
                "command": ["python", "-m", "springhead_runner.task", "--time", "T"],
            }
        ]
    }
    started = given.statements("TaskStarterRole")
    assert started["Start"]["Resource"] == ["<ScraperRendered>"]
    assert started["Roles"]["Resource"] == ["<TaskExecutionRole.Arn>", "<ScraperRenderedRole.Arn>"]


def test_without_such_a_source_there_is_nothing_of_fargate(generated: Any) -> None:
    assert not [name for name in generated.resources if "Task" in name]
    assert "TaskSubnets" not in generated.template["Parameters"] and "Rules" not in generated.template


def test_tasks_are_refused_without_an_image(with_task: Any) -> None:
    (rule,) = with_task.template["Rules"].values()
    (assertion,) = rule["Assertions"]
    assert assertion["Assert"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "ImageUri"}, ""]}]}


@pytest.mark.parametrize(
    ("memory", "expected"),
    [(512, (256, 512)), (513, (256, 1024)), (2049, (512, 3072)), (30_721, (8192, 32_768)), (61_441, (16_384, 65_536))],
)
def test_tasks_have_a_size_that_fargate_has(memory: int, expected: tuple[int, int]) -> None:
    assert fargate.size(memory) == expected


def test_sources_that_name_another_rule_get_it(generated: Any) -> None:
    weekly, daily = generated.properties("RuleCelebrityWeeklyScrape"), generated.properties("RuleDailyPages")
    assert (weekly["ScheduleExpression"], daily["ScheduleExpression"]) == ("cron(0 2 ? * SUN *)", "cron(30 4 * * ? *)")
    (target,) = daily["Targets"]
    assert target["Id"] == "scraper-pages-local_news"
    assert json.loads(target["InputTransformer"]["InputTemplate"].replace("<time>", '"T"')) == {
        "source": "pages.local_news",
        "time": "T",
    }
    (statement,) = generated.properties("DeadLetterQueuePolicy")["PolicyDocument"]["Statement"]
    rules = generated.of_type("AWS::Events::Rule")
    assert len(rules) == 6
    assert set(statement["Condition"]["ArnEquals"]["aws:SourceArn"]) == {f"<{rule}.Arn>" for rule in rules}


def test_a_plugin_is_deployed_by_being_installed(generated: Any, sources: list[type[Source]]) -> None:
    def kinds(template: dict[str, Any]) -> dict[str, str]:
        return {name: resource["Type"] for name, resource in template["Resources"].items()}

    more = kinds(build([*sources, make("brand_new", rule="brand-new")]))
    assert {name: kind for name, kind in more.items() if name not in kinds(generated.template)} == {
        "RuleBrandNew": "AWS::Events::Rule",
        "ScraperBrandNew": "AWS::Lambda::Function",
        "ScraperBrandNewInvoke": "AWS::Lambda::EventInvokeConfig",
        "ScraperBrandNewLog": "AWS::Logs::LogGroup",
        "ScraperBrandNewPermission": "AWS::Lambda::Permission",
        "ScraperBrandNewRole": "AWS::IAM::Role",
        "ScraperBrandNewWork": "AWS::SQS::Queue",
        "ScraperBrandNewWorker": "AWS::Lambda::EventSourceMapping",
        "SourceBrandNewCoverageAlarm": "AWS::CloudWatch::Alarm",
        "SourceBrandNewMissedAlarm": "AWS::CloudWatch::Alarm",
    }


def test_a_rule_takes_five_targets_and_no_sixth() -> None:
    five = [make(f"s{number}") for number in range(5)]
    assert len(build(five)["Resources"]["RuleShared"]["Properties"]["Targets"]) == 5
    with pytest.raises(ConfigError, match=r"shared has 6 sources \(s0, s1, s2, s3, s4, s5\)") as caught:
        build([*five, make("s5")])
    assert "another rule" in (caught.value.hint or "")


def test_a_group_counts_once_among_a_rules_targets() -> None:
    members = [make(f"s{number}", group="together") for number in range(6)]
    (target,) = build(members)["Resources"]["RuleShared"]["Properties"]["Targets"]
    assert target["Id"] == "scraper-together"


ROWS = {"emits": "instagram_post"}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ([make("a"), make("b", cron="cron(0 3 ? * SUN *)")], r"shared cannot run at cron\(0 2 .* and at cron\(0 3 "),
        (
            [make("a", group="g"), make("b", group="g", rule="other")],
            r"group g \(a, b\) cannot belong to rule other and",
        ),
        ([make("a", group="g"), make("b", group="g", cron="rate(1 day)")], r"group g \(a, b\) cannot run at cron"),
        ([make("a", group="g"), make("b", group="g", **ROWS)], r"group g \(a, b\) cannot emit instagram_post and scr"),
        ([make("a", group="g"), make("g")], r"g is a source and a group \(a, g\)"),
        ([make("a", group="g", subjects="x"), make("b", group="g")], r"group g \(a, b\) has a subject list"),
        ([make("a.b"), make("a-b")], "a-b and a.b both become function scraper-a-b"),
        ([make("a" * 40)], "longer than 47 characters"),
        ([make("a"), make("b", **ROWS)], "rule shared is for sources of celebrities, but b emits instagram_post"),
        ([make("b", rule="celebrity-weekly-scrape", **ROWS)], "but b emits instagram_post"),
        ([make("a", resources=Resources(timeout_s=901))], "a declares 901 s; Lambda takes 1 to 900"),
        ([make("a", resources=Resources(memory_mb=64))], "a declares 64 MB; Lambda takes 128 to 10240"),
        ([make("a", schedule=Schedule("every sunday"))], "the CDK refuses the template"),
    ],
)
def test_declarations_that_do_not_fit_are_refused(wrong: list[type[Source]], message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        build(wrong)
    assert caught.value.hint


def test_resources_refuse_what_no_function_can_have() -> None:
    with pytest.raises(ValueError, match="reserved_concurrency is 2; give at least 3"):
        Resources(reserved_concurrency=2)
    with pytest.raises(ValueError, match="runtime is 'ec2'"):
        Resources(runtime="ec2")  # type: ignore[arg-type]


def test_the_order_of_the_sources_does_not_matter(generated: Any, sources: list[type[Source]]) -> None:
    assert render(build(list(reversed(sources)))) == render(generated.template)


def test_a_plugin_that_cannot_be_loaded_stops_the_app() -> None:
    good = Plugin("good", "good/1", (make("good"),))
    assert [source.name for source in sources_of([good])] == ["good"]
    with pytest.raises(PluginError, match="broken"):
        sources_of([good, Plugin("bad", "bad/1", quarantine="plugin bad is broken")])


def test_the_command_writes_checks_and_reports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "template.json"
    installed = [Plugin("one", "one/1", (make("one"),))]
    monkeypatch.setattr(plugins, "catalogue", lambda: installed)
    assert command.main(["--check", "--template", str(path)]) == 1
    assert "run: python -m springhead_deploy" in capsys.readouterr().err
    assert not path.exists()
    assert command.main(["--template", str(path)]) == 0
    assert command.main(["--check", "--template", str(path)]) == 0
    installed.append(Plugin("two", "two/1", (make("two"),)))
    capsys.readouterr()
    assert command.main(["--check", "--template", str(path)]) == 1
    assert "run: python -m springhead_deploy" in capsys.readouterr().err
    installed += [Plugin(f"n{number}", "n/1", (make(f"n{number}"),)) for number in range(4)]
    assert command.main(["--template", str(path)]) == 2
    assert capsys.readouterr().err.startswith("ConfigError: rule shared has 6 sources")


def test_without_node_there_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(plugins, "catalogue", lambda: [Plugin("one", "one/1", (make("one"),))])
    monkeypatch.delenv("JSII_NODE")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert node.require_node().endswith("node")  # the one of our environment
    monkeypatch.delenv("JSII_NODE")
    monkeypatch.setattr(node, "_installed", lambda: None)
    assert command.main(["--check"]) == 2
    first, hint = capsys.readouterr().err.splitlines()
    assert first.startswith("ConfigError: the template is made with the AWS CDK, which needs Node.js 20 or newer")
    assert "make setup" in hint
    (tmp_path / "node").touch(mode=0o755)
    assert node.require_node() == str(tmp_path / "node")


def test_the_cdk_s_own_command_line_gets_the_committed_template(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "CDK_OUTDIR": str(tmp_path),
        "CDK_CONTEXT_JSON": '{"stage": "dev", "disposable": "true"}',
    }
    done = subprocess.run(
        [sys.executable, "app.py"], cwd=ROOT / "deploy", capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    app = json.loads((tmp_path / "springhead.template.json").read_text())
    (artifact,) = (
        a for a in json.loads((tmp_path / "manifest.json").read_text())["artifacts"].values() if "stack" in a["type"]
    )
    assert artifact["properties"]["stackName"] == "springhead-dev"
    committed = json.loads((ROOT / "deploy" / "template.json").read_text())
    assert app["Parameters"].pop("Stage")["Default"] == "dev"
    del committed["Parameters"]["Stage"], committed["AWSTemplateFormatVersion"]
    for template in (app, committed):
        for resource in template["Resources"].values():
            policies = {resource.pop("DeletionPolicy", None), resource.pop("UpdateReplacePolicy", None)}
            assert policies in (
                [{None}, {"Delete"}] if template is app else [{None}, {"RetainExceptOnCreate", "Retain"}]
            )
    assert app == committed


def test_the_lock_of_the_command_line_names_no_registry() -> None:
    lock = json.loads((ROOT / "deploy" / "package-lock.json").read_text())
    wanted = json.loads((ROOT / "deploy" / "package.json").read_text())["devDependencies"]
    found = {name: package for name, package in lock["packages"].items() if name}
    assert found and all("resolved" not in package and package["integrity"] for package in found.values())
    assert found["node_modules/aws-cdk"]["version"] == wanted["aws-cdk"] == "2.1148.1"
