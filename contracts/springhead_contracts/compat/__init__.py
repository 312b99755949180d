"""Judges changes of the contract: what breaks whom, on the wire and in code, in both directions of time.

Example:
    >>> from springhead_contracts.compat import compare, load_folder
    >>> from springhead_contracts._registry import schema_dir
    >>> now = load_folder(schema_dir())
    >>> compare(now, now)
    []
"""

from springhead_contracts.compat._change import Change
from springhead_contracts.compat._checks import CHECKS, Check
from springhead_contracts.compat._compare import compare
from springhead_contracts.compat._snapshot import OutsideSubset, Snapshot, load_bundle, load_folder, load_revision

__all__ = [
    "CHECKS",
    "Change",
    "Check",
    "OutsideSubset",
    "Snapshot",
    "compare",
    "load_bundle",
    "load_folder",
    "load_revision",
]
