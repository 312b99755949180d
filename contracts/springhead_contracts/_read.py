"""The tolerant reader: takes what other writers produce and returns the record as the contract means it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from springhead_contracts._registry import check_type, resolve, schema_file

# Go's zero time, which its encoder writes where a time was never set.
_ZERO_TIME = "0001-01-01"

_ABSENT = object()


def read(record_type: str, item: Mapping[str, Any]) -> dict[str, Any]:
    """Returns an item as a record of the contract.

    Writers in Go leave traces where a value is absent; they are normalised at every level. A null that the contract
    does not allow, the empty string of an optional member and a time in the year 1 become absent; a null in place of a
    required list or map becomes an empty one. Unknown members are left out, so a newer writer disturbs no older reader.
    The content of open objects is kept as it is. Nothing is validated: ask `validate` where it matters.

    Args:
        record_type: A name from `record_types`.
        item: The item as JSON-like Python data.

    Returns:
        A new dict in schema order; values are shared with the item only inside open objects.

    Raises:
        UnknownRecordType: There is no such type.
        TypeError: The item is not a mapping.
    """
    check_type(record_type)
    if not isinstance(item, Mapping):
        raise TypeError(f"a {record_type} must be read from a mapping, not from {type(item).__name__}")
    file, schema = resolve(record_type, schema_file(record_type))
    return _object(file, schema, item)


def _object(file: str, schema: Mapping[str, Any], item: Mapping[str, Any]) -> dict[str, Any]:
    required = schema.get("required", ())
    record = {}
    for name, member in schema["properties"].items():
        if name in item:
            value = _value(*resolve(file, member), item[name], name in required)
            if value is not _ABSENT:
                record[name] = value
    return record


def _value(file: str, schema: Mapping[str, Any], value: Any, required: bool) -> Any:
    kind = schema.get("type")
    if value is None:
        return _null(schema, required)
    if isinstance(value, str):
        is_zero_time = schema.get("format") in ("date-time", "date") and value.startswith(_ZERO_TIME)
        # Only where a text is due: elsewhere "" is a fault, which `validate` names and Go's decoder refuses.
        return _ABSENT if is_zero_time or (value == "" and not required and kind == "string") else value
    if kind == "array" and isinstance(value, list):
        items = (_value(*resolve(file, schema["items"]), item, True) for item in value)
        return [item for item in items if item is not _ABSENT]
    if kind == "object" and isinstance(value, Mapping):
        return _map_or_object(file, schema, value)
    return value


def _map_or_object(file: str, schema: Mapping[str, Any], value: Mapping[str, Any]) -> dict[str, Any]:
    if "properties" in schema:
        return _object(file, schema, value)
    values = schema["additionalProperties"]
    if values is True:
        return dict(value)
    read_values = ((name, _value(*resolve(file, values), item, True)) for name, item in value.items())
    return {name: item for name, item in read_values if item is not _ABSENT}


def _null(schema: Mapping[str, Any], required: bool) -> Any:
    kind = schema.get("type")
    if isinstance(kind, list):
        return None
    if required and kind == "array":
        return []
    if required and kind == "object" and "properties" not in schema:
        return {}
    return _ABSENT
