"""Show the settings that are in force, and where each comes from.

Example::

    springhead config
    springhead config show --json
"""

from __future__ import annotations

import argparse
import os

from springhead.cli.output import cell, print_json, print_line, table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("what", nargs="?", choices=["show"], default="show", help="show the settings")
    parser.add_argument("--json", action="store_true", help="one object")


def run(args: argparse.Namespace) -> int:
    """Show."""
    from pydantic import AliasChoices

    from springhead.plugins import catalogue
    from springhead.settings import Settings, load_settings

    settings = load_settings(stage=args.stage, endpoint=args.endpoint)
    rows: list[tuple[str, object, str | None, str]] = []
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        variables = [str(choice) for choice in alias.choices] if isinstance(alias, AliasChoices) else [str(alias)]
        found = next((variable for variable in variables if os.environ.get(variable)), None)
        given = getattr(args, name, None) is not None
        rows.append((name, getattr(settings, name), "option" if given else found or "default", variables[0]))
    # Secrets are named, never shown: whether one is there is all that anybody needs to see.
    secrets = {s.env for plugin in catalogue() for source in plugin.sources for s in source.all_secrets()}
    for name in sorted(secrets):
        there = bool(os.environ.get(name))
        rows.append((name, "set (hidden)" if there else None, "environment" if there else None, name))
    if args.json:
        print_json({name: {"value": None if v is None else str(v), "origin": o} for name, v, o, _ in rows})
        return 0
    lines = [
        [
            name,
            "not set" if origin is None else cell(None if value is None else str(value), 70),
            origin or "–",
            variable,
        ]
        for name, value, origin, variable in rows
    ]
    print_line(table(lines, ["setting", "value", "from", "variable"]))
    return 0
