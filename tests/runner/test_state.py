"""The state table, and DynamoDB's conditions held against it after every step."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from springhead_runner import state
from springhead_runner.state import Put, Result, State, Stored
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.entries import EntryStore
from springhead_runner.stores.values import encode_item

OLD, NEW = "a" * 64, "b" * 64
RAW = Stored(State.RAW, OLD)
#: The documented table: state → (put same, put other, enrich same, enrich other).
TABLE = {
    Stored(State.ABSENT): (Put.WRITTEN, Put.WRITTEN, Result.GONE, Result.GONE),
    RAW: (Put.UNCHANGED, Put.CHANGED, Result.ENRICHED, Result.STALE),
    Stored(State.FAILED, OLD): (Put.UNCHANGED, Put.CHANGED, Result.ENRICHED, Result.STALE),
    Stored(State.ENRICHED, OLD): (Put.UNCHANGED, Put.CHANGED, Result.ALREADY, Result.STALE),
}


@pytest.mark.parametrize("stored", TABLE, ids=lambda stored: stored.state.value)
def test_the_documented_table(stored: Stored) -> None:
    put_same, put_other, enrich_same, enrich_other = TABLE[stored]
    fresh = Stored(State.RAW, NEW)
    assert state.put(stored, NEW) == (fresh, put_other)
    assert state.put(stored, OLD)[1] == put_same
    assert state.put(stored, OLD)[0] == (stored if put_same is Put.UNCHANGED else RAW)
    after, result = state.enrich(stored, OLD)
    assert result == enrich_same
    assert after == (Stored(State.ENRICHED, OLD) if result is Result.ENRICHED else stored)
    assert state.enrich(stored, NEW) == (stored, enrich_other)
    failed, result = state.enrich(stored, OLD, failed=True)
    assert result == (Result.FAILED if enrich_same is Result.ENRICHED else enrich_same)
    assert failed == (Stored(State.FAILED, OLD) if result is Result.FAILED else stored)


def test_the_documentation_is_the_table() -> None:
    """The rows in the module's docstring say what the functions do."""
    rows = {line.split()[0]: line for line in (state.__doc__ or "").splitlines() if line[:1].isalpha()}
    for stored, (put_same, put_other, enrich_same, enrich_other) in TABLE.items():
        shown = rows[stored.state.value].replace("→ raw", "").split()[1:]
        assert shown == [put_same.value, put_other.value, enrich_same.value, enrich_other.value]


@pytest.mark.parametrize(
    ("metadata", "wanted"),
    [
        ({"processed": False, "error": None, "raw_sha256": OLD}, RAW),
        ({"processed": False, "raw_sha256": OLD}, RAW),
        ({"processed": False, "error": "NotFound: gone", "raw_sha256": OLD}, Stored(State.FAILED, OLD)),
        ({"processed": False, "error": "", "raw_sha256": OLD}, Stored(State.FAILED, OLD)),
        ({"processed": True, "error": None, "raw_sha256": OLD}, Stored(State.ENRICHED, OLD)),
        ({"processed": False, "error": None}, Stored(State.RAW)),
        (None, Stored(State.RAW)),
    ],
)
def test_state_of_an_item(metadata: Any, wanted: Stored) -> None:
    assert state.state_of({"metadata": metadata}) == wanted
    assert state.state_of(None) == Stored(State.ABSENT)


