from __future__ import annotations

import json
import math

import pytest
from springhead.cli import main
from springhead_runner.costs import PRICES, WEEKS_PER_MONTH, Assumptions, Load, estimate, seed_tables, write_units

GIVEN = Assumptions()


@pytest.mark.parametrize(("size", "units"), [(1, 1), (100, 1), (1024, 1), (1025, 2), (8_000, 8), (400_000, 391)])
def test_a_write_unit_is_one_kilobyte_begun(size: int, units: int) -> None:
    assert write_units(size) == units


def test_one_source_by_hand() -> None:
    load = Load("tmdb", requests=2, entry_bytes=8_000, seconds=1.0)
    found = estimate(100, [load], GIVEN, weeks=10)
    run = found["run"]
    # 8 units and twice 2 in the indexes, written and enriched.
    assert run["write_units"] == 100 * 2 * (8 + 2 * 2)
    assert (run["requests"], run["stream_records"]) == (200, 200)
    assert run["s3_puts"] == 200 + 1 + 1
    assert run["gb_seconds"] == pytest.approx(100 * 1.0 * 0.5 + 100 * 0.02 * 1.0)
    usd = found["usd_per_month"]
    assert usd["dynamodb writes"] == round(2400 * WEEKS_PER_MONTH * 0.625e-6, 4)
    stored = 100 * (8_000 + 3_000) / 1e9 * 10
    assert usd["dynamodb storage and recovery"] == round(stored * 0.45, 4)
    assert (usd["eventbridge schedules"], usd["stream reads by lambda"]) == (0, 0)
    assert found["usd_per_month_total"] == pytest.approx(sum(usd.values()), abs=1e-3)


def test_cost_grows_with_subjects_in_proportion() -> None:
    load = Load("tmdb", 2, 8_000, 1.0)
    small, large = (estimate(n, [load], GIVEN)["usd_per_month_total"] for n in (10_000, 100_000))
    assert large == pytest.approx(10 * small, rel=0.01)


def test_a_quota_tells_the_days_that_a_run_takes() -> None:
    load = Load("google_search", 1, 8_000, 1.0, quota=100, units=1.0)
    found = estimate(450, [load], GIVEN)["sources"]["google_search"]
    assert (found["quota_units"], found["quota_per_day"], found["days"]) == (450, 100, 5)
    dear = Load.assumed("youtube", GIVEN, 10_000, {"/youtube/v3/search": 100})
    assert dear.units == 102
    assert "days" not in estimate(10, [Load.assumed("tmdb", GIVEN)], GIVEN)["sources"]["tmdb"]


def test_a_report_is_measured_per_subject() -> None:
    report = {
        "source_id": "youtube", "run_id": "youtube@2025-11-09T02:00:00Z", "subjects": 50, "duration": 100_000,
        "metrics": {"request_count": 200, "quota_units": 5_200, "quota_limit": 20_000},
        "backup": {"rows": 40, "bytes": 400_000},
    }  # fmt: skip
    load = Load.of_report(report, GIVEN, 10_000)
    assert (load.requests, load.entry_bytes, load.seconds, load.units, load.quota) == (4, 10_000, 2.0, 104, 20_000)


def test_the_seeds_rows_are_reproduced_and_corrected() -> None:
    rows = {(row.table, row.row): row for row in seed_tables()}
    scrapers = rows["seed 2", "Lambda (scrapers)"]
    yearly = 4 * 300 * 0.5 * 52 * PRICES["lambda_gb_second"]
    assert round(yearly, 1) == scrapers.says  # the seed's monthly 0.50 is what a year costs
    assert scrapers.right == pytest.approx(yearly / 12) and "31,200 GB-s = $0.52" in scrapers.reproduced
    enricher = rows["seed 2", "Lambda (post-processor)"]
    assert round(4 * 60 * 52 * PRICES["lambda_gb_second"], 1) == enricher.says
    assert rows["seed 2", "total"].says == pytest.approx(0.01 + 0.25 + 0.50 + 0.20)
    assert rows["seed 2", "total"].right == pytest.approx(scrapers.right + enricher.right)
    assert rows["seed 1", "10 million writes"].right == pytest.approx(6.25)
    assert rows["seed 1", "10 million reads"].right == pytest.approx(1.25)
    assert "48 units an entry" in rows["seed 1", "writes"].errs
    assert all(math.isfinite(row.right) and row.errs for row in rows.values())


def test_the_command_needs_no_aws(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("SPRINGHEAD_HOME", str(tmp_path))
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    assert main(["cost", "--subjects", "100", "--seeds"]) == 0
    out, err = (text.decode() for text in capfdbinary.readouterr())
    assert "nothing is measured: embedded AWS is not running" in err
    assert "entry bytes" in out and "us-east-1 on 2025-" in out and "seed 2, total: says 0.96" in out
    assert main(["cost", "--subjects", "7", "--json"]) == 0
    found = json.loads(capfdbinary.readouterr()[0])
    assert found["subjects"] == 7 and found["prices"]["usd"] == PRICES and len(found["seeds"]) == 10
    with pytest.raises(SystemExit) as ended:
        main(["cost", "--subjects", "0"])
    assert ended.value.code == 2
