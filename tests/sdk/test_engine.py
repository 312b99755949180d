from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from springhead import errors
from springhead.engine import SILENCE, Engine, Outcome
from springhead.entries import Run
from springhead.source import Entry, Identities, Match, Rate, Terms
from springhead.subject import Subject
from springhead_contracts import validate

T = "2026-11-20T10:00:00Z"
GOOD = '{"name": "Ann Lee", "bio": "", "born": "1990-01-01", "tags": [], "rank": 0}'


class Sink:
    def __init__(self, store: Any = "written", dead_letter: Any = None) -> None:
        self._store, self._dead_letter = store, dead_letter
        self.stored: list[Outcome] = []
        self.letters: list[Outcome] = []
        self.endings: dict[str, str] = {}

    async def store(self, outcome: Outcome) -> Any:
        found = self._store(outcome) if callable(self._store) else self._store
        if isinstance(found, Exception):
            raise found
        self.stored.append(outcome)
        return found

    async def dead_letter(self, outcome: Outcome) -> None:
        if isinstance(self._dead_letter, Exception):
            raise self._dead_letter
        self.letters.append(outcome)

    async def defer(self, outcome: Outcome) -> None:
        await self.dead_letter(outcome)

    async def recall(self, outcome: Outcome) -> bool:
        return False

    async def ended(self, outcome: Outcome, kind: str) -> None:
        assert outcome.subject.id not in self.endings, "told twice"
        self.endings[outcome.subject.id] = kind


def people(count: int, **traits: Any) -> list[Subject]:
    return [Subject(f"celeb_{n:03d}", f"P{n}", **traits) for n in range(count)]


def engine(kit: Any, answers: Any, **attributes: Any) -> Engine:
    transport = answers if hasattr(answers, "send") else kit.Scripted(answers)
    made = kit.source(**attributes)
    return Engine(made, kit.client(transport, made), Run.at("plain", T, "attempt1"), "springhead-plain/1")


def ask(kit: Any, answers: Any, **attributes: Any) -> Outcome:
    return asyncio.run(engine(kit, answers, **attributes).ask(kit.subject))


def collecting(*items: Any, error: BaseException | None = None) -> Any:
    async def collect(self: Any, subject: Subject, http: Any) -> AsyncIterator[Any]:
        page = await http.get(self.endpoint)
        for item in items:
            yield item(page) if callable(item) else item
        if error is not None:
            raise error

    return {"collect": collect}


def entry(page: Any) -> Entry:
    return Entry("Ann Lee", page)


def test_a_good_answer_becomes_a_valid_record(kit: Any) -> None:
    terms = Terms("https://example.org/terms", "by Example")
    match = Match(0.9, ("the name is the same",))
    outcome = ask(kit, [kit.reply(200, GOOD)], terms=terms, **collecting(lambda page: Entry("Ann Lee", page, match)))
    assert outcome.error is None
    record = outcome.record
    assert record is not None
    assert validate("scraper_entry", record) == []
    assert record["raw_text"] == GOOD
    assert record["source_type#timestamp"] == f"plain#{T}"
    assert (record["weight"], record["sentiment"]) == (None, None)
    assert record["source"] == "https://api.example.org/v1"
    metadata = record["metadata"]
    assert metadata["run_id"] == f"plain@{T}"
    assert metadata["match"] == {"confidence": 0.9, "evidence": ["the name is the same"]}
    assert metadata["attribution"] == "by Example"
    assert [r["primary"] for r in metadata["responses"]] == [True]
    assert outcome.content["name"] == "Ann Lee"


def test_the_same_answer_gives_the_same_keys_whenever_it_is_asked(kit: Any) -> None:
    first = ask(kit, [kit.reply(200, GOOD)])
    asyncio.run(kit.clock.sleep(37))
    second = ask(kit, [kit.reply(200, GOOD)])
    assert first.record is not None
    assert second.record is not None
    for key in ("celebrity_id", "source_type#timestamp", "id", "timestamp", "raw_text"):
        assert first.record[key] == second.record[key]
    assert first.record["metadata"]["last_updated"] != second.record["metadata"]["last_updated"]


