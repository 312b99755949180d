from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from springhead.errors import ConfigError
from springhead.subject import Subject
from springhead_runner.stores.aws import Aws
from springhead_runner.stores.entries import EntryStore
from springhead_runner.stores.subjects import SubjectStore, Unreadable
from springhead_runner.stores.values import encode_item

pytestmark = pytest.mark.embedded

NOW = "2025-11-09T02:00:00Z"


def record(number: int, **more: Any) -> dict[str, Any]:
    return {
        "celebrity_id": f"celeb_{number:03}",
        "source_type#timestamp": "metadata#2025-01-01T00:00:00Z",
        "name": f"Name {number}",
        "created_at": "2025-11-07T11:03:26.192920Z",
        "updated_at": "2025-11-07T11:03:26.192920Z",
        "is_active": True,
        **more,
    }


@pytest.fixture
def judged(judge: str, fresh: Callable[..., Aws]) -> Aws:
    return fresh(judge)


def stored(aws: Aws, number: int = 1) -> dict[str, Any]:
    found = EntryStore(aws).get(f"celeb_{number:03}")
    assert found is not None
    return found


def test_adding_twice_changes_nothing(judged: Aws) -> None:
    store = SubjectStore(judged)
    assert store.add(record(1)) is True
    before = stored(judged)
    assert store.add(record(1, name="Another", is_active=False)) is False
    assert stored(judged) == before == record(1, subject_type="celebrity")


def test_a_record_of_an_older_writer_becomes_enumerable_and_keeps_all_else(judged: Aws) -> None:
    older = record(1, biography="kept")
    judged.dynamodb.put_item(TableName=judged.settings.table, Item=encode_item(older))
    assert list(SubjectStore(judged).all()) == []
    assert SubjectStore(judged).add(record(1, name="Another")) is False
    assert stored(judged) == {**older, "subject_type": "celebrity"}
    assert [subject.id for subject in SubjectStore(judged).all()] == ["celeb_001"]


def test_enumeration_is_by_id_and_pages_beyond_a_megabyte(judged: Aws) -> None:
    store = SubjectStore(judged)
    for number in (5, 3, 1, 4, 2, 6):
        store.add(record(number, biography="x" * 250_000, occupation=["actor"]))
    # An entry under the same celebrity is no subject.
    entry = {**record(1), "source_type#timestamp": f"tmdb#{NOW}"}
    judged.dynamodb.put_item(TableName=judged.settings.table, Item=encode_item(entry))
    found = list(store.all())
    assert [subject.id for subject in found] == [f"celeb_{n:03}" for n in range(1, 7)]
    assert isinstance(found[0], Subject) and found[0].occupation == ("actor",)


def test_a_record_that_is_no_subject_keeps_its_place_and_its_reason(judged: Aws) -> None:
    SubjectStore(judged).add(record(1))
    broken = record(2, name="", subject_type="celebrity")
    del broken["name"]
    judged.dynamodb.put_item(TableName=judged.settings.table, Item=encode_item(broken))
    SubjectStore(judged).add(record(3))
    found = list(SubjectStore(judged).all())
    assert [subject.id for subject in found] == ["celeb_001", "celeb_002", "celeb_003"]
    assert isinstance(found[1], Unreadable) and "/name is missing" in found[1].error.message
    assert [type(subject) for subject in SubjectStore(judged).some(["celeb_002", "celeb_001"])] == [Unreadable, Subject]


def test_some_in_the_order_given_once_each(judged: Aws) -> None:
    store = SubjectStore(judged)
    for number in (1, 2, 3):
        store.add(record(number))
    asked = ["celeb_003", "celeb_001", "celeb_003"]
    assert [subject.id for subject in store.some(asked)] == ["celeb_003", "celeb_001"]
    with pytest.raises(ConfigError, match="no metadata record of celeb_999"):
        list(store.some(["celeb_001", "celeb_999"]))


def test_remembering_adds_renews_and_leaves_alone(judged: Aws) -> None:
    store = SubjectStore(judged)
    store.add(record(1))
    subject = Subject("celeb_001", "Name 1")
    assert store.remember(subject, {"wikidata": "Q1"}, NOW) is True
    assert stored(judged)["identities"] == {"wikidata": "Q1"}
    assert stored(judged)["updated_at"] == NOW
    # From a subject that was read before: the map is there by now.
    assert store.remember(subject, {"tmdb": "7", "we-ird.name#1": "x"}, NOW) is True
    (known,) = store.some(["celeb_001"])
    assert isinstance(known, Subject) and known.identities == {"wikidata": "Q1", "tmdb": "7", "we-ird.name#1": "x"}
    assert store.remember(known, {"wikidata": "Q1"}, "2026-01-01T00:00:00Z") is False
    assert store.remember(known, {"wikidata": "Q2"}, NOW) is True
    assert stored(judged)["identities"]["wikidata"] == "Q2"


def test_remembering_nobody(judged: Aws) -> None:
    with pytest.raises(ConfigError, match="no metadata record of celeb_404"):
        SubjectStore(judged).remember(Subject("celeb_404", "X"), {"tmdb": "1"}, NOW)
    assert EntryStore(judged).get("celeb_404") is None


def test_two_ids_learned_at_the_same_moment_both_stay(judged: Aws) -> None:
    store = SubjectStore(judged)
    for number in range(1, 11):
        store.add(record(number))
        start = Barrier(3)

        def learn(name: str, subject: Subject, start: Barrier = start) -> bool:
            start.wait()
            return store.remember(subject, {name: "1"}, NOW)

        subject = Subject(f"celeb_{number:03}", "X")
        with ThreadPoolExecutor(3) as pool:
            assert all(pool.map(learn, ("tmdb", "wikidata", "youtube"), [subject] * 3))
        assert stored(judged, number)["identities"] == {"tmdb": "1", "wikidata": "1", "youtube": "1"}
