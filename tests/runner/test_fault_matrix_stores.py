"""The fault matrix, stores: DynamoDB and S3 fail at the wire, in either order, while a source is scraped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from springhead.errors import Unavailable
from springhead_runner.scrape.report import exit_code
from springhead_runner.stores import aws as aws_module
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.dead_letters import DeadLetters
from springhead_runner.stores.objects import Objects
from springhead_runner.stores.reports import Reports

pytestmark = pytest.mark.embedded


@pytest.fixture
def failing(
    bench: Callable[..., Any], kit: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., tuple[Any, Any]]]:
    """Make a bench behind a proxy that can fail; its own view of the table stays clear of it."""
    monkeypatch.setattr(aws_module, "BASE", 0.0)
    open_: list[Any] = []

    def make(count: int = 6, **faults: Any) -> tuple[Any, Any]:
        one = bench(count, **faults)
        manager = kit.proxy.proxied(one.aws.settings.endpoint)
        open_.append(manager)
        proxy = manager.__enter__()
        one.direct, one.aws = one.aws, Aws(one.aws.settings.model_copy(update={"endpoint": proxy.url}))
        return one, proxy

    yield make
    for manager in open_:
        manager.__exit__(None, None, None)


def putting(call: Any) -> str | None:
    """The subject whose entry is being put."""
    if call.operation != "DynamoDB.PutItem" or "celebrity_id" not in call.body["Item"]:
        return None
    subject = call.body["Item"]["celebrity_id"]["S"]
    return str(subject)


def ids(one: Any) -> list[str]:
    return sorted(person["celebrity_id"] for person in one.people)


def stored(one: Any) -> list[str]:
    """Each entry's subject; one that was there twice would be twice in it."""
    return sorted(celebrity_id for celebrity_id, _ in one.raw("tmdb#"))


@pytest.mark.parametrize(
    "error", ["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"]
)
def test_throttled_five_times_is_written_at_the_sixth(
    failing: Callable[..., Any], kit: SimpleNamespace, error: str
) -> None:
    one, proxy = failing()
    tries: Counter[str] = Counter()

    def fault(call: Any) -> Any:
        subject = putting(call)
        if subject is None:
            return None
        tries[subject] += 1
        return kit.proxy.dynamodb_error(error) if tries[subject] <= 5 else None

    proxy.fault = fault
    report = one.scrape()
    assert (report["written"], report["dead_lettered"], report["lost"]) == (6, 0, 0)
    assert set(tries.values()) == {6} and stored(one) == ids(one)


def test_dynamodb_fails_after_s3_succeeded(failing: Callable[..., Any], kit: SimpleNamespace) -> None:
    one, proxy = failing()
    victim = ids(one)[2]
    proxy.fault = lambda call: (
        kit.proxy.dynamodb_error("ProvisionedThroughputExceededException") if putting(call) == victim else None
    )
    report = one.scrape()
    assert (report["written"], report["dead_lettered"], report["lost"]) == (5, 1, 0)
    (letter,) = DeadLetters(one.direct).all()
    assert (letter["subject_id"], letter["error"]["name"]) == (victim, "Unavailable")
    primary = next(r for r in letter["record"]["metadata"]["responses"] if r["primary"])
    body = Objects(one.direct, one.direct.settings.raw_bucket, "").get(primary["key"])
    assert body.decode() == letter["record"]["raw_text"]  # the answer is safe, nobody need ask for it again
    before = one.raw()
    proxy.fault = lambda call: None
    report = one.scrape()
    assert (report["written"], report["unchanged"], report["dead_lettered"]) == (1, 5, 0)
    assert list(DeadLetters(one.direct).all()) == [] and stored(one) == ids(one)
    assert {key: one.raw()[key] for key in before} == before


def test_s3_fails_after_dynamodb_succeeded(failing: Callable[..., Any], kit: SimpleNamespace) -> None:
    """The entries are in the table when the backup cannot be written."""
    one, proxy = failing()
    backup = one.direct.settings.backup_bucket
    proxy.fault = lambda call: kit.proxy.s3_error("SlowDown") if call.operation == f"PUT {backup}" else None
    with pytest.raises(Unavailable, match="SlowDown"):
        one.scrape()
    before = one.raw()
    assert stored(one) == ids(one)
    report = Reports(one.direct).get(f"tmdb@{kit.T}")
    assert report is not None and (report["status"], report["written"], report["lost"]) == ("failed", 6, 0)
    one.enrich()
    enriched = one.raw()
    proxy.fault = lambda call: None  # Lambda delivers the event again
    report = one.scrape()
    assert (report["unchanged"], report["backup"]["rows"], report["status"]) == (6, 6, "completed")
    assert one.raw() == enriched and before.keys() == enriched.keys()


