"""Replay all fixtures of all sources, offline, twice, and say what is wrong.

Example::

    springhead check
    springhead check wikipedia --mutate
"""

from __future__ import annotations

import argparse
from collections import Counter

from springhead.cli import wants_color
from springhead.cli.output import plural, print_json, print_line
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
    from springhead.plugins import INSTALL, catalogue, load_source

    quarantined: dict[str, str] = {}
    remedies: dict[str, str] = {}
    tally: Counter[str] = Counter()
    if args.names:
        sources = [load_source(name) for name in args.names]
    else:
        plugins = catalogue()
        sources = [source for plugin in plugins for source in plugin.sources]
        quarantined = {plugin.name: plugin.quarantine for plugin in plugins if plugin.quarantine}
        remedies = {plugin.name: plugin.hint for plugin in plugins if plugin.hint}
    if not sources and not quarantined:
        raise ConfigError("no source is installed", hint=f"{INSTALL} plugins/NAME")
    results = {source.name: check_source(source, mutate=args.mutate, tally=tally) for source in sources}
    wrong = sum(bool(findings) for cases in results.values() for findings in cases.values())
    total = sum(name != "-" for cases in results.values() for name in cases)
    code = 1 if wrong or quarantined else 0
    if args.json:
        found = {"sources": results, "quarantined": quarantined, "cases": total, "failed": wrong}
        print_json({**found, **({"damaged": tally["damaged"]} if args.mutate else {})})
        return code
    good, bad = ("\033[32m✓\033[0m", "\033[31m✗\033[0m") if wants_color(args) else ("✓", "✗")
    for name, cases in results.items():
        for case, findings in cases.items():
            print_line(f"{bad if findings else good} {name} {case}")
            for finding in findings:
                print_line(f"    {finding}")
    for name, reason in quarantined.items():
        print_line(f"{bad} {name} is quarantined: {reason}" + (f" ({remedies[name]})" if name in remedies else ""))
    said = [f"{plural(total, 'case')} of {plural(len(results), 'source')}"]
    if args.mutate:
        said.append(plural(tally["damaged"], "damaged answer"))
    said.append(f"{wrong} wrong")
    if quarantined:
        said.append(f"{plural(len(quarantined), 'plugin')} quarantined")
    print_line(", ".join(said))
    return code
