from __future__ import annotations

import base64
import math
from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st
from springhead_runner.stores.values import decode, decode_item, encode, encode_item, size_of

#: DynamoDB's numbers: 38 digits, 1E-130 to 9.99E+125.
numbers = st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: x == 0 or 1e-130 <= abs(x) < 1e125)
scalars = st.none() | st.booleans() | st.integers(-(10**37), 10**37) | numbers | st.text() | st.binary()
documents = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12
)


def for_boto(value: Any) -> Any:
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, dict):
        return {key: for_boto(item) for key, item in value.items()}
    if isinstance(value, list):
        return [for_boto(item) for item in value]
    return value


def from_boto(value: Any) -> Any:
    if isinstance(value, Binary):
        return value.value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and "E" not in str(value) else float(value)
    if isinstance(value, dict):
        return {key: from_boto(item) for key, item in value.items()}
    if isinstance(value, list):
        return [from_boto(item) for item in value]
    return value


@given(documents)
def test_boto3_reads_what_we_encode(document: Any) -> None:
    assert from_boto(TypeDeserializer().deserialize(encode(document))) == document


@given(documents)
def test_we_read_what_boto3_encodes(document: Any) -> None:
    assert decode(TypeSerializer().serialize(for_boto(document))) == document


@given(documents)
def test_round_trip_keeps_values_and_types(document: Any) -> None:
    found = decode(encode(document))
    assert found == document and type(found) is type(document)


@given(st.dictionaries(st.text(min_size=1), scalars))
def test_items(item: dict[str, Any]) -> None:
    assert decode_item(encode_item(item)) == item


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, Decimal("NaN"), Decimal("Infinity")])
def test_what_dynamodb_has_no_number_for(value: Any) -> None:
    with pytest.raises(ValueError, match="cannot be stored"):
        encode({"deep": [value]})


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        (10**37, True),
        (10**38 - 1, True),
        (10**38 + 1, False),
        (-(10**38) - 1, False),
        (10**120, True),
        (10**125, True),
        (7 * 10**37, True),
    ],
)
def test_38_digits(value: int, fits: bool) -> None:
    if fits:
        assert decode(encode(value)) == value
    else:
        with pytest.raises(ValueError, match="38 digits"):
            encode(value)


@pytest.mark.parametrize("value", [1e126, -1e300, 1e-131, 5e-324, 10**126, Decimal("1E+126"), Decimal("1E-131")])
def test_numbers_out_of_range(value: Any) -> None:
    with pytest.raises(ValueError, match="cannot be stored"):
        encode(value)


def test_a_decimal_of_too_many_digits_is_refused_like_an_integer() -> None:
    assert encode(Decimal("0.1")) == {"N": "0.1"}
    with pytest.raises(ValueError, match="38 digits"):
        encode(Decimal("1." + "1" * 38))


@pytest.mark.parametrize("value", [object(), {1, 2}, complex(1), {"a": object()}, [range(3)], bytearray(b"x")])
def test_types_without_a_place_are_named(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot be stored"):
        encode(value)


def test_a_member_name_must_be_a_text() -> None:
    with pytest.raises(TypeError, match="must be a str"):
        encode({1: "a"})


@pytest.mark.parametrize("value", [{}, {"S": "a", "N": "1"}, {"X": 1}, {"s": "a"}])
def test_hostile_attribute_values(value: Any) -> None:
    with pytest.raises(ValueError, match="attribute"):
        decode(value)


def test_sets_of_others_come_back_as_lists() -> None:
    assert decode({"NS": ["1", "2.5"]}) == [1, 2.5]
    assert decode({"SS": ["a"]}) == ["a"]
    assert decode({"BS": [b"a"]}) == [b"a"]


def test_null_false_zero_and_empty_are_four_things() -> None:
    stored = encode_item({"a": None, "b": False, "c": 0, "d": "", "e": [], "f": {}})
    assert [next(iter(value)) for value in stored.values()] == ["NULL", "BOOL", "N", "S", "L", "M"]
    assert decode_item(stored) == {"a": None, "b": False, "c": 0, "d": "", "e": [], "f": {}}


@given(documents)
def test_size_is_never_less_than_dynamodb_counts(document: Any) -> None:
    """DynamoDB's rules, written down a second time and as it bills them."""

    def billed(value: dict[str, Any]) -> int:
        ((kind, content),) = value.items()
        if kind == "S":
            return len(content.encode())
        if kind == "B":
            return len(content)
        if kind in {"NULL", "BOOL"}:
            return 1
        if kind == "N":
            digits = content.lstrip("-").replace(".", "").partition("e")[0].strip("0")
            return min(21, (len(digits) + 1) // 2 + 1 + content.startswith("-"))
        if kind == "L":
            return 3 + sum(1 + billed(item) for item in content)
        return 3 + sum(1 + len(key.encode()) + billed(item) for key, item in content.items())

    assert size_of({"name": document}) >= 4 + billed(encode(document))


def test_stream_records_carry_binary_as_base64_text() -> None:
    assert decode({"B": base64.b64encode(b"x").decode()}) == "eA=="
