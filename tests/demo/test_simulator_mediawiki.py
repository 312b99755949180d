from __future__ import annotations

from typing import Any

import pytest
from springhead_demo.simulator.wikiparams import to_version_1

ALL = "extracts|pageprops|info|description|pageimages|categories|langlinks|revisions|links"


def one(body: dict[str, Any]) -> dict[str, Any]:
    (page,) = body["query"]["pages"]
    return page  # type: ignore[no-any-return]


def resolve(upstream: Any, language: str, title: str, **params: Any) -> dict[str, Any]:
    body: dict[str, Any] = upstream.wiki(language, titles=title, redirects=1, converttitles=1, prop=ALL, **params)
    return body


def test_a_page_has_everything_that_was_asked_for(upstream: Any) -> None:
    truth = upstream.first()
    body = resolve(upstream, "zh", truth["name"], exintro=1, explaintext=1, inprop="url", llprop="url")
    page = one(body)
    assert body["batchcomplete"] is True
    assert page["title"] == truth["pages"]["zh"]
    assert page["pageprops"]["wikibase_item"] == truth["item"]
    assert {"contentmodel", "pagelanguage", "touched", "lastrevid", "length", "fullurl", "canonicalurl"} <= page.keys()
    assert page["extract"].startswith(page["title"])
    assert page["revisions"][0].keys() == {"revid", "parentid", "timestamp"}
    assert page["categories"][0].keys() == {"ns", "title"}
    assert {link["lang"]: link["title"] for link in page["langlinks"]} | {"zh": page["title"]} == truth["pages"]
    assert page["description"]


def test_version_1_keys_pages_by_id_and_marks_with_empty_strings(upstream: Any) -> None:
    truth = upstream.first()
    body = upstream.wiki("zh", 1, titles=f"{truth['name']}|no_such|no such either", converttitles=1, prop="langlinks")
    assert body["batchcomplete"] == ""
    assert body["query"]["normalized"] == [
        {"from": "no_such", "to": "No such"},
        {"from": "no such either", "to": "No such either"},
    ]
    pages = body["query"]["pages"]
    assert pages["-1"] == {"ns": 0, "title": "No such", "missing": ""}
    assert pages["-2"]["missing"] == ""
    (number,) = pages.keys() - {"-1", "-2"}
    assert pages[number]["pageid"] == int(number)
    assert all(link.keys() == {"lang", "*"} for link in pages[number]["langlinks"])


def test_version_1_is_ascii_and_version_2_is_not(upstream: Any) -> None:
    path = "/zh.wikipedia.org/w/api.php"
    params = {"action": "query", "titles": "劉德華", "format": "json"}
    assert upstream.client.get(path, params=params).content.isascii()
    assert not upstream.client.get(path, params={**params, "formatversion": "2"}).content.isascii()


def test_the_other_chinese_script_is_converted(upstream: Any) -> None:
    seen = set()
    for truth in upstream.truths[:50]:
        title = truth["pages"].get("zh")
        if not title or truth["namesakes"] or truth["alias_only"] or title == truth["name"]:
            continue
        seen.add(title)
        assert "missing" in one(upstream.wiki("zh", titles=truth["name"]))
        body = upstream.wiki("zh", titles=truth["name"], converttitles=1)
        assert body["query"]["converted"] == [{"from": truth["name"], "to": title}]
        assert one(body)["title"] == title
    assert seen


def test_an_alias_redirects_to_the_title(upstream: Any) -> None:
    truth = next(t for t in upstream.truths if t["alias_only"] and not t["namesakes"] and "zh" in t["pages"])
    plain = one(upstream.wiki("zh", titles=truth["name"], converttitles=1, prop="info"))
    assert plain["redirect"] is True
    body = resolve(upstream, "zh", truth["name"])
    assert body["query"]["redirects"][0]["to"] == truth["pages"]["zh"]
    assert one(body)["pageprops"]["wikibase_item"] == truth["item"]


