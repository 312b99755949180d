from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from springhead.pointer import MISSING, resolve

DOCUMENT = {
    "foo": ["bar", "baz"],
    "": 0,
    "a/b": 1,
    "c%d": 2,
    "m~n": 8,
    " ": 7,
    "n": None,
    "k": {"Q1": {"v": 5}},
    "*": {},
}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", DOCUMENT), ("/foo", ["bar", "baz"]), ("/foo/0", "bar"), ("/", 0), ("/a~1b", 1), ("/c%d", 2), ("/m~0n", 8),
        ("/ ", 7), ("/n", None), ("/k/*/v", 5), ("/foo/*", "bar"),
    ],
)  # fmt: skip
def test_values_are_found(pointer: str, value: Any) -> None:
    assert resolve(DOCUMENT, pointer) == value


@pytest.mark.parametrize(
    "pointer", ["/x", "/foo/2", "/foo/-", "/foo/-1", "/foo/１", "/n/x", "/a~1b/c", "/*/x", "/foo/0/0"]
)
def test_what_is_not_there_is_missing(pointer: str) -> None:
    assert resolve(DOCUMENT, pointer) is MISSING
    assert resolve(DOCUMENT, pointer, "default") == "default"


@pytest.mark.parametrize("document", [None, 5, "text", True, [], {}])
def test_any_document_may_be_asked(document: Any) -> None:
    assert resolve(document, "/a/*/0", None) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON, st.text())
def test_no_pointer_raises(document: Any, pointer: str) -> None:
    resolve(document, pointer)


@given(st.dictionaries(st.text().filter(lambda key: key != "*"), st.integers(), min_size=1))
def test_every_member_is_found_by_its_escaped_name(document: dict[str, int]) -> None:
    for key, value in document.items():
        assert resolve(document, "/" + key.replace("~", "~0").replace("/", "~1")) == value
