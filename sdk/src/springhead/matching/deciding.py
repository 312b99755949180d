"""The decision between candidates; the rule stands in :mod:`springhead.matching`."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from springhead.errors import Ambiguous, NotFound, SpringheadError
from springhead.matching import births
from springhead.matching.births import Birth
from springhead.matching.candidates import Candidate, Decision, Judged, in_words, record
from springhead.matching.trades import Trade
from springhead.matching.weighing import Name, Weighed, nearest, weigh
from springhead.source import Match
from springhead.subject import Subject

__all__ = ["choose", "contradicts", "explain"]

log = logging.getLogger("springhead.matching")


def choose(subject: Subject, candidates: Iterable[Candidate]) -> tuple[Candidate, Match]:
    """Return the one candidate that is the subject, and why.

    Raises:
        NotFound: No candidate has the subject's name, or those that have it are somebody else.
        Ambiguous: One or more may be the subject, and no fact decides.
    """
    weighed = [weigh(subject, candidate) for candidate in candidates]
    try:
        taken, why = _decide(subject, weighed)
    except (NotFound, Ambiguous) as error:
        _keep(weighed, None, error.name, error.message)
        raise
    others = len([w for w in weighed if w.name in _NAMED and w is not taken and not w.out])
    evidence = taken.evidence
    if others:
        evidence += (
            f"{others} namesake{'s' if others > 1 else ''} born on {'other days' if others > 1 else 'another day'}",
        )
    _keep(weighed, taken, "match", why)
    return taken.candidate, Match(taken.match.confidence, evidence)


def contradicts(subject: Subject, candidate: Candidate) -> bool:
    """True where the birth dates differ: worth looking for somebody who fits better before this one is taken."""
    return births.compare(subject.birth_date, candidate.birth_date) in _DIFFERENT


def explain(subject: Subject, candidate: Candidate) -> Match:
    """Say how well a candidate fits that is known by id, not by name: the id wins, and what differs is evidence.

    Raises:
        Ambiguous: Name and birth date are another person's, so that the id itself must be wrong.
        NotFound: The id leads to no person.
    """
    weighed = weigh(subject, candidate)
    try:
        if not candidate.is_person:
            raise NotFound(f"{candidate}, known by its id, is no person", hint=_correct_id(subject))
        if weighed.name is Name.NONE and weighed.birth is Birth.APART:
            raise Ambiguous(
                f"the identities of {subject.name} lead to {candidate}, who has another name and another birth date "
                f"than our list ({subject.birth_date})",
                hint=_correct_id(subject),
            )
    except SpringheadError as error:
        _keep([weighed], None, error.name, error.message)
        raise
    _keep([weighed], weighed, "match", "known by its id")
    return weighed.match


_DIFFERENT = frozenset({Birth.SLIP, Birth.CLOSE, Birth.APART})
_NAMED = frozenset({Name.SAME, Name.ALIAS, Name.LED})


def _decide(subject: Subject, weighed: Sequence[Weighed]) -> tuple[Weighed, str]:
    named = [w for w in weighed if w.name in _NAMED]
    if not named:
        return _misspelt(subject, weighed)
    possible = [w for w in named if not w.out]
    if not possible:
        who = "; ".join(f"{w.candidate} {w.out}" for w in named[:5])
        raise NotFound(f"nobody named {subject.name} can be our subject: {who}")
    same = [w for w in possible if w.birth is Birth.SAME]
    # Who was born on another day is a namesake where somebody else fits; alone, it may be our list that is wrong.
    fitting = same or [w for w in possible if w.birth is not Birth.APART]
    if len(fitting) == 1 and _is_supported(fitting[0], alone=len(possible) == 1, dated=subject.birth_date is not None):
        return fitting[0], _reason(fitting[0])
    raise _ambiguous(subject, possible, same)


def _is_supported(w: Weighed, *, alone: bool, dated: bool) -> bool:
    """Whether enough speaks for the only one who fits; ``alone`` is who has no possible namesake."""
    if w.birth is Birth.SAME:
        return w.name is Name.SAME or w.trade is not Trade.OTHER
    if w.birth is Birth.APART:
        return False
    if w.birth is Birth.CLOSE:
        return alone and w.name is Name.SAME and w.trade is Trade.SAME and w.country
    if w.trade is Trade.SAME:
        # A redirect may lead to a relative: it takes a date.
        return (alone or w.birth is not Birth.UNKNOWN) and (w.name is not Name.LED or w.birth is Birth.YEAR)
    if not alone or w.name is not Name.SAME:
        return False
    # Decision 9: a unique name that nothing contradicts. Of whom a source knows much but no date, it knows enough to
    # be somebody else.
    if w.birth is Birth.YEAR:
        return w.trade is not Trade.OTHER
    return w.birth is Birth.UNKNOWN and (w.candidate.is_bare if dated else w.trade is Trade.UNKNOWN)


def _reason(w: Weighed) -> str:
    if w.birth is Birth.SAME:
        return "the only one of that name who was born on that day"
    if w.birth is Birth.SLIP:
        return "the only one of that name; the occupation agrees, and the birth date differs as by a slip of the pen"
    if w.birth is Birth.CLOSE:
        return "the only one of that name; occupation and country agree, and the birth date does in part"
    return "the only one of that name who may be it, and nothing contradicts"


def _misspelt(subject: Subject, weighed: Sequence[Weighed]) -> tuple[Weighed, str]:
    near = [w for w in weighed if w.name is Name.NEAR and w.birth is Birth.SAME and not w.out]
    if len(near) == 1 and (near[0].trade is Trade.SAME or (near[0].country and near[0].trade is Trade.UNKNOWN)):
        return near[0], "our name looks misspelt; the birth date and more agree"
    known = nearest(subject, [w.candidate for w in weighed])
    hint = f"if one of them is meant, correct the name of {subject.id}, or add the id to its identities"
    raise NotFound(
        f"nobody is named {subject.name}" + (f"; nearest: {in_words(known)}" if known else ""),
        hint=hint if known else None,
    )


def _ambiguous(subject: Subject, possible: Sequence[Weighed], same: Sequence[Weighed]) -> Ambiguous:
    who = in_words([w.candidate for w in possible])
    if len(possible) > 1:
        why = "none was born on that day" if subject.birth_date and not same else "no birth date decides"
        if same:
            why = f"{len(same)} were born on {subject.birth_date}"
        return Ambiguous(
            f"{len(possible)} candidates are named {subject.name}, and {why}: {who}", hint=_decide_it(subject)
        )
    [one] = possible
    why = "nothing but the name speaks for it"
    if one.trade is Trade.OTHER:
        why = "the occupation is of another kind"
    elif one.birth in _DIFFERENT:
        why = f"our list says {subject.birth_date}, and nothing decides who is right"
    return Ambiguous(f"one candidate is named {subject.name}, but {why}: {who}", hint=_decide_it(subject))


def _decide_it(subject: Subject) -> str:
    member = "correct" if subject.birth_date else "add"
    return f"if one of them is meant, {member} birth_date of {subject.id} in the list, or add the id to its identities"


def _correct_id(subject: Subject) -> str:
    return f"correct the id in the identities of {subject.id}, or its name and birth_date in the list"


def _keep(weighed: Sequence[Weighed], taken: Weighed | None, outcome: str, reason: str) -> None:
    judged = tuple(Judged(w.candidate, _verdict(w, taken), _evidence(w)) for w in weighed)
    record(Decision(outcome, reason, judged))
    log.debug("%s: %s; candidates: %s", outcome, reason, "; ".join(f"{j.candidate} {j.verdict}" for j in judged))


def _verdict(w: Weighed, taken: Weighed | None) -> str:
    if w is taken:
        return "taken"
    if w.name not in _NAMED:
        return "another name"
    return "ruled out" if w.out else "possible"


def _evidence(w: Weighed) -> tuple[str, ...]:
    return (*w.evidence, w.out) if w.out else w.evidence
