"""A deterministic loopback simulator of the sources that Springhead's plugins ask."""

from __future__ import annotations

from springhead_demo.simulator.allowance import Allowances
from springhead_demo.simulator.faults import Faults
from springhead_demo.simulator.hard import hard_people
from springhead_demo.simulator.people import Subject, generate_people, load_people
from springhead_demo.simulator.simulator import Simulator
from springhead_demo.simulator.traits import Traits

__all__ = ["Allowances", "Faults", "Simulator", "Subject", "Traits", "generate_people", "hard_people", "load_people"]
