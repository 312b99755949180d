"""Replay all fixtures of all sources, offline, twice, and say what is wrong.

Example::

    springhead check
    springhead check wikipedia --mutate
"""

from __future__ import annotations

import argparse

from springhead.cli.output import print_json, print_line
from springhead.errors import ConfigError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="sources (default: all)")
    parser.add_argument(
        "--mutate", action="store_true", help="also damage the recorded answers, and demand named errors"
    )
    parser.add_argument("--json", action="store_true", help="one object at the end")


def run(args: argparse.Namespace) -> int:
    """Check."""
    from springhead.checks import check_source
    from springhead.plugins import catalogue, load_source

    quarantined: dict[str, str] = {}
    if args.names:
        sources = [load_source(name) for name in args.names]
    else:
        plugins = catalogue()
        sources = [source for plugin in plugins for source in plugin.sources]
        quarantined = {plugin.name: plugin.quarantine for plugin in plugins if plugin.quarantine}
    if not sources and not quarantined:
        raise ConfigError("no source is installed", hint="pip install -e plugins/NAME")
    results = {source.name: check_source(source, mutate=args.mutate) for source in sources}
    wrong = sum(bool(findings) for cases in results.values() for findings in cases.values()) + len(quarantined)
    if args.json:
        print_json({"sources": results, "quarantined": quarantined, "failed": wrong})
        return 1 if wrong else 0
    for name, cases in results.items():
        for case, findings in cases.items():
            print_line(f"{'✗' if findings else '✓'} {name} {case}")
            for finding in findings:
                print_line(f"    {finding}")
    for name, reason in quarantined.items():
        print_line(f"✗ {name} is quarantined: {reason}")
    total = sum(name != "-" for cases in results.values() for name in cases)
    print_line(f"{total} cases of {len(results)} sources, {wrong} wrong")
    return 1 if wrong else 0
