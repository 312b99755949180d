"""List the sources: what they are, when they run, under which terms, and what is broken.

Example::

    springhead plugins
    springhead plugins --json | head -1
"""

from __future__ import annotations

import argparse
from typing import Any

from springhead.cli.output import cell, print_json, print_line, table, width

#: Columns that the table takes at most, where names and keys leave room for it.
COLUMNS = 100


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
            return [{**state, "reason": plugin.quarantine, **({"hint": plugin.hint} if plugin.hint else {})}]
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
            line.get("schedule", "–").removeprefix("cron(").removesuffix(")"),
            ", ".join(line.get("secrets", [])) or "–",
            str(line.get("cases", "–")),
        ]
        for line in found
    ]
    head = ["source", "state", "cron (UTC)", "needs", "cases"]
    taken = sum(max(width(row[i]) for row in [head, *rows]) + 2 for i in range(len(head)))
    for row, line in zip(rows, found, strict=True):
        what = "see below" if "reason" in line else line.get("title", "")
        row.append(cell(what, max(30, COLUMNS - taken)))
    print_line(table(rows, [*head, "what"]))
    for line in found:
        if "reason" in line:
            print_line(f"  {line['name']}: {line['reason']}" + (f" ({line['hint']})" if "hint" in line else ""))
        if "attribution" in line:
            print_line(f"  {line['name']}: {line['attribution']}")
    return 0
