"""The gate holds against random contracts, and the proof would see it if it did not.

``SPRINGHEAD_PAIRS=3000 pytest tests/contracts/test_proof.py`` or ``python -m springhead_contracts.proof --pairs 3000``
tries more.
"""

from __future__ import annotations

import os
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from springhead_contracts.compat import _checks
from springhead_contracts.proof import _run, prove
from springhead_contracts.proof._random import PATTERNS
from springhead_contracts.proof._regex import sampler

PAIRS = int(os.environ.get("SPRINGHEAD_PAIRS", "120"))


def test_no_change_called_compatible_rejects_or_loses_data():
    report = prove(PAIRS, seed=11)
    text = "\n".join(report.lines())
    print(text)
    assert report.refuted == [], text
    assert report.pairs == PAIRS
    # The gate must not hide behind caution either: most breaks that it claims can be shown.
    assert report.compatible > report.judged * 0.3, text
    assert report.shown > report.breaking * 0.75, text


@pytest.mark.parametrize("blind", ["optional-member-removed", "enum-value-added", "type-changed", "bound-tightened"])
def test_a_gate_that_misses_a_rule_is_refuted(monkeypatch, blind):
    monkeypatch.setattr(_run, "find_go", lambda: None)
    rule = _checks.CHECKS[blind]

    def compare(old, new):
        # As if the rule did not exist, and the proof behind it said yes.
        return [one for one in real(old, new) if one.check_id not in (rule.id, "unproven")]

    real = _run.compare
    monkeypatch.setattr(_run, "compare", compare)
    assert prove(60, seed=3).refuted


@given(st.sampled_from([*PATTERNS, r"^a{2}b{1,3}(c|d)?[^\x00-\x7e]+[.]$"]), st.integers())
def test_samples_match_their_pattern(pattern, seed):
    text = sampler(pattern)(random.Random(seed))
    assert re.fullmatch(pattern.removesuffix("$"), text)


def test_patterns_beyond_the_sampler_are_refused():
    with pytest.raises(ValueError, match="beyond this sampler"):
        sampler("^a)b$")
