"""How runs are cut: nobody left out, nobody twice, and no more in a batch than an invocation can do."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from springhead.entries import Run
from springhead.errors import ConfigError
from springhead.source import Rate, Resources, Source
from springhead_contracts import validate
from springhead_runner.scrape.plan import MARGIN, MAX_BYTES, RESERVE_S, Batch, Plan, cut, plan_run, workers_of
from springhead_runner.scrape.queue import _groups
from springhead_runner.stores.backup import ROWS_PER_PART
from springhead_runner.stores.paces import Pace

RUN = Run("tmdb", "2025-11-09T02:00:00Z", "attempt")


def source(per_second: float = 1.0, concurrency: int = 1, timeout_s: int = 300, **more: Any) -> type[Source]:
    members = {
        "name": "example",
        "rate": Rate(per_second, concurrency),
        "resources": Resources(timeout_s=timeout_s, reserved_concurrency=more.pop("reserved", 5)),
        **more,
    }
    return type("Example", (Source,), members)


@given(
    count=st.integers(0, 100_000),
    per_second=st.floats(0.01, 1000),
    concurrency=st.integers(1, 8),
    timeout_s=st.integers(1, 900),
    requests=st.floats(0.1, 40),
    latency=st.floats(0, 10),
    workers=st.integers(1, 50),
)
def test_a_plan_keeps_its_own_arithmetic(
    count: int, per_second: float, concurrency: int, timeout_s: int, requests: float, latency: float, workers: int
) -> None:
    pace = Pace(requests, latency)
    plan = plan_run(source(per_second, concurrency, timeout_s), count, pace=pace, workers=workers)
    usable = max(0.0, timeout_s - RESERVE_S) / MARGIN
    alone = requests * max(1 / per_second, latency / concurrency)
    together = requests * max(workers / per_second, latency / concurrency)
    assert plan.inline == (count * alone <= usable)
    if plan.inline:
        assert plan == Plan(0, 1)
        return
    assert 1 <= plan.size <= ROWS_PER_PART
    assert plan.size == 1 or plan.size * together <= usable * (1 + 1e-9)
    # As many as fit, and as few batches as that makes.
    assert plan.size == ROWS_PER_PART or (plan.size + 1) * together > usable * (1 - 1e-9)
    assert (plan.batches - 1) * plan.size < count <= plan.batches * plan.size


def test_the_seeds_hundred_celebrities_run_in_one_piece_where_the_source_is_quick_enough() -> None:
    from springhead.plugins import load_source

    assert plan_run(load_source("tmdb"), 100).inline
    assert plan_run(load_source("wikipedia"), 100).inline
    assert plan_run(load_source("tmdb"), 10_000) == Plan(233, 43)
    # One request in two seconds: nobody can ask about a hundred in 300 s.
    assert not plan_run(source(0.5), 100).inline


def test_what_was_measured_counts_and_so_does_the_scale() -> None:
    assert plan_run(source(1.0), 100).size == 11  # 140 s / (3 requests * 4 s)
    assert plan_run(source(1.0), 100, pace=Pace(1.0, 0.1)).inline
    assert plan_run(source(1.0), 1000, pace=Pace(1.0, 0.1)).size == 35
    assert plan_run(source(1.0), 100, scale=1000.0).inline
    assert workers_of(source(reserved=None)) == 2 and workers_of(source(reserved=8)) == 7


@pytest.mark.parametrize("more", [{"emits": "instagram_post"}, {"subjects": "instagram_search_term"}])
def test_a_source_with_one_file_is_never_split(more: dict[str, Any]) -> None:
    assert plan_run(source(0.01, **more), 100_000).inline


ids = st.lists(st.text(min_size=1, max_size=30), max_size=300, unique=True)


@given(ids=ids, size=st.integers(1, ROWS_PER_PART))
def test_every_subject_is_in_exactly_one_batch_in_order(ids: list[str], size: int) -> None:
    batches = list(cut(RUN, "plan", ids, size, -(-len(ids) // size)))
    assert [subject for batch in batches for subject in batch.subjects] == ids
    assert [batch.number for batch in batches] == list(range(-(-len(ids) // size)))
    assert [batch.first for batch in batches] == [size * n for n in range(len(batches))]
    assert all(len(batch.subjects) == size for batch in batches[:-1])
    assert len({batch.label for batch in batches}) == len(batches)
    for batch in batches:
        assert validate("work_batch", batch.to_message()) == []
        assert Batch.from_body(json.dumps(batch.to_message())) == Batch(
            **{**{name: getattr(batch, name) for name in batch.__slots__}, "batches": max(1, batch.batches)}
        )


@given(lengths=st.lists(st.integers(1, 60_000), max_size=40))
def test_no_message_and_no_request_is_larger_than_the_queue_takes(lengths: list[int]) -> None:
    subjects = [f"{n:05}{'爱' * (length // 6)}" for n, length in enumerate(lengths)]
    batches = list(cut(RUN, "plan", subjects, ROWS_PER_PART, 0))
    assert [subject for batch in batches for subject in batch.subjects] == subjects
    groups = list(_groups(batches))
    assert [label for group in groups for label, _ in group] == [batch.label for batch in batches]
    for group in groups:
        assert len(group) <= 10 and sum(len(body) for _, body in group) <= 262_144
        assert all(body.isascii() and len(body) <= MAX_BYTES + 1000 for _, body in group)


@given(ids=ids.filter(lambda found: len(found) > 1), data=st.data())
def test_what_is_handed_on_is_a_piece_of_its_own(ids: list[str], data: st.DataObject) -> None:
    batch = Batch("tmdb", RUN.time, "plan", 3, 9, 1500, tuple(ids))
    left = data.draw(st.sets(st.sampled_from(ids), min_size=1))
    rest = batch.rest(left)
    assert rest.subjects == tuple(subject for subject in ids if subject in left)
    assert ids[rest.first - 1500] == rest.subjects[0]
    assert (rest.number, rest.piece, rest.label) == (3, 1, "00003-001")
    assert rest.rest(rest.subjects[-1:]).label == "00003-002"
    assert (rest.digest == batch.digest) == (len(left) == len(ids))
    assert validate("work_batch", rest.to_message()) == []


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("not JSON", "no JSON"),
        ("[]", "no work batch"),
        ("{}", "run_id"),
        ('{"run_id": 1}', "/run_id"),
        (json.dumps({"run_id": "tmdb@2025-11-09T02:00:00Z", "source": "tmdb", "time": "2025-11-09T02:00:00Z",
                     "batch": 0, "batches": 1}), "/attempt_id: is missing; /subjects: is missing"),
        (json.dumps({"run_id": "tmdb@2025-11-09T02:00:00Z", "source": "news", "time": "2025-11-09T02:00:00Z",
                     "batch": 0, "batches": 1, "attempt_id": "a", "subjects": ["x"]}), "is not that of"),
    ],
)  # fmt: skip
def test_a_message_that_is_no_batch_says_why(body: str, why: str) -> None:
    with pytest.raises(ConfigError, match="the message is no") as caught:
        Batch.from_body(body)
    assert why in caught.value.message


@pytest.mark.parametrize("size", [0, ROWS_PER_PART + 1])
def test_a_batch_larger_than_a_part_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="1 to 500"):
        next(cut(RUN, "plan", ["a"], size, 1))


def test_a_hundred_thousand_subjects_take_no_more_memory_than_a_thousand() -> None:
    def peak(count: int) -> int:
        def stream() -> Iterator[str]:
            return (f"celeb_{n:06}" for n in range(count))

        tracemalloc.start()
        try:
            sent = sum(len(group) for group in _groups(cut(RUN, "plan", stream(), 100, count // 100)))
            assert sent == count // 100
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(1000)  # what is imported and cached on first use
    assert peak(100_000) < 2 * peak(2000)
