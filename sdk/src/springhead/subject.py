"""Subjects: whom or what a source is asked about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from springhead.errors import ConfigError

__all__ = ["Subject"]


@dataclass(frozen=True, slots=True)
class Subject:
    """One celebrity, as its metadata record (seed 1) describes it.

    Args:
        id: ``celebrity_id``.
        name: The name in our own list.
        birth_date: ``YYYY-MM-DD``; a hint, since lists contain wrong dates.
        nationality: Free text.
        occupation: Free text, several.
        identities: Ids elsewhere, such as ``{"wikidata": "Q…", "tmdb": "…"}``.
        is_active: False is skipped and counted.
        fields: The row of a subject list, for sources that have one of their own; empty for celebrities.
    """

    id: str
    name: str
    birth_date: str | None = None
    nationality: str | None = None
    occupation: tuple[str, ...] = ()
    identities: Mapping[str, str] = field(default_factory=dict)
    is_active: bool = True
    fields: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_record(cls, record: Any, *, where: str = "subject") -> Subject:
        """Read a metadata record, or a part of one that has at least ``celebrity_id`` and ``name``.

        Raises:
            ConfigError: Naming the member that is missing or of a wrong type.
        """
        if not isinstance(record, Mapping):
            raise ConfigError(
                f"{where}: expected an object, found {type(record).__name__}",
                hint='give a JSON object such as {"celebrity_id": "celeb_001", "name": "周潤發"}',
            )

        def text(key: str, *, required: bool = False) -> str | None:
            value = record.get(key)
            if value is None and not required:
                return None
            if not isinstance(value, str) or not value.strip():
                what = "is missing" if key not in record else f"is {value!r}"
                raise ConfigError(f"{where}: /{key} {what}", hint=f"{key} must be a non-empty string")
            return value

        occupation = record.get("occupation") or ()
        if not isinstance(occupation, (list, tuple)) or not all(isinstance(item, str) for item in occupation):
            raise ConfigError(f"{where}: /occupation is {occupation!r}", hint="occupation must be a list of strings")
        identities = record.get("identities") or {}
        if not isinstance(identities, Mapping) or not all(isinstance(v, str) for v in identities.values()):
            raise ConfigError(f"{where}: /identities is {identities!r}", hint="identities maps names to strings")
        fields = record.get("fields") or {}
        if not isinstance(fields, Mapping) or not all(isinstance(v, str) for v in fields.values()):
            raise ConfigError(f"{where}: /fields is {fields!r}", hint="fields maps column names to strings")
        active = record.get("is_active", True)
        if not isinstance(active, bool):
            raise ConfigError(f"{where}: /is_active is {active!r}", hint="is_active must be true or false")
        born = text("birth_date")
        if born is not None and not _is_date(born):
            raise ConfigError(f"{where}: /birth_date is {born!r}", hint="birth_date must be a date, YYYY-MM-DD")
        return cls(
            id=text("celebrity_id", required=True) or "",
            name=text("name", required=True) or "",
            birth_date=born,
            nationality=text("nationality"),
            occupation=tuple(occupation),
            identities=dict(identities),
            is_active=active,
            fields=dict(fields),
        )


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
