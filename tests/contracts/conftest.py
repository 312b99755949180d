"""Examples of the contract as parameters: ``valid_example`` and ``invalid_example``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

CONTRACTS = Path(__file__).resolve().parents[2] / "contracts"
EXAMPLES = CONTRACTS / "v1" / "examples"


@dataclass(frozen=True)
class Example:
    """A record of the examples; ``expected`` holds (pointer, rule) of each violation."""

    record_type: str
    name: str
    record: Any
    expected: tuple[tuple[str, str], ...] = ()


def _valid() -> list[Example]:
    return [Example(p.parent.name, p.name, json.loads(p.read_bytes())) for p in sorted(EXAMPLES.glob("valid/*/*.json"))]


def _invalid() -> list[Example]:
    found = []
    for path in sorted(EXAMPLES.glob("invalid/*/*.json")):
        if path.name != "expected.json":
            listed = json.loads((path.parent / "expected.json").read_bytes())[path.name]
            expected = tuple((one["pointer"], one["rule"]) for one in listed)
            found.append(Example(path.parent.name, path.name, json.loads(path.read_bytes()), expected))
    return found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for argument, examples in (("valid_example", _valid), ("invalid_example", _invalid)):
        if argument in metafunc.fixturenames:
            found = examples()
            metafunc.parametrize(argument, found, ids=[f"{one.record_type}-{one.name}" for one in found])


@pytest.fixture(scope="session")
def contracts_dir() -> Path:
    return CONTRACTS


@pytest.fixture(scope="session")
def valid_examples() -> list[Example]:
    return _valid()


@pytest.fixture(scope="session")
def invalid_examples() -> list[Example]:
    return _invalid()


@pytest.fixture
def entry() -> dict[str, Any]:
    record: dict[str, Any] = json.loads((EXAMPLES / "valid" / "scraper_entry" / "full.json").read_bytes())
    return record
