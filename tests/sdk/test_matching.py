from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from springhead.errors import Ambiguous, NotFound
from springhead.matching import Candidate, choose, explain, normalise, script
from springhead.subject import Subject

NAMES = st.one_of(
    st.sampled_from(
        ["Ann Lee", "ann-lee", "ＡＮＮ ＬＥＥ", "Ánn Léé", "周潤發", "周 潤發", "가수", "が", "か", "!!!", "★", "🎤"]
    ),
    st.text(min_size=1, max_size=8).filter(str.strip),
)
DATES = st.sampled_from([None, "1955-05-18", "1990-01-01"])


def subject(name: str, born: str | None = None) -> Subject:
    return Subject("celeb_001", name, birth_date=born)


@st.composite
def candidates(draw: st.DrawFn) -> list[Candidate]:
    number = draw(st.integers(0, 5))
    return [Candidate(str(n), tuple(draw(st.lists(NAMES, min_size=0, max_size=3))), draw(DATES)) for n in range(number)]


@given(NAMES, DATES, candidates())
def test_nobody_is_chosen_who_lacks_the_name_and_nobody_while_two_fit(
    name: str, born: str | None, known: list[Candidate]
) -> None:
    named = [c for c in known if normalise(name) in {normalise(n) for n in c.names}]
    same_day = [c for c in named if born is not None and c.birth_date == born]
    try:
        chosen, match = choose(subject(name, born), known)
    except NotFound:
        assert not named
    except Ambiguous:
        assert len(named) > 1
        assert len(same_day) != 1
    else:
        assert chosen in named
        assert [chosen] in (named, same_day)
        assert 0 <= match.confidence <= 1
        assert match.evidence


@given(st.text())
def test_normalising_twice_is_normalising_once_and_never_loses_a_name(name: str) -> None:
    folded = normalise(name)
    assert normalise(folded) == folded
    assert bool(folded) == bool(name.strip())


@given(st.text(alphabet="!?★♥…·-’ ", min_size=1), st.text(alphabet="!?★♥…·-’ ", min_size=1))
def test_two_names_of_nothing_but_symbols_are_equal_only_if_they_are_the_same(one: str, other: str) -> None:
    import unicodedata

    def width(text: str) -> str:
        return unicodedata.normalize("NFKC", text.strip()).strip()

    assert (normalise(one) == normalise(other)) == (width(one) == width(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Beyoncé", "BEYONCE"),
        ("Jay-Z", "Jay Z"),
        ("Lee Min-ho", "Lee Minho"),
        ("ＡＢＣ", "abc"),
        ("周 潤發", "周潤發"),
        ("マーク・パンサー", "マークパンサー"),
        ("O'Brien", "O’Brien"),
        ("Straße", "STRASSE"),
        ("Núñez", "Nun\u0303ez"),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann Lee", "Anna Lee"),
        ("か", "が"),
        ("ハ", "パ"),
        ("周潤發", "周潤"),
        ("!!!", "???"),
        ("가", "각"),
        ("कि", "का"),
    ],
)
def test_different_names(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


def test_one_of_that_name_is_a_match_and_a_wrong_birth_date_is_no_veto() -> None:
    known = [Candidate("1", ("Ann Lee",), "1990-01-01"), Candidate("2", ("Ann Li",))]
    same = choose(subject("ann lee", "1990-01-01"), known)
    none = choose(subject("Ann Lee"), known)
    other = choose(subject("Ann Lee", "1955-05-18"), known)
    assert [found.id for found, _ in (same, none, other)] == ["1", "1", "1"]
    assert same[1].confidence > none[1].confidence > other[1].confidence
    assert "born 1990-01-01 there, 1955-05-18 in our list" in other[1].evidence


def test_namesakes_are_told_apart_by_the_day_they_were_born() -> None:
    known = [Candidate("1", ("Ann Lee",), "1990-01-01"), Candidate("2", ("Ann Lee",), "1955-05-18")]
    found, match = choose(subject("Ann Lee", "1955-05-18"), known)
    assert found.id == "2"
    assert "1 namesake born on another day" in match.evidence


@pytest.mark.parametrize(
    ("born", "days", "words"),
    [
        (None, ("1990-01-01", "1955-05-18"), "no birth date decides"),
        ("1970-01-01", ("1990-01-01", "1955-05-18"), "none was born on that day"),
        ("1990-01-01", ("1990-01-01", "1990-01-01"), "2 were born on 1990-01-01"),
        ("1990-01-01", (None, None), "none was born on that day"),
    ],
)
def test_several_without_a_deciding_fact_are_ambiguous(born: Any, days: Any, words: str) -> None:
    known = [Candidate(str(n), ("Ann Lee",), day) for n, day in enumerate(days)]
    with pytest.raises(Ambiguous, match=words) as caught:
        choose(subject("Ann Lee", born), known)
    assert "identities" in str(caught.value.hint)


def test_nobody_of_that_name_says_who_is_near() -> None:
    known = [Candidate(str(n), (f"Ann Li {n}",), "1990-01-01") for n in range(7)]
    with pytest.raises(NotFound, match=r"nobody is named Ann Lee; nearest: Ann Li 0 \(0, born .* and 2 more"):
        choose(subject("Ann Lee"), known)
    with pytest.raises(NotFound, match=r"nobody is named Ann Lee$"):
        choose(subject("Ann Lee"), [])


def test_an_alias_counts_less_than_the_name() -> None:
    candidate = Candidate("1", ("Ann Lee", "A. L."))
    assert explain(subject("A. L."), candidate).confidence < explain(subject("Ann Lee"), candidate).confidence
    assert explain(subject("Somebody"), candidate).confidence < explain(subject("A. L."), candidate).confidence


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("周潤發", "han"), ("木村拓哉", "han"), ("松たか子", "kana"), ("マツコ", "kana"), ("이병헌", "hangul"),
        ("Чехов", "cyrillic"), ("فيروز", "arabic"), ("עפרה", "hebrew"), ("Βίκυ", "greek"), ("ลิซ่า", "thai"),
        ("शाहरुख", "devanagari"), ("Ann Lee", "latin"), ("!!!", "latin"), ("", "latin"), ("Jay Chou 周杰倫", "han"),
    ],
)  # fmt: skip
def test_the_script_of_a_name(name: str, found: str) -> None:
    assert script(name) == found


@given(st.text(alphabet=string.printable))
def test_ascii_is_latin(name: str) -> None:
    assert script(name) == "latin"
