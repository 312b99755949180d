from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

ID = re.compile(r"Q\d+\$[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}")


def entities(upstream: Any, **params: Any) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield each human subject's truth and entity."""
    human = [truth for truth in upstream.truths if truth["item"] and not truth["not_a_person"]]
    for start in range(0, len(human), 50):
        part = human[start : start + 50]
        body = upstream.wikidata("wbgetentities", ids="|".join(truth["item"] for truth in part), **params)
        assert body["success"] == 1
        yield from ((truth, body["entities"][truth["item"]]) for truth in part)


def values(entity: dict[str, Any], prop: str) -> list[Any]:
    return [claim["mainsnak"]["datavalue"]["value"] for claim in entity["claims"].get(prop, [])]


def test_an_entity_has_the_documented_members(upstream: Any) -> None:
    for _, entity in entities(upstream):
        assert {"pageid", "ns", "title", "lastrevid", "modified", "type", "id"} <= entity.keys()
        assert {"labels", "descriptions", "aliases", "claims", "sitelinks"} <= entity.keys()
        for language, label in entity["labels"].items():
            assert label["language"] == language
        for site, link in entity["sitelinks"].items():
            assert link == {"site": site, "title": link["title"], "badges": []}
        for prop, claims in entity["claims"].items():
            for claim in claims:
                snak = claim["mainsnak"]
                assert claim["type"] == "statement"
                assert claim["rank"] in ("normal", "preferred", "deprecated")
                assert ID.fullmatch(claim["id"])
                assert snak["property"] == prop
                assert snak.keys() == {"snaktype", "property", "hash", "datavalue", "datatype"}
                assert snak["datavalue"].keys() == {"value", "type"}
                assert ("qualifiers" in claim) == ("qualifiers-order" in claim)


def test_the_ids_agree_with_tmdb(upstream: Any) -> None:
    linked = 0
    for truth, entity in entities(upstream):
        known = upstream.tmdb(f"person/{truth['tmdb_id']}/external_ids")
        assert known["wikidata_id"] == entity["id"]
        assert values(entity, "P4985") in ([], [str(truth["tmdb_id"])])
        assert values(entity, "P345") in ([], [known["imdb_id"]])
        assert not known["instagram_id"] or known["instagram_id"] in values(entity, "P2003")
        assert known["youtube_id"] in (values(entity, "P2397") or [None])
        linked += bool(values(entity, "P4985"))
    assert linked > 50


def test_the_sitelinks_agree_with_the_wikis(upstream: Any) -> None:
    for truth, entity in entities(upstream, props="sitelinks/urls"):
        links = {site.removesuffix("wiki"): link["title"] for site, link in entity["sitelinks"].items()}
        assert links == truth["pages"]
        assert all(link["url"].startswith("https://") for link in entity["sitelinks"].values())


def test_dates_have_ranks_and_precisions(upstream: Any) -> None:
    seen: Counter[str] = Counter()
    for truth, entity in entities(upstream):
        for claim in entity["claims"]["P569"]:
            value = claim["mainsnak"]["datavalue"]["value"]
            assert value.keys() == {"time", "timezone", "before", "after", "precision", "calendarmodel"}
            seen[claim["rank"]] += 1
            seen[f"precision {value['precision']}"] += 1
            expected = truth["birthday"] if value["precision"] == 11 else f"{truth['birthday'][:4]}-00-00"
            assert (value["time"] == f"+{expected}T00:00:00Z") == (claim["rank"] == "normal")
    assert {"normal", "deprecated", "precision 9", "precision 11"} <= seen.keys()


def test_usernames_end_and_are_preferred(upstream: Any) -> None:
    ended = preferred = 0
    for _, entity in entities(upstream):
        claims = entity["claims"].get("P2003", [])
        ended += sum("P582" in claim.get("qualifiers", {}) for claim in claims)
        ranks = [claim["rank"] for claim in claims]
        preferred += "preferred" in ranks and "normal" in ranks
    assert ended
    assert preferred


def test_languages_and_properties_are_chosen(upstream: Any) -> None:
    truth = next(t for t in upstream.truths if t["name"] == "劉德華")
    item = truth["item"]
    body = upstream.wikidata("wbgetentities", ids=item, props="labels", languages="zh-hans|en|xx")
    entity = body["entities"][item]
    assert entity.keys() == {"type", "id", "labels"}
    assert entity["labels"].keys() == {"zh-hans", "en"}
    assert entity["labels"]["zh-hans"]["value"] == "刘德华"
    fallen = upstream.wikidata("wbgetentities", ids=item, props="labels", languages="zh-hk", languagefallback=1)
    assert fallen["entities"][item]["labels"]["zh-hk"] == {
        "language": "zh-hant",
        "value": "劉德華",
        "for-language": "zh-hk",
    }


