"""Between Python values and DynamoDB attribute values.

Our own encoder, because boto3's refuses floats and takes six times as long (benchmark: ``make bench``). Numbers are
exact: a float travels as its shortest decimal form, and comes back as int or float.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

__all__ = ["decode", "decode_item", "encode", "encode_item", "size_of"]

AttributeValue = dict[str, Any]


def _number(value: float) -> AttributeValue:
    if not math.isfinite(value):
        raise ValueError(f"{value} cannot be stored: DynamoDB has no NaN or infinity")
    if value and not 1e-130 <= abs(value) < 1e126:
        raise ValueError(f"{value} cannot be stored: DynamoDB's numbers go from 1E-130 to 9.9E+125")
    return {"N": repr(value)}


def _integer(value: int) -> AttributeValue:
    if abs(value) < 10**38:  # all but always
        return {"N": str(value)}
    return _decimal(Decimal(value))


def _decimal(value: Decimal) -> AttributeValue:
    if not value.is_finite():
        raise ValueError(f"{value} cannot be stored: DynamoDB has no NaN or infinity")
    if len("".join(map(str, value.as_tuple().digits)).strip("0")) > 38:
        raise ValueError(f"{str(value)[:20]}… has more than the 38 digits that DynamoDB keeps")
    if value and not -130 <= value.adjusted() <= 125:
        raise ValueError(f"{str(value)[:20]}… cannot be stored: DynamoDB's numbers go from 1E-130 to 9.9E+125")
    return {"N": str(value)}


def _text(value: str) -> AttributeValue:
    return {"S": value}


def _list(value: Any) -> AttributeValue:
    return {"L": [encode(item) for item in value]}


def _map(value: Mapping[str, Any]) -> AttributeValue:
    return {"M": encode_item(value)}


_ENCODERS: dict[type, Callable[[Any], AttributeValue]] = {
    str: _text,
    bool: lambda value: {"BOOL": value},
    type(None): lambda value: {"NULL": True},
    int: _integer,
    float: _number,
    Decimal: _decimal,
    dict: _map,
    list: _list,
    tuple: _list,
    bytes: lambda value: {"B": value},
}


def encode(value: Any) -> AttributeValue:
    """Encode one value.

    Raises:
        ValueError: NaN, infinity, or more than 38 digits.
        TypeError: A type that has no place in a record.
    """
    encoder = _ENCODERS.get(type(value))
    if encoder is None:
        raise TypeError(f"a {type(value).__name__} cannot be stored")
    return encoder(value)


def encode_item(record: Mapping[str, Any]) -> dict[str, AttributeValue]:
    """Encode a record."""
    if not all(type(key) is str for key in record):
        raise TypeError("the name of a member must be a str")
    return {key: encode(value) for key, value in record.items()}


def _decode_number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)


_DECODERS: dict[str, Callable[[Any], Any]] = {
    "S": lambda value: value,
    "N": _decode_number,
    "BOOL": bool,
    "NULL": lambda value: None,
    "M": lambda value: {key: decode(item) for key, item in value.items()},
    "L": lambda value: [decode(item) for item in value],
    "B": lambda value: value,
    "SS": list,
    "NS": lambda value: [_decode_number(text) for text in value],
    "BS": list,
}


def decode(value: AttributeValue) -> Any:
    """Decode one attribute value; sets come back as lists.

    Raises:
        ValueError: It is none.
    """
    if len(value) != 1:
        raise ValueError(f"{value!r} is no attribute value: it must have exactly one type")
    ((kind, content),) = value.items()
    decoder = _DECODERS.get(kind)
    if decoder is None:
        raise ValueError(f"{kind!r} is no attribute type")
    return decoder(content)


def decode_item(item: Mapping[str, AttributeValue]) -> dict[str, Any]:
    """Decode an item."""
    return {key: decode(value) for key, value in item.items()}


def size_of(record: Mapping[str, Any]) -> int:
    """Bytes of a record as DynamoDB counts them for the 400 KB limit (names, values and overhead; rounded up)."""
    return sum(len(key.encode()) + _size(value) for key, value in record.items())


def _size(value: Any) -> int:
    if isinstance(value, str):
        return len(value.encode("utf-8", "surrogatepass"))
    if isinstance(value, bytes):
        return len(value)
    if isinstance(value, bool) or value is None:
        return 1
    if isinstance(value, Mapping):
        return 3 + sum(1 + len(key.encode()) + _size(item) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return 3 + sum(1 + _size(item) for item in value)
    return 21
