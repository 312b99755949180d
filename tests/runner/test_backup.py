from __future__ import annotations

import csv
import hashlib
import io
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from springhead.entries import Run
from springhead.errors import NotFound, Unavailable
from springhead_contracts import load_schema
from springhead_runner.stores import backup as module
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.backup import Backup, columns, to_csv
from springhead_runner.stores.objects import Objects

RUN = Run("tmdb", "2025-11-09T02:00:00Z", "attempt1")
PREFIX = "celebrity/tmdb/20251109T020000Z/"


def rows_of(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8", "surrogatepass"), newline="")))


def test_columns_are_the_contracts_in_its_order() -> None:
    assert columns() == list(load_schema("scraper_entry")["properties"])
    assert columns()[:4] == ["celebrity_id", "source_type#timestamp", "id", "name"]
    assert rows_of(to_csv([])) == [columns()]


@given(st.lists(st.text(), min_size=1, max_size=3))
def test_values_come_back_verbatim(texts: list[str]) -> None:
    body = to_csv([{"name": text, "raw_text": text} for text in texts])
    assert [(row[3], row[4]) for row in rows_of(body)[1:]] == [(text, text) for text in texts]


@pytest.mark.parametrize(
    "text", ["a\r\nb", "a\nb", "a\rb", '"', '""', ",", "\0", "👩‍👩‍👧 周", "=1+1", " x ", "", "\ufeff", "\u2028"]
)
def test_hostile_values(text: str) -> None:
    (_, row) = rows_of(to_csv([{"raw_text": text}]))
    assert row[4] == text


def test_rfc_4180_and_the_forms_of_values() -> None:
    record = {"name": 'a "b"', "weight": 0.85, "sentiment": None, "metadata": {"processed": False, "name": "周"}}
    body = to_csv([record])
    assert body.count(b"\r\n") == 2 and body.endswith(b"\r\n")
    assert b'"a ""b"""' in body
    row = dict(zip(columns(), rows_of(body)[1], strict=True))
    assert (row["weight"], row["sentiment"], row["id"]) == ("0.85", "", "")
    assert json.loads(row["metadata"]) == record["metadata"]


@pytest.fixture
def bucket(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Objects:
    monkeypatch.setattr(module, "ROWS_PER_PART", 3)
    return Objects(aws, aws.settings.backup_bucket, "backups")


def entry(number: int) -> dict[str, Any]:
    return {"celebrity_id": f"celeb_{number:03}", "raw_text": f"text {number}"}


def names(bucket: Objects, part: str) -> list[str]:
    return [row[0] for row in rows_of(bucket.get(PREFIX + part))[1:]]


@pytest.mark.embedded
def test_parts_and_manifest_do_not_depend_on_the_order_of_answers(bucket: Objects) -> None:
    seen = []
    for order in ([0, 1, 2, 3, 4, 5, 6], [6, 2, 4, 0, 5, 1, 3]):
        backup = Backup(bucket, RUN)
        for number in order:
            backup.add(number, None if number == 4 else entry(number))
        report = backup.close()
        assert {k: report[k] for k in ("parts", "rows")} == {"parts": 3, "rows": 6}
        assert report["prefix"] == bucket.url(PREFIX) and report["manifest"] == bucket.url(f"{PREFIX}manifest.json")
        seen.append({key: bucket.get(key) for key in bucket.keys(PREFIX)})
    assert seen[0] == seen[1]
    assert sorted(seen[0]) == [PREFIX + n for n in ("manifest.json", *(f"part-0000{i}.csv" for i in range(3)))]
    assert names(bucket, "part-00001.csv") == ["celeb_003", "celeb_005"]
    manifest = json.loads(bucket.get(f"{PREFIX}manifest.json"))
    assert manifest["run_id"] == "tmdb@2025-11-09T02:00:00Z" and manifest["columns"] == columns()
    for part in manifest["parts"]:
        body = bucket.get(part["key"])
        assert (len(body), hashlib.sha256(body).hexdigest()) == (part["bytes"], part["sha256"])
        assert len(rows_of(body)) == part["rows"] + 1
    assert sum(part["bytes"] for part in manifest["parts"]) == report["bytes"]


@pytest.mark.embedded
def test_a_run_over_some_subjects_leaves_the_whole_runs_parts_alone(bucket: Objects) -> None:
    whole = Backup(bucket, RUN)
    for number in range(4):
        whole.add(number, entry(number))
    whole.close()
    before = {key: bucket.get(key) for key in bucket.keys(PREFIX)}
    part = Backup(bucket, Run("tmdb", RUN.time, "attempt2"), partial=True)
    part.add(0, entry(3))
    report = part.close()
    after = {key: bucket.get(key) for key in bucket.keys(PREFIX)}
    assert {key: after[key] for key in before} == before
    assert set(after) - set(before) == {PREFIX + "subset-attempt2-00000.csv", PREFIX + "subset-attempt2.json"}
    assert report["manifest"].endswith("subset-attempt2.json")


@pytest.mark.embedded
def test_many_threads_fill_the_parts(bucket: Objects) -> None:
    backup = Backup(bucket, RUN)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: backup.add(number, entry(number)), range(100)))
    assert backup.close()["rows"] == 100
    found = [name for i in range(34) for name in names(bucket, f"part-{i:05}.csv")]
    assert found == [f"celeb_{n:03}" for n in range(100)]


@pytest.mark.embedded
def test_a_part_that_could_not_be_written_is_tried_again_at_the_end(
    bucket: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = Backup(bucket, RUN)
    original = bucket.put

    def broken(*args: Any, **kwargs: Any) -> None:
        raise Unavailable("S3 is unwell")

    monkeypatch.setattr(bucket, "put", broken)
    backup.add(0, entry(0))
    backup.add(1, entry(1))
    with pytest.raises(Unavailable):
        backup.add(2, entry(2))
    with pytest.raises(Unavailable):
        backup.close()
    monkeypatch.setattr(bucket, "put", original)
    assert (backup.close()["rows"], names(bucket, "part-00000.csv")) == (3, ["celeb_000", "celeb_001", "celeb_002"])


@pytest.mark.embedded
def test_objects(aws: Aws) -> None:
    objects = Objects(aws, aws.settings.raw_bucket, "raw answers")
    objects.put("a/1 +ü", b"\0\xff", "x/y")
    assert objects.get("a/1 +ü") == b"\0\xff"
    with pytest.raises(NotFound, match="a/2 does not exist"):
        objects.get("a/2")
    objects.delete("a/1 +ü")
    objects.delete("a/1 +ü")
    for number in range(1005):
        aws.s3.put_object(Bucket=objects.bucket, Key=f"b/{number:05}", Body=b"")
    assert objects.keys("b/") == [f"b/{number:05}" for number in range(1005)]
