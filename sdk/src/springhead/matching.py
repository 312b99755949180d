"""Is this candidate our subject (decision 9).

An exact unique name with no contradiction is a match. A birth date that differs lowers the confidence and is reported,
but is no veto: lists contain wrong dates. Several candidates without a deciding fact are ``Ambiguous``: taking the
wrong person is worse than taking nobody.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from springhead.errors import Ambiguous, NotFound
from springhead.http.messages import excerpt
from springhead.source import Match
from springhead.subject import Subject

__all__ = ["Candidate", "choose", "contradicts", "explain", "normalise", "script"]

log = logging.getLogger("springhead.matching")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom a source knows.

    Args:
        id: The source's id or title.
        names: All names it gives, the first is how it spells the person.
        birth_date: ``YYYY-MM-DD``, or None where the source does not say.
        evidence: Facts that are already known to speak for this candidate.
    """

    id: str
    names: tuple[str, ...]
    birth_date: str | None = None
    evidence: tuple[str, ...] = ()


def normalise(name: str) -> str:
    """Fold a name for comparison: width, case, accents, spaces and the points and hyphens between its parts."""
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    folded = "".join(char for char in decomposed if unicodedata.category(char)[0] in "LN" or _joins(char))
    # A name of nothing but symbols stays itself: two of those must not become equal by vanishing.
    return unicodedata.normalize("NFC", folded) or name.strip()


def _joins(char: str) -> bool:
    # Kana voicing marks and Hangul or Indic vowel signs are part of the letter; Latin accents are not.
    return unicodedata.category(char) == "Mc" or char in "\u3099\u309a"


def script(name: str) -> str:
    """The script of a name: hangul, kana, han, cyrillic, arabic, hebrew, greek, thai, devanagari or latin.

    The first letter of a script that decides wins; kana decides over Han, since Japanese names mix both.
    """
    found = set()
    for char in name:
        label = unicodedata.name(char, "").split(" ")[0]
        found.add({"CJK": "han", "HIRAGANA": "kana", "KATAKANA": "kana"}.get(label, label.lower()))
    for candidate in ("hangul", "kana", "han", "cyrillic", "arabic", "hebrew", "greek", "thai", "devanagari"):
        if candidate in found:
            return candidate
    return "latin"


def choose(subject: Subject, candidates: Iterable[Candidate]) -> tuple[Candidate, Match]:
    """Return the one candidate that is the subject, and why.

    Raises:
        NotFound: No candidate has the subject's name.
        Ambiguous: Several have, and no fact decides.
    """
    candidates = list(candidates)
    for candidate in candidates:
        log.debug("candidate %s", _list([candidate]))
    wanted = normalise(subject.name)
    named = [c for c in candidates if wanted in {normalise(name) for name in c.names}]
    if not named:
        near = f"; nearest: {_list(candidates)}" if candidates else ""
        raise NotFound(f"nobody is named {subject.name}{near}")
    if len(named) == 1:
        return named[0], _match(subject, named[0])
    born = [c for c in named if c.birth_date and c.birth_date == subject.birth_date]
    if len(born) == 1:
        match = _match(subject, born[0])
        others = len(named) - 1
        why = "1 namesake born on another day" if others == 1 else f"{others} namesakes born on other days"
        return born[0], Match(match.confidence, (*match.evidence, why))
    why = "none was born on that day" if subject.birth_date and not born else "no birth date decides"
    if len(born) > 1:
        why = f"{len(born)} were born on {subject.birth_date}"
    raise Ambiguous(f"{len(named)} candidates are named {subject.name}, and {why}: {_list(named)}")


def contradicts(subject: Subject, candidate: Candidate) -> bool:
    """True where the birth dates differ: worth looking for somebody who fits better before this one is taken."""
    return bool(subject.birth_date and candidate.birth_date and subject.birth_date != candidate.birth_date)


def explain(subject: Subject, candidate: Candidate) -> Match:
    """Say how well a candidate fits that is known by id, not by name."""
    return _match(subject, candidate)


def _match(subject: Subject, candidate: Candidate) -> Match:
    names = {normalise(name) for name in candidate.names[:1]}
    wanted = normalise(subject.name)
    evidence = list(candidate.evidence)
    if wanted in names:
        confidence = 0.9
        evidence.append("the name is the same")
    elif wanted in {normalise(name) for name in candidate.names}:
        confidence = 0.8
        evidence.append(f"{subject.name} is another name of {candidate.names[0]}")
    else:
        confidence = 0.7
        evidence.append(f"the source spells the name {candidate.names[0] if candidate.names else candidate.id}")
    if contradicts(subject, candidate):
        confidence -= 0.3
        evidence.append(f"born {candidate.birth_date} there, {subject.birth_date} in our list")
    elif subject.birth_date and candidate.birth_date:
        confidence = min(1.0, confidence + 0.1)
        evidence.append(f"born {candidate.birth_date}, as in our list")
    return Match(round(confidence, 2), tuple(evidence))


def _list(candidates: Sequence[Candidate]) -> str:
    shown = [
        f"{excerpt(c.names[0] if c.names else c.id, 40)} ({c.id}{', born ' + c.birth_date if c.birth_date else ''})"
        for c in candidates[:5]
    ]
    more = f" and {len(candidates) - 5} more" if len(candidates) > 5 else ""
    return ", ".join(shown) + more
