"""Puts the gate to the proof: random contracts, random changes, and data that would show a wrong verdict.

``python -m springhead_contracts.proof --pairs 2000`` prints how many pairs were tried and what the gate's caution
costs. It needs the repository and Go.
"""

from springhead_contracts.proof._run import Report, prove

__all__ = ["Report", "prove"]
