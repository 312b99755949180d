"""Sources that emit rows: one file per run, which no later delivery damages."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from springhead.clock import SystemClock
from springhead.engine import Engine
from springhead.entries import Run
from springhead.errors import ConfigError, PluginError, QuotaExceeded, Unavailable
from springhead.http import Client, Http, RawResponse, Request, RetryPolicy
from springhead.source import Rate, Record, Source
from springhead.subject import Subject
from springhead_contracts import load_schema
from springhead_runner.scrape.rows import RowSink, file_name
from springhead_runner.stores.dead_letters import DeadLetters
from springhead_runner.stores.subjects import Unreadable

pytestmark = pytest.mark.embedded
T = "2026-01-14T12:30:06Z"
SLOT = "20260114_123000"


class Posts(Source):
    name = "posts"
    endpoint = "https://api.example.org/tags"
    rate = Rate(per_second=1000, concurrency=4)
    emits = "instagram_post"
    subjects = "instagram_search_term"
    file_prefix = "post_results"

    async def collect(self, subject: Subject, http: Http) -> AsyncIterator[Any]:
        page = await http.get(self.endpoint, params={"tag": subject.name})
        for fields in page.json:
            yield Record({"search_term": subject.name, **fields}, page)


def post(code: str, **more: Any) -> dict[str, Any]:
    return {
        "post_id": code,
        "creator": "ann",
        "posted_date": "November 24, 2025",
        "likes": "5207",
        "comments": "",
        "hashtags": "#a #b",
        "caption": 'Those "fries",\r\n=SUM(A1) 周',
        "image_description": "",
        "post_url": f"https://www.instagram.com/p/{code}/",
        "status": "SCRAPED",
        **more,
    }


class Answers:
    def __init__(self, found: dict[str, Any]) -> None:
        self.found = found

    async def send(self, request: Request, *, max_bytes: int, timeout: float) -> RawResponse:
        answer = self.found[request.url.rpartition("=")[2].replace("%23", "#")]
        if isinstance(answer, Exception):
            raise answer
        return RawResponse(200, {"content-type": "application/json"}, json.dumps(answer).encode())

    def has_key(self, host: str) -> bool:
        return False


def terms(*names: str) -> list[Any]:
    return [Subject(name, name, fields={"search_term": name}) for name in names]


def run(aws: Any, found: dict[str, Any], subjects: list[Any] | None = None, partial: bool = False) -> tuple[Any, Any]:
    order, clock = Run.at("posts", T), SystemClock()
    sink = RowSink(aws, Posts, order, clock, partial=partial)
    client = Client(Posts(), Answers(found), clock=clock, retry=RetryPolicy(tries=1))

    async def work() -> tuple[Any, Any]:
        asked = subjects if subjects is not None else terms(*found)
        tally = await Engine(Posts, client, order, "test/0").run(sink.track(asked), sink)
        return tally, await sink.close()

    return asyncio.run(work())


def stored(aws: Any) -> list[dict[str, str]]:
    key = f"post_results_{SLOT}.csv"
    body = aws.s3.get_object(Bucket=aws.settings.backup_bucket, Key=key)["Body"].read()
    return list(csv.DictReader(io.StringIO(body.decode(), newline="")))


def test_the_file_is_named_and_shaped_as_in_the_seed(aws: Any) -> None:
    tally, backup = run(aws, {"#b": [post("P2"), post("P3")], "#a": [post("P1")]})
    assert (tally.subjects, tally.written) == (2, 2)
    rows = stored(aws)
    assert [(row["search_term"], row["post_id"]) for row in rows] == [("#b", "P2"), ("#b", "P3"), ("#a", "P1")]
    assert list(rows[0]) == list(load_schema("instagram_post")["properties"])
    assert rows[0]["caption"] == 'Those "fries",\r\n=SUM(A1) 周'
    assert backup is not None and (backup["rows"], backup["parts"]) == (3, 1)
    assert backup["prefix"] == f"s3://{aws.settings.backup_bucket}/post_results_{SLOT}.csv"
    names = [o["Key"] for o in aws.s3.list_objects_v2(Bucket=aws.settings.backup_bucket)["Contents"]]
    assert names == [f"post_results_{SLOT}.csv", f"post_results_{SLOT}.manifest.json"]


def test_the_same_run_twice_is_the_same_file(aws: Any) -> None:
    found = {"#a": [post("P1")], "#b": [post("P2")]}
    run(aws, found)
    before = stored(aws)
    tally, _ = run(aws, found)
    assert (tally.unchanged, tally.written, tally.changed) == (2, 0, 0)
    assert stored(aws) == before


def test_a_second_delivery_in_trouble_undoes_nothing(aws: Any) -> None:
    run(aws, {"#a": [post("P1")], "#b": [post("P2")]})
    tally, _ = run(aws, {"#a": Unavailable("down"), "#b": [post("P2", likes="9")], "#c": [post("P3")]})
    assert (tally.unchanged, tally.changed, tally.written) == (1, 1, 1)
    assert sorted((row["post_id"], row["likes"]) for row in stored(aws)) == [
        ("P1", "5207"),
        ("P2", "9"),
        ("P3", "5207"),
    ]


def test_what_fails_is_kept_and_completes_the_file_later(aws: Any) -> None:
    tally, _ = run(aws, {"#a": Unavailable("down"), "#b": [post("P2")]})
    assert (tally.dead_lettered, tally.written) == (1, 1)
    (letter,) = DeadLetters(aws).all()
    assert (letter["source"], letter["subject_id"], letter["error"]["name"]) == ("posts", "#a", "Unavailable")
    run(aws, {"#a": [post("P1")]}, partial=True)
    assert [row["post_id"] for row in stored(aws)] == ["P2", "P1"]
    assert list(DeadLetters(aws).all()) == []


def test_a_row_that_breaks_the_contract_is_no_row(aws: Any) -> None:
    tally, backup = run(aws, {"#a": [post("P1"), post("P2", likes="many")]})
    assert (tally.dead_lettered, tally.written, backup) == (1, 0, None)
    (letter,) = DeadLetters(aws).all()
    assert letter["error"]["name"] == "ContractViolation" and "/likes" in letter["error"]["message"]
    assert letter["raw"][0]["sha256"]


def test_a_subject_without_a_row_is_said(aws: Any) -> None:
    tally, _ = run(aws, {"#a": []})
    ((_, error),) = tally.errors
    assert isinstance(error, PluginError) and "yielded nothing for #a" in error.message


def test_a_row_of_the_list_that_cannot_be_read_has_its_letter(aws: Any) -> None:
    tally, _ = run(aws, {"#a": [post("P1")]}, [*terms("#a"), Unreadable("row-3", ConfigError("row 3: no term"))])
    assert tally.written == 1
    (letter,) = DeadLetters(aws).all()
    assert letter["subject_id"] == "row-3"


def test_what_the_quota_did_not_reach_is_kept_without_alarm(aws: Any) -> None:
    tally, _ = run(aws, {"#a": QuotaExceeded("used up"), "#b": [post("P2")]})
    assert tally.deferred >= 1 and tally.dead_lettered == 0
    assert "#a" in DeadLetters(aws).deferred("posts")["2026-01-14T12:30:00Z"]
    queue = aws.settings.dead_letter_queue
    assert "Messages" not in aws.sqs.receive_message(QueueUrl=queue)


def test_the_stamp_is_the_runs_time() -> None:
    assert file_name(Posts, Run.at("posts", T)) == f"post_results_{SLOT}.csv"