def test_english_has_redirects_from_the_own_script(upstream: Any) -> None:
    truth = next(t for t in upstream.truths[:50] if "en" in t["pages"] and not t["alias_only"] and not t["namesakes"])
    body = resolve(upstream, "en", truth["name"])
    assert body["query"]["redirects"] == [{"from": truth["name"], "to": truth["pages"]["en"]}]


def test_a_name_of_several_has_a_disambiguation_page(upstream: Any) -> None:
    plain = with_primary = 0
    for truth in upstream.truths:
        if not truth["namesakes"] or truth["not_found"] or truth["alias_only"] or "zh" not in truth["pages"]:
            continue
        if truth["celebrity_id"] > "celeb_050":
            continue
        body = resolve(upstream, "zh", truth["name"], explaintext=1, exintro=1)
        page = one(body)
        if "disambiguation" in page["pageprops"]:
            plain += 1
            assert page["pageprops"]["disambiguation"] == ""
            assert truth["pages"]["zh"] in page["extract"]
            assert len(page["links"]) == truth["namesakes"] + 1
            listed = upstream.wiki(
                "zh", titles=page["title"], generator="links", gpllimit=2, gplnamespace=0, prop="pageprops"
            )
            assert len(listed["query"]["pages"]) == 2
            assert ("continue" in listed) == (truth["namesakes"] == 2)
        else:
            with_primary += 1
            assert page["title"] == truth["pages"]["zh"]
            found = upstream.wiki("zh", list="prefixsearch", pssearch=page["title"])["query"]["prefixsearch"]
            assert any(hit["title"].endswith("(消歧義)") or hit["title"].endswith("(消歧义)") for hit in found)
    assert plain
    assert with_primary


def test_a_title_may_mean_no_human(upstream: Any) -> None:
    truth = upstream.first(not_a_person=True)
    language = next(iter(truth["pages"]))
    item = one(resolve(upstream, language, truth["pages"][language]))["pageprops"]["wikibase_item"]
    claims = upstream.wikidata("wbgetentities", ids=item)["entities"][item]["claims"]
    assert claims["P31"][0]["mainsnak"]["datavalue"]["value"]["id"] != "Q5"


def test_nobody_has_no_page(upstream: Any) -> None:
    truth = upstream.first(not_found=True)
    for language in ("zh", "en", "ja", "ko"):
        assert one(upstream.wiki(language, titles=truth["name"], redirects=1, converttitles=1))["missing"] is True


def follow(upstream: Any, language: str, **params: Any) -> list[dict[str, Any]]:
    bodies = []
    more: dict[str, Any] = {}
    while True:
        body = upstream.wiki(language, **{**params, **more})
        bodies.append(body)
        assert len(bodies) < 200
        if "continue" not in body:
            return bodies
        more = body["continue"]


def test_a_search_continues_to_its_end(upstream: Any) -> None:
    bodies = follow(upstream, "en", list="search", srsearch="Robert De Niro", srlimit=1)
    hits = [hit for body in bodies for hit in body["query"]["search"]]
    assert hits[0]["title"] in ("Robert De Niro", "Robert De Niro (actor)")
    assert len(hits) == len({hit["pageid"] for hit in hits}) == bodies[0]["query"]["searchinfo"]["totalhits"]
    assert hits[0].keys() == {"ns", "title", "pageid", "size", "wordcount", "snippet", "timestamp"}
    only = upstream.wiki("en", list="search", srsearch="Robert De Niro", srprop="size")["query"]["search"][0]
    assert only.keys() == {"ns", "title", "pageid", "size"}


def test_a_generated_search_carries_properties_and_places(upstream: Any) -> None:
    body = upstream.wiki("zh", generator="search", gsrsearch="張曼玉", gsrlimit=1, prop="pageprops")
    assert one(body)["index"] == 1
    assert body["batchcomplete"] is True
    body = upstream.wiki("zh", generator="prefixsearch", gpssearch="張", gpslimit=3, prop="description")
    assert [page["index"] for page in body["query"]["pages"]] == [1, 2, 3]
    assert body["continue"] == {"gpsoffset": 3, "continue": "gpsoffset||"}


