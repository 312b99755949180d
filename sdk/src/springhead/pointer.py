"""JSON pointers (RFC 6901), read-only."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["MISSING", "is_filled", "resolve"]


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


#: Stands for "nothing there"; None is a value.
MISSING: Final = _Missing()


def resolve(document: Any, pointer: str, default: Any = MISSING) -> Any:
    """Return the value at a pointer, or the default where nothing is there. ``""`` is the whole document.

    One thing beyond the RFC: ``*`` takes the first member or element, for objects keyed by an id that nobody knows
    beforehand (MediaWiki's ``/query/pages/*``).
    """
    value = document
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            if key == "*" and value:
                value = next(iter(value.values()))
            elif key in value:
                value = value[key]
            else:
                return default
        elif isinstance(value, list):
            index = 0 if key == "*" else int(key) if key.isascii() and key.isdigit() else len(value)
            if index >= len(value):
                return default
            value = value[index]
        else:
            return default
    return value


def is_filled(value: Any) -> bool:
    """True where a member says something: not null, ``""``, ``[]`` or ``{}``; 0 and false do (decision 10)."""
    return value is not None and value != "" and value != [] and value != {}
