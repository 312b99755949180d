"""The whole pipeline on embedded AWS, in one command: seed, four scrapers in parallel, stream, enrichment, backups.

The sources are simulated on this machine unless `--live` is given; the simulator makes mistakes like the real ones do
(429, 5xx, broken bodies, namesakes, people whom nobody knows), so that retries and dead letters can be seen at work.

Example::

    springhead demo
    springhead demo --subjects 20 --json
    TMDB_TOKEN=… springhead demo --live    # with INSTAGRAM_ACCESS_TOKEN and the like, social, too
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

from springhead.cli.output import print_json, print_line
from springhead.errors import ConfigError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--subjects", type=int, default=100, metavar="N", help="how many celebrities (default 100)")
    parser.add_argument("--live", action="store_true", help="ask the real sources (needs TMDB_TOKEN and a network)")
    parser.add_argument("--json", action="store_true", help="one object, the last line of stdout")


def run(args: argparse.Namespace) -> int:
    """Run the demo."""
    from springhead_demo.pipeline import Demo
    from springhead_demo.summary import show_summary

    if args.subjects < 1:
        raise ConfigError(f"--subjects is {args.subjects}", hint="give at least 1")
    with tempfile.TemporaryDirectory(prefix="springhead-demo-") as home:
        # With --json, stdout belongs to the summary.
        def say(line: str) -> None:
            if args.json:
                print(line, file=sys.stderr, flush=True)
            elif not args.quiet:
                print_line(line)

        with Demo(Path(home), args.subjects, live=args.live, say=say) as demo:
            result: dict[str, Any] = demo.run(progress=sys.stderr.isatty() and not args.quiet)
            if args.json:
                print_json(result)
            else:
                show_summary(result, demo.samples())
            for line in demo.troubles():
                print(line, file=sys.stderr)
            unusable = demo.unusable()
    if unusable:
        return 3
    return 0 if result["lost"] == 0 and result["duplicates"] == 0 else 1
