"""Benchmarks of the contract: run each module with ``python -m``."""
