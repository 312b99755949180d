"""Writes pydantic models and the Go module from the schemas: ``python -m springhead_contracts.generate [--check]``."""

from springhead_contracts.generate._ir import Contract, load_contract
from springhead_contracts.generate._lint import lint
from springhead_contracts.generate._lint_rules import Finding
from springhead_contracts.generate._write import GenerateError, check, generate, outputs

__all__ = ["Contract", "Finding", "GenerateError", "check", "generate", "lint", "load_contract", "outputs"]
