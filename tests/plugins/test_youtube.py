"""YouTube: whose channel it is, what a run costs, and what every answer means."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import springhead_youtube as youtube
from hypothesis import given, settings
from hypothesis import strategies as st
from springhead.cases import cases_of, replay
from springhead.clock import FrozenClock
from springhead.engine import Engine, Outcome, Tally
from springhead.entries import Run
from springhead.errors import (
    Ambiguous,
    AuthFailed,
    BadResponse,
    LayoutChanged,
    NotFound,
    PluginError,
    QuotaExceeded,
    SpringheadError,
)
from springhead.http import Client, Meter, RawResponse, Request, Response
from springhead.http.live import LiveTransport
from springhead.http.secrets import Secrets
from springhead.mutate import mutations
from springhead.plugins import load_resolver
from springhead.subject import Subject
from springhead_demo.simulator import Faults, Simulator, generate_people
from springhead_demo.simulator.allowance import Allowances

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "youtube"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
OWN, OTHER, THIRD = ("UC" + letter * 22 for letter in "ABC")
METHODS = ["search", "channels", "playlistItems", "videos"]
ANN = Subject("celeb_001", "Ann O'Quill", birth_date="1980-02-17", occupation=("singer", "演員"))


class Api:
    """A Data API that answers from a few channels and search hits, and remembers what it was asked."""

    def __init__(self, *channels: dict[str, Any], hits: Any = None, **answers: Any) -> None:
        self._channels = channels
        self._hits = [(c["id"], c["snippet"]["title"]) for c in channels] if hits is None else hits
        self._answers = answers
        self.asked: list[str] = []

    def has_key(self, host: str) -> bool:
        return True

    async def send(self, request: Request, *, max_bytes: int, timeout: float) -> RawResponse:
        parts = urlsplit(request.url)
        what = parts.path.removeprefix("/youtube/v3/")
        self.asked.append(what)
        body = self._answers[what] if what in self._answers else getattr(self, what)(dict(parse_qsl(parts.query)))
        status, body = body if isinstance(body, tuple) else (200, body)
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return RawResponse(status, {"content-type": "application/json; charset=UTF-8"}, data, True)

    def search(self, query: dict[str, str]) -> dict[str, Any]:
        return listed("search", [hit(*one) for one in self._hits], total=1_000_000)

    def channels(self, query: dict[str, str]) -> dict[str, Any]:
        return listed("channel", [c for c in self._channels if c["id"] in query["id"].split(",")])

    def playlistItems(self, query: dict[str, str]) -> dict[str, Any]:
        return listed("playlistItem", [{"contentDetails": {"videoId": f"video{n:06}"}} for n in range(3)])

    def videos(self, query: dict[str, str]) -> dict[str, Any]:
        return listed("video", [{"id": name, "statistics": {"viewCount": "1"}} for name in query["id"].split(",")])


def listed(kind: str, items: list[Any], total: int | None = None) -> dict[str, Any]:
    size = len(items) if total is None else total
    found = {"kind": f"youtube#{kind}ListResponse", "pageInfo": {"totalResults": size, "resultsPerPage": 50}}
    return {**found, "items": items} if items or kind != "channel" else found


def hit(channel: str, title: str, kind: str = "channel") -> dict[str, Any]:
    return {"id": {"kind": f"youtube#{kind}", f"{kind}Id": channel}, "snippet": {"title": title}}


def channel(name: str, title: str = "Ann O'Quill", told: str = "Singer.") -> dict[str, Any]:
    playlists = {"likes": "", "uploads": f"UU{name[2:]}"}
    snippet = {"title": title, "description": told}
    return {"id": name, "snippet": snippet, "contentDetails": {"relatedPlaylists": playlists}}


def ask(api: Any, subject: Subject = ANN, **identities: str) -> tuple[Outcome, Meter]:
    client = Client(youtube.YouTube(), api, clock=FrozenClock(NOW))
    engine = Engine(youtube.YouTube, client, Run.at("youtube", NOW), "tests/0")
    outcome = asyncio.run(engine.ask(replace(subject, identities=identities)))
    return outcome, client.meter


def test_a_known_channel_costs_three_units_and_a_search_a_hundred_more() -> None:
    api = Api(channel(OWN))
    outcome, meter = ask(api, youtube=OWN)
    assert outcome.error is None
    assert (api.asked, meter.units) == (["channels", "playlistItems", "videos"], 3)

    api = Api(channel(OWN))
    outcome, meter = ask(api)
    assert outcome.identities == {"youtube": OWN}
    assert (api.asked, meter.units) == (["search", "channels", "playlistItems", "videos"], 103)

    api = Api(channel(OWN), channel(OTHER, told="I bake."))
    outcome, meter = ask(api)
    assert outcome.identities == {"youtube": OWN}
    assert (api.asked.count("search"), api.asked.count("channels"), meter.units) == (1, 2, 104)


def test_the_channel_is_the_primary_answer_and_the_others_are_kept_beside_it() -> None:
    record = ask(Api(channel(OWN), channel(OTHER, told="I bake.")))[0].record
    assert record is not None
    assert json.loads(record["raw_text"])["items"] == [channel(OWN)]
    assert record["source"] == "https://www.googleapis.com/youtube/v3/channels"
    described = [(urlsplit(a["url"]).path.rpartition("/")[2], a["primary"]) for a in record["metadata"]["responses"]]
    assert described == [
        ("search", False),
        ("channels", False),
        ("channels", True),
        ("playlistItems", False),
        ("videos", False),
    ]


@pytest.mark.parametrize(
    "told",
    [
        "Singer and songwriter",
        "the SINGER",
        "歌手、演員",
        "Musician, b. in Bergen 🇳🇴 演員",
    ],
)
def test_a_fact_beside_the_name_makes_it_the_persons(told: str) -> None:
    outcome, _ = ask(Api(channel(OWN, "Ann O'Quill Official", told)))
    assert outcome.error is None, outcome.error
    assert outcome.identities == {"youtube": OWN}


def test_the_year_of_birth_must_not_contradict() -> None:
    own, _ = ask(Api(channel(OWN, told="Singer, born in May 1980.")))
    assert own.identities == {"youtube": OWN}, own.error
    assert own.record is not None
    assert any("1980" in line for line in own.record["metadata"]["match"]["evidence"])
    other, _ = ask(Api(channel(OWN, told="Singer, born in May 1991.")))
    assert isinstance(other.error, Ambiguous)


@pytest.mark.parametrize(
    "told",
    [
        "",
        "Welcome to my official channel!",
        "Baker, since 1999",
        "A band",
        "Musician",  # of the same trade, and yet our list has another word of this language for it
        "Singer (1950–2010)",
        "Singer, born May 1, 1991",
        "Politician",
    ],
)
def test_without_one_nobody_is_taken(told: str) -> None:
    outcome, meter = ask(Api(channel(OWN, told=told)))
    assert isinstance(outcome.error, Ambiguous)
    assert outcome.record is None
    assert outcome.identities == {}
    assert OWN in outcome.error.message
    assert meter.units == 101


@pytest.mark.parametrize(
    "told", ["Fan page of the singer", "Unofficial. Singer", "歌手後援會", "Singer. Auto-generated by YouTube."]
)
def test_a_channel_about_the_person_is_not_the_persons(told: str) -> None:
    outcome, _ = ask(Api(channel(OWN, told=told)))
    assert isinstance(outcome.error, NotFound)
    beside, _ = ask(Api(channel(OWN, told=told), channel(OTHER)))
    assert beside.identities == {"youtube": OTHER}


@pytest.mark.parametrize(
    "title",
    ["Ann O'Quill - Topic", "AnnOQuillVEVO", "Ann O'Quill Fans", "Ann O'Quill TV", "Joann O'Quill", ""],
)
def test_another_title_is_another_channel(title: str) -> None:
    api = Api(channel(OWN, title))
    outcome, meter = ask(api)
    assert isinstance(outcome.error, NotFound)
    assert (api.asked, meter.units) == (["search"], 100)


@pytest.mark.parametrize(
    "title", ["Ann O&#39;Quill", "ANN O’QUILL", "Ann O'Quill Official Channel", "【Ann O'Quill】官方頻道"]
)
def test_titles_are_compared_as_names_and_are_html_in_a_search(title: str) -> None:
    outcome, _ = ask(Api(channel(OWN), hits=[(OWN, title), (OTHER, "Other"), ("x", title, "video")]))
    assert outcome.identities == {"youtube": OWN}


def test_two_that_fit_are_ambiguous_and_a_linked_account_decides() -> None:
    plain = channel(OWN), channel(OTHER)
    assert isinstance(ask(Api(*plain))[0].error, Ambiguous)
    linked = channel(OWN), channel(OTHER, told="https://www.instagram.com/ann.oq/ and more")
    outcome, _ = ask(Api(*linked), instagram="ann.oq")
    assert outcome.identities == {"youtube": OTHER}
    assert outcome.record is not None
    assert "it links to the instagram account ann.oq" in outcome.record["metadata"]["match"]["evidence"]
    longer, _ = ask(Api(channel(OTHER, told="instagram.com/ann.oq.fans")), instagram="ann.oq")
    assert isinstance(longer.error, Ambiguous)


def test_who_was_searched_for_in_vain_costs_nothing_the_next_time() -> None:
    first, meter = ask(Api(channel(OWN, "Joann O'Quill")))
    assert isinstance(first.error, NotFound)
    assert (first.identities, meter.units) == ({"youtube_searched": "2026-11-22"}, 100)
    api = Api(channel(OWN))
    again, meter = ask(api, **first.identities)
    assert isinstance(again.error, NotFound)
    assert again.error.message == "a search on 2026-11-22 found no channel of Ann O'Quill"
    assert again.error.hint == "add youtube to the identities of celeb_001, or remove youtube_searched to search again"
    assert (api.asked, meter.units) == ([], 0)
    # A channel that became known since then, by Wikidata or by hand, is asked for all the same.
    known, meter = ask(api, **first.identities, youtube=OWN)
    assert known.record is not None
    assert meter.units == 3
    # What a person must decide is not forgotten so: the next run lists the candidates again.
    unsure, _ = ask(Api(channel(OWN, told="")))
    assert isinstance(unsure.error, Ambiguous)
    assert unsure.identities == {}


def test_a_terminated_channel_is_searched_anew_and_replaced() -> None:
    api = Api(channel(OWN))
    outcome, meter = ask(api, youtube=OTHER)
    assert outcome.identities == {"youtube": OWN}
    assert meter.units == 104
    # It may still stand in the search index, and then leads to nothing.
    gone, _ = ask(Api(hits=[(OTHER, "Ann O'Quill")]), youtube=OTHER)
    assert isinstance(gone.error, NotFound)


GONE = {"error": {"code": 404, "errors": [{"reason": "playlistNotFound", "domain": "youtube.playlistItem"}]}}


@pytest.mark.parametrize("uploads", [(404, GONE), listed("playlistItem", [])])
def test_a_channel_without_uploads_is_a_channel(uploads: Any) -> None:
    api = Api(channel(OWN), playlistItems=uploads)
    outcome, meter = ask(api, youtube=OWN)
    assert outcome.record is not None
    assert (api.asked, meter.units) == (["channels", "playlistItems"], 2)


def test_an_older_answer_that_names_no_uploads_is_read() -> None:
    older = {"id": OWN, "snippet": {"title": "Ann O'Quill"}}
    api = Api(older)
    outcome, _ = ask(api, youtube=OWN)
    assert outcome.record is not None
    assert api.asked == ["channels"]


@pytest.mark.parametrize(
    ("what", "answer", "error"),
    [
        ("channels", {}, LayoutChanged),
        ("channels", listed("search", []), LayoutChanged),
        ("channels", {**listed("channel", []), "pageInfo": {"totalResults": 1}}, LayoutChanged),
        ("channels", {"kind": "youtube#channelListResponse"}, LayoutChanged),
        ("channels", listed("channel", [channel(OTHER)]), LayoutChanged),
        ("channels", listed("channel", [{"id": OWN}]), LayoutChanged),
        ("channels", b"<html></html>", BadResponse),
        ("channels", "Ann O'Quill Ω".encode("utf-16-le"), BadResponse),
        ("playlistItems", listed("playlistItem", [{}]), LayoutChanged),
        ("videos", b'{"kind": "youtube#video', BadResponse),
        ("videos", (403, {"error": {"code": 403, "errors": [{"reason": "quotaExceeded"}]}}), QuotaExceeded),
        ("videos", (400, {"error": {"code": 400, "errors": [{"reason": "keyInvalid"}]}}), AuthFailed),
    ],
)
def test_whatever_else_comes_is_named_and_no_record(what: str, answer: Any, error: type) -> None:
    outcome, _ = ask(Api(channel(OWN), **{what: answer}), youtube=OWN)
    assert type(outcome.error) is error
    assert outcome.record is None


def test_no_damage_leads_to_another_channel() -> None:
    damaged = 0
    for case in [case for case in cases_of(youtube.YouTube) if case.name.startswith("found")]:
        for mutation in mutations(case.exchanges()):
            outcome = asyncio.run(replay(youtube.YouTube, case, mutation.exchanges))
            right = "B" if case.name == "found-by-a-linked-account" else "A"
            assert outcome.identities.get("youtube") in (None, "UC" + right * 22), (case.name, mutation.what)
            damaged += 1
    assert damaged > 300


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150)
@given(
    st.sampled_from(["search", "channels", "playlistItems", "videos"]), JSON, st.sampled_from(["kind", "items", "id"])
)
def test_no_shape_of_answer_breaks_the_plugin(what: str, value: Any, member: str) -> None:
    good = getattr(Api(channel(OWN)), what)({"id": OWN})
    broken = [{**item, "snippet": value} for item in good["items"]]
    for answer in (value, {**good, member: value}, {**good, "items": broken}, {**good, "items": [value]}):
        outcome, _ = ask(Api(channel(OWN), **{what: answer}))
        assert not isinstance(outcome.error, PluginError)
        assert outcome.identities.get("youtube") in (None, OWN)


def files() -> list[Path]:
    return sorted(path for path in CORPUS.glob("*.json") if not path.name.endswith(".meta.json"))


def judged(path: Path) -> tuple[Response, type[SpringheadError] | None]:
    meta = path.with_name(path.name + ".meta.json")
    status = json.loads(meta.read_text())["status"] if meta.exists() else 200
    request = Request.build("GET", youtube.YouTube.endpoint)
    response = Response(request, status, {"content-type": "application/json"}, path.read_bytes(), NOW, True)
    try:
        youtube.YouTube().judge(response)
    except SpringheadError as error:
        assert "\n" not in error.message
        return response, type(error)
    return response, None


ERRORS = {
    "error_403_quotaExceeded_upload_log.json": QuotaExceeded,
    "pyyt_error_permission_resp.json": AuthFailed,
    "pyyt_error_response.json": AuthFailed,
}


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_every_real_answer_is_read_or_named(path: Path) -> None:
    response, error = judged(path)
    assert error is ERRORS.get(path.name)
    if error is not None:
        return
    kind = response.at("/kind").removeprefix("youtube#").removesuffix("ListResponse")
    items = youtube._items(response, kind)
    assert len(items) == len(response.json["items"])
    # An answer of one method never passes for that of another.
    with pytest.raises(LayoutChanged, match="/kind is 'youtube#"):
        youtube._items(response, "channel" if kind != "channel" else "search")


@pytest.mark.parametrize("path", [p for p in files() if "_channels_info" in p.name], ids=lambda path: path.name)
def test_real_channels_become_records_with_their_real_uploads(path: Path) -> None:
    for item in json.loads(path.read_bytes())["items"]:
        body = listed("channel", [item])
        uploads = (CORPUS / "pyyt_playlist_items_playlist_items_paged_1.json").read_bytes()
        videos = (CORPUS / "pyyt_videos_videos_info_single.json").read_bytes()
        subject = Subject("celeb_001", item["snippet"]["title"])
        outcome, meter = ask(Api(channels=body, playlistItems=uploads, videos=videos), subject, youtube=item["id"])
        assert outcome.record is not None
        assert outcome.record["name"] == subject.name
        assert outcome.identities == {"youtube": item["id"]}
        assert meter.units == (3 if "contentDetails" in item else 1)


@pytest.mark.parametrize("path", [p for p in files() if "search_channels" in p.name], ids=lambda path: path.name)
def test_a_real_search_yields_nobody_who_is_only_like_the_name(path: Path) -> None:
    body = path.read_bytes()
    for name in ("Natalia Lafourcade", "NLaFourcade", "fritz", "Ann O'Quill"):
        api = Api(search=body)
        outcome, _ = ask(api, Subject("celeb_001", name))
        assert isinstance(outcome.error, NotFound)
        assert api.asked == ["search"]


class Sink:
    def __init__(self) -> None:
        self.outcomes: dict[str, Outcome] = {}
        self.kinds: dict[str, str] = {}

    async def store(self, outcome: Outcome) -> Any:
        return "written"

    async def recall(self, outcome: Outcome) -> bool:
        return False

    async def dead_letter(self, outcome: Outcome) -> None:
        assert isinstance(outcome.error, Ambiguous), outcome.error

    async def defer(self, outcome: Outcome) -> None:
        assert isinstance(outcome.error, QuotaExceeded)

    async def ended(self, outcome: Outcome, kind: str) -> None:
        self.outcomes[outcome.subject.id] = outcome
        self.kinds[outcome.subject.id] = kind

    def count(self, kind: str) -> int:
        return sum(ended == kind for ended in self.kinds.values())


Ran = tuple[Sink, Meter, Tally]


class World:
    """A simulator, and a clock that both it and the runs go by."""

    def __init__(self, people: list[Any], faults: Faults | None = None, units: int = 1_000_000) -> None:
        self.now = NOW
        self.people = {person["celebrity_id"]: place for place, person in enumerate(people)}
        self.subjects = [Subject.from_record(person) for person in people]
        allowances = Allowances(youtube=units)
        self.simulator = Simulator(people, seed=11, faults=faults, clock=lambda: self.now, allowances=allowances)

    def run(
        self, subjects: list[Subject], source: type[youtube.YouTube] = youtube.YouTube
    ) -> tuple[Sink, Meter, Tally]:
        async def go() -> tuple[Sink, Meter, Tally]:
            transport = LiveTransport(Secrets(source.secrets), self.simulator.url)
            client = Client(source(), transport, clock=FrozenClock(self.now))
            engine = Engine(source, client, Run.at("youtube", self.now), "tests/0", load_resolver())
            sink = Sink()
            tally = await engine.run(subjects, sink)
            await transport.close()
            return sink, client.meter, tally

        return asyncio.run(go())

    def owner(self, outcome: Outcome) -> bool:
        """Whether the channel is the subject's own counterpart's, and that is a person."""
        assert outcome.record is not None
        found = re.search(r"https://people\.example/(\d+)", outcome.record["raw_text"])
        truth = self.simulator.truth(outcome.subject.id)
        place = self.people[outcome.subject.id]
        return found is not None and int(found[1]) == 4 * place and not truth["not_a_person"]


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("YOUTUBE_API_KEY", "not-a-real-key-of-youtube")
    yield


def remembered(world: World, sink: Sink) -> list[Subject]:
    return [replace(s, identities={**s.identities, **sink.outcomes[s.id].identities}) for s in world.subjects]


def paths(outcome: Outcome) -> list[str]:
    return [urlsplit(r.url).path.rpartition("/")[2] for r in outcome.answers if "googleapis" in r.url]


def test_the_second_weekly_run_of_100_people_stays_far_below_the_quota() -> None:
    world = World(list(generate_people(100, seed=11)))
    with world.simulator:
        first, meter, tally = world.run(world.subjects)
        assert tally.halted_by is None
        found = [o for o in first.outcomes.values() if o.record is not None]
        searches = sum(paths(o).count("search") for o in first.outcomes.values())
        assert len(found) >= 40
        assert all(world.owner(outcome) for outcome in found)
        assert meter.units <= 10_000
        assert meter.units == 99 * searches + world.simulator.stats()["hosts"]["www.googleapis.com"]["requests"]

        again, meter, _ = world.run(remembered(world, first))
        known = [o for o in again.outcomes.values() if o.record is not None]
        assert {o.subject.id for o in known} == {o.subject.id for o in found}
        assert again.count("not_found") == 100 - len(known)
        # Three requests a person; where nothing was ever published, there is nothing to count views of.
        asked = [paths(o) for o in again.outcomes.values() if o.record is not None]
        # Of the others, only those whose known channel was terminated cost a unit: to see whether it still is.
        rest = [paths(o) for o in again.outcomes.values() if o.record is None]
        assert all(one in ([], ["channels"]) for one in rest)
        full = sum(one == ["channels", "playlistItems", "videos"] for one in asked)
        assert {tuple(one[:2]) for one in asked} <= {("channels", "playlistItems"), ("channels",)}
        assert meter.units == 3 * full + 2 * (len(known) - full) + rest.count(["channels"])
        assert full >= 0.8 * len(known)
        assert meter.units <= 300


def test_a_quota_that_is_used_up_mid_run_ends_it_cleanly_and_the_rest_runs_the_next_day() -> None:
    people: list[Any] = list(generate_people(60, seed=11))
    world = World(people, units=1_000)
    with world.simulator:
        first, _, tally = world.run(world.subjects)
        assert isinstance(tally.halted_by, QuotaExceeded)
        assert first.count("deferred") == tally.deferred > 20
        assert first.count("written") + first.count("not_found") + first.count("deferred") == 60
        assert first.count("dead_letter") == 0
        asked = world.simulator.stats()["hosts"]["www.googleapis.com"]
        # Whoever was under way hears it, too; nobody asks after that.
        assert 1 <= asked["statuses"]["403"] <= 5
        rest = [s for s in world.subjects if first.kinds[s.id] == "deferred"]
        world.run(rest)
        again = world.simulator.stats()["hosts"]["www.googleapis.com"]["statuses"]["403"]
        assert again > asked["statuses"]["403"]  # the same day: still used up

        world.now += timedelta(days=1)
        second, _, _ = world.run(rest)
        assert second.count("written") + second.count("not_found") > 0
        assert all(world.owner(o) for o in second.outcomes.values() if o.record is not None)


class Unlimited(youtube.YouTube):
    quota = None


HARD = Faults(namesakes=0.35, alias_only=0.2, not_found=0.15, not_a_person=0.1, wrong_birth_date=0.2)


def test_never_another_person_however_hard_the_list(record_property: Callable[[str, Any], None]) -> None:
    world = World(list(generate_people(300, seed=11)), HARD)
    with world.simulator:
        sink, _, _ = world.run(world.subjects, Unlimited)
        taken = [o for o in sink.outcomes.values() if o.record is not None]
        wrong = [(o.subject, o.record["raw_text"]) for o in taken if o.record and not world.owner(o)]
        assert wrong == []
        assert {type(o.error) for o in sink.outcomes.values()} <= {type(None), NotFound, Ambiguous}
        record_property("taken", len(taken))
        assert len(taken) >= 60