class Table(RuleBasedStateMachine):
    """Drives a real table through puts and enrichments in any order; the model is the state table."""

    aws: Aws
    make_entry: Callable[..., dict[str, Any]]
    numbers = itertools.count()

    def __init__(self) -> None:
        super().__init__()
        self.store = EntryStore(self.aws)
        self.celebrity = f"celeb_{next(self.numbers):05}"
        self.key = {k: self.entry(OLD)[k] for k in ("celebrity_id", "source_type#timestamp")}
        self.model = Stored(State.ABSENT)
        self.attempts = 0

    def entry(self, sha256: str | None) -> dict[str, Any]:
        made = type(self).make_entry(self.celebrity, sha256 or OLD)
        if sha256 is None:
            del made["metadata"]["raw_sha256"]
        return made

    def item(self) -> dict[str, Any] | None:
        answer = self.aws.dynamodb.get_item(
            TableName=self.aws.settings.table, Key=encode_item(self.key), ConsistentRead=True
        )
        found: dict[str, Any] | None = answer.get("Item")
        return found

    @rule(sha256=st.sampled_from([OLD, NEW]))
    def put(self, sha256: str) -> None:
        before = self.item()
        self.attempts += 1
        written = self.entry(sha256)
        # Another attempt differs in what no content is: that alone must not count as a change.
        written["metadata"] |= {"attempt_id": f"attempt-{self.attempts}", "last_updated": "2025-11-09T02:00:07Z"}
        result = self.store.put(written)
        self.model, wanted = state.put(self.model, sha256)
        assert result == wanted.value
        if wanted is Put.UNCHANGED:
            assert self.item() == before  # not a byte: nothing on the stream
        else:
            assert self.item() == encode_item(written)
            assert written["weight"] is None and written["sentiment"] is None

    @rule()
    def write_as_an_older_writer(self) -> None:
        """No hash, no condition: seed 1's own put_item."""
        legacy = self.entry(None)
        self.aws.dynamodb.put_item(TableName=self.aws.settings.table, Item=encode_item(legacy))
        self.model = Stored(State.RAW, None)

    @rule(sha256=st.sampled_from([OLD, NEW, None]), failed=st.booleans())
    def enrich(self, sha256: str | None, failed: bool) -> None:
        before = self.item()
        if failed:
            result = self.store.fail(self.key, sha256, "PluginError: no")
        else:
            result = self.store.enrich(
                self.key, sha256, weight=0.85, sentiment="neutral", analyser="a/1", now="2025-11-09T02:00:09Z"
            )
        self.model, wanted = state.enrich(self.model, sha256, failed=failed)
        assert result == wanted
        after = self.item()
        if wanted in {Result.ALREADY, Result.STALE, Result.GONE}:
            assert after == before
            return
        assert after is not None and before is not None
        assert after["raw_text"] == before["raw_text"] and after["id"] == before["id"]
        if wanted is Result.ENRICHED:
            assert (after["weight"], after["sentiment"]) == ({"N": "0.85"}, {"S": "neutral"})
            assert after["metadata"]["M"]["error"] == {"NULL": True}
        else:
            assert after["weight"] == after["sentiment"] == {"NULL": True}

    @rule()
    def delete(self) -> None:
        self.aws.dynamodb.delete_item(TableName=self.aws.settings.table, Key=encode_item(self.key))
        self.model = Stored(State.ABSENT)

    @invariant()
    def stored_as_modelled(self) -> None:
        item = self.item()
        assert (
            state.state_of(
                self.store.get(**{"celebrity_id": self.celebrity, "sort_key": self.key["source_type#timestamp"]})
            )
            == self.model
        )
        assert (item is None) == (self.model.state is State.ABSENT)


@pytest.mark.embedded
def test_any_history_on_a_real_table(judge: str, fresh: Callable[..., Aws], kit: SimpleNamespace) -> None:
    machine = type("Driven", (Table,), {"aws": fresh(judge), "make_entry": staticmethod(kit.entry)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.embedded
def test_every_transition_on_a_real_table(judge: str, fresh: Callable[..., Aws], kit: SimpleNamespace) -> None:
    """Each cell of the table once, in sequences that people can read."""
    store = EntryStore(fresh(judge))
    key = {k: kit.entry()[k] for k in ("celebrity_id", "source_type#timestamp")}
    done = {"weight": 0.85, "sentiment": "positive", "analyser": "a/1", "now": "2025-11-09T02:00:09Z"}
    assert store.enrich(key, OLD, **done) is Result.GONE
    assert store.put(kit.entry(sha=OLD)) == "written"
    assert store.put(kit.entry(sha=OLD)) == "unchanged"
    assert store.fail(key, OLD, "x" * 5000) is Result.FAILED
    failed = store.get(*key.values())
    assert failed is not None and len(failed["metadata"]["error"]) == 1000 and failed["metadata"]["retry_count"] == 1
    assert store.put(kit.entry(sha=OLD)) == "unchanged"
    assert store.enrich(key, NEW, **done) is Result.STALE
    assert store.enrich(key, OLD, **done) is Result.ENRICHED
    assert store.enrich(key, OLD, **done) is Result.ALREADY
    assert store.fail(key, OLD, "late") is Result.ALREADY
    assert store.put(kit.entry(sha=OLD)) == "unchanged"
    assert store.put(kit.entry(sha=NEW)) == "changed"
    reset = store.get(*key.values())
    assert reset is not None and reset["weight"] is None and reset["metadata"]["processed"] is False
    assert store.enrich(key, OLD, **done) is Result.STALE


@pytest.mark.embedded
def test_entries_of_older_writers_are_enriched_until_somebody_newer_writes(
    judge: str, fresh: Callable[..., Aws], kit: SimpleNamespace
) -> None:
    aws = fresh(judge)
    store = EntryStore(aws)
    legacy = kit.entry()
    del legacy["metadata"]["raw_sha256"]
    key = {k: legacy[k] for k in ("celebrity_id", "source_type#timestamp")}
    done = {"weight": 0.85, "sentiment": "positive", "analyser": "a/1", "now": "2025-11-09T02:00:09Z"}
    aws.dynamodb.put_item(TableName=aws.settings.table, Item=encode_item(legacy))
    assert store.enrich(key, OLD, **done) is Result.STALE
    assert store.fail(key, None, "first") is Result.FAILED
    assert store.enrich(key, None, **done) is Result.ENRICHED
    assert store.enrich(key, None, **done) is Result.ALREADY
    assert store.put(kit.entry(sha=OLD)) == "changed"  # nobody can tell whether it is the same
    assert store.enrich(key, None, **done) is Result.STALE