KINDS = [
    errors.RateLimited, errors.Unavailable, errors.QuotaExceeded, errors.AuthFailed, errors.Blocked, errors.RobotsDenied,  # noqa: E501
    errors.NotFound, errors.Ambiguous, errors.BadResponse, errors.LayoutChanged, errors.ContractViolation,
    errors.InvalidRequest, errors.BudgetExceeded, errors.PluginError, errors.ConfigError, errors.Discontinued,
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_error_ends_one_subject_in_one_way(kit: Any, kind: type[errors.SpringheadError]) -> None:
    sink = Sink()
    made = engine(kit, lambda request: kit.reply(200, GOOD), **collecting(error=kind("it is so")))
    tally = asyncio.run(made.run(people(5), sink))
    ending = {errors.NotFound: "not_found", errors.QuotaExceeded: "deferred"}.get(kind, "dead_letter")
    assert sink.endings == {f"celeb_{n:03d}": ending for n in range(5)}
    assert tally.subjects == 5 == tally.not_found + tally.deferred + tally.dead_lettered
    assert len(sink.letters) == tally.deferred + tally.dead_lettered
    assert all(type(letter.error) is kind for letter in sink.letters)
    assert (tally.halted_by is not None) == kind.halts_source


def test_the_tree_is_complete() -> None:
    subclasses = {cls for cls in errors.SpringheadError.__subclasses__() if cls.__module__ == "springhead.errors"}
    assert subclasses == set(KINDS)
    assert all(cls.__name__ in str(errors.__doc__) for cls in KINDS)


def test_a_halting_error_stops_the_asking_and_loses_nobody(kit: Any) -> None:
    transport = kit.Scripted(lambda request: kit.reply(401, '{"message": "bad key"}'))
    sink = Sink()
    tally = asyncio.run(engine(kit, transport, rate=Rate(1000, 1)).run(people(200), sink))
    assert len(transport.requests) < 10
    assert tally.dead_lettered == len(sink.letters) == len(sink.endings) == 200
    asked = [letter for letter in sink.letters if letter.refused is not None]
    assert 1 <= len(asked) < 10
    spared = next(letter for letter in sink.letters if letter.refused is None)
    assert isinstance(spared.error, errors.AuthFailed)
    assert spared.error.message.startswith("not asked: ")


def test_a_run_that_is_out_of_time_asks_no_more_and_loses_nobody(kit: Any) -> None:
    transport = kit.Scripted(lambda request: kit.reply(200, GOOD))
    sink = Sink()

    def time_left() -> float:
        return 60.0 if len(transport.requests) < 10 else 0.0

    tally = asyncio.run(engine(kit, transport).run(people(50), sink, time_left=time_left))
    assert tally.subjects == 50 == tally.written + tally.dead_lettered
    assert 10 <= tally.written < 20
    assert tally.halted_by is None
    assert {letter.error.name for letter in sink.letters if letter.error} == {"BudgetExceeded"}


def test_a_subject_under_way_is_given_up_when_the_run_must_end(kit: Any) -> None:
    async def collect(self: Any, subject: Subject, http: Any) -> Any:
        await asyncio.Event().wait()  # an answer that never comes
        yield Entry("never", await http.get(self.endpoint))

    outcome = asyncio.run(engine(kit, [], collect=collect).ask(people(1)[0], 0.01))
    assert isinstance(outcome.error, errors.BudgetExceeded)
    assert "time is over" in outcome.error.message


def test_a_time_out_of_the_plugin_itself_is_the_plugins_fault(kit: Any) -> None:
    outcome = ask(kit, [kit.reply(200, GOOD)], **collecting(error=TimeoutError("mine")))  # type: ignore[arg-type]
    assert isinstance(outcome.error, errors.PluginError)


def test_a_source_that_is_down_is_not_asked_for_everybody(kit: Any) -> None:
    transport = kit.Scripted(lambda request: kit.reply(503, "down"))
    sink = Sink()
    tally = asyncio.run(engine(kit, transport, rate=Rate(1000, 1)).run(people(200), sink))
    asked = {letter.subject.id for letter in sink.letters if letter.refused is not None}
    assert SILENCE <= len(asked) < SILENCE + 8
    assert tally.dead_lettered == len(sink.letters) == 200
    assert isinstance(tally.halted_by, errors.Unavailable)


def test_failures_among_answers_do_not_end_the_asking(kit: Any) -> None:
    answers = [kit.reply(503, "down") if n % 100 < 45 else kit.reply(200, GOOD) for n in range(1000)]
    transport = kit.Scripted(lambda request: answers.pop())
    tally = asyncio.run(engine(kit, transport, rate=Rate(1000, 1)).run(people(60), Sink()))
    assert tally.halted_by is None


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ((), "yielded nothing"),
        ((Identities({"tmdb": "1"}),), "yielded nothing"),
        ((entry, entry), "a second entry"),
        (({"name": "x"},), "a dict"),
        ((None,), "a NoneType"),
        ((lambda page: Entry("x", "no response"),), "AttributeError"),
    ],
)
def test_a_source_yields_exactly_one_entry(kit: Any, items: Any, words: str) -> None:
    outcome = ask(kit, [kit.reply(200, GOOD)], **collecting(*items))
    assert isinstance(outcome.error, errors.PluginError)
    assert words in outcome.error.message


