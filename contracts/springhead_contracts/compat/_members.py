"""Compares two schemas of a member, keyword by keyword. References are resolved, annotations count for nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from springhead_contracts._registry import SUFFIX
from springhead_contracts.compat._change import Change, change
from springhead_contracts.generate._ir import target

Schema = Mapping[str, Any]
Files = Mapping[str, Schema]

NOTICE = timedelta(days=90)
"""How long before its sunset a deprecation is announced."""

_BOUNDS = {"minLength": 1, "minimum": 1, "minItems": 1, "maxLength": -1, "maximum": -1}
"""Bounds by the direction in which a larger value goes: 1 tightens, -1 loosens."""


class Comparison:
    """Two sets of schema files and what is found between them.

    Args:
        old: Files of the old contract.
        new: Files of the new one.
        today: The day against which sunsets are held.
        is_key: Tells whether a member of a record type is the attribute of a key.
        announced: What was released, oldest first: the newest that has a member says until when it is written.
    """

    def __init__(
        self,
        old: Files,
        new: Files,
        today: date,
        is_key: Callable[[str, str], bool],
        announced: Sequence[Files] = (),
    ) -> None:
        self.announced = announced
        self.old = old
        self.new = new
        self.today = today
        self.is_key = is_key
        self.renamed: dict[tuple[str, str], tuple[str, str]] = {}

    def members(self, old_file: str, old: Schema, new_file: str, new: Schema, place: str) -> Iterator[Change]:
        """Yields the changes between the members of two records."""
        before, after = old.get("properties", {}), new.get("properties", {})
        needed, needs = set(old.get("required", ())), set(new.get("required", ()))
        gone = [name for name in before if name not in after]
        come = [name for name in after if name not in before]
        for name in list(gone):
            twin = next((n for n in come if self._same(old_file, before[name], new_file, after[n])), None)
            # Two additions of the same shape could be anything; one is a renaming.
            if twin and (name in needed) == (twin in needs) and len(come) == len(gone) == 1:
                yield change("member-renamed", f"{place}/properties/{_escape(name)}", f"{name!r} is now {twin!r}")
                gone.remove(name)
                come.remove(twin)
        for name in gone:
            yield self._removed(name, before[name], name in needed, f"{place}/properties/{_escape(name)}")
        for name in come:
            check_id = "required-member-added" if name in needs else "optional-member-added"
            yield change(check_id, f"{place}/properties/{_escape(name)}", f"{name!r} is new")
        for name in before:
            if name in after:
                at = f"{place}/properties/{_escape(name)}"
                if name in needs - needed:
                    yield change("member-became-required", at, f"{name!r} was optional")
                elif name in needed - needs:
                    yield change("member-became-optional", at, f"{name!r} was required")
                key = place.endswith("#") and self.is_key(new_file, name)
                yield from self._annotations(before[name], after[name], at)
                yield from self.value(old_file, before[name], new_file, after[name], at, key=key)

    def _removed(self, name: str, member: Schema, required: bool, place: str) -> Change:
        if required:
            return change("required-member-removed", place, f"{name!r} is gone")
        sunset = self._sunset(place, member)
        if sunset and sunset <= self.today.isoformat():
            return change("deprecated-member-removed", place, f"{name!r} is gone; its sunset was {sunset}")
        return change("optional-member-removed", place, f"{name!r} is gone")

    def _sunset(self, place: str, member: Schema) -> str:
        """Returns the sunset of a member as the newest release that has it announced it; empty where none did."""
        file, _, pointer = place.partition(f"{SUFFIX}#")
        for files in reversed(self.announced):
            found: Any = files.get(file)
            for step in pointer.split("/")[1:]:
                found = found.get(_plain(step)) if isinstance(found, Mapping) else None
            if isinstance(found, Mapping):
                member = found
                break
        sunset = member.get("x-sunset")
        return sunset if member.get("deprecated") and isinstance(sunset, str) else ""

    def value(
        self, old_file: str, old: Schema, new_file: str, new: Schema, place: str, *, key: bool = False
    ) -> Iterator[Change]:
        """Yields the changes between two schemas of one value."""
        before_ref, after_ref = self._target(old_file, old), self._target(new_file, new)
        if before_ref and after_ref and self.renamed.get(before_ref, before_ref) == after_ref and not key:
            return  # Compared once, where it is defined.
        old_home, before = self._resolved(self.old, old_file, old)
        new_home, after = self._resolved(self.new, new_file, new)
        kinds = _kind(before), _kind(after)
        if kinds[0] != kinds[1]:
            yield _type_change(*kinds, place)
            return
        yield from _null_change(before, after, place)
        if "properties" in before:
            yield from self.members(old_home, before, new_home, after, place)
        elif kinds[0] == "array":
            yield from _bounds(before, after, place)
            yield from self.value(old_home, before["items"], new_home, after["items"], f"{place}/items")
        elif kinds[0] == "map":
            values = before["additionalProperties"], after["additionalProperties"]
            yield from self.value(old_home, values[0], new_home, values[1], f"{place}/additionalProperties")
        else:
            yield from _enum_change(before, after, place)
            yield from _text_change(before, after, place, key)
            yield from _bounds(before, after, place)
            if before.get("x-unit") != after.get("x-unit") and "x-unit" in before:
                yield change("unit-changed", place, f"{before['x-unit']} is now {after.get('x-unit')}")

    def _annotations(self, old: Schema, new: Schema, place: str) -> Iterator[Change]:
        if old.get("description") != new.get("description"):
            yield change("description-changed", place, "the description changed")
        if new.get("deprecated") and not old.get("deprecated"):
            yield change("deprecation-added", place, f"deprecated, until {new.get('x-sunset')}")
        elif old.get("deprecated") and not new.get("deprecated"):
            yield change("deprecation-withdrawn", place, f"it was deprecated until {old.get('x-sunset')}")
        elif str(new.get("x-sunset", "9")) < str(old.get("x-sunset", "")):
            yield change("sunset-brought-forward", place, f"{old['x-sunset']} is now {new['x-sunset']}")
        sunset = str(new.get("x-sunset", ""))
        earliest = (self.today + NOTICE).isoformat()
        # What a release has announced grows older day by day; only an earlier date than that needs notice.
        if new.get("deprecated") and sunset < min(earliest, self._sunset(place, old) or earliest):
            yield change("sunset-too-soon", place, f"{sunset} is before {earliest}, ninety days from now")

    def _same(self, old_file: str, old: Schema, new_file: str, new: Schema) -> bool:
        return not [c for c in self.value(old_file, old, new_file, new, "") if c.severity != "INFO"]

    def _target(self, file: str, schema: Schema) -> tuple[str, str] | None:
        if "$ref" not in schema:
            return None
        path, _, name = schema["$ref"].partition("#/$defs/")
        return path.removesuffix(SUFFIX) or file, name

    def _resolved(self, files: Files, file: str, schema: Schema) -> tuple[str, Schema]:
        if "$ref" not in schema:
            return file, schema
        home, _, definition = target(file, schema["$ref"], files)
        return home, definition


def _kind(schema: Schema) -> str:
    declared = schema.get("type")
    kind = next(t for t in declared if t != "null") if isinstance(declared, list) else str(declared)
    if kind != "object":
        return kind
    return "record" if "properties" in schema else "open object" if schema["additionalProperties"] is True else "map"


def _type_change(old: str, new: str, place: str) -> Change:
    known = {("integer", "number"): "integer-became-number", ("number", "integer"): "number-became-integer"}
    return change(known.get((old, new), "type-changed"), place, f"{old} is now {new}")


def _null_change(old: Schema, new: Schema, place: str) -> Iterator[Change]:
    before, after = isinstance(old.get("type"), list), isinstance(new.get("type"), list)
    if before != after:
        yield change(
            "null-forbidden" if before else "null-allowed", place, f"null was {'allowed' if before else 'not'}"
        )


def _enum_change(old: Schema, new: Schema, place: str) -> Iterator[Change]:
    before, after = old.get("enum"), new.get("enum")
    if before is None or after is None:
        if before != after:
            yield change("enum-lifted" if after is None else "enum-imposed", place, "the list of values changed")
        return
    for value in before:
        if value is not None and value not in after:
            yield change("enum-value-removed", place, f"{value!r} is gone")
    for value in after:
        if value is not None and value not in before:
            yield change("enum-value-added", place, f"{value!r} is new")


def _text_change(old: Schema, new: Schema, place: str, key: bool) -> Iterator[Change]:
    if old.get("format") != new.get("format"):
        yield change(
            "format-changed", place, f"{old.get('format', 'no format')} is now {new.get('format', 'no format')}"
        )
    before, after = old.get("pattern"), new.get("pattern")
    if before == after:
        return
    detail = f"{before or 'no pattern'} is now {after or 'no pattern'}"
    if key:
        yield change("key-pattern-changed", place, detail)
    elif before and after:
        yield change("pattern-changed", place, detail)
    else:
        yield change("pattern-added" if after else "pattern-removed", place, detail, keyword="pattern")


def _bounds(old: Schema, new: Schema, place: str) -> Iterator[Change]:
    for keyword, sign in _BOUNDS.items():
        before, after = old.get(keyword), new.get(keyword)
        if before == after:
            continue
        tighter = before is None or (after is not None and (after - before) * sign > 0)
        check_id = "bound-tightened" if tighter else "bound-loosened"
        yield change(check_id, place, f"{keyword} {_shown(before)} is now {_shown(after)}", keyword=keyword)


def _shown(bound: Any) -> str:
    return "nothing" if bound is None else str(bound)


def _plain(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~")


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
