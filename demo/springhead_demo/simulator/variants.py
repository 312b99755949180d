"""Traditional and simplified Chinese, for the characters that names are made of.

A table of our own is used even where a converter is installed: bodies must not depend on what else the environment has.
"""

from __future__ import annotations

from springhead_demo.simulator.tables import characters

_PAIRS = zip(characters("traditional"), characters("simplified"), strict=True)
_TO_SIMPLIFIED = {ord(old): new for old, new in _PAIRS if old != new}


def to_simplified(text: str) -> str:
    """Return the text in simplified characters; characters outside the table stay as they are."""
    return text.translate(_TO_SIMPLIFIED)
