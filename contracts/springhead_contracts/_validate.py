"""Validates records against their schema: jsonschema-rs, every violation, formats asserted."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from springhead_contracts._portable import Path, is_plain, portability
from springhead_contracts._registry import COMMON, check_type, record_types, resolve, schema_at, schema_file
from springhead_contracts._violation import Violation, excerpt, json_pointer
from springhead_contracts._words import count

if TYPE_CHECKING:
    import jsonschema_rs


class Validator:
    """A compiled record type; get one from `validator`."""

    def __init__(self, record_type: str) -> None:
        """Compiles the schema.

        Args:
            record_type: A name from `record_types`.

        Raises:
            UnknownRecordType: There is no such type.
        """
        self.record_type = check_type(record_type)
        self._compiled = _compile(record_type)
        # Only where a map or an open object may stand are there names that the schema does not know.
        self._loose = _is_loose(*resolve(record_type, schema_file(record_type)), set())

    def violations(self, record: object) -> list[Violation]:
        """Returns every departure from the contract, sorted by pointer; ``[]`` when there is none.

        Args:
            record: The record as JSON-like Python data (``Decimal`` counts as a number). Any other object is reported,
                never raised on.
        """
        # Depth is known before jsonschema-rs, which recurses, sees the record.
        if is_plain(record, names=self._loose) and self.matches_schema(record):
            return []
        found, convertible = portability(self.record_type, record)
        if convertible:
            reported = {violation.pointer for violation in found}
            for error in self._compiled.iter_errors(record):
                # What was found above is null to jsonschema-rs; its second opinion would only confuse.
                found.extend(v for v in _violations(self.record_type, error) if v.pointer not in reported)
        return sorted(found, key=lambda v: (v.pointer, v.rule, v.message))

    def matches_schema(self, record: object) -> bool:
        """Tells whether the record keeps its schema; what a schema cannot see (NaN, 2^53, surrogates) is left out.

        Args:
            record: The record as JSON-like Python data, nested 32 levels at most.
        """
        try:
            return self._compiled.is_valid(record)
        except ValueError:
            # A value that is no JSON at all; `violations` says which.
            return False

    def is_valid(self, record: object) -> bool:
        """Tells whether the record keeps its contract."""
        return not self.violations(record)


@functools.cache
def validator(record_type: str) -> Validator:
    """Returns the validator of a record type, compiled once per process.

    Args:
        record_type: A name from `record_types`.

    Raises:
        UnknownRecordType: There is no such type.
    """
    return Validator(record_type)


def validate(record_type: str, record: object) -> list[Violation]:
    """Returns every departure of a record from its contract.

    Args:
        record_type: A name from `record_types`, for example ``scraper_entry``.
        record: The record as JSON-like Python data.

    Returns:
        The violations sorted by pointer; ``[]`` when the record is valid.

    Raises:
        UnknownRecordType: There is no such type.
    """
    return validator(record_type).violations(record)


def _compile(record_type: str) -> jsonschema_rs.Draft202012Validator:
    import jsonschema_rs

    schemas = [schema_file(name) for name in (COMMON, *record_types())]
    return jsonschema_rs.Draft202012Validator(
        schema_file(record_type),
        registry=jsonschema_rs.Registry([(schema["$id"], schema) for schema in schemas]),
        validate_formats=True,
        # Linear-time expressions, the same class as Go's: a hostile value cannot stall a run.
        pattern_options=jsonschema_rs.RegexOptions(),
    )


def _is_loose(file: str, schema: Mapping[str, Any], seen: set[int]) -> bool:
    if id(schema) in seen:
        return False
    seen.add(id(schema))
    if "properties" not in schema and schema.get("type") == "object":
        return True
    inner = [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]
    return any(_is_loose(*resolve(file, one), seen) for one in inner)


def _violations(record_type: str, error: jsonschema_rs.ValidationError) -> list[Violation]:
    path: Path = tuple(error.instance_path)
    rule = error.kind.name
    where = _schema_pointer(record_type, error)
    facts: dict[str, Any] = error.kind.as_dict()
    if rule == "required":
        return [_missing(record_type, (*path, facts["property"]), where)]
    if rule == "additionalProperties":
        return [_unknown(record_type, (*path, name), error.instance, where) for name in facts["unexpected"]]
    schema = schema_at(record_type, path)
    message = _MESSAGES.get(rule, lambda _s, _i: "breaks this rule of the schema")(schema, error.instance)
    return [Violation(json_pointer(path), rule, message + _meaning(schema), excerpt(error.instance), where)]


def _missing(record_type: str, path: Path, where: str) -> Violation:
    message = "is missing and required" + _meaning(schema_at(record_type, path))
    return Violation(json_pointer(path), "required", message, "", where)


def _unknown(record_type: str, path: Path, owner: Any, where: str) -> Violation:
    known = list(schema_at(record_type, path[:-1]).get("properties", {}))
    near = difflib.get_close_matches(str(path[-1]), known, n=1)
    advice = f"did you mean {near[0]!r}?" if near else "leave it out, or add it to the schema first"
    message = f"is not a member of this record; {advice}"
    return Violation(json_pointer(path), "additionalProperties", message, excerpt(owner[path[-1]]), where)


def _schema_pointer(record_type: str, error: jsonschema_rs.ValidationError) -> str:
    location = error.absolute_keyword_location
    if location:
        return location.rpartition("/v1/")[2]
    return f"{record_type}.schema.json#{json_pointer(tuple(error.schema_path))}"


def _meaning(schema: Any) -> str:
    description = schema.get("description")
    return f" ({description.rstrip('.')})" if description else ""


def _one_of(values: Sequence[Any]) -> str:
    return ", ".join("null" if value is None else str(value) for value in values)


def _types(schema: Any) -> str:
    kinds = schema.get("type", "another type")
    return " or ".join(kinds) if isinstance(kinds, list) else str(kinds)


_MESSAGES: dict[str, Callable[[Any, Any], str]] = {
    "type": lambda s, _: f"must be of type {_types(s)}",
    "enum": lambda s, _: f"must be one of {_one_of(s.get('enum', ()))}",
    "pattern": lambda s, _: f"must match {s.get('pattern')}",
    "format": lambda s, _: f"must be an existing {s.get('format')}",
    "minimum": lambda s, _: f"must be at least {s.get('minimum')}",
    "maximum": lambda s, _: f"must be at most {s.get('maximum')}",
    "minLength": lambda s, _: f"must have at least {count(s.get('minLength', 0), 'character')}",
    "maxLength": lambda s, i: f"must have at most {count(s.get('maxLength', 0), 'character')}, has {len(i)}",
    "minItems": lambda s, _: f"must have at least {count(s.get('minItems', 0), 'item')}",
}
