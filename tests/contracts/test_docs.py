"""Examples in docstrings work; a wheel brings its schemas."""

from __future__ import annotations

import doctest

import pytest
import springhead_contracts
from springhead_contracts import _registry, compat, keys, rows, tables


@pytest.mark.parametrize("module", [springhead_contracts, keys, rows, tables, compat])
def test_docstring_examples(module):
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed


def test_wheel_includes_the_schemas(contracts_dir):
    # A wheel has the folder inside the package, an editable install beside it: the loader knows both.
    assert '"v1" = "springhead_contracts/v1"' in (contracts_dir / "pyproject.toml").read_text()
    assert _registry.schema_dir() in (contracts_dir / "v1", contracts_dir / "springhead_contracts" / "v1")
