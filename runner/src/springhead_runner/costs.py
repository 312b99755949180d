"""What a year of runs costs, with every assumption said; and the seeds' cost tables, worked through.

All sums are list prices without free tiers, so that they hold for any account; the free tiers are said beside them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["PRICES", "PRICES_AS_OF", "REGION", "WEEKS_PER_MONTH", "Assumptions", "Load", "estimate", "seed_tables"]

REGION, PRICES_AS_OF = "us-east-1", "2025-11-01"
#: USD, from AWS's public price lists of that day and region. Change the day when you change a price.
PRICES: dict[str, float] = {
    "dynamodb_write_unit": 0.625e-6,
    "dynamodb_read_unit": 0.125e-6,
    "dynamodb_gb_month": 0.25,
    "dynamodb_recovery_gb_month": 0.20,
    "dynamodb_stream_read_unit": 0.2e-6,  # free for Lambda's event source mappings
    "lambda_gb_second": 1.66667e-5,
    "lambda_request": 0.2e-6,
    "s3_put": 5e-6,
    "s3_gb_month": 0.023,
    "sqs_request": 0.4e-6,
    "eventbridge_event": 1e-6,  # only for events of one's own; scheduled rules are free
    "logs_gb": 0.50,
    "alarm_month": 0.10,
}
WEEKS_PER_MONTH = 52 / 12
_KB, _GB = 1024, 1e9


@dataclass(frozen=True)
class Assumptions:
    """What nobody has measured yet; each is printed.

    Args:
        requests: Requests per subject and source type, where no run report says it.
        entry_bytes: Bytes of an entry in the table (seed 1: 5 to 10 KB).
        index_bytes: Bytes of what an index projects of it, without ``raw_text``.
        raw_bytes: Bytes of all raw answers about one subject.
        seconds_per_request: How long one takes, in sequence.
        memory_gb: Of a scraper; the post-processor's is twice that.
        enrich_seconds: Per entry.
        log_bytes: Per subject.
    """

    requests: float = 3.0
    entry_bytes: int = 8_000
    index_bytes: int = 1_500
    raw_bytes: int = 20_000
    seconds_per_request: float = 0.5
    memory_gb: float = 0.5
    enrich_seconds: float = 0.02
    log_bytes: int = 1_000


@dataclass(frozen=True)
class Load:
    """One source in one run.

    Args:
        source: Its name.
        requests: Per subject.
        entry_bytes: Of an entry.
        seconds: Of the function, per subject.
        quota: Units per day that the source grants; None where it does not count.
        units: Units per subject.
        measured: Which run these figures come from; None where they are assumed.
    """

    source: str
    requests: float
    entry_bytes: float
    seconds: float
    quota: int | None = None
    units: float = 0.0
    measured: str | None = None

    @classmethod
    def assumed(
        cls, source: str, given: Assumptions, quota: int | None = None, costs: Mapping[str, int] | None = None
    ) -> Load:
        """What is assumed of a source without runs: one request of each kind that has a price of its own."""
        seconds, dear = given.requests * given.seconds_per_request, costs or {}
        units = sum(dear.values()) + max(0.0, given.requests - len(dear)) if quota else 0.0
        return cls(source, given.requests, given.entry_bytes, seconds, quota, units)

    @classmethod
    def of_report(cls, report: dict[str, Any], given: Assumptions, quota: int | None = None) -> Load:
        """What a run report says."""
        asked, metrics, backup = report["subjects"], report["metrics"], report.get("backup") or {}
        size = backup["bytes"] / backup["rows"] if backup.get("rows") else given.entry_bytes
        units = metrics.get("quota_units", 0) / asked if quota else 0.0
        return cls(
            report["source_id"], metrics["request_count"] / asked, size, report.get("duration", 0) / 1000 / asked,
            metrics.get("quota_limit", quota), units, report["run_id"],
        )  # fmt: skip


def write_units(size: float) -> int:
    """Write request units of an item: one per KB begun."""
    return max(1, math.ceil(size / _KB))


def estimate(subjects: int, loads: Iterable[Load], given: Assumptions, weeks: int = 52) -> dict[str, Any]:
    """What one run of all sources takes, and what a month of weekly runs costs.

    Args:
        subjects: How many.
        loads: The sources.
        given: The assumptions.
        weeks: Weeks of data that lie in the stores.
    """
    listed = list(loads)
    sources = {load.source: _of_source(subjects, load, given) for load in listed}
    names = (
        "requests",
        "write_units",
        "read_units",
        "stream_records",
        "s3_puts",
        "gb_seconds",
        "invocations",
        "stored_gb",
    )
    run = {name: sum(found[name] for found in sources.values()) for name in names}
    month = {name: value * WEEKS_PER_MONTH for name, value in run.items()}
    kept_gb, raw_gb = run["stored_gb"] * weeks, subjects * len(listed) * given.raw_bytes / _GB * weeks
    logs_gb = subjects * len(listed) * given.log_bytes / _GB * WEEKS_PER_MONTH
    usd = {
        "dynamodb writes": month["write_units"] * PRICES["dynamodb_write_unit"],
        "dynamodb reads": month["read_units"] * PRICES["dynamodb_read_unit"],
        "dynamodb storage and recovery": kept_gb * (PRICES["dynamodb_gb_month"] + PRICES["dynamodb_recovery_gb_month"]),
        "stream reads by lambda": 0.0,
        "lambda": month["gb_seconds"] * PRICES["lambda_gb_second"] + month["invocations"] * PRICES["lambda_request"],
        "s3 requests": month["s3_puts"] * PRICES["s3_put"],
        "s3 storage": (raw_gb + kept_gb) * PRICES["s3_gb_month"],
        "logs": logs_gb * PRICES["logs_gb"],
        "eventbridge schedules": 0.0,
    }
    return {
        "subjects": subjects,
        "weeks": weeks,
        "sources": sources,
        "run": {name: round(value, 6) for name, value in run.items()},
        "usd_per_month": {name: round(value, 4) for name, value in usd.items()},
        "usd_per_month_total": round(sum(usd.values()), 4),
    }


def _of_source(subjects: int, load: Load, given: Assumptions) -> dict[str, Any]:
    own, index = write_units(load.entry_bytes), write_units(given.index_bytes)
    # The entry, two indexes; then enrichment changes weight and sentiment: the whole item and both indexes once more.
    writes = subjects * 2 * (own + 2 * index)
    listing = math.ceil(subjects * 500 / 4096 / 2)
    batches = math.ceil(subjects / 100)
    enrichment = subjects * given.enrich_seconds * given.memory_gb * 2
    found: dict[str, Any] = {
        "requests": subjects * load.requests,
        "write_units": writes,
        "read_units": listing,
        "stream_records": subjects * 2,
        "s3_puts": math.ceil(subjects * load.requests) + math.ceil(subjects / 500) + 1,
        "gb_seconds": subjects * load.seconds * given.memory_gb + enrichment,
        "invocations": 1 + batches,
        "stored_gb": subjects * (load.entry_bytes + 2 * given.index_bytes) / _GB,
        "from": load.measured or "assumed",
    }
    if load.quota:
        found["quota_units"] = math.ceil(subjects * load.units)
        found["quota_per_day"] = load.quota
        found["days"] = max(1, math.ceil(subjects * load.units / load.quota))
    return found


@dataclass(frozen=True)
class SeedRow:
    """One row of a seed's cost table.

    Args:
        table: Which one.
        row: Its name.
        says: USD a month in the seed.
        reproduced: How the seed comes to it.
        right: USD a month at list price.
        errs: What is wrong.
    """

    table: str
    row: str
    says: float
    reproduced: str
    right: float
    errs: str


def seed_tables() -> list[SeedRow]:
    """The seeds' cost tables (100 celebrities, 4 sources): their figures, how they come about, and what is right."""
    gbs, entries = PRICES["lambda_gb_second"], 400 * WEEKS_PER_MONTH
    scrapers, enricher = 4 * 300 * 0.5, 4 * 60 * 1.0
    # Seed 1's own entries of 5 to 10 KB, in a table whose two indexes hold everything: written, then enriched.
    units = 2 * 3 * write_units(7_500)
    stored = 400 * 7_500 * 3 / _GB
    return [
        SeedRow("seed 1", "writes", 0.00, "400 a week at 1 unit each", entries * units * PRICES["dynamodb_write_unit"],
                f"an entry is 5 to 10 KB by the seed's own storage line, not 100 bytes: {write_units(7_500)} units, "
                f"again in each of two indexes, and all once more when it is enriched: {units} units an entry"),
        SeedRow("seed 1", "10 million writes", 0.01, "\"~$0.01 for 10M writes\"", 1e7 * PRICES["dynamodb_write_unit"],
                "the price is per million units, not per thousand million"),
        SeedRow("seed 1", "10 million reads", 0.01, "\"~$0.01 for 10M reads\"", 1e7 * PRICES["dynamodb_read_unit"],
                "likewise; and 100 lookups a week are per source, but one query of 100 records is one page"),
        SeedRow("seed 1", "storage", 0.01, "$1.25/GB × 4 MB = $0.005", stored * 52 * PRICES["dynamodb_gb_month"],
                "$0.25 a GB, not $1.25; but each week adds 400 entries (a year is 52 weeks), and indexes count, too"),
        SeedRow("seed 1", "total", 1.50, "\"$1-2\"",
                entries * units * PRICES["dynamodb_write_unit"] + stored * 52 * PRICES["dynamodb_gb_month"],
                "its own rows add up to about 0.03"),
        SeedRow("seed 2", "EventBridge", 0.01, "1 rule × 4 targets × 52", 0.0,
                "scheduled rules cost nothing; 52 runs are a year's, not a month's"),
        SeedRow("seed 2", "DynamoDB Streams", 0.25, "400 writes × 4 read units", 0.0,
                "reads by a Lambda mapping cost nothing; others would pay "
                f"${entries * 4 * PRICES['dynamodb_stream_read_unit']:.4f}; enriching adds 400 records a week"),
        SeedRow("seed 2", "Lambda (scrapers)", 0.50, f"4 × 300 s × 0.5 GB × 52 = {scrapers * 52:,.0f} GB-s = "
                f"${scrapers * 52 * gbs:.2f}", scrapers * WEEKS_PER_MONTH * gbs,
                "52 weeks are a year: the seed's \"monthly\" is a yearly cost; 300 s is the limit, not the duration"),
        SeedRow("seed 2", "Lambda (post-processor)", 0.20, f"4 × 60 s × 1 GB × 52 = {enricher * 52:,.0f} GB-s = "
                f"${enricher * 52 * gbs:.2f}", enricher * WEEKS_PER_MONTH * gbs,
                "likewise a year's; 60 s is the limit; a window of 5 s makes more and shorter batches than 4"),
        SeedRow("seed 2", "total", 0.96, "0.01 + 0.25 + 0.50 + 0.20", (scrapers + enricher) * WEEKS_PER_MONTH * gbs,
                "a sum of yearly and of free things; writes and storage are not in it"),
    ]  # fmt: skip
