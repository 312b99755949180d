"""Event patterns, as the filters of event source mappings and EventBridge rules understand them."""

from __future__ import annotations

from typing import Any

_MISSING: Any = type("Missing", (), {"__repr__": lambda self: "missing"})()


def matches(pattern: Any, value: Any) -> bool:
    """Whether an event matches a filter pattern.

    Of the comparison operators: equality, ``exists``, ``prefix``, ``suffix``, ``anything-but``, ``numeric``, ``$or``.
    """
    if isinstance(pattern, list):
        return any(_compares(wanted, value) for wanted in pattern)
    if "$or" in pattern and not any(matches(each, value) for each in pattern["$or"]):
        return False
    rest = {name: wanted for name, wanted in pattern.items() if name != "$or"}
    if not isinstance(value, dict):
        return not rest
    return all(matches(wanted, value.get(name, _MISSING)) for name, wanted in rest.items())


def _compares(wanted: Any, value: Any) -> bool:
    if not isinstance(wanted, dict):
        return type(wanted) is type(value) and bool(wanted == value)
    ((operator, argument),) = wanted.items()
    if operator == "exists":
        return (value is not _MISSING and not isinstance(value, dict)) is argument
    if value is _MISSING:
        return False
    if operator == "anything-but":
        return value not in (argument if isinstance(argument, list) else [argument])
    if operator == "numeric":
        steps = {"=": "__eq__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}
        pairs = zip(argument[::2], argument[1::2], strict=True)
        return isinstance(value, int | float) and all(getattr(float(value), steps[sign])(n) for sign, n in pairs)
    tests = {"prefix": str.startswith, "suffix": str.endswith}
    return isinstance(value, str) and tests[operator](value, argument)
