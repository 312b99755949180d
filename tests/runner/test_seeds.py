from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from springhead.errors import ConfigError
from springhead_demo import celebrities_file
from springhead_runner.seeds import read_list

NOW = datetime(2025, 11, 9, 2, 0, 37, tzinfo=UTC)
SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "celebrities.json"


def read(tmp_path: Path, document: Any) -> Any:
    path = tmp_path / "list.json"
    path.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
    return read_list(path, NOW)


def person(number: int = 1, **more: Any) -> dict[str, Any]:
    return {"celebrity_id": f"celeb_{number:03}", "name": "周潤發", **more}


def test_a_list_becomes_metadata_records(tmp_path: Path) -> None:
    accepted, refused = read(
        tmp_path, [person(birth_date="1955-05-18", occupation=["演員"], created_at="2025-11-07T11:03:26.192920Z")]
    )
    assert refused == []
    assert accepted == [
        {
            "celebrity_id": "celeb_001",
            "source_type#timestamp": "metadata#2025-01-01T00:00:00Z",
            "name": "周潤發",
            "birth_date": "1955-05-18",
            "occupation": ["演員"],
            "created_at": "2025-11-07T11:03:26.192920Z",
            "updated_at": "2025-11-09T02:00:37Z",
            "is_active": True,
        }
    ]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (person(1), "/celebrity_id: celeb_001 is the id of entry 1 already"),
        (person(2, birth_date="1955-02-30"), "/birth_date"),
        (person(2, birth_date="18.5.1955"), "/birth_date"),
        (person(2, birth_date="2999-01-01"), "is in the future"),
        (person(2, name=None), "/name"),
        (person(2, name=""), "/name"),
        (person(2, name=" \u3000 "), "more than spaces"),
        (person(2, name="Ann\x1b[31m"), "U+001B"),
        (person(2, name="Ann\u202eeeL"), "U+202E"),
        (person(2, name="長" * 700), "2,048 bytes"),
        ({"celebrity_id": "celeb_002"}, "name"),
        ({"name": "X"}, "celebrity_id"),
        (person(2, celebrity_id=2), "/celebrity_id"),
        (person(2, occupation="actor"), "/occupation"),
        (person(2, **{"source_type#timestamp": "metadata#2026-01-01T00:00:00Z"}), "source_type#timestamp"),
        (person(2, is_active="yes"), "/is_active"),
        ("celeb_002", "a text, not an object"),
        (None, "null, not an object"),
        ([], "a list, not an object"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_what_is_refused_has_its_place_and_reason(tmp_path: Path, entry: Any, said: str) -> None:
    accepted, refused = read(tmp_path, [person(1), entry, person(3)])
    assert [record["celebrity_id"] for record in accepted] == ["celeb_001", "celeb_003"]
    (refusal,) = refused
    assert refusal.number == 2 and said in str(refusal) and "\n" not in str(refusal)


def test_every_reason_is_said(tmp_path: Path) -> None:
    _, (refusal,) = read(tmp_path, [person(1, name=None, birth_date="never")])
    assert {violation.pointer for violation in refusal.violations} == {"/name", "/birth_date"}


@pytest.mark.parametrize(
    ("document", "said"),
    [(b"[{]", "no JSON .line 1"), (b"", "no JSON"), ({"a": 1}, "an object, not a list"), (b"\xff", "no JSON")],
)
def test_a_file_that_is_no_list(tmp_path: Path, document: Any, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        read(tmp_path, document)
    assert "list.json" in caught.value.message


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        read_list(tmp_path / "none.json", NOW)
    with pytest.raises(ConfigError, match="directory"):
        read_list(tmp_path, NOW)


def test_real_lists_are_taken_whole() -> None:
    """The project's own list, and the one shared with it, where that lies beside the repository."""
    own = Path(str(celebrities_file()))
    for path in [own, *([SHARED] if SHARED.exists() else [])]:
        accepted, refused = read_list(path, NOW)
        assert len(accepted) + len(refused) == len(json.loads(path.read_text())), path
        assert len({record["celebrity_id"] for record in accepted}) == len(accepted) >= 90, path
        assert all(refusal.reasons for refusal in refused)
