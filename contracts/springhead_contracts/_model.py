"""What the generated pydantic models share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from springhead_contracts.keys import parse_time


class Model(BaseModel):
    """A record: strict, closed and immutable (change one with ``model_copy(update=...)``, then validate).

    Members are set by their Python names. On the wire they carry the contract's names, which `from_record` and
    `to_record` translate.
    """

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, validate_by_name=True, validate_by_alias=True, allow_inf_nan=False
    )

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Returns the model of a record with the contract's names.

        Args:
            record: The record as JSON-like Python data.

        Raises:
            pydantic.ValidationError: The record breaks its contract. `springhead_contracts.validate` says so in the
                contract's own terms.
        """
        return cls.model_validate(record, by_alias=True, by_name=False)

    def to_record(self) -> dict[str, Any]:
        """Returns the record as it is written: contract names, absent members left out, null where it is "not yet"."""
        return self.model_dump(by_alias=True, exclude_unset=True)


def _refuse_null(value: Any) -> Any:
    if value is None:
        raise ValueError("null is not allowed here; leave the member out")
    return value


def _existing_time(text: str) -> str:
    parse_time(text)
    return text


def _existing_date(text: str) -> str:
    date.fromisoformat(text)
    return text


NOT_NULL = BeforeValidator(_refuse_null)
"""Marks an optional member: absent is None in Python, an explicit null is refused."""

EXISTING_TIME = AfterValidator(_existing_time)
"""Marks a text that must be a moment that exists."""

EXISTING_DATE = AfterValidator(_existing_date)
"""Marks a text that must be a date that exists."""

SafeInteger = Annotated[int, Field(ge=-(2**53) + 1, le=2**53 - 1)]
"""An integer that every JSON reader takes without rounding."""
