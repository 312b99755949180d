"""Real answers of the sources, where they lie beside the repository: each is judged good, or gets the right error.

The corpus is not ours to commit. Where it is absent these tests have nothing to collect.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import springhead_tmdb as tmdb
import springhead_wikidata as wikidata
import springhead_wikipedia as wikipedia
from springhead.errors import (
    AuthFailed,
    BadResponse,
    Blocked,
    InvalidRequest,
    LayoutChanged,
    NotFound,
    RateLimited,
    SpringheadError,
    Unavailable,
)
from springhead.http import Request, Response
from springhead.matching import Candidate, choose
from springhead.matching.trades import trades_of
from springhead.subject import Subject

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"


def bodies(name: str) -> list[Path]:
    return sorted(
        path for path in (CORPUS / name).glob("*.json") if not path.name.endswith((".meta.json", ".cassette.json"))
    )


def answer(path: Path, status: int | None = None) -> Response:
    meta = path.with_name(path.name + ".meta.json")
    recorded = json.loads(meta.read_text())["status"] if meta.exists() else 200
    request = Request.build("GET", "https://api.example.org/x")
    headers = {"content-type": "application/json"}
    return Response(request, status or recorded, headers, path.read_bytes(), datetime(2026, 1, 1, tzinfo=UTC))


def judged(source: Any, response: Response) -> type[SpringheadError] | None:
    try:
        source().judge(response)
    except SpringheadError as error:
        assert error.status == response.status
        assert "\n" not in error.message
        return type(error)
    return None


TMDB = {
    "moviequeue_hist_bad_actor_401_422_01_search_person_422.json": InvalidRequest,
    "moviequeue_hist_bad_actor_401_422_02_search_person_401.json": AuthFailed,
    "vfalies_account_favorite_fail.json": AuthFailed,
    "vfalies_auth_request_token_fail.json": BadResponse,
}
WIKIPEDIA = {"android_api_error.json": InvalidRequest}
BROKEN_JSON = ("vfalies_auth_request_token_fail.json",)


@pytest.mark.parametrize("path", bodies("tmdb"), ids=lambda path: path.name)
def test_tmdb_judges_real_answers(path: Path) -> None:
    assert judged(tmdb.TMDb, answer(path)) is TMDB.get(path.name)
    if path.name not in BROKEN_JSON:
        assert judged(tmdb.TMDb, answer(path, 401)) is AuthFailed
        # Only TMDb's own code says that somebody is not there: a 404 that has none is a gateway's.
        assert judged(tmdb.TMDb, answer(path, 404)) is (
            AuthFailed if b"status_code" in path.read_bytes() else BadResponse
        )


@pytest.mark.parametrize("path", bodies("wikipedia"), ids=lambda path: path.name)
def test_wikipedia_judges_real_answers(path: Path) -> None:
    assert judged(wikipedia.Wikipedia, answer(path)) is WIKIPEDIA.get(path.name)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("maxlag", Unavailable), ("readonly", Unavailable), ("dbrepllag", Unavailable), ("search-error", Unavailable),
        ("cirrussearch-too-busy-error", Unavailable), ("internal_api_error_MWException", Unavailable),
        ("ratelimited", RateLimited), ("action-throttled", RateLimited), ("globalblocking-blocked", Blocked),
        ("invalidtitle", NotFound), ("readapidenied", AuthFailed), ("badtoken", InvalidRequest),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "form", ['{{"error":{{"code":"{}","info":"x"}}}}', '{{"errors":[{{"code":"{}","text":"x"}}]}}']
)
def test_mediawikis_codes_decide_in_both_forms(tmp_path: Path, form: str, code: str, error: type[Exception]) -> None:
    path = tmp_path / "answer.json"
    path.write_text(form.format(code))
    assert judged(wikipedia.Wikipedia, answer(path)) is error


SEARCHES = [path for path in bodies("tmdb") if "search_person" in path.name and judged(tmdb.TMDb, answer(path)) is None]
DETAILS = [path for path in bodies("tmdb") if path.name in {"vfalies_person_details.json"}]


@pytest.mark.parametrize("path", SEARCHES, ids=lambda path: path.name)
def test_tmdb_reads_real_searches(path: Path) -> None:
    page = answer(path)
    page.at("/total_pages", kind=int)
    hits = page.at("/results", kind=list)
    for number, hit in enumerate(hits):
        assert page.at(f"/results/{number}/id", kind=int) > 0
        names = tmdb._names(hit)
        assert names[0] == hit["name"]
        found, match = choose(Subject("x", hit["name"]), [Candidate(str(hit["id"]), names)])
        assert (found.id, match.confidence) == (str(hit["id"]), 0.9)


@pytest.mark.parametrize("path", DETAILS, ids=lambda path: path.name)
def test_tmdb_reads_real_details(path: Path) -> None:
    page = answer(path)
    candidate = tmdb._candidate(page)
    assert candidate.id == str(page.at("/id", kind=int))
    assert trades_of(candidate.occupations) >= {"acting"}
    assert choose(Subject("x", "Brad Pitt", "1963-12-18", occupation=("演員",)), [candidate])[1].confidence == 1.0
    assert candidate.names[0] == page.at("/name", kind=str)
    assert candidate.birth_date == page.json["birthday"]


PAGES = [path for path in bodies("wikipedia") if path.name.startswith("wikiapi_") and "search" not in path.name]
LISTS = [path for path in bodies("wikipedia") if path.name == "android_prefix_search_results.json"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_wikipedia_reads_pages_of_format_version_1(path: Path) -> None:
    page = wikipedia._page(answer(path))
    assert page["title"]
    assert ("missing" in page) == ("missing" in path.name)
    if "missing" in page:
        assert wikipedia._generator("Ann Lee", page)["generator"] == "search"


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.name)
def test_wikipedia_reads_lists_of_format_version_2(path: Path) -> None:
    pages = wikipedia._pages(answer(path))
    assert len(pages) > 5
    assert wikipedia._ways(answer(path))[0] == ("redirects", "Abama", "Narthecium")


@pytest.mark.parametrize(
    "path", [path for path in bodies("wikipedia") if "entity" in path.name], ids=lambda path: path.name
)
def test_wikidata_entities_are_read(path: Path) -> None:
    [entity] = answer(path).at("/entities", kind=dict).values()
    candidate = wikidata.candidate(entity, None, title="September (month)")
    assert candidate.names == ("September", "September (month)")
    assert not candidate.is_person
    assert wikidata.identities(entity) == {"wikidata": "Q123"}


@pytest.mark.parametrize("path", bodies("wikipedia"), ids=lambda path: path.name)
def test_an_answer_of_another_kind_never_passes_for_a_page(path: Path) -> None:
    page = answer(path)
    try:
        found = wikipedia._pages(page)
    except (LayoutChanged, BadResponse):
        return
    assert all(isinstance(one["title"], str) for one in found)


@pytest.mark.parametrize(
    ("status", "error"),
    [(200, BadResponse), (404, BadResponse), (401, AuthFailed), (429, RateLimited), (502, Unavailable)],
)
def test_a_proxys_page_never_passes_for_an_answer_of_tmdb(tmp_path: Path, status: int, error: type[Exception]) -> None:
    page = tmp_path / "page.json"
    page.write_text("<!DOCTYPE html><html><body>Not here</body></html>")
    assert judged(tmdb.TMDb, answer(page, status)) is error
