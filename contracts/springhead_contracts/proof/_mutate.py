"""Changes a random record type at a random place."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

from springhead_contracts.proof._random import PATTERNS, WORDS, Author, is_collection

Schema = dict[str, Any]
_BOUNDS = {"string": ("minLength", "maxLength"), "integer": ("minimum", "maximum"), "number": ("minimum", "maximum")}


class Unfit(Exception):
    """The place does not allow the change; try another."""


def mutate(schema: Schema, rng: random.Random, name: str) -> tuple[Schema, str]:
    """Returns a changed copy of a schema file and the name of the change.

    Args:
        schema: The schema file.
        rng: Where chance comes from.
        name: Name of the file.
    """
    while True:
        changed = copy.deepcopy(schema)
        author = Author(rng, name)
        author.definitions = changed.setdefault("$defs", {})
        change = rng.choice(_CHANGES)
        try:
            change(changed, rng, author)
        except (Unfit, IndexError):
            continue
        if not changed["$defs"]:
            del changed["$defs"]
        return changed, change.__name__.strip("_")


def _records(schema: Schema) -> list[Schema]:
    return [schema, *(d for d in schema["$defs"].values() if "properties" in d)]


def _pick(schema: Schema, rng: random.Random, fits: Callable[[Schema], bool]) -> Schema:
    """Returns a value's schema: of a member, an item, a map's values or a definition."""
    found = []
    for record in _records(schema):
        for member in record["properties"].values():
            inner = member.get("items") or member.get("additionalProperties")
            found += [member, *([inner] if isinstance(inner, dict) else [])]
    found += [d for d in schema["$defs"].values() if "properties" not in d]
    return rng.choice([one for one in found if fits(one)])


def add_member(schema: Schema, rng: random.Random, author: Author) -> None:
    """Adds a member, optional as a rule."""
    record = rng.choice(_records(schema))
    name = rng.choice(["extra", "zeta", "Omega", "added_on"])
    if name in record["properties"]:
        raise Unfit
    required = rng.random() < 0.25
    record["properties"][name] = {"description": "New.", **author.value(1, required=required)}
    if required and not is_collection(record["properties"][name]):
        record.setdefault("required", []).append(name)
    elif isinstance(record["properties"][name].get("type"), list) or "Maybe" in str(
        record["properties"][name].get("$ref")
    ):
        raise Unfit


def remove_member(schema: Schema, rng: random.Random, _: Author) -> None:
    """Removes a member."""
    record = rng.choice(_records(schema))
    if len(record["properties"]) < 2:
        raise Unfit
    name = rng.choice(list(record["properties"]))
    del record["properties"][name]
    record["required"] = [one for one in record.get("required", []) if one != name]


def rename_member(schema: Schema, rng: random.Random, _: Author) -> None:
    """Renames a member."""
    record = rng.choice(_records(schema))
    name = rng.choice(list(record["properties"]))
    record["properties"] = {("renamed" if key == name else key): value for key, value in record["properties"].items()}
    record["required"] = ["renamed" if one == name else one for one in record.get("required", [])]


def toggle_required(schema: Schema, rng: random.Random, _: Author) -> None:
    """Makes a member required or optional."""
    record = rng.choice(_records(schema))
    name, member = rng.choice(list(record["properties"].items()))
    if is_collection(member) or isinstance(member.get("type"), list) or "Maybe" in member.get("$ref", ""):
        raise Unfit
    required = record.get("required", [])
    record["required"] = [one for one in required if one != name] if name in required else [*required, name]


def change_type(schema: Schema, rng: random.Random, author: Author) -> None:
    """Gives a value another type."""
    value = _pick(
        schema, rng, lambda v: "description" in v and v.get("type") in ("string", "integer", "number", "boolean")
    )
    kept = value["description"]
    value.clear()
    value.update({"description": kept, **rng.choice([author.text, author.number])()})


def widen_or_narrow_number(schema: Schema, rng: random.Random, _: Author) -> None:
    """Makes an integer a number or the reverse."""
    value = _pick(schema, rng, lambda v: v.get("type") in ("integer", "number"))
    value["type"] = "number" if value["type"] == "integer" else "integer"


def change_bound(schema: Schema, rng: random.Random, _: Author) -> None:
    """Moves, adds or removes a bound."""
    value = _pick(schema, rng, lambda v: str(v.get("type")) in _BOUNDS and "pattern" not in v and "enum" not in v)
    keyword = rng.choice(_BOUNDS[value["type"]])
    if keyword in value and rng.random() < 0.4:
        del value[keyword]
        return
    low = keyword.startswith("min")
    start = value.get(keyword, 2 if low else 8)
    value[keyword] = max(start + rng.choice([-1, 1, 2]), 0 if low else 6)


def change_list_bound(schema: Schema, rng: random.Random, _: Author) -> None:
    """Changes the least number of items."""
    value = _pick(schema, rng, lambda v: v.get("type") == "array")
    value["minItems"] = rng.randint(0, 3)


def change_pattern(schema: Schema, rng: random.Random, _: Author) -> None:
    """Changes, adds or removes a pattern."""
    value = _pick(schema, rng, lambda v: v.get("type") == "string" and "enum" not in v and "format" not in v)
    for keyword in ("minLength", "maxLength"):
        if keyword in value:
            raise Unfit
    if "pattern" in value and rng.random() < 0.4:
        del value["pattern"]
    else:
        value["pattern"] = rng.choice(PATTERNS)


def change_enum(schema: Schema, rng: random.Random, _: Author) -> None:
    """Adds, removes or reorders values."""
    value = _pick(schema, rng, lambda v: "enum" in v)
    texts = [one for one in value["enum"] if one is not None]
    choice = rng.random()
    if choice < 0.4:
        texts.append(rng.choice([word for word in WORDS if word not in texts]))
    elif choice < 0.75 and len(texts) > 1:
        texts.remove(rng.choice(texts))
    else:
        texts.reverse()
    value["enum"] = [*texts, *([None] if None in value["enum"] else [])]


def lift_enum(schema: Schema, rng: random.Random, _: Author) -> None:
    """Makes an enum a text."""
    value = _pick(schema, rng, lambda v: "enum" in v and v["type"] == "string")
    del value["enum"]


def impose_enum(schema: Schema, rng: random.Random, author: Author) -> None:
    """Makes a text an enum."""
    value = _pick(schema, rng, lambda v: v.get("type") == "string" and "enum" not in v and "description" in v)
    reference = author.define("Imposed", author.enum())
    kept = value["description"]
    value.clear()
    value.update({"description": kept, **reference})


def toggle_null(schema: Schema, rng: random.Random, _: Author) -> None:
    """Allows or forbids null in a required member."""
    record = rng.choice(_records(schema))
    name = rng.choice(record.get("required", []))
    member = record["properties"][name]
    kind = member.get("type")
    if isinstance(kind, list):
        member["type"] = next(t for t in kind if t != "null")
    elif kind in ("string", "integer", "number", "boolean"):
        member["type"] = [kind, "null"]
    else:
        raise Unfit


def change_reference(schema: Schema, rng: random.Random, _: Author) -> None:
    """Refers to another definition."""
    value = _pick(schema, rng, lambda v: v.get("$ref", "").startswith("common"))
    value["$ref"] = f"common.schema.json#/$defs/{rng.choice(['Timestamp', 'Date', 'SHA256', 'LocalTime'])}"


def inline_reference(schema: Schema, rng: random.Random, _: Author) -> None:
    """Writes a named text as a plain one."""
    value = _pick(schema, rng, lambda v: v.get("$ref", "").endswith(("SHA256", "LocalTime", "Timestamp")))
    value.pop("$ref")
    value["type"] = "string"


def close_open_object(schema: Schema, rng: random.Random, author: Author) -> None:
    """Makes an open object a map, or a map an open object."""
    value = _pick(schema, rng, lambda v: "additionalProperties" in v and "properties" not in v)
    value["additionalProperties"] = True if value["additionalProperties"] is not True else author.text()


def rename_definition(schema: Schema, rng: random.Random, author: Author) -> None:
    """Renames a definition and all references to it."""
    name = rng.choice(list(schema["$defs"]))
    text = f"{name}New"
    schema["$defs"] = {(text if key == name else key): value for key, value in schema["$defs"].items()}
    author.definitions = schema["$defs"]
    _rewrite(schema, f"#/$defs/{name}", f"#/$defs/{text}")


def _rewrite(node: Any, old: str, new: str) -> None:
    if isinstance(node, list):
        for item in node:
            _rewrite(item, old, new)
    elif isinstance(node, dict):
        if node.get("$ref") == old:
            node["$ref"] = new
        for value in node.values():
            _rewrite(value, old, new)


def change_words(schema: Schema, rng: random.Random, _: Author) -> None:
    """Changes what does not count: descriptions, order, extensions."""
    record = rng.choice(_records(schema))
    names = list(record["properties"])
    rng.shuffle(names)
    record["properties"] = {name: record["properties"][name] for name in names}
    record["properties"][names[0]]["description"] = "Said otherwise."
    record["properties"][names[0]]["x-note"] = "seen"
    record["required"] = sorted(record.get("required", []))


_CHANGES: list[Callable[[Schema, random.Random, Author], None]] = [
    add_member,
    add_member,
    remove_member,
    rename_member,
    toggle_required,
    change_type,
    widen_or_narrow_number,
    change_bound,
    change_bound,
    change_list_bound,
    change_pattern,
    change_enum,
    change_enum,
    lift_enum,
    impose_enum,
    toggle_null,
    change_reference,
    inline_reference,
    close_open_object,
    rename_definition,
    change_words,
]
