"""A deterministic loopback simulator of TMDb, Wikipedia and Wikidata."""

from __future__ import annotations

from springhead_demo.simulator.faults import Faults
from springhead_demo.simulator.people import Subject, generate_people, load_people
from springhead_demo.simulator.simulator import Simulator

__all__ = ["Faults", "Simulator", "Subject", "generate_people", "load_people"]
