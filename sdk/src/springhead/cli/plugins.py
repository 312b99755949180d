"""List the sources: what they are, when they run, under which terms, and what is broken.

Example::

    springhead plugins
    springhead plugins --json | head -1
"""

from __future__ import annotations

import argparse
from typing import Any

from springhead.cli.output import cell, print_json, print_line, table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="one JSON line per source")


def run(args: argparse.Namespace) -> int:
    """List."""
    from springhead.cases import case_folders
    from springhead.plugins import Plugin, catalogue

    def describe(plugin: Plugin) -> list[dict[str, Any]]:
        if plugin.quarantine:
            state = {"name": plugin.name, "distribution": plugin.distribution, "state": "quarantined"}
            return [{**state, "reason": plugin.quarantine}]
        return [
            {
                "name": source.name,
                "distribution": plugin.distribution,
                "state": "ready",
                "title": source.title,
                "emits": source.emits,
                "schedule": source.schedule.cron,
                "rule": source.schedule.rule,
                "rate_per_second": source.rate.per_second,
                "secrets": sorted(secret.env for secret in source.secrets.values()),
                "robots": source.robots,
                "cases": len(case_folders(source)),
                **({"terms": source.terms.url, "attribution": source.terms.attribution} if source.terms else {}),
            }
            for source in plugin.sources
        ]

    found = [line for plugin in catalogue() for line in describe(plugin)]
    if args.json:
        for line in found:
            print_json(line)
        return 0
    rows = [
        [
            line["name"],
            line["state"],
            line.get("schedule", "–"),
            ", ".join(line.get("secrets", [])) or "–",
            str(line.get("cases", "–")),
            cell(line.get("reason") or line.get("title", ""), 70),
        ]
        for line in found
    ]
    print_line(table(rows, ["source", "state", "schedule (UTC)", "needs", "cases", "what"]))
    for line in found:
        if "attribution" in line:
            print_line(f"  {line['name']}: {line['attribution']}")
    return 0
