"""Stop embedded AWS; its tables and buckets go with it.

Example::

    springhead down
"""

from __future__ import annotations

import argparse

from springhead.cli.output import print_line
from springhead.settings import load_settings

from springhead_runner.cli.target import embedded_home


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments (none)."""


def run(args: argparse.Namespace) -> int:
    """Stop."""
    from springhead_runner.local import down

    stopped = down(embedded_home(load_settings(stage=args.stage)))
    print_line("embedded AWS stopped" if stopped else "embedded AWS is not running")
    return 0