def test_an_alias_is_an_alias(upstream: Any) -> None:
    truth = upstream.first(alias_only=True)
    entity = upstream.wikidata("wbgetentities", ids=truth["item"])["entities"][truth["item"]]
    texts = {alias["value"] for aliases in entity["aliases"].values() for alias in aliases}
    assert truth["name"] in texts
    assert truth["name"] not in {label["value"] for label in entity["labels"].values()}


def test_missing_entities_are_marked(upstream: Any) -> None:
    body = upstream.wikidata("wbgetentities", ids="Q999999|Q5")
    assert body["entities"]["Q999999"] == {"id": "Q999999", "missing": ""}
    assert body["entities"]["Q5"]["labels"]["en"]["value"] == "human"
    body = upstream.wikidata("wbgetentities", sites="enwiki", titles="Nobody at all")
    assert body["entities"] == {"-1": {"site": "enwiki", "title": "Nobody at all", "missing": ""}}


def test_an_entity_is_found_by_its_page(upstream: Any) -> None:
    truth = upstream.first()
    title = truth["pages"]["zh"]
    assert truth["item"] in upstream.wikidata("wbgetentities", sites="zhwiki", titles=title)["entities"]
    body = upstream.wikidata("wbgetentities", sites="enwiki", titles="adele", normalize=1)
    assert body["normalized"] == {"n": {"from": "adele", "to": "Adele"}}


def test_a_disambiguation_page_has_an_item(upstream: Any) -> None:
    truth = next(t for t in upstream.truths[:50] if t["namesakes"] and not t["not_found"])
    pages = upstream.wiki("zh", list="prefixsearch", pssearch=truth["name"], pslimit=50)["query"]["prefixsearch"]
    titles = "|".join(page["title"] for page in pages)
    found = upstream.wiki("zh", titles=titles, prop="pageprops")["query"]["pages"]
    (item,) = [page["pageprops"]["wikibase_item"] for page in found if "disambiguation" in page["pageprops"]]
    entity = upstream.wikidata("wbgetentities", ids=item)["entities"][item]
    assert values(entity, "P31")[0]["id"] == "Q4167410"
    assert "zhwiki" in entity["sitelinks"]


def test_a_search_matches_labels_and_aliases(upstream: Any) -> None:
    truth = upstream.first()
    body = upstream.wikidata("wbsearchentities", search=truth["name"], language="zh")
    hit = body["search"][0]
    assert body["searchinfo"] == {"search": truth["name"]}
    assert hit["id"] == truth["item"]
    assert {"id", "title", "pageid", "concepturi", "url", "label", "description", "match", "display"} <= hit.keys()
    assert hit["match"] == {"type": "label", "language": "zh", "text": truth["name"]}
    nicknamed = upstream.first(alias_only=True)
    body = upstream.wikidata("wbsearchentities", search=nicknamed["name"], language="zh")
    hit = next(hit for hit in body["search"] if hit["id"] == nicknamed["item"])
    assert hit["match"]["type"] == "alias"
    assert hit["aliases"] == [nicknamed["name"]]
    first = upstream.wikidata("wbsearchentities", search="張", language="zh", limit=1)
    assert first["search-continue"] == 1


def test_claims_of_one_property(upstream: Any) -> None:
    truth = upstream.first()
    body = upstream.wikidata("wbgetclaims", entity=truth["item"], property="P31")
    assert body["claims"].keys() == {"P31"}
    assert upstream.wikidata("wbgetclaims", entity=truth["item"], property="P9999") == {"claims": {}}


def test_errors(upstream: Any) -> None:
    assert upstream.wikidata("wbgetclaims", entity="Q999999")["error"]["code"] == "no-such-entity"
    assert upstream.wikidata("wbgetentities", ids="nonsense")["error"]["code"] == "no-such-entity"
    assert upstream.wikidata("wbgetentities")["error"]["code"] == "param-missing"
    assert upstream.wikidata("wbgetentities", sites="xxwiki", titles="a")["error"]["code"] == "badvalue"
    assert upstream.wikidata("wbsearchentities", search="a")["error"]["code"] == "missingparam"
    assert upstream.wikidata("nonsense")["error"]["code"] == "unknown_action"
