from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from springhead_lake.backups import LocalSource
from springhead_lake.catalog import open_catalog
from springhead_lake.delivery import deliver
from springhead_lake.ingest import Lake
from springhead_lake.letters import FolderLetters
from springhead_lake.report import FileReport
from springhead_lake.settings import LakeSettings
from springhead_lake.tables import TABLES, load_table
from springhead_runner import local
from springhead_runner.stores.aws import Aws

POST = ("search_term", "post_id", "creator", "posted_date", "likes", "comments", "hashtags", "caption",
        "image_description", "post_url", "status")  # fmt: skip
RESTAURANT = ("restaurant_name", "city", "zip_code", "phone", "instagram_handle", "followers", "posts", "bio",
              "website", "status")  # fmt: skip
#: Real backups, where this machine has them; what they prove is proved with small files of our own, too.
REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "instagram_backups"


def post(post_id: str, creator: str = "someone", **more: str) -> dict[str, str]:
    return {
        "search_term": "#food",
        "post_id": post_id,
        "creator": creator,
        "posted_date": "November 24, 2025",
        "likes": "5207",
        "comments": "",
        "hashtags": "#food",
        "caption": "Fries, please",
        "image_description": "Fries",
        "post_url": f"https://www.instagram.com/p/{post_id}/",
        "status": "SCRAPED",
        **more,
    }


def restaurant(name: str, city: str = "NEW YORK", **more: str) -> dict[str, str]:
    return {
        "restaurant_name": name,
        "city": city,
        "zip_code": "10003",
        "phone": "+1 212-555-0100",
        "instagram_handle": "@somewhere",
        "followers": "302K",
        "posts": "12",
        "bio": "",
        "website": "",
        "status": "FOUND",
        **more,
    }


def text(rows: Iterable[Mapping[str, str]], columns: Iterable[str]) -> str:
    """A CSV file as the scrapers write it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    columns = list(columns)
    writer.writerow(columns)
    writer.writerows([row[column] for column in columns] for row in rows)
    return out.getvalue()


def posts_file(*rows: Mapping[str, str]) -> str:
    return text(rows, POST)


def restaurants_file(*rows: Mapping[str, str], without: Iterable[str] = ()) -> str:
    return text(rows, [column for column in RESTAURANT if column not in without])


class Laptop:
    """A lake in a folder, and a folder of backups beside it."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.settings = LakeSettings(lake_catalog="sql", lake_folder=folder / "lake", home=folder)
        self.catalog = stack.enter_context(open_catalog(self.settings))
        self.lake = Lake(self.settings, self.catalog, sleep=lambda seconds: None)
        self.letters = FolderLetters(self.settings)

    def write(self, name: str, content: str | bytes, modified: float | None = None) -> Path:
        path = self.folder / "backups" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        if modified is not None:
            os.utime(path, (modified, modified))
        return path

    def load(self, path: Path) -> FileReport:
        return deliver(self.lake, self.letters, str(path.parent), path.name, lambda: LocalSource(path))

    def loaded(self, path: Path) -> FileReport:
        report = self.load(path)
        assert report.outcome == "loaded", report
        return report

    def rows(self, table: str) -> list[dict[str, Any]]:
        return rows_of(self.catalog, self.settings, table)

    def everything(self) -> dict[str, list[dict[str, Any]]]:
        return {table: self.rows(table) for table in TABLES}

    def snapshots(self) -> dict[str, int]:
        return {name: len(load_table(self.catalog, self.settings, name).metadata.snapshots) for name in TABLES}


def rows_of(catalog: Any, settings: LakeSettings, table: str) -> list[dict[str, Any]]:
    """All rows of a table in an order that depends on nothing but them."""
    rows = load_table(catalog, settings, table).scan().to_arrow().to_pylist()
    return sorted(rows, key=lambda row: [str(value) for value in row.values()])


@pytest.fixture
def laptops(tmp_path: Path) -> Iterator[Callable[[], Laptop]]:
    """Make lakes, each in a folder of its own."""
    with ExitStack() as stack:
        yield lambda: Laptop(tmp_path / uuid.uuid4().hex[:8], stack)


@pytest.fixture
def laptop(laptops: Callable[[], Laptop]) -> Laptop:
    return laptops()


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of one embedded AWS for all tests; databases and buckets are made per test."""
    instance = local.start(tmp_path_factory.mktemp("embedded"), log=lambda line: None)
    try:
        yield instance.endpoint
    finally:
        local.stop(instance)


class Cloud:
    """A lake on embedded AWS, with buckets of its own."""

    def __init__(self, endpoint: str, *, versioned: bool = False) -> None:
        mark = uuid.uuid4().hex[:10]
        self.settings = LakeSettings(
            endpoint=endpoint,
            region="us-east-1",
            lake_database=f"lake_{mark}",
            lake_bucket_name=f"lake-{mark}",
            restaurant_bucket_name=f"restaurants-{mark}",
            post_bucket_name=f"posts-{mark}",
            dead_letter_bucket=f"letters-{mark}",
        )
        self.aws = Aws(self.settings)
        self.restaurants, self.posts = self.settings.source_buckets
        for bucket in (self.restaurants, self.posts, self.settings.lake_bucket, f"letters-{mark}"):
            self.aws.s3.create_bucket(Bucket=bucket)
            if versioned:
                self.aws.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})

    def put(self, bucket: str, key: str, content: str | bytes) -> dict[str, Any]:
        """Upload a file; returns the record of the event that S3 would send."""
        body = content.encode() if isinstance(content, str) else content
        answer = self.aws.s3.put_object(Bucket=bucket, Key=key, Body=body)
        return record(bucket, key, answer.get("VersionId"))

    def rows(self, table: str) -> list[dict[str, Any]]:
        with open_catalog(self.settings, self.aws) as catalog:
            return rows_of(catalog, self.settings, table)

    def everything(self) -> dict[str, list[dict[str, Any]]]:
        return {table: self.rows(table) for table in TABLES}

    def keys(self, bucket: str, prefix: str = "") -> list[str]:
        found = self.aws.s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
        return [item["Key"] for item in found]


def record(bucket: str, key: str, version: str | None = None, name: str = "ObjectCreated:Put") -> dict[str, Any]:
    """A record of an event as S3 documents it; the key is encoded as S3 does."""
    from urllib.parse import quote_plus

    found: dict[str, Any] = {"key": quote_plus(key, safe="/"), "size": 1, "sequencer": "0055AED6DCD90281E5"}
    if version:
        found["versionId"] = version
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventTime": "2026-01-14T12:10:01.000Z",
        "eventName": name,
        "s3": {"s3SchemaVersion": "1.0", "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"}, "object": found},
    }


@pytest.fixture
def cloud(embedded: str) -> Callable[..., Cloud]:
    return lambda **options: Cloud(embedded, **options)


def child(program: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """Start a program of the tests in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", str(program), *arguments],
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="session")
def kit() -> SimpleNamespace:
    """Helpers, since test folders are no packages to import from."""
    return SimpleNamespace(
        post=post, restaurant=restaurant, posts_file=posts_file, restaurants_file=restaurants_file, record=record,
        laptop=Laptop, real=sorted(REAL.glob("*.csv")) if REAL.is_dir() else [],
        child=child, here=Path(__file__).parent,
    )  # fmt: skip