def test_s3_fails_before_anything_is_written(failing: Callable[..., Any], kit: SimpleNamespace) -> None:
    one, proxy = failing()
    raw = one.direct.settings.raw_bucket
    proxy.fault = lambda call: kit.proxy.s3_error("InternalError", 500) if call.operation == f"PUT {raw}" else None
    report = one.scrape()
    # Not even a letter can hold its answers: that is said, and the same run does it later.
    assert (report["lost"], report["written"], report["status"]) == (6, 0, "failed") and stored(one) == []
    proxy.fault = lambda call: None
    assert one.scrape()["written"] == 6 and stored(one) == ids(one)


def test_puts_whose_answers_are_lost_are_made_once(failing: Callable[..., Any], kit: SimpleNamespace) -> None:
    one, proxy = failing()
    lost: set[str] = set()

    def fault(call: Any) -> Any:
        subject = putting(call)
        if subject is None or subject in lost:
            return None
        lost.add(subject)
        return kit.proxy.LOST_ANSWER

    proxy.fault = fault
    report = one.scrape()
    # The second try finds its own entry: the same content is no change, so enrichment is not woken for it again.
    assert report["written"] + report["unchanged"] == 6 and report["dead_lettered"] == report["lost"] == 0
    assert stored(one) == ids(one)


def test_a_connection_that_breaks_at_every_call_once(failing: Callable[..., Any], kit: SimpleNamespace) -> None:
    one, proxy = failing()
    seen: set[Any] = set()

    def fault(call: Any) -> Any:
        key = call.operation, call.path, str(call.body)
        if key in seen:
            return None
        seen.add(key)
        return kit.proxy.REFUSED

    proxy.fault = fault
    report = one.scrape()
    assert (report["status"], report["lost"], report["dead_lettered"]) == ("completed", 0, 0)
    proxy.fault = lambda call: None
    assert len(seen) > 20 and stored(one) == ids(one)


def test_a_run_uses_no_call_that_can_leave_items_unprocessed(failing: Callable[..., Any]) -> None:
    """BatchWriteItem may write half and say so in a 200. A put either happens or fails."""
    one, proxy = failing(malformed=0.3)
    one.scrape()
    used = {call.operation for call in proxy.calls if call.operation.startswith("DynamoDB.")}
    assert "DynamoDB.PutItem" in used
    assert not [operation for operation in used if "Batch" in operation]


def test_a_source_that_is_down_for_the_whole_run(bench: Callable[..., Any], simulate: Any, people: Any) -> None:
    one = bench(12, server_error=1.0)
    report = one.scrape()
    assert (report["health"], report["status"], report["written"], report["lost"]) == ("unhealthy", "failed", 0, 0)
    assert exit_code(report) == 3 and stored(one) == []
    assert sorted(letter["subject_id"] for letter in DeadLetters(one.aws).all()) == ids(one)
    # It is up again when Lambda delivers the event once more, or when the letters are replayed.
    one.aws = type(one.aws)(one.aws.settings.model_copy(update={"upstream": simulate(people(12)).url}))
    report = one.scrape()
    assert (report["health"], report["written"]) == ("healthy", 12)
    assert stored(one) == ids(one) and list(DeadLetters(one.aws).all()) == []


def test_a_source_that_returns_nothing_is_unhealthy(
    bench: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    one = bench(12, not_found=1.0)
    report = one.scrape()
    assert (report["not_found"], report["written"], report["dead_lettered"], report["lost"]) == (12, 0, 0, 0)
    assert (report["health"], report["status"]) == ("unhealthy", "failed") and exit_code(report) == 3
    assert any("gives nothing" in warning["message"] for warning in report["warnings"])


@pytest.mark.parametrize("skewed", ["1999-01-03T02:00:00Z", "2031-01-05T02:00:00Z"])
def test_a_t_from_another_time_is_a_run_like_any_other(bench: Callable[..., Any], skewed: str) -> None:
    """A schedule's clock and ours may differ by anything: T is a key, never compared with the clock."""
    one = bench(4)
    one.scrape()
    before = one.raw()
    report = one.scrape(time=skewed)
    assert (report["written"], report["time"], report["run_id"]) == (4, skewed, f"tmdb@{skewed}")
    after = one.raw()
    assert len(after) == 8 and {key: after[key] for key in before} == before
    one.enrich()
    assert all(item["weight"].get("N") for item in one.raw().values())
    assert one.scrape(time=skewed)["unchanged"] == 4