def test_property_lists_continue_over_pages(upstream: Any) -> None:
    titles = "|".join(truth["pages"]["zh"] for truth in upstream.truths[:20] if "zh" in truth["pages"])
    whole = upstream.wiki("zh", titles=titles, prop="langlinks", lllimit="max")["query"]["pages"]
    bodies = follow(upstream, "zh", titles=titles, prop="langlinks", lllimit=3)
    assert "batchcomplete" not in bodies[0]
    parts: dict[str, list[Any]] = {}
    for body in bodies:
        for page in body["query"]["pages"]:
            parts.setdefault(page["title"], []).extend(page.get("langlinks", []))
    assert parts == {page["title"]: page.get("langlinks", []) for page in whole}


def test_whole_extracts_come_one_at_a_time(upstream: Any) -> None:
    titles = [truth["pages"]["zh"] for truth in upstream.truths[:20] if "zh" in truth["pages"]][:3]
    bodies = follow(upstream, "zh", titles="|".join(titles), prop="extracts", explaintext=1)
    assert len(bodies) == 3
    assert [sum("extract" in page for page in body["query"]["pages"]) for body in bodies] == [1, 1, 1]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"action": "oscillate"}, "unknown_action"),
        ({"list": "search"}, "missingparam"),
        ({"titles": "|".join(map(str, range(51)))}, "toomanyvalues"),
        ({"list": "search", "srsearch": "a", "srlimit": "x"}, "badinteger"),
        ({"generator": "nonsense"}, "badvalue"),
        ({"titles": "Adele", "prop": "langlinks", "llcontinue": "nowhere"}, "badcontinue"),
    ],
)
def test_errors_come_with_status_200(upstream: Any, params: dict[str, Any], code: str) -> None:
    request = {"action": "query", "format": "json", **params}
    response = upstream.client.get("/en.wikipedia.org/w/api.php", params=request)
    body = response.json()
    assert response.status_code == 200
    assert response.headers["mediawiki-api-error"] == code
    assert body.keys() == {"error", "servedby"}
    assert body["error"]["code"] == code
    assert body["error"]["info"]
    assert body["error"]["*"]


def test_odd_titles_are_answered(upstream: Any) -> None:
    pages = upstream.wiki("en", titles="a[b|" + "x" * 300 + "|  |Ünknown_person")["query"]["pages"]
    assert [page.get("invalid", False) for page in pages] == [True, True, True, False]
    assert upstream.wiki("en", prop="nonsense", titles="Adele")["warnings"]["query"]["warnings"]
    assert upstream.wiki("en") == {"batchcomplete": True}


def test_a_request_without_user_agent_is_refused(upstream: Any) -> None:
    for host in ("en.wikipedia.org", "www.wikidata.org"):
        response = upstream.client.get(f"/{host}/w/api.php", headers={"User-Agent": ""})
        assert response.status_code == 403
        assert "user-agent" in response.text


def test_parameters_may_be_posted(upstream: Any) -> None:
    form = {"action": "query", "titles": "Adele", "format": "json", "formatversion": "2"}
    response = upstream.client.post("/en.wikipedia.org/w/api.php", data=form)
    assert response.json()["query"]["pages"][0]["title"] == "Adele"


def test_without_a_format_people_are_answered(upstream: Any) -> None:
    response = upstream.client.get("/en.wikipedia.org/w/api.php", params={"action": "query", "titles": "Adele"})
    assert response.headers["content-type"].startswith("text/html")


def test_version_1_of_nested_values() -> None:
    body = {"warnings": {"query": {"warnings": "w"}}, "query": {"pages": [{"invalid": True, "title": "x", "a": False}]}}
    assert to_version_1(body) == {
        "warnings": {"query": {"*": "w"}},
        "query": {"pages": {"-1": {"invalid": "", "title": "x"}}},
    }
