"""The generator, from declarations made up here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from springhead import plugins
from springhead.errors import ConfigError, PluginError
from springhead.plugins import Plugin
from springhead.source import Schedule, Source
from springhead_deploy import __main__ as command
from springhead_deploy import build, render
from springhead_deploy.template import sources_of


def make(name: str, rule: str = "shared", cron: str = "cron(0 2 ? * SUN *)") -> type[Source]:
    return type(name, (Source,), {"name": name, "endpoint": "https://x.example", "schedule": Schedule(cron, rule)})


def properties(generated: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = generated["Resources"][name]["Properties"]
    return found


def test_a_function_is_sized_and_set_as_its_source_declares(generated: dict[str, Any]) -> None:
    films = properties(generated, "ScraperFilms")
    assert (films["MemorySize"], films["Timeout"]) == (768, 120)
    assert films["Environment"]["Variables"]["SPRINGHEAD_SOURCE"] == "films"
    pages = properties(generated, "ScraperPagesLocalNews")
    assert (pages["MemorySize"], pages["Timeout"]) == (512, 300)
    # A function's name takes no dots; the source's name keeps them.
    assert pages["FunctionName"]["Fn::Sub"][0] == "scraper-pages-local_news${Suffix}"
    assert pages["Environment"]["Variables"]["SPRINGHEAD_SOURCE"] == "pages.local_news"


def test_a_role_reads_the_secrets_of_its_source_only(generated: dict[str, Any]) -> None:
    def secrets(role: str) -> list[str]:
        statements = properties(generated, role)["Policies"][0]["PolicyDocument"]["Statement"]
        return [r["Fn::Sub"] for s in statements if s["Sid"] == "Secrets" for r in s["Resource"]]

    prefix = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/springhead/${Stage}"
    assert secrets("ScraperFilmsRole") == [f"{prefix}/FILMS_ID", f"{prefix}/FILMS_TOKEN"]
    assert secrets("ScraperPagesLocalNewsRole") == []


def test_sources_that_name_another_rule_get_it(generated: dict[str, Any]) -> None:
    weekly, daily = properties(generated, "RuleCelebrityWeeklyScrape"), properties(generated, "RuleDailyPages")
    assert (weekly["ScheduleExpression"], daily["ScheduleExpression"]) == ("cron(0 2 ? * SUN *)", "cron(30 4 * * ? *)")
    assert [target["Id"] for target in daily["Targets"]] == ["scraper-pages-local_news"]
    assert json.loads(daily["Targets"][0]["InputTransformer"]["InputTemplate"].replace("<time>", '"T"')) == {
        "source": "pages.local_news",
        "time": "T",
    }
    allowed = properties(generated, "DeadLetterQueuePolicy")["PolicyDocument"]["Statement"][0]["Condition"]
    assert allowed == {
        "ArnEquals": {
            "aws:SourceArn": [
                {"Fn::GetAtt": ["RuleCelebrityWeeklyScrape", "Arn"]},
                {"Fn::GetAtt": ["RuleDailyPages", "Arn"]},
            ]
        }
    }


def test_a_rule_takes_five_targets_and_no_sixth() -> None:
    five = [make(f"s{number}") for number in range(5)]
    assert len(properties(build(five), "RuleShared")["Targets"]) == 5
    with pytest.raises(ConfigError, match=r"shared has 6 sources \(s0, s1, s2, s3, s4, s5\)") as caught:
        build([*five, make("s5")])
    assert "another rule" in (caught.value.hint or "")


def test_sources_of_one_rule_must_agree_on_its_time() -> None:
    with pytest.raises(ConfigError, match=r"shared cannot run at cron\(0 2 .* and at cron\(0 3 "):
        build([make("a"), make("b", cron="cron(0 3 ? * SUN *)")])


def test_the_order_of_the_sources_does_not_matter(sources: list[type[Source]]) -> None:
    assert render(build(sources)) == render(build(list(reversed(sources))))


def test_a_plugin_that_cannot_be_loaded_stops_the_generator() -> None:
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
    assert "ScraperTwo" in capsys.readouterr().err
    installed += [Plugin(f"n{number}", "n/1", (make(f"n{number}"),)) for number in range(4)]
    assert command.main(["--template", str(path)]) == 2
    assert capsys.readouterr().err.startswith("ConfigError: rule shared has 6 sources")
