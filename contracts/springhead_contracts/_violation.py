"""What a validator reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

EXCERPT_CHARS = 80


@dataclass(frozen=True, slots=True)
class Violation:
    """One place where a record departs from its contract.

    Attributes:
        pointer: JSON pointer to the member at fault. For a missing or an unknown member it names that member. Empty for
            the record itself.
        rule: The rule that was broken: a JSON Schema keyword (``required``, ``type``, ``pattern``, ``enum``,
            ``additionalProperties``, ``format`` …), or ``json`` for a value that JSON or Go cannot carry.
        message: What is wrong and what is expected.
        value: Excerpt of the value at fault, 80 characters at most; empty for a missing member.
        schema_pointer: The place in the schema, for example ``common.schema.json#/$defs/SHA256/pattern``.
    """

    pointer: str
    rule: str
    message: str
    value: str = ""
    schema_pointer: str = ""

    def __str__(self) -> str:
        found = f", found {self.value}" if self.value else ""
        return f"{self.pointer or '(record)'}: {self.message}{found} [{self.rule}]"

    def to_record(self) -> dict[str, str]:
        """Returns the violation as `ErrorInfo.violations` carries it."""
        record = {"pointer": self.pointer, "rule": self.rule, "message": self.message}
        return {**record, "value": self.value} if self.value else record


def json_pointer(path: Sequence[str | int]) -> str:
    """Returns a path as a JSON pointer (RFC 6901); lone surrogates are shown escaped."""
    return "".join(f"/{_plain(str(step)).replace('~', '~0').replace('/', '~1')}" for step in path)


def excerpt(value: object) -> str:
    """Returns the value in short form, printable and 80 characters at most."""
    if isinstance(value, str):
        text = _plain(repr(value[: EXCERPT_CHARS + 1]))
    elif isinstance(value, int) and not isinstance(value, bool):
        # Python refuses to print integers of thousands of digits.
        text = repr(value) if value.bit_length() < 256 else f"an integer of {value.bit_length()} bits"
    elif isinstance(value, dict | list | tuple):
        text = f"{_KINDS.get(type(value), 'a collection')} of {len(value)}"
    elif value is None or isinstance(value, bool):
        text = {None: "null", True: "true", False: "false"}[value]
    else:
        text = _plain(repr(value))
    return text if len(text) <= EXCERPT_CHARS else text[: EXCERPT_CHARS - 1] + "…"


_KINDS: dict[type, str] = {dict: "an object", list: "a list", tuple: "a tuple"}


def _plain(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()
