"""Statements of Wikidata items."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from springhead_demo.simulator.dice import Dice
from springhead_demo.simulator.figures import Figure
from springhead_demo.simulator.identities import identities_of
from springhead_demo.simulator.vocabulary import BAND, THING_KINDS

Add = Callable[..., None]
Claims = dict[str, list[dict[str, Any]]]

_GREGORIAN = "http://www.wikidata.org/entity/Q1985727"
_YEAR, _DAY = 9, 11


def time_value(day: date, precision: int = _DAY) -> dict[str, Any]:
    """Return a time data value; a year alone has zeros for month and day, as Wikidata writes it."""
    text = day.isoformat() if precision == _DAY else f"{day.year:04d}-00-00"
    value = {
        "time": f"+{text}T00:00:00Z",
        "timezone": 0,
        "before": 0,
        "after": 0,
        "precision": precision,
        "calendarmodel": _GREGORIAN,
    }
    return {"value": value, "type": "time"}


def item_value(item: str) -> dict[str, Any]:
    """Return a data value that points to an item."""
    return {"value": {"entity-type": "item", "numeric-id": int(item[1:]), "id": item}, "type": "wikibase-entityid"}


def text_value(text: str) -> dict[str, Any]:
    """Return a string data value."""
    return {"value": text, "type": "string"}


class Statements:
    """Builds the statements of one item, with ids and hashes of its own.

    Args:
        dice: The source of draws.
        item: The item.
    """

    def __init__(self, dice: Dice, item: str) -> None:
        self._dice = dice
        self._item = item
        self.claims: Claims = {}

    def add(
        self,
        prop: str,
        datatype: str,
        value: dict[str, Any],
        rank: str = "normal",
        qualifiers: dict[str, tuple[str, dict[str, Any]]] | None = None,
    ) -> None:
        """Add a statement; qualifiers map a property to its data type and value."""
        place = len(self.claims.setdefault(prop, []))
        digits = self._dice.hex(32, "statement", self._item, prop, place)
        uuid = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])).upper()
        statement: dict[str, Any] = {"mainsnak": self._snak(prop, datatype, value, place), "type": "statement"}
        if qualifiers:
            statement["qualifiers"] = {name: [self._snak(name, *pair, place)] for name, pair in qualifiers.items()}
            statement["qualifiers-order"] = list(qualifiers)
        self.claims[prop].append({**statement, "id": f"{self._item}${uuid}", "rank": rank})

    def _snak(self, prop: str, datatype: str, value: dict[str, Any], place: int) -> dict[str, Any]:
        digest = self._dice.hex(40, "snak", self._item, prop, place)
        return {"snaktype": "value", "property": prop, "hash": digest, "datavalue": value, "datatype": datatype}


def disambiguation_claims(dice: Dice, item: str) -> Claims:
    """Return the statements of a disambiguation page's item."""
    statements = Statements(dice, item)
    statements.add("P31", "wikibase-item", item_value("Q4167410"))
    return statements.claims


def figure_claims(dice: Dice, figure: Figure) -> Claims:
    """Return the statements of a person, or of the work or band that a title means."""
    statements = Statements(dice, figure.item)
    add = statements.add
    if figure.thing is not None:
        add("P31", "wikibase-item", item_value(THING_KINDS[figure.thing][0]))
        add("P577", "time", time_value(date(figure.birthday.year, 1, 1), _YEAR))
        if figure.thing == BAND:
            # Bands have accounts of their own: whoever takes the item for the person gets them.
            _accounts(add, dice, figure)
        return statements.claims
    _person(add, dice, figure)
    _accounts(add, dice, figure)
    return statements.claims


def _person(add: Add, dice: Dice, figure: Figure) -> None:
    slot, known = figure.slot, identities_of(dice, figure)
    add("P31", "wikibase-item", item_value("Q5"))
    add("P21", "wikibase-item", item_value("Q6581072" if figure.gender == 1 else "Q6581097"))
    add("P27", "wikibase-item", item_value(figure.country.item))
    if figure.dated and dice.chance(0.12, "refuted date", slot):
        # The refuted statement stands first, so a reader that ignores ranks takes the wrong date.
        wrong = date(figure.birthday.year - 1, figure.birthday.month, 1)
        add("P569", "time", time_value(wrong), rank="deprecated")
    if figure.dated:
        add("P569", "time", time_value(figure.birthday, _YEAR if dice.chance(0.05, "year only", slot) else _DAY))
    if figure.deathday:
        add("P570", "time", time_value(figure.deathday))
    for occupation in figure.occupations:
        add("P106", "wikibase-item", item_value(occupation.item))
    if known.imdb and dice.chance(0.95, "imdb claim", slot):
        add("P345", "external-id", text_value(known.imdb))
    if dice.chance(0.9, "tmdb claim", slot):
        add("P4985", "external-id", text_value(str(figure.tmdb_id)))
    if known.image:
        add("P18", "commonsMedia", text_value(known.image))


def _accounts(add: Add, dice: Dice, figure: Figure) -> None:
    slot, known = figure.slot, identities_of(dice, figure)
    if known.instagram_before:
        ended = time_value(date(2019, 1 + slot % 12, 1))
        add("P2003", "external-id", text_value(known.instagram_before), qualifiers={"P582": ("time", ended)})
    if known.instagram_other:
        add("P2003", "external-id", text_value(known.instagram_other))
    if known.instagram:
        add(
            "P2003", "external-id", text_value(known.instagram), rank="preferred" if known.instagram_other else "normal"
        )
    if known.threads:
        add("P11892", "external-id", text_value(known.threads))
    if known.youtube:
        add("P2397", "external-id", text_value(known.youtube))
