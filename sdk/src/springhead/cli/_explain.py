"""What `preview --explain` says: who was compared, what spoke for and against each, and what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from springhead.cli.output import cell, plural, print_json, print_line

if TYPE_CHECKING:
    from springhead.matching.candidates import Decision
    from springhead.outcome import Outcome
    from springhead.source import Source

__all__ = ["print_explanation"]


def print_explanation(source: type[Source], outcome: Outcome, decisions: list[Decision], *, as_json: bool) -> None:
    """Print every decision between candidates with its reason, and every request.

    Args:
        source: Who was asked.
        outcome: How it ended.
        decisions: What :func:`springhead.matching.candidates.watch` saw.
        as_json: One JSON line with the member ``explain``, instead of text.
    """
    told = _telling(decisions)
    if as_json:
        print_json({"explain": _document(source, outcome, told)})
        return
    for decision in told:
        print_line(
            f"  {plural(len(decision.candidates), 'candidate')}; {decision.outcome}: {cell(decision.reason, 400)}"
        )
        for judged in decision.candidates:
            print_line(f"    {judged.verdict:12}  candidate {judged.candidate}")
            for line in judged.evidence:
                print_line(f"                  because {cell(line, 160)}")
    if not told:
        print_line("  no candidates were compared")
    for response in outcome.answers:
        print_line(f"  {response.status} {len(response.body):>9,} bytes  {cell(response.url, 140)}")


def _telling(decisions: list[Decision]) -> list[Decision]:
    """The decisions that stand: one that was made again with more candidates says nothing of its own."""
    told: list[Decision] = []
    known: set[str] = set()
    for decision in reversed(decisions):
        ids = {judged.candidate.id for judged in decision.candidates}
        if not told or not ids <= known:
            told.insert(0, decision)
        known |= ids
    return told


def _document(source: type[Source], outcome: Outcome, told: list[Decision]) -> dict[str, Any]:
    error = outcome.error
    return {
        "celebrity_id": outcome.subject.id,
        "source": source.name,
        "outcome": error.name if error else "match",
        **({"error": error.to_info()} if error else {}),
        "decisions": [decision.to_dict() for decision in told],
        "requests": [
            {"status": response.status, "bytes": len(response.body), "url": response.url}
            for response in outcome.answers
        ],
    }
