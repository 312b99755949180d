"""Seed 2's testing protocol as a gate: every step in its order, stopping at the first that fails.

T of a probe lies in a year before the table existed, so that a probe's items can be told from all others and removed
exactly: in 2000 for one celebrity, in 2004 for five, in 2008 for the whole cycle (leap years, so that every day of the
calendar exists in them).
"""
