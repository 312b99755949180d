"""History of runs, and filling its gaps, on embedded AWS."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from springhead.cli import main
from springhead.settings import Settings
from springhead_contracts import validate
from springhead_runner.stores.history import History

pytestmark = pytest.mark.embedded

Command = Callable[..., tuple[str, str]]
NAMES = (
    "table_name", "operations_table_name", "raw_bucket", "backup_bucket", "dead_letter_bucket", "dead_letter_queue",
    "upstream", "rate_scale",
)  # fmt: skip


@pytest.fixture
def command(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], Command]:
    def of(made: Any) -> Command:
        settings = made.aws.settings
        for name in NAMES:
            monkeypatch.setenv(str(Settings.model_fields[name].validation_alias), str(getattr(settings, name) or ""))
        monkeypatch.setenv("SPRINGHEAD_STREAM_FAILURE_QUEUE", "none")

        def run(*arguments: str, code: int = 0) -> tuple[str, str]:
            capfdbinary.readouterr()
            try:
                ended = main(["--endpoint", settings.endpoint, *arguments])
            except SystemExit as error:
                ended = int(error.code or 0)
            out, err = (text.decode() for text in capfdbinary.readouterr())
            assert ended == code, (ended, out, err)
            return out, err

        return run

    return of


def last_object(out: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    return found


def test_runs_lists_a_sources_history_latest_first(bench: Callable[..., Any], command: Any) -> None:
    made = bench(3)
    run = command(made)
    assert run("runs", "tmdb")[0] == "no runs yet\n"
    for time in ("2025-11-09T02:00:00Z", "2025-11-16T02:00:00Z", "2025-11-02T02:00:00Z"):
        made.scrape("tmdb", time)
    found = [json.loads(line) for line in run("runs", "tmdb", "--json")[0].splitlines()]
    assert [one["timestamp"][:10] for one in found] == ["2025-11-16", "2025-11-09", "2025-11-02"]
    assert all(validate("scraping_run", one) == [] for one in found)
    assert {(one["status"], one["items_stored"], one["new_items"]) for one in found} == {("completed", 3, 3)}
    out, _ = run("runs", "tmdb", "--limit", "1")
    assert "2025-11-16T02:00:00Z" in out and "2025-11-09" not in out
    assert run("runs", "wikipedia")[0] == "no runs yet\n"
    assert "give at least 1" in run("runs", "--limit", "0", code=2)[1]


def test_a_partial_attempt_leaves_the_figures_of_the_whole_run(bench: Callable[..., Any]) -> None:
    made = bench(3)
    made.scrape()
    made.scrape(ids=[made.people[0]["celebrity_id"]])
    (noted,) = History(made.aws).of("tmdb")
    assert (noted["items_stored"], noted["new_items"]) == (3, 3)


def test_history_that_cannot_be_kept_costs_a_line_and_no_run(
    bench: Callable[..., Any], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = bench(2)
    monkeypatch.setattr(made.aws.dynamodb, "put_item", _refusing(made.aws))
    assert made.scrape()["items_stored"] == 2
    assert "no history of tmdb@" in caplog.text and History(made.aws).of("tmdb") == []


def _refusing(aws: Any) -> Callable[..., Any]:
    from botocore.exceptions import ClientError

    real = aws.dynamodb.put_item

    def put_item(**request: Any) -> Any:
        if request["TableName"] == aws.settings.operations_table:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "PutItem")
        return real(**request)

    return put_item


def test_backfill_says_what_is_missing_and_runs_it_with_its_own_t(bench: Callable[..., Any], command: Any) -> None:
    made = bench(3)
    run = command(made)
    made.scrape("tmdb", "2025-11-09T02:00:00Z")
    span = ["--from", "2025-11-01", "--to", "2025-11-16"]
    gaps = [{"source": "tmdb", "time": f"2025-11-{day}T02:00:00Z"} for day in ("02", "16")]
    plan = last_object(run("backfill", "tmdb", *span, "--json")[0])
    assert (plan["slots"], plan["missing"], plan["gaps"]) == (3, 2, gaps)
    assert "hold today's content" in plan["warning"] and len(made.raw()) == 3
    out, _ = run("backfill", "tmdb", *span, "--dry-run")
    assert "2 runs missing; nothing was run: say --yes" in out and "hold today's content" in out
    out, err = run("backfill", "tmdb", *span, "--yes")
    assert "hold today's content" in err
    assert [line.partition(":")[0] for line in out.splitlines()] == ["tmdb@2025-11-02T02", "tmdb@2025-11-16T02"]
    times = {key[1] for key in made.raw()}
    assert times == {f"tmdb#2025-11-{day}T02:00:00Z" for day in ("02", "09", "16")} and len(made.raw()) == 9
    out, _ = run("backfill", "tmdb", *span, "--yes")
    assert out == "nothing is missing: 3 slots\n"


def test_backfill_leaves_the_future_alone(bench: Callable[..., Any], command: Any) -> None:
    run = command(bench(1))
    plan = last_object(run("backfill", "tmdb", "--from", "2999-01-01", "--to", "2999-02-01", "--json")[0])
    assert (plan["slots"], plan["missing"]) == (0, 0)


@pytest.mark.parametrize(
    ("span", "why"),
    [
        (["--from", "2025-11-31", "--to", "2025-12-01"], "'2025-11-31' is no day"),
        (["--from", "2025-12-02", "--to", "2025-12-01"], "is after --to"),
        (["--from", "2025-12-02"], "--to"),
        (["--from", "2025-11-01", "--to", "2025-12-01", "--yes", "--dry-run"], "not allowed with"),
    ],
)
def test_backfill_refuses_what_is_no_span(span: list[str], why: str, bench: Callable[..., Any], command: Any) -> None:
    _, err = command(bench(1))("backfill", "tmdb", *span, code=2)
    assert err.startswith("ConfigError: ") and why in err


def test_cost_measures_where_there_are_runs(bench: Callable[..., Any], command: Any) -> None:
    made = bench(4)
    report = made.scrape("tmdb")
    found = last_object(command(made)("cost", "--subjects", "100", "--json")[0])
    tmdb, wikipedia = found["sources"]["tmdb"], found["sources"]["wikipedia"]
    assert tmdb["from"] == report["run_id"] and wikipedia["from"] == "assumed"
    assert tmdb["requests"] == pytest.approx(100 * report["metrics"]["request_count"] / 4)
