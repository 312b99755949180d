"""List the sources: what they are, when they run, under which terms, and what is broken.

Example::

    springhead plugins
    springhead plugins --json | head -1
"""

from __future__ import annotations

import argparse
from typing import Any
from urllib.parse import urlsplit

from springhead.cli.output import cell, print_json, print_line, table, width

#: Columns that the table takes at most, where names and keys leave room for it.
COLUMNS = 100
NEEDS = 28


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="one JSON line per source")


def run(args: argparse.Namespace) -> int:
    """List."""
    from springhead.cases import case_folders
    from springhead.clock import SystemClock
    from springhead.plugins import Plugin, catalogue
    from springhead.settings import load_settings
    from springhead.source import Source

    today = SystemClock().now().date()
    exempt = {exemption.host: exemption for exemption in load_settings().robots_exemptions}

    def exemptions(source: type[Source]) -> dict[str, Any]:
        hosts = source.robots if isinstance(source.robots, tuple) else (urlsplit(source.endpoint).hostname,)
        found = [exempt[host] for host in hosts if source.robots and host in exempt]
        return {"robots_exemptions": [e.model_dump(mode="json") for e in found]} if found else {}

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
                "secrets": [secret.env for secret in source.all_secrets() if not secret.optional],
                "optional_secrets": [secret.env for secret in source.all_secrets() if secret.optional],
                "robots": list(source.robots) if isinstance(source.robots, tuple) else source.robots,
                "cases": len(case_folders(source)),
                **({"group": source.group} if source.group else {}),
                **({"quota": f"{source.quota.per_day} {source.quota.unit} a day"} if source.quota else {}),
                **({"sunset": source.sunset.day, "ends": source.sunset.what} if source.sunset else {}),
                **exemptions(source),
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
            line.get("schedule", line["state"]).removeprefix("cron(").removesuffix(")"),
            cell(_needs(line), NEEDS),
            str(line.get("cases", "–")),
        ]
        for line in found
    ]
    head = ["source", "cron (UTC)", "needs", "cases"]
    taken = sum(max(width(row[i]) for row in [head, *rows]) + 2 for i in range(len(head)))
    for row, line in zip(rows, found, strict=True):
        what = "see below" if "reason" in line else line.get("title", "")
        row.append(cell(what, max(24, COLUMNS - taken)))
    print_line(table(rows, [*head, "what"]))
    for line in found:
        if "reason" in line:
            print_line(f"  {line['name']}: {line['reason']}" + (f" ({line['hint']})" if "hint" in line else ""))
        for exemption in line.get("robots_exemptions", []):
            ended = ", ended" if exemption["until"] < today.isoformat() else ""
            until = f"until {exemption['until']}{ended}: {exemption['reason']}"
            print_line(f"  {line['name']}: robots.txt of {exemption['host']} set aside {until}")
        if "sunset" in line:
            verb = "ended" if line["sunset"] <= today.isoformat() else "ends"
            print_line(f"  {line['name']}: {verb} {line['sunset']}: {line['ends']}")
        if "attribution" in line:
            print_line(f"  {line['name']}: {line['attribution']}")
    return 0


def _needs(line: dict[str, Any]) -> str:
    """Secrets of a source; those that it can do without stand in brackets."""
    return ", ".join([*line.get("secrets", []), *(f"({name})" for name in line.get("optional_secrets", []))]) or "–"
