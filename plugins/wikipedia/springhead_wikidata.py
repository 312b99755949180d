"""Wikidata: who a name means, and the person's ids elsewhere; the resolver of sources that need an id or a handle.

Documented at https://www.wikidata.org/wiki/Wikidata:Data_access
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable
from typing import Any

from springhead import (
    Ambiguous,
    Candidate,
    Http,
    Identities,
    LayoutChanged,
    NotFound,
    Source,
    Subject,
    Terms,
    choose,
    contradicts,
    explain,
    hookimpl,
    normalise,
    resolve,
)
from springhead_mediawiki import JSON, MediaWiki, language_of

WIKIDATA = "https://www.wikidata.org/w/api.php"
#: Wikidata property of each identity that other sources look for, and the form that a value must have.
IDENTITIES = {
    "imdb": ("P345", r"nm\d{7,10}"),
    "instagram": ("P2003", r"[A-Za-z0-9_][A-Za-z0-9_.]{0,29}"),
    "threads": ("P11892", r"[A-Za-z0-9_][A-Za-z0-9_.]{0,29}"),
    "tmdb": ("P4985", r"[1-9]\d{0,9}"),
    "youtube": ("P2397", r"UC[A-Za-z0-9_-]{22}"),
}
IS_A, HUMAN, BORN, DIED, TRADE, CITIZEN, ENDED = "P31", "Q5", "P569", "P570", "P106", "P27", "P582"
#: Entities are long, some hundred kilobytes each: so many are read for one subject at once.
MAX_ENTITIES = 20
VARIANTS = ("zh-hant", "zh-hans", "zh-tw", "zh-hk", "zh-cn")
#: Digits of a date that are known at Wikidata's precisions 9 (year), 10 (month) and 11 (day).
PRECISION = {9: 4, 10: 7, 11: 10}


class Wikidata(MediaWiki):
    """Finds a person's ids elsewhere."""

    name = "wikidata"
    title = "Wikidata"
    endpoint = WIKIDATA
    terms = Terms(
        url="https://foundation.wikimedia.org/wiki/Policy:Terms_of_Use",
        attribution="Data from Wikidata, CC0.",
        license="CC0-1.0",
    )

    async def collect(self, subject: Subject, http: Http) -> AsyncIterator[Identities]:
        """Yield the identities of the one person that the subject is."""
        language = language_of(subject.name)
        known = known_item(subject)
        if known:
            entity = (await entities([known], language, http)).get(known)
            if entity is None:
                raise NotFound(f"Wikidata has no {known}, which the identities of {subject.name} name")
            explain(subject, candidate(entity, subject.birth_date))
        else:
            entity = await self._named(subject, language, http)
        yield Identities(identities(entity))

    async def _named(self, subject: Subject, language: str, http: Http) -> dict[str, Any]:
        people: dict[str, dict[str, Any]] = {}
        for asked in dict.fromkeys((language, "en")):  # some items know a name in English only
            found = await known_as(subject.name, people, asked, language, http)
            people |= {entity["id"]: entity for entity in found.values()}
            candidates = [candidate(entity, subject.birth_date) for entity in people.values()]
            if is_settled(subject, candidates):
                break
        chosen, _ = choose(subject, candidates)
        if contradicts(subject, chosen):
            # Ids are remembered and believed by every other source: a likely slip in the list is not enough.
            raise Ambiguous(
                f"{chosen} is most likely {subject.name}, but our list says {subject.birth_date}",
                hint=f"correct birth_date of {subject.id} in the list, or add {chosen.id} to its identities",
            )
        return people[chosen.id]


def is_settled(subject: Subject, candidates: Iterable[Candidate]) -> bool:
    """True where somebody of that name was born on our day: nobody else needs to be looked for."""
    try:
        found, _ = choose(subject, candidates)
    except (Ambiguous, NotFound):
        return False
    return found.birth_date is not None and found.birth_date == subject.birth_date


def known_item(subject: Subject) -> str | None:
    """The item in the subject's identities, None where there is none."""
    item = subject.identities.get("wikidata", "").strip().upper()
    return item if is_item(item) else None


async def known_as(name: str, known: Iterable[str], asked: str, language: str, http: Http) -> dict[str, dict[str, Any]]:
    """Items that have the name as label or alias in the language that is asked, without those that are known already.

    The search goes by prefix. Where nobody has exactly that name, the first hits tell who is near.
    """
    params = {
        **JSON, "action": "wbsearchentities", "search": name, "language": asked, "type": "item", "limit": MAX_ENTITIES,
    }  # fmt: skip
    answer = await http.get(WIKIDATA, params=params)
    exact: list[str] = []
    near: list[str] = []
    for n, hit in enumerate(answer.at("/search", kind=list)):
        aliases = resolve(hit, "/aliases", None)
        texts = [resolve(hit, "/label", None), resolve(hit, "/match/text", None)]
        texts += aliases if isinstance(aliases, list) else []
        same = normalise(name) in {normalise(text) for text in texts if isinstance(text, str)}
        item = answer.at(f"/search/{n}/id", kind=str)
        if not is_item(item):
            raise answer.failure(LayoutChanged, f"/search/{n}/id is no item")
        (exact if same else near).append(item)
    wanted = exact or near[:5]
    return await entities([item for item in wanted if item not in set(known)], language, http)


