from __future__ import annotations

import json
import math
from typing import Any

import pytest
from springhead.errors import ConfigError, Unavailable
from springhead_contracts import keys
from springhead_runner.stores import dead_letters as module
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.dead_letters import DeadLetters

pytestmark = pytest.mark.embedded

T = "2025-11-09T02:00:00Z"


def letter(subject: str = "celeb_001", source: str = "tmdb", **more: Any) -> dict[str, Any]:
    run = keys.run_id(source, T)
    return {
        "id": keys.dead_letter_id(run, "scrape", subject),
        "kind": "scrape",
        "source": source,
        "run_id": run,
        "time": T,
        "subject_id": subject,
        "error": {"name": "BadResponse", "message": "no JSON", "retryable": False},
        "attempts": 1,
        "created_at": T,
        **more,
    }


def notices(aws: Aws) -> list[dict[str, Any]]:
    url = aws.settings.dead_letter_queue
    found = aws.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=60).get("Messages", [])
    return [json.loads(message["Body"]) for message in found]


def test_a_letter_is_kept_whole_and_announced(aws: Aws) -> None:
    letters = DeadLetters(aws)
    url = letters.keep(letter(record={"name": "周 \x00 \uffff"}))
    assert url == f"s3://{aws.settings.dead_letter_bucket}/scrape/tmdb/{T}/{letter()['id']}.json"
    (kept,) = letters.all()
    assert kept.pop("_key") == url.partition("s3://")[2].partition("/")[2]
    assert kept == letter(record={"name": "周 \x00 \uffff"})
    (notice,) = notices(aws)
    assert notice == {**letter(), "ref": url}


def test_the_same_failure_twice_is_one_letter(aws: Aws) -> None:
    letters = DeadLetters(aws)
    letters.keep(letter())
    letters.keep(letter(created_at="2025-11-09T02:00:37Z"))
    (kept,) = letters.all()
    assert kept["created_at"] == "2025-11-09T02:00:37Z"


def test_letters_of_a_run_and_of_a_source(aws: Aws) -> None:
    letters = DeadLetters(aws)
    for source in ("tmdb", "wikipedia"):
        for subject in ("celeb_001", "celeb_002"):
            letters.keep(letter(subject, source))
    assert len(list(letters.all())) == 4
    assert {found["source"] for found in letters.all("wikipedia")} == {"wikipedia"}
    of_run = letters.ids_of_run("scrape", "tmdb", T)
    assert set(of_run) == {letter(subject)["id"] for subject in ("celeb_001", "celeb_002")}
    letters.remove(of_run[letter()["id"]])
    assert set(letters.ids_of_run("scrape", "tmdb", T)) == {letter("celeb_002")["id"]}


def test_a_huge_letter_is_kept_whole_and_announced_short(aws: Aws) -> None:
    letters = DeadLetters(aws)
    letters.keep({**letter(), "subject": {"note": "界" * 100_000}})
    (kept,) = letters.all()
    assert len(kept["subject"]["note"]) == 100_000
    (notice,) = notices(aws)
    assert set(notice) == {"id", "kind", "source", "run_id", "time", "subject_id", "created_at", "ref"}


def test_a_record_that_no_json_can_hold_is_kept_all_the_same(aws: Aws) -> None:
    letters = DeadLetters(aws)
    letters.keep(letter(record={"half": "\ud800", "long": 10**30, "odd": object, "nan": math.nan}))
    (kept,) = letters.all()
    assert kept["record"]["half"] == "?" and kept["record"]["long"] == str(10**30)
    assert kept["record"]["nan"] == "NaN" and "object" in kept["record"]["odd"]


def test_a_queue_that_fails_loses_no_letter(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(call: Any, what: str, **options: Any) -> Any:
        raise Unavailable(f"{what}: SQS is unwell")

    monkeypatch.setattr(module, "retrying", broken)
    DeadLetters(aws).keep(letter())
    assert [found["id"] for found in DeadLetters(aws).all()] == [letter()["id"]]
    assert "kept but not announced" in caplog.text


def test_a_letter_that_breaks_its_own_contract_is_our_fault(aws: Aws) -> None:
    with pytest.raises(ConfigError, match="/kind"):
        DeadLetters(aws).keep(letter(kind="other"))
