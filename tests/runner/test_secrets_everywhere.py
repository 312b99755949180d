"""A key in a header, in the query, in a cookie and in the path: nothing that we keep, print or send on has it.

The simulator echoes what it was sent, as some services do in their errors.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from springhead.cli import main
from springhead.entries import Run
from springhead_runner.scrape.run import run_on_aws

pytestmark = pytest.mark.embedded

KEYS = {
    "HEADER_KEY": "s3cr3t/in+a header~1",
    "QUERY_KEY": "s3cr3t&in=the?query~2",
    "COOKIE_KEY": "s3cr3t-in-a-cookie~3",
    "PATH_KEY": "s3cr3t-in-the-path~4",
}
#: How a key may be spelled on its way: plain, in a query, in JSON.
MARKS = ("s3cr3t", "S3CR3T", "s3cr3t".encode("utf-16-le").decode("latin-1"), "czNjcjN0")
PLUGIN = """
from springhead import Entry, Secret, Source, hookimpl

class Keyed(Source):
    name = "keyed"
    endpoint = "https://api.themoviedb.org/3/person"
    secrets = {
        "api.themoviedb.org": Secret("HEADER_KEY", header="Authorization", prefix="Bearer "),
        "www.googleapis.com": (Secret("QUERY_KEY", query="key"), Secret("PATH_KEY", path="{user}")),
        "www.instagram.com": Secret("COOKIE_KEY", cookie="sessionid"),
    }
    HOSTS = ("https://api.themoviedb.org/3/person/1", "https://www.googleapis.com/youtube/v3/{user}/x",
             "https://www.instagram.com/somebody/")

    async def collect(self, subject, http):
        page = None
        for url in self.HOSTS[:int(subject.birth_date[-1])]:
            page = await http.get(url, params={"q": subject.name})
        yield Entry(name=subject.name, response=page)

    def judge(self, response):
        if b"refuse" in response.request.url.encode():
            from springhead import InvalidRequest
            raise response.failure(InvalidRequest, response.text[:4000])

@hookimpl
def register_sources():
    return [Keyed]
"""


@pytest.fixture
def keyed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A plugin that sends a key in every place there is."""
    info = tmp_path / "springhead_keyed-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: springhead-keyed\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[springhead]\nkeyed = springhead_keyed\n")
    (tmp_path / "springhead_keyed.py").write_text(PLUGIN)
    monkeypatch.syspath_prepend(str(tmp_path))
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    yield tmp_path
    sys.modules.pop("springhead_keyed", None)


def leaks(text: str | bytes) -> list[str]:
    found = text if isinstance(text, str) else text.decode("utf-8", "replace") + text.decode("latin-1")
    return [mark for mark in MARKS if mark in found]


def stored(aws: Any) -> Iterator[tuple[str, bytes]]:
    """Everything that lies in the tables, the buckets and the queue."""
    settings = aws.settings
    for table in (settings.table, settings.operations_table):
        for item in aws.dynamodb.scan(TableName=table)["Items"]:
            yield f"{table} {list(item.values())[:2]}", json.dumps(item).encode()
    for bucket in (settings.raw_bucket, settings.backup_bucket, settings.dead_letter_bucket):
        for listed in aws.s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            yield f"{bucket}/{listed['Key']}", aws.s3.get_object(Bucket=bucket, Key=listed["Key"])["Body"].read()
    while messages := aws.sqs.receive_message(QueueUrl=settings.dead_letter_queue, MaxNumberOfMessages=10).get(
        "Messages"
    ):
        for message in messages:
            yield "queue", message["Body"].encode()
            aws.sqs.delete_message(QueueUrl=settings.dead_letter_queue, ReceiptHandle=message["ReceiptHandle"])


def test_no_artefact_of_a_run_has_a_key(
    bench: Callable[..., Any], kit: SimpleNamespace, keyed: Path, caplog: pytest.LogCaptureFixture
) -> None:
    one = bench(4)
    for host in ("api.themoviedb.org", "www.googleapis.com", "www.instagram.com"):
        one.simulator.switch(host, "echo")
    for person, last in zip(one.people, "1233", strict=True):
        key = {
            "celebrity_id": {"S": person["celebrity_id"]},
            "source_type#timestamp": {"S": "metadata#2025-01-01T00:00:00Z"},
        }
        name = "refuse me" if person is one.people[3] else person["name"]
        one.aws.dynamodb.update_item(
            TableName=one.aws.settings.table,
            Key=key,
            UpdateExpression="SET #b = :b, #n = :n",
            ExpressionAttributeNames={"#b": "birth_date", "#n": "name"},
            ExpressionAttributeValues={":b": {"S": f"1990-01-0{last}"}, ":n": {"S": name}},
        )
    caplog.set_level(logging.DEBUG)
    run = Run.at("keyed", kit.T)
    report = asyncio.run(run_on_aws(one.aws, run, clock=kit.QuickClock()))
    assert (report["written"], report["dead_lettered"]) == (3, 1)
    artefacts = list(stored(one.aws))
    assert any(b"REDACTED" in body for _, body in artefacts), "the simulator echoed no key: this test would see nothing"
    assert len([where for where, _ in artefacts if where.startswith(one.aws.settings.dead_letter_bucket)]) == 1
    assert [where for where, body in artefacts if leaks(body)] == []
    assert leaks(json.dumps(report)) == []
    assert leaks(caplog.text) == []


def test_no_fixture_and_no_line_of_a_recording_has_a_key(
    bench: Callable[..., Any],
    keyed: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    simulator = bench(1).simulator
    for host in ("api.themoviedb.org", "www.googleapis.com", "www.instagram.com"):
        simulator.switch(host, "echo")
    monkeypatch.setenv("SPRINGHEAD_UPSTREAM", simulator.url)
    for case, name in (("good", "Ann Lee"), ("bad", "refuse me")):
        subject = json.dumps({"celebrity_id": "celeb_001", "name": name, "birth_date": "1990-01-03"})
        ended = main(["-v", "record", "keyed", "--case", case, "--live", "--notes", "keys", "--subject", subject])
        assert ended in {0, 1}
    files = [path for path in (keyed / "fixtures").rglob("*") if path.is_file()]
    assert {path.parent.name for path in files} >= {"good"}
    assert any(b"REDACTED" in path.read_bytes() for path in files)
    assert [path.name for path in files if leaks(path.read_bytes())] == []
    said = capfd.readouterr()
    assert leaks(said.out + said.err) == []
    main(["-v", "preview", "keyed", "--live", "--explain", "--subject", subject])
    said = capfd.readouterr()
    assert leaks(said.out + said.err) == []