@pytest.mark.parametrize(
    "error", [KeyError("x"), ZeroDivisionError(), RecursionError(), SystemExit(3), ValueError("a\nb")]
)
def test_whatever_a_plugin_raises_is_its_own_failure(kit: Any, error: BaseException) -> None:
    outcome = ask(kit, [kit.reply(200, GOOD)], **collecting(error=error))
    assert isinstance(outcome.error, errors.PluginError)
    assert type(error).__name__ in outcome.error.message
    assert "\n" not in outcome.error.message
    assert [response.body for response in outcome.responses] == [GOOD.encode()]


def test_a_collect_that_cannot_be_iterated_is_a_plugin_error(kit: Any) -> None:
    outcome = ask(kit, [], collect=lambda self, subject, http: [1])
    assert isinstance(outcome.error, errors.PluginError)


def test_identities_are_kept_beside_the_record(kit: Any) -> None:
    outcome = ask(
        kit, [kit.reply(200, GOOD)], **collecting(Identities({"tmdb": "1"}), entry, Identities({"imdb": "2"}))
    )
    assert outcome.identities == {"tmdb": "1", "imdb": "2"}
    assert outcome.record is not None


def test_a_contract_violation_lists_all_that_is_wrong(kit: Any) -> None:
    outcome = ask(kit, [kit.reply(200, GOOD)], **collecting(lambda page: Entry("", page, Match(7.0))))
    assert isinstance(outcome.error, errors.ContractViolation)
    pointers = [violation["pointer"] for violation in outcome.error.to_info()["violations"]]
    assert pointers == ["/name", "/metadata/match/confidence"] or sorted(pointers) == [
        "/metadata/match/confidence",
        "/name",
    ]
    assert "(and 1 more)" in outcome.error.message
    assert outcome.record is not None


def test_a_refused_answer_goes_with_the_dead_letter(kit: Any) -> None:
    sink = Sink()
    asyncio.run(engine(kit, [kit.reply(418, '{"message": "teapot"}')]).run([kit.subject], sink))
    [letter] = sink.letters
    assert letter.refused is not None
    assert letter.refused.body == b'{"message": "teapot"}'


