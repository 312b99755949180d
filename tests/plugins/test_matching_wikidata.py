"""The Wikidata resolver: whom it takes, which of the statements hold, and in which form an identity is believed."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import springhead_wikidata as wikidata
from springhead import Ambiguous, LayoutChanged, NotFound, Subject
from springhead.clock import FrozenClock
from springhead.http import Client, RawResponse, Request
from springhead.plugins import load_resolver

PERSON = Subject("celeb_001", "沈若溪", "1971-04-09", occupation=("演員",))


def statement(value: Any, rank: str = "normal", *, ended: bool = False, snaktype: str = "value") -> dict[str, Any]:
    return {
        "mainsnak": {"snaktype": snaktype, "datavalue": {"value": value}},
        "rank": rank,
        **({"qualifiers": {"P582": [{"snaktype": "somevalue"}]}} if ended else {}),
    }


def day(text: str, precision: int = 11) -> dict[str, Any]:
    return {"time": f"+{text}T00:00:00Z", "precision": precision}


def entity(number: int, name: str = "沈若溪", *, born: str = "1971-04-09", **claims: Any) -> dict[str, Any]:
    held = {
        "P31": [statement({"id": "Q5"})],
        "P569": [statement(day(born))],
        "P106": [statement({"id": "Q33999"})],
        "P4985": [statement(str(number))],
    }
    labels = {"zh": {"language": "zh", "value": name}}
    return {"id": f"Q{number}", "labels": labels, "aliases": {}, "claims": {**held, **claims}}


class Items:
    """Wikidata with a few items; remembers what it was asked."""

    def __init__(self, *entities: dict[str, Any], merged: dict[str, str] | None = None, hits: Any = None) -> None:
        self._items = {entity["id"]: entity for entity in entities}
        self._merged = merged or {}
        self._hits = hits
        self.asked: list[dict[str, str]] = []

    async def send(self, request: Request, *, max_bytes: int, timeout: float) -> RawResponse:
        query = {key: values[0] for key, values in parse_qs(urlsplit(request.url).query).items()}
        self.asked.append(query)
        if query["action"] == "wbsearchentities":
            hits = [
                {"id": number, "match": {"text": query["search"]}}
                for number, entity in self._items.items()
                if any(name["value"] == query["search"] for name in entity["labels"].values())
            ]
            body: dict[str, Any] = {"search": self._hits if self._hits is not None else hits}
        else:
            body = {"entities": {number: self._entity(number) for number in query["ids"].split("|")}}
        return RawResponse(200, {"content-type": "application/json"}, json.dumps(body).encode())

    def _entity(self, number: str) -> dict[str, Any]:
        if number in self._merged:
            target = self._merged[number]
            return {**self._items[target], "redirects": {"from": number, "to": target}}
        return self._items.get(number, {"id": number, "missing": ""})


def resolve(items: Items, subject: Subject = PERSON) -> dict[str, str]:
    async def ask() -> dict[str, str]:
        client = Client(wikidata.Wikidata(), items, clock=FrozenClock(datetime(2026, 11, 8, tzinfo=UTC)))
        found: dict[str, str] = {}
        async for item in client.source.collect(subject, client.session()):
            found.update(item.ids)  # type: ignore[union-attr]
        return found

    return asyncio.run(ask())


def with_item(item: str, **members: Any) -> Subject:
    return Subject(
        "celeb_001", members.pop("name", "沈若溪"), members.pop("born", "1971-04-09"), identities={"wikidata": item}
    )


def test_it_is_the_resolver_that_is_installed() -> None:
    assert load_resolver() is wikidata.Wikidata


def test_one_search_and_one_reading_find_the_person() -> None:
    items = Items(entity(1), entity(2, born="1990-01-01"), entity(3, "沈若溪 (電影)"))
    assert resolve(items) == {"wikidata": "Q1", "tmdb": "1"}
    assert [(query["action"], query.get("language"), query.get("ids")) for query in items.asked] == [
        ("wbsearchentities", "zh", None),
        ("wbgetentities", None, "Q1|Q2"),
    ]


def test_who_is_not_settled_in_the_names_own_language_is_looked_for_in_english_too() -> None:
    items = Items(entity(2, born="1990-01-01"))
    with pytest.raises(Ambiguous, match=r"our list says 1971-04-09.*Q2, born 1990-01-01"):
        resolve(items)
    assert [query["language"] for query in items.asked if "language" in query] == ["zh", "en"]


def test_ids_of_somebody_with_another_birth_date_are_not_handed_on() -> None:
    with pytest.raises(Ambiguous, match="most likely 沈若溪, but our list says 1971-04-09") as caught:
        resolve(Items(entity(1, born="1971-09-04")))
    assert caught.value.hint == "correct birth_date of celeb_001 in the list, or add Q1 to its identities"


def test_a_known_item_needs_no_search_and_wins() -> None:
    items = Items(entity(1), entity(2, born="1990-01-01"))
    assert resolve(items, with_item(" q2 ")) == {"wikidata": "Q2", "tmdb": "2"}
    assert [query["action"] for query in items.asked] == ["wbgetentities"]


def test_a_merged_item_is_followed() -> None:
    assert resolve(Items(entity(1), merged={"Q9": "Q1"}), with_item("Q9")) == {"wikidata": "Q1", "tmdb": "1"}


@pytest.mark.parametrize(
    ("subject", "error", "words"),
    [
        (with_item("Q9"), NotFound, "Wikidata has no Q9, which the identities of 沈若溪 name"),
        (with_item("Q1", name="顏曉東", born="1950-01-01"), Ambiguous, "who has another name and another birth date"),
        (with_item("Q3"), NotFound, "is no person"),
        (Subject("celeb_001", "沈"), NotFound, "nobody is named 沈$"),
    ],
)
def test_what_it_cannot_resolve_is_named(subject: Subject, error: type[Exception], words: str) -> None:
    film = entity(3, P31=[statement({"id": "Q11424"})])
    with pytest.raises(error, match=words):
        resolve(Items(entity(1), film), subject)


@pytest.mark.parametrize("kind", ["Q11424", "Q215380", "Q15632617", "Q4167410"])
def test_only_humans_are_people(kind: str) -> None:
    with pytest.raises(NotFound, match="is no person"):
        resolve(Items(entity(1, P31=[statement({"id": kind})])))


def test_nobody_of_exactly_that_name_says_who_is_near() -> None:
    items = Items(entity(1, "沈若溪子"), hits=[{"id": "Q1", "label": "沈若溪子"}])
    with pytest.raises(NotFound, match=r"nobody is named 沈若溪; nearest: 沈若溪子 \(Q1, born 1971-04-09\)$"):
        resolve(items, Subject("celeb_001", "沈若溪", "1950-01-01"))


@pytest.mark.parametrize(
    ("births", "found"),
    [
        ([statement(day("1971-04-09"), "deprecated"), statement(day("1990-01-01"))], "1990-01-01"),
        ([statement(day("1990-01-01")), statement(day("1971-04-09"), "preferred")], "1971-04-09"),
        ([statement(day("1990-01-01")), statement(day("1971-04-09"))], "1971-04-09"),  # either holds: ours decides
        ([statement(day("1971-01-01", 9))], "1971"),
        ([statement(day("1971-04-00", 10))], "1971-04"),
        ([statement(day("1900-01-01", 7))], None),  # a century
        ([statement(None, snaktype="somevalue")], None),
        ([statement({"time": "-0044-03-15T00:00:00Z", "precision": 11})], None),
        ({"0": "not a list"}, None),
    ],
)
def test_birth_dates_go_by_rank_and_precision(births: Any, found: str | None) -> None:
    assert wikidata.candidate(entity(1, P569=births), "1971-04-09").birth_date == found


FORMS = [
    ("instagram", "P2003", ["shen.ruoxi_1"], "shen.ruoxi_1"),
    ("instagram", "P2003", ["@shenruoxi"], "shenruoxi"),
    ("instagram", "P2003", ["https://www.instagram.com/shen", "a b", "x" * 31, ""], None),
    ("threads", "P11892", ["shenruoxi"], "shenruoxi"),
    ("threads", "P11892", ["shen/ruoxi"], None),
    ("youtube", "P2397", ["UCinventedChannelId00001"], "UCinventedChannelId00001"),
    ("youtube", "P2397", ["shenruoxi", "UCshort", "UCinventedChannelId00001"], "UCinventedChannelId00001"),
    ("imdb", "P345", ["tt0000001", "nm9000101"], "nm9000101"),
    ("tmdb", "P4985", ["9000101"], "9000101"),
    ("tmdb", "P4985", ["0", "12a", 12, None], None),
]


@pytest.mark.parametrize(("name", "prop", "values", "found"), FORMS)
def test_an_identity_must_have_its_form(name: str, prop: str, values: list[Any], found: str | None) -> None:
    claims = {"P4985": [], prop: [statement(value) for value in values]}
    assert wikidata.identities(entity(1, **claims)).get(name) == found


def test_an_identity_must_hold_now() -> None:
    handles = [
        statement("former", ended=True),
        statement("refuted", "deprecated"),
        statement("second"),
        statement("first", "preferred"),
        statement("unranked", "whatever"),
    ]
    assert wikidata.identities(entity(1, P2003=handles))["instagram"] == "first"
    assert wikidata.identities(entity(1, P2003=handles[:3]))["instagram"] == "second"
    assert "instagram" not in wikidata.identities(entity(1, P2003=handles[:2]))


@pytest.mark.parametrize("hits", [[None], [{}], [{"id": 1}], [{"id": "P31"}], [{"id": "Q1|Q2"}], {"0": {"id": "Q1"}}])
def test_a_search_of_another_shape_is_named(hits: Any) -> None:
    with pytest.raises(LayoutChanged):
        resolve(Items(entity(1), hits=hits))


def test_an_answer_about_another_item_is_not_believed() -> None:
    wrong = {**entity(1), "id": "Q2"}
    items = Items(entity(2))
    items._items["Q1"] = wrong
    with pytest.raises(LayoutChanged, match="/entities does not answer for Q1"):
        resolve(items, with_item("Q1"))


def test_twenty_items_are_read_at_most() -> None:
    items = Items(*(entity(number, born="1990-01-01") for number in range(1, 40)))
    with pytest.raises(Ambiguous):
        resolve(items)
    assert max(query["ids"].count("|") + 1 for query in items.asked if "ids" in query) == 20
