"""Progress of long work: one live line on a terminal, nothing elsewhere."""

from __future__ import annotations

import argparse
import sys
import time

from springhead.cli.output import cell

__all__ = ["LiveLine"]

#: Seconds between two changes of the line.
_PAUSE = 0.1
_UNITS = {"read": "bytes", "write": "rows", "files": "files"}


class LiveLine:
    """Says what is done and how far it is. Call it as a :data:`springhead_lake.loading.Progress`."""

    def __init__(self, args: argparse.Namespace) -> None:
        self._enabled = sys.stderr.isatty() and not args.quiet
        self._last = 0.0
        self.what = ""

    def __call__(self, step: str, done: int, total: int | None) -> None:
        """Tell a step."""
        now = time.monotonic()
        if not self._enabled or (now - self._last < _PAUSE and done != total):
            return
        self._last = now
        share = f" {done * 100 // total:3} %" if total else ""
        amount = f"{done / 1e6:,.0f} MB" if step == "read" else f"{done:,} {_UNITS.get(step, '')}".rstrip()
        line = " · ".join(part for part in (cell(self.what), f"{step}{share} {amount}") if part)
        print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave the line."""
        if self._enabled:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