async def entities(items: Iterable[str], language: str, http: Http) -> dict[str, dict[str, Any]]:
    """Read items by id, under the ids that were asked for; those that do not exist are left out."""
    ids = list(dict.fromkeys(items))[:MAX_ENTITIES]
    if not ids:
        return {}
    params = {
        **JSON, "action": "wbgetentities", "ids": "|".join(ids),
        "props": "labels|aliases|descriptions|claims|sitelinks",
        "languages": "|".join(dict.fromkeys((language, "en", *(VARIANTS if language == "zh" else ())))),
        "sitefilter": f"{language}wiki",
    }  # fmt: skip
    answer = await http.get(WIKIDATA, params=params)
    # An item that was merged answers under its new id: keep the id that was asked for.
    found = {resolve(e, "/redirects/from", i): e for i, e in answer.at("/entities", kind=dict).items()}
    for item in ids:
        if not isinstance(found.get(item), dict) or not ("missing" in found[item] or _is_about(item, found[item])):
            raise answer.failure(LayoutChanged, f"/entities does not answer for {item}")
    return {item: found[item] for item in ids if "missing" not in found[item]}


def candidate(
    entity: dict[str, Any],
    listed: str | None,
    *,
    title: str | None = None,
    evidence: Iterable[str] = (),
    led_by: Iterable[str] = (),
) -> Candidate:
    """The person that an entity is about; ``listed`` is our birth date, which decides where Wikidata states several."""
    names = [*_terms(entity, "labels"), *_terms(entity, "aliases")]
    described = _terms(entity, "descriptions")
    born, died = _dates(entity, BORN), _dates(entity, DIED)
    return Candidate(
        id=str(entity["id"]),
        names=tuple(dict.fromkeys([*((plain(title), title) if title else ()), *names])),
        birth_date=listed if listed in born else next(iter(born), None),
        evidence=tuple(evidence),
        death_date=next(iter(died), None),
        occupations=tuple(_items(entity, TRADE) or described),
        places=tuple(_items(entity, CITIZEN)),
        is_person=HUMAN in _items(entity, IS_A),
        description=next(iter(described), ""),
        led_by=tuple(led_by),
    )


def identities(entity: dict[str, Any]) -> dict[str, str]:
    """The person's ids elsewhere, each in the form that it must have."""
    found = {"wikidata": str(entity["id"])}
    for name, (prop, form) in IDENTITIES.items():
        values = [str(value).strip().removeprefix("@") for value in best(entity, prop) if isinstance(value, str)]
        value = next((value for value in values if re.fullmatch(form, value)), None)
        if value is not None:
            found[name] = value
    return found


def plain(title: str) -> str:
    """A title without its qualifier: 黎明 (歌手) is 黎明."""
    return re.sub(r"\s*[（(][^()（）]*[)）]$", "", title)


def best(entity: dict[str, Any], prop: str) -> list[Any]:
    """Values of a property that hold now: preferred before normal, never deprecated, not ended."""
    statements = resolve(entity, f"/claims/{prop}", None)
    holding = [
        s
        for s in (statements if isinstance(statements, list) else [])
        if resolve(s, "/rank", "deprecated") in ("preferred", "normal")
        and resolve(s, "/mainsnak/snaktype", "") == "value"
        and resolve(s, f"/qualifiers/{ENDED}", None) is None
    ]
    holding.sort(key=lambda s: resolve(s, "/rank", "") != "preferred")
    return [resolve(s, "/mainsnak/datavalue/value", None) for s in holding]


def is_item(value: Any) -> bool:
    """True for the id of an item."""
    return isinstance(value, str) and re.fullmatch(r"Q[1-9][0-9]*", value) is not None


def _is_about(item: str, entity: Any) -> bool:
    number = resolve(entity, "/id", None)
    return number == item or (is_item(number) and resolve(entity, "/redirects/to", None) == number)


def _items(entity: dict[str, Any], prop: str) -> list[str]:
    values = [resolve(value, "/id", None) for value in best(entity, prop)]
    return [value for value in values if isinstance(value, str)]


def _dates(entity: dict[str, Any], prop: str) -> list[str]:
    found = []
    for value in best(entity, prop):
        time, precision = resolve(value, "/time", None), resolve(value, "/precision", None)
        if isinstance(time, str) and time.startswith("+") and isinstance(precision, int) and precision in PRECISION:
            found.append(time[1:][: PRECISION[precision]])
    return found


def _terms(entity: dict[str, Any], kind: str) -> list[str]:
    """Texts of labels, descriptions (one per language) or aliases (several)."""
    terms = entity.get(kind)
    texts: list[Any] = []
    for term in terms.values() if isinstance(terms, dict) else ():
        texts += term if isinstance(term, list) else [term]
    values = [resolve(text, "/value", None) for text in texts]
    return [value for value in values if isinstance(value, str) and value]


@hookimpl
def register_resolvers() -> list[type[Source]]:
    """Register the resolver."""
    return [Wikidata]
