"""Reading a list of celebrities in seed 1's format."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson
from springhead.errors import ConfigError
from springhead.http.messages import excerpt
from springhead_contracts import Violation, keys, validate

__all__ = ["Refusal", "read_list"]


#: Bytes; the limit of a key of a DynamoDB index, and `name` is one.
MAX_NAME = 2048


@dataclass(frozen=True, slots=True)
class Refusal:
    """One entry of a list that is not written, and every reason."""

    number: int
    who: str
    violations: tuple[Violation, ...]

    def __str__(self) -> str:
        return f"entry {self.number} ({self.who}): {'; '.join(map(str, self.violations))}"


def read_list(path: Path, now: datetime) -> tuple[list[dict[str, Any]], list[Refusal]]:
    """Read and check a list.

    Args:
        path: A JSON file.
        now: Becomes ``created_at`` and ``updated_at`` where the list has none.

    Returns:
        The metadata records to write, and what is refused. Of several entries with one id the first is taken.

    Raises:
        ConfigError: The file cannot be read, or is no list.
    """
    try:
        document = orjson.loads(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}", hint="give the path of a JSON list") from error
    except orjson.JSONDecodeError as error:
        raise ConfigError(
            f"{path} is no JSON (line {error.lineno}, column {error.colno}): {error.msg}",
            hint="correct the file; it must be UTF-8",
        ) from error
    if not isinstance(document, list):
        raise ConfigError(f"{path} holds {_kind(document)}, not a list", hint='write [{"celebrity_id": …}, …]')
    stamp = keys.format_time(now)
    accepted: list[dict[str, Any]] = []
    refused: list[Refusal] = []
    first: dict[str, int] = {}
    for number, entry in enumerate(document, start=1):
        if not isinstance(entry, dict):
            fault = Violation("", "type", f"{_kind(entry)}, not an object")
            refused.append(Refusal(number, excerpt(str(entry), 40), (fault,)))
            continue
        record = {
            **entry,
            "source_type#timestamp": entry.get("source_type#timestamp", keys.METADATA_SORT_KEY),
            "created_at": entry.get("created_at", stamp),
            "updated_at": entry.get("updated_at", stamp),
            "is_active": entry.get("is_active", True),
        }
        faults = [*validate("celebrity_metadata", record), *_name_faults(record), *_impossible_date(record, now)]
        celebrity_id = record.get("celebrity_id")
        if isinstance(celebrity_id, str) and celebrity_id in first:
            message = f"{celebrity_id} is the id of entry {first[celebrity_id]} already"
            faults.append(Violation("/celebrity_id", "unique", message))
        if faults:
            who = entry.get("name") or celebrity_id or "without name"
            refused.append(Refusal(number, excerpt(str(who), 40), tuple(faults)))
            continue
        first[record["celebrity_id"]] = number
        accepted.append(record)
    return accepted, refused


def _name_faults(record: dict[str, Any]) -> list[Violation]:
    """What the contract allows in a name, and no index key, terminal or source does."""
    name = record.get("name")
    if not isinstance(name, str) or not name:
        return []  # the contract says what is wrong
    if not name.strip():
        return [Violation("/name", "blank", "must hold more than spaces")]
    hidden = [char for char in name if not char.isprintable()]
    if hidden:
        return [Violation("/name", "control", f"must not hold the invisible character U+{ord(hidden[0]):04X}")]
    size = len(name.encode("utf-8", "replace"))
    if size > MAX_NAME:
        return [
            Violation("/name", "size", f"must have at most {MAX_NAME:,} bytes as a key of name-index, has {size:,}")
        ]
    return []


def _impossible_date(record: dict[str, Any], now: datetime) -> list[Violation]:
    try:
        born = date.fromisoformat(record.get("birth_date", ""))
    except (ValueError, TypeError):
        return []  # absent, or the contract says what is wrong with it
    return [Violation("/birth_date", "future", "is in the future", str(born))] if born > now.date() else []


def _kind(value: Any) -> str:
    return {dict: "an object", list: "a list", str: "a text", bool: "a truth value", type(None): "null"}.get(
        type(value), "a number"
    )