@pytest.mark.parametrize("error", [errors.Unavailable("throttled"), OSError("disk"), RuntimeError("bug")])
def test_what_cannot_be_stored_becomes_a_dead_letter_and_stops_nobody(kit: Any, error: Exception) -> None:
    sink = Sink(store=lambda outcome: error if outcome.subject.id == "celeb_001" else "written")
    tally = asyncio.run(engine(kit, lambda request: kit.reply(200, GOOD)).run(people(4), sink))
    assert (tally.written, tally.dead_lettered, tally.lost) == (3, 1, 0)
    [letter] = sink.letters
    assert isinstance(letter.error, errors.Unavailable)
    assert letter.record is not None


@pytest.mark.parametrize("error", [errors.Unavailable("throttled"), RuntimeError("bug")])
def test_what_cannot_even_be_a_dead_letter_is_counted_as_lost(kit: Any, error: Exception) -> None:
    sink = Sink(dead_letter=error)
    tally = asyncio.run(engine(kit, lambda request: kit.reply(418)).run(people(3), sink))
    assert (tally.subjects, tally.lost, tally.dead_lettered) == (3, 3, 0)
    assert set(sink.endings.values()) == {"lost"}


def test_what_the_store_says_is_counted(kit: Any) -> None:
    kinds = iter(["written", "changed", "unchanged", "written"])
    sink = Sink(store=lambda outcome: next(kinds))
    tally = asyncio.run(engine(kit, lambda request: kit.reply(200, GOOD)).run(people(4), sink))
    assert (tally.written, tally.changed, tally.unchanged, tally.stored) == (2, 1, 1, 4)
    assert tally.coverage == {"born": 1.0, "name": 1.0, "rank": 1.0}


def test_the_inactive_are_skipped_and_counted(kit: Any) -> None:
    transport = kit.Scripted(lambda request: kit.reply(200, GOOD))
    subjects = [*people(2), Subject("celeb_100", "X", is_active=False)]
    sink = Sink()
    tally = asyncio.run(engine(kit, transport).run(subjects, sink))
    assert (tally.subjects, tally.skipped_inactive) == (2, 1)
    assert "celeb_100" not in sink.endings
    assert len(transport.requests) == 2


def test_subjects_may_come_one_by_one(kit: Any) -> None:
    async def source() -> AsyncIterator[Subject]:
        for subject in people(7):
            await asyncio.sleep(0)
            yield subject

    tally = asyncio.run(engine(kit, lambda request: kit.reply(200, GOOD)).run(source(), Sink()))
    assert tally.written == 7


def test_a_list_of_subjects_that_breaks_off_is_one_plain_error(kit: Any) -> None:
    def source() -> Any:
        yield from people(2)
        raise errors.Unavailable("the table does not answer")

    with pytest.raises(errors.Unavailable, match="the table does not answer"):
        asyncio.run(engine(kit, lambda request: kit.reply(200, GOOD)).run(source(), Sink()))


def test_one_worker_keeps_the_order_and_nobody_waits_for_the_slow(kit: Any) -> None:
    seen: list[str] = []
    made = engine(kit, lambda request: kit.reply(200, GOOD), rate=Rate(1000, 1))
    asyncio.run(made.run(people(20), Sink(), on_outcome=lambda outcome, kind: seen.append(outcome.subject.id)))
    assert seen == sorted(seen)
    assert len(seen) == 20


@pytest.mark.parametrize(("concurrency", "most"), [(1, 1), (4, 4), (8, 8)])
def test_no_more_subjects_are_asked_at_once_than_declared(kit: Any, concurrency: int, most: int) -> None:
    transport = kit.Scripted(lambda request: kit.reply(200, GOOD))
    asyncio.run(engine(kit, transport, rate=Rate(100000, concurrency)).run(people(40), Sink()))
    assert transport.most_under_way <= most


def test_a_response_that_is_no_json_has_no_content(kit: Any) -> None:
    outcome = ask(kit, [kit.reply(200, "plain words")], **collecting(entry))
    assert outcome.error is None
    assert outcome.content is None
