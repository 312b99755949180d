from __future__ import annotations

from typing import Any

import pytest
from springhead.errors import ConfigError
from springhead.subject import Subject

GOOD = {"celebrity_id": "celeb_001", "name": "周潤發"}


def test_a_metadata_record_is_read() -> None:
    record = {
        **GOOD, "birth_date": "1955-05-18", "nationality": "香港", "occupation": ["actor"], "is_active": False,
        "identities": {"tmdb": "1619"}, "source_type#timestamp": "metadata#…", "unknown": 5,
    }  # fmt: skip
    subject = Subject.from_record(record)
    assert (subject.id, subject.name, subject.birth_date) == ("celeb_001", "周潤發", "1955-05-18")
    assert (subject.occupation, subject.identities, subject.is_active) == (("actor",), {"tmdb": "1619"}, False)


def test_id_and_name_are_enough_and_null_is_absent() -> None:
    subject = Subject.from_record({**GOOD, "birth_date": None, "occupation": None, "identities": None})
    assert subject == Subject("celeb_001", "周潤發")
    assert subject.is_active


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ([], "expected an object, found list"),
        (None, "expected an object, found NoneType"),
        ("x", "expected an object, found str"),
        ({}, "/celebrity_id is missing"),
        ({"celebrity_id": "x"}, "/name is missing"),
        ({**GOOD, "name": None}, "/name is None"),
        ({**GOOD, "name": "  "}, "/name is '  '"),
        ({**GOOD, "name": 5}, "/name is 5"),
        ({**GOOD, "celebrity_id": ["x"]}, r"/celebrity_id is \['x'\]"),
        ({**GOOD, "birth_date": 1955}, "/birth_date is 1955"),
        ({**GOOD, "birth_date": "1955-02-30"}, "/birth_date is '1955-02-30'"),
        ({**GOOD, "birth_date": "18.5.1955"}, "/birth_date is"),
        ({**GOOD, "birth_date": "19550518"}, "/birth_date is"),
        ({**GOOD, "occupation": "actor"}, "/occupation is 'actor'"),
        ({**GOOD, "occupation": 5}, "/occupation is 5"),
        ({**GOOD, "occupation": [1]}, "/occupation is"),
        ({**GOOD, "identities": ["tmdb"]}, "/identities is"),
        ({**GOOD, "identities": {"tmdb": 1619}}, "/identities is"),
        ({**GOOD, "is_active": "no"}, "/is_active is 'no'"),
    ],
)
def test_what_is_wrong_is_named(record: Any, words: str) -> None:
    with pytest.raises(ConfigError, match=f"^--subject: {words}") as caught:
        Subject.from_record(record, where="--subject")
    assert caught.value.hint
    assert caught.value.exit_code == 2
